"""Rows set aside: written as they came, with their reasons, and harmless in a spreadsheet."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.engine.dataset import Dataset
from csqa.errors import RuleError
from csqa.load import load
from csqa.report.quarantine import check_place, defuse_cell, write_quarantine

HEADERS = "工单号,渠道,创建时间,处理时长秒,备注\n"
ROWS = (
    "1,电话,2025-06-01 09:00,60,好\n",
    "2,传真,昨天,-5,=1+1\n",
    '3,传真,2025-06-01 09:00,+8,"两行\n备注, ""引号"""\n',
)


def exported(folder: Path, *rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "工单.csv").write_text(HEADERS + "".join(rows), "utf-8")
    return folder


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_rows_as_they_came_with_all_reasons(tmp_path: Path) -> None:
    data = load(exported(tmp_path / "data", *ROWS))
    (path,) = write_quarantine(data, tmp_path / "out")
    assert path == tmp_path / "out/quarantined_contacts.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    head, second, third = read(path)
    assert head == ["文件", "行", "隔离原因", "工单号", "渠道", "创建时间", "处理时长秒", "备注"]
    assert second[:2] == ["工单.csv", "3"]
    assert [reason[:4] for reason in second[2].split("；")[:1]] == ["渠道只能"]
    assert "创建时间不是能认出的时间" in second[2]
    assert "处理时长秒不能是负数" in second[2]
    # A formula is defused, a number is not: a spreadsheet runs the one and shows the other.
    assert second[3:] == ["2", "传真", "昨天", "-5", "'=1+1"]
    assert third[3:] == ["3", "传真", "2025-06-01 09:00", "+8", '两行\n备注, "引号"']


def test_put_right_it_can_be_read_again(tmp_path: Path) -> None:
    data = load(exported(tmp_path / "data", *ROWS))
    (path,) = write_quarantine(data, tmp_path / "out")
    text = path.read_text("utf-8-sig")
    text = text.replace(",传真,", ",电话,").replace("昨天,-5", "2025-06-02 09:00,5")
    (tmp_path / "again").mkdir()
    (tmp_path / "again/工单.csv").write_text(text, "utf-8")
    assert load(tmp_path / "again").contacts["contact_id"].tolist() == ["2", "3"]


def test_nothing_wrong_nothing_written(tmp_path: Path) -> None:
    data = load(exported(tmp_path / "data", ROWS[0]))
    assert write_quarantine(data, tmp_path / "out") == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("folder", ["", None])
def test_nowhere_to_write_to(folder: str | None, tmp_path: Path) -> None:
    assert write_quarantine(load(exported(tmp_path / "data", *ROWS)), folder) == []


def test_what_is_no_longer_wrong_is_removed_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_quarantine(load(exported(tmp_path / "data", *ROWS)), out)
    (out / "mine.csv").write_text("mine")
    write_quarantine(load(exported(tmp_path / "data", ROWS[0])), out)
    assert [path.name for path in out.iterdir()] == ["mine.csv"]


def test_one_file_per_table(tmp_path: Path) -> None:
    day = "2025-06-01 09:00"
    contacts = {"contact_id": ["1", "2"], "channel": ["phone", "fax"], "created_at": day}
    inspections = {"contact_id": ["1", "9"], "item": "wording", "result": "pass"}
    tables = {"contacts": pd.DataFrame(contacts), "inspections": pd.DataFrame(inspections)}
    written = write_quarantine(Dataset.from_frames(tables), tmp_path)
    names = ["quarantined_contacts.csv", "quarantined_inspections.csv"]
    assert [path.name for path in written] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert read(written[1])[1][2:4] == ["服务单号不在可用的服务记录里", "9"]


def test_headers_like_ours_keep_their_names(tmp_path: Path) -> None:
    contacts = pd.DataFrame(
        {"contact_id": ["1"], "channel": ["fax"], "created_at": ["2025-06-01"], "行": ["=x"]}
    )
    data = Dataset.from_frames({"contacts": contacts})
    (path,) = write_quarantine(data, tmp_path)
    head, row = read(path)
    assert head == ["文件", "csqa 行", "隔离原因", "contact_id", "channel", "created_at", "行"]
    assert row[-1] == "'=x"


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    data = load(exported(tmp_path / "data", *ROWS))
    written = [write_quarantine(data, tmp_path / name)[0].read_bytes() for name in "ab"]
    assert written[0] == written[1]


def test_the_folder_of_the_data_is_refused(tmp_path: Path) -> None:
    exported(tmp_path / "data")
    with pytest.raises(RuleError, match="就是数据所在的文件夹"):
        check_place(tmp_path / "data/../data", tmp_path / "data")
    with pytest.raises(RuleError, match="应为文件夹，但那里已有同名文件"):
        check_place(tmp_path / "data/工单.csv", tmp_path / "data")
    check_place(tmp_path / "elsewhere", tmp_path / "data")
    check_place(None, tmp_path / "data")


@given(st.text())
def test_a_cell_is_as_it_came_or_has_an_apostrophe(text: str) -> None:
    assert defuse_cell(text) in (text, "'" + text)


@given(st.sampled_from("=+-@\t\r\n＝＋－＠"), st.text(alphabet="ab(!,|", min_size=1))
def test_what_would_run_isdefuse_celld(start: str, rest: str) -> None:
    assert defuse_cell(start + rest) == "'" + start + rest


@pytest.mark.parametrize("number", ["-5", "+8", "-1,234.50", "+1e6", "-12%", "-.5"])
def test_a_number_is_as_it_came(number: str) -> None:
    assert defuse_cell(number) == number


def test_a_column_of_the_export_may_be_called_reason(tmp_path: Path) -> None:
    disputes = pd.DataFrame({"dispute_id": ["D1"], "contact_id": ["nobody"], "item": ["语气"]})
    disputes = disputes.assign(filed_at="2025-06-05", reason="判重了")
    people = pd.DataFrame({"contact_id": ["C1"], "channel": "online"})
    people["created_at"] = "2025-06-02 09:00:00"
    data = load({"contacts": people, "disputes": disputes})
    (path,) = write_quarantine(data, tmp_path)
    (row,) = pd.read_csv(path, dtype="str").to_dict("records")
    assert row["reason"] == "判重了"
    assert list(row)[:3] == ["文件", "行", "隔离原因"]
    assert row["隔离原因"]
