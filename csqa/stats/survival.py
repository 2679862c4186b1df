"""How long something takes when some of it is not over yet: Kaplan and Meier's estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from csqa.stats._arrays import critical_z, floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import BoolArray, FloatArray


class Survival(NamedTuple):
    """Share of durations that exceed each duration at which one ended."""

    at: FloatArray
    """Durations at which one ended, ascending."""
    share: FloatArray
    """Estimate of the share that takes longer."""
    variance: FloatArray
    """Greenwood's sum: the variance of the share over its square."""


def kaplan_meier(durations: ArrayLike, ended: ArrayLike) -> Survival:
    """Estimate which share of durations exceeds a time, some durations not being over yet.

    Parameters
    ----------
    durations : array_like
        Not negative; of one that is not over, how long it has taken so far. NaN is left out.
    ended : array_like of bool
        Whether it is over.

    Returns
    -------
    Survival
        The times at which something ended, and the share that takes longer than each.

    Raises
    ------
    ValueError
        If a duration is negative, or the two are not of the same length.

    Notes
    -----
    Kaplan and Meier (1958), JASA 53:457-481; variance by Greenwood (1926). One that is not over at
    a time at which another ended counts as longer.

    Examples
    --------
    >>> found = kaplan_meier([1, 2, 2, 3], [True, True, False, True])
    >>> found.at, found.share
    (array([1., 2., 3.]), array([0.75, 0.5 , 0.  ]))
    """
    times, over = _checked(durations, ended)
    at, counted = np.unique(times[over], return_counts=True)
    left = times.size - np.searchsorted(np.sort(times), at, side="left")
    with np.errstate(divide="ignore"):
        variance = np.cumsum(counted / (left * (left - counted).astype(np.float64)))
    return Survival(at, np.cumprod(1.0 - counted / left, dtype=np.float64), variance)


def survival_quantile(
    durations: ArrayLike, ended: ArrayLike, p: float = 0.5, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Quantile of durations of which some are not over yet, with its interval.

    Parameters
    ----------
    durations, ended : array_like
        As for :func:`kaplan_meier`.
    p : float
        Share of the durations that are at most the quantile, strictly between 0 and 1.
    confidence : float
        Two-sided.

    Returns
    -------
    value, lower, upper : float
        NaN where the data do not reach so far, or there are none.

    Raises
    ------
    ValueError
        As :func:`kaplan_meier`, and if ``p`` is not strictly between 0 and 1.

    Notes
    -----
    Brookmeyer and Crowley (1982), Biometrics 38:29-41, on the scale log(-log S) (Kalbfleisch and
    Prentice), the default of SAS PROC LIFETEST. Where the estimate is flat at exactly ``1 - p``,
    the middle of the flat piece: without open durations the ordinary median.

    Examples
    --------
    Freireich's 21 patients under 6-MP (1963), months of remission; a plus was not over:

    >>> told = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split()
    >>> months, over = [int(one.strip("+")) for one in told], ["+" not in one for one in told]
    >>> survival_quantile(months, over)
    (23.0, 13.0, nan)
    """
    if not 0 < p < 1:
        message = f"`p` must lie between 0 and 1, both excluded; not {p!r}."
        raise ValueError(message)
    found = kaplan_meier(durations, ended)
    z = critical_z(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(-np.log(found.share)) - np.log(-np.log(1 - p))
        apart = logs * np.abs(np.log(found.share)) / np.sqrt(found.variance)
    # Where nothing is left the estimate has no variance, and the interval has ended before.
    apart = np.where(found.share <= 0, np.inf, np.where(found.share >= 1, -np.inf, apart))
    inside = found.at[np.abs(apart) <= z]
    beyond = found.at[apart > z]
    lower = inside[0] if inside.size else (beyond[0] if beyond.size else np.nan)
    upper = beyond[0] if beyond.size else np.nan
    value = _crossing(found, 1 - p)
    return value, float(min(lower, value)), float(max(upper, value))


def _crossing(found: Survival, share: float) -> float:
    """Where the estimate goes through a share; the middle where it lies on it for a while."""
    places = np.flatnonzero(found.share <= share + 1e-12)
    if not places.size:
        return float("nan")
    first = places[0]
    flat = abs(found.share[first] - share) <= 1e-12 and first + 1 < found.at.size
    return float((found.at[first] + found.at[first + 1]) / 2 if flat else found.at[first])


def _checked(durations: ArrayLike, ended: ArrayLike) -> tuple[FloatArray, BoolArray]:
    times, over = floats(durations, "durations"), np.asarray(ended, dtype=bool)
    if times.shape != over.shape or times.ndim != 1:
        message = "`durations` and `ended` must be flat and of the same length."
        raise ValueError(message)
    known = ~np.isnan(times)
    if (times[known] < 0).any():
        message = "`durations` must not be negative."
        raise ValueError(message)
    return times[known], over[known]
