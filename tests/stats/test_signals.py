"""Rule sets, against published vectors; ties, gaps, windows and precedence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa import stats
from csqa.stats.signals import crossings_limit, longest_run_limit
from tests.published import worked_example

GAP = np.nan
SETS = ["mdc-2023", "nhsr-0.2", "wheeler", "weco", "anhoej"]


def chart_of(values, sigma=1.0, center=0.0):
    """A chart with given centre and sigma, so that a vector can be read as distances."""
    values = np.array(values, dtype=float)
    middle, one = np.full(values.shape, center), np.full(values.shape, float(sigma))
    included = ~np.isnan(values)
    return stats.ControlChart(
        "xmr", values, middle, middle - 3 * one, middle + 3 * one, one, included, False, ""
    )


def fired(values, rule, rules="mdc-2023", **options):
    """Points and sides of one rule."""
    signals = stats.apply_rules(chart_of(values, **options), rules)
    return {signal.point: signal.side for signal in signals if signal.rule == rule}


def completes(values, rule, **options):
    """1 at each point at which the rule already holds with what was known then."""
    return [
        int(length - 1 in fired(values[:length], rule, **options))
        for length in range(1, len(values) + 1)
    ]


# beyond limits


def test_limits_are_strict():
    assert fired([3, 3.01, -3, -3.01, 0], "beyond_limits") == {1: 1, 3: -1}


def test_no_width_no_limit_rules():
    collapsed = stats.xmr([2] * 6 + [9], include=[True] * 6 + [False])
    assert stats.apply_rules(collapsed, judged=[True] * 7) == []


# trend: W07, NHSRplotthedots tests


@pytest.mark.parametrize(
    ("values", "first", "side"),
    [
        ([1, 2, 3, 4, 5, 6], None, 0),
        ([1, 2, 3, 4, 5, 6, 7], 6, 1),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], 7, 1),
        ([7, 6, 5, 4, 3, 2, 1], 6, -1),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], 7, -1),
    ],
)
@pytest.mark.parametrize("rules", ["mdc-2023", "nhsr-0.2"])
def test_a_trend_needs_seven_points(values, first, side, rules):
    flags = completes(values, "trend", rules=rules, center=50, sigma=100)
    assert flags == [int(point == first) for point in range(len(values))]
    hits = fired(values, "trend", rules=rules, center=50, sigma=100)
    assert hits == ({} if first is None else dict.fromkeys(range(first - 6, first + 1), side))


def test_a_tie_neither_adds_to_nor_breaks_a_trend():
    assert fired([1, 2, 3, 3, 4, 5, 6], "trend", sigma=100) == {}
    tied = [1, 2, 3, 3, 4, 5, 6, 7]
    assert fired(tied, "trend", sigma=100) == dict.fromkeys(range(8), 1)
    assert fired(tied, "trend", "nhsr-0.2", sigma=100) == {}


def test_every_worked_trend():
    for case in worked_example("W07")["inputs"]["trend7"]:
        rules = "nhsr-0.2" if "signal_nhsr" in case else "mdc-2023"
        flags = completes(case["x"], "trend", rules=rules, sigma=100)
        assert flags.index(1) + 1 == case["signal_at"] if "signal_at" in case else not any(flags)


# run


def test_a_run_needs_seven_points_on_one_side():
    assert fired([1] * 6, "run", sigma=9) == {}
    assert fired([1] * 8 + [-1], "run", sigma=9) == dict.fromkeys(range(8), 1)
    assert fired([-1] * 7, "run", sigma=9) == dict.fromkeys(range(7), -1)
    assert fired([1] * 7, "run", "wheeler", sigma=9) == {}
    assert len(fired([1] * 8, "run", "weco", sigma=9)) == 8


def test_every_worked_run():
    for case in worked_example("W07")["inputs"]["run_one_side"]:
        assert completes(case["signs"], "run", sigma=9) == case["last_flag"]


def test_a_point_on_the_centre_neither_adds_to_nor_breaks_a_run():
    touched = [1, 1, 1, 0, 1, 1, 1]
    assert fired(touched, "run", sigma=9) == {}
    assert sorted(fired([*touched, 1], "run", sigma=9)) == [0, 1, 2, 4, 5, 6, 7]
    assert fired([*touched, 1], "run", "nhsr-0.2", sigma=9) == {}


def test_a_mean_missed_by_rounding_is_still_on_the_line():
    values = [0.1] * 7
    chart = stats.run_chart(values)
    moved = stats.ControlChart(
        "run", chart.values, np.nextafter(chart.center, 0), chart.lower, chart.upper, chart.sigma,
        chart.included, False, "",
    )  # fmt: skip
    assert stats.apply_rules(moved) == []


@pytest.mark.parametrize(
    ("rules", "rule", "before", "missing", "after"),
    [
        ("mdc-2023", "run", [1, 1.2, 1.1], 1, [1.2, 1.1, 1.3]),
        ("nhsr-0.2", "run", [1, 1.2, 1.1], 1, [1.2, 1.1, 1.3]),
        ("wheeler", "run", [0.1, 0.3, 0.2, 0.3], 0.1, [0.2, 0.1, 0.3]),
        ("weco", "run", [0.1, 0.3, 0.2, 0.3], 0.1, [0.2, 0.1, 0.3]),
        ("anhoej", "long_run", [1] * 6, 1, [1] * 6),
        ("mdc-2023", "trend", [1, 2, 3], 4, [5, 6, 7]),
        ("nhsr-0.2", "trend", [1, 2, 3], 4, [5, 6, 7]),
        ("mdc-2023", "two_of_three", [2.5], 1, [2.5]),
        ("nhsr-0.2", "two_of_three", [2.5], 1, [2.5]),
        ("wheeler", "three_of_four", [1.6, 1.6], -1, [1.6]),
        ("weco", "two_of_three", [2.5], -1, [2.5]),
        ("weco", "four_of_five", [1.5, 1.5], -1, [1.5, 1.5]),
    ],
)
def test_a_gap_breaks_every_sequence(rules, rule, before, missing, after):
    """Each half is too short for the rule; the whole fires it."""
    assert fired([*before, missing, *after], rule, rules)
    assert fired([*before, GAP, *after], rule, rules) == {}


# windows


def test_two_of_three_beyond_two_sigma_all_on_one_side():
    assert fired([2.5, 1, 2.5], "two_of_three") == {0: 1, 2: 1}
    assert fired([-2.5, -2.5, -1], "two_of_three") == {0: -1, 1: -1}
    assert fired([2.5, -1, 2.5], "two_of_three") == {}
    assert fired([2.5, 0, 2.5], "two_of_three") == {}
    assert fired([2, 1, 2.5], "two_of_three") == {}
    assert fired([2.5, 1, 1, 2.5], "two_of_three") == {}
    assert fired([2.5, 2.5], "two_of_three") == {}


def test_two_of_three_counts_points_beyond_the_limit_except_in_nhsr():
    assert fired([3.5, 1, 2.5], "two_of_three") == {0: 1, 2: 1}
    assert fired([3.5, 1, 2.5], "two_of_three", "nhsr-0.2") == {}
    assert fired([3, 1, 2.5], "two_of_three", "nhsr-0.2") == {0: 1, 2: 1}
    assert fired([2.5, 1, 2.5], "two_of_three", "nhsr-0.2") == {0: 1, 2: 1}


def test_western_electric_does_not_ask_where_the_third_point_is():
    assert fired([2.5, -1, 2.5], "two_of_three", "weco") == {0: 1, 2: 1}
    assert fired([2.5, 0, -2.5], "two_of_three", "weco") == {}
    assert fired([1.5, 1.5, -1, 1.5, 1.5], "four_of_five", "weco") == dict.fromkeys([0, 1, 3, 4], 1)
    assert fired([1.5, 1, -1, 1.5, 1.5], "four_of_five", "weco") == {}


def test_wheeler_asks_three_of_four_nearer_the_limit_than_the_centre():
    hits = {0: -1, 1: -1, 3: -1}
    assert fired([-1.6, -1.6, 1, -1.6], "three_of_four", "wheeler") == hits
    assert fired([-1.6, -1.5, 1, -1.6], "three_of_four", "wheeler") == {}


def test_without_zones_only_limits_and_sequences_fire():
    """Of the roots two of three lie far out; the times themselves have no zones."""
    days = np.array([44.0, 45, 42, 55, 55, 11, 7, 8, 44])
    rules_fired = {s.rule for s in stats.apply_rules(stats.xmr(days ** (1 / 3.6)))}
    assert rules_fired == {"two_of_three"}
    assert stats.apply_rules(stats.t_chart(days)) == []


# anhoej


def test_critical_values_are_those_of_qicharts2():
    sizes = [10, 12, 20, 24, 30, 36, 60]
    assert [longest_run_limit(n) for n in sizes] == [6, 7, 7, 8, 8, 8, 9]
    assert [crossings_limit(n) for n in sizes] == [2, 3, 6, 8, 10, 13, 23]


def test_every_worked_critical_value():
    case = worked_example("W15")
    sizes = case["inputs"]["n"]
    assert [longest_run_limit(n) for n in sizes] == case["expected"]["longest_run_max"]
    assert [crossings_limit(n) for n in sizes] == case["expected"]["crossings_min"]


def test_anhoej_flags_a_long_run_and_few_crossings():
    signals = stats.apply_rules(stats.run_chart([1] * 10 + [5] * 10), "anhoej")
    assert [signal.point for signal in signals if signal.rule == "long_run"] == list(range(20))
    assert signals[-1] == stats.Signal(19, "few_crossings", 0)


def test_anhoej_allows_the_longest_run_that_chance_explains():
    """Of 24 useful points eight on one side, and not nine."""
    eight, nine = [*[1] * 8, *[-1, 1] * 8], [*[1] * 9, *[-1, 1] * 7, -1]
    assert fired(eight, "long_run", "anhoej", sigma=9) == {}
    assert fired(nine, "long_run", "anhoej", sigma=9) == dict.fromkeys(range(9), 1)


def test_anhoej_is_silent_below_ten_useful_points():
    """Nine on one side; the point on the line is no use."""
    assert stats.apply_rules(chart_of([*[1] * 9, 0], sigma=9), "anhoej") == []
    assert fired([1] * 10, "long_run", "anhoej", sigma=9) == dict.fromkeys(range(10), 1)


def test_a_gap_is_no_chance_to_cross():
    assert fired([1] * 12, "few_crossings", "anhoej", sigma=9) == {11: 0}
    assert fired([1, GAP] * 12, "few_crossings", "anhoej", sigma=9) == {}


# the answer as a whole


def test_all_rules_of_a_point_are_kept_in_order_of_precedence():
    chart = chart_of([0.1, 0.5, 1, 1.5, 2.1, 2.5, 3.5])
    signals = stats.apply_rules(chart)
    by_point = stats.rules_by_point(signals, 7)
    assert by_point[0] == ("trend", "run")
    assert by_point[6] == ("beyond_limits", "trend", "two_of_three", "run")
    assert {signal.side for signal in signals} == {1}


def test_opposite_sides_at_one_point_are_both_reported():
    falling_but_high = [7, 6, 5, 4, 3, 2, 1]
    sides = {signal.side for signal in stats.apply_rules(chart_of(falling_but_high, sigma=9))}
    assert sides == {1, -1}


def test_points_left_out_of_the_limits_are_judged_only_on_request():
    values = [1, 2, 1, 2, 1, 2, 50]
    chart = stats.xmr(values, include=[True] * 6 + [False])
    assert stats.apply_rules(chart) == []
    assert stats.apply_rules(chart, judged=[True] * 7) == [stats.Signal(6, "beyond_limits", 1)]


def test_an_unknown_rule_set_lists_the_known_ones():
    message = "`rules` must be one of 'mdc-2023', 'nhsr-0.2', 'wheeler', 'weco', 'anhoej'; not 'x'"
    with pytest.raises(ValueError, match=message):
        stats.apply_rules(chart_of([1]), "x")


def test_judged_must_be_one_flag_per_point():
    with pytest.raises(ValueError, match="`judged` must hold 2 booleans"):
        stats.apply_rules(chart_of([1, 2]), judged=[True])


series = st.lists(st.sampled_from([-3.5, -2.5, -1.5, -1, 0, 0, 1, 1.5, 2.5, 3.5, GAP]), max_size=25)


@given(series, st.sampled_from(SETS))
def test_turning_the_chart_upside_down_turns_every_side(values, rules):
    upright = stats.apply_rules(chart_of(values), rules)
    turned = stats.apply_rules(chart_of(np.negative(values)), rules)
    flipped = [stats.Signal(s.point, s.rule, -s.side) for s in turned]
    assert sorted(upright) == sorted(flipped)


@given(series, st.sampled_from(SETS))
def test_a_gap_is_never_a_signal_and_parts_stay_apart(values, rules):
    alone = stats.apply_rules(chart_of(values), rules)
    assert all(not np.isnan(values[signal.point]) for signal in alone)
    if rules != "anhoej":  # its critical values depend on the whole chart
        twice = stats.apply_rules(chart_of([*values, GAP, *values]), rules)
        assert len(twice) == 2 * len(alone)


@given(series, st.sampled_from(SETS), st.floats(0.01, 100), st.floats(-50, 50))
def test_units_and_origin_do_not_matter(values, rules, unit, origin):
    moved = chart_of(np.multiply(values, unit) + origin, sigma=unit, center=origin)
    assert stats.apply_rules(moved, rules) == stats.apply_rules(chart_of(values), rules)


@given(series)
def test_ties_and_windows_make_nhsr_a_stricter_mdc(values):
    mdc, nhsr = (set(stats.apply_rules(chart_of(values), name)) for name in SETS[:2])
    assert nhsr <= mdc
