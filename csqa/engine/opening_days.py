"""The days of a calendar as a small table: how long a schedule had been open before each day.

Business time between two moments is C(end) - C(start), C being the time open since the table
began: the time before the day, and the part of the day's spans that has passed. Days are those of
UTC, as the times of the tables are, so that no moment has to be moved to its zone first, and a
span over a change of the clock has its true length.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.zones import FIRST_YEAR, LAST_YEAR, Zone, read_zone
from csqa.rules.calendar import Calendar
from csqa.rules.schedule import Schedule

MS_PER_DAY = 86_400_000
MS_PER_MINUTE = 60_000

Milliseconds = NDArray[np.int64]


@dataclass(frozen=True)
class OpeningDays:
    """The table of days, small enough to be sent to any engine."""

    rows: pd.DataFrame
    """``schedule day covered_from covered_until before_ms`` and, for each span of a day,
    ``opens_1 length_1_ms`` …: when it begins and how long it is. All in UTC. A day that nobody
    can know has no row; ``covered_from`` and ``covered_until`` bound the stretch of known time
    that a day belongs to."""
    spans: int
    """Most spans of a day; days with fewer have spans of length 0."""
    channels: Mapping[str, int]
    """Channel → number of its schedule; any other channel has schedule 0."""

    def create_statement(self, table: str = "opening_days", timestamp: str = "TIMESTAMP") -> str:
        """SQL that creates the table; ``timestamp`` is DATETIME in MariaDB.

        Examples
        --------
        >>> from csqa.rules.calendar import read_calendar
        >>> days = list_opening_days(read_calendar(), dt.date(2025, 6, 1), dt.date(2025, 6, 30))
        >>> print(days.create_statement())
        CREATE TEMPORARY TABLE opening_days (schedule INTEGER, day DATE, covered_from TIMESTAMP, \
covered_until TIMESTAMP, before_ms BIGINT, opens_1 TIMESTAMP, length_1_ms BIGINT, \
PRIMARY KEY (day, schedule))
        """
        types = {"schedule": "INTEGER", "day": "DATE"}
        types |= {name: timestamp for name in _moments(self.rows)}
        columns = ", ".join(f"{name} {types.get(name, 'BIGINT')}" for name in self.rows.columns)
        # Without the key MariaDB would read all days for every row.
        return f"CREATE TEMPORARY TABLE {table} ({columns}, PRIMARY KEY (day, schedule))"

    def insert_statements(self, table: str = "opening_days", size: int = 1000) -> Iterator[str]:
        """SQL that fills the table, so many rows at a time.

        Examples
        --------
        >>> from csqa.rules.calendar import read_calendar
        >>> days = list_opening_days(read_calendar(), dt.date(2025, 6, 1), dt.date(2025, 6, 30))
        >>> next(days.insert_statements())[:59]
        "INSERT INTO opening_days VALUES (0, DATE '2025-06-01', TIME"
        """
        texts = [
            _literals(self.rows[name], "DATE" if name == "day" else "TIMESTAMP")
            for name in self.rows.columns
        ]
        rows = [f"({', '.join(row)})" for row in zip(*texts, strict=True)]
        for start in range(0, len(rows), size):
            yield f"INSERT INTO {table} VALUES {', '.join(rows[start : start + size])}"


def _moments(rows: pd.DataFrame) -> list[str]:
    """Give the columns of times, but for the day."""
    return [name for name in rows.columns if rows[name].dtype.kind == "M" and name != "day"]


def _literals(column: "pd.Series[Any]", kind: str) -> "pd.Series[str]":
    """Write a column of whole numbers, days or moments as SQL."""
    if column.dtype.kind != "M":
        return column.astype(str)
    form = "%Y-%m-%d" if kind == "DATE" else "%Y-%m-%d %H:%M:%S"
    texts: pd.Series[str] = f"{kind} '" + column.dt.strftime(form) + "'"
    return texts


def list_opening_days(
    calendar: Calendar, first: dt.date, last: dt.date, time_zone: str = "Asia/Shanghai"
) -> OpeningDays:
    """List the days between two, for every schedule of a calendar.

    Parameters
    ----------
    calendar : Calendar
        The rules: opening hours, holidays, make-up workdays.
    first, last : date
        First and last day in UTC that a moment falls on; clipped to the years 1990 to 2099.
    time_zone : str
        The zone whose wall times the opening hours are.

    Returns
    -------
    OpeningDays
        One row per schedule and day that is known.

    Examples
    --------
    >>> from csqa.rules.calendar import read_calendar
    >>> days = list_opening_days(read_calendar(), dt.date(2025, 9, 30), dt.date(2025, 10, 10))
    >>> email = days.rows[days.rows["schedule"] == 0]
    >>> (email["length_1_ms"] / 3_600_000).tolist()  # hours; National Day is 1 to 8 October
    [9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 9.0, 9.0]
    """
    first = max(first, dt.date(FIRST_YEAR, 1, 1))
    last = min(last, dt.date(LAST_YEAR, 12, 31))
    zone = read_zone(time_zone)
    tables = [
        _list_days(calendar, schedule, first, last, zone).assign(schedule=number)
        for number, schedule in enumerate(calendar.schedules)
    ]
    rows = pd.concat(tables, ignore_index=True)
    columns = ["schedule", "day", "covered_from", "covered_until", "before_ms"]
    spans = sum(name.startswith("opens_") for name in rows.columns)
    for number in range(1, spans + 1):
        opens, length = f"opens_{number}", f"length_{number}_ms"
        rows[opens] = rows[opens].fillna(rows["day"])
        rows[length] = rows[length].fillna(0).astype("int64")
        columns += [opens, length]
    return OpeningDays(rows[columns], spans, dict(calendar.channels))


def _list_days(
    calendar: Calendar, schedule: Schedule, first: dt.date, last: dt.date, zone: Zone
) -> pd.DataFrame:
    """List the days of one schedule; times since 1970 until they become columns."""
    known, opened = _list_spans(calendar, schedule, first, last)
    bounds = _ms(first), _ms(last + dt.timedelta(days=1))
    covered = np.clip(_join(_instants(known, zone)), *bounds)
    days, stretch, _ = _cut(covered)
    days, kept = np.unique(days, return_index=True)
    stretch = stretch[kept]
    opens, lengths = _spread(days, np.clip(_join(_instants(opened, zone)), *bounds))
    total = lengths.sum(axis=1)
    columns = {
        "day": _times(days),
        "covered_from": _times(covered[stretch, 0]),
        "covered_until": _times(covered[stretch, 1]),
        "before_ms": np.cumsum(total) - total,
    }
    for number in range(lengths.shape[1]):
        columns[f"opens_{number + 1}"] = _times(opens[:, number])
        columns[f"length_{number + 1}_ms"] = lengths[:, number]
    return pd.DataFrame(columns)


def _list_spans(
    calendar: Calendar, schedule: Schedule, first: dt.date, last: dt.date
) -> tuple[Milliseconds, Milliseconds]:
    """List wall times from and to: days that are known, and spans that are open."""
    known: list[tuple[int, int]] = []
    opened: list[tuple[int, int]] = []
    # A day of UTC touches the local days before and after it.
    for ordinal in range(first.toordinal() - 1, last.toordinal() + 2):
        day = dt.date.fromordinal(ordinal)
        spans = calendar.open_spans(day, schedule)
        if spans is None:
            continue
        midnight = _ms(day)
        known.append((midnight, midnight + MS_PER_DAY))
        opened += [(midnight + a * MS_PER_MINUTE, midnight + b * MS_PER_MINUTE) for a, b in spans]
    return _pairs(known), _pairs(opened)


def _pairs(spans: list[tuple[int, int]]) -> Milliseconds:
    return np.array(spans, dtype="int64").reshape(-1, 2)


def _ms(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days * MS_PER_DAY


def _times(moments: Milliseconds) -> NDArray[np.datetime64]:
    return moments.astype("datetime64[ms]").astype("datetime64[us]")


def _instants(wall: Milliseconds, zone: Zone) -> Milliseconds:
    """First moment at which the clock shows a wall time or a later one.

    A wall time that is skipped has none of its own: its moment is that of the change.
    """
    moments = zone.to_utc(wall, unit=1000)
    place = np.searchsorted(zone.wall_changes * 1000, wall, side="right")
    ends = np.append(zone.changes * 1000, np.iinfo("int64").max)
    bounded: Milliseconds = np.minimum(moments, ends[place])
    return bounded


def _join(spans: Milliseconds) -> Milliseconds:
    """Make one of the spans that touch; they come in order and none overlaps."""
    spans = spans[spans[:, 1] > spans[:, 0]]
    if not len(spans):
        return spans
    begins = np.append(True, spans[1:, 0] > spans[:-1, 1])
    return np.column_stack([spans[begins, 0], spans[np.append(begins[1:], True), 1]])


def _cut(spans: Milliseconds) -> tuple[Milliseconds, NDArray[np.intp], Milliseconds]:
    """Cut spans at midnight: the day of each piece, its span, and the piece."""
    spans = spans.copy()
    full = spans[:, 1] > spans[:, 0]
    start = spans[:, 0] // MS_PER_DAY
    pieces = np.where(full, (spans[:, 1] - 1) // MS_PER_DAY - start + 1, 0)
    origin = np.repeat(np.arange(len(spans)), pieces)
    nth = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    midnight = (start[origin] + nth) * MS_PER_DAY
    cut = np.column_stack(
        [
            np.maximum(spans[origin, 0], midnight),
            np.minimum(spans[origin, 1], midnight + MS_PER_DAY),
        ]
    )
    return midnight, origin, cut


def _spread(days: Milliseconds, spans: Milliseconds) -> tuple[Milliseconds, Milliseconds]:
    """Give the spans of each day side by side: when they begin, and their lengths."""
    midnight, _, cut = _cut(spans)
    row = np.searchsorted(days, midnight)
    nth = np.arange(len(cut)) - np.searchsorted(midnight, midnight)
    width = max(1, int(nth.max(initial=0)) + 1)
    opens = np.repeat(days[:, None], width, axis=1)
    lengths = np.zeros_like(opens)
    opens[row, nth] = cut[:, 0]
    lengths[row, nth] = cut[:, 1] - cut[:, 0]
    return opens, lengths
