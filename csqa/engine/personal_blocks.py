r"""One pass of all rules over many messages: a block of them is one text."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from csqa.engine.personal_numbers import find_numbers
from csqa.engine.personal_runs import RECORD_END, TURN_END, Hit
from csqa.engine.personal_words import find_words

KINDS = {
    "email": ("邮箱", "email"),
    "id_card": ("证件", "identity"),
    "card": ("卡号", "card"),
    "mobile": ("手机", "mobile"),
    "phone": ("电话", "phone"),
    "long_number": ("号码", "number"),
    "plate": ("车牌", "plate"),
    "qq": ("QQ", "QQ"),
    "wechat": ("微信", "WeChat"),
    "name": ("姓名", "name"),
    "suspect_address": ("疑似地址", "address"),
}
"""What is found -> how its token begins in Chinese and in English; the surest first."""
LANGUAGES = ("zh", "en")
BLOCK = 20_000
"""Messages that are looked at together."""
_PRIORITY = {kind: place for place, kind in enumerate(KINDS)}
TOKEN = re.compile(
    rf"\[({'|'.join(sorted({word for pair in KINDS.values() for word in pair}))}) ?(\d{{1,7}})\]"
)
_FOLDED = str.maketrans(
    {chr(code): str(digit) for zero in (0xFF10, 0x660, 0x6F0, 0x966, 0x1D7CE, 0x1D7D8, 0x1D7EC)
     for digit, code in enumerate(range(zero, zero + 10))}
    | {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {"＠": "@", "＋": "+", "＿": "_", "．": "."}
    | {chr(0x2460 + i): str(i + 1) for i in range(9)} | {"⓪": "0"}
)  # fmt: skip
_TO_FOLD = re.compile(f"[{''.join(map(re.escape, map(chr, _FOLDED)))}]")


def find_in(text: str, *, tight: bool = False) -> list[Hit]:
    """Find what names a person in one text: numbers first, then the union of what overlaps."""
    plain = fold_signs(text)
    hits = [*find_numbers(plain, tight=tight), *find_words(plain)]
    if not hits:
        return []
    tokens = [found.span() for found in TOKEN.finditer(plain)] if "[" in plain else []
    return list(_unite(hits, tokens))


def fold_signs(text: str) -> str:
    """Figures and letters of all widths and scripts as ASCII; each stays where it stands.

    Examples
    --------
    >>> fold_signs("１３８＠ＱＱ")
    '138@QQ'
    """
    return _TO_FOLD.sub(_fold, text)


def _fold(sign: re.Match[str]) -> str:
    return _FOLDED[ord(sign[0])]


def _unite(hits: list[Hit], tokens: list[tuple[int, int]]) -> Iterator[Hit]:
    """One span for what overlaps, of the surest kind; what is in a token is hidden already."""
    hits.sort()
    after = 0
    united: Hit | None = None
    for hit in hits:
        while after < len(tokens) and tokens[after][1] <= hit.start:
            after += 1
        if after < len(tokens) and tokens[after][0] < hit.end:
            continue
        if united is None or hit.start >= united.end:
            if united is not None:
                yield united
            united = hit
        else:
            surest = min(united, hit, key=lambda one: _PRIORITY[one.kind])
            united = Hit(united.start, max(united.end, hit.end), surest.kind, surest.value)
    if united is not None:
        yield united


def find_all(
    texts: list[str], turns: "np.ndarray[Any, Any] | None", kinds: frozenset[str]
) -> Iterator[tuple[int, Hit]]:
    """Find in all texts, block by block; a number that was split gives a hit per message.

    Parameters
    ----------
    texts : list of str
        Messages in their order.
    turns : ndarray of bool, optional
        Whether each message goes on where the one before it stopped.
    kinds : frozenset of str
        Of :data:`KINDS`.

    Yields
    ------
    tuple of int and Hit
        Position of the message, and what was found in it.
    """
    for first, last in _blocks(len(texts), turns):
        block = texts[first:last]
        joined = _join(block, None if turns is None else turns[first:last])
        hits = [hit for hit in find_in(joined) if hit.kind in kinds]
        if hits:
            starts = np.cumsum([0, *(len(text) + 1 for text in block)])
            yield from ((first + row, hit) for row, hit in _by_row(hits, starts))


def _by_row(hits: list[Hit], starts: "np.ndarray[Any, Any]") -> Iterator[tuple[int, Hit]]:
    rows = np.searchsorted(starts, [hit.start for hit in hits], "right") - 1
    for hit, row in zip(hits, rows.tolist(), strict=True):
        while starts[row] < hit.end:
            begin = int(max(hit.start - starts[row], 0))
            end = int(min(hit.end, starts[row + 1] - 1) - starts[row])
            if begin < end:
                yield row, Hit(begin, end, hit.kind, hit.value)
            row += 1


def _join(texts: list[str], turns: "np.ndarray[Any, Any] | None") -> str:
    """One text of many; the two marks between messages are taken out of the messages."""
    count = len(texts) - 1
    joined = RECORD_END.join(texts)
    if joined.count(RECORD_END) > count or TURN_END in joined:
        texts = [text.replace(RECORD_END, " ").replace(TURN_END, " ") for text in texts]
        joined = RECORD_END.join(texts)
    if turns is None or not turns[1:].any():
        return joined
    parts = [""] * (2 * count + 1)
    parts[::2] = texts
    parts[1::2] = np.where(turns[1:], TURN_END, RECORD_END).tolist()
    return "".join(parts)


def _blocks(count: int, turns: "np.ndarray[Any, Any] | None") -> Iterator[tuple[int, int]]:
    first = 0
    while first < count:
        last = min(first + BLOCK, count)
        while turns is not None and last < count and turns[last]:
            last += 1
        yield first, last
        first = last


def number_hits(hits: Iterable[Hit], taken: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Number what was found, in an order that tells nothing of it.

    Parameters
    ----------
    hits : iterable of Hit
        The same datum may be in it often.
    taken : mapping of str to int
        Kind -> highest number that is used already.

    Returns
    -------
    dict
        (kind, plain form) -> number of its token.
    """
    new = sorted({(hit.kind, hit.value) for hit in hits})
    whole = "\x00".join(f"{kind}\x01{value}" for kind, value in new)
    secret = hashlib.sha256(whole.encode(errors="replace")).digest()
    counts, numbered = dict(taken), {}
    for kind, value in sorted(new, key=lambda one: _mixed(secret, one[1])):
        counts[kind] = counts.get(kind, 0) + 1
        numbered[kind, value] = counts[kind]
    return numbered


def _mixed(secret: bytes, value: str) -> bytes:
    return hmac.digest(secret, value.encode(errors="replace"), "sha256")


def write_tokens(
    text: str, hits: Iterable[Hit], numbers: Mapping[tuple[str, str], int], language: str
) -> str:
    """Write a token in the place of each hit of a text."""
    place = LANGUAGES.index(language)
    parts, end = [], 0
    for hit in hits:
        token = f"[{KINDS[hit.kind][place]}{' ' * place}{numbers[hit.kind, hit.value]}]"
        parts += [text[end : hit.start], token]
        end = hit.end
    return "".join([*parts, text[end:]])
