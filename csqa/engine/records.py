"""Records of a CSV: read one broken one at a time, written so that the engine reads them alike."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

LONGEST_RECORD = 100
"""Lines that one record may span: beyond, its quotation mark was never closed."""

LONGEST_ROW = 1 << 20
"""Characters of a record's cells; a wider row is no row of an export and is kept by its start."""

Record = tuple[int, int, list[str]]
"""Row number as a spreadsheet shows it, number of fields (-1: unreadable), fields."""


def read_records(path: Path, separator: str, header: int = 0, width: int = 0) -> Iterator[Record]:
    """Records of a CSV, one broken one at a time instead of all that follow it.

    Parameters
    ----------
    path : Path
        Clean UTF-8 text.
    separator : str
        One character.
    header, width : int
        Row of the headers and how many they are, if known: below it, a record of several lines
        and another width is a quotation mark that was not closed, and ended rows later.

    Yields
    ------
    tuple of (int, int, list of str)
        Row number as a spreadsheet shows it; number of fields, -1 if the line can't be read;
        the fields. Empty lines are counted in the numbers and left out.
    """
    row = 0
    with path.open(encoding="utf-8", newline="") as stream:
        lines, pending = _read_lines(stream), list[str]()
        while line := (pending.pop(0) if pending else next(lines, "")):
            row += 1
            if line == "\n":
                continue
            fields, taken = _read_record(line, pending, lines, separator)
            if taken and (fields is None or (0 < header < row and len(fields) != width)):
                fields, taken = None, 0
            del pending[:taken]
            yield row, -1 if fields is None else len(fields), fields or [line[:1000]]


def _read_lines(stream: TextIO) -> Iterator[str]:
    """Lines; of one that is longer than any row, its beginning."""
    while line := stream.readline(2 * LONGEST_ROW):
        yield line
        while line and not line.endswith("\n"):
            line = stream.readline(2 * LONGEST_ROW)


def write_records(records: Iterable[Record], path: Path, width: int) -> None:
    """Write records with their row number and field count in front, and exactly ``width`` cells."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for row, fields, found in records:
            cells = found if sum(map(len, found)) <= LONGEST_ROW else [",".join(found)[:1000]]
            fields = fields if cells is found else -1
            extra = ",".join(cells[width:]) if any(cells[width:]) else ""
            padded = cells[:width] + [""] * (width - len(cells))
            counted = width if not extra and fields > width else fields
            writer.writerow([row, counted, extra, *padded])


def _read_record(
    line: str, pending: list[str], lines: Iterator[str], separator: str
) -> tuple[list[str] | None, int]:
    """Fields of the record that starts with ``line``, and how many pending lines it took."""
    record, taken = line, 0
    while taken < LONGEST_RECORD:
        # A quoted field that is still open can only end in a line with a quotation mark.
        if not taken or '"' in pending[taken - 1]:
            try:
                return next(csv.reader([record], delimiter=separator, strict=True)), taken
            except csv.Error as error:
                if "unexpected end of data" not in str(error):
                    return (None if taken else _read_leniently(line, separator)), taken
        if taken == len(pending):
            pending.extend(following for following in [next(lines, "")] if following)
        if taken == len(pending):
            break
        record += pending[taken]
        taken += 1
    return None, 0


def _read_leniently(record: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader([record], delimiter=separator))
    except csv.Error:
        return None
