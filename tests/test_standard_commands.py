"""``csqa standard``: what it prints, what it refuses, and with which exit code."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from csqa.cli import main
from csqa.rules.calendar import read_calendar
from csqa.rules.files import DEFAULTS
from csqa.rules.inspection import read_form
from csqa.rules.mapping import read_mapping
from csqa.rules.standard_reader import read_standard
from csqa.show.rule_files import (
    describe_calendar,
    describe_form,
    describe_mapping,
    describe_standard,
)
from csqa.workspace import make_workspace
from tests.tables import write

TWO = """
standards:
  - effective: 2023-01-01
    dimensions: {service: {zh: 服务, en: Service}}
    weights: {service: 1}
    metrics:
      fcr:
        name: 一次解决率
        dimension: service
        measure: first_contact_resolution
        target: {at_least: 0.85}
        deduct: {points: 30, per: 0.07}
        except: [{channel: phone, peak: true, target: {at_least: 0.8}, note: 高峰放宽}]
      length: {name: 处理时长, dimension: service, measure: handle_seconds,
        target: {between: [60, 600]}, weight: 2}
      praise: {name: 表扬率, dimension: service, measure: praise, bonus: {points: 1, per: 0.01}}
      reopened: {name: 重开率, dimension: service, measure: reopened}
  - effective: 2025-07-01
    metrics: {fcr: {target: {at_least: 0.90}}}
  - effective: 2025-10-01
    metrics: {}
goals:
  - {metric: fcr, target: {at_least: 0.92}, by: 2025-12-31, from: {value: 0.8}, unit: {team: 一组}}
  - {metric: fcrr}
"""


def test_a_standard_is_told_in_short(tmp_path):
    standard = read_standard(write(tmp_path, TWO))
    assert list(describe_standard(standard, date(2025, 6, 30))) == [
        "标准可用：3 个版本，4 项指标。",
        "自 2023-01-01 起，权重 服务 100%：",
        "  一次解决率：≥ 85%；电话、高峰时段 ≥ 80%",
        "  处理时长：1–10 分钟（达标与否，不计分）；维度内权重 2",
        "  表扬率：只加分；加分：每 0.01 加 1 分",
        "  重开率：只监控，不计分",
        "自 2025-07-01 起，变化的是：",
        "  一次解决率：≥ 85%；电话、高峰时段 ≥ 80% → ≥ 90%；电话、高峰时段 ≥ 80%",
        "自 2025-10-01 起，变化的是：",
        "  （没有变化）",
        "现行标准里的放宽，共 1 处：",
        "  一次解决率，电话、高峰时段：≥ 90% 放宽到 ≥ 80%（高峰放宽）",
        "目标，共 2 个：",
        "  goals[0] 一次解决率（team=一组）：≥ 92%，到 2025-12-31",
        "  goals[1] fcrr：–",
        "    还不完整：标准里没有指标 'fcrr'，是不是 fcr？没有目标值：写 target: {at_least: 0.9}。"
        "没有起点，看不出够不够得着：写 from: {value: 现在的值, date: 2025-06-30}。"
        "没有期限：写 by: 2025-12-31。",
    ]


def test_goals_are_told_with_their_lines(tmp_path, capsys):
    assert main(["standard", "check", str(write(tmp_path, TWO))]) == 0
    told = capsys.readouterr().out
    line = TWO[: TWO.index("- {metric: fcrr}")].count("\n") + 1
    assert f"  第 {line} 行 goals[1] fcrr：–\n" in told


def test_a_calendar_is_told_in_short(tmp_path):
    text = "peak_hours: []\nhours: {default: {mon-fri: ['09:00-18:00'], sat-sun: []}}\n"
    calendar = read_calendar(write(tmp_path, text, "calendar.yml"))
    told = list(describe_calendar(calendar))
    assert told[:3] == [
        "日历可用。",
        "高峰时段：没有",
        "各渠道：周一至周五 09:00-18:00，周六、周日 不营业，节假日休息",
    ]
    assert told[3].startswith("节假日：20")


def test_a_mapping_and_a_form_are_told_in_short():
    told = list(describe_mapping(read_mapping({"tables": {"contacts": {}, "messages": {}}})))
    assert told[0] == "映射可用：2 张表。"
    assert told[2:] == ["  服务记录：按表头认", "  会话消息：按表头认"]
    assert list(describe_form(read_form()))[1] == "  用语规范：权重 1"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (DEFAULTS / "calendar.yml", "日历"),
        (DEFAULTS / "mappings" / "zendesk.yml", "映射"),
        (DEFAULTS / "inspection.yml", "质检表"),
        (DEFAULTS / "review.yml", "复核设置"),
    ],
)
def test_another_rule_file_is_named_and_checked_as_what_it_is(path: Path, kind: str, capsys):
    assert main(["standard", "check", str(path)]) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == f"{path.name} 是{kind}，不是评分标准；按{kind}检查。"
    assert second.startswith(f"{kind}可用")


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("standard.yml", TWO.replace("at_least: 0.90", "at_leas: 1").replace("7-01", "7-1x"), 2),
        ("mapping.yml", "tables:\n  contacts: {columns: {taem: x}}\ntables: {}\n", 1),
        ("mapping.yml", "tables:\n  contacts: {columns: {taem: x}, ony: 1}\n", 2),
        ("calendar.yml", "peak_hours: [9]\nhours: {phone: 25h}\n", 3),
    ],
)
def test_every_fault_is_told_at_once_with_its_line(tmp_path, name, text, lines, capsys):
    assert main(["standard", "check", str(write(tmp_path, text, name))]) == 2
    printed = capsys.readouterr()
    told = printed.err.splitlines()
    assert told[0].startswith("csqa: ")
    assert f"有 {lines} 处" in told[0]
    numbers = [int(fault.split(" ")[4]) for fault in told[1:]]
    assert len(numbers) == lines
    assert numbers == sorted(numbers)
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("text", ["a: 1\n", "x: [1]\ny: {z: 2}\n"])
def test_a_file_of_no_kind_is_read_as_a_standard(tmp_path, text, capsys):
    assert main(["standard", "check", str(write(tmp_path, text))]) == 2
    assert "不认识" in capsys.readouterr().err


def test_names_that_steer_a_terminal_are_printed_harmless(tmp_path, capsys):
    text = TWO.replace("name: 一次解决率", 'name: "坏\\e[2J名"')
    assert main(["standard", "check", str(write(tmp_path, text))]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_without_an_action_the_help_is_shown(capsys):
    assert main(["standard"]) == 2
    told = capsys.readouterr().out
    assert all(action in told for action in ("show", "check", "schema"))
    assert main(["standard", "chekc"]) == 2
    assert "用法不对：参数 命令 不能是 'chekc'" in capsys.readouterr().err


def test_show_prints_the_file_as_it_is_written(tmp_path, capsys):
    path = write(tmp_path, TWO)
    assert main(["standard", "show", str(path)]) == 0
    assert capsys.readouterr().out == TWO
    assert main(["standard", "show"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# yaml-language-server: $schema=standard.schema.json\n")
    assert yaml.safe_load(shown)["standards"]


def test_a_workspace_has_the_schema_beside_its_standard(tmp_path):
    make_workspace(tmp_path / "qa")
    first = (tmp_path / "qa" / "standard.yml").read_text("utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (tmp_path / "qa" / named).read_text("utf-8") == (DEFAULTS / named).read_text("utf-8")
