"""Which characters of a text weighed most for a label: the span that a tag shows."""

import numpy as np
import numpy.typing as npt

from csqa.learn.ngrams import Found
from csqa.learn.signs import Signs
from csqa.learn.weighing import Floats

Numbers = npt.NDArray[np.int64]

SHORTEST_SPAN, LONGEST_SPAN = 4, 24
"""Characters of evidence: fewer are no words, more are no evidence but the text."""
EDGES = " \t\r\n\u3000\u200b\ufeff，。！？、；：…～·—“”‘’（）,.!?;:~()\"'"
"""What no span begins or ends with."""
TOLL = 0.5
"""Each character costs this share of the mean pull of the characters that speak for the label, so
that a span holds what weighed most and not all that weighed anything."""


def find_spans(
    signs: Signs, found: Found, pulls: Floats, rows: Numbers, labels: Numbers
) -> npt.NDArray[np.int64]:
    """Find the span that weighed most, for each tag.

    Parameters
    ----------
    signs : Signs
        Of the texts.
    found : Found
        Known runs of characters in them.
    pulls : ndarray, shape (columns, labels)
        What a run adds to the score of a label.
    rows, labels : ndarray of int, shape (tags,)
        Text and label of each tag.

    Returns
    -------
    ndarray of int, shape (tags, 2)
        Start and end in the text as it was written.

    Notes
    -----
    A run's pull is shared among its characters; the span is the window of :data:`SHORTEST_SPAN` to
    :data:`LONGEST_SPAN` characters with the greatest sum, each character less the toll.
    """
    spans = np.zeros((len(rows), 2), dtype=np.int64)
    for label in np.unique(labels):
        chosen = np.flatnonzero(labels == label)
        order = chosen[np.argsort(rows[chosen], kind="stable")]
        spans[order] = _find_of_label(signs, found, pulls[:, label], rows[order])
    return spans


def trim_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out what shows nothing and what only separates, at both ends of a span.

    Examples
    --------
    >>> trim_span("好，太慢了。", 1, 6)
    (2, 5)
    >>> trim_span("！！", 0, 2)
    (0, 2)
    """
    told = text[start:end]
    left = told.lstrip(EDGES)
    kept = left.rstrip(EDGES)
    if not kept:
        return start, end
    start += len(told) - len(left)
    return start, start + len(kept)


def _find_of_label(signs: Signs, found: Found, pull: Floats, rows: Numbers) -> Numbers:
    """Spans of texts that have the label, in the order of the texts."""
    wanted = np.zeros(signs.count, dtype=bool)
    wanted[rows] = True
    inside = wanted[signs.rows[found.at]]
    at, lengths = found.at[inside], found.lengths[inside]
    share = pull[found.columns[inside]] / lengths
    size = len(signs.codes)
    pulled = np.zeros(size)
    for offset in range(3):
        reaching = lengths > offset
        pulled += np.bincount(at[reaching] + offset, weights=share[reaching], minlength=size)
    kept = np.flatnonzero(wanted[signs.rows])
    return _best_windows(pulled[kept], signs.rows[kept], signs.places[kept])


def _best_windows(pulled: Floats, rows: Numbers, places: Numbers) -> Numbers:
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    lengths = np.diff(np.append(starts, len(rows)))
    speaking = np.maximum(pulled, 0.0)
    mean = np.add.reduceat(speaking, starts) / np.maximum(
        np.add.reduceat((speaking > 0).astype(np.float64), starts), 1
    )
    sums = np.concatenate([[0.0], np.cumsum(pulled - TOLL * np.repeat(mean, lengths))])
    ends = np.repeat(starts + lengths - 1, lengths)  # the sign that ends a text is none of it
    first = np.arange(len(rows))
    best, width = np.full(len(rows), -np.inf), np.zeros(len(rows), dtype=np.int64)
    least = np.repeat(np.minimum(lengths - 1, SHORTEST_SPAN), lengths)
    for length in range(1, LONGEST_SPAN + 1):
        reach = np.minimum(first + length, len(rows))
        sum_ = np.where(
            (first + length <= ends) & (length >= least), sums[reach] - sums[first], -np.inf
        )
        better = sum_ > best + 1e-12
        best, width = np.where(better, sum_, best), np.where(better, length, width)
    top = np.maximum.reduceat(best, starts)
    number = np.arange(len(rows))
    at = np.minimum.reduceat(np.where(best == np.repeat(top, lengths), number, len(rows)), starts)
    at = np.where(at < len(rows), at, starts)  # a text of nothing that shows
    start, end = places[at], places[np.maximum(at + width[at] - 1, at)] + (width[at] > 0)
    return np.column_stack([start, end])
