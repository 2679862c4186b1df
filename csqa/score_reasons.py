"""Why points were lost or earned, in one sentence per row of the scores (G3: 扣分原因)."""

import json
import math
from typing import Any

from csqa import words
from csqa.engine.estimates import PER_HUNDRED
from csqa.rules.measures import measure_of
from csqa.rules.scoring import SLACK, excess
from csqa.rules.standard import AT_LEAST, BETWEEN, Bonus, Metric

Row = dict[str, Any]


def explain_score(row: Row, metric: Metric, language: str = "zh") -> str:
    """Say in one sentence why points were lost, or why there are none.

    Parameters
    ----------
    row : dict
        A row of the scores.
    metric : Metric
        As it stood in the row's period.
    language : {"zh", "en"}
        Of the sentence.

    Examples
    --------
    >>> row = {"status": "too_few", "n": 9, "parts": ""}
    >>> explain_score(row, Metric("csat", (), "experience", "csat_satisfied"))
    '仅 9 条，不评分'
    """
    zh = language == "zh"
    if row["status"] in ("no_data", "no_source"):
        return words.label(row["status"], language)
    if row["status"] == "too_few":
        return _too_few(row, language)
    if row["parts"]:
        return _by_part(row, language)
    if not math.isnan(row["bonus"]):
        return _earned(row, metric, language)
    if row["met"] is None or math.isnan(row["score"]):
        return "只监控，不计分" if zh else "watched, not scored"
    if row["met"]:
        return words.join_clauses([_on_target(language), _scaled(row, language)], language)
    return words.join_clauses(_deducted(row, metric, language), language)


def _on_target(language: str) -> str:
    return "达标" if language == "zh" else "on target"


def _too_few(row: Row, language: str) -> str:
    zh = language == "zh"
    parts = ("，分属几段标准" if zh else " under several standards") if row["parts"] else ""
    if _is_weighted(row):  # more were inspected than they are worth
        count = words.format_count(row["n"]) if row["n"] >= 1 else "<1"
        worth = ("仅相当于 ", "worth only ")[not zh] + count
    else:
        worth = f"{'仅' if zh else 'only'} {row['n']:.0f}"
    return f"{worth} 条{parts}，不评分" if zh else f"{worth}{parts}, not scored"


def _is_weighted(row: Row) -> bool:
    """Whether records were weighted back: nobody counts a part of one."""
    return bool(row["n"] % 1)


def _deducted(row: Row, metric: Metric, language: str) -> list[str]:
    points = words.round_visible(row["deduction"])
    proportional = metric.deduction is not None and metric.deduction.mode == "proportional"
    proportion = "（按实际比例计分）" if proportional else ""
    if language == "zh":
        first = f"{_beyond(row, language)}，扣 {points} 分{proportion}"
    else:
        first = f"{_beyond(row, language)}, {points} points off"
    return [first, _scaled(row, language), *_share_beyond(row, metric, language)]


def _beyond(row: Row, language: str) -> str:
    """How far, and on which side: “低于目标 7 个百分点”."""
    value, target, upper = row["value"], row["target"], row["target_upper"]
    gap = float(excess(value, target, row["direction"], upper))
    size = words.format_difference(gap, row["kind"], language)
    over = value > target
    if row["direction"] == BETWEEN:
        zh, en = ("高于上限", "over the range") if over else ("低于下限", "below the range")
    elif over:
        zh, en = "超时" if row["kind"] == "seconds" else "高于目标", "over target"
    else:
        zh, en = "低于目标", "below target"
    return f"{zh} {size}" if language == "zh" else f"{size} {en}"


def _scaled(row: Row, language: str) -> str:
    """Counts are per 100 records: where there were not 100, that is said."""
    if row["kind"] != "per_hundred" or row["n"] == PER_HUNDRED or not row["total"]:
        return ""
    count, value = words.round_short(row["total"]), words.round_short(row["value"])
    if _is_weighted(row):
        zh = f"按入样概率加权，每百条 {value} 处"
        return zh if language == "zh" else f"weighted back to {value} per 100"
    if language == "zh":
        return f"{count} 处/{row['n']:.0f} 条，按百条折算 {value} 处"
    return f"{count} in {row['n']:.0f} records, scaled to {value} per 100"


def _share_beyond(row: Row, metric: Metric, language: str) -> list[str]:
    """The share of contacts that miss by themselves: “42% 的服务响应超过 30 秒”."""
    if math.isnan(row["over"]):
        return []
    zh, measure = language == "zh", measure_of(metric)
    share = f"{words.round_short(row['over'] / row['n'] * 100)}%"
    text = f"{share} {measure.zh if zh else measure.en}"
    if row["kind"] not in ("seconds", "number"):
        return [text]
    several = len({line.split("/", 1)[-1] for line in row["target_line"].split("; ")}) > 1
    if row["direction"] == BETWEEN:
        one = ("各自的范围", "their range") if several else (f" {_target(row, language)}",) * 2
        return [f"{share} 的服务不在{one[0]}内" if zh else f"{share} were outside {one[1].strip()}"]
    if row["direction"] == AT_LEAST and metric.own is None and measure.bad_when == "high":
        text = f"{share} {'的服务低于' if zh else 'were below'}"
    if several:
        return [f"{text}各自的时限" if zh else f"{text} their limit"]
    return [f"{text} {words.format_value(row['target'], row['kind'], language, short=True)}"]


def _target(row: Row, language: str) -> str:
    upper = math.nan if row["target_upper"] is None else row["target_upper"]
    return words.format_target(row["target"], row["direction"], row["kind"], language, upper=upper)


def _earned(row: Row, metric: Metric, language: str) -> str:
    """What a bonus earned: “表扬率 3%，加 2 分”."""
    zh, kind = language == "zh", row["kind"]
    value = words.format_value(row["value"], kind, language, short=True)
    bonus = metric.bonus or Bonus(0.0, 1.0)
    said = f"{metric.name(language)} {value}"
    start = words.format_value(bonus.start, kind, language, short=True)
    if not row["bonus"]:
        why = (f"（高于 {start} 起加分）", f" (earned above {start})") if bonus.start else ("", "")
        told = f"{said}，不加分{why[0]}" if zh else f"{said}, no points added{why[1]}"
    else:
        points = words.round_visible(row["bonus"])
        most = ("（已到上限）", " (the most)") if row["bonus"] > bonus.cap - SLACK else ("", "")
        told = (
            f"{said}，加 {points} 分{most[0]}" if zh else f"{said}, {points} points added{most[1]}"
        )
    missed = [_beyond(row, language)] if row["met"] is False else []
    return words.join_clauses([*missed, told], language)


def _by_part(row: Row, language: str) -> str:
    """The standard changed within the period: each part, and how it did by its own version."""
    parts = [_part(row | part, language) for part in json.loads(row["parts"])]
    first = "期间标准有变" if language == "zh" else "the standard changed"
    return words.join_clauses([first, *parts], language)


def _part(part: Row, language: str) -> str:
    zh = language == "zh"
    value = words.format_value(part["value"], part["kind"], language, short=True)
    if part["direction"] is None or part["target"] is None:
        aim = "没有目标" if zh else "no target"
    else:
        aim = f"{'目标' if zh else 'target'} {_target(part, language)}"
    told = (
        f"{value}，{aim}，{_verdict(part, language)}"
        if zh
        else (f"{value}, {aim}, {_verdict(part, language)}")
    )
    if zh:
        return f"{part['version']} 起的标准（{part['n']} 条）{told}"
    return f"by the standard of {part['version']} ({part['n']} records) {told}"


def _verdict(part: Row, language: str) -> str:
    zh = language == "zh"
    if part["score"] is not None:
        if part["met"]:
            return _on_target(language)
        off = words.round_visible(100 - part["score"])
        return f"扣 {off} 分" if zh else f"{off} points off"
    if part["bonus"] is not None:
        points = words.round_visible(part["bonus"]) if part["bonus"] else "0"
        return f"加 {points} 分" if zh else f"{points} points added"
    return "不计分" if zh else "not scored"
