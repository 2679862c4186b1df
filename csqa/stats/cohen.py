"""Cohen's kappa: two raters, each with a leaning of his own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import critical_z
from csqa.stats._ratings import (
    NO_PAIRS,
    ONE_VALUE,
    Agreement,
    Table,
    bounded,
    closeness,
    count_ratings,
    undefined,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray


def cohen_kappa(
    a: ArrayLike, b: ArrayLike, weights: str | None = None, confidence: float = 0.95
) -> Agreement:
    """Cohen's kappa of two raters, with weights if ratings are ordered.

    Parameters
    ----------
    a, b : array_like, shape (units,)
        The ratings of each; units that either left out are dropped.
    weights : {None, "linear", "quadratic"}
        How much a near miss counts as agreement. Distances are those of the values, which must
        then be numbers.

    Returns
    -------
    Agreement
        Interval by the standard error of large samples, within [-1, 1].

    Raises
    ------
    ValueError
        If the two differ in length, or weights are asked for and values are no numbers.

    Notes
    -----
    Cohen (1960), Educational and Psychological Measurement 20:37-46; Cohen (1968), Psychological
    Bulletin 70:213-220. Standard error: Fleiss, Cohen & Everitt (1969), Psychological Bulletin
    72:323-327, equations 8 and 13.

    Examples
    --------
    The two tables of Feinstein & Cicchetti (1990), each with 85 of 100 in agreement:

    >>> a = np.repeat([1, 1, 0, 0], [40, 9, 6, 45]), np.repeat([1, 0, 1, 0], [40, 9, 6, 45])
    >>> b = np.repeat([1, 1, 0, 0], [80, 10, 5, 5]), np.repeat([1, 0, 1, 0], [80, 10, 5, 5])
    >>> round(cohen_kappa(*a).value, 2), round(cohen_kappa(*b).value, 2)
    (0.7, 0.32)
    """
    first, second = (np.asanyarray(x) for x in (a, b))
    if first.ndim != 1 or first.shape != second.shape:
        message = f"`a` and `b` must be two series of one length; {first.shape}, {second.shape}."
        raise ValueError(message)
    pairs = np.empty((len(first), 2), dtype=object)
    pairs[:, 0], pairs[:, 1] = first, second
    if np.ma.isMA(first) or np.ma.isMA(second):
        pairs[np.ma.getmaskarray(first), 0] = None
        pairs[np.ma.getmaskarray(second), 1] = None
    table = count_ratings(pairs, numeric=weights is not None)
    if not table.n:
        return undefined(NO_PAIRS, 0, table.dropped)
    joint = _joint(pairs, table) / table.n
    return _kappa(joint, closeness(table.levels, weights), table, confidence)


def _joint(pairs: ArrayLike, table: Table) -> FloatArray:
    """How often the first rater gave one value and the second another."""
    from pandas import isna

    cells = np.asarray(pairs, dtype=object)
    both = cells[~isna(cells).any(axis=1)]
    place = {value: number for number, value in enumerate(table.levels.tolist())}
    codes = [[place[value] for value in row] for row in both.tolist()]
    joint = np.zeros((len(table.levels), len(table.levels)))
    np.add.at(joint, tuple(np.array(codes, dtype=np.intp).T), 1)
    return joint


def _kappa(joint: FloatArray, weight: FloatArray, table: Table, confidence: float) -> Agreement:
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    observed = float((weight * joint).sum())
    expected = float((weight * np.outer(rows, columns)).sum())
    if (joint.max() == 1) or np.isclose(expected, 1, rtol=0, atol=1e-15):
        return undefined(ONE_VALUE, table.n, table.dropped, observed)
    value = (observed - expected) / (1 - expected)
    mean = (weight @ columns)[:, None] + (rows @ weight)[None, :]
    inside = (joint * (weight * (1 - expected) - mean * (1 - observed)) ** 2).sum()
    inside -= (observed * expected - 2 * expected + observed) ** 2
    error = np.sqrt(max(inside, 0) / table.n) / (1 - expected) ** 2
    reach = critical_z(confidence) * error
    return bounded(value, reach, error, observed, expected, table, "large_sample", confidence)
