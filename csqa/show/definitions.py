"""How each metric is defined: in words, by which clock, of how many contacts, to which target."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.rules.measures import measure_of
from csqa.rules.standard import Line, Metric, Standard
from csqa.show.html import Html, numbered, table


def show_definitions(
    standard: Standard,
    defined: pd.DataFrame | None = None,
    conventions: list[str] | None = None,
    *,
    language: str = "zh",
) -> Html:
    """Show how each metric is defined, how it was counted, and what is asked of it.

    Parameters
    ----------
    standard : Standard
        For names, sources and targets.
    defined : DataFrame, optional
        From :func:`csqa.define_metrics`; without it, only what the standard says.
    conventions : list of str, optional
        From :func:`csqa.list_conventions`: what holds for all metrics.
    language : {"zh", "en"}
        Of the words.
    """
    told = {} if defined is None else {row["metric"]: row for row in records(defined)}
    keys = list(told) or list(standard.metric_keys)
    zh = language == "zh"
    first, last = (
        (("指标", "定义"), ("数据来源", "目标"))
        if zh
        else (
            ("Metric", "Definition"),
            ("Source", "Target"),
        )
    )
    between = (("算法与时钟", "计入", "未计入"), ("Counted as", "n", "Left out"))[not zh]
    headers = (*first, *(between if told else ()), *last)
    rows = []
    for key in keys:
        metric = standard.metric(key)
        counted = _counted(told[key], language) if told else []
        definition = dict(metric.definition).get(language, "–")
        source = dict(metric.source).get(language, "–")
        name, target = metric.name(language), _target(metric, language)
        rows.append([name, definition, *counted, source, target])
    numeric = between[1:2] if told else ()
    made = table(headers, rows, numeric=numeric, short=headers[:1], cards=True)
    return numbered(conventions, "limits") + made if conventions else made


def _counted(row: dict[str, Any], language: str) -> list[str]:
    zh = language == "zh"
    clock = "" if row["clock"] == "–" else row["clock"]
    left_out = row["exclusions"]
    if not left_out:
        known = not pd.isna(row["left_out"])
        left_out = ("无" if zh else "none") if known else "–"
    computed = words.join_clauses([row["computed"], clock], language)
    return [computed, f"{row['n']:,}", left_out]


def _target(metric: Metric, language: str) -> str:
    kind = measure_of(metric).kind
    lines = [_line(line, metric.direction, kind, language) for line in reversed(metric.lines)]
    return words.join_clauses(lines, language) or "–"


def _line(line: Line, direction: str | None, kind: str, language: str) -> str:
    target, upper = line.bounds
    text = words.format_target(target, direction, kind, language, upper=upper)
    if not line.where:
        return text
    where = words.join((_condition(*one, language) for one in line.where), language)
    remark = f"，{line.note}" if line.note and language == "zh" else ""
    return f"{where} {text}{remark}"


def _condition(column: str, value: Any, language: str) -> str:
    if column == "peak":
        return words.label("peak" if value else "off_peak", language)
    return words.label(value, language)


def show_clocks(clocks: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show durations by both clocks: elapsed, and counted in open hours only.

    Parameters
    ----------
    clocks : DataFrame
        From :func:`csqa.measure_clocks`.
    language : {"zh", "en"}
        Of the words.
    """
    if clocks.empty:
        return Html("", "")
    zh = language == "zh"
    headers = (
        ("时长", "渠道", "n", "自然时长", "营业时长", "日历未覆盖")
        if zh
        else ("Duration", "Channel", "n", "Elapsed", "In open hours", "Not in the calendar")
    )
    rows = [
        [
            words.label(row["measure"], language),
            words.label(row["channel"], language),
            f"{row['n']:,}",
            words.format_value(row["mean_seconds"], "seconds", language),
            words.format_value(row["mean_business_seconds"], "seconds", language),
            f"{row['uncovered']:,}",
        ]
        for row in records(clocks)
    ]
    return table(headers, rows, numeric=headers[2:], short=headers[:2])
