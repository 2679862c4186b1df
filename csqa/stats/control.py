"""Control charts of measured values: what a process does when nothing special happens.

Each function takes the values of a series in time order and returns a :class:`ControlChart`.
NaN is a gap: it keeps its place, and no moving range crosses it.
``include`` marks the points that set the limits; a partial month, or a month after a frozen
baseline, is left out of them. Which points are signals is asked of
:func:`csqa.stats.signals.apply_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import SAME, one_of, series
from csqa.stats.chart import (
    NO_VARIATION,
    TOO_FEW_POINTS,
    ControlChart,
    draw_limits,
    mean_known,
    points_used,
)
from csqa.stats.runs import RUN_POINTS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

D2: Final = 1.128  # mean moving range in standard deviations: Montgomery 2013, appendix VI, n = 2
XMR_LIMIT: Final = 2.66  # three sigma in mean moving ranges, as rounded in Wheeler 1993
MR_LIMIT: Final = 3.268  # upper limit of moving ranges, in mean moving ranges: Wheeler 1993
MEDIAN_LIMIT: Final = 3.145  # three sigma in median moving ranges: Wheeler 2003, section 10.2
MEDIAN_MR_LIMIT: Final = 3.865  # upper limit of moving ranges, in their median: Wheeler 2003
TYPICAL: Final = ("mean", "median")
MR_SCREEN: Final = 3.267  # a moving range from here on is an outlier: Nelson 1982, JQT 14:172-173


def moving_ranges(values: ArrayLike, *, include: ArrayLike | None = None) -> FloatArray:
    """Distance of each point from the one before; NaN at the first point and beside a gap.

    Parameters
    ----------
    values, include
        As :func:`xmr`; a point left out is a gap.

    Returns
    -------
    ndarray of float, shape (points,)
        In the unit of the values.

    Raises
    ------
    ValueError
        As :func:`xmr`.

    Notes
    -----
    Wheeler (1993), Understanding Variation.

    Examples
    --------
    >>> moving_ranges([5, 7, float("nan"), 6, 6])
    array([nan,  2., nan, nan,  0.])
    """
    points = series("values", values)
    kept = np.where(points_used(points, include), points, np.nan)
    return np.abs(np.diff(kept, prepend=np.nan))


def xmr(
    values: ArrayLike,
    *,
    screen: bool = False,
    include: ArrayLike | None = None,
    center: str = "mean",
    ranges: str = "mean",
) -> ControlChart:
    """Individuals chart: a centre, and limits some typical moving ranges from it.

    Parameters
    ----------
    values : array_like, shape (points,)
        The series in time order; NaN is a gap.
    screen : bool
        Leave out, once, moving ranges from 3.267 times their mean on (Nelson 1982); for
        ``ranges="mean"`` only.
    include : array_like of bool, optional
        The points that set the limits; all by default.
    center : {"mean", "median"}
        What the centre line is.
    ranges : {"mean", "median"}
        Limits 2.66 mean or 3.145 median moving ranges from the centre. The median holds where a
        few extreme points would blow the limits up; where more than half of the moving ranges
        are 0 it says nothing, and the mean is used.

    Returns
    -------
    ControlChart
        Of kind ``xmr``.

    Raises
    ------
    ValueError
        If ``values`` has more than one dimension, ``include`` is not one flag per value, or an
        option is unknown.

    Notes
    -----
    Wheeler (1993), Understanding Variation; Wheeler (2003), Making Sense of Data, section 10.2.
    The printed constants are used, not 3/1.128 and 3/0.954.

    Examples
    --------
    The flow rates of the NIST/SEMATECH e-Handbook, section 6.3.2.2:

    >>> chart = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(float(chart.center[0]), 2), round(float(chart.upper[0]), 4), chart.trial
    (50.81, 55.8049, True)

    Making Sense of Data, p. 145, by the median moving range:

    >>> chart = xmr(
    ...     [2.5, 2.3, 16.3, 6.3, 7.6, 16.3, 7.1, 7.8, 7.8, 9.9, 10.5, -4.8], ranges="median"
    ... )
    >>> round(float(chart.center[0]), 2), round(float(chart.upper[0]), 2)
    (7.47, 14.07)
    """
    points = series("values", values)
    used = points_used(points, include)
    typical, factor, _ = _typical_range(moving_ranges(points, include=used), ranges, screen=screen)
    flat = typical <= SAME * np.abs(points[used]).max(initial=0)
    sigma = 0.0 if flat else factor * typical / 3
    note = NO_VARIATION if flat else TOO_FEW_POINTS if np.isnan(sigma) else ""
    return draw_limits("xmr", points, used, _middle(points[used], center), sigma, note=note)


def mr_chart(
    values: ArrayLike, *, include: ArrayLike | None = None, ranges: str = "mean"
) -> ControlChart:
    """Moving range chart, the lower half of an XmR chart: how far each point jumped.

    Parameters
    ----------
    values, include, ranges
        As :func:`xmr`: the series itself, not its moving ranges.

    Returns
    -------
    ControlChart
        Of kind ``mr``: moving ranges, their mean or median, lower limit 0, upper limit 3.268
        means or 3.865 medians. Only its upper limit is meant to be judged; ``sigma`` is NaN.

    Raises
    ------
    ValueError
        As :func:`xmr`.

    Notes
    -----
    Wheeler (1993); Wheeler (2003), section 10.2.

    Examples
    --------
    >>> mr_chart([3, 5, 2, 6, 4, 3]).upper.round(3)[0]
    np.float64(7.843)
    """
    points = series("values", values)
    used = points_used(points, include)
    typical, _, factor = _typical_range(moving_ranges(points, include=used), ranges)
    jumps = moving_ranges(points)
    set_by = ~np.isnan(moving_ranges(points, include=used))
    note = NO_VARIATION if typical == 0 else TOO_FEW_POINTS if np.isnan(typical) else ""
    chart = draw_limits("mr", jumps, used, typical, (factor - 1) * typical / 3, low=0, note=note)
    unknown = np.full(jumps.shape, np.nan)
    lower = np.where(np.isnan(chart.upper), np.nan, 0.0)
    return ControlChart(
        "mr", jumps, chart.center, lower, chart.upper, unknown, set_by, chart.trial, chart.note
    )


def run_chart(values: ArrayLike, *, include: ArrayLike | None = None) -> ControlChart:
    """Run chart: the series and its median, without limits.

    Parameters
    ----------
    values : array_like, shape (points,)
        The series in time order; NaN is a gap.
    include : array_like of bool, optional
        The points that set the median; all by default.

    Returns
    -------
    ControlChart
        Of kind ``run``; limits and sigma NaN; noted ``too_few_points`` below 10 points.

    Raises
    ------
    ValueError
        As :func:`xmr`.

    Notes
    -----
    Anhoej & Olesen (2014), PLoS ONE 9:e113825.

    Examples
    --------
    >>> run_chart([3, 1, 2]).center
    array([2., 2., 2.])
    """
    points = series("values", values)
    used = points_used(points, include)
    median = float(np.median(points[used])) if used.any() else np.nan
    unknown = np.full(points.shape, np.nan)
    note = TOO_FEW_POINTS if used.sum() < RUN_POINTS else ""
    center = np.full(points.shape, median)
    return ControlChart("run", points, center, unknown, unknown, unknown, used, False, note)


def _middle(points: FloatArray, center: str) -> float:
    one_of("center", center, TYPICAL)
    if not points.size:
        return np.nan
    return float(points.mean() if center == "mean" else np.median(points))


def _typical_range(
    distances: FloatArray, ranges: str, *, screen: bool = False
) -> tuple[float, float, float]:
    """Typical moving range, and its factors for three sigma and for the range limit."""
    one_of("ranges", ranges, TYPICAL)
    if screen and ranges == "median":
        message = "`screen` goes with `ranges='mean'`; a median needs no screening."
        raise ValueError(message)
    known = distances[~np.isnan(distances)]
    if ranges == "median" and known.size and np.median(known) > 0:
        return float(np.median(known)), MEDIAN_LIMIT, MEDIAN_MR_LIMIT
    typical = mean_known(known)
    if screen and typical > 0:
        typical = mean_known(known[known < MR_SCREEN * typical])
    return typical, XMR_LIMIT, MR_LIMIT
