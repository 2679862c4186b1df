"""Control charts: one unit over several periods (vertical)."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from csqa import schema, words
from csqa.periods import kind_of
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.fonts import use_chinese_font
from csqa.show.headers import CHARTS
from csqa.show.palette import INK
from csqa.show.series import draw_series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 3
"""Charts side by side in a grid."""

TEXTS = {
    "chart": ("控制图", "chart"),
    "charts": ("各指标控制图", "Control charts"),
    "trial": ("试行界限", "trial limits"),
}

PERIODS = {
    "day": ("日期", "Day"),
    "week": ("周", "Week"),
    "month": ("月份", "Month"),
    "quarter": ("季度", "Quarter"),
    "year": ("年份", "Year"),
}

STATES = {
    "improvement": ("▲ 改善", "▲ getting better"),
    "concern": ("▼ 恶化", "▼ getting worse"),
    "common": ("● 正常波动", "● usual variation"),
    "consistently_met": ("√ 稳定达标", "√ always meets the target"),
    "inconsistent": ("～ 不稳定", "~ unstable: hit or miss"),
    "consistently_failed": ("× 稳定不达标", "× always misses the target"),
}
"""Variation and assurance with their icons: special cause or not, and capable or not (MDC)."""


def control_chart(
    over: pd.DataFrame,
    *,
    metric: str,
    unit: str = schema.OVERALL,
    standard: Standard | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw one metric of one unit month by month, with limits, target and special causes.

    Parameters
    ----------
    over : DataFrame
        From :func:`csqa.compare_vertical`: :data:`csqa.results.VERTICAL_COLUMNS`.
    metric, unit : str
        Which rows of it.
    standard : Standard, optional
        For the metric's name and the fewest records shown as full. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        Above it in words how the last full month stands: whether it varies as usual, and what the
        limits say of the target. Gaps break the line. ▼ special cause, worse; ▲ better, of the
        last six months only and after the last ▼; ○ a partial month or too few records. “无数据”
        where there is nothing to draw, and no trend of less than three months.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from csqa import compare_vertical
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": [f"2025-{month:02d}" for month in range(1, 7)],
    ...         "metric": "csat",
    ...         "target_line": "2023-01-01/base",
    ...         "n": 200,
    ...         "total": [184, 183, 185, 184, 170, 171.0],
    ...         "total_squares": 0.0,
    ...         "over": 0.0,
    ...         "complete": True,
    ...     }
    ... )
    >>> ax = control_chart(compare_vertical(measures), metric="csat")
    >>> ax.get_title(loc="left"), ax.get_ylabel()
    ('客户满意度 · 整体', '比率（%）')
    >>> plt.close(ax.figure)
    """
    standard = standard or read_standard()
    rows = _select(over, metric, unit)
    long = _is_long(rows)
    ax = canvas.open_axes(ax, language, height=canvas.HEIGHT if long else canvas.LOW)
    name = standard.metric(metric).name(language)
    if long and (state := state_of(rows, standard.count_only_below, language)):
        canvas.say_state(ax, state)
    canvas.set_title(ax, name, words.label(unit, language))
    if not long:
        return _say_why(ax, rows, language)
    scale = draw_series(ax, rows, standard.count_only_below, language)
    canvas.show_months(ax, rows["period"].tolist())
    canvas.set_labels(ax, _chart_note(rows, language), scale.axis_label)
    canvas.put_legend(ax)
    return ax


def control_charts(
    over: pd.DataFrame,
    *,
    metrics: Sequence[str] | None = None,
    unit: str = schema.OVERALL,
    standard: Standard | None = None,
    language: str = "zh",
) -> "Figure":
    """Draw the control charts of all metrics of one unit as small multiples.

    Parameters
    ----------
    over : DataFrame
        From :func:`csqa.compare_vertical`.
    metrics : sequence of str, optional
        Default: those of the standard that have data, in its order.
    unit, standard, language
        As for :func:`control_chart`.

    Returns
    -------
    Figure
        Three columns, one key for all; one line of text if no metric has three months.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from csqa import results
    >>> empty = pd.DataFrame(columns=list(results.VERTICAL_COLUMNS))
    >>> figure = control_charts(empty, metrics=["csat", "nps"])
    >>> [ax.get_title(loc="left") for ax in figure.axes]
    ['客户满意度', '净推荐值 NPS']
    >>> plt.close(figure)
    """
    import matplotlib.pyplot as plt

    standard = standard or read_standard()
    keys = standard.metric_keys if metrics is None else metrics
    parts = {key: _select(over, key, unit) for key in keys}
    if metrics is None:
        parts = {key: rows for key, rows in parts.items() if len(rows)}
    if metrics is None and not any(map(_is_long, parts.values())):
        ax = canvas.open_axes(None, language, height=canvas.LOW)
        canvas.set_title(ax, _text("charts", language), words.label(unit, language))
        return canvas.figure_of(_say_why(ax, next(iter(parts.values()), over.iloc[:0]), language))
    use_chinese_font()
    lines = math.ceil(len(parts) / COLUMNS)
    figure, grid = plt.subplots(
        lines,
        COLUMNS,
        figsize=(canvas.WIDTH, 1.75 * lines + 0.6),
        dpi=canvas.DPI,
        layout="constrained",
        squeeze=False,
    )
    for ax, (key, rows) in zip(grid.flat, parts.items(), strict=False):
        _draw_small(ax, rows, key, standard, language)
    for ax in grid.flat[len(parts) :]:
        ax.remove()
    _put_common_legend(figure)
    return figure


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _select(over: pd.DataFrame, metric: str, unit: str) -> pd.DataFrame:
    """Rows of one metric and unit in order of time; none where no value is known."""
    rows = over[(over["metric"] == metric) & (over["unit"] == unit)]
    rows = rows.sort_values("period", ignore_index=True)
    return rows if rows["value"].notna().any() else rows.iloc[:0]


def _is_long(rows: pd.DataFrame) -> bool:
    return int(rows["value"].notna().sum()) >= canvas.FEWEST_POINTS


def _say_why(ax: "Axes", rows: pd.DataFrame, language: str) -> "Axes":
    """Say why nothing is drawn."""
    if rows.empty:
        return canvas.say_no_data(ax, language)
    return canvas.say_too_short(ax, language)


def state_of(rows: pd.DataFrame, least: int, language: str) -> str:
    """Say how the last full month varies and what the limits say of the target.

    Parameters
    ----------
    rows : DataFrame
        Of a vertical comparison: one metric and unit, in order of time.
    least : int
        Records below which a month is not full.
    language : {"zh", "en"}
        Of the text.

    Returns
    -------
    str
        Empty where no limits are known.

    Examples
    --------
    >>> rows = pd.DataFrame({"value": [0.8], "n": [200], "complete": [True]})
    >>> rows = rows.assign(variation="concern", assurance="consistently_failed")
    >>> state_of(rows, 10, "zh"), state_of(rows, 10, "en")
    ('▼ 恶化 · × 稳定不达标', '▼ getting worse · × always misses the target')
    """
    full = rows[rows["complete"].eq(True) & (rows["n"] >= least) & rows["value"].notna()]
    if full.empty:
        return ""
    last = full.iloc[-1]
    told = [STATES.get(str(last[name])) for name in ("variation", "assurance")]
    return " · ".join(texts[words.LANGUAGES.index(language)] for texts in told if texts)


def _chart_note(rows: pd.DataFrame, language: str) -> str:
    """Name the kind of chart beside the months, and whether its limits are on trial."""
    kind = CHARTS.get(rows["chart"].iloc[-1])
    axis = PERIODS[kind_of(rows["period"].iloc[-1])][words.LANGUAGES.index(language)]
    if not kind or rows["lower_limit"].isna().all():
        return axis
    notes = [f"{kind} {_text('chart', language)}"]
    if bool(rows["trial"].iloc[-1]):
        notes.append(_text("trial", language))
    if language == "zh":
        return f"{axis}（{'，'.join(notes)}）"
    return f"{axis} ({', '.join(notes)})"


def _draw_small(
    ax: "Axes", rows: pd.DataFrame, metric: str, standard: Standard, language: str
) -> None:
    canvas.open_axes(ax, language)
    name = standard.metric(metric).name(language)
    ax.set_title(safe_text(name, 26), loc="left", fontsize=canvas.TEXT_SIZE + 1, color=INK)
    if not _is_long(rows):
        _say_why(ax, rows, language)
        return
    scale = draw_series(ax, rows, standard.count_only_below, language, small=True)
    canvas.show_months(ax, rows["period"].tolist(), most=3)
    ax.set_ylabel(scale.unit, fontsize=canvas.TEXT_SIZE, color=INK)
    ax.locator_params(axis="y", nbins=4)


def _put_common_legend(figure: "Figure") -> None:
    """One key for all charts: every label that any of them has."""
    found = {
        label: handle
        for ax in figure.axes
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    if found:
        figure.legend(
            found.values(),
            found.keys(),
            loc="outside lower left",
            ncols=4,
            fontsize=canvas.TEXT_SIZE,
            frameon=False,
            handlelength=1.6,
        )
