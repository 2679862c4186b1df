"""Points for a value against a target: the arithmetic of the 100-point scale (G3)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csqa.rules.standard import AT_MOST, Deduction

FULL = 100.0
"""A metric on target scores this (G3)."""

SLACK = 1e-9
"""A step is begun only beyond rounding noise: 0.3/0.1 is three steps, not four."""


def excess(value: ArrayLike, target: ArrayLike, direction: str) -> NDArray[np.float64]:
    """Return how far a value is beyond its target, 0 where it is met.

    Examples
    --------
    >>> excess([35, 30, 25], 30, "at_most").tolist()
    [5.0, 0.0, 0.0]
    """
    beyond = np.asarray(value, dtype=float) - np.asarray(target, dtype=float)
    worse = beyond if direction == AT_MOST else -beyond
    return np.asarray(np.maximum(worse, 0.0), dtype=np.float64)


def score_values(
    value: ArrayLike, target: ArrayLike, direction: str | None, deduction: Deduction | None
) -> NDArray[np.float64]:
    """Score values against targets on the 100-point scale.

    Parameters
    ----------
    value, target : array_like
        In the metric's own unit.
    direction : {"at_most", "at_least"} or None
        None: nothing to be met, so nothing is scored.
    deduction : Deduction or None
        What a miss costs; None: not scored.

    Returns
    -------
    ndarray
        Scores in [0, 100]; NaN where there is no value, target or deduction.

    Notes
    -----
    ``100 − points · excess / per``; ``step`` counts each step begun in full; ``proportional``
    scores the rate itself: 88 % → 88 (methods.md 4.1; domain.md G3).

    Examples
    --------
    The guide's text: 35 s against at most 30 s, 10 points for every 10 s over:

    >>> score_values(35, 30, "at_most", Deduction("linear", 10, 10)).item()
    95.0
    """
    values = np.asarray(value, dtype=float)
    if direction is None or deduction is None:
        return np.full(np.broadcast(values, target).shape, np.nan)
    beyond = excess(values, target, direction)
    if deduction.mode == "proportional":
        rate = values if direction != AT_MOST else 1 - values
        points = np.where(beyond > 0, FULL * rate, FULL)
    else:
        steps = beyond / deduction.per
        steps = np.ceil(steps - SLACK) if deduction.mode == "step" else steps
        points = FULL - deduction.points * steps
    return np.where(np.isnan(beyond), np.nan, np.clip(points, 0.0, FULL))
