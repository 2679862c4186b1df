"""Points for a value against a target: the arithmetic of the 100-point scale (G3)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csqa.rules.standard import AT_LEAST, AT_MOST, FULL, Bonus, Deduction

SLACK = 1e-9
"""A step is begun only beyond rounding noise: 0.3/0.1 is three steps, not four."""

Floats = NDArray[np.float64]


def excess(
    value: ArrayLike, target: ArrayLike, direction: str, upper: ArrayLike = np.nan
) -> Floats:
    """Return how far a value is beyond its target, 0 where it is met.

    Of a range (``between``) ``target`` is the lower end and ``upper`` the upper one.

    Examples
    --------
    >>> excess([35, 30, 25], 30, "at_most").tolist()
    [5.0, 0.0, 0.0]
    >>> excess([15, 20, 60, 65], 20, "between", 60).tolist()
    [5.0, 0.0, 0.0, 5.0]
    """
    beyond = np.asarray(value, dtype=float) - np.asarray(target, dtype=float)
    if direction == AT_MOST:
        return np.asarray(np.maximum(beyond, 0.0), dtype=np.float64)
    below = np.maximum(-beyond, 0.0)
    if direction == AT_LEAST:
        return np.asarray(below, dtype=np.float64)
    above = np.asarray(value, dtype=float) - np.asarray(upper, dtype=float)
    return np.asarray(np.maximum(below, above), dtype=np.float64)


def better_side(
    value: ArrayLike,
    usual: ArrayLike,
    target: ArrayLike,
    direction: str | None,
    upper: ArrayLike = np.nan,
) -> Floats:
    """Return on which side of what is usual a value is better: 1 above, −1 below, 0 neither.

    For a limit it is always the same side. A range has none of its own: a value outside is
    better nearer to it; one inside is as good as any other there, and better than what is
    usually outside.

    Examples
    --------
    >>> better_side([70, 15, 40, 40], [50, 50, 50, 70], 20, "between", 60).tolist()
    [-1.0, 1.0, 0.0, -1.0]
    >>> better_side([70, 15], 50, 20, "at_least").tolist()
    [1.0, 1.0]
    """
    values, center = np.broadcast_arrays(value, usual)
    if direction in (AT_MOST, AT_LEAST, None):
        return np.full(values.shape, -1.0 if direction == AT_MOST else 1.0)
    outside = (values < target) | (values > upper)
    return np.select(
        [
            values > upper,
            values < target,
            ~outside & (center > upper),
            ~outside & (center < target),
        ],
        [-1.0, 1.0, -1.0, 1.0],
        0.0,
    )


def score_values(
    value: ArrayLike,
    target: ArrayLike,
    direction: str | None,
    deduction: Deduction | None,
    upper: ArrayLike = np.nan,
) -> Floats:
    """Score values against targets on the 100-point scale.

    Parameters
    ----------
    value, target : array_like
        In the metric's own unit; of a range, its lower end.
    direction : {"at_most", "at_least", "between"} or None
        None: nothing to be met, so nothing is scored.
    deduction : Deduction or None
        What a miss costs; None: not scored.
    upper : array_like
        Upper end of a range.

    Returns
    -------
    ndarray
        Scores in [0, 100]; NaN where there is no value, target or deduction.

    Notes
    -----
    ``100 − points · excess / per``, never below the deduction's ``floor``; ``step`` counts each
    step begun in full; ``proportional`` scores the rate itself: 88 % → 88, and for at most 5 %
    what is well: 8 % → 92 (methods.md 4.1; domain.md G3).

    Examples
    --------
    The guide's text: 35 s against at most 30 s, 10 points for every 10 s over:

    >>> score_values(35, 30, "at_most", Deduction("linear", 10, 10)).item()
    95.0
    """
    values = np.asarray(value, dtype=float)
    if direction is None or deduction is None:
        return np.full(np.broadcast(values, target).shape, np.nan)
    beyond = excess(values, target, direction, upper)
    if deduction.mode == "proportional":
        rate = values if direction != AT_MOST else 1 - values
        points = np.where(beyond > 0, FULL * rate, FULL)
    else:
        steps = beyond / deduction.per
        steps = np.ceil(steps - SLACK) if deduction.mode == "step" else steps
        points = FULL - deduction.points * steps
    return np.where(np.isnan(beyond), np.nan, np.clip(points, deduction.floor, FULL))


def bonus_points(value: ArrayLike, bonus: Bonus | None) -> Floats:
    """Return the points that values earn; NaN where there is no value or no bonus.

    Examples
    --------
    One point for each per cent of praise above 1 %, at most 5:

    >>> bonus_points([0.005, 0.03, 0.2], Bonus(1, 0.01, start=0.01, cap=5)).round(6).tolist()
    [0.0, 2.0, 5.0]
    """
    values = np.asarray(value, dtype=float)
    if bonus is None:
        return np.full(values.shape, np.nan)
    points = np.clip(bonus.points * (values - bonus.start) / bonus.per, 0.0, bonus.cap)
    return np.asarray(points, dtype=np.float64)
