"""The page and the sheet on the data themselves."""

from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

import csqa
from csqa import tables
from csqa.show.quality import MOST_DOUBTS, pivot_completeness
from csqa.show.record import Record
from csqa.show.workbook import write_workbook

PERIOD = "2025-06"


def contacts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "contact_id": ["C1", "C2", "C3", "C4"],
            "channel": ["phone", "phone", "<script>", "phone"],
            "created_at": [
                "2025-05-01 09:00:01",
                "2025-06-02 09:00:01",
                "2025-06-02 10:00:01",
                "2025-06-30 23:00:01",
            ],
            "csat": [5, None, 3, 4],
            "agent_id": ["<b>K1</b>", "K2", "K2", None],
        }
    )


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return csqa.check(contacts(), period=PERIOD)


def soup(found: pd.DataFrame, language: str = "zh") -> BeautifulSoup:
    shown = tables.show_quality(found, period=PERIOD, language=language)
    return BeautifulSoup(shown.html, "html.parser")


def cells(table: object) -> list[list[str]]:
    rows = table.find("tbody").find_all("tr")  # type: ignore[attr-defined]
    return [[cell.get_text() for cell in row.find_all("td")] for row in rows]


def test_rows_first_with_where_those_set_aside_are(found: pd.DataFrame) -> None:
    first = soup(found).find("p").get_text()
    assert first.startswith("读入 4 行，使用 3 行，隔离 1 行。")
    assert "quarantine" in first


def test_nothing_set_aside_names_no_folder() -> None:
    clean = csqa.check(contacts().drop(index=2), period=PERIOD)
    first = soup(clean).find("p").get_text()
    assert first == "读入 3 行，使用 3 行，隔离 0 行。"


def test_doubts_beyond_the_first_few_are_folded(found: pd.DataFrame) -> None:
    page = soup(found)
    doubts = found[(found["severity"] == "warning")]["note"].tolist()
    assert len(doubts) > MOST_DOUBTS
    assert [item.get_text() for item in page.find("ol").find_all("li")] == doubts[:MOST_DOUBTS]
    rest = page.find("details")
    assert rest.find("summary").get_text() == f"另有 {len(doubts) - MOST_DOUBTS} 处"
    assert [item.get_text() for item in rest.find_all("li")] == doubts[MOST_DOUBTS:]


def test_faults_say_what_was_done(found: pd.DataFrame) -> None:
    faults = next(d for d in soup(found).find_all("details") if "错误" in d.summary.get_text())
    assert faults.summary.get_text() == "行里的错误 1 处"
    assert cells(faults)[0][2:] == ["1", "4", "已隔离"]


def test_gaps_of_the_month_beside_the_emptiest(found: pd.DataFrame) -> None:
    table = next(t for t in soup(found).find_all("table") if t.find("caption"))
    assert cells(table) == [
        ["工号", "50.0%", "50.0%（2025-06）", "66.7%"],
        ["满意度评分", "50.0%", "50.0%（2025-06）", "66.7%"],
    ]
    notes = [note.get_text() for note in soup(found).find_all("p", "note")]
    assert any(
        note.startswith("全部有值：服务单号、渠道、创建时间。没有这些列：") for note in notes
    )


def test_hours_and_agents_of_the_month(found: pd.DataFrame) -> None:
    folds = {d.summary.get_text(): d for d in soup(found).find_all("details")}
    assert cells(folds["各时段的记录与工号（2025-06）"]) == [
        ["09:00", "1", "1", "0"],
        ["23:00", "1", "0", "1"],
    ]
    agents = folds["1 个工号的出勤天数（列出最少的 1 个）（2025-06）"]
    assert cells(agents) == [["K2", "1", "1"]]


def test_names_from_data_are_escaped() -> None:
    whole = csqa.check(contacts())
    page = soup(whole)
    assert page.find("b") is None
    assert "<b>K1</b>" in page.get_text()


def test_english_has_no_chinese_of_ours() -> None:
    text = soup(csqa.check(contacts(), period=PERIOD, language="en"), "en").get_text()
    assert not any("\u3000" <= sign <= "\u9fff" for sign in text)


def test_months_side_by_side(found: pd.DataFrame) -> None:
    months = pivot_completeness(found)
    assert list(months.columns) == ["table", "column", "2025-05", "2025-06"]
    assert months[months["column"] == "csat"].to_numpy().tolist() == [
        ["contacts", "csat", 1.0, 0.5]
    ]


def test_the_sheet_has_doubts_faults_and_months(found: pd.DataFrame, tmp_path: Path) -> None:
    write_workbook(Record({"limits": found}), tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx")["数据质量"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "可疑之处（数据保留）"
    assert rows[1][:3] == ["问题", "涉及", "处理"]
    (fault,) = (row for row in rows if row[3] == "错误")
    assert fault[1:7] == [1, "已隔离", "错误", "服务记录", "DataFrame contacts", 4]
    number = next(i for i, row in enumerate(rows) if row[:2] == ["服务记录", "满意度评分"])
    assert rows[number][2:4] == [1, 0.5]
    assert sheet.cell(number + 1, 4).number_format == "0.0%"


def test_the_sheet_says_that_nothing_was_found(found: pd.DataFrame, tmp_path: Path) -> None:
    fine = found[~found["severity"].isin(["error", "warning"])]
    write_workbook(Record({"limits": fine}), tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx")["数据质量"]
    texts = [cell.value for cell in sheet["A"]]
    assert "整体上没有可疑之处。" in texts
    assert "行里没有错误。" in texts


def test_data_without_contacts() -> None:
    feedback = pd.DataFrame({"feedback_id": ["1"], "at": ["2025-06-01"]})
    told = csqa.check(csqa.Dataset.from_frames({"feedback": feedback}))
    assert "读入 1 行" in soup(told).get_text()
