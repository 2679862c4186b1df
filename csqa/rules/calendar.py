"""The calendar: when a channel is open, public holidays, make-up workdays (调休), peak hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from csqa.rules.calendar_reader import read_holidays, read_peak_hours
from csqa.rules.faults import WHOLE, refuse_unknown
from csqa.rules.files import DEFAULTS, read_rules, read_yaml
from csqa.rules.kinds import refuse_other_kind
from csqa.rules.schedule import CLOSED, ROUND_THE_CLOCK, Schedule, Spans
from csqa.rules.schedule_reader import read_schedules

CALENDAR_KEYS = (
    "peak_hours",
    "hours",
    "works_on_holidays",
    "changes",
    "exceptions",
    "holidays",
)


@dataclass(frozen=True)
class Calendar:
    """Which hours are open, which are peak, and for which years that is known."""

    peak_minutes: Spans
    """Spans in minutes of the local day, the start inside and the end outside."""
    fingerprint: str = ""
    schedules: tuple[Schedule, ...] = (ROUND_THE_CLOCK,)
    """The opening hours that differ from each other; the first is the default."""
    channels: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Channel → its schedule's place in ``schedules``; a channel not named has the first."""
    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()
    """Days off that are worked in exchange for a holiday (调休上班)."""
    covered_years: frozenset[int] = frozenset()
    """Years whose holidays are listed. Of another year nothing is guessed."""

    def schedule_of(self, channel: str | None) -> Schedule:
        """Give the opening hours of a channel.

        Examples
        --------
        >>> read_calendar().schedule_of("phone") == ROUND_THE_CLOCK
        True
        """
        return self.schedules[self.channels.get(channel or "", 0)]

    def open_spans(self, day: date, schedule: Schedule) -> Spans | None:
        """Give the minutes of a local day in which a schedule is open; None if nobody can know.

        Parameters
        ----------
        day : date
            A day in the zone of the team.
        schedule : Schedule
            One of ``schedules``.

        Returns
        -------
        tuple of pairs or None
            None for a year whose holidays are not listed, if the team rests on holidays.

        Examples
        --------
        >>> calendar = read_calendar()
        >>> email = calendar.schedule_of("email")
        >>> calendar.open_spans(date(2025, 9, 28), email)  # a Sunday worked for National Day
        ((540, 1080),)
        >>> calendar.open_spans(date(2025, 10, 1), email)
        ()
        >>> calendar.open_spans(date(2050, 10, 3), email) is None
        True
        """
        if day in schedule.exceptions:
            return schedule.exceptions[day]
        hours = schedule.hours_on(day)
        if hours.works_on_holidays:
            return hours.week[day.weekday()]
        if day.year not in self.covered_years:
            return None
        if day in self.holidays:
            return CLOSED
        return hours.week[0 if day in self.makeup_days else day.weekday()]


def read_calendar(path: str | Path | None = None) -> Calendar:
    """Read a calendar from YAML; without a path, the one that csqa ships.

    Parameters
    ----------
    path : str or Path, optional
        A file written like the shipped one. Opening hours left out are the shipped ones, and so
        are the holidays of every year it does not list.

    Raises
    ------
    RuleError
        With every fault of the file in one message.

    Examples
    --------
    >>> read_calendar().peak_minutes
    ((600, 720), (1140, 1320))
    """
    chosen = Path(path) if path else DEFAULTS / "calendar.yml"
    file = read_rules(chosen)
    content, faults = file.content, file.faults
    shipped = read_yaml(DEFAULTS / "calendar.yml")[0] if path else content
    refuse_other_kind(file, "calendar")
    refuse_unknown(WHOLE, content, CALENDAR_KEYS, faults)
    peak_minutes = read_peak_hours(content, faults)
    schedules, channels = read_schedules(content, shipped, faults)
    holidays = read_holidays(content, shipped, faults)
    file.refuse_faults()
    return Calendar(peak_minutes, file.fingerprint, schedules, channels, *holidays)
