"""Sparklines: a metric's last months as a small picture, without axes, without script.

The picture is an SVG inside an image: browsers run nothing in it and load nothing for it, and
the page's allow-list stays as it is.
"""

import base64
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, Mark, face_color

WIDTH, HEIGHT = 180, 44
"""Pixels as drawn; the page may scale it."""

AROUND = 5.0
"""Pixels left free around the line, for the last mark."""

REACH = 4.0
"""Pixels from the middle of the last mark to its edge."""

_SHAPES = {
    "^": ((0, -1), (1, 0.8), (-1, 0.8)),
    "v": ((0, 1), (1, -0.8), (-1, -0.8)),
}
"""Corners of marks that are not round."""


@dataclass(frozen=True)
class Spark:
    """What to draw: one value per month, NaN where there is none."""

    values: Sequence[float]
    limits: Sequence[Sequence[float]]
    """Targets, each with one value per month; of a range both ends."""
    hollow: Sequence[bool]
    """Months that cannot be judged: partial, or with too few records."""
    mark: Mark
    """How the last month is drawn."""


def draw_spark(spark: Spark, alt: str) -> str:
    """Draw a sparkline as an image of a page.

    Parameters
    ----------
    spark : Spark
        In any unit: the picture has no scale.
    alt : str
        What it shows, for those who cannot see it.

    Returns
    -------
    str
        HTML, one ``figure``; "" where there is no value at all.

    Examples
    --------
    >>> from csqa.show.palette import PLAIN
    >>> html = draw_spark(Spark([0.8, 0.9], [[0.85, 0.85]], [False, False], PLAIN), "up")
    >>> html[:43], "script" in spark_svg(Spark([0.8], [], [False], PLAIN))
    ('<figure class="spark"><img alt="up" width="', False)
    """
    if all(map(math.isnan, spark.values)):
        return ""
    data = base64.b64encode(spark_svg(spark).encode()).decode()
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    source = f"data:image/svg+xml;base64,{data}"
    return f'<figure class="spark"><img alt="{escape(alt)}" {size} src="{source}"></figure>'


def spark_svg(spark: Spark) -> str:
    """Draw a sparkline as SVG: numbers of ours only, no text."""
    frame = _Frame(spark)
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    shapes = "".join([*_limits(frame), *_line(frame), *_dots(frame)])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{shapes}</svg>'


class _Frame:
    """Where months and values lie in the picture."""

    def __init__(self, spark: Spark) -> None:
        self.spark = spark
        flat = [*spark.values, *(value for limit in spark.limits for value in limit)]
        known = [value for value in flat if not math.isnan(value)]
        self.low, self.high = min(known), max(known)
        self.step = (WIDTH - 2 * AROUND) / max(len(spark.values) - 1, 1)

    def x(self, place: float) -> float:
        """Pixels from the left; one month alone stands at the right, where the last one is."""
        if len(self.spark.values) == 1:
            return WIDTH - AROUND
        return AROUND + place * self.step

    def y(self, value: float) -> float:
        """Pixels from the top; in the middle where nothing differs."""
        if self.high == self.low:
            return HEIGHT / 2
        return AROUND + (self.high - value) / (self.high - self.low) * (HEIGHT - 2 * AROUND)

    def points(self, run: Iterable[int], values: Sequence[float]) -> str:
        """Corners of a line over some months."""
        return " ".join(f"{self.x(place):.1f},{self.y(values[place]):.1f}" for place in run)


def _runs(values: Sequence[float]) -> Iterator[list[int]]:
    """Months in a row that have a value."""
    run: list[int] = []
    for place, value in enumerate(values):
        if not math.isnan(value):
            run.append(place)
            continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _limits(frame: _Frame) -> Iterator[str]:
    """Targets as dashed steps: each month's own, half a month to both sides."""
    for limit in frame.spark.limits:
        for run in _runs(limit):
            corners = []
            for place in run:
                left, right = (min(max(frame.x(place + side), 0), WIDTH) for side in (-0.5, 0.5))
                y = frame.y(limit[place])
                corners += [f"{left:.1f},{y:.1f}", f"{right:.1f},{y:.1f}"]
            yield _polyline(" ".join(corners), NEUTRAL_GREY, 'stroke-dasharray="4 3" ')


def _line(frame: _Frame) -> Iterator[str]:
    for run in _runs(frame.spark.values):
        yield _polyline(frame.points(run, frame.spark.values), INK, 'stroke-width="1.6" ')


def _polyline(points: str, color: str, style: str) -> str:
    return f'<polyline points="{points}" fill="none" stroke="{color}" {style}/>'


def _dots(frame: _Frame) -> Iterator[str]:
    """Months that the line does not show: alone between gaps, or hollow; the last one's mark."""
    values, last = frame.spark.values, len(frame.spark.values) - 1
    alone = {run[0] for run in _runs(values) if len(run) == 1}
    for place, value in enumerate(values):
        if math.isnan(value) or place == last:
            continue
        if frame.spark.hollow[place]:
            yield _circle(frame, place, 2.0, FAINT_GREY, "white")
        elif place in alone:
            yield _circle(frame, place, 1.6, INK, INK)
    if not math.isnan(values[last]):
        yield _last_mark(frame, last)


def _circle(frame: _Frame, place: int, radius: float, edge: str, fill: str) -> str:
    x, y = frame.x(place), frame.y(frame.spark.values[place])
    look = f'fill="{fill}" stroke="{edge}" stroke-width="1.2"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" {look}/>'


def _last_mark(frame: _Frame, place: int) -> str:
    mark = frame.spark.mark
    corners = _SHAPES.get(mark.marker)
    if not corners:
        return _circle(frame, place, REACH - 0.8, mark.color, face_color(mark))
    x, y = frame.x(place), frame.y(frame.spark.values[place])
    points = " ".join(f"{x + REACH * right:.1f},{y + REACH * down:.1f}" for right, down in corners)
    return f'<polygon points="{points}" fill="{face_color(mark)}" stroke="{mark.color}"/>'
