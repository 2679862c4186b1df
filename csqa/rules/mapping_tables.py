"""From the YAML of a mapping to its frozen values, every fault collected on the way."""

import datetime as dt
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from csqa.errors import RuleError
from csqa.rules.faults import Fault
from csqa.rules.mapping_columns import (
    DERIVATION_KEYS,
    build_column,
    build_conditions,
    build_derivation,
    build_order,
)
from csqa.rules.mapping_entries import entries, flag, is_header, one_of, texts
from csqa.rules.mapping_parts import (
    Derivation,
    Mapping,
    OneRowPer,
    SourceMapping,
    TableMapping,
    TeamSpan,
)
from csqa.schema import TABLES

MAPPING_KEYS = ("time_zone", "source_time_zone", "missing", "tables", "sources", "agent_teams")
TABLE_KEYS = (
    "files",
    "columns",
    "only",
    "derived",
    "where",
    "one_row_per",
    "header",
    "source_time_zone",
)
SPAN_KEYS = ("agent", "team", "from", "until")


def check_time_zone(name: object, key: str = "time_zone") -> str:
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
        msg = f"`{key}` 应为 Asia/Shanghai 这样的时区名，而不是 {name!r}。"
        raise RuleError(msg) from None
    return str(name)


def build_mapping(content: Any, faults: list[str]) -> Mapping:
    """Check a whole mapping; faults are added to the list."""
    top = entries(content, "映射", MAPPING_KEYS, faults)
    tables = entries(top.get("tables"), "tables", tuple(TABLES), faults)
    sources = entries(top.get("sources"), "sources", None, faults)
    return Mapping(
        _zone(top.get("time_zone"), "time_zone", faults),
        texts(top.get("missing"), "missing", faults),
        {name: _table(name, entry, faults) for name, entry in tables.items()},
        _zone(top.get("source_time_zone"), "source_time_zone", faults),
        {str(name): _source(f"sources.{name}", entry, faults) for name, entry in sources.items()},
        _spans(top.get("agent_teams"), faults),
    )


def _zone(name: object, key: str, faults: list[str]) -> str | None:
    try:
        return None if name is None else check_time_zone(name, key)
    except RuleError as error:
        faults.append(Fault(str(error), key))
        return None


def _source(where: str, entry: Any, faults: list[str]) -> SourceMapping:
    keys = entries(entry, where, ("derived",), faults)
    return SourceMapping(_derived(keys.get("derived"), f"{where}.derived", faults))


def _table(name: str, entry: Any, faults: list[str]) -> TableMapping:
    where = f"tables.{name}"
    keys = entries(entry, where, TABLE_KEYS, faults)
    columns = entries(keys.get("columns"), f"{where}.columns", tuple(TABLES[name].names), faults)
    return TableMapping(
        texts(keys.get("files"), f"{where}.files", faults),
        {
            column: build_column(
                TABLES[name].column(column), value, f"{where}.columns.{column}", faults
            )
            for column, value in columns.items()
        },
        flag(keys.get("only"), f"{where}.only", faults, default=False),
        _derived(keys.get("derived"), f"{where}.derived", faults),
        build_conditions(keys.get("where"), f"{where}.where", faults),
        _one_row_per(keys.get("one_row_per"), f"{where}.one_row_per", faults),
        flag(keys.get("header"), f"{where}.header", faults, default=True),
        _zone(keys.get("source_time_zone"), f"{where}.source_time_zone", faults),
    )


def _derived(content: Any, where: str, faults: list[str]) -> dict[str, Derivation]:
    built = {}
    for name, entry in entries(content, where, None, faults).items():
        place = f"{where}.{name}"
        keys = entries(entry, place, DERIVATION_KEYS, faults)
        found = build_derivation(keys, place, faults) if keys else None
        if found is None and is_header(keys.get("from")):
            faults.append(f"{place} 只是换个名字；直接用表头 {keys['from']} 即可。")
        if found is not None:
            built[str(name)] = found
    return built


def _one_row_per(content: Any, where: str, faults: list[str]) -> OneRowPer | None:
    if content is None:
        return None
    if is_header(content) or isinstance(content, list):
        content = {"column": content}
    keys = entries(content, where, ("column", "keep", "order"), faults)
    headers = texts(keys.get("column"), f"{where}.column", faults)
    if not headers:
        faults.append(f"{where} 要写 column：哪一列（或哪几列）相同的行只留一行。")
    keep = one_of(keys.get("keep"), f"{where}.keep", ("last", "first"), faults)
    return OneRowPer(headers, keep, build_order(keys.get("order"), f"{where}.order", faults))


def _spans(content: Any, faults: list[str]) -> tuple[TeamSpan, ...]:
    if content is not None and not isinstance(content, list):
        faults.append(f"agent_teams 应为列表，每项一段 agent、team、from，而不是 {content!r:.80}。")
        return ()
    built = [
        _span(f"agent_teams[{number}]", entry, faults) for number, entry in enumerate(content or [])
    ]
    spans = tuple(span for span in built if span is not None)
    ordered = sorted(spans, key=lambda span: (span.agent, span.since))
    for one, other in pairwise(ordered):
        if one.agent == other.agent and (one.until is None or one.until >= other.since):
            faults.append(f"agent_teams 里 {_name(one)} 与 {_name(other)} 重叠。")
    return spans


def _name(span: TeamSpan) -> str:
    return f"{span.agent} 在 {span.team}（{span.since} 至 {span.until or '今'}）"


def _span(where: str, entry: Any, faults: list[str]) -> TeamSpan | None:
    keys = entries(entry, where, SPAN_KEYS, faults)
    lacking = [key for key in ("agent", "team", "from") if keys.get(key) is None]
    if lacking:
        faults.append(f"{where} 缺少 {'、'.join(lacking)}。")
        return None
    days = [_day(keys.get(key), f"{where}.{key}", faults) for key in ("from", "until")]
    if days[0] is None:
        return None
    if days[1] is not None and days[1] < days[0]:
        faults.append(f"{where} 的 until（{days[1]}）早于 from（{days[0]}）。")
    return TeamSpan(str(keys["agent"]), str(keys["team"]), days[0], days[1])


def _day(value: Any, where: str, faults: list[str]) -> dt.date | None:
    """A day; YAML reads 2025-06-14 as one, quoted it is a text."""
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        faults.append(f"{where} 应为 2025-06-14 这样的日期，而不是 {value!r:.40}。")
        return None
