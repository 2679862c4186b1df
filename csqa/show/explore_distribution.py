"""How values spread around a target: of contacts, or of units where one contact is yes or no."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import words
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.palette import BETTER_BLUE, FAINT_GREY, INK, TARGET_DARK, WORSE_ORANGE
from csqa.show.scale import Scale, choose_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

BARS = 30
"""Of a histogram, about as many."""

SHOWN_SHARE = 0.99
"""Of the contacts; a few that took days would press all others into one bar."""

TEXTS = {
    "contacts": ("服务记录（条）", "Contacts"),
    "units": ("对象（个）", "Units"),
    "median": ("中位数 {}", "median {}"),
    "ninth": ("九成不超过 {}", "90 % within {}"),
    "target": ("目标 {}", "target {}"),
    "beyond": ("另有 {} 条在 {} 以上，图中未画", "{} more beyond {}, not drawn"),
}


def quantiles_of_counts(counts: pd.DataFrame, probabilities: Sequence[float]) -> Floats:
    """Quantiles of counted values, interpolated between the two nearest records (type 7).

    Parameters
    ----------
    counts : DataFrame
        ``value``, ascending, and ``n`` of each.
    probabilities : sequence of float
        In [0, 1].

    Returns
    -------
    array
        NaN without a record.

    Examples
    --------
    >>> counts = pd.DataFrame({"value": [10.0, 20.0, 40.0], "n": [1, 2, 1]})
    >>> quantiles_of_counts(counts, [0.5, 0.9]).tolist()
    [20.0, 34.0]
    """
    values, ends = counts["value"].to_numpy(dtype=float), counts["n"].cumsum().to_numpy()
    if not len(values):
        return np.full(len(probabilities), np.nan)
    place = np.asarray(probabilities, dtype=float) * (ends[-1] - 1)
    below, above = np.floor(place), np.ceil(place)
    low = values[np.searchsorted(ends, below, side="right")]
    high = values[np.searchsorted(ends, above, side="right")]
    quantiles: Floats = low + (place - below) * (high - low)
    return quantiles


def value_distribution(
    counts: pd.DataFrame,
    *,
    kind: str,
    title: Sequence[str],
    targets: Sequence[float] = (),
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw how many contacts took how long, with the targets, the median and nine tenths.

    Parameters
    ----------
    counts : DataFrame
        ``value`` [the kind's unit], ascending, and ``n``.
    kind : str
        One of :data:`csqa.results.KINDS`.
    title : sequence of str
        Parts of the title.
    targets : sequence of float
        Each is a dashed line.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        The slowest hundredth is not drawn, but counted in a note.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> counts = pd.DataFrame({"value": [10.0, 20.0, 40.0], "n": [1, 2, 1]})
    >>> ax = value_distribution(counts, kind="seconds", title=["响应"], targets=[30.0])
    >>> [line.get_label() for line in ax.lines]
    ['目标 30.0 秒', '中位数 20.0 秒', '九成不超过 34.0 秒']
    >>> plt.close(ax.figure)
    """
    ax = _begin(ax, title, language)
    if counts.empty:
        return canvas.say_no_data(ax, language)
    median, ninth, most = quantiles_of_counts(counts, [0.5, 0.9, SHOWN_SHARE])
    scale = choose_scale(kind, [ninth], language)
    shown = counts[counts["value"] <= most]
    heights, edges = np.histogram(
        shown["value"] * scale.factor, bins=_bins(shown, scale), weights=shown["n"]
    )
    ax.bar(edges[:-1], heights, np.diff(edges), align="edge", color=FAINT_GREY, edgecolor="white")
    lines = [(target, "target") for target in sorted(set(targets)) if target <= most * 1.5]
    draw_lines(ax, [*lines, (median, "median"), (ninth, "ninth")], scale, language)
    canvas.set_labels(ax, scale.axis_label, _text("contacts", language))
    canvas.put_legend(ax)
    beyond = int(counts["n"].sum() - shown["n"].sum())
    if beyond:
        _note(ax, _text("beyond", language).format(f"{beyond:,}", scale.text(most)))
    return ax


def unit_distribution(
    across: pd.DataFrame,
    *,
    title: Sequence[str],
    targets: Sequence[float] = (),
    unit: str | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw how the values of units spread, with the targets, and where one of them lies.

    Parameters
    ----------
    across : DataFrame
        From :func:`csqa.compare_horizontal`, of one metric: ``unit kind value``.
    title, targets, language, ax
        As for :func:`value_distribution`.
    unit : str, optional
        The one that is marked.

    Returns
    -------
    Axes
        Bars count units, whatever their size: those with few records lie far out by chance.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> across = pd.DataFrame({"unit": ["甲", "乙"], "kind": "share", "value": [0.8, 0.9]})
    >>> ax = unit_distribution(across, title=["满意度"], targets=[0.85], unit="甲")
    >>> [line.get_label() for line in ax.lines]
    ['目标 85.0%', '甲 80.0%']
    >>> plt.close(ax.figure)
    """
    from matplotlib.ticker import MaxNLocator

    ax = _begin(ax, title, language)
    rows = across[across["value"].notna()]
    if rows.empty:
        return canvas.say_no_data(ax, language)
    scale = choose_scale(rows["kind"].iloc[0], rows["value"], language)
    values = rows["value"].to_numpy(dtype=float) * scale.factor
    heights, edges = np.histogram(values, bins=min(BARS, max(6, len(values) // 2)))
    ax.bar(edges[:-1], heights, np.diff(edges), align="edge", color=FAINT_GREY, edgecolor="white")
    draw_lines(ax, [(target, "target") for target in sorted(set(targets))], scale, language)
    for own in rows.loc[rows["unit"] == unit, "value"]:
        name = safe_text(words.label(str(unit), language), canvas.LABEL_WIDTH)
        label = f"{name} {scale.text(own)}"
        ax.axvline(own * scale.factor, color=BETTER_BLUE, linewidth=1.6, label=label)
    canvas.set_labels(ax, scale.axis_label, _text("units", language))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    canvas.put_legend(ax)
    return ax


def _begin(ax: "Axes | None", title: Sequence[str], language: str) -> "Axes":
    ax = canvas.open_axes(ax, language)
    canvas.set_title(ax, *title)
    return ax


def _bins(shown: pd.DataFrame, scale: Scale) -> "Floats | int":
    """Bars of equal width; whole numbers a bar each where they are few."""
    if scale.kind == "number" and shown["value"].nunique() <= BARS:
        return np.arange(shown["value"].min(), shown["value"].max() + 2) - 0.5
    return BARS


def draw_lines(ax: "Axes", lines: Sequence[tuple[float, str]], scale: Scale, language: str) -> None:
    """Draw values as lines across the axes: ``target``, ``median``, ``ninth`` (nine tenths)."""
    styles = {
        "target": (TARGET_DARK, (0, (5, 3))),
        "median": (BETTER_BLUE, "-"),
        "ninth": (WORSE_ORANGE, "-"),
    }
    for value, key in lines:
        color, dashes = styles[key]
        label = _text(key, language).format(words.format_value(value, scale.kind, language))
        ax.axvline(value * scale.factor, color=color, linestyle=dashes, linewidth=1.4, label=label)


def _note(ax: "Axes", text: str) -> None:
    ax.text(
        0.995,
        0.97,
        text,
        transform=ax.transAxes,
        ha="right",
        va="top",
        fontsize=canvas.TEXT_SIZE,
        color=INK,
    )


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]
