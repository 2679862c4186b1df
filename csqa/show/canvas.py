"""What every chart shares: axes in the house's look, titles, marks, months, the key."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from csqa import words
from csqa.errors import check_option
from csqa.show.drawn_text import safe_lines, width_of
from csqa.show.fonts import use_chinese_font
from csqa.show.palette import FAINT_GREY, GRID_GREY, INK, NEUTRAL_GREY, Mark, face_color

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 150
WIDTH, HEIGHT, LOW = 7.0, 3.6, 1.2
"""Inches. 7 in. shown 640 pixels wide, the least on a phone, leave 9 pt at 11.4 pixels; ``LOW``
is for axes that only say why nothing is drawn."""

FEWEST_POINTS = 3
"""Months below which there is no trend to draw: two points always lie on a line."""

TEXT_SIZE, TITLE_SIZE = 9, 11
TITLE_WIDTH = 68
"""Columns of a line of a title; a Chinese character takes two."""

_LEGEND_DROP = 36
"""Points from the axes down to the key: tick labels and the axis label lie between."""

_COLUMN_POINTS, _HANDLE_POINTS = 4.6, 34.0
"""Width of a column of text in a key, and of the sign before it with the gap after it."""

_STATE, _STATE_PAD = "state", 21
"""Mark of the line between title and axes, and the points that the title moves up for it."""

LABEL_WIDTH = 20
"""Columns of a unit's name beside a chart; longer names are cut."""


def open_axes(ax: "Axes | None", language: str, *, height: float = HEIGHT) -> "Axes":
    """Give the axes to draw on, in the house's look; new ones unless given.

    Parameters
    ----------
    ax : Axes, optional
        Left as they are apart from their look. Without, pyplot makes a figure, which the caller
        closes.
    language : {"zh", "en"}
        Checked here, for every chart.
    height : float
        Inches, of a new figure.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    use_chinese_font()
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    _dress(ax)
    return ax


def _dress(ax: "Axes") -> None:
    import seaborn as sns

    sns.despine(ax=ax)
    ax.set_axisbelow(True)
    ax.grid(visible=True, axis="y", color=GRID_GREY, linewidth=0.8)
    dress_ticks(ax)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(FAINT_GREY)


def dress_ticks(ax: "Axes") -> None:
    """Give tick labels the house's look; and its font, which axes made elsewhere don't have."""
    ax.tick_params(
        labelsize=TEXT_SIZE,
        labelcolor=INK,
        labelfontfamily=_families(),
        color=FAINT_GREY,
        length=3,
    )


def _families() -> list[str]:
    import matplotlib as mpl

    return list(mpl.rcParams["font.family"])


def set_title(ax: "Axes", *parts: str) -> None:
    """Say what a chart is about, on as many lines as it takes, above its state if it has one."""
    text = safe_lines(" · ".join(part for part in parts if part), TITLE_WIDTH)
    style: dict[str, Any] = {"fontsize": TITLE_SIZE, "color": INK, "fontfamily": _families()}
    told = any(line.get_gid() == _STATE for line in ax.texts)
    ax.set_title(text, loc="left", pad=_STATE_PAD if told else None, **style)


def say_state(ax: "Axes", text: str) -> None:
    """Say between title and axes how things stand; before the title is set."""
    ax.annotate(
        text,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 5),
        textcoords="offset points",
        va="bottom",
        fontsize=TEXT_SIZE,
        color=INK,
        gid=_STATE,
    )


def set_labels(ax: "Axes", x: str, y: str) -> None:
    """Name both axes, with units."""
    style: dict[str, Any] = {"fontsize": TEXT_SIZE, "color": INK, "fontfamily": _families()}
    ax.set_xlabel(x, **style)
    ax.set_ylabel(y, **style)


def say_no_data(ax: "Axes", language: str = "zh") -> "Axes":
    """Leave empty axes that say so, in the place where a chart is missed."""
    return say(ax, words.label("no_data", language))


def say_too_short(ax: "Axes", language: str = "zh") -> "Axes":
    """Leave empty axes that say that there are too few months for a trend."""
    if language == "zh":
        return say(ax, f"不足 {FEWEST_POINTS} 个月，不画趋势")
    return say(ax, f"Under {FEWEST_POINTS} months: no trend")


def say(ax: "Axes", text: str) -> "Axes":
    """Leave empty axes that say in their middle why nothing is drawn."""
    ax.text(
        0.5,
        0.5,
        text,
        transform=ax.transAxes,
        ha="center",
        va="center",
        fontsize=TEXT_SIZE + 1,
        color=NEUTRAL_GREY,
    )
    ax.grid(visible=False)
    ax.set(xticks=[], yticks=[])
    return ax


def draw_marks(ax: "Axes", x: Any, y: Any, mark: Mark, label: str, *, size: float = 6) -> None:
    """Draw points of one meaning; nothing where there are none, so that no key names them."""
    if not len(x):
        return
    ax.plot(
        x,
        y,
        linestyle="none",
        marker=mark.marker,
        markersize=size,
        color=mark.color,
        markerfacecolor=face_color(mark),
        markeredgewidth=1.2,
        zorder=4,
        label=label,
    )


def show_months(ax: "Axes", periods: Sequence[str], *, most: int = 9) -> None:
    """Label a few periods, the last one always: ``2025-06`` as ``25-06``.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = open_axes(None, "zh")
    >>> show_months(ax, [f"2025-{month:02d}" for month in range(1, 13)], most=4)
    >>> [text.get_text() for text in ax.get_xticklabels()]
    ['25-03', '25-06', '25-09', '25-12']
    >>> plt.close(ax.figure)
    """
    last = len(periods) - 1
    step = max(math.ceil(len(periods) / most), 1)
    places = list(range(last % step, last + 1, step))
    texts = [re.sub(r"^\d{2}(?=\d{2}-)", "", str(periods[place])) for place in places]
    ax.set_xticks(places, texts)
    ax.set_xlim(-0.6, last + 0.6)


def say_last(ax: "Axes", x: Any, y: Any, text: str) -> None:
    """Write the last value beside its point, outside the axes if need be."""
    ax.annotate(
        text,
        (x, y),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        fontsize=TEXT_SIZE,
        color=INK,
        annotation_clip=False,
    )


def write_right(ax: "Axes", place: float, text: str) -> None:
    """Write beside a line of a chart, in the right margin, where nothing is drawn over it."""
    ax.text(
        1.02,
        place,
        text,
        transform=ax.get_yaxis_transform(),
        va="center",
        fontsize=TEXT_SIZE,
        color=INK,
    )


def put_legend(ax: "Axes", *, columns: int = 4) -> None:
    """Put the key below the axes, where it hides nothing."""
    from matplotlib.transforms import ScaledTranslation

    handles, labels = ax.get_legend_handles_labels()
    if not handles:
        return
    below = ScaledTranslation(0, -_LEGEND_DROP / 72, figure_of(ax).dpi_scale_trans)
    ax.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes + below,
        ncols=_fitting_columns(ax, labels, columns),
        fontsize=TEXT_SIZE,
        frameon=False,
        borderaxespad=0,
        handlelength=1.6,
        columnspacing=1.4,
    )


def _fitting_columns(ax: "Axes", labels: Sequence[str], most: int) -> int:
    """Columns of a key that fit beside the axis's names, about: measuring would draw it all."""
    import numpy as np

    named = (width_of(label.get_text()) for label in ax.get_yticklabels())
    left = _COLUMN_POINTS * (max(named, default=0) + 6)
    room = 72 * figure_of(ax).get_figwidth() - left
    widths = list(map(width_of, labels))
    for count in range(min(most, len(labels)), 1, -1):
        columns = np.array_split(widths, count)  # as the legend fills them
        if sum(_COLUMN_POINTS * max(column) + _HANDLE_POINTS for column in columns) <= room:
            return count
    return 1


def room_for(values: Iterable[float], kind: str) -> tuple[float, float] | None:
    """Bounds of an axis in shown units: some air, but no negative times and no 110 %."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return None
    low, high = min(known), max(known)
    air = 0.09 * (high - low) or 0.1 * abs(high) or 1.0
    bottom, top = low - air, high + air
    if kind != "nps" and low >= 0:
        bottom = max(bottom, -0.03 * (top - max(bottom, 0.0)))
    if kind == "share" and high <= 100:
        top = min(top, 100 + 0.03 * (100 - bottom))
    return bottom, top


def figure_of(ax: "Axes") -> "Figure":
    """Figure that the axes belong to."""
    figure = ax.get_figure(root=True)
    if figure is None:
        msg = "`ax` belongs to no figure."
        raise ValueError(msg)
    return figure
