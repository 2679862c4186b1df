"""The review of the standard in a terminal, and as a sheet with a column for what is decided."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import words
from csqa.errors import ReportError, check_option
from csqa.frames import records
from csqa.rules.files import explain_os_error
from csqa.rules.standard import Standard
from csqa.show.cells import Cell, Pen
from csqa.show.html import Badge
from csqa.show.review import (
    list_effect,
    list_review,
    name_line,
    name_verdict,
    text,
    write_target,
)
from csqa.show.workbook import EPOCH, pack_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

IN_ORDER = ("out_of_reach", "demanding", "too_easy", "too_little", "fitting")
"""Verdicts, those to talk about first."""

TITLE = ("标准复核", "Review")
EFFECT = ("拟议标准的影响", "Effect")


def describe_review(
    review: pd.DataFrame,
    standard: Standard,
    effect: pd.DataFrame | None = None,
    *,
    language: str = "zh",
) -> Iterator[str]:
    """Say line by line what a review found, the targets to talk about first.

    Parameters
    ----------
    review : DataFrame
        From :func:`csqa.review_standard`.
    standard : Standard
        For the names; the proposed one if there is one.
    effect : DataFrame, optional
        From :func:`csqa.summarise_restatement`, of the proposed standard.
    language : {"zh", "en"}
        Of the words.

    Yields
    ------
    str
        A line, without characters that steer a terminal.
    """
    for line in _lines(review, standard, effect, language):
        yield "".join(c if c.isprintable() else "·" for c in line)


def _lines(
    review: pd.DataFrame, standard: Standard, effect: pd.DataFrame | None, language: str
) -> Iterator[str]:
    zh = language == "zh"
    for verdict in IN_ORDER:
        rows = review[review["verdict"] == verdict]
        if len(rows):
            name = name_verdict(verdict, language)
            yield f"{name}（{len(rows)} 项）：" if zh else f"{name} ({len(rows)}):"
        for row in records(rows):
            yield f"  - {_target_line(row, standard, language)}"
    if effect is None:
        return
    yield "拟议标准的影响（现行 → 拟议）：" if zh else "Effect of the proposal (now → then):"
    _, changed = list_effect(effect, standard, language=language)
    for name, met, scores in changed or [[text("nothing", language), "", ""]]:
        met_told = ("达标月份 " if zh else "months met ") + met if met not in ("", "–") else ""
        scores_told = ("月均得分 " if zh else "mean score ") + scores if scores else ""
        told = words.join_clauses([met_told, scores_told], language)
        yield f"  - {name}" + (f"{'：' if zh else ': '}{told}" if told else "")


def _target_line(row: dict[str, Any], standard: Standard, language: str) -> str:
    zh = language == "zh"
    name = standard.metric(row["metric"]).name(language)
    where = "" if row["line"] == "base" else name_line(row["line"], language)
    scope = where and (f"（{where}）" if zh else f" ({where})")
    new = row["proposal"] == "new"
    told = f"{name}{scope} {write_target(row, language, '_proposed' if new else '')}"
    parts = [row["reason"], "" if new else _proposed(row, language)]
    return f"{told}{'：' if zh else ': '}{words.join_clauses(parts, language)}"


def _proposed(row: dict[str, Any], language: str) -> str:
    """The proposed target, where it is another one, and how often it would have been met."""
    if row["proposal"] in ("", "unchanged"):
        return ""
    zh = language == "zh"
    told = ("拟议 " if zh else "proposed: ") + write_target(row, language, "_proposed")
    if row["proposal"] != "changed" or not row["months"]:
        return told
    met = row["months_met_proposed"]
    return told + (f"，{met} 个月达到" if zh else f", met {met} times")


def write_review(
    review: pd.DataFrame,
    standard: Standard,
    path: str | Path,
    effect: pd.DataFrame | None = None,
    *,
    language: str = "zh",
) -> None:
    """Write a review as a workbook for the meeting, with an empty column 决定.

    Parameters
    ----------
    review, standard, effect, language
        As for :func:`describe_review`.
    path : str or Path
        File to write, ``.xlsx``.

    Raises
    ------
    RuleError
        If the language is unknown.
    ReportError
        If the file can't be written.

    Notes
    -----
    The same review gives the same bytes.
    """
    from openpyxl import Workbook

    check_option("language", language, words.LANGUAGES)
    place = words.LANGUAGES.index(language)
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.creator, workbook.properties.created = "csqa", EPOCH
    headers, rows = list_review(review, standard, language=language)
    decided = [*headers, text("decision", language)]
    _write_sheet(workbook.create_sheet(TITLE[place]), decided, [[*row, ""] for row in rows])
    if effect is not None:
        headers, changed = list_effect(effect, standard, language=language)
        rows = [list(row) for row in changed] or [[text("nothing", language), "", ""]]
        _write_sheet(workbook.create_sheet(EFFECT[place]), headers, rows)
    try:
        Path(path).write_bytes(pack_workbook(workbook))
    except OSError as error:
        msg = f"{path}：写不了这个文件（{explain_os_error(error)}）。"
        raise ReportError(msg) from error


def _write_sheet(sheet: "Worksheet", headers: list[str], rows: list[list[str | Badge]]) -> None:
    pen = Pen(sheet)
    pen.write_row(1, [Cell(header, role="head") for header in headers])
    for number, row in enumerate(rows, start=2):
        told = [cell.text if isinstance(cell, Badge) else cell for cell in row]
        pen.write_row(number, [Cell(cell or None) for cell in told])
    pen.fit_columns(1)
    pen.fit_rows(1)
    sheet.auto_filter.ref = sheet.dimensions
    pen.prepare_print(1)
