"""Audit sheets of causes, for people to fill in: a workbook with a list of what may be written."""

from pathlib import Path

import pandas as pd

from csqa.cause_results import BONES
from csqa.engine.audit_sheets import COLUMNS, HIDDEN, SHEET
from csqa.rules.fishbone import Fishbone, read_fishbone
from csqa.show.cells import Cell, Pen, plain_cell
from csqa.show.sample_files import defuse

GUIDE = "怎样填"
LINES = (
    "每个案例读“客户原话”，在“复核归因”里写它的原因；几个原因之间用 + 连接，没有原因写“无”。",
    "可以写编号，也可以写中文名；只写大骨（如“流程”）也行，但那样只能按大骨校正。",
    "请先自己判断，再看“规则归因”：照抄规则，校正就没有意义。没读的案例留空。",
)


def write_audit(sheet: pd.DataFrame, path: str | Path, fishbone: Fishbone | None = None) -> None:
    """Write an audit sheet as a workbook, or as CSV where the name says so.

    Parameters
    ----------
    sheet : DataFrame
        From :func:`csqa.audit_causes`.
    path : str or Path
        ``.xlsx`` or ``.csv``.
    fishbone : Fishbone, optional
        Its causes are listed on the second sheet. Default: the shipped one.
    """
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    shown = sheet.rename(columns=dict(COLUMNS))[[zh for _, zh in COLUMNS]]
    if place.suffix.lower() == ".csv":
        shown.map(defuse).to_csv(place, index=False, encoding="utf-8-sig", lineterminator="\n")
        return
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    page.title = SHEET
    _write_rows(Pen(page), shown)
    guide = Pen(book.create_sheet(GUIDE))
    for number, line in enumerate(LINES, start=1):
        guide.write(number, 1, Cell(line, role="note"))
    for number, cells in enumerate(_list_causes(fishbone or read_fishbone()), start=len(LINES) + 2):
        guide.write_row(number, cells)
    guide.fit_columns(len(LINES) + 2)
    kept = book.create_sheet(HIDDEN)
    kept.sheet_state = "hidden"
    for number, case in enumerate(["case_id", *sheet["case_id"]], start=1):
        Pen(kept).write(number, 1, plain_cell(str(case)))
    book.save(place)


def _write_rows(pen: Pen, shown: pd.DataFrame) -> None:
    pen.write_row(1, [Cell(header, role="head") for header in shown.columns])
    for number, row in enumerate(shown.itertuples(index=False), start=2):
        pen.write_row(number, [plain_cell(value) for value in row])
    pen.fit_columns(1)
    pen.prepare_print(1)


def _list_causes(fishbone: Fishbone) -> list[list[Cell]]:
    head = [Cell(one, role="head") for one in ("编号", "原因", "大骨")]
    rows = [[Cell(bone), Cell(fishbone.name(bone)), Cell("")] for bone in BONES]
    for cause in fishbone.ids:
        bone = fishbone.name(fishbone.bone_of(cause))
        rows.append([Cell(cause), Cell(fishbone.name(cause)), Cell(bone)])
    return [head, *rows]
