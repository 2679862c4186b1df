"""What customers feel, for readers: courses of conversations, feedback, early risks."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.engine.personal import mask_personal
from csqa.errors import check_option
from csqa.frames import records
from csqa.rules.sentiment import read_sentiment
from csqa.rules.sentiment_words import Lexicon
from csqa.sentiment_results import COURSES
from csqa.show.headers_sentiment import COURSES as COURSE_NAMES
from csqa.show.headers_sentiment import VALUES
from csqa.show.html import Badge, Html, paragraph, table

TEXTS = {
    "no_messages": ("没有客户的消息，看不出情绪。", "No messages of customers: nothing to read."),
    "no_feedback": ("这个月没有客户反馈。", "No feedback this month."),
    "no_risks": ("没有发现早期风险。", "No early risks were found."),
    "unit": ("对象", "Unit"),
    "conversations": ("会话", "Conversations"),
    "note": (
        "情绪由词典判读，单条消息常有误判，看整体占比；区间为 95%。不用来评价客服个人。",
        "Read by a lexicon: single messages are often misread, shares hold; intervals are 95 %. "
        "No measure of an agent.",
    ),
    "source": ("来源或主题", "Source or topic"),
    "n": ("条数", "Texts"),
    "negative": ("负面（95% 区间）", "Negative (95 % interval)"),
    "neutral": ("中性", "Neutral"),
    "positive": ("正面", "Positive"),
    "rating": ("平均评分（条数）", "Mean rating (n)"),
    "agreement": ("文字与评分一致", "Words agree with rating"),
    "before": ("此前负面", "Negative before"),
    "verdict": ("变化", "Change"),
    "urgency": ("紧急程度", "Urgency"),
    "why": ("为什么", "Why"),
    "contact": ("服务单号", "Contact"),
    "when": ("时间", "When"),
    "evidence": ("证据（已脱敏）", "Evidence (masked)"),
}
MEANINGS = {"critical": "worse", "major": "watch", "minor": "neutral"}
TRENDS = {"rising": "worse", "falling": "better", "no_difference": "neutral", "too_few": "few"}
LONGEST = 120
"""Characters of evidence that are shown."""


def _text(key: str, language: str) -> str:
    check_option("language", language, words.LANGUAGES)
    return TEXTS[key][words.LANGUAGES.index(language)]


def _share(value: float, language: str) -> str:
    return words.format_value(float(value), "share", language)


def _interval(row: dict[str, Any], name: str, language: str) -> str:
    value, lower, upper = (row[f"{name}{end}"] for end in ("_share", "_lower", "_upper"))
    if pd.isna(value):
        return "–"
    ends = f"{_share(lower, language)}–{_share(upper, language)}"
    own = _share(value, language)
    return f"{own}（{ends}）" if language == "zh" else f"{own} ({ends})"


def show_sentiment(courses: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show how conversations went: recovered, flat, deteriorated, with intervals.

    Parameters
    ----------
    courses : DataFrame
        From :func:`csqa.summarise_courses`.
    language : {"zh", "en"}
        Of all texts.

    Returns
    -------
    Html
        A row per unit.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> row = {"by": "channel", "unit": "phone", "n": 40, "lower": 0.1, "upper": 0.4}
    >>> rows = [row | {"course": name, "count": 10, "share": 0.25} for name in COURSES]
    >>> print(show_sentiment(pd.DataFrame(rows)).text.splitlines()[1])
    电话  40  25.0%（10.0%–40.0%）  25.0%（10.0%–40.0%）  25.0%（10.0%–40.0%）  25.0%（10.0%–40.0%）
    """
    place = words.LANGUAGES.index(language) if language in words.LANGUAGES else 0
    if courses.empty:
        return paragraph(_text("no_messages", language))
    names = [COURSE_NAMES[course][place] for course in COURSES]
    headers = [_text("unit", language), _text("conversations", language), *names]
    rows = []
    for unit, own in courses.groupby("unit", sort=False):
        cells = {row["course"]: row for row in records(own)}
        told = [
            _interval({f"x{end}": cells[name][key] for end, key in _ENDS}, "x", language)
            for name in COURSES
        ]
        n = words.format_count(int(own["n"].iloc[0]))
        rows.append([words.label(str(unit), language), n, *told])
    return table(headers, rows, numeric=headers[1:]) + paragraph(_text("note", language))


_ENDS = (("_share", "share"), ("_lower", "lower"), ("_upper", "upper"))


def show_feedback(feedback: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show feedback by source and topic: what is said, what is rated, what changed.

    Parameters
    ----------
    feedback : DataFrame
        From :func:`csqa.summarise_feedback`.
    language : {"zh", "en"}
        Of all texts.

    Returns
    -------
    Html
        A row per source, then per topic.

    Examples
    --------
    >>> from csqa.sentiment_results import FEEDBACK_COLUMNS
    >>> show_feedback(pd.DataFrame(columns=list(FEEDBACK_COLUMNS))).text
    '这个月没有客户反馈。'
    """
    if feedback.empty:
        return paragraph(_text("no_feedback", language))
    keys = ("source", "n", "negative", "neutral", "positive", "rating", "agreement", "before")
    headers = [_text(key, language) for key in (*keys, "verdict")]
    rows = [_feedback_row(row, language) for row in records(feedback)]
    made = table(headers, rows, numeric=headers[1:-1])
    return made + paragraph(_text("note", language))


def _feedback_row(row: dict[str, Any], language: str) -> list[str | Badge]:
    rating = "–"
    if row["rated"]:
        rating = f"{row['mean_rating']:.2f}（{row['rated']}）"
    few = pd.isna(row["negative_share_before"])
    return [
        words.label(str(row["unit"]), language),
        words.format_count(row["n"]),
        _interval(row, "negative", language),
        *(_share(row[f"{name}_share"], language) for name in ("neutral", "positive")),
        rating,
        _share(row["agreement"], language) if row["both"] else "–",
        "–" if few else _share(row["negative_share_before"], language),
        Badge(words.label(row["verdict"], language), TRENDS[row["verdict"]]),
    ]


def show_risks(
    risks: pd.DataFrame, lexicon: Lexicon | None = None, *, language: str = "zh"
) -> Html:
    """Show early risks, the most urgent first, each with why and its masked evidence.

    Parameters
    ----------
    risks : DataFrame
        From :func:`csqa.list_risks`.
    lexicon : Lexicon, optional
        For the names of threats. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.

    Returns
    -------
    Html
        A table, or that there is nothing.

    Examples
    --------
    >>> from csqa.sentiment_results import RISK_COLUMNS
    >>> show_risks(pd.DataFrame(columns=list(RISK_COLUMNS))).text
    '没有发现早期风险。'
    """
    if risks.empty:
        return paragraph(_text("no_risks", language))
    rules = lexicon or read_sentiment()
    headers = [_text(key, language) for key in ("urgency", "why", "contact", "when", "evidence")]
    told = mask_personal(risks["evidence"].astype("object").fillna(""), language=language)
    rows = [
        _risk_row(row, str(text), rules, language)
        for row, text in zip(records(risks), told, strict=True)
    ]
    return table(headers, rows, short=headers[:4])


def _risk_row(
    row: dict[str, Any], evidence: str, lexicon: Lexicon, language: str
) -> list[str | Badge]:
    place = words.LANGUAGES.index(language)
    urgency = VALUES["risks.severity"][row["severity"]][place]
    why = VALUES["risks.reason"][row["reason"]][place]
    if row["reason"] == "threat":
        why = lexicon.name(str(row["rule"]), language)
    elif row["reason"] == "source_rising":
        shares = (_share(row[key], language) for key in ("share_before", "share"))
        why = f"{words.label(str(row['unit']), language)} {why} {' → '.join(shares)}"
    else:
        why = f"{why} ({row['end_level']:+.2f})"
    cut = evidence if len(evidence) <= LONGEST else f"{evidence[:LONGEST]}…"
    when = "–" if pd.isna(row["local_at"]) else f"{row['local_at']:%Y-%m-%d %H:%M}"
    contact = "–" if pd.isna(row["contact_id"]) else str(row["contact_id"])
    return [Badge(urgency, MEANINGS[row["severity"]]), why, contact, when, cut or "–"]
