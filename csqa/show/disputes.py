"""Disputes for readers: how many overturned, which overdue, and scores before and after."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.errors import check_option
from csqa.frames import records, unit_columns
from csqa.rules.inspection import Form, read_form
from csqa.show.html import Badge, Cell, Html, paragraph, table

TEXTS = {
    "whole": ("整体", "Overall"),
    "filed": ("提出", "Filed"),
    "decided": ("改判 / 已裁定", "Overturned / decided"),
    "rate": ("改判率（95% 区间）", "Overturned (95 %)"),
    "withdrawn": ("撤回", "Withdrawn"),
    "pending": ("待定", "Pending"),
    "overdue": ("其中超期", "Overdue"),
    "filed_in_time": ("按时提出", "Filed in time"),
    "decided_in_time": ("按时裁定", "Decided in time"),
    "nothing": ("本期没有申诉。", "No disputes in this period."),
    "reading": (
        "改判率只说被申诉的判定：没有申诉的未必都对。按时提出、按时裁定：括号里是能判断的条数，未到期的不算。",
        "The rate is of what was disputed: what was not may be wrong too. In time: of those that "
        "can be told, in brackets; those not yet due are not counted.",
    ),
    "uncorrected": (
        "有 {n} 条改判没有写改判后的结果，得分无法更正。",
        "{n} overturned ones name no corrected result, so that scores cannot be corrected.",
    ),
    "unjudged": (
        "有 {n} 条申诉的质检项在质检记录里没有判过，请核对写法。",
        "{n} are over an item that was not judged on that contact: check how it is written.",
    ),
    "none_open": ("没有未裁定的申诉。", "No dispute is open."),
    "dispute": ("申诉编号", "Dispute"),
    "contact": ("服务单号", "Contact"),
    "item": ("质检项", "Item"),
    "inspector": ("质检员", "Inspector"),
    "agent": ("工号", "Agent"),
    "filed_on": ("提出", "Filed"),
    "due_on": ("期限", "Due"),
    "state": ("状态", "State"),
    "reason": ("申诉理由", "Reason"),
    "late": ("超期", "overdue"),
    "in_time": ("未到期", "not yet due"),
    "unknown_due": ("期限不明", "deadline unknown"),
    "records": ("有得分", "Scored"),
    "before": ("申诉前得分", "Score as judged"),
    "after": ("申诉后得分（95% 区间）", "Score after disputes (95 %)"),
    "change": ("变化", "Change"),
    "same": ("申诉没有改变任何得分。", "Disputes changed no score."),
}
UNITS = {"item": "item", "inspector": "inspector", "agent_id": "agent_id", "team": "team"}
FEW = ("too_few", "no_data")


def show_disputes(
    found: pd.DataFrame, form: Form | None = None, *, period: str, language: str = "zh"
) -> Html:
    """Show the disputes of one period: overturned, in time, overdue.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.measure_disputes`.
    form : Form, optional
        For the names of items. Default: the shipped one.
    period : str
        Which period of it.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        By name: no ranking. Where few were decided, no rate is shown.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    now, form = found[found["period"] == period], form or read_form()
    if now.empty:
        return paragraph(_text("nothing", language))
    by = [name for name in UNITS if name in now]
    named = [words.label(name, language) for name in by]
    keys = ("filed", "decided", "rate", "withdrawn", "pending", "overdue")
    last = ("filed_in_time", "decided_in_time")
    headers = [*named, *(_text(key, language) for key in (*keys, *last))]
    body = [_dispute_row(row, by, form, language) for row in records(now.sort_values(by or "n"))]
    counts = [_text(key, language) for key in ("filed", "withdrawn", "pending", "overdue")]
    made = table(headers, body, numeric=counts, short=named)
    return made + paragraph(_text("reading", language)) + _unusable(now, language)


def _dispute_row(row: dict[str, Any], by: list[str], form: Form, language: str) -> list[Cell]:
    few = row["status"] in FEW
    rate: Cell = Badge(f"○ {words.label(row['status'], language)}", "few")
    return [
        *(_unit(name, row[name], form, language) for name in by),
        f"{row['n_filed']:,}",
        f"{row['n_overturned']:,} / {row['n']:,}",
        rate if few else _rate(row, language),
        f"{row['n_withdrawn']:,}",
        f"{row['n_pending']:,}",
        Badge(f"▼ {row['n_overdue']:,}", "worse") if row["n_overdue"] else "0",
        _of(row["filed_in_time"], row["n_filing_known"], language),
        _of(row["decided_in_time"], row["n_decision_due"], language),
    ]


def _unit(name: str, value: str, form: Form, language: str) -> str:
    if name == "item":
        return form.name(value, language)
    if name == "inspector":
        return words.label(value, language) if value == "unknown" else value
    return sentences.name_unit(name, value, language)


def _rate(row: dict[str, Any], language: str) -> Cell:
    value = words.format_value(row["overturn_rate"], "share", language)
    sure = words.format_interval(row["lower"], row["upper"], "share", language)
    text = _put(value, sure, language)
    if row["status"] != "small":
        return text
    return Badge(f"○ {text} {words.label('small', language)}", "few")


def _of(share: float, n: int, language: str) -> str:
    return _put(words.format_value(share, "share", language), f"{n:,}", language) if n else "–"


def _unusable(now: pd.DataFrame, language: str) -> Html:
    """What corrects no score, and why."""
    said = Html("", "")
    for column, key in (
        ("n_without_correction", "uncorrected"),
        ("n_without_judgement", "unjudged"),
    ):
        if n := int(now[column].sum()):
            said = said + paragraph(_text(key, language).format(n=f"{n:,}"))
    return said


def show_open_disputes(
    found: pd.DataFrame,
    form: Form | None = None,
    *,
    mask: Callable[["pd.Series[str]"], "pd.Series[str]"] | None = None,
    language: str = "zh",
) -> Html:
    """Show the disputes that are not decided, the overdue ones first.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.list_open_disputes`.
    form : Form, optional
        For the names of items. Default: the shipped one.
    mask : callable, optional
        What hides personal data in texts. Without it the reasons are not shown at all.
    language : {"zh", "en"}
        Of the words.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    if found.empty:
        return paragraph(_text("none_open", language), "verdict")
    form = form or read_form()
    told = [] if mask is None else mask(found["reason"].astype("str")).fillna("").tolist()
    keys = ("dispute", "contact", "item", "inspector", "agent", "filed_on", "due_on", "state")
    headers = [_text(key, language) for key in (*keys, *(["reason"] if mask else []))]
    body = [
        [*_open_row(row, form, language), *told[number : number + 1]]
        for number, row in enumerate(records(found))
    ]
    return table(headers, body, short=headers[:2])


def _open_row(row: dict[str, Any], form: Form, language: str) -> list[Cell]:
    state: Cell = _text("in_time", language)
    if row["overdue"]:
        state = Badge(f"▼ {_text('late', language)}", "worse")
    elif pd.isna(row["due_on"]):
        state = _text("unknown_due", language)
    return [
        str(row["dispute_id"]),
        str(row["contact_id"]),
        form.name(row["item"], language),
        _unit("inspector", row["inspector"], form, language),
        _unit("agent_id", row["agent_id"], form, language),
        f"{row['filed_on']:%Y-%m-%d}",
        "–" if pd.isna(row["due_on"]) else f"{row['due_on']:%Y-%m-%d}",
        state,
    ]


def show_disputed_scores(
    before: pd.DataFrame, after: pd.DataFrame, *, period: str, language: str = "zh"
) -> Html:
    """Show inspection scores as judged, and as disputes corrected them, side by side.

    Parameters
    ----------
    before, after : DataFrame
        From :func:`csqa.score_inspections` of the data, and of
        :func:`csqa.apply_disputes` of them; by the same units.
    period : str
        Which period of them.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        Units with a changed score only; a sentence where there is none.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    units = unit_columns(before)
    keys = ["period", *units]
    both = after.merge(before[[*keys, "score", "n"]], on=keys, suffixes=("", "_before"))
    both = both[both["period"] == period]
    same = (both["score"] == both["score_before"]) & (both["n"] == both["n_before"])
    changed = both[~(same | (both["score"].isna() & both["score_before"].isna()))]
    if changed.empty:
        return paragraph(_text("same", language))
    named = [words.label(unit, language) for unit in units] or [_text("whole", language)]
    headers = [*named, *(_text(key, language) for key in ("records", "before", "after", "change"))]
    body = [_restated_row(row, units, language) for row in records(changed)]
    numeric = [_text(key, language) for key in ("records", "before", "change")]
    return table(headers, body, numeric=numeric, short=named)


def _restated_row(row: dict[str, Any], units: list[str], language: str) -> list[Cell]:
    first = [sentences.name_unit(unit, row[unit], language) for unit in units]
    few = row["status"] in FEW
    value = words.format_points(row["score"])
    sure = words.format_points_interval(row["lower"], row["upper"])
    note = Badge(f"○ {words.label('too_few', language)}", "few")
    return [
        *(first or [_text("whole", language)]),
        f"{row['n']:,}",
        "–" if few else words.format_points(row["score_before"]),
        note if few else _put(value, sure, language),
        "–" if few else words.format_signed(row["score"] - row["score_before"]),
    ]


def _put(value: str, sure: str, language: str) -> str:
    return f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})"


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]
