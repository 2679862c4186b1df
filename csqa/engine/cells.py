"""From the text of a cell to a typed value, as SQL expressions.

Each function takes the SQL of a cell and gives the SQL of its value, NULL where the text cannot
be read. Where there are a quick and a forgiving way, the forgiving one only sees what is left:
the engine works out expressions that repeat within one SELECT for all rows, so the quick way
stands in a SELECT of its own (:mod:`csqa.engine.columns`).
"""

from collections.abc import Mapping, Sequence

from csqa.columntypes import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME, Column
from csqa.engine.connection import literal

SQL_TYPES = {
    TEXT: "VARCHAR",
    CHOICE: "VARCHAR",
    TIME: "TIMESTAMP",
    NUMBER: "DOUBLE",
    INTEGER: "BIGINT",
    FLAG: "BOOLEAN",
    DATE: "DATE",
}
"""How each kind of column is stored. A TIME is UTC without a zone."""

BLANKS = " \t\n\r\u00a0\u3000\u200b\ufeff"
"""Stripped from both ends of a cell: exports pad with tabs, full-width spaces and stray BOMs."""

MISSING = ("", "null", "none", "nan", "nat", "<na>", "n/a", "#n/a", "\\n", "-", "--", "—")
"""Texts, in lower case, that mean an empty cell."""

TRUE_WORDS = ("是", "有", "已", "对", "已解决", "已重开", "true", "yes", "y", "t", "√")
FALSE_WORDS = ("否", "无", "未", "错", "没有", "未解决", "未重开", "false", "no", "n", "f", "×")

EARLIEST, LATEST = "1990-01-01", "2100-01-01"
"""Times outside are typing errors or an export's zero; they would stretch the months by decades."""

ISO_TIME = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?)?"
ISO_OFFSET = (
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)? ?(Z|[+-]\d{2}(:?\d{2})?)"
)
EXCEL_SERIAL = r"[2-9]\d{4}(\.\d+)?"
"""Days since 1899-12-30, as Excel stores a date: 20000 is in 1954, 73051 the end of 2099."""

TIME_FORMATS = (
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H:%M:%S",
    "%Y年%m月%d日%H:%M",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日%H时%M分",
    "%Y年%m月%d日",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%Y.%m.%d",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%d %I:%M %p",
    "%Y/%m/%d %I:%M:%S %p",
    "%Y/%m/%d %I:%M %p",
    "%Y-%m-%d %p %I:%M:%S",
    "%Y-%m-%d %p %I:%M",
    "%Y/%m/%d %p %I:%M:%S",
    "%Y/%m/%d %p %I:%M",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d",
)
"""Unambiguous ones only: whether 01/02/2025 is in January needs a `format` in the mapping."""

DURATION_UNITS = (
    ("天|日|days?|d", 86_400),
    ("小时|个小时|时|hours?|hrs?|h", 3_600),
    ("分钟|分|minutes?|mins?|m", 60),
    ("秒钟|秒|seconds?|secs?|s", 1),
    ("毫秒|milliseconds?|ms", 0.001),
)
"""How exports write the units of a duration, longest first → seconds."""

CLOCK_DURATION = r"((\d+) days?,? )?(\d+):([0-5]\d):([0-5]\d(\.\d+)?)"
"""``00:03:25``, ``125:03:25``, ``1 day, 02:03:04``; 3:25 may be minutes or hours."""

SHORT_DURATIONS = {"%M:%S": (60, 1), "%H:%M": (3_600, 60)}
"""What 3:25 may mean, said by a `format` in the mapping → seconds of its two parts."""

FULL_WIDTH, HALF_WIDTH = "０１２３４５６７８９：／－．，＋　", "0123456789:/-.,+ "


def strip(cell: str, *, plain: bool) -> str:
    """SQL of a cell without blanks at its ends; ``plain`` if it can hold no others than spaces.

    Examples
    --------
    >>> strip("c0", plain=True).endswith("ELSE trim(c0) END")
    True
    """
    trimmed = f"trim({cell})" if plain else f"trim({cell}, {literal(BLANKS)})"
    # Trimming a set of signs takes seven times as long as seeing that both ends are letters.
    clean = f"{cell} >= '!' AND {cell} < {literal(chr(127))} AND ({cell})[-1] BETWEEN '!' AND '~'"
    return f"CASE WHEN {clean} THEN {cell} ELSE {trimmed} END"


def drop_missing(text: str, markers: tuple[str, ...] = (), column: Column | None = None) -> str:
    """SQL of a stripped text, NULL where it means an empty cell.

    Parameters
    ----------
    text : str
        SQL of the text.
    markers : tuple of str
        Further texts that mean missing.
    column : Column, optional
        A choice of which may be called what means missing elsewhere: N/A is a result of an
        inspection.
    """
    known = choice_names(column) if column else {}
    words = {*MISSING, *(marker.strip().lower() for marker in markers)} - set(known)
    longest = max(len(word.encode()) for word in words)
    found = f"strlen({text}) <= {longest} AND {_is_one_of(text, sorted(words))}"
    return f"CASE WHEN {found} THEN NULL ELSE {text} END"


def _is_one_of(text: str, words: Sequence[str]) -> str:
    # Not IN nor list_contains: the engine makes joins of them, which are slower and never skipped.
    return f"list_position([{', '.join(map(literal, words))}], lower({text})) > 0"


def choice_names(column: Column) -> dict[str, str]:
    """What a choice may be called, in lower case → our value."""
    return {
        name.lower(): value
        for value, names in column.choices.items()
        for name in (value, value.replace("_", " "), *names)
    }


def half_width(text: str) -> str:
    """SQL of a text with full-width digits and signs made plain."""
    return f"translate({text}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)})"


def quick_wall(text: str) -> str:
    """SQL of the wall time (TIMESTAMP) that an ISO text without offset names."""
    return (
        f"CASE WHEN regexp_full_match({text}, '{ISO_TIME}') THEN try_cast({text} AS TIMESTAMP) END"
    )


def parse_instant(text: str, zone: str, time_format: str | None = None) -> str:
    """SQL of the instant (TIMESTAMPTZ) that a text names; without an offset it is in ``zone``."""
    at = literal(zone)
    if time_format:
        parsed = f"try_strptime({text}, {literal(time_format)})"
        return parsed if "%z" in time_format else f"timezone({at}, {parsed})"
    plain = half_width(f"replace(replace({text}, '上午', 'AM '), '下午', 'PM ')")
    spaced = f"regexp_replace({plain}, '  +', ' ', 'g')"
    formats = ", ".join(map(literal, TIME_FORMATS))
    offset = rf"regexp_replace({text}, ' ?([+-]\d\d):?(\d\d)?$', '\1:\2')"
    offset = rf"regexp_replace({offset}, ':$', ':00')"
    days = f"round(try_cast({text} AS DOUBLE) * 86400)::BIGINT"
    return (
        "coalesce("
        f"timezone({at}, {quick_wall(half_width(text))}), "
        f"CASE WHEN regexp_full_match({text}, '{ISO_OFFSET}')"
        f" THEN try_cast({offset} AS TIMESTAMPTZ) END, "
        f"timezone({at}, try_strptime({spaced}, [{formats}])), "
        f"timezone({at}, CASE WHEN regexp_full_match({text}, '{EXCEL_SERIAL}')"
        f" THEN TIMESTAMP '1899-12-30' + to_seconds({days}) END))"
    )


def parse_number(text: str) -> str:
    """SQL of the number that a text names: ``1,234.5``, ``３５`` and ``35秒`` are numbers."""
    plain = f"regexp_replace({half_width(text)}, ' ?(秒|s|sec|seconds)$', '')"
    grouped = (
        rf"CASE WHEN regexp_full_match({plain}, '[+-]?\d{{1,3}}(,\d{{3}})+(\.\d+)?')"
        f" THEN replace({plain}, ',', '') ELSE {plain} END"
    )
    digits = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
    number = f"try_cast({grouped} AS DOUBLE)"
    valid = f"regexp_full_match({grouped}, '{digits}') AND isfinite({number})"
    return f"CASE WHEN {valid} THEN {number} END"


def parse_duration(text: str, time_format: str | None = None) -> str:
    """SQL of the seconds that a text with units names: ``3分25秒``, ``1h 2m``, ``00:03:25``.

    Parameters
    ----------
    text : str
        SQL of the text.
    time_format : {"%M:%S", "%H:%M"}, optional
        What two numbers with a colon are; without it they are ambiguous and stay NULL.
    """
    plain = f"lower({half_width(text)})"
    ways = [_clock_seconds(plain), _named_seconds(plain)]
    if time_format in SHORT_DURATIONS:
        ways.insert(0, _short_seconds(plain, SHORT_DURATIONS[time_format]))
    return f"coalesce({', '.join(ways)})"


def _clock_seconds(plain: str) -> str:
    parts = {2: 86_400, 3: 3_600, 4: 60, 5: 1}
    return _sum_groups(plain, CLOCK_DURATION, parts)


def _short_seconds(plain: str, parts: tuple[int, int]) -> str:
    return _sum_groups(plain, r"(\d+):([0-5]\d)", dict(enumerate(parts, start=1)))


def _named_seconds(plain: str) -> str:
    """SQL for ``1小时2分``, ``1h 2m`` and ISO's ``PT3M25S``: numbers, each with its unit."""
    number, pattern = r"(\d+(?:\.\d+)?)", ""
    parts: dict[int, float] = {}
    for nth, (words, seconds) in enumerate(DURATION_UNITS, start=1):
        pattern += rf"(?:{number} ?(?:{words})[ ,]*)?"
        parts[nth] = seconds
    iso = f"CASE WHEN {plain} LIKE 'p%' THEN replace(substr({plain}, 2), 't', '') ELSE {plain} END"
    return _sum_groups(iso, pattern, parts)


def _sum_groups(text: str, pattern: str, parts: Mapping[int, float]) -> str:
    """SQL of the seconds in the groups of a pattern that must fit the whole text."""
    groups = " + ".join(
        f"coalesce(try_cast(regexp_extract({text}, {literal(f'^{pattern}$')}, {group}) AS DOUBLE),"
        f" 0) * {seconds}"
        for group, seconds in parts.items()
    )
    fits = f"{text} <> '' AND regexp_full_match({text}, {literal(pattern)})"
    return f"CASE WHEN {fits} THEN {groups} END"


def parse_flag(text: str) -> str:
    """SQL of the flag that a text names; a count is one too: 0 is false, more is true."""
    count = f"try_cast({text} AS DOUBLE)"
    return (
        f"CASE WHEN {_is_one_of(text, TRUE_WORDS)} THEN TRUE"
        f" WHEN {_is_one_of(text, FALSE_WORDS)} THEN FALSE"
        f" WHEN isfinite({count}) AND {count} >= 0 THEN {count} > 0 END"
    )


def parse_choice(text: str, column: Column) -> str:
    """SQL of our value for a text that names one of the column's choices."""
    known = choice_names(column)
    names, values = (", ".join(map(literal, listed)) for listed in (known, known.values()))
    return f"[{values}][list_position([{names}], lower({text}))]"


def parse_integer(number: str) -> str:
    """SQL of a whole number, NULL if it has a fraction."""
    return f"CASE WHEN {number} = trunc({number}) THEN try_cast({number} AS BIGINT) END"
