"""Control charts of one series: what the process does when nothing special happens.

Each function takes the values of a series in time order and returns a :class:`ControlChart`.
NaN (or a denominator of 0) is a gap: it keeps its place, and no moving range crosses it.
``include`` marks the points that set the limits; a partial month, or a month after a frozen
baseline, is left out of them. Which points are signals is asked of
:func:`csqa.stats.signals.apply_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import SAME, counts, part_and_whole, ratio, series
from csqa.stats.chart import (
    NO_VARIATION,
    TOO_FEW_POINTS,
    ControlChart,
    draw_limits,
    mean_known,
    points_used,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

D2: Final = 1.128  # mean moving range in standard deviations: Montgomery 2013, appendix VI, n = 2
XMR_LIMIT: Final = 2.66  # three sigma in mean moving ranges, as rounded in Wheeler 1993
MR_LIMIT: Final = 3.268  # upper limit of moving ranges, in mean moving ranges: Wheeler 1993
MR_SCREEN: Final = 3.267  # a moving range from here on is an outlier: Nelson 1982, JQT 14:172-173
T_POWER: Final = 3.6  # exponential times to the power 1/3.6 are about normal: Nelson 1994
LANEY_SPREAD: Final = 1.2  # ours: from here on points vary more than their size explains
LANEY_SIZE: Final = 300  # ours: above this median size pure binomial limits are too narrow
RUN_POINTS: Final = 10  # Anhoej & Olesen 2014: fewer points on a run chart prove nothing


def moving_ranges(values: ArrayLike, *, include: ArrayLike | None = None) -> FloatArray:
    """Distance of each point from the one before; NaN at the first point and beside a gap.

    Examples
    --------
    >>> moving_ranges([5, 7, float("nan"), 6, 6])
    array([nan,  2., nan, nan,  0.])
    """
    points = series("values", values)
    kept = np.where(points_used(points, include), points, np.nan)
    return np.abs(np.diff(kept, prepend=np.nan))


def xmr(
    values: ArrayLike, *, screen: bool = False, include: ArrayLike | None = None
) -> ControlChart:
    """Individuals chart: mean, and limits 2.66 mean moving ranges from it.

    Parameters
    ----------
    values : array_like, shape (points,)
        The series in time order; NaN is a gap.
    screen : bool
        Leave out, once, moving ranges from 3.267 times their mean on (Nelson 1982).
    include : array_like of bool, optional
        The points that set the limits; all by default.

    Returns
    -------
    ControlChart
        Of kind ``xmr``.

    Raises
    ------
    ValueError
        If ``values`` has more than one dimension or ``include`` is not one flag per value.

    Notes
    -----
    Wheeler (1993), Understanding Variation. The printed constant 2.66 is used, not 3/1.128.

    Examples
    --------
    The flow rates of the NIST/SEMATECH e-Handbook, section 6.3.2.2:

    >>> chart = xmr([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(float(chart.center[0]), 2), round(float(chart.upper[0]), 4), chart.trial
    (50.81, 55.8049, True)
    """
    points = series("values", values)
    used = points_used(points, include)
    ranges = moving_ranges(points, include=used)
    typical = mean_known(ranges)
    if screen and typical > 0:
        typical = mean_known(ranges[ranges < MR_SCREEN * typical])
    flat = typical <= SAME * np.abs(points[used]).max(initial=0)
    sigma = 0.0 if flat else XMR_LIMIT * typical / 3
    note = NO_VARIATION if flat else TOO_FEW_POINTS if np.isnan(sigma) else ""
    return draw_limits("xmr", points, used, mean_known(points[used]), sigma, note=note)


def p_chart(
    x: ArrayLike, n: ArrayLike, *, laney: bool | None = None, include: ArrayLike | None = None
) -> ControlChart:
    """Proportion chart, with Laney's correction where the points vary more than binomially.

    Parameters
    ----------
    x, n : array_like, shape (points,)
        Events and cases of each period, ``0 <= x <= n``; ``n == 0`` is a gap. ``n`` may be one
        number for all.
    laney : bool, optional
        Whether to correct. By default where the median ``n`` exceeds 300 or the spread of the
        standardised points exceeds 1.2. The correction never narrows the limits.
    include : array_like of bool, optional
        The points that set the limits; all by default.

    Returns
    -------
    ControlChart
        Of kind ``p`` or ``p_prime``, limits in [0, 1]; no limits where all or no case is an
        event.

    Raises
    ------
    ValueError
        If ``x`` exceeds ``n``, a count is negative, or the shapes disagree.

    Notes
    -----
    Montgomery (2013), section 7.3; Laney (2002), Quality Engineering 14:531-537.

    Examples
    --------
    >>> p_chart([12, 15, 8, 10, 4], 50, laney=False).upper.round(3)[0]
    np.float64(0.364)
    >>> p_chart([12, 15, 8, 10, 4], 50).kind
    'p_prime'
    """
    events, cases = part_and_whole(*_paired(x, n))
    return _rate_chart("p", events, cases, laney, include, high=1.0)


def u_chart(
    x: ArrayLike, n: ArrayLike, *, laney: bool | None = None, include: ArrayLike | None = None
) -> ControlChart:
    """Rate chart: ``x`` events over ``n`` units of exposure; options as :func:`p_chart`.

    Returns
    -------
    ControlChart
        Of kind ``u`` or ``u_prime``, lower limit not below 0; no limits where nothing happened.

    Raises
    ------
    ValueError
        If a count is negative or the shapes disagree.

    Notes
    -----
    Montgomery (2013), section 7.3.2; Laney (2002).

    Examples
    --------
    >>> u_chart([2, 3, 8, 1, 1], [50] * 5).upper.round(3)[0]
    np.float64(0.233)
    """
    return _rate_chart("u", *_paired(x, n), laney, include, high=np.inf)


def c_chart(x: ArrayLike, *, include: ArrayLike | None = None) -> ControlChart:
    """Count chart for equal opportunity: mean count, and limits three of its roots away.

    Raises
    ------
    ValueError
        If a count is negative or the shapes disagree.

    Notes
    -----
    Montgomery (2013), section 7.3.1. Below one event a period use :func:`t_chart`.

    Examples
    --------
    >>> c_chart([21, 24, 16, 12, 15]).upper.round(2)[0]
    np.float64(30.19)
    """
    events = counts("x", series("x", x))
    used = points_used(events, include)
    center = mean_known(events[used])
    note, sigma = (NO_VARIATION, np.nan) if center == 0 else ("", np.sqrt(center))
    return draw_limits("c", events, used, center, sigma, low=0.0, note=note)


def t_chart(values: ArrayLike, *, include: ArrayLike | None = None) -> ControlChart:
    """Chart of the time between rare events.

    Returns
    -------
    ControlChart
        Of kind ``t``. Limits are not symmetric, so ``sigma`` is NaN: zone rules do not apply.

    Raises
    ------
    ValueError
        If a time is negative or the shapes disagree.

    Notes
    -----
    An :func:`xmr` chart of ``values ** (1/3.6)``, transformed back: Nelson (1994), Journal of
    Quality Technology 26:55-57; Montgomery (2013), section 7.3.5.

    Examples
    --------
    >>> t_chart([286, 948, 536, 124, 816]).center.round(1)[0]
    np.float64(463.2)
    """
    times = counts("values", series("values", values))
    roots = xmr(times ** (1 / T_POWER), include=include)
    center, lower, upper = (
        np.maximum(line, 0) ** T_POWER for line in (roots.center, roots.lower, roots.upper)
    )
    unknown = np.full(times.shape, np.nan)
    return ControlChart(
        "t", times, center, lower, upper, unknown, roots.included, roots.trial, roots.note
    )


def run_chart(values: ArrayLike, *, include: ArrayLike | None = None) -> ControlChart:
    """Run chart: the series and its median, without limits.

    Returns
    -------
    ControlChart
        Of kind ``run``; limits and sigma NaN; noted ``too_few_points`` below 10 points.

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


def _paired(x: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    events, size = counts("x", series("x", x)), counts("n", n)
    if size.shape not in ((), events.shape):
        message = f"`n` must be one number or as long as `x` ({events.size}); not {size.shape}."
        raise ValueError(message)
    return events, np.broadcast_to(size, events.shape)


def _rate_chart(
    kind: str,
    events: FloatArray,
    size: FloatArray,
    laney: bool | None,
    include: ArrayLike | None,
    high: float,
) -> ControlChart:
    points = ratio(events, size)
    used = points_used(points, include)
    center = float(ratio(events[used].sum(), size[used].sum()))
    variance = center * (1 - center) if kind == "p" else center
    if not variance > 0:
        return draw_limits(kind, points, used, center, np.nan, note=NO_VARIATION)
    sigma = np.sqrt(ratio(np.full_like(size, variance), size))
    spread = mean_known(moving_ranges((points - center) / sigma, include=used)) / D2
    if laney is None:
        laney = bool(np.median(size[used]) > LANEY_SIZE or spread > LANEY_SPREAD)
    if laney:
        kind, sigma = f"{kind}_prime", sigma * np.fmax(spread, 1)
    return draw_limits(kind, points, used, center, sigma, low=0.0, high=high)
