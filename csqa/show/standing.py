"""Tables of what stands behind the scores: relaxed targets, another standard, what is open."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.frames import records, unit_columns
from csqa.rules.standard import Standard
from csqa.show.html import Html, paragraph, table
from csqa.show.review import name_line

NOTHING = "–"

TEXTS = {
    "metric": ("指标", "Metric"),
    "line": ("适用", "Applies to"),
    "relaxed": ("放宽后的目标", "Relaxed target"),
    "base": ("一般目标", "Base target"),
    "note": ("原因", "Why"),
    "share": ("占该指标的记录", "Of its records"),
    "none_relaxed": (
        "本月没有按放宽的目标评分的记录。",
        "No relaxed target judged a record.",
    ),
    "months": ("达标/已评月份", "Months met/judged"),
    "months_restated": ("按现行标准", "By today's standard"),
    "score": ("平均得分", "Mean score"),
    "score_restated": ("按现行标准的得分", "Score by today's"),
    "composite": ("综合得分", "Composite"),
    "unchanged": (
        "各月都按同一段标准评分，与现行标准的结果相同。",
        "One standard has been in force throughout: today's gives the same scores.",
    ),
    "end": ("期末", "End of"),
    "open": ("未结", "Open"),
    "over_limit": ("已超时限", "Over their limit"),
    "at_risk": ("临近时限", "At risk"),
    "undecided": ("无法判断", "Undecided"),
    "median_age": ("未结时长中位数", "Median age"),
    "partial": ("（未到期末）", " (so far)"),
}


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _headers(keys: str, language: str) -> list[str]:
    return [_text(key, language) for key in keys.split()]


def show_relaxations(
    relaxations: pd.DataFrame, standard: Standard, *, language: str = "zh"
) -> Html:
    """Show which targets were relaxed, why, and how many records that judged.

    Parameters
    ----------
    relaxations : DataFrame
        From :func:`csqa.list_relaxations`, of the whole and of one period.
    standard : Standard
        For the names.
    language : {"zh", "en"}
        Of the words.
    """
    if relaxations.empty:
        return paragraph(_text("none_relaxed", language))
    rows = [_relaxed(row, standard, language) for row in records(relaxations)]
    headers = [*_headers("metric line relaxed base note", language), "n", _text("share", language)]
    return table(headers, rows, numeric=headers[5:], short=headers[:2])


def _relaxed(row: dict[str, Any], standard: Standard, language: str) -> list[str]:
    targets = [
        words.format_target(
            row[name], row["direction"], row["kind"], language, upper=row[f"{end}_upper"]
        )
        for name, end in (("target", "target"), ("base", "base"))
    ]
    return [
        standard.metric(row["metric"]).name(language),
        name_line(str(row["target_line"]).partition("/")[2], language),
        *targets,
        str(row["note"]),
        words.format_count(row["n"]),
        words.format_value(row["share"], "share", language),
    ]


def show_restatement(summary: pd.DataFrame, standard: Standard, *, language: str = "zh") -> Html:
    """Show the past by the standard of its time and by today's.

    Parameters
    ----------
    summary : DataFrame
        From :func:`csqa.summarise_restatement`.
    standard : Standard
        For the names.
    language : {"zh", "en"}
        Of the words.
    """
    changed = summary[summary["periods_changed"] > 0]
    if changed.empty:
        return paragraph(_text("unchanged", language))
    rows = [_restated(row, standard, language) for row in records(changed)]
    headers = _headers("metric months months_restated score score_restated", language)
    return table(headers, rows, numeric=headers[1:], short=headers[:1])


def _restated(row: dict[str, Any], standard: Standard, language: str) -> list[str]:
    whole = row["metric"] == "composite"
    name = _text("composite", language) if whole else standard.metric(row["metric"]).name(language)
    counted = [
        NOTHING if whole else f"{row[met]:.0f}/{row[judged]:.0f}"
        for met, judged in (("met", "periods"), ("met_restated", "periods_restated"))
    ]
    scores = [
        NOTHING if pd.isna(row[mean]) else words.round_half_up(row[mean], 1)
        for mean in ("mean_score", "mean_score_restated")
    ]
    return [name, *counted, *map(str, scores)]


def show_backlog(backlog: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show what was open at the end of each period.

    Parameters
    ----------
    backlog : DataFrame
        From :func:`csqa.measure_backlog`.
    language : {"zh", "en"}
        Of the words.
    """
    if backlog.empty:
        return Html("", "")
    units = unit_columns(backlog)
    rows = [
        [
            str(row["period"]) + ("" if row["complete"] else _text("partial", language)),
            *(words.label(str(row[unit]), language) for unit in units),
            *(words.format_count(row[name]) for name in ("open", "over_limit", "at_risk")),
            words.format_count(row["undecided"]),
            words.format_value(row["median_age_seconds"], "seconds", language),
        ]
        for row in records(backlog)
    ]
    headers = [_text("end", language), *(words.label(unit, language) for unit in units)]
    counts = _headers("open over_limit at_risk undecided median_age", language)
    return table([*headers, *counts], rows, numeric=counts, short=headers)
