"""Rows of a worksheet as texts: what the sheet holds, neither padded nor cut."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from csqa.engine.records import Record
from csqa.errors import DataError

MOST_ROWS = 1_048_576
"""Rows of a sheet, by the limits that Excel states."""

MOST_CELLS = 200_000_000
"""Cells that are looked at, empty ones between others included: a full sheet of 190 columns."""


@dataclass
class SheetRows:
    """Rows of one sheet; iterating reads it once and counts what to tell."""

    sheet: Any
    """A read-only worksheet of openpyxl."""
    formulas: int = 0
    """Cells with a formula that was never computed; they read as its text."""
    _cells: int = field(default=0, repr=False)

    def __iter__(self) -> Iterator[Record]:
        """Row number, number of cells, cells as text; empty rows are left out."""
        book = self.sheet.parent
        with self.sheet._get_source() as stream:
            parser = _make_parser(
                stream,
                self.sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for row, found in parser.parse():
                cells = self._place(row, found)
                if cells:
                    yield row, len(cells), cells
            self.formulas = parser.uncomputed

    def _place(self, row: int, found: list[dict[str, Any]]) -> list[str]:
        """Texts of a row's cells, each in its column."""
        texts = [
            (cell["column"], cell_text(cell["value"]))
            for cell in found
            if cell["value"] is not None
        ]
        width = max((column for column, text in texts if text), default=0)
        self._cells += width
        if row > MOST_ROWS or self._cells > MOST_CELLS:
            msg = f"工作表“{self.sheet.title}”超出了 Excel 的大小（第 {row:,} 行）"
            raise DataError(msg)
        cells = [""] * width
        for column, text in texts:
            if column <= width:
                cells[column - 1] = text
        return cells


def _make_parser(stream: Any, texts: Any, **options: Any) -> Any:
    """A parser of rows that shows a formula without a value by its text.

    openpyxl's own ``iter_rows`` fills rows up to whatever number a file states, drops rows that
    are numbered twice, and reads such formulas as empty cells.
    """
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]
        uncomputed = 0

        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            if cell["value"] is None:
                formula = element.find(FORMULA_TAG)
                # A computed empty text is no lack: Excel writes <v></v> for it.
                if formula is not None and element.get("t") != "str":
                    self.uncomputed += 1
                    cell["value"] = f"={formula.text or ''}"
            return cell

    return Parser(stream, texts, **options)


def cell_text(value: object) -> str:
    """A spreadsheet's or DataFrame's cell as text: dates in ISO, whole numbers without ``.0``.

    Examples
    --------
    >>> cell_text(datetime(2025, 6, 1, 9)), cell_text(3.0), cell_text(timedelta(minutes=1))
    ('2025-06-01 09:00:00', '3', '60.0s')
    """
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds()}s"  # whatever unit a mapping says plain numbers have
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
