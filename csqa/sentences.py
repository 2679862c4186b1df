"""Sentences for the manager: what, how sure, where, who. Figures come in; nothing is computed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa import words
from csqa.rules.measures import MEASURES
from csqa.rules.standard import Standard


def headline(row: "pd.Series[Any]", period: str, language: str = "zh") -> str:
    """Say the verdict of a month in one sentence.

    Parameters
    ----------
    row : Series
        The month's row of :func:`csqa.composite`.
    """
    score = words.format_points(row["composite"])
    sure = words.format_points_interval(row["lower"], row["upper"])
    known = not pd.isna(row["change"])
    moved, surely = words.format_signed(row["change"]), about_change(row, language)
    if language == "zh":
        change = f"，较上月 {moved} 分（{surely}）" if known else ""
        note = "" if row["status"] == "complete" else "；数据不足以覆盖全部维度，得分不完整"
        return (
            f"{period} 综合得分 {score}（95% 区间 {sure}）{change}；"
            f"{row['metrics']} 项指标中 {row['met']} 项达标{note}。"
        )
    change = f", {moved} on last month ({surely})" if known else ""
    note = "" if row["status"] == "complete" else "; incomplete: some dimensions have no data"
    return (
        f"{period}: composite {score} (95 % interval {sure}){change}; "
        f"{row['met']} of {row['metrics']} targets met{note}."
    )


def about_change(row: "Mapping[str, Any] | pd.Series[Any]", language: str = "zh") -> str:
    """Say whether the composite's change is more than chance."""
    zh = language == "zh"
    if pd.isna(row["significant"]):
        return "无上月数据" if zh else "no month before"
    if row["significant"]:
        return "显著" if zh else "significant"
    return "不显著" if zh else "not significant"


def about_run(row: dict[str, Any], standard: Standard, language: str = "zh") -> str:
    """Say that a unit misses a target, for how long, how surely, and where.

    Parameters
    ----------
    row : dict
        A row of :func:`csqa.brief` of kind ``run``.
    standard : Standard
        For the names.
    language : {"zh", "en"}
        Of the sentence.
    """
    zh = language == "zh"
    head = _what(row, standard, language)
    target = words.format_target(row["target"], row["direction"], row["metric_kind"], language)
    if row["persistence"] == "persistent":
        run = row["run_length"]
        strong = row["evidence"] == "strong"
        grade = "证据充分" if strong else "本月超出常规波动（特殊原因）"
        grade_en = "strong evidence" if strong else "beyond common variation this month"
        sure = (
            f"目标 {target}，已连续 {run} 个月未达标，{grade}"
            if zh
            else f"target {target}; below standard {run} months running, {grade_en}"
        )
    elif row["persistence"] == "occasional":
        sure = (
            f"目标 {target}，本月未达标，且超出常规波动（特殊原因）"
            if zh
            else f"target {target}; below standard this month, beyond common variation"
        )
    else:
        sure = (
            "仍达标，但本月超出常规波动（特殊原因）"
            if zh
            else "still on target, but beyond common variation this month"
        )
    return _join([head, sure, _where(row, language), _size(row, standard, language)], language)


def about_agent(row: dict[str, Any], standard: Standard, language: str = "zh") -> str:
    """Say that a unit stands out from its peers, how surely, and where."""
    expected = words.format_value(row["expected"], row["metric_kind"], language)
    if language == "zh":
        sure = f"同类工作的平均为 {expected}，差距超出 99.8% 控制限，多重比较校正后仍显著"
        close = "建议一对一辅导"
    else:
        sure = (
            f"peers with the same mix of work: {expected}; outside 99.8 % limits, "
            "also after correction for the number of comparisons"
        )
        close = "one-to-one coaching suggested"
    close = close if row["unit_kind"] == "agent_id" else ""
    return _join([_what(row, standard, language), sure, _where(row, language), close], language)


def about_topic(row: dict[str, Any], language: str = "zh") -> str:
    """Say that a topic brings more complaints than before."""
    share = words.format_value(row["value"], "share", language)
    before = words.format_value(row["expected"], "share", language)
    gap = words.format_difference(row["value"] - row["expected"], "share", language)
    upper = words.format_difference(row["upper"], "share", language)
    sure = f"{words.round_half_up(row['lower'] * 100)}–{upper}"
    months = row["months"]
    if language == "zh":
        return (
            f"“{row['unit']}”投诉 {row['n']} 件，占本月投诉的 {share}"
            f"（前 {months} 个月为 {before}，上升 {gap}，95% 区间 {sure}）"
        )
    return (
        f"Complaints about “{row['unit']}”: {row['n']}, {share} of this month's complaints "
        f"({before} in the {months} months before; up {gap}, 95 % interval {sure})"
    )


def about_owner(row: dict[str, Any], language: str = "zh") -> str:
    """Say who is at it, or that nobody is."""
    zh = language == "zh"
    if not row["action_id"]:
        return "尚无改进行动，请指定责任人" if zh else "No action planned: name an owner"
    owner = row["owner"] or ("未指定" if zh else "not named")
    if not zh:
        late = f", {row['overdue_days']} days overdue" if row["overdue_days"] else ""
        return f"Owner: {owner} ({row['action_id']}{late})"
    late = f"，已逾期 {row['overdue_days']} 天" if row["overdue_days"] else ""
    return f"责任人：{owner}（{row['action_id']}{late}）"


def title(row: dict[str, Any], standard: Standard, language: str = "zh") -> str:
    """Name a thing to know in a few words: who, and which metric."""
    name = standard.metric(row["metric"]).name(language)
    if row["kind"] == "topic":
        unit = f"“{row['unit']}”"
    else:
        unit = name_unit(row["unit_kind"], row["unit"], language)
    return f"{unit} {name}"


def name_unit(unit_kind: str, unit: str, language: str = "zh") -> str:
    """Name a unit with its kind: 工号 K1001, but a team by its own name.

    Examples
    --------
    >>> name_unit("agent_id", "K1001"), name_unit("all", "all", "en"), name_unit("team", "热线组")
    ('工号 K1001', 'All', '热线组')
    """
    if unit_kind == "agent_id":
        return f"{words.label('agent_id', language)} {unit}"
    return words.label(unit, language)


def _what(row: dict[str, Any], standard: Standard, language: str) -> str:
    kind = row["metric_kind"]
    unit = name_unit(row["unit_kind"], row["unit"], language)
    name = standard.metric(row["metric"]).name(language)
    value = words.format_value(row["value"], kind, language)
    interval = words.format_interval(row["lower"], row["upper"], kind, language)
    if language == "zh":
        window = f"近 {row['months']} 个月 " if row["months"] > 1 else ""
        return f"{unit}：{name} {window}{value}（95% 区间 {interval}，n={row['n']:,}）"
    window = f" over {row['months']} months" if row["months"] > 1 else ""
    return f"{unit}: {name}{window} {value} (95 % interval {interval}, n={row['n']:,})"


def _where(row: dict[str, Any], language: str) -> str:
    if not row["part"]:
        return ""
    inside = words.format_value(row["inside"], row["metric_kind"], language)
    outside = words.format_value(row["outside"], row["metric_kind"], language)
    part = words.label(row["part"], language)
    if row["part_kind"] in ("team", "topic"):
        part = f"{words.label(row['part_kind'], language)}“{part}”"
    elif row["part_kind"] == "agent_id":
        part = name_unit("agent_id", row["part"], language)
    pooled = row["part_months"] > 1 and row["months"] == 1
    if language == "zh":
        months = f"近 {row['part_months']} 个月合计 " if pooled else ""
        return f"主要在{part}（{months}{inside}，其余 {outside}）"
    months = f"over {row['part_months']} months " if pooled else ""
    return f"mostly in {part} ({months}{inside}, elsewhere {outside})"


def _size(row: dict[str, Any], standard: Standard, language: str) -> str:
    known = not pd.isna(row["over"]) and row["over"] > 0
    if not known or row["metric_kind"] == "per_hundred":
        return ""
    measure = MEASURES[standard.metric(row["metric"]).measure]
    count = words.format_count(row["over"])
    if row["metric_kind"] == "seconds":
        text = "条超过时限" if language == "zh" else "contacts over the limit"
    elif language == "zh":
        text = "条" + measure.zh.removeprefix("的服务").removeprefix("的")
    else:
        counted = measure.en.removeprefix("of ")
        text = counted if counted != measure.en else f"contacts {measure.en}"
    return f"涉及 {count} {text}" if language == "zh" else f"{count} {text}"


def _join(parts: list[str], language: str) -> str:
    return ("；" if language == "zh" else "; ").join(part for part in parts if part)
