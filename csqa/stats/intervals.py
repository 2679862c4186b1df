"""Confidence intervals of one estimate: a proportion, a count, a mean.

Arrays in, a pair of arrays out; shapes follow NumPy broadcasting. Nothing observed gives NaN,
never 0 and never an exception. Each interval stays inside the range of what it estimates and
contains the estimate. ``confidence`` is two-sided and strictly between 0 and 1: anything else is
a ``ValueError``, and so is a negative count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import (
    bounds,
    counts,
    critical_z,
    finite,
    mean_and_variance,
    part_and_whole,
    ratio,
    tail,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray, Interval


def wilson(x: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """Wilson score interval of a proportion.

    Parameters
    ----------
    x, n : array_like
        Successes and trials, ``0 <= x <= n``; NaN is missing.

    Returns
    -------
    lower, upper : ndarray of float
        In [0, 1]; exactly 0 at ``x == 0``, exactly 1 at ``x == n``; NaN where ``n == 0``.

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n``.

    Notes
    -----
    Wilson (1927), JASA 22:209-212; Newcombe (1998), Statistics in Medicine 17:857-872, method 3.

    Examples
    --------
    Newcombe's Table I, first and third column:

    >>> lower, upper = wilson([81, 0], [263, 20])
    >>> lower.round(4), upper.round(4)
    (array([0.2553, 0.    ]), array([0.3662, 0.1611]))
    """
    hits, trials = part_and_whole(x, n)
    return bounds(*_score(ratio(hits, trials), trials, critical_z(confidence)))


def wilson_finite(
    x: ArrayLike, n: ArrayLike, population: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Wilson interval of a proportion sampled from a finite population.

    Parameters
    ----------
    x, n, population : array_like
        Successes, sample size and population size, ``0 <= x <= n <= population``.

    Returns
    -------
    lower, upper : ndarray of float
        In [0, 1]; both equal the proportion where everything was inspected.

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n`` or ``n`` exceeds ``population``.

    Notes
    -----
    Wilson's interval at the effective size ``n(N-1)/(N-n)``: the finite-population correction
    of Cochran (1977), Sampling Techniques, section 3.2; O'Neill (2021), Mathematical properties
    and finite-population correction for the Wilson score interval.

    Examples
    --------
    Eighteen of 20 passed; the 20 came from 100, then were all there was:

    >>> lower, upper = wilson_finite(18, 20, [100, 20])
    >>> lower.round(4), upper.round(4)
    (array([0.7239, 0.9   ]), array([0.9687, 0.9   ]))
    """
    hits, trials = part_and_whole(x, n)
    trials, frame = part_and_whole(trials, population, ("n", "population"))
    value = ratio(hits, trials)
    complete = trials == frame
    effective = ratio(trials * (frame - 1), np.where(complete, np.nan, frame - trials))
    lower, upper = _score(value, effective, critical_z(confidence))
    return bounds(np.where(complete, value, lower), np.where(complete, value, upper))


def zero_events_upper(n: ArrayLike, confidence: float = 0.95) -> FloatArray:
    """One-sided upper bound of a proportion after no event in ``n`` trials, about ``3/n``.

    Parameters
    ----------
    n : array_like
        Trials, none of them an event.
    confidence : float
        One-sided confidence level, in (0, 1).

    Returns
    -------
    ndarray of float
        NaN where ``n == 0``.

    Raises
    ------
    ValueError
        If ``n`` is negative.

    Notes
    -----
    ``1 - (1 - confidence)**(1/n)``: Hanley & Lippman-Hand (1983), JAMA 249:1743-1745.

    Examples
    --------
    >>> zero_events_upper([100, 0]).round(4)
    array([0.0295,    nan])
    """
    trials = counts("n", n)
    log_alpha = np.log(2 * tail(confidence))
    return np.asarray(-np.expm1(ratio(log_alpha, trials)))[()]


def poisson_exact(x: ArrayLike, confidence: float = 0.95) -> Interval:
    """Exact (Garwood) interval of a Poisson count; divide by the exposure for a rate.

    Parameters
    ----------
    x : array_like
        Events counted.

    Returns
    -------
    lower, upper : ndarray of float
        Of the expected count; exactly 0 at ``x == 0``.

    Raises
    ------
    ValueError
        If ``x`` is negative.

    Notes
    -----
    ``chi2(a/2; 2x)/2`` and ``chi2(1-a/2; 2x+2)/2``: Garwood (1936), Biometrika 28:437-442. The
    chi-squared quantiles are taken as inverse incomplete gamma functions.

    Examples
    --------
    >>> lower, upper = poisson_exact([0, 5])
    >>> lower.round(4), upper.round(4)
    (array([0.    , 1.6235]), array([ 3.6889, 11.6683]))
    """
    from scipy import special

    events = counts("x", x)
    alpha = tail(confidence)
    shape = np.where(events == 0, 1, events)
    lower = np.where(events == 0, 0, special.gammaincinv(shape, alpha))
    return bounds(lower, special.gammainccinv(events + 1, alpha))


def byar(x: ArrayLike, confidence: float = 0.95) -> Interval:
    """Byar's approximate interval of a Poisson count, as public health reports print it.

    Parameters
    ----------
    x : array_like
        Events counted.

    Returns
    -------
    lower, upper : ndarray of float
        Not below 0. Close to :func:`poisson_exact` from ``x = 10`` on; prefer that below.

    Raises
    ------
    ValueError
        If ``x`` is negative.

    Notes
    -----
    Breslow & Day (1987), Statistical Methods in Cancer Research II, p. 69.

    Examples
    --------
    >>> lower, upper = byar([0, 65])
    >>> lower.round(4), upper.round(4)
    (array([ 0.    , 50.1632]), array([ 3.668 , 82.8491]))
    """
    events = counts("x", x)
    z = critical_z(confidence)
    shape = np.where(events == 0, 1, events)
    lower = events * (1 - 1 / (9 * shape) - z / (3 * np.sqrt(shape))) ** 3
    upper = (events + 1) * (1 - 1 / (9 * (events + 1)) + z / (3 * np.sqrt(events + 1))) ** 3
    return bounds(np.maximum(lower, 0), upper)


def t_mean(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Student t interval of the mean of ``values``; NaN values are left out.

    Parameters
    ----------
    values : array_like
        All of them, in any shape and unit; the interval has their unit.

    Returns
    -------
    lower, upper : float
        NaN for fewer than two values; equal for values that are all the same.

    Raises
    ------
    ValueError
        If a value is infinite.

    Notes
    -----
    Student (1908), Biometrika 6:1-25. Durations are skewed: show a median beside it.

    Examples
    --------
    >>> lower, upper = t_mean([4, 5, 6, 7, 8])
    >>> round(float(lower), 4), round(float(upper), 4)
    (4.0368, 7.9632)
    """
    observed = finite("values", values).ravel()
    observed = observed[~np.isnan(observed)]
    origin = observed.mean() if observed.size else 0.0
    shifted = observed - origin
    lower, upper = t_interval(observed.size, shifted.sum(), (shifted**2).sum(), confidence)
    return bounds(lower + origin, upper + origin)


def t_interval(
    n: ArrayLike, total: ArrayLike, total_squares: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Student t interval of a mean, from sums that add up over groups.

    Parameters
    ----------
    n, total, total_squares : array_like
        Number of values, their sum, and the sum of their squares.

    Returns
    -------
    lower, upper : ndarray of float
        NaN where ``n < 2``.

    Raises
    ------
    ValueError
        If the squares are too small for the total by more than rounding explains, or a sum is
        infinite.

    Notes
    -----
    As :func:`t_mean`: Student (1908).

    Examples
    --------
    The five values of :func:`t_mean`:

    >>> lower, upper = t_interval([5, 1], [30, 6], [190, 36])
    >>> lower.round(4), upper.round(4)
    (array([4.0368,    nan]), array([7.9632,    nan]))
    """
    from scipy import special

    size, mean, variance = mean_and_variance(n, total, total_squares)
    quantile = special.stdtrit(np.where(size > 1, size - 1, np.nan), 1 - tail(confidence))
    half = quantile * np.sqrt(ratio(variance, size))
    return bounds(mean - half, mean + half)


def _score(value: FloatArray, n: FloatArray, z: float) -> Interval:
    half_extra = ratio(np.full_like(n, z * z / 2), n)
    spread = z * np.sqrt(ratio(value * (1 - value), n) + (half_extra / z) ** 2)
    scale = 1 + 2 * half_extra
    lower, upper = (value + half_extra - spread) / scale, (value + half_extra + spread) / scale
    return np.clip(lower, 0, value), np.clip(upper, value, 1)
