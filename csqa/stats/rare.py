"""Control charts of rare events: the time, or the number of cases, between one and the next.

Where most months have no event at all, counts a month say nothing; the gaps between events do.
A point *above* the upper limit is good news: the event has become rarer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import counts, series
from csqa.stats.chart import NO_VARIATION, ControlChart, draw_limits, mean_known, points_used
from csqa.stats.control import xmr

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

T_POWER: Final = 3.6  # exponential times to the power 1/3.6 are about normal: Nelson 1994


def t_chart(values: ArrayLike, *, include: ArrayLike | None = None) -> ControlChart:
    """Chart of the time between rare events.

    Parameters
    ----------
    values : array_like, shape (points,)
        Time between one event and the next, in order, in any one unit; NaN is a gap.
    include : array_like of bool, optional
        The points that set the limits; all by default.

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


def g_chart(values: ArrayLike, *, include: ArrayLike | None = None) -> ControlChart:
    """Chart of the number of cases between rare events.

    Parameters
    ----------
    values : array_like, shape (points,)
        Cases without the event between one event and the next, in order; 0 where two events
        follow each other; NaN is a gap.
    include : array_like of bool, optional
        The points that set the limits; all by default.

    Returns
    -------
    ControlChart
        Of kind ``g``, lower limit 0. ``sigma`` is NaN: the distribution is skewed, so zones
        have no meaning, and rules about runs count from the median, not from the mean drawn.

    Raises
    ------
    ValueError
        If a value is negative or the shapes disagree.

    Notes
    -----
    ``mean ± 3 sqrt(mean (mean + 1))``: Kaminsky, Benneyan, Davis & Burke (1992), Journal of
    Quality Technology 24:63-69; Benneyan (2001), Health Care Management Science 4:305-318.

    Examples
    --------
    >>> chart = g_chart([3, 12, 0, 7, 3])
    >>> float(chart.center[0]), round(float(chart.upper[0]), 3)
    (5.0, 21.432)
    """
    between = counts("values", series("values", values))
    used = points_used(between, include)
    center = mean_known(between[used])
    note, spread = (NO_VARIATION, np.nan) if center == 0 else ("", np.sqrt(center * (center + 1)))
    chart = draw_limits("g", between, used, center, spread, low=0.0, note=note)
    unknown = np.full(between.shape, np.nan)
    return ControlChart(
        "g", between, chart.center, chart.lower, chart.upper, unknown, used, chart.trial, chart.note
    )
