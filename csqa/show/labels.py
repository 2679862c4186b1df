"""Names beside the points of a chart, none over another and none outside the axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from csqa.show import canvas
from csqa.show.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

BESIDE = (
    (7, 0, "left", "center"),
    (-7, 0, "right", "center"),
    (0, 7, "center", "bottom"),
    (0, -7, "center", "top"),
    (6, 6, "left", "bottom"),
    (6, -6, "left", "top"),
    (-6, 6, "right", "bottom"),
    (-6, -6, "right", "top"),
)
"""Where a name may stand: points from its own point, and which side of the text is there."""

MARK = 4.0
"""Points around a mark that no name may cover."""


@dataclass(frozen=True)
class Label:
    """A name, the point it belongs to, and the colour of that point."""

    text: str
    point: tuple[float, float]
    color: str


def put_labels(
    ax: "Axes",
    labels: Sequence[Label],
    points: Sequence[tuple[float, float]],
    *,
    more: str,
) -> None:
    """Write names beside their points, as many as there is room for.

    Parameters
    ----------
    ax : Axes
        Complete but for the names: they change neither its size nor its bounds.
    labels : sequence of Label
        The most important first: it is served first.
    points : sequence of (float, float)
        All points drawn; their marks stay visible.
    more : str
        Written in a corner if some names have no room; ``{}`` is how many.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = canvas.open_axes(None, "zh")
    >>> names = [Label(f"K{number}", (0.5, 0.5), "black") for number in range(20)]
    >>> put_labels(ax, names, [(0.5, 0.5)], more="{} more")
    >>> [text.get_text() for text in ax.texts]
    ['12 more', 'K0', 'K1', 'K2', 'K3', 'K4', 'K5', 'K6', 'K7']
    >>> plt.close(ax.figure)
    """
    if not labels:
        return
    canvas.figure_of(ax).draw_without_rendering()  # only now is the size of the axes known
    marks = [_around(ax, point) for point in points]
    taken: list[Bbox] = []
    left = [label for label in labels if not _place(ax, label, marks, taken)]
    if not left:
        return
    for text in list(ax.texts):
        text.remove()
    note = _write_more(ax, more.format(len(left)), marks)
    taken = [note.get_window_extent()]
    left = [label for label in labels if not _place(ax, label, marks, taken)]
    note.set_text(more.format(len(left)))


def _around(ax: "Axes", point: tuple[float, float]) -> "Bbox":
    from matplotlib.transforms import Bbox

    x, y = ax.transData.transform(point)
    reach = MARK * canvas.figure_of(ax).dpi / 72
    return Bbox.from_extents(x - reach, y - reach, x + reach, y + reach)


def _place(ax: "Axes", label: Label, marks: "Sequence[Bbox]", taken: "list[Bbox]") -> bool:
    """Write a name where it is free; say whether there was room."""
    room = ax.get_window_extent()
    for place in BESIDE:
        text = _write(ax, label, *place)
        box = text.get_window_extent()
        inside = room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0 <= box.y1 <= room.y1
        if inside and box.count_overlaps([*marks, *taken]) == 0:
            taken.append(box)
            return True
        text.remove()
    return False


def _write(
    ax: "Axes", label: Label, right: float, up: float, side: Any, height: Any
) -> "Annotation":
    text = ax.annotate(
        label.text,
        label.point,
        xytext=(right, up),
        textcoords="offset points",
        ha=side,
        va=height,
        fontsize=canvas.TEXT_SIZE,
        color=label.color,
        zorder=5,
    )
    text.set_in_layout(False)
    return text


def _write_more(ax: "Axes", text: str, marks: "Sequence[Bbox]") -> "Annotation":
    """Write how many names are left out, in the corner with the fewest marks."""
    note = _corner(ax, text, 1, 1)
    for right, top in ((0, 1), (1, 0), (0, 0)):
        other = _corner(ax, text, right, top)
        boxes = other.get_window_extent(), note.get_window_extent()
        fewer = boxes[0].count_overlaps(marks) < boxes[1].count_overlaps(marks)
        (note if fewer else other).remove()
        note = other if fewer else note
    return note


def _corner(ax: "Axes", text: str, right: int, top: int) -> "Annotation":
    note = ax.annotate(
        text,
        (right, top),
        xycoords="axes fraction",
        xytext=(4 - 8 * right, 4 - 8 * top),
        textcoords="offset points",
        ha="right" if right else "left",
        va="top" if top else "bottom",
        fontsize=canvas.TEXT_SIZE,
        color=INK,
    )
    note.set_in_layout(False)
    return note
