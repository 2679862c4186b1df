"""Sheets about the standard: there only where the record has the table, in readers' words."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

import csqa
from csqa.relaxations import list_relaxations
from csqa.show.headers import header
from csqa.show.record import Record, record
from csqa.show.workbook import write_workbook
from csqa.show.workbook_plans import SHEETS, STANDARD_SHEETS

PERIOD = "2025-06"
NAN = float("nan")
GOALS = """
goals:
  - {metric: first_contact_resolution, target: {at_least: 0.90}, by: 2025-12-31}
  - {metric: csat, target: {at_least: 0.92}}
"""


@pytest.fixture(scope="module")
def tables(sample: Any, tmp_path_factory: Any) -> dict[str, pd.DataFrame]:
    """What the sample gives, for every sheet."""
    shipped = csqa.read_standard()
    path = tmp_path_factory.mktemp("rules") / "standard.yml"
    source = Path(csqa.__file__).parent / "rules" / "defaults" / "standard.yml"
    path.write_text(source.read_text("utf-8") + GOALS, "utf-8")
    whole = csqa.measure(sample, shipped, until=PERIOD)
    scores = csqa.score(whole, shipped)
    phrases = csqa.read_phrases()
    findings = csqa.review(sample, phrases, period=PERIOD)
    cases = csqa.rank_cases(sample, findings, period=PERIOD)
    lines = csqa.transcribe_cases(sample, cases, findings)
    return {
        "scorecard": csqa.scorecard(scores, shipped, period=PERIOD),
        "composite": csqa.composite(scores, shipped),
        "changes": csqa.decompose_change(scores, shipped),
        "relaxations": list_relaxations(whole, shipped, period=PERIOD),
        "restated": csqa.restate(sample, shipped, until=PERIOD),
        "review": csqa.review_standard(whole, shipped, period=PERIOD),
        "goals": csqa.check_goals(csqa.read_standard(path)),
        "inspections": csqa.score_inspections(sample, by="team", until=PERIOD),
        "backlog": csqa.measure_backlog(sample, shipped, until=PERIOD),
        "cases": csqa.tables.name_rules(cases, phrases),
        "case_lines": csqa.tables.name_rules(lines, phrases),
    }


@pytest.fixture(scope="module")
def book(tables: dict[str, pd.DataFrame], tmp_path_factory: Any) -> Workbook:
    path = tmp_path_factory.mktemp("book") / "report.xlsx"
    write_workbook(record(tables, {"period": PERIOD}, {}), path)
    return load_workbook(path)


def written(record: Record, folder: Path, language: str = "zh") -> Workbook:
    write_workbook(record, folder / "report.xlsx", language)
    return load_workbook(folder / "report.xlsx")


def listed(book: Workbook, name: str) -> list[dict[str, Any]]:
    heads, *rows = book[name].iter_rows(values_only=True)
    assert len(set(heads)) == len(heads), f"{name}: two columns share a header"
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_a_sheet_is_there_only_with_its_table(tmp_path: Path) -> None:
    bare = written(Record(), tmp_path)
    assert len(bare.sheetnames) == 1 + len(SHEETS) + 2
    one = written(Record({"backlog": pd.DataFrame(columns=["period", "open"])}), tmp_path)
    assert set(one.sheetnames) - set(bare.sheetnames) == {"工单积压"}
    assert one["工单积压"]["A2"].value == "无数据"


@pytest.mark.parametrize("plan", STANDARD_SHEETS, ids=lambda plan: plan.table)
def test_every_column_of_every_sheet_is_named(plan: Any, tables: Any, book: Workbook) -> None:
    for language in ("zh", "en"):
        named = [header(plan.table, column, language) for column in plan.columns]
        assert not set(named) & (set(plan.columns) - {"n"}), "a key of ours in place of a header"
    rows = listed(book, plan.names[0])
    assert len(rows) == len(tables[plan.table])
    assert rows
    assert len(rows[0]) >= 5


@pytest.mark.parametrize("plan", STANDARD_SHEETS, ids=lambda plan: plan.table)
def test_every_sheet_is_ready_to_be_printed_and_filtered(plan: Any, book: Workbook) -> None:
    sheet = book[plan.names[0]]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("plan", STANDARD_SHEETS, ids=lambda plan: plan.table)
def test_no_word_of_ours_is_left_in_english(plan: Any, book: Workbook) -> None:
    texts = {
        value
        for row in listed(book, plan.names[0])
        for value in row.values()
        if isinstance(value, str) and "_" in value
    }
    assert texts == set()


def test_the_steps_of_a_month_add_up(book: Workbook) -> None:
    rows = [row for row in listed(book, "得分变化分解") if row["时段"] == PERIOD]
    exact, shown = (
        sum(row[name] for row in rows) for name in ("影响（分）", "影响（分，一位小数）")
    )
    change = rows[0]["综合得分"] - rows[0]["上期综合得分"]
    assert exact == pytest.approx(change, abs=1e-6)
    assert shown == pytest.approx(rows[0]["综合得分变化"], abs=1e-9)
    assert {row["原因"] for row in rows} == {"服务表现"}
    cell = book["得分变化分解"]["G2"]
    assert cell.number_format == "+0.0;−0.0;0.0"


def test_relaxations_say_why_and_how_often(book: Workbook) -> None:
    rows = listed(book, "放宽的目标")
    peak = next(row for row in rows if row["指标"] == "平均响应时长（电话）")
    assert peak["适用条件（生效日）"] == "高峰时段（2023-01-01）"
    assert (peak["目标值"], peak["一般目标"], peak["放宽原因"]) == (20, 15, "高峰时段放宽")
    assert 0 < peak["占该指标记录"] < 1


def test_both_histories_stand_side_by_side(book: Workbook) -> None:
    row = next(row for row in listed(book, "按现行标准重算") if row["时段"] == PERIOD)
    assert row["当时标准的得分"] == row["按现行标准的得分"] == 100
    assert row["当时是否达标"] == row["按现行标准是否达标"] == "● 达标"
    names = {row["指标"] for row in listed(book, "按现行标准重算")}
    assert "综合得分" in names, "the composite has its rows too"


def test_the_review_has_an_empty_column_to_decide_in(book: Workbook) -> None:
    sheet, rows = book["标准复核"], listed(book, "标准复核")
    assert {row["决定"] for row in rows} == {None}
    column = [cell.value for cell in sheet[1]].index("决定") + 1
    offered = sheet.data_validations.dataValidation[0]
    letter = sheet.cell(1, column).column_letter
    assert str(offered.sqref) == f"{letter}2:{letter}{len(rows) + 1}"
    assert offered.formula1 == '"保持,收紧,放宽,取消"'
    assert "拟议目标" not in rows[0], "nothing was proposed"
    assert all(row["结论"][0] in "▼▽●△○" for row in rows)


def test_goals_say_what_they_lack(book: Workbook) -> None:
    first, second = listed(book, "改进目标（SMART）")
    assert (first["指标"], first["方向"], first["要达到"]) == ("一次解决率", "不低于", 0.9)
    assert "T 有期限" in second["SMART 缺项"]
    assert "写 by:" in second["怎样补全"]


def test_inspections_show_killed_and_unkilled(book: Workbook) -> None:
    row = listed(book, "质检得分")[-1]
    assert row["未计致命项的得分"] >= row["得分"]
    sheet = book["质检得分"]
    column = [cell.value for cell in sheet[1]].index("致命错误准确率") + 1
    assert sheet.cell(2, column).number_format == "0.0%"


def test_the_backlog_adds_up(book: Workbook) -> None:
    for row in listed(book, "工单积压"):
        parts = ("已超时限", "即将超时", "时限内", "没有时限")
        assert row["未解决"] == sum(row[part] for part in parts)


def test_scores_are_coloured_by_rules_that_follow_the_value(book: Workbook) -> None:
    sheet = book["服务质量监控指标表"]
    ranges = {
        str(one.sqref): [rule.formula[0] for rule in one.rules]
        for one in sheet.conditional_formatting
    }
    last = 3 + len(listed_metrics(sheet))
    assert ranges == {
        f"H4:H{last}": ["AND(ISNUMBER(H4),H4<100)", "AND(ISNUMBER(H4),H4>=100)"],
    }
    assert sheet["H4"].number_format == '[<100]"▼ "0.0;[>=100]"● "0.0', "a sign for grey paper"
    assert isinstance(sheet["H4"].value, int | float)
    assert len(book["得分明细"].conditional_formatting) == 1
    assert not book["按现行标准重算"].conditional_formatting, "a composite below 100 is no miss"


def listed_metrics(sheet: Any) -> list[Any]:
    return [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[2]]


def test_bonus_and_unkilled_are_columns_behind_the_guides(tables: Any, tmp_path: Path) -> None:
    earned = tables["scorecard"].assign(score_unkilled=95.5)
    earned.loc[0, "bonus"] = 2.0
    sheet = written(Record({"scorecard": earned}), tmp_path)["服务质量监控指标表"]
    heads = [cell.value for cell in sheet[3]]
    assert heads[9:] == ["达标情况", "加分", "未计致命项的得分"]
    assert (sheet["K4"].value, sheet["L4"].value, sheet["K5"].value) == (2, 95.5, None)
    assert sheet.auto_filter.ref.startswith("A3:L")


def test_the_same_record_gives_the_same_bytes(tables: Any, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.xlsx" for number in (1, 2)]
    small = {name: table.head(5) for name, table in tables.items()}
    for path in paths:
        write_workbook(Record(small, {"period": PERIOD}), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_english_sheets_speak_english(tables: Any, tmp_path: Path) -> None:
    small = {name: table.head(3) for name, table in tables.items()}
    book = written(Record(small, {"period": PERIOD}), tmp_path, "en")
    for plan in STANDARD_SHEETS:
        heads = [cell.value for cell in book[plan.names[1]][1]]
        assert not any("\u4e00" <= letter <= "\u9fff" for head in heads for letter in head)


def test_what_data_call_their_units_can_be_no_formula(tmp_path: Path) -> None:
    table = pd.DataFrame({"period": [PERIOD], "team": ["=1+1"], "open": [3]})
    sheet = written(Record({"backlog": table}), tmp_path)["工单积压"]
    cell = sheet["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
