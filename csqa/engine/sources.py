"""Sources: raw rows of a file, sheet or DataFrame, as they came, under a view of the engine.

A view has ``row`` (as a spreadsheet shows it), ``fields`` (how many a line had, -1 if it can't be
read, NULL where that says nothing), ``extra`` (what a line had too much) and the columns ``c0``,
``c1``, … under their headers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from csqa.engine.connection import identifier, literal

LONGEST_LINE = 8 << 20
"""Bytes of one line that the engine takes; a longer one is cut when it is read."""

SHOWN_TEXT = literal(r'^\s*="([^"]*)"\s*$')
"""SQL of the pattern of a formula that is nothing but a text."""

NO_TEXT = "\x02"
"""Stands for nothing in our CSVs, so that an empty field differs from an absent one."""


@dataclass(frozen=True)
class Source:
    """Raw rows of one file, sheet or DataFrame."""

    file: str
    """What the user calls it."""
    view: str
    """Name of the view in the engine."""
    headers: tuple[str, ...]
    types: tuple[str, ...]
    """Engine types of the columns; VARCHAR throughout for text files and Excel."""
    encoding: str
    bytes: int
    sha256: str
    sheet: str = ""
    """Sheet of a workbook, member of an archive."""
    damaged: bool = False
    plain: bool = False
    """Whether cells can be padded with nothing but spaces."""
    unread: tuple[str, ...] = ()
    """Headers left where they were because nothing needs them."""
    kept: str = ""
    """Path of the file that the view reads, if it stays where it is and rows need no copy."""
    note: str = ""
    """What a reader should know of how it was read: title rows skipped, an encoding guessed."""
    shared_for: str = ""
    """Table of ours that it is read once more for, as the mapping says."""

    @property
    def label(self) -> str:
        """File, and sheet if it has several."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file


def make_view(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    query: str,
    texts: Collection[str] = (),
    *,
    formulas: bool = False,
) -> None:
    """Make a view; lines of texts with nothing in any cell are no rows.

    With ``formulas``, a text like ``="00123"`` is what it shows: exports keep zeros from Excel so.
    """
    empty = " AND ".join(f"coalesce(trim({cell}), '') = ''" for cell in texts)
    kept = f" WHERE NOT ({empty} AND coalesce(extra, '') = '')" if empty else ""
    shown = ", ".join(f"regexp_replace({c}, {SHOWN_TEXT}, '\\1', 's') AS {c}" for c in texts)
    cells = f"* REPLACE ({shown})" if formulas and texts else "*"
    view = f"CREATE TEMP VIEW {identifier(name)} AS SELECT {cells} FROM ({query}){kept}"
    connection.execute(view)


def view_records(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    width: int,
    *,
    formulas: bool = False,
) -> None:
    """View a CSV that :func:`csqa.engine.records.write_records` wrote."""
    names = [f"c{i}" for i in range(width)]
    scan = scan_csv(path, ",", ["row", "fields", "extra", *names], skip=0, parallel=False)
    cells = ", ".join(names)
    make_view(
        connection,
        name,
        f"SELECT row::BIGINT AS row, fields::BIGINT AS fields, extra, {cells} FROM {scan}",
        names,
        formulas=formulas,
    )


def scan_csv(
    path: Path,
    separator: str,
    names: list[str],
    *,
    skip: int,
    parallel: bool,
    quote: str = '"',
) -> str:
    """SQL that scans clean UTF-8 text; every column is a text."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({literal(path)}, auto_detect=false, header=false, skip={skip},"
        f" delim={literal(separator)}, quote={literal(quote)}, escape={literal(quote)},"
        f" null_padding=true, nullstr={literal(NO_TEXT)}, strict_mode=true,"
        f" parallel={literal(parallel)}, max_line_size={LONGEST_LINE}, columns={{{columns}}})"
    )


def column_types(connection: duckdb.DuckDBPyConnection, view: str) -> tuple[str, ...]:
    """Engine types of the columns ``c0``, ``c1``, … of a view."""
    described = connection.execute(f"DESCRIBE {identifier(view)}").fetchall()
    return tuple(row[1] for row in described if row[0] not in ("row", "fields", "extra"))
