"""Funnel limits and overdispersion, against published limits and exact tail probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from csqa import stats
from tests.published import worked_example

relaxed = settings(deadline=None)  # the first call imports scipy
thetas = st.floats(0.001, 0.999)
levels = st.sampled_from([0.95, 0.998])
P0 = 0.80642448


def test_normal_limits_give_the_phe_funnel_file():
    """PHEindicatormethods, testdata_funnel_prop_outputs.csv."""
    lower, upper = stats.funnel_limits([41, 20], P0, 0.95, method="normal")
    np.testing.assert_allclose(lower, [0.68548635, 0.63326743], atol=5e-6)
    np.testing.assert_allclose(upper, [0.9273626, 0.97958152], atol=5e-6)
    wide = stats.funnel_limits(41, P0, method="normal")
    np.testing.assert_allclose(wide, (0.61574398, 0.99710497), atol=5e-6)


def test_normal_limits_give_every_worked_example():
    case = worked_example("W22")
    theta, expected = case["inputs"]["p0"], case["expected"]
    for name, size, confidence in (
        ("95_n41", 41, 0.95),
        ("998_n41", 41, 0.998),
        ("95_n20", 20, 0.95),
    ):
        found = stats.funnel_limits(size, theta, confidence, method="normal")
        np.testing.assert_allclose(found, expected[name], atol=case["tolerance"])


def test_limits_are_exact_for_few_events_and_normal_for_many():
    size = np.array([20, 51, 52, 400])  # 51.7 cases at this rate make ten non-events
    auto, exact, normal = (
        np.array(stats.funnel_limits(size, P0, method=name)) for name in ("auto", "exact", "normal")
    )
    np.testing.assert_array_equal(auto[:, :2], exact[:, :2])
    np.testing.assert_array_equal(auto[0, 2:], normal[0, 2:])


def test_exact_limit_interpolates_by_hand():
    # n = 3, theta = 0.5: F = 1/8, 1/2, 7/8, 1; F crosses 0.25 a third of the way from 0 to 1
    lower, upper = stats.funnel_limits(3, 0.5, 0.5, method="exact")
    assert lower == pytest.approx((1 / 3) / 3)
    assert upper == pytest.approx(1 - (1 / 3) / 3)


def test_a_perfect_small_unit_is_not_praised_for_nothing():
    """At 97 % expected, 20 of 20 happens more often than not."""
    assert binom.pmf(20, 20, 0.97) > 0.5
    assert stats.funnel_limits(20, 0.97)[1] == 1


@relaxed
@given(st.integers(1, 300), thetas, levels)
def test_who_is_outside_exact_limits_is_there_by_less_than_the_nominal_chance(n, theta, confidence):
    lower, upper = stats.funnel_limits(n, theta, confidence, method="exact")
    count = np.arange(n + 1)
    chance = binom.pmf(count, n, theta)
    tail = (1 - confidence) / 2 + 1e-9
    assert chance[count / n < lower].sum() <= tail
    assert chance[count / n > upper].sum() <= tail


@relaxed
@given(thetas, levels)
def test_limits_close_in_on_theta_as_units_grow(theta, confidence):
    lower, upper = stats.funnel_limits(np.arange(1, 400), theta, confidence)
    assert (np.diff(lower) >= -1e-9).all()
    assert (np.diff(upper) <= 1e-9).all()
    assert ((lower >= 0) & (lower <= theta) & (upper >= theta) & (upper <= 1)).all()


@relaxed
@given(st.integers(1, 10**6), thetas, levels, st.sampled_from(["auto", "exact", "normal"]))
def test_failures_are_judged_as_successes_are(n, theta, confidence, method):
    lower, upper = stats.funnel_limits(n, theta, confidence, method=method)
    mirrored = stats.funnel_limits(n, 1 - theta, confidence, method=method)
    np.testing.assert_allclose(mirrored, (1 - upper, 1 - lower), atol=1e-6)


@relaxed
@given(st.integers(1, 10**5), thetas, st.floats(0.001, 0.5))
def test_overdispersion_only_widens(n, theta, tau):
    lower, upper = stats.funnel_limits(n, theta)
    wide = stats.funnel_limits(n, theta, tau=tau)
    assert wide[0] <= lower
    assert wide[1] >= upper


def test_overdispersed_limits_do_not_close_below_the_spread_between_units():
    lower, upper = stats.funnel_limits(10**9, 0.5, 0.95, tau=0.05)
    half = np.sin(2 * 1.959964 * 0.05) / 2
    np.testing.assert_allclose((lower, upper), (0.5 - half, 0.5 + half), atol=1e-4)


@pytest.mark.parametrize(("n", "theta"), [(0, 0.5), (10, 0), (10, 1), (np.nan, 0.5), (10, np.nan)])
def test_nobody_is_outside_where_nothing_can_be_said(n, theta):
    assert np.isnan(stats.funnel_limits(n, theta)).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 10, "theta": 1.2}, r"`theta` must lie in \[0, 1\]; found 1.2"),
        ({"n": 10.5, "theta": 0.2}, "`n` must hold whole numbers"),
        ({"n": -1, "theta": 0.2}, "`n` must not be negative"),
        (
            {"n": 1, "theta": 0.2, "method": "wald"},
            "`method` must be one of 'auto', 'exact', 'norm",
        ),
    ],
)
def test_funnel_limits_name_the_wrong_argument(arguments, message):
    with pytest.raises(ValueError, match=message):
        stats.funnel_limits(**arguments)


# poisson


def test_poisson_limits_give_funnelplotr():
    """FunnelPlotR, test-poisson_limits.R."""
    lower, upper = stats.poisson_funnel_limits([15, 20, 30], 0.95)
    np.testing.assert_allclose(lower, [0.5596924, 0.6108260, 0.6746958], atol=5e-7)
    np.testing.assert_allclose(upper, [1.649348, 1.544419, 1.427562], atol=5e-7)
    lower, upper = stats.poisson_funnel_limits([15, 20, 30])
    np.testing.assert_allclose(lower, [0.3862650, 0.4479107, 0.5289724], atol=5e-7)
    np.testing.assert_allclose(upper, [2.082907, 1.902094, 1.702771], atol=5e-7)


def test_poisson_limits_give_every_worked_example():
    case = worked_example("W24")
    for name, confidence in (("95", 0.95), ("998", 0.998)):
        lower, upper = stats.poisson_funnel_limits(case["inputs"]["expected"], confidence)
        np.testing.assert_allclose(lower, case["expected"]["ll" + name], atol=case["tolerance"])
        np.testing.assert_allclose(upper, case["expected"]["ul" + name], atol=case["tolerance"])


@relaxed
@given(st.floats(0.01, 1e5), st.floats(1.01, 10), levels)
def test_poisson_limits_surround_one_and_close_in(expected, factor, confidence):
    lower, upper = stats.poisson_funnel_limits([expected, expected * factor], confidence)
    assert 0 <= lower[0] <= lower[1] <= 1 <= upper[1] <= upper[0]


def test_nothing_expected_has_no_limits():
    assert np.isnan(stats.poisson_funnel_limits(0)).all()


# overdispersion


def test_overdispersion_by_hand():
    # Ten units of 100, half at 0.4 and half at 0.6: each z is 20 (asin sqrt .6 - asin sqrt .5)
    spread = stats.overdispersion([40] * 5 + [60] * 5, [100] * 10)
    z = 20 * (np.arcsin(np.sqrt(0.6)) - np.pi / 4)
    assert spread.phi == pytest.approx(z**2)
    assert spread.tau**2 == pytest.approx((10 * z**2 - 9) / (400 * 9))
    assert (spread.k, spread.adjusted) == (10, True)


def test_the_most_extreme_tenth_at_each_end_is_pulled_in():
    """Of eleven units, the first and the last are taken for their neighbours."""
    assert stats.overdispersion([20, *[50] * 9, 80], [100] * 11).phi == 0
    assert stats.overdispersion([20, 20, *[50] * 7, 80, 80], [100] * 11).phi > 10


def test_overdispersion_is_not_adjusted_for_below_ten_units():
    spread = stats.overdispersion([40] * 4 + [60] * 5, [100] * 9)
    assert spread.phi > 1
    assert spread.tau > 0
    assert not spread.adjusted


def test_overdispersion_of_equal_single_or_no_units():
    assert stats.overdispersion([0] * 12, [50] * 12).phi == 0
    assert stats.overdispersion([20] * 12, [20] * 12).phi == 0
    assert stats.overdispersion([3], [9]) == stats.Overdispersion(0.0, 0.0, 1, adjusted=False)
    nothing = stats.overdispersion([0, np.nan], [0, 5])
    assert np.isnan(nothing.phi)
    assert (nothing.k, nothing.tau) == (0, 0)


@given(st.permutations(list(range(8))))
def test_overdispersion_does_not_depend_on_row_order(order):
    x, n = np.array([3, 9, 12, 40, 0, 7, 2, 30]), np.array([10, 20, 40, 50, 0, 7, 9, 31])
    one, other = stats.overdispersion(x, n), stats.overdispersion(x[order], n[order])
    assert other.phi == pytest.approx(one.phi)
    assert other.tau == pytest.approx(one.tau)
