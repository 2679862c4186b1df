"""What units have in common: a pooled mean, each unit pulled towards it, false discoveries.

*Horizontal*: several units in one period. The best and the worst of many are mostly lucky and
unlucky, and will look ordinary next month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import counts, finite, floats, part_and_whole, ratio
from csqa.stats.funnel import arcsine_scores, between_variance, known_units

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray


SPARE_UNITS: Final = 3  # Efron & Morris 1975; Morris 1983: degrees of freedom that shrinking spends


@dataclass(frozen=True, slots=True)
class PooledEffect:
    """A random-effects mean, and how much units differ.

    Attributes
    ----------
    mean, standard_error : float
        Of the mean of all units, in the unit of the effects.
    tau_squared : float
        Variance between units, in that unit squared.
    q : float
        Weighted squared distances from the mean; about ``k - 1`` if units are all alike.
    k : int
        Units pooled.
    """

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
        If a variance is 0 or negative, or an effect infinite.

    Notes
    -----
    DerSimonian & Laird (1986), Controlled Clinical Trials 7:177-188.

    Examples
    --------
    >>> pooled = dersimonian_laird([0.0, 4.0], [1.0, 1.0])
    >>> pooled.mean, pooled.tau_squared, round(pooled.standard_error, 4)
    (2.0, 7.0, 2.0)
    """
    effect, variance = np.broadcast_arrays(
        finite("effects", effects), counts("variances", variances)
    )
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
    size is ``M = 1/(4 tau**2) - 1``, at least 0, with the ``tau`` of DerSimonian & Laird on the
    arcsine scale. It is not winsorised, as for limits: that would pull too hard, and more so the
    more units there are (:func:`shrink_proportions` gives an interval, too).

    Examples
    --------
    Nine of ten says less than 27 of 30:

    >>> shrink([18, 24, 27, 12, 9], [30, 30, 30, 30, 10]).round(3)
    array([0.61 , 0.788, 0.876, 0.433, 0.842])
    """
    hits, trials = part_and_whole(x, n)
    known_hits, known_trials = known_units(hits, trials)
    overall = ratio(known_hits.sum(), known_trials.sum())
    prior = prior_cases(hits, trials)
    if np.isinf(prior):
        return np.where(np.isnan(hits + trials), np.nan, overall)
    pulled = ratio(hits + prior * overall, trials + prior)
    return np.where(trials == 0, overall, pulled)


def prior_cases(x: ArrayLike, n: ArrayLike) -> float:
    """Cases that what is known of all units is worth for one unit; infinite if all are alike."""
    z, weight = arcsine_scores(x, n)
    between = between_variance(float((z**2).sum()), weight)
    return max(1 / (4 * between) - 1, 0.0) if between > 0 else np.inf


def james_stein(values: ArrayLike, variance: float) -> FloatArray:
    """Efron and Morris's estimator: equal variances, each value pulled towards the mean of all.

    Parameters
    ----------
    values : array_like, shape (units,)
        At least four, none missing.
    variance : float
        Squared standard error of each value.

    Returns
    -------
    ndarray of float
        Never pulled past the mean.

    Raises
    ------
    ValueError
        If there are fewer than four values, one is missing or infinite, or ``variance`` is not
        one number above 0.

    Notes
    -----
    ``mean + c (value - mean)``, ``c = 1 - (k-3) variance / sum (value - mean)²``: Efron & Morris
    (1975), JASA 70:311-319; (1977), Scientific American 236(5):119-127.

    Examples
    --------
    >>> james_stein([0.40, 0.30, 0.25, 0.25], 0.005).round(3)
    array([0.367, 0.3  , 0.267, 0.267])
    """
    observed = finite("values", values).ravel()
    known = observed.size > SPARE_UNITS and not np.isnan(observed).any()
    if not (known and np.ndim(variance) == 0 and variance > 0):
        message = (
            "`values` must be four or more, none missing, and `variance` one number above 0, "
            "the same for all."
        )
        raise ValueError(message)
    gaps = observed - observed.mean()
    squares = float((gaps**2).sum())
    pull = min(1.0, (observed.size - SPARE_UNITS) * variance / squares) if squares else 1.0
    return np.asarray(observed.mean() + (1 - pull) * gaps)


def adjust_p(p: ArrayLike) -> FloatArray:
    """Benjamini-Hochberg adjusted p-values; NaN stays NaN and does not count as a test.

    Parameters
    ----------
    p : array_like
        All p-values of the family, in any order and shape.

    Returns
    -------
    ndarray of float
        In the order given: those up to 0.05 are discoveries of which at most 5 % are false.

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
    raw = floats(p, "p")
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
