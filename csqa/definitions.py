"""definitions: what each metric counts, by which clock, what it leaves out, and whose it is.

The standard says what a metric means; here stands how csqa counts it with the settings in force,
and how many contacts of the month that left out.
"""

from typing import Any

import pandas as pd

from csqa import words
from csqa.engine.counts import count_undecided, count_without_customer
from csqa.engine.dataset import Dataset
from csqa.engine.quality import count_fed
from csqa.periods import first_day
from csqa.rules.measures import measure_of
from csqa.rules.standard import Metric, Standard
from csqa.schema import CONTACTS

DEFINITION_COLUMNS = ["metric", "definition", "computed", "clock", "n", "left_out", "exclusions"]

BUSINESS = "business_"
"""Measures of this prefix are their namesakes by the business clock."""

COMPUTED: dict[str, tuple[str, str]] = {
    "first_response_seconds": (
        "首次响应时间 − 创建时间，取平均",
        "first response minus creation, mean",
    ),
    "handle_seconds": ("登记的处理时长，取平均", "handle time as recorded, mean"),
    "resolution_seconds": ("解决时间 − 创建时间，取平均", "resolution minus creation, mean"),
    "first_contact_resolution": (
        "已解决、未重开、且同一客户 {days} 天内没有就同一问题再来，才算一次解决",
        "resolved, not reopened, and no further contact of that customer on that topic within"
        " {days} days",
    ),
    "resolved": (
        "登记了“是否解决”的以登记为准；其余看有没有解决时间",
        "the flag resolved where given; else whether there is a time of resolution",
    ),
    "within_limit": (
        "在优先级的时限（{limits}）内解决的占比；未解决且已超时限算未达标",
        "share resolved within the limit of their priority ({limits}); open and late is a miss",
    ),
    "reopened": ("重开过的占比", "share reopened at least once"),
    "departments": ("经过的部门数，取平均", "departments passed, mean"),
    "csat_satisfied": ("评分 ≥ {satisfied} 分的占比", "share of ratings of {satisfied} or more"),
    "nps": (
        "9–10 分的占比 − 0–6 分的占比",
        "share of ratings 9–10 minus share of ratings 0–6",
    ),
    "complaint": ("标为投诉的占比", "share marked as complaints"),
    "praise": ("标为表扬的占比", "share marked as praise"),
}
"""Measure → how it is counted; others by their kind."""

DECLARED = (
    "登记了“是否一次解决”的以登记为准；其余：",
    "as the flag first_contact_resolved says; else: ",
)
"""Before the rule for first-contact resolution, where contacts tell it themselves."""

BY_KIND: dict[str, tuple[str, str]] = {
    "seconds": ("取平均", "mean"),
    "number": ("取平均", "mean"),
    "share": ("占比", "share"),
    "nps": ("推荐者占比 − 贬损者占比", "promoters minus detractors"),
    "per_hundred": (
        "抽检记录中判为不合格的项数 × 100 ÷ 抽检且适用的记录数",
        "items judged as failed × 100 / records inspected to which the item applied",
    ),
}

CLOCKS = {
    "calendar": ("按自然时间", "by calendar time"),
    "business": ("按营业时间（日历文件）", "by business hours (calendar file)"),
    "days": ("按自然日", "by calendar days"),
    "recorded": ("以系统登记为准", "as the system records it"),
    "none": ("–", "–"),
}

ATTRIBUTED = {
    "assignee": ("每条记录算在受理人（“工号”）名下。", "A contact counts for its agent_id."),
    "first_responder": (
        "每条记录算在首次响应的客服（“首响工号”）名下，没有的算“工号”。",
        "A contact counts for its first_agent_id, failing that its agent_id.",
    ),
    "last": (
        "每条记录算在最后处理的客服（“末次处理工号”）名下，没有的算“工号”。",
        "A contact counts for its last_agent_id, failing that its agent_id.",
    ),
}


def define_metrics(
    data: Dataset,
    scores: pd.DataFrame,
    standard: Standard,
    *,
    period: str,
    language: str = "zh",
) -> pd.DataFrame:
    """Define each metric of a month as it was counted.

    Parameters
    ----------
    data : Dataset
        As loaded.
    scores : DataFrame
        From :func:`csqa.score`, of the whole: how many contacts each metric counts.
    standard : Standard
        Of which the version in force in the month.
    period : str
        The month.
    language : {"zh", "en"}
        Of the texts.

    Returns
    -------
    DataFrame, one row per metric
        ``metric`` key; ``definition`` of the standard; ``computed``: how csqa counts it;
        ``clock``; ``n`` [contacts] counted; ``left_out`` [contacts] in its scope but not counted,
        missing where the scope is a time of the day; ``exclusions``: why, empty for none.
    """
    place = words.LANGUAGES.index(language)
    metrics = standard.at(first_day(period)).metrics
    counted = scores[scores["period"] == period].groupby("metric")["n"].sum()
    scopes = _count_scopes(data, metrics, period)
    rows = []
    for metric in metrics:
        n, scope = int(counted.get(metric.key, 0)), scopes.get(metric.key)
        left_out = scope - n if scope is not None and n else None
        rows.append(
            {
                "metric": metric.key,
                "definition": dict(metric.definition).get(language, ""),
                "computed": _computed(data, metric, standard, place),
                "clock": CLOCKS[_clock(metric)][place],
                "n": n,
                "left_out": left_out,
                "exclusions": _exclusions(data, metric, standard, period, left_out, language),
            }
        )
    table = pd.DataFrame(rows, columns=DEFINITION_COLUMNS)
    return table.astype({"n": "int64", "left_out": "Int64"})


def list_conventions(data: Dataset, standard: Standard, *, language: str = "zh") -> list[str]:
    """Say what holds for all metrics: which month, whose contact, whose team, which rows.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> day = "2025-06-01 09:00"
    >>> table = pd.DataFrame({"contact_id": ["C1"], "channel": ["phone"], "created_at": [day]})
    >>> data = Dataset.from_frames({"contacts": table})
    >>> list_conventions(data, read_standard())[0]
    '每条记录按创建时间归入月份，时区 Asia/Shanghai。'
    """
    zh, place = language == "zh", words.LANGUAGES.index(language)
    roster = data.has("agent_teams")
    if zh:
        month = f"每条记录按创建时间归入月份，时区 {data.time_zone}。"
        team = "班组按人员班组表里创建当天的归属。" if roster else "班组按记录上的“班组”。"
        rows = "隔离的行不参与任何统计；空着的值不是 0，只是不计入。"
    else:
        month = f"A contact belongs to the month of its creation, time zone {data.time_zone}."
        team = (
            "Teams are those of the roster on the day of the creation."
            if roster
            else "Teams are those named in the contacts."
        )
        rows = "Rows set aside are in no figure; an empty value is not 0, it is left out."
    return [month, ATTRIBUTED[standard.attribution][place], team, rows]


def _base(metric: Metric) -> str:
    return metric.measure.removeprefix(BUSINESS)


def _clock(metric: Metric) -> str:
    if metric.own is not None:
        steps, columns = metric.own.expression.steps, metric.own.expression.columns
        recorded = "recorded" if "handle_seconds" in columns else "none"
        return "calendar" if "SECONDS_BETWEEN" in steps else recorded
    if metric.measure.startswith(BUSINESS):
        return "business"
    if metric.measure == "first_contact_resolution":
        return "days"
    if _base(metric) == "handle_seconds":
        return "recorded"
    timed = measure_of(metric).kind == "seconds" or metric.measure == "within_limit"
    return "calendar" if timed else "none"


def _computed(data: Dataset, metric: Metric, standard: Standard, place: int) -> str:
    if metric.own is not None:
        expression = metric.own.expression.text
        if metric.own.kind == "share":
            return (f"满足 {expression} 的占比", f"share of {expression}")[place]
        return (f"算式 {expression}，取平均", f"mean of {expression}")[place]
    known = COMPUTED.get(_base(metric)) or BY_KIND[measure_of(metric).kind]
    unit = " 小时" if place == 0 else " h"
    declared = data.has("contacts", "first_contact_resolved")
    first = DECLARED[place] if declared and _base(metric) == "first_contact_resolution" else ""
    return first + known[place].format(
        days=f"{standard.repeat_contact_days:g}",
        satisfied=f"{standard.satisfied_from:g}",
        limits=words.join(
            (
                f"{words.label(name, words.LANGUAGES[place])} {hours:g}{unit}"
                for name, hours in standard.resolution_limit_hours
            ),
            words.LANGUAGES[place],
        ),
    )


def _count_scopes(data: Dataset, metrics: tuple[Metric, ...], period: str) -> dict[str, int]:
    """Contacts that each metric looks at; of inspections, all of the month."""
    asked: dict[str, Any] = {
        metric.key: (list(metric.where), ())
        for metric in metrics
        if not any(column == "peak" for column, _ in metric.where)
    }
    found = count_fed(data, asked, period)
    return dict(zip(found["metric"], found["in_scope"].astype(int), strict=True))


def _exclusions(
    data: Dataset,
    metric: Metric,
    standard: Standard,
    period: str,
    left_out: int | None,
    language: str,
) -> str:
    if not left_out:
        return ""
    zh, base = language == "zh", _base(metric)
    if measure_of(metric).table == "inspections":
        return f"{left_out:,} 条没有抽检或不适用" if zh else f"{left_out:,} not inspected"
    if base == "first_contact_resolution":
        return _unknown_resolution(data, standard, period, left_out, language)
    if base == "within_limit":
        told = "未到时限还没解决，或没有优先级"
        return f"{left_out:,} 条{told}" if zh else f"{left_out:,} open in time, or no priority"
    if metric.own is not None:
        return f"{left_out:,} 条算不出值" if zh else f"{left_out:,} without a value"
    lacking = [_header(name, language) for name in measure_of(metric).needs]
    if zh:
        return f"{left_out:,} 条没有{words.join(lacking, language) or '值'}"
    return f"{left_out:,} without {words.join(lacking, language) or 'a value'}"


def _header(column: str, language: str) -> str:
    if language == "en" or column not in CONTACTS.names:
        return column
    return f"“{CONTACTS.column(column).zh}”"


def _unknown_resolution(
    data: Dataset, standard: Standard, period: str, left_out: int, language: str
) -> str:
    """First-contact resolution: too recent, without a customer, or not told."""
    zh, days = language == "zh", f"{standard.repeat_contact_days:g}"
    recent = min(count_undecided(data, standard, period), left_out)
    nameless = min(count_without_customer(data, period), left_out - recent)
    rest = left_out - recent - nameless
    parts = [
        (recent, f"条未满 {days} 天观察期", f"without {days} days of follow-up"),
        (nameless, "条没有客户编号", "without a customer"),
        (rest, "条没有是否解决的登记", "not known to be resolved or not"),
    ]
    told = [f"{n:,} {chinese if zh else english}" for n, chinese, english in parts if n]
    return words.join(told, language)
