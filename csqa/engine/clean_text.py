"""Texts as rules look at them: cut to a length, hidden characters looked through.

A zero-width space inside a phrase hides it from a pattern and from nobody else, so what shows
nothing is taken out; full-width letters and digits are read as the usual ones. Hits are given in
the places of the text as it was written.
"""

import re
from dataclasses import dataclass, field

from csqa.rules.regex_safety import LONGEST_TEXT

HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
"""Soft hyphen, joiners, marks of direction, variation selectors, fillers."""

WIDE = str.maketrans(
    {
        code: code - 0xFEE0
        for a, b in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
        for code in range(ord(a), ord(b) + 1)
    }
)
_HIDDEN = re.compile(f"[{HIDDEN}]")
_ODD = re.compile(f"[{HIDDEN}０-９Ａ-Ｚａ-ｚ]")


@dataclass(frozen=True)
class Cleaned:
    """Texts to look at, beside those that were written."""

    written: list[str]
    looked_at: list[str]
    places: dict[int, list[int]] = field(default_factory=dict)
    """Number of a text that lost characters → where each of the rest was written."""

    def locate(self, number: int, start: int, end: int) -> tuple[int, int]:
        """Span in a text as it was written.

        Examples
        --------
        >>> texts = clean_texts(["不\u200b知道"])
        >>> texts.looked_at, texts.locate(0, 0, 3)
        (['不知道'], (0, 4))
        """
        if number not in self.places or end <= start:
            return start, end
        places = self.places[number]
        return places[start], places[end - 1] + 1


def clean_texts(written: list[str]) -> Cleaned:
    """Make texts ready to be looked at.

    Parameters
    ----------
    written : list of str
        As they came.

    Returns
    -------
    Cleaned
        Each at most :data:`csqa.rules.regex_safety.LONGEST_TEXT` characters, without those that
        show nothing, full-width letters and digits as usual ones.
    """
    cut = [text[:LONGEST_TEXT] for text in written]
    places: dict[int, list[int]] = {}
    if _ODD.search("\n".join(cut)) is None:
        return Cleaned(written, cut)
    for number, text in enumerate(cut):
        if _ODD.search(text) is None:
            continue
        if _HIDDEN.search(text) is not None:
            places[number] = [at for at, sign in enumerate(text) if not _HIDDEN.match(sign)]
            text = _HIDDEN.sub("", text)
        cut[number] = text.translate(WIDE)
    return Cleaned(written, cut, places)
