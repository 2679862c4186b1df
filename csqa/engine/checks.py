"""What is wrong with a row: one SQL condition per rule, over the cells of the row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from csqa.columntypes import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME, Column
from csqa.engine import cells
from csqa.engine.columns import raw_of, text_of, value_of
from csqa.engine.connection import literal
from csqa.engine.headers import Match
from csqa.engine.readers import Source

UNPARSEABLE = {
    TIME: "unparseable_time",
    DATE: "unparseable_time",
    NUMBER: "unparseable_number",
    INTEGER: "unparseable_number",
    FLAG: "unparseable_flag",
    CHOICE: "unknown_value",
}
"""Rule broken by a cell that can't be read as its kind."""

ORDERS = {
    "first_response_at": "response_before_creation",
    "resolved_at": "resolution_before_creation",
}
"""Times of a contact that can't be before its creation → the rule that they then break."""

ORDERED = {
    "contacts": ("created_at", ORDERS),
    "steps": ("entered_at", {"left_at": "leaving_before_entry"}),
}
"""Table → its first time, and the times that can't be before it."""


@dataclass(frozen=True)
class Check:
    """One way a row can be wrong."""

    rule: str
    column: str
    condition: str
    """SQL over the texts ``t_…``, the values ``v_…``, ``fields`` and ``extra`` of a row."""
    value: str
    """SQL of what was found."""


def shape_checks(source: Source, match: Match) -> list[Check]:
    """Checks of a row as a whole; where one fails, its cells stand under wrong headers."""
    return list(_shape_checks(source, match))


def cell_checks(source: Source, match: Match) -> list[Check]:
    """Checks of the cells of a row, in the order of the table's columns, then of their times."""
    return [
        *(check for column in match.table.columns for check in _checks_of(column, source, match)),
        *_order_checks(match),
    ]


def any_of(checks: Sequence[Check]) -> str:
    """SQL of whether any check finds a fault; never NULL.

    Examples
    --------
    >>> any_of([])
    'FALSE'
    """
    return " OR ".join(f"coalesce({check.condition}, FALSE)" for check in checks) or "FALSE"


def _shape_checks(source: Source, match: Match) -> Iterator[Check]:
    width = len(source.headers)
    if source.encoding not in ("parquet", "DataFrame"):
        yield Check("unreadable_line", "", "fields < 0", "NULL")
        sound = f"fields >= 0 AND fields <> {width}"
        yield Check("wrong_field_count", "", sound, "fields::VARCHAR")
    named = match.positions
    # A header is text: where a column is typed, no row can repeat it.
    if named and all(source.types[i] == "VARCHAR" for i in named.values()):
        same = {name: f"{raw_of(name)} = {literal(source.headers[i])}" for name, i in named.items()}
        # The column with the fewest values decides nearly always, and costs nearly nothing.
        first = next((n for n in same if match.table.column(n).kind == CHOICE), next(iter(same)))
        yield Check(
            "repeated_header",
            "",
            f"CASE WHEN {same[first]} THEN {' AND '.join(same.values())} ELSE FALSE END",
            literal(source.headers[next(iter(named.values()))]),
        )


MOMENTS_OF_ORIGIN = ("created_at", "at", "entered_at", "left_at")
"""Times that say how far the data reach: one mistyped year would stretch them by decades."""


def _tomorrow() -> str:
    """SQL of the moment a day from now: a day of grace for clocks and zones."""
    at = datetime.now(UTC) + timedelta(days=1)
    return f"TIMESTAMP '{at:%Y-%m-%d %H:%M:%S}'"


def _checks_of(column: Column, source: Source, match: Match) -> Iterator[Check]:
    either = [name for name in (column.name, column.or_else) if name in match.given]
    if column.required and either:
        condition = " AND ".join(f"{text_of(name)} IS NULL" for name in either)
        yield Check("missing_value", column.name, condition, "NULL")
    if column.name in match.given:
        yield from _cell_checks(column, source)


def _cell_checks(column: Column, source: Source) -> Iterator[Check]:
    name, text, value = column.name, text_of(column.name), value_of(column.name)
    shown = f"{text}::VARCHAR"
    if source.damaged:
        yield Check("undecodable_text", name, f"contains({shown}, chr(65533))", shown)
    if column.kind != TEXT:
        condition = f"{text} IS NOT NULL AND {value} IS NULL"
        yield Check(UNPARSEABLE[column.kind], name, condition, shown)
    if column.kind in (TIME, DATE):
        low, high = cells.EARLIEST, cells.LATEST
        early = f"{value} < TIMESTAMP '{low} 00:00:00'"
        condition = f"({early} OR {value} >= TIMESTAMP '{high} 00:00:00')"
        yield Check("out_of_range", name, condition, shown)
    if name in MOMENTS_OF_ORIGIN:
        latest = f"TIMESTAMP '{cells.LATEST} 00:00:00'"
        future = f"({value} > {_tomorrow()} AND {value} < {latest})"
        yield Check("future_time", name, future, shown)
    if column.minimum is not None:
        rule = "negative_value" if column.minimum == 0 else "out_of_range"
        yield Check(rule, name, f"{value} < {column.minimum}", shown)
    if column.maximum is not None:
        yield Check("out_of_range", name, f"{value} > {column.maximum}", shown)


def _order_checks(match: Match) -> Iterator[Check]:
    first, later = ORDERED.get(match.table.name, ("", {}))
    for name, rule in later.items():
        if {name, first} <= set(match.given):
            condition = f"{value_of(name)} < {value_of(first)}"
            yield Check(rule, name, condition, f"{text_of(name)}::VARCHAR")
