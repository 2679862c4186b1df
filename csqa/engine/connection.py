"""Opening the engine, and writing names and texts into SQL safely."""

import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import duckdb

from csqa.errors import RuleError

MEMORY_LIMIT = "CSQA_MEMORY_LIMIT"
"""Environment variable with the memory that a run may take."""

_MEMORY = re.compile(r"\d+(\.\d+)? ?([KMGT]i?B)", re.IGNORECASE)


def open_connection(memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open an embedded DuckDB in memory, set so that the same input gives the same tables.

    Parameters
    ----------
    memory_limit : str, optional
        Such as ``1GB``; beyond it the engine works on disk. Default: that of the environment
        variable ``CSQA_MEMORY_LIMIT``, else four fifths of the machine's memory.

    Returns
    -------
    duckdb.DuckDBPyConnection
        Its session zone is UTC, rows keep the order they came in, nothing is installed or
        downloaded, and what doesn't fit in memory goes to the system's temporary folder.

    Raises
    ------
    RuleError
        If the limit is no amount of memory.

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
    limit = memory_limit or os.environ.get(MEMORY_LIMIT)
    if limit is not None and not _MEMORY.fullmatch(limit):
        msg = f"`memory_limit` 应为 1GB、800MB 这样的大小，而不是 {limit!r}。"
        raise RuleError(msg)
    spill = Path(tempfile.gettempdir()) / f"csqa-{os.getpid()}"
    config: dict[str, str | bool | int | float | list[str]] = {
        "TimeZone": "UTC",
        "preserve_insertion_order": "true",
        "autoinstall_known_extensions": "false",
        "temp_directory": str(spill),
    }
    if limit is not None:
        config["memory_limit"] = limit
    connection = duckdb.connect(":memory:", config=config)
    # Where it takes the process for an interactive one it would draw among what a command prints;
    # in a notebook's kernel it is off already, and setting it there fails.
    if scalar(connection, "SELECT current_setting('enable_progress_bar')"):
        connection.execute("SET enable_progress_bar = false")
    return connection


def escape_glob(path: str) -> str:
    """A path as the engine's readers take it: a name with ``[`` or ``*`` is one file, no pattern.

    Examples
    --------
    >>> escape_glob("data[1].parquet")
    'data[[]1].parquet'
    """
    return "".join(f"[{sign}]" if sign in "[*?" else sign for sign in path)


def close_doors(connection: duckdb.DuckDBPyConnection, files: Iterable[str]) -> None:
    """Take from the engine all access to files and network but to the sources it still reads.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Afterwards its settings cannot be changed; it still spills to its temporary folder.
    files : iterable of str
        Paths that stay readable.

    Examples
    --------
    >>> connection = open_connection()
    >>> close_doors(connection, [])
    >>> connection.execute("FROM read_csv('/etc/passwd')")
    Traceback (most recent call last):
        ...
    _duckdb.PermissionException: Permission Error: Cannot access file "/etc/passwd"...
    """
    allowed = [literal(name) for path in files for name in {path, escape_glob(path)}]
    connection.execute(f"SET allowed_paths = [{', '.join(sorted(allowed))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


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
