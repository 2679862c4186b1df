"""Charts of rare events, against Nelson's transformation and the geometric distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import geom

from csqa import stats

VALVE_HOURS = [
    286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831,
    96,
]  # fmt: skip
GAP = np.nan


def limits(chart, point=0):
    return chart.lower[point], chart.center[point], chart.upper[point]


def test_t_chart_is_an_xmr_chart_of_roots():
    chart = stats.t_chart(np.array([1, 2, 3, 4, 5]) ** 3.6)
    np.testing.assert_allclose(limits(chart), (0.34**3.6, 3**3.6, 5.66**3.6))
    assert np.isnan(chart.sigma).all()


def test_t_chart_finds_montgomerys_valve_in_control():
    """Montgomery (2013), example 7.6: hours between failures, no lower limit, nothing outside.

    The book transforms by the power 0.2777; its centre in that scale is 5.39.
    """
    chart = stats.t_chart(VALVE_HOURS)
    assert chart.lower[0] == 0
    assert (chart.values < chart.upper).all()
    assert chart.center[0] ** (1 / 3.6) == pytest.approx(5.39, abs=0.005)
    assert stats.apply_rules(chart) == []


def test_t_chart_of_memoryless_times_gives_few_alarms():
    """200 series of 25 exponential times.

    An XmR chart gives about one point outside its limits in 100 stable points.
    """
    rng = np.random.default_rng(36)
    charts = [stats.t_chart(rng.exponential(30, 25)) for _ in range(200)]
    outside = sum(int((chart.values > chart.upper).sum()) for chart in charts)
    outside += sum(int((chart.values < chart.lower).sum()) for chart in charts)
    assert 0 < outside < 0.015 * 200 * 25


def test_t_chart_has_no_negative_time():
    assert stats.t_chart([1, 500, 1, 500, 1, 500]).lower[0] == 0
    with pytest.raises(ValueError, match="`values` must not be negative"):
        stats.t_chart([3, -1])


# g


def test_g_chart_by_hand():
    """Kaminsky et al. (1992): mean 5, so 5 + 3 sqrt(30) = 21.43."""
    chart = stats.g_chart([3, 12, 0, 7, 3])
    np.testing.assert_allclose(limits(chart), (0, 5, 21.4317), atol=5e-5)
    assert chart.kind == "g"
    assert np.isnan(chart.sigma).all()


@given(st.integers(1, 1000))
def test_g_limits_are_three_standard_deviations_of_the_geometric_distribution(mean):
    """SciPy counts the event too, which moves the mean by one and the spread not at all."""
    chart = stats.g_chart([mean] * 6)
    waiting = geom(1 / (mean + 1))
    assert chart.center[0] == pytest.approx(waiting.mean() - 1)
    assert chart.upper[0] == pytest.approx(waiting.mean() - 1 + 3 * waiting.std())


def test_runs_on_a_g_chart_count_from_the_median():
    """Ten of 13 lie below the mean, which is no news of a skewed series."""
    values = [1, 2, 3, 4, 3, 2, 1, 60, 4, 3, 50, 2, 70]
    assert stats.g_chart(values).center[0] > 15
    assert not any(signal.rule == "run" for signal in stats.apply_rules(stats.g_chart(values)))
    shifted = [1, 2, 1, 2, 1, 2, 1, 20, 30, 25, 20, 40, 30, 25]
    sides = [s.side for s in stats.apply_rules(stats.g_chart(shifted)) if s.rule == "run"]
    assert sides == [-1] * 7 + [1] * 7


def test_g_chart_keeps_gaps_and_excludes_what_is_left_out():
    chart = stats.g_chart([3, GAP, 12, 0, 7, 3, 900], include=[True] * 6 + [False])
    assert chart.center[0] == 5
    assert stats.apply_rules(chart, judged=[True] * 7) == [stats.Signal(6, "beyond_limits", 1)]


def test_g_chart_of_events_without_a_break_has_no_limits():
    chart = stats.g_chart([0] * 6)
    assert chart.note == "no_variation"
    assert np.isnan(chart.upper).all()
    assert stats.g_chart([4, 5]).note == "too_few_points"


def test_g_chart_names_the_wrong_argument():
    with pytest.raises(ValueError, match="`values` must not be negative"):
        stats.g_chart([3, -1])
