"""Estimates from a stratified sample: each stratum counts by its size, not by how much was drawn.

Where complaints are sampled more heavily than other contacts, the plain mean of the sample is
wrong; these estimates are not. Sampling within a stratum is simple random, without replacement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import counts, finite, mean_and_variance, part_and_whole, ratio, tail
from csqa.stats.intervals import wilson, wilson_finite

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

COLLAPSED: Final = "collapsed"
UNSAMPLED: Final = "unsampled"
COMPLETE: Final = "complete"
NO_DATA: Final = "no_data"
NO_VARIANCE: Final = "no_variance"


@dataclass(frozen=True, slots=True)
class StratifiedEstimate:
    """An estimate for the whole population.

    Attributes
    ----------
    value, lower, upper : float
        The estimate and its interval.
    standard_error : float
        With the finite-population correction.
    degrees_of_freedom : float
        Of the standard error, by Satterthwaite; infinite where nothing is uncertain.
    n, population : float
        Units sampled and units there are.
    note : str
        ``""``; ``complete``: everything was inspected; ``collapsed``: a stratum with one unit
        lent a neighbour's variance; ``no_variance``: one unit in all, so no interval;
        ``unsampled``: nothing is known of some stratum, so there is no estimate; ``no_data``.
    """

    value: float
    lower: float
    upper: float
    standard_error: float
    degrees_of_freedom: float
    n: float
    population: float
    note: str


@dataclass(frozen=True, slots=True)
class _Strata:
    """Sample size, mean, sum of squared deviations and population of each stratum."""

    n: FloatArray
    mean: FloatArray
    squares: FloatArray
    population: FloatArray


def stratified_estimate(
    means: ArrayLike,
    variances: ArrayLike,
    n: ArrayLike,
    population: ArrayLike,
    confidence: float = 0.95,
) -> StratifiedEstimate:
    """Population mean from the sample means and variances of strata.

    Parameters
    ----------
    means, variances : array_like, shape (strata,)
        Sample mean and sample variance (divisor ``n - 1``) of each stratum. The variance of a
        stratum with one unit is not looked at.
    n, population : array_like, shape (strata,)
        Units sampled and units there are; a stratum without units counts for nothing.

    Returns
    -------
    StratifiedEstimate
        With Student's t interval; multiply by the population for a total.

    Raises
    ------
    ValueError
        If ``n`` exceeds ``population``, a variance is negative, or a mean infinite.

    Notes
    -----
    ``sum W_h mean_h`` with variance ``sum W_h² (1 - n_h/N_h) s_h²/n_h``: Cochran (1977), Sampling
    Techniques, theorem 5.5, its degrees of freedom (5.16); Lohr (2010), section 3.2. A stratum
    inspected in full adds nothing to the variance. One with a single unit is collapsed with the
    next one that was not inspected in full (the last one with the one before): Cochran, section
    5A.12. The variance of the two together is too large rather than too small.

    Examples
    --------
    Acres of farmland of US counties by region, Lohr (2010), example 3.2:

    >>> acres = stratified_estimate(
    ...     [97629.8, 300504.2, 211315.0, 662295.5],
    ...     [7647472708, 29618183543, 53587487856, 396185950266],
    ...     [21, 103, 135, 41],
    ...     [220, 1054, 1382, 422],
    ... )
    >>> round(acres.value), round(acres.standard_error)
    (295561, 16380)
    """
    size, frame = part_and_whole(n, population, ("n", "population"))
    spread = np.where(size == 1, 0, counts("variances", variances))
    mean = np.where(size == 0, np.nan, finite("means", means))
    return _estimate(_Strata(size, mean, spread * np.maximum(size - 1, 0), frame), confidence)


def stratified_mean(
    n: ArrayLike,
    total: ArrayLike,
    total_squares: ArrayLike,
    population: ArrayLike,
    confidence: float = 0.95,
) -> StratifiedEstimate:
    """Population mean, from sums of each stratum that add up over groups.

    Parameters
    ----------
    n, total, total_squares : array_like, shape (strata,)
        Units sampled, the sum of their values, and the sum of their squares.
    population : array_like, shape (strata,)
        Units there are.

    Returns
    -------
    StratifiedEstimate
        As :func:`stratified_estimate`.

    Raises
    ------
    ValueError
        If ``n`` exceeds ``population`` or the squares are too small for their total.

    Notes
    -----
    As :func:`stratified_estimate`: Cochran (1977), theorem 5.5.

    Examples
    --------
    Two of 10 easy contacts took 2 and 4 minutes, three of 10 hard ones 7, 8 and 9:

    >>> stratified_mean([2, 3], [6, 24], [20, 194], [10, 10]).value
    5.5
    """
    size, mean, variance = mean_and_variance(n, total, total_squares)
    return stratified_estimate(mean, np.nan_to_num(variance), size, population, confidence)


def stratified_proportion(
    x: ArrayLike, n: ArrayLike, population: ArrayLike, confidence: float = 0.95
) -> StratifiedEstimate:
    """Population proportion, from the successes of each stratum's sample.

    Parameters
    ----------
    x, n, population : array_like, shape (strata,)
        Successes, units sampled and units there are, ``0 <= x <= n <= population``.

    Returns
    -------
    StratifiedEstimate
        With Wilson's interval at the size of a simple random sample that would be as sure, so
        that it stays in [0, 1] and has a width where nobody, or everybody, succeeded.

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n`` or ``n`` exceeds ``population``.

    Notes
    -----
    Cochran (1977), section 5.10; the interval as Korn & Graubard (1998), Survey Methodology
    24:193-201, with Wilson's in place of Clopper and Pearson's.

    Examples
    --------
    Households that watched, Scheaffer, Mendenhall & Ott (1996), example 5.13:

    >>> watched = stratified_proportion([16, 2, 6], [20, 8, 12], [155, 62, 93])
    >>> round(watched.value, 2), round(watched.standard_error**2, 4)
    (0.6, 0.0045)
    """
    hits, size = part_and_whole(x, n)
    frame = part_and_whole(size, population, ("n", "population"))[1]
    share = ratio(hits, size)
    found = _estimate(_Strata(size, share, hits * (1 - share), frame), confidence)
    if np.isnan(found.value) or found.note == COMPLETE:
        return found
    lower, upper = _wilson_like(found, confidence)
    return StratifiedEstimate(
        found.value, lower, upper, found.standard_error, found.degrees_of_freedom, found.n,
        found.population, found.note,
    )  # fmt: skip


def _wilson_like(found: StratifiedEstimate, confidence: float) -> tuple[float, float]:
    value, variance = min(max(found.value, 0.0), 1.0), found.standard_error**2
    if variance > 0:
        size = value * (1 - value) / variance
        lower, upper = wilson(value * size, size, confidence)
    else:
        lower, upper = wilson_finite(value * found.n, found.n, found.population, confidence)
    return float(lower), float(upper)


def _estimate(strata: _Strata, confidence: float) -> StratifiedEstimate:
    from scipy import special

    alpha = tail(confidence)
    kept = strata.population > 0
    strata = _Strata(
        strata.n[kept], strata.mean[kept], strata.squares[kept], strata.population[kept]
    )
    n, population = float(strata.n.sum()), float(strata.population.sum())
    if not kept.any() or np.isnan(strata.mean).any():
        note = NO_DATA if n == 0 else UNSAMPLED
        nan = np.nan
        return StratifiedEstimate(nan, nan, nan, nan, nan, n, population, note)
    value = float((strata.population * strata.mean).sum() / population)
    variance, freedom, note = _variance(strata, population)
    error = float(np.sqrt(variance))
    half = 0.0 if error == 0 else float(special.stdtrit(freedom, 1 - alpha)) * error
    return StratifiedEstimate(
        value, value - half, value + half, error, freedom, n, population, note
    )


def _variance(strata: _Strata, population: float) -> tuple[float, float, str]:
    """Variance of the estimate, its degrees of freedom, and the note."""
    groups = _groups(strata)
    if not groups:
        return 0.0, np.inf, COMPLETE
    parts, freedom = zip(*(_part(strata, group, population) for group in groups), strict=True)
    if np.isnan(parts).any():
        return np.nan, np.nan, NO_VARIANCE
    weight = sum(part**2 / free for part, free in zip(parts, freedom, strict=True))
    note = COLLAPSED if any(len(group) > 1 for group in groups) else ""
    return sum(parts), sum(parts) ** 2 / weight if weight else np.inf, note


def _groups(strata: _Strata) -> list[list[int]]:
    """Strata not inspected in full, each single unit with a neighbour."""
    groups: list[list[int]] = []
    for stratum in np.flatnonzero(strata.n < strata.population):
        if groups and strata.n[groups[-1]].sum() < 2:
            groups[-1].append(int(stratum))
        else:
            groups.append([int(stratum)])
    if len(groups) > 1 and strata.n[groups[-1]].sum() < 2:
        last = groups.pop()
        groups[-1].extend(last)
    return groups


def _part(strata: _Strata, group: list[int], population: float) -> tuple[float, float]:
    """Variance that a group of strata adds, and its degrees of freedom."""
    n, mean, frame = strata.n[group], strata.mean[group], strata.population[group].sum()
    size = float(n.sum())
    if size < 2:
        return np.nan, np.nan
    between = float((n * (mean - (n * mean).sum() / size) ** 2).sum()) if len(group) > 1 else 0.0
    variance = (float(strata.squares[group].sum()) + between) / (size - 1)
    share = float(frame) / population
    return share**2 * (1 - size / float(frame)) * variance / size, size - 1
