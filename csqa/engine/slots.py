"""Slots: which contacts count for which line of which metric, and what a miss is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csqa.engine.connection import literal
from csqa.engine.expression_sql import STORED_PER_UNIT
from csqa.engine.inspected import PARTS_PER_FAULT, RECORD_SCORE_PER_POINT, STORED_SCORES
from csqa.rules.measures import Measure, measure_of
from csqa.rules.standard import AT_MOST, BETWEEN, Line, Metric, Standard, Version

SCALE = {"seconds": 1000.0, "per_hundred": float(PARTS_PER_FAULT)}
"""What a stored value is divided by: durations are kept in whole milliseconds."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Slot:
    """One metric under one line of one version of the standard."""

    metric: Metric
    label: str
    """``target_line`` in results."""
    conditions: tuple[str, ...]
    """SQL over a row of the facts: which contacts count here."""
    target: float | None
    upper: float | None = None
    """Upper end of a range."""

    @property
    def measure(self) -> Measure:
        """What the metric measures."""
        return measure_of(self.metric)

    @property
    def scale(self) -> float:
        """What a stored value is divided by."""
        if self.metric.measure in STORED_SCORES:
            return float(RECORD_SCORE_PER_POINT)
        stored = SCALE if self.metric.own is None else STORED_PER_UNIT
        return stored.get(self.measure.kind, 1.0)

    @property
    def misses(self) -> str | None:
        """SQL, after a value: whether it misses by itself; None where sums tell, or no target."""
        if self.target is None or self.metric.direction is None:
            return None
        if self.measure.kind in ("seconds", "number"):
            ends = [round(end * self.scale, 6) for end in (self.target, self.upper or 0.0)]
            if self.metric.direction == BETWEEN:
                return f"NOT BETWEEN {ends[0]!r} AND {ends[1]!r}"
            sign = ">" if self.metric.direction == AT_MOST else "<"
            return f"{sign} {ends[0]!r}"
        return "> 0" if self.measure.kind == "per_hundred" else None

    def count_misses(self, n: Floats, total: Floats, squares: Floats) -> Floats:
        """How many miss by themselves, of flags (0, 1) and of NPS groups (-1, 0, 1)."""
        if self.metric.direction is None:
            return np.full(n.shape, np.nan)
        if self.measure.kind == "nps":
            return (squares - total) / 2
        if self.measure.kind == "share":
            return total if self.measure.bad_when == "high" else n - total
        return np.zeros(n.shape)


def slots_of(standard: Standard) -> Iterator[Slot]:
    """All slots of a standard: versions, their metrics, the lines of each."""
    for number, version in enumerate(standard.versions):
        within = [f"version = {number}"] if len(standard.versions) > 1 else []
        for metric in version.metrics:
            conditions = [*within, *(_holds(*condition) for condition in metric.where)]
            yield from _line_slots(version, metric, conditions)


def whole_slots(standard: Standard) -> Iterator[Slot]:
    """One slot per metric: all its contacts, by its newest definition, whatever the line."""
    for metric in map(standard.metric, standard.metric_keys):
        yield Slot(metric, "", tuple(_holds(*condition) for condition in metric.where), None)


def _line_slots(version: Version, metric: Metric, conditions: list[str]) -> Iterator[Slot]:
    """The most specific line that fits judges a contact; the base line all the rest."""
    special = [line for line in metric.lines if line.where]
    base = next((line for line in metric.lines if not line.where), None)
    taken: list[str] = []
    for line in special:
        here = " AND ".join(_holds(*condition) for condition in line.where)
        yield _slot(version, metric, line, [*conditions, *taken, here])
        taken.append(f"NOT ({here})")
    yield _slot(version, metric, base, [*conditions, *taken])


def _slot(version: Version, metric: Metric, line: Line | None, conditions: list[str]) -> Slot:
    label = f"{version.effective}/{line.label if line else 'none'}"
    ends = (line.target, line.upper) if line else (None, None)
    return Slot(metric, label, tuple(conditions), *ends)


def _holds(column: str, value: Any) -> str:
    if column == "peak":
        value = "peak" if value else "off_peak"
    return f"{column} = {literal(value)}"
