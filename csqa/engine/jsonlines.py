"""JSON objects → a source: one object per line, or an array of them; the engine reads them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from csqa.engine.connection import literal
from csqa.engine.decode import BLOCK, decode
from csqa.engine.header_rows import FEWEST_KNOWN, find_header
from csqa.engine.sources import LONGEST_LINE, Source, make_view, scan_csv
from csqa.errors import DataError

LONGEST_OBJECT = LONGEST_LINE // 4
"""Characters of one object: at most four bytes each, so that its line fits the engine."""

WRAPPED_BYTES = 64 << 20
"""Size up to which one object is looked into for the list that it wraps: it is held in memory."""

MOST_KEYS = 2000
"""Different keys of all objects together; more are values written as keys."""

NO_SEPARATOR = "\x02\x03\x02\x03"
"""Stands in no line, so that each line is one cell."""

DECODER = json.JSONDecoder()
BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")
"""What stands between the values of an array, and of arrays joined into one file."""

NEXT_OBJECT = re.compile(r"[,\n}]\s*(?=\{\s*\")")

OBJECT = "CASE WHEN json_valid(line) THEN CASE WHEN json_type(line) = 'OBJECT' THEN line END END"
"""SQL of a line that is an object, else NULL."""


def read_json(
    connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path, name: str, label: str = ""
) -> Source:
    """Open a file of JSON objects as a source; nested values are their JSON text.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the view.
    path : Path
        One object per line, or an array of objects.
    scratch : Path
        Folder for the clean copies that the view reads.
    name : str
        Name of the view.
    label : str
        What to call the file; empty means by its name.

    Raises
    ------
    DataError
        If there is no object at all, or objects of thousands of different keys.
    """
    label = label or path.name
    text = decode(path, scratch / f"{name}.txt", label)
    lines, rows = scratch / f"{name}.jsonl", scratch / f"{name}.parquet"
    key = _write_lines(text.path, lines)
    try:
        keys = _list_keys(connection, _scan(lines))
        if not keys:
            msg = f"{label} 里没有 JSON 对象；应为每行一个对象，或对象的数组。"
            raise DataError(msg)
        if len(keys) > MOST_KEYS:
            msg = f"{label} 的对象有 {len(keys):,} 个不同的键，最多 {MOST_KEYS:,} 个。"
            raise DataError(msg)
        nulls = _write_rows(connection, _scan(lines), keys, rows)
    except duckdb.Error as error:
        msg = f"{label} 的 JSON 读到一半停下了（磁盘或内存不够？）：{error}"
        raise DataError(msg) from error
    make_view(connection, name, f"SELECT * FROM read_parquet({literal(rows)})")
    return Source(
        label,
        name,
        tuple(keys),
        ("VARCHAR",) * len(keys),
        text.encoding,
        text.bytes,
        text.sha256,
        damaged=text.damaged or nulls,
        note="；".join(filter(None, [text.note, f"读的是“{key}”里的对象" if key else ""])),
    )


def _write_lines(path: Path, lines: Path) -> str:
    """Write each object in a line; give the key of the list that was read, if there is one."""
    key, inner = _unwrap(path)
    with path.open(encoding="utf-8") as stream, lines.open("w", encoding="utf-8") as out:
        # The engine would pass over empty lines without counting them.
        out.writelines(f"{line or ' '}\n" for line in (inner or _split(stream)))
    return key


def _scan(lines: Path) -> str:
    """SQL of the lines that hold anything, with their numbers."""
    scan = scan_csv(lines, NO_SEPARATOR, ["line"], skip=0, parallel=False, quote="")
    return (
        f"(SELECT row, line, {OBJECT} AS object FROM (SELECT row_number() OVER () AS row, line"
        f" FROM {scan}) WHERE trim(coalesce(line, '')) <> '')"
    )


def _list_keys(connection: duckdb.DuckDBPyConnection, scan: str) -> list[str]:
    """Keys of all objects in the order in which they first appear."""
    found = connection.execute(
        "SELECT key FROM (SELECT row, unnest(keys) AS key, generate_subscripts(keys, 1) AS place"
        f" FROM (SELECT row, json_keys(object) AS keys FROM {scan} WHERE object IS NOT NULL))"
        f" GROUP BY key ORDER BY min((row, place)) LIMIT {MOST_KEYS + 1}"
    ).fetchall()
    return [key for (key,) in found]


def _write_rows(
    connection: duckdb.DuckDBPyConnection, scan: str, keys: list[str], rows: Path
) -> bool:
    """Write one row per line, typed as text; tell whether any text holds NULs."""
    pointers = ", ".join(literal(_pointer(key)) for key in keys)
    # An object with a key twice says two things; which one is meant, nobody knows.
    read = "object IS NOT NULL AND len(json_keys(object)) = len(list_distinct(json_keys(object)))"
    cells = ", ".join(
        f"replace(cells[{i + 1}], chr(0), chr(65533)) AS c{i}" for i in range(len(keys))
    )
    connection.execute(
        f"COPY (SELECT row, CASE WHEN sound THEN {len(keys)} ELSE -1 END::BIGINT AS fields,"
        f" NULL::VARCHAR AS extra, {cells} FROM (SELECT row, sound, CASE WHEN sound"
        f" THEN json_extract_string(object, [{pointers}]) ELSE [left(line, 1000)] END AS cells"
        f" FROM (SELECT *, coalesce({read}, FALSE) AS sound FROM {scan}))) TO {literal(rows)}"
        " (FORMAT parquet)"
    )
    nulls = connection.execute(
        f"SELECT count(*) FROM {scan} WHERE contains(line, {literal(chr(92) + 'u0000')})"
    ).fetchall()
    return bool(nulls[0][0])


def _pointer(key: str) -> str:
    """A JSON pointer to a key (RFC 6901).

    Examples
    --------
    >>> _pointer("a/b~c")
    '/a~1b~0c'
    """
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _unwrap(path: Path) -> tuple[str, list[str]]:
    """Key and objects, as lines, of an answer that wraps them: ``{"tickets": [{…}], "count": 1}``.

    Nothing where the file is no such answer.
    """
    if path.stat().st_size > WRAPPED_BYTES:
        return "", []
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return "", []
    if not isinstance(whole, dict) or find_header([list(whole)]).known >= FEWEST_KNOWN:
        return "", []
    listed = {key: value for key, value in whole.items() if isinstance(value, list) and value}
    found = [key for key, value in listed.items() if all(isinstance(one, dict) for one in value)]
    if len(found) != 1:
        return "", []
    return found[0], [json.dumps(one) for one in whole[found[0]]]


def _split(stream: IO[str]) -> Iterator[str]:
    """The objects of a text, each in one line; what is none is a line of its own."""
    first = next((line for line in _read_lines(stream) if line.strip()), "").lstrip()
    stream.seek(0)
    spread = first.startswith("[") or (first.startswith("{") and not _is_json(first))
    yield from _Values(stream) if spread else _read_lines(stream)


def _read_lines(stream: IO[str]) -> Iterator[str]:
    """Lines without their ends; of one too long, its beginning, which is no JSON any more."""
    while line := stream.readline(LONGEST_OBJECT):
        whole = line
        while len(line) == LONGEST_OBJECT and not line.endswith("\n"):
            line = stream.readline(LONGEST_OBJECT)
        yield _one_line(whole if whole is line else whole[:1000])


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _one_line(text: str) -> str:
    # Line ends within an object stand between its values: strings can't hold them.
    return text.strip("\n\ufeff").replace("\n", " ").replace(NO_SEPARATOR, "")


@dataclass
class _Values:
    """Values of an array, or ones that span lines; a broken one ends where the next begins."""

    stream: IO[str]
    held: str = ""
    at: int = 0
    ended: bool = False

    def __iter__(self) -> Iterator[str]:
        """Each value as it is written, in one line."""
        while self._skip():
            end = self._find_end()  # which may move the start
            yield _one_line(self.held[self.at : end])
            self.at = end

    def _skip(self) -> bool:
        """Go to the next value; False if there is none."""
        while True:
            self.at = BETWEEN.match(self.held, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.held) or self.ended:
                return self.at < len(self.held)
            self._read()

    def _find_end(self) -> int:
        """Where the value ends; a broken one, where another object seems to begin."""
        while True:
            try:
                end = DECODER.raw_decode(self.held, self.at)[1]
            except (ValueError, RecursionError):
                end = len(self.held)
                if self.ended or end - self.at > LONGEST_OBJECT:
                    following = NEXT_OBJECT.search(self.held, self.at + 1)
                    return following.end() if following else end
            if end < len(self.held) or self.ended:
                return end
            self._read()

    def _read(self) -> None:
        more = self.stream.read(BLOCK)
        self.held, self.at, self.ended = self.held[self.at :] + more, 0, not more
