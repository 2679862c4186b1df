"""A recorded change of how the work is done: from when, of what, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from csqa.periods import label_of


@dataclass(frozen=True)
class Change:
    """One change from which on a series is compared with itself anew (:func:`csqa.stats.rebase`).

    It must have a reason: limits recalculated because points lie outside explain signals away.
    """

    start: date
    """First day on which it is in force; ``from`` in the file."""
    reason: str
    metric: str = ""
    """Key of a metric; empty: all metrics."""
    unit: tuple[tuple[str, str], ...] = ()
    """Whose change it is, as (column, value); empty: everybody's."""

    def concerns(self, metric: str, unit: Mapping[str, str]) -> bool:
        """Whether a series of this metric, of the unit with these names by column, changed.

        Examples
        --------
        >>> change = Change(date(2025, 4, 1), "新系统", unit=(("team", "热线组"),))
        >>> change.concerns("csat", {"team": "热线组"}), change.concerns("csat", {})
        (True, False)
        """
        named = all(unit.get(column) == value for column, value in self.unit)
        return named and self.metric in ("", metric)

    def first_period(self, kind: str) -> str:
        """The period of a kind in which it came into force: the first of the new segment.

        Examples
        --------
        >>> Change(date(2025, 4, 14), "新系统").first_period("month")
        '2025-04'
        """
        return label_of(self.start, kind)
