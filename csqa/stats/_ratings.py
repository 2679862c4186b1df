"""What the coefficients of agreement share: ratings as counts, weights of a difference, results.

Ratings are units × raters: one row per unit judged, one column per rater, missing where a rater
did not judge it. Who gave which rating is used only by :func:`csqa.stats.cohen_kappa`,
:func:`csqa.stats.icc` and :func:`csqa.stats.kendall_w`; the others take raters as exchangeable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import counts as checked_counts
from csqa.stats._arrays import finite, one_of
from csqa.stats.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from csqa.stats._arrays import FloatArray

ONE_VALUE: Final = "one_value"
NO_PAIRS: Final = "no_pairs"
NO_DISAGREEMENT: Final = "no_disagreement"
NO_VARIATION: Final = "no_variation"
NO_INTERVAL: Final = "no_interval"

WEIGHTS: Final = ("linear", "quadratic")


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient of agreement, and how sure it is.

    Attributes
    ----------
    value, lower, upper : float
        The coefficient and its interval; NaN where it is undefined.
    observed : float
        What was observed to agree, 0–1: with weights, how nearly; NaN where there is no such thing.
    expected : float
        What would agree by chance, as this coefficient has it.
    n : int
        Units that at least two raters judged (for ICC and W: that all did).
    dropped : int
        Units left out.
    standard_error : float
        NaN where the interval does not rest on one.
    method : str
        Of the interval.
    note : str
        ``""``; ``one_value``: everyone always gave the same rating, so that nothing can be told
        from chance (全部一致); ``no_disagreement``: nobody disagreed, and the lower bound comes
        from Wilson's for the raw agreement; ``no_pairs``: no unit was judged twice;
        ``no_variation``: the units do not differ; ``no_interval``: too few units for one.
    """

    value: float
    lower: float
    upper: float
    observed: float
    expected: float
    n: int
    dropped: int
    standard_error: float
    method: str
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """Ratings counted: how many raters gave a unit each value."""

    counts: FloatArray
    """Units judged at least twice × values."""
    levels: NDArray[np.object_]
    """The values, in ascending order."""
    dropped: int
    single: FloatArray
    """The units that only one rater judged × values."""

    @property
    def n(self) -> int:
        """Units judged at least twice."""
        return len(self.counts)

    @property
    def raters(self) -> FloatArray:
        """Of each unit."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.float64)


def as_ratings(ratings: ArrayLike) -> NDArray[np.object_]:
    """Two-dimensional ratings of any kind, ``None`` where missing."""
    from pandas import isna

    given = np.asanyarray(ratings)
    if given.ndim != 2:
        message = f"`ratings` must be units × raters, two dimensions; it has {given.ndim}."
        raise ValueError(message)
    found = np.array(np.asarray(given), dtype=object)
    found[np.ma.getmaskarray(given) | isna(found)] = None
    return found


def count_ratings(
    ratings: ArrayLike, categories: Sequence[object] | None = None, *, numeric: bool = False
) -> Table:
    """Count how often each unit was given each value.

    Parameters
    ----------
    ratings : array_like, shape (units, raters)
        Missing where a rater did not judge the unit.
    categories : sequence, optional
        All values there could have been; default: those there are.
    numeric : bool
        Whether values must be numbers.

    Raises
    ------
    ValueError
        If values are no numbers where they must be, or are not among ``categories``.
    """
    cells = as_ratings(ratings)
    given = cells != None  # noqa: E711 - elementwise
    found = finite("ratings", cells[given]) if numeric else cells[given]
    values = _sorted_values(found, categories)
    place = {value: number for number, value in enumerate(values.tolist())}
    unknown = [value for value in dict.fromkeys(found.tolist()) if value not in place]
    if unknown:
        message = f"`ratings` must be among `categories`, {list(place)!r}; found {unknown!r}."
        raise ValueError(message)
    counts = np.zeros((len(cells), len(values)))
    codes = np.array([place[value] for value in found.tolist()], dtype=np.intp)
    np.add.at(counts, (np.nonzero(given)[0], codes), 1)
    raters = counts.sum(axis=1)
    return Table(counts[raters >= 2], values, int((raters < 2).sum()), counts[raters == 1])


def _sorted_values(
    found: NDArray[np.object_] | FloatArray, categories: Sequence[object] | None
) -> NDArray[np.object_]:
    distinct = list(dict.fromkeys(found.tolist() if categories is None else categories))
    try:
        ordered = sorted(distinct)
    except TypeError:
        ordered = sorted(distinct, key=str)
    made = np.empty(len(ordered), dtype=object)
    made[:] = ordered
    return made


def expand_counts(counts: ArrayLike) -> FloatArray:
    """Ratings of which these are the counts: published tables often tell no more.

    Parameters
    ----------
    counts : array_like of int, shape (units, categories)
        How many raters chose each category.

    Returns
    -------
    ndarray of float, shape (units, raters)
        Category numbers from 0; NaN where a unit has fewer raters than others.

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    Counts tell no more than Fleiss (1971) needs: which rater it was is lost.

    Examples
    --------
    >>> expand_counts([[2, 1], [0, 2]])
    array([[ 0.,  0.,  1.],
           [ 1.,  1., nan]])
    """
    table = checked_counts("counts", counts).astype(np.intp)
    made = np.full((len(table), int(table.sum(axis=1).max(initial=0))), np.nan)
    for row, of_unit in zip(made, table, strict=True):
        row[: of_unit.sum()] = np.repeat(np.arange(len(of_unit)), of_unit)
    return made


def closeness(levels: NDArray[np.object_], weights: str | None) -> FloatArray:
    """How far two values count as agreement: 1 the same, 0 as far apart as they can be.

    Cohen (1968), Psychological Bulletin 70:213-220; linear ``1 - |a - b| / range``, quadratic
    ``1 - ((a - b) / range)²``: distances are those of the values, not of their ranks.
    """
    if weights is None:
        return np.eye(len(levels))
    one_of("weights", weights, WEIGHTS)
    scale = finite("ratings", levels)
    apart = np.abs(scale[:, None] - scale[None, :])
    width = apart.max(initial=0)
    relative = apart / width if width else apart
    return 1 - (relative if weights == "linear" else relative**2)


def undefined(note: str, n: int, dropped: int, observed: float = np.nan) -> Agreement:
    """No coefficient, and why."""
    missing = float("nan")
    return Agreement(
        missing, missing, missing, float(observed), missing, n, dropped, missing, "", note
    )


def least_agreement(n: int, expected: float, confidence: float) -> float:
    """Lower bound of a coefficient where nobody disagreed: Wilson's for the raw agreement.

    Every interval by a variance would have no width here. Ours: the share that agrees by chance
    is held where it is.
    """
    lower = float(wilson(n, n, confidence)[0])
    return (lower - expected) / (1 - expected)


def bounded(
    value: float,
    reach: float,
    error: float,
    observed: float,
    expected: float,
    table: Table,
    method: str,
    confidence: float,
) -> Agreement:
    """A coefficient with its interval; where nobody disagreed, the one that still has a width."""
    lower, upper, note = max(value - reach, -1.0), min(value + reach, 1.0), ""
    if observed == 1:
        value, upper, method, note = 1.0, 1.0, "wilson", NO_DISAGREEMENT
        lower, error = least_agreement(table.n, expected, confidence), float("nan")
    elif np.isnan(reach):
        lower, upper, method, note = reach, reach, "", NO_INTERVAL
    return Agreement(
        float(value),
        float(lower),
        float(upper),
        observed,
        expected,
        table.n,
        table.dropped,
        float(error),
        method,
        note,
    )
