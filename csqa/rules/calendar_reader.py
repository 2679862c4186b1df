"""From the YAML of a calendar to days and spans, every fault collected on the way."""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from csqa.rules.faults import as_mapping, refuse_unknown
from csqa.rules.schedule import ALL_DAY, CLOSED, MINUTES_PER_DAY, Spans

_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_SPAN_FORM = "“10:00-12:00” 这样、不跨零点的时段"
_WORDS: dict[str, Spans] = {"24h": ALL_DAY, "closed": CLOSED}

YEARS = (1990, 2099)
"""First and last year that a calendar may speak of: a year beyond is a slip of the keyboard."""
LONGEST_HOLIDAY_DAYS = 31
LONGEST_EXCEPTION_DAYS = 366

HOLIDAY_KEYS = ("name", "date", "from", "to", "work")


def read_peak_hours(content: Mapping[str, Any], faults: list[str]) -> Spans:
    """Read the peak hours; none, if the file does not speak of them."""
    listed = content.get("peak_hours", [])
    if not isinstance(listed, list):
        faults.append(f'peak_hours 应为一个列表，如 ["10:00-12:00"]，而不是 {listed!r}。')
        return ()
    found = [_span(str(text)) for text in listed]
    wrong = [str(text) for text, span in zip(listed, found, strict=True) if span is None]
    if wrong:
        faults.append(f"peak_hours 应为{_SPAN_FORM}，而不是 {', '.join(wrong)}。")
    return tuple(span for span in dict.fromkeys(found) if span)


def read_spans(place: str, value: Any, faults: list[str]) -> Spans:
    """Read the opening hours of one day: ``24h``, ``closed`` or a list of spans."""
    if isinstance(value, str) and value in _WORDS:
        return _WORDS[value]
    if not isinstance(value, list):
        form = '["09:00-12:00", "13:00-18:00"]、[]（不营业）或 24h'
        faults.append(f"{place}：应为 {form}，而不是 {value!r}。")
        return CLOSED
    found = [_span(str(text)) for text in value]
    wrong = [str(text) for text, span in zip(value, found, strict=True) if span is None]
    if wrong:
        hint = "；跨零点的班次写成两段：当天到 24:00，次日从 00:00"
        faults.append(f"{place}：应为{_SPAN_FORM}，而不是 {', '.join(wrong)}{hint}。")
        return CLOSED
    return _joined(place, sorted(span for span in found if span), faults)


def _joined(place: str, spans: list[tuple[int, int]], faults: list[str]) -> Spans:
    """Make one span of those that touch; those that overlap are a fault."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            faults.append(f"{place}：时段互相重叠。")
            return CLOSED
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _span(text: str) -> tuple[int, int] | None:
    matched = _SPAN.fullmatch(text)
    if not matched:
        return None
    hour, minute, last_hour, last_minute = map(int, matched.groups())
    if max(minute, last_minute) > 59:
        return None
    start, end = hour * 60 + minute, last_hour * 60 + last_minute
    return (start, end) if start < end <= MINUTES_PER_DAY else None


def read_day(place: str, value: Any, faults: list[str]) -> dt.date | None:
    """Read one day, within :data:`YEARS`."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        faults.append(f"{place}：应为日期，如 2025-10-01，而不是 {value!r}。")
        return None
    if not YEARS[0] <= value.year <= YEARS[1]:
        faults.append(f"{place}：应在 {YEARS[0]} 到 {YEARS[1]} 年之间，而不是 {value}。")
        return None
    return value


def read_days(
    place: str, entry: Mapping[str, Any], longest: int, faults: list[str]
) -> list[dt.date]:
    """Read ``date``, or ``from`` and ``to`` (both inside), as the days they span."""
    if ("date" in entry) == ("from" in entry or "to" in entry):
        faults.append(f"{place}：应写 date（一天），或 from 和 to（首尾两天，都含）。")
        return []
    names = ("date", "date") if "date" in entry else ("from", "to")
    read = {name: read_day(f"{place}.{name}", entry.get(name), faults) for name in names}
    first, last = (read[name] for name in names)
    if first is None or last is None:
        return []
    count = (last - first).days + 1
    if not 1 <= count <= longest:
        faults.append(f"{place}：from 到 to 应为 1 到 {longest} 天，而不是 {first} 到 {last}。")
        return []
    return [first + dt.timedelta(days) for days in range(count)]


def read_holidays(
    content: Mapping[str, Any], shipped: Mapping[str, Any], faults: list[str]
) -> tuple[frozenset[dt.date], frozenset[dt.date], frozenset[int]]:
    """Read holidays, make-up workdays and the years they cover; own years go before shipped."""
    listed = content.get("holidays", {})
    if not isinstance(listed, dict):
        faults.append(f"holidays：应为“年份: 假期列表”，而不是 {listed!r}。")
        listed = {}
    off: set[dt.date] = set()
    worked: set[dt.date] = set()
    own = {year: entries for year, entries in listed.items() if _is_year(year, faults)}
    years = {**shipped["holidays"], **own}
    for year, entries in years.items():
        rest, work = _read_year(year, entries, faults)
        off.update(rest)
        worked.update(work)
    both = sorted(off & worked)
    if both:
        faults.append(f"holidays：{_enumerate(both)} 既放假又上班。")
    return frozenset(off), frozenset(worked), frozenset(years)


def _is_year(year: Any, faults: list[str]) -> bool:
    if isinstance(year, int) and not isinstance(year, bool) and YEARS[0] <= year <= YEARS[1]:
        return True
    faults.append(f"holidays：键应为 {YEARS[0]} 到 {YEARS[1]} 的年份，而不是 {year!r}。")
    return False


def _read_year(year: int, entries: Any, faults: list[str]) -> tuple[list[dt.date], list[dt.date]]:
    off: list[dt.date] = []
    worked: list[dt.date] = []
    if not isinstance(entries, list):
        faults.append(f"holidays.{year}：应为列表；没有假期写 []，而不是 {entries!r}。")
        return off, worked
    for number, entry in enumerate(entries):
        place = f"holidays.{year}[{number}]"
        entry = as_mapping(place, entry, faults)
        refuse_unknown(place, entry, HOLIDAY_KEYS, faults)
        off += read_days(place, entry, LONGEST_HOLIDAY_DAYS, faults)
        worked += _read_list(f"{place}.work", entry.get("work", []), faults)
    _check_year(year, [*off, *worked], faults)
    return off, worked


def _read_list(place: str, value: Any, faults: list[str]) -> list[dt.date]:
    if not isinstance(value, list):
        faults.append(f"{place}：应为日期的列表，如 [2025-09-28]，而不是 {value}。")
        return []
    days = [read_day(place, entry, faults) for entry in value]
    return [day for day in days if day]


def _check_year(year: int, days: Collection[dt.date], faults: list[str]) -> None:
    """A notice speaks of its year; New Year may begin in the December before."""
    outside = sorted(
        day for day in days if not dt.date(year - 1, 12, 1) <= day <= dt.date(year, 12, 31)
    )
    if outside:
        faults.append(f"holidays.{year}：{_enumerate(outside)} 不在这一年（或上一年 12 月）。")


def _enumerate(days: Iterable[dt.date]) -> str:
    return "、".join(day.isoformat() for day in days)
