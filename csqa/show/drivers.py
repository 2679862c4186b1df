"""What goes with dissatisfaction, for readers: a forest plot and a table; never a cause."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import results, words
from csqa.cause_results import ASSOCIATED_BETTER, ASSOCIATED_WORSE
from csqa.errors import check_option
from csqa.frames import records
from csqa.show import canvas
from csqa.show.differences import sign_number
from csqa.show.drawn_text import safe_text
from csqa.show.headers_drivers import FACTORS, LEVELS
from csqa.show.headers_drivers import VERDICTS as VERDICT_WORDS
from csqa.show.html import Badge, Cell, Html, paragraph, table
from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, VERDICTS, Mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 10
"""Of the table."""
MOST_LINES = 14
"""Of the plot: at A4 and on a phone its texts stay readable."""
NAME_WIDTH = 30
"""Columns of a factor's name beside the plot; longer ones are cut."""

MARKS: dict[str, Mark] = {
    ASSOCIATED_WORSE: VERDICTS[results.WORSE],
    ASSOCIATED_BETTER: VERDICTS[results.BETTER],
    results.NO_DIFFERENCE: VERDICTS[results.NO_DIFFERENCE],
    results.TOO_FEW: VERDICTS[results.TOO_FEW],
}
"""Verdict of a driver -> mark; the same palette as everywhere."""

MEANINGS = {ASSOCIATED_WORSE: "worse", ASSOCIATED_BETTER: "better", results.TOO_FEW: "few"}

OUTCOMES = {
    "low_rating": ("低分评价", "low ratings"),
    "complaint": ("投诉", "complaints"),
}

TEXTS = {
    "title": (
        "与{outcome}相伴的因素（不代表因果）",
        "What goes with {outcome} (no proof of cause)",
    ),
    "axis": ("分层后的差值（个百分点）", "Difference within strata (percentage points)"),
    "interval": ("95% 区间", "95 % interval"),
    "crude": ("未分层的差值", "without strata"),
    "factor": ("因素", "Factor"),
    "n": ("记录数（占全部）", "Contacts (share)"),
    "rate": ("发生率（对照）", "Rate (compared with)"),
    "difference": ("分层差，百分点（95% 区间）", "Difference, pp (95 %)"),
    "crude_short": ("未分层", "Crude"),
    "odds": ("优势比（95% 区间）", "Odds ratio (95 %)"),
    "excess": ("相伴多出", "Excess"),
    "verdict": ("判断", "Verdict"),
    "nothing": ("没有可以比较的因素。", "There is nothing to compare."),
    "none": (
        "没有一项因素与{outcome}有明显的相伴关系。",
        "No factor goes clearly with {outcome}.",
    ),
    "reading": (
        "与{outcome}相伴，不代表因果。分层差：在同一问题类型和渠道（各表所选的层）之内，有该因素的记录与"
        "对照的发生率之差；相伴多出＝分层差×记录数，不等于消除它就会减少这么多。优势比同时考虑其他因素。"
        "已按 {count} 项比较校正（错误发现率 5%）。{response}{rest}",
        "It goes with {outcome}; that is no proof of cause. Difference: between contacts with the "
        "factor and those compared with, within the same strata (topic and channel unless chosen "
        "otherwise); excess: difference times contacts, not what would be saved without it. Odds "
        "ratios hold the other factors equal. Adjusted for {count} comparisons (false-discovery "
        "rate 5 %). {response}{rest}",
    ),
    "response": (
        "只有 {share} 的记录有评分，结论只说明评了分的客户。",
        "Only {share} of contacts were rated; this speaks of those customers. ",
    ),
    "rest": (
        "另有 {rest} 项未列出，其中 {few} 项样本不足。",
        "{rest} more are not listed, {few} of them for too few contacts.",
    ),
}


def drivers(found: pd.DataFrame, *, language: str = "zh", ax: "Axes | None" = None) -> "Axes":
    """Draw what goes with dissatisfaction: differences within strata, with their intervals.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.find_drivers`, in its order.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        A line per judged level, at most 14, in per cent points; the tick is the difference
        without strata, the verdict stands at the right, in a shape and in words.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> row = {"outcome": "complaint", "factor": "transfers", "level": "3+", "n": 900}
    >>> row |= {"crude": 0.34, "difference": 0.1, "lower": 0.06, "upper": 0.14}
    >>> ax = drivers(pd.DataFrame([row | {"verdict": "associated_worse"}]))
    >>> [text.get_text() for text in ax.texts]
    ['▼ 相伴更多  +10.0  n=900']
    >>> plt.close(ax.figure)
    """
    shown = found[found["verdict"] != results.TOO_FEW].iloc[:MOST_LINES].reset_index(drop=True)
    height = 1.4 + 0.3 * max(len(shown), 3)
    ax = canvas.open_axes(ax, language, height=height)
    canvas.set_title(ax, _text("title", language, outcome=_outcome(found, language)))
    if shown.empty:
        return canvas.say_no_data(ax, language)
    ax.grid(visible=False)
    _draw_lines(ax, shown, language)
    for place, row in enumerate(records(shown)):
        mark = MARKS[row["verdict"]]
        told = f"{mark.sign} {_word(VERDICT_WORDS, row['verdict'], language)}"
        points = sign_number(100 * row["difference"])
        canvas.write_right(ax, place, f"{told}  {points}  n={row['n']:,}")
    names = [safe_text(name_level(row, language), NAME_WIDTH) for row in records(shown)]
    ax.set_yticks(range(len(shown)), names)
    ax.set_ylim(len(shown) - 0.4, -0.6)
    canvas.set_labels(ax, _text("axis", language), "")
    canvas.put_legend(ax)
    return ax


def name_level(row: dict[str, Any], language: str = "zh") -> str:
    """Name a level of a factor as a reader does.

    Examples
    --------
    >>> name_level({"factor": "transfers", "level": "3+"})
    '流转部门 3+'
    >>> (
    ...     name_level({"factor": "topic", "level": "安装"}),
    ...     name_level({"factor": "peak", "level": "yes"}),
    ... )
    ('问题类型：安装', '高峰时段')
    """
    factor, level = str(row["factor"]), str(row["level"])
    name = _word(FACTORS, factor, language)
    if level in ("yes", "hit"):
        return name
    if factor == "channel":
        level = words.label(level, language)
    told = _word(LEVELS, level, language) if factor != "topic" else level
    joint = ("：" if language == "zh" else ": ") if factor in ("topic", "channel") else " "
    return f"{name}{joint}{told}"


def show_drivers(found: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show what goes with dissatisfaction, and how to read it.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.find_drivers`, in its order.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        A table of at most ten levels; those with too few contacts are counted below it.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    judged = found[found["verdict"] != results.TOO_FEW]
    if judged.empty:
        return paragraph(_text("nothing", language), "verdict")
    shown = judged.iloc[:MOST_ROWS]
    keys = ("factor", "n", "rate", "difference", "crude_short", "odds", "excess", "verdict")
    headers = [_text(key, language) for key in keys]
    numeric = [headers[1], headers[2], headers[4], headers[6]]
    body = [_row(row, language) for row in records(shown)]
    made = table(headers, body, numeric=numeric, short=headers[:1])
    outcome = _outcome(found, language)
    if not judged["verdict"].isin(MEANINGS).any():
        made = paragraph(_text("none", language, outcome=outcome), "verdict") + made
    return made + paragraph(_reading(found, len(shown), len(judged), outcome, language))


def _reading(found: pd.DataFrame, shown: int, judged: int, outcome: str, language: str) -> str:
    rest = len(found) - shown
    response = ""
    if found["outcome"].iloc[0] == "low_rating":
        total = (found["contacts"] / found["contact_share"]).max()
        rated = (found["n"] + found["n_reference"]).max() / total
        response = _text("response", language, share=words.format_value(rated, "share", language))
    more = _text("rest", language, rest=rest, few=len(found) - judged) if rest else ""
    return _text(
        "reading", language, outcome=outcome, count=judged, response=response, rest=more
    ).strip()


def _row(row: dict[str, Any], language: str) -> list[Cell]:
    mark = MARKS[row["verdict"]]
    verdict = f"{mark.sign} {_word(VERDICT_WORDS, row['verdict'], language)}"
    return [
        name_level(row, language),
        _beside(f"{row['contacts']:,}", _percent(row["contact_share"], language), language),
        _beside(
            _percent(row["share"], language), _percent(row["share_reference"], language), language
        ),
        _beside(*_ends(row, ("difference", "lower", "upper"), 100), language),
        sign_number(100 * row["crude"]),
        _odds(row, language),
        sign_number(row["excess"], 0),
        Badge(verdict, MEANINGS.get(row["verdict"], "neutral")),
    ]


def _ends(row: dict[str, Any], names: tuple[str, str, str], factor: float) -> tuple[str, str]:
    value, lower, upper = (sign_number(factor * row[name]) for name in names)
    return value, f"{lower} ~ {upper}"


def _odds(row: dict[str, Any], language: str) -> str:
    if pd.isna(row["odds_ratio"]):
        return "–"
    names = ("odds_ratio", "odds_lower", "odds_upper")
    value, lower, upper = (words.round_half_up(row[name], 2) for name in names)
    return _beside(value, f"{lower}–{upper}", language)


def _beside(value: str, more: str, language: str) -> str:
    return f"{value}（{more}）" if language == "zh" else f"{value} ({more})"


def _percent(share: float, language: str) -> str:
    return words.format_value(share, "share", language)


def _draw_lines(ax: "Axes", shown: pd.DataFrame, language: str) -> None:
    places = pd.Series(range(len(shown)), dtype=float)
    points = shown[["crude", "difference", "lower", "upper"]].astype(float) * 100
    ax.axvline(0, color=NEUTRAL_GREY, linewidth=1, zorder=1)
    label = _text("interval", language)
    ax.hlines(places, points["lower"], points["upper"], color=FAINT_GREY, linewidth=3, label=label)
    ax.plot(
        points["crude"],
        places,
        linestyle="none",
        marker="|",
        markersize=13,
        markeredgewidth=1.6,
        color=INK,
        label=_text("crude", language),
    )
    for verdict, mark in MARKS.items():
        chosen = shown["verdict"] == verdict
        told = _word(VERDICT_WORDS, verdict, language)
        canvas.draw_marks(ax, points.loc[chosen, "difference"], places[chosen], mark, told)


def _outcome(found: pd.DataFrame, language: str) -> str:
    known = str(found["outcome"].iloc[0]) if len(found) else "low_rating"
    return _word(OUTCOMES, known, language)


def _word(table_: dict[str, tuple[str, str]], key: str, language: str) -> str:
    return table_[key][words.LANGUAGES.index(language)] if key in table_ else key


def _text(key: str, language: str, **parts: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(**parts)
