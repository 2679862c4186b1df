"""服务质量监控指标表 (G3) on the page: the guide's nine columns, in its order."""

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.periods import first_day, last_day
from csqa.rules.standard import Standard
from csqa.show.headers import header
from csqa.show.html import Badge, Cell, Html, paragraph, table
from csqa.show.metric_cards import format_row_target
from csqa.show.workbook_template import COLUMNS, TITLE, WITHOUT_VALUE

GUIDE_COLUMNS = COLUMNS[:9]
"""Of the sheet of the same name; whether on target stands in the score, by sign and word."""

EXTRA = ("bonus", "score_unkilled")
"""Columns that are shown where any metric has them."""

TEXTS = {
    "composite": ("综合得分", "Composite"),
    "not_scored": ("不计分", "not scored"),
    "note": ("95% 区间 {}；权重覆盖 {}", "95 % interval {}; weights covered {}"),
    "in_force": ("评分依据：{} 起执行的标准。", "Judged by the standard in force from {}."),
    "none": ("{} 没有可以显示的指标。", "{}: no metric to show."),
}


def show_scorecard(
    card_table: pd.DataFrame,
    standard: Standard,
    *,
    period: str,
    language: str = "zh",
    card: pd.DataFrame | None = None,
) -> Html:
    """Show the scorecard of a period as the guide draws it.

    Parameters
    ----------
    card_table : DataFrame
        From :func:`csqa.scorecard`, of that period.
    standard : Standard
        The date from which it is in force is said below.
    period : str
        The month.
    language : {"zh", "en"}
        Of headers; names and definitions are those of the table.
    card : DataFrame, optional
        From :func:`csqa.composite`: its composite is the last row.

    Returns
    -------
    Html
        One row per metric, its dimension merged; ✓ on target, ✗ missed. Bonus and the score
        without critical errors are further columns where there are any.
    """
    if card_table.empty:
        return paragraph(_text("none", language).format(period))
    extra = [name for name in EXTRA if name in card_table and card_table[name].notna().any()]
    place = words.LANGUAGES.index(language)
    heads = [names[place] for names in GUIDE_COLUMNS]
    heads += [header("scorecard", name, language) for name in extra]
    rows = [_row(row, extra, language) for row in records(card_table)]
    rows += [_composite(row, extra, language) for row in _of_period(card, period)]
    title = f"{TITLE[place]} · {period}"
    numeric = (heads[1], heads[7], *heads[9:])
    made = table(
        heads, rows, numeric=numeric, short=(*heads[:1], heads[5]), caption=title, merged=2
    )
    return made + paragraph(_in_force(standard, period, language))


def _in_force(standard: Standard, period: str, language: str) -> str:
    """From when the standard is that judged the period; both where it changed within."""
    judged = (standard.at(first_day(period)), standard.at(last_day(period)))
    days = dict.fromkeys(version.effective.isoformat() for version in judged)
    return _text("in_force", language).format(words.join(days, language))


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _of_period(card: pd.DataFrame | None, period: str) -> Iterable[dict[str, Any]]:
    return [] if card is None else records(card[card["period"] == period].head(1))


def _row(row: dict[str, Any], extra: Iterable[str], language: str) -> list[Cell]:
    return [
        row["dimension_name"],
        f"{words.round_short(row['weight'] * 100)}%",
        row["name"],
        row["definition"] or "–",
        row["source"] or "–",
        format_row_target(row, language),
        _value(row, language),
        _score(row, language),
        row["reason"],
        *(words.format_points(row[name]) for name in extra),
    ]


def _value(row: dict[str, Any], language: str) -> str:
    if row["status"] in WITHOUT_VALUE or math.isnan(row["value"]):
        status = row["status"] if row["status"] in WITHOUT_VALUE else "no_data"
        return words.label(status, language)
    text = words.format_value(row["value"], row["kind"], language)
    return f"{text} {words.label('small', language)}" if row["status"] == "small" else text


def _score(row: dict[str, Any], language: str) -> Badge:
    if math.isnan(row["score"]):
        return Badge(_text("not_scored", language))
    met = bool(row["met"])
    points = words.format_points(row["score"])
    return Badge(f"✓ {points}" if met else f"✗ {points}", "met" if met else "missed")


def _composite(row: dict[str, Any], extra: Iterable[str], language: str) -> list[Cell]:
    note = _text("note", language).format(
        words.format_points_interval(row["lower"], row["upper"]),
        f"{words.round_half_up(row['coverage'] * 100, 0)}%",
    )
    points = words.format_points(row["composite"])
    return [_text("composite", language), *[""] * 6, points, note, *("" for _ in extra)]
