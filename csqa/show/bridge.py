"""The bridge: how the composite came from one month to the next, metric by metric."""

from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import schema, sentences, words
from csqa.errors import check_option
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.palette import FAINT_GREY, INK, PLAIN, VARIATIONS, Mark
from csqa.show.steps import Step, list_steps, of_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAR = 0.62
"""Height of a bar; the lines are 1 apart."""

NAME_WIDTH = 28
"""Columns of a metric's name; longer names are cut."""

LEAST_SPAN = 1.0
"""Points of the axis at least: a change of 0.01 must not look like a landslide."""

SMALLEST_GAP = 0.05
"""Between sums of figures with one decimal, a difference that shows."""

HATCHES = {"improvement": "", "concern": "////"}
"""What tells better from worse where there is no colour."""

TEXTS = {
    "title": ("综合得分变化", "Composite"),
    "axis": ("综合得分（分，横轴不从 0 起）", "Composite (points, not from 0)"),
    "points": ("{} 分", "{} points"),
    "up": ("拉高综合得分", "raised the composite"),
    "down": ("拉低综合得分", "lowered the composite"),
    "end": ("综合得分", "composite"),
    "partial_period": ("月份不完整", "partial month"),
    "other_standard": ("标准有变动", "another standard"),
    "other_metrics": ("计分指标不同", "other metrics scored"),
    "rounded": (
        "；首尾得分各自四舍五入，与变化相差 0.1",
        "; ends and change are rounded separately",
    ),
}


def bridge(
    changes: pd.DataFrame,
    *,
    period: str,
    unit: str | None = None,
    card: pd.DataFrame | None = None,
    standard: Standard | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw how the composite came from the period before to this one.

    Parameters
    ----------
    changes : DataFrame
        From :func:`csqa.decompose_change`.
    period : str
        Where the bridge ends.
    unit : str, optional
        Which unit, where the table is split by units. Default: the whole.
    card : DataFrame, optional
        From :func:`csqa.composite`, of the same scores: whether the change is more than chance.
    standard : Standard, optional
        For the metrics' names. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        From top to bottom: the composite before; one bar per metric, the largest first and the
        small ones together; the composite now. ▲ plain: raised it; ▼ hatched: lowered it. What
        makes the two composites unlike is said, and why there is no bridge.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> changes = pd.DataFrame(
    ...     {
    ...         "period": "2025-06",
    ...         "since": "2025-05",
    ...         "metric": ["csat", "nps"],
    ...         "part": "score",
    ...         "points": [0.5, -1.3],
    ...         "shown": [0.5, -1.3],
    ...         "composite_before": 84.0,
    ...         "composite": 83.2,
    ...     }
    ... )
    >>> ax = bridge(changes, period="2025-06")
    >>> [text.get_text() for text in ax.texts]
    ['84.0 分', '▼ −1.3 分', '▲ +0.5 分', '83.2 分']
    >>> plt.close(ax.figure)
    """
    check_option("language", language, words.LANGUAGES)
    standard, unit = standard or read_standard(), unit or schema.OVERALL
    rows = of_unit(changes, unit)
    rows = rows[(rows["period"] == period) & rows["points"].notna()]
    steps = list_steps(rows, standard, language) if len(rows) else []
    height = 1.5 + 0.29 * (len(steps) + 2) if steps else canvas.LOW
    ax = canvas.open_axes(ax, language, height=height)
    title = [_text("title", language), words.label(unit, language)]
    now = _of_period(card, unit, period)
    if not steps:
        canvas.set_title(ax, *title, period)
        return canvas.say(ax, words.label(now.get("no_change_because") or "no_data", language))
    ends = records(rows)[0]
    span = f"{ends['since']} → {period}"
    canvas.set_title(ax, *title, span, _outcome(steps, now, language), _unlike(ends, language))
    _draw(ax, ends, steps, language)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _of_period(card: pd.DataFrame | None, unit: str, period: str) -> dict[str, Any]:
    """Row of the composite; empty where there is none."""
    if card is None:
        return {}
    rows = records(of_unit(card[card["period"] == period], unit))
    return rows[0] if rows else {}


def _outcome(steps: list[Step], now: dict[str, Any], language: str) -> str:
    """The change, and whether it is more than chance."""
    change = words.format_signed(sum(step.shown for step in steps))
    text = _text("points", language).format(change)
    if not now or now["no_change_because"]:
        return text
    sure = sentences.about_change(now, language)
    return f"{text}（{sure}）" if language == "zh" else f"{text} ({sure})"


def _unlike(ends: dict[str, Any], language: str) -> str:
    """What makes the two composites unlike."""
    caveats = str(ends.get("caveats", "")).split()
    return words.join((_text(caveat, language) for caveat in caveats), language)


def _draw(ax: "Axes", ends: dict[str, Any], steps: list[Step], language: str) -> None:
    levels = list(accumulate((step.points for step in steps), initial=ends["composite_before"]))
    span = max(max(levels) - min(levels), LEAST_SPAN)
    left, last = max(min(levels) - 0.25 * span, 0.0), len(steps) + 1
    ax.set_xlim(left, max(levels) + 0.3 * span)  # to the right, room for what is written there
    _draw_end(ax, 0, ends["composite_before"], left, language)
    _draw_steps(ax, levels, steps, language)
    _draw_end(ax, last, ends["composite"], left, language)
    names = [safe_text(step.name, NAME_WIDTH) for step in steps]
    before, now = (f"{ends[end]} {_text('end', language)}" for end in ("since", "period"))
    ax.set_yticks(range(last + 1), [before, *names, now])
    ax.set_ylim(last + 0.55, -0.55)
    ax.grid(visible=False)
    ax.set_xticks([tick for tick in ax.get_xticks() if left <= tick <= 100])
    canvas.set_labels(ax, _axis_label(ends, steps, language), "")
    canvas.put_legend(ax)


def _draw_end(ax: "Axes", place: int, level: float, left: float, language: str) -> None:
    ax.barh(place, level - left, BAR, left=left, color=FAINT_GREY, edgecolor=INK, linewidth=0.8)
    _write(ax, place, level, _text("points", language).format(words.format_points(level)))


def _draw_steps(ax: "Axes", levels: list[float], steps: list[Step], language: str) -> None:
    for place, step in enumerate(steps, start=1):
        start, end = levels[place - 1 : place + 1]
        mark, hatch = _look(step)
        ax.barh(
            place,
            abs(step.points),
            BAR,
            left=min(start, end),
            color=mark.color,
            hatch=hatch,
            edgecolor="white" if hatch else mark.color,
            linewidth=0.8,
            label=_key(step, ax, language),
        )
        text = _text("points", language).format(words.format_signed(step.shown))
        _write(ax, place, max(start, end), text if mark is PLAIN else f"{mark.sign} {text}")
    for place, level in enumerate(levels):
        ax.plot([level] * 2, [place + BAR / 2, place + 1 - BAR / 2], color=INK, linewidth=0.8)


def _look(step: Step) -> tuple[Mark, str]:
    """Colour and hatch of a step; grey where nothing of it is left after rounding."""
    if not float(words.round_half_up(step.shown).replace(",", "")):
        return PLAIN, ""
    kind = "improvement" if step.shown > 0 else "concern"
    return VARIATIONS[kind], HATCHES[kind]


def _key(step: Step, ax: "Axes", language: str) -> str:
    """Label of the key, once per meaning."""
    mark, _ = _look(step)
    if mark is PLAIN:
        return "_nolegend_"
    text = f"{mark.sign} {_text('up' if step.shown > 0 else 'down', language)}"
    return "_nolegend_" if text in ax.get_legend_handles_labels()[1] else text


def _write(ax: "Axes", place: int, level: float, text: str) -> None:
    ax.annotate(
        text,
        (level, place),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=canvas.TEXT_SIZE,
        color=INK,
    )


def _axis_label(ends: dict[str, Any], steps: list[Step], language: str) -> str:
    before, now = (
        float(words.format_points(ends[end])) for end in ("composite_before", "composite")
    )
    apart = abs(now - before - sum(step.shown for step in steps)) > SMALLEST_GAP
    return _text("axis", language) + (_text("rounded", language) if apart else "")
