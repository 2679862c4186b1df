"""Business time in SQL: joins with the table of days, and expressions over them.

Plain joins on a day and CASE, so that one text serves every engine. One narrow row per day and
schedule: on 10 million contacts in DuckDB, one wide row per day with the columns of every schedule,
or both keys packed into one number, took as long.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from csqa.engine.connection import literal
from csqa.engine.opening_days import OpeningDays


@dataclass(frozen=True)
class BusinessTime:
    """SQL for durations between some moments of a row, counted in open hours only.

    Examples
    --------
    >>> from datetime import date
    >>> from csqa.engine.opening_days import list_opening_days
    >>> from csqa.rules.calendar import read_calendar
    >>> days = list_opening_days(read_calendar(), date(2025, 6, 1), date(2025, 6, 30))
    >>> moments = {"created": "c.created_at", "resolved": "c.resolved_at"}
    >>> business = BusinessTime(days, moments, "c.channel", "(epoch_ms({a}) - epoch_ms({b}))")
    >>> print(business.joins().splitlines()[0])
    LEFT JOIN opening_days AS created_day ON created_day.day = CAST(c.created_at AS DATE) AND \
created_day.schedule = CASE WHEN c.channel = 'phone' THEN 1 WHEN c.channel = 'online' THEN 1 \
ELSE 0 END
    >>> query = f"SELECT {business.milliseconds('created', 'resolved')} FROM c {business.joins()}"
    """

    days: OpeningDays
    moments: Mapping[str, str]
    """Name → SQL of a timestamp in UTC without zone, best a column."""
    channel: str
    """SQL of the channel."""
    milliseconds_between: str
    """How the engine writes the whole milliseconds from ``{b}`` to ``{a}``."""
    table: str = "opening_days"

    def joins(self) -> str:
        """Give the joins that find the day of each moment; they neither add nor drop a row."""
        schedule = self._schedule()
        lines = []
        for name, moment in self.moments.items():
            day = f"{name}_day"
            line = f"LEFT JOIN {self.table} AS {day} ON {day}.day = CAST({moment} AS DATE)"
            lines.append(f"{line} AND {day}.schedule = {schedule}")
        return "\n".join(lines)

    def milliseconds(self, start: str, end: str) -> str:
        """SQL for the open time between two of the moments, in whole milliseconds.

        NULL where a moment is missing, the end is before the start, or the span touches a day
        that the calendar does not cover.
        """
        later, earlier = self.moments[end], self.moments[start]
        known = f"{later} >= {earlier} AND {self._covered(start, end)}"
        return f"CASE WHEN {known} THEN {self._open_until(end)} - ({self._open_until(start)}) END"

    def is_uncovered(self, start: str, end: str) -> str:
        """SQL for: both moments are there and in order, but the calendar does not cover them."""
        later, earlier = self.moments[end], self.moments[start]
        return f"({later} >= {earlier} AND NOT COALESCE({self._covered(start, end)}, FALSE))"

    def _schedule(self) -> str:
        cases = [
            f"WHEN {self.channel} = {literal(channel)} THEN {number}"
            for channel, number in self.days.channels.items()
            if number
        ]
        return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"

    def _covered(self, start: str, end: str) -> str:
        day, later, earlier = f"{start}_day", self.moments[end], self.moments[start]
        return f"({earlier} >= {day}.covered_from AND {later} < {day}.covered_until)"

    def _open_until(self, name: str) -> str:
        day = f"{name}_day"
        spans = []
        for span in range(1, self.days.spans + 1):
            opens = f"{day}.opens_{span}"
            passed = self.milliseconds_between.format(a=self.moments[name], b=opens)
            spans.append(f"LEAST(GREATEST({passed}, 0), {day}.length_{span}_ms)")
        return " + ".join([f"{day}.before_ms", *spans])
