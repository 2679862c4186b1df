"""The timeline of a standard: which target was in force when, and where it was moved."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from csqa import words
from csqa.errors import check_option
from csqa.rules.standard import Standard
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.lanes import Lane, Span, list_lanes
from csqa.show.palette import BAND_GREY, FAINT_GREY, GRID_GREY, INK, INTERVAL_BLUE, Mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LANE_INCHES, BAR = 0.27, 0.76
"""Height of a lane; and the part of it that its bar fills."""

NAME_WIDTH = 26
"""Columns of a name beside its lane."""

LAST_PART = 0.8
"""Of the time between the first and the last change, what is shown after it: room for its text."""

LEAST_DAYS = 365
"""Days shown after the last change at least."""

TICK_INCHES = 0.85
"""Between two dates on the axis, so that they don't touch."""

MOST_NOTE, LEAST_NOTE = 60, 4
"""Characters of a note: more have never room, fewer say nothing."""

_GAP, _MARK = 4.0, 4.0
"""Points between a text and the ends of its bar, and more where a change is marked."""

TURNS = {
    "tightened": Mark(INK, "d", "◆"),
    "relaxed": Mark(INK, "d", "◇", filled=False),
    "changed": Mark(INK, "s", "■"),
    "added": Mark(INK, "|", "|"),
}
"""What happened to a target: neither is better, so none has a colour."""

TEXTS = {
    "title": ("目标的变动", "Targets over time"),
    "axis": ("生效日期（右端为现行标准）", "In force from (right: today's standard)"),
    "left_out": ("；{} 处因太密未写数值", "; {} too close to be written"),
    "none": ("标准里没有目标", "The standard has no target"),
    "base": ("目标", "target"),
    "exception": ("例外条件下的目标", "target under a condition"),
    "tightened": ("收紧", "tighter"),
    "relaxed": ("放宽", "looser"),
    "changed": ("调整", "changed"),
    "added": ("新增", "new"),
}


def standards_timeline(
    standard: Standard,
    *,
    metrics: Sequence[str] | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw which target was in force when, per metric, with each change and relaxation.

    Parameters
    ----------
    standard : Standard
        All its versions are drawn.
    metrics : sequence of str, optional
        Default: all that ever had a target, in the standard's order.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        One lane per target, below it one per exception with its note. ◆ a change that asks for
        more, ◇ one that asks for less. A value without room is left out and counted.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from csqa.rules.standard_reader import read_standard
    >>> ax = standards_timeline(read_standard(), metrics=["first_response_phone"])
    >>> [text.get_text() for text in ax.texts]
    ['≤ 15 秒', '≤ 20 秒（高峰时段放宽）']
    >>> plt.close(ax.figure)
    """
    check_option("language", language, words.LANGUAGES)
    lanes = list_lanes(standard, metrics, language)
    height = 1.4 + LANE_INCHES * len(lanes) if lanes else canvas.LOW
    ax = canvas.open_axes(ax, language, height=height)
    canvas.set_title(ax, _text("title", language))
    if not lanes:
        return canvas.say(ax, _text("none", language))
    days = _set_days(ax, lanes)
    _name_lanes(ax, lanes)
    canvas.set_labels(ax, _text("axis", language), "")
    _draw_bars(ax, lanes, days[-1], language)
    canvas.put_legend(ax)
    canvas.figure_of(ax).draw_without_rendering()  # only now is the width of a day known
    _thin_ticks(ax, days[:-1])
    left_out = sum(_write(ax, place, lane, days[-1]) for place, lane in enumerate(lanes))
    if left_out:
        more = _text("left_out", language).format(left_out)
        canvas.set_labels(ax, _text("axis", language) + more, "")
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _set_days(ax: "Axes", lanes: Sequence[Lane]) -> list[date]:
    """Days on which something changed, and the one where the axis ends."""
    days = sorted({span.start for lane in lanes for span in lane.spans})
    ended = {span.end for lane in lanes for span in lane.spans if span.end}
    days = sorted({*days, *ended})
    shown = max(int((days[-1] - days[0]).days * LAST_PART), LEAST_DAYS)
    end = days[-1] + timedelta(days=shown)
    ax.set_xlim(days[0].toordinal(), end.toordinal())
    return [*days, end]


def _name_lanes(ax: "Axes", lanes: Sequence[Lane]) -> None:
    names = [lane.name if lane.base else f"– {lane.name}" for lane in lanes]
    ax.set_yticks(range(len(lanes)), [safe_text(name, NAME_WIDTH) for name in names])
    ax.set_ylim(len(lanes) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")


def _draw_bars(ax: "Axes", lanes: Sequence[Lane], end: date, language: str) -> None:
    turns: dict[str, list[tuple[int, int]]] = {turn: [] for turn in TURNS}
    for place, lane in enumerate(lanes):
        for span in lane.spans:
            start, days = span.start.toordinal(), ((span.end or end) - span.start).days
            label = _text("base" if lane.base else "exception", language)
            ax.barh(
                place,
                days,
                BAR if lane.base else BAR * 0.85,
                left=start,
                color=INTERVAL_BLUE if lane.base else BAND_GREY,
                edgecolor=FAINT_GREY,
                linestyle="-" if lane.base else (0, (3, 2)),
                linewidth=0.7,
                label=label if label not in ax.get_legend_handles_labels()[1] else "_nolegend_",
            )
            if span.turn:
                turns[span.turn].append((start, place))
    for turn, points in turns.items():
        x, y = zip(*points, strict=True) if points else ((), ())
        canvas.draw_marks(ax, x, y, TURNS[turn], _text(turn, language), size=5.5)


def _thin_ticks(ax: "Axes", days: Sequence[date]) -> None:
    """Write the dates of changes, as many as don't touch, the newest first."""
    pixels = TICK_INCHES * canvas.figure_of(ax).dpi
    kept: list[date] = []
    for day in reversed(days):
        if not kept or _pixel(ax, kept[-1]) - _pixel(ax, day) >= pixels:
            kept.append(day)
    ax.set_xticks([day.toordinal() for day in kept], [day.isoformat() for day in kept])
    ax.set_xticks([day.toordinal() for day in days], minor=True)
    ax.grid(visible=True, axis="x", which="both", color=GRID_GREY, linewidth=0.8)


def _pixel(ax: "Axes", day: date) -> float:
    return float(ax.transData.transform((day.toordinal(), 0))[0])


def _write(ax: "Axes", place: int, lane: Lane, end: date) -> int:
    """Write the limits of a lane; return how many had no room."""
    return sum(not _write_one(ax, place, span, span.end or end) for span in lane.spans)


def _write_one(ax: "Axes", place: int, span: Span, end: date) -> bool:
    """Write the fullest text that its bar has room for; say whether there is one."""
    indent = _GAP + (_MARK if span.turn else 0.0)
    text = ax.annotate(
        "",
        (span.start.toordinal(), place),
        xytext=(indent, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=canvas.TEXT_SIZE,
        color=INK,
        zorder=5,
    )
    text.set_in_layout(False)
    room = _pixel(ax, end) - _pixel(ax, span.start)
    behind = _GAP + (_MARK if span.end else 0.0)
    room -= (indent + behind) * canvas.figure_of(ax).dpi / 72
    for candidate in (*_with_note(span), *span.texts):
        text.set_text(safe_text(candidate))
        if text.get_window_extent().width <= room:
            return True
    text.remove()
    return False


def _with_note(span: Span) -> Iterator[str]:
    """The text with its note, cut shorter and shorter: a few words of it still say something."""
    if span.note:
        yield f"{span.lead}{span.note}）"
    for length in range(min(len(span.note), MOST_NOTE) - 1, LEAST_NOTE - 1, -1):
        yield f"{span.lead}{span.note[:length]}…）"
