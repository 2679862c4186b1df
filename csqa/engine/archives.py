"""Zip and gzip → the files inside, copied to the scratch folder under names of our own."""

import gzip
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from csqa.engine.bombs import MOST_INFLATED_BYTES, check_archive, inflate
from csqa.errors import DataError

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged or exotic archive raises."""

OFFICE = {
    "xl/workbook.bin": "二进制工作簿（.xlsb），请另存为 .xlsx",
    "word/document.xml": "Word 文档",
    "ppt/presentation.xml": "PowerPoint 文档",
    "content.xml": "OpenDocument 文档，请另存为 .xlsx",
}
"""Members that say that a zip is a document → what to call it."""

UTF8_NAME = 0x800
"""Flag of a member whose name is UTF-8 (APPNOTE 4.4.4, bit 11)."""


@dataclass(frozen=True)
class Member:
    """One file of an archive, copied out."""

    name: str
    """Its path inside, as the archive says it; never used as a path."""
    path: Path
    """The copy."""


def sniff_zip(path: Path) -> str:
    """What a zip is: excel, archive, or a reason to refuse it; broken ones are excel."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
    except BROKEN:
        return "excel"
    for member, kind in OFFICE.items():
        if member in names:
            return f"不是数据表，而是{kind}"
    return "excel" if "xl/workbook.xml" in names else "archive"


def unpack_zip(
    path: Path, scratch: Path, view: str, suffixes: tuple[str, ...]
) -> tuple[list[Member], list[str]]:
    """Copy the tables of a zip to the scratch folder.

    Parameters
    ----------
    path : Path
        The archive.
    scratch : Path
        Folder for the copies; they are named by us, so that no name can lead out of it.
    view : str
        How their names begin.
    suffixes : tuple of str
        How names of tables end.

    Returns
    -------
    tuple of (list of Member, list of str)
        The tables in the order of their names, and the names of what was left.

    Raises
    ------
    DataError
        If it is broken, too large, under a password, or holds no table.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(path.name, archive.infolist(), MOST_INFLATED_BYTES)
            wanted, left = _choose(archive.infolist(), suffixes)
            members = []
            for i, (name, info) in enumerate(wanted):
                copy = scratch / f"{view}_{i}{Path(name).suffix.lower()[:8]}"
                with archive.open(info) as stream:
                    inflate(stream, copy, path.name, max(info.compress_size, 1))
                members.append(Member(name, copy))
    except DataError:  # a ValueError too
        raise
    except BROKEN:
        msg = f"{path.name} 不是完好的压缩包（可能没有下载完整，或用了不支持的压缩方法）。"
        raise DataError(msg) from None
    if not members:
        msg = f"{path.name} 里没有数据表；里面是：{'、'.join(left[:10]) or '空的'}。"
        raise DataError(msg)
    return members, left


def unpack_gzip(path: Path, scratch: Path, view: str) -> Member:
    """Copy what a gzip file holds to the scratch folder.

    Raises
    ------
    DataError
        If it is broken or too large.
    """
    name = path.name.removesuffix(".gz")
    copy = scratch / f"{view}_0{Path(name).suffix.lower()[:8]}"
    try:
        with gzip.open(path) as stream:
            inflate(stream, copy, path.name, path.stat().st_size)
    except DataError:
        raise
    except (*BROKEN, gzip.BadGzipFile):
        msg = f"{path.name} 不是完好的 gzip 压缩包（可能没有下载完整）。"
        raise DataError(msg) from None
    return Member(name, copy)


def _choose(
    infos: list[zipfile.ZipInfo], suffixes: tuple[str, ...]
) -> tuple[list[tuple[str, zipfile.ZipInfo]], list[str]]:
    """Members that may be tables, in the order of their names, and the names of the others."""
    named = sorted(
        ((_read_name(info), info) for info in infos if not info.is_dir()), key=lambda pair: pair[0]
    )
    # macOS adds a folder of attributes; hidden files and Excel's locks are no tables either.
    seen = [
        (name, info)
        for name, info in named
        if not name.startswith("__MACOSX/") and name.rsplit("/", 1)[-1][:1] not in ("", ".", "~")
    ]
    wanted = [(name, info) for name, info in seen if name.lower().endswith(suffixes)]
    return wanted, [name for name, _ in seen if not name.lower().endswith(suffixes)]


def _read_name(info: zipfile.ZipInfo) -> str:
    """A member's name; without the mark of UTF-8, Chinese Windows wrote it in GB18030."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME:
        try:
            raw = name.encode("cp437")
            name = _decode_name(raw)
        except UnicodeError:
            pass
    shown = "".join("·" if unicodedata.category(sign)[0] == "C" else sign for sign in name)
    return shown.replace("\\", "/")


def _decode_name(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030")
