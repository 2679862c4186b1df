"""Control limits, against textbook charts; gaps, frozen baselines and degenerate series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa import stats
from csqa.stats import control
from tests.published import worked_example

WHEELER = [
    5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200,
]  # fmt: skip
NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
JUICE = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12,
    7, 13, 9, 6,
]  # fmt: skip
CIRCUITS = [
    21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19,
    17, 15,
]  # fmt: skip
SHIPMENTS = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]
SEEN = [
    266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320, 267923,
    271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989,
]  # fmt: skip
ATTENDED = [
    280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529, 279618,
    283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772,
]  # fmt: skip
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


# p and p prime


def test_p_chart_gives_montgomery_example_7_1():
    chart = stats.p_chart(JUICE, 50, laney=False)
    np.testing.assert_allclose(limits(chart), (0.052428, 0.231333, 0.410239), atol=5e-6)
    revised = stats.p_chart(JUICE, 50, laney=False, include=all_but(30, 14, 22))
    np.testing.assert_allclose(limits(revised), (0.040703, 0.215, 0.389297), atol=5e-6)


def outside(chart):
    return int(((chart.values > chart.upper) | (chart.values < chart.lower)).sum())


def test_p_prime_gives_the_nhs_accidents_of_qicharts2():
    """Mohammed et al. (2008): 16 of 20 weeks outside P limits, none outside P' limits."""
    plain, laney = stats.p_chart(SEEN, ATTENDED, laney=False), stats.p_chart(SEEN, ATTENDED)
    assert plain.center[0] == pytest.approx(0.95289971, abs=5e-9)
    assert (outside(plain), outside(laney)) == (16, 0)
    assert laney.kind == "p_prime"
    np.testing.assert_allclose(laney.sigma / plain.sigma, 10.640422, atol=5e-6)
    np.testing.assert_allclose((laney.lower[0], laney.upper[0]), (0.94013, 0.96567), atol=5e-6)


def test_p_charts_give_every_worked_example():
    juice, accidents = worked_example("W09"), worked_example("W14")
    size = juice["inputs"]["n"]
    kept = all_but(30, *np.subtract(juice["inputs"]["exclude"], 1))
    for name, include in (("all", None), ("excluded", kept)):
        chart = stats.p_chart(juice["inputs"]["x"], size, laney=False, include=include)
        wanted = [juice["expected"][name][line] for line in ("lcl", "cl", "ucl")]
        np.testing.assert_allclose(limits(chart), wanted, atol=juice["tolerance"])
    laney = stats.p_chart(**accidents["inputs"])
    assert outside(laney) == accidents["expected"]["n_outside_P'"]


def test_laney_is_chosen_by_size_or_by_spread():
    quiet = [5, 6, 5, 6, 5, 6]
    assert stats.p_chart(quiet, 300).kind == "p"
    assert stats.p_chart(quiet, 301).kind == "p_prime"
    assert stats.p_chart([1, 40, 2, 45, 1, 50], 100).kind == "p_prime"


def test_laney_never_narrows():
    plain, laney = (stats.p_chart([5, 6, 5, 6, 5, 6], 400, laney=flag) for flag in (False, True))
    np.testing.assert_array_equal(plain.upper, laney.upper)


def test_a_month_without_cases_is_a_gap():
    chart = stats.p_chart([5, 6, 0, 5, 6, 5], [50, 50, 0, 50, 50, 50])
    assert np.isnan([chart.values[2], chart.upper[2]]).all()
    assert not chart.included[2]
    assert chart.center[2] == pytest.approx(27 / 250)


@pytest.mark.parametrize("hits", [0, 20])
def test_all_or_nothing_has_no_limits(hits):
    chart = stats.p_chart([hits] * 6, 20)
    assert chart.note == "no_variation"
    assert np.isnan([chart.lower, chart.upper]).all()
    assert chart.center[0] == hits / 20


@given(
    st.lists(st.integers(1, 500), min_size=5, max_size=20).flatmap(
        lambda sizes: st.tuples(
            st.tuples(*(st.integers(0, size) for size in sizes)), st.just(sizes)
        )
    )
)
def test_p_limits_are_proportions_around_the_centre(parts):
    chart = stats.p_chart(*parts)
    if chart.note == "":
        assert ((chart.lower >= 0) & (chart.lower <= chart.center)).all()
        assert ((chart.upper <= 1) & (chart.upper >= chart.center)).all()
    else:
        assert np.isnan(chart.upper).all()


@pytest.mark.parametrize(
    ("x", "n", "message"),
    [
        ([3], [2], "`x` must not exceed `n`"),
        ([1, 2], [2, 2, 2], r"`n` must be one number or as long as `x` \(2\)"),
        ([-1, 2], [2, 2], "`x` must not be negative"),
    ],
)
def test_p_chart_names_the_wrong_argument(x, n, message):
    with pytest.raises(ValueError, match=message):
        stats.p_chart(x, n)


# u, c, t, run


def test_c_chart_gives_montgomery_example_7_3():
    np.testing.assert_allclose(limits(stats.c_chart(CIRCUITS)), (6.48, 19.85, 33.21), atol=0.005)
    revised = stats.c_chart(CIRCUITS, include=all_but(26, 5, 19))
    np.testing.assert_allclose(limits(revised), (6.36, 19.67, 32.97), atol=0.005)


def test_c_chart_of_no_events_has_no_limits():
    chart = stats.c_chart([0] * 6)
    assert chart.note == "no_variation"
    assert np.isnan(chart.upper).all()


def test_u_chart_gives_montgomery_example_7_4():
    chart = stats.u_chart(SHIPMENTS, 50, laney=False)
    np.testing.assert_allclose(limits(chart), (0, 0.0740, 0.1894), atol=5e-5)
    assert chart.kind == "u"


def test_u_chart_takes_more_events_than_exposure():
    chart = stats.u_chart([10, 12, 11, 9, 10], [2, 2, 2, 2, 0])
    assert chart.center[0] == pytest.approx(42 / 8)
    assert np.isnan(chart.values[4])


def test_t_chart_is_an_xmr_chart_of_roots():
    chart = stats.t_chart(np.array([1, 2, 3, 4, 5]) ** 3.6)
    np.testing.assert_allclose(limits(chart), (0.34**3.6, 3**3.6, 5.66**3.6))
    assert np.isnan(chart.sigma).all()


def test_t_chart_has_no_negative_time():
    assert stats.t_chart([1, 500, 1, 500, 1, 500]).lower[0] == 0
    with pytest.raises(ValueError, match="`values` must not be negative"):
        stats.t_chart([3, -1])


def test_run_chart_is_a_median_without_limits():
    chart = stats.run_chart([*range(10), 100], include=all_but(11, 10))
    assert chart.center[0] == 4.5
    assert np.isnan([chart.lower, chart.upper]).all()
    assert chart.note == ""
    assert stats.run_chart([1, 2, 3]).note == "too_few_points"
    assert np.isnan(stats.run_chart([GAP]).center).all()
