"""Causes by their weight: the Pareto chart, and the table with what each costs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import words
from csqa.cause_results import BONES, NO_CAUSE
from csqa.engine.cause_names import Names, name_cause
from csqa.frames import records
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.html import Badge, Html, paragraph, table
from csqa.show.palette import INK, TRENDS
from csqa.show.pareto_parts import (
    COLORS,
    VITAL_PERCENT,
    draw_bars,
    draw_before,
    draw_cumulative,
    tell_meaning,
)
from csqa.show.sections import verdict_badge

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_DRAWN, MOST_SHOWN = 15, 10
MOST_UNCLASSIFIED = 0.2

TEXTS = {
    "title": ("原因（帕累托）", "Causes (Pareto)"),
    "share": ("占案例（%）；一例可有多个原因", "Share of cases (%); a case may have several"),
    "cumulative": ("累计（占全部提及）", "cumulative, of mentions"),
    "before": ("此前占比（规则计数）", "share before, as counted"),
    "counted": ("规则计数", "as counted by rules"),
    "rising": ("上升", "rising"),
    "falling": ("下降", "falling"),
    "vital": (f"累计至 {VITAL_PERCENT}% 的原因", f"causes up to {VITAL_PERCENT} %"),
    "minor": ("其余原因", "other causes"),
    "unclassified": ("未归类", "unclassified"),
    "n": ("{} 例", "{} cases"),
    "corrected": ("按 {} 例人工复核校正（抽取 {} 例）", "corrected by {} judged cases of {} drawn"),
    "bones_only": (
        "未校正：复核只写到大骨",
        "not corrected: people named bones only",
    ),
    "raw": ("未校正：规则漏计，占比偏低", "not corrected: rules miss some, shares are too low"),
    "none": ("本月没有可归因的案例。", "No cases to find causes of."),
    "more": ("另有 {} 个原因未列出。", "{} more causes are not listed."),
    "shares": (
        "一例可有多个原因，占比之和会超过 100%；累计按提及次数。",
        "A case may have several causes, so shares add up to more than 100 %; "
        "the cumulative share is of mentions.",
    ),
    "too_many": (
        "未归类超过 20%：先补充归因规则，再看排名。",
        "More than 20 % are unclassified: add rules before reading the ranking.",
    ),
}
HEADERS = {
    "zh": ("原因", "大骨", "例数", "占比（95% 区间）", "每千单", "处理工时", "变化"),
    "en": ("Cause", "Bone", "Cases", "Share (95 %)", "Per 1,000", "Hours", "Change"),
}


def _text(key: str, language: str, *values: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(*values)


def _namer(names: Names) -> Names:
    """Who names causes: the shipped fishbone if nobody else does."""
    if names is not None:
        return names
    from csqa.rules.fishbone import read_fishbone

    return read_fishbone()


def cause_pareto(
    ranks: pd.DataFrame,
    *,
    names: Names = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw what lies behind the cases: shares with their intervals, running share, what rises.

    Parameters
    ----------
    ranks : DataFrame
        From :func:`csqa.rank_causes`, in its order.
    names : Fishbone or mapping of str to str, optional
        What causes are called; as the shipped fishbone does if left out.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A bar per cause, at most 15, in per cent of cases, and the unclassified in grey and last.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from csqa.cause_ranks import rank_causes
    >>> causes = pd.DataFrame({"case_id": list("ABCD"), "bone": "policy", "cause": "charges"})
    >>> ax = cause_pareto(rank_causes(causes))
    >>> [text.get_text() for text in ax.get_yticklabels()], ax.texts[0].get_text()
    (['收费争议'], '4 例 · 100.0%')
    >>> plt.close(ax.figure)
    """
    rows = _foremost(ranks, MOST_DRAWN).reset_index(drop=True)
    ax = canvas.open_axes(ax, language, height=1.7 + 0.28 * max(len(rows), 3))
    if rows.empty:
        canvas.set_title(ax, _text("title", language))
        return canvas.say_no_data(ax, language)
    n = words.format_count(float(rows["n"].iloc[0]))
    canvas.set_title(ax, _text("title", language), _text("n", language, n), _how(rows, language))
    ax.grid(visible=False)
    _draw_bars(ax, rows, language)
    draw_before(ax, rows["before_share"], _text("before", language))
    draw_cumulative(ax, rows["cumulative"], _text("cumulative", language))
    for place, row in enumerate(records(rows)):
        canvas.write_right(ax, place, _label(row, language))
    namer = _namer(names)
    called = [
        safe_text(name_cause(one, namer, language), canvas.LABEL_WIDTH) for one in rows["cause"]
    ]
    ax.set_yticks(range(len(rows)), called)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    canvas.set_labels(ax, _text("share", language), "")
    canvas.put_legend(ax)
    return ax


def _found(ranks: pd.DataFrame) -> pd.DataFrame:
    """Causes that some case has, or is estimated to have."""
    return ranks[ranks["share"].gt(0) | ranks["cases"].gt(0)]


def _foremost(ranks: pd.DataFrame, most: int) -> pd.DataFrame:
    """So many causes, and the unclassified, which are never left out."""
    known = _found(ranks)
    last = known["cause"] == NO_CAUSE
    return pd.concat([known[~last].head(most), known[last]])


def _how(rows: pd.DataFrame, language: str) -> str:
    if rows["corrected"].any():
        return _text("corrected", language, int(rows["audited"].max()), int(rows["drawn"].max()))
    return _text("bones_only" if rows["method"].eq("bones_only").any() else "raw", language)


def _draw_bars(ax: "Axes", rows: pd.DataFrame, language: str) -> None:
    meaning = tell_meaning(rows).where(rows["cause"] != NO_CAUSE, "unclassified")
    labels = {one: _text(one, language) for one in (*COLORS, "unclassified")}
    draw_bars(ax, rows["share"], meaning, labels, hatched="unclassified")
    low, high = (rows["share"] - rows["lower"]) * 100, (rows["upper"] - rows["share"]) * 100
    ax.errorbar(
        rows["share"] * 100,
        rows.index,
        xerr=[low.clip(lower=0), high.clip(lower=0)],
        fmt="none",
        ecolor=INK,
        elinewidth=0.9,
        capsize=2,
    )


def _label(row: Mapping[str, Any], language: str) -> str:
    share = words.format_value(float(row["share"]), "share", language)
    text = f"{_text('n', language, row['cases'])} · {share}"
    mark = TRENDS.get(str(row["verdict"]))
    return f"{text}  {mark.sign} {_text(str(row['verdict']), language)}" if mark else text


def show_causes(
    ranks: pd.DataFrame,
    *,
    names: Names = None,
    language: str = "zh",
) -> Html:
    """Show causes with what each weighs and costs, the most frequent first.

    Parameters
    ----------
    ranks : DataFrame
        From :func:`csqa.rank_causes`.
    names : Fishbone or mapping of str to str, optional
        What causes are called.
    language : {"zh", "en"}
        Of all texts.
    """
    known = _found(ranks)
    if known.empty:
        return paragraph(_text("none", language), "verdict")
    last = known["cause"] == NO_CAUSE
    named = known[~last]
    shown = _foremost(ranks, MOST_SHOWN)
    headers: tuple[str, ...] = HEADERS[language]
    rows = [_row(row, _namer(names), language) for row in records(shown)]
    if known["cause"].isin([*BONES, NO_CAUSE]).all():  # bones hang on nothing
        headers = (headers[1], *headers[2:])
        rows = [[row[0], *row[2:]] for row in rows]
    notes = [_how(known, language) + ("。" if language == "zh" else "."), _text("shares", language)]
    if len(named) > MOST_SHOWN:
        notes.append(_text("more", language, len(named) - MOST_SHOWN))
    if known.loc[last, "share"].gt(MOST_UNCLASSIFIED).any():
        notes.append(_text("too_many", language))
    numeric = tuple(HEADERS[language][place] for place in (2, 4, 5))
    note = words.join_sentences(notes, language)
    return table(headers, rows, numeric=numeric) + paragraph(note)


def _row(row: Mapping[str, Any], names: Names, language: str) -> list[str | Badge]:
    share = words.format_value(row["share"], "share", language)
    sure = words.format_interval(row["lower"], row["upper"], "share", language)
    bone = row["bone"] if row["bone"] in BONES else ""
    return [
        name_cause(row["cause"], names, language),
        name_cause(bone, names, language) if bone else "–",
        f"{row['cases']:,}",
        f"{share}（{sure}）" if language == "zh" else f"{share} ({sure})",
        _number(row["per_thousand"]),
        _number(row["handle_hours"]),
        _badge(row["verdict"], language),
    ]


def _number(value: float) -> str:
    return "–" if pd.isna(value) else words.round_half_up(float(value))


def _badge(verdict: str, language: str) -> Badge:
    if verdict == "none":
        return Badge("–")
    if verdict == "no_difference":
        return Badge("无明显变化" if language == "zh" else "no clear change")
    return verdict_badge(verdict, language)
