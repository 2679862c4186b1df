"""From recorded changes, in YAML or in a table, to their frozen values."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from csqa.errors import RuleError
from csqa.periods import first_day
from csqa.rules.changes import Change
from csqa.rules.faults import add_unknown, as_mapping, refuse_unknown
from csqa.rules.goal_reader import UNIT_KEYS

CHANGE_KEYS = ("from", "reason", "metric", "unit")
NAMED = "unit"
"""Column of a result that names the unit, whatever it is."""
REQUIRED = {"from": "日期或时段，如 2025-04-01、2025-04", "reason": "改了什么、为什么"}


def read_changes(
    place: str,
    content: Any,
    metrics: Collection[str],
    faults: list[str],
    unit_keys: tuple[str, ...] = UNIT_KEYS,
) -> tuple[Change, ...]:
    """Read recorded changes, oldest first.

    Parameters
    ----------
    place : str
        Where they stand, for the messages.
    content : Any
        A list of mappings: ``from`` (a day, or a period that begins with it), ``reason``; and,
        where not all is concerned, ``metric`` and ``unit`` (``{team: 热线组}``).
    metrics : collection of str
        Keys of the metrics that there are.
    faults : list of str
        Gets a sentence for what is written wrongly.
    unit_keys : tuple of str
        Columns that a unit may be named by.

    Examples
    --------
    >>> entries = [{"from": "2025-04", "reason": "换了派单系统", "metric": "csat"}]
    >>> read_changes("changes", entries, ["csat"], [])[0].start
    datetime.date(2025, 4, 1)
    """
    if not isinstance(content, list):
        faults.append(f"{place}：应为一个列表，每项写 from、reason，而不是 {content!r:.80}。")
        return ()
    read = [
        _change(f"{place}[{number}]", entry, metrics, faults, unit_keys)
        for number, entry in enumerate(content)
    ]
    return tuple(sorted((one for one in read if one), key=lambda one: one.start))


def check_changes(content: Any, metrics: Collection[str]) -> tuple[Change, ...]:
    """Read the changes that a caller gives as ``changes``: a list of mappings, or a table.

    A unit may also be named as the result names it: ``"热线组"`` for ``{"unit": "热线组"}``.

    Raises
    ------
    RuleError
        With every fault in one message.

    Examples
    --------
    >>> check_changes([{"from": "13", "reason": "x"}], ["csat"])
    Traceback (most recent call last):
        ...
    csqa.errors.RuleError: changes[0].from：应为日期或时段，如 2025-04-01、2025-04，而不是 '13'。
    """
    if hasattr(content, "to_dict"):  # a DataFrame, whose empty cells say nothing
        rows = content.astype(object).to_dict("records")
        content = [{key: v for key, v in row.items() if not _is_empty(v)} for row in rows]
    listed = [_with_named_unit(entry) for entry in content or ()]
    faults: list[str] = []
    read = read_changes("changes", listed, metrics, faults, (*UNIT_KEYS, NAMED))
    if faults:
        raise RuleError("\n".join(faults))
    return read


def _with_named_unit(entry: Any) -> Any:
    if isinstance(entry, Mapping) and isinstance(entry.get("unit"), str):
        return dict(entry) | {"unit": {NAMED: entry["unit"]}}
    return entry


def _is_empty(value: Any) -> bool:
    return value is None or value != value or value == ""  # NaN is unlike itself


def _change(
    place: str,
    entry: Any,
    metrics: Collection[str],
    faults: list[str],
    unit_keys: tuple[str, ...],
) -> Change | None:
    told = len(faults)
    entry = as_mapping(place, entry, faults)
    refuse_unknown(place, entry, CHANGE_KEYS, faults)
    if len(faults) == told:
        faults += [
            f"{place}：缺 {key}（{what}）。" for key, what in REQUIRED.items() if key not in entry
        ]
    start = _start(f"{place}.from", entry["from"], faults) if "from" in entry else None
    reason = _text(f"{place}.reason", entry.get("reason", "-"), faults)
    metric = _text(f"{place}.metric", entry["metric"], faults) if "metric" in entry else ""
    if metric and metric not in metrics:
        add_unknown(f"{place}.metric", metric, metrics, faults)
    unit = _unit(f"{place}.unit", entry.get("unit", {}), faults, unit_keys)
    return Change(start, reason, metric, unit) if start else None


def _start(place: str, value: Any, faults: list[str]) -> dt.date | None:
    if isinstance(value, dt.datetime):  # as a table keeps days
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return first_day(str(value))
    except RuleError:
        faults.append(f"{place}：应为{REQUIRED['from']}，而不是 {value!r:.80}。")
        return None


def _text(place: str, value: Any, faults: list[str]) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    faults.append(f"{place}：应为文字，不能为空，而不是 {value!r:.80}。")
    return ""


def _unit(
    place: str, value: Any, faults: list[str], keys: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    unit = as_mapping(place, value, faults)
    refuse_unknown(place, unit, keys, faults)
    known = [name for name in keys if name in unit]
    return tuple((name, _text(f"{place}.{name}", unit[name], faults)) for name in known)
