"""`csqa causes`: a file is checked, tried on a few words, its causes listed."""

import io
import json

import pytest

import csqa
from csqa.cli import main
from tests.tables import write

RULES = """
causes:
- {id: dust, bone: product, name: {zh: 积灰, en: Dust}, keywords: [灰太多], measures: 出厂前除尘,
   facts: {departments: {at_least: 3}, repeated: true, topic: [清洁], confidence: 0.6}}
- {id: dust, effective_from: 2025-07-01, keywords: [灰太多, 积灰]}
"""


def said(capsys, *words):
    code = main(["causes", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_file_is_checked(capsys, tmp_path):
    code, told, _ = said(capsys, "check", str(write(tmp_path, RULES, "f.yml")))
    assert code == 0
    assert told.splitlines() == [
        "原因规则可用：1 个原因，例子全部通过。",
        "产品 product",
        "  dust 积灰：2 个词 1 条事实，版本 2025-07-01，例子 0 中 0 不中",
        "  2025-07-01 起，dust 改为版本 2025-07-01。",
    ]


def test_the_shipped_causes_pass(capsys):
    code, told, _ = said(capsys, "check")
    assert (code, told.splitlines()[0]) == (0, "原因规则可用：27 个原因，例子全部通过。")


def test_faults_are_told_with_their_lines(capsys, tmp_path):
    path = write(tmp_path, "causes:\n- id: a\n  bone: product\n  any: '(x+)+y'\n", "f.yml")
    code, _, wrong = said(capsys, "check", str(path))
    assert code == 2
    assert "第 4 行 causes[0].any[0]：'(x+)+y' 重复里套着重复" in wrong


def test_words_are_tried_and_shown_masked(capsys, tmp_path):
    path = str(write(tmp_path, RULES, "f.yml"))
    code, told, _ = said(capsys, "try", "--fishbone", path, "灰太多，打 13812345678", "很干净")
    assert code == 0
    assert told.splitlines() == [
        "灰太多，打 [手机1]",
        "    产品 › 积灰：【灰太多】（dust.keywords，可信度 0.8）",
        "很干净",
        "    未归类",
    ]


def test_texts_are_read_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("客服踢皮球\n\n好的\n"))
    code, told, _ = said(capsys, "try")
    assert code == 0
    assert told.splitlines()[1::2] == [
        "    流程 › 推诿转手：【踢皮球】（handover.keywords，可信度 0.9）",
        "    未归类",
    ]


def test_one_cause_is_listed_whole(capsys, tmp_path):
    path = str(write(tmp_path, RULES, "f.yml"))
    code, told, _ = said(capsys, "list", "dust", "--fishbone", path)
    assert code == 0
    assert told.splitlines() == [
        "dust 积灰 / Dust，属于产品",
        "  词：灰太多、积灰",
        "  事实：departments 至少 3，且 repeated 为 是，且 topic 是 清洁（可信度 0.6）",
        "  措施 1：出厂前除尘",
        "  应命中的例子：无",
    ]


def test_all_causes_are_listed(capsys):
    code, told, _ = said(capsys, "list")
    assert code == 0
    assert "  charges 收费争议：" in told


def test_a_cause_that_there_is_not_is_told(capsys):
    code, _, wrong = said(capsys, "list", "nobody")
    assert code == 2
    assert "`cause` 应为" in wrong


def test_the_schema_is_printed(capsys):
    code, told, _ = said(capsys, "schema")
    assert (code, json.loads(told)["title"]) == (0, "csqa fishbone")


@pytest.mark.parametrize("action", ["check", "try", "list", "schema"])
def test_each_command_explains_itself(capsys, action):
    code, told, _ = said(capsys, action, "--help")
    assert (code, "原因" in told) == (0, True)


def test_alone_it_shows_its_commands(capsys):
    code, told, _ = said(capsys)
    assert code == 2
    assert "try" in told


class TestAudit:
    def test_a_sheet_is_written_and_never_overwritten(self, tmp_path, capsys):
        place = tmp_path / "归因复核.csv"
        asked = ["causes", "audit", str(csqa.bundled("sample")), "--period", "2025-06"]
        asked += ["--size", "7", "--out", str(place)]
        assert main(asked) == 0
        assert "抽出 7 例" in capsys.readouterr().out
        read = csqa.read_audit(place)
        assert len(read) == 7
        assert read["audited"].isna().all()
        assert main(asked) == 2
        assert "已经有了" in capsys.readouterr().err
        assert main([*asked, "--replace"]) == 0

    def test_wrong_names_and_numbers(self, tmp_path, capsys):
        asked = ["causes", "audit", str(csqa.bundled("sample")), "--period", "2025-06"]
        assert main([*asked, "--out", str(tmp_path / "a.txt")]) == 2
        assert ".xlsx 或 .csv" in capsys.readouterr().err
        assert main([*asked, "--size", "0", "--out", str(tmp_path / "a.csv")]) == 2
        assert "`size` 应为正整数" in capsys.readouterr().err
