"""Sheet 1: 服务质量监控指标表 (G3), the guide's columns in order, then whether on target."""

import math
from itertools import groupby
from typing import TYPE_CHECKING, Any

from csqa import words
from csqa.frames import records
from csqa.show.cells import POINTS, Cell, Pen, mark_scores, measured_cell, plain_cell
from csqa.show.headers import header
from csqa.show.palette import HOLLOW, PLAIN, VARIATIONS

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

    from csqa.show.record import Record

TITLE = ("服务质量监控指标表", "Service quality scorecard")
COLUMNS = (
    ("监控维度", "Dimension"),
    ("权重", "Weight"),
    ("监控指标", "Metric"),
    ("指标定义", "Definition"),
    ("数据来源", "Source"),
    ("目标值", "Target"),
    ("实际值", "Actual"),
    ("得分", "Score"),
    ("扣分原因", "Reason for the deduction"),
    ("达标情况", "On target"),
)
WIDTHS = (16, 9, 24, 38, 14, 14, 16, 10, 44, 14)
EXTRA = ("bonus", "score_unkilled")
"""Columns behind them, where any metric has them: points earned, score without critical errors."""

EXTRA_WIDTH = 14
SCORE_COLUMN = "H"
SCORE_FORMAT = '[<100]"▼ "0.0;[>=100]"● "0.0'
"""The sign says it too where there is no colour; the cell stays a number to compute with."""
HEADER_ROW = 3

TEXTS = {
    "composite": ("综合得分", "Composite score"),
    "none": ("无数据", "no data"),
    "not_scored": ("不计分", "not scored"),
    "interval": ("95% 区间 {}", "95 % interval {}"),
    "coverage": ("权重覆盖 {}（{}）", "weights covered {} ({})"),
    "change": ("较上期 {}（{}）", "change {} ({})"),
    "significant": ("显著", "significant"),
    "not_significant": ("不显著", "not significant"),
    "rows": ("读入 {} 行，使用 {} 行，隔离 {} 行。", "{} rows read, {} used, {} set aside. "),
    "note": (
        "缺数据的指标不计分，也不是 0；详见“数据说明”。",
        "Metrics without data are left out, not zero; see “Data”.",
    ),
}
WITHOUT_VALUE = ("no_data", "no_source", "too_few")
"""Statuses whose value is said in words: there is none, or it rests on too few records."""


def write_template(sheet: "Worksheet", record: "Record", language: str) -> None:
    """Write the scorecard of the reported period.

    Parameters
    ----------
    sheet : Worksheet
        Empty.
    record : Record
        Its tables ``scorecard``, ``composite`` and ``rows``; any may be missing.
    language : {"zh", "en"}
        Of all texts.
    """
    pen = Pen(sheet)
    table = record.tables.get("scorecard")
    extra = _extra(table)
    last = len(COLUMNS) + len(extra)
    period = record.summary.get("period") or record.manifest.get("period") or ""
    title = " · ".join(part for part in (_pick(TITLE, language), str(period)) if part)
    pen.write(1, 1, Cell(title, role="title"))
    pen.write(2, 1, Cell(_data_note(record, language), role="note"))
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
    heads = [_pick(names, language) for names in COLUMNS]
    heads += [header("scorecard", name, language) for name in extra]
    pen.write_row(HEADER_ROW, [Cell(head, role="head") for head in heads])
    below = _write_metrics(pen, table, extra, language)
    _write_composite(pen, below, _reported(record, str(period)), language)
    letters = [cell.column_letter for cell in sheet[HEADER_ROW]]
    for letter, width in zip(letters, [*WIDTHS, *[EXTRA_WIDTH] * len(extra)], strict=True):
        sheet.column_dimensions[letter].width = width
    pen.fit_rows(HEADER_ROW)
    sheet.row_dimensions[1].height = 28
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{letters[-1]}{max(below - 1, HEADER_ROW)}"
    mark_scores(sheet, SCORE_COLUMN, HEADER_ROW + 1, below - 1)
    pen.prepare_print(HEADER_ROW)


def _pick(names: tuple[str, str], language: str) -> str:
    return names[words.LANGUAGES.index(language)]


def _text(key: str, language: str, *parts: str) -> str:
    return _pick(TEXTS[key], language).format(*parts)


def _data_note(record: "Record", language: str) -> str:
    rows = record.tables.get("rows")
    note = _text("note", language)
    if rows is None or rows.empty:
        return note
    columns = ("rows_in", "rows_used", "rows_quarantined")
    counts = [words.format_count(rows[column].sum()) for column in columns]
    return _text("rows", language, *counts) + note


def _extra(table: "pd.DataFrame | None") -> list[str]:
    if table is None:
        return []
    return [name for name in EXTRA if name in table and table[name].notna().any()]


def _write_metrics(pen: Pen, table: "pd.DataFrame | None", extra: list[str], language: str) -> int:
    """Write one row per metric, the dimensions merged; return the row below."""
    row = HEADER_ROW + 1
    metrics: list[dict[str, Any]] = [] if table is None else records(table)
    if not metrics:
        pen.write_row(row, [Cell(_text("none", language)), *[Cell()] * (len(COLUMNS) - 1)])
        return row + 1
    for _, group in groupby(metrics, key=lambda metric: metric["dimension"]):
        first = row
        for metric in group:
            further = [plain_cell(metric[name], POINTS) for name in extra]
            pen.write_row(row, [*_metric_cells(metric, language), *further])
            row += 1
        for column in (1, 2):
            pen.sheet.merge_cells(
                start_row=first, end_row=row - 1, start_column=column, end_column=column
            )
    return row


def _metric_cells(metric: dict[str, Any], language: str) -> list[Cell]:
    target = words.format_target(
        metric["target"],
        metric["direction"],
        metric["kind"],
        language,
        upper=metric["target_upper"],
    )
    sign, word, role = _outcome(metric, language)
    return [
        plain_cell(metric["dimension_name"]),
        plain_cell(metric["weight"], "0%"),
        plain_cell(metric["name"]),
        plain_cell(metric["definition"]),
        plain_cell(metric["source"]),
        Cell(target),
        _value_cell(metric, language),
        _score_cell(metric, language),
        plain_cell(metric["reason"]),
        Cell(f"{sign} {word}", role=role),
    ]


def _value_cell(metric: dict[str, Any], language: str) -> Cell:
    if metric["status"] in WITHOUT_VALUE or math.isnan(metric["value"]):
        known = metric["status"] in WITHOUT_VALUE
        return Cell(words.label(metric["status"] if known else "no_data", language))
    return measured_cell(metric["value"], metric["kind"], language)


def _score_cell(metric: dict[str, Any], language: str) -> Cell:
    if math.isnan(metric["score"]):
        return Cell(_text("not_scored", language))
    return plain_cell(metric["score"], SCORE_FORMAT)


def _outcome(metric: dict[str, Any], language: str) -> tuple[str, str, str]:
    """Sign, word and look of whether a metric is on target."""
    if metric["met"] is True or metric["met"] == 1:
        return PLAIN.sign, words.label("met", language), "body"
    if metric["met"] is False or metric["met"] == 0:
        return VARIATIONS["concern"].sign, words.label("missed", language), "worse"
    if metric["status"] in WITHOUT_VALUE:
        return HOLLOW.sign, words.label(metric["status"], language), "body"
    return HOLLOW.sign, _text("not_scored", language), "body"


def _reported(record: "Record", period: str) -> dict[str, Any] | None:
    """Composite of the reported period; of the last one if the record does not say which."""
    table = record.tables.get("composite")
    if table is None or table.empty:
        return None
    rows = table[table["period"] == period] if period else table.tail(1)
    return records(rows)[0] if len(rows) else None


def _write_composite(pen: Pen, row: int, card: dict[str, Any] | None, language: str) -> None:
    known = card is not None and not math.isnan(card["composite"])
    value = plain_cell(card["composite"], POINTS, "strong") if card and known else None
    cells = [Cell(role="strong") for _ in COLUMNS]
    cells[0] = Cell(_text("composite", language), role="strong")
    cells[7] = value or Cell(_text("none", language), role="strong")
    if card and known:
        cells[8] = Cell(_composite_note(card, language), role="strong")
        cells[9] = Cell(words.label(card["status"], language), role="strong")
    pen.write_row(row, cells)
    pen.sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=7)


def _composite_note(card: dict[str, Any], language: str) -> str:
    bounds = words.format_points_interval(card["lower"], card["upper"])
    share = f"{words.round_half_up(card['coverage'] * 100, 0)}%"
    status = words.label(card["status"], language)
    parts = [
        _text("interval", language, bounds),
        _text("coverage", language, share, status),
    ]
    if not math.isnan(card["change"]):
        sure = "significant" if card["significant"] else "not_significant"
        change = words.format_signed(card["change"])
        parts.append(_text("change", language, change, _text(sure, language)))
    return ("；" if language == "zh" else "; ").join(parts)
