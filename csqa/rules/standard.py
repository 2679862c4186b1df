"""The standard: which metrics, what target, what a miss costs, from when.

A standard is read from YAML into frozen values. It holds dated versions: a month is judged by
the version in force, and a version repeats only what it changes.
"""

import math
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from csqa.errors import RuleError
from csqa.rules.changes import Change
from csqa.rules.expressions import OwnMeasure
from csqa.rules.fingerprints import fingerprint_of
from csqa.rules.goals import Goal
from csqa.rules.pairs import Pair

AT_MOST, AT_LEAST, BETWEEN = "at_most", "at_least", "between"
DIRECTIONS = (AT_MOST, AT_LEAST, BETWEEN)
"""What a target allows: up to a value, from a value on, or a range with both its ends."""

FULL = 100.0
"""A metric on target scores this (G3)."""

ATTRIBUTIONS = ("assignee", "first_responder", "last")
"""Whose contact it is: the agent in charge, the one who answered first, or the last one."""


@dataclass(frozen=True)
class Line:
    """One line of a target: where it applies, and what is allowed there."""

    where: tuple[tuple[str, Any], ...]
    """Conditions, all of which hold; empty for the base line."""
    target: float
    """The limit; of a range, its lower end."""
    note: str = ""
    """Why a relaxation is allowed."""
    upper: float | None = None
    """Upper end of a range (``between``); None for the other directions."""

    @property
    def bounds(self) -> tuple[float, float]:
        """Target and upper end, NaN where there is none: as they stand in tables."""
        return self.target, math.nan if self.upper is None else self.upper

    @property
    def label(self) -> str:
        """How the line is named in results: its conditions, or ``base``."""
        return " ".join(f"{column}={value}" for column, value in self.where) or "base"


@dataclass(frozen=True)
class Deduction:
    """What a miss costs on the 100-point scale (G3)."""

    mode: str = "linear"
    """``linear``; ``step``: each step begun costs in full; ``proportional``: 88 % scores 88."""
    points: float = 0.0
    per: float = 1.0
    """Excess over the target, in the metric's own unit, that costs ``points``."""
    floor: float = 0.0
    """Lowest score: 100 − the most points that can be lost (``cap``)."""


@dataclass(frozen=True)
class Bonus:
    """What a metric without deduction earns for its dimension, never beyond 100 (praise)."""

    points: float
    per: float
    """Value above ``start``, in the metric's own unit, that earns ``points``."""
    start: float = 0.0
    """Value from which points are earned; ``from`` in the file."""
    cap: float = FULL
    """Most points that can be earned."""


@dataclass(frozen=True)
class Metric:
    """One metric of the standard."""

    key: str
    names: tuple[tuple[str, str], ...]
    dimension: str
    measure: str
    """A measure csqa knows, a key of :data:`csqa.rules.measures.MEASURES`; else the key of its own.

    What it is tells :func:`csqa.rules.measures.measure_of`.
    """
    where: tuple[tuple[str, Any], ...] = ()
    """Contacts that the metric looks at."""
    direction: str | None = None
    """One of :data:`DIRECTIONS`; None: watched, not judged."""
    lines: tuple[Line, ...] = ()
    """Most specific first; the base line last."""
    deduction: Deduction | None = None
    definition: tuple[tuple[str, str], ...] = ()
    source: tuple[tuple[str, str], ...] = ()
    own: OwnMeasure | None = None
    """The measure that the standard defines for it by an expression."""
    weight: float = 1.0
    """What its score weighs among those of its dimension (E5)."""
    bonus: Bonus | None = None

    def relaxes(self, line: Line) -> bool:
        """Whether a line allows what the base line does not.

        Examples
        --------
        >>> base, late = Line((), 30.0), Line((("scene", "aftersale"),), 45.0)
        >>> Metric("a", (), "b", "c", direction=AT_MOST, lines=(late, base)).relaxes(late)
        True
        """
        return is_looser(line, self.lines[-1], self.direction or AT_MOST)

    def name(self, language: str = "zh") -> str:
        """Name for readers."""
        return dict(self.names).get(language, self.key)


@dataclass(frozen=True)
class Version:
    """The standard from one date on."""

    effective: date
    dimensions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    weights: tuple[tuple[str, float], ...]
    metrics: tuple[Metric, ...]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of what the version says, whatever the order it is written in.

        What is left out and what is written as its default are the same, so that a later csqa
        that knows more settings gives the fingerprint of today.
        """
        return fingerprint_of(self)

    def metric(self, key: str) -> Metric:
        """The metric of that key (KeyError if the version has none)."""
        return {metric.key: metric for metric in self.metrics}[key]

    def dimension_name(self, key: str, language: str = "zh") -> str:
        """Name of a dimension for readers."""
        return dict(dict(self.dimensions).get(key, ())).get(language, key)


@dataclass(frozen=True)
class Standard:
    """All versions of a standard, oldest first, and the settings they share."""

    versions: tuple[Version, ...]
    repeat_contact_days: float = 7
    satisfied_from: float = 4
    count_only_below: int = 10
    judge_from: int = 30
    persistent_months: int = 2
    attribution: str = "assignee"
    """Whose contact it is: one of :data:`ATTRIBUTIONS`."""
    resolution_limit_hours: tuple[tuple[str, float], ...] = ()
    """Priority → hours within which a contact should be resolved."""
    repeat_complaint_days: float = 30
    transferred_from: float = 2
    """Departments from which on a contact counts as transferred."""
    response_limit_seconds: float = 30
    at_risk_share: float = 0.8
    """Share of the resolution limit from which on an open contact is at risk."""
    service_level_seconds: float = 20
    short_abandon_seconds: float = 5
    """Calls abandoned before it count neither as abandoned nor as offered."""
    goals: tuple[Goal, ...] = ()
    """What shall be reached by when; no part of how a month is judged."""
    process_changes: tuple[Change, ...] = ()
    """When the work was done differently from: control charts have new limits from there on."""
    pairs: tuple[Pair, ...] | None = None
    """Metrics that move apart when one is chased; None: the shipped ones hold. Scores nothing."""
    fingerprint: str = ""
    """SHA-256 of the file."""
    path: str = ""

    def at(self, day: date) -> Version:
        """Return the version in force on a day; the oldest one for days before it.

        Examples
        --------
        >>> from csqa.rules.standard_reader import read_standard
        >>> read_standard().at(date(2025, 6, 1)).effective
        datetime.date(2023, 1, 1)
        """
        in_force = [version for version in self.versions if version.effective <= day]
        return in_force[-1] if in_force else self.versions[0]

    def metric_on(self, key: str, day: date) -> Metric:
        """Return a metric as it stands on a day; its newest definition if it came later.

        Raises
        ------
        RuleError
            If no version has it.
        """
        in_force = (metric for metric in self.at(day).metrics if metric.key == key)
        return next(in_force, None) or self.metric(key)

    def restated(self, day: date | None = None) -> "Standard":
        """Return the standard with one version for all time: the past by today's yardstick.

        Parameters
        ----------
        day : date, optional
            The version in force on it; default: the newest.

        Examples
        --------
        >>> from csqa.rules.standard_reader import read_standard
        >>> len(read_standard().restated().versions)
        1
        """
        return replace(self, versions=(self.at(day) if day else self.versions[-1],))

    def weight_in_dimension(self, key: str, day: date) -> float:
        """What a metric's score weighs in its dimension on a day; 1 where the standard has none.

        Examples
        --------
        >>> from csqa.rules.standard_reader import read_standard
        >>> read_standard().weight_in_dimension("csat", date(2025, 6, 1))
        1.0
        """
        return self.metric_on(key, day).weight if key in self.metric_keys else 1.0

    def metric_of(self, key: str, target_line: str, day: date) -> Metric:
        """Return a metric as the version has it that a ``target_line`` names.

        Where it names none, as it stands on the day.
        """
        for version in self.versions:
            if target_line.startswith(f"{version.effective}/"):
                found = [metric for metric in version.metrics if metric.key == key]
                return found[0] if found else self.metric_on(key, day)
        return self.metric_on(key, day)

    @cached_property
    def metric_keys(self) -> tuple[str, ...]:
        """Keys of all metrics of all versions, in the order of the newest that has them."""
        keys: dict[str, None] = {}
        for version in reversed(self.versions):
            keys.update(dict.fromkeys(metric.key for metric in version.metrics))
        return tuple(keys)

    def metric(self, key: str) -> Metric:
        """Return the newest definition of a metric.

        Raises
        ------
        RuleError
            If no version has it; the message lists those there are.
        """
        for version in reversed(self.versions):
            for metric in version.metrics:
                if metric.key == key:
                    return metric
        allowed = ", ".join(self.metric_keys)
        msg = f"`metric` 应为 {allowed} 之一，而不是 {key!r}。"
        raise RuleError(msg)


def is_looser(line: Line, base: Line, direction: str) -> bool:
    """Whether a line allows what another does not: a higher limit, or a range that sticks out.

    Examples
    --------
    >>> is_looser(Line((), 45.0), Line((), 30.0), AT_MOST)
    True
    >>> is_looser(Line((), 20.0, upper=50.0), Line((), 10.0, upper=60.0), BETWEEN)
    False
    """
    if direction == AT_MOST:
        return line.target > base.target
    wider = direction == BETWEEN and line.bounds[1] > base.bounds[1]
    return wider or line.target < base.target
