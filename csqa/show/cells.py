"""Cells of a workbook: text that can never run as a formula, figures with their formats."""

import math
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import pandas as pd

from csqa.show.scale import choose_scale

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CHARACTERS = 32_767
"""What one cell holds, in UTF-16 units (Excel specifications and limits)."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold, and DEL."""

ACTIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""First characters that make a spreadsheet compute (OWASP, CSV injection)."""

FONT = "Microsoft YaHei"
INK, HEAD_FILL, LINE, WORSE_FILL = "1F2937", "E8EDF5", "D1D5DB", "FBE3CC"
BETTER_FILL = "E8F0FA"
LEAST_WIDTH, MOST_WIDTH = 8, 46
"""Columns of a sheet, in widths of a digit; longer text wraps."""

LINE_HEIGHT, ROW_PADDING = 14.0, 5.0
"""Of a row, in points, at the font size of the body."""

DAY, COUNT, POINTS = "yyyy-mm-dd", "#,##0", "0.0"
"""Number formats."""


@dataclass(frozen=True)
class Cell:
    """A value to write, and how."""

    value: str | float | int | date | None = None
    number_format: str = "General"
    role: str = "body"
    """``body``, ``head``, ``title``, ``note``, ``strong``, ``worse``."""


def clean_text(text: object) -> str:
    r"""Make any text fit to stand in a cell: no control characters, not too long.

    Examples
    --------
    >>> clean_text("=1+1\x00\x1b"), len(clean_text("长" * 40_000))
    ('=1+1', 32767)
    """
    kept = _FORBIDDEN.sub("", str(text))
    if len(kept.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
        return kept
    units = kept.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - 1)]
    return units.decode("utf-16-le", "ignore") + "…"


def plain_cell(value: object, number_format: str = "General", role: str = "body") -> Cell:
    """Cell of a value from a table: missing is empty, never 0; a flag is ✓ or –.

    Examples
    --------
    >>> plain_cell(float("nan")).value is None, plain_cell(True).value
    (True, '✓')
    """
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return Cell("✓" if value else "–", role=role)
    if value is None or value is pd.NaT or value is pd.NA:
        return Cell(role=role)
    if isinstance(value, datetime | date):
        return Cell(date(value.year, value.month, value.day), DAY, role)
    if isinstance(value, int | float):
        if math.isnan(value):
            return Cell(role=role)
        return Cell(value if math.isfinite(value) else str(value), number_format, role)
    return Cell(clean_text(value), role=role)


def measured_cell(
    value: object, kind: str, language: str = "zh", *, like: float = math.nan, role: str = "body"
) -> Cell:
    """Cell of a metric's value in the unit that readers want: long times in minutes, hours, days.

    Parameters
    ----------
    value : float
        As it is kept: seconds, share 0-1, faults per 100 records, NPS -1…1.
    kind : str
        One of :data:`csqa.results.KINDS`.
    language : {"zh", "en"}
        Of the unit.
    like : float
        A time whose unit is used instead of the value's own: all times of a row have one.
    role : str
        Look of the cell.

    Examples
    --------
    >>> measured_cell(720.0, "seconds")
    Cell(value=12.0, number_format='0.0" 分钟"', role='body')
    >>> measured_cell(90.0, "seconds", like=720.0).value
    1.5
    >>> measured_cell(0.875, "share").number_format, measured_cell(0.3, "nps").value
    ('0.0%', 30.0)
    """
    cell = plain_cell(value, "0.0%" if kind == "share" else POINTS, role)
    if kind == "share" or not isinstance(cell.value, int | float):
        return cell
    scale = choose_scale(kind, [float(cell.value) if math.isnan(like) else like], language)
    unit = f'0.0" {scale.unit}"' if kind in ("seconds", "per_hundred") else POINTS
    return Cell(round(cell.value * scale.factor, 9), unit, role)


class Pen:
    """Writes cells into a sheet; each look is made once, for styling is what costs time."""

    def __init__(self, sheet: "Worksheet") -> None:
        self.sheet = sheet
        self._looks: dict[tuple[str, str, bool], Any] = {}

    def write_row(self, row: int, cells: Sequence[Cell], *, first: int = 1) -> None:
        """Write cells side by side."""
        for column, cell in enumerate(cells, start=first):
            self.write(row, column, cell)

    def write(self, row: int, column: int, cell: Cell) -> None:
        """Write one cell; a string is stored as a string whatever it begins with."""
        target = self.sheet.cell(row, column)
        value = clean_text(cell.value) if isinstance(cell.value, str) else cell.value
        target.value = value
        active = isinstance(value, str) and value.startswith(ACTIVE)
        if isinstance(value, str):
            target.data_type = "s"
        look = (cell.role, cell.number_format, active)
        if look not in self._looks:
            _dress(target, *look)
            self._looks[look] = target._style
        target._style = copy(self._looks[look])

    def fit_columns(self, first_row: int) -> None:
        """Give each column the width of its longest line, within bounds."""
        from openpyxl.utils import get_column_letter

        for column in self.sheet.iter_cols(min_row=first_row):
            widest = max((_width(cell.value) for cell in column), default=0)
            letter = get_column_letter(column[0].column)
            width = min(max(widest + 3, LEAST_WIDTH), MOST_WIDTH)
            self.sheet.column_dimensions[letter].width = width

    def fit_rows(self, first_row: int) -> None:
        """Give each row the height of its longest wrapped text: not every reader does it."""
        widths = {
            column: self.sheet.column_dimensions[column].width or LEAST_WIDTH
            for column in (cell.column_letter for cell in self.sheet[first_row])
        }
        for row in self.sheet.iter_rows(min_row=first_row):
            lines = max((_lines(cell, widths) for cell in row), default=1)
            self.sheet.row_dimensions[row[0].row].height = LINE_HEIGHT * lines + ROW_PADDING

    def prepare_print(self, header_row: int) -> None:
        """Landscape A4, as wide as the page, the header on each page and above the scroll."""
        sheet = self.sheet
        sheet.freeze_panes = sheet.cell(header_row + 1, 1)
        sheet.print_title_rows = f"{header_row}:{header_row}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.oddFooter.center.text = "&P / &N"
        sheet.sheet_properties.pageSetUpPr.fitToPage = True


def mark_scores(sheet: "Worksheet", letter: str, first: int, last: int) -> None:
    """Let a spreadsheet colour scores by their value: 100 pale blue, less orange and bold.

    The rules stay with the cells: who corrects a score sees its colour follow.
    """
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import Font, PatternFill

    if last < first:
        return
    top = f"{letter}{first}"
    fills = [PatternFill(bgColor=color) for color in (WORSE_FILL, BETTER_FILL)]
    missed = FormulaRule([f"AND(ISNUMBER({top}),{top}<100)"], fill=fills[0], font=Font(bold=True))
    met = FormulaRule([f"AND(ISNUMBER({top}),{top}>=100)"], fill=fills[1])
    for rule in (missed, met):
        sheet.conditional_formatting.add(f"{top}:{letter}{last}", rule)


def _dress(cell: Any, role: str, number_format: str, active: bool) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    cell.font = Font(
        name=FONT,
        size=14 if role == "title" else 10,
        bold=role in ("title", "head", "strong"),
        color=INK,
    )
    right = cell.data_type == "n" and role != "head"
    centred = role == "head"
    cell.alignment = Alignment(
        horizontal="center" if centred else "right" if right else "left",
        indent=1 if cell.data_type == "s" and role == "body" else 0,
        vertical="center",
        wrap_text=True,
    )
    if role not in ("title", "note"):
        line = Side(style="thin", color=LINE)
        cell.border = Border(left=line, right=line, top=line, bottom=line)
    fill = {"head": HEAD_FILL, "strong": HEAD_FILL, "worse": WORSE_FILL}.get(role)
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
    cell.number_format = number_format
    cell.quotePrefix = active


def _lines(cell: Any, widths: dict[str, float]) -> int:
    """Lines that a text takes in the width of its column; 1 for numbers and merged cells."""
    if not isinstance(cell.value, str):
        return 1
    room = max(widths[cell.column_letter] - 2, 1)
    return sum(max(math.ceil(_line_width(line) / room), 1) for line in cell.value.split("\n"))


def _line_width(line: str) -> int:
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in line)


def _width(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, float):
        return 9
    lines = str(value).splitlines() or [""]
    return max(_line_width(line[:MOST_WIDTH]) for line in lines)
