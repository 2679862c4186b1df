"""Which of the first rows holds the headers: exports put titles, notes and groups above them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from csqa.engine.headers import normalise_header
from csqa.schema import TABLES

HEADER_ROWS = 20
"""Rows among which the headers are looked for: no export seen has a longer preamble."""

FEWEST_KNOWN = 2
"""Known headers that make a row the header: one alone may be a title or a value."""

WIDEST_TITLE = 0.5
"""Filled cells of a row above, as a share of the headers, up to which it is a title, no data."""


@dataclass(frozen=True)
class HeaderRow:
    """Where the headers stand among the first rows, and what they are."""

    index: int
    headers: list[str]
    known: int
    """How many are columns of one of our tables."""


def find_header(rows: Sequence[Sequence[str]], known: Collection[str] = ()) -> HeaderRow:
    """The row with most headers of one table; the first one if none stands out.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows that hold anything.
    known : collection of str
        Headers that a mapping names besides ours.

    Examples
    --------
    >>> find_header([["六月服务明细", ""], ["服务单号", "渠道"], ["C1", "电话"]])
    HeaderRow(index=1, headers=['服务单号', '渠道'], known=2)
    >>> find_header([["甲", "乙"], ["1", "2"]])
    HeaderRow(index=0, headers=['甲', '乙'], known=0)
    """
    named = frozenset(normalise_header(header) for header in known)
    filled = [_fill_gaps(rows, i) for i in range(min(len(rows), HEADER_ROWS))]
    scores = [_count_known(headers, named) for headers in filled]
    best = max(range(len(scores)), key=lambda i: (scores[i], -i), default=0)
    if not scores:
        return HeaderRow(0, [""], 0)
    if scores[best] < FEWEST_KNOWN:
        best = _first_wide_row(rows)
    if not all(_is_title(rows, i, best, filled[best]) for i in range(best)):
        best = 0
    return HeaderRow(best, filled[best] if best else _strip(rows[0]), scores[best])


def _strip(row: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in row]


def _count_filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _fill_gaps(rows: Sequence[Sequence[str]], i: int) -> list[str]:
    """Headers of a row; where they are merged with the row above, its text."""
    row = _strip(rows[i])
    above = _strip(rows[i - 1]) if i else []
    if _count_filled(above) < 2:  # a title
        return row
    width = max(len(row), len(above))
    padded = [[*cells, *[""] * (width - len(cells))] for cells in (row, above)]
    return [low or high for low, high in zip(*padded, strict=True)]


def _is_title(rows: Sequence[Sequence[str]], i: int, header: int, headers: list[str]) -> bool:
    """Whether a row above the headers is no row of data: narrow, or the names of groups."""
    if _count_filled(rows[i]) <= WIDEST_TITLE * _count_filled(headers):
        return True
    gaps = headers != _strip(rows[header])
    return gaps and i == header - 1


def _first_wide_row(rows: Sequence[Sequence[str]]) -> int:
    """The first row after lines of one cell each; the first of all if there is none."""
    counts = [_count_filled(row) for row in rows[:HEADER_ROWS]]
    return next((i for i, count in enumerate(counts) if count > 1), 0)


def _count_known(headers: Sequence[str], named: frozenset[str]) -> int:
    """Columns of the table that has most of them under these headers."""
    plain = {normalise_header(header) for header in headers if header and len(header) < 60}
    ours = (len({names[one] for one in plain & names.keys()}) for names in _known_headers())
    return max(*ours, len(plain & named))


@cache
def _known_headers() -> tuple[dict[str, str], ...]:
    """Per table: header → column."""
    return tuple(
        {
            normalise_header(header): column.name
            for column in table.columns
            for header in (column.name, column.zh, *column.aliases)
        }
        for table in TABLES.values()
    )
