"""Excel workbooks → one clean CSV per sheet that holds anything."""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from csqa.engine.decode import Record, write_records
from csqa.errors import DataError


def write_sheets(path: Path, scratch: Path, name: str) -> list[tuple[str, Path, list[str]]]:
    """Write the sheets of a workbook as records: title, clean CSV and headers of each.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` workbook, whatever its name.
    scratch : Path
        Folder for the CSVs.
    name : str
        How their names begin.

    Raises
    ------
    DataError
        If the workbook is broken or all its sheets are empty.
    """
    import openpyxl  # slow to import, and few sources are workbooks

    sheets = []
    try:
        with warnings.catch_warnings(), path.open("rb") as stream:
            # openpyxl warns of styles and extensions it drops; values are all that matters here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            for i, sheet in enumerate(book.worksheets):
                clean = scratch / f"{name}_{i}.csv"
                headers = _write_sheet(sheet, clean)
                if headers:
                    sheets.append((sheet.title, clean, headers))
    except OSError:
        raise
    except Exception:  # openpyxl raises whatever a broken archive or XML provokes
        msg = f"{path.name} 不是完好的 Excel 工作簿（如果是压缩包，请先解压）。"
        raise DataError(msg) from None
    if not sheets:
        msg = f"{path.name} 里没有数据：每张工作表都是空的。"
        raise DataError(msg)
    return sheets


def _write_sheet(sheet: Any, path: Path) -> list[str]:
    """Write a sheet's rows as records and give its headers, none if it is empty."""
    # Some exporters declare one cell as the sheet's size; openpyxl would read no more.
    sheet.reset_dimensions()
    records = _sheet_records(sheet)
    header = next(records, None)
    if header is None:
        return []
    headers = [cell.strip() for cell in header[2]]
    write_records(((row, len(headers), cells) for row, _, cells in records), path, len(headers))
    return headers


def _sheet_records(sheet: Any) -> Iterator[Record]:
    for row, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = ["" if value is None else cell_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield row, len(cells), cells


def cell_text(value: object) -> str:
    """A spreadsheet's or DataFrame's cell as text: dates in ISO, whole numbers without ``.0``.

    Examples
    --------
    >>> cell_text(datetime(2025, 6, 1, 9)), cell_text(3.0), cell_text(timedelta(minutes=1))
    ('2025-06-01 09:00:00', '3', '60.0')
    """
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
