"""Files and DataFrames → sources: views of raw rows, as they came, in the engine.

What a file is, its first bytes say; each kind has its reader in a module of its own.
"""

import errno
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from csqa.engine.archives import sniff_zip, unpack_gzip, unpack_zip
from csqa.engine.connection import escape_glob, identifier, literal
from csqa.engine.delimited import read_text
from csqa.engine.jsonlines import read_json
from csqa.engine.sheet_rows import cell_text
from csqa.engine.sheets import write_sheets
from csqa.engine.signatures import explain_ole, sniff
from csqa.engine.sources import Source, column_types, make_view, view_records
from csqa.errors import DataError
from csqa.rules.files import explain_os_error

__all__ = ["MAYBE_SUFFIXES", "TABLE_SUFFIXES", "Source", "read_file", "read_frame"]

PLAIN_SUFFIXES = (
    *(".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json"),
    *(".xlsx", ".xlsm", ".xls", ".parquet", ".pq"),
)
"""Files that may hold a table; what they really are, their first bytes say."""

ARCHIVE_SUFFIXES = (".zip", *(f"{suffix}.gz" for suffix in PLAIN_SUFFIXES[:6]))
"""Files that may hold such files."""

TABLE_SUFFIXES = (*PLAIN_SUFFIXES, *ARCHIVE_SUFFIXES)
"""How names of files end that are read."""

OPTIONAL_SUFFIXES = (".txt", ".json")
"""Files that hold no table as often as one: among others, one that can't be read is no fault."""

MAYBE_SUFFIXES = (*OPTIONAL_SUFFIXES, *ARCHIVE_SUFFIXES)
"""The same for the files of a folder."""


def read_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    scratch: Path,
    view: str,
    known: Collection[str] = (),
) -> list[Source]:
    """Open one file as sources: one, or one per sheet of a workbook or member of an archive.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the views.
    path : Path
        CSV, Excel, Parquet or JSON lines, or a zip or gzip archive of such.
    scratch : Path
        Folder for clean copies; the views read from it, so it must outlive them.
    view : str
        Name of the view to make, or its beginning where there are several.
    known : collection of str
        Headers that a mapping names: they too tell the header row from titles above it.

    Raises
    ------
    DataError
        If the file is empty, no table, too large, or can't be read; the message names it.
    """
    try:
        return _Reader(connection, scratch, known).read(path, view, path.name)
    except PermissionError:
        msg = f"{path.name} 没有读取权限。"
        raise DataError(msg) from None
    except OSError as error:
        full = error.errno == errno.ENOSPC
        why = "临时文件夹所在的磁盘满了" if full else explain_os_error(error)
        msg = f"{path.name} 读取失败：{why}。"
        raise DataError(msg) from error


@dataclass(frozen=True)
class _Reader:
    """Where the sources of a file go."""

    connection: duckdb.DuckDBPyConnection
    scratch: Path
    known: Collection[str]
    inside: bool = False
    """Whether the file came out of an archive: then no further one is opened."""

    def read(self, path: Path, view: str, label: str) -> list[Source]:
        """Sources of a file, by its first bytes."""
        kind = self._find_kind(path, label)
        readers: dict[str, Callable[[Path, str, str], list[Source]]] = {
            "text": self._read_text,
            "json": self._read_json,
            "excel": self._read_workbook,
            "parquet": self._read_parquet,
            "archive": self._read_zip,
            "gzip": self._read_gzip,
        }
        if kind not in readers:
            msg = f"{label} {kind}。"
            raise DataError(msg)
        return readers[kind](path, view, label)

    def _find_kind(self, path: Path, label: str) -> str:
        with path.open("rb") as stream:
            kind = sniff(stream.read(4096), _inner_suffix(label))
        if kind == "zip":
            kind = sniff_zip(path)
        if kind in ("archive", "gzip") and self.inside:
            return "是压缩包里的压缩包，不再打开；请先解压"
        return explain_ole(path) if kind == "ole" else "是空文件" if kind == "empty" else kind

    def _read_text(self, path: Path, view: str, label: str) -> list[Source]:
        return [read_text(self.connection, path, self.scratch, view, self.known, label)]

    def _read_json(self, path: Path, view: str, label: str) -> list[Source]:
        return [read_json(self.connection, path, self.scratch, view, label)]

    def _read_parquet(self, path: Path, view: str, label: str) -> list[Source]:
        source = _read_parquet(self.connection, path, view, label)
        return [source if self.inside else replace(source, kept=str(path.absolute()))]

    def _read_workbook(self, path: Path, view: str, label: str) -> list[Source]:
        size, sha256 = path.stat().st_size, _hash(path)
        sources = []
        for i, sheet in enumerate(write_sheets(path, self.scratch, view, self.known, label)):
            name, headers = f"{view}_{i}", tuple(sheet.headers)
            view_records(self.connection, name, sheet.path, len(headers))
            types = ("VARCHAR",) * len(headers)
            made = Source(label, name, headers, types, "excel", size, sha256)
            sources.append(replace(made, sheet=sheet.title, note=sheet.note))
        return sources

    def _read_gzip(self, path: Path, view: str, label: str) -> list[Source]:
        member = unpack_gzip(path, self.scratch, f"{view}_packed")
        found = replace(self, inside=True).read(member.path, view, label)
        identity = _identify(path)
        return [replace(source, **identity) for source in found]

    def _read_zip(self, path: Path, view: str, label: str) -> list[Source]:
        members, left = unpack_zip(path, self.scratch, f"{view}_packed", TABLE_SUFFIXES)
        inner, identity = replace(self, inside=True), _identify(path)
        sources: list[Source] = []
        faults: list[str] = []
        for i, member in enumerate(members):
            try:
                found = inner.read(member.path, f"{view}_{i}", f"{label}[{member.name}]")
            except DataError as error:
                optional = member.name.lower().endswith(OPTIONAL_SUFFIXES)
                (left if optional else faults).append(member.name if optional else str(error))
                continue
            if all(source.encoding != "parquet" for source in found):
                member.path.unlink()  # the views read clean copies
            for source in found:
                sheet = f"{member.name}/{source.sheet}" if source.sheet else member.name
                sources.append(replace(source, **identity, sheet=sheet))
        if faults or not sources:
            raise DataError("；".join(faults) or f"{label} 里没有数据表：{'、'.join(left[:10])}。")
        return [_tell_left(sources[0], left), *sources[1:]]


def _inner_suffix(label: str) -> str:
    """Suffix of the file that a label ends with, whatever packs it."""
    return Path(label.removesuffix("]").removesuffix(".gz")).suffix


def _identify(path: Path) -> dict[str, Any]:
    """What sources of an archive have of it: its name, size and fingerprint."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": _hash(path)}


def _tell_left(source: Source, left: list[str]) -> Source:
    if not left:
        return source
    shown = "、".join(left[:5]) + (f" 等 {len(left)} 个" if len(left) > 5 else "")
    told = f"压缩包里没有读的文件：{shown}"
    return replace(source, note=f"{source.note}；{told}" if source.note else told)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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
    if columns:  # DuckDB refuses a frame without any
        connection.register(f"frame_{view}", renamed)
    make_view(
        connection,
        view,
        f"SELECT row_number() OVER () + 1 AS row, NULL::BIGINT AS fields, NULL::VARCHAR AS extra, *"
        f" FROM {identifier(f'frame_{view}')}"
        if columns
        else "SELECT 2 AS row, NULL::BIGINT AS fields, NULL::VARCHAR AS extra WHERE FALSE",
    )
    headers = tuple(map(str, frame.columns))
    return Source(name, view, headers, column_types(connection, view), "DataFrame", 0, "")


def _engine_column(column: pd.Series) -> pd.Series:
    """A column the engine can scan: mixed objects and exotic types as text."""
    plain = _forwards(column.reset_index(drop=True))
    known = pd.api.types
    if known.is_object_dtype(plain.dtype):
        return plain.map(cell_text, na_action="ignore").astype("str")
    if isinstance(plain.dtype, pd.PeriodDtype | pd.IntervalDtype) or known.is_complex_dtype(plain):
        return plain.astype("str")
    if isinstance(plain.dtype, pd.CategoricalDtype):
        return plain.astype(plain.cat.categories.dtype)
    return plain


def _forwards(column: pd.Series) -> pd.Series:
    """A column whose values lie in their order: DuckDB cannot scan one that runs backwards."""
    held = getattr(column.array, "_ndarray", getattr(column.array, "_data", None))
    strides = getattr(held, "strides", ())
    return column.copy() if any(stride < 0 for stride in strides) else column


def _read_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, label: str
) -> Source:
    scan = f"read_parquet({literal(escape_glob(str(path.absolute())))}, file_row_number=true)"
    try:
        headers = [row[0] for row in connection.execute(f"DESCRIBE FROM {scan}").fetchall()][:-1]
        cells = "".join(f", {identifier(header)} AS c{i}" for i, header in enumerate(headers))
        make_view(
            connection,
            name,
            "SELECT file_row_number + 2 AS row, NULL::BIGINT AS fields,"
            f" NULL::VARCHAR AS extra{cells} FROM {scan}",
        )
        types = column_types(connection, name)
    except duckdb.Error:
        msg = f"{label} 不是完好的 Parquet 文件。"
        raise DataError(msg) from None
    return Source(label, name, tuple(headers), types, "parquet", path.stat().st_size, _hash(path))
