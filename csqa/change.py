"""change: why the composite moved since the period before, metric by metric, to the last digit.

Four things can move a composite: what the team did (``score``), a new target or deduction
(``target``), new weights (``weight``), and which metrics have a score at all (``coverage``).
Only the first is the team's doing. The parts add up to the change, rounded or not.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from csqa.engine.rounding import round_parts
from csqa.engine.shares import Side, share_out, target_move
from csqa.frames import records, unit_columns
from csqa.periods import next_period
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

SCORE, TARGET, WEIGHT, COVERAGE = "score", "target", "weight", "coverage"
PARTS = (SCORE, TARGET, WEIGHT, COVERAGE)
"""What moved the composite: service, target or deduction, weights, which metrics are scored."""

COLUMNS = (
    "since",
    "dimension",
    "metric",
    "part",
    "points",
    "shown",
    "presence",
    "score_before",
    "score",
    "weight_before",
    "weight",
    "composite_before",
    "composite",
    "change",
    "change_shown",
    "caveats",
)
"""Of a decomposition, after ``period`` and the unit columns."""


def decompose_change(scores: pd.DataFrame, standard: Standard | None = None) -> pd.DataFrame:
    """Decompose each change of the composite into parts by metric that add up exactly.

    Parameters
    ----------
    scores : DataFrame
        As :func:`csqa.score` returns them, of several periods.
    standard : Standard, optional
        The one they were scored by. Default: the shipped one.

    Returns
    -------
    DataFrame, one row per period, unit, metric and part; periods that follow on one another only
        ``period``, the unit columns, ``since`` (the period before), ``dimension``, ``metric``;
        ``part``: ``score`` (the value moved), ``target`` (a new standard judges it otherwise),
        ``weight`` (the standard weighs it otherwise), ``coverage`` (which metrics have a score
        changed); ``points`` [points of the composite] and ``shown`` [the same, one decimal];
        ``presence`` (``both``, ``appeared``, ``vanished``); ``score_before``, ``score``;
        ``weight_before``, ``weight`` [share of the composite]; ``composite_before``,
        ``composite``, ``change``, ``change_shown``; ``caveats``: why the two composites are not
        like for like, as :func:`csqa.composite` says it: ``partial_period``, ``other_standard``,
        ``other_metrics``, with spaces between.

    Notes
    -----
    With ``a`` a metric's share of the composite, the mean of both periods' ``a`` times the
    change of its score, and the mean of its scores times the change of its ``a``: the Shapley
    value of two factors (methods.md 4.1). Scores under new weights count from the mean of the
    two composites, so that more weight on a good metric is a gain; that moves nothing between
    parts, for shares add up to 1. Targets and values, weights and coverage are told apart in the
    same way. Points are rounded by largest remainder: ``shown`` adds up to ``change_shown``.

    Examples
    --------
    CSAT falls from 90 to 85; experience weighs 0.2 and has it alone:

    >>> scores = pd.DataFrame(
    ...     {
    ...         "period": ["2025-05", "2025-05", "2025-06", "2025-06"],
    ...         "metric": ["wording", "csat"] * 2,
    ...         "dimension": ["quality", "experience"] * 2,
    ...         "score": [100.0, 90.0, 100.0, 85.0],
    ...     }
    ... )
    >>> parts = decompose_change(scores)
    >>> parts[["metric", "part", "shown"]].values.tolist()
    [['wording', 'score', 0.0], ['csat', 'score', -1.4]]
    >>> parts.change_shown.iloc[0].item()
    -1.4
    """
    standard = standard or read_standard()
    units = unit_columns(scores)
    before: dict[Any, Side] = {}
    rows: list[dict[str, Any]] = []
    for key, group in scores.groupby(["period", *units], sort=True):
        named = dict(zip(["period", *units], key, strict=True))
        now, then = Side(str(key[0]), standard, _rows(group)), before.get(key[1:])
        if then and next_period(then.period) == now.period:
            rows += [named | row for row in _decompose(then, now)]
        before[key[1:]] = now
    return pd.DataFrame(rows, columns=["period", *units, *COLUMNS])


def _rows(group: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {str(row["metric"]): row for row in records(group)}


def _decompose(then: Side, now: Side) -> list[dict[str, Any]]:
    shares = share_out(then, then), share_out(now, now)
    if not shares[0] or not shares[1]:
        return []
    before, after = (
        sum(share * side.worth(key) for key, share in one.items())
        for side, one in zip((then, now), shares, strict=True)
    )
    moves = _Moves(then, now, *shares, middle=(before + after) / 2)
    found = [
        _describe(moves, key) | {"part": part, "points": points}
        for key in moves.metrics
        for part, points in moves.split(key).items()
    ]
    rounded, shown = round_parts([row["points"] for row in found], after - before)
    told = {
        "composite_before": before,
        "composite": after,
        "change": after - before,
        "change_shown": shown,
        "caveats": " ".join(_caveats(then, now)),
    }
    return [row | {"shown": part} | told for row, part in zip(found, rounded, strict=True)]


def _describe(moves: "_Moves", key: str) -> dict[str, Any]:
    then, now = moves.then, moves.now
    appeared, vanished = key not in moves.old, key not in moves.new
    return {
        "since": then.period,
        "dimension": (now if key in now.rows else then).rows[key]["dimension"],
        "metric": key,
        "presence": "appeared" if appeared else "vanished" if vanished else "both",
        "score_before": then.worth(key),
        "score": now.worth(key),
        "weight_before": moves.old.get(key, 0.0),
        "weight": moves.new.get(key, 0.0),
    }


def _caveats(then: Side, now: Side) -> list[str]:
    """Why the two composites are not like for like; the words are those of the composite."""
    found = {
        "partial_period": not (then.complete and now.complete),
        "other_standard": then.versions != now.versions,
        "other_metrics": then.counted != now.counted,
    }
    return [word for word, holds in found.items() if holds]


@dataclass(frozen=True)
class _Moves:
    """What moved between two sides: scores and shares, at both ends and mixed."""

    then: Side
    now: Side
    old: dict[str, float]
    new: dict[str, float]
    middle: float
    """Mean of the two composites: a share that moves from one metric to another counts from it."""

    @property
    def metrics(self) -> list[str]:
        """Metrics that count on either side, in the order of the newer table."""
        listed = dict.fromkeys([*self.now.rows, *self.then.rows])
        return [key for key in listed if key in self.old or key in self.new]

    def split(self, key: str) -> dict[str, float]:
        """Part → points of the composite; nothing for what did not move, but for its score."""
        ends = [
            side.worth(key) - (self.middle if key in side.scored else 0.0)
            for side, shares in ((self.then, self.old), (self.now, self.new))
            if key in shares
        ]
        weight, coverage = self._share_moves(key)
        worth = sum(ends) / len(ends)
        parts = {WEIGHT: worth * weight, COVERAGE: worth * coverage}
        parts = {part: points for part, points in parts.items() if points}
        if len(ends) < 2:
            return parts
        share = (self.old[key] + self.new[key]) / 2
        target = share * target_move(self.then, self.now, key)
        score = share * (ends[1] - ends[0]) - target
        return {SCORE: score} | ({TARGET: target} if target else {}) | parts

    def _share_moves(self, key: str) -> tuple[float, float]:
        """How far new weights, and how far coverage, moved the metric's share."""
        old, new = self.old.get(key, 0.0), self.new.get(key, 0.0)
        if not self._reweighed or not self._recovered:
            return 0.0, new - old
        weighed, covered = self._reweighed.get(key, 0.0), self._recovered.get(key, 0.0)
        return (weighed - old + new - covered) / 2, (covered - old + new - weighed) / 2

    @cached_property
    def _reweighed(self) -> dict[str, float]:
        """Shares of the metrics scored then, by the weights of now."""
        return share_out(self.now, self.then)

    @cached_property
    def _recovered(self) -> dict[str, float]:
        """Shares of the metrics scored now, by the weights of then."""
        return share_out(self.then, self.now)
