"""Before and after, beside those who changed nothing: difference in differences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import counts, critical_z, finite, mask, series

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import BoolArray, FloatArray

LEAST_UNITS = 5
"""Fewest units on each side for a permutation test to have a say: with 5 and 5 there are 252."""

MOST_ENUMERATED, DRAWS = 20_000, 9_999
"""Allocations that are all tried; of more, so many are drawn."""

NEAR = 1e-9
"""Relative: statistics nearer than this are equal, whatever the order of the sums was."""


@dataclass(frozen=True, eq=False, slots=True)
class DifferenceInDifferences:
    """By how much more the treated changed than the others.

    Attributes
    ----------
    estimate, lower, upper, error, p : float
        The difference of the differences, its interval, standard error and two-sided p.
    """

    estimate: float
    lower: float
    upper: float
    error: float
    p: float


def difference_in_differences(
    treated: ArrayLike,
    control: ArrayLike,
    treated_errors: ArrayLike,
    control_errors: ArrayLike,
    confidence: float = 0.95,
) -> DifferenceInDifferences:
    """``(treated after - before) - (control after - before)`` with a normal interval.

    Parameters
    ----------
    treated, control : array_like, shape (2,)
        Means or shares before and after, of those with the measure and of those without.
    treated_errors, control_errors : array_like, shape (2,)
        Their standard errors: ``sqrt(p (1 - p) / n)`` of a share.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    DifferenceInDifferences
        NaN where a mean or an error is missing.

    Raises
    ------
    ValueError
        If not two of each are given, or an error is negative.

    Notes
    -----
    Card & Krueger (1994), American Economic Review 84:772-793, Table 3. The four groups are taken
    as independent: records of one agent are alike, so the interval is too narrow where few
    agents are behind it (Bertrand, Duflo & Mullainathan 2004, QJE 119:249-275); see
    :func:`permute_difference`. It holds if both would have moved alike without the measure.

    Examples
    --------
    Staff in New Jersey, where the minimum wage rose, and in Pennsylvania; the paper pairs the
    shops, so that its errors are those of the changes:

    >>> found = difference_in_differences([0, 0.59], [0, -2.16], [0, 0.54], [0, 1.25])
    >>> round(found.estimate, 2), round(found.error, 2)
    (2.75, 1.36)
    """
    means = [_pair(name, pair) for name, pair in (("treated", treated), ("control", control))]
    named = (("treated_errors", treated_errors), ("control_errors", control_errors))
    errors = [_pair(name, counts(name, pair)) for name, pair in named]
    (before, after), (other_before, other_after) = means
    estimate = float((after - before) - (other_after - other_before))
    error = float(np.sqrt(sum((pair**2).sum() for pair in errors)))
    half = critical_z(confidence) * error
    return DifferenceInDifferences(
        estimate, estimate - half, estimate + half, error, _two_sided(estimate, error)
    )


def _pair(name: str, values: ArrayLike) -> FloatArray:
    pair = finite(name, values)
    if pair.shape != (2,):
        message = f"`{name}` must hold two numbers, before and after; its shape is {pair.shape}."
        raise ValueError(message)
    return pair


def _two_sided(estimate: float, error: float) -> float:
    from scipy import special

    if np.isnan(estimate + error):
        return float("nan")
    if error == 0:
        return 1.0 if estimate == 0 else 0.0
    return float(2 * special.ndtr(-abs(estimate) / error))


def permute_difference(
    changes: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    seed: int = 0,
) -> float:
    """Chance (p) of the treated units' change if they were as the others, by permutation.

    Parameters
    ----------
    changes : array_like, shape (units,)
        After minus before, of each unit (an agent, say); units with NaN are left out.
    treated : array_like of bool, shape (units,)
        Which of them had the measure.
    weights : array_like, optional
        How much each unit counts; default all the same.
    seed : int
        Of the draws, where not all allocations are tried.

    Returns
    -------
    float
        Two-sided; NaN where fewer than 5 units are left on either side.

    Raises
    ------
    ValueError
        If the shapes differ, or ``treated`` is not boolean.

    Notes
    -----
    Fisher's (1935) randomisation test with units, not records, as what is allocated: exact whatever
    the records of one unit have in common (Bertrand et al. 2004, section V). All allocations where
    there are at most 20,000, else 9,999 drawn ones, with ``(hits + 1) / (draws + 1)`` (Phipson &
    Smyth 2010, SAGMB 9:39).

    Examples
    --------
    >>> permute_difference([9, 8, 7, 9, 8, 1, 2, 0, 1, 2], [True] * 5 + [False] * 5)
    0.007936507936507936
    """
    points = series("changes", changes)
    chosen = mask("treated", treated, len(points))
    scale = np.ones(len(points)) if weights is None else counts("weights", weights)
    known = np.isfinite(points) & (scale > 0)
    points, chosen, scale = points[known], chosen[known], scale[known]
    if min(chosen.sum(), (~chosen).sum()) < LEAST_UNITS:
        return float("nan")
    allocations, all_of_them = _allocations(len(points), int(chosen.sum()), seed)
    seen = abs(_statistics(points, scale, chosen[None, :])[0])
    statistics = np.abs(_statistics(points, scale, allocations))
    hits = int((statistics >= seen - NEAR * max(1.0, np.abs(points).max())).sum())
    return hits / len(allocations) if all_of_them else (hits + 1) / (len(allocations) + 1)


def _allocations(units: int, chosen: int, seed: int) -> tuple[BoolArray, bool]:
    """Allocations as rows of flags, and whether these are all there are."""
    if comb(units, chosen) <= MOST_ENUMERATED:
        places = np.array(list(combinations(range(units), chosen)))
        rows = np.zeros((len(places), units), dtype=np.bool_)
        np.put_along_axis(rows, places, True, axis=1)
        return rows, True
    order = np.argsort(np.random.default_rng(seed).random((DRAWS, units)), axis=1)
    return order < chosen, False


def _statistics(points: FloatArray, scale: FloatArray, rows: BoolArray) -> FloatArray:
    """Weighted mean of those chosen minus that of the others, row by row."""
    inside, total = rows @ scale, scale.sum()
    weighted = rows @ (points * scale)
    others = (points * scale).sum() - weighted
    return np.asarray(weighted / inside - others / (total - inside), dtype=np.float64)


def placebo_in_time(
    values: ArrayLike,
    at: int,
    *,
    before: int,
    after: int,
    gap: int = 0,
    weights: ArrayLike | None = None,
) -> tuple[float, int]:
    """How often an earlier, made-up interruption shows as large a change as the real one.

    Parameters
    ----------
    values : array_like, shape (points,)
        In equal steps of time; NaN is a gap.
    at : int
        Place of the first point after the interruption.
    before, after : int
        Points compared on each side.
    gap : int
        Points just before ``at`` that belong to neither side (a measure being carried out).
    weights : array_like, optional
        How many records each point rests on; default all the same.

    Returns
    -------
    share : float
        Of the earlier places whose change is at least as large; NaN without any.
    places : int
        How many earlier places there were: windows that end before ``at - gap``.

    Raises
    ------
    ValueError
        If ``before`` or ``after`` is below 1, or ``gap`` below 0.

    Notes
    -----
    In-time placebos: Abadie, Diamond & Hainmueller (2015), AJPS 59:495-510. With m places the
    share can't be smaller than 1 / m unless it is 0: below about 20 places it is a hint.

    Examples
    --------
    >>> placebo_in_time([5, 6, 5, 6, 5, 6, 9, 9], at=6, before=2, after=2)
    (0.0, 3)
    """
    if min(before, after) < 1 or gap < 0:
        message = (
            f"`before` and `after` must be at least 1 and `gap` 0; not {before}, {after}, {gap}."
        )
        raise ValueError(message)
    points = series("values", values)
    scale = np.ones(len(points)) if weights is None else counts("weights", weights)
    scale = np.where(np.isfinite(points), scale, 0.0)
    filled = np.where(scale > 0, points, 0.0)
    changes = {
        place: _step(filled, scale, (place - gap - before, place - gap, place, place + after))
        for place in [*range(gap + before, at - gap - after + 1), at]
    }
    real = changes.pop(at)
    earlier = np.array([change for change in changes.values() if np.isfinite(change)])
    if not len(earlier) or not np.isfinite(real):
        return float("nan"), len(earlier)
    size = NEAR * max(1.0, float(np.abs(filled).max()))
    return float((np.abs(earlier) >= abs(real) - size).mean()), len(earlier)


def _step(points: FloatArray, scale: FloatArray, ends: tuple[int, int, int, int]) -> float:
    """Weighted mean of the second of two windows, minus that of the first."""
    means = []
    for part in (slice(max(ends[0], 0), ends[1]), slice(ends[2], ends[3])):
        total = scale[part].sum()
        means.append((points[part] * scale[part]).sum() / total if total else np.nan)
    return float(means[1] - means[0])
