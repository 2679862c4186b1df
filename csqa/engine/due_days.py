"""The last day on which something is in time: so many working days, or days, after another."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.rules.calendar import Calendar
from csqa.rules.inspection_settings import BUSINESS

DAYS_OFF_PER_YEAR = 200
"""More than any calendar has: weekends and holidays."""

SATURDAY = 5


def due_days(start: "pd.Series[dt.date]", count: int, kind: str, calendar: Calendar) -> pd.Series:
    """Give the last day that is in time.

    Parameters
    ----------
    start : Series of datetime64, days without a time
        From when it is counted; that day is day 0.
    count : int
        How many days there are.
    kind : {"business", "calendar"}
        Working days (Monday to Friday but for holidays, and make-up days), or all days.
    calendar : Calendar
        Holidays and make-up days.

    Returns
    -------
    Series of datetime64
        NaT where the start is missing, or a year is touched whose holidays the calendar does not
        list: nothing is guessed.

    Examples
    --------
    Filed on the last working day before National Day 2025, three working days:

    >>> from csqa.rules.calendar import read_calendar
    >>> filed = pd.Series(pd.to_datetime(["2025-09-30", "2025-06-03", "2050-06-01"]))
    >>> due_days(filed, 3, "business", read_calendar())
    0   2025-10-11
    1   2025-06-06
    2          NaT
    dtype: datetime64[s]
    """
    days = start.to_numpy(dtype="datetime64[D]")
    due = (days + np.timedelta64(count, "D")).astype("datetime64[D]")
    if kind == BUSINESS and count and not np.isnat(days).all():
        known = np.where(np.isnat(days), np.nanmin(days), days)
        working = _working_days(known.min(), known.max(), count, calendar)
        place = np.searchsorted(working, known, side="right") + count - 1
        due = np.where(np.isnat(days), days, working[place]).astype("datetime64[D]")
        due = np.where(
            _covered(days, calendar) & _covered(due, calendar), due, np.datetime64("NaT", "D")
        )
    return pd.Series(due.astype("datetime64[s]"), index=start.index)


def _working_days(
    first: np.datetime64, last: np.datetime64, count: int, calendar: Calendar
) -> NDArray[np.datetime64]:
    beyond = count + DAYS_OFF_PER_YEAR * (1 + count // 100)
    days = np.arange(first, last + np.timedelta64(beyond, "D"))
    weekday = (days.astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
    off = np.isin(days, _as_days(calendar.holidays)) | (weekday >= SATURDAY)
    return days[~off | np.isin(days, _as_days(calendar.makeup_days))]


def _as_days(days: frozenset[dt.date]) -> NDArray[np.datetime64]:
    return np.array(sorted(days), dtype="datetime64[D]")


def _covered(days: NDArray[np.datetime64], calendar: Calendar) -> NDArray[np.bool_]:
    years = days.astype("datetime64[Y]").astype("int64") + 1970
    return np.isin(years, sorted(calendar.covered_years))
