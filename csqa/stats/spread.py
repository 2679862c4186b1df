"""How much units differ from each other, or from what is expected of each, beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import counts, finite, floats, part_and_whole, ratio, tail
from csqa.stats.funnel import ADJUST_UNITS, WINSORISED, between_variance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray


@dataclass(frozen=True, slots=True)
class BetweenVariation:
    """How much units truly differ.

    Attributes
    ----------
    tau, tau_lower, tau_upper : float
        Standard deviation between units, on the scale of their effects, with its interval.
    share, share_lower, share_upper : float
        Part of the variance seen that is real, in [0, 1]: 0 if luck explains every difference
        between units. NaN with ``tau`` for fewer than two units.
    p : float
        Chance of so much variation, or more, if units were all alike.
    k : int
        Units told apart.
    """

    tau: float
    tau_lower: float
    tau_upper: float
    share: float
    share_lower: float
    share_upper: float
    p: float
    k: int


def between_variation(
    effects: ArrayLike, variances: ArrayLike, confidence: float = 0.95
) -> BetweenVariation:
    """Variation between units beyond chance: how consistent a service is across agents.

    Parameters
    ----------
    effects, variances : array_like, shape (units,)
        Estimate of each unit and its squared standard error; a NaN, or a variance of 0, leaves
        a unit out. For proportions and rates: :func:`arcsine_effects`, :func:`root_effects`.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    BetweenVariation
        ``tau``, ``share`` and ``p``, with intervals.

    Raises
    ------
    ValueError
        If a variance is negative.

    Notes
    -----
    ``tau`` by DerSimonian & Laird (1986), its interval by the Q-profile of Viechtbauer (2007),
    Statistics in Medicine 26:37-52; ``share`` is the I² of Higgins & Thompson (2002), Statistics
    in Medicine 21:1539-1558, its interval that of ``tau`` on the same scale, as in metafor.

    Examples
    --------
    Diuretics and pre-eclampsia, Collins et al. (1985), log odds ratios of nine trials:

    >>> found = between_variation(
    ...     [0.0418, -0.9237, -1.1221, -1.4733, -1.391, -0.2969, -0.2615, 1.0888, 0.1353],
    ...     [0.1596, 0.1177, 0.178, 0.2989, 0.1143, 0.0146, 0.1207, 0.6864, 0.0679],
    ... )
    >>> round(found.tau**2, 2), round(found.tau_lower**2, 3), round(found.tau_upper**2, 3)
    (0.23, 0.072, 2.203)
    >>> round(found.share, 3), round(found.p, 4)
    (0.707, 0.0006)
    """
    from scipy import special

    effect, variance = np.broadcast_arrays(
        finite("effects", effects), counts("variances", variances)
    )
    known = ~np.isnan(effect) & (variance > 0)
    effect, variance = effect[known], variance[known]
    k, alpha = effect.size, tail(confidence)
    if k < 2:
        unknown = np.nan
        return BetweenVariation(unknown, unknown, unknown, unknown, unknown, unknown, unknown, k)
    weight = 1 / variance
    q = _spread_at(0, effect, variance)
    within = (k - 1) / (weight.sum() - (weight**2).sum() / weight.sum())
    tau2 = between_variance(q, weight)
    lower, upper = (
        _profile(2 * special.gammainccinv((k - 1) / 2, part), effect, variance)
        for part in (alpha, 1 - alpha)
    )
    return BetweenVariation(
        tau=float(np.sqrt(tau2)),
        tau_lower=float(np.sqrt(lower)),
        tau_upper=float(np.sqrt(upper)),
        share=float(tau2 / (tau2 + within)),
        share_lower=float(lower / (lower + within)),
        share_upper=float(upper / (upper + within)),
        p=float(special.gammaincc((k - 1) / 2, q / 2)),
        k=k,
    )


def arcsine_effects(x: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Proportions on the arcsine scale, and their variances by chance, ``1/(4n)``.

    A standard deviation ``tau`` on this scale is about ``2 tau sqrt(p (1 - p))`` in proportions.

    Parameters
    ----------
    x, n : array_like
        Events and cases of each unit.

    Returns
    -------
    effects, variances : ndarray of float
        In radians, and radians squared; NaN where ``n == 0``.

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n`` or a count is negative.

    Notes
    -----
    Anscombe (1948), Biometrika 35:246-254; the measure ``PAS`` of metafor.

    Examples
    --------
    >>> effects, variances = arcsine_effects([25, 0], [100, 0])
    >>> effects.round(4), variances
    (array([0.5236,    nan]), array([0.0025,    nan]))
    """
    hits, trials = part_and_whole(x, n)
    share = ratio(hits, trials)
    return np.arcsin(np.sqrt(share)), ratio(np.full_like(share, 0.25), trials)


def root_effects(x: ArrayLike, expected: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Observed to expected ratios on the square root scale, and their variances, ``1/(4E)``.

    A standard deviation ``tau`` on this scale is about ``2 tau`` in ratios.

    Parameters
    ----------
    x, expected : array_like
        Events observed of each unit, and expected of its mix, or its exposure.

    Returns
    -------
    effects, variances : ndarray of float
        NaN where nothing is expected.

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    Anscombe (1948), Biometrika 35:246-254; the measure ``IRS`` of metafor.

    Examples
    --------
    >>> effects, variances = root_effects([121, 4], [100, 0])
    >>> effects, variances
    (array([1.1, nan]), array([0.0025,    nan]))
    """
    events, base = np.broadcast_arrays(counts("x", x), counts("expected", expected))
    return np.sqrt(ratio(events, base)), ratio(np.full(base.shape, 0.25), base)


def _spread_at(tau2: float, effect: FloatArray, variance: FloatArray) -> float:
    """Weighted squared distances from the pooled mean, were ``tau2`` the variance between."""
    weight = 1 / (variance + tau2)
    return float((weight * (effect - (weight * effect).sum() / weight.sum()) ** 2).sum())


def _profile(wanted: float, effect: FloatArray, variance: FloatArray) -> float:
    """Variance between units at which the spread is just as wanted; 0 if it is never so large."""
    from scipy.optimize import brentq

    if _spread_at(0, effect, variance) <= wanted:
        return 0.0
    far = float(np.ptp(effect)) ** 2 / wanted * effect.size
    return float(brentq(lambda tau2: _spread_at(tau2, effect, variance) - wanted, 0, far))


def spread_between(gaps: ArrayLike, variances: ArrayLike) -> float:
    """Standard deviation between units, beyond what their sizes explain.

    Parameters
    ----------
    gaps, variances : array_like, shape (units,)
        Distance of each unit from what is expected of it, and the variance of that distance if
        only chance were at work; units with a NaN or without variance are left out.

    Returns
    -------
    float
        0 where fewer than ten units tell, or chance explains all of it.

    Notes
    -----
    Spiegelhalter (2005), Statistics in Medicine 24:1185-1202, section 3.3, with an expectation
    of its own for each unit: winsorised z-scores, then the moments of DerSimonian & Laird. The
    squares of winsorised normal z-scores add up to 68 % of the number of units only; without
    making up for that the limits would be too narrow wherever units differ by nature.

    Examples
    --------
    >>> spread_between([-1.0, 1.0] * 3, [1.0] * 6)
    0.0
    >>> round(spread_between([-3.0, 3.0] * 6, [1.0] * 12), 2)
    3.67
    """
    gap, variance = floats(gaps), floats(variances)
    known = ~np.isnan(gap) & (variance > 0)
    if known.sum() < ADJUST_UNITS:
        return 0.0
    z = gap[known] / np.sqrt(variance[known])
    z = np.clip(z, *np.quantile(z, [WINSORISED, 1 - WINSORISED]))
    q = float((z**2).sum()) / _winsorised_square(WINSORISED)
    if q <= z.size:
        return 0.0
    return float(np.sqrt(between_variance(q, 1 / variance[known])))


def _winsorised_square(share: float) -> float:
    """Mean square of a standard normal variable winsorised by a share at each end."""
    from scipy.stats import norm

    edge = float(norm.isf(share))
    return float(1 - 2 * share - 2 * edge * norm.pdf(edge) + 2 * share * edge**2)
