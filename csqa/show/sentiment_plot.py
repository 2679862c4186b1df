"""The picture of courses: how conversations went for the customer."""

from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.headers_sentiment import COURSES as COURSE_NAMES
from csqa.show.palette import BETTER_BLUE, FAINT_GREY, NEUTRAL_GREY, WORSE_ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TEXTS = {
    "title": ("会话走势：客户的情绪在会话中怎样变化", "How conversations went for the customer"),
    "share": ("占会话（%）", "Share of conversations (%)"),
    "first": ("前 {} 项，共 {} 项", "first {} of {}"),
}
COLORS = {
    "recovered": BETTER_BLUE,
    "flat": FAINT_GREY,
    "deteriorated": WORSE_ORANGE,
}
HATCHES = {"recovered": "//", "deteriorated": "\\\\"}
"""So that they are told apart in greyscale, too."""
MOST = 20


def sentiment(courses: pd.DataFrame, *, language: str = "zh", ax: "Axes | None" = None) -> "Axes":
    """Draw how conversations went: recovered, flat, deteriorated, per unit or period.

    Parameters
    ----------
    courses : DataFrame
        From :func:`csqa.summarise_courses`.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A stacked bar per unit, of the conversations long enough to be judged, whose number is
        written at its end; at most 20.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> rows = [("phone", "recovered", 10), ("phone", "flat", 25), ("phone", "deteriorated", 5)]
    >>> ax = sentiment(pd.DataFrame(rows, columns=["unit", "course", "count"]))
    >>> [text.get_text() for text in ax.texts]
    ['25%', '62%', '12%', 'n = 40']
    >>> plt.close(ax.figure)
    """
    judged = courses[courses["course"].isin(list(COLORS))]
    counted = judged.pivot_table(index="unit", columns="course", values="count", aggfunc="sum")
    counted = counted.reindex(columns=list(COLORS)).fillna(0)
    counted = counted[counted.sum(axis=1) > 0]
    rows = counted.iloc[:MOST]
    place = words.LANGUAGES.index(language) if language in words.LANGUAGES else 0
    ax = canvas.open_axes(ax, language, height=1.5 + 0.34 * max(len(rows), 3))
    cut = TEXTS["first"][place].format(MOST, len(counted)) if len(counted) > MOST else ""
    canvas.set_title(ax, TEXTS["title"][place], cut)
    if rows.empty:
        return canvas.say_no_data(ax, language)
    _draw(ax, rows, place)
    names = [safe_text(words.label(str(unit), language), canvas.LABEL_WIDTH) for unit in rows.index]
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 118)
    ax.set_xticks([0, 20, 40, 60, 80, 100])
    canvas.set_labels(ax, TEXTS["share"][place], "")
    canvas.put_legend(ax)
    return ax


def _draw(ax: "Axes", rows: pd.DataFrame, place: int) -> None:
    n = rows.sum(axis=1)
    shares = rows.div(n, axis=0) * 100
    left = pd.Series(0.0, index=rows.index)
    at = list(range(len(rows)))
    ax.grid(visible=False)
    for course, color in COLORS.items():
        ax.barh(
            at,
            shares[course].to_numpy(),
            left=left.to_numpy(),
            height=0.62,
            color=color,
            hatch=HATCHES.get(course),
            edgecolor="white",
            linewidth=0.5,
            label=COURSE_NAMES[course][place],
        )
        for row, (start, share) in enumerate(zip(left, shares[course], strict=True)):
            if share >= LEAST_WRITTEN:
                ax.text(start + share / 2, row, f"{share:.0f}%", ha="center", va="center")
        left = left + shares[course]
    for row, size in enumerate(n):
        ax.text(101, row, f"n = {int(size):,}", va="center", color=NEUTRAL_GREY)


LEAST_WRITTEN = 8
"""Per cent: narrower parts have no room for a figure."""
