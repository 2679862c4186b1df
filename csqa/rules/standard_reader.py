"""From the YAML of a standard to its frozen values, every fault collected on the way."""

import copy
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from csqa.rules.change_reader import read_changes
from csqa.rules.faults import (
    WHOLE,
    Fault,
    as_mapping,
    as_names,
    is_number,
    refuse_unknown,
    same_measure,
)
from csqa.rules.files import DEFAULTS, read_rules
from csqa.rules.goal_reader import read_goals
from csqa.rules.kinds import STANDARD_KEYS, refuse_other_kind
from csqa.rules.metric_reader import read_metric
from csqa.rules.pair_reader import read_pairs
from csqa.rules.settings import read_settings
from csqa.rules.standard import DIRECTIONS, Standard, Version

VERSION_KEYS = ("effective", "dimensions", "weights", "metrics")


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
    file = read_rules(chosen)
    content, faults = file.content, file.faults
    refuse_other_kind(file, "standard")
    refuse_unknown(WHOLE, content, STANDARD_KEYS, faults)
    settings = read_settings(content.get("settings", {}), faults)
    versions = _versions(content, faults)
    goals = read_goals(content.get("goals", []), faults)
    keys = dict.fromkeys(metric.key for version in versions for metric in version.metrics)
    changes = read_changes("process_changes", content.get("process_changes", []), keys, faults)
    pairs = read_pairs(content.get("pairs"), keys, faults)
    file.refuse_faults()
    return Standard(
        versions,
        **settings,
        goals=goals,
        process_changes=changes,
        pairs=pairs,
        fingerprint=file.fingerprint,
        path=chosen.name,
    )


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
        if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
            faults.append(f"{place}.effective：应为日期，如 2025-07-01，而不是 {day!r}。")
            day = dt.date.max  # so that the rest of it is checked too
        dated.append((day, place, entry))
    dated.sort(key=lambda item: item[0])
    days = [day for day, _, _ in dated if day != dt.date.max]
    twice = sorted({day for day in days if days.count(day) > 1})
    later = {day: f"{place}.effective" for day, place, _ in dated}
    told = "standards：{} 有两段标准，不知道用哪一段。"
    faults += [Fault(told.format(day), later[day]) for day in twice]
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
            _check_direction(f"{place}.metrics.{key}.target", before, change, faults)
            so_far["metrics"][key] = before | change
        versions.append(_version(day, place, so_far, entry, faults))
    return tuple(versions)


def _check_direction(
    place: str, before: Mapping[str, Any], change: Mapping[str, Any], faults: list[str]
) -> None:
    """A metric keeps its direction: months judged upwards and downwards are no one history."""
    then, now = (
        next((one for one in DIRECTIONS if isinstance(target, dict) and one in target), None)
        for target in (before.get("target"), change.get("target"))
    )
    if then and now and then != now:
        faults.append(f"{place}：不能由 {then} 改为 {now}；请另立一个指标。")


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
        read_metric(key, f"{place}.metrics.{key}", body, weights, told("metrics", key))
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
