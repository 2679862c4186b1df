"""The standard: which metrics, what target, what a miss costs, from when.

A standard is read from YAML into frozen values. It holds dated versions: a month is judged by
the version in force, and a version repeats only what it changes.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from csqa.errors import RuleError
from csqa.rules.expressions import OwnMeasure

AT_MOST, AT_LEAST = "at_most", "at_least"

ATTRIBUTIONS = ("assignee", "first_responder", "last")
"""Whose contact it is: the agent in charge, the one who answered first, or the last one."""


@dataclass(frozen=True)
class Line:
    """One line of a target: where it applies, and what is allowed there."""

    where: tuple[tuple[str, Any], ...]
    """Conditions, all of which hold; empty for the base line."""
    target: float
    note: str = ""
    """Why a relaxation is allowed."""

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
    """``at_most`` or ``at_least``; None: watched, not judged."""
    lines: tuple[Line, ...] = ()
    """Most specific first; the base line last."""
    deduction: Deduction | None = None
    definition: tuple[tuple[str, str], ...] = ()
    source: tuple[tuple[str, str], ...] = ()
    own: OwnMeasure | None = None
    """The measure that the standard defines for it by an expression."""

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
