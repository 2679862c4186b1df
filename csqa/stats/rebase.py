"""One control chart with new limits from given points on, or limits frozen after a first stretch.

Limits are recalculated only where it is known that, and why, the process changed: a new system,
a new team, a new definition. To do it because points lie outside is to explain signals away.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csqa.stats._arrays import mask
from csqa.stats.chart import ControlChart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from csqa.stats._arrays import BoolArray, FloatArray

MIN_BASELINE: Final = 12  # NHSRplotthedots, Making Data Count: fewest points to freeze limits on


def rebase(
    chart: Callable[..., ControlChart],
    *series: ArrayLike,
    at: int | Sequence[int] = (),
    fix_after_n: int | None = None,
    include: ArrayLike | None = None,
    **options: Any,
) -> ControlChart:
    """Draw a chart in segments, each with limits of its own.

    Parameters
    ----------
    chart : callable
        :func:`xmr`, :func:`p_chart`, :func:`u_chart`, :func:`c_chart`, :func:`run_chart` …
    *series : array_like
        What ``chart`` takes: ``values``, or ``x`` and ``n``.
    at : int or sequence of int
        Positions, from 0, of the first point of each new segment.
    fix_after_n : int, optional
        Each segment's limits rest on its first so many complete points, at least 12, and stay
        as they are from then on.
    include : array_like of bool, optional
        The complete points; all by default.
    **options
        Further options of ``chart``, such as ``laney``.

    Returns
    -------
    ControlChart
        ``segment`` numbers the segments; ``included`` are the points that set limits,
        ``judged`` all complete ones; ``kind``, ``trial`` and ``note`` are those of the last
        segment, which is in force now. No run, trend or window of :func:`apply_rules`, and no
        moving range, crosses from one segment into the next.

    Raises
    ------
    ValueError
        If ``at`` is not increasing inside the series or ``fix_after_n`` is below 12.

    Notes
    -----
    NHS England (2023), Making Data Count; ``rebase`` and ``fix_after_n_points`` of NHSRplotthedots.

    Examples
    --------
    >>> from csqa.stats.control import xmr
    >>> chart = rebase(xmr, [5, 7, 5, 7, 5, 7, 15, 17, 15, 17, 15], at=[6])
    >>> chart.center.tolist(), chart.trial
    ([6.0, 6.0, 6.0, 6.0, 6.0, 6.0, 15.8, 15.8, 15.8, 15.8, 15.8], True)
    """
    length = np.size(series[0])
    edges = [0, *np.atleast_1d(at).tolist(), length]
    if length and any(later <= earlier for earlier, later in pairwise(edges)):
        message = f"`at` must increase and lie between 1 and {length - 1}; not {edges[1:-1]}."
        raise ValueError(message)
    if fix_after_n is not None and fix_after_n < MIN_BASELINE:
        message = f"`fix_after_n` must be at least {MIN_BASELINE}; not {fix_after_n}."
        raise ValueError(message)
    flags = mask("include", include, length)
    segments = []
    for span in (slice(*pair) for pair in pairwise(edges)):
        parts = [_part(values, span) for values in series]
        segments.append(_segment(chart, parts, flags[span], fix_after_n, options))
    return _joined(segments)


def _part(values: ArrayLike, span: slice) -> ArrayLike:
    return np.asanyarray(values)[span] if np.ndim(values) else values


def _segment(
    chart: Callable[..., ControlChart],
    series: list[ArrayLike],
    flags: BoolArray,
    fix_after_n: int | None,
    options: dict[str, Any],
) -> tuple[ControlChart, BoolArray]:
    """Draw one segment, and say which of its points are complete."""
    drawn = chart(*series, include=flags, **options)
    if fix_after_n is None:
        return drawn, drawn.included
    baseline = drawn.included & (np.cumsum(drawn.included) <= fix_after_n)
    return chart(*series, include=baseline, **options), drawn.included


def _joined(segments: list[tuple[ControlChart, BoolArray]]) -> ControlChart:
    charts, judged = zip(*segments, strict=True)
    last: ControlChart = charts[-1]

    def joined(name: str) -> FloatArray:
        return np.concatenate([getattr(part, name) for part in charts])

    numbers = [np.full(part.values.shape, number) for number, part in enumerate(charts)]
    return ControlChart(
        kind=last.kind,
        values=joined("values"),
        center=joined("center"),
        lower=joined("lower"),
        upper=joined("upper"),
        sigma=joined("sigma"),
        included=np.concatenate([part.included for part in charts]),
        trial=last.trial,
        note=last.note,
        segment=np.concatenate(numbers),
        judged=np.concatenate(judged),
    )
