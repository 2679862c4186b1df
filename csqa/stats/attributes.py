"""Control charts of counts: shares, rates and plain counts; what chance alone makes them vary.

Conventions as in :mod:`csqa.stats.control`; a denominator of 0 is a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import counts, part_and_whole, ratio, series
from csqa.stats.chart import NO_VARIATION, ControlChart, draw_limits, mean_known, points_used
from csqa.stats.control import D2, moving_ranges

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

LANEY_SPREAD: Final = 1.2  # ours: from here on points vary more than their size explains
LANEY_SIZE: Final = 300  # ours: above this median size pure binomial limits are too narrow


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
        standardised points exceeds 1.2; ``False`` gives the chart of the textbooks. The
        correction never narrows the limits.
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
    """Rate chart: ``x`` events over ``n`` units of exposure.

    Parameters
    ----------
    x, n : array_like, shape (points,)
        Events and exposure of each period; ``n == 0`` is a gap. ``n`` may be one number for all.
    laney, include
        As :func:`p_chart`.

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

    Parameters
    ----------
    x : array_like, shape (points,)
        Events of each period; NaN is a gap.
    include : array_like of bool, optional
        The points that set the limits; all by default.

    Returns
    -------
    ControlChart
        Of kind ``c``, lower limit not below 0; no limits where nothing happened.

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
