r"""Runs of digits, cut into the groups they were written in.

A run goes on through spaces, hyphens, dots and zero-width characters, so that a number written in
groups, or with a right-to-left mark in it, is one number.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

RECORD_END, TURN_END = "\ufdd0", "\ufdd1"
"""Between two messages; and between two of one speaker, over which a number may go on.

No characters (Unicode, 23.7), so that nothing else is taken for them, nor they for spaces."""
UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that nobody sees: a number goes on through any count of them."""
_STRONG = rf" \t\r\n\u00a0\u2000-\u200a\u202f\u3000{TURN_END}\-‐-―−－·•・()（）"
_WEAK = ".．_/／,，、+＋~～*＊|｜"
"""Separators that stand between two figures as often as within one number."""
_SPOKEN = "零〇○洞一壹幺么二贰两三叁四肆五伍六陆七柒拐八捌九玖勾"
SPOKEN_DIGITS = str.maketrans(_SPOKEN, "000011112223344556677788999")
"""Digits as they are read out: 幺 for one, 拐 for seven, 勾 for nine, 洞 for nought."""


def _run(gap: int) -> re.Pattern[str]:
    digit = f"[0-9{_SPOKEN}]"
    between = rf"[{UNSEEN}]*+(?:[{_STRONG}{_WEAK}][{UNSEEN}]*+){{0,{gap}}}+"
    last = rf"(?:[{UNSEEN}]*+[ \-]?[Xx])?"
    return re.compile(rf"{digit}(?:{between}{digit}){{6,}}+{last}")


_LOOSE, _TIGHT = _run(3), _run(1)

LONGEST = 400
"""Characters of a run that is taken apart; a longer one is nobody's number, and all hidden."""
_LEFT = 24
"""Characters before a number that are looked at."""


class Hit(NamedTuple):
    """What was found: where, what it is, and in its plain form whatever way it was written."""

    start: int
    end: int
    kind: str
    value: str


class Run(NamedTuple):
    """A run of digits, cut into the groups it was written in."""

    text: str
    """All that is before it, too."""
    digits: str
    """Without separators, spoken digits as figures; an X may be the last."""
    places: "range | list[int]"
    """Where each digit stands in the text."""
    starts: list[int]
    """First digit of each group."""
    ends: dict[int, int]
    """Digit after a group -> number of the group."""
    spoken: bool

    def sizes(self, first: int, last: int, end: int = 0) -> tuple[int, ...]:
        """Digits in each of some groups; up to an end, where an X is left out."""
        cuts = [*self.starts[first : last + 1], end or self._after(last)]
        return tuple(b - a for a, b in pairwise(cuts))

    def _after(self, group: int) -> int:
        return self.starts[group + 1] if group + 1 < len(self.starts) else len(self.digits)

    def is_spoken(self, digit: int) -> bool:
        """Whether a digit is written as a word."""
        return not self.text[self.places[digit]].isascii()

    def before(self, digit: int) -> str:
        """The words before a digit, in the same message or by the same speaker."""
        place = self.places[digit]
        return self.text[max(0, place - _LEFT) : place].rpartition(RECORD_END)[2]

    def weak(self, start: int, end: int) -> bool:
        """Whether a separator between two digits is one that stands between figures."""
        written = self.text[self.places[start] : self.places[end - 1]]
        return any(mark in written for mark in _WEAK)


def find_runs(text: str, *, tight: bool = False) -> Iterator[tuple[int, str]]:
    """Find where runs of seven digits and more begin, and how each is written."""
    for found in (_TIGHT if tight else _LOOSE).finditer(text):
        yield found.start(), found[0]


def cut_run(text: str, start: int, written: str) -> Run:
    """Cut a run at its separators, and where figures and spoken digits meet."""
    if written.isascii() and written.isdecimal():
        length = len(written)
        return Run(text, written, range(start, start + length), [0], {length: 0}, spoken=False)
    plain = written.translate(SPOKEN_DIGITS)
    places: list[int] = []
    starts: list[int] = []
    cut, kind = True, ""
    for i, (digit, sign) in enumerate(zip(plain, written, strict=True)):
        if not (digit.isdecimal() or digit in "Xx"):
            cut = cut or not _is_unseen(digit)
            continue
        own = "figure" if sign == digit else "spoken"
        if (cut or own != kind) and digit not in "Xx":
            starts.append(len(places))
        places.append(start + i)
        cut, kind = sign == "么", own  # 什么一三八…: the number begins after it
    digits = "".join(plain[place - start] for place in places)
    ends = {end: group for group, end in enumerate([*starts[1:], len(digits)])}
    if digits[-1] in "Xx":
        ends[len(digits) - 1] = len(starts) - 1
    return Run(text, digits, places, starts, ends, spoken=written != plain)


def _is_unseen(sign: str) -> bool:
    return bool(re.match(rf"[{UNSEEN}]", sign))
