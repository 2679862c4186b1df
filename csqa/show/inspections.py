"""Inspections for readers: scores of records by unit, items of the form, and what was set aside."""

from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.frames import records, unit_columns
from csqa.rules.inspection import Form
from csqa.show.html import Badge, Cell, Html, fold, numbered, paragraph, table

MOST_FAULTS = 10
"""Sentences about what was set aside; more are counted."""

FEW = ("too_few", "no_data")


def show_inspections(
    scored: pd.DataFrame,
    faults: pd.DataFrame | None = None,
    *,
    period: str,
    language: str = "zh",
) -> Html:
    """Show the inspection scores of one period, killed and not, by name: this is no ranking.

    Parameters
    ----------
    scored : DataFrame
        From :func:`csqa.score_inspections`.
    faults : DataFrame, optional
        From :func:`csqa.list_inspection_faults`: why judged items were set aside.
    period : str
        Which period of it.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        Of units with too few records only the counts are shown. A sentence where nothing was
        inspected in the period.
    """
    zh, units = language == "zh", unit_columns(scored)
    now = scored[scored["period"] == period]
    if now.empty:
        return paragraph("本期没有质检记录。" if zh else "Nothing was inspected in this period.")
    counts = ("抽检记录", "有得分") if zh else ("Inspected", "Scored")
    told = (
        ("质检得分（95% 区间）", "不计致命项", "致命差错", "无致命差错率（95% 区间）")
        if zh
        else ("Score (95 %)", "Critical items aside", "Critical errors", "Free of them (95 %)")
    )
    last = ("未计入的项次" if zh else "Items set aside",) if now["set_aside"].any() else ()
    named = tuple(words.label(unit, language) for unit in units)
    body = [_record_row(row, units, bool(last), language) for row in records(now)]
    headers = (*named, *counts, *told, *last)
    made = table(headers, body, numeric=(*counts, told[2], *last), short=named)
    made += _weighted(now, language)
    return made + _set_aside(faults, language) if last else made


def _weighted(now: pd.DataFrame, language: str) -> Html:
    """Say that records count by the inverse of their chance to be drawn, if they do."""
    methods = set(now.get("method", pd.Series(dtype="str"))) - {"unweighted"}
    if not methods:
        return Html("", "")
    zh, mixed = language == "zh", "hajek_mixed" in methods
    told = "得分按入样概率加权（Hájek），多抽的记录不会把平均值带偏。"
    rest = "有的记录没有入样概率，只代表自己。"
    if not zh:
        told = "Scores are weighted by the inverse of each record's chance to be drawn (Hájek)."
        rest = " Records without a known chance stand for themselves alone."
    return paragraph(told + rest if mixed else told)


def _record_row(row: dict[str, Any], units: list[str], aside: bool, language: str) -> list[Cell]:
    few = row["status"] in FEW
    note: Cell = Badge(f"○ {words.label(row['status'], language)}", "few")
    rated = row["n_rated"] > 0
    return [
        *(sentences.name_unit(unit, row[unit], language) for unit in units),
        f"{row['n_records']:,}",
        f"{row['n']:,}",
        note if few else _with_interval(row, language),
        "–" if few else words.format_points(row["score_unkilled"]),
        f"{row['n_rated'] - row['n_critical_free']:,}" if rated else "–",
        "–" if few else _free_text(row, language),
        *([f"{row['set_aside']:,}"] if aside else []),
    ]


def _with_interval(row: dict[str, Any], language: str) -> Cell:
    value = words.format_points(row["score"])
    sure = words.format_points_interval(row["lower"], row["upper"])
    text = f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})"
    if row["status"] != "small":
        return text
    return Badge(f"○ {text} {words.label('small', language)}", "few")


def _free_text(row: dict[str, Any], language: str) -> str:
    value = words.format_value(row["critical_free"], "share", language)
    ends = row["lower_critical_free"], row["upper_critical_free"]
    sure = words.format_interval(*ends, "share", language)
    return f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})"


def _set_aside(faults: pd.DataFrame | None, language: str) -> Html:
    """Why items were set aside, of the whole data; behind a line that opens it."""
    if faults is None or faults.empty:
        return Html("", "")
    zh, rest = language == "zh", len(faults) - MOST_FAULTS
    listed = faults["reason"].head(MOST_FAULTS).tolist()
    if rest > 0:
        listed.append(f"还有 {rest} 条。" if zh else f"{rest} more.")
    title = "没有计入得分的质检项" if zh else "Judged items that no score was made of"
    return fold(f"{title}（{len(faults)}）" if zh else f"{title} ({len(faults)})", numbered(listed))


def show_items(items: pd.DataFrame, form: Form, *, period: str, language: str = "zh") -> Html:
    """Show each item of the form in one period, in the order of the form: where points are lost.

    Parameters
    ----------
    items : DataFrame
        From :func:`csqa.score_items`.
    form : Form
        For names and order; items that it does not list come last.
    period : str
        Which period of it.
    language : {"zh", "en"}
        Of the words.
    """
    zh, units = language == "zh", unit_columns(items)
    now = items[items["period"] == period]
    if now.empty:
        return paragraph("本期没有质检记录。" if zh else "Nothing was inspected in this period.")
    place = {item.key: number for number, item in enumerate(form.items)}
    now = now.assign(place=now["item"].map(place).fillna(len(place)))
    now = now.sort_values([*units, "place", "item"])
    named = (*(words.label(unit, language) for unit in units), "质检项" if zh else "Item")
    score = "平均得分（95% 区间）" if zh else "Mean score (95 %)"
    counts = ("已评", "不合格", "致命") if zh else ("Rated", "Failed", "Critical")
    body = [
        [
            *(sentences.name_unit(unit, row[unit], language) for unit in units),
            form.name(row["item"], language),
            "–" if row["status"] in FEW else _with_interval(row, language),
            *(f"{row[name]:,}" for name in ("n", "n_failed", "n_critical")),
        ]
        for row in records(now)
    ]
    return table((*named, score, *counts), body, numeric=counts, short=named)
