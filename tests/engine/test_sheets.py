"""Workbooks as people make them, and as nobody should."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from csqa.engine import bombs, sheet_rows
from csqa.engine.sheets import Sheet, write_sheets
from csqa.errors import DataError

HEADER = ["服务单号", "渠道", "创建时间", "处理时长"]
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def save(folder: Path, fill: Callable[[Worksheet], object]) -> Path:
    """A workbook of one sheet, filled."""
    book = openpyxl.Workbook()
    fill(book.active)
    path = folder / "导出.xlsx"
    book.save(path)
    return path


def append(*rows: list[Any]) -> Callable[[Worksheet], None]:
    def fill(sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(row)

    return fill


def replace_part(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one part exchanged or added."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    path.write_bytes(packed.getvalue())
    return path


def sheet_xml(rows: str) -> bytes:
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def text_row(number: int, *cells: str, column: str = "") -> str:
    inner = "".join(
        f'<c t="inlineStr"{f" r={column!r}" if column else ""}><is><t>{cell}</t></is></c>'
        for cell in cells
    ).replace("'", '"')
    return f'<row r="{number}">{inner}</row>'


def records(sheet: Sheet) -> list[str]:
    return sheet.path.read_text(encoding="utf-8").splitlines()


def test_titles_groups_and_totals(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "六月服务明细"
        sheet.merge_cells("A1:D1")
        sheet.append([])
        sheet.append(["服务单号", "渠道", "时间"])
        sheet.append([None, None, "创建时间", "解决时间"])
        sheet.append(["C1", "电话", dt.datetime(2025, 6, 1, 9), 45809.5])
        sheet.append(["合计", None, None, 1])
        sheet.append(["制表人：张三"])

    (sheet,) = write_sheets(save(tmp_path, fill), tmp_path, "v")
    assert sheet.headers == ["服务单号", "渠道", "创建时间", "解决时间"]
    assert sheet.note == "表头在第 4 行，上面的 2 行当作标题，没有读入"
    assert records(sheet) == [
        "5,4,,C1,电话,2025-06-01 09:00:00,45809.5",
        "6,4,,合计,,,1",
        "7,4,,制表人：张三,,,",
    ]


def test_cells_right_of_the_headers_are_kept_as_too_many(tmp_path: Path) -> None:
    rows = append(HEADER, ["C1", "电话", "2025-06-01", 60, None, "备注"], ["C2"])
    (sheet,) = write_sheets(save(tmp_path, rows), tmp_path, "v")
    assert records(sheet) == ['2,6,",备注",C1,电话,2025-06-01,60', "3,4,,C2,,,"]


def test_kinds_of_cells(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(HEADER)
        sheet.append(["00123", True, dt.timedelta(minutes=5), 0.85])
        sheet["D2"].number_format = "0%"
        sheet.append([1e15, "#N/A", dt.date(2025, 6, 1), "1,234"])

    (sheet,) = write_sheets(save(tmp_path, fill), tmp_path, "v")
    assert records(sheet) == [
        "2,4,,00123,True,300.0s,0.85",
        '3,4,,1000000000000000,#N/A,2025-06-01 00:00:00,"1,234"',
    ]


def test_formulas_that_were_never_computed_are_shown(tmp_path: Path) -> None:
    rows = append(HEADER, ["C1", "电话", "2025-06-01", "=30+30"])
    (sheet,) = write_sheets(save(tmp_path, rows), tmp_path, "v")
    assert records(sheet) == ["2,4,,C1,电话,2025-06-01,=30+30"]
    assert sheet.note.startswith("1 个公式没有算出的值")


def test_hidden_sheets_are_read_and_told(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(HEADER)
        other = sheet.parent.create_sheet("旧数据")
        other.append(HEADER)
        other.sheet_state = "hidden"

    shown, hidden = write_sheets(save(tmp_path, fill), tmp_path, "v")
    assert (shown.note, hidden.title, hidden.note) == ("", "旧数据", "隐藏的工作表")


def test_rows_numbered_twice_are_all_read(tmp_path: Path) -> None:
    path = save(tmp_path, append(HEADER))
    rows = text_row(1, *HEADER) + text_row(2, "C1", "电话") + text_row(2, "C2", "在线")
    replace_part(path, "xl/worksheets/sheet1.xml", sheet_xml(rows))
    (sheet,) = write_sheets(path, tmp_path, "v")
    assert [line.split(",")[3] for line in records(sheet)] == ["C1", "C2"]


@pytest.mark.parametrize("number", [sheet_rows.MOST_ROWS + 1, 10**9])
def test_rows_beyond_the_size_of_a_sheet(tmp_path: Path, number: int) -> None:
    path = save(tmp_path, append(HEADER))
    rows = text_row(1, *HEADER) + text_row(number, "C1")
    replace_part(path, "xl/worksheets/sheet1.xml", sheet_xml(rows))
    with pytest.raises(DataError, match=r"导出\.xlsx 的工作表“Sheet”超出了 Excel 的大小"):
        write_sheets(path, tmp_path, "v")


def test_many_wide_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_rows, "MOST_CELLS", 100_000)
    path = save(tmp_path, append(HEADER))
    rows = text_row(1, *HEADER) + "".join(text_row(i, "x", column=f"XFD{i}") for i in range(2, 20))
    replace_part(path, "xl/worksheets/sheet1.xml", sheet_xml(rows))
    with pytest.raises(DataError, match="超出了 Excel 的大小（第 8 行）"):
        write_sheets(path, tmp_path, "v")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "x.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_of_xml_are_refused(tmp_path: Path, part: str, encoding: str) -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?><!--{"x" * 9000}-->'
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]><worksheet>&l9;</worksheet>'
    )
    path = replace_part(save(tmp_path, append(HEADER)), part, xml.encode(encoding))
    with pytest.raises(DataError, match="XML 里有实体声明，不是 Excel 写的工作簿"):
        write_sheets(path, tmp_path, "v")


def test_shared_texts_that_do_not_fit_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bombs, "MOST_TEXTS_BYTES", 1 << 20)
    path = save(tmp_path, append(HEADER))
    replace_part(path, "xl/sharedStrings.xml", b"<sst>" + b" " * (1 << 20) + b"</sst>")
    with pytest.raises(DataError, match="的文字超过 1 MB，读不下；请另存为 CSV"):
        write_sheets(path, tmp_path, "v")


def test_sheets_that_inflate_a_thousandfold(tmp_path: Path) -> None:
    path = save(tmp_path, append(HEADER))
    replace_part(path, "xl/worksheets/sheet1.xml", b" " * (110 << 20))
    with pytest.raises(DataError, match=r"解压后是原来的 \d+ 倍以上（最多 200 倍）"):
        write_sheets(path, tmp_path, "v")


def test_a_part_that_is_missing_or_no_xml(tmp_path: Path) -> None:
    path = save(tmp_path, append(HEADER))
    replace_part(path, "xl/worksheets/sheet1.xml", b"<worksheet>")
    with pytest.raises(DataError, match="不是完好的 Excel 工作簿"):
        write_sheets(path, tmp_path, "v")
