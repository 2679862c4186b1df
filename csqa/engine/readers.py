"""Files and DataFrames → sources: views of raw rows, as they came, in the engine.

A view has ``row`` (as a spreadsheet shows it), ``fields`` (how many a CSV line had, else NULL),
``extra`` (what a line had too much) and the columns ``c0``, ``c1``, … under their headers.
"""

import errno
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from csqa.engine.connection import identifier, literal, scalar
from csqa.engine.decode import decode, find_separator, read_records, sniff, write_records
from csqa.engine.sheets import cell_text, write_sheets
from csqa.errors import DataError
from csqa.rules.files import explain_os_error

TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", ".pq")
"""Files that may hold a table; what they really are, their first bytes say."""

LONGEST_LINE = 8 << 20
"""Bytes of one CSV line that the engine takes; a longer one was cut when it was read."""

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
    """Engine types of the columns; VARCHAR throughout for CSV and Excel."""
    encoding: str
    bytes: int
    sha256: str
    sheet: str = ""
    damaged: bool = False
    plain: bool = False
    """Whether cells can be padded with nothing but spaces."""

    @property
    def label(self) -> str:
        """File, and sheet if it has several."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file


def read_file(
    connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path, view: str
) -> list[Source]:
    """Open one file as sources: one, or one per sheet of a workbook.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the views.
    path : Path
        CSV, Excel or Parquet.
    scratch : Path
        Folder for clean copies; the views read from it, so it must outlive them.
    view : str
        Name of the view to make, or its beginning for a workbook of several sheets.

    Raises
    ------
    DataError
        If the file is empty, no table, or can't be read; the message names it.
    """
    try:
        with path.open("rb") as stream:
            kind = sniff(stream.read(4096))
        if kind == "empty":
            msg = f"{path.name} 是空文件。"
            raise DataError(msg)
        if kind == "text":
            return [_read_text(connection, path, scratch, view)]
        if kind == "excel":
            return _read_workbook(connection, path, scratch, view)
        if kind == "parquet":
            return [_read_parquet(connection, path, view)]
    except PermissionError:
        msg = f"{path.name} 没有读取权限。"
        raise DataError(msg) from None
    except OSError as error:
        full = error.errno == errno.ENOSPC
        why = "临时文件夹所在的磁盘满了" if full else explain_os_error(error)
        msg = f"{path.name} 读取失败：{why}。"
        raise DataError(msg) from error
    msg = f"{path.name} {kind}。"
    raise DataError(msg)


def read_frame(
    connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame, name: str, view: str
) -> Source:
    """Open a DataFrame as a source; columns keep their types, mixed ones become text.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the view.
    frame : DataFrame
        Read, never changed.
    name : str
        What to call it in messages.
    view : str
        Name of the view to make.
    """
    columns = [_engine_column(frame.iloc[:, i]) for i in range(frame.shape[1])]
    renamed = pd.DataFrame({f"c{i}": column for i, column in enumerate(columns)}, copy=False)
    connection.register(f"frame_{view}", renamed)
    _make_view(
        connection,
        view,
        f"SELECT row_number() OVER () + 1 AS row, NULL::BIGINT AS fields, NULL::VARCHAR AS extra, *"
        f" FROM {identifier(f'frame_{view}')}"
        if columns
        else "SELECT 2 AS row, NULL::BIGINT AS fields, NULL::VARCHAR AS extra WHERE FALSE",
    )
    headers = tuple(map(str, frame.columns))
    return Source(name, view, headers, _types(connection, view), "DataFrame", 0, "")


def _engine_column(column: pd.Series) -> pd.Series:
    """A column the engine can scan: mixed objects and exotic types as text."""
    plain = column.reset_index(drop=True)
    known = pd.api.types
    if known.is_object_dtype(plain.dtype):
        return plain.map(cell_text, na_action="ignore").astype("str")
    if isinstance(plain.dtype, pd.PeriodDtype | pd.IntervalDtype) or known.is_complex_dtype(plain):
        return plain.astype("str")
    if isinstance(plain.dtype, pd.CategoricalDtype):
        return plain.astype(plain.cat.categories.dtype)
    return plain


def _read_text(
    connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path, name: str
) -> Source:
    text = decode(path, scratch / f"{name}.csv")
    with text.path.open(encoding="utf-8") as stream:
        separator = find_separator(next((line for line in stream if line.strip()), ""))
    records = read_records(text.path, separator)
    header_row, _, headers = next(records, (0, 0, [""]))
    headers = [header.strip() for header in headers]
    quick = text.lines - 1 if header_row == 1 and not text.blank_lines else None
    if quick is None or not _view_lines(
        connection, name, text.path, separator, len(headers), quick, text.quoted
    ):
        clean = scratch / f"{name}_records.csv"
        write_records(records, clean, len(headers))
        _view_records(connection, name, clean, len(headers))
    return Source(
        path.name,
        name,
        tuple(headers),
        ("VARCHAR",) * len(headers),
        text.encoding,
        text.bytes,
        text.sha256,
        damaged=text.damaged,
        plain=text.plain,
    )


def _view_lines(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    separator: str,
    width: int,
    lines: int,
    quoted: bool,
) -> bool:
    """View a well-formed CSV directly; False if the engine's count of its lines differs."""
    names = [f"c{i}" for i in range(width)]
    scan = _scan_csv(path, separator, [*names, "extra"], skip=1, parallel=not quoted)
    breaks = " + ".join(
        f"coalesce(length({c}) - length(replace({c}, chr(10), '')), 0)" for c in names
    )
    try:
        found = scalar(connection, f"SELECT count(*) + sum({breaks if quoted else 0}) FROM {scan}")
    except duckdb.Error:
        return False
    if (found or 0) != lines:
        return False
    given = " + ".join(f"({c} IS NOT NULL)::INT" for c in names)
    _make_view(
        connection,
        name,
        f"SELECT row_number() OVER () + 1 AS row, CASE WHEN extra <> '' THEN {width + 1}"
        f" WHEN {names[-1]} IS NULL THEN {given} ELSE {width} END AS fields, *"
        f" FROM {scan} WHERE TRUE",
        names,
    )
    return True


def _view_records(connection: duckdb.DuckDBPyConnection, name: str, path: Path, width: int) -> None:
    names = [f"c{i}" for i in range(width)]
    scan = _scan_csv(path, ",", ["row", "fields", "extra", *names], skip=0, parallel=False)
    cells = ", ".join(names)
    _make_view(
        connection,
        name,
        f"SELECT row::BIGINT AS row, fields::BIGINT AS fields, extra, {cells} FROM {scan}",
        names,
    )


def _scan_csv(path: Path, separator: str, names: list[str], *, skip: int, parallel: bool) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({literal(path)}, auto_detect=false, header=false, skip={skip},"
        f" delim={literal(separator)}, quote='\"', escape='\"', null_padding=true,"
        f" nullstr={literal(NO_TEXT)}, strict_mode=true, parallel={literal(parallel)},"
        f" max_line_size={LONGEST_LINE}, columns={{{columns}}})"
    )


def _make_view(
    connection: duckdb.DuckDBPyConnection, name: str, query: str, texts: Iterable[str] = ()
) -> None:
    """Make the view; lines of texts with nothing in any cell are no rows."""
    empty = " AND ".join(f"coalesce(trim({cell}), '') = ''" for cell in texts)
    kept = f" WHERE NOT ({empty} AND coalesce(extra, '') = '')" if empty else ""
    connection.execute(f"CREATE TEMP VIEW {identifier(name)} AS SELECT * FROM ({query}){kept}")


def _read_parquet(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> Source:
    escaped = "".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(path))
    scan = f"read_parquet({literal(escaped)}, file_row_number=true)"
    try:
        headers = [row[0] for row in connection.execute(f"DESCRIBE FROM {scan}").fetchall()][:-1]
        cells = "".join(f", {identifier(header)} AS c{i}" for i, header in enumerate(headers))
        _make_view(
            connection,
            name,
            "SELECT file_row_number + 2 AS row, NULL::BIGINT AS fields,"
            f" NULL::VARCHAR AS extra{cells} FROM {scan}",
        )
        types = _types(connection, name)
    except duckdb.Error:
        msg = f"{path.name} 不是完好的 Parquet 文件。"
        raise DataError(msg) from None
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return Source(path.name, name, tuple(headers), types, "parquet", path.stat().st_size, sha256)


def _read_workbook(
    connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path, view: str
) -> list[Source]:
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    size = path.stat().st_size
    sources = []
    for i, (title, clean, headers) in enumerate(write_sheets(path, scratch, view)):
        name = f"{view}_{i}"
        _view_records(connection, name, clean, len(headers))
        types = ("VARCHAR",) * len(headers)
        sources.append(
            Source(path.name, name, tuple(headers), types, "excel", size, sha256, sheet=title)
        )
    return sources


def _types(connection: duckdb.DuckDBPyConnection, view: str) -> tuple[str, ...]:
    described = connection.execute(f"DESCRIBE {identifier(view)}").fetchall()
    return tuple(row[1] for row in described if row[0] not in ("row", "fields", "extra"))
