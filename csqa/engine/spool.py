"""Rows on their way from a database into the engine: CSV on disk, then a typed Parquet file.

What the server sends is written block by block, so the memory needed does not grow with the
table; the engine then types it once, and every later pass reads only the columns it needs.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import duckdb

from csqa.engine.connection import identifier, literal, scalar
from csqa.engine.sources import Source
from csqa.errors import DataError

BLOCK_BYTES = 1 << 20
"""Bytes gathered before they are written."""

LONGEST_LINE = 2 << 20
"""Bytes of a line that the engine takes at least; longer ones are measured and allowed."""

INSTANT = "TIMESTAMP WITH TIME ZONE"


@dataclass(frozen=True)
class DatabaseColumn:
    """A column of a table in a database."""

    name: str
    kind: str
    """Type by the server's name."""
    type: str
    """Engine type; empty if it cannot be read."""
    expression: str
    """The server's SQL for the cell, as it stands in a CSV."""


@dataclass(frozen=True)
class DatabaseTable:
    """A table or view in a database."""

    name: str
    schema: str
    columns: tuple[DatabaseColumn, ...]
    key: tuple[str, ...]
    """Columns of the primary key; empty for views."""
    readable: bool = True
    """Whether the user may read it, as far as the catalogue says."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns that can be read."""
        return tuple(column.name for column in self.columns if column.type)


@dataclass
class Spool:
    """Takes CSV lines of UTF-8, one row each, and writes them to a file."""

    stream: BinaryIO
    ordered: bool
    """Whether rows come in the order of a key; if not, the fingerprint heeds no order."""
    rows: int = 0
    size_bytes: int = 0
    longest: int = 0
    breaks: int = 0
    """Line feeds, within cells too."""
    damaged: bool = False
    """Whether bytes were no UTF-8, or NUL; they are U+FFFD now."""
    _pending: list[bytes] = field(default_factory=list)
    _pending_bytes: int = 0
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _sum: int = 0

    def write(self, row: bytes) -> None:
        """Take one row, with the line feed at its end."""
        self._pending.append(row)
        self._pending_bytes += len(row)
        if self._pending_bytes >= BLOCK_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is pending."""
        block = b"".join(self._pending)
        self.rows += len(self._pending)
        self.size_bytes += len(block)
        self.longest = max(self.longest, *map(len, self._pending), 0)
        self.breaks += block.count(b"\n")
        if self.ordered:
            self._hash.update(block)
        else:
            parts = (hashlib.sha256(row).digest() for row in self._pending)
            self._sum = (self._sum + sum(int.from_bytes(p) for p in parts)) % (1 << 256)
        self.stream.write(self._readable(block))
        self._pending, self._pending_bytes = [], 0

    @property
    def sha256(self) -> str:
        """Fingerprint of the rows as they came."""
        return self._hash.hexdigest() if self.ordered else f"{self._sum:064x}"

    def _readable(self, block: bytes) -> bytes:
        try:
            block.decode("utf-8")
            if b"\x00" not in block:
                return block
        except UnicodeDecodeError:
            pass
        self.damaged = True
        return block.decode("utf-8", "replace").replace("\x00", "\ufffd").encode("utf-8")


def keep_rows(
    connection: duckdb.DuckDBPyConnection,
    table: DatabaseTable,
    columns: tuple[DatabaseColumn, ...],
    spool: Spool,
    path: Path,
) -> tuple[str, ...]:
    """Type the spooled CSV into a Parquet file beside it, and remove the CSV.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Does the work.
    table : DatabaseTable
        Where the rows come from; without a key they are sorted by all their cells.
    columns : tuple of DatabaseColumn
        Those that were read, in the order of the CSV.
    spool : Spool
        What was written to ``path``.
    path : Path
        The CSV; the Parquet file gets its name with ``.parquet``.

    Returns
    -------
    tuple of str
        The columns' engine types. A column with a cell that its type cannot hold, such as the
        date 2025-00-00, stays text: the cell is then judged, not lost.

    Raises
    ------
    DataError
        If the engine does not read as many rows as were written.
    """
    scan = _scan(path, spool, len(columns))
    order = "" if table.key else " ORDER BY ALL"
    types = tuple(column.type for column in columns)
    try:
        _write_parquet(connection, scan, types, order, path)
    except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException):
        types = _types_that_hold(connection, scan, types)
        _write_parquet(connection, scan, types, order, path)
    kept = scalar(connection, f"SELECT count(*) FROM {_read_parquet(path)}")
    if kept != spool.rows:
        msg = f"{table.name} 的 {spool.rows} 行里只读出 {kept} 行；请报告这个问题。"
        raise DataError(msg)
    path.unlink()
    return types


def view_rows(
    connection: duckdb.DuckDBPyConnection, path: Path, view: str, types: tuple[str, ...]
) -> None:
    """Make the view of a source over the Parquet file."""
    cells = "".join(f", c{i}" for i in range(len(types)))
    connection.execute(
        f"CREATE TEMP VIEW {identifier(view)} AS SELECT file_row_number + 2 AS row,"
        f" NULL::BIGINT AS fields, NULL::VARCHAR AS extra{cells} FROM {_read_parquet(path)}"
    )


def describe(
    table: DatabaseTable,
    columns: tuple[DatabaseColumn, ...],
    types: tuple[str, ...],
    spool: Spool,
    view: str,
    system: str,
) -> Source:
    """The source that the rows of a table are."""
    read = tuple(column.name for column in columns)
    return Source(
        table.name,
        view,
        read,
        types,
        system,
        spool.size_bytes,
        spool.sha256,
        damaged=spool.damaged,
        unread=tuple(name for name in table.headers if name not in read),
    )


def _scan(path: Path, spool: Spool, width: int) -> str:
    """SQL of the CSV's rows as text; several threads only if no cell holds a line feed."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    one_line_each = spool.breaks == spool.rows
    longest = max(LONGEST_LINE, 2 * spool.longest)
    return (
        f"read_csv({literal(path)}, auto_detect=false, header=false, delim=',', quote='\"',"
        " escape='\"', nullstr='', allow_quoted_nulls=false, strict_mode=true, new_line='\\n',"
        f" parallel={literal(one_line_each)}, max_line_size={longest}, columns={{{columns}}})"
    )


def _write_parquet(
    connection: duckdb.DuckDBPyConnection,
    scan: str,
    types: tuple[str, ...],
    order: str,
    path: Path,
) -> None:
    cells = ", ".join(f"c{i}::{kind} AS c{i}" for i, kind in enumerate(types))
    connection.execute(
        f"COPY (SELECT {cells} FROM (FROM {scan}{order})) TO"
        f" {literal(path.with_suffix('.parquet'))} (FORMAT parquet)"
    )


def _types_that_hold(
    connection: duckdb.DuckDBPyConnection, scan: str, types: tuple[str, ...]
) -> tuple[str, ...]:
    """The types, VARCHAR where a cell does not fit."""
    wrong = ", ".join(
        f"count(*) FILTER (WHERE c{i} IS NOT NULL AND try_cast(c{i} AS {kind}) IS NULL)"
        for i, kind in enumerate(types)
    )
    counts = connection.execute(f"SELECT {wrong} FROM {scan}").fetchall()[0]
    return tuple("VARCHAR" if n else kind for n, kind in zip(counts, types, strict=True))


def _read_parquet(path: Path) -> str:
    return f"read_parquet({literal(path.with_suffix('.parquet'))}, file_row_number=true)"
