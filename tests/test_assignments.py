"""Assignment sheets: dealt out, filled, read back; every fault by sheet, row and column."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import csqa
from csqa.assignments import make_assignments, read_assignments
from csqa.engine.assignment_sheets import COLUMNS, FIRST_ROW, HIDDEN, NAMES, SHEET
from csqa.sample import draw_sample
from csqa.show.assignment_book import write_assignments
from csqa.show.sample_files import write_inspections
from tests.tables import write
from tests.test_sample import CONTACTS

FORM = """
items:
  开场白: {weight: 10}
  语气: {scale: {min: 0, max: 5}}
"""
PLACE = {name: place for place, name in enumerate(NAMES, start=1)}
HOSTILE = '=HYPERLINK("http://x")'


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> csqa.rules.inspection.Form:
    return csqa.read_form(write(tmp_path_factory.mktemp("form"), FORM, "inspection.yml"))


@pytest.fixture(scope="module")
def picked() -> pd.DataFrame:
    return draw_sample(CONTACTS.assign(topic=HOSTILE), period="2025-06-02")


@pytest.fixture
def books(tmp_path: Path, picked: pd.DataFrame, form: csqa.rules.inspection.Form) -> list[Path]:
    contacts = CONTACTS.assign(topic=HOSTILE)
    rows = make_assignments(picked, contacts, form, inspectors=["张三", "李四"])
    return write_assignments(rows, tmp_path, label="2025-06-02")


def fill(path: Path, cells: dict[tuple[int, str], object], *, all_pass: bool = False) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    if all_pass:
        for row in range(FIRST_ROW, sheet.max_row + 1):
            sheet.cell(row, PLACE["result"]).value = "合格"
    for (row, name), value in cells.items():
        sheet.cell(row, PLACE[name]).value = value
        if isinstance(value, str) and value.startswith("="):
            sheet.cell(row, PLACE[name]).data_type = "s"
    book.save(path)


class TestDealing:
    def test_everyone_has_a_share_and_doubles_have_two_inspectors(self, picked, form):
        rows = make_assignments(picked, CONTACTS, form, inspectors=["a", "b", "c"])
        who = rows.groupby("contact_id")["inspector"].nunique()
        twice = picked.set_index("contact_id")["double_coded"].astype(bool)
        assert (who[twice.index] == twice.map({True: 2, False: 1})).all()
        sizes = rows.groupby("inspector")["contact_id"].nunique()
        assert sizes.max() - sizes.min() <= 1 + twice.sum()
        assert len(rows) == 2 * (len(picked) + twice.sum())

    def test_nothing_tells_a_double_from_another(self, books):
        for path in books:
            book = openpyxl.load_workbook(path)
            texts = [str(cell.value) for row in book[SHEET] for cell in row if cell.value]
            told = ("double", "双评", "complaint", "投诉", "proportional")
            assert not any(word in text for text in texts for word in told)

    def test_one_inspector_cannot_judge_twice(self, picked):
        with pytest.raises(csqa.DataError, match="只有一位质检员（a），不能双评"):
            make_assignments(picked, CONTACTS, inspectors=["a"])

    def test_an_empty_sample_is_said(self, picked):
        with pytest.raises(csqa.DataError, match="没有抽中任何记录"):
            make_assignments(picked.iloc[:0], CONTACTS)


class TestTheSheet:
    def test_only_answers_can_be_written(self, books):
        sheet = openpyxl.load_workbook(books[0])[SHEET]
        assert sheet.protection.sheet
        assert [cell.value for cell in sheet[4]] == [title for _, title in COLUMNS]
        free = [not cell.protection.locked for cell in sheet[FIRST_ROW]]
        assert free == [name in NAMES[8:] for name in NAMES]
        assert all(cell.protection.locked for cell in sheet[4])

    def test_drop_downs_and_limits(self, books):
        sheet = openpyxl.load_workbook(books[0])[SHEET]
        rules = {rule.type: rule for rule in sheet.data_validations.dataValidation}
        assert rules["list"].formula1 == '"合格,不合格,不适用"'
        assert (rules["decimal"].formula1, rules["decimal"].formula2) == ("0", "5")
        assert f"J{FIRST_ROW + 1}" in str(rules["decimal"].sqref)
        assert f"J{FIRST_ROW}" in str(rules["custom"].sqref)

    def test_hostile_text_stays_text(self, books):
        cell = openpyxl.load_workbook(books[0])[SHEET].cell(FIRST_ROW, PLACE["topic"])
        assert (cell.value, cell.data_type, cell.quotePrefix) == (HOSTILE, "s", True)

    def test_the_chance_is_carried_along_out_of_sight(self, books, picked):
        book = openpyxl.load_workbook(books[0])
        assert book[HIDDEN].sheet_state == "veryHidden"
        known = picked.set_index("contact_id")["inclusion_probability"]
        for row in book[HIDDEN].iter_rows(min_row=2, values_only=True):
            assert row[5] == pytest.approx(known[row[0]])

    def test_the_same_table_gives_the_same_bytes(self, books, tmp_path, picked, form):
        contacts = CONTACTS.assign(topic=HOSTILE)
        rows = make_assignments(picked, contacts, form, inspectors=["张三", "李四"])
        again = write_assignments(rows, tmp_path / "again", label="2025-06-02")
        assert [path.read_bytes() for path in again] == [path.read_bytes() for path in books]


class TestRoundTrip:
    def test_filled_sheets_become_inspections(self, books, picked, form, tmp_path):
        first = (FIRST_ROW, "result")
        for path in books:
            fill(path, {first: "不合格", (FIRST_ROW, "sentence"): HOSTILE}, all_pass=True)
        fill(books[0], {(FIRST_ROW + 1, "result"): None, (FIRST_ROW + 1, "score"): 3.5})
        fill(books[0], {(FIRST_ROW, "inspected_at"): "2025/06/03 14:05"})
        found = read_assignments(books, form)
        assert found.faults.empty
        assert (found.sheets["filled"] == found.sheets["rows"]).all()
        assert set(found.inspections["contact_id"]) == set(picked["contact_id"])
        out = tmp_path / "inspections.csv"
        write_inspections(found.inspections, out)
        data = csqa.load({"contacts": CONTACTS, "inspections": pd.read_csv(out, dtype="str")})
        assert data.faults.empty
        assert len(data.inspections) == len(found.inspections)
        assert data.inspections["inspected_at"].notna().sum() == 1
        scored = csqa.score_inspections(data, form)
        assert scored["method"].tolist() == ["hajek"]
        assert scored["n"].tolist() == [len(picked)]

    def test_unfilled_rows_are_counted(self, books):
        found = read_assignments(books[0].parent)
        assert found.inspections.empty
        assert found.faults.empty
        assert (found.sheets["unfilled"] == found.sheets["rows"]).all()

    def test_every_fault_is_named(self, books):
        at = FIRST_ROW
        cells: dict[tuple[int, str], object] = {
            (at, "result"): "也许",
            (at, "inspected_at"): "昨天",
            (at + 1, "score"): 7,
            (at + 2, "score"): 3,
            (at + 3, "note"): "只有备注",
            (at + 4, "item"): "改了",
            (at + 4, "result"): "合格",
            (at + 6, "agent_id"): "K9",
            (at + 6, "result"): "合格",
            (4, "result"): "结果",
        }
        fill(books[0], cells)
        found = read_assignments(books[0])
        told = {(row.row, row.column, row.rule) for row in found.faults.itertuples()}
        assert told == {
            (at, "质检结果", "result"),
            (at, "质检时间", "time"),
            (at + 1, "质检得分", "beyond_scale"),
            (at + 2, "质检得分", "no_scale"),
            (at + 3, "质检结果", "no_result"),
            (at + 4, "服务单号", "locked"),
            (0, "服务单号", "row_missing"),
            (at + 6, "工号", "locked"),
            (4, "质检结果", "header"),
        }
        assert set(found.faults["sheet"]) == {SHEET}
        reasons = found.faults.set_index("rule")["reason"]
        assert reasons["result"] == "应为 合格、不合格 或 不适用"
        assert reasons["beyond_scale"] == "应为 0 到 5 的数"
        assert found.inspections["result"].tolist() == ["pass"]  # of the row with another agent

    def test_a_pile_without_a_name_is_not_read(self, tmp_path, picked):
        paths = write_assignments(make_assignments(picked, CONTACTS), tmp_path, anonymous=True)
        assert [path.stem for path in paths] == ["质检任务_A", "质检任务_B"]
        fill(paths[0], {}, all_pass=True)
        found = read_assignments(paths[0])
        assert found.faults["rule"].tolist() == ["no_inspector"]
        assert found.inspections.empty

    def test_the_same_file_twice_counts_once(self, books):
        fill(books[0], {}, all_pass=True)
        shutil.copy(books[0], books[0].with_name("copy.xlsx"))
        found = read_assignments([books[0], books[0].with_name("copy.xlsx")])
        assert set(found.faults["rule"]) == {"repeated"}
        assert not found.inspections.duplicated(["contact_id", "inspector", "item"]).any()

    def test_an_item_that_left_the_form_is_told(self, books):
        fill(books[0], {(FIRST_ROW, "result"): "合格"})
        found = read_assignments(books[0], csqa.read_form())
        assert found.faults["rule"].tolist() == ["not_listed"]

    def test_a_spreadsheet_program_keeps_it(self, books, tmp_path, form):
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program is None:
            pytest.skip("LibreOffice is not installed")
        fill(books[0], {}, all_pass=True)
        out = tmp_path / "saved"
        words = [program, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
        subprocess.run([*words, str(books[0])], check=True, capture_output=True, timeout=120)
        found = read_assignments(out, form)
        assert found.faults.empty
        assert found.sheets["unfilled"].tolist() == [0]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "不是完好的 Excel 工作簿"), (b"contact_id\n1\n", "不是完好的 Excel 工作簿")],
)
def test_what_is_no_workbook_is_said(tmp_path, content, told):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(csqa.DataError, match=told):
        read_assignments(path)


def test_another_workbook_is_said(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(csqa.DataError, match="不是 csqa 发出的质检任务表"):
        read_assignments(tmp_path / "a.xlsx")
    with pytest.raises(csqa.DataError, match="没有这些文件"):
        read_assignments(tmp_path / "b.xlsx")
