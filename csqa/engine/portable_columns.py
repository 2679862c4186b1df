"""Typed columns → our columns, as SQL that every engine reads.

The values are those of :mod:`csqa.engine.columns`.

Where rows stay in a user's database their columns have types already, so nothing needs to be
parsed: a time or a number that is written as a text there is refused, not guessed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from csqa.columntypes import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME, Column
from csqa.engine import cells
from csqa.engine.columns import FRACTIONS, INSTANT, TIMES, WHOLES, raw_of, text_of, value_of
from csqa.engine.connection import literal
from csqa.engine.dialect import Dialect
from csqa.engine.headers import Match
from csqa.engine.zones import read_zone, utc_expression, wall_expression
from csqa.rules.mapping import UNITS, ColumnMapping

DECIMAL = "DECIMAL"
"""Family of exact decimals; the copying intake reads them as texts."""

NUMBERS = (*FRACTIONS, *WHOLES, DECIMAL)

GREATEST = "1.7976931348623157e308"
"""The largest double: what lies beyond is infinite or no number."""

WHOLE_LIMIT = "9.2e18"
"""Whole numbers up to here fit 64 bits."""

TAKEN = {
    TEXT: ("VARCHAR", *NUMBERS, "BOOLEAN", *TIMES),
    CHOICE: ("VARCHAR", *NUMBERS, "BOOLEAN"),
    FLAG: ("VARCHAR", *NUMBERS, "BOOLEAN"),
    TIME: TIMES,
    DATE: TIMES,
    NUMBER: NUMBERS,
    INTEGER: NUMBERS,
}
"""Kind of our column → types that serve it in place."""


@dataclass(frozen=True)
class TypedCell:
    """One of our columns, and the typed cell it comes from."""

    column: Column
    rule: ColumnMapping
    came: str
    """SQL name of the cell as it came; empty for a constant."""
    type: str
    """Engine type of the cell, as :mod:`csqa.engine.columns` names them."""
    zone: str
    """Zone of times without offset."""
    missing: tuple[str, ...]
    dialect: Dialect

    @property
    def direct(self) -> bool:
        """Whether the value need not be seen as a text."""
        kinds = {TIME: TIMES, DATE: TIMES, FLAG: (*NUMBERS, "BOOLEAN")}
        direct = kinds.get(self.column.kind, NUMBERS)
        text = self.column.kind in (TEXT, CHOICE)
        return not text and self.type in direct and not self.rule.values


def nothing(column: Column, dialect: Dialect) -> str:
    """SQL of no value in the type of a column of ours."""
    kind = {
        TIME: dialect.time,
        NUMBER: dialect.number,
        INTEGER: dialect.whole,
        FLAG: dialect.flag,
        DATE: "DATE",
    }.get(column.kind)
    return f"CAST(NULL AS {kind})" if kind else dialect.cast_text.format(x="NULL")


def typed_cells(
    match: Match, types: Sequence[str], zone: str, missing: tuple[str, ...], dialect: Dialect
) -> list[TypedCell]:
    """Give the cells of a source that serve a table, in the table's order.

    Parameters
    ----------
    match : Match
        Which of the source's columns are ours.
    types : sequence of str
        The source's columns' types.
    zone : str
        The declared zone.
    missing : tuple of str
        Further texts that mean an empty cell.
    dialect : Dialect
        The engine's.
    """
    made = []
    for name in match.given:
        column, position = match.table.column(name), match.positions.get(name)
        rule = match.rules.get(name, ColumnMapping())
        came, kind = ("", "VARCHAR") if position is None else (f"c{position}", types[position])
        at = zone if column.kind == DATE else match.time_zone or zone
        made.append(TypedCell(column, rule, came, kind, at, missing, dialect))
    return made


def refused(row: Sequence[TypedCell]) -> Iterator[tuple[str, str]]:
    """Our columns that cannot be read in place from what they come from, and why."""
    for cell in row:
        kind, name = cell.column.kind, cell.column.name
        if not cell.came:
            if kind in (TIME, DATE, NUMBER, INTEGER):
                yield name, "是时间或数字，不能用 constant 写"
        elif cell.type not in TAKEN[kind] and cell.type == "VARCHAR":
            yield name, f"要的是{'时间' if kind in (TIME, DATE) else '数字'}，在库里却是文字"
        elif cell.type not in TAKEN[kind]:
            yield name, "在库里是另一种东西（例如要数字而它是时间）"
        elif kind in (TIME, DATE) and cell.rule.values:
            yield name, "是时间，不能用 values 替换"


def typed_rows(row: Sequence[TypedCell], relation: str) -> str:
    """SQL of rows with, per column of ours, what it is as a text and its value.

    Parameters
    ----------
    row : sequence of TypedCell
        From :func:`typed_cells`.
    relation : str
        SQL of rows with the cells ``c0``, ``c1``, …
    """
    query = f"SELECT source.*{_layer(row, _raw, raw_of)} FROM {relation} AS source"
    once = row[0].dialect.once if row else ""
    query = f"SELECT stripped.*{_layer(row, _text, text_of)} FROM ({query}) AS stripped{once}"
    return f"(SELECT told.*{_layer(row, _value, value_of)} FROM ({query}) AS told{once})"


def _layer(
    row: Sequence[TypedCell], expression: Callable[[TypedCell], str], name: Callable[[str], str]
) -> str:
    return "".join(f", {expression(cell)} AS {name(cell.column.name)}" for cell in row)


def as_text(cell: str, kind: str, dialect: Dialect) -> str:
    """SQL of a typed cell as a text; 1001.0 is 1001."""
    if kind not in FRACTIONS:
        return dialect.cast_text.format(x=cell)
    whole = dialect.cast_text.format(x=f"CAST({cell} AS {dialect.whole})")
    other = dialect.cast_text.format(x=cell)
    return f"CASE WHEN {cell} = FLOOR({cell}) AND ABS({cell}) < 1e15 THEN {whole} ELSE {other} END"


def strip_text(text: str, dialect: Dialect) -> str:
    """SQL of a text without blanks at its ends."""
    return dialect.strip.format(x=text, blanks=literal(cells.BLANKS))


def drop_missing(text: str, missing: Sequence[str], keep: Sequence[str] = ()) -> str:
    """SQL of a stripped text, NULL where it means an empty cell."""
    words = {*cells.MISSING, *(marker.strip().lower() for marker in missing)} - set(keep)
    return f"CASE WHEN LOWER({text}) IN ({_listed(sorted(words))}) THEN NULL ELSE {text} END"


def is_finite(number: str) -> str:
    """SQL of whether a double is neither infinite nor no number at all."""
    return f"{number} BETWEEN -{GREATEST} AND {GREATEST}"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(map(literal, words))


def _raw(cell: TypedCell) -> str:
    """SQL of the cell as it is compared with its header; texts are stripped."""
    if not cell.came:
        return cell.dialect.cast_text.format(x=literal(cell.rule.constant))
    if cell.type != "VARCHAR":
        return cell.came
    return strip_text(cell.dialect.cast_text.format(x=cell.came), cell.dialect)


def _text(cell: TypedCell) -> str:
    """SQL of the cell with missing ones NULL: as a text, or typed if that serves."""
    raw = raw_of(cell.column.name)
    if cell.direct:
        # NaN is no number and lies above all; an infinite one is a fault.
        nan = cell.type in FRACTIONS and cell.dialect.name != "mariadb"
        return (
            f"CASE WHEN {raw} <> CAST('NaN' AS {cell.dialect.number}) THEN {raw} END"
            if nan
            else raw
        )
    text = as_text(raw, cell.type, cell.dialect)
    if cell.rule.values:
        cases = " ".join(
            f"WHEN LOWER({text}) = {literal(theirs.lower())} OR {text} = {literal(theirs)}"
            f" THEN {literal(ours)}"
            for theirs, ours in cell.rule.values.items()
        )
        text = cell.dialect.cast_text.format(x=f"CASE {cases} ELSE {text} END")
    keep = list(cells.choice_names(cell.column)) if cell.column.kind == CHOICE else []
    return drop_missing(text, cell.missing, keep)


def _value(cell: TypedCell) -> str:
    """SQL of the typed value."""
    text = text_of(cell.column.name)
    made = {
        CHOICE: _choice,
        FLAG: _flag,
        TIME: _time,
        DATE: _date,
        NUMBER: _number,
        INTEGER: _integer,
    }.get(cell.column.kind)
    return made(cell, text) if made else text


def _choice(cell: TypedCell, text: str) -> str:
    by_value: dict[str, list[str]] = {}
    for name, value in cells.choice_names(cell.column).items():
        by_value.setdefault(value, []).append(name)
    cases = " ".join(
        f"WHEN LOWER({text}) IN ({_listed(names)}) THEN {literal(value)}"
        for value, names in by_value.items()
    )
    return cell.dialect.cast_text.format(x=f"CASE {cases} END")


def _flag(cell: TypedCell, text: str) -> str:
    if cell.type == "BOOLEAN" and cell.direct:
        return text
    number = text if cell.direct else cell.dialect.read_number.format(x=text)
    counted = f"WHEN {number} >= 0 THEN {number} > 0"
    if cell.direct:
        return f"CASE {counted} END"
    true, false = _listed(cells.TRUE_WORDS), _listed(cells.FALSE_WORDS)
    said = f"WHEN LOWER({text}) IN ({true}) THEN TRUE WHEN LOWER({text}) IN ({false}) THEN FALSE"
    return f"CASE {said} {counted} END"


def _time(cell: TypedCell, text: str) -> str:
    at = f"CAST({text} AS {cell.dialect.time})"
    if cell.type == INSTANT:
        return at
    return utc_expression(at, read_zone(cell.zone), cell.dialect.add_seconds)


def _date(cell: TypedCell, text: str) -> str:
    at = f"CAST({text} AS {cell.dialect.time})"
    if cell.type == INSTANT:
        at = wall_expression(at, read_zone(cell.zone), cell.dialect.add_seconds)
    return f"CAST({at} AS DATE)"


def _seconds(cell: TypedCell, text: str) -> str:
    """SQL of the number, in seconds if it is a duration."""
    number = f"CAST({text} AS {cell.dialect.number})"
    if not cell.direct:
        number = cell.dialect.read_number.format(x=text)
    unit = UNITS[cell.rule.unit or "seconds"]
    duration = cell.column.kind == NUMBER and cell.column.name.endswith("_seconds")
    return f"({number}) * {unit!r}" if duration and unit != 1 else number


def _number(cell: TypedCell, text: str) -> str:
    number = _seconds(cell, text)
    return f"CASE WHEN {is_finite(f'({number})')} THEN {number} END"


def _integer(cell: TypedCell, text: str) -> str:
    number = _seconds(cell, text)
    whole = f"({number}) = FLOOR({number}) AND ABS({number}) <= {WHOLE_LIMIT}"
    return f"CASE WHEN {whole} THEN CAST({number} AS {cell.dialect.whole}) END"
