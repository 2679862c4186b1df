"""Whatever the user points at → named sources of raw rows in the engine.

A source's name decides, with its headers, which table it is: the name of a file, a sheet's file,
a table of a database, or the key of a dict of frames.
"""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from csqa.engine.connection import identifier
from csqa.engine.readers import MAYBE_SUFFIXES, TABLE_SUFFIXES, Source, read_file, read_frame
from csqa.errors import DataError

Lines = list[dict[str, object]]

INLINE = "mapping"
"""Encoding of the source that stands in the mapping itself: the agents' teams."""

OUTSIDE = "链接到文件夹之外，没有读取"
"""Nothing is read outside of what the user pointed at."""

ARROW = "Arrow"
"""Encoding of sources that came through the Arrow interchange."""


@dataclass
class Opened:
    """Sources in the engine, and what was met on the way."""

    place: str
    """What the user calls the whole."""
    sources: list[tuple[str, Source]] = field(default_factory=list)
    """Name and source, in the order their rows shall have."""
    unused: Lines = field(default_factory=list)
    """Lines of ``Dataset.sources`` for what was not read."""
    faults: list[str] = field(default_factory=list)
    """What could not be read though it should; each a sentence."""
    named: bool = False
    """Whether names are tables' names as the user gave them, not names of files."""

    looked_up: set[str] = field(default_factory=set)
    """Labels of the sources that the mapping looks things up in."""

    one_file: bool = False
    """Whether the user pointed at a file, not at a folder."""

    @property
    def single(self) -> bool:
        """Whether there is nothing but one source, meant by the user: it must be the contacts."""
        own = (source for _, source in self.sources if not source.shared_for)
        read = [source for source in own if source.encoding != INLINE]
        return self.one_file and len(read) == 1


def is_frame(value: object) -> bool:
    """Whether a value is a table in memory: pandas, or anything of the Arrow interchange.

    Examples
    --------
    >>> is_frame(pd.DataFrame()), is_frame("data/sample")
    (True, False)
    """
    return isinstance(value, pd.DataFrame) or hasattr(value, "__arrow_c_stream__")


def open_frames(connection: duckdb.DuckDBPyConnection, frames: MappingType[str, Any]) -> Opened:
    """Open tables in memory as sources.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the views.
    frames : dict of str to DataFrame
        pandas, Polars, Arrow or whatever else has ``__arrow_c_stream__``.

    Raises
    ------
    DataError
        Naming every entry that is no table.
    """
    wrong = [str(name) for name, frame in frames.items() if not is_frame(frame)]
    if wrong:
        msg = f"`source` 的 {'、'.join(wrong)} 应为 DataFrame（pandas、Polars 或 Arrow 的表）。"
        raise DataError(msg)
    opened = Opened("`source`", named=True)
    for i, (name, frame) in enumerate(frames.items()):
        label, view = f"DataFrame {name}", f"source_{i}"
        if isinstance(frame, pd.DataFrame):
            source = read_frame(connection, frame, label, view)
        else:
            source = read_stream(connection, frame, label, view)
        opened.sources.append((str(name), source))
    return opened


@dataclass(frozen=True)
class _Stream:
    """Nothing but the interchange: the engine then needs no library that knows the type."""

    frame: Any

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


@dataclass(frozen=True)
class _DescribedStream(_Stream):
    """A stream that may be read only once: the engine asks for the schema apart."""

    def __arrow_c_schema__(self) -> object:
        return self.frame.schema.__arrow_c_schema__()


def read_stream(connection: duckdb.DuckDBPyConnection, frame: Any, name: str, view: str) -> Source:
    """Open a table of the Arrow interchange as a source; its columns keep their types.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the rows: a stream can be read only once, and the intake reads twice.
    frame : object with ``__arrow_c_stream__``
        A Polars DataFrame, an Arrow table or reader.
    name : str
        What to call it in messages.
    view : str
        Name of the view to make.

    Raises
    ------
    DataError
        If the rows cannot be taken over.
    """
    stream, raw = f"stream_{view}", identifier(f"raw_{view}")
    try:
        described = hasattr(getattr(frame, "schema", None), "__arrow_c_schema__")
        connection.register(stream, (_DescribedStream if described else _Stream)(frame))
        connection.execute(f"CREATE TEMP TABLE {raw} AS FROM {identifier(stream)}")
        connection.unregister(stream)
    except (duckdb.Error, TypeError, ValueError) as error:
        msg = f"{name} 不能作为表读入：{error}"
        raise DataError(msg) from error
    columns = connection.execute(f"DESCRIBE {raw}").fetchall()
    cells = "".join(
        f", {_plain(identifier(header), kind)} AS c{i}"
        for i, (header, kind, *_) in enumerate(columns)
    )
    connection.execute(
        f"CREATE TEMP VIEW {identifier(view)} AS SELECT row_number() OVER () + 1 AS row,"
        f" NULL::BIGINT AS fields, NULL::VARCHAR AS extra{cells} FROM {raw}"
    )
    headers, types = zip(*((line[0], line[1]) for line in columns), strict=True)
    kept = tuple("VARCHAR" if kind.startswith("ENUM") else kind for kind in types)
    return Source(name, view, headers, kept, ARROW, 0, "")


def _plain(column: str, kind: str) -> str:
    """Dictionary-encoded texts are texts."""
    return f"{column}::VARCHAR" if kind.startswith("ENUM") else column


def open_path(connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path) -> Opened:
    """Open a file, or all files of a folder in the order of their names.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the views.
    path : Path
        A folder or a file.
    scratch : Path
        Folder for clean copies; the views read from it, so it must outlive them.

    Raises
    ------
    DataError
        If there is no such place, or nothing in it.
    """
    files = _list_files(path)
    known = [file for file in files if file.name.lower().endswith(TABLE_SUFFIXES) or file == path]
    opened = Opened(str(path), one_file=path in known)
    opened.unused = [_describe_unread(file) for file in files if file not in known]
    opened.unused += [{**_describe_unread(link), "note": OUTSIDE} for link in _outside(path)]
    for i, file in enumerate(known):
        try:
            read = read_file(connection, file, scratch, f"source_{i}")
            opened.sources += [(file.name, source) for source in read]
        except DataError as error:
            if file.name.lower().endswith(MAYBE_SUFFIXES) and file != path:
                opened.unused.append({**_describe_unread(file), "note": str(error)})
            else:
                opened.faults.append(str(error))
    return opened


def _list_files(path: Path) -> list[Path]:
    """Files of a folder in the order of their names, or the one file."""
    try:
        elsewhere = _outside(path)
        listed = sorted(set(path.iterdir()) - set(elsewhere)) if path.is_dir() else [path]
        files = [entry for entry in listed if entry.is_file() and entry.name[0] not in ".~"]
        path.stat()
    except PermissionError:
        msg = f"没有权限读取 {path}。"
        raise DataError(msg) from None
    except (OSError, ValueError):
        msg = f"找不到 {path}：没有这个文件或文件夹。"
        raise DataError(msg) from None
    if files:
        return files
    if path.is_dir():
        msg = f"文件夹 {path} 是空的：没有可读的文件。"
        raise DataError(msg)
    msg = f"{path} 不是可读的文件或文件夹。"
    raise DataError(msg)


def _outside(path: Path) -> list[Path]:
    """Links in a folder to what is not in it."""
    if not path.is_dir():
        return []
    root = path.resolve()
    links = (entry for entry in sorted(path.iterdir()) if entry.is_symlink())
    return [link for link in links if link.is_file() and not link.resolve().is_relative_to(root)]


def _describe_unread(file: Path) -> dict[str, object]:
    return {
        "file": file.name,
        "table": "",
        "encoding": "",
        "bytes": file.stat().st_size,
        "sha256": "",
        "rows": None,
        "unused_columns": "",
        "note": "不是 CSV、Excel、Parquet、JSON 或 zip，没有读取",
    }
