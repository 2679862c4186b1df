"""definitions: what each metric counts, by which clock, what it leaves out, and whose it is.

The standard says what a metric means; here stands how csqa counts it with the settings in force,
and how many contacts of the month that left out.
"""

from typing import Any

import pandas as pd

from csqa import words
from csqa.definition_texts import (
    ATTRIBUTED,
    BY_KIND,
    CLOCKS,
    COMPUTED,
    DECLARED,
    EXCLUDED,
    WEIGHTED,
)
from csqa.engine.counts import count_probabilities, count_undecided, count_without_customer
from csqa.engine.dataset import Dataset
from csqa.engine.quality import count_fed
from csqa.engine.weighted_records import has_probabilities
from csqa.periods import first_day
from csqa.rules.expressions import OwnMeasure
from csqa.rules.measures import measure_of
from csqa.rules.standard import Metric, Standard
from csqa.schema import CONTACTS

DEFINITION_COLUMNS = ["metric", "definition", "computed", "clock", "n", "left_out", "exclusions"]

BUSINESS = "business_"
"""Measures of this prefix are their namesakes by the business clock."""


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
    unequal = has_probabilities(data) and count_probabilities(data, period)[1]
    rows = []
    for metric in metrics:
        n, scope = int(counted.get(metric.key, 0)), scopes.get(metric.key)
        weighted = unequal and measure_of(metric).table == "inspections"
        left_out = scope - n if scope is not None and n and not weighted else None
        rows.append(
            {
                "metric": metric.key,
                "definition": dict(metric.definition).get(language, ""),
                "computed": _computed(data, metric, standard, place) + WEIGHTED[place] * weighted,
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
    base = _base(metric)
    if metric.own is not None:
        recorded = "recorded" if "handle_seconds" in metric.own.columns else "none"
        return "calendar" if "SECONDS_BETWEEN" in metric.own.steps else recorded
    if metric.measure.startswith(BUSINESS):
        return "business"
    if base in ("first_contact_resolution", "repeat_complaint"):
        return "days"
    if base in ("handle_seconds", "answer_wait_seconds", "service_level"):
        return "recorded"
    limited = base in ("within_limit", "over_limit", "within_response_limit")
    return "calendar" if limited or measure_of(metric).kind == "seconds" else "none"


def _computed(data: Dataset, metric: Metric, standard: Standard, place: int) -> str:
    if metric.own is not None:
        return _computed_own(metric.own, place)
    texts = COMPUTED.get(metric.measure) or COMPUTED.get(_base(metric))
    known = texts or BY_KIND[measure_of(metric).kind]
    declared = data.has("contacts", "first_contact_resolved")
    first = DECLARED[place] if declared and _base(metric) == "first_contact_resolution" else ""
    return first + known[place].format(**_settings(standard, place))


def _computed_own(own: OwnMeasure, place: int) -> str:
    text = own.expression.text
    among = ("", "") if own.among is None else _among(own.among.text)
    if own.kind == "share":
        return (f"{among[0]}满足 {text} 的占比", f"share of {text}{among[1]}")[place]
    return (f"{among[0]}算式 {text}，取平均", f"mean of {text}{among[1]}")[place]


def _among(text: str) -> tuple[str, str]:
    return f"满足 {text} 的记录中，", f" among contacts with {text}"


def _settings(standard: Standard, place: int) -> dict[str, str]:
    """What stands for the words in braces."""
    language, unit = words.LANGUAGES[place], (" 小时", " h")[place]
    limits = (
        f"{words.label(name, language)} {hours:g}{unit}"
        for name, hours in standard.resolution_limit_hours
    )
    numbers = {
        "days": standard.repeat_contact_days,
        "complaint_days": standard.repeat_complaint_days,
        "satisfied": standard.satisfied_from,
        "response": standard.response_limit_seconds,
        "transferred": standard.transferred_from,
        "level": standard.service_level_seconds,
        "short": standard.short_abandon_seconds,
    }
    listed = {name: f"{value:g}" for name, value in numbers.items()}
    return listed | {"limits": words.join(limits, language)}


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
    if base in EXCLUDED:
        place = words.LANGUAGES.index(language)
        told = EXCLUDED[base][place].format(**_settings(standard, place))
        return f"{left_out:,} 条{told}" if zh else f"{left_out:,} {told}"
    if metric.own is not None:
        outside = metric.own.among is not None
        told = ("不在分母里，或" if outside else "") + "算不出值"
        english = ("not in the denominator, or " if outside else "") + "without a value"
        return f"{left_out:,} 条{told}" if zh else f"{left_out:,} {english}"
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
