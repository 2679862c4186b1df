"""Metrics that move apart: a warning about the metric, only if both moves are beyond chance."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from csqa.conflicts import find_conflicts
from csqa.errors import RuleError
from csqa.rules.pairs import Pair
from csqa.rules.standard_reader import read_standard
from tests.tables import months, sums

PERIOD = "2025-06"
STEADY, DROP = [0.9] * 12, [0.9] * 9 + [0.8] * 3


def response(values, n=500, unit=None) -> pd.DataFrame:
    periods = months(len(values))
    rows = [
        (p, *unit_of(unit), n, n * v, 1.4 * n * v**2) for p, v in zip(periods, values, strict=True)
    ]
    return sums("first_response_online", rows, unit=unit and "team")


def solved(values, n=500, unit=None) -> pd.DataFrame:
    periods = months(len(values))
    rows = [(p, *unit_of(unit), n, n * v) for p, v in zip(periods, values, strict=True)]
    return sums("first_contact_resolution", rows, unit=unit and "team")


def unit_of(unit):
    return (unit,) if unit else ()


FASTER = [40.0] * 9 + [25.0] * 3


def test_faster_and_less_solved_is_a_conflict_with_its_figures():
    found = find_conflicts(pd.concat([response(FASTER), solved(DROP)]), period=PERIOD)
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["unit"], row["verdict"]) == ("all", "conflict")
    assert (row["improved"], row["worsened"]) == (
        "first_response_online",
        "first_contact_resolution",
    )
    assert row["improved_change"] == pytest.approx(-15.0)
    assert row["worsened_change"] == pytest.approx(-0.1)
    assert row["worsened_upper"] < 0
    for told in ("整体", "40.0 秒", "25.0 秒", "90.0%", "80.0%", "不是对个人的评价"):
        assert told in row["warning"]


@pytest.mark.parametrize(
    ("speed", "solving"),
    [
        (FASTER, STEADY),  # the other does not move
        (FASTER, [0.8] * 9 + [0.9] * 3),  # both get better
        ([25.0] * 9 + [40.0] * 3, DROP),  # both get worse
        ([40.0] * 12, DROP),  # nothing was gained
    ],
)
def test_moves_that_are_not_apart_are_no_conflict(speed, solving):
    found = find_conflicts(pd.concat([response(speed), solved(solving)]), period=PERIOD)
    assert found["verdict"].tolist() == ["no_conflict"]
    assert found["warning"].tolist() == [""]


def test_a_series_that_always_jumps_has_to_jump_farther():
    jumpy = [0.95, 0.75, 0.93, 0.78, 0.96, 0.74, 0.94, 0.77, 0.95, 0.80, 0.79, 0.81]
    calm = pd.concat([response(FASTER), solved([0.86] * 9 + [0.80] * 3)])
    wild = pd.concat([response(FASTER), solved(jumpy)])
    assert find_conflicts(calm, period=PERIOD)["verdict"].tolist() == ["conflict"]
    assert find_conflicts(wild, period=PERIOD)["verdict"].tolist() == ["no_conflict"]


def test_too_few_records_and_partial_months_say_nothing():
    few = pd.concat([response(FASTER, n=8), solved(DROP, n=8)])
    assert find_conflicts(few, period=PERIOD)["verdict"].tolist() == ["too_few"]
    partial = pd.concat([response(FASTER), solved(DROP)])
    partial.loc[partial["period"] > "2025-03", "complete"] = False
    assert find_conflicts(partial, period=PERIOD)["verdict"].tolist() == ["too_few"]
    short = pd.concat([response([40.0] * 3), solved([0.9] * 3)])  # nothing before
    assert find_conflicts(short, period=PERIOD)["verdict"].tolist() == ["too_few"]


def test_a_team_is_looked_at_by_itself_and_agents_never():
    ill = pd.concat([response(FASTER, unit="甲组"), solved(DROP, unit="甲组")])
    well = pd.concat([response(FASTER, unit="乙组"), solved(STEADY, unit="乙组")])
    found = find_conflicts(pd.concat([ill, well]), period=PERIOD).set_index("unit")
    assert found["verdict"].to_dict() == {"甲组": "conflict", "乙组": "no_conflict"}
    assert found.index[0] == "甲组"
    with pytest.raises(RuleError, match="不点名到人"):
        find_conflicts(ill.rename(columns={"team": "agent_id"}), period=PERIOD)
    with pytest.raises(RuleError, match="没有 2025-07"):
        find_conflicts(ill, period="2025-07")


def test_pairs_are_the_standards_own_if_it_has_any():
    both = pd.concat([response(FASTER), solved(DROP)])
    shipped = read_standard()
    none = find_conflicts(both, replace(shipped, pairs=()), period=PERIOD)
    assert none.empty
    own = replace(shipped, pairs=(Pair("first_contact_resolution", ("first_response_online",)),))
    turned = find_conflicts(both, own, period=PERIOD)
    assert turned["improved"].tolist() == ["first_contact_resolution"]
    assert turned["verdict"].tolist() == ["no_conflict"]
    without = find_conflicts(both, replace(shipped, pairs=None), period=PERIOD)
    assert without["verdict"].tolist() == ["conflict"]


def test_steady_series_are_hardly_ever_in_conflict():
    """200 teams without any change, 8 months of 300 records; both moves would have to be."""
    rng, tables = np.random.default_rng(7), []
    for number in range(200):
        speed = rng.normal(40, 0.63 * 40 / np.sqrt(300), 8)
        right = rng.binomial(300, 0.88, 8) / 300
        tables += [response(speed, 300, f"T{number}"), solved(right, 300, f"T{number}")]
    found = find_conflicts(pd.concat(tables), period=PERIOD)
    assert found["verdict"].value_counts().to_dict() == {"no_conflict": 200}


def test_english_warnings_blame_nobody():
    both = pd.concat([response(FASTER), solved(DROP)])
    warning = find_conflicts(both, period=PERIOD, language="en")["warning"].iloc[0]
    assert "not about anybody" in warning
    assert "Overall" in warning
