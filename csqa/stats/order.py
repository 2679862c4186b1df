"""The order of weighted means: what other weights, and what chance, may do to it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import critical_z, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

NOTHING = 1e-9
"""Weights that add up to less weigh nothing."""


def corner_weights(weights: Sequence[float], move: float) -> FloatArray:
    """Corners of the box of weights that lie within ``move`` of the given ones, none below 0.

    Returns
    -------
    ndarray, shape (2**k, k)
        Not scaled to add up to 1.

    Examples
    --------
    >>> corner_weights([0.5, 0.05], 0.1).round(2).tolist()
    [[0.4, 0.0], [0.4, 0.15], [0.6, 0.0], [0.6, 0.15]]
    """
    ends = [(max(0.0, weight - move), weight + move) for weight in weights]
    return np.array(list(product(*ends)), dtype=np.float64)


def weighted_means(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Weighted means of rows of values, one for each row of weights.

    Parameters
    ----------
    values : array_like, shape (n, k)
        NaN is left out, with its weight.
    weights : array_like, shape (m, k)
        Not below 0; scaled here.

    Returns
    -------
    ndarray, shape (m, n)
        NaN where all the weight is on what is left out. The difference of two rows without NaN
        is a ratio of two linear functions of the weights: over a box of weights its least and
        its greatest are at corners.

    Examples
    --------
    >>> weighted_means([[10.0, -10.0, float("nan")]], [[0.6, 0.2, 0.2], [0, 0, 1]]).round(9)
    array([[ 5.],
           [nan]])
    """
    found, shares = np.atleast_2d(np.asarray(values, dtype=np.float64)), np.asarray(weights)
    present = ~np.isnan(found)
    total = shares @ present.T
    sums = shares @ np.where(present, found, 0.0).T
    return ratio(sums, np.where(total > NOTHING, total, 0.0))


def simultaneous_factor(count: int, confidence: float = 0.95) -> float:
    """How much wider so many intervals must be to hold together (Bonferroni, normal scale).

    Examples
    --------
    >>> simultaneous_factor(1), round(simultaneous_factor(3), 4)
    (1.0, 1.2214)
    """
    joint = 1 - (1 - confidence) / max(count, 1)
    return float(critical_z(joint) / critical_z(confidence))


def subtract_intervals(
    first: ArrayLike, second: ArrayLike, factor: ArrayLike = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Interval of the difference of two independent estimates, from their own intervals.

    Parameters
    ----------
    first, second : array_like
        Value, lower and upper bound, each.
    factor : array_like
        Widens the interval.

    Notes
    -----
    Square-and-add (MOVER): Zou & Donner (2008), Statistics in Medicine 27:1693-1702; Newcombe's
    (1998) method 10 where the two are Wilson intervals of proportions.

    Examples
    --------
    56 of 70 against 48 of 80, Newcombe's example (a), from their Wilson intervals:

    >>> from csqa.stats.intervals import wilson
    >>> lower, upper = wilson([56, 48], [70, 80])
    >>> lower, upper = subtract_intervals((0.8, lower[0], upper[0]), (0.6, lower[1], upper[1]))
    >>> round(float(lower), 4), round(float(upper), 4)
    (0.0524, 0.3339)
    """
    a, a_lower, a_upper = np.asarray(first, dtype=np.float64)
    b, b_lower, b_upper = np.asarray(second, dtype=np.float64)
    gap = a - b
    below, above = np.hypot(a - a_lower, b_upper - b), np.hypot(a_upper - a, b - b_lower)
    wider = np.asarray(factor, dtype=np.float64)
    return gap - wider * below, gap + wider * above
