import pandas as pd
import pytest

from csqa.engine.locate import locate
from tests.tables import sums

TEAM = {"unit_kind": "team", "unit": "在线组", "periods": ["2025-06"]}
TIMES = {"metric": "first_response_online", "direction": "at_most"}


def times(part: str, n: int, mean: float, *, column="peak", team="在线组", period="2025-06"):
    rows = sums(
        "first_response_online", [(period, part, n, n * mean, n * (mean**2 + 100))], unit=column
    )
    return rows.assign(team=team)


def test_the_part_that_is_worse_is_named_not_the_larger_one_that_is_better():
    # Of two parts each differs from the rest as much as the other.
    details = [pd.concat([times("peak", 50, 60), times("off_peak", 500, 20)])]
    found = locate(details, "seconds", **TEAM, **TIMES)
    assert found == {"part_kind": "peak", "parts": [("peak", 60.0)], "outside": 20.0}


def test_for_a_share_low_is_worse():
    rows = sums("csat", [("2025-06", "安装", 100, 60), ("2025-06", "发票", 300, 280)], unit="topic")
    found = locate(
        [rows],
        "share",
        unit_kind="all",
        unit="all",
        metric="csat",
        direction="at_least",
        periods=["2025-06"],
    )
    assert (found["parts"], round(found["outside"], 4)) == ([("安装", 0.6)], 0.9333)


def test_heaviest_of_several_parts_and_tables_is_named():
    peak = pd.concat([times("peak", 100, 40), times("off_peak", 100, 30)])
    topic = pd.concat(
        [times("安装", 100, 60, column="topic"), times("发票", 100, 10, column="topic")]
    )
    assert locate([peak, topic], "seconds", **TEAM, **TIMES)["parts"] == [("安装", 60.0)]


def test_every_part_that_is_surely_worse_than_what_is_left_is_named_heaviest_first():
    topic = pd.concat(
        [
            times("安装", 200, 60, column="topic"),
            times("维修", 100, 50, column="topic"),
            times("发票", 300, 10, column="topic"),
        ]
    )
    found = locate([topic], "seconds", **TEAM, **TIMES)
    assert found["parts"] == [("安装", 60.0), ("维修", 50.0)]
    assert found["outside"] == 10.0


@pytest.mark.parametrize(
    "parts",
    [
        [("peak", 9, 60), ("off_peak", 500, 20)],  # too few to tell
        [("peak", 100, 20.5), ("off_peak", 100, 20)],  # chance
        [("peak", 100, 60)],  # nothing beside it
        [("unknown", 100, 60), ("off_peak", 100, 20)],  # nobody can act on what was left blank
    ],
)
def test_nothing_is_named_without_proof(parts):
    found = locate([pd.concat([times(*part) for part in parts])], "seconds", **TEAM, **TIMES)
    assert (found["part_kind"], found["parts"]) == ("", [])


def test_only_the_unit_the_metric_and_the_periods_asked_for_count():
    rows = pd.concat(
        [
            times("peak", 100, 90, team="热线组"),
            times("peak", 100, 90, period="2025-05"),
            times("peak", 100, 90).assign(metric="first_response_phone"),
            times("peak", 100, 20),
            times("off_peak", 100, 20),
        ]
    )
    assert locate([rows], "seconds", **TEAM, **TIMES)["parts"] == []


def test_tables_not_split_by_the_unit_say_nothing_of_it():
    rows = pd.concat([times("peak", 100, 60), times("off_peak", 100, 20)]).drop(columns="team")
    assert locate([rows], "seconds", **TEAM, **TIMES)["parts"] == []
    assert locate([], "seconds", **TEAM, **TIMES)["parts"] == []
