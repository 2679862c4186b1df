"""The audit of a sample for readers: who was looked at, was it selective, how exact is it."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import sentences, words
from csqa.frames import records
from csqa.show.html import Badge, Cell, Html, fold, paragraph, table
from csqa.stats import acceptance_probability

if TYPE_CHECKING:
    from csqa.sample_audit import SampleAudit

MOST_UNITS = 60
"""Units of a table; more are counted."""

TEXTS = {
    "dimension": ("维度", "Dimension"),
    "value": ("对象", "Value"),
    "contacts": ("服务记录", "Contacts"),
    "inspected": ("已质检", "Inspected"),
    "share": ("占比", "Share"),
    "missing": ("一条也没有的", "None of"),
    "verdict": ("有无挑选", "Selective?"),
    "needed": ("±5 个百分点需要", "Needed for ±5 pp"),
    "margin": ("合格率的误差", "Margin of a pass rate"),
    "unit": ("对象", "Unit"),
    "whole": (
        "{contacts} 条服务记录中质检了 {n} 条（{share}）；合格率能精确到 ±{margin} 个百分点。",
        "{n} of {contacts} contacts were inspected ({share}); a pass rate is known to ±{margin}"
        " percentage points.",
    ),
    "odds": (
        "“每百条不超过 2 次”这样的标准，抽 100 条能碰巧通过的机会：真实差错率 {odds}。",
        "The chance that 100 records pass “at most 2 in 100”: with a true rate of {odds}.",
    ),
    "agents": ("每位客服的样本", "The sample of each agent"),
    "more": ("还有 {count} 个。", "{count} more."),
    "replaced": (
        "与抽样名单相比：名单外质检 {extra} 条，名单内没有质检 {lost} 条。",
        "Beside the list that was drawn: {extra} inspected that were not on it, {lost} on it that"
        " were not.",
    ),
}
DIMENSIONS = {
    "agent_id": ("客服", "agent"),
    "peak": ("时段", "hours"),
    "customer_type": ("客户类型", "customer type"),
    "channel": ("渠道", "channel"),
    "feedback": ("评价", "feedback"),
    "stratum": ("抽样层", "stratum"),
    "day": ("日期", "day"),
}
FEEDBACK = {
    "positive": ("正面", "positive"),
    "neutral": ("中性", "neutral"),
    "negative": ("负面", "negative"),
    "no_feedback": ("没有评价", "none given"),
}
VERDICTS = {
    "selective": ("▼ 有挑选的迹象", "▼ selective", "worse"),
    "no_sign": ("● 没有挑选的迹象", "● no sign of it", "neutral"),
    "too_few": ("○ 样本不足", "○ too few", "few"),
}


def _text(key: str, language: str, **values: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(**values)


def show_audit(audit: "SampleAudit", *, language: str = "zh") -> Html:
    """Show what a sample covers, whether it was selected, and how exact it is.

    Parameters
    ----------
    audit : SampleAudit
        From :func:`csqa.audit_sample`.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        A sentence, a table by dimension, the margin of each team, and of each agent behind a line
        that opens it.
    """
    whole = records(audit.precision)[0]
    share = words.format_value(whole["n"] / whole["contacts"], "share", language)
    counts = {"contacts": f"{whole['contacts']:,}", "n": f"{whole['n']:,}", "share": share}
    made = paragraph(_text("whole", language, margin=_points(whole["margin"]), **counts))
    made += _dimensions(audit, language)
    made += _units(audit.precision, "team", language)
    agents = _units(audit.precision, "agent_id", language)
    made += fold(_text("agents", language), agents)
    for sentence in (_replaced(audit.replacements, language), _odds(language)):
        made = made + paragraph(sentence) if sentence else made
    return made


def _dimensions(audit: "SampleAudit", language: str) -> Html:
    tested = {row["dimension"]: row for row in records(audit.selection)}
    rows = []
    for dimension, group in audit.coverage.groupby("dimension", sort=False):
        missing = group.loc[group["verdict"] == "missing", "value"].tolist()
        named = [_name(str(dimension), value, language) for value in missing[:5]]
        rest = f" +{len(missing) - 5}" if len(missing) > 5 else ""
        rows.append(
            [
                _dimension(str(dimension), language),
                f"{len(group):,}",
                words.join(named, language) + rest if missing else "–",
                _verdict(tested.get(dimension), language),
            ]
        )
    headers = [_text(key, language) for key in ("dimension", "value", "missing", "verdict")]
    return table(headers, rows, numeric=headers[1:2], short=headers[:1])


def _verdict(row: dict[str, Any] | None, language: str) -> Cell:
    if row is None:
        return "–"
    zh, en, meaning = VERDICTS[row["verdict"]]
    text = zh if language == "zh" else en
    if row["verdict"] == "too_few":
        return Badge(text, meaning)
    sure = f"χ²={row['statistic']:.1f}, q={row['q']:.3f}"
    if row["verdict"] == "selective":
        over, under = (
            _name(row["dimension"], row[end], language) for end in ("most_over", "most_under")
        )
        sure += f"; {over} ↑ {under} ↓"
    return Badge(f"{text} ({sure})" if language == "en" else f"{text}（{sure}）", meaning)


def _units(precision: pd.DataFrame, kind: str, language: str) -> Html:
    shown = precision[precision["unit_kind"] == kind]
    rows = [
        [
            sentences.name_unit(kind, row["unit"], language),
            f"{row['contacts']:,}",
            f"{row['n']:,}",
            words.format_value(row["n"] / row["contacts"], "share", language),
            f"±{_points(row['margin'])}" if row["n"] else "–",
            f"{row['n_needed']:,.0f}",
        ]
        for row in records(shown.head(MOST_UNITS))
    ]
    keys = ("unit", "contacts", "inspected", "share", "margin", "needed")
    headers = [_text(key, language) for key in keys]
    made = table(headers, rows, numeric=headers[1:], short=headers[:1])
    rest = len(shown) - MOST_UNITS
    return made + paragraph(_text("more", language, count=rest)) if rest > 0 else made


def _replaced(replacements: pd.DataFrame, language: str) -> str:
    kinds = replacements["kind"].value_counts()
    if kinds.empty:
        return ""
    extra, lost = (kinds.get(x, 0) for x in ("inspected_not_picked", "picked_not_inspected"))
    return _text("replaced", language, extra=f"{extra:,}", lost=f"{lost:,}")


def _odds(language: str) -> str:
    rates = (0.01, 0.02, 0.03, 0.05)
    passes = acceptance_probability(2, 100, list(rates))
    at = "{rate} 时 {odds}" if language == "zh" else "{rate}: {odds}"
    told = [
        at.format(rate=f"{100 * rate:.0f}%", odds=f"{100 * odds:.0f}%")
        for rate, odds in zip(rates, passes, strict=True)
    ]
    return _text("odds", language, odds=words.join(told, language))


def _points(margin: float) -> str:
    """A margin, a share, in percentage points."""
    return words.round_half_up(100 * margin)


def _dimension(dimension: str, language: str) -> str:
    names = DIMENSIONS.get(dimension, (dimension, dimension))
    return names[words.LANGUAGES.index(language)]


def _name(dimension: str, value: str, language: str) -> str:
    """A value of a dimension; of a stratum, its parts."""
    if dimension == "feedback":
        return FEEDBACK[value][words.LANGUAGES.index(language)]
    if dimension == "stratum":
        return "/".join(words.label(part, language) for part in value.split("/"))
    return words.label(value, language)
