"""Which characters of a text a rule hit: as a table cell, and moved along when a text is masked."""

from collections.abc import Iterable, Sequence

Mark = tuple[int, int, str]
"""First character, one behind the last, rule."""
Span = tuple[int, int]


def write_marks(marks: Iterable[Mark]) -> str:
    """Write marks so that they fit a cell, the first in the text first.

    Examples
    --------
    >>> write_marks([(8, 10, "blame"), (3, 7, "refusal")])
    '3-7:refusal 8-10:blame'
    """
    return " ".join(f"{start}-{end}:{rule}" for start, end, rule in sorted(marks))


def read_marks(text: str) -> list[Mark]:
    """Read what :func:`write_marks` wrote.

    Examples
    --------
    >>> read_marks("3-7:refusal 8-10:blame")
    [(3, 7, 'refusal'), (8, 10, 'blame')]
    """
    marks = []
    for part in text.split():
        place, _, rule = part.partition(":")
        start, _, end = place.partition("-")
        marks.append((int(start), int(end), rule))
    return marks


def move_marks(marks: Sequence[Mark], text: str, hidden: Iterable[Span], masked: str) -> list[Mark]:
    """Move marks from a text to the text in which some spans were replaced by tokens.

    Parameters
    ----------
    marks : sequence of Mark
        In ``text``.
    text, masked : str
        Before and after; a token begins with ``[`` and ends with the first ``]`` behind it.
    hidden : iterable of (int, int)
        What was replaced; overlapping spans were replaced together.

    Returns
    -------
    list of Mark
        In ``masked``. A mark within a token marks all of it. Empty where the two texts do not
        fit together: rather no mark than one in a wrong place.

    Examples
    --------
    >>> move_marks([(9, 12, "late")], "打139123456去投诉", [(1, 10)], "打[手机1]去投诉")
    [(1, 8, 'late')]
    """
    moves = _place_tokens(text, hidden, masked)
    if moves is None:
        return []
    return [(_start(start, moves), _end(end, moves), rule) for start, end, rule in marks]


Move = tuple[Span, Span]
"""A span in the text, and its token in the masked text."""


def _place_tokens(text: str, hidden: Iterable[Span], masked: str) -> list[Move] | None:
    moves: list[Move] = []
    read = written = 0
    for start, end in _union(hidden):
        begin = written + start - read
        close = masked.find("]", begin)
        if text[read:start] != masked[written:begin] or not masked.startswith("[", begin):
            return None
        moves.append(((start, end), (begin, close + 1)))
        read, written = end, close + 1
    return moves if text[read:] == masked[written:] else None


def _union(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _start(place: int, moves: Sequence[Move]) -> int:
    shift = 0
    for (start, end), (begin, close) in moves:
        if place < start:
            break
        if place < end:
            return begin
        shift = close - end
    return place + shift


def _end(place: int, moves: Sequence[Move]) -> int:
    shift = 0
    for (start, end), (_, close) in moves:
        if place <= start:
            break
        if place < end:
            return close
        shift = close - end
    return place + shift
