"""Periods as csqa writes them: ``2025-06-01``, ``2025-W23``, ``2025-06``, ``2025-Q2``, ``2025``."""

import re
from datetime import date, timedelta

from csqa.errors import RuleError

FIRST_MONTH = "1900-01"
"""No contact is older; a month before it is a slip of the keyboard."""

_FORMS = {
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII),
    "week": re.compile(r"(\d{4})-W(\d{2})", re.ASCII),
    "month": re.compile(r"(\d{4})-(\d{2})", re.ASCII),
    "quarter": re.compile(r"(\d{4})-Q([1-4])", re.ASCII),
    "year": re.compile(r"(\d{4})", re.ASCII),
}


def kind_of(period: str) -> str:
    """Return which kind of period a label is.

    Raises
    ------
    RuleError
        If it is none, or names no day of the calendar.

    Examples
    --------
    >>> kind_of("2025-06"), kind_of("2025-W23")
    ('month', 'week')
    """
    return _parse(period)[0]


def first_day(period: str) -> date:
    """Return the first day of a period.

    Raises
    ------
    RuleError
        If the label is no period.

    Examples
    --------
    >>> first_day("2025-Q2").isoformat(), first_day("2025-W01").isoformat()
    ('2025-04-01', '2024-12-30')
    """
    return _parse(period)[1]


def last_day(period: str) -> date:
    """Return the last day of a period.

    Raises
    ------
    RuleError
        If the label is no period.

    Examples
    --------
    >>> last_day("2024-02").isoformat(), last_day("2025-Q2").isoformat()
    ('2024-02-29', '2025-06-30')
    """
    return first_day(next_period(period)) - timedelta(days=1)


def check_month(period: object) -> str:
    """Return a month's label, checked.

    Raises
    ------
    RuleError
        If it is no month ``YYYY-MM``.

    Examples
    --------
    >>> check_month("2025-06")
    '2025-06'
    >>> check_month("2025-13")
    Traceback (most recent call last):
        ...
    csqa.errors.RuleError: `period` 应为 YYYY-MM，例如 2025-06，而不是 '2025-13'。
    """
    try:
        kind = _parse(str(period))[0]
    except RuleError:
        kind = ""
    if kind != "month" or not isinstance(period, str) or period < FIRST_MONTH:
        msg = f"`period` 应为 YYYY-MM，例如 2025-06，而不是 {period!r}。"
        raise RuleError(msg)
    return period


def months_back(period: str, count: int) -> str:
    """Return the month that lies ``count`` months before a month.

    Examples
    --------
    >>> months_back("2025-01", 1), months_back("2025-06", 12), months_back("2025-06", 0)
    ('2024-12', '2024-06', '2025-06')
    """
    start = first_day(check_month(period))
    index = start.year * 12 + start.month - 1 - count
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def next_period(period: str) -> str:
    """Return the period that follows.

    Examples
    --------
    >>> next_period("2025-12"), next_period("2025-Q4"), next_period("2025-06-30")
    ('2026-01', '2026-Q1', '2025-07-01')
    """
    kind, start = _parse(period)
    days = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[kind]
    return label_of(start + timedelta(days=days), kind)


def label_of(day: date, kind: str) -> str:
    """Return the label of the period of a kind that holds a day.

    Examples
    --------
    >>> label_of(date(2025, 6, 9), "week"), label_of(date(2025, 6, 9), "quarter")
    ('2025-W24', '2025-Q2')
    """
    year, week, _ = day.isocalendar()
    labels = {
        "day": day.isoformat(),
        "week": f"{year}-W{week:02d}",
        "month": f"{day.year:04d}-{day.month:02d}",
        "quarter": f"{day.year:04d}-Q{(day.month + 2) // 3}",
        "year": f"{day.year:04d}",
    }
    return labels[kind]


def _parse(period: str) -> tuple[str, date]:
    for kind, form in _FORMS.items():
        matched = form.fullmatch(period)
        if matched:
            try:
                return kind, _start(kind, [int(part) for part in matched.groups()])
            except ValueError:
                break
    msg = f"`period` 应形如 2025-06-01、2025-W23、2025-06、2025-Q2 或 2025，而不是 {period!r}。"
    raise RuleError(msg)


def _start(kind: str, parts: list[int]) -> date:
    year, *rest = parts
    if kind == "week":
        return date.fromisocalendar(year, rest[0], 1)
    if kind == "quarter":
        return date(year, 3 * rest[0] - 2, 1)
    return date(year, *rest, *[1] * (2 - len(rest)))
