"""A fishbone for a phone: the spine stands, the head is at its top, bones are listed below."""

from typing import TYPE_CHECKING, Any

from csqa.show import canvas
from csqa.show.fishbone_bones import COLUMN_INCHES, Bone, Fish, Rib, wrap, write_title
from csqa.show.palette import BAND_GREY, INK, NEUTRAL_GREY, WORSE_ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

WIDTH, MARGIN = 3.9, 0.12
"""Inches of the picture, and around it."""

LINE, GAP = 0.18, 0.12
"""Inches of a line of text, and between two causes or bones."""

SPINE, BRANCH, RIB = 0.3, 0.52, 0.66
"""Inches from the left: of the spine, of a bone's name, of a cause."""

NAME = 0.3
"""Inches of a bone's name."""

COUNT_INCHES = 1.1
"""Room at the right for cases and share."""


def height_of_narrow(fish: Fish) -> float:
    """Inches that a fish takes."""
    caption = len(_caption(fish)) * LINE
    bones = sum(_height(bone) for bone in fish.bones)
    return 2 * MARGIN + len(_title(fish)) * LINE * 1.2 + GAP + _head_height(fish) + bones + caption


def draw_narrow(ax: "Axes", fish: Fish) -> None:
    """Draw a fish on axes whose units are inches."""
    top = float(ax.get_ylim()[1]) - MARGIN
    write_title(ax, _title(fish), MARGIN, top)
    top = _draw_head(ax, fish, top - len(_title(fish)) * LINE * 1.2 - GAP / 2)
    start = top
    for bone in fish.bones:
        last = top - GAP - NAME / 2
        top = _draw_bone(ax, bone, top - GAP, fish)
    ax.plot([SPINE, SPINE], [start, last], color=INK, linewidth=2.6, zorder=1)
    top -= GAP
    for line in _caption(fish):
        _write(ax, MARGIN, top - LINE / 2, line, NEUTRAL_GREY)
        top -= LINE


def _columns(inches: float) -> int:
    return int(inches / COLUMN_INCHES)


def _title(fish: Fish) -> list[str]:
    return wrap(fish.title, int(_columns(WIDTH - 2 * MARGIN) * 9 / canvas.TITLE_SIZE), 3)


def _caption(fish: Fish) -> list[str]:
    return [line for said in fish.caption for line in wrap(said, _columns(WIDTH - 2 * MARGIN), 2)]


def _head_lines(fish: Fish) -> list[str]:
    unit, metric, value, target, since = fish.head
    wide = _columns(WIDTH - 2 * MARGIN - 0.3)
    return [
        line
        for said in (f"{unit} {metric}", f"{value}  {target}", since)
        for line in wrap(said, wide, 3)
    ]


def _head_height(fish: Fish) -> float:
    return len(_head_lines(fish)) * LINE + 0.16


def _draw_head(ax: "Axes", fish: Fish, top: float) -> float:
    from matplotlib.patches import FancyBboxPatch

    height = _head_height(fish)
    box = FancyBboxPatch(
        (MARGIN + 0.05, top - height + 0.05),
        WIDTH - 2 * MARGIN - 0.1,
        height - 0.1,
        boxstyle="round,pad=0.05,rounding_size=0.08",
        facecolor=BAND_GREY,
        edgecolor=INK,
        linewidth=1.4,
        zorder=3,
    )
    ax.add_patch(box)
    for place, line in enumerate(_head_lines(fish)):
        _write(ax, MARGIN + 0.16, top - 0.08 - (place + 0.5) * LINE, line)
    return top - height


def _name_lines(rib: Rib) -> list[str]:
    return wrap(rib.name, _columns(WIDTH - MARGIN - RIB - COUNT_INCHES))


def _height(bone: Bone) -> float:
    ribs = sum(len(_name_lines(rib)) * LINE + GAP for rib in bone.ribs)
    return GAP + NAME + ribs + (LINE if bone.more else 0.0)


def _draw_bone(ax: "Axes", bone: Bone, top: float, fish: Fish) -> float:
    middle = top - NAME / 2
    width = 2.2 if bone.strongest else 1.5
    ax.plot([SPINE, BRANCH], [middle, middle], color=bone.color, linewidth=width, zorder=2)
    said = f"{bone.name}  {bone.count}" if bone.count else bone.name
    name = _write(ax, BRANCH + 0.06, middle, said, INK if bone.ribs else NEUTRAL_GREY)
    name.set_bbox(
        {
            "boxstyle": "round,pad=0.28",
            "facecolor": "white",
            "edgecolor": WORSE_ORANGE if bone.strongest else bone.color,
            "linewidth": 1.6 if bone.strongest else 1.0,
        }
    )
    top -= NAME
    if not bone.ribs:
        _write(ax, WIDTH - MARGIN, middle, fish.nothing, NEUTRAL_GREY, ha="right")
    for rib in bone.ribs:
        top = _draw_rib(ax, rib, top)
    if bone.more:
        _write(ax, RIB, top - LINE / 2, bone.more, NEUTRAL_GREY)
        top -= LINE
    return top


def _draw_rib(ax: "Axes", rib: Rib, top: float) -> float:
    """Name and count, and a bar below as long as the cause is frequent."""
    lines = _name_lines(rib)
    for place, line in enumerate(lines):
        _write(ax, RIB, top - (place + 0.5) * LINE, line)
    _write(ax, WIDTH - MARGIN, top - LINE / 2, rib.count, ha="right")
    low = top - len(lines) * LINE - 0.035
    end = RIB + (WIDTH - MARGIN - RIB) * rib.weight
    ax.plot([RIB, end], [low, low], color=rib.color, linewidth=3, solid_capstyle="butt", zorder=2)
    return low - GAP + 0.035


def _write(ax: "Axes", x: float, y: float, said: str, color: str = INK, **how: Any) -> "Text":
    style: dict[str, Any] = {
        "ha": "left",
        "va": "center",
        "fontsize": canvas.TEXT_SIZE,
        "zorder": 4,
    } | how
    return ax.text(x, y, said, color=color, **style)
