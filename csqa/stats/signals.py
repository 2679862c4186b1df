"""Signals on a control chart: which rule fired at which point, and on which side.

A rule set is chosen by name. The sets differ in length of runs, in the window rules, and in what
a tie does:

============  =================================================================================
``mdc-2023``  NHS England, Making Data Count: beyond limits; trend of 7; 2 of 3 beyond 2 sigma
              with all three on one side; 7 on one side. A tie neither adds nor breaks.
``nhsr-0.2``  NHSRplotthedots 0.2: the same, but a tie breaks, and 2 of 3 counts only points
              between 2 sigma and the limit.
``wheeler``   Wheeler 1993: beyond limits; 3 of 4 nearer to a limit than to the centre; 8 on one
              side.
``weco``      Western Electric 1956: beyond limits; 2 of 3 beyond 2 sigma; 4 of 5 beyond 1 sigma;
              8 on one side.
``anhoej``    Anhoej & Olesen 2014, as in qicharts2: beyond limits; an unusually long run;
              unusually few crossings.
============  =================================================================================

In every set limits are strict, and a gap ends runs, trends and windows; so does a recalculation
of the limits (:func:`csqa.stats.rebase`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from csqa.stats._arrays import SAME, mask
from csqa.stats.chart import ControlChart, split
from csqa.stats.runs import RUN_POINTS, crossings_limit, longest_run_limit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

SKEWED: Final = ("g", "mr")  # kinds of chart whose centre line is the mean of a skewed distribution

Hits: TypeAlias = Iterator[tuple[int, int]]
Rule: TypeAlias = Callable[[ControlChart, "FloatArray"], Hits]


@dataclass(frozen=True, order=True, slots=True)
class Signal:
    """One rule that fired at one point.

    Attributes
    ----------
    point : int
        Position in the chart, from 0.
    rule : str
        ``beyond_limits``, ``trend``, ``two_of_three``, ``three_of_four``, ``four_of_five``,
        ``run``, ``long_run`` or ``few_crossings``.
    side : int
        1 high or rising, -1 low or falling, 0 for ``few_crossings``, which has no side and is
        reported at the last useful point.
    """

    point: int
    rule: str
    side: int


def apply_rules(
    chart: ControlChart, rules: str = "mdc-2023", *, judged: ArrayLike | None = None
) -> list[Signal]:
    """Every rule that fired, point by point.

    Parameters
    ----------
    chart : ControlChart
        Points, centre and limits. Without limits only runs and trends can fire.
    rules : str
        ``mdc-2023``, ``nhsr-0.2``, ``wheeler``, ``weco`` or ``anhoej``; see the module.
    judged : array_like of bool, optional
        The points to judge; a point left out is a gap. By default ``chart.judged``, else the
        points that set the limits: a baseline frozen by ``include`` passes all its complete
        months.

    Returns
    -------
    list of Signal
        In order of points, then of the rules of the set. A run or trend marks all its points,
        a window rule those beyond its line. One point may carry opposite sides.

    Raises
    ------
    ValueError
        If ``rules`` is unknown or ``judged`` is not one flag per point.

    Notes
    -----
    Each set is that of its source, which the module names; ties and gaps as said there. Wheeler
    (1993), Understanding Variation; Anhoej & Olesen (2014), PLoS ONE 9:e113825.

    Examples
    --------
    >>> from csqa.stats.control import xmr
    >>> apply_rules(xmr([5, 7, 5, 7, 15, 5, 7, 5, 7, 8, 7, 8, 5]))
    [Signal(point=4, rule='beyond_limits', side=1)]
    """
    if rules not in RULE_SETS:
        allowed = ", ".join(repr(name) for name in RULE_SETS)
        message = f"`rules` must be one of {allowed}; not {rules!r}."
        raise ValueError(message)
    flags = chart.included if chart.judged is None else chart.judged
    if judged is not None:
        flags = mask("judged", judged, chart.values.size)
    points = np.where(flags, chart.values, np.nan)
    fired = [
        (start + point, rank, Signal(start + point, name, side))
        for start, part in split(chart)
        for rank, (name, rule) in enumerate(RULE_SETS[rules].items())
        for point, side in rule(part, points[start : start + part.values.size])
    ]
    return [signal for _, _, signal in sorted(fired)]


def rules_by_point(signals: Sequence[Signal], length: int) -> list[tuple[str, ...]]:
    """Names of the rules that fired at each of ``length`` points, in the order given.

    Parameters
    ----------
    signals : sequence of Signal
        What :func:`apply_rules` found.
    length : int
        Points of the chart.

    Returns
    -------
    list of tuple of str

    Examples
    --------
    >>> rules_by_point([Signal(1, "trend", 1), Signal(1, "run", 1)], 3)
    [(), ('trend', 'run'), ()]
    """
    return [
        tuple(dict.fromkeys(signal.rule for signal in signals if signal.point == point))
        for point in range(length)
    ]


def _beyond_limits(chart: ControlChart, points: FloatArray) -> Hits:
    width = chart.upper > chart.lower
    high = width & (_sides(points, chart.upper) > 0)
    low = width & (_sides(points, chart.lower) < 0)
    yield from ((int(point), 1) for point in np.flatnonzero(high))
    yield from ((int(point), -1) for point in np.flatnonzero(low))


def _window(
    chart: ControlChart,
    points: FloatArray,
    *,
    need: int,
    of: int,
    width: float,
    one_side: bool = False,
    within_limits: bool = False,
) -> Hits:
    sides = _sides(points, chart.center)
    for side, limit in ((1, chart.upper), (-1, chart.lower)):
        line = chart.center + side * width * chart.sigma
        far = (side * _sides(points, line) > 0) & (chart.sigma > 0)
        if within_limits:
            far &= side * _sides(points, limit) <= 0
        hit: set[int] = set()
        for start in range(points.size - of + 1):
            window = slice(start, start + of)
            whole = not np.isnan(points[window]).any()
            agreed = bool((sides[window] == side).all()) or not one_side
            if whole and agreed and far[window].sum() >= need:
                hit.update(start + np.flatnonzero(far[window]))
        yield from ((int(point), side) for point in sorted(hit))


def _run(chart: ControlChart, points: FloatArray, *, length: int, ties_break: bool = False) -> Hits:
    for side, members in _runs(_sides(points, _run_line(chart)), ties_break=ties_break):
        if len(members) >= length:
            yield from ((point, side) for point in members)


def _trend(
    _chart: ControlChart, points: FloatArray, *, length: int, ties_break: bool = False
) -> Hits:
    steps = np.full(points.shape, np.nan)
    steps[1:] = _sides(points[1:], points[:-1], scale=_scale(points))
    for side, members in _runs(steps, ties_break=ties_break):
        if len(members) >= length - 1:
            yield from ((point, side) for point in range(members[0] - 1, members[-1] + 1))


def _long_run(chart: ControlChart, points: FloatArray) -> Hits:
    runs = list(_runs(_sides(points, _run_line(chart)), ties_break=False))
    useful = sum(len(members) for _, members in runs)
    for side, members in runs:
        if useful >= RUN_POINTS and len(members) > longest_run_limit(useful):
            yield from ((point, side) for point in members)


def _few_crossings(chart: ControlChart, points: FloatArray) -> Hits:
    sides = _sides(points, _run_line(chart))
    stretches = [[i for i in stretch if sides[i] != 0] for stretch in _stretches(sides)]
    useful = [i for stretch in stretches for i in stretch]
    # Nobody knows whether the line was crossed in a gap, so a gap is no chance to cross it.
    chances = [pair for stretch in stretches for pair in pairwise(stretch)]
    crossings = sum(sides[a] != sides[b] for a, b in chances)
    if len(useful) >= RUN_POINTS and crossings < crossings_limit(len(chances) + 1):
        yield useful[-1], 0


def _run_line(chart: ControlChart) -> FloatArray:
    """Line that half of the points lie above: of skewed points the median, not the mean."""
    if chart.kind not in SKEWED or not chart.included.any():
        return chart.center
    return np.full(chart.values.shape, np.median(chart.values[chart.included]))


def _runs(sides: FloatArray, *, ties_break: bool) -> Iterator[tuple[int, list[int]]]:
    for stretch in _stretches(sides):
        counted = stretch if ties_break else [i for i in stretch if sides[i] != 0]
        for side, members in groupby(counted, key=lambda i: int(sides[i])):
            if side:
                yield side, list(members)


def _stretches(sides: FloatArray) -> Iterator[list[int]]:
    for gap, members in groupby(range(sides.size), key=lambda i: bool(np.isnan(sides[i]))):
        if not gap:
            yield list(members)


def _scale(points: FloatArray) -> float:
    return float(np.nanmax(np.abs(points), initial=0))


def _sides(points: FloatArray, line: FloatArray, scale: float | None = None) -> FloatArray:
    distance = points - line
    # A mean of equal values can miss them by one rounding; that is still on the line.
    tie = np.abs(distance) <= SAME * (_scale(points) if scale is None else scale)
    return np.where(tie, 0.0, np.sign(distance))


_MDC_WINDOW = partial(_window, need=2, of=3, width=2, one_side=True)
RULE_SETS: Final[Mapping[str, Mapping[str, Rule]]] = MappingProxyType(
    {
        "mdc-2023": {
            "beyond_limits": _beyond_limits,
            "trend": partial(_trend, length=7),
            "two_of_three": _MDC_WINDOW,
            "run": partial(_run, length=7),
        },
        "nhsr-0.2": {
            "beyond_limits": _beyond_limits,
            "trend": partial(_trend, length=7, ties_break=True),
            "two_of_three": partial(_MDC_WINDOW, within_limits=True),
            "run": partial(_run, length=7, ties_break=True),
        },
        "wheeler": {
            "beyond_limits": _beyond_limits,
            "three_of_four": partial(_window, need=3, of=4, width=1.5),
            "run": partial(_run, length=8),
        },
        "weco": {
            "beyond_limits": _beyond_limits,
            "two_of_three": partial(_window, need=2, of=3, width=2),
            "four_of_five": partial(_window, need=4, of=5, width=1),
            "run": partial(_run, length=8),
        },
        "anhoej": {
            "beyond_limits": _beyond_limits,
            "long_run": _long_run,
            "few_crossings": _few_crossings,
        },
    }
)
