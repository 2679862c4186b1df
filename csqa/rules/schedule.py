"""Opening hours as values: which minutes of which day a channel is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

MINUTES_PER_DAY = 24 * 60

Spans = tuple[tuple[int, int], ...]
"""Minutes of one local day, the start inside and the end outside; in order, with gaps between."""
Week = tuple[Spans, ...]
"""Spans of the seven weekdays, Monday first."""

CLOSED: Spans = ()
ALL_DAY: Spans = ((0, MINUTES_PER_DAY),)


@dataclass(frozen=True)
class Hours:
    """Opening hours from a day on."""

    effective: date
    week: Week
    works_on_holidays: bool
    """Whether the week holds on public holidays too; make-up days then change nothing."""


@dataclass(frozen=True)
class Schedule:
    """The opening hours of one or several channels over the years."""

    hours: tuple[Hours, ...]
    """In order of their days; the first reaches back without end."""
    exceptions: Mapping[date, Spans] = field(default_factory=dict, hash=False)
    """Days of the team's own: closures and extra openings. They go before everything else."""

    def hours_on(self, day: date) -> Hours:
        """Give the hours in force on a day.

        Examples
        --------
        >>> ROUND_THE_CLOCK.hours_on(date(2025, 6, 1)).week[6]
        ((0, 1440),)
        """
        held = [hours for hours in self.hours if hours.effective <= day]
        return held[-1] if held else self.hours[0]


ROUND_THE_CLOCK = Schedule((Hours(date.min, (ALL_DAY,) * 7, works_on_holidays=True),))
"""Open every minute: business time is then the time of the clock."""
