r"""Numbers that name a person: what a run of digits is.

That depends on its length, its check digit and the words before it; a number within a number is
not looked for.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from csqa.engine.personal_runs import LONGEST, TURN_END, Hit, Run, cut_run, find_runs

_TO_NUMBER = rf"(?:号码?|编号|编码|number|no\.?|id)?[\s:：#＃是为叫=“\"'（({TURN_END}]{{0,4}}\Z"
_REFERENCE = re.compile(
    r"(?:(?:订单|交易|会话|案例|商品)(?:号码?|编号|编码|id|[\s:：#＃是为=])|单号|运单|快递号|物流号|工单|编号|流水"
    r"|编码|货号|券码|序列号|条码|[a-z0-9]/|[?&](?!\w*(?:tel|phone|mobile))\w{1,20}="
    r"|(?<![A-Za-z])(?:orders?|tickets?|tracking|invoices?|contacts?|cases?|ref|reference|sku|imei"
    rf"|sn|id)) ?{_TO_NUMBER}",
    re.IGNORECASE,
)
"""Words right before a number that make it an order's, not a person's; 订单 alone does not."""
_CARD = re.compile(rf"(?:卡|账户|帐户|账号|帐号|(?<![A-Za-z])cards?) ?{_TO_NUMBER}", re.IGNORECASE)
_IDENTITY = re.compile(rf"(?:身份证|证件) ?{_TO_NUMBER}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?:电话|手机|座机|固话|联系方式|号码|(?<![A-Za-z])(?:tel|telephone|phone|mobile|cell)) ?"
    rf"\.?{_TO_NUMBER}",
    re.IGNORECASE,
)
_PROVINCES = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64"),
    *("65", "71", "81", "82", "83", "91"),
)  # GB/T 2260
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECKS = "10X98765432"  # GB 11643-1999
_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
_PLAIN_GROUPS = ((3, 4, 4), (3, 8), (4, 3, 4), (4, 4, 3), (3, 3, 5), (7, 4), (11,))


def find_numbers(text: str, *, tight: bool = False) -> Iterator[Hit]:
    """Find the personal numbers of a text whose digits are ASCII or spoken ones.

    Parameters
    ----------
    text : str
        Messages, with :data:`RECORD_END` or :data:`TURN_END` between them.
    tight : bool
        Look through one separator between two digits instead of three.

    Yields
    ------
    Hit
        In order, none overlapping: ``id_card``, ``card``, ``mobile``, ``phone``, ``long_number``.
    """
    for start, written in find_runs(text, tight=tight):
        if not tight and len(written) > LONGEST:
            yield Hit(start, start + len(written), "long_number", f"{len(written)}")
        else:
            yield from _classify(cut_run(text, start, written))


def is_identity(digits: str) -> bool:
    """Whether 18 characters are an identity number with the right check digit (GB 11643-1999).

    Examples
    --------
    >>> is_identity("11010519491231002X"), is_identity("110105194912310021")
    (True, False)
    """
    if len(digits) != len(_WEIGHTS) + 1 or not digits[:-1].isdecimal():
        return False
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == digits[-1].upper()


def passes_luhn(digits: str) -> bool:
    """Whether the last digit of a card's number is its check digit (ISO/IEC 7812-1, annex B).

    Examples
    --------
    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(d - 9 * (d > 9) for d in doubled)) % 10 == 0


def _classify(run: Run) -> Iterator[Hit]:
    group = 0
    while group < len(run.starts):
        start = run.starts[group]
        if run.digits[start] in "Xx":
            return
        found = _number_at(run, group, start)
        if found is None:
            group += 1
            continue
        kind, end, value = found
        if kind:
            first = run.places[start]
            first -= run.text[max(0, first - 1) : first] == "+"
            yield Hit(first, run.places[end - 1] + 1, kind, value)
        group = bisect_right(run.starts, end - 1)


def _number_at(run: Run, group: int, start: int) -> tuple[str, int, str] | None:
    """The number that begins with a group; its kind is empty if it is nobody's."""
    before = run.before(start)
    for length, test in _TESTS:
        end = start + length
        if (last := run.ends.get(end)) is None or last < group:
            continue
        found = test(run, run.digits[start:end], run.sizes(group, last, end), before)
        if found and not (
            found[0] == "mobile" and _odd(run, run.sizes(group, last, end), start, before)
        ):
            order = found[2] and _REFERENCE.search(before)
            return ("" if order else found[0]), end, found[1]
    return _long(run, group, start, before)


def _odd(run: Run, sizes: tuple[int, ...], start: int, before: str) -> bool:
    """Whether digits are cut in a way that phone numbers are not."""
    if len(sizes) == 1 or set(sizes) == {1}:
        return False
    if run.weak(start, start + sum(sizes)):
        return not {sizes[-3:], sizes[-2:], sizes[-1:]} & set(_PLAIN_GROUPS)
    return len(sizes) > 5 and not _PHONE.search(before)


_Found = tuple[str, str, bool] | None
"""Kind, plain form, and whether words of an order before it make it an order's."""


def _identity(_: Run, digits: str, __: tuple[int, ...], before: str) -> _Found:
    if digits[:2] not in _PROVINCES or not digits[:17].isdecimal():
        return None
    born = is_day(digits[6:14])
    if (born and is_identity(digits)) or _IDENTITY.search(before):
        return "id_card", digits.upper(), False
    # Mistyped: the day of birth is right, the check digit is not.
    return ("id_card", digits.upper(), True) if born else None


def _old_identity(_: Run, digits: str, __: tuple[int, ...], before: str) -> _Found:
    known = digits[:2] in _PROVINCES and _IDENTITY.search(before) and is_day("19" + digits[6:12])
    return ("id_card", digits, False) if known else None


def _card(_: Run, digits: str, sizes: tuple[int, ...], before: str) -> _Found:
    regular = len(sizes) == 1 or set(sizes) == {1} or set(sizes[:-1]) <= {4}
    regular = regular or sizes == (4, 6, 5) or (len(sizes) == 2 and sizes[0] == 6)
    if not digits.isdecimal() or not regular or digits[0] == "0":
        return None
    if _CARD.search(before):
        return "card", digits, False
    return ("card", digits, True) if passes_luhn(digits) else None


def _mobile(run: Run, digits: str, sizes: tuple[int, ...], _: str) -> _Found:
    own = digits[-11:]
    known = digits[:-11] in ("", "0", "86", "086", "0086") and bool(_MOBILE.fullmatch(own))
    known = known and not (run.spoken and sizes[0] == 1 and len(sizes) < 7)  # 第一380 …
    return ("mobile", own, len(digits) <= 12) if known else None


def _landline(_: Run, digits: str, sizes: tuple[int, ...], ___: str) -> _Found:
    area = _AREA.match(digits)
    if not area or digits[area.end()] == "0" or len(digits) - area.end() not in (7, 8):
        return None
    return ("phone", digits, True) if len(sizes) == 1 or sizes[0] == area.end() else None


def _local(_: Run, digits: str, sizes: tuple[int, ...], before: str) -> _Found:
    known = digits[0] in "2345678" and len(sizes) <= 2 and _PHONE.search(before)
    return ("phone", digits, False) if known else None


def _abroad(run: Run, digits: str, sizes: tuple[int, ...], before: str) -> _Found:
    """+44 20 7946 0958, and as in North America 415-555-2671; 400 and 800 belong to companies."""
    if before.rstrip("( （").endswith("+") and digits[0] != "0" and digits.isdecimal():
        return "phone", digits, False
    american = sizes in ((3, 3, 4), (1, 3, 3, 4)) and not run.spoken
    national = digits[-10:]
    own = american and len(digits) - len(national) == len(sizes) - 3
    if not own or digits[:-10] not in ("", "1") or national[0] in "01" or national[3] in "01":
        return None
    return None if national[:3] in ("400", "800") else ("phone", national, True)


_TESTS = (
    (18, _identity),
    *((n, _card) for n in (19, 18, 17, 16)),
    *((n, _mobile) for n in (15, 14, 13, 12, 11)),
    (15, _old_identity),
    (15, _card),
    *((n, _landline) for n in (12, 11, 10)),
    *((n, _abroad) for n in (15, 14, 13, 12, 11, 10, 9)),
    *((n, _local) for n in (8, 7)),
)
"""How many digits, and what they may then be: the surest first."""


def _long(run: Run, group: int, start: int, before: str) -> tuple[str, int, str] | None:
    """Eleven digits and more in one piece that are nothing known: rather too much hidden."""
    size = run.sizes(group, group)[0]
    digits = run.digits[start : start + size]
    if _MOBILE.match(own := run.digits[start : start + 11]) and run.is_spoken(start + 10):
        # 幺三八一二三四五六七八一个: a number read out, and a word that begins with a figure.
        return ("mobile", start + 11, own) if size in (3, 4, 7) or size >= 11 else None
    if size < 11 or _REFERENCE.search(before) or run.spoken:
        return None
    code = before[-1:].isascii() and before[-1:].isalnum()
    moment = size in (12, 14) and digits[:2] == "20" and is_day(digits[:8])
    drawn = len(set(digits)) <= 2  # 66666666666: applause
    return ("" if code or moment or drawn else "long_number"), start + size, digits


def is_day(digits: str) -> bool:
    """Whether eight digits are a day from 1900 to 2099.

    Examples
    --------
    >>> is_day("19491231"), is_day("70727374")
    (True, False)
    """
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return 1900 <= day.year <= 2099
