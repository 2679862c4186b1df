"""What is on a fishbone, whichever way it is drawn: bones, ribs, texts broken into lines."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import words
from csqa.cause_results import NO_CAUSE
from csqa.engine.cause_names import order_bones
from csqa.frames import records
from csqa.show import canvas
from csqa.show.drawn_text import safe_text, width_of
from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, WORSE_ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LONGEST_NAME = 60
"""Columns of a name; the rest is cut."""

COLUMN_INCHES = 0.072
"""Width of a column of text of 9 pt, on the safe side."""

THINNEST, THICKEST = 1.0, 5.0
"""Points of a rib: by its share of the most frequent cause."""

TEXTS = {
    "count": ("{cases} 例 · {share}", "{cases} · {share}"),
    "bare": ("{cases} 例", "{cases}"),
    "more": ("其他 {count} 项", "{count} more"),
    "none": ("无证据", "no evidence"),
}
_PIECES = re.compile(r"[!-~]+|[（“《]?.[）”》，、。]*", re.DOTALL)
"""What is not broken: a word, and a character with the brackets around it."""


@dataclass(frozen=True)
class Rib:
    """One cause."""

    name: str
    count: str
    weight: float
    """Cases as a share of those of the most frequent cause."""

    @property
    def color(self) -> str:
        """Orange for the strongest."""
        return WORSE_ORANGE if self.weight == 1 else NEUTRAL_GREY

    @property
    def thickness(self) -> float:
        """Points."""
        return THINNEST + (THICKEST - THINNEST) * self.weight


@dataclass(frozen=True)
class Bone:
    """One category with its causes, the most frequent first."""

    name: str
    count: str
    ribs: tuple[Rib, ...]
    more: str
    """How many causes are not shown; "" if none."""

    @property
    def color(self) -> str:
        """Pale without evidence, orange with the strongest cause."""
        if not self.ribs:
            return FAINT_GREY
        return self.ribs[0].color

    @property
    def strongest(self) -> bool:
        """Whether the most frequent cause of all is here."""
        return bool(self.ribs) and self.ribs[0].weight == 1


@dataclass(frozen=True)
class Fish:
    """All that is drawn."""

    title: str
    head: tuple[str, ...]
    """Unit, metric, value, target, since when."""
    bones: list[Bone]
    caption: list[str]
    language: str

    @property
    def nothing(self) -> str:
        """What stands at a bone without evidence."""
        return _text("none", self.language)


def list_bones(
    counted: pd.DataFrame, most: int, name: Callable[[str], str], language: str
) -> list[Bone]:
    """List all bones in their order, with the most frequent causes of each.

    Parameters
    ----------
    counted : DataFrame
        ``bone``, ``cause``, ``cases``; ``share`` or ``n``, ``bone_cases`` if known.
    most : int
        Causes of one bone.
    name : callable
        From an id to a name.
    language : {"zh", "en"}
        Of the counts.

    Examples
    --------
    >>> counted = pd.DataFrame({"bone": "people", "cause": ["a", "b"], "cases": [3, 1]})
    >>> bone = list_bones(counted, 1, str.upper, "zh")[0]
    >>> bone.name, [rib.name for rib in bone.ribs], bone.more
    ('PEOPLE', ['A'], '其他 1 项')
    """
    found = counted[(counted["bone"] != NO_CAUSE) & (counted["cases"] > 0)]
    top = float(found["cases"].max()) if len(found) else 1.0
    bones = []
    for bone in order_bones(found["bone"].astype("str").tolist()):
        own = found[found["bone"] == bone].sort_values(["cases", "cause"], ascending=[False, True])
        rows = records(own)
        ribs = tuple(_rib(row, top, name, language) for row in rows[:most])
        rest = len(rows) - len(ribs)
        more = _text("more", language).format(count=rest) if rest else ""
        bones.append(Bone(_clean(name(bone)), _bone_count(rows, language), ribs, more))
    return bones


def _rib(row: dict[str, Any], top: float, name: Callable[[str], str], language: str) -> Rib:
    return Rib(_clean(name(str(row["cause"]))), _count(row, language), float(row["cases"]) / top)


def _count(row: dict[str, Any], language: str) -> str:
    cases = words.format_count(float(row["cases"]))
    share = row.get("share", row["cases"] / row["n"] if row.get("n") else float("nan"))
    if pd.isna(share):
        return _text("bare", language).format(cases=cases)
    said = words.format_value(float(share), "share", language, short=True)
    return _text("count", language).format(cases=cases, share=_whole(said))


def _whole(share: str) -> str:
    """A share without decimals: there is no room, and no such precision in a few cases."""
    number = float(share.rstrip("%").replace(",", ""))
    return f"{words.round_half_up(number, 0)}%" if number >= 1 else share


def _bone_count(rows: list[dict[str, Any]], language: str) -> str:
    if not rows or pd.isna(rows[0].get("bone_cases")):
        return ""
    return _text("bare", language).format(cases=words.format_count(float(rows[0]["bone_cases"])))


def _clean(name: str) -> str:
    return safe_text(name, LONGEST_NAME)


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def write_title(ax: "Axes", lines: list[str], left: float, top: float) -> None:
    """Write the title inside axes whose units are inches; a picture is told by it."""
    (_, width), (_, height) = ax.get_xlim(), ax.get_ylim()
    place: dict[str, Any] = {"x": left / width, "y": top / height, "pad": 0}
    said = "\n".join(lines)
    title = ax.set_title(said, loc="left", fontsize=canvas.TITLE_SIZE, color=INK, **place)
    title.set_verticalalignment("top")


def wrap(text: str, width: int, most: int = 2) -> list[str]:
    """Break a text into lines of so many columns: Chinese anywhere, other words between them.

    Parameters
    ----------
    text : str
        Safe to draw already.
    width : int
        Columns of a line; a Chinese character takes two.
    most : int
        Lines; the last one ends in … if there is more.

    Examples
    --------
    >>> wrap("退换保修政策说明不清", 12), wrap("conflicting answers given", 12)
    (['退换保修政策', '说明不清'], ['conflicting', 'answers…'])
    """
    lines = [""]
    for piece in _PIECES.findall(text):
        if width_of(piece) > width:  # a word longer than a line is broken like Chinese
            for character in piece:
                lines = _add(lines, character, width)
        else:
            lines = _add(lines, piece, width)
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while width_of(last) > width - 1:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + "…"]


def _add(lines: list[str], piece: str, width: int) -> list[str]:
    if width_of(lines[-1] + piece) <= width:
        return [*lines[:-1], lines[-1] + piece]
    return [*lines, piece.lstrip()]
