"""Load: encodings, workbooks, types, fault rules, and rows in = used + quarantined."""

import contextlib
import csv
import datetime as dt
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa import schema
from csqa.engine.cells import SQL_TYPES
from csqa.engine.connection import open_connection
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.headers import find_table, match_headers, normalise_header
from csqa.engine.periods import complete_periods
from csqa.engine.records import read_records
from csqa.errors import DataError, RuleError
from csqa.load import load
from csqa.rules.mapping import Mapping, TableMapping

SHARED = Path(__file__).parents[2] / "shared" / "data"
TEXT = (
    "服务单号,渠道,创建时间,首次响应时间,处理时长(秒),是否解决,满意度,班组\n"
    'C1,电话,2025-06-01 09:00:00,2025-06-01 09:00:20,120,是,5,"一组, 早班"\n'
    "C2,在线聊天,2025/6/1 9:05,,1,否,,二组\n"
    "C3,E-Mail,2025年6月2日 10:30,2025-06-02 11:00:00,,1,4.5,\n"
)


def contacts(**columns: list[Any]) -> pd.DataFrame:
    """Contacts with the columns given; the required ones are filled in."""
    size = len(next(iter(columns.values())))
    filled = {
        "contact_id": [f"C{i}" for i in range(size)],
        "channel": ["phone"] * size,
        "created_at": ["2025-06-01 09:00"] * size,
    }
    return pd.DataFrame({**filled, **columns})


def rules(data: Dataset) -> list[list[object]]:
    """Row, column, rule and value of each fault."""
    return data.faults[["row", "column", "rule", "value"]].fillna("").to_numpy().tolist()


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2025-06-01 09:05:33", "2025-06-01 09:05:33"),
        ("2025/6/1 9:05", "2025-06-01 09:05"),
        ("2025年6月1日 9:05", "2025-06-01 09:05"),
        ("2025年06月01日 09时05分33秒", "2025-06-01 09:05:33"),
        ("2025-06-01T09:05:33+08:00", "2025-06-01 09:05:33"),
        ("2025-06-01 01:05:33Z", "2025-06-01 09:05:33"),
        ("2025-06-01 01:05:33 +0000", "2025-06-01 09:05:33"),
        ("2025-05-31T21:05:33.250-04", "2025-06-01 09:05:33.250"),
        ("2025-06-01T09:05:33.123456", "2025-06-01 09:05:33.123456"),
        ("2025-06-01", "2025-06-01"),
        ("2025.6.1 9:05", "2025-06-01 09:05"),
        ("20250601", "2025-06-01"),
        ("20250601090533", "2025-06-01 09:05:33"),
        ("2025/6/1 下午 3:05:00", "2025-06-01 15:05"),
        ("2025-06-01 03:05 PM", "2025-06-01 15:05"),
        ("45809.5", "2025-06-01 12:00"),
        ("２０２５－０６－０１ ０９：０５", "2025-06-01 09:05"),
        ("\t2025-06-01 09:05\u3000", "2025-06-01 09:05"),
    ],
)
def test_times_that_can_be_read(text: str, wall: str) -> None:
    data = Dataset.from_frames({"contacts": contacts(created_at=[text])})
    assert data.contacts["created_at"].tolist() == [pd.Timestamp(wall, tz="Asia/Shanghai")]


@pytest.mark.parametrize(
    "text",
    ["01/02/2025", "2025-02-30", "2025-13-01", "9:05", "0000-00-00 00:00:00", "昨天",
     "2025", "2025-06", "2025-06-01 25:00", "20250631", "1", "2025-06-01 09:05:33 CST"],
)  # fmt: skip
def test_times_that_cannot_be_read(text: str) -> None:
    data = Dataset.from_frames({"contacts": contacts(created_at=[text, "2025-06-01"])})
    assert rules(data) == [[2, "created_at", "unparseable_time", text]]


@pytest.mark.parametrize(
    "text", ["1970-01-01 08:00:00", "2925-06-01", "0001-01-01", "epoch", "infinity"]
)
def test_times_of_another_age(text: str) -> None:
    data = Dataset.from_frames({"contacts": contacts(created_at=[text])})
    assert rules(data) == [[2, "created_at", "out_of_range", text]]


@pytest.mark.parametrize(
    ("text", "number"),
    [("35", 35), ("1,234.5", 1234.5), ("３５", 35), ("35秒", 35), ("35 s", 35), ("1e3", 1000),
     ("+.5", 0.5), (" 7 ", 7), ("-", None), ("N/A", None), ("null", None), ("", None)],
)  # fmt: skip
def test_numbers_that_can_be_read(text: str, number: float | None) -> None:
    seconds = Dataset.from_frames({"contacts": contacts(handle_seconds=[text])}).contacts
    expected = [None] if number is None else [number]
    assert (
        seconds["handle_seconds"].astype(object).where(lambda v: v.notna(), None).tolist()
        == expected
    )


@pytest.mark.parametrize("text", ["abc", "1,23", "3:25", "inf", "1e400", "0x10", "3 4", "五"])
def test_numbers_that_cannot_be_read(text: str) -> None:
    data = Dataset.from_frames({"contacts": contacts(handle_seconds=[text])})
    assert rules(data) == [[2, "handle_seconds", "unparseable_number", text]]


@pytest.mark.parametrize(
    ("text", "rule"), [("3.5", "unparseable_number"), ("-1", "negative_value")]
)
def test_whole_numbers(text: str, rule: str) -> None:
    data = Dataset.from_frames({"contacts": contacts(departments=[text, "3.0", "2"])})
    assert rules(data) == [[2, "departments", rule, text]]
    assert data.contacts["departments"].tolist() == [3, 2]


def test_values_out_of_range() -> None:
    frame = contacts(
        csat=["5", "5.5", "0.5"], nps=["11", "10", "0"], handle_seconds=["-3", "0", ""]
    )
    data = Dataset.from_frames({"contacts": frame})
    assert rules(data) == [
        [2, "handle_seconds", "negative_value", "-3"],
        [2, "nps", "out_of_range", "11"],
        [3, "csat", "out_of_range", "5.5"],
        [4, "csat", "out_of_range", "0.5"],
    ]
    assert data.faults["reason"].tolist()[1] == "NPS评分应在 0 到 10 之间"
    assert data.rows["rows_quarantined"].tolist() == [3]


def test_flags() -> None:
    texts = [
        "是",
        "否",
        "有",
        "无",
        "已",
        "未",
        "TRUE",
        "no",
        "Y",
        "n",
        "1",
        "0",
        "3",
        "",
        "maybe",
        "-2",
    ]
    data = Dataset.from_frames({"contacts": contacts(complaint=texts)})
    flags = data.contacts["complaint"].astype(object).where(lambda v: v.notna(), None).tolist()
    assert flags == [True, False] * 5 + [True, False, True, None]
    assert [fault[1:] for fault in rules(data)] == [
        ["complaint", "unparseable_flag", "maybe"],
        ["complaint", "unparseable_flag", "-2"],
    ]


def test_unknown_choice_lists_what_is_allowed() -> None:
    data = Dataset.from_frames({"contacts": contacts(channel=["电话", "fax", "WeChat", "APP", ""])})
    assert data.contacts["channel"].tolist() == ["phone", "online"]
    assert [fault[2:] for fault in rules(data)] == [
        ["unknown_value", "fax"],
        ["unknown_value", "WeChat"],
        ["missing_value", ""],
    ]
    assert data.faults["reason"][0].startswith("渠道只能是电话、在线、邮件、社交媒体、其他")


def test_not_applicable_is_a_result_and_elsewhere_missing() -> None:
    inspections = pd.DataFrame(
        {"contact_id": ["C0"], "item": ["流程合规"], "result": ["N/A"], "points": ["N/A"]}
    )
    data = Dataset.from_frames({"contacts": contacts(csat=[5]), "inspections": inspections})
    assert data.inspections["result"].tolist() == ["not_applicable"]
    assert data.inspections["points"].isna().all()


def test_orders_of_times_and_several_faults_of_one_row() -> None:
    frame = contacts(
        first_response_at=["2025-06-01 08:59", "2025-06-01 09:00", ""],
        resolved_at=["2025-05-31", "2025-06-01 09:00", "x"],
    )
    data = Dataset.from_frames({"contacts": frame})
    assert [fault[:3] for fault in rules(data)] == [
        [2, "first_response_at", "response_before_creation"],
        [2, "resolved_at", "resolution_before_creation"],
        [4, "resolved_at", "unparseable_time"],
    ]
    assert data.rows["rows_quarantined"].tolist() == [2]
    assert data.quarantine["contacts"]["row"].tolist() == [2, 4]


def test_first_good_row_of_a_key_is_kept() -> None:
    frame = contacts(contact_id=["A", "A", "A", "B"], channel=["fax", "email", "phone", "phone"])
    data = Dataset.from_frames({"contacts": frame})
    assert data.contacts["channel"].tolist() == ["email", "phone"]
    assert rules(data) == [
        [2, "channel", "unknown_value", "fax"],
        [4, "contact_id", "duplicate_key", "A"],
    ]


def test_rows_about_no_used_contact() -> None:
    about = ["C0", "C1", "C9"]
    data = Dataset.from_frames(
        {
            "feedback": pd.DataFrame(
                {"feedback_id": ["1", "2", "3", "4"], "contact_id": [*about, None],
                 "at": ["2025-06-02"] * 4}
            ),
            "contacts": contacts(channel=["phone", "fax"]),
            "messages": pd.DataFrame({"contact_id": about, "seq": 1, "sender": "客服"}),
        }
    )  # fmt: skip
    assert data.messages["contact_id"].tolist() == ["C0"]
    assert len(data.feedback) == 4
    found = data.faults[data.faults["rule"] == "no_contact"]
    assert found[["table", "row", "severity"]].to_numpy().tolist() == [
        ["messages", 3, "error"],
        ["messages", 4, "error"],
        ["feedback", 3, "warning"],
        ["feedback", 4, "warning"],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "export.csv"
    frame = pd.read_csv(io.StringIO(TEXT), dtype=str, keep_default_na=False)
    frame.to_csv(path, index=False, sep=separator, encoding=encoding, lineterminator="\r\n")
    data = load(path)
    assert data.sources["encoding"].tolist() == [encoding]
    assert data.contacts["channel"].tolist() == ["phone", "online", "email"]
    assert data.contacts["team"].fillna("").tolist() == ["一组, 早班", "二组", ""]
    assert data.contacts["csat"].fillna(0).tolist() == [5, 0, 4.5]
    assert data.contacts["handle_seconds"].fillna(0).tolist() == [120, 1, 0]
    assert data.columns["contacts"] == {
        "contact_id", "channel", "created_at", "first_response_at", "handle_seconds", "resolved",
        "csat", "team",
    }  # fmt: skip


def test_typed_tables_have_every_column_of_the_schema(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(TEXT, encoding="utf-8")
    data = load(tmp_path)
    described = data.connection.execute("DESCRIBE contacts").fetchall()
    expected = [(column.name, SQL_TYPES[column.kind]) for column in schema.CONTACTS.columns]
    assert [(row[0], row[1]) for row in described] == [
        *expected,
        ("local_at", "TIMESTAMP"),
        ("number_", "BIGINT"),
    ]
    times = data.connection.execute("SELECT created_at, local_at FROM contacts").fetchall()
    assert times[0] == (dt.datetime(2025, 6, 1, 1), dt.datetime(2025, 6, 1, 9))
    assert (data.first_at, data.last_at) == (
        dt.datetime(2025, 6, 1, 9),
        dt.datetime(2025, 6, 2, 10, 30),
    )


def test_several_files_of_a_table_follow_one_another_by_name(tmp_path: Path) -> None:
    head, *lines = TEXT.splitlines()
    (tmp_path / "服务记录_2025.csv").write_text("\n".join([head, lines[1]]), encoding="gb18030")
    (tmp_path / "服务记录_2024.csv").write_text("\n".join([head, lines[2]]), encoding="utf-8")
    (tmp_path / "notes.md").write_text("x", encoding="utf-8")
    (tmp_path / ".hidden.csv").write_text("", encoding="utf-8")
    data = load(tmp_path)
    assert data.contacts["contact_id"].tolist() == ["C3", "C2"]
    assert data.rows["file"].tolist() == ["服务记录_2024.csv", "服务记录_2025.csv"]
    unused = data.sources[data.sources["table"] == ""]
    assert unused[["file", "note"]].to_numpy().tolist() == [
        ["notes.md", "不是 CSV、Excel、Parquet、JSON 或 zip，没有读取"]
    ]


def test_a_folder_with_all_tables(tmp_path: Path) -> None:
    files = {
        "服务记录": TEXT,
        "会话消息": "会话ID,序号,发送者,发送时间,内容\nC1,1,客户,2025-06-01 09:00,你好\n",
        "质检记录": "服务单号,质检员,质检项目,质检结果,扣分\nC1,Q1,用语规范,合格,0\n",
        "客户反馈": '反馈编号,提交时间,评分,内容\nF1,2025-06-03,5,"好\n评"\n',
        "改进行动计划表": "编号,待改进指标,具体措施,计划完成时间,状态\n"
        "A1,一次解决率,培训,2025-07-01,进行中\n",
        "车辆": "甲,乙\n1,2\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    data = load(tmp_path)
    assert data.tables == ["contacts", "messages", "inspections", "feedback", "actions"]
    assert data.rows["rows_quarantined"].sum() == 0
    assert data.feedback["text"].tolist() == ["好\n评"]
    assert data.actions["due"].tolist() == [pd.Timestamp("2025-07-01")]
    assert data.actions["status"].tolist() == ["in_progress"]
    assert data.has("actions", "due")
    assert not data.has("actions", "owner")
    assert data.sources.query("table == ''")["file"].tolist() == ["车辆.csv"]


def test_workbook_with_real_dates_and_several_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "说明"
    sheet.append(["导出说明"])
    records = book.create_sheet("服务记录")
    records.append(["工单号", "渠道", "创建时间", "首响时间", "处理时长", "备注"])
    records.append([1001, "电话", dt.datetime(2025, 6, 1, 9), dt.datetime(2025, 6, 1, 9, 1), 60.0])
    records.append([None] * 5)
    records.append([1002, "电话", 45809.5, "2025-06-01 11:00", 60.5, "晚"])
    survey = book.create_sheet("客户反馈")
    survey.append(["反馈编号", "反馈时间", "评分"])
    survey.append(["F1", dt.date(2025, 6, 2), 5])
    book.save(tmp_path / "导出.xlsx")
    data = load(tmp_path / "导出.xlsx")
    assert data.contacts["contact_id"].tolist() == ["1001"]
    assert data.contacts["handle_seconds"].tolist() == [60.0]
    assert rules(data) == [[4, "first_response_at", "response_before_creation", "2025-06-01 11:00"]]
    assert data.rows["file"].tolist() == ["导出.xlsx[服务记录]", "导出.xlsx[客户反馈]"]
    assert data.feedback["rating"].tolist() == [5.0]
    assert data.sources.query("table == ''")["file"].tolist() == ["导出.xlsx[说明]"]


def test_empty_workbook(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "服务记录.xlsx")
    with pytest.raises(DataError, match=r"服务记录\.xlsx 里没有数据：每张工作表都是空的"):
        load(tmp_path)


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = str(tmp_path / "tickets[1].parquet")
    connection = open_connection()
    connection.execute(
        "COPY (SELECT i AS contact_id, 'phone' AS channel,"
        " TIMESTAMPTZ '2025-06-01 00:00:00Z' + to_hours(i::INT) AS created_at,"
        " TIMESTAMP '2025-06-01 08:00:00' + to_hours(i::INT) AS resolved_at,"
        " i = 2 AS complaint, i AS reopened, 1.5 AS handle_seconds,"
        " DATE '2025-06-02' - (i = 0)::INT AS first_response_at"
        f" FROM range(3) r(i)) TO '{path}'"
    )
    data = load(path)
    assert data.contacts["contact_id"].tolist() == ["1", "2"]
    assert rules(data) == [[2, "first_response_at", "response_before_creation", "2025-06-01"]]
    assert (data.contacts["created_at"] == data.contacts["resolved_at"]).all()
    assert data.contacts["reopened"].tolist() == [True, True]
    assert data.contacts["handle_seconds"].tolist() == [1.5, 1.5]


def test_headers_match_whatever_their_writing() -> None:
    headers = [
        "﻿服务单号",
        "【渠道】",
        "Created At",
        "处理时长（秒）",
        "满意度(%)",
        "first_response_at *",
    ]
    match = match_headers(schema.CONTACTS, headers, TableMapping())
    assert match.positions == {
        "contact_id": 0, "channel": 1, "created_at": 2, "handle_seconds": 3, "first_response_at": 5,
    }  # fmt: skip
    assert match.unused == ("满意度(%)",)


def test_minutes_are_not_taken_for_seconds() -> None:
    assert normalise_header("处理时长(分钟)") != normalise_header("处理时长")


@pytest.mark.parametrize(
    ("name", "headers", "table"),
    [
        ("explanation", ["a"], None),
        ("improvement plan", ["a"], "actions"),
        ("服务记录_客户反馈", ["反馈编号", "反馈时间"], "feedback"),
        ("x", ["服务单号", "渠道", "创建时间"], "contacts"),
        ("会话消息", ["a"], "messages"),
    ],
)
def test_which_table_a_file_is(name: str, headers: list[str], table: str | None) -> None:
    match = find_table(name, headers, Mapping())
    assert (match.table.name if match else None) == table


def test_frames_by_type() -> None:
    frame = contacts(
        contact_id=pd.array([1, 2, 3], dtype="Int64"),
        channel=pd.Categorical(["phone", "在线", "phone"]),
        created_at=pd.to_datetime(["2025-06-01 09:00"] * 3).tz_localize("Asia/Tokyo"),
        resolved_at=pd.to_datetime(["2025-06-01 09:00", None, "2025-06-01 07:00"]),
        handle_seconds=pd.to_timedelta([1, None, 3], unit="min"),
        customer_id=[1001.0, np.nan, 1002.5],
        resolved=pd.array([True, None, False], dtype="boolean"),
        reopened=[0.0, np.nan, 2.0],
        csat=pd.array([5, None, 4], dtype="Float64"),
        topic=[3, "x", None],
        nps=[np.nan, 7.0, 8.0],
    )
    before = frame.copy(deep=True)
    data = as_dataset(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert rules(data) == [[4, "resolved_at", "resolution_before_creation", "2025-06-01 07:00:00"]]
    used = data.contacts
    assert used["created_at"][0] == pd.Timestamp("2025-06-01 08:00", tz="Asia/Shanghai")
    assert used["resolved_at"][0] == pd.Timestamp("2025-06-01 09:00", tz="Asia/Shanghai")
    assert used["customer_id"].fillna("").tolist() == ["1001", ""]
    assert used["handle_seconds"].fillna(0).tolist() == [60, 0]
    assert used["reopened"].fillna(True).tolist() == [False, True]
    assert used["topic"].tolist() == ["3", "x"]
    assert used["nps"].fillna(-1).tolist() == [-1, 7]
    assert used["contact_id"].tolist() == ["1", "2"]


def test_infinite_numbers_are_no_numbers() -> None:
    data = as_dataset(contacts(csat=[np.inf, 5.0]))
    assert rules(data) == [[2, "csat", "unparseable_number", "inf"]]


def test_absent_tables_are_empty_with_their_columns() -> None:
    data = as_dataset(contacts(csat=[5]))
    for table in schema.TABLES.values():
        assert list(data.table(table.name).columns) == table.names
    assert len(data.actions) == 0
    assert not data.has("actions")
    assert as_dataset(data) is data


def test_what_is_no_data() -> None:
    with pytest.raises(DataError, match="`data` 应为 Dataset 或 DataFrame，而不是 list"):
        as_dataset([])  # type: ignore[arg-type]
    with pytest.raises(DataError, match="不认识的表 contact；可用的有 contacts"):
        Dataset.from_frames({"contact": contacts(csat=[1])})
    with pytest.raises(DataError, match="没有服务记录（contacts）"):
        load({"客户反馈": pd.DataFrame({"反馈编号": ["1"], "反馈时间": ["2025-06-01"]})})


def test_tables_by_chinese_name() -> None:
    assert load({"服务记录": contacts(csat=[5])}).contacts["csat"].tolist() == [5]


def test_wall_times_in_a_gap_of_summer_time() -> None:
    frame = contacts(created_at=["2025-03-09 02:30", "2025-11-02 01:30"])
    data = Dataset.from_frames({"contacts": frame}, time_zone="America/New_York")
    assert data.rows["rows_used"].tolist() == [2]
    assert data.contacts["created_at"][0] == pd.Timestamp("2025-03-09 03:30", tz="America/New_York")


def test_a_warning_free_load_of_nothing_but_missing_values() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = as_dataset(contacts(csat=[None], topic=[None], resolved_at=[pd.NaT]))
    assert data.contacts[["csat", "topic", "resolved_at"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("year", [("2024", 3, False), ("2025", 31, False)]),
        ("quarter", [("2024-Q4", 3, False), ("2025-Q1", 31, False)]),
        ("month", [("2024-12", 3, False), ("2025-01", 31, True)]),
        ("week", [("2025-W01", 7, True), ("2025-W02", 7, True), ("2025-W03", 7, True),
                  ("2025-W04", 7, True), ("2025-W05", 6, False)]),
    ],
)  # fmt: skip
def test_periods_and_how_far_they_are_covered(every: str, expected: list[object]) -> None:
    # Monday 2024-12-30 is put one day earlier for the month: 29, 30 and 31 December are covered.
    start = "2024-12-30" if every == "week" else "2024-12-29"
    end = "2025-02-01" if every == "week" else "2025-01-31"
    data = as_dataset(contacts(created_at=[f"{start} 00:30", f"{end} 23:59"]))
    found = complete_periods(data, every)[["period", "covered_days", "complete"]]
    assert list(found.itertuples(index=False, name=None)) == expected


def test_days_are_always_complete() -> None:
    data = as_dataset(contacts(created_at=["2025-06-01 23:59", "2025-06-03 00:00"]))
    days = complete_periods(data, "day")
    assert days["period"].tolist() == ["2025-06-01", "2025-06-02", "2025-06-03"]
    assert days["complete"].all()


def test_periods_of_another_kind() -> None:
    with pytest.raises(RuleError, match="`every` 应为"):
        complete_periods(as_dataset(contacts(csat=[5])), "fortnight")


CELLS = {
    "contact_id": st.sampled_from(["", "C", "NULL", "甲"]),
    "channel": st.sampled_from(["电话", "online", "fax", "", "渠道"]),
    "created_at": st.sampled_from(["2025-06-01", "2025/6/2 9:00", "45810", "?", "", "99/99/99"]),
    "first_response_at": st.sampled_from(["2025-06-01 01:00", "", "x", "2024-01-01"]),
    "handle_seconds": st.sampled_from(["1", "-1", "1,000", "", '5"', "9" * 400]),
    "resolved": st.sampled_from(["是", "0", "?", ""]),
    "team": st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=4),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=12)


def save(rows: list[dict[str, str]], path: Path) -> None:
    """Write rows as a CSV with our column names; ids are made unique."""
    pd.DataFrame(rows).to_csv(path, index=False)


def used_ids(source: Path) -> list[str]:
    """Ids of the contacts used, after the check that no row was lost."""
    data = load(source)
    counts = data.rows[["rows_in", "rows_used", "rows_quarantined"]].sum()
    assert counts["rows_in"] == counts["rows_used"] + counts["rows_quarantined"]
    assert len(data.contacts) == counts["rows_used"]
    assert len(data.quarantine.get("contacts", [])) == counts["rows_quarantined"]
    wrong = data.faults.groupby("file")["row"].nunique().sum()
    assert wrong == counts["rows_quarantined"]
    return data.contacts["contact_id"].tolist()


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, cut=st.integers(0, 12), data=st.data())
def test_no_row_is_lost_and_order_and_files_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, str]],
    cut: int,
    data: st.DataObject,
) -> None:
    good = dict.fromkeys(CELLS, "") | {
        "contact_id": "G", "channel": "电话", "created_at": "2025-06-01",
    }  # fmt: skip
    numbered = [
        {**row, "contact_id": row["contact_id"] and f"{row['contact_id']}{i}"}
        for i, row in enumerate([*rows, good])
    ]
    folder = tmp_path_factory.mktemp("split")
    whole = tmp_path_factory.mktemp("whole") / "服务记录.csv"
    save(numbered, whole)
    shuffled = data.draw(st.permutations(numbered))
    for name, part in {"服务记录_1": shuffled[:cut], "服务记录_2": shuffled[cut:]}.items():
        if part:
            save(part, folder / f"{name}.csv")
    assert sorted(used_ids(whole)) == sorted(used_ids(folder))


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, 400), noise=st.binary(min_size=1, max_size=6), at=st.integers(0, 400))
def test_damaged_bytes_never_give_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes, at: int
) -> None:
    content = TEXT.encode()
    damaged = (content[:at] + noise + content[at:])[: max(cut, at)]
    path = tmp_path_factory.mktemp("damaged") / "服务记录.csv"
    path.write_bytes(damaged)
    with contextlib.suppress(DataError):
        data = load(path)
        used = data.rows["rows_used"] + data.rows["rows_quarantined"]
        assert (used == data.rows["rows_in"]).all()


@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r")), min_size=1),
        max_size=5,
    )
)
def test_records_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("records") / "r.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert [fields for _, _, fields in read_records(path, ",")] == rows


@pytest.mark.skipif(not SHARED.exists(), reason="third-party data are not in the repository")
def test_real_incidents_by_the_example_mapping() -> None:
    mapping = Path(__file__).parents[1] / "docs" / "examples" / "uci_incident" / "mapping.yml"
    data = load(SHARED / "uci_incident", mapping)
    assert data.rows[["rows_in", "rows_used"]].to_numpy().tolist() == [[24_918, 24_918]]
    assert data.contacts["resolved_at"].isna().sum() == 1_556
    assert data.contacts["channel"].value_counts().to_dict() == {
        "phone": 24_697, "online": 158, "email": 59, "other": 4,
    }  # fmt: skip
    assert not data.has("contacts", "first_response_at")
    assert data.sources["file"].tolist() == [
        "incidents.parquet",
        "incident_event_log.zip[incident_event_log/incident_event_log.csv]",
    ]


def test_the_manual_names_every_table_column_and_rule() -> None:
    manual = (Path(__file__).parents[1] / "docs" / "data.md").read_text(encoding="utf-8")
    for table in schema.TABLES.values():
        assert f"### {table.zh} `{table.name}`" in manual
        for column in table.columns:
            aliases = "、".join(column.aliases)
            assert f"| `{column.name}` | {column.zh} | {aliases} |" in manual
    frame = contacts(channel=["fax", "phone", "phone"], csat=[9, 5, 4], contact_id=["A", "B", "B"])
    for rule in as_dataset(frame).faults["rule"]:
        assert f"`{rule}`" in manual


def test_a_row_from_the_future_does_not_stretch_the_data() -> None:
    table = pd.DataFrame(
        {
            "contact_id": ["1", "2"],
            "channel": "phone",
            "created_at": ["2025-06-01 09:00", "2052-06-01 09:00"],
        }
    )
    data = load(table)
    assert data.faults["rule"].tolist() == ["future_time"]
    assert data.last_at is not None
    assert data.last_at.year == 2025


def test_an_endless_handle_time_is_quarantined() -> None:
    table = pd.DataFrame(
        {
            "contact_id": ["1", "2"],
            "channel": "phone",
            "created_at": "2025-06-01 09:00",
            "handle_seconds": ["1e20", "300"],
        }
    )
    assert load(table).faults["rule"].tolist() == ["out_of_range"]
