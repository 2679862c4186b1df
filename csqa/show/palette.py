"""One palette by meaning, for eyes of every kind: blue is better, orange is worse, grey neither.

Colour never speaks alone: each meaning has a shape in charts and a sign in text.
"""

from dataclasses import dataclass
from types import MappingProxyType

from csqa import results

BETTER_BLUE, WORSE_ORANGE, NEUTRAL_GREY = "#2a6ebb", "#d9822b", "#6b7280"
"""Blue and orange stay apart for red-green blindness (Okabe & Ito 2008) and in greyscale."""

INTERVAL_BLUE = "#dbe7f6"
"""Area of an interval."""

INK, TARGET_DARK = "#1f2937", "#1f2937"
"""Text and series; the target, dashed."""

BAND_GREY, FAINT_GREY, GRID_GREY = "#eef0f3", "#c3c8d0", "#e5e7eb"
"""Area between limits; bars of little weight; grid."""


@dataclass(frozen=True)
class Mark:
    """How one meaning is drawn and written."""

    color: str
    marker: str
    """Of matplotlib: ``^`` up, ``v`` down, ``o`` round."""
    sign: str
    """The same shape as a character."""
    filled: bool = True


_UP = Mark(BETTER_BLUE, "^", "▲")
_DOWN = Mark(WORSE_ORANGE, "v", "▼")
PLAIN = Mark(NEUTRAL_GREY, "o", "●")
HOLLOW = Mark(NEUTRAL_GREY, "o", "○", filled=False)
"""Not to be judged: too few records, a partial period, an incomplete composite."""

VERDICTS = MappingProxyType(
    {
        results.BETTER: _UP,
        results.WATCH_BETTER: Mark(BETTER_BLUE, "^", "△", filled=False),
        results.NO_DIFFERENCE: PLAIN,
        results.WATCH_WORSE: Mark(WORSE_ORANGE, "v", "▽", filled=False),
        results.WORSE: _DOWN,
        results.TOO_FEW: HOLLOW,
    }
)
"""Verdict of a horizontal comparison -> mark."""

VARIATIONS = MappingProxyType({"improvement": _UP, "concern": _DOWN})
"""Special causes of a vertical comparison -> mark."""

TRENDS = MappingProxyType(
    {"rising": Mark(WORSE_ORANGE, "^", "↑"), "falling": Mark(BETTER_BLUE, "v", "↓")}
)
"""Of complaints: more of them is worse; here the sign is the direction."""


def face_color(mark: Mark) -> str:
    """Fill of a mark: white where it is hollow.

    Examples
    --------
    >>> face_color(HOLLOW), face_color(PLAIN)
    ('white', '#6b7280')
    """
    return mark.color if mark.filled else "white"
