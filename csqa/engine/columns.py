"""Raw columns → typed columns, in four layers of SQL: raw, text, quick value, value."""

from collections.abc import Callable
from dataclasses import dataclass

from csqa.engine import cells
from csqa.engine.connection import identifier, literal
from csqa.engine.headers import Match
from csqa.engine.readers import Source
from csqa.rules.mapping import ColumnMapping
from csqa.schema import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME, Column

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
    raw: str
    """SQL of the raw cell."""
    direct: bool
    """Whether the engine type serves as it is."""
    type: str
    """Engine type of the raw cell."""
    zone: str
    missing: tuple[str, ...]


def raw_of(column: str) -> str:
    """SQL name of a column's cell as it came, stripped."""
    return identifier(f"r_{column}")


def text_of(column: str) -> str:
    """SQL name of a column's cell after the mapping's values, NULL if missing."""
    return identifier(f"t_{column}")


def value_of(column: str) -> str:
    """SQL name of a column's typed value; of a TIME, in UTC."""
    return identifier(f"v_{column}")


def _quick_of(column: str) -> str:
    return identifier(f"q_{column}")


def parsed_rows(entry: Input, relation: str, zone: str, missing: tuple[str, ...]) -> str:
    """SQL of rows with ``row fields extra`` and, per column given, raw cell, text, typed value.

    Parameters
    ----------
    entry : Input
        The source, and which of its columns are ours.
    relation : str
        SQL of the rows: the source's view, or a table made from it.
    zone : str
        Zone of times without offset.
    missing : tuple of str
        Further texts that mean an empty cell.
    """
    given = map(entry.match.table.column, entry.match.given)
    row = [_cell(column, entry, zone, missing) for column in given]
    layers: list[tuple[Callable[[Cell], str], Callable[[str], str]]] = [
        (_text, text_of),
        (_quick, _quick_of),
        (_value, value_of),
    ]
    raw = ", ".join(f"{cell.raw} AS {raw_of(cell.column.name)}" for cell in row)
    query = f"SELECT row, fields, extra, {raw} FROM {relation}"
    for expression, name in layers:
        listed = ", ".join(f"{expression(cell)} AS {name(cell.column.name)}" for cell in row)
        query = f"SELECT *, {listed} FROM ({query})"
    return f"({query})"


def _cell(column: Column, entry: Input, zone: str, missing: tuple[str, ...]) -> Cell:
    rule = entry.match.rules.get(column.name, ColumnMapping())
    position = entry.match.positions.get(column.name)
    if position is None:
        raw, kind = f"{literal(rule.constant)}::VARCHAR", "VARCHAR"
    else:
        raw, kind = f"c{position}", entry.source.types[position]
        if kind == "VARCHAR":
            raw = cells.strip(raw, plain=entry.source.plain)
    direct = kind in DIRECT[column.kind] and not rule.values
    return Cell(column, rule, raw, direct, kind, zone, missing)


def _text(cell: Cell) -> str:
    """SQL of a cell with missing ones NULL: as text, or typed if it serves directly."""
    raw = raw_of(cell.column.name)
    if cell.direct:
        return f"CASE WHEN isnan({raw}) THEN NULL ELSE {raw} END" if cell.type in FRACTIONS else raw
    text = _as_text(raw, cell.type)
    if cell.rule.values:
        cases = " ".join(
            f"WHEN {literal(theirs.lower())} THEN {literal(ours)}"
            for theirs, ours in cell.rule.values.items()
        )
        text = f"CASE lower({text}) {cases} ELSE {text} END"
    choices = cell.column if cell.column.kind == CHOICE else None
    return cells.drop_missing(text, cell.missing, choices)


def _as_text(raw: str, kind: str) -> str:
    """SQL of a raw cell as text; 1001.0 is 1001, for pandas makes ids with gaps fractions."""
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
    if kind in (TIME, DATE) and not cell.rule.format:
        return cells.quick_instant(text, cell.zone)
    if kind in (NUMBER, INTEGER):
        return f"try_cast({text} AS DOUBLE)"
    return "NULL"


def _direct_value(text: str, cell: Cell) -> str:
    """SQL of an instant, number or flag from a column that is typed already."""
    if cell.column.kind in (TIME, DATE):
        wall = f"timezone({literal(cell.zone)}, {text}::TIMESTAMP)"
        return text if cell.type == INSTANT else wall
    if cell.column.kind == FLAG:
        return text if cell.type == "BOOLEAN" else f"CASE WHEN {text} >= 0 THEN {text} > 0 END"
    return f"epoch({text})" if cell.type == "INTERVAL" else f"{text}::DOUBLE"


def _value(cell: Cell) -> str:
    """SQL of the typed value."""
    name, kind = cell.column.name, cell.column.kind
    text, quick = text_of(name), _quick_of(name)
    if kind == TEXT:
        return text
    if kind == CHOICE:
        return cells.parse_choice(text, cell.column)
    if kind == FLAG:
        return quick if cell.direct else cells.parse_flag(text)
    if kind in (TIME, DATE):
        slow = cells.parse_instant(text, cell.zone, cell.rule.format)
        instant = quick if cell.direct else _first(f"{quick} IS NOT NULL", quick, text, slow)
        at = literal("UTC" if kind == TIME else cell.zone)
        return f"timezone({at}, {instant})" + ("" if kind == TIME else "::DATE")
    whole = f"isfinite({quick}) AND {quick} = trunc({quick})"
    slow = "NULL" if cell.direct else cells.parse_number(text)
    if kind == INTEGER:
        return _first(whole, f"try_cast({quick} AS BIGINT)", text, cells.parse_integer(slow))
    return _first(f"isfinite({quick})", quick, text, slow)


def _first(condition: str, quick: str, text: str, slow: str) -> str:
    return f"CASE WHEN {condition} THEN {quick} WHEN {text} IS NOT NULL THEN {slow} END"
