"""How a team's own export maps to our tables: columns, values, time zone, what means missing."""

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from csqa.errors import RuleError
from csqa.rules.faults import find_nearest
from csqa.rules.files import read_yaml
from csqa.schema import CHOICE, DATE, FLAG, TABLES, TIME, Column

MAPPING_KEYS = ("time_zone", "missing", "tables")
TABLE_KEYS = ("files", "columns", "only")
COLUMN_KEYS = ("from", "values", "format", "constant")

MOST_FAULTS = 5
"""Faults listed; the rest is counted."""

FORMAT = re.compile(r"([^%]|%[YymdHMSfzpIbB])*%[YymdHMSfzpIbB]([^%]|%[YymdHMSfzpIbB])*")
"""A ``strptime`` format of the signs that the engine knows."""


@dataclass(frozen=True)
class ColumnMapping:
    """Where one of our columns comes from."""

    source: str | None = None
    """Their header; None for a constant."""
    values: dict[str, str | None] = field(default_factory=dict)
    """Their value → ours; None means missing. Values not listed are read as usual."""
    format: str | None = None
    """How times are written, as in ``strptime``; None accepts the unambiguous ones."""
    constant: str | None = None
    """One value for all rows."""


@dataclass(frozen=True)
class TableMapping:
    """Which files are a table, and where its columns come from."""

    files: tuple[str, ...] = ()
    """File name patterns; empty leaves it to names and headers."""
    columns: dict[str, ColumnMapping] = field(default_factory=dict)
    """Our column name → where it comes from."""
    only: bool = False
    """Whether columns not listed are left out even if a header fits."""


@dataclass(frozen=True)
class Mapping:
    """A mapping file, checked."""

    time_zone: str | None = None
    """Zone of times without offset, and of the months; None is Asia/Shanghai."""
    missing: tuple[str, ...] = ()
    """Further texts that mean an empty cell, such as ``?``."""
    tables: dict[str, TableMapping] = field(default_factory=dict)
    """Our table name → its mapping."""

    def table(self, name: str) -> TableMapping:
        """The mapping of a table; an empty one if none is given."""
        return self.tables.get(name, TableMapping())


def read_mapping(source: "str | Path | MappingType[str, Any] | Mapping | None") -> Mapping:
    """Read and check a mapping.

    Parameters
    ----------
    source : str, Path, dict, Mapping or None
        A YAML file, what it would hold, or a mapping already read; None is the empty mapping.

    Raises
    ------
    RuleError
        With the first faults of the file and how many there are, each with the nearest allowed
        name; or that it is no mapping at all.

    Examples
    --------
    >>> mapping = read_mapping({"tables": {"contacts": {"columns": {"team": "Group"}}}})
    >>> mapping.table("contacts").columns["team"].source
    'Group'
    >>> read_mapping({"timezone": "Asia/Shanghai"})
    Traceback (most recent call last):
        ...
    csqa.errors.RuleError: 映射有 1 处错误：
      - 不认识的键 timezone，是不是 time_zone？
    """
    if isinstance(source, Mapping):
        return source
    if source is None:
        return Mapping()
    if isinstance(source, MappingType):
        label, content = "映射", dict(source)
    else:
        label, content = f"映射文件 {Path(source).name} ", read_yaml(source)[0]
    _check_is_mapping(label, content)
    faults: list[str] = []
    mapping = _build(content, faults)
    if faults:
        listed = "".join(f"\n  - {fault}" for fault in faults[:MOST_FAULTS])
        rest = f"\n  等 {len(faults)} 处。" if len(faults) > MOST_FAULTS else ""
        msg = f"{label}有 {len(faults)} 处错误：{listed}{rest}"
        raise RuleError(msg)
    return mapping


def check_time_zone(name: object) -> str:
    """A time zone name that exists, unchanged.

    Raises
    ------
    RuleError
        If there is no such zone.

    Examples
    --------
    >>> check_time_zone("Asia/Shanghai")
    'Asia/Shanghai'
    """
    try:
        ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        msg = f"`time_zone` 应为 Asia/Shanghai 这样的时区名，而不是 {name!r}。"
        raise RuleError(msg) from None
    return str(name)


def _check_is_mapping(label: str, content: MappingType[Any, Any]) -> None:
    """Refuse at once what has no key of ours, nor one that is nearly ours."""
    if content and not any(find_nearest(key, MAPPING_KEYS) for key in content):
        found = "、".join(f"{key!s:.30}" for key in list(content)[:3])
        msg = (
            f"{label}看起来不是映射文件：应有 tables:（哪张表的哪一列来自哪个表头），"
            f"而这里是 {found}。"
        )
        raise RuleError(msg)


def _build(content: Any, faults: list[str]) -> Mapping:
    top = _entries(content, "映射", MAPPING_KEYS, faults)
    zone = top.get("time_zone")
    try:
        zone = None if zone is None else check_time_zone(zone)
    except RuleError as error:
        faults.append(str(error))
    missing = _texts(top.get("missing"), "missing", faults)
    tables = _entries(top.get("tables"), "tables", tuple(TABLES), faults)
    built = {name: _build_table(name, entry, faults) for name, entry in tables.items()}
    return Mapping(zone, missing, built)


def _build_table(name: str, entry: Any, faults: list[str]) -> TableMapping:
    where = f"tables.{name}"
    keys = _entries(entry, where, TABLE_KEYS, faults)
    only = keys.get("only", False)
    if not isinstance(only, bool):
        faults.append(f"{where}.only 应为 true 或 false，而不是 {only!r}。")
    columns = _entries(keys.get("columns"), f"{where}.columns", tuple(TABLES[name].names), faults)
    built = {
        column: _build_column(
            TABLES[name].column(column), value, f"{where}.columns.{column}", faults
        )
        for column, value in columns.items()
    }
    return TableMapping(_texts(keys.get("files"), f"{where}.files", faults), built, bool(only))


def _build_column(column: Column, entry: Any, where: str, faults: list[str]) -> ColumnMapping:
    if isinstance(entry, str):
        return ColumnMapping(source=entry)
    keys = _entries(entry, where, COLUMN_KEYS, faults)
    source, constant, written = keys.get("from"), keys.get("constant"), keys.get("format")
    if (source is None) == (constant is None):
        faults.append(f"{where} 要么写 from（他们的表头），要么写 constant（固定值）。")
    if written is not None and (
        column.kind not in (TIME, DATE) or not FORMAT.fullmatch(str(written))
    ):
        faults.append(f"{where}.format 只用于时间列，写法如 %d/%m/%Y %H:%M，而不是 {written!r}。")
    values = _build_values(column, keys.get("values"), f"{where}.values", faults)
    return ColumnMapping(
        None if source is None else str(source),
        values,
        None if written is None else str(written),
        None if constant is None else _flag_text(constant),
    )


def _build_values(
    column: Column, entry: Any, where: str, faults: list[str]
) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for theirs, ours in _entries(entry, where, None, faults).items():
        if isinstance(theirs, bool):
            faults.append(f"{where} 的 yes、no、true、false 等要加引号，否则 YAML 会改写它们。")
            continue
        text = None if ours is None else _flag_text(ours)
        allowed = ("true", "false") if column.kind == FLAG else tuple(column.choices)
        if text is not None and column.kind in (CHOICE, FLAG) and text not in allowed:
            faults.append(f"{where} 里 {theirs} 只能对应 {'、'.join(allowed)}，而不是 {text}。")
        values[str(theirs).strip()] = text
    return values


def _entries(
    content: Any, where: str, allowed: tuple[str, ...] | None, faults: list[str]
) -> dict[Any, Any]:
    """The entries whose keys are allowed; what else stands there is a fault."""
    if content is None:
        return {}
    if not isinstance(content, MappingType):
        faults.append(f"{where} 应为“名称: 值”的列表，而不是 {content!r:.80}。")
        return {}
    for key in content:
        if allowed is not None and key not in allowed:
            near = find_nearest(key, allowed)
            hint = f"是不是 {near}？" if near else f"可用的有 {'、'.join(allowed)}。"
            inside = "" if where == "映射" else f"（在 {where} 里）"
            faults.append(f"不认识的键 {key}{inside}，{hint}")
    return {key: value for key, value in content.items() if allowed is None or key in allowed}


def _texts(content: Any, where: str, faults: list[str]) -> tuple[str, ...]:
    listed = [content] if isinstance(content, str) else content or []
    if not isinstance(listed, list | tuple):
        faults.append(f"{where} 应为文字的列表，而不是 {content!r:.80}。")
        return ()
    return tuple(map(str, listed))


def _flag_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
