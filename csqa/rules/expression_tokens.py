"""An expression cut into words, numbers, texts and signs; whatever else stands in it is a fault."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from csqa.rules.expression_tree import ARGUMENTS, COLUMNS, WORDS
from csqa.rules.faults import find_nearest

Faults = dict[int, str]
"""Position → what is wrong there: the first thing said of a place stands."""

MOST_NUMBER = 1e15
MOST_NUMBER_DIGITS = 15
"""What a double holds exactly, so that every engine reads the same number."""

LEAST_NUMBER = 1e-9

_PATTERN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
    | (?P<comment>--|/\*|\*/|\#)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?P<tail>[\w.]*))
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>"[^"]*")
    | (?P<open>'[^']*\Z|"[^"]*\Z)
    | (?P<curly>[‘’“”][^‘’“”'"]*[‘’“”])
    | (?P<word>\w+)
    | (?P<odd>==|&&|\|\||::)
    | (?P<sign><>|!=|<=|>=|[-+*/()=<>,])
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)

_SQL = """
SELECT FROM WHERE UNION EXCEPT INTERSECT JOIN WITH EXISTS ALL ANY LIKE ILIKE RLIKE REGEXP
SIMILAR GLOB ESCAPE CAST CONVERT EXTRACT INTERVAL DATE TIMESTAMP OVER FILTER DISTINCT COLLATE
GROUP ORDER HAVING LIMIT INSERT UPDATE DELETE DROP CREATE ALTER ATTACH COPY INTO SET CALL
EXECUTE PRAGMA INSTALL LOAD VALUES TABLE ARRAY STRUCT ROW DIV MOD XOR BINARY
"""
_FOREIGN = frozenset(_SQL.split())
"""Words of SQL that no expression of ours has."""

_HINTS = {
    ";": "算式里不能有分号",
    "\\": "算式里不能有反斜线",
    ".": "列名前不写表名",
    "`": "列名直接写，不加反引号",
    "%": "没有取余",
    "==": "等于写成 =",
    "&&": "并且写成 AND",
    "||": "或者写成 OR，文字不能拼接",
    "::": "不能转换类型",
}

_SPOKEN = {"且": "AND", "并且": "AND", "或": "OR", "或者": "OR", "非": "NOT", "等于": "="}
"""What a Chinese writer may put for a word of the grammar."""


@dataclass(frozen=True)
class Token:
    """One word, number, text or sign, and where it starts (from 1)."""

    kind: str
    """``number``, ``text``, ``column``, ``function``, ``word``, ``sign`` or ``end``."""
    value: str
    position: int


def list_tokens(text: str, faults: Faults) -> list[Token]:
    """Cut an expression; faults are added with their positions.

    Examples
    --------
    >>> faults = {}
    >>> [token.value for token in list_tokens("abs(csat - 3)", faults)], faults
    (['ABS', '(', 'csat', '-', '3', ')', ''], {})
    """
    tokens = list(_cut(text, faults))
    for token, after in pairwise(tokens):
        called = after.value == "(" and after.kind == "sign"
        told = _name_fault(token, called)
        if told:
            faults.setdefault(token.position, told)
    return tokens


def quote(text: str) -> str:
    """A piece of a user's text for a message: short, and without what does not print."""
    shown = "".join(sign if sign.isprintable() else "□" for sign in text[:41])
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"


def _cut(text: str, faults: Faults) -> Iterator[Token]:
    for found in _PATTERN.finditer(text):
        kind, piece, position = str(found.lastgroup), found.group(), found.start() + 1
        fault = _piece_fault(kind, piece, found.group("tail"))
        if fault:
            faults.setdefault(position, fault)
            yield from _meant(kind, piece, position)
        elif kind == "text":
            yield Token(kind, piece[1:-1].replace("''", "'"), position)
        elif kind == "name":
            yield Token("column", piece[1:-1], position)
        elif kind == "word":
            yield _word(piece, position)
        elif kind != "blank":
            yield Token(kind, "<>" if piece == "!=" else piece, position)
    yield Token("end", "", len(text) + 1)


def _meant(kind: str, piece: str, position: int) -> Iterator[Token]:
    """What a faulty piece stands for where that is plain, so that no further fault follows."""
    if kind == "curly":
        yield Token("text", piece[1:-1], position)
    elif kind == "number":
        yield Token("number", "1", position)
    elif _half_width(piece) or piece == "==":
        yield Token("sign", _half_width(piece) or "=", position)


def _half_width(piece: str) -> str:
    """The sign of ours that a full-width one stands for, if any."""
    plain = unicodedata.normalize("NFKC", piece)
    return plain if len(plain) == 1 and plain in "+-*/()=<>," and plain != piece else ""


def _word(piece: str, position: int) -> Token:
    upper, lower = piece.upper(), piece.lower()
    if piece.isascii() and upper in WORDS:
        return Token("word", upper, position)
    if piece.isascii() and upper in ARGUMENTS:
        return Token("function", upper, position)
    return Token("column", lower if piece.isascii() and lower in COLUMNS else piece, position)


def _piece_fault(kind: str, piece: str, tail: str | None) -> str:
    if kind == "comment":
        return f"不能写注释 {quote(piece)}" + ("（两个减号之间请加空格）" if piece == "--" else "")
    if kind == "number":
        return _number_fault(piece, tail or "")
    if kind == "text" and ("\\" in piece or not piece.isprintable()):
        return f"文字 {quote(piece)} 里不能有反斜线、换行和不可见的字符"
    if kind == "curly":
        return f"文字 {quote(piece[1:-1])} 要用半角单引号 '…' 括起来"
    if kind == "name" and piece[1:-1] not in COLUMNS:
        return f"双引号 {quote(piece)} 里不是列名；文字要用单引号 '…'"
    if kind == "open":
        return f"引号没有闭合：{quote(piece)}"
    return _other_fault(piece) if kind in ("odd", "other") else ""


def _number_fault(piece: str, tail: str) -> str:
    if tail:
        return f"{quote(piece)} 不是数（写成 1800 或 0.5 这样）"
    digits = piece.replace(".", "").lstrip("0").rstrip("0")
    number = float(piece)
    if len(digits) > MOST_NUMBER_DIGITS or number > MOST_NUMBER or 0 < number < LEAST_NUMBER:
        return f"数 {quote(piece)} 太大、太小或位数太多（最多 {MOST_NUMBER_DIGITS} 位有效数字）"
    return ""


def _other_fault(piece: str) -> str:
    if piece in _HINTS:
        return f"不认识 {quote(piece)}：{_HINTS[piece]}"
    if _half_width(piece):
        return f"{quote(piece)} 不是半角符号，请改成 {_half_width(piece)}"
    return f"不认识 {quote(piece)}"


def _name_fault(token: Token, called: bool) -> str:
    name = token.value
    if token.kind == "function" and not called:
        return f"{name} 是函数，后面要有括号"
    if token.kind != "column" or (name in COLUMNS and not called):
        return ""
    if name in COLUMNS:
        return f"{name} 是列，不是函数"
    if name.upper() in _FOREIGN:
        return f"算式里不能用 {quote(name)}"
    if called:
        return _unknown(f"没有 {quote(name)} 这个函数", name.upper(), list(ARGUMENTS))
    if name in _SPOKEN:
        return f"{quote(name)} 请写成 {_SPOKEN[name]}"
    by_header = next((c.name for c in COLUMNS.values() if name in (c.zh, *c.aliases)), None)
    if by_header:
        return f"{quote(name)} 请写成列名 {by_header}"
    return _unknown(f"服务记录没有 {quote(name)} 这一列", name.lower(), list(COLUMNS))


def _unknown(told: str, name: str, allowed: list[str]) -> str:
    near = find_nearest(name[:60], allowed)
    return f"{told}，是不是 {near}？" if near else f"{told}；可用的有 {', '.join(allowed)}"
