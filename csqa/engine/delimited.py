"""Text with separators → a source: its separator, its header row, its rows."""

import csv
from collections.abc import Collection
from itertools import islice
from pathlib import Path

import duckdb

from csqa.engine.connection import scalar
from csqa.engine.decode import Text, decode
from csqa.engine.header_rows import FEWEST_KNOWN, HEADER_ROWS, HeaderRow, find_header
from csqa.engine.records import read_records, write_records
from csqa.engine.sources import Source, make_view, scan_csv, view_records

LONGEST_HEADER = 100_000
"""Characters of a header line that are looked at; the csv module refuses fields of 131,072."""

SEPARATORS = (",", "\t", ";", "|")

FULL_WIDTH_COMMA = "，"
"""A separator only where it makes known headers: it is also punctuation."""


def read_text(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    scratch: Path,
    name: str,
    known: Collection[str] = (),
    label: str = "",
) -> Source:
    """Open a text file with separators as a source.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the view.
    path : Path
        The file.
    scratch : Path
        Folder for the clean copy that the view reads.
    name : str
        Name of the view.
    known : collection of str
        Headers that a mapping names besides ours.
    label : str
        What to call the file; empty means by its name.

    Raises
    ------
    DataError
        If it fits no encoding.
    """
    label = label or path.name
    text = decode(path, scratch / f"{name}.csv", label)
    separator = find_separator(_first_lines(text.path), known)
    first = list(islice(read_records(text.path, separator), HEADER_ROWS))
    header = find_header([cells for _, _, cells in first], known)
    row = first[header.index][0] if first else 1
    # Rows are the file's lines as long as no cell above the headers spans several.
    simple = (
        not text.endless
        and text.last_blank < row
        and not any('"' in "".join(cells) for *_, cells in first[:row])
    )
    if not (simple and _view_lines(connection, name, text, separator, header, row)):
        clean, width = scratch / f"{name}_records.csv", len(header.headers)
        records = read_records(text.path, separator, row, width)
        write_records((record for record in records if record[0] > row), clean, width)
        view_records(connection, name, clean, width, formulas=text.formulas)
    return Source(
        label,
        name,
        tuple(header.headers),
        ("VARCHAR",) * len(header.headers),
        text.encoding,
        text.bytes,
        text.sha256,
        damaged=text.damaged,
        plain=text.plain and not text.quoted,  # a quoted cell may begin or end with a line break
        note="；".join(part for part in (text.note, tell_header(row, header)) if part),
    )


def tell_header(row: int, header: HeaderRow) -> str:
    """What to say of rows above the headers.

    Examples
    --------
    >>> tell_header(3, HeaderRow(2, ["服务单号"], 1))
    '表头在第 3 行，上面的 2 行当作标题，没有读入'
    """
    if not header.index:
        return ""
    return f"表头在第 {row} 行，上面的 {header.index} 行当作标题，没有读入"


def _first_lines(path: Path) -> list[str]:
    """The first lines that hold anything, as far as they can be a header."""
    with path.open(encoding="utf-8") as stream:
        heads = iter(lambda: stream.readline(LONGEST_HEADER), "")
        return list(islice((head for head in heads if head.strip()), HEADER_ROWS))


def find_separator(lines: list[str], known: Collection[str] = ()) -> str:
    """The separator that makes most known headers; else the one that cuts into most fields.

    Parameters
    ----------
    lines : list of str
        The first lines of the file that hold anything.
    known : collection of str
        Headers that a mapping names besides ours.

    Examples
    --------
    >>> find_separator(["服务单号;渠道;创建时间"]), find_separator(["六月, 七月", "渠道|创建时间"])
    (';', '|')
    >>> find_separator(["服务单号，渠道，创建时间"]), find_separator(["甲；乙，丙"])
    ('，', ',')
    """
    cut = {sign: [_cut(line, sign) for line in lines] for sign in (*SEPARATORS, FULL_WIDTH_COMMA)}
    headers = {sign: find_header(rows, known) for sign, rows in cut.items()}
    best = max(cut, key=lambda sign: headers[sign].known)
    if headers[best].known >= FEWEST_KNOWN:
        return best
    widest = [max((len(row) for row in cut[sign]), default=0) for sign in SEPARATORS]
    first = [len(cut[sign][0]) if lines else 0 for sign in SEPARATORS]
    counts = first if max(first) > 1 else widest
    return SEPARATORS[counts.index(max(counts))]


def _cut(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return [line]


def _view_lines(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    text: Text,
    separator: str,
    header: HeaderRow,
    row: int,
) -> bool:
    """View a well-formed CSV directly; False if the engine's count of its lines differs."""
    width = len(header.headers)
    names = [f"c{i}" for i in range(width)]
    scan = scan_csv(text.path, separator, [*names, "extra"], skip=row, parallel=not text.quoted)
    breaks = " + ".join(
        f"coalesce(length({c}) - length(replace({c}, chr(10), '')), 0)" for c in names
    )
    counted = f"SELECT count(*) + sum({breaks if text.quoted else 0}) FROM {scan}"
    try:
        found = scalar(connection, counted)
    except duckdb.Error:
        return False
    if (found or 0) != text.lines - row:
        return False
    given = " + ".join(f"({c} IS NOT NULL)::INT" for c in names)
    make_view(
        connection,
        name,
        f"SELECT row_number() OVER () + {row} AS row, CASE WHEN extra <> '' THEN {width + 1}"
        f" WHEN {names[-1]} IS NULL THEN {given} ELSE {width} END AS fields, *"
        f" FROM {scan} WHERE TRUE",
        names,
        formulas=text.formulas,
    )
    return True
