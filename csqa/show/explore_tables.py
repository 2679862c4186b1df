"""Tables of the workbench, escaped: what customers wrote is hostile input."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.rules.standard import Metric
from csqa.show.explore_heat import WEEKDAYS
from csqa.show.html import Badge, Html, paragraph, table
from csqa.show.palette import VARIATIONS
from csqa.show.sections import verdict_badge

MOST_MONTHS = 12
"""Rows of a table over time, the newest ones."""

HEADERS = {
    "summary": (
        ("指标", "对象", "时间", "结果（95% 区间）", "n", "目标", "得分", "说明"),
        ("Metric", "Unit", "When", "Value (95 %)", "n", "Target", "Score", "Why"),
    ),
    "trend": (
        ("月份", "结果（95% 区间）", "n", "目标", "是否达标", "波动"),
        ("Month", "Value (95 %)", "n", "Target", "Met", "Variation"),
    ),
    "peers": (
        ("对象", "结果（95% 区间）", "n", "同类工作预期", "99.8% 界限", "判断"),
        ("Unit", "Value (95 %)", "n", "Expected", "99.8 % limits", "Verdict"),
    ),
    "contacts": (
        ("服务单号", "创建时间", "工号", "班组", "渠道", "业务场景", "问题类型", "值", "原因"),
        ("Contact", "Created", "Agent", "Team", "Channel", "Scene", "Topic", "Value", "Why"),
    ),
    "quantiles": (("分位", "值"), ("Quantile", "Value")),
    "weekdays": (("星期", "服务记录", "n", "结果"), ("Day", "Contacts", "n", "Value")),
    "messages": (("序号", "时间", "发送方", "内容"), ("No", "At", "Sender", "Text")),
}
SENDERS = {"agent": "客服", "customer": "客户", "bot": "机器人", "system": "系统"}


def show_summary(
    scores: pd.DataFrame, metric: Metric, *, unit: str, when: str, language: str = "zh"
) -> Html:
    """Show one figure with all that is known of it; a note where there is none.

    Parameters
    ----------
    scores : DataFrame
        At most one row of :func:`csqa.score`, with ``kind`` and ``direction``.
    metric : Metric
        For its name.
    unit, when : str
        As readers call them.
    language : {"zh", "en"}
        Of all texts.
    """
    rows = [
        [
            metric.name(language),
            unit,
            when,
            _with_interval(row, language),
            words.format_count(row["n"]),
            words.format_target(
                row["target"],
                row["direction"],
                row["kind"],
                language,
                upper=row.get("target_upper", float("nan")),
            ),
            words.format_points(row["score"]),
            str(row["reason"]),
        ]
        for row in records(scores)
    ]
    return _table("summary", rows, language)


def show_trend(over: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show the newest months of one metric and unit.

    Parameters
    ----------
    over : DataFrame
        From :func:`csqa.compare_vertical`, one metric and unit.
    language : {"zh", "en"}
        Of all texts.
    """
    rows = [
        [
            row["period"],
            _with_interval(row, language),
            words.format_count(row["n"]),
            words.format_target(
                row["target"],
                row["direction"],
                row["kind"],
                language,
                upper=row.get("target_upper", float("nan")),
            ),
            _met(row["met"], language),
            _variation(row["variation"], language),
        ]
        for row in records(over.sort_values("period", ascending=False).head(MOST_MONTHS))
    ]
    return _table("trend", rows, language)


def show_peers(across: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show units with what is expected of their mix of work, by name: nobody is ranked.

    Parameters
    ----------
    across : DataFrame
        From :func:`csqa.compare_horizontal`, one metric.
    language : {"zh", "en"}
        Of all texts.
    """
    rows = [
        [
            words.label(row["unit"], language),
            _with_interval(row, language),
            words.format_count(row["n"]),
            words.format_value(row["expected"], row["kind"], language),
            words.format_interval(row["lower_limit"], row["upper_limit"], row["kind"], language),
            verdict_badge(row["verdict"], language),
        ]
        for row in records(across.sort_values("unit"))
    ]
    return _table("peers", rows, language)


def show_contacts(contacts: pd.DataFrame, *, kind: str, language: str = "zh") -> Html:
    """Show contacts with the reason why each is listed.

    Parameters
    ----------
    contacts : DataFrame
        With ``contact_id local_at agent_id team channel scene topic value reason``.
    kind : str
        Of the values.
    language : {"zh", "en"}
        Of all texts.
    """
    names = ["agent_id", "team", "channel", "scene", "topic"]
    rows = [
        [
            row["contact_id"],
            f"{row['local_at']:%Y-%m-%d %H:%M}",
            *(words.label(row[name], language) for name in names),
            _one_value(row["value"], kind, language),
            row["reason"],
        ]
        for row in records(contacts)
    ]
    return _table("contacts", rows, language)


def show_quantiles(quantiles: pd.DataFrame, *, kind: str, language: str = "zh") -> Html:
    """Show what shares of the contacts stayed within which value.

    Parameters
    ----------
    quantiles : DataFrame
        ``probability``, ``value`` [the kind's unit].
    kind : str
        One of :data:`csqa.results.KINDS`.
    language : {"zh", "en"}
        Of all texts.
    """
    rows = [
        [f"{row['probability']:.0%}", words.format_value(row["value"], kind, language)]
        for row in records(quantiles)
        if not pd.isna(row["value"])
    ]
    return _table("quantiles", rows, language)


def show_weekdays(week: pd.DataFrame, *, kind: str, language: str = "zh") -> Html:
    """Show a metric by weekday.

    Parameters
    ----------
    week : DataFrame
        ``weekday`` (0 is Monday), ``contacts``, ``n``, ``value``.
    kind : str
        One of :data:`csqa.results.KINDS`.
    language : {"zh", "en"}
        Of all texts.
    """
    rows = [
        [
            WEEKDAYS[language][int(row["weekday"])],
            words.format_count(row["contacts"]),
            words.format_count(row["n"]),
            words.format_value(row["value"], kind, language),
        ]
        for row in records(week)
    ]
    return _table("weekdays", rows, language)


def show_messages(messages: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show what was said in one contact; what names a person is masked before.

    Parameters
    ----------
    messages : DataFrame
        ``seq sent_at sender text``.
    language : {"zh", "en"}
        Of all texts.
    """
    rows = [
        [
            str(row["seq"]),
            "" if pd.isna(row["sent_at"]) else f"{row['sent_at']:%m-%d %H:%M:%S}",
            SENDERS.get(row["sender"], row["sender"]) if language == "zh" else row["sender"],
            "" if pd.isna(row["text"]) else str(row["text"]),
        ]
        for row in records(messages)
    ]
    return _table("messages", rows, language)


def _table(key: str, rows: list[list[Any]], language: str) -> Html:
    if not rows:
        return paragraph(words.label("no_data", language))
    headers = HEADERS[key][words.LANGUAGES.index(language)]
    return table(headers, rows, numeric=("n",), short=headers[:2], cards=False)


def _with_interval(row: dict[str, Any], language: str) -> str:
    value = words.format_value(row["value"], row["kind"], language)
    sure = words.format_interval(row["lower"], row["upper"], row["kind"], language)
    return f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})"


def _one_value(value: float, kind: str, language: str) -> str:
    """Of a single contact: a flag is no rate."""
    if kind == "share":
        yes, no = ("是", "否") if language == "zh" else ("yes", "no")
        return yes if value else no
    if kind in ("nps", "per_hundred"):
        return words.round_short(value)
    return words.format_value(value, kind, language, short=True)


def _met(met: object, language: str) -> Badge:
    if met is None or pd.isna(met):  # type: ignore[call-overload]
        return Badge("–")
    key = "met" if met else "missed"
    return Badge(("✓ " if met else "✗ ") + words.label(key, language), key)


def _variation(variation: str, language: str) -> Badge:
    mark = VARIATIONS.get(variation)
    meaning = {"improvement": "better", "concern": "worse"}.get(variation, "neutral")
    return Badge(f"{mark.sign if mark else ''} {words.label(variation, language)}".strip(), meaning)
