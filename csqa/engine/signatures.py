"""What a file is by its first bytes, whatever its name says."""

import codecs
import re
from pathlib import Path

MAGIC = {
    b"\x89PNG": "PNG 图片",
    b"GIF8": "GIF 图片",
    b"\xff\xd8\xff": "JPEG 图片",
    b"%PDF": "PDF 文档",
    b"7z\xbc\xaf": "7z 压缩包（请先解压）",
    b"Rar!": "rar 压缩包（请先解压）",
    b"BZh": "bzip2 压缩包（请先解压）",
    b"\xfd7zXZ": "xz 压缩包（请先解压）",
    b"\x28\xb5\x2f\xfd": "zstd 压缩包（请先解压）",
    b"\x7fELF": "程序",
    b"SQLite": "SQLite 数据库",
}
"""First bytes of files that are no tables, and what to call them."""

OLE = b"\xd0\xcf\x11\xe0"
"""Old Office files, and new ones under a password."""

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream that holds an Office file under a password (MS-OFFCRYPTO 2.3.4)."""

WEB_PAGE = re.compile(rb"<(!doctype html|html|head|meta|table)\b", re.IGNORECASE)
XML_SPREADSHEET = re.compile(rb"<\?xml[^>]*>.{0,200}(mso-application|<workbook)", re.I | re.S)
JSON_START = re.compile(rb'\s*(\{\s*["}]|\[\s*[\[{\]])')

JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
BLANK_BYTES = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a\x1b"))

FEW_CONTROLS = 0.01
"""Share of NULs and control signs up to which a file is a text with damage."""

FEWEST_CONTROLS = 5
"""NULs and control signs that don't make even the smallest text a binary file."""


def sniff(head: bytes, suffix: str = "") -> str:
    r"""What a file is: zip, gzip, parquet, json, text, empty, ole, or a reason to refuse it.

    Examples
    --------
    >>> sniff(b"PAR1..."), sniff(b"PK\x03\x04"), sniff("渠道".encode("gb18030"))
    ('parquet', 'zip', 'text')
    >>> sniff(b'[{"id": 1}]'), sniff(b"[id],[channel]"), sniff(b"oops", ".jsonl")
    ('json', 'text', 'json')
    >>> sniff(b"%PDF-1.7")
    '不是数据表，而是PDF 文档'
    """
    if not head.strip(BLANK_BYTES):
        return "empty"
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            return f"不是数据表，而是{name}"
    for magic, kind in ((b"PAR1", "parquet"), (b"PK\x03\x04", "zip"), (b"\x1f\x8b", "gzip")):
        if head.startswith(magic):
            return kind
    if head.startswith(b"PK\x05\x06"):
        return "是空的压缩包"
    return "ole" if head.startswith(OLE) else _sniff_text(head, suffix)


def _sniff_text(head: bytes, suffix: str) -> str:
    begins = head.lstrip(BLANK_BYTES)
    if WEB_PAGE.match(begins):
        if b"<table" in begins.lower() or b"office:excel" in begins:
            return "是网页格式的表格，请在 Excel 里打开后另存为 .xlsx"
        return "看起来是网页而不是数据（可能是登录页或报错页）"
    if XML_SPREADSHEET.match(begins):
        return "是 XML 格式的旧表格，请在 Excel 里打开后另存为 .xlsx"
    if head[257:262] == b"ustar":
        return "不是数据表，而是tar 压缩包（请先解压）"
    if is_binary(head):
        return "是二进制文件，不是文本表格"
    if suffix.lower() in JSON_SUFFIXES or JSON_START.match(begins):
        return "json"
    return "text"


def is_binary(head: bytes) -> bool:
    """Whether these bytes are no text in any encoding that we read.

    Examples
    --------
    >>> is_binary(bytes(range(256))), is_binary("渠道,a".encode("utf-16-le"))
    (True, False)
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or find_utf16(head):
        return False
    odd = head.count(b"\x00") + len(head) - len(head.translate(None, CONTROLS))
    return odd > max(FEW_CONTROLS * len(head), FEWEST_CONTROLS)


def find_utf16(head: bytes) -> str:
    """The byte order of UTF-16 without a mark, by where the NULs of its ASCII stand; "" if none.

    Examples
    --------
    >>> find_utf16("id,channel".encode("utf-16-be")), find_utf16(b"id")
    ('utf-16-be', '')
    """
    even, odd = head[::2].count(b"\x00"), head[1::2].count(b"\x00")
    least = max(len(head) // 40, 1)
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros < least or others * 2 > zeros:  # 一 is 4E 00
            continue
        text = head[: len(head) // 2 * 2].decode(name, "replace")
        strange = sum(sign < " " and sign not in "\t\r\n" for sign in text) + text.count("\ufffd")
        if strange * 50 <= len(text):
            return name
    return ""


def explain_ole(path: Path) -> str:
    """Why an OLE file can't be read: a password, or it is of before 2007."""
    held = b""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            if ENCRYPTED in held + block:
                return "有密码保护；请在 Excel 里去掉密码后再导出"
            held = block[-len(ENCRYPTED) :]
    return "是旧版 Office 文件，请在 Excel 里另存为 .xlsx 或 CSV"
