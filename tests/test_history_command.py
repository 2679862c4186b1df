"""``csqa standard history``: each month by the standard then and by the newest one."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.cli import main
from csqa.history_command import describe_history
from csqa.rules.standard_reader import read_standard
from tests.tables import contacts, write

STANDARD = """
standards:
  - effective: 2025-01-01
    dimensions: {service: {zh: 服务, en: Service}}
    weights: {service: 1}
    metrics:
      speed:
        name: {zh: 响应时长, en: Response}
        dimension: service
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
      resolved:
        name: 解决率
        dimension: service
        measure: resolved
        target: {at_least: 0.5}
        deduct: proportional
  - effective: 2025-06-01
    metrics: {speed: {target: {at_most: 20}}}
"""


def answered(day: str, seconds: int) -> dict[str, object]:
    created = pd.Timestamp(f"{day} 09:00:00")
    return {
        "created_at": str(created),
        "first_response_at": str(created + pd.Timedelta(seconds=seconds)),
        "resolved": True,
    }


@pytest.fixture
def compared(tmp_path):
    """Ten contacts a month, all answered in 30 s: on target in May, 10 s over it in June."""
    rows = [answered(f"2025-0{month}-{day:02}", 30) for month in (5, 6) for day in range(1, 11)]
    standard = read_standard(write(tmp_path, STANDARD))
    return csqa.restate(contacts(*rows), standard, as_if=standard.restated()), standard


def test_months_before_the_change_keep_their_target_and_are_restated_beside_it(compared):
    table, standard = compared
    told = [line.rstrip() for line in describe_history(table, standard)]
    assert told[:2] == ["最新一版自 2025-06-01 起生效。", ""]
    assert told[2] == "响应时长"
    may, june = (line.split() for line in told[4:6])
    partial = "（不完整）"
    assert [text.removesuffix(partial) for text in may] == [
        "2025-05", "30.0", "秒", "≤", "30", "秒", "100.0", "≤", "20", "秒", "90.0",
    ]  # fmt: skip
    assert [text.removesuffix(partial) for text in june] == [
        "2025-06", "30.0", "秒", "≤", "20", "秒", "90.0", "≤", "20", "秒", "90.0",
    ]  # fmt: skip


def test_a_metric_without_a_difference_is_left_out_unless_it_is_asked_for(compared):
    table, standard = compared
    assert "解决率" not in "".join(describe_history(table, standard))
    told = list(describe_history(table, standard, metric="resolved"))
    assert told[2] == "解决率"
    assert "综合得分" not in "".join(told)


def test_the_composite_has_neither_value_nor_target(compared):
    table, standard = compared
    told = list(describe_history(table, standard))
    start = told.index("综合得分")
    assert told[start + 1].split() == ["月份", "当时得分", "重算得分"]
    assert told[start + 2].split()[1:] == ["100.0", "95.0"]


def starts(line: str) -> list[int]:
    """Places of a terminal where the cells of a line begin."""
    return [
        len(line[: cell.start()].encode("gb18030")) for cell in re.finditer(r"\S+(?: \S+)*", line)
    ]


@pytest.mark.parametrize(("language", "name"), [("zh", "响应时长"), ("en", "Response")])
def test_columns_stand_below_one_another_in_either_language(compared, language, name):
    table, standard = compared
    told = list(describe_history(table, standard, language=language))
    block = [line.replace("≤", "=") for line in told[3 : told.index("", 3)]]
    assert told[2] == name
    assert len(block) == 3
    assert len(starts(block[0])) == 6
    assert all(starts(line) == starts(block[0]) for line in block)


def test_only_the_last_months_are_told(compared):
    table, standard = compared
    told = "\n".join(describe_history(table, standard, months=1, metric="speed"))
    assert "2025-06" in told
    assert "2025-05" not in told.replace("2025-06-01", "")


def test_one_version_makes_no_difference(compared):
    table, standard = compared
    same = table.assign(changed=np.False_)
    assert list(describe_history(same, standard)) == ["新旧标准没有差别。"]
    assert list(describe_history(same, standard, language="en")) == ["Both standards say the same."]


def test_the_command_reads_files_and_refuses_what_is_unknown(tmp_path, capsys):
    rows = [answered(f"2025-06-{day:02}", 30) for day in range(1, 11)]
    contacts(*rows).to_csv(tmp_path / "contacts.csv", index=False)
    standard = str(write(tmp_path, STANDARD))
    data = str(tmp_path / "contacts.csv")
    assert main(["standard", "history", data, "--standard", standard, "--metric", "speed"]) == 0
    assert "2025-06" in capsys.readouterr().out
    assert main(["standard", "history", data, "--standard", standard, "--metric", "sped"]) == 2
    assert "`metric` 应为 speed, resolved 之一" in capsys.readouterr().err
    assert main(["standard", "history", data, "--until", "2025-13"]) == 2
    assert "2025-13" in capsys.readouterr().err
