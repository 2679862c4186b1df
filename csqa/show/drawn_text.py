"""Text from data, made safe to draw: a name must neither break a chart nor leave it."""

import unicodedata
from functools import cache
from itertools import pairwise

from csqa.show.fonts import font_path


def safe_text(text: object, width: int = 200) -> str:
    r"""Make a text from data safe to draw: no formulas, no control or unknown characters.

    Parameters
    ----------
    text : object
        A unit's name, say; ``$`` would start a formula, and a character that no font has would
        be an empty box.
    width : int
        Columns; a Chinese character takes two. The rest is cut.

    Examples
    --------
    >>> safe_text("华东\n一组 $x$"), safe_text("abcdefgh", 5)
    ('华东 一组 \\$x\\$', 'abcd…')
    """
    return _escape(_cut(_clean(text), width))


def safe_lines(text: str, width: int) -> str:
    r"""Make a text safe to draw and break it into lines of so many columns.

    Examples
    --------
    >>> safe_lines("一次解决率 · 华东", 10)
    '一次解决率\n · 华东'
    """
    return _escape(_wrap(_clean(text), width))


def width_of(text: str) -> int:
    """Columns that a text takes on one line; a Chinese character takes two.

    Examples
    --------
    >>> width_of("目标 30 s")
    9
    """
    return sum(_columns(text))


def _clean(text: object) -> str:
    return " ".join("".join(_drawable(character) for character in str(text)).split())


def _escape(text: str) -> str:
    return text.replace("$", r"\$")


def _drawable(character: str) -> str:
    if character.isspace() or unicodedata.category(character)[0] == "C":
        return " "
    return character if ord(character) in _glyphs() else "?"


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib import ft2font

    return frozenset(ft2font.FT2Font(str(font_path())).get_charmap())


def _columns(text: str) -> list[int]:
    return [2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text]


def _cut(text: str, width: int) -> str:
    used = 0
    for place, columns in enumerate(_columns(text)):
        used += columns
        if used > width:
            return text[: max(place - 1, 1)] + "…"
    return text


def _wrap(text: str, width: int) -> str:
    breaks, used = [0], 0
    for place, columns in enumerate(_columns(text)):
        used += columns
        if used > width:
            breaks.append(place)
            used = columns
    return "\n".join(text[start:end] for start, end in pairwise([*breaks, len(text)]))
