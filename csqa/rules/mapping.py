"""How a team's own export maps to our tables: columns, values, units, zones, lookups, teams."""

from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from pathlib import Path
from typing import Any

from csqa.errors import RuleError
from csqa.rules.faults import find_nearest
from csqa.rules.files import DEFAULTS, read_rules
from csqa.rules.kinds import KINDS, detect_kind
from csqa.rules.mapping_parts import (
    DERIVED,
    STEP,
    UNITS,
    ColumnMapping,
    Condition,
    Derivation,
    Lookup,
    Mapping,
    OneRowPer,
    Order,
    SourceMapping,
    TableMapping,
    TeamSpan,
)
from csqa.rules.mapping_tables import MAPPING_KEYS, build_mapping, check_time_zone

__all__ = [
    "DERIVED",
    "STEP",
    "UNITS",
    "ColumnMapping",
    "Condition",
    "Derivation",
    "Lookup",
    "Mapping",
    "OneRowPer",
    "Order",
    "SourceMapping",
    "TableMapping",
    "TeamSpan",
    "check_time_zone",
    "list_ready_mappings",
    "named_sources",
    "read_mapping",
]

READY = DEFAULTS / "mappings"
"""The mappings that csqa ships, each a file named after the system it is for."""

MOST_FAULTS = 5
"""Faults listed of a mapping that is no file; the rest is counted."""


def read_mapping(source: "str | Path | MappingType[str, Any] | Mapping | None") -> Mapping:
    """Read and check a mapping.

    Parameters
    ----------
    source : str, Path, dict, Mapping or None
        A YAML file, the name of a mapping that csqa ships, what a file would hold, or a mapping
        already read; None is the empty mapping.

    Raises
    ------
    RuleError
        With the faults, each with the nearest allowed name: all those of a file, with their lines;
        the first of what is no file, and how many there are. Or that it is no mapping at all.

    Examples
    --------
    >>> mapping = read_mapping({"tables": {"contacts": {"columns": {"team": "Group"}}}})
    >>> mapping.table("contacts").columns["team"].source
    'Group'
    >>> read_mapping("zendesk").source_time_zone
    'Etc/UTC'
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
    if not isinstance(source, MappingType):
        return _read_file(_find_file(source))
    content, label, faults = dict(source), "映射", list[str]()
    _check_is_mapping(label, content)
    mapping = build_mapping(content, faults)
    if faults:
        rest = f"\n  等 {len(faults)} 处。" if len(faults) > MOST_FAULTS else ""
        raise _refusal(label, len(faults), faults[:MOST_FAULTS], rest)
    return mapping


def _read_file(path: Path) -> Mapping:
    """Read a file; all its faults are told, each with its line."""
    file = read_rules(path)
    label = f"映射文件 {path.name} "
    _check_is_mapping(label, file.content)
    mapping = build_mapping(file.content, file.faults)
    if file.faults:
        raise _refusal(label, len(file.faults), file.list_faults())
    return mapping


def _refusal(label: str, count: int, faults: Iterable[str], rest: str = "") -> RuleError:
    listed = "".join(f"\n  - {fault}" for fault in faults)
    return RuleError(f"{label}有 {count} 处错误：{listed}{rest}")


def list_ready_mappings() -> list[str]:
    """Names of the mappings that csqa ships.

    Examples
    --------
    >>> list_ready_mappings()
    ['chatwoot', 'chinese', 'osticket', 'servicenow', 'zendesk']
    """
    return sorted(path.stem for path in READY.glob("*.yml"))


def named_sources(rules: Mapping) -> tuple[str, ...]:
    """Every pattern of a file's or table's name that a mapping refers to, each once.

    Alternatives (``ticket|ticket_data``) are patterns of their own here.

    Examples
    --------
    >>> rules = read_mapping(
    ...     {
    ...         "tables": {
    ...             "contacts": {
    ...                 "files": ["tickets"],
    ...                 "columns": {"team": {"from": "name", "in": "groups", "on": {"id": "gid"}}},
    ...             }
    ...         }
    ...     }
    ... )
    >>> named_sources(rules)
    ('tickets', 'groups')
    """
    found = [pattern for table in rules.tables.values() for pattern in table.files]
    made = [d for table in rules.tables.values() for d in table.derivations.values()]
    found += rules.sources
    made += [d for source in rules.sources.values() for d in source.derived.values()]
    found += [one.lookup.table for one in made if one.lookup is not None]
    return tuple(dict.fromkeys(way for pattern in found for way in pattern.split("|")))


def _find_file(source: str | Path) -> Path:
    """The file meant: a name without suffix that is no file is one of those shipped."""
    path = Path(source)
    if path.suffix or path.is_file() or len(path.parts) != 1:
        return path
    ready = list_ready_mappings()
    if str(source) in ready:
        return READY / f"{source}.yml"
    near = find_nearest(source, ready)
    hint = f"是不是 {near}？" if near else f"自带的有 {'、'.join(ready)}。"
    msg = f"没有名为 {source} 的映射，也没有这个文件；{hint}"
    raise RuleError(msg)


def _check_is_mapping(label: str, content: MappingType[Any, Any]) -> None:
    """Refuse at once what has no key of ours, nor one that is nearly ours."""
    if content and not any(find_nearest(key, MAPPING_KEYS) for key in content):
        found = "、".join(f"{key!s:.30}" for key in list(content)[:3])
        msg = (
            f"{label}看起来不是映射文件：应有 tables:（哪张表的哪一列来自哪个表头），"
            f"而这里是 {found}。{_name_other(content)}"
        )
        raise RuleError(msg)


def _name_other(content: MappingType[Any, Any]) -> str:
    """What it is instead, if it is another kind of rule file."""
    found = detect_kind(content)
    return f"它是{KINDS[found].zh}，{KINDS[found].given_by}。" if found else ""
