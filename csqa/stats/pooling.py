"""What units have in common: a pooled mean, each unit pulled towards it, false discoveries.

*Horizontal*: several units in one period. The best and the worst of many are mostly lucky and
unlucky, and will look ordinary next month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import counts, floats, part_and_whole, ratio
from csqa.stats.funnel import between_variance, known_units, overdispersion

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray


@dataclass(frozen=True, slots=True)
class PooledEffect:
    """A random-effects mean: its value, its standard error, and the variance between units."""

    mean: float
    standard_error: float
    tau_squared: float
    q: float
    k: int


def dersimonian_laird(effects: ArrayLike, variances: ArrayLike) -> PooledEffect:
    """Pool effects that differ by more than their own errors.

    Parameters
    ----------
    effects, variances : array_like, shape (units,)
        Estimate of each unit and its squared standard error, above 0; a NaN leaves a unit out.

    Returns
    -------
    PooledEffect
        NaN mean and standard error without units; ``tau_squared`` 0 for one unit.

    Raises
    ------
    ValueError
        If a variance is 0 or negative.

    Notes
    -----
    DerSimonian & Laird (1986), Controlled Clinical Trials 7:177-188.

    Examples
    --------
    >>> pooled = dersimonian_laird([0.0, 4.0], [1.0, 1.0])
    >>> pooled.mean, pooled.tau_squared, round(pooled.standard_error, 4)
    (2.0, 7.0, 2.0)
    """
    effect, variance = np.broadcast_arrays(floats(effects), counts("variances", variances))
    if (variance == 0).any():
        message = "`variances` must be above 0: an effect without error has no finite weight."
        raise ValueError(message)
    known = ~np.isnan(effect + variance)
    effect, variance = effect[known], variance[known]
    if not effect.size:
        return PooledEffect(np.nan, np.nan, 0.0, 0.0, 0)
    weight = 1 / variance
    q = float((weight * (effect - np.average(effect, weights=weight)) ** 2).sum())
    tau_squared = between_variance(q, weight)
    weight = 1 / (variance + tau_squared)
    mean = float(np.average(effect, weights=weight))
    return PooledEffect(mean, float(1 / np.sqrt(weight.sum())), tau_squared, q, effect.size)


def shrink(x: ArrayLike, n: ArrayLike) -> FloatArray:
    """Pull each unit's proportion towards the overall one, small units most.

    Parameters
    ----------
    x, n : array_like, shape (units,)
        Events and cases of each unit.

    Returns
    -------
    ndarray of float
        ``(x + M mu) / (n + M)``: what to expect of the unit next time if nobody acts. All equal
        ``mu`` where chance explains every difference; NaN where nobody has a case.

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n`` or a count is negative.

    Notes
    -----
    Empirical Bayes, beta-binomial by moments: Efron & Morris (1975), JASA 70:311-319. The prior
    size is ``M = 1/(4 tau**2) - 1`` with :attr:`Overdispersion.tau`, at least 0.

    Examples
    --------
    Nine of ten says less than 27 of 30:

    >>> shrink([18, 24, 27, 12, 9], [30, 30, 30, 30, 10]).round(3)
    array([0.617, 0.781, 0.863, 0.453, 0.817])
    """
    hits, trials = part_and_whole(x, n)
    known_hits, known_trials = known_units(hits, trials)
    overall = ratio(known_hits.sum(), known_trials.sum())
    tau = overdispersion(hits, trials).tau
    if tau == 0:
        return np.where(np.isnan(hits + trials), np.nan, overall)
    prior = max(1 / (4 * tau**2) - 1, 0.0)
    pulled = ratio(hits + prior * overall, trials + prior)
    return np.where(trials == 0, overall, pulled)


def adjust_p(p: ArrayLike) -> FloatArray:
    """Benjamini-Hochberg adjusted p-values; NaN stays NaN and does not count as a test.

    Raises
    ------
    ValueError
        If a p-value is outside [0, 1].

    Notes
    -----
    Benjamini & Hochberg (1995), JRSS B 57:289-300.

    Examples
    --------
    >>> adjust_p([0.01, float("nan"), 0.04, 0.03])
    array([0.03,  nan, 0.04, 0.04])
    """
    raw = floats(p)
    known = ~np.isnan(raw)
    tests = raw[known]
    if ((tests < 0) | (tests > 1)).any():
        message = f"`p` must lie in [0, 1]; found {tests.min():g} to {tests.max():g}."
        raise ValueError(message)
    order = np.argsort(tests)[::-1]
    scaled = tests[order] * (tests.size / np.arange(tests.size, 0, -1))
    adjusted = raw.copy()
    adjusted[known] = np.minimum.accumulate(np.minimum(scaled, 1))[np.argsort(order)]
    return adjusted
