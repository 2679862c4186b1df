"""Distribution: how single values spread around their target, and what share is beyond it."""

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from csqa import words
from csqa.errors import check_option
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.explore_distribution import BARS, Floats, draw_lines, quantiles_of_counts
from csqa.show.palette import FAINT_GREY, WORSE_ORANGE
from csqa.show.scale import Scale, choose_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SKEWED = 8.0
"""Times the median that the longest time is: from here on the axis is logarithmic."""

YES_OR_NO = ("share", "nps")
"""Kinds of which a single record has no value that could spread."""

LEAST_SECONDS = 1.0
"""Shorter times stand at the left end of a logarithmic axis."""

DISCRETE = 21
"""Different values that still have a bar each: ratings, numbers of departments."""

TICKS = (
    (1, "1 秒", "1 s"),
    (3, "3 秒", "3 s"),
    (10, "10 秒", "10 s"),
    (30, "30 秒", "30 s"),
    (60, "1 分", "1 min"),
    (180, "3 分", "3 min"),
    (600, "10 分", "10 min"),
    (1800, "30 分", "30 min"),
    (3600, "1 时", "1 h"),
    (3 * 3600, "3 时", "3 h"),
    (10 * 3600, "10 时", "10 h"),
    (86_400, "1 天", "1 d"),
    (3 * 86_400, "3 天", "3 d"),
    (10 * 86_400, "10 天", "10 d"),
    (30 * 86_400, "30 天", "30 d"),
    (100 * 86_400, "100 天", "100 d"),
    (1000 * 86_400, "1000 天", "1000 d"),
)
"""Seconds, and how a logarithmic axis of times names them."""

MOST_TICKS = 8

TEXTS = {
    "records": ("服务记录（条）", "Records"),
    "within": ("达标或不判断", "met, or not judged"),
    "beyond": ("未达标 {}（{} 条）", "beyond the target: {} ({})"),
    "flag": ("每条记录只有是或否，没有分布可画", "A record is yes or no: nothing spreads"),
    "log": ("时长（对数刻度）", "Time (logarithmic)"),
}


def distribution(
    values: pd.DataFrame,
    *,
    standard: Standard | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw how single values spread: the target, the share beyond it, median and nine tenths.

    Parameters
    ----------
    values : DataFrame
        From :func:`csqa.measure_values`: :data:`csqa.results.VALUE_COLUMNS`, of one metric.
    standard : Standard, optional
        For the metric's name. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        Hatched orange: records that miss their own target, with their share in the key. Where
        several targets judge, each is a line. The axis is logarithmic where the longest time is
        more than eight times the median. Of rates and NPS nothing spreads, which is said.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> values = pd.DataFrame({"value": [10.0, 20.0, 40.0], "n": [1, 2, 1], "target": 30.0})
    >>> values = values.assign(period="2025-06", metric="first_response_online", kind="seconds")
    >>> ax = distribution(values.assign(missed=[False, False, True]))
    >>> ax.get_legend_handles_labels()[1][:2]
    ['目标 30.0 秒', '中位数 20.0 秒']
    >>> [bars.get_label() for bars in ax.containers]
    ['达标或不判断', '未达标 25.0%（1 条）']
    >>> plt.close(ax.figure)
    """
    check_option("language", language, words.LANGUAGES)
    rows = values[(values["n"] > 0) & values["value"].notna()]
    spreads = len(rows) and rows["kind"].iloc[0] not in YES_OR_NO
    ax = canvas.open_axes(ax, language, height=canvas.HEIGHT if spreads else canvas.LOW)
    name = _name(values, standard or read_standard(), language)
    canvas.set_title(ax, name, str(rows["period"].iloc[0]) if len(rows) else "")
    if rows.empty:
        return canvas.say_no_data(ax, language)
    if not spreads:
        return canvas.say(ax, _text("flag", language))
    _draw(ax, rows, language)
    canvas.put_legend(ax, columns=3)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _name(values: pd.DataFrame, standard: Standard, language: str) -> str:
    return standard.metric(str(values["metric"].iloc[0])).name(language) if len(values) else ""


def _draw(ax: "Axes", rows: pd.DataFrame, language: str) -> None:
    counts = rows.groupby("value")[["n"]].sum().reset_index()
    median, ninth, most = quantiles_of_counts(counts, [0.5, 0.9, 1.0])
    kind = str(rows["kind"].iloc[0])
    scale = choose_scale(kind, [ninth], language)
    logarithmic = kind == "seconds" and most > SKEWED * max(median, LEAST_SECONDS)
    targets = sorted(rows["target"].dropna().unique())
    lines = [(target, "target") for target in targets]
    draw_lines(ax, [*lines, (median, "median"), (ninth, "ninth")], scale, language)
    drawn = [target * scale.factor for target in targets]
    edges = _edges(rows["value"], drawn, scale, logarithmic=logarithmic)
    _draw_bars(ax, rows, edges, scale, language)
    _set_axis(ax, edges, scale, language, logarithmic=logarithmic)


def _edges(
    values: "pd.Series[float]", targets: list[float], scale: Scale, *, logarithmic: bool
) -> Floats:
    """Ends of the bars, in shown units, one of them at the first target."""
    different = np.sort(values.unique()) * scale.factor
    low, high = float(different[0]), float(different[-1])
    if logarithmic:
        low = max(low, LEAST_SECONDS * scale.factor)
        anchor = next((target for target in targets if low < target < high), low)
        return np.asarray(np.exp(_steps(*np.log([low, high, anchor]))))
    if scale.kind != "seconds" and len(different) <= DISCRETE:
        step = float(np.diff(different).min()) if len(different) > 1 else 1.0
        if (high - low) / step <= DISCRETE:
            return np.arange(low - step / 2, high + step, step)
    anchor = next((target for target in targets if low < target < high), low)
    return _steps(low, high if high > low else low + 1, anchor)


def _steps(low: float, high: float, anchor: float) -> Floats:
    """Even steps from one end to the other, one of them at the anchor."""
    step = (high - low) / BARS
    before, after = math.ceil((anchor - low) / step), math.ceil((high - anchor) / step)
    return np.asarray(anchor + step * np.arange(-before, after + 1), dtype=np.float64)


def _draw_bars(ax: "Axes", rows: pd.DataFrame, edges: Floats, scale: Scale, language: str) -> None:
    beyond = rows["missed"].eq(True).fillna(value=False).astype(bool)
    shown = np.clip(rows["value"] * scale.factor, edges[0], edges[-1])
    stacked = np.zeros(len(edges) - 1)
    missed, whole = int(rows.loc[beyond, "n"].sum()), int(rows["n"].sum())
    share = words.format_value(missed / whole, "share", language)
    parts = [
        (~beyond, FAINT_GREY, "", _text("within", language)),
        (beyond, WORSE_ORANGE, "////", _text("beyond", language).format(share, f"{missed:,}")),
    ]
    for chosen, color, hatch, label in parts:
        if not chosen.any():
            continue
        heights = np.histogram(shown[chosen], bins=edges, weights=rows.loc[chosen, "n"])[0]
        ax.bar(
            edges[:-1],
            heights,
            np.diff(edges),
            bottom=stacked,
            align="edge",
            color=color,
            edgecolor="white",
            hatch=hatch,
            linewidth=0.4,
            label=label,
        )
        stacked = stacked + heights
    ax.set_ylim(0, 1.08 * float(stacked.max()))


def _set_axis(ax: "Axes", edges: Floats, scale: Scale, language: str, *, logarithmic: bool) -> None:
    if not logarithmic:
        canvas.set_labels(ax, scale.axis_label, _text("records", language))
        return
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    ax.set_xscale("log")
    names = 1 + words.LANGUAGES.index(language)
    low, high = edges[0] / scale.factor, edges[-1] / scale.factor
    within = [tick for tick in TICKS if low * 0.999 <= tick[0] <= high * 1.001]
    kept = within[:: max(-(-len(within) // MOST_TICKS), 1)]
    ax.xaxis.set_major_locator(FixedLocator([tick[0] * scale.factor for tick in kept]))
    ax.xaxis.set_major_formatter(FixedFormatter([str(tick[names]) for tick in kept]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlim(edges[0] / 1.05, edges[-1] * 1.05)
    canvas.set_labels(ax, _text("log", language), _text("records", language))
