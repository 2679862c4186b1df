"""From the YAML of goals to their frozen values; what is left out is no fault of the file."""

import datetime as dt
from typing import Any

from csqa import schema
from csqa.rules.faults import add_unknown, as_mapping, is_number, refuse_unknown
from csqa.rules.goals import Goal
from csqa.rules.target_reader import read_target

GOAL_KEYS = ("metric", "target", "by", "unit", "from", "owner", "note")
START_KEYS = ("value", "date")
UNIT_KEYS = tuple(name for name in schema.UNITS if name in schema.CONTACTS.names)
"""Whose goal it may be: what contacts can be compared by, but for the hours of a day."""


def read_goals(content: Any, faults: list[str]) -> tuple[Goal, ...]:
    """Read the goals of a standard.

    Parameters
    ----------
    content : Any
        What stands under ``goals``.
    faults : list of str
        Gets a sentence for what is written wrongly. What is missing is told by
        :func:`csqa.check_goals`: a goal may be put down before all of it is known.

    Examples
    --------
    >>> goals = [{"metric": "csat", "target": {"at_least": 0.92}, "by": dt.date(2025, 12, 31)}]
    >>> read_goals(goals, [])[0].target
    0.92
    """
    if not isinstance(content, list):
        faults.append(f"goals：应为一个列表，每项写 metric、target、by，而不是 {content!r:.80}。")
        return ()
    return tuple(_goal(f"goals[{number}]", entry, faults) for number, entry in enumerate(content))


def _goal(place: str, entry: Any, faults: list[str]) -> Goal:
    entry = as_mapping(place, entry, faults)
    refuse_unknown(place, entry, GOAL_KEYS, faults)
    direction, line = read_target(f"{place}.target", entry.get("target"), faults)
    start = as_mapping(f"{place}.from", entry.get("from", {}), faults)
    refuse_unknown(f"{place}.from", start, START_KEYS, faults)
    return Goal(
        place,
        _text(f"{place}.metric", entry.get("metric"), faults),
        direction,
        line.target if direction else None,
        line.upper,
        _day(f"{place}.by", entry.get("by"), faults),
        _unit(f"{place}.unit", entry.get("unit", {}), faults),
        _number(f"{place}.from.value", start.get("value"), faults),
        _day(f"{place}.from.date", start.get("date"), faults),
        _text(f"{place}.owner", entry.get("owner"), faults),
        _text(f"{place}.note", entry.get("note"), faults),
    )


def _unit(place: str, value: Any, faults: list[str]) -> tuple[tuple[str, str], ...]:
    unit = as_mapping(place, value, faults)
    refuse_unknown(place, unit, UNIT_KEYS, faults)
    for name in UNIT_KEYS:
        allowed = schema.CONTACTS.column(name).choices
        if name in unit and allowed and unit[name] not in tuple(allowed):
            add_unknown(f"{place}.{name}", unit[name], allowed, faults)
    return tuple(
        (name, _text(f"{place}.{name}", unit[name], faults)) for name in UNIT_KEYS if name in unit
    )


def _text(place: str, value: Any, faults: list[str]) -> str:
    if value is None or isinstance(value, str):
        return (value or "").strip()
    faults.append(f"{place}：应为文字（数字等要加引号），而不是 {value!r:.80}。")
    return ""


def _number(place: str, value: Any, faults: list[str]) -> float | None:
    if value is None or is_number(value):
        return None if value is None else float(value)
    faults.append(f"{place}：应为一个数，如 0.78，而不是 {value!r:.80}。")
    return None


def _day(place: str, value: Any, faults: list[str]) -> dt.date | None:
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    faults.append(f"{place}：应为日期，如 2025-12-31，而不是 {value!r:.80}。")
    return None
