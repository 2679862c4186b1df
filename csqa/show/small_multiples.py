"""Small multiples: one metric of many units over time, each its own control chart, one scale."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.errors import check_option
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.drawn_text import safe_lines, safe_text
from csqa.show.fonts import use_chinese_font
from csqa.show.palette import INK, VARIATIONS
from csqa.show.scale import Scale, choose_scale
from csqa.show.series import draw_series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 4
"""Charts side by side: 40 units are ten lines."""

LINE_INCHES, HEAD_INCHES, FOOT_INCHES = 0.86, 0.4, 0.85
"""Height of a line of charts, of the title, and of the key with the months above it."""

LEFT_INCHES, RIGHT_INCHES, GAP_INCHES = 0.62, 0.5, 0.5
"""Room for the axis, for the last value of the last chart, and for those in between."""

PLOT_PART = 0.66
"""Of the height of a line, what its chart fills; the rest is its name."""

NAME_WIDTH = 18
"""Columns of a unit's name above its chart; longer names are cut."""

FIRST = ("concern", "improvement")
"""Variations whose units come first."""

TEXTS = {
    "units": ("{} 个对象，同一刻度", "{} units, one scale"),
    "first": ("恶化的在前", "worse first"),
    "empty": ("另有 {} 个无数据", "{} more without data"),
}


def small_multiples(
    over: pd.DataFrame,
    *,
    metric: str,
    standard: Standard | None = None,
    language: str = "zh",
    figure: "Figure | None" = None,
) -> "Figure":
    """Draw one metric of many units as small control charts on one scale.

    Parameters
    ----------
    over : DataFrame
        From :func:`csqa.compare_vertical`, split by units.
    metric : str
        Which rows of it.
    standard : Standard, optional
        For the metric's name and the fewest records shown as full. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.
    figure : Figure, optional
        An empty one to draw in, as large as it is; a new one if left out, which the caller closes.

    Returns
    -------
    Figure
        Four charts a line: units whose last full month is a special cause for the worse (▼), then
        for the better (▲), then the others, each group by name: nobody is ranked. The last value
        stands at the end of its line.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> rows = pd.DataFrame({"period": ["2025-04", "2025-05", "2025-06"], "value": [0.9, 0.8, 0.9]})
    >>> rows = rows.assign(metric="csat", kind="share", n=200, complete=True, target=0.9)
    >>> rows = rows.assign(target_upper=None, center=0.88, lower_limit=0.8, upper_limit=0.95)
    >>> quiet, loud = rows.assign(unit="A", variation="common"), rows.assign(unit="B")
    >>> over = pd.concat([quiet, loud.assign(variation="concern")])
    >>> figure = small_multiples(over, metric="csat")
    >>> [ax.get_title(loc="left") for ax in figure.axes]
    ['▼ B', 'A']
    >>> plt.close(figure)
    """
    check_option("language", language, words.LANGUAGES)
    standard = standard or read_standard()
    name = standard.metric(metric).name(language)
    rows = over[over["metric"] == metric]
    known = rows[rows["value"].notna()]
    if known.empty:
        ax = figure.subplots() if figure is not None else None
        ax = canvas.open_axes(ax, language, height=canvas.LOW)
        canvas.set_title(ax, name)
        return canvas.figure_of(canvas.say_no_data(ax, language))
    units = _order(known, standard.count_only_below)
    figure = _draw_grid(figure, len(units))
    scale = choose_scale(known["kind"].iloc[0], known["value"], language)
    periods = sorted(rows["period"].unique())
    for ax, (unit, state) in zip(figure.axes, units.items(), strict=True):
        one = rows[rows["unit"] == unit].set_index("period").reindex(periods).reset_index()
        _draw_one(ax, one, scale, standard.count_only_below, language)
        _name(ax, str(unit), state, language)
    _share_scale(figure, known, scale)
    _label_edges(figure, periods, scale)
    texts = [name, _text("units", language).format(len(units))]
    if "concern" in units.values():
        texts.append(_text("first", language))
    if empty := rows["unit"].nunique() - len(units):
        texts.append(_text("empty", language).format(empty))
    _put_texts(figure, texts)
    return figure


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _order(known: pd.DataFrame, least: int) -> dict[str, str]:
    """Units with how their last full month varies, in the order of the charts."""
    full = known[known["complete"].eq(True) & (known["n"] >= least)]
    last = full.sort_values("period").groupby("unit")["variation"].last()
    states = {str(unit): str(last.get(unit, "none")) for unit in known["unit"].unique()}
    places = {state: place for place, state in enumerate(FIRST)}
    return dict(sorted(states.items(), key=lambda item: (places.get(item[1], 2), item[0])))


def _draw_grid(figure: "Figure | None", count: int) -> "Figure":
    """Axes with fixed distances: fitting forty of them to their texts would take seconds."""
    import matplotlib.pyplot as plt

    use_chinese_font()
    lines = math.ceil(count / COLUMNS)
    if figure is None:
        height = HEAD_INCHES + LINE_INCHES * lines + FOOT_INCHES
        figure = plt.figure(figsize=(canvas.WIDTH, height), dpi=canvas.DPI)
    width, height = figure.get_size_inches()
    plot = (width - LEFT_INCHES - RIGHT_INCHES - GAP_INCHES * (COLUMNS - 1)) / COLUMNS
    line = (height - HEAD_INCHES - FOOT_INCHES) / lines
    for place in range(count):
        down, right = divmod(place, COLUMNS)
        left = LEFT_INCHES + right * (plot + GAP_INCHES)
        bottom = height - HEAD_INCHES - (down + 1) * line
        figure.add_axes((left / width, bottom / height, plot / width, line * PLOT_PART / height))
    return figure


def _draw_one(ax: "Axes", rows: pd.DataFrame, scale: Scale, least: int, language: str) -> None:
    canvas.open_axes(ax, language)
    draw_series(ax, rows, least, language, small=True, scale=scale)
    ax.set_xlim(-0.6, len(rows) - 0.4)


def _name(ax: "Axes", unit: str, state: str, language: str) -> None:
    mark = VARIATIONS.get(state)
    name = safe_text(words.label(unit, language), NAME_WIDTH)
    ax.set_title(
        f"{mark.sign} {name}" if mark else name,
        loc="left",
        pad=3,
        fontsize=canvas.TEXT_SIZE,
        color=mark.color if mark else INK,
    )


def _share_scale(figure: "Figure", known: pd.DataFrame, scale: Scale) -> None:
    """One scale for all, with room for every value and target; limits of few records may leave."""
    ends = known.reindex(columns=["value", "target", "target_upper"]).astype(float)
    room = canvas.room_for((ends * scale.factor).to_numpy().ravel(), scale.kind)
    for ax in figure.axes:
        if room:
            ax.set_ylim(*room)
        ax.locator_params(axis="y", nbins=3)


def _label_edges(figure: "Figure", periods: list[str], scale: Scale) -> None:
    """Write the months below the last chart of a column, the scale beside the first of a line."""
    count = len(figure.axes)
    for place, ax in enumerate(figure.axes):
        canvas.show_months(ax, periods, most=2)
        if place + COLUMNS < count:
            ax.set_xticklabels([])
        if place % COLUMNS:
            ax.tick_params(labelleft=False)
    middle = figure.axes[count - 1 - (count - 1) % COLUMNS]
    figure.axes[0].set_ylabel(scale.unit, fontsize=canvas.TEXT_SIZE, color=INK)
    middle.tick_params(axis="x", pad=3)


def _put_texts(figure: "Figure", parts: list[str]) -> None:
    """The title of all charts, and one key with every label that any of them has."""
    title = safe_lines(" · ".join(parts), canvas.TITLE_WIDTH)
    height = figure.get_size_inches()[1]
    top = 1 - 0.08 / height
    figure.text(0.012, top, title, va="top", fontsize=canvas.TITLE_SIZE, color=INK)
    found = {
        label: handle
        for ax in figure.axes
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        found.values(),
        found.keys(),
        loc="lower left",
        ncols=4,
        fontsize=canvas.TEXT_SIZE,
        frameon=False,
        handlelength=1.6,
    )
