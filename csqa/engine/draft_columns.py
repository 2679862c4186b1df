"""One column of a drafted mapping as lines of YAML: header, values, format, unit, and doubts."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from csqa.columntypes import CHOICE, FLAG, TIME, Column
from csqa.engine import cells
from csqa.engine.guess import FEW_VALUES, KNOWN, LONGEST_VALUE, Guess
from csqa.engine.headers import normalise_header
from csqa.engine.profile import PERSONAL, Profile, count_values, day_and_month
from csqa.engine.sources import Source
from csqa.rules.hints import Hints
from csqa.rules.mapping_columns import unit_of_header

UNSURE = "不确定："
"""Begins every comment that asks to be looked at."""

MOST_MONTHS = 12
"""A number above it is no month."""

SECONDS = re.compile(r"秒|(?<![a-z])sec", re.IGNORECASE)
"""In a header, it says the unit."""

PLAIN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff]*( [\w\u4e00-\u9fff]+)*")
YAML_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}


def scalar(text: str) -> str:
    """A text as YAML: plain where nothing can be mistaken, else in quotation marks.

    Examples
    --------
    >>> print(scalar("渠道"), scalar("no"), scalar("a: b"), scalar("007"))
    渠道 "no" "a: b" "007"
    """
    if PLAIN.fullmatch(text) and text.lower() not in YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def remark(text: str) -> str:
    """A text as it may stand in a comment: one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@dataclass(frozen=True)
class Met:
    """One of our columns as it was met in the sources that serve the table."""

    connection: duckdb.DuckDBPyConnection
    guesses: Sequence[tuple[Source, Guess]]
    """Every source that has it, with the header that is taken for it."""
    sources: int
    """How many sources serve the table."""
    hints: Hints
    missing: tuple[str, ...]

    @property
    def column(self) -> Column:
        """Which of our columns."""
        return self.guesses[0][1].column

    @property
    def headers(self) -> list[str]:
        """Their headers, each once."""
        return list(dict.fromkeys(guess.profile.header for _, guess in self.guesses))

    @property
    def profile(self) -> Profile:
        """What it holds where it was met first."""
        return self.guesses[0][1].profile


@dataclass
class Details:
    """What follows the header in a column's entry."""

    keys: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    refused: str = ""
    """Why the column is not drafted after all."""


def draft_column(met: Met, clock: str | None = None) -> list[str]:
    """Lines of a column; a comment alone where its cells cannot be read.

    Parameters
    ----------
    met : Met
        The column and where it was met.
    clock : str, optional
        Header of the time of the day that belongs to a date.
    """
    details = _details(met, clock)
    name, headers = met.column.name, met.headers
    least = min(guess.likeness for _, guess in met.guesses)
    if details.refused:
        return [f"      # {name}: {remark('、'.join(headers))}   # {remark(details.refused)}"]
    if not all(guess.sure for _, guess in met.guesses):
        why = "只看内容像" if least < 0.5 else "表头只是像"
        details.doubts.insert(0, f"{why}{met.column.zh}")
    keys = [_origin(met, clock), *details.keys]
    doubts = [UNSURE + "；".join(details.doubts)] if details.doubts else []
    told = "；".join([*doubts, *details.told])
    note = f"   # {remark(told)}" if told else ""
    if not details.values and keys[0].startswith("from: ") and len(keys) == 1 and not clock:
        return [f"      {name}: {keys[0].removeprefix('from: ')}{note}"]
    lines = [f"      {name}:{note}", *(f"        {key}" for key in keys)]
    return [
        *lines,
        *(["        values:"] if details.values else []),
        *(f"          {value}" for value in details.values),
    ]


def _origin(met: Met, clock: str | None) -> str:
    headers = [scalar(header) for header in met.headers]
    if clock is not None:
        return f"from: [{headers[0]}, {scalar(clock)}]"
    if len(headers) > 1:
        return f"first_of: [{', '.join(headers)}]\n        optional: true"
    if len(met.guesses) < met.sources:
        return f"from: {headers[0]}\n        optional: true"
    return f"from: {headers[0]}"


def _details(met: Met, clock: str | None) -> Details:
    details = Details()
    if met.column.kind == TIME:
        _add_format(met, details, clock)
    elif met.column.name.endswith("_seconds"):
        _add_unit(met, details)
    elif met.column.kind in (CHOICE, FLAG) or met.column.name in met.hints.values:
        _add_values(met, details)
    return details


def _add_format(met: Met, details: Details, clock: str | None) -> None:
    """How times are written, where 01/02/2025 may be in January or in February."""
    profile = met.profile
    if profile.offsets:
        details.told.append("时间自带时区")
    if not profile.ambiguous:
        return
    greatest = [
        day_and_month(met.connection, source, guess.profile.header) for source, guess in met.guesses
    ]
    first, second = (max(numbers) for numbers in zip(*greatest, strict=True))
    if first > MOST_MONTHS and second > MOST_MONTHS:
        details.doubts.append("日在前和月在前的写法混在一起，请先统一")
    elif first <= MOST_MONTHS and second <= MOST_MONTHS:
        details.doubts.append("日和月都不超过 12，看不出谁在前；这里当作日在前")
    sign = re.sub(r"\w", "", profile.shape)[:1] or "/"
    days = ("%m", "%d") if second > MOST_MONTHS else ("%d", "%m")
    hours = re.search(r" 9:9(:9)?$", profile.shape)
    written = sign.join([*days, "%Y"])
    if hours or clock is not None:
        written += " %H:%M:%S" if hours and hours[1] else " %H:%M"
    details.keys.append(f"format: {scalar(written)}")


def _add_unit(met: Met, details: Details) -> None:
    profile, unit = met.profile, unit_of_header(met.headers[0])
    if unit and unit != "seconds":
        details.keys.append(f"unit: {unit}")
    elif not unit and not SECONDS.search(met.headers[0]) and profile.mostly(profile.numbers):
        details.doubts.append("没有写单位，当作秒（是分钟就加 unit: minutes）")
    if profile.clocks > profile.durations:
        details.keys.append('format: "%M:%S"')
        details.doubts.append("3:25 当作 3 分 25 秒（是 3 小时 25 分就写 %H:%M）")


def _add_values(met: Met, details: Details) -> None:
    """Values that csqa does not know by itself, with the rows that have them."""
    counts = _count(met)
    column, told = met.column, met.hints.values.get(met.column.name, {})
    guesses = met.hints.guesses.get(column.name, {})
    if counts is None:
        details.refused = "值太多，不像" + column.zh
        return
    repeated = {normalise_header(header) for header in met.headers}
    new = {
        text: rows
        for text, rows in counts.items()
        if not _understood(column, text) and normalise_header(text) not in repeated
    }
    sure = all(guess.sure for _, guess in met.guesses)
    known = all(guess.likeness == KNOWN for _, guess in met.guesses)
    meant = [text for text in new if text.lower() in told or text.lower() in guesses]
    if len(new) == len(counts) and not meant and not (known and column.kind == CHOICE):
        details.refused = f"值认不出来，不当作{column.zh}"
        return
    personal = [text for text in new if _is_personal(text)]
    if personal:
        rows = sum(new.pop(text) for text in personal)
        details.doubts.append(f"有 {rows} 行的值像个人信息或太长，没有列出，读入时会隔离")
    if new and not meant and not sure:
        details.doubts.append(f"有 {len(new)} 种值认不出来，没有列出")
        return
    for text, rows in new.items():
        details.values.append(_value(column, text, rows, {**guesses, **told}, told))


def _value(
    column: Column,
    text: str,
    rows: int,
    ours: dict[str, str | None],
    told: dict[str, str | None],
) -> str:
    """Line of one value; what is not known is `other` or missing, and says so."""
    key, doubt = text.lower(), "" if text.lower() in told else UNSURE
    fallback = "other" if "other" in column.choices else None
    value = ours.get(key, fallback)
    if key not in ours:
        doubt += "认不出来，" + (f"暂归 {value}，" if value else "暂作空，")
    written = "null" if value is None else value if column.kind == FLAG else scalar(value)
    return f"{scalar(text)}: {written}   # {doubt}{rows} 行"


def _count(met: Met) -> dict[str, int] | None:
    """Rows of each value over all sources; None if there are too many."""
    total: dict[str, int] = {}
    for source, guess in met.guesses:
        found = count_values(met.connection, source, guess.profile.header, FEW_VALUES, met.missing)
        if found is None:
            return None
        for text, rows in found.items():
            total[text] = total.get(text, 0) + rows
    return total


def _understood(column: Column, text: str) -> bool:
    """Whether a value is read as it is."""
    if column.kind == CHOICE:
        names = {n for own in column.choices for n in (own, *column.choices[own])}
        return text.lower() in {name.lower() for name in names}
    number = _number(text)
    if column.kind == FLAG:
        words = {*cells.TRUE_WORDS, *cells.FALSE_WORDS}
        return text.lower() in words or (number is not None and number >= 0)
    return number is not None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_personal(text: str) -> bool:
    return len(text) > LONGEST_VALUE or re.fullmatch(PERSONAL, text) is not None
