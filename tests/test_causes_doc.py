"""Every block of docs/causes.md works as a reader would use it, and every field is explained."""

import re
from pathlib import Path

import pandas as pd
import pytest

import csqa
from csqa.cli import main
from csqa.rules.fishbone import FISHBONE_KEYS
from csqa.rules.fishbone_fields import FACTS
from csqa.rules.fishbone_reader import CAUSE_KEYS

MANUAL = (Path(__file__).parents[1] / "docs" / "causes.md").read_text("utf-8")
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL).findall(MANUAL)
FILES = [text for language, text in BLOCKS if language == "yaml"]


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_each_file_can_be_read_and_its_examples_pass(text, tmp_path, capsys):
    path = tmp_path / "fishbone.yml"
    path.write_text(text, encoding="utf-8")
    assert main(["causes", "check", str(path)]) == 0
    assert "例子全部通过" in capsys.readouterr().out


def test_a_supervisors_cause_is_found_in_the_cases(tmp_path):
    path = tmp_path / "fishbone.yml"
    path.write_text(FILES[0], encoding="utf-8")
    texts = pd.DataFrame({"case_id": ["A", "B"], "text": ["晚上嗡嗡响睡不着", "外机没有噪音"]})
    cases = csqa.tag_causes(texts, csqa.read_fishbone(path))
    assert cases["cause"].tolist() == ["noisy_outdoor_unit", "unclassified"]


def test_additions_and_dates_hold_as_told(tmp_path):
    path = tmp_path / "fishbone.yml"
    path.write_text(FILES[1], encoding="utf-8")
    longer = csqa.read_fishbone(path)
    assert "peak_season" not in longer.ids
    assert longer.cause("charges").keywords[-1] == "开锁费被坑"
    path.write_text(FILES[2], encoding="utf-8")
    before, after = csqa.read_fishbone(path).versions("lock_failure")
    assert (len(before.facts), len(after.facts), after.version) == (1, 0, "2025-10-01")


def test_every_field_and_fact_is_explained():
    rows = re.findall(r"^\| `(\w+)` \|", MANUAL, re.MULTILINE)
    assert sorted(rows) == sorted(CAUSE_KEYS)
    assert all(f"`{key}" in MANUAL for key in (*FISHBONE_KEYS, *FACTS))


def test_the_python_of_the_manual_runs():
    (text,) = [text for language, text in BLOCKS if language == "python"]
    names = {}
    exec(text.replace('csqa.read_fishbone("fishbone.yml")', ""), names)
    assert names["causes"]["cause"].tolist() == ["charges", "unclassified"]


def test_every_command_of_the_manual_is_one(capsys):
    (text,) = [text for language, text in BLOCKS if language == "bash"]
    for action in re.findall(r"csqa causes (\w+)", text):
        assert main(["causes", action, "--help"]) == 0
    assert "原因" in capsys.readouterr().out
