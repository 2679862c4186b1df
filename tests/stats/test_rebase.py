"""Charts in segments: limits of their own, frozen limits, rules that stay inside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa import stats

QUIET = [5, 7, 5, 7, 6, 5, 7, 5, 7, 6, 5, 7, 6]
GAP = np.nan


def test_each_segment_has_the_limits_it_would_have_alone():
    late = np.add(QUIET, 20)
    chart = stats.rebase(stats.xmr, [*QUIET, *late], at=[13])
    before, after = stats.xmr(QUIET), stats.xmr(late)
    np.testing.assert_array_equal(chart.upper, np.r_[before.upper, after.upper])
    np.testing.assert_array_equal(chart.center, np.r_[before.center, after.center])
    np.testing.assert_array_equal(chart.segment, [0] * 13 + [1] * 13)


def test_one_new_segment_needs_no_list():
    one, many = (stats.rebase(stats.xmr, [*QUIET, *QUIET], at=at) for at in (13, [13]))
    np.testing.assert_array_equal(one.segment, many.segment)


def test_no_segment_is_the_plain_chart():
    chart, plain = stats.rebase(stats.xmr, QUIET), stats.xmr(QUIET)
    np.testing.assert_array_equal(chart.upper, plain.upper)
    assert stats.apply_rules(chart) == stats.apply_rules(plain)


def test_denominators_are_cut_with_their_numerators():
    x, n = np.arange(10, 30), np.arange(100, 120)
    chart = stats.rebase(stats.p_chart, x, n, at=[8], laney=False)
    np.testing.assert_array_equal(chart.upper[8:], stats.p_chart(x[8:], n[8:], laney=False).upper)
    single = stats.rebase(stats.p_chart, x, 100, at=[8], laney=False)
    np.testing.assert_array_equal(single.upper[8:], stats.p_chart(x[8:], 100, laney=False).upper)


def test_frozen_limits_rest_on_the_first_complete_points_and_judge_the_rest():
    """As ``fix_after_n_points`` of NHSRplotthedots."""
    drifting = [*QUIET[:4], GAP, *QUIET[4:12], *[30, 31, 30, 32]]
    chart = stats.rebase(stats.xmr, drifting, fix_after_n=12)
    np.testing.assert_array_equal(np.flatnonzero(chart.included), [*range(4), *range(5, 13)])
    assert chart.center[16] == np.mean(QUIET[:12])
    outside = [s.point for s in stats.apply_rules(chart) if s.rule == "beyond_limits"]
    assert outside == [13, 14, 15, 16]


def test_a_partial_month_neither_sets_frozen_limits_nor_is_judged():
    values = [900, *QUIET, 900]
    complete = np.r_[False, np.ones(13, dtype=bool), False]
    chart = stats.rebase(stats.xmr, values, fix_after_n=12, include=complete)
    assert stats.apply_rules(chart) == []
    np.testing.assert_array_equal(chart.judged, complete)


def test_no_run_trend_or_window_crosses_into_the_next_segment():
    level = [10.0, 9, 10, 11, 9, 10, 11, 12]  # ends in a rise of four
    rise = [1, 2, 3, 4, 5, 6]
    chart = stats.rebase(stats.run_chart, [*level, *(np.add(rise, 12))], at=[8])
    assert not any(s.rule == "trend" for s in stats.apply_rules(chart))
    whole = stats.run_chart([*level, *(np.add(rise, 12))])
    assert any(s.rule == "trend" for s in stats.apply_rules(whole))


def test_signals_of_later_segments_keep_their_place():
    chart = stats.rebase(stats.xmr, [*QUIET, *QUIET[:6], 60, *QUIET[6:]], at=[13])
    assert [s for s in stats.apply_rules(chart) if s.rule == "beyond_limits"] == [
        stats.Signal(19, "beyond_limits", 1)
    ]


def test_what_is_said_of_the_chart_is_said_of_the_segment_in_force():
    chart = stats.rebase(stats.xmr, [*QUIET, 1, 2, 1], at=[13])
    assert chart.note == "too_few_points"
    assert np.isnan(chart.upper[13:]).all()
    assert not np.isnan(chart.upper[:13]).any()
    assert stats.rebase(stats.xmr, [*QUIET, 1, 2, 1, 2, 3], at=[13]).trial


@given(st.lists(st.integers(0, 50), min_size=6, max_size=40), st.data())
def test_signals_are_those_of_the_segments_put_together(values, data):
    cut = data.draw(st.integers(1, len(values) - 1))
    together = stats.apply_rules(stats.rebase(stats.xmr, values, at=[cut]))
    first = stats.apply_rules(stats.xmr(values[:cut]))
    second = [
        stats.Signal(s.point + cut, s.rule, s.side)
        for s in stats.apply_rules(stats.xmr(values[cut:]))
    ]
    assert together == first + second


@pytest.mark.parametrize("at", [[0], [13], [5, 5], [6, 4], [-1]])
def test_segments_begin_inside_the_series(at):
    with pytest.raises(ValueError, match="`at` must increase and lie between 1 and 12"):
        stats.rebase(stats.xmr, QUIET, at=at)


def test_a_baseline_needs_twelve_points():
    with pytest.raises(ValueError, match="`fix_after_n` must be at least 12; not 6"):
        stats.rebase(stats.xmr, QUIET, fix_after_n=6)
