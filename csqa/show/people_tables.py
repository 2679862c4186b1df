"""Tables about people as a whole: how alike the service is, and which metrics move apart."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.show.html import Badge, Html, fold, numbered, paragraph, table

TEXTS = {
    "headers": (
        ("指标", "整体水平", "人数", "真实差异（标准差，95% 区间）", "九成的人在", "判断"),
        ("Metric", "Level", "Agents", "True spread (sd, 95 %)", "Nine of ten in", "Verdict"),
    ),
    "consistent": ("一致", "alike"),
    "different": ("有差异", "different"),
    "too_few": ("样本不足", "too few"),
    "note": (
        "扣掉运气和工作组合以后，人与人之间还差多少；不说是谁。“一致”指不超出偶然。",
        "What is left of the differences between agents once luck and mix of work are taken out.",
    ),
    "nothing": ("没有可以比较的指标。", "There is nothing to compare."),
    "none_apart": (
        "查看了 {} 对指标，没有哪一对明显此消彼长。",
        "{} pairs were looked at; none of them surely moves apart.",
    ),
    "too_few_pairs": ("其中 {} 对样本不足。", "{} of them have too few records."),
    "no_pairs": ("没有可以一起看的成对指标。", "There are no pairs of metrics to look at."),
    "more": ("另有 {} 对", "{} more"),
}
MARKS = {"consistent": ("● ", "better"), "different": ("▲ ", "watch"), "too_few": ("○ ", "few")}

MOST_WARNINGS = 3
"""Warnings shown at once."""


def show_consistency(
    consistency: pd.DataFrame, standard: Standard, *, language: str = "zh"
) -> Html:
    """Show how much units truly differ in each metric; nobody is named.

    Parameters
    ----------
    consistency : DataFrame
        From :func:`csqa.measure_consistency`.
    standard : Standard
        For the names.
    language : {"zh", "en"}
        Of the words.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> row = {"metric": "csat", "kind": "share", "value": 0.9, "units": 20, "sd": 0.05}
    >>> row |= {"sd_lower": 0.03, "sd_upper": 0.08, "typical_lower": 0.8, "typical_upper": 0.97}
    >>> shown = show_consistency(pd.DataFrame([row | {"verdict": "different"}]), read_standard())
    >>> print(shown.text.splitlines()[1])
    客户满意度  90.0%  20  5 个百分点（3 个百分点–8 个百分点）  80.0%–97.0%  ▲ 有差异
    """
    if consistency.empty:
        return paragraph(_text("nothing", language), "verdict")
    headers = _text("headers", language)
    rows = [_row(row, standard, language) for row in records(consistency)]
    made = table(headers, rows, numeric=(headers[2],), short=(headers[0],))
    return made + paragraph(_text("note", language))


def show_conflicts(conflicts: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show which metrics move apart: warnings about metrics, not about people.

    Parameters
    ----------
    conflicts : DataFrame
        From :func:`csqa.find_conflicts`, with warnings of the same language.
    language : {"zh", "en"}
        Of the words.

    Examples
    --------
    >>> rows = pd.DataFrame({"verdict": ["no_conflict", "too_few"], "warning": ""})
    >>> print(show_conflicts(rows))
    查看了 2 对指标，没有哪一对明显此消彼长。其中 1 对样本不足。
    """
    if conflicts.empty:
        return paragraph(_text("no_pairs", language))
    warnings = conflicts.loc[conflicts["verdict"] == "conflict", "warning"].tolist()
    if not warnings:
        return paragraph(_looked_at(conflicts, language))
    shown = numbered(warnings[:MOST_WARNINGS])
    rest = warnings[MOST_WARNINGS:]
    if not rest:
        return shown
    return shown + fold(_text("more", language).format(len(rest)), numbered(rest, "more"))


def _text(key: str, language: str) -> Any:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _looked_at(conflicts: pd.DataFrame, language: str) -> str:
    few = int((conflicts["verdict"] == "too_few").sum())
    said = [_text("none_apart", language).format(len(conflicts))]
    said += [_text("too_few_pairs", language).format(few)] if few else []
    return words.join_sentences(said, language)


def _row(row: dict[str, Any], standard: Standard, language: str) -> list[str | Badge]:
    kind, known = row["kind"], pd.notna(row["sd"])
    typical = words.format_interval(row["typical_lower"], row["typical_upper"], kind, language)
    sign, meaning = MARKS[row["verdict"]]
    return [
        standard.metric(row["metric"]).name(language),
        words.format_value(row["value"], kind, language),
        words.format_count(row["units"]),
        _spread(row, kind, language) if known else "–",
        typical,
        Badge(sign + _text(row["verdict"], language), meaning),
    ]


def _spread(row: dict[str, Any], kind: str, language: str) -> str:
    sd, lower, upper = (
        words.format_difference(row[name], kind, language) if row[name] else "0"
        for name in ("sd", "sd_lower", "sd_upper")
    )
    return f"{sd}（{lower}–{upper}）" if language == "zh" else f"{sd} ({lower}–{upper})"
