"""Raw rows → typed tables, faults and quarantine. Every check runs in the engine.

A row passes once: typed and judged. Only rows found wrong are looked at again, for their raw
cells and for one line per fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from csqa.engine import cells
from csqa.engine.checks import Check, any_of, cell_checks, shape_checks
from csqa.engine.columns import Input, parsed_rows, value_of
from csqa.engine.connection import identifier, literal, scalar
from csqa.engine.reasons import explain
from csqa.schema import Table

FAULT_COLUMNS = ["table", "file", "row", "column", "value", "rule", "reason", "severity"]
EXTRA = "多余字段"
"""Column of the quarantine for what a CSV line had too much."""

LOCAL_TIMES = {"contacts": "created_at", "feedback": "at"}
"""Tables with ``local_at``, and the time it is the wall time of."""

LONGEST_VALUE = 200
"""Characters of a value shown in a fault; the quarantine keeps the whole."""


@dataclass
class Intake:
    """What came of the inputs, table by table."""

    connection: duckdb.DuckDBPyConnection
    zone: str
    missing: tuple[str, ...] = ()
    rows: list[dict[str, object]] = field(default_factory=list)
    faults: list[pd.DataFrame] = field(default_factory=list)
    quarantine: dict[str, pd.DataFrame] = field(default_factory=dict)


def take_in(intake: Intake, table: Table, inputs: Sequence[Input]) -> None:
    """Make the typed table from its inputs; what is wrong goes to faults and quarantine.

    Parameters
    ----------
    intake : Intake
        Gets the rows counted, the faults and the quarantined rows; its connection the table.
    table : Table
        Which one. Take ``contacts`` in first: others are checked against it.
    inputs : sequence of Input
        Its sources, in the order their rows shall have.

    Raises
    ------
    RuntimeError
        If rows in are not rows used plus rows quarantined: a fault of csqa, not of the data.
    """
    staged = _create_stage(intake.connection, table)
    for number, entry in enumerate(inputs):
        _stage(intake, staged, number, entry)
    across = [_find_duplicates(intake.connection, staged, table)]
    across += _find_orphans(intake.connection, staged, table)
    _report(intake, staged, table, inputs, pd.concat(across))
    _finish(intake, staged)


def _create_stage(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    columns = [f"{identifier(c.name)} {cells.SQL_TYPES[c.kind]}" for c in table.columns]
    if table.name in LOCAL_TIMES:
        columns.append("local_at TIMESTAMP")
    name = identifier(table.name)
    connection.execute(
        f"CREATE TABLE {name} ({', '.join(columns)}, input_ INT, row_ BIGINT, faulty_ BOOLEAN)"
    )
    return name


def _stage(intake: Intake, staged: str, number: int, entry: Input) -> None:
    """Type and judge the rows of one source."""
    table = entry.match.table
    given = entry.match.given
    columns = [value_of(name) if name in given else "NULL" for name in table.names]
    if table.name in LOCAL_TIMES:
        at = value_of(LOCAL_TIMES[table.name])
        columns.append(f"timezone({literal(intake.zone)}, timezone('UTC', {at}))")
    checks = (entry.source, entry.match)
    judged = any_of([*shape_checks(*checks), *cell_checks(*checks)])
    view = identifier(entry.source.view)
    intake.connection.execute(
        f"INSERT INTO {staged} SELECT {', '.join(columns)}, {number}, row, {judged}"
        f" FROM {parsed_rows(entry, view, intake.zone, intake.missing)}"
    )


def _find_duplicates(
    connection: duckdb.DuckDBPyConnection, staged: str, table: Table
) -> pd.DataFrame:
    """Mark later good rows with a key seen before; one line per row."""
    if not table.key:
        return _across([])
    keys = ", ".join(map(identifier, table.key))
    same = " AND ".join(f"s.{identifier(k)} = d.{identifier(k)}" for k in table.key)
    shown = f"concat_ws(', ', {keys})"
    connection.execute(
        f"CREATE TEMP TABLE doubled AS SELECT row_, input_, {shown} AS value FROM ("
        f"SELECT s.*, row_number() OVER (PARTITION BY {keys} ORDER BY input_, row_) AS nth"
        f" FROM (SELECT {keys}, input_, row_ FROM {staged} WHERE NOT faulty_) s"
        f" WHERE EXISTS (SELECT 1 FROM (SELECT {keys} FROM {staged} WHERE NOT faulty_"
        f" GROUP BY {keys} HAVING count(*) > 1) d WHERE {same})) WHERE nth > 1"
    )
    return _take_marked(connection, staged, "doubled", (table.name, table.key[0], "duplicate_key"))


def _find_orphans(
    connection: duckdb.DuckDBPyConnection, staged: str, table: Table
) -> list[pd.DataFrame]:
    """Rows about a contact that is in no used contact."""
    contacts = scalar(
        connection, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'contacts'"
    )
    if table.name == "contacts" or "contact_id" not in table.names or not contacts:
        return []
    connection.execute(
        "CREATE TEMP TABLE orphaned AS SELECT row_, input_, contact_id AS value"
        f" FROM {staged} s WHERE NOT faulty_ AND contact_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM contacts c WHERE c.contact_id = s.contact_id)"
    )
    severity = "warning" if table.name == "feedback" else "error"
    fault = (table.name, "contact_id", "no_contact")
    return [_take_marked(connection, staged, "orphaned", fault, severity=severity)]


def _take_marked(
    connection: duckdb.DuckDBPyConnection,
    staged: str,
    marked: str,
    fault: tuple[str, str, str],
    *,
    severity: str = "error",
) -> pd.DataFrame:
    """Give the marked rows as faults of a table, column and rule; errors become faulty."""
    table, column, rule = fault
    reason = explain(rule, table, column)
    if severity == "error":
        connection.execute(
            f"UPDATE {staged} s SET faulty_ = TRUE FROM {marked} m"
            " WHERE s.input_ = m.input_ AND s.row_ = m.row_"
        )
    rows = connection.execute(f"FROM {marked} ORDER BY input_, row_").fetchall()
    connection.execute(f"DROP TABLE {marked}")
    return _across([(i, row, column, value, rule, reason, severity) for row, i, value in rows])


def _across(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    columns = ["input", "row", "column", "value", "rule", "reason", "severity"]
    return pd.DataFrame(rows, columns=columns)


def _report(
    intake: Intake, staged: str, table: Table, inputs: Sequence[Input], across: pd.DataFrame
) -> None:
    """Count rows, and fetch the faults and the raw cells of the rows that are wrong."""
    counted = intake.connection.execute(
        f"SELECT input_, count(*), count(*) FILTER (WHERE faulty_) FROM {staged} GROUP BY input_"
    ).fetchall()
    counts = {number: (total, faulty) for number, total, faulty in counted}
    held = []
    for number, entry in enumerate(inputs):
        _, faulty = counts.get(number, (0, 0))
        found = [_name_file(across[across["input"] == number], entry)]
        kept = 0
        if faulty:
            raw, own = _inspect(intake, staged, number, entry)
            held.append(raw)
            found.append(own)
            kept = len(raw)
        intake.faults.append(_sort_faults(pd.concat(found)))
        intake.rows.append(_count_rows(intake, staged, number, entry, kept))
    if held:
        kept_rows = pd.concat(held, ignore_index=True)
        surplus = kept_rows[EXTRA].fillna("") != ""
        intake.quarantine[table.name] = (
            kept_rows if surplus.any() else kept_rows.drop(columns=EXTRA)
        )


def _count_rows(
    intake: Intake, staged: str, number: int, entry: Input, quarantined: int
) -> dict[str, object]:
    """Rows in, counted at the source; used, counted in the table; quarantined, as kept."""
    connection = intake.connection
    came = scalar(connection, f"SELECT count(*) FROM {identifier(entry.source.view)}")
    used = scalar(
        connection, f"SELECT count(*) FROM {staged} WHERE input_ = {number} AND NOT faulty_"
    )
    if came != int(str(used)) + quarantined:
        msg = f"{entry.source.label}: {came} rows in, {used} used, {quarantined} quarantined"
        raise RuntimeError(msg)
    return {
        "table": entry.match.table.name,
        "file": entry.source.label,
        "rows_in": came,
        "rows_used": used,
        "rows_quarantined": quarantined,
    }


def _inspect(
    intake: Intake, staged: str, number: int, entry: Input
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Raw cells and faults of the wrong rows of one source."""
    connection, source = intake.connection, entry.source
    connection.execute(
        f"CREATE TEMP TABLE wrong AS SELECT * FROM {identifier(source.view)} WHERE row IN"
        f" (SELECT row_ FROM {staged} WHERE input_ = {number} AND faulty_)"
    )
    shape, cell = shape_checks(source, entry.match), cell_checks(source, entry.match)
    listed = ", ".join(
        f"CASE WHEN {check.condition}{'' if check in shape else ' AND sound'}"
        f" THEN {_pack(i, check, entry.match.table)} END"
        for i, check in enumerate([*shape, *cell])
    )
    parsed = parsed_rows(entry, "wrong", intake.zone, intake.missing)
    faults = connection.execute(
        f"SELECT row, unnest(fault) FROM (SELECT row, unnest([{listed}]) AS fault"
        f" FROM (SELECT *, NOT ({any_of(shape)}) AS sound FROM {parsed}))"
        " WHERE fault IS NOT NULL"
    ).df()
    cells_ = ", ".join(f"c{i}::VARCHAR" for i in range(len(source.headers)))
    raw = connection.execute(f"SELECT row, {cells_}, extra FROM wrong ORDER BY row").df()
    connection.execute("DROP TABLE wrong")
    raw.columns = ["row", *_unique(source.headers), EXTRA]
    raw.insert(0, "file", source.label)
    return raw, _name_file(faults, entry)


def _pack(order: int, check: Check, table: Table) -> str:
    reason = explain(check.rule, table.name, check.column)
    value = f"left({check.value}, {LONGEST_VALUE})"
    return (
        f"{{'column': {literal(check.column)}, 'value': {value}, 'rule': {literal(check.rule)},"
        f" 'reason': {literal(reason)}, 'severity': 'error', 'order': {order}}}"
    )


def _unique(headers: Sequence[str]) -> list[str]:
    """Headers as column names: none twice, none that clash with ours."""
    seen = {"file", "row", EXTRA}
    names = []
    for header in headers:
        name, nth = header or "(空)", 1
        while name in seen:
            nth += 1
            name = f"{header or '(空)'}.{nth}"
        seen.add(name)
        names.append(name)
    return names


def _name_file(faults: pd.DataFrame, entry: Input) -> pd.DataFrame:
    return faults.assign(table=entry.match.table.name, file=entry.source.label)


def _sort_faults(faults: pd.DataFrame) -> pd.DataFrame:
    order = faults["order"] if "order" in faults else pd.Series(0, index=faults.index)
    placed = faults.assign(order=order.fillna(1_000)).sort_values(["row", "order"], kind="stable")
    return placed[FAULT_COLUMNS]


def _finish(intake: Intake, staged: str) -> None:
    """Leave the good rows and the table's own columns."""
    intake.connection.execute(f"DELETE FROM {staged} WHERE faulty_")
    for column in ("input_", "row_", "faulty_"):
        intake.connection.execute(f"ALTER TABLE {staged} DROP COLUMN {column}")
