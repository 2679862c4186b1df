"""A fishbone across a page: the spine lies, the head is at its right."""

from typing import TYPE_CHECKING, Any

from csqa.show import canvas
from csqa.show.fishbone_bones import COLUMN_INCHES, Bone, Fish, Rib, wrap, write_title
from csqa.show.palette import BAND_GREY, FAINT_GREY, INK, NEUTRAL_GREY, WORSE_ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

MARGIN, HEAD = 0.1, 1.34
"""Inches around, and of the head's width."""

LINE, GAP = 0.155, 0.1
"""Inches of a line of text, and between two causes."""

SLANT, LEAN = 0.42, 0.2
"""Inches that a bone leans at most from the spine to its name, and per inch."""

TITLE, CAPTION, NAME, SPACE = 0.2, 0.12, 0.3, 0.2
"""Inches of a title line, around the caption, of a bone's name, from spine to first cause."""


def height_of_wide(fish: Fish) -> float:
    """Inches that a fish takes."""
    upper, lower = _halves(fish.bones)
    room = _room(fish.bones)
    texts = len(_title(fish)) * TITLE + 0.14 + _foot(fish)
    return texts + sum(_depth(half, room, fish) for half in (upper, lower)) + 2 * NAME


def draw_wide(ax: "Axes", fish: Fish) -> None:
    """Draw a fish on axes whose units are inches."""
    upper, lower = _halves(fish.bones)
    room = _room(fish.bones)
    pitch = room + 0.12
    spine = _foot(fish) + NAME + _depth(lower, room, fish)
    right = canvas.WIDTH - MARGIN - HEAD
    ax.plot([MARGIN, right], [spine, spine], color=INK, linewidth=2.6, solid_capstyle="round")
    tail = (spine + 0.1, spine, spine - 0.1)
    ax.plot([MARGIN, MARGIN + 0.12, MARGIN], tail, color=INK, linewidth=1.6)
    _draw_head(ax, fish, right, spine)
    for bones, up in ((upper, 1), (lower, -1)):
        depth = _depth(bones, room, fish)
        first = right - pitch * (len(bones) - 1) - 0.12
        for place, bone in enumerate(bones):
            _draw_bone(ax, bone, first + pitch * place, spine, up * depth, room, fish)
    _draw_texts(ax, fish)


def _halves(bones: list[Bone]) -> tuple[list[Bone], list[Bone]]:
    middle = (len(bones) + 1) // 2
    return bones[:middle], bones[middle:]


def _room(bones: list[Bone]) -> float:
    """Inches for the text of a cause: the distance of two bones, less a gap."""
    columns = (len(bones) + 1) // 2
    return (canvas.WIDTH - 2 * MARGIN - HEAD - SLANT - 0.1) / columns - 0.12


def _columns(room: float) -> int:
    return max(int(room / COLUMN_INCHES), 6)


def _lines_of(rib: Rib, room: float) -> list[str]:
    """Name and count: on one line if there is room."""
    return [*wrap(rib.name, _columns(room)), rib.count]


def _needs(bone: Bone, room: float) -> float:
    if not bone.ribs:
        return SPACE + LINE
    ribs = sum(len(_lines_of(rib, room)) * LINE + GAP for rib in bone.ribs)
    return SPACE + ribs + (LINE + GAP if bone.more else 0.0)


def _depth(bones: list[Bone], room: float, fish: Fish) -> float:
    """Inches from the spine to the names, the same for one side; names clear the head."""
    head = len(_head_lines(fish)) * LINE / 2 + 0.1
    return max([head, *(_needs(bone, room) for bone in bones)]) + 0.06


def _head_lines(fish: Fish) -> list[str]:
    unit, metric, value, target, since = fish.head
    wide = _columns(HEAD - 0.14)
    return [*wrap(unit, wide), *wrap(metric, wide, 3), value, *wrap(target, wide), since]


def _draw_head(ax: "Axes", fish: Fish, left: float, spine: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    lines = _head_lines(fish)
    height = len(lines) * LINE + 0.2
    box = FancyBboxPatch(
        (left + 0.06, spine - height / 2 + 0.06),
        HEAD - 0.12,
        height - 0.12,
        boxstyle="round,pad=0.06,rounding_size=0.08",
        facecolor=BAND_GREY,
        edgecolor=INK,
        linewidth=1.4,
        zorder=3,
    )
    ax.add_patch(box)
    top = spine + height / 2 - 0.1 - LINE / 2
    for place, line in enumerate(lines):
        _write(ax, left + HEAD / 2, top - place * LINE, line, ha="center", va="center")


def _draw_bone(
    ax: "Axes", bone: Bone, joint: float, spine: float, depth: float, room: float, fish: Fish
) -> None:
    up = 1 if depth > 0 else -1
    end = (_on_bone(joint, depth, depth), spine + depth)
    width = 2.2 if bone.strongest else 1.5
    ax.plot([joint, end[0]], [spine, end[1]], color=bone.color, linewidth=width, zorder=1)
    _draw_name(ax, bone, end, up)
    at = spine + up * (abs(depth) - 0.06)
    if not bone.ribs:
        place = spine + depth / 2
        x = _on_bone(joint, depth, place - spine)
        _write(ax, x - 0.08, place, fish.nothing, NEUTRAL_GREY, ha="right", va="center")
        return
    # From the name towards the spine on both sides: the most frequent is nearest to the name.
    for rib in bone.ribs:
        lines = _lines_of(rib, room)
        tall = len(lines) * LINE
        top = at if up > 0 else at + tall + GAP
        low = top - tall - 0.03
        _draw_rib(ax, rib, lines, top, low, joint, spine, depth, room)
        at -= up * (tall + GAP)
    if bone.more:
        middle = at - up * (LINE / 2 + 0.02)
        x = _on_bone(joint, depth, middle - spine)
        _write(ax, x - 0.08, middle, bone.more, NEUTRAL_GREY, ha="right", va="center")


def _draw_rib(
    ax: "Axes",
    rib: Rib,
    lines: list[str],
    top: float,
    low: float,
    joint: float,
    spine: float,
    depth: float,
    room: float,
) -> None:
    x = _on_bone(joint, depth, low - spine)
    ax.plot([x - room + 0.08, x], [low, low], color=rib.color, linewidth=rib.thickness, zorder=2)
    edge = min(_on_bone(joint, depth, top - spine), x) - 0.06
    for place, line in enumerate(lines):
        _write(ax, edge, top - (place + 0.5) * LINE, line, ha="right", va="center")


def _on_bone(joint: float, depth: float, above: float) -> float:
    return joint - min(SLANT, LEAN * abs(depth)) * above / depth


def _draw_name(ax: "Axes", bone: Bone, end: tuple[float, float], up: int) -> None:
    said = f"{bone.name}  {bone.count}" if bone.count else bone.name
    color = INK if bone.ribs else NEUTRAL_GREY
    text = _write(ax, end[0], end[1] + up * 0.14, said, color, ha="center", va="center")
    text.set_bbox(
        {
            "boxstyle": "round,pad=0.28",
            "facecolor": "white",
            "edgecolor": WORSE_ORANGE if bone.strongest else bone.color or FAINT_GREY,
            "linewidth": 1.6 if bone.strongest else 1.0,
        }
    )


def _draw_texts(ax: "Axes", fish: Fish) -> None:
    write_title(ax, _title(fish), MARGIN, float(ax.get_ylim()[1]) - 0.08)
    for place, line in enumerate(reversed(_caption(fish))):
        _write(ax, MARGIN, (place + 0.5) * LINE + 0.05, line, NEUTRAL_GREY, ha="left", va="center")


def _title(fish: Fish) -> list[str]:
    wide = int(_columns(canvas.WIDTH - 2 * MARGIN) * canvas.TEXT_SIZE / canvas.TITLE_SIZE)
    return wrap(fish.title, wide, 3)


def _caption(fish: Fish) -> list[str]:
    return wrap(" · ".join(fish.caption), _columns(canvas.WIDTH - 2 * MARGIN), 3)


def _foot(fish: Fish) -> float:
    """Inches of the caption."""
    return len(_caption(fish)) * LINE + CAPTION


def _write(ax: "Axes", x: float, y: float, said: str, color: str = INK, **how: Any) -> "Text":
    return ax.text(x, y, said, fontsize=canvas.TEXT_SIZE, color=color, zorder=4, **how)
