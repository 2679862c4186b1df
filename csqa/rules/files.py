"""Reading a rule file: safe YAML, with its fingerprint; what is wrong with it in plain words."""

import copy
import errno
import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from csqa.errors import RuleError
from csqa.rules.lines import Positions, find_positions

DEFAULTS = Path(__file__).parent / "defaults"
"""The rule files that csqa ships."""

SIZE_LIMIT_BYTES = 2_000_000
"""No rule file written by hand comes near; it stops a data file given by mistake."""

DEPTH_LIMIT = 20
"""Levels of nesting; the rule files that csqa ships have nine."""

ALIAS_LIMIT = 10_000
"""Values that all aliases (``*name``) of a file may stand for: enough to save typing, and far from
the billions that a few lines of aliases of aliases make."""

TOO_DEEP, ENDLESS, TOO_LARGE = "nested too deeply", "contains itself", "aliases expand too far"
"""What our loader complains of, besides what PyYAML does."""

OS_WORDS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EIO: "磁盘读写出错",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.ENXIO: "没有这个设备",
}
"""What the operating system says, in Chinese."""

YAML_WORDS = (
    ("mapping values are not allowed", "冒号的位置不对（缩进不齐，或含冒号的文字没有加引号）"),
    ("sequence entries are not allowed|but found '-'", "列表的“-”位置不对（缩进不齐）"),
    (r"expected ',' or '\]'", "方括号 [ ] 没有配对，或少了逗号"),
    (r"expected ',' or '\}'", "花括号 { } 没有配对，或少了逗号"),
    ("could not find expected ':'", "少了冒号，或引号没有闭合"),
    (r"character '\\t'", "用了制表符（Tab）；缩进要用空格"),
    ("cannot start any token|alphabetic or numeric|undefined alias", "有特殊符号的文字要加引号"),
    ("unexpected end of stream", "引号没有闭合"),
    ("unknown escape character", "双引号里的反斜线要写两次，或改用单引号"),
    (TOO_DEEP, f"嵌套过深（最多 {DEPTH_LIMIT} 层）"),
    (ENDLESS, "别名（*）所在的内容里有它自己"),
    (TOO_LARGE, f"别名（*）展开后太大（最多 {ALIAS_LIMIT:,} 项），没有读取"),
    ("expected <block end>", "缩进不齐，或引号里外不配对"),
    ("constructor for the tag", "不能用“!”开头的标记；文字要加引号"),
    ("unhashable key", "名称不能是列表或花括号；有花括号的文字要加引号"),
    ("another document", "一个文件只能有一份内容，不能有第二个“---”"),
    ("special characters are not allowed", "有不可见的控制字符"),
    ("out of range|must be in", "有不存在的日期或时间"),
)
"""What the YAML reader complains of → what to tell; the first that fits."""


class _LimitedLoader(yaml.SafeLoader):
    """The safe loader, refusing what is nested too deeply or grows by aliases."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0
        self._aliased = 0
        self._sizes: dict[int, int] = {}
        """Identity of a node → values in it, aliases expanded."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise _refusal(TOO_DEEP, event)
        node = super().compose_node(parent, index)
        self._depth -= 1
        if isinstance(event, yaml.AliasEvent):
            self._count_alias(node, event)
        elif node is not None:
            self._sizes[id(node)] = 1 + sum(self._sizes[id(one)] for one in _list_inner(node))
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Make a value; what looks like a date and is none is told with its line."""
        try:
            return super().construct_object(node, deep)
        except yaml.YAMLError:
            raise
        except (ValueError, AttributeError) as error:
            raise _refusal(str(error), node) from error

    def _count_alias(self, node: yaml.Node | None, event: Any) -> None:
        """Add what an alias stands for; one within its own anchor stands for no end."""
        if id(node) not in self._sizes:
            raise _refusal(ENDLESS, event)
        self._aliased += self._sizes[id(node)]
        if self._aliased > ALIAS_LIMIT:
            raise _refusal(TOO_LARGE, event)


def _list_inner(node: yaml.Node) -> list[yaml.Node]:
    """Nodes that stand directly in a node."""
    if isinstance(node, yaml.MappingNode):
        return [inner for pair in node.value for inner in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _refusal(problem: str, event: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


@lru_cache(maxsize=8)
def _parse(raw: bytes) -> tuple[Any, Positions]:
    """Parse once: an analysis reads the same standard for each of its tables."""
    # Safe: the loader builds nothing but what SafeLoader does.
    loader = _LimitedLoader(raw.decode("utf-8-sig"))
    try:
        root: Any = loader.get_single_node()
        positions = find_positions(root, loader)
        content = None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()
    return content, positions


@dataclass(frozen=True)
class RuleFile:
    """What a rule file says, and what is wrong with it so far."""

    path: Path
    content: dict[str, Any]
    fingerprint: str
    """SHA-256 of the file."""
    positions: Positions
    faults: list[str] = field(default_factory=list)
    """At first the keys that are written twice; a reader adds what it finds."""

    def list_faults(self) -> list[str]:
        """All faults, each with its line, in the order of the lines."""
        return self.positions.place_faults(self.faults)

    def refuse_faults(self) -> None:
        """Refuse the file if it has faults.

        Raises
        ------
        RuleError
            With every fault and its line in one message.
        """
        if self.faults:
            listed = "\n".join(f"  - {fault}" for fault in self.list_faults())
            msg = f"{self.path}：有 {len(self.faults)} 处不对：\n{listed}"
            raise RuleError(msg)


def read_rules(path: str | Path) -> RuleFile:
    """Read a YAML file as a mapping, with the lines of its places.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    RuleFile
        Its content, its fingerprint and, as its first faults, keys that are written twice.

    Raises
    ------
    RuleError
        If the file is missing, unreadable, too large, empty, no YAML, or no mapping.

    Examples
    --------
    >>> shipped = read_rules(DEFAULTS / "calendar.yml")
    >>> shipped.content["peak_hours"], len(shipped.fingerprint), shipped.faults
    (['10:00-12:00', '19:00-22:00'], 64, [])
    """
    raw = _read_bytes(Path(path))
    try:
        content, positions = _parse(raw)
    except UnicodeDecodeError as error:
        msg = f"{path}：不是 UTF-8 文本。"
        raise RuleError(msg) from error
    # Values that look like a date and are none make the reader stumble: 2025-02-30.
    except (yaml.YAMLError, RecursionError, ValueError, AttributeError) as error:
        msg = f"{path}：不是有效的 YAML：{_where(error)}。"
        raise RuleError(msg) from error
    if not isinstance(content, dict):
        msg = f"{path}：应为“键: 值”的 YAML，这个文件{_name_content(content)}。"
        raise RuleError(msg)
    fingerprint = hashlib.sha256(raw).hexdigest()
    faults: list[str] = list(positions.repeated)
    return RuleFile(Path(path), copy.deepcopy(content), fingerprint, positions, faults)


def read_yaml(path: str | Path) -> tuple[dict[str, Any], str]:
    """Read a YAML file as a mapping, and its SHA-256.

    Raises
    ------
    RuleError
        As :func:`read_rules`, and if a key is written twice.

    Examples
    --------
    >>> content, fingerprint = read_yaml(DEFAULTS / "calendar.yml")
    >>> content["peak_hours"], len(fingerprint)
    (['10:00-12:00', '19:00-22:00'], 64)
    """
    file = read_rules(path)
    file.refuse_faults()
    return file.content, file.fingerprint


def explain_os_error(error: OSError) -> str:
    """Why the operating system refused, in Chinese; in its own words where we have none.

    Examples
    --------
    >>> explain_os_error(FileNotFoundError(2, "No such file or directory"))
    '没有这个文件或文件夹'
    """
    return OS_WORDS.get(error.errno or 0) or error.strerror or str(error)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > SIZE_LIMIT_BYTES:
            msg = f"{path}：超过 {SIZE_LIMIT_BYTES:,} 字节，不像规则文件。"
            raise RuleError(msg)
        return path.read_bytes()
    except FileNotFoundError:
        msg = f"{path}：没有这个文件。"
        raise RuleError(msg) from None
    except OSError as error:
        msg = f"{path}：读不到这个文件（{explain_os_error(error)}）。"
        raise RuleError(msg) from error


def _name_content(content: object) -> str:
    if content is None:
        return "是空的"
    if isinstance(content, str):
        return "是一段文字"
    return "是一个列表" if isinstance(content, list) else f"只有一个值 {content!r:.40}"


def _where(error: Exception) -> str:
    problem = getattr(error, "problem", None) or str(error) or "嵌套过深"
    told = next((zh for pattern, zh in YAML_WORDS if re.search(pattern, problem)), None)
    told = told or ("嵌套过深" if isinstance(error, RecursionError) else f"格式不对（{problem}）")
    # A quotation mark that is never closed is noticed at the end; the mistake is where it opens.
    scanning = str(getattr(error, "context", "")).startswith("while scanning")
    opened = getattr(error, "context_mark", None) if scanning else None
    mark = opened or getattr(error, "problem_mark", None)
    return f"第 {mark.line + 1} 行，{told}" if mark else told
