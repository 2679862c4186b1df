"""Units with different work, made comparable: observed events over those expected of the same mix.

*Horizontal*: several units in one period. Each stratum (channel, topic, priority) has a rate in
the reference; a unit is expected to have that rate in each stratum that it serves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from csqa.stats._arrays import bounds, counts, critical_z, not_negative, one_of, ratio, tail
from csqa.stats.funnel import Overdispersion, dispersion
from csqa.stats.intervals import byar, poisson_exact

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray, Interval

MIN_EXPECTED: Final = 5.0  # methods 4.5: below, a ratio of observed to expected says little
BYAR_EVENTS: Final = 10  # PHEindicatormethods: fewer events get exact limits


class StandardisedRatio(NamedTuple):
    """Observed over expected, with its interval; above 1 is more than expected.

    Attributes
    ----------
    value, lower, upper : ndarray of float
        The ratio of each unit and its interval; NaN where too little is expected.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


def expected_events(n: ArrayLike, reference_x: ArrayLike, reference_n: ArrayLike) -> FloatArray:
    """Events expected of a unit if each of its strata had the reference's rate.

    Parameters
    ----------
    n : array_like, shape (..., strata)
        Cases of each unit in each stratum.
    reference_x, reference_n : array_like, shape (strata,)
        Events and cases of the reference; the events may outnumber the cases.

    Returns
    -------
    ndarray of float, shape (...)
        NaN for a unit with cases in a stratum where the reference has none.

    Raises
    ------
    ValueError
        If a count is negative, or ``n`` does not have one column for each stratum of the
        reference.

    Notes
    -----
    Breslow & Day (1987), Statistical Methods in Cancer Research II, section 2.3.

    Examples
    --------
    Two agents with 100 contacts each; one has mostly the hard queue:

    >>> expected_events([[90, 10], [10, 90]], [5, 30], [100, 100])
    array([ 7.5, 27.5])
    """
    rate = ratio(counts("reference_x", reference_x), counts("reference_n", reference_n))
    cases = counts("n", n)
    if cases.shape[-1:] != rate.shape[-1:]:
        message = (
            f"`n` must have one column for each stratum of the reference, {rate.shape[-1:]}; "
            f"its shape is {cases.shape}."
        )
        raise ValueError(message)
    return np.asarray(np.where(cases == 0, 0, cases * rate).sum(axis=-1))[()]


def standardised_ratio(
    x: ArrayLike,
    expected: ArrayLike,
    confidence: float = 0.95,
    *,
    method: str = "exact",
    minimum_expected: float = MIN_EXPECTED,
) -> StandardisedRatio:
    """Indirectly standardised ratio ``x / expected`` with its interval.

    Parameters
    ----------
    x, expected : array_like
        Events observed of each unit, and expected of its mix: :func:`expected_events`.
    confidence : float
        Two-sided confidence level, in (0, 1).
    method : {"exact", "byar"}
        Garwood's Poisson limits, or Byar's from 10 events on and exact ones below, as
        PHEindicatormethods.
    minimum_expected : float
        A unit of which fewer events are expected has no ratio.

    Returns
    -------
    StandardisedRatio
        ``value``, ``lower``, ``upper``; NaN where too little is expected.

    Raises
    ------
    ValueError
        If a count is negative or ``method`` is unknown.

    Notes
    -----
    Breslow & Day (1987), Statistical Methods in Cancer Research II, section 2.3. The expected
    number is taken as known. Ratios are comparable with 1, not with each other.

    Examples
    --------
    >>> ratios = standardised_ratio([10, 3], [18.39035799, 2.0])
    >>> ratios.value.round(4), ratios.lower.round(4), ratios.upper.round(4)
    (array([0.5438,    nan]), array([0.2608,    nan]), array([ 1., nan]))
    """
    one_of("method", method, ("exact", "byar"))
    events, base = np.broadcast_arrays(counts("x", x), counts("expected", expected))
    enough = np.where((base >= minimum_expected) & (base > 0), base, np.nan)
    lower, upper = poisson_exact(events, confidence)
    if method == "byar":
        many = events >= BYAR_EVENTS
        close = byar(events, confidence)
        lower, upper = np.where(many, close[0], lower), np.where(many, close[1], upper)
    return StandardisedRatio(events / enough, lower / enough, upper / enough)


def poisson_funnel_limits(
    expected: ArrayLike, confidence: float = 0.998, *, tau: float = 0.0
) -> Interval:
    """Limits of an observed to expected ratio, exact Poisson.

    Parameters
    ----------
    expected : array_like
        Events expected of each unit; below about 5 a ratio says little.
    confidence : float
        Two-sided confidence level, in (0, 1).
    tau : float
        Standard deviation between units, ``tau`` of :func:`ratio_overdispersion`. It only ever
        widens.

    Returns
    -------
    lower, upper : ndarray of float
        Around 1, on the ratio scale; NaN where nothing is expected.

    Raises
    ------
    ValueError
        If ``expected`` or ``tau`` is negative.

    Notes
    -----
    Garwood limits of ``expected`` events, as in FunnelPlotR; Spiegelhalter (2005), A.1.
    Overdispersed limits ``(1 ± z sqrt(1/(4 expected) + tau²))²``, its section 3.3 on the square
    root scale.

    Examples
    --------
    >>> lower, upper = poisson_funnel_limits([15, 30], 0.95)
    >>> lower.round(4), upper.round(4)
    (array([0.5597, 0.6747]), array([1.6493, 1.4276]))
    """
    from scipy import special

    not_negative("tau", tau)
    events = counts("expected", expected)
    events = np.where(events == 0, np.nan, events)
    alpha = tail(confidence)
    lower, upper = special.gammaincinv(events, alpha), special.gammainccinv(events + 1, alpha)
    lower, upper = lower / events, upper / events
    if tau > 0:
        half = critical_z(confidence) * np.sqrt(1 / (4 * events) + tau**2)
        lower = np.minimum(lower, np.maximum(1 - half, 0) ** 2)
        upper = np.maximum(upper, (1 + half) ** 2)
    return bounds(lower, upper)


def ratio_overdispersion(x: ArrayLike, expected: ArrayLike) -> Overdispersion:
    """Spread of observed to expected ratios beyond chance, on the square root scale.

    Parameters
    ----------
    x, expected : array_like, shape (units,)
        Events observed and expected of each unit.

    Returns
    -------
    Overdispersion
        ``phi``, ``tau``, ``k``, ``adjusted``; units of which nothing is expected are left out.

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    z-scores ``2 (sqrt(x) - sqrt(expected))``, winsorised by 10 % at each end: Spiegelhalter
    (2005), section 3.3; ``phi`` is that of FunnelPlotR's ``sr_method = "CQC"``.

    Examples
    --------
    >>> round(ratio_overdispersion([100, 121, 81], [100, 100, 100]).phi, 3)
    1.707
    """
    return dispersion(*root_scores(x, expected))


def root_scores(x: ArrayLike, expected: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """z-score of each unit on the square root scale, and one over its variance there."""
    events, base = np.broadcast_arrays(counts("x", x), counts("expected", expected))
    known = ~np.isnan(events) & (base > 0)
    return 2 * (np.sqrt(events[known]) - np.sqrt(base[known])), 4 * base[known]
