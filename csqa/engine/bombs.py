"""Archives and workbooks that would fill the disk or the memory are refused before they do."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from xml.parsers import expat

from csqa.errors import DataError

MOST_INFLATED_BYTES = 4 << 30
"""All members of an archive together: ten times a year's export of a large team (300 MB)."""

MOST_WORKBOOK_BYTES = 2 << 30
"""The parts of a workbook: a full sheet (1,048,576 rows) of twenty columns is about 1 GB of XML."""

MOST_TEXTS_BYTES = 512 << 20
"""A workbook's shared texts, the one part that is held in memory as a whole."""

SMALL_BYTES = 100 << 20
"""Inflated size below which the ratio doesn't matter."""

HIGHEST_RATIO = 200
"""Inflated to packed bytes: exports are packed 5 to 50 times smaller, bombs 1,000 times."""

MOST_MEMBERS = 1000
"""Members of an archive: a file per day for two years and more."""

BLOCK_BYTES = 1 << 20

SHARED_TEXTS = "xl/sharedstrings.xml"


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, none at the end."""


def check_archive(name: str, members: list[zipfile.ZipInfo], limit: int) -> None:
    """Refuse an archive by what it declares, before anything is inflated.

    Parameters
    ----------
    name : str
        What to call it.
    members : list of ZipInfo
        Its directory.
    limit : int
        Most bytes that it may inflate to.

    Raises
    ------
    DataError
        If it has a password, too many members, or inflates too far.
    """
    if any(member.flag_bits & 1 for member in members):
        msg = f"{name} 有密码保护；请去掉密码后再导出。"
        raise DataError(msg)
    if len(members) > MOST_MEMBERS:
        msg = f"{name} 里有 {len(members):,} 个文件，最多读 {MOST_MEMBERS:,} 个；请分开或先解压。"
        raise DataError(msg)
    inflated = sum(member.file_size for member in members)
    check_size(name, inflated, sum(member.compress_size for member in members), limit)


def check_size(name: str, inflated: int, packed: int, limit: int) -> None:
    """Refuse what inflates beyond a limit, or to many times its size.

    Examples
    --------
    >>> check_size("a.zip", 300 << 20, 20 << 20, MOST_INFLATED_BYTES)
    >>> check_size("b.zip", 300 << 20, 1 << 20, MOST_INFLATED_BYTES)
    Traceback (most recent call last):
        ...
    csqa.errors.DataError: b.zip 解压后是原来的 300 倍以上（最多 200 倍），像是压缩炸弹，没有读取。
    """
    if inflated > limit:
        msg = f"{name} 解压后超过 {limit >> 20:,} MB，没有读取；请先解压，或分成几个文件。"
        raise DataError(msg)
    if inflated > max(SMALL_BYTES, HIGHEST_RATIO * packed):
        times = inflated // max(packed, 1)
        msg = (
            f"{name} 解压后是原来的 {times:,} 倍以上（最多 {HIGHEST_RATIO} 倍），像是压缩炸弹，"
            "没有读取。"
        )
        raise DataError(msg)


def inflate(stream: Readable, target: Path, name: str, packed: int) -> None:
    """Copy what a stream inflates to; what a directory declares may be a lie, so bytes count.

    Raises
    ------
    DataError
        As soon as it is too much.
    """
    size = 0
    with target.open("wb") as out:
        while block := stream.read(BLOCK_BYTES):
            size += len(block)
            check_size(name, size, packed, MOST_INFLATED_BYTES)
            out.write(block)


def check_workbook(name: str, book: zipfile.ZipFile) -> None:
    """Refuse a workbook that is too large for its reader, or holds XML entities.

    Raises
    ------
    DataError
        What was allowed and found.
    """
    members = book.infolist()
    check_archive(name, members, MOST_WORKBOOK_BYTES)
    for member in members:
        if member.filename.lower() == SHARED_TEXTS and member.file_size > MOST_TEXTS_BYTES:
            msg = f"{name} 的文字超过 {MOST_TEXTS_BYTES >> 20} MB，读不下；请另存为 CSV。"
            raise DataError(msg)
        if member.filename.lower().endswith((".xml", ".rels")) and _declares_entities(book, member):
            msg = f"{name} 的 XML 里有实体声明，不是 Excel 写的工作簿，没有读取。"
            raise DataError(msg)


class _Met(Exception):
    """What an XML part begins with; raised, so that nothing after it is parsed."""


def _declares_entities(book: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether an XML part has a document type: Office never writes one, entities need one."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _stop_at("document type")
    parser.StartElementHandler = _stop_at("element")
    try:
        with book.open(member) as stream:
            while block := stream.read(1 << 12):
                parser.Parse(block, False)
            parser.Parse(b"", True)  # newer versions of expat put off a short text until its end
    except _Met as met:
        return str(met) == "document type"
    except expat.ExpatError:
        return False  # no XML: its reader will say so
    return False


def _stop_at(what: str) -> Callable[..., None]:
    def stop(*_: object) -> None:
        raise _Met(what)

    return stop
