"""Which table a source is, and which of its headers are our columns."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from csqa.columntypes import Column, Table
from csqa.errors import DataError
from csqa.rules.mapping import DERIVED, STEP, ColumnMapping, Mapping, TableMapping
from csqa.schema import TABLES

OTHER_UNITS = re.compile(r"^(分|分钟|min|mins|minutes?|小时|h|hours?|毫秒|ms|天|days?|%|百分比)$")
"""A header with one of these in brackets is another quantity than ours in seconds or points."""

BRACKETS = re.compile(r"[(\[【〔（]([^)\]】〕）]*)[)\]】〕）]")


@dataclass(frozen=True)
class Match:
    """How the headers of a source serve a table."""

    table: Table
    positions: dict[str, int]
    """Our column → index of the source's column."""
    rules: dict[str, ColumnMapping]
    """Our column → what the mapping says about it."""
    unused: tuple[str, ...]
    """Headers that serve nothing."""
    time_zone: str | None = None
    """Zone of the source's times without offset; None is the declared one."""

    @property
    def given(self) -> list[str]:
        """Our columns that are given, in the table's order."""
        constants = {name for name, rule in self.rules.items() if rule.constant is not None}
        return [name for name in self.table.names if name in self.positions or name in constants]

    @property
    def lacking(self) -> list[Column]:
        """Required columns that are not given."""
        return [
            column
            for column in self.table.columns
            if column.required and not {column.name, column.or_else} & set(self.given)
        ]


def normalise_header(header: str) -> str:
    """A header without what exports vary: case, width, spaces, underscores, brackets, seconds.

    Examples
    --------
    >>> normalise_header("处理时长（秒）"), normalise_header("First_Response At")
    ('处理时长', 'firstresponseat')
    >>> normalise_header("处理时长(分钟)")
    '处理时长分钟'
    """
    plain = unicodedata.normalize("NFKC", header).strip().lower().strip("\ufeff\u200b*")
    outside = BRACKETS.sub(
        lambda found: found[1] if OTHER_UNITS.match(found[1].strip()) else "", plain
    )
    return re.sub(r"[\s_\-:.*]+", "", outside or BRACKETS.sub(r"\1", plain))


def find_position(headers: Sequence[str], name: str) -> int | None:
    """Index of a header: as written, else but for case, width and so on, else a derived one.

    Examples
    --------
    >>> find_position(["Group", "group id"], "Group_ID")
    1
    """
    if name in headers:
        return list(headers).index(name)
    plain = [normalise_header(header) for header in headers]
    wanted = normalise_header(name)
    if wanted in plain:
        return plain.index(wanted)
    return list(headers).index(STEP + name) if STEP + name in headers else None


def match_headers(table: Table, headers: Sequence[str], mapping: TableMapping) -> Match:
    """Find our columns among the headers of a source; what the mapping says goes first."""
    wanted = {normalise_header(header): i for i, header in reversed(list(enumerate(headers)))}
    positions = {
        name: found
        for name, rule in mapping.columns.items()
        if rule.source is not None and (found := find_position(headers, rule.source)) is not None
    }
    taken: set[int | None] = set(positions.values())
    for column in table.columns:
        if mapping.only or column.name in mapping.columns:
            continue
        for name in (column.name, column.zh, *column.aliases):
            position = wanted.get(normalise_header(name))
            if position is not None and position not in taken:
                positions[column.name] = position
                taken.add(position)
                break
    taken |= {find_position(headers, name) for name in mapping.needs}
    unused = tuple(
        header
        for i, header in enumerate(headers)
        if i not in taken and header and not header.startswith((STEP, DERIVED))
    )
    # A lookup that may be lacking, into a source that is: as if nobody had asked for it.
    rules = {
        name: rule
        for name, rule in mapping.columns.items()
        if name in positions or not rule.optional
    }
    return Match(table, positions, rules, unused, mapping.source_time_zone)


def find_table(name: str, headers: Sequence[str], mapping: Mapping) -> Match | None:
    """The table that a source is, by its name or else by its headers; None if it is none."""
    matches = {
        table: match_headers(TABLES[table], headers, mapping.table(table)) for table in TABLES
    }
    candidates = {
        table: match
        for table, match in matches.items()
        if not mapping.table(table).files and not match.lacking
    }
    named = [table for table in _named_tables(name) if not mapping.table(table).files]
    for table in named:
        if table in candidates:
            return matches[table]
    if candidates:
        return max(candidates.values(), key=lambda match: len(match.positions))
    return matches[named[0]] if named else None


def _named_tables(name: str) -> list[str]:
    """Tables whose name or alias a file's name contains, longest first."""
    plain = unicodedata.normalize("NFKC", name).lower()
    found = []
    for table in TABLES.values():
        for word in (table.name, table.zh, *table.aliases):
            edge = r"(?<![a-z]){}(?![a-z])" if word.isascii() else "{}"
            if re.search(edge.format(re.escape(word)), plain):
                found.append((len(word), table.name))
    return [table for _, table in sorted(found, key=lambda pair: -pair[0])]


def check_headers(label: str, headers: Sequence[str], match: Match) -> None:
    """Refuse a source whose mapped or required columns are not there.

    Raises
    ------
    DataError
        One message that names the file, each column, and the nearest header found.
    """
    faults = [
        f"映射里 {name} 来自“{rule.source}”，但没有这个表头{_nearest([rule.source], headers)}"
        for name, rule in match.rules.items()
        if rule.source is not None and name not in match.positions
    ]
    faults += [
        f"缺少必需的列“{column.zh}”（{column.name}）"
        f"{_nearest([column.zh, column.name, *column.aliases], headers)}"
        for column in match.lacking
        if column.name not in match.rules
    ]
    if faults:
        raise DataError(
            f"{label}（{match.table.zh}）：" + "；".join(faults) + "。"
            "可以改表头，或用映射文件说明哪一列是它。"
        )


def _nearest(names: Sequence[str], headers: Sequence[str]) -> str:
    plain = {normalise_header(header): header for header in headers if header}
    scored = [
        (difflib.SequenceMatcher(None, normalise_header(name), header).ratio(), header)
        for name in names
        for header in plain
    ]
    score, near = max(scored, default=(0.0, ""))
    if score >= 0.3:
        return f"，最接近的表头是“{plain[near]}”"
    return f"，现有表头：{'、'.join(list(plain.values())[:30]) or '无'}"
