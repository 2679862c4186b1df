"""Words and figures for readers, Chinese and English: labels, formats, sentences.

Logic never reads these back. Rounding is half-up and happens here only, never before a
comparison. Rates become per cent here; a difference of rates is in percentage points (百分点).
"""

import math
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from csqa.rules.standard import AT_MOST, BETWEEN
from csqa.words_table import LABELS

LANGUAGES = ("zh", "en")
WHOLE = 1e-9
"""A number is whole if it is this close to one: 0.07 × 100 is 7."""

SECONDS_PER_MINUTE, SECONDS_PER_HOUR, SECONDS_PER_DAY = 60, 3600, 86_400


def label(key: str, language: str = "zh") -> str:
    """Return the label of a value of ours; the value itself where there is none.

    Examples
    --------
    >>> label("too_few"), label("too_few", "en"), label("K1001")
    ('样本不足', 'too few', 'K1001')
    """
    words = LABELS.get(str(key))
    return words[LANGUAGES.index(language)] if words else str(key)


def round_half_up(value: float, digits: int = 1) -> str:
    """Write a number with that many decimals, rounding half away from zero.

    Examples
    --------
    >>> round_half_up(0.285 * 100, 0), round_half_up(2.25), round_half_up(-0.04)
    ('29', '2.3', '0.0')
    """
    exact = Decimal(repr(round(float(value), 9)))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):,f}"


def round_short(value: float) -> str:
    """Write a number with one decimal, and a whole one with none.

    Examples
    --------
    >>> round_short(30.0), round_short(35.04), round_short(0.07 * 100)
    ('30', '35.0', '7')
    """
    whole = abs(value - round(value)) < WHOLE
    return round_half_up(value, 0 if whole else 1)


def round_visible(value: float) -> str:
    """Write a size that is not nothing so that it does not read as nothing.

    Examples
    --------
    >>> round_visible(0.04), round_visible(5.0)
    ('<0.1', '5')
    """
    text = round_short(value)
    return "<0.1" if text == "0.0" else text


def format_value(
    value: float, kind: str, language: str = "zh", *, short: bool = False, like: float = math.nan
) -> str:
    """Write a metric's value with its unit; a dash where there is none.

    Parameters
    ----------
    value : float
        In the unit of its kind: seconds, share 0–1, faults per 100 records, NPS −1…1.
    kind : str
        One of :data:`csqa.results.KINDS`.
    language : {"zh", "en"}
        Of the unit.
    short : bool
        Whether a whole number loses its decimal: for targets and in sentences.
    like : float
        A duration whose unit is used instead of the value's own: both ends of an interval.

    Examples
    --------
    >>> format_value(35.24, "seconds"), format_value(720, "seconds"), format_value(0.875, "share")
    ('35.2 秒', '12.0 分钟', '87.5%')
    >>> format_value(0.423, "nps"), format_value(1.7, "per_hundred", "en")
    ('42.3', '1.7 per 100')
    """
    if value is None or math.isnan(value):
        return "–"
    write = round_short if short else round_half_up
    if kind == "seconds":
        return _duration(value, value if math.isnan(like) else like, language, write)
    if kind == "share":
        return f"{write(value * 100)}%"
    if kind == "nps":
        return write(value * 100)
    if kind == "per_hundred":
        return write(value) + (" 次/百条" if language == "zh" else " per 100")
    return write(value)


def _duration(seconds: float, like: float, language: str, write: Callable[[float], str]) -> str:
    steps = (
        (2 * SECONDS_PER_MINUTE, 1, "秒", "s"),
        (2 * SECONDS_PER_HOUR, SECONDS_PER_MINUTE, "分钟", "min"),
        (3 * SECONDS_PER_DAY, SECONDS_PER_HOUR, "小时", "h"),
        (math.inf, SECONDS_PER_DAY, "天", "days"),
    )
    _, unit, zh, en = next(step for step in steps if abs(like) < step[0])
    return f"{write(seconds / unit)} {zh if language == 'zh' else en}"


def format_difference(difference: float, kind: str, language: str = "zh") -> str:
    """Write the size of a difference with its unit: rates differ by percentage points.

    Examples
    --------
    >>> format_difference(0.07, "share"), format_difference(5, "seconds")
    ('7 个百分点', '5 秒')
    >>> format_difference(-0.05, "nps", "en")
    '5 points'
    """
    size = abs(difference)
    if kind == "share":
        unit = " 个百分点" if language == "zh" else " percentage points"
        return round_visible(size * 100) + unit
    if kind == "nps":
        return round_visible(size * 100) + (" 分" if language == "zh" else " points")
    return format_value(size, kind, language, short=True)


def format_interval(lower: float, upper: float, kind: str, language: str = "zh") -> str:
    """Write an interval with its unit once where it can be.

    Examples
    --------
    >>> format_interval(0.8, 0.9, "share"), format_interval(20, 30, "seconds")
    ('80.0%–90.0%', '20.0–30.0 秒')
    """
    return _format_ends(lower, upper, kind, language, short=False)


def _format_ends(lower: float, upper: float, kind: str, language: str, *, short: bool) -> str:
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return "–"
    texts = [
        format_value(bound, kind, language, short=short, like=upper) for bound in (lower, upper)
    ]
    if " " in texts[0] and texts[0].split(" ", 1)[1] == texts[1].split(" ", 1)[1]:
        texts[0] = texts[0].split(" ", 1)[0]
    return "–".join(texts) if kind != "nps" else " ~ ".join(texts)


def format_target(
    target: float,
    direction: str | None,
    kind: str,
    language: str = "zh",
    *,
    upper: float = math.nan,
) -> str:
    """Write a target with its direction; a range with both its ends.

    Examples
    --------
    >>> format_target(30, "at_most", "seconds"), format_target(0.9, "at_least", "share")
    ('≤ 30 秒', '≥ 90%')
    >>> format_target(300, "between", "seconds", upper=600)
    '5–10 分钟'
    >>> format_target(float("nan"), None, "share")
    '–'
    """
    if direction is None or target is None or math.isnan(target):
        return "–"
    if direction == BETWEEN:
        return _format_ends(target, upper, kind, language, short=True)
    sign = "≤" if direction == AT_MOST else "≥"
    return f"{sign} {format_value(target, kind, language, short=True)}"


def format_count(count: float) -> str:
    """Write a count with thousands separators; of records weighted back, the nearest whole one.

    Examples
    --------
    >>> format_count(12345.0), format_count(137.5)
    ('12,345', '138')
    """
    return f"{math.floor(count + 0.5):,}"


def format_points(value: float) -> str:
    """Write a score; a dash where there is none.

    Examples
    --------
    >>> format_points(82.9667), format_points(float("nan"))
    ('83.0', '–')
    """
    return "–" if value is None or math.isnan(value) else round_half_up(value)


def format_points_interval(lower: float, upper: float) -> str:
    """Write the interval of a score.

    Examples
    --------
    >>> format_points_interval(81.2, 84.9)
    '81.2–84.9'
    """
    return "–" if math.isnan(lower) else f"{round_half_up(lower)}–{round_half_up(upper)}"


def format_signed(value: float) -> str:
    """Write a change of a score with its sign.

    Examples
    --------
    >>> format_signed(1.25), format_signed(-0.5), format_signed(-0.04)
    ('+1.3', '−0.5', '0.0')
    """
    if math.isnan(value):
        return "–"
    size = round_half_up(abs(value))
    if not float(size.replace(",", "")):
        return size
    return ("+" if value > 0 else "−") + size


def join(texts: Iterable[str], language: str = "zh") -> str:
    """Join the items of an enumeration.

    Examples
    --------
    >>> join(["a", "b"]), join(["a", "b"], "en")
    ('a、b', 'a, b')
    """
    return ("、" if language == "zh" else ", ").join(texts)


def join_clauses(clauses: Iterable[str], language: str = "zh") -> str:
    """Join the clauses of a sentence that are not empty.

    Examples
    --------
    >>> join_clauses(["a", "", "b"]), join_clauses(["a", "b"], "en")
    ('a；b', 'a; b')
    """
    return ("；" if language == "zh" else "; ").join(clause for clause in clauses if clause)


def join_sentences(sentences: Iterable[str], language: str = "zh") -> str:
    """Join sentences that end by themselves.

    Examples
    --------
    >>> join_sentences(["甲。", "乙。"]), join_sentences(["A.", "B."], "en")
    ('甲。乙。', 'A. B.')
    """
    return ("" if language == "zh" else " ").join(sentences)
