"""Where a change comes from: exact by hand and by property, Simpson's paradox included."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import csqa
from csqa.compare_periods import compare_periods
from csqa.contributions import COLUMNS, explain_change
from csqa.errors import RuleError
from tests.tables import sums

MAY, JUNE = "2025-05", "2025-06"


def explain(metric: str, before: dict, now: dict, **options) -> pd.DataFrame:
    """Unit → (n, total[, squares]) of May and of June."""
    rows = [
        (period, unit, *side)
        for period, units in ((MAY, before), (JUNE, now))
        for unit, side in units.items()
    ]
    return explain_change(sums(metric, rows, unit="team"), by="team", period=JUNE, **options)


def test_two_teams_by_hand():
    """甲 90 % of half, then 80 % of a quarter; 乙 70 % throughout: 80 % falls to 72.5 %.

    甲: rate (0.5 + 0.25) / 2 × −10 = −3.75; mix −0.25 × (85 − 76.25) = −2.1875.
    乙: rate 0; mix +0.25 × (70 − 76.25) = −1.5625. Together −7.5.
    """
    table = explain("csat", {"甲": (100, 90), "乙": (100, 70)}, {"甲": (50, 40), "乙": (150, 105)})
    assert list(table.columns) == list(COLUMNS)
    assert table["unit"].tolist() == ["甲", "乙"], "the largest contribution first"
    parts = table[["mix", "rate", "contribution"]].to_numpy() * 100
    assert parts == pytest.approx(np.array([[-2.1875, -3.75, -5.9375], [-1.5625, 0, -1.5625]]))
    assert table["change"].tolist() == pytest.approx([-0.075] * 2)
    assert table[["share", "share_before"]].to_numpy().tolist() == [[0.25, 0.5], [0.75, 0.5]]
    assert table[["whole", "whole_before"]].to_numpy().tolist() == [[0.725, 0.8]] * 2
    lower, upper = csqa.stats.newcombe_difference(40, 50, 90, 100)
    ends = table.loc[0, ["rate_lower", "rate_upper"]].tolist()
    assert ends == pytest.approx([0.375 * lower, 0.375 * upper])


def test_better_in_each_part_and_worse_in_all():
    """Charig et al. (1986), BMJ 292:879: open surgery 93 and 73 %, the other 87 and 69 %.

    78 % in all against 83 %: the parts' rates add 5.4 points, their mix takes 9.9 away.
    """
    other = {"小": (270, 234), "大": (80, 55)}
    table = explain("csat", other, {"小": (87, 81), "大": (263, 192)}).set_index("unit")
    assert table["change"].iloc[0] == pytest.approx(0.78 - 0.826, abs=5e-4)
    assert table.loc[["小", "大"], "rate"].round(4).tolist() == [0.0328, 0.0208]
    assert table.loc[["小", "大"], "mix"].round(4).tolist() == [-0.0502, -0.0492]


def test_units_that_come_and_go_add_by_mix_alone():
    """甲 leaves at 90 %, 丙 comes at 60 %, 乙 stays at 80 %: 85 % falls to 70 %."""
    table = explain("csat", {"甲": (100, 90), "乙": (100, 80)}, {"乙": (100, 80), "丙": (100, 60)})
    table = table.set_index("unit")
    assert table["presence"].to_dict() == {"甲": "vanished", "丙": "appeared", "乙": "both"}
    assert table["rate"].tolist() == [0.0] * 3
    assert table["mix"].to_dict() == pytest.approx({"甲": -0.0625, "丙": -0.0875, "乙": 0.0})
    assert table.loc[["甲", "丙"], ["rate_lower", "rate_upper"]].isna().all(axis=None)
    assert table["contribution"].sum() == pytest.approx(-0.15)


def test_faults_are_per_hundred_and_nps_goes_below_nothing():
    faults = explain("wording", {"甲": (100, 2)}, {"甲": (100, 8)})
    assert faults[["rate", "contribution", "change"]].to_numpy().tolist() == [[6.0] * 3]
    score = explain("nps", {"甲": (100, 20, 60)}, {"甲": (100, -20, 60)})
    assert score["contribution"].tolist() == pytest.approx([-0.4])


def test_equal_contributions_stand_by_name():
    side = {unit: (100, 80) for unit in "cab"}
    table = explain("csat", side, {unit: (100, 90) for unit in "cab"})
    assert table["unit"].tolist() == ["a", "b", "c"]


def test_further_unit_columns_are_summed_and_metrics_chosen(sample):
    fine = csqa.measure(sample, by=["team", "topic"])
    coarse = explain_change(csqa.measure(sample, by="team"), by="team", period=JUNE)
    pd.testing.assert_frame_equal(explain_change(fine, by="team", period=JUNE), coarse)
    one = explain_change(fine, by="team", period=JUNE, metric="csat")
    expected = coarse[coarse["metric"] == "csat"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, expected)


@pytest.mark.parametrize("by", ["team", "topic", "channel", "agent_id"])
@pytest.mark.parametrize(("period", "since"), [(JUNE, "previous"), ("2025-Q2", "year")])
def test_the_sample_s_contributions_add_up_to_its_changes(sample, by, period, since):
    measures = csqa.measure(sample, by=by)
    table = explain_change(measures, by=by, period=period, since=since)
    whole = compare_periods(measures.drop(columns=by), period=period, since=since)
    whole = whole.set_index("metric")
    added = table.groupby("metric")["contribution"].sum()
    assert added.to_numpy() == pytest.approx(whole.loc[added.index, "change"].to_numpy(), abs=1e-9)
    largest = table.groupby("metric")["contribution"].apply(lambda part: part.abs().tolist())
    assert all(np.diff(sizes).max(initial=0) < 1e-9 for sizes in largest)


def test_the_sample_s_slow_team_explains_the_slower_answers(sample):
    """Planted: 在线二组 answers slower; the rest is where it was a year ago."""
    measures = csqa.measure(sample, by="team")
    table = explain_change(
        measures, by="team", period=JUNE, since="year", metric="first_response_online"
    )
    first = table.iloc[0]
    assert first["unit"] == "在线二组"
    assert first["rate_lower"] > 0
    assert first["contribution"] > first["change"] > 0


def test_nothing_is_taken_apart_without_a_side():
    rows = [(JUNE, "甲", 100, 90), (JUNE, "乙", 50, 40)]
    table = explain_change(sums("csat", rows, unit="team"), by="team", period=JUNE)
    assert table["reason"].tolist() == ["no_data_before"] * 2
    assert not table["comparable"].any()
    assert table[["mix", "rate", "contribution", "change"]].isna().all(axis=None)
    assert table["value"].tolist() == [0.8, 0.9]


def test_partial_periods_are_taken_apart_and_said_and_other_definitions_are_not():
    rows = [(MAY, "甲", 100, 90), (JUNE, "甲", 100, 80)]
    table = sums("csat", rows, unit="team")
    partial = table.assign(complete=table["period"] == MAY)
    found = explain_change(partial, by="team", period=JUNE).iloc[0]
    assert found[["reason", "comparable"]].tolist() == ["partial_period", False]
    assert found["contribution"] == pytest.approx(-0.1)

    shipped = csqa.read_standard()
    first = shipped.versions[0]
    metrics = tuple(replace(metric, where=(("channel", "online"),)) for metric in first.metrics)
    newer = replace(first, effective=date(2025, 6, 1), metrics=metrics)
    standard = replace(shipped, versions=(first, newer))
    table["target_line"] = ["2023-01-01/base", "2025-06-01/base"]
    found = explain_change(table, standard, by="team", period=JUNE).iloc[0]
    assert found[["reason", "comparable"]].tolist() == ["other_definition", False]
    assert found[["mix", "rate", "contribution", "change", "rate_lower"]].isna().all()


def test_wrong_arguments_are_refused():
    table = sums("csat", [(MAY, "甲", 100, 90), (JUNE, "甲", 100, 80)], unit="team")
    with pytest.raises(RuleError, match="`by` 应为 'team' 之一，而不是 'topic'"):
        explain_change(table, by="topic", period=JUNE)
    with pytest.raises(RuleError, match="`metric`：数据里没有指标 'nps'"):
        explain_change(table, by="team", period=JUNE, metric="nps")
    with pytest.raises(RuleError, match="`measures`：没有任何指标的数据"):
        explain_change(table.iloc[:0], by="team", period=JUNE)
    with pytest.raises(RuleError, match="数据里没有 2030-01"):
        explain_change(table, by="team", period="2030-01")


side = st.integers(0, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
units = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(side, side), min_size=1)


@given(units)
@settings(max_examples=20, deadline=None)
def test_contributions_add_up_and_turn_round(pairs):
    before = {unit: pair[0] for unit, pair in pairs.items() if pair[0][0]}
    now = {unit: pair[1] for unit, pair in pairs.items() if pair[1][0]}
    assume(before and now)
    there = explain("csat", before, now).set_index("unit").sort_index()
    change = there["change"].iloc[0]
    assert there["contribution"].sum() == pytest.approx(change, abs=1e-12)
    assert (there["mix"] + there["rate"]).to_numpy() == pytest.approx(
        there["contribution"].to_numpy(), abs=1e-15
    )
    assert there[["share", "share_before"]].sum().tolist() == pytest.approx([1, 1])
    both = there["presence"] == "both"
    assert (there["rate_lower"] <= there["rate"] + 1e-12)[both].all()
    assert (there["rate"] <= there["rate_upper"] + 1e-12)[both].all()
    back = explain("csat", now, before).set_index("unit").sort_index()
    for part in ("mix", "rate", "contribution"):
        assert back[part].to_numpy() == pytest.approx(-there[part].to_numpy(), abs=1e-12)
