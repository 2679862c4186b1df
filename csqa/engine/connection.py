"""Opening the engine, and writing names and texts into SQL safely."""

import os
import tempfile
from pathlib import Path

import duckdb


def open_connection() -> duckdb.DuckDBPyConnection:
    """Open an embedded DuckDB in memory, set so that the same input gives the same tables.

    Returns
    -------
    duckdb.DuckDBPyConnection
        Its session zone is UTC, rows keep the order they came in, nothing is installed or
        downloaded, and what doesn't fit in memory goes to the system's temporary folder.

    Notes
    -----
    Several threads add doubles in no fixed order: sum whole numbers or DECIMAL where two runs
    must agree to the last digit.

    Examples
    --------
    >>> connection = open_connection()
    >>> connection.execute("SELECT TIMESTAMPTZ '2025-06-01 00:00:00+08'::VARCHAR").fetchone()
    ('2025-05-31 16:00:00+00',)
    """
    spill = Path(tempfile.gettempdir()) / f"csqa-{os.getpid()}"
    return duckdb.connect(
        ":memory:",
        config={
            "TimeZone": "UTC",
            "preserve_insertion_order": "true",
            "autoinstall_known_extensions": "false",
            "temp_directory": str(spill),
        },
    )


def identifier(name: str) -> str:
    """Write a name as a quoted SQL identifier.

    Examples
    --------
    >>> print(identifier('a "b" c'))
    "a ""b"" c"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """Write a value as an SQL literal: None, a flag, a number, a text or a path.

    Raises
    ------
    TypeError
        If the value is anything else: what it would write is not ours to run.

    Examples
    --------
    >>> literal("it's"), literal(None), literal(True), literal(3)
    ("'it''s'", 'NULL', 'TRUE', '3')
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str | Path):
        return "'" + str(value).replace("'", "''") + "'"
    msg = f"no SQL literal for {type(value).__name__}"
    raise TypeError(msg)


def scalar(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    """Run a query that gives one row with one value.

    Examples
    --------
    >>> scalar(open_connection(), "SELECT 1 + 1")
    2
    """
    rows = connection.execute(query).fetchall()
    return rows[0][0]
