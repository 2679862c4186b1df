"""`csqa sample`: from records to sheets, back to inspections, and when asked amiss."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import csqa
from csqa.cli import main
from csqa.engine.assignment_sheets import FIRST_ROW, SHEET
from csqa.show.sample_files import read_sample
from tests.test_sample import CONTACTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    CONTACTS.to_csv(tmp_path / "data" / "contacts.csv", index=False)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["sample", *map(str, words)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_draw_fill_read_audit(capsys, folder):
    """What a team does in a day."""
    data, out = folder / "data", folder / "out"
    code, told, _ = said(capsys, data, "--day", "2025-06-02", "--seed", 7, "--out", out)
    assert code == 0
    picked = read_sample(out / "sample.csv")
    assert f"120 条可抽，抽中待评 {len(picked)} 条" in told
    files = sorted(path.name for path in out.iterdir())
    assert files == ["sample.csv", "质检任务_2025-06-02_A.xlsx", "质检任务_2025-06-02_B.xlsx"]
    for name in files[1:]:
        book = openpyxl.load_workbook(out / name)
        book[SHEET]["B2"] = name[-6]
        for row in range(FIRST_ROW, book[SHEET].max_row + 1):
            book[SHEET].cell(row, 9).value = "合格"
        book.save(out / name)
    code, told, _ = said(capsys, "read", out, "--out", data / "质检记录.csv")
    assert code == 0
    loaded = csqa.load(str(data))
    assert set(loaded.inspections["contact_id"]) == set(picked["contact_id"])
    words = ["--day", "2025-06-02", "--sample", out / "sample.csv"]
    code, told, _ = said(capsys, "audit", data, *words, "--out", folder / "audit")
    assert code == 0
    assert "按渠道：" in told
    assert "与抽样名单相比" not in told
    assert len(list((folder / "audit").glob("audit_*.csv"))) == 5
    code, told, _ = said(capsys, data, "--day", "2025-06-02", "--seed", 7)
    assert "抽中待评 0 条" in told


def test_filled_sheets_are_not_overwritten(capsys, folder):
    words = [folder / "data", "--out", folder / "out"]
    assert said(capsys, *words)[0] == 0
    code, told, error = said(capsys, *words)
    assert (code, told.count("已写出")) == (2, 0)
    assert "可能已经填过" in error
    assert said(capsys, *words, "--replace")[0] == 0


def test_faults_of_sheets_are_named_and_the_rest_is_written(capsys, folder):
    rules = folder / "sampling.yml"
    rules.write_text("inspectors: [Li, Wu]\n", "utf-8")
    said(capsys, folder / "data", "--rules", rules, "--out", folder / "out")
    path = folder / "out" / "质检任务_Li.xlsx"
    book = openpyxl.load_workbook(path)
    book[SHEET].cell(FIRST_ROW, 9).value = "合格"
    book[SHEET].cell(FIRST_ROW + 1, 9).value = "差不多"
    book.save(path)
    code, told, _ = said(capsys, "read", path, "--out", folder / "judged.csv")
    assert code == 3
    assert (
        f"工作表“质检”第 {FIRST_ROW + 1} 行 质检结果：“差不多”，应为 合格、不合格 或 不适用" in told
    )
    assert len((folder / "judged.csv").read_text("utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["DATA", "--rate", "2"], 2, "`rate` 应为 0.001 到 1"),
        (["DATA", "--rate", "x"], 2, "参数 --rate 应为 0 到 1 之间的比例"),
        (["DATA", "--day", "2025-06"], 2, "--day 应为一天"),
        (["DATA", "--day", "2025-06-02", "--period", "2025-06"], 2, "只能给一个"),
        (["DATA", "--period", "June"], 2, "`period` 应形如"),
        (["DATA", "--period", "2031-01"], 3, "没有可以抽检的服务记录"),
        (["DATA", "--rules", "none.yml"], 2, "none.yml：没有这个文件"),
        (["DATA", "DATA"], 2, "只能给一处数据"),
        (["nowhere"], 3, "找不到 nowhere"),
        (["audit"], 2, "audit 后面要跟一处数据"),
        (["audit", "DATA"], 3, "既没有抽样，也没有质检记录"),
        (["audit", "DATA", "--sample", "none.csv"], 3, "读不到抽样名单"),
        (["read", "--out", "a.csv"], 2, "用法不对"),
        (["read", "none.xlsx", "--out", "a.csv"], 3, "没有这些文件"),
        (["read", "none.xlsx"], 2, "用法不对"),
        ([], 2, "缺少参数"),
    ],
)
def test_wrong_use_is_said_in_a_line(capsys, folder, words, code, told):
    given = [str(folder / "data") if word == "DATA" else word for word in words]
    found, _, error = said(capsys, *given)
    assert found == code
    assert told in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "没有这个文件。"), (b"", "或是空的。"), (b"\x00\xff", "或是空的。")],
)
def test_a_list_that_cannot_be_read_is_told_in_chinese(capsys, folder, content, told):
    path = folder / "list.csv"
    if content is not None:
        path.write_bytes(content)
    code, _, wrong = said(capsys, "audit", folder / "data", "--sample", path)
    assert code == 3
    assert wrong.endswith(f"{told}\n")
    assert "rrno" not in wrong
