"""Bytes of a text file → clean UTF-8 text on disk, and what was learnt on the way."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from csqa.engine.cells import BLANKS
from csqa.engine.encodings import (
    BOM,
    codec,
    decodes,
    guess_encoding,
    holds_stray_utf8,
    is_chinese,
    is_stray_utf8,
    list_encodings,
    split_lines,
)
from csqa.errors import DataError

BLOCK = 1 << 20
"""Characters read at a time: a file never has to fit in memory."""

FEW_DAMAGED = 0.01
"""Share of unreadable characters up to which only their rows are set aside, not the file."""

FEWEST_DAMAGED = 5
"""Unreadable characters that are no reason to refuse even the smallest file."""

FEW_DAMAGED_LINES = 0.2
"""Share of unreadable lines, among those beyond ASCII, up to which only they are set aside: with
the wrong encoding nearly all are; two exports joined into one have more, and are better redone."""

ODD_BLANKS = [sign for sign in BLANKS if sign not in " \n\r"]


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
    last_blank: int
    """Number of the last empty line before the end; 0 if there is none."""
    quoted: bool
    """Whether any quotation mark occurs."""
    formulas: bool
    """Whether a cell may be written as ``="00123"``."""
    endless: bool
    """Whether a line is longer than a block: nothing for the engine, which holds it in memory."""
    damaged: bool
    """Whether characters could not be decoded; they are U+FFFD now."""
    plain: bool
    """Whether cells can be padded with nothing but spaces."""
    note: str = ""
    """What to say of the encoding."""


@dataclass
class _Seen:
    """What stood in the blocks so far."""

    characters: int = 0
    lines: int = 0
    last_blank: int = 0
    quoted: bool = False
    formulas: bool = False
    endless: bool = False
    plain: bool = True
    last: str = "\n"
    damaged: int = 0
    """Characters that could not be decoded."""

    def add(self, block: str) -> None:
        """Count one more block of the text."""
        blank = block.rfind("\n\n")
        if blank >= 0:
            self.last_blank = self.lines + block.count("\n", 0, blank) + 2
        elif self.last == block[0] == "\n":
            self.last_blank = self.lines + 1
        self.characters += len(block)
        self.lines += block.count("\n")
        self.formulas = self.formulas or '="' in block
        self.endless = self.endless or (len(block) >= BLOCK and "\n" not in block)
        self.quoted = self.quoted or '"' in block
        self.plain = self.plain and not any(sign in block for sign in ODD_BLANKS)
        self.last = block[-1]


def decode(path: Path, target: Path, label: str = "") -> Text:
    """Write a text file as clean UTF-8 to ``target``.

    Parameters
    ----------
    path : Path
        UTF-8 or UTF-16 with or without byte order mark, GB18030, Big5, Shift-JIS or Windows-1252.
    target : Path
        Where the clean text goes.
    label : str
        What to call the file; empty means by its name.

    Raises
    ------
    DataError
        If too much of it fits no encoding: more than 1 % of the characters, or 20 % of the lines
        that hold more than ASCII.
    """
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    encoding, note, seen, fault = _write_clean(path, target)
    if fault:
        msg = f"{label or path.name} 的编码读不出来：{fault}。"
        raise DataError(msg)
    return Text(
        target,
        encoding if encoding != "utf-8-sig" else _name_utf8(path),
        path.stat().st_size,
        sha256,
        seen.lines + (seen.last != "\n"),
        seen.last_blank,
        seen.quoted,
        seen.formulas,
        seen.endless,
        seen.damaged > 0,
        seen.plain,
        note,
    )


def _write_clean(path: Path, target: Path) -> tuple[str, str, _Seen, str]:
    """Write by the encoding that fits; where none does, the lines that don't fit are damaged.

    Gives the encoding, what to say of it, what was seen, and why it is too much.
    """
    first, *legacy = list_encodings(path)
    try:
        seen = _copy(path, target, first, "strict")
        return first, "", seen, _explain_damage(seen)
    except UnicodeError:
        if not legacy:
            seen = _copy(path, target, first, "replace")
            return first, "", seen, _explain_damage(seen)
    encoding, note = guess_encoding(path)
    if encoding in legacy and not holds_stray_utf8(path):
        try:
            seen = _copy(path, target, encoding, "strict")
            return encoding, note, seen, _explain_damage(seen)
        except UnicodeError:
            pass
    return encoding, note, *_copy_lines(path, target, encoding)


def _explain_damage(seen: _Seen) -> str:
    if seen.damaged <= max(FEW_DAMAGED * seen.characters, FEWEST_DAMAGED):
        return ""
    return f"{seen.damaged:,} 个字符无法解码或是空字节，文件可能已损坏"


def _copy(path: Path, target: Path, encoding: str, errors: str) -> _Seen:
    """Copy as UTF-8; NULs become U+FFFD and are counted."""
    seen = _Seen()
    with (
        path.open(encoding=codec(encoding), errors=errors, newline=None) as stream,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        while block := stream.read(BLOCK):
            cleaned = block.replace("\x00", "\ufffd")
            if errors == "replace" or "\x00" in block:
                seen.damaged += cleaned.count("\ufffd")
            seen.add(cleaned)
            out.write(cleaned)
    return seen


def _copy_lines(path: Path, target: Path, encoding: str) -> tuple[_Seen, str]:
    """Copy line by line; those in another encoding, and what is broken, become U+FFFD."""
    seen, beyond_ascii, wrong, first, name = _Seen(), 0, 0, 0, codec(encoding)
    with target.open("w", encoding="utf-8", newline="\n") as out:
        for raw in split_lines(path):
            line = raw.removeprefix(BOM)
            beyond_ascii += not line.isascii()
            text, damaged = _decode_line(line, name)
            wrong += damaged > 0
            first = first or (seen.lines + 1 if damaged else 0)
            seen.damaged += damaged
            if text:
                seen.add(text)
                out.write(text)
    if wrong <= max(FEW_DAMAGED_LINES * beyond_ascii, int(beyond_ascii > 1)):
        return seen, ""
    called = "UTF-8" if encoding == "utf-8-sig" else encoding
    return seen, (
        f"最像 {called}，但在 {beyond_ascii:,} 个有非英文字符的行里，有 {wrong:,} 行不是"
        f"（第一处在第 {first} 行）；如果是几个文件拼在一起的，请统一存成 UTF-8 再拼"
    )


def _decode_line(line: bytes, name: str) -> tuple[str, int]:
    """Text of a line, and how many characters of it could not be decoded."""
    name = "utf-8" if name == "utf-8-sig" else name
    valid = decodes(line, name)
    foreign = is_stray_utf8(line) if name != "utf-8" else not valid and is_chinese(line)
    # A line wholly in another encoding must not leave bits that are valid in this one by chance.
    text = line.decode("ascii" if foreign else name, "replace")
    damaged = text.count("\ufffd") if foreign or not valid else line.count(b"\x00")
    cleaned = text.replace("\x00", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    return cleaned, damaged


def _name_utf8(path: Path) -> str:
    with path.open("rb") as stream:
        return "utf-8-sig" if stream.read(3) == BOM else "utf-8"
