"""Confidence intervals of a contrast: first minus second, or first over second.

Arrays in, a pair of arrays out, with the conventions of :mod:`csqa.stats.intervals`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import (
    bounds,
    counts,
    critical_z,
    mean_and_variance,
    one_of,
    part_and_whole,
    ratio,
    tail,
)
from csqa.stats.intervals import wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray, Interval

HALF_EVENT = 0.5  # the continuity correction of the method statsmodels calls "waldcc"


def newcombe_difference(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Newcombe's hybrid score interval of ``x1/n1 - x2/n2``, independent samples.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Successes and trials of each sample.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    lower, upper : ndarray of float
        In [-1, 1]; NaN where either sample is empty.

    Raises
    ------
    ValueError
        If a count is negative or successes exceed trials.

    Notes
    -----
    Newcombe (1998), Statistics in Medicine 17:873-890, method 10 (without continuity
    correction). It holds at zero events, where the Wald interval has no width.

    Examples
    --------
    >>> lower, upper = newcombe_difference([56, 0], [70, 10], [48, 0], [80, 20])
    >>> lower.round(4), upper.round(4)
    (array([ 0.0524, -0.1611]), array([0.3339, 0.2775]))
    """
    x1, n1 = part_and_whole(x1, n1, ("x1", "n1"))
    x2, n2 = part_and_whole(x2, n2, ("x2", "n2"))
    first, second = ratio(x1, n1), ratio(x2, n2)
    lower1, upper1 = wilson(x1, n1, confidence)
    lower2, upper2 = wilson(x2, n2, confidence)
    difference = first - second
    lower = difference - np.hypot(first - lower1, upper2 - second)
    upper = difference + np.hypot(upper1 - first, second - lower2)
    return bounds(np.clip(lower, -1, 1), np.clip(upper, -1, 1))


def rate_ratio(
    x1: ArrayLike,
    e1: ArrayLike,
    x2: ArrayLike,
    e2: ArrayLike,
    confidence: float = 0.95,
    *,
    method: str = "waldcc",
) -> Interval:
    """Interval of the rate ratio ``(x1/e1) / (x2/e2)``.

    Parameters
    ----------
    x1, e1, x2, e2 : array_like
        Events and exposure of each group.
    confidence : float
        Two-sided confidence level, in (0, 1).
    method : {"waldcc", "exact"}
        Log-Wald with half an event added to each count, or the exact conditional binomial
        interval: never too narrow, usually too wide.

    Returns
    -------
    lower, upper : ndarray of float
        Lower 0 where ``x1 == 0``, upper infinite where ``x2 == 0``, so that the estimate is
        inside; NaN where neither group had an event or an exposure is 0.

    Raises
    ------
    ValueError
        If a count or an exposure is negative, or ``method`` is unknown.

    Notes
    -----
    Gu, Ng, Tang & Schucany (2008), Biometrical Journal 50:283-298, with the added half of
    Haldane (1956); widened to the ratio of the counts as they are where it falls short of it (low
    confidence). Not the score interval: at zero events it can leave its own estimate out.
    Exact: Przyborowski & Wilenski (1940), Biometrika 31:313-323, as R's ``poisson.test``.

    Examples
    --------
    >>> lower, upper = rate_ratio([5, 0], 100, [10, 3], 100)
    >>> lower.round(3), upper.round(3)
    (array([0.187, 0.   ]), array([1.47 , 2.766]))

    The example of R's ``poisson.test``:

    >>> lower, upper = rate_ratio(11, 800, 6 + 8 + 7, 1083 + 1050 + 878, method="exact")
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.8584, 4.2773)
    """
    one_of("method", method, ("waldcc", "exact"))
    x1, x2 = counts("x1", x1), counts("x2", x2)
    exposure = ratio(counts("e2", e2), counts("e1", e1))
    exposure = np.where(exposure > 0, exposure, np.nan)
    if method == "exact":
        return _conditional(x1, x2, exposure, tail(confidence))
    middle = (x1 + HALF_EVENT) / (x2 + HALF_EVENT) * exposure
    error = np.sqrt(1 / (x1 + HALF_EVENT) + 1 / (x2 + HALF_EVENT))
    factor = np.exp(critical_z(confidence) * error)
    known = np.where(x1 + x2 > 0, middle, np.nan)
    # Zero without events in the first group, infinite without any in the second.
    shown = np.where(x2 == 0, np.inf, ratio(x1, x2)) * np.where(x1 + x2 > 0, exposure, np.nan)
    lower = np.where(x1 == 0, shown, np.minimum(known / factor, shown))
    return bounds(lower, np.where(x2 == 0, shown, np.maximum(known * factor, shown)))


def welch_difference(
    n1: ArrayLike,
    total1: ArrayLike,
    sq1: ArrayLike,
    n2: ArrayLike,
    total2: ArrayLike,
    sq2: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Welch t interval of a difference of means, first minus second, from additive sums.

    Parameters
    ----------
    n1, total1, sq1, n2, total2, sq2 : array_like
        Of each group: number of values, their sum, the sum of their squares.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    lower, upper : ndarray of float
        NaN where either group has fewer than two values.

    Raises
    ------
    ValueError
        If a count is negative or the squares are too small for their total.

    Notes
    -----
    Welch (1947), Biometrika 34:28-35; degrees of freedom by Satterthwaite (1946).

    Examples
    --------
    4, 6, 8 against 1, 2, 3:

    >>> lower, upper = welch_difference([3], [18], [116], [3], [6], [14])
    >>> lower.round(4), upper.round(4)
    (array([-0.1554]), array([8.1554]))
    """
    from scipy import special

    n1, mean1, variance1 = mean_and_variance(n1, total1, sq1, ("n1", "sq1"))
    n2, mean2, variance2 = mean_and_variance(n2, total2, sq2, ("n2", "sq2"))
    error1, error2 = ratio(variance1, n1), ratio(variance2, n2)
    squared = error1 + error2
    # A share keeps the ratio of fourth powers from underflowing.
    share = ratio(error1, squared)
    free1, free2 = np.where(n1 > 1, n1 - 1, np.nan), np.where(n2 > 1, n2 - 1, np.nan)
    freedom = 1 / (share**2 / free1 + (1 - share) ** 2 / free2)
    half = special.stdtrit(freedom, 1 - tail(confidence)) * np.sqrt(squared)
    half = np.where(squared == 0, 0, half)
    return bounds(mean1 - mean2 - half, mean1 - mean2 + half)


def _conditional(x1: FloatArray, x2: FloatArray, exposure: FloatArray, alpha: float) -> Interval:
    """Clopper-Pearson odds of the first group's part of all events, times ``e2/e1``."""
    from scipy import special

    known = np.where(x1 + x2 > 0, exposure, np.nan)
    lower = special.betaincinv(np.where(x1 == 0, 1, x1), x2 + 1, alpha)
    upper = special.betainccinv(x1 + 1, np.where(x2 == 0, 1, x2), alpha)
    lower = np.where(x1 == 0, 0 * known, lower / (1 - lower) * known)
    return bounds(lower, np.where(x2 == 0, np.inf * known, upper / (1 - upper) * known))


def t_test_p(n: ArrayLike, total: ArrayLike, total_squares: ArrayLike) -> FloatArray:
    """Two-sided p value of a mean being 0, from sums that add up.

    Parameters
    ----------
    n, total, total_squares : array_like
        Number of values, their sum, and the sum of their squares.

    Returns
    -------
    ndarray of float
        Below 0.05 where the 95 % interval of :func:`t_interval` leaves 0 out; 1 where all values
        are 0, NaN where ``n < 2``.

    Raises
    ------
    ValueError
        If the squares are too small for the total.

    Notes
    -----
    Student (1908), Biometrika 6:1-25.

    Examples
    --------
    >>> t_test_p([5, 1], [-200, 3], [10_000, 9]).round(4)
    array([0.0161,    nan])
    """
    from scipy import special

    size, mean, variance = mean_and_variance(n, total, total_squares)
    error = np.sqrt(variance / np.where(size > 0, size, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(mean == 0, 0.0, np.abs(mean) / error)
    p = 2 * special.stdtr(np.where(size > 1, size - 1, np.nan), -t)
    return np.asarray(np.where(size > 1, p, np.nan), dtype=np.float64)[()]
