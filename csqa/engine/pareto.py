"""Pareto's rule: what comes first adds up to most of it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

VITAL_SHARE = 0.8
"""The parts that together make up this share are the vital few, the crossing one included."""

_ROUNDING = 1e-12


def run_up(shares: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Add up shares in their order, and tell the vital few.

    Parameters
    ----------
    shares : array_like
        Of the whole, the greatest first; NaN where there is no whole.

    Returns
    -------
    cumulative : ndarray of float
        Running sum.
    vital : ndarray of bool
        Whether what stands before is not yet :data:`VITAL_SHARE`.

    Examples
    --------
    >>> cumulative, vital = run_up([0.5, 0.3, 0.2])
    >>> cumulative.round(1).tolist(), vital.tolist()
    ([0.5, 0.8, 1.0], [True, True, False])
    """
    parts = np.asarray(shares, dtype=np.float64)
    cumulative = np.cumsum(parts)
    return cumulative, np.asarray(cumulative - parts < VITAL_SHARE - _ROUNDING)
