"""Texts as signs: all characters of a block in one array, folded, each with its place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csqa.engine.clean_text import HIDDEN
from csqa.rules.regex_safety import LONGEST_TEXT

Codes = npt.NDArray[np.uint32]
Numbers = npt.NDArray[np.int64]

BLOCK_SIGNS = 400_000
"""Characters that are looked at together."""
CODE_POINTS = 0x110000
NOTHING = 0
_SPACE, _DIGIT = 0x20, 0x30


@cache
def _folding() -> Codes:
    """Code point → what it is read as: one sign for all digits, lower case, no full width."""
    folded = np.arange(CODE_POINTS, dtype=np.uint32)
    folded[0xFF01:0xFF5F] -= 0xFEE0  # full-width ASCII
    for code in range(0x600):  # Latin, Greek, Cyrillic
        lower = chr(code).lower()
        folded[code] = ord(lower) if len(lower) == 1 else code
    folded[0xFF21:0xFF3B] = np.arange(ord("a"), ord("z") + 1)
    for first in (0x30, 0x660, 0x6F0, 0xFF10):
        folded[first : first + 10] = _DIGIT
    folded[: _SPACE + 1] = folded[0x7F:0xA1] = folded[0x2000:0x200B] = _SPACE
    folded[[0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]] = _SPACE
    hidden = pd.Series(range(0x10000)).map(chr).str.fullmatch(f"[{HIDDEN}]")
    folded[:0x10000][hidden.to_numpy(dtype=bool)] = NOTHING
    folded[0xD800:0xE000] = NOTHING  # half of a pair is no character
    return folded


@dataclass(frozen=True)
class Signs:
    """The characters of several texts as they are read, one after the other."""

    codes: Codes
    """Folded; 0 stands after each text."""
    rows: Numbers
    """Of each sign: the number of its text."""
    places: Numbers
    """Of each sign: its place in the text as it was written."""
    count: int
    """Texts."""


def read_signs(texts: Iterable[object]) -> Signs:
    r"""Read texts as signs.

    Parameters
    ----------
    texts : iterable of str
        What is no text is read as an empty one; of a text, :data:`LONGEST_TEXT` characters.

    Returns
    -------
    Signs
        Without characters that show nothing; one space for any run of white space, one digit for
        all digits, so that no number can be told from another.

    Examples
    --------
    >>> signs = read_signs(["ＶＩＰ  客户9", None])
    >>> "".join(map(chr, signs.codes)), signs.places.tolist()
    ('vip 客户0\x00\x00', [0, 1, 2, 3, 5, 6, 7, 8, 0])
    """
    listed = [text[:LONGEST_TEXT] if isinstance(text, str) else "" for text in texts]
    lengths = np.fromiter((len(text) + 1 for text in listed), np.int64, len(listed))
    joined = "\0".join([text.replace("\0", " ") for text in listed] + [""])
    written = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    ends = np.cumsum(lengths)
    rows = np.repeat(np.arange(len(listed), dtype=np.int64), lengths)
    places = np.arange(len(written), dtype=np.int64) - (ends - lengths)[rows]
    codes = _folding()[written]
    last = np.zeros(len(codes), dtype=bool)
    last[ends - 1] = True
    codes[last] = NOTHING
    seen = (codes != NOTHING) | last
    codes, rows, places = codes[seen], rows[seen], places[seen]
    again = np.zeros(len(codes), dtype=bool)
    again[1:] = (codes[1:] == _SPACE) & (codes[:-1] == _SPACE)
    if again.any():
        codes, rows, places = codes[~again], rows[~again], places[~again]
    return Signs(codes, rows, places, len(listed))


def fold_texts(texts: Iterable[object]) -> list[str]:
    """Give texts as they are read.

    Examples
    --------
    >>> fold_texts(["单号 １２３"])
    ['单号 000']
    """
    signs = read_signs(texts)
    return signs.codes.astype("<u4").tobytes().decode("utf-32-le").split("\0")[: signs.count]


def split_blocks(texts: Sequence[Any], size: int = BLOCK_SIGNS) -> Iterator[Sequence[Any]]:
    """Cut texts into blocks of about so many signs, whatever their lengths.

    Examples
    --------
    >>> list(split_blocks(["一二三", "四五", "六"], 4))
    [['一二三', '四五'], ['六']]
    """
    first = taken = 0
    for number, text in enumerate(texts):
        taken += len(text) if isinstance(text, str) else 0
        if taken >= size:
            yield texts[first : number + 1]
            first, taken = number + 1, 0
    if first < len(texts):
        yield texts[first:]
