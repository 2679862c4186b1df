"""Drops in words, and files that are doubled, empty or cut off."""

from pathlib import Path

import pandas as pd

from csqa.check import check
from csqa.load import load

DAYS = pd.date_range("2025-01-01 09:00:01", "2025-06-29 09:00:01")


def told(source: object, kind: str, *columns: str, language: str = "zh") -> list[list[object]]:
    found = check(load(source), language=language)
    return found.loc[found["kind"] == kind, [*columns]].to_numpy().tolist()


def phone(per_day: dict[str, int], usual: int = 40) -> pd.DataFrame:
    at = [
        day + pd.Timedelta(minutes=i)
        for day in DAYS
        for i in range(per_day.get(f"{day:%Y-%m-%d}", usual))
    ]
    return pd.DataFrame(
        {
            "contact_id": range(len(at)),
            "channel": "phone",
            "created_at": pd.Series(at).astype("str"),
        }
    )


def test_a_drop_is_said_with_its_rule_and_once_what_may_be_behind() -> None:
    table = phone({"2025-03-12": 2, "2025-05-14": 3})
    first, second = told(table, "volume_drop", "unit", "period", "value", "note")
    assert first == [
        "all",
        "2025-03-12",
        2.0,
        "整体在 2025-03-12 只有 2 条，按前后四周的同一星期几约应有 40 条。"
        "可能是漏导出、系统停机或渠道改了名，也可能是放假停业。",
    ]
    assert second[3] == "整体在 2025-05-14 只有 3 条，按前后四周的同一星期几约应有 40 条。"


def test_drops_of_the_month_come_first() -> None:
    found = check(phone({"2025-03-12": 2, "2025-05-14": 3}), period="2025-05")
    drops = found[found["kind"] == "volume_drop"]
    assert drops["period"].tolist() == ["2025-05-14", "2025-03-12"]
    assert "可能是漏导出" in drops["note"].iloc[0]


def test_a_drop_in_english() -> None:
    ((note,),) = told(phone({"2025-03-12": 2}), "volume_drop", "note", language="en")
    assert note.startswith("Overall: 2 contacts on 2025-03-12; by the same weekdays")


def write(folder: Path, name: str, rows: int, first: int = 0) -> None:
    lines = [f"{first + i},电话,2025-06-01 09:00:{i % 60:02d}" for i in range(rows)]
    (folder / name).write_text("\n".join(["工单号,渠道,创建时间", *lines]) + "\n", "utf-8")


def test_the_same_file_twice(tmp_path: Path) -> None:
    write(tmp_path, "工单_a.csv", 3)
    write(tmp_path, "工单_b.csv", 3)
    write(tmp_path, "工单_c.csv", 3, first=3)
    ((note,),) = told(tmp_path, "same_file", "note")
    assert note == "工单_a.csv、工单_b.csv 的内容完全相同：同一个文件放了两份。"


def test_a_file_of_headers_only(tmp_path: Path) -> None:
    write(tmp_path, "工单_a.csv", 3)
    write(tmp_path, "工单_b.csv", 0)
    assert told(tmp_path, "empty_file", "note") == [["工单_b.csv 只有表头，没有数据行。"]]


def test_a_file_as_long_as_exports_may_be(tmp_path: Path) -> None:
    write(tmp_path, "工单_a.csv", 1000)
    write(tmp_path, "工单_b.csv", 999, first=1000)
    ((value, note),) = told(tmp_path, "row_cap", "value", "note")
    assert value == 1000
    assert note.startswith("工单_a.csv 正好 1,000 行")


def test_a_frame_is_cut_off_by_nobody() -> None:
    assert told(phone({}).head(1000), "row_cap", "note") == []
