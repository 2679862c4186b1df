"""From the YAML of opening hours to schedules, every fault collected on the way."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from csqa.rules.calendar_reader import LONGEST_EXCEPTION_DAYS, read_day, read_days, read_spans
from csqa.rules.faults import add_unknown, as_mapping, refuse_unknown
from csqa.rules.schedule import CLOSED, Hours, Schedule, Spans, Week
from csqa.schema import CHANNELS

DEFAULT = "default"
CHANGE_KEYS = ("effective", "hours", "works_on_holidays")
EXCEPTION_KEYS = ("date", "from", "to", "channels", "hours", "note")

_WEEKDAYS = {
    name: number
    for names in ("mon tue wed thu fri sat sun", "周一 周二 周三 周四 周五 周六 周日")
    for number, name in enumerate(names.split())
}
_SEPARATORS = re.compile(r"[,，、\s]+")
_TO = re.compile(r"[-–—至到]")

_Exceptions = dict[str, dict[dt.date, Spans]]


def read_schedules(
    content: Mapping[str, Any], shipped: Mapping[str, Any], faults: list[str]
) -> tuple[tuple[Schedule, ...], dict[str, int]]:
    """Read the schedules that differ, the default first, and which channel has which."""
    if "hours" not in content:
        rest = {"works_on_holidays": shipped["works_on_holidays"]}
        content = {**rest, **content, "hours": shipped["hours"]}
    versions = _read_versions(content, faults)
    exceptions = _read_exceptions(content.get("exceptions", []), faults)
    named = [channel for _, weeks, works in versions for channel in (*weeks, *works)]
    schedules: list[Schedule] = []
    places: dict[str, int] = {}
    for channel in dict.fromkeys([DEFAULT, *named, *exceptions]):
        schedule = _schedule(channel, versions, exceptions)
        if schedule not in schedules:
            schedules.append(schedule)
        places[channel] = schedules.index(schedule)
    del places[DEFAULT]
    return tuple(schedules), places


_Version = tuple[dt.date, dict[str, Week], dict[str, bool]]


def _read_versions(content: Mapping[str, Any], faults: list[str]) -> list[_Version]:
    """Read the hours at the beginning and each change after it, in order of their days."""
    versions = [(dt.date.min, *_read_hours("", content, faults))]
    if isinstance(content["hours"], dict) and DEFAULT not in versions[0][1]:
        faults.append("hours：缺少 default（没有单独写明的渠道的营业时间）。")
    changes = content.get("changes", [])
    if not isinstance(changes, list):
        faults.append(f"changes：应为列表，每项写 effective 和变动的部分，而不是 {changes!r}。")
        changes = []
    for number, entry in enumerate(changes):
        place = f"changes[{number}]"
        entry = as_mapping(place, entry, faults)
        refuse_unknown(place, entry, CHANGE_KEYS, faults)
        day = read_day(f"{place}.effective", entry.get("effective"), faults)
        versions.append((day or dt.date.min, *_read_hours(f"{place}.", entry, faults)))
    days = [day for day, *_ in versions if day != dt.date.min]
    twice = sorted({day for day in days if days.count(day) > 1})
    faults += [f"changes：{day} 有两次变动，不知道用哪一次。" for day in twice]
    return sorted(versions, key=lambda version: version[0])


def _read_hours(
    prefix: str, entry: Mapping[str, Any], faults: list[str]
) -> tuple[dict[str, Week], dict[str, bool]]:
    place = f"{prefix}hours"
    weeks = {
        channel: _read_week(f"{place}.{channel}", week, faults)
        for channel, week in _by_channel(place, entry.get("hours", {}), faults).items()
    }
    place = f"{prefix}works_on_holidays"
    works = entry.get("works_on_holidays", {})
    works = {DEFAULT: works} if isinstance(works, bool) else _by_channel(place, works, faults)
    for channel, flag in works.items():
        if not isinstance(flag, bool):
            faults.append(f"{place}.{channel}：应为 true 或 false，而不是 {flag!r}。")
    return weeks, works


def _by_channel(place: str, value: Any, faults: list[str]) -> dict[str, Any]:
    """Read a mapping whose keys are channels, by our names or by those of exports."""
    read: dict[str, Any] = {}
    for key, entry in as_mapping(place, value, faults).items():
        channel = _channel(place, key, faults)
        if channel in read:
            faults.append(f"{place}：渠道 {channel} 写了两次，一次写作 {key!r}。")
        elif channel:
            read[channel] = entry
    return read


def _channel(place: str, key: Any, faults: list[str]) -> str | None:
    if key == DEFAULT or key in CHANNELS:
        return str(key)
    for channel, names in CHANNELS.items():
        if str(key).lower() in names:
            return channel
    add_unknown(place, key, [DEFAULT, *CHANNELS], faults, stands=f"{place}.{key}")
    return None


def _read_week(place: str, value: Any, faults: list[str]) -> Week:
    """Read the hours of a week: by weekday, or the same every day."""
    if not isinstance(value, dict):
        return (read_spans(place, value, faults),) * 7
    week: dict[int, Spans] = {}
    for key, spans in as_mapping(place, value, faults).items():
        days = _read_weekdays(f"{place}.{key}", key, faults)
        if week.keys() & set(days):
            faults.append(f"{place}.{key}：同一天写了两次。")
        week |= dict.fromkeys(days, read_spans(f"{place}.{key}", spans, faults))
    missing = [name for name, number in _WEEKDAYS.items() if number not in week]
    if missing:
        listed = "、".join(missing[len(missing) // 2 :])
        faults.append(f"{place}：没有写{listed}；不营业写 []。")
    return tuple(week.get(number, CLOSED) for number in range(7))


def _read_weekdays(place: str, key: str, faults: list[str]) -> list[int]:
    """Read ``mon-fri``, ``sat`` or ``周一至周五`` as weekday numbers, Monday 0."""
    days: list[int] = []
    for part in _SEPARATORS.split(key.strip().lower().replace("星期", "周")):
        ends = [_WEEKDAYS.get(name) for name in _TO.split(part)]
        first, last = ends[0], ends[-1]
        if first is None or last is None or len(ends) > 2 or first > last:
            faults.append(f"{place}：应为 mon-fri、sat、周一至周五 这样的星期，而不是 {part!r}。")
        else:
            days += range(first, last + 1)
    return days


def _read_exceptions(value: Any, faults: list[str]) -> _Exceptions:
    """Read the days of the team's own, by channel."""
    if not isinstance(value, list):
        faults.append(f"exceptions：应为列表，每项写 date 和 hours，而不是 {value!r}。")
        return {}
    read: _Exceptions = {}
    for number, entry in enumerate(value):
        place = f"exceptions[{number}]"
        entry = as_mapping(place, entry, faults)
        refuse_unknown(place, entry, EXCEPTION_KEYS, faults)
        spans = read_spans(f"{place}.hours", entry.get("hours"), faults)
        days = dict.fromkeys(read_days(place, entry, LONGEST_EXCEPTION_DAYS, faults), spans)
        for channel in _read_channels(f"{place}.channels", entry, faults):
            twice = sorted(read.setdefault(channel, {}).keys() & days.keys())
            if twice:
                faults.append(f"{place}：{channel} 在 {twice[0]} 已有一项例外。")
            read[channel] |= days
    return read


def _read_channels(place: str, entry: Mapping[str, Any], faults: list[str]) -> list[str]:
    listed = entry.get("channels", [DEFAULT])
    if not isinstance(listed, list) or not listed:
        faults.append(f"{place}：应为渠道的列表，如 [phone]，而不是 {listed!r}。")
        return []
    found = [_channel(place, key, faults) for key in listed]
    return [channel for channel in dict.fromkeys(found) if channel]


def _schedule(channel: str, versions: list[_Version], exceptions: _Exceptions) -> Schedule:
    """Put together what holds for a channel: its own where stated, else the default."""
    hours: list[Hours] = []
    weeks: dict[str, Week] = {}
    works: dict[str, bool] = {}
    for day, own_weeks, own_works in versions:
        weeks |= own_weeks
        works |= own_works
        week = weeks.get(channel, weeks.get(DEFAULT, (CLOSED,) * 7))
        stated = Hours(day, week, works.get(channel, works.get(DEFAULT, False)))
        if not hours or (hours[-1].week, hours[-1].works_on_holidays) != (
            stated.week,
            stated.works_on_holidays,
        ):
            hours.append(stated)
    return Schedule(tuple(hours), {**exceptions.get(DEFAULT, {}), **exceptions.get(channel, {})})
