"""What tests of charts share: every text readable, none over another."""

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text

SMALLEST_POINTS = 9


def key(ax) -> list[str]:
    """Texts of the key."""
    legend = ax.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def visible_texts(figure: Figure) -> list[Text]:
    """Texts that are drawn."""
    figure.canvas.draw()
    found = figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
    inside = figure.get_tightbbox().transformed(figure.dpi_scale_trans)
    return [
        text
        for text in found
        if text.get_text().strip()
        and inside.overlaps(text.get_window_extent())
        and not _is_hidden_tick(figure, text)
    ]


def _is_hidden_tick(figure: Figure, text: Text) -> bool:
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if text in (tick.label1, tick.label2):
                    return not low <= tick.get_loc() <= high
    return False


def assert_readable(figure: Figure) -> None:
    """No two texts overlap, none is small, none leaves the picture sideways."""
    texts = visible_texts(figure)
    assert texts
    assert min(text.get_fontsize() for text in texts) >= SMALLEST_POINTS
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    for (one, first), (other, second) in combinations(boxes, 2):
        wide = min(first.x1, second.x1) - max(first.x0, second.x0)
        high = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert wide <= 1 or high <= 1, f"{one!r} overlaps {other!r}"
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1, text
