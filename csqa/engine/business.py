"""Business time on arrays: how much of the time between two moments a channel was open.

For an analyst; the passes over contacts count in SQL (:mod:`csqa.engine.business_sql`), from the
same table of days. Nothing is guessed: a span that touches a year whose holidays are not listed
has no business time, and is counted.
"""

import datetime as dt
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.opening_days import MS_PER_DAY, OpeningDays, list_opening_days
from csqa.engine.zones import read_zone
from csqa.errors import RuleError
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.mapping import check_time_zone
from csqa.schema import DEFAULT_TIME_ZONE

US_PER_MS = 1000
US_PER_DAY = MS_PER_DAY * US_PER_MS
US_PER_SECOND = 1_000_000
BLOCK = 500_000
"""Rows counted at once: what is needed on the way stays small beside the times themselves."""
UNKNOWN = np.datetime64("2000-01-01")
"""Stands where there is no time; what is counted from it is left out."""

Moments: TypeAlias = "pd.Series[Any] | NDArray[Any] | list[Any]"
Microseconds = NDArray[np.int64]
Flags = NDArray[np.bool_]


def business_seconds(
    start: Moments,
    end: Moments,
    calendar: Calendar | None = None,
    channel: "str | pd.Series[str] | None" = None,
    time_zone: str = DEFAULT_TIME_ZONE,
) -> "pd.Series[float]":
    """Seconds between two times in which a channel was open.

    Parameters
    ----------
    start, end : Series, array or list of timestamps
        Aware, or wall times of ``time_zone``; of the same length, and Series of the same index.
    calendar : Calendar, optional
        Opening hours and holidays; default the shipped one.
    channel : str or Series of str, optional
        Whose hours: one for all, or one per row; default the hours of ``default``.
    time_zone : str
        The zone whose wall times the opening hours are.

    Returns
    -------
    Series of float
        In seconds, with the index of ``start``. NaN where a time is missing, the end is before
        the start, or the span touches a year whose holidays the calendar does not list
        (:func:`count_uncovered` tells how many).

    Raises
    ------
    RuleError
        If the lengths or indexes differ, the zone is not known, or values are not times.

    Examples
    --------
    Friday 17:30 to Monday 09:30, open from 9 to 18 on workdays; and over National Day:

    >>> start = pd.to_datetime(pd.Series(["2025-06-06 17:30", "2025-09-30 17:00"]))
    >>> end = pd.to_datetime(pd.Series(["2025-06-09 09:30", "2025-10-09 10:00"]))
    >>> (business_seconds(start, end) / 3600).tolist()
    [1.0, 2.0]
    """
    counted, _ = _count(start, end, calendar, channel, time_zone)
    return counted


def count_uncovered(
    start: Moments,
    end: Moments,
    calendar: Calendar | None = None,
    channel: "str | pd.Series[str] | None" = None,
    time_zone: str = DEFAULT_TIME_ZONE,
) -> int:
    """Count the spans that have no business time because the calendar does not cover them.

    Parameters and errors are those of :func:`business_seconds`.

    Examples
    --------
    >>> count_uncovered(["2025-06-06 17:30", "2098-12-31"], ["2025-06-09", "2099-01-02"])
    1
    """
    _, uncovered = _count(start, end, calendar, channel, time_zone)
    return int(uncovered.sum())


def _count(
    start: Moments,
    end: Moments,
    calendar: Calendar | None,
    channel: "str | pd.Series[str] | None",
    time_zone: str,
) -> tuple["pd.Series[float]", Flags]:
    """Business seconds, and which spans are in order but not covered."""
    check_time_zone(time_zone)
    calendar = calendar or read_calendar()
    index = _check_rows(start, end, channel)
    (earlier, known_start), (later, known_end) = (
        _utc(name, moments, time_zone) for name, moments in (("start", start), ("end", end))
    )
    in_order = known_start & known_end & (later >= earlier)
    seconds = np.full(len(index), np.nan)
    if in_order.any():
        first, last = _date(earlier[in_order].min()), _date(later[in_order].max())
        days = list_opening_days(calendar, first, last, time_zone)
        numbers = _schedule_numbers(channel, calendar, len(index))
        for number in range(len(calendar.schedules)):
            chosen = np.flatnonzero(in_order & (numbers == number))
            for part in np.split(chosen, range(BLOCK, len(chosen), BLOCK)):
                seconds[part] = _open_seconds(earlier[part], later[part], days, number)
    return pd.Series(seconds, index=index), in_order & np.isnan(seconds)


def _check_rows(start: Moments, end: Moments, channel: object) -> pd.Index:
    """Give the index of the rows; refuse inputs that don't belong together."""
    given: dict[str, Any] = {"start": start, "end": end}
    if channel is not None and not isinstance(channel, str):
        given["channel"] = channel
    lengths = {name: len(values) for name, values in given.items()}
    if len(set(lengths.values())) > 1:
        found = "、".join(f"{name} {length}" for name, length in lengths.items())
        msg = f"start、end（和 channel）应一样长，而不是 {found}。"
        raise RuleError(msg)
    indexes = [values.index for values in given.values() if isinstance(values, pd.Series)]
    if any(not index.equals(indexes[0]) for index in indexes):
        msg = "start、end（和 channel）的行索引应一致；不一致时先用 reset_index 或 merge 对齐。"
        raise RuleError(msg)
    return indexes[0] if indexes else pd.RangeIndex(len(start))


def _utc(name: str, moments: Moments, time_zone: str) -> tuple[Microseconds, Flags]:
    """Microseconds of UTC since 1970, and whether there is a time at all."""
    times = _as_times(name, moments)
    aware = times.dt.tz is not None
    if aware:
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    zone = read_zone("UTC" if aware else time_zone)
    values = times.to_numpy().astype("datetime64[us]", copy=True)
    known = ~np.isnat(values)
    values[~known] = UNKNOWN
    return zone.to_utc(values.astype("int64"), unit=US_PER_SECOND), known


def _as_times(name: str, moments: Moments) -> "pd.Series[Any]":
    """Read times; numbers are none, though pandas would take them for nanoseconds."""
    values = pd.Series(moments)
    form = f"`{name}` 应为时间，写成文字时如 2025-06-06 17:30，而不是 "
    if pd.api.types.is_numeric_dtype(values) and values.notna().any():
        raise RuleError(form + f"{values.dropna().iloc[0]}。")
    try:
        return pd.Series(pd.to_datetime(values, format="ISO8601"))
    except (TypeError, ValueError) as error:
        read = pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True)
        wrong = values[read.isna() & values.notna()]
        found = repr(wrong.iloc[0]) if len(wrong) else "有的带时区、有的不带"
        raise RuleError(form + f"{found}。") from error


def _date(moment: np.int64) -> dt.date:
    """Day of a moment; one that Python cannot name is beyond the calendar anyhow."""
    ordinal = int(moment // US_PER_DAY) + dt.date(1970, 1, 1).toordinal()
    return dt.date.fromordinal(min(max(ordinal, 2), dt.date.max.toordinal() - 1))


def _schedule_numbers(channel: object, calendar: Calendar, rows: int) -> NDArray[np.int64]:
    if channel is None or isinstance(channel, str):
        return np.full(rows, calendar.channels.get(channel or "", 0), dtype="int64")
    numbers: NDArray[np.int64] = np.zeros(rows, dtype="int64")
    for name, number in calendar.channels.items():
        numbers[np.asarray(channel == name)] = number
    return numbers


def _open_seconds(
    start: Microseconds, end: Microseconds, days: OpeningDays, number: int
) -> NDArray[np.float64]:
    """Seconds between moments of one schedule; NaN beyond the days that are known."""
    rows = days.rows[days.rows["schedule"] == number]
    if rows.empty:
        return np.full(len(start), np.nan)
    first, last = _rows_of(start, rows), _rows_of(end, rows)
    covered = (start >= _column(rows, "covered_from")[first]) & (
        end < _column(rows, "covered_until")[first]
    )
    passed = _open_until(end, last, rows, days.spans) - _open_until(start, first, rows, days.spans)
    return np.where(covered, passed / US_PER_SECOND, np.nan)


def _rows_of(moments: Microseconds, rows: pd.DataFrame) -> NDArray[np.intp]:
    """Give the row of each moment's day, or any row if there is none."""
    listed = _column(rows, "day") // US_PER_DAY
    place = np.zeros(listed[-1] - listed[0] + 1, dtype="intp")
    place[listed - listed[0]] = np.arange(len(listed))
    nth = np.clip(moments // US_PER_DAY - listed[0], 0, len(place) - 1)
    return np.asarray(place[nth])


def _open_until(
    moments: Microseconds, row: NDArray[np.intp], rows: pd.DataFrame, spans: int
) -> Microseconds:
    """Microseconds open from the beginning of the days to each moment."""
    total = _column(rows, "before_ms")[row]
    for span in range(1, spans + 1):
        passed = moments - _column(rows, f"opens_{span}")[row]
        total += np.clip(passed, 0, _column(rows, f"length_{span}_ms")[row])
    return total


def _column(rows: pd.DataFrame, name: str) -> Microseconds:
    """Values of a column in microseconds."""
    values = rows[name].to_numpy()
    return values * US_PER_MS if name.endswith("_ms") else values.astype("int64")
