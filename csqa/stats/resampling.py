"""The bootstrap of totals: what sums over contacts could have been with other contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import floats, tail

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

RESAMPLES = 2_000
"""Enough for the 2.5 % tails: about fifty of them lie beyond each limit."""

MOST_BLOCKS = 2_000
"""Rows drawn from; more are first put together, at random, into so many blocks."""


def resample_totals(
    rows: ArrayLike, *, seed: int = 0, resamples: int = RESAMPLES, blocks: int = MOST_BLOCKS
) -> FloatArray:
    """Totals of the columns over rows drawn anew, with replacement.

    Parameters
    ----------
    rows : array_like, shape (n, k)
        One row per independent unit; without missing values.
    seed : int
        Of the draw: the same rows in the same order give the same totals.
    resamples : int
        How often to draw.
    blocks : int
        Most rows drawn from.

    Returns
    -------
    ndarray, shape (resamples, k)
        Zeros where there are no rows.

    Raises
    ------
    ValueError
        If the rows are no table, or one holds a missing value.

    Notes
    -----
    Efron (1979), Annals of Statistics 7:1-26. Of more than ``blocks`` rows, blocks of them chosen
    at random are drawn: blocks are as independent of each other as rows, and their totals vary as
    much in expectation.

    Examples
    --------
    >>> totals = resample_totals([[1.0], [3.0]], resamples=4_000)
    >>> sorted(set(totals[:, 0].tolist())), bool(abs(totals.mean() - 4) < 0.1)
    ([2.0, 4.0, 6.0], True)
    """
    table = floats(rows, "rows")
    if table.ndim != 2 or np.isnan(table).any():
        message = "`rows` must be a table without missing values."
        raise ValueError(message)
    rng = np.random.default_rng(seed)
    if len(table) > blocks:
        order = rng.permutation(len(table))
        starts = np.linspace(0, len(table), blocks, endpoint=False).astype(np.int64)
        table = np.add.reduceat(table[order], starts, axis=0)
    if not len(table):
        return np.zeros((resamples, table.shape[1]))
    drawn = rng.multinomial(len(table), np.full(len(table), 1 / len(table)), size=resamples)
    return np.asarray(drawn.astype(np.float64) @ table)


def percentile_interval(values: FloatArray, confidence: float = 0.95) -> FloatArray:
    """Limits between which the given share of each column's values lies; NaN where one is.

    Parameters
    ----------
    values : ndarray, shape (draws, columns)
        From :func:`resample_totals`, say.
    confidence : float
        Two-sided, in (0, 1).

    Returns
    -------
    ndarray of float, shape (2, columns)
        Lower and upper limits.

    Raises
    ------
    ValueError
        If ``confidence`` is not strictly between 0 and 1.

    Notes
    -----
    The percentile interval of the bootstrap: Efron (1979), Annals of Statistics 7:1-26.

    Examples
    --------
    >>> percentile_interval(np.arange(101.0).reshape(-1, 1)).round(6).tolist()
    [[2.5], [97.5]]
    """
    beyond = tail(confidence)
    return np.asarray(np.quantile(values, [beyond, 1 - beyond], axis=0))
