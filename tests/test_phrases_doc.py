"""Every block of docs/phrases.md works as a reader would use it, and every field is explained."""

import re
from pathlib import Path

import pytest

import csqa
from csqa.cli import main
from csqa.rules.phrase_reader import RULE_KEYS
from csqa.rules.phrases import PHRASE_KEYS

MANUAL = (Path(__file__).parents[1] / "docs" / "phrases.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(MANUAL)
FILES = [text for language, text in BLOCKS if language == "yaml"]


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_each_file_can_be_read_and_its_rules_have_examples(text, tmp_path, capsys):
    path = tmp_path / "phrases.yml"
    path.write_text(text, encoding="utf-8")
    own = [rule for rule in csqa.read_phrases(path).rules if f"id: {rule.id}\n" in text]
    assert own
    assert all(rule.examples.hit and rule.examples.miss for rule in own)
    assert main(["phrases", "check", str(path)]) == 0
    assert "例子全部通过" in capsys.readouterr().out


def test_dated_versions_hold_as_told(tmp_path):
    (text,) = [one for one in FILES if "effective_from" in one]
    path = tmp_path / "phrases.yml"
    path.write_text(text, encoding="utf-8")
    phrases = csqa.read_phrases(path)
    assert [(rule.version, rule.most) for rule in phrases.versions("dear")] == [("1", 3), ("2", 1)]
    assert "first_reply_follow_up" not in phrases.ids
    assert phrases.rule("closing").within.messages == 6


def test_every_field_is_explained():
    rows = re.findall(r"^\| `(\w+)` \|", MANUAL, re.MULTILINE)
    assert sorted(rows) == sorted(RULE_KEYS)
    assert all(f"`{key}" in MANUAL for key in PHRASE_KEYS)


def test_the_python_of_the_manual_names_what_there_is():
    (text,) = [text for language, text in BLOCKS if language == "python"]
    for name in re.findall(r"csqa\.(\w+(?:\.\w+)?)\(", text):
        found = csqa
        for part in name.split("."):
            found = getattr(found, part)
        assert callable(found)


def test_every_command_of_the_manual_is_one(capsys):
    (text,) = [text for language, text in BLOCKS if language == "bash"]
    for action in re.findall(r"csqa phrases (\w+)", text):
        assert main(["phrases", action, "--help"]) == 0
    assert "话术规则" in capsys.readouterr().out
