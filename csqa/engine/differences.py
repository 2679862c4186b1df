"""Differences of two sums of one kind: now minus before, how sure, and by what chance.

One interval per kind of value, the one that docs/methods.md names; the chance is that interval
turned round, so that the two never contradict one another.
"""

from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.estimates import PER_HUNDRED
from csqa.stats import newcombe_difference, nps_difference, poisson_exact, welch_difference

Floats = NDArray[np.float64]
Interval = tuple[Floats, Floats]
Sums = tuple[Floats, Floats, Floats]

METHODS = {
    "seconds": "welch",
    "number": "welch",
    "share": "newcombe",
    "nps": "adjusted_wald",
    "per_hundred": "mover_poisson",
}
"""Interval of a difference of each kind of value."""

SUMS = ("n", "total", "total_squares")
"""What each side brings; the other side's end in ``_before``."""

FARTHEST: Final = 6.0
"""Standard errors beyond which no chance is told apart: it is 2e-9 there."""

_STEPS = np.union1d(
    np.append(np.arange(1, 40) / 10, np.arange(4, FARTHEST + 0.25, 0.25)),
    [NormalDist().inv_cdf(0.975)],
)
"""Where intervals are asked for the chance: the one of 95 % among them."""


def difference_intervals(sides: pd.DataFrame, confidence: float = 0.95) -> Interval:
    """Interval of each row's difference, in the unit of its kind.

    Parameters
    ----------
    sides : DataFrame
        ``kind``; ``n``, ``total``, ``total_squares``, and the same ending in ``_before``.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    lower, upper : ndarray of float
        Now minus before; NaN where a side has too little to say.

    Notes
    -----
    Shares: Newcombe (1998). Means: Welch (1947). NPS: Rocks (2016). Faults per 100: the limits of
    both Poisson rates (Garwood 1936) put together as Newcombe does: Zou & Donner (2008),
    Statistics in Medicine 27:1693-1702.

    Examples
    --------
    >>> sides = pd.DataFrame(
    ...     {
    ...         "kind": ["share"],
    ...         "n": [70],
    ...         "total": [56],
    ...         "total_squares": [56],
    ...         "n_before": [80],
    ...         "total_before": [48],
    ...         "total_squares_before": [48],
    ...     }
    ... )
    >>> [bound.round(4).tolist() for bound in difference_intervals(sides)]
    [[0.0524], [0.3339]]
    """
    lower, upper = np.full((2, len(sides)), np.nan)
    kinds = sides["kind"].to_numpy()
    for kind in METHODS:
        chosen = kinds == kind
        if chosen.any():
            now, before = (_sums(sides[chosen], side) for side in ("", "_before"))
            lower[chosen], upper[chosen] = _interval(kind, now, before, confidence)
    return lower, upper


def difference_chances(sides: pd.DataFrame, difference: Floats) -> Floats:
    """Chance of a difference at least as large if nothing had changed (two-sided p).

    Parameters
    ----------
    sides : DataFrame
        As for :func:`difference_intervals`.
    difference : ndarray of float
        Now minus before.

    Returns
    -------
    ndarray of float
        In [2e-9, 1]: one less the confidence at which the interval begins to leave out 0. NaN
        where there is no interval.

    Examples
    --------
    >>> sides = pd.DataFrame(
    ...     {
    ...         "kind": ["share"],
    ...         "n": [70],
    ...         "total": [56],
    ...         "total_squares": [56],
    ...         "n_before": [80],
    ...         "total_before": [48],
    ...         "total_squares_before": [48],
    ...     }
    ... )
    >>> difference_chances(sides, np.array([0.2])).round(4).tolist()
    [0.0081]
    """
    chances = np.full(len(sides), np.nan)
    kinds = sides["kind"].to_numpy()
    for kind in METHODS:
        chosen = kinds == kind
        if chosen.any():
            now, before = (_sums(sides[chosen], side) for side in ("", "_before"))
            chances[chosen] = _chances(kind, now, before, difference[chosen])
    return chances


def _chances(kind: str, now: Sums, before: Sums, difference: Floats) -> Floats:
    """How many standard errors the interval may grow to until it holds 0, as a chance."""
    normal, reached = NormalDist(), np.zeros(difference.shape)
    last, end, known = 0.0, np.abs(difference), np.isfinite(difference)
    for step in _STEPS:
        lower, upper = _interval(kind, now, before, 1 - 2 * normal.cdf(-step))
        nearest = np.where(difference > 0, lower, -upper)
        known &= ~np.isnan(nearest)
        # Between two steps the bound is as good as straight.
        room = np.divide(end, end - nearest, out=np.ones(end.shape), where=end > nearest)
        here = np.where(nearest > 0, step, last + np.clip(room, 0, 1) * (step - last))
        reached = np.where((end > 0) & known, here, reached)
        end, last = np.where(end > 0, nearest, end), step
    chances = [2 * normal.cdf(-float(distance)) for distance in reached]
    return np.where(known, chances, np.nan)


def _sums(rows: pd.DataFrame, side: str) -> Sums:
    n, total, squares = (rows[f"{name}{side}"].to_numpy(dtype=float) for name in SUMS)
    return n, total, squares


def _interval(
    kind: str,
    now: Sums,
    before: Sums,
    confidence: float,
) -> Interval:
    if kind == "share":
        return newcombe_difference(now[1], now[0], before[1], before[0], confidence)
    if kind == "nps":
        return nps_difference(*_votes(*now), *_votes(*before), confidence)
    if kind == "per_hundred":
        return _rate_difference(now, before, confidence)
    return welch_difference(*now, *before, confidence)


def _votes(n: Floats, total: Floats, squares: Floats) -> Sums:
    """Promoters, passives and detractors: they count as 1, 0 and −1."""
    return (squares + total) / 2, n - squares, (squares - total) / 2


def _rate_difference(now: Sums, before: Sums, confidence: float) -> Interval:
    first, least, most = _poisson_rate(now, confidence)
    second, least_before, most_before = _poisson_rate(before, confidence)
    lower = first - second - np.hypot(first - least, most_before - second)
    upper = first - second + np.hypot(most - first, second - least_before)
    return lower, upper


def _poisson_rate(side: Sums, confidence: float) -> tuple[Floats, ...]:
    """Rate per 100 records and its exact limits; NaN of no records."""
    n, total, _ = side
    per = np.divide(PER_HUNDRED, n, out=np.full(n.shape, np.nan), where=n > 0)
    lower, upper = poisson_exact(total, confidence)
    return total * per, lower * per, upper * per
