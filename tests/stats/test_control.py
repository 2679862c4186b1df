"""Control limits, against textbook charts; gaps, frozen baselines and degenerate series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from csqa import stats
from csqa.stats import control
from tests.published import worked_example

WHEELER = [
    5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200,
]  # fmt: skip
NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
GAP = np.nan

series = st.lists(st.integers(-100, 100), min_size=5, max_size=30)


def limits(chart, point=0):
    return chart.lower[point], chart.center[point], chart.upper[point]


def all_but(length, *positions):
    flags = np.ones(length, dtype=bool)
    flags[list(positions)] = False
    return flags


# xmr


def test_xmr_gives_wheelers_data_set_for_verifying_software():
    """Making Sense of Data, p. 382."""
    chart = stats.xmr(WHEELER)
    np.testing.assert_allclose(limits(chart), (3188.72, 4135.5, 5082.28), atol=0.005)
    ranges = stats.moving_ranges(WHEELER)
    assert np.nanmean(ranges) * control.MR_LIMIT == pytest.approx(1163.19, abs=0.005)
    assert not chart.trial


def test_xmr_gives_every_worked_example():
    case = worked_example("W01")
    inputs, expected = case["inputs"], case["expected"]
    chart = stats.xmr(inputs["x"], screen=inputs["screen"])
    wanted = [expected[name] for name in ("lnpl", "mean", "unpl")]
    np.testing.assert_allclose(limits(chart), wanted, atol=case["tolerance"])
    ranges = [np.nan if mr is None else mr for mr in expected["moving_ranges"]]
    np.testing.assert_array_equal(stats.moving_ranges(inputs["x"]), ranges)


def test_xmr_gives_the_nist_handbook_with_the_rounded_constant():
    """Section 6.3.2.2, recomputed with 2.66 in place of 3/1.128."""
    chart = stats.xmr(NIST)
    np.testing.assert_allclose(limits(chart), (45.8151, 50.81, 55.8049), atol=5e-5)
    assert chart.trial


def test_xmr_screens_one_outlier_as_nhsrplotthedots():
    """Vignette "deviations": 4.60 and -0.72 screened, 6.95 and -3.06 not."""
    values = [1, 2, 1, 2, 10, *[1, 2] * 6, 1]
    np.testing.assert_allclose(
        limits(stats.xmr(values, screen=True)), (-0.7156, 1.9444, 4.6044), atol=5e-4
    )
    np.testing.assert_allclose(limits(stats.xmr(values)), (-3.0626, 1.9444, 6.9515), atol=5e-4)


def test_a_moving_range_is_screened_from_3_267_times_the_mean_on():
    """Twelve ranges of 1 and one of R: 4.02 is 3.262 times their mean, 4.04 is 3.274 times."""
    for jump, typical in ((4.02, 16.02 / 13), (4.04, 1)):
        values = np.cumsum([0, *[1, -1] * 3, jump, *[1, -1] * 3])
        assert stats.xmr(values, screen=True).sigma[0] == pytest.approx(2.66 / 3 * typical)


def test_no_moving_range_crosses_a_gap():
    ranges = stats.moving_ranges([1, 2, GAP, 90, 91])
    np.testing.assert_array_equal(ranges, [np.nan, 1, np.nan, np.nan, 1])
    chart = stats.xmr([1, 2, 1, GAP, 2, 1, 2])
    assert chart.sigma[0] == pytest.approx(2.66 / 3)
    np.testing.assert_array_equal(chart.included, [True] * 3 + [False] + [True] * 3)


def test_a_point_left_out_does_not_move_the_limits():
    values = [5, 7, 6, 8, 7, 6]
    chart = stats.xmr([*values, 99], include=all_but(7, 6))
    assert limits(chart) == limits(stats.xmr(values))
    assert chart.values[6] == 99


def test_limits_collapse_without_variation():
    chart = stats.xmr([0.1] * 7)
    assert chart.note == "no_variation"
    np.testing.assert_array_equal(chart.lower, chart.upper)
    np.testing.assert_array_equal(chart.sigma, np.zeros(7))
    assert stats.xmr([0.1] * 7, screen=True).note == "no_variation"


@pytest.mark.parametrize(
    "values", [[], [GAP] * 6, [1, 2, 3, 4], [1, GAP, 2, GAP, 3, GAP, 4, GAP, 5]]
)
def test_too_few_points_or_neighbours_get_no_limits(values):
    chart = stats.xmr(values)
    assert chart.note == "too_few_points"
    assert np.isnan([chart.lower, chart.upper, chart.sigma]).all()
    assert not chart.trial


@pytest.mark.parametrize(("points", "trial"), [(5, True), (12, True), (13, False)])
def test_limits_are_on_trial_up_to_twelve_points(points, trial):
    assert stats.xmr(np.arange(points) % 3).trial is trial


@given(series, st.integers(-50, 50))
def test_xmr_moves_with_its_series(values, shift):
    before, after = stats.xmr(values), stats.xmr(np.add(values, shift))
    np.testing.assert_allclose(after.upper, before.upper + shift, atol=1e-9)
    np.testing.assert_allclose(after.lower, before.lower + shift, atol=1e-9)


@given(series)
def test_xmr_read_backwards_has_the_same_limits_and_screening_never_widens(values):
    chart, backwards = stats.xmr(values), stats.xmr(values[::-1])
    np.testing.assert_allclose(chart.upper, backwards.upper, atol=1e-9)
    assert stats.xmr(values, screen=True).upper[0] <= chart.upper[0] + 1e-9


def test_the_series_given_is_left_alone():
    values = np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    stats.xmr(values).values[0] = 99
    assert values[0] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": [[1, 2]]}, "`values` must have one dimension; it has 2"),
        ({"values": [1, np.inf]}, "`values` must be finite"),
        ({"values": [1, 2], "include": [True]}, "`include` must hold 2 booleans"),
        ({"values": [1, 2], "include": [0, 1]}, "`include` must hold 2 booleans.* dtype int"),
    ],
)
def test_xmr_names_the_wrong_argument(arguments, message):
    with pytest.raises(ValueError, match=message):
        stats.xmr(**arguments)


# run


def test_run_chart_is_a_median_without_limits():
    chart = stats.run_chart([*range(10), 100], include=all_but(11, 10))
    assert chart.center[0] == 4.5
    assert np.isnan([chart.lower, chart.upper]).all()
    assert chart.note == ""
    assert stats.run_chart(range(10)).note == ""
    assert stats.run_chart(range(9)).note == "too_few_points"
    assert np.isnan(stats.run_chart([GAP]).center).all()


# the median moving range, and the chart of moving ranges


SERVICE = [2.5, 2.3, 16.3, 6.3, 7.6, 16.3, 7.1, 7.8, 7.8, 9.9, 10.5, -4.8]
PEAK_FLOW = [
    120, 140, 100, 150, 260, 150, 100, 120, 300, 300, 275, 300, 140, 170, 150, 150, 190, 180,
]  # fmt: skip


def test_median_moving_range_gives_wheelers_section_10_2():
    """Making Sense of Data, p. 145: 7.47, 0.87, 14.07 and 8.12 from a median of 2.10."""
    chart = stats.xmr(SERVICE, ranges="median")
    np.testing.assert_allclose(limits(chart), (0.87, 7.47, 14.07), atol=0.01)
    ranges = stats.mr_chart(SERVICE, ranges="median")
    assert ranges.center[0] == pytest.approx(2.10)
    assert ranges.upper[0] == pytest.approx(8.12, abs=0.005)


def test_peak_flow_rates_of_making_sense_of_data():
    """P. 130, from the average moving range of 52.4; the book rounds on its way to the limits."""
    chart, ranges = stats.xmr(PEAK_FLOW), stats.mr_chart(PEAK_FLOW)
    np.testing.assert_allclose(limits(chart), (43.7, 183.1, 322.5), atol=0.25)
    assert ranges.center[0] == pytest.approx(52.4, abs=0.05)
    assert ranges.upper[0] == pytest.approx(171.3, abs=0.25)


def test_moving_range_chart_gives_wheelers_upper_range_limit():
    """Making Sense of Data, p. 382."""
    chart = stats.mr_chart(WHEELER)
    assert chart.upper[0] == pytest.approx(1163.19, abs=0.005)
    np.testing.assert_array_equal(np.flatnonzero(chart.values > chart.upper), [15])
    assert chart.lower[0] == 0


def test_one_month_of_the_accounts_receivable_of_making_sense_of_data_jumps():
    """Table 9.2: only the moving range of the twentieth month is beyond its limit."""
    share_of_sales = [
        55.6, 54.7, 54.9, 54.8, 56.9, 55.7, 53.8, 54.8, 53.4, 57.0, 59.4, 63.2, 60.9, 60.7, 58.6,
        57.3, 56.9, 58.1, 58.3, 50.9, 53.3, 52.5, 50.8, 52.9,
    ]  # fmt: skip
    chart = stats.mr_chart(share_of_sales)
    np.testing.assert_array_equal(np.flatnonzero(chart.values > chart.upper), [19])


def test_median_constants_are_those_of_two_normal_values():
    """Half of all ranges of two are below sqrt(2) times the upper quartile, 0.954 (JMP's help)."""
    d4 = np.sqrt(2) * norm.ppf(0.75)
    assert pytest.approx(0.954, abs=5e-4) == d4
    assert pytest.approx(3 / 0.954, abs=5e-4) == control.MEDIAN_LIMIT
    assert pytest.approx(control.MR_LIMIT * 1.128 / 0.954, abs=2e-3) == control.MEDIAN_MR_LIMIT


def test_centre_may_be_the_median():
    chart = stats.xmr(SERVICE, center="median", ranges="median")
    assert chart.center[0] == pytest.approx(7.7)
    assert chart.upper[0] == pytest.approx(7.7 + 3.145 * 2.1)


def test_median_limits_withstand_an_outlier():
    calm = [5, 7, 6, 8, 7, 6, 5, 7, 6, 8, 7, 6, 5, 7]
    wild = [*calm[:7], 900, *calm[7:]]
    assert stats.xmr(wild, ranges="median").sigma[0] == stats.xmr(calm, ranges="median").sigma[0]
    assert stats.xmr(wild).sigma[0] > 50 * stats.xmr(calm).sigma[0]


def test_where_most_points_repeat_the_mean_range_is_used():
    values = [5, 5, 5, 5, 5, 9, 9, 9, 9, 9]
    assert stats.xmr(values, ranges="median").upper[0] == stats.xmr(values).upper[0]
    assert stats.xmr([5] * 8, ranges="median").note == "no_variation"


def test_moving_range_chart_of_few_or_equal_points():
    assert stats.mr_chart([1, 2, 3]).note == "too_few_points"
    assert stats.mr_chart([1, GAP, 2, GAP, 3, GAP, 4, GAP, 5]).note == "too_few_points"
    flat = stats.mr_chart([4] * 6)
    assert flat.note == "no_variation"
    assert stats.apply_rules(flat) == []
    gap = stats.mr_chart([1, 2, GAP, 4, 6, 5, 7])
    np.testing.assert_array_equal(np.isnan(gap.values), [1, 0, 1, 1, 0, 0, 0])


@given(series, st.floats(0.01, 100), st.floats(-100, 100))
def test_median_limits_move_and_stretch_with_the_series(values, unit, origin):
    before = stats.xmr(values, center="median", ranges="median")
    after = stats.xmr(np.multiply(values, unit) + origin, center="median", ranges="median")
    if before.note == "":
        np.testing.assert_allclose(after.upper, before.upper * unit + origin, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"center": "mode"}, "`center` must be one of 'mean', 'median'; not 'mode'"),
        ({"ranges": "max"}, "`ranges` must be one of 'mean', 'median'; not 'max'"),
        ({"ranges": "median", "screen": True}, "`screen` goes with `ranges='mean'`"),
    ],
)
def test_xmr_names_the_wrong_option(arguments, message):
    with pytest.raises(ValueError, match=message):
        stats.xmr([1, 2, 3, 4, 5], **arguments)
