"""Edges of a flow picture: lanes in which none lies over another, arrows as thick as frequent."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa.frames import records
from csqa.show import canvas
from csqa.show.palette import INK, NEUTRAL_GREY, WORSE_ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

BOX_LENGTH, BOX_DEPTH = 0.66, 0.9
"""Of a node, along the way and across it; nodes stand one unit apart."""
LANE = 0.2
"""Between edges that run beside each other outside of the nodes."""
THINNEST, THICKEST = 0.8, 7.0
"""Points, of the rarest edge and of one that holds all steps."""


def give_lanes(edges: pd.DataFrame) -> tuple[pd.DataFrame, tuple[float, float]]:
    """How far out each edge runs (back: negative), and how far they all do on either side.

    One to the next node runs straight; others that would lie over each other get lanes.
    """
    taken: dict[int, list[tuple[int, int, int]]] = {1: [], -1: []}
    far = []
    span = (edges["to"] - edges["from"]).abs()
    for edge in records(edges.assign(span=span).sort_values(["span", "from"])):
        low, high = sorted((edge["from"], edge["to"]))
        side = 1 if edge["to"] > edge["from"] else -1
        lane = 0
        while any(at == lane and low < end and start < high for start, end, at in taken[side]):
            lane += 1
        straight = edge["to"] == edge["from"] + 1
        if not straight:
            taken[side].append((low, high, lane))
        out = side * (BOX_DEPTH / 2 + LANE * (lane + 1))
        far.append({**edge, "far": 0.0 if straight else out})
    lanes = [max((at + 1 for _, _, at in taken[side]), default=0) for side in (1, -1)]
    reach = [BOX_DEPTH / 2 + LANE * (count + 0.5 * (count > 0)) for count in lanes]
    return pd.DataFrame(far, columns=[*edges.columns, "span", "far"]), (reach[0], reach[1])


def draw_edge(ax: "Axes", edge: dict[str, Any], vertical: bool) -> None:
    """Draw an edge of :func:`give_lanes`, and write its count beside it."""
    from matplotlib.patches import FancyArrowPatch

    width = THINNEST + (THICKEST - THINNEST) * float(edge["share"])
    arrow = FancyArrowPatch(
        path=_path(edge, vertical),
        arrowstyle=f"-|>,head_length={2.2 + width / 2:.1f},head_width={1.4 + width / 3:.1f}",
        linewidth=width,
        color=WORSE_ORANGE if edge["far"] < 0 else NEUTRAL_GREY,
        alpha=0.85,
        mutation_scale=1.6,
        zorder=2,
        shrinkA=0,
        shrinkB=0,
    )
    ax.add_patch(arrow)
    straight = not edge["far"]
    ax.annotate(
        f"{edge['count']:,}",
        turn(((edge["from"] + edge["to"]) / 2, edge["far"]), vertical),
        xytext=((18, 0) if vertical else (0, 6 + width / 2)) if straight else (0, 0),
        textcoords="offset points",
        ha="center",
        va="center" if vertical or not straight else "bottom",
        fontsize=canvas.TEXT_SIZE,
        color=INK,
        zorder=5,
        gid="edge",
        bbox=None if straight else {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"},
    )


def _path(edge: dict[str, Any], vertical: bool) -> "Path":
    """Straight to the next node, else out of one side, along, and in again."""
    from matplotlib.path import Path

    start, end, far = edge["from"], edge["to"], edge["far"]
    if not far:
        half = BOX_LENGTH / 2
        ends = [turn((start + half, 0.0), vertical), turn((end - half, 0.0), vertical)]
        return Path(ends, [Path.MOVETO, Path.LINETO])
    forth, side = (1 if end > start else -1), BOX_DEPTH / 2 * (1 if far > 0 else -1)
    lean = 0.14 * forth
    a, b = start + lean, end - lean
    points = [(a, side), (a, far), (a + lean, far), (b - lean, far), (b, far), (b, side)]
    codes = [Path.MOVETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([turn(point, vertical) for point in points], codes)


def turn(point: tuple[float, float], vertical: bool) -> tuple[float, float]:
    """From (along, across) to the picture's own: down and to the right, or right and up."""
    along, across = point
    return (across, -along) if vertical else (along, across)
