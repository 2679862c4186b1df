"""Reading a rule file: safe YAML, with its fingerprint."""

import hashlib
from pathlib import Path
from typing import Any

import yaml

from csqa.errors import RuleError

DEFAULTS = Path(__file__).parent / "defaults"
"""The rule files that csqa ships."""

SIZE_LIMIT_BYTES = 2_000_000
"""No rule file written by hand comes near; it stops a data file given by mistake."""


def read_yaml(path: str | Path) -> tuple[dict[str, Any], str]:
    """Read a YAML file as a mapping, and its SHA-256.

    Raises
    ------
    RuleError
        If the file is missing, unreadable, too large, no YAML, or no mapping.

    Examples
    --------
    >>> content, fingerprint = read_yaml(DEFAULTS / "calendar.yml")
    >>> sorted(content), len(fingerprint)
    (['peak_hours'], 64)
    """
    raw = _read_bytes(Path(path))
    try:
        content = yaml.safe_load(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        msg = f"{path}：不是 UTF-8 文本。"
        raise RuleError(msg) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: 2025-02-30
        msg = f"{path}：不是有效的 YAML：{_where(error)}"
        raise RuleError(msg) from error
    if not isinstance(content, dict):
        msg = f"{path}：应为“键: 值”的 YAML，而不是 {type(content).__name__}。"
        raise RuleError(msg)
    return content, hashlib.sha256(raw).hexdigest()


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > SIZE_LIMIT_BYTES:
            msg = f"{path}：超过 {SIZE_LIMIT_BYTES:,} 字节，不像规则文件。"
            raise RuleError(msg)
        return path.read_bytes()
    except OSError as error:
        msg = f"{path}：读不到这个文件（{error.strerror}）。"
        raise RuleError(msg) from error


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error) or "嵌套过深"
    return f"第 {mark.line + 1} 行，{problem}" if mark else problem
