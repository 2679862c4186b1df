"""Excel workbooks → one clean CSV per sheet that holds anything."""

import warnings
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from csqa.engine.bombs import check_workbook
from csqa.engine.delimited import tell_header
from csqa.engine.header_rows import HEADER_ROWS, find_header
from csqa.engine.records import Record, write_records
from csqa.engine.sheet_rows import SheetRows
from csqa.errors import DataError


@dataclass(frozen=True)
class Sheet:
    """One sheet, written out."""

    title: str
    path: Path
    """Its records."""
    headers: list[str]
    note: str
    """What to say of how it was read."""


def write_sheets(
    path: Path, scratch: Path, name: str, known: Collection[str] = (), label: str = ""
) -> list[Sheet]:
    """Write the sheets of a workbook as records.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` workbook, whatever its name.
    scratch : Path
        Folder for the CSVs.
    name : str
        How their names begin.
    known : collection of str
        Headers that a mapping names besides ours.
    label : str
        What to call the workbook; empty means by its name.

    Raises
    ------
    DataError
        If the workbook is broken, too large, under a password, or all its sheets are empty.
    """
    import openpyxl  # slow to import, and few sources are workbooks

    label = label or path.name
    sheets = []
    try:
        with warnings.catch_warnings(), path.open("rb") as stream:
            # openpyxl warns of styles and extensions it drops; values are all that matters here.
            warnings.simplefilter("ignore")
            check_workbook(label, zipfile.ZipFile(stream))
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            for i, sheet in enumerate(book.worksheets):
                sheets += _write_sheet(sheet, scratch / f"{name}_{i}.csv", known)
    except OSError:
        raise
    except DataError as error:
        told = str(error)
        raise DataError(told if told.startswith(label) else f"{label} 的{told}。") from None
    except Exception:  # openpyxl raises whatever a broken archive or XML provokes
        msg = f"{label} 不是完好的 Excel 工作簿或压缩包（可能没有下载完整）。"
        raise DataError(msg) from None
    if not sheets:
        msg = f"{label} 里没有数据：每张工作表都是空的。"
        raise DataError(msg)
    return sheets


def _write_sheet(sheet: Any, path: Path, known: Collection[str]) -> list[Sheet]:
    """Write a sheet's rows as records; nothing if it is empty."""
    rows = SheetRows(sheet)
    records = iter(rows)
    first = list(islice(records, HEADER_ROWS))
    if not first:
        return []
    header = find_header([cells for _, _, cells in first], known)
    width = len(header.headers)
    rest = chain(first[header.index + 1 :], records)
    write_records(_count_cells(rest, width), path, width)
    notes = [
        "隐藏的工作表" if sheet.sheet_state != "visible" else "",
        tell_header(first[header.index][0], header),
        _tell_formulas(rows.formulas),
    ]
    return [Sheet(sheet.title, path, header.headers, "；".join(note for note in notes if note))]


def _count_cells(records: Iterable[Record], width: int) -> Iterator[Record]:
    """Rows of a sheet lack no cells; they can only have too many."""
    for row, count, cells in records:
        yield row, max(count, width), cells


def _tell_formulas(count: int) -> str:
    if not count:
        return ""
    return f"{count} 个公式没有算出的值，按公式原文读入（在 Excel 里打开、保存一次就有了）"
