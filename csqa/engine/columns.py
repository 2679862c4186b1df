"""Raw columns → typed columns, in four layers of SQL: raw, text, quick value, value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from csqa.columntypes import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME, Column
from csqa.engine import cells
from csqa.engine.connection import identifier, literal
from csqa.engine.dialect import DUCKDB
from csqa.engine.headers import Match
from csqa.engine.readers import Source
from csqa.engine.zones import read_zone, utc_expression
from csqa.rules.mapping import UNITS, ColumnMapping

FRACTIONS = ("DOUBLE", "FLOAT")
WHOLES = (
    "BIGINT",
    "INTEGER",
    "SMALLINT",
    "TINYINT",
    "UBIGINT",
    "UINTEGER",
    "USMALLINT",
    "UTINYINT",
)
INSTANT = "TIMESTAMP WITH TIME ZONE"
TIMES = (INSTANT, "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S", "DATE")

DIRECT = {
    TEXT: (),
    CHOICE: (),
    TIME: TIMES,
    DATE: TIMES,
    NUMBER: (*FRACTIONS, *WHOLES, "INTERVAL"),
    INTEGER: (*FRACTIONS, *WHOLES),
    FLAG: (*FRACTIONS, *WHOLES, "BOOLEAN"),
}
"""Engine types that a kind of column takes as they are; others go through text."""


@dataclass(frozen=True)
class Input:
    """A source and how it serves a table."""

    source: Source
    match: Match


@dataclass(frozen=True)
class Cell:
    """One column on its way: what it is, what it comes from, and the zone of its times."""

    column: Column
    rule: ColumnMapping
    came: str
    """SQL of the cell as it came."""
    raw: str
    """SQL of the cell without blanks at its ends."""
    direct: bool
    """Whether the engine type serves as it is."""
    type: str
    """Engine type of the raw cell."""
    zone: str
    """Zone of times without offset."""
    missing: tuple[str, ...]
    trusted: bool = False
    """Whether every cell is known to be its own value already."""

    @property
    def duration(self) -> bool:
        """Whether it is a length of time, stored in seconds."""
        return self.column.kind == NUMBER and self.column.name.endswith("_seconds")

    @property
    def seconds(self) -> float:
        """Seconds in one unit of its plain numbers."""
        return UNITS[self.rule.unit or "seconds"]


def raw_of(column: str) -> str:
    """SQL name of a column's cell as it came, stripped."""
    return identifier(f"r_{column}")


def came_of(column: str) -> str:
    """SQL name of a column's cell just as it came."""
    return identifier(f"o_{column}")


def text_of(column: str) -> str:
    """SQL name of a column's cell after the mapping's values, NULL if missing."""
    return identifier(f"t_{column}")


def value_of(column: str) -> str:
    """SQL name of a column's typed value; of a TIME, in UTC."""
    return identifier(f"v_{column}")


def _quick_of(column: str) -> str:
    return identifier(f"q_{column}")


def parsed_rows(
    entry: Input,
    relation: str,
    zone: str,
    missing: tuple[str, ...],
    trusted: frozenset[str] = frozenset(),
) -> str:
    """SQL of rows with ``row fields extra`` and, per column given, raw cell, text, typed value.

    Parameters
    ----------
    entry : Input
        The source, and which of its columns are ours.
    relation : str
        SQL of the rows: the source's view, or a table made from it.
    zone : str
        The declared zone: of dates, and of times without offset unless the source has its own.
    missing : tuple of str
        Further texts that mean an empty cell.
    trusted : frozenset of str
        Columns of texts whose cells were seen to be their own values: nothing is done to them.
    """
    given = map(entry.match.table.column, entry.match.given)
    row = [_cell(column, entry, zone, missing, trusted) for column in given]
    layers: list[tuple[Callable[[Cell], str], Callable[[str], str]]] = [
        (_text, text_of),
        (_quick, _quick_of),
        (_value, value_of),
    ]
    raw = ", ".join(
        f"{cell.came} AS {came_of(cell.column.name)}, {cell.raw} AS {raw_of(cell.column.name)}"
        for cell in row
    )
    query = f"SELECT row, fields, extra, {raw} FROM {relation}"
    for expression, name in layers:
        listed = ", ".join(f"{expression(cell)} AS {name(cell.column.name)}" for cell in row)
        query = f"SELECT *, {listed} FROM ({query})"
    return f"({query})"


def text_columns(entry: Input) -> Iterator[str]:
    """Columns of texts that come from texts."""
    for name, position in entry.match.positions.items():
        kind = entry.match.table.column(name).kind
        if kind in (TEXT, CHOICE) and entry.source.types[position] == "VARCHAR":
            yield name


def _cell(
    column: Column, entry: Input, zone: str, missing: tuple[str, ...], trusted: frozenset[str]
) -> Cell:
    rule = entry.match.rules.get(column.name, ColumnMapping())
    position = entry.match.positions.get(column.name)
    if position is None:
        came, kind = f"{literal(rule.constant)}::VARCHAR", "VARCHAR"
    else:
        came, kind = f"c{position}", entry.source.types[position]
    strips = position is not None and kind == "VARCHAR" and column.name not in trusted
    raw = cells.strip(came, plain=entry.source.plain) if strips else came
    direct = kind in DIRECT[column.kind] and not rule.values
    if column.kind != DATE:
        zone = entry.match.time_zone or zone
    trusts = column.name in trusted
    return Cell(column, rule, came, raw, direct, kind, zone, missing, trusts)


def _text(cell: Cell) -> str:
    """SQL of a cell with missing ones NULL: as text, or typed if it serves directly."""
    raw = raw_of(cell.column.name)
    if cell.trusted:
        return raw
    if cell.direct:
        return f"CASE WHEN isnan({raw}) THEN NULL ELSE {raw} END" if cell.type in FRACTIONS else raw
    text = as_text(raw, cell.type)
    if cell.rule.values:
        cases = " ".join(
            f"WHEN {literal(theirs.lower())} THEN {literal(ours)}"
            for theirs, ours in cell.rule.values.items()
        )
        text = f"CASE lower({text}) {cases} ELSE {text} END"
    choices = cell.column if cell.column.kind == CHOICE else None
    return cells.drop_missing(text, cell.missing, choices)


def as_text(raw: str, kind: str) -> str:
    """SQL of a raw cell as text; 1001.0 is 1001, for pandas makes ids with gaps fractions.

    Examples
    --------
    >>> as_text("c0", "VARCHAR"), as_text("c0", "BIGINT")
    ('c0', 'c0::VARCHAR')
    """
    if kind == "VARCHAR":
        return raw
    if kind not in FRACTIONS:
        return f"{raw}::VARCHAR"
    whole = f"isfinite({raw}) AND abs({raw}) < 1e15 AND {raw} = trunc({raw})"
    return f"CASE WHEN {whole} THEN {raw}::BIGINT::VARCHAR ELSE {raw}::VARCHAR END"


def _quick(cell: Cell) -> str:
    """SQL of the value by the quick way, NULL where the forgiving one must look."""
    text, kind = text_of(cell.column.name), cell.column.kind
    if cell.direct:
        return _direct_value(text, cell)
    if kind in (TIME, DATE):
        return "NULL::TIMESTAMP" if cell.rule.format else cells.quick_wall(text)
    if kind in (NUMBER, INTEGER):
        return _scale(f"try_cast({text} AS DOUBLE)", cell)
    return "NULL"


def _direct_value(text: str, cell: Cell) -> str:
    """SQL of a wall time, number or flag from a column that is typed already."""
    if cell.column.kind in (TIME, DATE):
        at = "UTC" if cell.column.kind == TIME else cell.zone
        return f"timezone({literal(at)}, {text})" if cell.type == INSTANT else f"{text}::TIMESTAMP"
    if cell.column.kind == FLAG:
        return text if cell.type == "BOOLEAN" else f"CASE WHEN {text} >= 0 THEN {text} > 0 END"
    return f"epoch({text})" if cell.type == "INTERVAL" else _scale(f"{text}::DOUBLE", cell)


def _scale(number: str, cell: Cell) -> str:
    """SQL of a plain number in seconds if the column is in another unit."""
    return f"{number} * {cell.seconds!r}" if cell.duration and cell.seconds != 1 else number


def _slow_number(text: str, cell: Cell) -> str:
    """SQL of a number that the quick way could not read."""
    number = _scale(cells.parse_number(text), cell)
    if not cell.duration:
        return number
    return f"coalesce({cells.parse_duration(text, cell.rule.format)}, {number})"


def _value(cell: Cell) -> str:
    """SQL of the typed value."""
    name, kind = cell.column.name, cell.column.kind
    text, quick = text_of(name), _quick_of(name)
    if kind == TEXT or cell.trusted:
        return text
    if kind == CHOICE:
        return cells.parse_choice(text, cell.column)
    if kind == FLAG:
        return quick if cell.direct else cells.parse_flag(text)
    if kind in (TIME, DATE):
        return _moment(cell, quick, text)
    whole = f"isfinite({quick}) AND {quick} = trunc({quick})"
    slow = "NULL" if cell.direct else _slow_number(text, cell)
    if kind == INTEGER:
        return _first(whole, f"try_cast({quick} AS BIGINT)", text, cells.parse_integer(slow))
    return _first(f"isfinite({quick})", quick, text, slow)


def _moment(cell: Cell, quick: str, text: str) -> str:
    """SQL of a time in UTC, or of a date where the team is."""
    if cell.column.kind == DATE or (cell.direct and cell.type == INSTANT):
        known = quick
    else:
        known = utc_expression(quick, read_zone(cell.zone), DUCKDB.add_seconds)
    if not cell.direct:
        at = literal("UTC" if cell.column.kind == TIME else cell.zone)
        slow = f"timezone({at}, {cells.parse_instant(text, cell.zone, cell.rule.format)})"
        known = _first(f"{quick} IS NOT NULL", known, text, slow)
    return known if cell.column.kind == TIME else f"({known})::DATE"


def _first(condition: str, quick: str, text: str, slow: str) -> str:
    return f"CASE WHEN {condition} THEN {quick} WHEN {text} IS NOT NULL THEN {slow} END"
