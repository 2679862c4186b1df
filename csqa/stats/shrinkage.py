"""What to expect of each unit next: its own figure, pulled towards all, with an interval.

*Horizontal*: several units in one period. Luck does not last; what is left of a unit's distance
from the others once luck is taken out is here, with the chance that its true level is on the
wrong side of a target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csqa.stats._arrays import bounds, counts, finite, floats, part_and_whole, ratio, tail
from csqa.stats.funnel import between_variance, known_units
from csqa.stats.pooling import SPARE_UNITS, dersimonian_laird, prior_cases
from csqa.stats.ratios import root_scores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray, Interval


LEAST_CASES: Final = 1.0  # what Jeffreys' prior of a proportion is worth; no prior is weaker
LEAST_EVENTS: Final = 0.5  # and of a rate


@dataclass(frozen=True, eq=False, slots=True)
class Shrunken:
    """What is believed of each unit's true level, given all units.

    Attributes
    ----------
    family : str
        ``beta`` (proportions), ``gamma`` (rates, ratios) or ``normal`` (means).
    value, standard_error : ndarray of float, shape (units,)
        Expected true level, and standard deviation of what is believed of it; NaN where unknown.
    weight : ndarray of float, shape (units,)
        How far each unit is pulled: 0 not at all, 1 all the way to ``mean``.
    mean, tau : float
        Overall level, and standard deviation of true levels between units.
    """

    family: str
    value: FloatArray
    standard_error: FloatArray
    weight: FloatArray
    mean: float
    tau: float

    def interval(self, confidence: float = 0.95) -> Interval:
        """Interval that holds each unit's true level with the given probability.

        Examples
        --------
        >>> units = shrink_proportions([18, 24, 27, 12, 9], [30, 30, 30, 30, 10])
        >>> lower, upper = units.interval()
        >>> lower.round(2)
        array([0.44, 0.63, 0.73, 0.26, 0.57])
        """
        alpha = tail(confidence)
        lower, upper = self.quantile(alpha), self.quantile(1 - alpha)
        # A very skewed belief may have its mean outside; the interval still holds what is shown.
        return bounds(np.minimum(lower, self.value), np.maximum(upper, self.value))

    def quantile(self, share: ArrayLike) -> FloatArray:
        """Level below which each unit's true level lies with the given probability.

        Examples
        --------
        >>> shrink_proportions([18, 24, 27, 12, 9], [30, 30, 30, 30, 10]).quantile(0.5).round(2)
        array([0.61, 0.79, 0.89, 0.43, 0.87])
        """
        found = self._believed().ppf(share)
        return np.asarray(np.where(self.standard_error == 0, self.value, found))

    def chance_above(self, target: ArrayLike) -> FloatArray:
        """Probability that each unit's true level is above ``target``.

        Examples
        --------
        >>> units = shrink_proportions([18, 24, 27, 12, 9], [30, 30, 30, 30, 10])
        >>> units.chance_above(0.7).round(2)
        array([0.15, 0.88, 0.99, 0.  , 0.88])
        """
        aim = floats(target)
        sure = np.where(np.isnan(self.value), np.nan, self.value > aim)
        found = np.where(self.standard_error == 0, sure, self._believed().sf(aim))
        return np.asarray(found)[()]

    def chance_below(self, target: ArrayLike) -> FloatArray:
        """Probability that each unit's true level is below ``target``."""
        aim = floats(target)
        sure = np.where(np.isnan(self.value), np.nan, self.value < aim)
        found = np.where(self.standard_error == 0, sure, self._believed().cdf(aim))
        return np.asarray(found)[()]

    def _believed(self) -> Any:
        """SciPy's distribution of the family with these means and standard deviations."""
        from scipy import stats

        mean, variance = self.value, np.where(self.standard_error > 0, self.standard_error, np.nan)
        variance = variance**2
        if self.family == "beta":
            size = mean * (1 - mean) / variance - 1
            return stats.beta(mean * size, (1 - mean) * size)
        if self.family == "gamma":
            return stats.gamma(mean**2 / variance, scale=variance / mean)
        return stats.norm(mean, np.sqrt(variance))


def shrink_proportions(x: ArrayLike, n: ArrayLike) -> Shrunken:
    """Beta-binomial empirical Bayes of each unit's proportion.

    Parameters
    ----------
    x, n : array_like, shape (units,)
        Events and cases of each unit; a unit without cases is expected to be average.

    Returns
    -------
    Shrunken
        ``value`` is :func:`shrink`'s, unless units differ so wildly that the prior would be
        worth less than one case.

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n`` or a count is negative.

    Notes
    -----
    Prior by moments, as in :func:`shrink`. To the posterior variance is added what is uncertain of
    the overall level and of ``tau``: Morris (1983), JASA 78:47-55, sections 4 and 5. So where
    chance explains all differences everybody has the same value, but not the same interval.

    Examples
    --------
    >>> shrink_proportions([18, 24, 27, 12, 9], [30, 30, 30, 30, 10]).value.round(3)
    array([0.61 , 0.788, 0.876, 0.433, 0.842])
    """
    hits, trials = part_and_whole(x, n)
    known_hits, known_trials = known_units(hits, trials)
    mean = float(ratio(known_hits.sum(), known_trials.sum()))
    prior = max(prior_cases(hits, trials), LEAST_CASES)
    weight = _weight(prior, trials)
    value = _pulled(weight, mean, ratio(hits, trials))
    own = value * (1 - value) / (trials + prior + 1)
    by_chance = ratio(np.full_like(value, mean * (1 - mean)), trials)
    between = mean * (1 - mean) / (prior + 1)
    alone = np.fmax(by_chance, ratio(value * (1 - value), trials))
    error = _total_error(own, weight, ratio(hits, trials) - mean, by_chance, between, alone)
    # No distribution on [0, 1] is wider than this; only units with hardly a case come near.
    error = np.minimum(error, np.sqrt(value * (1 - value) / 2))
    return Shrunken("beta", value, error, weight, mean, float(np.sqrt(between)))


def shrink_rates(x: ArrayLike, expected: ArrayLike) -> Shrunken:
    """Gamma-Poisson empirical Bayes of each unit's rate or standardised ratio.

    Parameters
    ----------
    x, expected : array_like, shape (units,)
        Events of each unit, and its exposure, or the events expected of its mix
        (:func:`expected_events`); a unit of which nothing is expected is taken for average.

    Returns
    -------
    Shrunken
        ``value`` is ``(x + a)/(expected + b)`` with a prior Gamma(a, b).

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    Clayton & Kaldor (1987), Biometrics 43:671-681, with the prior by moments on the square root
    scale: ``a = 1/(4 tau²)``, ``b = a/mean``. Uncertainty of the
    prior is added as in :func:`shrink_proportions`.

    Examples
    --------
    >>> shrink_rates([12, 30, 25, 3, 0], [20, 20, 20, 20, 0]).value.round(3)
    array([0.623, 1.447, 1.218, 0.211, 0.875])
    """
    events, base = np.broadcast_arrays(counts("x", x), counts("expected", expected))
    known = ~np.isnan(events) & (base > 0)
    mean = float(ratio(events[known].sum(), base[known].sum()))
    z, precision = root_scores(events, base * mean)
    tau2 = between_variance(float((z**2).sum()), precision)
    shape = max(1 / (4 * tau2), LEAST_EVENTS) if tau2 > 0 else np.inf
    prior = shape / mean if mean > 0 else np.inf
    weight = _weight(prior, base)
    value = _pulled(weight, mean, ratio(events, base))
    own = value / (base + prior)
    by_chance = ratio(np.full_like(value, mean), base)
    between = mean**2 / shape
    alone = np.fmax(by_chance, ratio(value, base))
    error = _total_error(own, weight, ratio(events, base) - mean, by_chance, between, alone)
    return Shrunken("gamma", value, error, weight, mean, float(np.sqrt(between)))


def shrink_means(values: ArrayLike, variances: ArrayLike) -> Shrunken:
    """Normal empirical Bayes of each unit's mean.

    Parameters
    ----------
    values, variances : array_like, shape (units,)
        Mean of each unit and its squared standard error, above 0; NaN where unknown.

    Returns
    -------
    Shrunken
        Pulled towards the random-effects mean of :func:`dersimonian_laird`.

    Raises
    ------
    ValueError
        If a variance is 0 or negative, or a value infinite.

    Notes
    -----
    Morris (1983), JASA 78:47-55.

    Examples
    --------
    Coaching in eight schools, Rubin (1981): chance explains the differences, so all are at the
    pooled 7.7 points:

    >>> schools = shrink_means(
    ...     [28, 8, -3, 7, -1, 1, 18, 12],
    ...     [15**2, 10**2, 16**2, 11**2, 9**2, 11**2, 10**2, 18**2],
    ... )
    >>> schools.value.round(1)
    array([7.7, 7.7, 7.7, 7.7, 7.7, 7.7, 7.7, 7.7])
    """
    value, chance = np.broadcast_arrays(finite("values", values), counts("variances", variances))
    pooled = dersimonian_laird(value, chance)
    weight = chance / (chance + pooled.tau_squared)
    expected = _pulled(weight, pooled.mean, value)
    own = chance * (1 - weight)
    error = _total_error(own, weight, value - pooled.mean, chance, pooled.tau_squared, chance)
    error = np.where(np.isnan(expected), np.nan, error)
    tau = float(np.sqrt(pooled.tau_squared))
    return Shrunken("normal", expected, error, weight, pooled.mean, tau)


def _weight(prior: float, size: FloatArray) -> FloatArray:
    if np.isinf(prior):
        return np.where(np.isnan(size), np.nan, 1.0)
    return np.where(size == 0, 1.0, prior / (prior + np.where(size == 0, 1, size)))


def _pulled(weight: FloatArray, mean: float, own: FloatArray) -> FloatArray:
    """Own level and overall level, by weight; a unit without cases has only the latter."""
    return np.where(weight == 1, mean, weight * mean + (1 - weight) * own)


def _total_error(
    own: FloatArray,
    weight: FloatArray,
    gap: FloatArray,
    by_chance: FloatArray,
    between: float,
    alone: FloatArray,
) -> FloatArray:
    """Standard error of a shrunken value: its posterior, the overall mean, and the pull itself.

    ``by_chance`` is the variance of a unit's own level were it average; ``alone`` what its own
    cases leave of doubt at the level found: counts scatter more where more is expected.
    """
    precision = 1 / np.where(by_chance + between > 0, by_chance + between, np.nan)
    known = ~np.isnan(precision)
    if not known.any():
        return np.where(np.isnan(weight), np.nan, 0.0)
    of_mean = weight**2 / precision[known].sum()
    k = int(known.sum())
    typical = np.average(by_chance[known], weights=precision[known]) + between
    factor = 2 / (k - SPARE_UNITS) if k > SPARE_UNITS else 0.0
    of_pull = factor * weight**2 * typical * precision * gap**2
    variance = own + of_mean + np.nan_to_num(of_pull)
    # Knowing the other units never makes a unit less sure than its own cases make it.
    return np.asarray(np.sqrt(np.fmin(variance, np.where(known, alone, np.nan))))
