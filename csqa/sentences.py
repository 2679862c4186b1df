"""Sentences for the manager: what, how sure, where, who. Figures come in; nothing is computed."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa import words
from csqa.rules.measures import measure_of
from csqa.rules.standard import BETWEEN, Standard
from csqa.schema import UNKNOWN

OWN_NAMES = ("team", "agent_id", "topic")
"""Units that people name; the others are values of ours with words of ours."""


def headline(row: "pd.Series[Any]", period: str, language: str = "zh") -> str:
    """Say the verdict of a month in one sentence.

    Parameters
    ----------
    row : Series
        The month's row of :func:`csqa.composite`.
    period : str
        The month.
    language : {"zh", "en"}
        Of the sentence.
    """
    zh = language == "zh"
    partial = "" if row["complete"] else ("（月份不完整）" if zh else " (partial month)")
    if pd.isna(row["composite"]):
        few = "样本不足，不计综合得分" if zh else "too few records for a composite"
        return f"{period}{partial or ' '}{few}。" if zh else f"{period}{partial}: {few}."
    score = words.format_points(row["composite"])
    sure = words.format_points_interval(row["lower"], row["upper"])
    moved, surely = words.format_signed(row["change"]), about_change(row, language)
    known = not pd.isna(row["change"])
    lacking = row["status"] != "complete"
    if zh:
        change = f"，较上月 {moved} 分（{surely}）" if known else ""
        note = "；数据不足以覆盖全部维度，得分不完整" if lacking else ""
        return (
            f"{period}{partial or ' '}综合得分 {score}（95% 区间 {sure}）{change}；"
            f"{row['metrics']} 项指标中 {row['met']} 项达标{note}。"
        )
    change = f", {moved} on last month ({surely})" if known else ""
    note = "; incomplete: some dimensions have no data" if lacking else ""
    return (
        f"{period}{partial}: composite {score} (95 % interval {sure}){change}; "
        f"{row['met']} of {row['metrics']} targets met{note}."
    )


def about_change(row: "Mapping[str, Any] | pd.Series[Any]", language: str = "zh") -> str:
    """Say whether the composite's change is more than chance, or why there is none."""
    if row["no_change_because"]:
        return words.label(row["no_change_because"], language)
    if row["significant"]:
        return "显著" if language == "zh" else "significant"
    return "不显著" if language == "zh" else "not significant"


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
    target = words.format_target(
        row["target"],
        row["direction"],
        row["metric_kind"],
        language,
        upper=row.get("target_upper", math.nan),
    )
    key = (row["persistence"], row["evidence"] if row["persistence"] == "persistent" else "")
    sure = _RUNS[language][key].format(target=target, run=row["run_length"])
    parts = [_what(row, standard, language), sure, _where(row, language)]
    return words.join_clauses([*parts, _size(row, standard, language)], language)


_RUNS = {
    "zh": {
        ("persistent", "strong"): "目标 {target}，已连续 {run} 个月未达标，证据充分",
        ("persistent", "weak"): (
            "目标 {target}，已连续 {run} 个月未达标，本月超出常规波动（特殊原因）"
        ),
        ("occasional", ""): "目标 {target}，本月未达标，且超出常规波动（特殊原因）",
        ("met", ""): "仍达标，但本月超出常规波动（特殊原因）",
    },
    "en": {
        ("persistent", "strong"): "target {target}; missed {run} months running, strong evidence",
        ("persistent", "weak"): (
            "target {target}; missed {run} months running, beyond common variation this month"
        ),
        ("occasional", ""): "target {target}; missed this month, beyond common variation",
        ("met", ""): "still on target, but beyond common variation this month",
    },
}
"""What is said of a run, by persistence and evidence."""


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
    return words.join_clauses(
        [_what(row, standard, language), sure, _where(row, language), close], language
    )


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
    """Say who is at it, or that nobody is.

    Parameters
    ----------
    row : dict
        A row of :func:`csqa.brief`; ``action`` is ``none``, ``open``, ``related`` (a measure for
        all, not for this agent) or ``unverified`` (done, but the metric still misses).
    language : {"zh", "en"}
        Of the sentence.
    """
    late = ""
    if row["overdue_days"]:
        days = row["overdue_days"]
        late = f"，已逾期 {days} 天" if language == "zh" else f", {days} days overdue"
    owner = row["owner"] or ("未指定" if language == "zh" else "not named")
    said = _OWNERS[language][row["action"]]
    return said.format(owner=owner, action=row["action_id"], late=late)


_OWNERS = {
    "zh": {
        "none": "尚无改进行动，请指定责任人",
        "open": "责任人：{owner}（{action}{late}）",
        "related": "相关行动：{action}（{owner}{late}）；辅导责任人待指定",
        "unverified": "措施 {action}（{owner}）已完成但未验证，指标仍未达标：请验证效果或更换措施",
    },
    "en": {
        "none": "No action planned: name an owner",
        "open": "Owner: {owner} ({action}{late})",
        "related": "Related action: {action} ({owner}{late}); name a coach",
        "unverified": (
            "Action {action} ({owner}) is done but not verified, and the target is still missed: "
            "verify or replace it"
        ),
    },
}
"""What is said of the plan, by the state of the action that fits."""


def title(row: dict[str, Any], standard: Standard, language: str = "zh") -> str:
    """Name a thing to know in a few words: who, and which metric."""
    name = standard.metric(row["metric"]).name(language)
    if row["kind"] == "topic":
        unit = f"“{row['unit']}”"
    else:
        unit = name_unit(row["unit_kind"], row["unit"], language)
    return f"{unit} {name}"


def name_unit(unit_kind: str, unit: str, language: str = "zh") -> str:
    """Name a unit so that it stands alone: 工号 K1001, 班组 9, but 热线组 by its own name.

    Examples
    --------
    >>> name_unit("agent_id", "K1001"), name_unit("team", "9"), name_unit("team", "热线组")
    ('工号 K1001', '班组 9', '热线组')
    >>> name_unit("all", "all", "en")
    'Overall'
    """
    if unit_kind == "agent_id" or (unit_kind == "team" and unit.isdigit()):
        return f"{words.label(unit_kind, language)} {unit}"
    return words.label(unit, language) if unit_kind not in OWN_NAMES else _own_name(unit, language)


def _own_name(unit: str, language: str) -> str:
    """A name that people gave: a team may be called all, and stays so."""
    return words.label(unit, language) if unit == UNKNOWN else unit


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
    """Where in its work a unit does worst; 主要在 only if the rest is well."""
    if not row["parts"]:
        return ""
    rest = words.format_value(row["outside"], row["metric_kind"], language)
    places = words.join(_name_parts(row, language), language)
    pooled = row["part_months"] > 1 and row["months"] == 1
    well = row["rest_is_well"]
    if language == "zh":
        months = f"近 {row['part_months']} 个月" if pooled else ""
        return f"{months}{'主要在' if well else '最差的是'}{places}，其余 {rest}"
    months = f" over {row['part_months']} months" if pooled else ""
    return f"{'mostly in' if well else 'worst in'} {places}{months}, elsewhere {rest}"


def _name_parts(row: dict[str, Any], language: str) -> list[str]:
    """Name each part with its value; their kind once, where the names alone don't tell it."""
    told = row["part_kind"] in ("team", "topic")
    named: list[str] = []
    for part, value in row["parts"]:
        text = name_unit(row["part_kind"], part, language)
        if told:
            kind = words.label(row["part_kind"], language) + ("" if language == "zh" else " ")
            text = f"{'' if named else kind}“{text}”"
        named.append(f"{text} {words.format_value(value, row['metric_kind'], language)}")
    return named


def _size(row: dict[str, Any], standard: Standard, language: str) -> str:
    """How many contacts of the month miss by themselves."""
    known = not pd.isna(row["over"]) and row["over"] > 0
    if not known or row["metric_kind"] == "per_hundred":
        return ""
    measure = measure_of(standard.metric(row["metric"]))
    count = words.format_count(row["over"])
    share = words.round_half_up(100 * row["over"] / row["n"], 0)
    zh = measure.zh.removeprefix("的服务").removeprefix("的")
    en = measure.en.removeprefix("of ratings ")
    if row["metric_kind"] in ("seconds", "number") and row["direction"] == BETWEEN:
        zh, en = "不在目标区间内", "outside the target range"
    elif row["metric_kind"] == "seconds":
        zh, en = "超过时限", "over the limit"
    if language == "zh":
        return f"本月 {count} 条（{share}%）{zh}"
    return f"{count} ({share}%) {en} this month"
