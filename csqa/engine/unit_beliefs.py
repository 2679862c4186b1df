"""What is believed of each unit's true level: its figure, pulled to what is expected of it.

Each unit is pulled towards its own expectation, what peers do with the same mix of work, and not
towards one mean of all: else who takes the hard queue would be believed to be better than it is.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.estimates import PER_HUNDRED
from csqa.engine.unit_limits import LEAST_SECONDS
from csqa.rules.standard import AT_LEAST, AT_MOST, BETWEEN
from csqa.stats.funnel import between_variance
from csqa.stats.pooling import SPARE_UNITS
from csqa.stats.shrinkage import LEAST_CASES, LEAST_EVENTS, Shrunken

Floats = NDArray[np.float64]

DRAWS, SEED = 2000, 20250601
"""Of the ranks: as many draws from what is believed, the same ones each time."""


@dataclass(frozen=True)
class Beliefs:
    """What is believed of the units of one metric; NaN where nothing is expected of a unit."""

    value: Floats
    lower: Floats
    upper: Floats
    miss_chance: Floats
    """Probability that the true level misses the target."""
    level: Shrunken
    """On the scale of the belief: a share, a ratio to what is expected, or a distance from it."""
    expected: Floats
    """What is expected of each unit on that scale."""


@dataclass(frozen=True)
class _Scale:
    """One metric on the scale of its belief, and the way back."""

    family: str
    own: Floats
    expected: Floats
    size: Floats
    """What weighs against the prior: cases, expected events, or one over the variance."""
    chance: Floats
    """Variance of the own level by chance."""
    doubt: Floats
    """Variance of what is expected: peers are few, too."""


def believe_units(rows: pd.DataFrame, effective_n: Floats, judged: NDArray[np.bool_]) -> Beliefs:
    """Estimate each unit's true level with its 95 % credible interval (empirical Bayes).

    Parameters
    ----------
    rows : DataFrame, one row per unit
        Of one metric: ``kind``, ``direction``, ``value``, ``n``, ``total``; ``expected`` per
        record and ``variance`` of one record; ``target``, ``target_upper``.
    effective_n : ndarray
        Records of each unit, less what the doubt about its expectation takes away.
    judged : ndarray of bool
        Units with enough records: only they tell how much units vary.

    Notes
    -----
    Shares beta-binomial, faults gamma-Poisson, means normal, those of times on the log scale.
    The prior is centred on each unit's expectation; its width by moments (DerSimonian & Laird
    1986), not winsorised, for limits may forget an extreme unit and an expectation must not.
    Morris (1983), JASA 78:47-55, for what is added for the doubt about the prior.
    """
    make = {"share": _shares, "per_hundred": _counts, "seconds": _times}
    scale, tau_squared = make.get(str(rows["kind"].iloc[0]), _means)(rows, effective_n, judged)
    level = _shrink(scale, tau_squared, judged)
    # What is shown lies between the unit's own and what is expected, also at 0 % and 100 %.
    pulled = scale.expected + (1 - level.weight) * (scale.own - scale.expected)
    value, lower, upper = (_shown(rows, end) for end in (pulled, *level.interval()))
    lower, upper = np.minimum(lower, value), np.maximum(upper, value)
    return Beliefs(value, lower, upper, _miss_chance(rows, level), level, scale.expected)


def _shares(
    rows: pd.DataFrame, effective_n: Floats, judged: NDArray[np.bool_]
) -> tuple[_Scale, float]:
    n, own, expected = (rows[c].to_numpy(dtype=float) for c in ("n", "value", "expected"))
    expected = np.clip(expected, 0, 1)
    gap = np.arcsin(np.sqrt(own)) - np.arcsin(np.sqrt(expected))
    tau_squared = _between(gap, 1 / (4 * effective_n), judged)
    least = 0.5 / (n + 1)  # peers without any event know the share no better than that
    usual = np.clip(expected, least, 1 - least)
    one = usual * (1 - usual)
    doubt = one * (1 / effective_n - 1 / n)
    return _Scale("beta", own, expected, n, one / n, np.maximum(doubt, 0)), tau_squared


def _counts(
    rows: pd.DataFrame, effective_n: Floats, judged: NDArray[np.bool_]
) -> tuple[_Scale, float]:
    rate = rows["expected"].to_numpy(dtype=float)
    rate = np.where(rate > 0, rate, np.nan)
    n = rows["n"].to_numpy(dtype=float)
    events, expected = rows["total"].to_numpy(dtype=float), rate * n
    root = np.sqrt(events / expected) - 1
    tau_squared = _between(root, 1 / (4 * expected), judged)
    doubt = np.maximum(1 / effective_n - 1 / n, 0) / rate
    one = np.where(np.isnan(rate), np.nan, 1.0)
    return _Scale("gamma", events / expected, one, expected, 1 / expected, doubt), tau_squared


def _means(
    rows: pd.DataFrame, effective_n: Floats, judged: NDArray[np.bool_]
) -> tuple[_Scale, float]:
    gap = (rows["value"] - rows["expected"]).to_numpy(dtype=float)
    return _normal(gap, rows["variance"].to_numpy(dtype=float), rows, effective_n, judged)


def _times(
    rows: pd.DataFrame, effective_n: Floats, judged: NDArray[np.bool_]
) -> tuple[_Scale, float]:
    own, expected = (
        np.maximum(rows[name].to_numpy(dtype=float), LEAST_SECONDS)
        for name in ("value", "expected")
    )
    variance = rows["variance"].to_numpy(dtype=float) / expected**2
    return _normal(np.log(own / expected), variance, rows, effective_n, judged)


def _normal(
    gap: Floats,
    variance: Floats,
    rows: pd.DataFrame,
    effective_n: Floats,
    judged: NDArray[np.bool_],
) -> tuple[_Scale, float]:
    n = rows["n"].to_numpy(dtype=float)
    tau_squared = _between(gap, variance / effective_n, judged)
    size = np.divide(n, variance, out=np.full_like(n, np.inf), where=variance > 0)
    doubt = variance * np.maximum(1 / effective_n - 1 / n, 0)
    return _Scale("normal", gap, np.zeros_like(gap), size, variance / n, doubt), tau_squared


def _between(gap: Floats, variance: Floats, judged: NDArray[np.bool_]) -> float:
    known = judged & ~np.isnan(gap) & (variance > 0)
    weight = 1 / variance[known]
    return between_variance(float((gap[known] ** 2 * weight).sum()), weight)


def _shrink(scale: _Scale, tau_squared: float, judged: NDArray[np.bool_]) -> Shrunken:
    prior = _prior(scale.family, tau_squared)
    size = np.where(np.isinf(scale.size), np.nan, scale.size)  # without any variance: surely known
    weight = np.nan_to_num(1 / (1 + size / prior))
    weight = np.where(np.isnan(scale.expected + scale.own), np.nan, weight)
    gap = scale.own - scale.expected
    value = scale.expected + (1 - weight) * gap
    own = _own_variance(scale, value, weight, prior)
    error = np.sqrt(own + weight**2 * scale.doubt + _of_pull(weight, gap, judged))
    if scale.family == "beta":
        least = 0.5 / (scale.size + 1)
        value = np.clip(value, least, 1 - least)
        error = np.minimum(error, np.sqrt(value * (1 - value) / 2))
    # Knowing the others never makes a unit less sure than its own records make it.
    alone = np.fmax(scale.chance, _chance_at(scale, value))
    error = np.minimum(error, np.sqrt(alone + scale.doubt))
    error = np.where(np.isnan(value), np.nan, error)
    return Shrunken(scale.family, value, error, weight, 0.0, float(np.sqrt(tau_squared)))


def _prior(family: str, tau_squared: float) -> float:
    """What is known of all units, in the units of a unit's size; infinite if all are alike."""
    if tau_squared == 0:
        return np.inf
    if family == "beta":
        return max(1 / (4 * tau_squared) - 1, LEAST_CASES)
    if family == "gamma":
        return max(1 / (4 * tau_squared), LEAST_EVENTS)
    return 1 / tau_squared


def _own_variance(scale: _Scale, value: Floats, weight: Floats, prior: float) -> Floats:
    """Variance of a unit's level given its records and a prior that is known."""
    if scale.family == "beta":
        return value * (1 - value) / (scale.size + prior + 1)
    if scale.family == "gamma":
        return value / (scale.size + prior)
    return scale.chance * (1 - weight)


def _chance_at(scale: _Scale, value: Floats) -> Floats:
    """Variance by chance at the level found: it grows with what is expected of a count."""
    if scale.family == "beta":
        return value * (1 - value) / scale.size
    return value / scale.size if scale.family == "gamma" else scale.chance


def _of_pull(weight: Floats, gap: Floats, judged: NDArray[np.bool_]) -> Floats:
    """Variance that comes of not knowing how much units vary: Morris (1983), section 5."""
    spare = int(judged.sum()) - SPARE_UNITS
    if spare <= 0:
        return np.zeros_like(gap)
    return np.asarray(2 / spare * weight**2 * np.nan_to_num(gap) ** 2, dtype=float)


def _shown(rows: pd.DataFrame, level: Floats) -> Floats:
    """From the scale of the belief to the metric's own unit."""
    kind = str(rows["kind"].iloc[0])
    expected: Floats = rows["expected"].to_numpy(dtype=float)
    if kind == "share":
        return level
    if kind == "per_hundred":
        return level * expected * PER_HUNDRED
    if kind == "seconds":
        return np.asarray(np.maximum(expected, LEAST_SECONDS) * np.exp(level), dtype=float)
    shown = level + expected
    return np.clip(shown, -1.0, 1.0) if kind == "nps" else shown


def _believed(rows: pd.DataFrame, shown: Floats) -> Floats:
    """From the metric's own unit to the scale of the belief."""
    kind = str(rows["kind"].iloc[0])
    expected: Floats = rows["expected"].to_numpy(dtype=float)
    if kind == "share":
        return shown
    if kind == "per_hundred":
        return shown / PER_HUNDRED / np.where(expected > 0, expected, np.nan)
    if kind == "seconds":
        least = np.maximum(expected, LEAST_SECONDS)
        return np.asarray(np.log(np.maximum(shown, LEAST_SECONDS) / least), dtype=float)
    return shown - expected


def _miss_chance(rows: pd.DataFrame, level: Shrunken) -> Floats:
    direction = rows["direction"].iloc[0]
    target, upper = (
        _believed(rows, rows[end].to_numpy(dtype=float)) for end in ("target", "target_upper")
    )
    chance = {
        AT_MOST: lambda: level.chance_above(target),
        AT_LEAST: lambda: level.chance_below(target),
        BETWEEN: lambda: level.chance_below(target) + level.chance_above(upper),
    }[direction]()
    return np.where(np.isnan(target), np.nan, chance)


def rank_units(
    beliefs: Beliefs, direction: str, judged: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Place of each judged unit among them by its distance from what is expected of it.

    Returns
    -------
    rank, lower, upper : ndarray of float
        1 is the best; the range holds the true place with a probability of 95 %, by draws from
        what is believed. NaN for units that are not judged, and where a range is the target: in
        it no side is the better one.
    """
    unknown = np.full(judged.shape, np.nan)
    known = judged & ~np.isnan(beliefs.level.value)
    if direction == BETWEEN or not known.any():
        return unknown, unknown, unknown
    sign = 1.0 if direction == AT_MOST else -1.0  # the least comes first
    gaps = (beliefs.level.value - beliefs.expected)[known] * sign
    uniform = np.random.default_rng(SEED).random((DRAWS, known.size))
    drawn = (beliefs.level.quantile(uniform) - beliefs.expected)[:, known] * sign
    places = drawn.argsort(axis=1, kind="stable").argsort(axis=1) + 1.0
    ends = np.quantile(places, [0.025, 0.975], axis=0, method="closest_observation")
    best = 1.0 + (gaps[:, None] > gaps[None, :]).sum(axis=1)
    found = [unknown.copy() for _ in range(3)]
    # A tie has the first of its places, which its draws need not hold.
    for column, places_of in zip(
        found, (best, np.minimum(ends[0], best), np.maximum(ends[1], best)), strict=True
    ):
        column[known] = places_of
    return found[0], found[1], found[2]
