"""The process file: versions, limits, spellings; every fault at once, with its line."""

import datetime as dt
from pathlib import Path

import pytest

from csqa.errors import RuleError
from csqa.rules.files import DEFAULTS
from csqa.rules.process import read_process
from tests.tables import write


def test_the_shipped_process_is_the_six_nodes_with_three_urgencies() -> None:
    version = read_process().versions[-1]
    assert [node.name() for node in version.nodes] == [
        "接诉",
        "记录",
        "分类",
        "处理",
        "反馈",
        "归档",
    ]
    assert all(node.owner("zh") and node.owner("en") for node in version.nodes)
    handled = version.node("handled")
    assert handled is not None
    limits = [handled.limit_hours(one) for one in ("urgent", "high", "normal", "low", None)]
    assert limits == [2, 8, 24, 24, 24]
    assert [node.key for node in version.nodes if node.closes] == ["archived"]


def test_a_later_version_says_only_what_changes(tmp_path: Path) -> None:
    text = """
processes:
  - effective: 2025-01-01
    warn_share: 0.5
    nodes:
      a: {name: 甲, owner: 一组, limit_hours: 4}
      b: {name: {zh: 乙, en: B}, hours: calendar}
  - effective: 2025-07-01
    hours: business
    nodes:
      a: {limit_hours: {urgent: 1}}
      c: {paused: true}
"""
    process = read_process(write(tmp_path, text, "process.yml"))
    then, now = process.at(dt.date(2025, 6, 30)), process.at(dt.date(2025, 7, 1))
    assert process.at(dt.date(2020, 1, 1)) == then
    assert [node.key for node in now.nodes] == ["a", "b", "c"]
    assert then.node("c") is None
    first, second, third = now.nodes
    assert (first.owner(), first.hours, second.hours, third.hours) == (
        "一组", "business", "calendar", "business",
    )  # fmt: skip
    assert (first.limit_hours("urgent"), first.limit_hours("low")) == (1, None)
    assert then.nodes[0].limit_hours(None) == 4
    assert now.warn_share == 0.5
    assert (second.name("en"), third.name("en"), third.paused) == ("B", "c", True)


def test_spellings_do_not_mind_case_width_and_spaces() -> None:
    spellings = read_process().versions[-1].spellings
    assert spellings["处理中"] == "handled"
    assert spellings["handled"] == "handled"


FAULTY = """processes:
  - effective: 2025-01-01
    hours: working
    warn_share: 2
    handover: both
    nodes:
      a: {name: 甲, limit_hours: {urgent: -1, urgnt: 3}, paused: 1}
      b: {name: 乙, aliases: [甲], hours: x}
      c: {aliases: [yes]}
  - effective: 2024-01-01
    nods: {}
"""


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="有 11 处不对") as caught:
        read_process(write(tmp_path, FAULTY, "process.yml"))
    told = str(caught.value)
    for line in (
        "第 3 行 processes[0].hours：应为 calendar、business 之一，而不是 'working'",
        "第 4 行 processes[0].warn_share：应大于 0、不大于 1，而不是 2",
        "第 5 行 processes[0].handover：应为 department、agent、either 之一，而不是 'both'",
        "不认识 'urgnt'，是不是 'urgent'？",
        "urgent 应为 0 以上、8784 以下的小时数，而不是 -1",
        "第 7 行 processes[0].nodes.a.paused：应为 true 或 false，而不是 1",
        "写法 '甲' 已经是节点 a 的",
        "第 8 行 processes[0].nodes.b.hours",
        "第 9 行 processes[0].nodes.c.aliases：应为文字的列表（数字、yes、no 等要加引号）",
        "2024-01-01 应晚于上一版的 2025-01-01",
        "第 11 行 processes[1]：不认识 'nods'，是不是 'nodes'？",
    ):
        assert line in told


def test_another_kind_of_file_is_told_as_what_it_is() -> None:
    with pytest.raises(RuleError, match="这是日历，不是流程"):
        read_process(DEFAULTS / "calendar.yml")


def test_an_empty_list_is_no_process(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="processes：应为列表"):
        read_process(write(tmp_path, "processes: []", "process.yml"))
    with pytest.raises(RuleError, match="应有 1 到 60 个节点"):
        read_process(write(tmp_path, "processes: [{effective: 2025-01-01}]", "process.yml"))
