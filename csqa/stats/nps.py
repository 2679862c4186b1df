"""Net promoter scores: share of promoters minus share of detractors, how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import bounds, counts, critical_z, ratio

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray, Interval

PSEUDO_VOTES: Final = 3.0  # Rocks 2016: respondents added, three quarters of one on each side


def nps_interval(
    promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Rocks's adjusted Wald interval of a net promoter score.

    Parameters
    ----------
    promoters, passives, detractors : array_like
        Counts of answers 9-10, 7-8 and 0-6.

    Returns
    -------
    lower, upper : ndarray of float
        In [-1, 1]; NaN where nobody answered.

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    Three pseudo-respondents, three quarters of one on each side: Rocks (2016), The American
    Statistician 70:365-372; Lewis & Sauro (2021). The score shown is the unadjusted one, so the
    interval is widened to reach it where it falls short (one answer, low confidence).

    Examples
    --------
    Six promoters, two passives, two detractors, an NPS of 0.4:

    >>> lower, upper = nps_interval([6], [2], [2])
    >>> lower.round(4), upper.round(4)
    (array([-0.1259]), array([0.7412]))
    """
    score, middle, variance = _adjusted(promoters, passives, detractors)
    half = critical_z(confidence) * np.sqrt(variance)
    lower, upper = np.minimum(middle - half, score), np.maximum(middle + half, score)
    return bounds(np.clip(lower, -1, 1), np.clip(upper, -1, 1))


def nps_difference(
    promoters1: ArrayLike,
    passives1: ArrayLike,
    detractors1: ArrayLike,
    promoters2: ArrayLike,
    passives2: ArrayLike,
    detractors2: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Interval of a difference of net promoter scores, first minus second.

    Parameters
    ----------
    promoters1, passives1, detractors1, promoters2, passives2, detractors2 : array_like
        Counts of answers 9-10, 7-8 and 0-6 of each sample.

    Returns
    -------
    lower, upper : ndarray of float
        In [-2, 2]; NaN where nobody answered in either sample.

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    The adjusted scores of :func:`nps_interval`, their variances added: Rocks (2016); widened,
    where need be, to hold the difference of the scores shown.

    Examples
    --------
    >>> lower, upper = nps_difference([60], [20], [20], [50], [20], [30])
    >>> lower.round(4), upper.round(4)
    (array([-0.0338]), array([0.4222]))
    """
    score1, middle1, variance1 = _adjusted(promoters1, passives1, detractors1)
    score2, middle2, variance2 = _adjusted(promoters2, passives2, detractors2)
    half = critical_z(confidence) * np.sqrt(variance1 + variance2)
    difference, middle = score1 - score2, middle1 - middle2
    lower, upper = np.minimum(middle - half, difference), np.maximum(middle + half, difference)
    return bounds(np.clip(lower, -2, 2), np.clip(upper, -2, 2))


def _adjusted(
    promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Score shown (NaN of nobody), score with pseudo-votes, and variance of the latter."""
    up, down = counts("promoters", promoters), counts("detractors", detractors)
    idle = counts("passives", passives)
    answers = up + idle + down
    size = answers + PSEUDO_VOTES
    middle = (up - down) / size
    variance = ((up + down + PSEUDO_VOTES / 2) / size - middle**2) / size
    return ratio(up - down, answers), middle, variance
