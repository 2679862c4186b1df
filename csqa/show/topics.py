"""The Pareto chart of complaint topics."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import schema, words
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, TARGET_DARK, TRENDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VITAL_PERCENT = 80
"""The line of Pareto's rule; the bars before it are the vital few."""

MOST = 20
"""Bars drawn; the table has the rest."""

TEXTS = {
    "title": ("投诉主题", "Complaint topics"),
    "count": ("投诉数（件）", "Complaints"),
    "before": ("按此前占比应有的件数", "at the earlier share"),
    "cumulative": ("累计占比（%）", "Cumulative share (%)"),
    "rising": ("上升", "rising"),
    "falling": ("下降", "falling"),
    "first": ("前 {} 项，共 {} 项", "first {} of {}"),
}


def pareto(topics: pd.DataFrame, *, language: str = "zh", ax: "Axes | None" = None) -> "Axes":
    """Draw what complaints are about: counts, their running share, and what rises.

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
        A bar per topic, at most 20. The thin tick is the count that the topic would have at its
        share of the months before. The cumulative line has the upper axis, with 80 % marked.

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
    ['45 件 · 75%  ↑ 上升', '15 件 · 25%']
    >>> plt.close(ax.figure)
    """
    rows = topics.iloc[:MOST].reset_index(drop=True)
    ax = canvas.open_axes(ax, language, height=1.5 + 0.28 * max(len(rows), 3))
    cut = _text("first", language).format(MOST, len(topics)) if len(topics) > MOST else ""
    canvas.set_title(ax, _text("title", language), cut)
    if rows.empty or not rows["count"].sum():
        return canvas.say_no_data(ax, language)
    ax.grid(visible=False)
    _draw_bars(ax, rows, language)
    _draw_cumulative(ax, rows, language)
    for place, (_, row) in enumerate(rows.iterrows()):
        _write_row(ax, place, row, language)
    names = [_name(topic, language) for topic in rows["topic"]]
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    canvas.set_labels(ax, _text("count", language), "")
    canvas.put_legend(ax)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _name(topic: str, language: str) -> str:
    known = topic in (schema.UNKNOWN, "other")
    return safe_text(words.label(topic, language) if known else topic, canvas.LABEL_WIDTH)


def _draw_bars(ax: "Axes", rows: pd.DataFrame, language: str) -> None:
    colors = [
        TRENDS[verdict].color if verdict in TRENDS else NEUTRAL_GREY if vital else FAINT_GREY
        for verdict, vital in zip(rows["verdict"], rows["vital"], strict=True)
    ]
    ax.barh(rows.index, rows["count"], color=colors, height=0.62)
    # The total is that of all topics, drawn or not: a count over its share.
    first = rows.iloc[0]
    usual = rows["before"] * (first["count"] / first["share"])
    if usual.notna().any():
        ax.plot(
            usual,
            rows.index,
            linestyle="none",
            marker="|",
            markersize=13,
            markeredgewidth=1.6,
            color=INK,
            label=_text("before", language),
        )
    ax.set_xlim(0, 1.08 * max(float(rows["count"].max()), float(usual.fillna(0).max())))
    ax.locator_params(axis="x", integer=True, nbins=6)


def _draw_cumulative(ax: "Axes", rows: pd.DataFrame, language: str) -> None:
    import seaborn as sns

    upper = ax.twiny()
    sns.despine(ax=upper, top=False, left=True, bottom=True)
    upper.spines["top"].set_color(FAINT_GREY)
    upper.plot(
        rows["cumulative"] * 100,
        rows.index,
        color=INK,
        linewidth=1.2,
        marker="o",
        markersize=3,
    )
    upper.axvline(VITAL_PERCENT, color=TARGET_DARK, linewidth=1, linestyle=(0, (5, 3)))
    upper.set_xlim(0, 104)
    upper.set_xticks([0, 20, 40, 60, VITAL_PERCENT, 100])
    canvas.dress_ticks(upper)
    upper.set_xlabel(_text("cumulative", language), fontsize=canvas.TEXT_SIZE, color=INK)


def _write_row(ax: "Axes", place: int, row: "pd.Series[Any]", language: str) -> None:
    share = words.format_value(float(row["share"]), "share", language)
    count = f"{row['count']:,}"
    text = f"{count} 件 · {share}" if language == "zh" else f"{count} · {share}"
    mark = TRENDS.get(str(row["verdict"]))
    if mark:
        text += f"  {mark.sign} {_text(str(row['verdict']), language)}"
    canvas.write_right(ax, place, text)
