"""Raw rows → typed and judged rows, one statement per table; what is judged sound."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from csqa.columntypes import Table
from csqa.engine import cells
from csqa.engine.checks import any_of, cell_checks, shape_checks
from csqa.engine.columns import Input, came_of, parsed_rows, text_columns, value_of
from csqa.engine.connection import identifier, scalar
from csqa.engine.dialect import DUCKDB
from csqa.engine.zones import read_zone, wall_expression

LOCAL_TIMES = {"contacts": "created_at", "feedback": "at"}
"""Tables with ``local_at``, and the time it is the wall time of."""


@dataclass
class Intake:
    """What came of the inputs, table by table."""

    connection: duckdb.DuckDBPyConnection
    zone: str
    missing: tuple[str, ...] = ()
    rows: list[dict[str, object]] = field(default_factory=list)
    faults: list[pd.DataFrame] = field(default_factory=list)
    quarantine: dict[str, pd.DataFrame] = field(default_factory=dict)


def stays_in_file(inputs: Sequence[Input]) -> bool:
    """Whether a table is read where it lies: Parquet is typed, columnar, and may be huge."""
    return all(entry.source.kept for entry in inputs)


def stage(intake: Intake, table: Table, inputs: Sequence[Input]) -> str:
    """Type and judge the rows of all sources; Parquet stays a view."""
    staged = identifier(f"staged_{table.name}")
    rows = " UNION ALL ".join(
        f"SELECT {_columns(intake, entry)}, {number} AS input_, row AS row_, {_judged(entry)}"
        f" AS faulty_ FROM {_parsed(intake, entry)}"
        for number, entry in enumerate(inputs)
    )
    kind = "VIEW" if stays_in_file(inputs) else "TABLE"
    intake.connection.execute(f"CREATE TEMP {kind} {staged} AS {rows}")
    return staged


def _columns(intake: Intake, entry: Input) -> str:
    """SQL of a table's typed columns; those not given are NULL."""
    table, given = entry.match.table, entry.match.given
    columns = [
        f"{value_of(c.name) if c.name in given else 'NULL'}::{cells.SQL_TYPES[c.kind]}"
        f" AS {identifier(c.name)}"
        for c in table.columns
    ]
    if table.name in LOCAL_TIMES:
        at = value_of(LOCAL_TIMES[table.name])
        local = wall_expression(at, read_zone(intake.zone), DUCKDB.add_seconds)
        columns.append(f"{local} AS local_at")
    return ", ".join(columns)


def _judged(entry: Input) -> str:
    checks = (entry.source, entry.match)
    return any_of([*shape_checks(*checks), *cell_checks(*checks)])


def _parsed(intake: Intake, entry: Input, trusted: frozenset[str] = frozenset()) -> str:
    view = identifier(entry.source.view)
    return parsed_rows(entry, view, intake.zone, intake.missing, trusted)


def find_faulty(intake: Intake, table: Table, staged: str, inputs: Sequence[Input]) -> str:
    """Make the set of wrong rows; others join it when the rows are compared with each other."""
    faulty = identifier(f"faulty_{table.name}")
    wrong = f"SELECT input_, row_ FROM {staged} WHERE faulty_"
    if stays_in_file(inputs):
        found = [_look_through(intake, number, entry) for number, entry in enumerate(inputs)]
        rows = " UNION ALL ".join(rows for rows, _ in found)
        intake.connection.execute(f"CREATE OR REPLACE TEMP VIEW {staged} AS {rows}")
        wrong = wrong if any(count for _, count in found) else f"{wrong} AND FALSE"
    intake.connection.execute(f"CREATE TEMP TABLE {faulty} AS {wrong}")
    return faulty


def _look_through(intake: Intake, number: int, entry: Input) -> tuple[str, int]:
    """Judge a file's rows once; give the SQL that reads them from now on, and how many are wrong.

    Texts that need no cleaning are not cleaned again, and a file without wrong rows is not
    judged again: both cost more than reading.
    """
    texts = list(text_columns(entry))
    changed = "".join(
        f", coalesce(bool_or({value_of(name)} IS DISTINCT FROM {came_of(name)}), FALSE)"
        for name in texts
    )
    count, *altered = intake.connection.execute(
        f"SELECT count(*) FILTER (WHERE {_judged(entry)}){changed} FROM {_parsed(intake, entry)}"
    ).fetchall()[0]
    trusted = frozenset(name for name, was in zip(texts, altered, strict=True) if not was)
    judged = _judged(entry) if count else "FALSE"
    rows = _parsed(intake, entry, trusted)
    return (
        f"SELECT {_columns(intake, entry)}, {number} AS input_, row AS row_, {judged} AS faulty_"
        f" FROM {rows}",
        count,
    )


def sound_rows(connection: duckdb.DuckDBPyConnection, staged: str, faulty: str) -> str:
    """SQL of the rows that are not wrong so far."""
    if not scalar(connection, f"SELECT count(*) FROM {faulty}"):
        return staged
    return (
        f"(SELECT * FROM {staged} s WHERE NOT EXISTS"
        f" (SELECT 1 FROM {faulty} f WHERE f.input_ = s.input_ AND f.row_ = s.row_))"
    )
