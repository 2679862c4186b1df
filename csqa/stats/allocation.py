"""How many to draw from where: whole numbers in proportion, by spread, or by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import counts, finite

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray, IntArray


def allocate_proportional(total: int, sizes: ArrayLike) -> IntArray:
    """Share a sample out over strata in proportion to their sizes, by largest remainders.

    Parameters
    ----------
    total : int
        Units to draw.
    sizes : array_like, shape (strata,)
        Units in each stratum, the strata in an order that does not depend on the data's.

    Returns
    -------
    ndarray of int
        Adding up to ``total``, or to all there are; none above its stratum.

    Raises
    ------
    ValueError
        If ``total`` or a size is negative.

    Notes
    -----
    Proportional allocation: Cochran (1977), section 5.5; remainders after Hamilton: Balinski &
    Young (2001), Fair Representation, chapter 3. Of equal remainders the larger stratum's is
    served first, then the one that stands first. A stratum that gets none has no chance at all:
    estimates need one of at least 1 each, or :func:`csqa.draw_sample`'s rounding by chance.

    Examples
    --------
    >>> allocate_proportional(10, [50, 30, 20]).tolist()
    [5, 3, 2]
    >>> allocate_proportional(3, [5, 5, 5, 5]).tolist()
    [1, 1, 1, 0]
    """
    return _allocate(total, counts("sizes", sizes), counts("sizes", sizes))


def allocate_neyman(total: int, sizes: ArrayLike, deviations: ArrayLike) -> IntArray:
    """Share a sample out so that the mean of all is known best: by size times deviation.

    Parameters
    ----------
    total : int
        Units to draw.
    sizes, deviations : array_like, shape (strata,)
        Units in each stratum, and the standard deviation of their values.

    Returns
    -------
    ndarray of int
        As :func:`allocate_proportional`; what a full stratum cannot take goes to the others.

    Raises
    ------
    ValueError
        If ``total``, a size or a deviation is negative.

    Notes
    -----
    ``n_h`` proportional to ``N_h S_h``: Neyman (1934), JRSS 97:558-625; Cochran (1977), 5.26.

    Examples
    --------
    >>> allocate_neyman(30, [100, 100, 10], [1, 2, 30]).tolist()
    [7, 13, 10]
    """
    size = counts("sizes", sizes)
    return _allocate(total, size, size * counts("deviations", deviations))


def _allocate(total: int, size: FloatArray, wanted: FloatArray) -> IntArray:
    """Give strata what they are due, those that it would fill first, then the remainders."""
    if total < 0:
        message = f"`total` must be 0 or more; not {total!r}."
        raise ValueError(message)
    taken, left = np.zeros(size.shape), float(min(total, size.sum()))
    open_ = size > 0
    while left > 0 and open_.any():
        weight = wanted[open_] if wanted[open_].sum() > 0 else size[open_]
        due = np.zeros(size.shape)
        due[open_] = left * weight / weight.sum()
        full = open_ & (due >= size)
        if not full.any():
            taken += _round(due, int(left), size)
            break
        taken[full], open_ = size[full], open_ & ~full
        left -= float(size[full].sum())
    return taken.astype(np.int_)


def _round(due: FloatArray, total: int, size: FloatArray) -> FloatArray:
    whole = np.floor(due + 1e-9)  # 0.1 of 30 is 3, whatever the last bit says
    remainder = np.round(due - whole, 9)
    order = np.lexsort((np.arange(due.size), -size, -remainder))
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def round_by_chance(expected: ArrayLike, uniform: ArrayLike) -> IntArray:
    """Whole numbers whose expectation is exact: 0.4 is mostly none, and one at times.

    Rounded by fixed rules small strata would never be drawn, and no weight could repair that.

    Parameters
    ----------
    expected : array_like
        What each stratum is due; may be a fraction.
    uniform : array_like
        One number in [0, 1) for each, drawn at random.

    Returns
    -------
    ndarray of int
        ``floor(expected + uniform)``, which never falls when a stratum grows.

    Raises
    ------
    ValueError
        If ``expected`` is negative.

    Notes
    -----
    ``floor(expected + uniform)``: one step of systematic sampling: Madow & Madow (1944), Annals of
    Mathematical Statistics 15:1-24.

    Examples
    --------
    >>> round_by_chance([0.4, 0.4, 2.0], [0.5, 0.7, 0.99]).tolist()
    [0, 1, 2]
    """
    due = np.round(counts("expected", expected), 9)  # 0.1 of 30 is 3, whatever the last bit says
    return np.floor(due + finite("uniform", uniform)).astype(np.int_)


def chance_of_none(expected: ArrayLike) -> FloatArray:
    """Chance that :func:`round_by_chance` gives nothing.

    Parameters
    ----------
    expected : array_like
        What each stratum is due; may be a fraction.

    Returns
    -------
    ndarray of float
        In [0, 1]; 0 from one unit on.

    Raises
    ------
    ValueError
        If ``expected`` is negative.

    Notes
    -----
    ``max(0, 1 - expected)``: one uniform number decides, as in systematic sampling: Madow & Madow
    (1944), Annals of Mathematical Statistics 15:1-24.

    Examples
    --------
    >>> chance_of_none([0.4, 2.0]).tolist()
    [0.6, 0.0]
    """
    return np.asarray(np.maximum(1 - np.round(counts("expected", expected), 9), 0.0))
