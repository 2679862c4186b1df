"""Comparing units fairly: funnel limits, and how much more than chance units differ.

*Horizontal*: several units in one period. Small units scatter more, so each is judged against
limits for its own size, and never by rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import (
    bounds,
    counts,
    critical_z,
    floats,
    not_negative,
    one_of,
    part_and_whole,
    ratio,
    tail,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray, Interval

NORMAL_EVENTS: Final = 10  # methods 4.5: fewest expected events, and non-events, for normal limits
WINSORISED: Final = 0.1  # Spiegelhalter 2005: share of z-scores pulled in at each end
ADJUST_UNITS: Final = 10  # methods 4.5: fewer units cannot show overdispersion
METHODS: Final = ("auto", "exact", "normal")


@dataclass(frozen=True, slots=True)
class Overdispersion:
    """How much more units vary than their sizes explain.

    Attributes
    ----------
    phi : float
        Mean squared winsorised z-score; about 1 where only chance varies, NaN without units.
    tau : float
        Standard deviation between units, on the arcsine scale for proportions and the square
        root scale for ratios; 0 where chance explains all.
    k : int
        Units with at least one case.
    adjusted : bool
        Whether limits should be widened by ``tau``: ``phi > 1``, ``tau > 0`` and ``k >= 10``.
    """

    phi: float
    tau: float
    k: int
    adjusted: bool


def funnel_limits(
    n: ArrayLike,
    theta: ArrayLike,
    confidence: float = 0.998,
    *,
    tau: float = 0.0,
    method: str = "auto",
) -> Interval:
    """Limits within which a unit of size ``n`` stays if its true proportion is ``theta``.

    Parameters
    ----------
    n : array_like
        Cases of each unit, whole numbers.
    theta : array_like
        Proportion expected of every unit, in [0, 1].
    confidence : float
        Two-sided, in (0, 1): 0.998 for action, 0.95 for watching.
    tau : float
        Standard deviation between units, :attr:`Overdispersion.tau`. It only ever widens.
    method : {"auto", "exact", "normal"}
        Exact binomial limits below 10 expected events or non-events and normal ones from there
        on, or one of the two throughout.

    Returns
    -------
    lower, upper : ndarray of float
        In [0, 1] around ``theta``, closing in as ``n`` grows; NaN where ``n == 0`` or ``theta``
        is 0 or 1, so that nobody is outside.

    Raises
    ------
    ValueError
        If ``n`` is not whole, ``theta`` is outside [0, 1], ``tau`` is negative, or ``method`` is
        unknown.

    Notes
    -----
    Spiegelhalter (2005), Statistics in Medicine 24:1185-1202: the exact lower limit interpolates
    the binomial distribution function, additive overdispersion works on the arcsine scale. The
    exact upper limit is the lower limit of the complement; interpolating the same way at the
    upper end, as printed there, would put 20 of 20 above the 99.8 % limit at ``theta = 0.97``.

    Examples
    --------
    >>> lower, upper = funnel_limits([20, 400], 0.9)
    >>> lower.round(4), upper.round(4)
    (array([0.6148, 0.8536]), array([1.    , 0.9464]))
    """
    one_of("method", method, METHODS)
    not_negative("tau", tau)
    size, expected = np.broadcast_arrays(*_checked_funnel(n, theta))
    lower = _lower_limit(size, expected, confidence, tau, method)
    upper = 1 - _lower_limit(size, 1 - expected, confidence, tau, method)
    return bounds(np.minimum(lower, expected), np.maximum(upper, expected))


def overdispersion(x: ArrayLike, n: ArrayLike) -> Overdispersion:
    """Spread between units beyond chance, on the arcsine scale.

    Parameters
    ----------
    x, n : array_like, shape (units,)
        Events and cases of each unit.

    Returns
    -------
    Overdispersion
        ``phi``, ``tau``, ``k``, ``adjusted``; units without cases are left out.

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n`` or a count is negative.

    Notes
    -----
    z-scores ``2 sqrt(n) (asin sqrt(x/n) - asin sqrt(theta))``, winsorised by 10 % at each end;
    ``phi`` and the method-of-moments ``tau`` of Spiegelhalter (2005), section 3.3.

    Examples
    --------
    >>> overdispersion([50, 50, 50], [100, 100, 100])
    Overdispersion(phi=0.0, tau=0.0, k=3, adjusted=False)
    """
    return dispersion(*arcsine_scores(x, n))


def arcsine_scores(x: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """z-score of each unit with cases on the arcsine scale, and one over its variance there."""
    hits, trials = known_units(x, n)
    center = np.arcsin(np.sqrt(ratio(hits.sum(), trials.sum())))
    return 2 * np.sqrt(trials) * (np.arcsin(np.sqrt(hits / trials)) - center), 4 * trials


def dispersion(z: FloatArray, weight: FloatArray) -> Overdispersion:
    """Winsorised spread of z-scores, and what it says of the variance between units.

    ``weight`` is one over each unit's variance by chance, on the scale of ``tau``.
    """
    if not z.size:
        return Overdispersion(np.nan, 0.0, 0, adjusted=False)
    z = np.clip(z, *np.quantile(z, [WINSORISED, 1 - WINSORISED]))
    q, k = float((z**2).sum()), z.size
    tau = np.sqrt(between_variance(q, weight))
    return Overdispersion(q / k, float(tau), k, bool(q / k > 1 and tau > 0 and k >= ADJUST_UNITS))


def known_units(x: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Events and cases of the units that have any case and no missing value."""
    hits, trials = part_and_whole(x, n)
    known = ~np.isnan(hits) & (trials > 0)
    return hits[known], trials[known]


def between_variance(q: float, weight: FloatArray) -> float:
    """Variance between units by moments, from the weighted squares ``q``; not below 0.

    Notes
    -----
    DerSimonian & Laird (1986), Controlled Clinical Trials 7:177-188, equation 8.
    """
    if weight.size < 2:
        return 0.0
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    return float(max(0.0, q - (weight.size - 1)) / spare)


def _checked_funnel(n: ArrayLike, theta: ArrayLike) -> Interval:
    size, expected = counts("n", n), floats(theta, "theta")
    if (size != np.floor(size))[~np.isnan(size)].any():
        message = "`n` must hold whole numbers of cases."
        raise ValueError(message)
    if ((expected < 0) | (expected > 1)).any():
        message = f"`theta` must lie in [0, 1]; found {expected.min():g} to {expected.max():g}."
        raise ValueError(message)
    sure = (expected == 0) | (expected == 1)
    return np.where(size == 0, np.nan, size), np.where(sure, np.nan, expected)


def _lower_limit(
    n: FloatArray, theta: FloatArray, confidence: float, tau: float, method: str
) -> FloatArray:
    normal = theta - critical_z(confidence) * np.sqrt(theta * (1 - theta) / n)
    rare = np.minimum(theta, 1 - theta)
    if method == "normal":
        limit = normal
    elif method == "exact":
        limit = _exact_lower(n, theta, confidence)
    else:
        # From the last exact size on, the limit must not fall back: more cases, tighter limits.
        last = np.maximum(np.ceil(NORMAL_EVENTS / rare) - 1, 1)
        exact = _exact_lower(np.minimum(n, last), theta, confidence)
        limit = np.where(n * rare < NORMAL_EVENTS, exact, np.maximum(exact, normal))
    if tau > 0:
        limit = np.minimum(limit, _overdispersed_lower(n, theta, confidence, tau))
    return np.clip(limit, 0, 1)


def _exact_lower(n: FloatArray, theta: FloatArray, confidence: float) -> FloatArray:
    from scipy.stats import binom

    p = tail(confidence)
    reached = binom.ppf(p, n, theta)
    at, below = binom.cdf(reached, n, theta), binom.cdf(reached - 1, n, theta)
    return np.asarray((reached - (at - p) / (at - below)) / n, dtype=np.float64)


def _overdispersed_lower(
    n: FloatArray, theta: FloatArray, confidence: float, tau: float
) -> FloatArray:
    angle = np.arcsin(np.sqrt(theta)) - critical_z(confidence) * np.sqrt(1 / (4 * n) + tau**2)
    return np.sin(np.maximum(angle, 0)) ** 2
