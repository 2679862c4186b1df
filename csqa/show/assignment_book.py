"""Assignment workbooks: one per inspector, drop-downs where they judge, locked where they don't."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import words
from csqa.engine.assignment_sheets import (
    COLUMNS,
    FIRST_ROW,
    HEADER_ROW,
    HIDDEN,
    KEPT,
    MARK,
    NAMES,
    OPEN,
    SHEET,
)
from csqa.frames import records
from csqa.show.cells import LINE, Cell, Pen, plain_cell
from csqa.show.workbook import EPOCH, pack_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

RESULTS = "合格,不合格,不适用"
WIDTHS = (6, 16, 19, 8, 14, 10, 18, 22, 11, 11, 30, 36, 18)
"""Of the columns, in widths of a digit."""
OPEN_FILL = "FFFBEB"
_UNSAFE = re.compile(r'[\\/:*?"<>|\[\]\s]')


def write_assignments(
    assignments: pd.DataFrame, folder: str | Path, *, label: str = "", anonymous: bool = False
) -> list[Path]:
    """Write a workbook for each inspector.

    Parameters
    ----------
    assignments : DataFrame
        From :func:`csqa.make_assignments`.
    folder : str or Path
        Made if need be.
    label : str
        Stands in the title and in the files' names, such as the period.
    anonymous : bool
        Whether the inspectors are piles, whose names are to be filled in.

    Returns
    -------
    list of Path
        The files. Each inspector has one of their own: two that judge the same contact cannot see
        from their files that they do.

    Notes
    -----
    Text from data is written as text even where it begins like a formula. All but the yellow cells
    is locked, without a password; a hidden sheet keeps what was given out and the chances. The
    same table gives the same bytes.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    paths = []
    for inspector, rows in assignments.groupby("inspector", sort=False):
        name = "" if anonymous else str(inspector)
        parts = ["质检任务", label, str(inspector)]
        path = place / f"{'_'.join(_UNSAFE.sub('-', part) for part in parts if part)}.xlsx"
        path.write_bytes(pack_workbook(_build(rows, name, label)))
        paths.append(path)
    return paths


def _build(rows: pd.DataFrame, inspector: str, label: str) -> "Workbook":
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.creator, workbook.properties.created = "csqa", EPOCH
    sheet, listed = workbook.create_sheet(SHEET), records(rows)
    pen = Pen(sheet)
    pen.write(1, 1, Cell(f"质检任务 {label}".strip(), role="title"))
    pen.write_row(2, [Cell("质检员", role="head"), Cell(inspector)])
    pen.write(3, 1, Cell(_HOW, role="note"))
    pen.write_row(HEADER_ROW, [Cell(title, role="head") for _, title in COLUMNS])
    for number, row in enumerate(listed, start=FIRST_ROW):
        pen.write_row(number, _cells(row))
    _set_up(sheet, listed, locked_name=bool(inspector))
    _keep(workbook, listed)
    return workbook


_HOW = (
    "只填黄色的格子。质检结果从下拉框里选；有分数范围的项可以只写质检得分。"
    "不合格时请把问题语句原样贴在“问题语句”里。没有评的留空。"
)


def _cells(row: Mapping[str, Any]) -> list[Cell]:
    shown = {
        **row,
        "channel": words.label(str(row["channel"])),
        "item": row["name"],
        "allowed": _allowed(row),
    }
    facts = [plain_cell(shown[name], role="body") for name in NAMES if name not in OPEN]
    return [*facts, *(Cell() for _ in OPEN)]


def _allowed(row: Mapping[str, Any]) -> str:
    if math.isnan(row["low"]):
        return "合格 / 不合格 / 不适用"
    return f"得分 {row['low']:g}–{row['high']:g}，或 不适用"


def _set_up(sheet: "Worksheet", listed: list[dict[str, Any]], *, locked_name: bool) -> None:
    """Widths, locks, drop-downs and limits."""
    from openpyxl.styles import PatternFill, Protection
    from openpyxl.utils import get_column_letter

    last = FIRST_ROW + len(listed) - 1
    for place, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    fill, free = PatternFill("solid", fgColor=OPEN_FILL), Protection(locked=False)
    first_open = NAMES.index(OPEN[0]) + 1
    for cells in sheet.iter_rows(FIRST_ROW, last, first_open, len(NAMES)):
        for cell in cells:
            cell.fill, cell.protection = fill, free
    if not locked_name:
        sheet["B2"].fill, sheet["B2"].protection = fill, free
    _validate(sheet, listed, last)
    _draw_lines(sheet, listed)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 3)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.autoFilter = False


def _validate(sheet: "Worksheet", listed: list[dict[str, Any]], last: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letters = {name: get_column_letter(NAMES.index(name) + 1) for name in OPEN}
    chosen = DataValidation("list", formula1=f'"{RESULTS}"', allow_blank=True)
    chosen.error, chosen.errorTitle = "请选：合格、不合格、不适用", "质检结果"
    chosen.add(f"{letters['result']}{FIRST_ROW}:{letters['result']}{last}")
    sheet.add_data_validation(chosen)
    scales: dict[tuple[float, float], Any] = {}
    for number, row in enumerate(listed, start=FIRST_ROW):
        scale = (row["low"], row["high"])
        if math.isnan(scale[0]):
            scale = (1.0, 0.0)  # nothing lies between: no score for what is passed or failed
        if scale not in scales:
            scales[scale] = _limits(*scale)
            sheet.add_data_validation(scales[scale])
        scales[scale].add(f"{letters['score']}{number}")


def _limits(low: float, high: float) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    if low > high:
        none = DataValidation("custom", formula1="FALSE", allow_blank=True)
        none.error, none.errorTitle = "这一项不打分，只判合格、不合格或不适用", "质检得分"
        return none
    told = DataValidation(
        "decimal", operator="between", formula1=f"{low:g}", formula2=f"{high:g}", allow_blank=True
    )
    told.error, told.errorTitle = f"应为 {low:g} 到 {high:g} 的数", "质检得分"
    return told


def _draw_lines(sheet: "Worksheet", listed: list[dict[str, Any]]) -> None:
    """Draw a line above the first item of each contact."""
    from openpyxl.styles import Border, Side

    thick, thin = Side(style="medium", color=LINE), Side(style="thin", color=LINE)
    border = Border(top=thick, left=thin, right=thin, bottom=thin)
    before = None
    for number, row in enumerate(listed, start=FIRST_ROW):
        if row["contact_id"] != before:
            for cell in sheet[number]:
                cell.border = border
        before = row["contact_id"]


def _keep(workbook: "Workbook", listed: list[dict[str, Any]]) -> None:
    """Keep what was given out on a sheet that no menu shows."""
    hidden = workbook.create_sheet(HIDDEN)
    pen = Pen(hidden)
    pen.write(1, 1, Cell(MARK))
    for number, row in enumerate(listed, start=2):
        shown = {**row, "channel": words.label(str(row["channel"]))}
        pen.write_row(number, [plain_cell(shown[name]) for name in KEPT])
    hidden.sheet_state = "veryHidden"
    hidden.protection.sheet = True
