"""A few sentences cut out of a text around its evidence."""

import re
from collections.abc import Sequence

from csqa.engine.marks import Mark

LEAST_QUOTED, MOST_QUOTED = 15, 120
"""Characters of a quotation: shorter says nothing, longer is not read."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]*")


def cut_quote(text: str, marks: Sequence[Mark]) -> tuple[str, list[Mark]] | None:
    """Cut whole sentences around the first mark out of a text.

    Parameters
    ----------
    text : str
        Masked already: no number may be cut in two here.
    marks : sequence of Mark
        In the text.

    Returns
    -------
    tuple of str and list of Mark, or None
        The quotation with its marks; … where something is left out. None if the text is too short
        or a sentence too long to be quoted, or the mark is not there.

    Examples
    --------
    >>> text = "上周买的。" * 30 + "师傅又改期，没有人通知我们一家人。"
    >>> quote, marks = cut_quote(text, [(153, 155, "appointment")])
    >>> quote[:6], quote[-5:], quote[marks[0][0] : marks[0][1]]
    ('…上周买的。', '们一家人。', '改期')
    """
    inside = [mark for mark in marks if 0 <= mark[0] < mark[1] <= len(text)]
    if not inside or len(text.strip()) < LEAST_QUOTED:
        return None
    start, end = _reach(text, inside[0])
    if not LEAST_QUOTED <= end - start <= MOST_QUOTED:
        return None
    before, after = "…" if start else "", "…" if text[end:].strip() else ""
    shift = len(before) - start
    kept = [
        (first + shift, last + shift, rule)
        for first, last, rule in inside
        if start <= first and last <= end
    ]
    return f"{before}{text[start:end].rstrip()}{after}", kept


def _reach(text: str, mark: Mark) -> tuple[int, int]:
    """The sentences that hold a mark, and as many beside them as there is room for."""
    spans = [found.span() for found in _SENTENCE.finditer(text) if found.group()]
    held = [place for place, (start, end) in enumerate(spans) if start < mark[1] and mark[0] < end]
    first, last = held[0], held[-1]
    while True:
        if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= MOST_QUOTED:
            last += 1
        elif first and spans[last][1] - spans[first - 1][0] <= MOST_QUOTED:
            first -= 1
        else:
            return spans[first][0], spans[last][1]
