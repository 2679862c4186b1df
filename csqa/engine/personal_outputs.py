"""What must never stand in an output: mobile, identity and card numbers, and mail addresses.

Outputs hold figures, fingerprints and ids beside words, so only what is sure counts here: with its
check digit, in the groups it is usually written in, and not the id of a contact or an agent.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from csqa.engine.personal_blocks import (
    KINDS,
    TOKEN,
    find_in,
    fold_signs,
    number_hits,
    write_tokens,
)
from csqa.engine.personal_numbers import is_day, is_identity, passes_luhn
from csqa.engine.personal_runs import SPOKEN_DIGITS, UNSEEN, Hit

MOST_GROUPS = {"mobile": 4, "id_card": 6, "card": 6}
"""More groups of figures than numbers are written in: 1 3 0 2 … is a row of counts, 65、68、69 a
list of units."""
SURE = ("email", "id_card", "card", "mobile")
"""Kinds that an output is searched for."""
_ID_HEADER = re.compile(
    r"(?:.*_)?(?:id|unit|team|inspector|owner|key|fingerprint|sha256)|.*(?:编号|单号|工号|号码?)\Z"
    r"|.*[a-z]Id|.*(?<![A-Za-z])ID",
)
_NO_ID_HEADER = re.compile(
    r"customer|user|client|member|phone|mobile|mail|card|wechat|qq|客户|顾客|用户|会员|电话|手机|证|卡|邮|微信"
    r"|号码|主叫|被叫|旺旺|(?:来电|呼[入出]|联系)(?:人|方)?号|联系人",
    re.IGNORECASE,
)
_MAY_HOLD = re.compile(rf"@|＠|(?:[\d{''.join(map(chr, SPOKEN_DIGITS))}①-⑨][^@＠]{{0,99}}?){{11}}")
"""An @ or eleven digits: most texts have neither, and need no closer look."""
_CARD_STARTS = re.compile(r"62|4|5[1-5]|2[2-7]|35|3[47]|60|65|9[45]")  # ISO/IEC 7812-1
_MACHINE = re.compile(r"(?=[0-9A-Fa-f-]*[A-Fa-f])[0-9A-Fa-f-]{20,}")
"""A fingerprint or a UUID: digits by chance."""
_TOKEN_SIGN = re.compile(r"[A-Za-z0-9_\-]")
_DECIMAL, _FRACTION = re.compile(r"[0-9]\.\Z"), re.compile(r"\.[0-9]")
_LIST_NUMBER = re.compile(r"(?<![0-9.])(?:[1-9]|[1-9][0-9])\.\Z")
"""1.138… 2.139…: numbers of a list, not the whole part of a decimal."""
_BARE_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LIST_SIGN = re.compile(r"[、，,;；|｜/／+＋*＊~～]")
"""Stands between figures of a list: 150、1200、3400 is none's number."""
_WRITTEN_GROUPS = ((11,), (3, 4, 4), (3, 8), (4, 3, 4), (4, 4, 3))
"""Groups that mobile numbers are written in; other rows of figures are counts and dates."""
_MOBILE_DIGITS = 11
_LISTED_BEFORE = "0123456789 、，,;；|｜/／·和及与或"
_PHONE_WORD = re.compile(r"电话|手机|联系|回电|致电|拨打|call|phone|mobile", re.IGNORECASE)
_REACH, _MOST_LISTED = 12, 240
"""Characters before an id in which a phone word makes it a phone; and of ids listed between."""


def is_id_header(header: object) -> bool:
    """Whether a column holds ids of contacts, orders or staff, by its name.

    Examples
    --------
    >>> [is_id_header(name) for name in ("contact_id", "会话编号", "customer_id", "手机号", "note")]
    [True, True, False, False, False]
    """
    name = str(header).strip()
    return bool(_ID_HEADER.fullmatch(name)) and not _NO_ID_HEADER.search(name)


def find_sure(text: str, ids: Collection[str] = ()) -> list[Hit]:
    """Find what must not stand in an output.

    Parameters
    ----------
    text : str
        One cell, one text of a page, one value.
    ids : collection of str
        Ids known from the data: exempt, unless they are told as a phone (电话, call … before).

    Examples
    --------
    >>> [hit.kind for hit in find_sure("回电13812345678，样本 0.13812345678")]
    ['mobile']
    >>> find_sure("13812345678", {"13812345678"}), find_sure("订单号13812345678")
    ([], [])
    """
    if not _MAY_HOLD.search(text) or text.strip() in ids:
        return []
    found = [hit for hit in find_in(text, tight=True) if hit.kind in SURE]
    return [hit for hit in found if _is_sure(text, hit) and not _is_exempt(text, hit, ids)]


def _is_sure(text: str, hit: Hit) -> bool:
    groups = len(re.findall(r"[0-9]+", text[hit.start : hit.end]))
    if groups > MOST_GROUPS.get(hit.kind, groups):
        return False
    if hit.kind == "mobile":
        return _is_written_as_mobile(text[hit.start : hit.end])
    if hit.kind == "card":
        return passes_luhn(hit.value) and bool(_CARD_STARTS.match(hit.value))
    return hit.kind != "id_card" or (is_identity(hit.value) and is_day(hit.value[6:14]))


def _is_written_as_mobile(written: str) -> bool:
    """Whether the eleven digits, without a country's code, are no list and no row of counts."""
    plain = re.sub(f"[{UNSEEN}]", "", fold_signs(written)).translate(SPOKEN_DIGITS)
    digits = [place for place, sign in enumerate(plain) if sign.isdecimal()]
    own = plain[digits[-_MOBILE_DIGITS] :] if len(digits) >= _MOBILE_DIGITS else plain
    if _LIST_SIGN.search(own):
        return False
    sizes = tuple(map(len, re.findall(r"[0-9]+", own)))
    return sizes in _WRITTEN_GROUPS


def _is_exempt(text: str, hit: Hit, ids: Collection[str]) -> bool:
    start, end = hit.start, hit.end
    if hit.kind == "email":
        return text[start:end] in ids
    if _is_after_point(text, start, end) or _FRACTION.match(text, end):
        return True
    if text[start:end].count(".") == 1:
        return True
    while start and _TOKEN_SIGN.match(text[start - 1]):
        start -= 1
    while end < len(text) and _TOKEN_SIGN.match(text[end]):
        end += 1
    token = text[start:end]
    if _MACHINE.fullmatch(token) or (token in ids and not token.isdecimal()):
        return True
    return token in ids and not _is_told_as_phone(text, start)


def _is_after_point(text: str, start: int, end: int) -> bool:
    """Whether digits are those of a decimal: 0.138…, not the number after 1. in a list."""
    if not _DECIMAL.search(text, max(0, start - 2), start):
        return False
    listed = _LIST_NUMBER.search(text, max(0, start - 4), start)
    return not (listed and _BARE_MOBILE.fullmatch(text, start, end))


def _is_told_as_phone(text: str, start: int) -> bool:
    """Whether a word of phones stands before an id, or before the list that it stands in."""
    before = text[max(0, start - _MOST_LISTED) : start]
    near = (before[-_REACH:], before.rstrip(_LISTED_BEFORE)[-_REACH:])
    return any(_PHONE_WORD.search(words) for words in near)


def mask_values(values: Any, *, language: str = "zh", ids: Collection[str] = ()) -> Any:
    """Mask what must not stand in an output, in all strings of nested lists and mappings.

    Parameters
    ----------
    values : object
        As JSON has it; strings under keys that name ids stay (see :func:`is_id_header`).
    language : {"zh", "en"}
        Of the tokens.
    ids : collection of str
        As in :func:`find_sure`.

    Returns
    -------
    object
        The same values; the same number has the same token everywhere in them.

    Examples
    --------
    >>> mask_values({"note": ["找13812345678", "[手机1]"], "contact_id": "13812345678"})
    {'note': ['找[手机2]', '[手机1]'], 'contact_id': '13812345678'}
    """
    texts = sorted(set(list_strings(values)))
    return replace_strings(values, mask_strings(texts, language=language, ids=ids))


def mask_strings(
    texts: Iterable[str], *, language: str = "zh", ids: Collection[str] = ()
) -> dict[str, str]:
    """Texts that hold what must not stand in an output -> the same with tokens.

    Tokens that are in the texts already keep their numbers to themselves.
    """
    found: dict[str, list[Hit]] = {}
    taken: dict[str, int] = {}
    for text in texts:
        if hits := find_sure(text, ids):
            found[text] = hits
        for token in TOKEN.finditer(text) if "[" in text else ():
            kind = _KIND_OF[token[1]]
            taken[kind] = max(taken.get(kind, 0), int(token[2]))
    numbers = number_hits((hit for hits in found.values() for hit in hits), taken)
    return {text: write_tokens(text, hits, numbers, language) for text, hits in found.items()}


_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}


def list_strings(values: Any) -> Iterable[str]:
    """List the strings of nested lists and mappings, but for those under keys that name ids."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for key, value in values.items():
            if not is_id_header(key):
                yield from list_strings(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from list_strings(value)


def replace_strings(values: Any, masked: Mapping[str, str]) -> Any:
    """Replace the strings that :func:`list_strings` lists by what was made of them."""
    if isinstance(values, str):
        return masked.get(values, values)
    if isinstance(values, Mapping):
        return {k: v if is_id_header(k) else replace_strings(v, masked) for k, v in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(replace_strings(value, masked) for value in values)
    return values
