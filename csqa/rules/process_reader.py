"""From the YAML of a process to its versions, every fault collected on the way."""

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from csqa.rules.faults import Fault, as_mapping, as_names, is_number, refuse_unknown
from csqa.schema import CONTACTS

PROCESS_KEYS = ("processes",)
VERSION_KEYS = ("effective", "hours", "warn_share", "handover", "nodes")
NODE_KEYS = ("name", "aliases", "owner", "limit_hours", "hours", "paused", "closes")

CLOCKS = ("calendar", "business")
HANDOVERS = ("department", "agent", "either")
PRIORITIES = (*CONTACTS.column("priority").choices, "default")

MOST_NODES = 60
"""Nodes of a process: more are states of a program, not steps of people."""
MOST_HOURS = 366 * 24.0

Told = dict[str, Any]


def read_versions(content: Mapping[str, Any], faults: list[str]) -> list[Told]:
    """Read the versions, each with what it does not say taken from the one before.

    Parameters
    ----------
    content : mapping
        Of the file.
    faults : list of str
        Gets what is wrong.

    Returns
    -------
    list of dict
        The fields of :class:`csqa.rules.process.ProcessVersion`, nodes as dictionaries; by day.
        Meant only where there are no faults.
    """
    refuse_unknown("文件", content, PROCESS_KEYS, faults)
    listed = content.get("processes")
    if not isinstance(listed, list) or not listed:
        faults.append(f"processes：应为列表，每项一版流程，而不是 {listed!r:.80}。")
        return []
    versions: list[Told] = []
    before: Told = {"hours": "calendar", "warn_share": 0.8, "handover": "department", "nodes": {}}
    for number, entry in enumerate(listed):
        before = _read_version(f"processes[{number}]", entry, before, faults)
        versions.append(before)
    _check_days(versions, faults)
    return [{**one, "nodes": list(one["nodes"].values())} for one in versions]


def _read_version(place: str, entry: Any, before: Told, faults: list[str]) -> Told:
    told = as_mapping(place, entry, faults)
    refuse_unknown(place, told, VERSION_KEYS, faults)
    day = told.get("effective")
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
        faults.append(f"{place}.effective：应为 2025-07-01 这样的日期，而不是 {day!r}。")
        day = dt.date.min
    share: Any = told.get("warn_share", before["warn_share"])
    if not is_number(share) or not 0 < share <= 1:
        faults.append(f"{place}.warn_share：应大于 0、不大于 1，而不是 {share!r}。")
        share = before["warn_share"]
    hours = _one_of(f"{place}.hours", told.get("hours", before["hours"]), CLOCKS, faults)
    turned = told.get("handover", before["handover"])
    nodes = as_mapping(f"{place}.nodes", told.get("nodes", {}), faults)
    made = dict(before["nodes"])
    for key, node in nodes.items():
        made[key] = _read_node(f"{place}.nodes.{key}", key, node, made.get(key), faults)
    if not 0 < len(made) <= MOST_NODES:
        faults.append(f"{place}.nodes：应有 1 到 {MOST_NODES} 个节点，而不是 {len(made)} 个。")
    # The clock of a version holds for nodes that name none, earlier ones too.
    made = {key: {**node, "hours": node["own_hours"] or hours} for key, node in made.items()}
    _check_spellings(place, made, set(nodes), faults)
    return {
        "effective": day,
        "hours": hours,
        "warn_share": share,
        "handover": _one_of(f"{place}.handover", turned, HANDOVERS, faults),
        "nodes": made,
    }


def _read_node(place: str, key: str, entry: Any, before: Told | None, faults: list[str]) -> Told:
    told = as_mapping(place, {} if entry is None else entry, faults)
    refuse_unknown(place, told, NODE_KEYS, faults)
    blank: Told = {"names": (), "aliases": (), "owners": (), "limits": ()}
    node = before or {**blank, "key": key, "own_hours": "", "paused": False, "closes": False}
    changed: Told = {}
    for name, field in (("name", "names"), ("owner", "owners")):
        if name in told:
            changed[field] = as_names(f"{place}.{name}", told[name], faults)
    if "aliases" in told:
        changed["aliases"] = _read_aliases(f"{place}.aliases", told["aliases"], faults)
    if "limit_hours" in told:
        changed["limits"] = tuple(_read_limits(f"{place}.limit_hours", told["limit_hours"], faults))
    if "hours" in told:
        changed["own_hours"] = _one_of(f"{place}.hours", told["hours"], CLOCKS, faults)
    for name in ("paused", "closes"):
        if name in told:
            changed[name] = _flag(f"{place}.{name}", told[name], faults)
    return {**node, **changed}


def _read_aliases(place: str, value: Any, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        faults.append(
            f"{place}：应为文字的列表（数字、yes、no 等要加引号），而不是 {value!r:.80}。"
        )
        return ()
    return tuple(value)


def _read_limits(place: str, value: Any, faults: list[str]) -> Iterator[tuple[str, float]]:
    """One limit for all, or one per priority; null is none."""
    if value is None:
        return
    given = {"default": value} if not isinstance(value, dict) else value
    refuse_unknown(place, given, PRIORITIES, faults)
    for priority, hours in given.items():
        if not is_number(hours) or not 0 < hours <= MOST_HOURS:
            told = (
                f"{place}：{priority} 应为 0 以上、{MOST_HOURS:g} 以下的小时数，而不是 {hours!r}。"
            )
            faults.append(Fault(told, f"{place}.{priority}" if given is value else place))
        else:
            yield str(priority), float(hours)


def _one_of(place: str, value: Any, allowed: tuple[str, ...], faults: list[str]) -> str:
    if value not in allowed:
        faults.append(f"{place}：应为 {'、'.join(allowed)} 之一，而不是 {value!r}。")
        return allowed[0]
    return str(value)


def _flag(place: str, value: Any, faults: list[str]) -> bool:
    if not isinstance(value, bool):
        faults.append(f"{place}：应为 true 或 false，而不是 {value!r}。")
    return value is True


def _check_days(versions: list[Told], faults: list[str]) -> None:
    for number, (one, other) in enumerate(pairwise(versions), start=1):
        if other["effective"] <= one["effective"]:
            told = f"{other['effective']} 应晚于上一版的 {one['effective']}"
            faults.append(f"processes[{number}].effective：{told}。")


def _check_spellings(
    place: str, nodes: Mapping[str, Told], told_here: set[str], faults: list[str]
) -> None:
    """The same writing cannot mean two nodes; told once, where the later of them is written."""
    meant: dict[str, str] = {}
    for key, node in nodes.items():
        for written in dict.fromkeys((key, *(name for _, name in node["names"]), *node["aliases"])):
            other = meant.setdefault(written.strip().casefold(), key)
            if other != key and told_here & {key, other}:
                stands = f"{place}.nodes.{key}"
                faults.append(Fault(f"{stands}：写法 {written!r} 已经是节点 {other} 的。", stands))
