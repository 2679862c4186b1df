"""The Pareto chart of complaint topics."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import schema, words
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.palette import TRENDS
from csqa.show.pareto_parts import (
    COLORS,
    VITAL_PERCENT,
    draw_bars,
    draw_before,
    draw_cumulative,
    tell_meaning,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 20
"""Bars drawn; the table has the rest."""

TEXTS = {
    "title": ("投诉主题", "Complaint topics"),
    "share": ("占全部投诉（%）", "Share of all complaints (%)"),
    "before": ("此前占比", "earlier share"),
    "cumulative": ("累计占比", "cumulative share"),
    "rising": ("上升", "rising"),
    "falling": ("下降", "falling"),
    "vital": (f"累计至 {VITAL_PERCENT}% 的主题", f"topics up to {VITAL_PERCENT} %"),
    "minor": ("其余主题", "other topics"),
    "first": ("前 {} 项，共 {} 项", "first {} of {}"),
}


def pareto(topics: pd.DataFrame, *, language: str = "zh", ax: "Axes | None" = None) -> "Axes":
    """Draw what complaints are about: their shares, the running share, and what rises.

    Parameters
    ----------
    topics : DataFrame
        From :func:`csqa.rank_topics`, in its order.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A bar per topic, at most 20. Bars, the tick of the months before and the cumulative line
        have one axis: per cent of all complaints, with 80 % marked.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> topics = pd.DataFrame(
    ...     {
    ...         "topic": ["安装", "发票"],
    ...         "count": [45, 15],
    ...         "share": [0.75, 0.25],
    ...         "cumulative": [0.75, 1.0],
    ...         "vital": [True, True],
    ...         "before": [0.4, 0.6],
    ...         "verdict": ["rising", "no_difference"],
    ...     }
    ... )
    >>> ax = pareto(topics)
    >>> [text.get_text() for text in ax.texts]
    ['45 件 · 75.0%  ↑ 上升', '15 件 · 25.0%']
    >>> plt.close(ax.figure)
    """
    rows = topics.iloc[:MOST].reset_index(drop=True)
    ax = canvas.open_axes(ax, language, height=1.5 + 0.28 * max(len(rows), 3))
    cut = _text("first", language).format(MOST, len(topics)) if len(topics) > MOST else ""
    canvas.set_title(ax, _text("title", language), cut)
    if rows.empty or not rows["count"].sum():
        return canvas.say_no_data(ax, language)
    ax.grid(visible=False)
    draw_bars(ax, rows["share"], tell_meaning(rows), {one: _text(one, language) for one in COLORS})
    draw_before(ax, rows["before"], _text("before", language))
    draw_cumulative(ax, rows["cumulative"], _text("cumulative", language))
    for place, (_, row) in enumerate(rows.iterrows()):
        _write_row(ax, place, row, language)
    names = [_name(topic, language) for topic in rows["topic"]]
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    canvas.set_labels(ax, _text("share", language), "")
    canvas.put_legend(ax)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _name(topic: str, language: str) -> str:
    known = topic in (schema.UNKNOWN, "other")
    return safe_text(words.label(topic, language) if known else topic, canvas.LABEL_WIDTH)


def _write_row(ax: "Axes", place: int, row: "pd.Series[Any]", language: str) -> None:
    share = words.format_value(float(row["share"]), "share", language)
    count = f"{row['count']:,}"
    text = f"{count} 件 · {share}" if language == "zh" else f"{count} · {share}"
    mark = TRENDS.get(str(row["verdict"]))
    if mark:
        text += f"  {mark.sign} {_text(str(row['verdict']), language)}"
    canvas.write_right(ax, place, text)
