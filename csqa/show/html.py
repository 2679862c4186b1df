"""Small pieces of HTML, every text escaped: what customers wrote is hostile input."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby


@dataclass(frozen=True)
class Html:
    """A piece of HTML that a notebook displays, with a plain text of the same content."""

    html: str
    text: str

    def __repr__(self) -> str:
        """Return the plain text."""
        return self.text

    def _repr_html_(self) -> str:
        return self.html

    def __add__(self, other: "Html") -> "Html":
        """One after the other."""
        return Html(f"{self.html}\n{other.html}", f"{self.text}\n{other.text}")


@dataclass(frozen=True)
class Badge:
    """A cell whose meaning has a colour; the text says it too."""

    text: str
    meaning: str = "neutral"
    """One of better, worse, watch, neutral, few, met, missed: a class of the page's style."""


Cell = str | Badge

FEWEST_CARD_COLUMNS = 5
"""Tables with fewer columns fit a phone as they are."""


def paragraph(text: str, role: str = "note") -> Html:
    """One paragraph.

    Examples
    --------
    >>> paragraph("a < b").html
    '<p class="note">a &lt; b</p>'
    """
    return Html(f'<p class="{role}">{escape(text)}</p>', text)


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    numeric: Sequence[str] = (),
    short: Sequence[str] = (),
    cards: bool | None = None,
    caption: str = "",
    merged: int = 0,
) -> Html:
    """Make a table; on a narrow screen its rows become cards, or it scrolls.

    Parameters
    ----------
    headers : sequence of str
        One per column.
    rows : iterable of sequence
        Texts or badges, one per header.
    numeric : sequence of str
        Headers whose column is aligned to the right; all others are aligned to the left.
    short : sequence of str
        Headers whose column is broken into lines only where it must be, and then between words.
    cards : bool, optional
        Whether each row becomes a card where the screen is narrow. Default: from five columns on.
    caption : str
        Above the table.
    merged : int
        How many first columns are merged downwards where rows say the same in all of them.

    Examples
    --------
    >>> print(table(["a"], [["<b>"]]))
    a
    <b>
    >>> "&lt;b&gt;" in table(["a"], [["<b>"]])._repr_html_()
    True
    """
    rows = [list(row) for row in rows]
    cards = len(headers) >= FEWEST_CARD_COLUMNS if cards is None else cards
    roles = [_role(header, numeric, short) for header in headers]
    head = "".join(map(_head, headers, roles))
    spans = _spans(rows, merged)
    body = "\n".join(
        f"<tr>{_row(headers, row, roles, span, merged)}</tr>"
        for row, span in zip(rows, spans, strict=True)
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    kind = "csqa cards" if cards else "csqa"
    made = (
        f'<table class="{kind}">{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n'
        "</tbody></table>"
    )
    lines = ["  ".join(headers), *("  ".join(map(_plain, row)) for row in rows)]
    text = "\n".join([caption, *lines] if caption else lines)
    return Html(made if cards else f'<div class="scroll">{made}</div>', text)


def numbered(texts: Iterable[str], role: str = "things") -> Html:
    """Make a numbered list.

    Examples
    --------
    >>> print(numbered(["one", "two"]))
    1. one
    2. two
    """
    texts = list(texts)
    items = "\n".join(f"<li>{escape(text)}</li>" for text in texts)
    plain = "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1))
    return Html(f'<ol class="{role}">\n{items}\n</ol>', plain)


def figures(items: Iterable[tuple[str, str, str]]) -> Html:
    """Make a row of key figures: value, what it is, and a remark.

    Examples
    --------
    >>> print(figures([("91.2", "综合得分", "完整")]))
    综合得分 91.2（完整）
    """
    items = list(items)
    cells = "\n".join(
        f'<div class="kpi"><b>{escape(value)}</b> <span>{escape(name)}</span> '
        f"<small>{escape(remark)}</small></div>"
        for value, name, remark in items
    )
    plain = "\n".join(f"{name} {value}（{remark}）" for value, name, remark in items)
    return Html(f'<div class="kpis">\n{cells}\n</div>', plain)


def fold(summary: str, content: Html) -> Html:
    r"""Put content behind a line that opens it.

    Examples
    --------
    >>> fold("more", paragraph("x")).text
    'more\nx'
    """
    html = f"<details><summary>{escape(summary)}</summary>\n{content.html}\n</details>"
    return Html(html, f"{summary}\n{content.text}")


def _head(header: str, role: str) -> str:
    return f'<th scope="col"{role}>{escape(header)}</th>'


def _spans(rows: Sequence[Sequence[Cell]], merged: int) -> list[int]:
    """Rows that the merged cells of each row reach over; 0 below the first of them."""
    spans: list[int] = []
    for _, group in groupby(rows, key=lambda row: row[:merged]) if merged else ():
        count = len(list(group))
        spans += [count, *[0] * (count - 1)]
    return spans or [1] * len(rows)


def _row(
    headers: Sequence[str], row: Sequence[Cell], roles: Sequence[str], span: int, merged: int
) -> str:
    over = f' rowspan="{span}"'
    return "".join(
        f'<td data-label="{escape(header)}"{role}{over if place < merged else ""}>'
        f"{_cell(cell)}</td>"
        for place, (header, cell, role) in enumerate(zip(headers, row, roles, strict=True))
        if span or place >= merged
    )


def badge_html(badge: Badge) -> str:
    """Write a badge by itself.

    Examples
    --------
    >>> badge_html(Badge("<", "met"))
    '<span class="badge met">&lt;</span>'
    """
    # A sign at the end of a line, without its word, would say nothing.
    text = re.sub(r"^(\S) ", "\\1\N{NO-BREAK SPACE}", badge.text)
    return f'<span class="badge {badge.meaning}">{escape(text)}</span>'


def _cell(cell: Cell) -> str:
    return badge_html(cell) if isinstance(cell, Badge) else escape(cell)


def _plain(cell: Cell) -> str:
    return cell.text if isinstance(cell, Badge) else cell


def _role(header: str, numeric: Sequence[str], short: Sequence[str]) -> str:
    if header in numeric:
        return ' class="num"'
    return ' class="short"' if header in short else ""
