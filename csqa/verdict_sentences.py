"""What is said of a measure's effect, in the sentence that goes into the plan."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from csqa import words
from csqa.rules.standard import Standard

REASONS = {
    "no_metric": ("计划里的指标名对不上任何一项指标", "no metric of the standard has that name"),
    "no_unit": ("数据里没有这个改进对象", "the data hold no such unit"),
    "not_started": ("尚未开始", "not started yet"),
    "too_early": ("完成后还没有一个整月的数据", "no whole month since it was done"),
    "no_before": ("开始前没有可比的数据", "nothing to compare with before it"),
    "too_few": ("样本不足", "too few records"),
    "no_direction": ("该指标没有好坏方向", "no side of this metric is the better one"),
    "regression_to_mean": (
        "但不超过“挑最差的来改、不改也会回升”的幅度（均值回归）",
        "but no more than was to be expected of a unit picked for its worst months "
        "(regression to the mean)",
    ),
    "others_too": (
        "但没有采取措施的同类对象也同样改善",
        "but units without the measure improved as well",
    ),
    "placebo": (
        "但把开始时间挪到以前的月份，也常有这样大的变化",
        "but made-up starts in the past often show as much",
    ),
}


def tell_verdict(row: Mapping[str, Any], standard: Standard, language: str = "zh") -> str:
    """Say what a verdict rests on: from what to what, how sure, and what else explains it.

    Parameters
    ----------
    row : mapping
        A row of :func:`csqa.verify`.
    standard : Standard
        Names the metric.
    language : {"zh", "en"}
        Of the sentence.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> row = {"metric": "csat", "kind": "share", "value_before": 0.75, "value": 0.88}
    >>> row |= {"change": 0.13, "change_lower": 0.08, "change_upper": 0.18, "reasons": ""}
    >>> tell_verdict(row, read_standard())
    '客户满意度由 75.0% 升至 88.0%，95% 区间 +8～+18 个百分点'
    """
    zh = language == "zh"
    reasons = [REASONS[name][0 if zh else 1] for name in str(row["reasons"]).split()]
    if "change" not in row or pd.isna(row["change"]):
        return words.join_clauses(reasons, language)
    return words.join_clauses([_moved(row, standard, language), *reasons], language)


def _moved(row: Mapping[str, Any], standard: Standard, language: str) -> str:
    kind, name = row["kind"], standard.metric(row["metric"]).name(language)
    like = max(abs(row["value_before"]), abs(row["value"]))
    before, after = (
        words.format_value(row[side], kind, language, like=like)
        for side in ("value_before", "value")
    )
    ends = _interval(row, language)
    if language == "zh":
        verb = "升至" if row["change"] > 0 else "降至" if row["change"] < 0 else "仍为"
        return f"{name}由 {before} {verb} {after}，95% 区间 {ends}"
    verb = "rose" if row["change"] > 0 else "fell" if row["change"] < 0 else "stayed"
    return f"{name} {verb} from {before} to {after}, 95 % interval {ends}"


def _interval(row: Mapping[str, Any], language: str) -> str:
    """The ends with their signs and the unit once: rates differ by percentage points."""
    texts = []
    for end in (row["change_lower"], row["change_upper"]):
        if pd.isna(end):
            return "–"
        size = words.format_difference(abs(end), row["kind"], language)
        sign = "+" if end > 0 else "−" if np.round(end, 9) < 0 else ""
        texts.append(sign + size)
    first, _, unit = texts[0].partition(" ")
    if unit and unit == texts[1].partition(" ")[2]:
        texts[0] = first
    return ("～" if language == "zh" else " to ").join(texts)
