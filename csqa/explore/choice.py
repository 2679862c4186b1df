"""What an analyst has chosen to look at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from csqa.errors import RuleError
from csqa.periods import check_month, months_back
from csqa.schema import OVERALL

VIEWS = ("trend", "peers", "distribution", "hours", "contacts")
"""The ways to look at a choice: over time, among peers, spread, hour by weekday, one by one."""

MONTHS = (1, 3, 6, 12)
"""How many months may be looked at together."""

FILTERS = ("channel", "scene")
"""Columns that the contacts may be narrowed by, whatever the units."""


@dataclass(frozen=True)
class Choice:
    """One question: which metric, of whom, when, among which contacts.

    Examples
    --------
    >>> choice = Choice("2025-06", "csat", unit_kind="team", channel="phone", months=3)
    >>> choice.periods
    ('2025-04', '2025-05', '2025-06')
    >>> choice.where
    {'period': ('2025-04', '2025-05', '2025-06'), 'channel': ('phone',)}
    """

    period: str
    """The month, YYYY-MM; charts over time end with it."""
    metric: str
    """Key of a metric of the standard."""
    unit_kind: str = "team"
    """Column whose units are compared, of :data:`csqa.schema.UNITS`."""
    unit: str = OVERALL
    """One of the units, or ``all``."""
    channel: str = OVERALL
    """Only contacts of this channel, or ``all``."""
    scene: str = OVERALL
    """Only contacts of this scene, or ``all``."""
    months: int = 1
    """Months up to ``period`` that are taken together, but for charts over time."""
    minimum_n: int = 30
    """Fewest records for a unit to be compared."""
    language: str = "zh"
    """``zh`` or ``en``."""

    @property
    def periods(self) -> tuple[str, ...]:
        """The months looked at together, oldest first."""
        return tuple(months_back(self.period, back) for back in reversed(range(self.months)))

    @property
    def filters(self) -> dict[str, str]:
        """The columns that the contacts are narrowed by, with the one value of each."""
        chosen = {name: getattr(self, name) for name in FILTERS}
        return {name: value for name, value in chosen.items() if value != OVERALL}

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """Which contacts are looked at: column → values."""
        own = {} if self.unit == OVERALL else {self.unit_kind: self.unit}
        wanted = {name: (value,) for name, value in {**own, **self.filters}.items()}
        if self.unit_kind in self.filters and own:
            # A unit that its own filter leaves out has no contacts: both conditions stand.
            both = {self.unit} & {self.filters[self.unit_kind]}
            return {"period": self.periods, **wanted, self.unit_kind: tuple(both)}
        return {"period": self.periods, **wanted}


def check_choice(choice: Choice, allowed: Mapping[str, Collection[object]]) -> Choice:
    """Return a choice, checked.

    Parameters
    ----------
    choice : Choice
        Anything.
    allowed : mapping of str to collection
        Field → what it may be.

    Raises
    ------
    RuleError
        Every field that is none of those, at once.

    Examples
    --------
    >>> check_choice(Choice("2025-06", "csat", unit="A"), {"metric": ["nps"], "unit": ["all"]})
    Traceback (most recent call last):
        ...
    csqa.errors.RuleError: `metric` 应为 nps 之一，而不是 'csat'。
    `unit` 应为 all 之一，而不是 'A'。
    """
    check_month(choice.period)
    faults = [
        f"`{name}` 应为 {_listed(values)} 之一，而不是 {getattr(choice, name)!r}。"
        for name, values in allowed.items()
        if getattr(choice, name) not in values
    ]
    if not isinstance(choice.minimum_n, int) or choice.minimum_n < 1:
        faults.append(f"`minimum_n` 应为 1 或更大的整数，而不是 {choice.minimum_n!r}。")
    if faults:
        raise RuleError("\n".join(faults))
    return choice


def _listed(values: Collection[object], most: int = 12) -> str:
    shown = ", ".join(str(value) for value in list(values)[:most])
    return shown if len(values) <= most else f"{shown} …（共 {len(values)} 个）"
