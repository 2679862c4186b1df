"""Contribution bars: which units moved a metric, by their share and by their own value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.errors import check_option
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.contribution_lines import Explained, Line, explain_lines, headline
from csqa.show.differences import reasons_text, sign_number
from csqa.show.drawn_text import safe_lines, safe_text
from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, PLAIN, VARIATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAR = 0.62
"""Height of a bar; the lines are 1 apart."""

NAME_WIDTH = 28
"""Columns of a unit's name; longer names are cut."""

MIX_HATCH = "/////"
"""What tells mix from rate, also where there is no colour."""

TEXTS = {
    "axis": ("对变化的贡献", "Contribution to the change"),
    "rate": ("水平：自身数值变了", "rate: its own value changed"),
    "mix": ("结构：占比变了", "mix: its share changed"),
    "net": ("两者之和", "both together"),
    "up": ("使指标变好", "made it better"),
    "down": ("使指标变差", "made it worse"),
    "appeared": ("新出现", "new"),
    "vanished": ("不再有", "gone"),
}


def contributions(
    table: pd.DataFrame,
    *,
    metric: str,
    standard: Standard | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw what each unit added to the change of a metric, by mix and by rate.

    Parameters
    ----------
    table : DataFrame
        From :func:`csqa.explain_change`.
    metric : str
        Which metric of it.
    standard : Standard, optional
        For the metric's name. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        One line per unit, the largest contribution first, twelve at most and the others
        together; the sum of all last. Full bars: its own value changed (rate); hatched: its share
        changed (mix); ◆ both together. Blue ▲ made the metric better, orange ▼ worse; the figures
        beside the lines add up as they stand. It says why there is nothing to draw.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> table = pd.DataFrame(
    ...     {
    ...         "metric": "csat",
    ...         "kind": "share",
    ...         "direction": "at_least",
    ...         "period": "2025-06",
    ...         "since": "2025-05",
    ...         "unit_kind": "team",
    ...         "unit": ["热线组", "在线组"],
    ...         "mix": [-0.03, 0.01],
    ...         "rate": [-0.01, 0.0],
    ...         "contribution": [-0.04, 0.01],
    ...         "presence": "both",
    ...         "whole": 0.9,
    ...         "whole_before": 0.93,
    ...         "change": -0.03,
    ...         "change_lower": -0.04,
    ...         "change_upper": -0.02,
    ...         "reason": "",
    ...     }
    ... )
    >>> ax = contributions(table, metric="csat")
    >>> [text.get_text() for text in ax.texts]
    ['▼ −4.0 百分点', '▲ +1.0 百分点', '▼ −3.0 百分点']
    >>> plt.close(ax.figure)
    """
    check_option("language", language, words.LANGUAGES)
    standard = standard or read_standard()
    name = standard.metric(metric).name(language)
    rows = table[table["metric"] == metric]
    known = bool(len(rows)) and bool(rows["change"].notna().all())
    explained = explain_lines(rows, language) if known else None
    height = 1.9 + 0.29 * (len(explained.lines) + 1) if explained else canvas.LOW
    ax = canvas.open_axes(ax, language, height=height)
    if rows.empty:
        canvas.set_title(ax, name)
        return canvas.say_no_data(ax, language)
    row = records(rows.head(1))[0]
    told = headline(row, standard, language)
    _set_title(ax, told[:3], *([part] for part in told[3:] if explained))
    if not explained:
        return canvas.say(
            ax, reasons_text(row["reason"], language) or words.label("no_data", language)
        )
    _draw(ax, explained, language)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _set_title(ax: "Axes", *lines: list[str]) -> None:
    """What is shown, and on a line of its own how much it changed: no figure is broken in two."""
    import matplotlib as mpl

    texts = (" · ".join(part for part in line if part) for line in lines)
    title = "\n".join(safe_lines(text, canvas.TITLE_WIDTH) for text in texts if text)
    family = list(mpl.rcParams["font.family"])
    ax.set_title(title, loc="left", fontsize=canvas.TITLE_SIZE, color=INK, fontfamily=family)


def short_names(names: Sequence[str]) -> list[str]:
    """Cut long names at their end, or in the middle where they would be the same.

    Examples
    --------
    >>> short_names(["华东区重点客户服务部热线甲组", "华东区重点客户服务部热线乙组"])
    ['华东区重点客户服务部热线甲组', '华东区重点客户服务部热线乙组']
    >>> short_names([f"华东区重点客户服务部夜班值守热线{letter}组" for letter in "甲乙"])
    ['华东区重点客…班值守热线甲组', '华东区重点客…班值守热线乙组']
    """
    cut = [safe_text(name, NAME_WIDTH) for name in names]
    if len(set(cut)) == len(set(names)):
        return cut
    end = NAME_WIDTH // 4
    return [
        text
        if text == safe_text(name)
        else safe_text(name, NAME_WIDTH // 2) + safe_text(name[-end:])
        for text, name in zip(cut, names, strict=True)
    ]


def _draw(ax: "Axes", explained: Explained, language: str) -> None:
    lines = [*explained.lines, explained.total]
    places = [*range(len(explained.lines)), len(explained.lines) + 0.25]
    for place, line in zip(places, lines, strict=True):
        _draw_line(ax, place, line, explained)
        canvas.write_right(ax, place, _beside(line, explained, language))
    ax.axhline(places[-1] - 0.62, color=FAINT_GREY, linewidth=0.8)
    ax.axvline(0, color=INK, linewidth=0.8)
    _put_key(ax, explained, language)
    ax.grid(visible=False)
    ax.set_xlim(*_room(lines))
    ax.set_ylim(places[-1] + 0.6, -0.6)
    ax.set_yticks(places, short_names([line.name for line in lines]))
    unit = explained.scale.axis_unit
    shown = f"（{unit}）" if language == "zh" else f" ({unit})"
    canvas.set_labels(ax, _text("axis", language) + (shown if unit else ""), "")
    canvas.put_legend(ax, columns=3)


def _draw_line(ax: "Axes", place: float, line: Line, explained: Explained) -> None:
    """Parts of one sign one after the other, those of the other sign to the other side."""
    ends = {True: 0.0, False: 0.0}
    for part, hatch in ((line.rate, ""), (line.mix, MIX_HATCH)):
        color = explained.mark(part).color
        ax.barh(
            place,
            part,
            BAR,
            left=ends[part > 0],
            color="white" if hatch else color,
            edgecolor=color,
            hatch=hatch,
            linewidth=0.8,
        )
        ends[part > 0] += part
    ax.plot(line.mix + line.rate, place, marker="D", markersize=4.5, color=INK, zorder=4)


def _beside(line: Line, explained: Explained, language: str) -> str:
    number = sign_number(line.shown, explained.scale.digits)
    mark = explained.mark(line.shown)
    presence = line.row.get("presence", "both")
    parts = [
        "" if mark is PLAIN else mark.sign,
        f"{number} {explained.scale.short_unit}",
        "" if presence == "both" else _text(presence, language),
    ]
    return " ".join(part for part in parts if part).strip()


def _room(lines: list[Line]) -> tuple[float, float]:
    """From the farthest bar to the left to the farthest to the right, with some air."""
    parts = [(line.mix, line.rate) for line in lines]
    low = min(sum(part for part in both if part < 0) for both in parts)
    high = max(sum(part for part in both if part > 0) for both in parts)
    air = 0.06 * (high - low) or 1.0
    return low - air, high + air


def _put_key(ax: "Axes", explained: Explained, language: str) -> None:
    """Name shapes by grey samples, and colours by their sign."""
    from matplotlib.patches import Rectangle

    looks = [("rate", NEUTRAL_GREY, ""), ("mix", "white", MIX_HATCH)]
    for name, face, hatch in looks:
        sample = Rectangle((0, 0), 0, 0, facecolor=face, edgecolor=NEUTRAL_GREY, hatch=hatch)
        sample.set_label(_text(name, language))
        ax.add_patch(sample)
    ax.plot([], [], "D", markersize=4.5, color=INK, label=_text("net", language))
    for meaning, name in (("improvement", "up"), ("concern", "down")) if explained.better else ():
        mark = VARIATIONS[meaning]
        sample = Rectangle((0, 0), 0, 0, facecolor=mark.color)
        sample.set_label(f"{mark.sign} {_text(name, language)}")
        ax.add_patch(sample)
