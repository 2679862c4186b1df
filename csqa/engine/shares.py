"""Shares of a composite: how much each metric counts, by whose weights, scored when."""

import json
import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from csqa.periods import first_day
from csqa.rules.scoring import bonus_points, score_values
from csqa.rules.standard import FULL, Metric, Standard, Version


@dataclass(frozen=True)
class Side:
    """The scores of one unit and period, with the standard that made them."""

    period: str
    standard: Standard
    rows: dict[str, dict[str, Any]]
    """Metric → its row of scores."""

    @cached_property
    def day(self) -> date:
        """The day whose standard judges the period."""
        return first_day(self.period)

    @cached_property
    def version(self) -> Version:
        """The version in force."""
        return self.standard.at(self.day)

    @cached_property
    def scored(self) -> list[str]:
        """Metrics with a score, sorted."""
        return sorted(key for key, row in self.rows.items() if not math.isnan(row["score"]))

    @cached_property
    def counted(self) -> list[str]:
        """Metrics with a score or a bonus, sorted."""
        return sorted([*self.scored, *self.bonuses])

    @cached_property
    def versions(self) -> frozenset[str]:
        """Days of the versions that judged: the one of the first day, and any that followed."""
        later = {part["version"] for row in self.rows.values() for part in _parts(row)}
        return frozenset({str(self.version.effective)} | later)

    @property
    def complete(self) -> bool:
        """Whether the data cover the period."""
        return all(bool(row.get("complete", True)) for row in self.rows.values())

    @cached_property
    def bonuses(self) -> dict[str, float]:
        """Metric → points it adds to its dimension, as far as there is room below 100."""
        rows = {key: row for key, row in self.rows.items() if key not in self.scored}
        earned = {key: float(row.get("bonus", math.nan)) for key, row in rows.items()}
        earned = {key: points for key, points in earned.items() if not math.isnan(points)}
        sums: dict[str, float] = {}
        for key, points in earned.items():
            dimension = rows[key]["dimension"]
            sums[dimension] = sums.get(dimension, 0.0) + points
        fits = {name: min(1.0, self._room(name) / sum_) for name, sum_ in sums.items() if sum_ > 0}
        return {
            key: points * fits.get(rows[key]["dimension"], 1.0) for key, points in earned.items()
        }

    def _room(self, dimension: str) -> float:
        """Points between 100 and the mean score of a dimension; 0 without a score."""
        own = [key for key in self.scored if self.rows[key]["dimension"] == dimension]
        weights = [self.weight(key) for key in own]
        lost = sum(w * (FULL - self.worth(key)) for key, w in zip(own, weights, strict=True))
        return lost / sum(weights) if own else 0.0

    def weight(self, key: str) -> float:
        """What a metric weighs in its dimension."""
        return self.standard.weight_in_dimension(key, self.day)

    def worth(self, key: str) -> float:
        """Score of a metric, else the bonus it earns; NaN where it has neither."""
        if key in self.scored:
            return float(self.rows[key]["score"])
        return self.bonuses.get(key, math.nan)


def share_out(rules: Side, present: Side) -> dict[str, float]:
    """Share of the composite that each metric has: by the weights of one side, scored on another.

    Parameters
    ----------
    rules : Side
        Whose weights and dimensions.
    present : Side
        Whose metrics have a score or earn a bonus.

    Returns
    -------
    dict
        Metric → share. Those of scored metrics add up to 1; a bonus counts with the whole share
        of its dimension. Empty where no dimension with a weight has a score.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> rows = {
    ...     "csat": {"dimension": "experience", "score": 90.0},
    ...     "nps": {"dimension": "experience", "score": 75.0},
    ...     "wording": {"dimension": "quality", "score": 85.0},
    ... }
    >>> side = Side("2025-06", read_standard(), rows)
    >>> {key: round(share, 3) for key, share in share_out(side, side).items()}
    {'csat': 0.143, 'nps': 0.143, 'wording': 0.714}
    """
    weights = dict(rules.version.weights)
    dimensions = {key: rules.rows.get(key, row)["dimension"] for key, row in present.rows.items()}
    inner: dict[str, float] = {}
    for key in present.scored:
        if dimensions[key] in weights:
            inner[dimensions[key]] = inner.get(dimensions[key], 0.0) + rules.weight(key)
    total = sum(weights[name] for name in weights if name in inner)
    if not total:
        return {}
    outer = {name: weights[name] / total for name in inner}
    shares = {
        key: outer[dimensions[key]] * rules.weight(key) / inner[dimensions[key]]
        for key in present.scored
        if dimensions[key] in outer
    }
    earned = [key for key in present.bonuses if dimensions[key] in outer]
    return shares | {key: outer[dimensions[key]] for key in earned}


def target_move(then: Side, now: Side, key: str) -> float:
    """Points by which a new target or deduction moved a metric's score, its value apart.

    The mean of what it does to the value of then and to the value of now: the Shapley value of
    two factors. 0 where the same versions judged both, or where a table holds no values.
    """
    old, new = (float(side.rows[key].get("value", math.nan)) for side in (then, now))
    if then.versions == now.versions or math.isnan(old) or math.isnan(new):
        return 0.0
    if key in then.bonuses and key in now.bonuses:
        return _bonus_move(then, now, key, (old, new))
    if key not in then.scored or key not in now.scored:
        return 0.0
    old_by_new, new_by_old = _judge(now, key, old), _judge(then, key, new)
    return (old_by_new - then.worth(key) + now.worth(key) - new_by_old) / 2


def _bonus_move(then: Side, now: Side, key: str, values: tuple[float, float]) -> float:
    """Points by which a new rule moved a bonus; the room below 100 is no matter of the rule."""
    old, new = (side.standard.metric_on(key, side.day).bonus for side in (then, now))
    if old == new:
        return 0.0
    return float(np.mean(bonus_points(values, new) - bonus_points(values, old)))


def _judge(side: Side, key: str, value: float) -> float:
    """Score of a value by the targets and deductions of a side."""
    row, metric = side.rows[key], side.standard.metric_on(key, side.day)
    parts = [part for part in _parts(row) if part["score"] is not None]
    if not parts:
        return _points(value, row, metric)
    versions = {str(version.effective): version for version in side.standard.versions}
    points = [_points(value, part, versions[part["version"]].metric(key)) for part in parts]
    counts = [part["n"] for part in parts]
    return float(np.average(points, weights=counts))


def _parts(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What each version judged of a period in which the standard changed."""
    told = row.get("parts")
    return json.loads(told) if isinstance(told, str) and told else []


def _points(value: float, row: dict[str, Any], metric: Metric) -> float:
    upper = row.get("target_upper")
    ends = row["target"], math.nan if upper is None else upper
    return float(score_values(value, ends[0], metric.direction, metric.deduction, ends[1]))
