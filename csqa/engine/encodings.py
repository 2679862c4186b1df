"""Which encoding a text file is in: by its marks, by what decodes, by what reads plausibly."""

import codecs
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from csqa.engine.signatures import find_utf16

CODECS = {"big5": "cp950", "shift_jis": "cp932"}
"""Encodings whose exports use the Windows variant, which holds a few signs more."""

LEGACY = ("gb18030", "big5", "shift_jis", "cp1252")
"""Encodings without a mark, in the order in which they win a draw."""

SAMPLE_LINES = 2000
"""Lines with more than ASCII that are looked at."""

POOR = 0.7
"""GB18030, the usual case, is left only where fewer of its signs than this are usual ones …"""

CLEAR = {"big5": 0.9, "shift_jis": 0.9, "cp1252": 0.6}
"""… and this share of the other's; Western letters may stand beside a sign beyond ASCII too."""

FEWEST_SIGNS = 10
"""Signs beyond ASCII that tell Big5 or Shift-JIS from rare characters of GB18030."""

UTF8_RUN = re.compile(rb"(?<![\x80-\xff])(?:[\xe3-\xef][\x80-\xbf]{2})+(?![\x80-\xff])")
"""Bytes that are Chinese in UTF-8; in GB18030 they would be rare signs, three bytes by chance."""

BYTE_KINDS = bytes(
    ord("a" if byte < 0x80 else "t" if byte < 0xC0 else "l" if 0xE3 <= byte <= 0xEF else "o")
    for byte in range(256)
)
"""Each byte → ASCII, trail or lead of Chinese in UTF-8, or another."""

BOM = codecs.BOM_UTF8

LATIN = "ŠŒŽšœžŸÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ"
WESTERN_SIGNS = "€£¥§©®°±·²³½«»¿¡‘’“”–—…•™\u00a0"


def list_encodings(path: Path) -> list[str]:
    """Encodings to try: one if a byte order mark, or where its NULs stand, tells it.

    Examples
    --------
    >>> from tempfile import NamedTemporaryFile
    >>> with NamedTemporaryFile() as file:
    ...     size = file.write("渠道".encode("utf-16"))
    ...     file.flush()
    ...     list_encodings(Path(file.name))
    ['utf-16']
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return ["utf-32"]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    marked = find_utf16(head)
    return [marked] if marked else ["utf-8-sig", *LEGACY]


def codec(encoding: str) -> str:
    """The codec to read an encoding by."""
    return CODECS.get(encoding, encoding)


def guess_encoding(path: Path) -> tuple[str, str]:
    """The likeliest encoding of a file that isn't all UTF-8, and what to say of it.

    Returns
    -------
    tuple of (str, str)
        ``utf-8-sig`` where most lines are UTF-8 all the same; a note where it is a guess.
    """
    lines = _sample(path)
    utf8 = sum(decodes(line, "utf-8") for line in lines)
    if utf8 * 2 >= len(lines):
        return "utf-8-sig", ""
    return guess_legacy(b"\n".join(line for line in lines if not decodes(line, "utf-8")))


def guess_legacy(sample: bytes) -> tuple[str, str]:
    """The likeliest encoding of bytes that are no UTF-8, and what to say of it.

    Examples
    --------
    >>> (
    ...     guess_legacy("坐席,满意度".encode("gb18030"))[0],
    ...     guess_legacy("Müller, café".encode("cp1252"))[0],
    ... )
    ('gb18030', 'cp1252')
    >>> guess_legacy("客服人員的服務態度很好".encode("big5"))[0]
    'big5'
    """
    shares = {name: share_usual(sample, name) for name in LEGACY}
    best = max(LEGACY, key=shares.__getitem__)
    signs = sum(sign > "\x7f" for sign in sample.decode(codec(best), "replace"))
    few = best != "cp1252" and signs < FEWEST_SIGNS
    if shares["gb18030"] >= POOR or shares[best] < CLEAR.get(best, 0) or few:
        best = "gb18030"
    if best == "gb18030" and shares[best] >= POOR:
        return best, ""
    return best, f"编码没有标记，按内容看像 {best}；如果文字不对，请另存为 UTF-8"


def share_usual(sample: bytes, encoding: str) -> float:
    """Share of the signs beyond ASCII that are usual in texts of an encoding."""
    text = sample.decode(codec(encoding), "replace")
    found = [(i, sign) for i, sign in enumerate(text) if sign > "\x7f"]
    usual = _usual_signs(encoding)
    right = sum(
        sign in usual and (encoding != "cp1252" or _stands_alone(text, i)) for i, sign in found
    )
    return right / max(len(found), 1)


def _stands_alone(text: str, i: int) -> bool:
    """Whether both neighbours are ASCII: those of most Western letters are, no Chinese byte's."""
    return (text[i - 1 : i] or " ") < "\x80" and (text[i + 1 : i + 2] or " ") < "\x80"


@cache
def _usual_signs(encoding: str) -> frozenset[str]:
    if encoding == "cp1252":
        return frozenset(LATIN + WESTERN_SIGNS)
    # The standards put what is frequent first: signs and kana, then the characters of level 1.
    leads = {
        "gb18030": (*range(0xA1, 0xA4), *range(0xB0, 0xD8)),
        "big5": (*range(0xA1, 0xA4), *range(0xA4, 0xC7)),
        "shift_jis": (*range(0x81, 0x84), *range(0x88, 0x98)),
    }[encoding]
    lowest = 0xA1 if encoding == "gb18030" else 0x40
    pairs = (bytes((lead, trail)) for lead in leads for trail in range(lowest, 0xFF))
    return frozenset(pair.decode(codec(encoding)) for pair in pairs if decodes(pair, encoding))


def decodes(raw: bytes, encoding: str) -> bool:
    """Whether bytes are strictly valid in an encoding."""
    try:
        raw.decode(codec(encoding))
    except UnicodeError:
        return False
    return True


def _sample(path: Path) -> list[bytes]:
    """The first lines that hold more than ASCII."""
    found: list[bytes] = []
    for line in split_lines(path):
        if not line.isascii():
            found.append(line)
            if len(found) == SAMPLE_LINES:
                break
    return found


def split_lines(path: Path) -> Iterator[bytes]:
    """Lines of a file as bytes, with their ends; ones beyond a megabyte come in pieces."""
    held = b""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            lines = (held + block).splitlines(keepends=True)
            # A last line may go on, and what ends in CR may go on with LF.
            held = lines.pop() if len(lines) > 1 else b""
            yield from lines
    if held:
        yield held


def holds_stray_utf8(path: Path) -> bool:
    """Whether any line of a legacy file is UTF-8, or has its mark."""
    with path.open("rb") as stream:
        while block := stream.read(1 << 20) + stream.readline(1 << 20):
            if any(line.startswith(BOM) or is_stray_utf8(line) for line in _suspects(block)):
                return True
    return False


def _suspects(block: bytes) -> Iterator[bytes]:
    """Lines in which bytes beyond ASCII begin as Chinese does in UTF-8; a quick look."""
    kinds = b"a" + block.translate(BYTE_KINDS)
    at = kinds.find(b"altt")
    while at >= 0:
        start, end = block.rfind(b"\n", 0, at) + 1, block.find(b"\n", at)
        yield block[start : end if end >= 0 else None]
        at = kinds.find(b"altt", at + 1)


def is_stray_utf8(line: bytes) -> bool:
    """Whether a line of a legacy file is UTF-8: exports are joined without a look inside.

    Examples
    --------
    >>> is_stray_utf8("C1,电话".encode()), is_stray_utf8("C1,电话".encode("gb18030"))
    (True, False)
    """
    return bool(UTF8_RUN.search(line)) and decodes(line, "utf-8")


def is_chinese(line: bytes) -> bool:
    """Whether a line of a UTF-8 file is GB18030: valid, and of usual characters.

    Examples
    --------
    >>> is_chinese("C1,电话".encode("gb18030")), is_chinese("C1,电话".encode()[:-1])
    (True, False)
    """
    return decodes(line, "gb18030") and share_usual(line, "gb18030") >= POOR
