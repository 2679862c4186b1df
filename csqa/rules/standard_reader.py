"""From the YAML of a standard to its frozen values, every fault collected on the way."""

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from csqa import schema
from csqa.errors import RuleError
from csqa.rules.expressions import OWN_KINDS, read_own_measure
from csqa.rules.faults import (
    add_unknown,
    as_mapping,
    as_names,
    is_number,
    refuse_unknown,
    same_measure,
)
from csqa.rules.files import DEFAULTS, read_yaml
from csqa.rules.measures import MEASURES
from csqa.rules.settings import read_settings
from csqa.rules.standard import AT_LEAST, AT_MOST, Deduction, Line, Metric, Standard, Version

VERSION_KEYS = ("effective", "dimensions", "weights", "metrics")
METRIC_KEYS = (
    "name",
    "dimension",
    "measure",
    "where",
    "target",
    "deduct",
    "except",
    "definition",
    "source",
)
CONDITIONS = ("team", "channel", "scene", "topic", "priority", "customer_type", "peak")
"""What a target may depend on. Not on the agent: one standard for all who do the job."""

MODES = ("linear", "step")


def read_standard(path: str | Path | None = None) -> Standard:
    """Read a standard from YAML; without a path, the one that csqa ships.

    Parameters
    ----------
    path : str or Path, optional
        A file written like the one that ``csqa standard show`` prints.

    Returns
    -------
    Standard
        Frozen and checked.

    Raises
    ------
    RuleError
        With every fault of the file in one message.

    Examples
    --------
    >>> standard = read_standard()
    >>> standard.metric("csat").lines[0].target
    0.9
    """
    chosen = Path(path) if path else DEFAULTS / "standard.yml"
    content, fingerprint = read_yaml(chosen)
    faults: list[str] = []
    refuse_unknown("文件", content, ("settings", "standards"), faults)
    settings = read_settings(content.get("settings", {}), faults)
    versions = _versions(content, faults)
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        msg = f"{chosen}：有 {len(faults)} 处不对：\n{listed}"
        raise RuleError(msg)
    return Standard(versions, **settings, fingerprint=fingerprint, path=chosen.name)


def _versions(content: Mapping[str, Any], faults: list[str]) -> tuple[Version, ...]:
    entries = content.get("standards")
    if not isinstance(entries, list) or not entries:
        faults.append("standards：应为一个列表，至少有一段标准。")
        return ()
    dated = []
    for number, entry in enumerate(entries):
        place = f"standards[{number}]"
        entry = as_mapping(place, entry, faults)
        refuse_unknown(place, entry, VERSION_KEYS, faults)
        day = entry.get("effective")
        if isinstance(day, dt.date) and not isinstance(day, dt.datetime):
            dated.append((day, place, entry))
        else:
            faults.append(f"{place}.effective：应为日期，如 2025-07-01，而不是 {day!r}。")
    dated.sort(key=lambda item: item[0])
    days = [day for day, _, _ in dated]
    twice = sorted({day for day in days if days.count(day) > 1})
    faults += [f"standards：{day} 有两段标准，不知道用哪一段。" for day in twice]
    return _merged(dated, faults)


def _merged(
    dated: list[tuple[dt.date, str, dict[str, Any]]], faults: list[str]
) -> tuple[Version, ...]:
    """Build each version on the one before it: an entry holds only what changes."""
    versions = []
    so_far: dict[str, Any] = {"dimensions": {}, "weights": {}, "metrics": {}}
    for day, place, entry in dated:
        so_far = copy.deepcopy(so_far)
        for part in ("dimensions", "weights"):
            so_far[part].update(as_mapping(f"{place}.{part}", entry.get(part, {}), faults))
        changed = as_mapping(f"{place}.metrics", entry.get("metrics", {}), faults)
        for key, change in changed.items():
            change = as_mapping(f"{place}.metrics.{key}", change, faults)
            before = so_far["metrics"].get(key, {})
            if before and not same_measure(before, change):
                faults.append(f"{place}.metrics.{key}.measure：不能改变取数方式；请另立一个指标。")
            so_far["metrics"][key] = before | change
        versions.append(_version(day, place, so_far, entry, faults))
    return tuple(versions)


def _version(
    day: dt.date, place: str, whole: dict[str, Any], entry: dict[str, Any], faults: list[str]
) -> Version:
    """Build a version; a fault is told where it stands, not again in each version that inherits."""

    def told(part: str, key: str) -> list[str]:
        written = entry.get(part)
        return faults if isinstance(written, dict) and key in written else []

    weights = whole["weights"]
    if "weights" in entry or not weights:
        _check_weights(place, weights, faults)
    metrics = tuple(
        _metric(key, f"{place}.metrics.{key}", body, weights, told("metrics", key))
        for key, body in whole["metrics"].items()
    )
    dimensions = tuple(
        (key, as_names(f"{place}.dimensions.{key}", value, told("dimensions", key)))
        for key, value in whole["dimensions"].items()
    )
    return Version(day, dimensions, tuple(weights.items()), metrics)


def _check_weights(place: str, weights: dict[str, Any], faults: list[str]) -> None:
    for dimension, weight in weights.items():
        if not is_number(weight) or not 0 <= weight <= 1:
            faults.append(f"{place}.weights.{dimension}：应为 0 到 1 的数，而不是 {weight!r}。")
    numeric = [weight for weight in weights.values() if is_number(weight)]
    if abs(sum(numeric) - 1) > 1e-9:
        faults.append(f"{place}.weights：各维度权重之和应为 1，现在是 {sum(numeric):g}。")


def _metric(
    key: str, place: str, body: dict[str, Any], weights: Iterable[str], faults: list[str]
) -> Metric:
    refuse_unknown(place, body, METRIC_KEYS, faults)
    direction, target = _target(f"{place}.target", body.get("target"), faults)
    own, given = None, body.get("measure")
    if isinstance(given, dict):
        own = read_own_measure(f"{place}.measure", given, direction, faults)
    for name, allowed in (("measure", MEASURES), ("dimension", weights)):
        defined = name == "measure" and isinstance(given, dict)
        if not defined and body.get(name) not in list(allowed):
            add_unknown(f"{place}.{name}", body.get(name), allowed, faults)
    return Metric(
        key=key,
        names=as_names(f"{place}.name", body.get("name", key), faults),
        dimension=str(body.get("dimension")),
        measure=own.key if own else str(given),
        where=_conditions(f"{place}.where", body.get("where", {}), faults),
        direction=direction,
        lines=_lines(place, body, direction, target, faults),
        deduction=_deduction(f"{place}.deduct", body, faults),
        definition=as_names(f"{place}.definition", body.get("definition", ""), faults),
        source=as_names(f"{place}.source", body.get("source", ""), faults),
        own=own,
    )


def _target(place: str, target: Any, faults: list[str]) -> tuple[str | None, float]:
    if target is None:
        return None, float("nan")
    pairs = list(target.items()) if isinstance(target, dict) else []
    if len(pairs) == 1 and pairs[0][0] in (AT_MOST, AT_LEAST) and is_number(pairs[0][1]):
        return pairs[0][0], float(pairs[0][1])
    faults.append(f"{place}：应为 {{at_most: 数}} 或 {{at_least: 数}}，而不是 {target!r}。")
    return None, float("nan")


def _lines(
    place: str, body: dict[str, Any], direction: str | None, target: float, faults: list[str]
) -> tuple[Line, ...]:
    if direction is None:
        return ()
    exceptions = body.get("except", [])
    if not isinstance(exceptions, list):
        faults.append(f"{place}.except：应为一个列表，而不是 {exceptions!r}。")
        return (Line((), target),)
    lines = [
        _exception(f"{place}.except[{number}]", entry, direction, target, faults)
        for number, entry in enumerate(exceptions)
    ]
    _refuse_rivals(place, lines, faults)
    return (*sorted(lines, key=lambda line: -len(line.where)), Line((), target))


def _exception(place: str, entry: Any, direction: str, base: float, faults: list[str]) -> Line:
    entry = dict(as_mapping(place, entry, faults))
    if "target" not in entry:
        faults.append(f"{place}：缺少 target，如 {{{direction}: 45}}。")
    found, target = _target(f"{place}.target", entry.pop("target", None), faults)
    note = str(entry.pop("note", ""))
    where = _conditions(place, entry, faults)
    if found not in (None, direction):
        faults.append(f"{place}.target：应与该指标的方向一致（{direction}），而不是 {found}。")
    if not where:
        faults.append(f"{place}：缺少适用条件，如 scene: aftersale。")
    relaxed = target > base if direction == AT_MOST else target < base
    if dict(where).get("peak") and relaxed and not note:
        faults.append(f"{place}：高峰放宽需要写明 note（备注原因）。")
    return Line(where, target, note)


def _refuse_rivals(place: str, lines: list[Line], faults: list[str]) -> None:
    """Two lines equally specific that can hold for one contact, with different targets."""
    for number, line in enumerate(lines):
        for other in lines[number + 1 :]:
            mine, theirs = dict(line.where), dict(other.where)
            disjoint = any(mine[column] != theirs[column] for column in mine.keys() & theirs)
            rivals = len(mine) == len(theirs) and line.target != other.target and not disjoint
            if rivals and not _is_settled(mine | theirs, len(mine), lines):
                faults.append(
                    f"{place}.except：“{line.label}”与“{other.label}”同样具体而目标不同，"
                    "同时满足时不知道用哪一条；请加一条更具体的。"
                )


def _is_settled(both: dict[str, Any], specific: int, lines: list[Line]) -> bool:
    """Whether a more specific line judges every contact that two rivals could judge."""
    return any(
        len(line.where) > specific and dict(line.where).items() <= both.items() for line in lines
    )


def _conditions(place: str, where: Any, faults: list[str]) -> tuple[tuple[str, Any], ...]:
    where = as_mapping(place, where, faults)
    refuse_unknown(place, where, CONDITIONS, faults)
    for name, value in where.items():
        allowed = _allowed_values(name)
        if allowed and value not in allowed:
            add_unknown(f"{place}.{name}", value, allowed, faults)
        elif not allowed and not isinstance(value, str):
            faults.append(f"{place}.{name}：应为文字（数字等要加引号），而不是 {value!r}。")
    return tuple((name, where[name]) for name in CONDITIONS if name in where)


def _allowed_values(name: str) -> tuple[Any, ...]:
    if name == "peak":
        return (True, False)
    if name not in schema.CONTACTS.names:
        return ()
    return tuple(schema.CONTACTS.column(name).choices)


def _deduction(place: str, body: dict[str, Any], faults: list[str]) -> Deduction | None:
    deduct = body.get("deduct")
    if deduct is None:
        return None
    if deduct == "proportional":
        measure: Any = body.get("measure")
        known = MEASURES.get(str(measure))
        kind = known and known.kind
        if isinstance(measure, dict):
            kind = measure.get("kind") if measure.get("kind") in OWN_KINDS else None
        if kind and kind != "share":
            named = f"{kind} 的算式" if isinstance(measure, dict) else measure
            faults.append(f"{place}：proportional 只用于 0–1 的比率，{named} 不是。")
        return Deduction("proportional")
    deduct = as_mapping(place, deduct, faults)
    refuse_unknown(place, deduct, ("points", "per", "mode"), faults)
    points: Any = deduct.get("points")
    per: Any = deduct.get("per")
    for name, value in (("points", points), ("per", per)):
        if not is_number(value) or value <= 0:
            faults.append(f"{place}.{name}：应为大于 0 的数，而不是 {value!r}。")
            return None
    if deduct.get("mode", "linear") not in MODES:
        add_unknown(f"{place}.mode", deduct["mode"], MODES, faults)
    return Deduction(deduct.get("mode", "linear"), float(points), float(per))
