"""Sampling: how many to draw, from which strata, and what a pass is worth.

What a sample says in which units had unequal chances: :mod:`csqa.stats.weighting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import counts, critical_z, finite, floats, part_and_whole
from csqa.stats.intervals import wilson_finite

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

WORST_SHARE: Final = 0.5  # the share that needs most units for the same margin


def sample_size(
    margin: ArrayLike,
    population: ArrayLike = np.inf,
    share: ArrayLike = WORST_SHARE,
    confidence: float = 0.95,
) -> FloatArray:
    """Units to draw at random so that a share is known to ± ``margin``; round it up.

    Parameters
    ----------
    margin : array_like
        Half the width of the interval, in (0, 1).
    population : array_like
        Units there are; infinite if not given.
    share : array_like
        The share expected; 0.5 needs most.

    Returns
    -------
    ndarray of float
        Not rounded, never above the population; NaN where there is no unit.

    Raises
    ------
    ValueError
        If a margin or a share does not lie within (0, 1).

    Notes
    -----
    ``n0 = z² p(1-p) / e²``, ``n = n0 / (1 + (n0 - 1)/N)``: Cochran (1977), Sampling Techniques,
    section 4.4.

    Examples
    --------
    Of 1,000 calls for ± 5 points, and of any number for ± 3:

    >>> sample_size([0.05, 0.03], [1000, np.inf]).round(2)
    array([ 277.73, 1067.07])
    """
    half, expected = _within("margin", margin), _within("share", share)
    frame = floats(population, "population")
    endless = critical_z(confidence) ** 2 * expected * (1 - expected) / half**2
    needed = endless / (1 + (endless - 1) / np.where(frame == 0, np.nan, frame))
    return np.asarray(np.minimum(needed, np.where(frame == 0, np.nan, frame)))[()]


def _within(name: str, values: ArrayLike) -> FloatArray:
    checked = finite(name, values)
    if np.any((checked <= 0) | (checked >= 1)):
        message = f"`{name}` must lie between 0 and 1, both excluded; not {np.asarray(values)!r}."
        raise ValueError(message)
    return checked


def margin_of_error(
    n: ArrayLike,
    population: ArrayLike,
    share: float = WORST_SHARE,
    confidence: float = 0.95,
) -> FloatArray:
    """Half the width of a share's interval that a sample of ``n`` of ``population`` gives.

    Parameters
    ----------
    n : array_like
        Units drawn, or the effective number of them; NaN where none was.
    population : array_like
        Units there are.

    Returns
    -------
    ndarray of float
        0 where everything was inspected, NaN where nothing was.

    Raises
    ------
    ValueError
        If ``n`` exceeds ``population``.

    Notes
    -----
    Half of Wilson's (1927) interval with finite-population correction (:func:`wilson_finite`).

    Examples
    --------
    >>> margin_of_error([278, 20, 20], [1000, 1000, 20]).round(3)
    array([0.05 , 0.199, 0.   ])
    """
    drawn, frame = part_and_whole(n, population, ("n", "population"))
    lower, upper = wilson_finite(share * drawn, drawn, frame, confidence)
    return np.asarray((upper - lower) / 2)[()]


def acceptance_probability(
    allowed: ArrayLike, n: ArrayLike, rate: ArrayLike, population: int | None = None
) -> FloatArray:
    """How probably a sample passes “at most so many faults”, if the true rate is ``rate``.

    Parameters
    ----------
    allowed, n : array_like
        Faults allowed, and units in the sample.
    rate : array_like
        True share of faulty units.
    population : int, optional
        Units there are; without it the sample is a small part of them.

    Returns
    -------
    ndarray of float
        In [0, 1].

    Raises
    ------
    ValueError
        If a rate does not lie within [0, 1], or the sample exceeds the population.

    Notes
    -----
    The operating characteristic of a single sampling plan, binomial or hypergeometric:
    Montgomery (2013), Introduction to Statistical Quality Control, section 15.2.

    Examples
    --------
    “At most 2 in 100”, at a true 1, 2, 3 and 5 %:

    >>> acceptance_probability(2, 100, [0.01, 0.02, 0.03, 0.05]).round(2)
    array([0.92, 0.68, 0.42, 0.12])
    """
    from scipy import stats

    limit, size = np.floor(counts("allowed", allowed)), counts("n", n)
    share = part_and_whole(rate, 1.0, ("rate", "1"))[0]
    if population is None:
        return np.asarray(stats.binom.cdf(limit, size, share))[()]
    part_and_whole(size, population, ("n", "population"))
    faulty = np.round(share * population)
    return np.asarray(stats.hypergeom.cdf(limit, population, faulty, size))[()]
