"""limits: what the data of a month cannot tell, one sentence each, so that nobody has to guess."""

import json

from csqa import words
from csqa.engine.counts import (
    count_contacts,
    count_inspected,
    count_probabilities,
    count_undecided,
    count_without,
    count_without_customer,
)
from csqa.engine.dataset import Dataset
from csqa.engine.expression_sql import write_expression
from csqa.engine.passes import can_feed
from csqa.engine.periods import complete_periods
from csqa.frames import period_row
from csqa.periods import first_day
from csqa.rules.history import compare_standards
from csqa.rules.measures import measure_of
from csqa.rules.standard import Standard
from csqa.schema import CONTACTS

LEAST_INSPECTED = 0.10
"""Share of contacts that the guide wants inspected (G5: 10–20 %)."""

OPTIONAL_TABLES = ("messages", "inspections", "feedback", "actions")


def list_limits(
    data: Dataset,
    standard: Standard,
    *,
    period: str,
    before: str = "",
    language: str = "zh",
) -> list[str]:
    """Say what the data cannot tell, one sentence each.

    Parameters
    ----------
    data : Dataset
        As loaded.
    standard : Standard
        The one in use.
    period : str
        The month.
    before : str
        JSON of what :func:`csqa.list_fingerprints` gave for an earlier report: a past that was
        changed since is said.
    language : {"zh", "en"}
        Of the sentences.

    Returns
    -------
    list of str
        Rows set aside, a partial month, missing tables and metrics, contacts that
        first-contact resolution leaves out, the sample inspected, the standard's start; always
        at least the counts of rows.
    """
    zh = language == "zh"
    lines = [
        _rows(data, zh),
        _partial(data, period, zh),
        _missing_tables(data, language),
        _missing_metrics(data, standard, period, language),
        *_left_out(data, standard, period, zh),
        *_without_time(data, standard, period, language),
        _sample(data, period, zh),
        _weights(data, period, zh),
        _start(standard, period, zh),
        *(compare_standards(json.loads(before), standard, language=language) if before else []),
    ]
    return [line for line in lines if line]


def _rows(data: Dataset, zh: bool) -> str:
    total = data.rows[["rows_in", "rows_used", "rows_quarantined"]].sum()
    rows, used, aside = (words.format_count(value) for value in total)
    if zh:
        return f"共读入 {rows} 行，使用 {used} 行，隔离 {aside} 行；隔离的行不参与计算。"
    return f"{rows} rows read, {used} used, {aside} set aside and left out of all figures."


def _partial(data: Dataset, period: str, zh: bool) -> str:
    row = period_row(complete_periods(data, "month"), period)
    if row["complete"]:
        return ""
    share = words.round_half_up(100 * row["covered_days"] / row["days"], 0)
    if zh:
        return f"{period} 不是完整的月份（覆盖 {share}% 的天数）：不参与波动与持续性的判断。"
    return f"{period} is a partial month ({share} % of its days): not judged for variation."


def _missing_tables(data: Dataset, language: str) -> str:
    absent = [words.label(name, language) for name in OPTIONAL_TABLES if not data.has(name)]
    if not absent:
        return ""
    names = words.join(absent, language)
    return f"没有提供：{names}。" if language == "zh" else f"Not given: {names}."


def _missing_metrics(data: Dataset, standard: Standard, period: str, language: str) -> str:
    metrics = standard.at(first_day(period)).metrics
    absent = [metric.name(language) for metric in metrics if not can_feed(data, metric)]
    if not absent:
        return ""
    names = words.join(absent, language)
    if language == "zh":
        return f"没有计算这些指标所需的数据：{names}；它们不计入得分，也不是 0。"
    return f"The data cannot feed: {names}; left out of the score, not zero."


def _left_out(data: Dataset, standard: Standard, period: str, zh: bool) -> list[str]:
    """Contacts of which first-contact resolution is not known."""
    if not any(
        metric.measure == "first_contact_resolution" and can_feed(data, metric)
        for metric in standard.at(first_day(period)).metrics
    ):
        return []
    undecided = count_undecided(data, standard, period)
    nameless = count_without_customer(data, period)
    days = f"{standard.repeat_contact_days:g}"
    if zh:
        recent = f"一次解决率：{undecided:,} 条记录未满 {days} 天观察期，尚不能判断，未计入。"
        unknown = f"一次解决率：{nameless:,} 条记录没有客户编号，无法判断是否再次来访，未计入。"
    else:
        recent = f"First-contact resolution: {undecided:,} contacts lack {days} days of follow-up."
        unknown = f"First-contact resolution: {nameless:,} contacts without a customer left out."
    return [recent if undecided else "", unknown if nameless else ""]


def _without_time(data: Dataset, standard: Standard, period: str, language: str) -> list[str]:
    """Contacts that a mean time leaves out: unresolved ones make the mean too good."""
    lines = []
    for metric in standard.at(first_day(period)).metrics:
        measure = measure_of(metric)
        if measure.kind != "seconds" or not can_feed(data, metric):
            continue
        if metric.own is not None:
            value = write_expression(metric.own.tree, data.engine.dialect)
            count = count_without(data, period, value, metric.where)
            lines.append(_without_value(metric.name(language), count, language))
            continue
        (column,) = measure.needs
        count = count_without(data, period, column, metric.where)
        name, named = metric.name(language), CONTACTS.column(column).zh
        told = f"{name}：{count:,} 条没有“{named}”，未计入。"
        english = f"{name}: {count:,} contacts without {column} left out."
        lines.append((told if language == "zh" else english) if count else "")
    return lines


def _without_value(name: str, count: int, language: str) -> str:
    if not count:
        return ""
    if language == "zh":
        return f"{name}：{count:,} 条按算式没有值，未计入。"
    return f"{name}: {count:,} contacts without a value left out."


def _sample(data: Dataset, period: str, zh: bool) -> str:
    contacts = count_contacts(data, period)
    if not data.has("inspections") or not contacts:
        return ""
    inspected = count_inspected(data, period)
    share = words.round_half_up(100 * inspected / contacts)
    if zh:
        below = "，低于要求" if inspected < LEAST_INSPECTED * contacts else ""
        return f"质检抽检 {inspected:,} 条，占本月服务记录的 {share}%（指南要求 10–20%{below}）。"
    below = ": too few" if inspected < LEAST_INSPECTED * contacts else ""
    return f"{inspected:,} contacts inspected, {share} % (the guide asks for 10–20 %{below})."


def _weights(data: Dataset, period: str, zh: bool) -> str:
    """Records had unequal chances to be drawn: what is weighted back, and what n then is."""
    if not data.has("inspections", "inclusion_probability"):
        return ""
    known, unequal = count_probabilities(data, period)
    if not unequal:
        return ""
    if zh:
        return (
            f"本月 {known:,} 条抽检记录的入样概率不同（投诉等多抽）：质检得分和评分表里的质检指标"
            "（用语、准确、流程等）已按入样概率加权还原，这些指标的样本量是等效样本量。"
        )
    return (
        f"{known:,} inspected contacts had unequal chances to be drawn: inspection scores and the"
        " scorecard's metrics of inspected records are weighted back; n of these is the effective"
        " size."
    )


def _start(standard: Standard, period: str, zh: bool) -> str:
    version = standard.at(first_day(period))
    if version.effective == first_day(period) and version is not standard.versions[0]:
        day = version.effective
        return f"{day} 起执行新标准。" if zh else f"A new standard applies from {day}."
    start = standard.versions[0].effective
    if period >= f"{start:%Y-%m}":
        return ""
    if zh:
        return f"标准自 {start} 起生效，早于此日的月份按最早的一版评分。"
    return f"The standard starts on {start}; earlier months are judged by its first version."
