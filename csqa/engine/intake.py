"""Raw rows → typed tables, faults and quarantine. Every check runs in the engine.

A row passes once: typed and judged. Only rows found wrong are looked at again, for their raw
cells and for one line per fault.
"""

from collections.abc import Sequence

import duckdb
import pandas as pd

from csqa.columntypes import Table
from csqa.engine.checks import Check, any_of, cell_checks, shape_checks
from csqa.engine.columns import Input, parsed_rows
from csqa.engine.connection import identifier, literal, scalar
from csqa.engine.reasons import explain
from csqa.engine.staging import LOCAL_TIMES, Intake, find_faulty, sound_rows, stage

FAULT_COLUMNS = ["table", "file", "row", "column", "value", "rule", "reason", "severity"]
EXTRA = "多余字段"
"""Column of the quarantine for what a CSV line had too much."""

A_FEW = 10_000

NUMBER, ROW_BITS = "number_", 40
"""Column of contacts, beside their own: a whole number, compared faster than their id."""

LONGEST_VALUE = 200
"""Characters of a value shown in a fault; the quarantine keeps the whole."""


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
    staged = stage(intake, table, inputs)
    faulty = find_faulty(intake, table, staged, inputs)
    across = [_find_duplicates(intake.connection, staged, faulty, table)]
    across += _find_orphans(intake.connection, staged, faulty, table)
    _report(intake, staged, faulty, table, inputs, pd.concat(across))
    _finish(intake.connection, staged, faulty, table, len(inputs))


def _find_duplicates(
    connection: duckdb.DuckDBPyConnection, staged: str, faulty: str, table: Table
) -> pd.DataFrame:
    """Set aside later good rows with a key seen before; one line per row."""
    if not table.key:
        return _across([])
    keys = ", ".join(map(identifier, table.key))
    sound = sound_rows(connection, staged, faulty)
    if _is_rising(connection, keys, sound) or not _shares_hashes(connection, keys, sound):
        return _across([])
    shown = f"concat_ws(', ', {keys})"
    connection.execute(
        f"CREATE TEMP TABLE doubled AS SELECT row_, input_, {shown} AS value FROM ("
        f"SELECT {keys}, row_, input_,"
        f" row_number() OVER (PARTITION BY {keys} ORDER BY input_, row_) AS nth"
        f" FROM {sound} WHERE hash({keys}) IN"
        f" (SELECT hash({keys}) FROM {sound} GROUP BY 1 HAVING count(*) > 1)) WHERE nth > 1"
    )
    return _take_marked(connection, faulty, "doubled", (table.name, table.key[0], "duplicate_key"))


def _is_rising(connection: duckdb.DuckDBPyConnection, keys: str, rows: str) -> bool:
    """Whether each key is greater than the one before it, as in most exports: none is there twice.

    In whatever order the engine reads the rows, for in any of them this is proof. The first rows
    tell nearly always if it is worth while to look at all.
    """
    for some in (f"(FROM {rows} LIMIT {A_FEW})", rows):
        falls = scalar(
            connection,
            f"SELECT count(*) FROM (SELECT coalesce(k > lag(k) OVER (), FALSE) AS rises"
            f" FROM (SELECT row({keys}) AS k FROM {some})) WHERE NOT rises",
        )
        if int(str(falls)) > 1:  # the very first has none before it
            return False
    return True


def _shares_hashes(connection: duckdb.DuckDBPyConnection, keys: str, rows: str) -> bool:
    """Whether any two keys have the same hash: where all differ, the keys do.

    A grouping, for the engine can do it on disk; counting distinct hashes needs them in memory.
    """
    shared = f"SELECT hash({keys}) AS h FROM {rows} GROUP BY h HAVING count(*) > 1"
    return bool(scalar(connection, f"SELECT count(*) FROM ({shared})"))


def _find_orphans(
    connection: duckdb.DuckDBPyConnection, staged: str, faulty: str, table: Table
) -> list[pd.DataFrame]:
    """Rows about a contact that is in no used contact."""
    if table.name == "contacts" or "contact_id" not in table.names:
        return []
    # Asked last: the engine makes a list of all its own views first.
    if not scalar(connection, "SELECT count(*) FROM duckdb_views() WHERE view_name = 'contacts'"):
        return []
    connection.execute(
        "CREATE TEMP TABLE orphaned AS SELECT row_, input_, contact_id AS value"
        f" FROM {sound_rows(connection, staged, faulty)} s WHERE contact_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.contact_id = s.contact_id)"
    )
    severity = "warning" if table.name == "feedback" else "error"
    fault = (table.name, "contact_id", "no_contact")
    return [_take_marked(connection, faulty, "orphaned", fault, severity=severity)]


def _take_marked(
    connection: duckdb.DuckDBPyConnection,
    faulty: str,
    marked: str,
    fault: tuple[str, str, str],
    *,
    severity: str = "error",
) -> pd.DataFrame:
    """Give the marked rows as faults of a table, column and rule; errors become faulty."""
    table, column, rule = fault
    reason = explain(rule, table, column)
    if severity == "error":
        connection.execute(f"INSERT INTO {faulty} SELECT input_, row_ FROM {marked}")
    rows = connection.execute(f"FROM {marked} ORDER BY input_, row_").fetchall()
    connection.execute(f"DROP TABLE {marked}")
    return _across([(i, row, column, value, rule, reason, severity) for row, i, value in rows])


def _across(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    columns = ["input", "row", "column", "value", "rule", "reason", "severity"]
    return pd.DataFrame(rows, columns=columns)


def _report(
    intake: Intake,
    staged: str,
    faulty: str,
    table: Table,
    inputs: Sequence[Input],
    across: pd.DataFrame,
) -> None:
    """Count rows, and fetch the faults and the raw cells of the rows that are wrong."""
    wrong = dict(
        intake.connection.execute(
            f"SELECT input_, count(*) FROM {faulty} GROUP BY input_"
        ).fetchall()
    )
    held = []
    for number, entry in enumerate(inputs):
        found = [_name_file(across[across["input"] == number], entry)]
        kept = 0
        if wrong.get(number):
            raw, own = _inspect(intake, faulty, number, entry)
            held.append(raw)
            found.append(own)
            kept = len(raw)
        intake.faults.append(_sort_faults(pd.concat(found)))
        intake.rows.append(_count_rows(intake, staged, faulty, (number, entry), kept))
    if held:
        kept_rows = pd.concat(held, ignore_index=True)
        surplus = kept_rows[EXTRA].fillna("") != ""
        intake.quarantine[table.name] = (
            kept_rows if surplus.any() else kept_rows.drop(columns=EXTRA)
        )


def _count_rows(
    intake: Intake, staged: str, faulty: str, numbered: tuple[int, Input], quarantined: int
) -> dict[str, object]:
    """Rows in, counted at the source; used, counted in the table; quarantined, as kept."""
    connection, (number, entry) = intake.connection, numbered
    came = scalar(connection, f"SELECT count(*) FROM {identifier(entry.source.view)}")
    used = scalar(
        connection,
        f"SELECT count(*) FROM {sound_rows(connection, staged, faulty)} WHERE input_ = {number}",
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
    intake: Intake, faulty: str, number: int, entry: Input
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Raw cells and faults of the wrong rows of one source."""
    connection, source = intake.connection, entry.source
    connection.execute(
        f"CREATE TEMP TABLE wrong AS SELECT * FROM {identifier(source.view)} WHERE row IN"
        f" (SELECT row_ FROM {faulty} WHERE input_ = {number})"
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
    raw.columns = ["row", *name_columns(source.headers), EXTRA]
    raw.insert(0, "file", source.label)
    return raw, _name_file(faults, entry)


def _pack(order: int, check: Check, table: Table) -> str:
    reason = explain(check.rule, table.name, check.column)
    value = f"left({check.value}, {LONGEST_VALUE})"
    return (
        f"{{'column': {literal(check.column)}, 'value': {value}, 'rule': {literal(check.rule)},"
        f" 'reason': {literal(reason)}, 'severity': 'error', 'order': {order}}}"
    )


def name_columns(headers: Sequence[str]) -> list[str]:
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


def _finish(
    connection: duckdb.DuckDBPyConnection, staged: str, faulty: str, table: Table, sources: int
) -> None:
    """Give the good rows and the table's own columns under the table's name."""
    sound = sound_rows(connection, staged, faulty)
    listed = [identifier(name) for name in table.names]
    if table.name in LOCAL_TIMES:
        listed.append("local_at")
    if table.name == "contacts":
        number = "row_" if sources == 1 else f"(input_::BIGINT << {ROW_BITS}) + row_"
        listed.append(f"{number} AS {NUMBER}")
    connection.execute(
        f"CREATE TEMP VIEW {identifier(table.name)} AS SELECT {', '.join(listed)} FROM {sound}"
    )
