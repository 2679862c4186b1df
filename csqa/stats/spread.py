"""How much units differ from what is expected of each, beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import floats
from csqa.stats.funnel import ADJUST_UNITS, WINSORISED, between_variance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    of its own for each unit: winsorised z-scores, then the moments of DerSimonian & Laird.

    Examples
    --------
    >>> spread_between([-1.0, 1.0] * 3, [1.0] * 6)
    0.0
    >>> round(spread_between([-3.0, 3.0] * 6, [1.0] * 12), 2)
    2.97
    """
    gap, variance = floats(gaps), floats(variances)
    known = ~np.isnan(gap) & (variance > 0)
    if known.sum() < ADJUST_UNITS:
        return 0.0
    z = gap[known] / np.sqrt(variance[known])
    z = np.clip(z, *np.quantile(z, [WINSORISED, 1 - WINSORISED]))
    q = float((z**2).sum())
    if q <= z.size:
        return 0.0
    return float(np.sqrt(between_variance(q, 1 / variance[known])))
