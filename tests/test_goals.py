"""Goals of a standard: what each lacks to be SMART, and what is written wrongly."""

from __future__ import annotations

from datetime import date

import pytest

import csqa
from csqa.errors import RuleError
from csqa.goals import GOAL_COLUMNS, SMART
from csqa.rules.goals import Goal
from csqa.rules.standard_reader import read_standard
from tests.tables import write

STANDARD = """
standards:
  - effective: 2023-01-01
    weights: {service: 1}
    metrics:
      fcr:
        name: 一次解决率
        dimension: service
        measure: first_contact_resolution
        target: {at_least: 0.85}
        except: [{team: 新人组, target: {at_least: 0.75}, note: 培训期}]
        deduct: {points: 30, per: 0.07}
      speed:
        dimension: service
        measure: first_response_seconds
        target: {between: [10, 30]}
      praise: {dimension: service, measure: praise}
  - effective: 2025-07-01
    metrics:
      fcr: {target: {at_least: 0.90}, except: []}
goals:
"""
TODAY = date(2025, 6, 30)
GOOD = (
    "{metric: fcr, target: {at_least: 0.92}, by: 2025-12-31, from: {value: 0.8, date: 2025-06-30}}"
)


def check(folder, *goals, on=TODAY, language="zh"):
    text = STANDARD + "".join(f"  - {goal}\n" for goal in goals)
    return csqa.check_goals(read_standard(write(folder, text)), on=on, language=language)


def test_a_goal_is_read_as_it_is_written(tmp_path):
    text = GOOD.replace("}}", "}, unit: {team: 一组}, owner: 王, note: 知识库}")
    (goal,) = read_standard(write(tmp_path, f"{STANDARD}  - {text}\n")).goals
    assert goal == Goal(
        place="goals[0]",
        metric="fcr",
        direction="at_least",
        target=0.92,
        upper=None,
        by=date(2025, 12, 31),
        unit=(("team", "一组"),),
        start_value=0.8,
        start_day=date(2025, 6, 30),
        owner="王",
        note="知识库",
    )


def test_a_good_goal_has_no_fault(tmp_path):
    row = check(tmp_path, GOOD).iloc[0]
    assert (row["missing"], row["fault"], row["advice"]) == ("", "", "")
    assert (row["target"], row["start"], row["by"].date()) == (0.92, 0.8, date(2025, 12, 31))
    assert row["unit"] == "all"


def test_a_standard_without_goals_gives_an_empty_table_of_the_same_columns(tmp_path):
    empty, full = csqa.check_goals(), check(tmp_path, GOOD)
    assert list(empty.columns) == list(full.columns) == list(GOAL_COLUMNS)
    assert len(empty) == 0
    assert (empty.dtypes == full.dtypes).loc[["target", "by", "start_date"]].all()


@pytest.mark.parametrize(
    ("goal", "missing", "fault", "told"),
    [
        ("{}", "specific measurable attainable time_bound", "no_metric no_target no_start no_date",
         "没有期限：写 by: 2025-12-31。"),
        ("{metric: fcrr, target: {at_least: 0.9}, from: {value: 0.8}, by: 2025-12-31}",
         "specific", "unknown_metric", "标准里没有指标 'fcrr'，是不是 fcr？"),
        ("{metric: fcr, from: {value: 0.8}, by: 2025-12-31}",
         "measurable", "no_target", "写 target: {at_least: 0.9}。"),
        ("{metric: fcr, target: {at_most: 0.92}, from: {value: 0.95}, by: 2025-12-31}",
         "measurable", "wrong_direction", "该指标的目标是 at_least，这里写的是 at_most。"),
        ("{metric: fcr, target: {at_least: 92}, from: {value: 0.8}, by: 2025-12-31}",
         "measurable", "out_of_range", "90% 写 0.90"),
        ("{metric: fcr, target: {at_least: 0.92}, by: 2025-12-31}",
         "attainable", "no_start", "写 from: {value: 现在的值"),
        ("{metric: fcr, target: {at_least: 0.92}, from: {value: 0.93}, by: 2025-12-31}",
         "attainable", "already_met", "起点 93% 已经达到目标"),
        ("{metric: fcr, target: {at_least: 0.86}, from: {value: 0.8}, by: 2025-12-31}",
         "relevant", "looser", "比到期时生效的标准（≥ 90%）宽"),
        ("{metric: speed, target: {between: [5, 30]}, from: {value: 50}, by: 2025-12-31}",
         "relevant", "looser", "（10–30 秒）宽"),
        ("{metric: fcr, target: {at_least: 0.92}, from: {value: 0.8}, by: 2025-06-29}",
         "time_bound", "past", "期限 2025-06-29 已过（今天 2025-06-30）"),
        ("{metric: fcr, target: {at_least: 0.92}, from: {value: 0.8, date: 2025-12-31},"
         " by: 2025-12-31}", "time_bound", "before_start", "不晚于起点 2025-12-31"),
    ],
)  # fmt: skip
def test_what_a_goal_lacks_is_told_with_what_to_write(tmp_path, goal, missing, fault, told):
    row = check(tmp_path, goal).iloc[0]
    assert (row["missing"], row["fault"]) == (missing, fault)
    assert told in row["advice"]


@pytest.mark.parametrize(
    "goal",
    [
        "{metric: fcr, target: {at_least: 0.86}, from: {value: 0.8}, by: 2025-06-30}",
        "{metric: fcr, target: {at_least: 0.90}, from: {value: 0.8}, by: 2025-12-31}",
        "{metric: fcr, target: {at_least: 0.76}, from: {value: 0.7}, by: 2025-06-30,"
        " unit: {team: 新人组}}",
        "{metric: praise, target: {at_least: 0.05}, from: {value: 0.01}, by: 2025-12-31}",
        "{metric: speed, target: {between: [15, 25]}, from: {value: 28}, by: 2025-12-31}",
    ],
)
def test_a_goal_is_held_against_the_line_in_force_when_it_is_due(tmp_path, goal):
    row = check(tmp_path, goal).iloc[0]
    assert row["fault"] in ("", "already_met")
    assert "looser" not in row["fault"]


def test_the_same_goal_twice_names_the_first(tmp_path):
    other = GOOD.replace("by: 2025-12-31", "by: 2026-03-31")
    team = GOOD.replace("{metric", "{unit: {team: 一组}, metric")
    found = check(tmp_path, GOOD, other, team, GOOD.replace("0.92", "0.95"))
    assert found["fault"].tolist() == ["", "", "", "repeated"]
    assert "与 goals[0] 的指标、对象和期限都相同" in found["advice"].iloc[3]


def test_without_a_day_no_goal_is_past(tmp_path):
    old = GOOD.replace("2025-12-31", "2025-07-01")
    assert check(tmp_path, old, on=None)["fault"].tolist() == [""]
    assert check(tmp_path, old, on=date(2025, 7, 2))["fault"].tolist() == ["past"]
    assert check(tmp_path, old, on=date(2025, 7, 1))["fault"].tolist() == [""]


def test_advice_is_given_in_english(tmp_path):
    row = check(tmp_path, "{metric: fcr}", language="en").iloc[0]
    assert row["advice"].startswith("No value: write target: {at_least: 0.9}. No start")
    assert set(row["missing"].split()) <= set(SMART)


def test_what_is_written_wrongly_is_refused_all_at_once_with_lines(tmp_path):
    goals = """\
  - {metric: 7, target: 0.9, by: soon}
  - {metrik: fcr, unit: {team: 9, channel: fone, peak: true}}
  - {metric: fcr, from: {value: many, day: 2025-06-30}, target: {between: [3, 1]}}
  - fcr
"""
    with pytest.raises(RuleError, match="处不对") as caught:
        read_standard(write(tmp_path, STANDARD + goals))
    first = STANDARD.count("\n") + 1
    places = [told.split("：")[0] for told in str(caught.value).split("\n  - ")[1:]]
    assert places == [
        f"第 {first} 行 goals[0].target",
        f"第 {first} 行 goals[0].metric",
        f"第 {first} 行 goals[0].by",
        f"第 {first + 1} 行 goals[1]",
        f"第 {first + 1} 行 goals[1].unit",
        f"第 {first + 1} 行 goals[1].unit.channel",
        f"第 {first + 1} 行 goals[1].unit.team",
        f"第 {first + 2} 行 goals[2].target",
        f"第 {first + 2} 行 goals[2].from",
        f"第 {first + 2} 行 goals[2].from.value",
        f"第 {first + 3} 行 goals[3]",
    ]


def test_goals_must_be_a_list(tmp_path):
    with pytest.raises(RuleError, match="goals：应为一个列表，每项写 metric、target、by"):
        read_standard(write(tmp_path, f"{STANDARD.rstrip()} {GOOD}\n"))
