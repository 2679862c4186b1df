"""The workbook: template 1 as the guide has it, missing never 0, text never a formula."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from csqa import check_plan, results
from csqa.brief import COLUMNS as THINGS
from csqa.errors import RuleError
from csqa.scorecard import COLUMNS as SCORECARD
from csqa.show.cells import Cell, Pen, clean_text
from csqa.show.record import Record
from csqa.show.workbook import write_workbook

NAN = float("nan")
GUIDE = "监控维度 权重 监控指标 指标定义 数据来源 目标值 实际值 得分 扣分原因"
PLAN = (
    "待改进指标 现状描述 根本原因分析 改进目标 具体措施 责任人 计划完成时间 所需资源 完成状态"
    " 效果验证 逾期天数"
)


def metric(key: str, name: str, **values: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(SCORECARD)
    row |= {"metric": key, "name": name, "definition": "定义", "source": "客服系统", "n": 400}
    row |= {"value": NAN, "lower": NAN, "upper": NAN, "score": NAN, "deduction": NAN, "reason": ""}
    return row | {"target": NAN, "status": "ok", "method": "t"} | values


EFFICIENCY = {"dimension": "efficiency", "dimension_name": "效率指标", "weight": 0.3}
QUALITY = {"dimension": "quality", "dimension_name": "质量指标", "weight": 0.5}
SCORES = pd.DataFrame(
    [
        metric(
            "first_response_online",
            "平均响应时长（在线）",
            **EFFICIENCY,
            kind="seconds",
            direction="at_most",
            target=30.0,
            value=35.0,
            score=95.0,
            deduction=5.0,
            reason="超时 5 秒，扣 5 分",
            met=False,
        ),
        metric(
            "handle_time",
            "平均处理时长",
            **EFFICIENCY,
            kind="seconds",
            direction="at_most",
            target=600.0,
            value=540.0,
            score=100.0,
            deduction=0.0,
            reason="达标",
            met=True,
        ),
        metric(
            "first_contact_resolution",
            "一次解决率",
            **EFFICIENCY,
            kind="share",
            direction="at_least",
            target=0.85,
            n=0,
            status="no_source",
            reason="缺数据源",
        ),
        metric(
            "accuracy",
            "问题解决准确性",
            **QUALITY,
            kind="per_hundred",
            direction="at_most",
            target=1.0,
            value=0.0,
            n=6,
            status="too_few",
            reason="仅 6 条，不评分",
        ),
        metric("nps", "净推荐值 NPS", **QUALITY, kind="nps", value=0.25, reason="只监控，不计分"),
    ]
)
COMPOSITE = pd.DataFrame(
    {
        "period": ["2025-05", "2025-06"],
        "composite": [82.0, 83.25],
        "lower": [80.0, 81.0],
        "upper": [84.0, 85.5],
        "coverage": [0.8, 0.8],
        "status": "incomplete",
        "metrics": 2,
        "met": 1,
        "change": [NAN, 1.25],
        "change_lower": [NAN, -1.0],
        "change_upper": [NAN, 3.5],
        "significant": [None, False],
        "efficiency": [90.0, 97.5],
    }
)
ACTIONS = check_plan(
    pd.DataFrame(
        {
            "action_id": ["A1"],
            "metric": ["一次解决率"],
            "unit": ["热线一组"],
            "state": ["78%"],
            "root_cause": ["产品培训不足"],
            "goal": ["30 天内 85%"],
            "measure": ["每周三产品培训"],
            "owner": [None],
            "due": [pd.Timestamp("2025-06-10")],
            "resources": ["讲师"],
            "status": ["in_progress"],
            "verified": [None],
        }
    ),
    on=date(2025, 6, 30),
)


def written(record: Record, folder: Path, language: str = "zh") -> Workbook:
    write_workbook(record, folder / "report.xlsx", language)
    return load_workbook(folder / "report.xlsx")


def rows_of(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def full_record() -> Record:
    tables = {"scorecard": SCORES, "composite": COMPOSITE, "actions": ACTIONS}
    return Record(tables, {"period": "2025-06"}, {"standard": {"sha256": "ab12"}})


def test_template_1_has_the_guides_columns_in_its_order(tmp_path: Path) -> None:
    sheet = written(full_record(), tmp_path)["服务质量监控指标表"]
    rows = rows_of(sheet)
    assert rows[0][0] == "服务质量监控指标表 · 2025-06"
    assert rows[2] == [*GUIDE.split(), "达标情况"]
    assert [row[2] for row in rows[3:8]] == SCORES["name"].tolist()
    assert rows[3][5:] == ["≤ 30 秒", 35, 95, "超时 5 秒，扣 5 分", "▼ 未达标"]


def test_values_stand_in_the_unit_that_fits(tmp_path: Path) -> None:
    sheet = written(full_record(), tmp_path)["服务质量监控指标表"]
    seconds, minutes, nps = sheet["G4"], sheet["G5"], sheet["G8"]
    assert (seconds.value, seconds.number_format) == (35, '0.0" 秒"')
    assert (minutes.value, minutes.number_format) == (9, '0.0" 分钟"')
    assert (nps.value, nps.number_format) == (25, "0.0")
    assert sheet["B4"].number_format == "0%"


def test_missing_is_said_and_never_0(tmp_path: Path) -> None:
    rows = rows_of(written(full_record(), tmp_path)["服务质量监控指标表"])
    assert rows[5][6:] == ["缺数据源", "不计分", "缺数据源", "○ 缺数据源"]
    assert rows[6][6:] == ["样本不足", "不计分", "仅 6 条，不评分", "○ 样本不足"]
    assert rows[7][6:] == [25, "不计分", "只监控，不计分", "○ 不计分"]


def test_a_miss_is_marked_by_sign_and_fill(tmp_path: Path) -> None:
    sheet = written(full_record(), tmp_path)["服务质量监控指标表"]
    missed, met = sheet["J4"], sheet["J5"]
    assert (missed.value, met.value) == ("▼ 未达标", "● 达标")
    assert missed.fill.fgColor.rgb.endswith("FBE3CC")
    assert met.fill.fill_type is None


def test_dimensions_are_merged_with_their_weight(tmp_path: Path) -> None:
    sheet = written(full_record(), tmp_path)["服务质量监控指标表"]
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert merged == {"A1:J1", "A2:J2", "A4:A6", "B4:B6", "A7:A8", "B7:B8", "A9:G9"}
    assert (sheet["A4"].value, sheet["B4"].value, sheet["A7"].value) == (
        "效率指标",
        0.3,
        "质量指标",
    )


def test_the_last_row_is_the_composite_of_the_reported_period(tmp_path: Path) -> None:
    last = rows_of(written(full_record(), tmp_path)["服务质量监控指标表"])[-1]
    note = "95% 区间 81.0–85.5；权重覆盖 80%（不完整）；较上期 +1.3（不显著）"
    assert last == ["综合得分", *[None] * 6, 83.25, note, "不完整"]


def test_every_sheet_is_there_whatever_is_missing(tmp_path: Path) -> None:
    book = written(Record(), tmp_path)
    assert book.sheetnames == [
        "服务质量监控指标表",
        "需要关注",
        "得分明细",
        "综合得分",
        "横向对比",
        "纵向对比",
        "投诉主题",
        "改进行动计划表",
        "数据质量",
        "数据说明",
    ]
    assert rows_of(book["服务质量监控指标表"])[-1][7] == "无数据"
    for name in book.sheetnames[1:-1]:
        assert rows_of(book[name])[1][0] == "无数据"


def test_empty_tables_are_said_like_missing_ones(tmp_path: Path) -> None:
    tables = {
        "scorecard": SCORES.iloc[:0],
        "composite": COMPOSITE.iloc[:0],
        "things": pd.DataFrame(columns=list(THINGS)),
        "horizontal": pd.DataFrame(columns=["unit_kind", *results.HORIZONTAL_COLUMNS]),
        "vertical": pd.DataFrame(columns=["unit_kind", *results.VERTICAL_COLUMNS]),
        "limits": pd.DataFrame(columns=["kind", "note"]),
    }
    empty, missing = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_workbook(Record(tables), empty)
    write_workbook(Record(), missing)
    assert empty.read_bytes() == missing.read_bytes()


def test_the_plan_has_the_guides_columns_in_its_order(tmp_path: Path) -> None:
    sheet = written(full_record(), tmp_path)["改进行动计划表"]
    head, row = rows_of(sheet)
    assert head[:11] == PLAN.split()
    assert row[0] == "一次解决率"
    assert row[6] == datetime(2025, 6, 10)
    assert row[8:14] == ["进行中", None, 20, "热线一组", "A1", "已逾期、缺责任人"]


def test_scores_carry_interval_n_and_method(tmp_path: Path) -> None:
    head, *rows = rows_of(written(full_record(), tmp_path)["得分明细"])
    assert head[2:7] == ["实际值", "95% 下限", "95% 上限", "样本量", "区间方法"]
    assert rows[0][2:9] == [35, None, None, 400, "t 区间", 30, "▼ 未达标"]
    assert rows[3][2:5] == ["样本不足", None, None]


def test_the_composite_of_teams_stands_below_that_of_all(tmp_path: Path) -> None:
    record = full_record()
    record.tables["team_composite"] = COMPOSITE.tail(1).assign(team="热线组")
    head, *rows = rows_of(written(record, tmp_path)["综合得分"])
    assert head[1] == "班组"
    assert head[-1] == "效率指标"
    assert [row[1] for row in rows] == ["整体", "整体", "热线组"]


def test_words_for_readers_replace_keys(tmp_path: Path) -> None:
    row = dict.fromkeys(results.VERTICAL_COLUMNS, NAN)
    row |= {"period": "2025-06", "unit_kind": "agent_id", "unit": "new", "metric": "handle_time"}
    row |= {"kind": "seconds", "value": 700.0, "signals": "run trend", "variation": "concern"}
    row |= {"met": False, "complete": True, "chart": "p_prime", "n": 30}
    record = full_record()
    record.tables["vertical"] = pd.DataFrame([row])
    head, cells = rows_of(written(record, tmp_path)["纵向对比"])
    line = dict(zip(head, cells, strict=True))
    assert (line["对象"], line["指标"], line["实际值"]) == (
        "new",
        "平均处理时长",
        11.666666667,
    )
    assert (line["触发规则"], line["控制图"]) == ("连续偏于一侧、连续同向变化", "p′")
    assert (line["波动"], line["月份完整"], line["是否达标"]) == ("特殊原因·恶化", "✓", "▼ 未达标")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (90.0, "秒", [90, 60, 700, 600]),
        (660.0, "分钟", [11, 1, 11.666666667, 10]),
        (7_200.0, "小时", [2, 0.016666667, 0.194444444, 0.166666667]),
        (NAN, "分钟", [None, 1, 11.666666667, 10]),
        (0.0, "分钟", [0, 1, 11.666666667, 10]),
    ],
)
def test_times_of_a_row_stand_in_the_unit_of_its_value(
    tmp_path: Path, value: float, unit: str, shown: list[float | None]
) -> None:
    row = dict.fromkeys(results.VERTICAL_COLUMNS, NAN)
    row |= {"period": "2025-06", "unit_kind": "team", "unit": "热线组", "metric": "handle_time"}
    row |= {"kind": "seconds", "value": value, "lower": 60.0, "upper": 700.0, "target": 600.0}
    record = Record({"vertical": pd.DataFrame([row]), "scorecard": SCORES})
    sheet = written(record, tmp_path)["纵向对比"]
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    named = [cells[name] for name in ("实际值", "95% 下限", "95% 上限", "目标值")]
    assert [cell.value for cell in named] == shown
    assert {cell.number_format for cell in named if cell.value} == {f'0.0" {unit}"'}


def test_things_to_know_give_minutes_as_the_page_does(tmp_path: Path) -> None:
    thing = dict.fromkeys(THINGS) | {"kind": "run", "metric": "handle_time", "value": 684.0}
    record = Record({"things": pd.DataFrame([thing]), "scorecard": SCORES})
    cell = written(record, tmp_path)["需要关注"]["F2"]
    assert (cell.value, cell.number_format) == (11.4, '0.0" 分钟"')


def test_a_topic_to_know_is_a_share(tmp_path: Path) -> None:
    thing = dict.fromkeys(THINGS) | {"kind": "topic", "metric": "complaint_rate", "value": 0.42}
    record = Record({"things": pd.DataFrame([thing])})
    sheet = written(record, tmp_path)["需要关注"]
    assert sheet["B2"].value == "投诉主题上升"
    assert (sheet["F2"].value, sheet["F2"].number_format) == (0.42, "0.0%")


def test_the_data_sheet_holds_rows_limits_and_origin(tmp_path: Path) -> None:
    record = full_record()
    record.tables["rows"] = pd.DataFrame(
        {"table": ["contacts"], "rows_in": [1100], "rows_used": [1090], "rows_quarantined": [10]}
    )
    record.tables["limits"] = pd.DataFrame({"note": ["没有会话消息"]})
    book = written(record, tmp_path)
    rows = rows_of(book["数据说明"])
    assert rows[1][:4] == ["表", "读入行数", "使用行数", "隔离行数"]
    assert rows[2][:4] == ["服务记录", 1100, 1090, 10]
    assert ["没有会话消息"] in [row[:1] for row in rows]
    assert ["标准 指纹（SHA-256）", "ab12"] in [row[:2] for row in rows]
    note = book["服务质量监控指标表"]["A2"].value
    assert note.startswith("读入 1,100 行，使用 1,090 行，隔离 10 行。")


def test_english_has_no_chinese_of_ours(tmp_path: Path) -> None:
    tables = {"composite": COMPOSITE, "actions": ACTIONS.drop(columns="metric")}
    record = Record(tables, {"period": "2025-06"}, {})
    book = written(record, tmp_path, "en")
    assert book.sheetnames[0] == "Service quality scorecard"
    heads = [cell.value for cell in next(book["Improvement plan"].iter_rows())]
    shown = [*rows_of(book["Composite"]), *rows_of(book["Service quality scorecard"])]
    texts = [*book.sheetnames, *heads, *(value for row in shown for value in row)]
    chinese = [text for text in texts if isinstance(text, str) and not text.isascii()]
    assert {character for text in chinese for character in text if character > "\u2e80"} == set()


def test_sheets_are_ready_to_filter_scroll_and_print(tmp_path: Path) -> None:
    book = written(full_record(), tmp_path)
    first, scores = book["服务质量监控指标表"], book["得分明细"]
    assert (first.freeze_panes, first.auto_filter.ref) == ("A4", "A3:J8")
    assert (scores.freeze_panes, scores.auto_filter.ref) == ("A2", "A1:M6")
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0


def test_columns_are_as_wide_as_chinese_needs(tmp_path: Path) -> None:
    sheet = written(full_record(), tmp_path)["得分明细"]
    longest = max(2 * len(name) for name in SCORES["name"])
    assert longest <= sheet.column_dimensions["B"].width <= 46


@pytest.mark.parametrize(
    "text",
    ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "#N/A", "#REF!", "=", "{=1}"],
)
def test_text_from_data_is_never_a_formula(tmp_path: Path, text: str) -> None:
    record = Record({"actions": ACTIONS.assign(owner=text, measure=text)})
    sheet = written(record, tmp_path)["改进行动计划表"]
    cell = sheet["F2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@", "\t"))


def test_a_carriage_return_first_is_quoted_too(tmp_path: Path) -> None:
    sheet = written(Record({"actions": ACTIONS.assign(owner="\r=1")}), tmp_path)["改进行动计划表"]
    assert sheet["F2"].data_type == "s"
    assert sheet["F2"].quotePrefix


@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_survives_a_round_trip_as_text(text: str) -> None:
    book = Workbook()
    pen = Pen(book.active)
    pen.write(1, 1, Cell(text))
    cell = book.active["A1"]
    assert cell.value == clean_text(text)
    assert cell.data_type == "s"
    cell.value.encode()


def test_control_characters_and_endless_text_are_cut(tmp_path: Path) -> None:
    owner = "a\x00b\x1f\ud800c\uffff" + "长" * 40_000
    sheet = written(Record({"actions": ACTIONS.assign(owner=owner)}), tmp_path)["改进行动计划表"]
    value = sheet["F2"].value
    assert value.startswith("abc长")
    assert len(value) == 32_767
    assert value.endswith("…")


def test_long_text_is_counted_as_excel_counts_it() -> None:
    cut = clean_text("😀" * 20_000)
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert cut.startswith("😀😀")


def test_no_cell_is_a_formula_and_no_number_is_nan(tmp_path: Path) -> None:
    for sheet in written(full_record(), tmp_path):
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n", "d"}


def test_the_same_record_gives_the_same_bytes_without_a_clock(tmp_path: Path) -> None:
    one, two = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_workbook(full_record(), one)
    write_workbook(full_record(), two)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def test_an_unknown_language_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"`language`.*'de'"):
        write_workbook(Record(), tmp_path / "a.xlsx", "de")
    assert not list(tmp_path.iterdir())


def test_the_record_is_left_as_it_was(tmp_path: Path) -> None:
    record = full_record()
    copies = {name: table.copy() for name, table in record.tables.items()}
    written(record, tmp_path)
    for name, table in copies.items():
        pd.testing.assert_frame_equal(record.tables[name], table)
