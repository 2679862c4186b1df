"""The review of the standard for a meeting: each target, what it judged, what is proposed."""

import re
from typing import Any

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.show.html import Badge, Html, paragraph, table

VERDICTS = {
    "out_of_reach": ("够不着", "out of reach", "worse"),
    "demanding": ("偏难", "demanding", "watch"),
    "fitting": ("合适", "fitting", "neutral"),
    "too_easy": ("偏松", "too easy", "watch"),
    "too_little": ("数据太少", "too little data", "few"),
}
"""Verdict → Chinese, English, meaning of its colour."""

SIGNS = {"out_of_reach": "▼", "demanding": "▽", "fitting": "●", "too_easy": "△", "too_little": "○"}

PROPOSALS = {
    "unchanged": ("不变", "unchanged"),
    "new": ("新增", "new"),
    "removed": ("取消", "dropped"),
    "other_measure": ("取数改变，须重新计量", "measured otherwise"),
    "other_lines": ("适用范围改变，须重新计量", "divided otherwise"),
}
"""What a proposed standard makes of a target, where it is not simply another figure."""

TEXTS = {
    "metric": ("指标", "Metric"),
    "line": ("适用", "Applies to"),
    "target": ("现行目标", "Target"),
    "met": ("达标月份", "Months met"),
    "spread": ("最低 / 中位 / 最高", "Least / median / most"),
    "last": ("最近一月", "Last month"),
    "pooled": ("合计（区间）", "In all (interval)"),
    "verdict": ("结论", "Verdict"),
    "reason": ("依据", "Why"),
    "proposed": ("拟议目标", "Proposed"),
    "met_proposed": ("拟议下达标", "Months met then"),
    "scores": ("月均得分：现行 → 拟议", "Mean score: now → then"),
    "in_general": ("一般情况", "in general"),
    "composite": ("综合得分", "Composite"),
    "metrics_met": ("达标月份：现行 → 拟议", "Months met: now → then"),
    "nothing": ("拟议的标准不改变任何得分。", "The proposal changes no score."),
    "decision": ("决定", "Decision"),
    "nothing_known": (
        "没有数据完整、样本足够的月份，目标还不能复核。",
        "No month is complete and has enough records: no target can be reviewed yet.",
    ),
}


def text(key: str, language: str) -> str:
    """Return a text of the review.

    Examples
    --------
    >>> text("decision", "zh"), text("decision", "en")
    ('决定', 'Decision')
    """
    return TEXTS[key][words.LANGUAGES.index(language)]


def name_verdict(verdict: str, language: str = "zh") -> str:
    """Name a verdict on a target.

    Examples
    --------
    >>> name_verdict("too_easy"), name_verdict("too_easy", "en")
    ('偏松', 'too easy')
    """
    return VERDICTS[verdict][words.LANGUAGES.index(language)]


CONDITION = re.compile(r" (?=[a-z_]+=)")
"""Before each condition of a line but the first."""


def name_line(label: str, language: str = "zh") -> str:
    """Name where a target applies.

    Examples
    --------
    >>> name_line("base"), name_line("channel=phone peak=True")
    ('一般情况', '电话、高峰时段')
    >>> name_line("team=热线 一组 channel=phone")
    '热线 一组、电话'
    """
    if label == "base":
        return text("in_general", language)
    parts = CONDITION.split(label)  # a team's name may hold spaces
    return words.join((_name_condition(part, language) for part in parts), language)


def _name_condition(part: str, language: str) -> str:
    column, _, value = part.partition("=")
    if column == "peak":
        value = "peak" if value == "True" else "off_peak"
    return words.label(value, language)


def show_review(review: pd.DataFrame, standard: Standard, *, language: str = "zh") -> Html:
    """Show each target with what it judged, what to think of it, and what is proposed.

    Parameters
    ----------
    review : DataFrame
        From :func:`csqa.review_standard`.
    standard : Standard
        For the names; the proposed one where it has metrics of its own.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        A table; the proposed columns only where something is proposed.
    """
    if review.empty:
        return paragraph("标准里没有目标。" if language == "zh" else "No targets.", "verdict")
    if (review["verdict"] == "too_little").all():
        return paragraph(text("nothing_known", language), "verdict")
    headers, rows = list_review(review, standard, language=language)
    return table(headers, rows, short=headers[:3], cards=True)


def list_review(
    review: pd.DataFrame, standard: Standard, *, language: str = "zh"
) -> tuple[list[str], list[list[str | Badge]]]:
    """List a review as headers and rows of texts, for a page or a sheet.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> headers, rows = list_review(pd.DataFrame({"proposal": []}), read_standard())
    >>> headers[0], rows
    ('指标', [])
    """
    keys = ["metric", "line", "target", "met", "spread", "last", "pooled", "verdict", "reason"]
    proposed = bool((review["proposal"] != "").any())
    keys += ["proposed", "met_proposed", "scores"] if proposed else []
    rows = [_row(row, standard, language, proposed=proposed) for row in records(review)]
    return [text(key, language) for key in keys], rows


def _row(
    row: dict[str, Any], standard: Standard, language: str, *, proposed: bool
) -> list[str | Badge]:
    def written(value: float) -> str:
        return words.format_value(value, row["kind"], language, short=True)

    spread = [written(row[f"value_{name}"]) for name in ("least", "median", "most")]
    pooled = words.format_value(row["value"], row["kind"], language)
    sure = words.format_interval(row["lower"], row["upper"], row["kind"], language)
    verdict = row["verdict"]
    cells: list[str | Badge] = [
        _name_metric(row["metric"], standard, language),
        name_line(row["line"], language),
        write_target(row, language),
        f"{row['months_met']} / {row['months']}" if row["months"] else "–",
        " / ".join(spread),
        written(row["value_last"]),
        f"{pooled}（{sure}）" if language == "zh" else f"{pooled} ({sure})",
        Badge(f"{SIGNS[verdict]} {name_verdict(verdict, language)}", VERDICTS[verdict][2]),
        row["reason"],
    ]
    return [*cells, *_proposed_cells(row, language)] if proposed else cells


def _proposed_cells(row: dict[str, Any], language: str) -> list[str | Badge]:
    tried = row["proposal"] in ("changed", "unchanged")
    now, then = (
        words.format_points(row["mean_score"]),
        words.format_points(row["mean_score_proposed"]),
    )
    return [
        write_target(row, language, "_proposed"),
        f"{row['months_met_proposed']} / {row['months']}" if tried and row["months"] else "–",
        f"{now} → {then}" if tried else "–",
    ]


def write_target(row: dict[str, Any], language: str = "zh", suffix: str = "") -> str:
    """Write the target of a row of a review, or the proposed one and what becomes of it.

    Examples
    --------
    >>> row = {"kind": "share", "direction": "at_least", "proposal": "unchanged"}
    >>> row |= {"target_proposed": 0.9, "target_upper_proposed": float("nan")}
    >>> write_target(row, "zh", "_proposed")
    '≥ 90%（不变）'
    """
    upper = row[f"target_upper{suffix}"]
    target = row[f"target{suffix}"]
    told = words.format_target(target, row["direction"], row["kind"], language, upper=upper)
    if not suffix or row["proposal"] not in PROPOSALS:
        return told
    remark = PROPOSALS[row["proposal"]][words.LANGUAGES.index(language)]
    if told == "–":
        return remark
    return f"{told}（{remark}）" if language == "zh" else f"{told} ({remark})"


def _name_metric(key: str, standard: Standard, language: str) -> str:
    if key == "composite":
        return text("composite", language)
    return standard.metric(key).name(language) if key in standard.metric_keys else key


def show_effect(effect: pd.DataFrame, standard: Standard, *, language: str = "zh") -> Html:
    """Show what a proposed standard would have made of the months, metric by metric.

    Parameters
    ----------
    effect : DataFrame
        From :func:`csqa.summarise_restatement`.
    standard : Standard
        The proposed one, for the names.
    language : {"zh", "en"}
        Of the words.
    """
    headers, rows = list_effect(effect, standard, language=language)
    if not rows:
        return paragraph(text("nothing", language), "verdict")
    return table(headers, rows)


def list_effect(
    effect: pd.DataFrame, standard: Standard, *, language: str = "zh"
) -> tuple[list[str], list[list[str]]]:
    """List the metrics that a proposal changes, as headers and rows of texts.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> effect = pd.DataFrame(
    ...     {
    ...         "metric": ["csat"],
    ...         "periods": [12],
    ...         "periods_restated": [12],
    ...         "met": [11],
    ...         "met_restated": [4],
    ...         "mean_score": [99.1],
    ...         "mean_score_restated": [93.0],
    ...         "periods_changed": [8],
    ...     }
    ... )
    >>> list_effect(effect, read_standard())[1]
    [['客户满意度', '11/12 → 4/12', '99.1 → 93.0']]
    """
    rows = [
        [_name_metric(row["metric"], standard, language), _met_text(row), _scores_text(row)]
        for row in records(effect[effect["periods_changed"] > 0])
    ]
    return [text(key, language) for key in ("metric", "metrics_met", "scores")], rows


def _met_text(row: dict[str, Any]) -> str:
    if row["metric"] == "composite":
        return "–"
    now, then = (
        f"{row[f'met{end}']}/{row[f'periods{end}']}" if row[f"periods{end}"] else "–"
        for end in ("", "_restated")
    )
    return f"{now} → {then}"


def _scores_text(row: dict[str, Any]) -> str:
    ends = row["mean_score"], row["mean_score_restated"]
    return " → ".join(map(words.format_points, ends))
