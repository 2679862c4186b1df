"""`csqa phrases`: a file is checked, tried on one's own messages, its schema printed."""

import json
from pathlib import Path

import pandas as pd
import pytest

from csqa.cli import main
from tests.tables import contacts, write

RULES = """
rules:
- id: plain
  name: 没办法
  any: 没办法
  examples: {hit: [没办法], miss: [有办法]}
- id: later
  any: x
- {id: later, effective_from: 2025-07-01, any: y}
- {id: plain, effective_from: 2026-01-01, retired: true}
"""


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["phrases", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    rows = [
        ("C1", 1, "客户", "在吗"),
        ("C1", 2, "客服", "真的没办法，打 13812345678 问问"),
        ("C2", 1, "客服", "您好"),
    ]
    folder = tmp_path / "data"
    folder.mkdir()
    columns = ["contact_id", "seq", "sender", "text"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "messages.csv", index=False)
    contacts({}, {}).to_csv(folder / "contacts.csv", index=False)
    return folder


def test_a_file_is_checked(capsys, tmp_path):
    code, told, _ = said(capsys, "check", str(write(tmp_path, RULES, "p.yml")))
    assert code == 0
    assert told.splitlines() == [
        "话术规则可用：1 条，例子全部通过。",
        "  later later：禁用，轻微，版本 2025-07-01，例子 0 中 0 不中",
        "  2026-01-01 起，plain 停用。",
        "  2025-07-01 起，later 改为版本 2025-07-01。",
    ]


def test_the_shipped_rules_pass(capsys):
    code, told, _ = said(capsys, "check")
    assert (code, told.splitlines()[0]) == (0, "话术规则可用：15 条，例子全部通过。")


def test_faults_are_told_with_their_lines(capsys, tmp_path):
    path = write(tmp_path, "rules:\n- id: a\n  any: '(x+)+y'\n", "p.yml")
    code, _, wrong = said(capsys, "check", str(path))
    assert code == 2
    assert "第 3 行 rules[0].any[0]：'(x+)+y' 重复里套着重复" in wrong


def test_rules_are_tried_on_own_messages_and_examples_are_masked(capsys, tmp_path, messages):
    rules = "rules:\n- {id: plain, name: 没办法, any: 没办法}\n- {id: none, any: 从不}\n"
    path = write(tmp_path, rules, "p.yml")
    code, told, _ = said(capsys, "try", str(path), str(messages))
    assert code == 0
    assert told.splitlines() == [
        "plain 没办法：1 / 2 个会话命中，每百次会话 50.0",
        "    真的【没办法】，打 [手机1] 问问",
        "none none：0 / 2 个会话命中，每百次会话 0.0",
    ]


def test_a_number_sent_in_two_messages_is_masked_too(capsys, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    rows = [("C1", 1, "客服", "没办法，您打 1381234"), ("C1", 2, "客服", "5678")]
    columns = ["contact_id", "seq", "sender", "text"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "messages.csv", index=False)
    contacts({}).to_csv(folder / "contacts.csv", index=False)
    path = write(tmp_path, "rules:\n- {id: plain, any: 没办法}\n", "p.yml")
    code, told, _ = said(capsys, "try", str(path), str(folder))
    assert (code, told.splitlines()[1]) == (0, "    【没办法】，您打 [手机1]")


@pytest.mark.parametrize(("asked", "lines"), [("0", 1), ("-2", 1), ("1", 2)])
def test_as_many_examples_are_shown_as_asked_for(capsys, messages, asked, lines):
    words = ["try", "shipped", str(messages), "--rule", "refusal", "--examples", asked]
    code, told, _ = said(capsys, *words)
    assert (code, len(told.splitlines())) == (0, lines)
    assert "1381" not in told


def test_a_rule_that_there_is_not_is_told(capsys, messages):
    code, _, wrong = said(capsys, "try", "shipped", str(messages), "--rule", "nobody")
    assert code == 2
    assert "`rule` 应为" in wrong


def test_the_schema_is_printed(capsys):
    code, told, _ = said(capsys, "schema")
    assert code == 0
    assert json.loads(told)["title"] == "csqa phrases"


def test_alone_it_shows_its_commands(capsys):
    code, told, _ = said(capsys)
    assert code == 2
    assert "check" in told
    assert "try" in told
