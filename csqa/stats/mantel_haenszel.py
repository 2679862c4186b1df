"""A difference of shares within strata: those who have something against those who have not.

What the strata differ in cannot make the difference: each is compared within itself. Where the
groups (agents, say) differ among themselves, its interval is widened by what they differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import part_and_whole, tail

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from csqa.stats._arrays import BoolArray, FloatArray

PLAIN: Final = "mantel_haenszel"
CLUSTERED: Final = "mantel_haenszel_cluster"

FEWEST_GROUPS: Final = 10
"""Groups from which on what they differ can be told (Cameron & Miller 2015 speak of 20 to 50)."""


@dataclass(frozen=True, slots=True)
class StratifiedDifference:
    """A difference of shares, strata by strata.

    Attributes
    ----------
    value, lower, upper : float
        Share of the exposed minus share of the others, and its interval, within [-1, 1]; NaN
        where no stratum holds both.
    standard_error : float
        Of the value.
    statistic, p : float
        Of the hypothesis of no difference in any stratum.
    n, exposed : float
        Records in strata that hold both, and the exposed among them.
    strata : int
        How many those are.
    method : str
        ``mantel_haenszel``, or ``mantel_haenszel_cluster`` where groups made the error larger.
    """

    value: float
    lower: float
    upper: float
    standard_error: float
    statistic: float
    p: float
    n: float
    exposed: float
    strata: int
    method: str


@dataclass(frozen=True, slots=True)
class _Tables:
    """Outcomes and sizes of the exposed (1) and the others (2) in each stratum with both."""

    x1: FloatArray
    n1: FloatArray
    x2: FloatArray
    n2: FloatArray

    @property
    def n(self) -> FloatArray:
        return self.n1 + self.n2

    @property
    def weight(self) -> FloatArray:
        return self.n1 * self.n2 / self.n


def stratified_difference(
    exposed: ArrayLike,
    x: ArrayLike,
    n: ArrayLike,
    stratum: ArrayLike,
    groups: ArrayLike | None = None,
    confidence: float = 0.95,
) -> StratifiedDifference:
    """Mantel-Haenszel difference of shares, from cells of counts.

    Parameters
    ----------
    exposed : array_like of bool, shape (cells,)
        Whether the records of a cell have what is looked at.
    x, n : array_like, shape (cells,)
        Outcomes and records of each cell, ``0 <= x <= n``.
    stratum : array_like of int, shape (cells,)
        From 0; records are compared within their stratum only.
    groups : array_like of int, optional
        From 0; records of one group may be alike (one agent's contacts). With at least ten
        groups, the larger of the two errors is taken: with and without the groups.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    StratifiedDifference

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n`` or the arrays differ in length.

    Notes
    -----
    ``sum w_h (p_1h - p_2h) / sum w_h`` with ``w_h = n_1h n_2h / n_h`` (Mantel & Haenszel 1959), its
    variance by Sato (1989), Biometrics 45:1323-1324, right both for few large and for many small
    strata. The test is Cochran's, with Mantel and Haenszel's hypergeometric variance and without
    continuity correction. With groups: the sum of squared group totals of the linearised
    estimate times G/(G-1) and Student's t with G-1 degrees of freedom (Liang & Zeger 1986;
    Cameron & Miller 2015, J Human Resources 50:317-372); the test statistic is divided by how much
    the variance grows (Rao & Scott 1981).

    Examples
    --------
    Admissions to Berkeley (Bickel, Hammel & O'Connell 1975): men minus women, by department.

    >>> men = [(512, 825), (353, 560), (120, 325), (138, 417), (53, 191), (22, 373)]
    >>> women = [(89, 108), (17, 25), (202, 593), (131, 375), (94, 393), (24, 341)]
    >>> x, n = np.transpose(men + women)
    >>> is_man = np.repeat([True, False], 6)
    >>> found = stratified_difference(is_man, x, n, np.tile(range(6), 2))
    >>> round(found.value, 4), round(found.statistic, 4), round(found.p, 4)
    (-0.0184, 1.5246, 0.2169)
    """
    has = np.asarray(exposed, dtype=np.bool_)
    hits, size = part_and_whole(x, n)
    strata = np.asarray(stratum, dtype=np.int64)
    if not has.shape == hits.shape == strata.shape:
        message = f"arrays must be alike in shape; not {has.shape}, {hits.shape}, {strata.shape}."
        raise ValueError(message)
    tables, both = _tabulate(has, hits, size, strata)
    if not both.any():
        nan = np.nan
        return StratifiedDifference(nan, nan, nan, nan, nan, nan, 0.0, 0.0, 0, PLAIN)
    total = tables.weight.sum()
    value = float((tables.weight * (tables.x1 / tables.n1 - tables.x2 / tables.n2)).sum() / total)
    variance = _sato_variance(tables, value)
    statistic = _cochran(tables)
    freedom, wide = np.inf, 0.0
    if groups is not None:
        cells = (has, hits, size, strata)
        wide, freedom = _grouped_variance(tables, both, cells, np.asarray(groups))
    clustered = wide > variance
    if clustered:
        statistic *= variance / wide
        variance = wide
    return _finish(tables, value, variance, statistic, freedom if clustered else np.inf, confidence)


def _tabulate(
    has: BoolArray, hits: FloatArray, size: FloatArray, strata: NDArray[np.int64]
) -> tuple[_Tables, BoolArray]:
    count = int(strata.max()) + 1 if strata.size else 0
    sums = [
        np.asarray(np.bincount(strata[side], values[side], count), dtype=np.float64)
        for side in (has, ~has)
        for values in (hits, size)
    ]
    both = (sums[1] > 0) & (sums[3] > 0)
    return _Tables(*(part[both] for part in sums)), both


def _sato_variance(tables: _Tables, value: float) -> float:
    x1, n1, x2, n2, n = tables.x1, tables.n1, tables.x2, tables.n2, tables.n
    first = (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / n**2
    second = (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
    return float((value * first.sum() + second.sum()) / tables.weight.sum() ** 2)


def _cochran(tables: _Tables) -> float:
    """Chi-squared of Cochran, Mantel and Haenszel with one degree of freedom."""
    events, n = tables.x1 + tables.x2, tables.n
    gap = (tables.x1 - tables.n1 * events / n).sum()
    spread = tables.n1 * tables.n2 * events * (n - events) / (n**2 * np.maximum(n - 1, 1))
    return float(gap**2 / spread.sum()) if spread.sum() > 0 else np.nan


def _grouped_variance(
    tables: _Tables,
    both: BoolArray,
    cells: tuple[BoolArray, FloatArray, FloatArray, NDArray[np.int64]],
    groups: NDArray[np.int64],
) -> tuple[float, float]:
    """Variance of the estimate if groups differ, and its degrees of freedom; 0 of few groups."""
    has, hits, size, strata = cells
    kept = both[strata]
    place = (np.cumsum(both) - 1)[strata[kept]]
    side = has[kept]
    share = np.where(side, (tables.x1 / tables.n1)[place], (tables.x2 / tables.n2)[place])
    whole = np.where(side, tables.n1[place], -tables.n2[place])
    pull = tables.weight[place] / tables.weight.sum()
    terms = pull * (hits[kept] - share * size[kept]) / whole
    sums = np.bincount(groups[kept], weights=terms)
    present = int((np.bincount(groups[kept]) > 0).sum())
    if present < FEWEST_GROUPS:
        return 0.0, np.inf
    return float((sums**2).sum() * present / (present - 1)), present - 1


def _finish(
    tables: _Tables,
    value: float,
    variance: float,
    statistic: float,
    freedom: float,
    confidence: float,
) -> StratifiedDifference:
    from scipy import special

    error = float(np.sqrt(max(variance, 0.0)))
    if np.isinf(freedom):
        reach = -float(special.ndtri(tail(confidence)))
        p = float(special.chdtrc(1, statistic))
    else:
        reach = float(special.stdtrit(freedom, 1 - tail(confidence)))
        p = float(2 * special.stdtr(freedom, -np.sqrt(statistic)))
    return StratifiedDifference(
        value,
        max(value - reach * error, -1.0),
        min(value + reach * error, 1.0),
        error,
        statistic,
        p,
        float(tables.n.sum()),
        float(tables.n1.sum()),
        len(tables.n),
        PLAIN if np.isinf(freedom) else CLUSTERED,
    )
