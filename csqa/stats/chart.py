"""What a control chart is: a series, its centre line, its limits, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import mask

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import BoolArray, FloatArray, IntArray

MIN_POINTS: Final = 5  # ours: below, a table says more than limits
FULL_POINTS: Final = 13  # Making Data Count (NHS England 2023): below, limits are on trial

TOO_FEW_POINTS: Final = "too_few_points"
NO_VARIATION: Final = "no_variation"


@dataclass(frozen=True, eq=False, slots=True)
class ControlChart:
    """A series with its centre line and limits, one element per point.

    Attributes
    ----------
    kind : str
        ``xmr``, ``mr``, ``p``, ``p_prime``, ``u``, ``u_prime``, ``c``, ``g``, ``t`` or ``run``.
    values, center, lower, upper : ndarray of float
        The points, the centre line and the three-sigma limits; NaN where there is none.
    sigma : ndarray of float
        One-sigma distance from the centre; NaN where zones have no meaning.
    included : ndarray of bool
        The points that set the limits.
    trial : bool
        Limits rest on 5 to 12 points.
    note : str
        ``""``; ``too_few_points``: no limits; ``no_variation``: all points agree, so limits
        have no width (``xmr``, ``t``) or cannot be had (``p``, ``u``, ``c``, ``g``).
    segment : ndarray of int, optional
        Number of the stretch each point belongs to, from 0, where limits were recalculated
        (:func:`csqa.stats.rebase`); ``trial`` and ``note`` are then those of the last.
    judged : ndarray of bool, optional
        The points that rules judge; by default those ``included``.
    """

    kind: str
    values: FloatArray
    center: FloatArray
    lower: FloatArray
    upper: FloatArray
    sigma: FloatArray
    included: BoolArray
    trial: bool
    note: str
    segment: IntArray | None = None
    judged: BoolArray | None = None


def split(chart: ControlChart) -> list[tuple[int, ControlChart]]:
    """Each segment as a chart of its own, with the position of its first point."""
    if chart.segment is None:
        return [(0, chart)]
    starts = np.flatnonzero(np.diff(chart.segment, prepend=-1))
    ends = [*starts[1:], chart.segment.size]
    return [
        (int(start), _cut(chart, slice(start, end)))
        for start, end in zip(starts, ends, strict=True)
    ]


def _cut(chart: ControlChart, span: slice) -> ControlChart:
    per_point = ("values", "center", "lower", "upper", "sigma", "included")
    parts = {name: getattr(chart, name)[span] for name in per_point}
    judged = None if chart.judged is None else chart.judged[span]
    return replace(chart, **parts, segment=None, judged=judged)


def points_used(points: FloatArray, include: ArrayLike | None) -> BoolArray:
    """Flag the points that set the limits: present, and included."""
    return ~np.isnan(points) & mask("include", include, points.size)


def mean_known(values: FloatArray) -> float:
    """Mean of the values that are not NaN; NaN where there is none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan


def draw_limits(
    kind: str,
    points: FloatArray,
    used: BoolArray,
    center: float,
    sigma: FloatArray | float,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    note: str = "",
) -> ControlChart:
    """Put limits three ``sigma`` from the centre, inside ``low`` and ``high``.

    Fewer than five points get none, whatever ``sigma`` says.
    """
    known = int(used.sum())
    if known < MIN_POINTS:
        sigma, note = np.nan, TOO_FEW_POINTS
    middle, spread = np.full(points.shape, center), np.full(points.shape, sigma)
    lower, upper = np.maximum(middle - 3 * spread, low), np.minimum(middle + 3 * spread, high)
    trial = note == "" and known < FULL_POINTS
    return ControlChart(kind, points, middle, lower, upper, spread, used, trial, note)
