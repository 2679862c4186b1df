"""Bytes of a text file → clean UTF-8 text on disk, and what was learnt on the way."""

import codecs
import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from csqa.engine.cells import BLANKS
from csqa.errors import DataError

BLOCK = 1 << 20
"""Characters read at a time: a file never has to fit in memory."""

FEW_DAMAGED = 0.01
"""Share of unreadable characters up to which only their rows are set aside, not the file."""

ODD_BLANKS = [sign for sign in BLANKS if sign not in " \n\r"]

LONGEST_RECORD = 100
"""Lines that one record may span: beyond, its quotation mark was never closed."""

LONGEST_HEADER = 100_000
"""Characters of a header line that are looked at; the csv module refuses fields of 131,072."""

SEPARATORS = (",", "\t", ";", "|")

MAGIC = {
    b"\x89PNG": "PNG 图片",
    b"GIF8": "GIF 图片",
    b"\xff\xd8\xff": "JPEG 图片",
    b"%PDF": "PDF 文档",
    b"\x1f\x8b": "gzip 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"Rar!": "rar 压缩包",
    b"\x7fELF": "程序",
    b"SQLite": "SQLite 数据库",
    b"\xd0\xcf\x11\xe0": "旧版 Office 文件（请在 Excel 里另存为 .xlsx 或 CSV）",
}
"""First bytes of files that are no tables, and what to call them."""

Record = tuple[int, int, list[str]]
"""Row number as a spreadsheet shows it, number of fields (-1: unreadable), fields."""


@dataclass(frozen=True)
class Text:
    """A decoded text file."""

    path: Path
    """UTF-8, lines ended by a line feed, without a byte order mark."""
    encoding: str
    bytes: int
    sha256: str
    """Of the original bytes."""
    lines: int
    blank_lines: bool
    """Whether an empty line stands anywhere before the end."""
    quoted: bool
    """Whether any quotation mark occurs."""
    damaged: bool
    """Whether characters could not be decoded; they are U+FFFD now."""
    plain: bool
    """Whether cells can be padded with nothing but spaces."""


def sniff(head: bytes) -> str:
    r"""What a file is by its first bytes: excel, parquet, text, empty, or a reason to refuse it.

    Examples
    --------
    >>> sniff(b"PAR1..."), sniff(b"PK\x03\x04"), sniff("渠道".encode("gb18030"))
    ('parquet', 'excel', 'text')
    >>> sniff(b"%PDF-1.7")
    '不是数据表，而是PDF 文档'
    """
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return "empty"
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            return f"不是数据表，而是{name}"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "excel"
    if head.lstrip(b" \t\r\n\xef\xbb\xbf")[:200].lower().startswith((b"<!doctype html", b"<html")):
        return "看起来是网页而不是数据（可能是登录页或报错页）"
    if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\x00" in head:
        return "是二进制文件，不是文本表格"
    return "text"


def decode(path: Path, target: Path) -> Text:
    """Write a text file as clean UTF-8 to ``target``.

    Parameters
    ----------
    path : Path
        UTF-8 (with or without byte order mark), UTF-16 with one, or GB18030.
    target : Path
        Where the clean text goes.

    Raises
    ------
    DataError
        If more than 1 % of the characters fit none of these encodings.
    """
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    encoding, damage, seen = _write_clean(path, target)
    if damage > FEW_DAMAGED * seen.characters:
        msg = f"{path.name} 的编码读不出来：试过 UTF-8、UTF-16 和 GB18030。"
        raise DataError(msg)
    return Text(
        target,
        encoding if encoding != "utf-8-sig" else _name_utf8(path),
        path.stat().st_size,
        sha256,
        seen.lines + (seen.last != "\n"),
        seen.blank,
        seen.quoted,
        damage > 0,
        seen.plain,
    )


@dataclass
class _Seen:
    """What stood in the blocks so far."""

    characters: int = 0
    lines: int = 0
    blank: bool = False
    quoted: bool = False
    plain: bool = True
    last: str = "\n"

    def add(self, block: str) -> None:
        """Count one more block of the text."""
        self.characters += len(block)
        self.lines += block.count("\n")
        self.blank = self.blank or "\n\n" in block or (self.last == block[0] == "\n")
        self.quoted = self.quoted or '"' in block
        self.plain = self.plain and not any(sign in block for sign in ODD_BLANKS)
        self.last = block[-1]


def _write_clean(path: Path, target: Path) -> tuple[str, int, _Seen]:
    """Write with the first encoding that fits, or else the one that damages least."""
    encodings = _candidates(path)
    for encoding in encodings:
        try:
            seen, nulls = _copy(path, target, encoding, "strict")
        except UnicodeError:
            continue
        return encoding, nulls, seen
    damage = {
        encoding: sum(block.count("\ufffd") for block in _blocks(path, encoding, "replace"))
        for encoding in encodings
    }
    least = min(encodings, key=damage.__getitem__)
    seen, nulls = _copy(path, target, least, "replace")
    return least, damage[least] + nulls, seen


def _candidates(path: Path) -> list[str]:
    with path.open("rb") as stream:
        head = stream.read(2)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return ["utf-16"]
    return ["utf-8-sig", "gb18030"]


def _copy(path: Path, target: Path, encoding: str, errors: str) -> tuple[_Seen, int]:
    """Copy as UTF-8; NULs become U+FFFD and are counted."""
    seen, nulls = _Seen(), 0
    with target.open("w", encoding="utf-8", newline="\n") as out:
        for block in _blocks(path, encoding, errors):
            nulls += block.count("\x00")
            cleaned = block.replace("\x00", "\ufffd")
            seen.add(cleaned)
            out.write(cleaned)
    return seen, nulls


def _blocks(path: Path, encoding: str, errors: str) -> Iterator[str]:
    with path.open(encoding=encoding, errors=errors, newline=None) as stream:
        while block := stream.read(BLOCK):
            yield block


def _name_utf8(path: Path) -> str:
    with path.open("rb") as stream:
        return "utf-8-sig" if stream.read(3) == codecs.BOM_UTF8 else "utf-8"


def find_separator(header: str) -> str:
    """The separator that cuts a header line into most fields.

    Examples
    --------
    >>> find_separator("服务单号;渠道;创建时间")
    ';'
    """
    line = header[:LONGEST_HEADER]
    counts = [len(next(csv.reader([line], delimiter=sign))) for sign in SEPARATORS]
    return SEPARATORS[counts.index(max(counts))]


def read_records(path: Path, separator: str) -> Iterator[Record]:
    """Records of a CSV, one broken one at a time instead of all that follow it.

    Parameters
    ----------
    path : Path
        Clean UTF-8 text.
    separator : str
        One character.

    Yields
    ------
    tuple of (int, int, list of str)
        Row number as a spreadsheet shows it; number of fields, -1 if the line can't be read;
        the fields. Empty lines are counted in the numbers and left out.
    """
    row = 0
    with path.open(encoding="utf-8", newline="") as stream:
        pending: list[str] = []
        while line := (pending.pop(0) if pending else stream.readline()):
            row += 1
            if line == "\n":
                continue
            fields, taken = _read_record(line, pending, stream, separator)
            del pending[:taken]
            yield row, -1 if fields is None else len(fields), fields or [line[:1000]]


def write_records(records: Iterable[Record], path: Path, width: int) -> None:
    """Write records with their row number and field count in front, and exactly ``width`` cells."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for row, fields, cells in records:
            extra = ",".join(cells[width:]) if any(cells[width:]) else ""
            padded = cells[:width] + [""] * (width - len(cells))
            writer.writerow(
                [row, width if not extra and fields > width else fields, extra, *padded]
            )


def _read_record(
    line: str, pending: list[str], stream: Iterator[str], separator: str
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
                    return _read_leniently(record, separator), taken
        if taken == len(pending):
            pending.extend(following for following in [next(stream, "")] if following)
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
