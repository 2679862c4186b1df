"""Business durations in the engine: the calendar's days as a small table beside the contacts."""

from datetime import date
from typing import Any

import pandas as pd

from csqa.engine.business_sql import BusinessTime
from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.engines import put
from csqa.engine.opening_days import list_opening_days
from csqa.rules.calendar import Calendar

OPENING_DAYS = "csqa_opening_days"

MOMENTS = {
    "created": "contacts.created_at",
    "response": "contacts.first_response_at",
    "resolved": "contacts.resolved_at",
}

DURATIONS = {"first_response_seconds": "response", "resolution_seconds": "resolved"}
"""Measures of a time since the creation → the moment that ends it."""


def business_time(data: Dataset, calendar: Calendar) -> BusinessTime:
    """Put the calendar's days beside the contacts, once, and give SQL for business durations.

    Parameters
    ----------
    data : Dataset
        With contacts; its session gets the table of days.
    calendar : Calendar
        Opening hours, holidays, make-up workdays.

    Returns
    -------
    BusinessTime
        Over :data:`MOMENTS` of the relation called ``contacts``.
    """
    engine = data.engine
    first, last = _days_of(data)
    days = list_opening_days(calendar, first, last, data.time_zone)
    made_by = f"{calendar.fingerprint} {first} {last}"
    if data.prepared.get(OPENING_DAYS) != made_by:
        put(engine, OPENING_DAYS, days)
        data.prepared[OPENING_DAYS] = made_by
    between = engine.dialect.milliseconds
    return BusinessTime(days, MOMENTS, "contacts.channel", between, OPENING_DAYS)


def _days_of(data: Dataset) -> tuple[date, date]:
    """First and last day, in UTC, of anything that happened."""
    created, *others = data.engine.rows(
        "SELECT MIN(created_at), MAX(created_at), MAX(first_response_at), MAX(resolved_at)"
        f" FROM {data.relation('contacts')}"
    )[0]
    ends = [moment for moment in others if moment is not None]
    return created.date(), max(ends).date()


def sum_clocks(data: Dataset, calendar: Calendar, period: str) -> pd.DataFrame:
    """Durations of a month's contacts by both clocks.

    Parameters
    ----------
    data : Dataset
        With contacts.
    calendar : Calendar
        Opening hours.
    period : str
        A month.

    Returns
    -------
    DataFrame
        ``measure``, ``channel``, ``n``, ``total_seconds`` and ``business_seconds`` over those n
        contacts, ``uncovered``: how many more the calendar does not cover.
    """
    given = [name for name in DURATIONS if data.has("contacts", _column(name))]
    columns = ["measure", "channel", "n", "total_seconds", "business_seconds", "uncovered"]
    if not given:
        return pd.DataFrame(columns=columns)
    business = business_time(data, calendar)
    month = data.engine.dialect.periods["month"].format(t="contacts.local_at")
    text = " UNION ALL ".join(_sums(data, business, name, month, period) for name in given)
    found = data.engine.frame(f"{text} ORDER BY measure, channel")
    seconds = {name: found[name].astype(float) / 1000 for name in columns[3:5]}
    counts = {name: found[name].astype("int64") for name in ("n", "uncovered")}
    return found.assign(**seconds, **counts)[columns]


def _column(measure: str) -> str:
    return MOMENTS[DURATIONS[measure]].partition(".")[2]


def _sums(data: Dataset, business: BusinessTime, measure: str, month: str, period: str) -> str:
    end = DURATIONS[measure]
    opened = business.milliseconds("created", end)
    elapsed = data.engine.dialect.milliseconds_between(MOMENTS[end], MOMENTS["created"])
    uncovered = business.is_uncovered("created", end)
    return (
        f"SELECT {literal(measure)} AS measure, channel, COUNT(opened) AS n,"
        " SUM(CASE WHEN opened IS NOT NULL THEN elapsed END) AS total_seconds,"
        " SUM(opened) AS business_seconds, SUM(uncovered) AS uncovered"
        f" FROM (SELECT contacts.channel AS channel, {elapsed} AS elapsed, {opened} AS opened,"
        f" CASE WHEN {uncovered} THEN 1 ELSE 0 END AS uncovered"
        f" FROM {data.relation('contacts')} AS contacts {business.joins()}"
        f" WHERE {month} = {literal(period)}) AS timed GROUP BY channel"
    )


def business_values(data: Dataset, calendar: Calendar, measures: set[str]) -> tuple[str, str]:
    """SQL of the business durations that a standard asks for, and of the joins they need.

    Parameters
    ----------
    data : Dataset
        With contacts.
    calendar : Calendar
        Opening hours.
    measures : set of str
        Measures of the standard.

    Returns
    -------
    tuple of (str, str)
        Further columns of the facts, each after a comma, and joins; both empty where no
        business duration is asked for.
    """
    wanted = [name for name in DURATIONS if f"business_{name}" in measures]
    if not wanted:
        return "", ""
    business = business_time(data, calendar)
    values: list[Any] = [
        f", {business.milliseconds('created', DURATIONS[name])} AS business_{name}"
        for name in wanted
    ]
    return "".join(values), business.joins()
