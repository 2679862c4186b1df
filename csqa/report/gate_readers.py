"""Every text that a reader of a finished report can come upon, file by file, and where it stands.

Pictures are not read: base64 in a page or a notebook, and files of pictures.
"""

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from csqa.engine.personal_outputs import is_id_header
from csqa.report.gate_workbook import Place, read_numbers, read_workbook

_INLINE = (
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "kbd", "mark"),
    *("q", "s", "small", "span", "strong", "sub", "sup", "tspan", "u", "var", "wbr"),
)
"""Elements that a word or a number goes on through."""
_DRAWN = (
    *("d", "points", "transform", "viewbox", "style", "x", "y", "x1", "x2", "y1", "y2", "cx"),
    *("cy", "r", "rx", "ry", "dx", "dy", "width", "height", "srcset"),
)
"""Attributes of drawings: coordinates, no words."""
_DATA_URI = re.compile(r"data:[\w/+.\-]+;base64,[A-Za-z0-9+/=\s]*")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".woff", ".woff2", ".ttf", ".otf", ".pdf")


def read_places(path: Path) -> Iterator[Place]:
    """Read all texts of a file, those of its kind that can be told apart one by one."""
    suffix = path.suffix.casefold()
    if suffix in (".html", ".htm", ".svg"):
        yield from read_page(path.read_text("utf-8", errors="replace"))
    elif suffix == ".xlsx":
        yield from read_workbook(path)
    elif suffix in (".json", ".ipynb"):
        yield from _read_json(json.loads(path.read_text("utf-8")), "")
    elif suffix == ".csv":
        for header, cells in read_columns(path):
            yield from _read_column(header, cells)
    elif suffix not in _PICTURES:
        yield "", path.read_bytes().decode("utf-8", errors="replace")


def read_ids(folder: Path) -> set[str]:
    """Ids of contacts, orders and staff that the tables of a report hold."""
    tables = sorted(folder.rglob("*.csv"))
    return {
        cell.strip().removeprefix("'")
        for path in tables
        for header, cells in read_columns(path)
        if is_id_header(header)
        for cell in cells
        if cell
    }


def read_columns(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Header and cells of each column of a CSV file."""
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        rows = list(csv.reader(line.replace("\0", "") for line in file))
    if not rows:
        return
    for i, header in enumerate(rows[0]):
        yield header, [row[i] for row in rows[1:] if i < len(row)]


def read_page(page: str) -> Iterator[Place]:
    """Texts and attributes of a page, with what inline elements cut put together again."""
    reader = _Page()
    reader.feed(_DATA_URI.sub("", page))
    reader.close()
    reader.end_text()
    yield from reader.places


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.places: list[Place] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self.end_text()
        self.places += [
            (f"第 {self.getpos()[0]} 行 <{tag} {name}>", value)
            for name, value in attrs
            if value and name not in _DRAWN
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.end_text()

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_comment(self, data: str) -> None:
        self.places.append((f"第 {self.getpos()[0]} 行注释", data))

    def end_text(self) -> None:
        """Take what was read since the last block as one text."""
        if self._text and (text := "".join(self._text)).strip():
            self.places.append((f"第 {self.getpos()[0]} 行", text))
        self._text = []


def _read_json(value: Any, place: str) -> Iterator[Place]:
    if isinstance(value, str):
        yield place, _DATA_URI.sub("", value)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _read_json(inner, f"{place}[{i}]")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield place, key
            yield from _read_entry(key, inner, f"{place}.{key}" if place else key)


def _read_entry(key: str, value: Any, place: str) -> Iterator[Place]:
    """One entry of a mapping: a picture is passed by, a page is read as one."""
    text = "".join(value) if _is_lines(value) else value
    if key.startswith("image/") and key != "image/svg+xml":
        return
    if isinstance(text, str) and key in ("text/html", "image/svg+xml"):
        yield from ((f"{place} {line}", inner) for line, inner in read_page(text))
    elif isinstance(text, str):
        yield place, _DATA_URI.sub("", text)
    else:
        yield from _read_json(value, place)


def _is_lines(value: Any) -> bool:
    """Whether a list is a text cut into lines, as notebooks have it."""
    lines = isinstance(value, list) and bool(value) and all(isinstance(x, str) for x in value)
    return lines and all(line.endswith("\n") for line in value[:-1])


def _read_column(header: str, cells: list[str]) -> Iterator[Place]:
    yield "表头", header
    place = f"列 {header}"
    filled = [(i, cell) for i, cell in enumerate(cells, start=2) if cell.strip()]
    if all(_NUMBER.fullmatch(cell) for _, cell in filled):
        yield from read_numbers(place, header, [cell for _, cell in filled])
    else:  # among words a number is one of them
        yield from ((f"{place} 第 {i} 行", cell) for i, cell in filled)
