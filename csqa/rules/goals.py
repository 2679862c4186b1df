"""A goal as a supervisor sets it: which metric, what value, by when (SMART, T1)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Goal:
    """One goal. What is not given is empty, for :func:`csqa.check_goals` to name."""

    place: str
    """Where it stands in the file: ``goals[0]``."""
    metric: str = ""
    """Key of a metric of the standard."""
    direction: str | None = None
    """``at_most``, ``at_least`` or ``between``."""
    target: float | None = None
    """The limit, in the metric's own unit; of a range, its lower end."""
    upper: float | None = None
    """Upper end of a range."""
    by: date | None = None
    """Day on which it shall be reached."""
    unit: tuple[tuple[str, str], ...] = ()
    """Whose goal it is, as (column, value); empty is the whole service."""
    start_value: float | None = None
    """Where it starts from, in the metric's own unit; ``from: {value: …}`` in the file."""
    start_day: date | None = None
    owner: str = ""
    note: str = ""
