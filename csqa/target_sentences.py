"""What a review says of one target, in one sentence."""

from collections.abc import Mapping
from typing import Any

from csqa import words
from csqa.rules.scoring import excess
from csqa.rules.standard import AT_MOST
from csqa.rules.target_lines import NEW
from csqa.rules.target_verdicts import TOO_LITTLE, is_surely_missed

LONG_RUN = 2
"""Months missed running, from which on it is said (G6: 持续)."""


def explain_target(row: Mapping[str, Any], language: str = "zh") -> str:
    """Say what the verdict on a target rests on.

    Parameters
    ----------
    row : mapping
        A row of :func:`csqa.review_standard`.
    language : {"zh", "en"}
        Of the sentence.

    Examples
    --------
    >>> row = {"proposal": "", "verdict": "fitting", "months": 12, "months_met": 9}
    >>> row |= {"kind": "share", "direction": "at_least", "target": 0.9, "target_upper": None}
    >>> row |= {"value": 0.91, "lower": 0.89, "upper": 0.93, "months_missed_last": 2}
    >>> explain_target(row)
    '12 个月中有 9 个月达到，最近连续 2 个月未达到；合计 91.0%（89.0%–93.0%），区间跨过目标'
    """
    zh = language == "zh"
    if row["proposal"] == NEW:
        told = "新增的目标，现有计量不能说明", "a new target: these sums can't tell"
    elif not row["months"]:
        told = ("没有可判断的月份", "no month to judge")
    else:
        parts = [_how_often(row, zh), _how_surely(row, language), _too_little(row, zh)]
        return words.join_clauses(parts, language)
    return told[0 if zh else 1]


def _how_often(row: Mapping[str, Any], zh: bool) -> str:
    months, met, run = row["months"], row["months_met"], row["months_missed_last"]
    running = LONG_RUN <= run < months
    if zh:
        often = "从未达到" if not met else "每月都达到" if met == months else f"有 {met} 个月达到"
        return f"{months} 个月中{often}" + (f"，最近连续 {run} 个月未达到" if running else "")
    often = "never" if not met else "always" if met == months else f"{met} times"
    return f"met {often} in {months} months" + (f", missed the last {run}" if running else "")


def _how_surely(row: Mapping[str, Any], language: str) -> str:
    value = words.format_value(row["value"], row["kind"], language)
    sure = words.format_interval(row["lower"], row["upper"], row["kind"], language)
    if language == "zh":
        return f"合计 {value}（{sure}），{_side(row, zh=True)}"
    return f"{value} in all ({sure}), {_side(row, zh=False)}"


def _side(row: Mapping[str, Any], *, zh: bool) -> str:
    if is_surely_missed(row):
        return "整个区间都未达标" if zh else "surely missed"
    upper = float("nan") if row["target_upper"] is None else row["target_upper"]
    bounds = [row["lower"], row["upper"]]
    if not excess(bounds, row["target"], row["direction"] or AT_MOST, upper).any():
        return "整个区间都达标" if zh else "surely met"
    return "区间跨过目标" if zh else "not sure either way"


def _too_little(row: Mapping[str, Any], zh: bool) -> str:
    if row["verdict"] != TOO_LITTLE:
        return ""
    return "可判断的月份太少，不下结论" if zh else "too few months for a verdict"
