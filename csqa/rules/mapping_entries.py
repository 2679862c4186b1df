"""Checks that every part of a mapping makes: each fault is added to a list, none raised."""

from collections.abc import Mapping as MappingType
from typing import Any

from csqa.rules.faults import Fault, find_nearest


def entries(
    content: Any, where: str, allowed: tuple[str, ...] | None, faults: list[str]
) -> dict[Any, Any]:
    """The entries whose keys are allowed; what else stands there is a fault.

    Examples
    --------
    >>> faults = []
    >>> entries({"tabels": {}}, "映射", ("tables",), faults), faults
    ({}, ['不认识的键 tabels，是不是 tables？'])
    """
    if content is None:
        return {}
    if not isinstance(content, MappingType):
        faults.append(f"{where} 应为“名称: 值”的列表，而不是 {content!r:.80}。")
        return {}
    if allowed is not None and "on" in allowed:  # YAML takes the plain word `on` for true
        content = {"on" if key is True else key: value for key, value in content.items()}
    for key in content:
        if allowed is not None and key not in allowed:
            near = find_nearest(key, allowed)
            hint = f"是不是 {near}？" if near else f"可用的有 {'、'.join(allowed)}。"
            inside = "" if where == "映射" else f"（在 {where} 里）"
            place = str(key) if where == "映射" else f"{where}.{key}"
            faults.append(Fault(f"不认识的键 {key}{inside}，{hint}", place))
    return {key: value for key, value in content.items() if allowed is None or key in allowed}


def texts(content: Any, where: str, faults: list[str]) -> tuple[str, ...]:
    """One text or a list of texts."""
    listed = [content] if is_header(content) else content or []
    if not isinstance(listed, list | tuple) or not all(map(is_header, listed)):
        faults.append(f"{where} 应为文字的列表，而不是 {content!r:.80}。")
        return ()
    return tuple(map(str, listed))


def is_header(value: object) -> bool:
    """Whether a value can name a header: a text, or the number of a column."""
    return isinstance(value, str | int) and not isinstance(value, bool)


def header(content: Any, where: str, faults: list[str]) -> str | None:
    """One header, or None if there is none."""
    if content is None or is_header(content):
        return None if content is None else str(content)
    faults.append(f"{where} 应为一个表头，而不是 {content!r:.80}。")
    return None


def flag(content: Any, where: str, faults: list[str], *, default: bool) -> bool:
    """True or false."""
    if content is None or isinstance(content, bool):
        return default if content is None else content
    faults.append(f"{where} 应为 true 或 false，而不是 {content!r:.80}。")
    return default


def one_of(content: Any, where: str, allowed: tuple[str, ...], faults: list[str]) -> str:
    """One of some words; the first if none is given."""
    if content is None or content in allowed:
        return allowed[0] if content is None else str(content)
    near = find_nearest(content, allowed)
    hint = f"，是不是 {near}？" if near else ""
    faults.append(f"{where} 应为 {'、'.join(allowed)} 之一，而不是 {content!r:.80}{hint or '。'}")
    return allowed[0]


def plain_text(value: object) -> str:
    """A value of YAML as text: true, not True."""
    return str(value).lower() if isinstance(value, bool) else str(value)
