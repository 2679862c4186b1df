"""Standardised ratios and their funnels, against PHEindicatormethods, FunnelPlotR and R."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa import stats

relaxed = settings(deadline=None)  # the first call imports scipy

PHE = {
    1: (0.025317898, 5.571644585, 0.001000547, 9.233410143),
    10: (4.795387629, 18.39035799, 2.960519925, 24.13397235),
    100: (81.36400699, 121.6268111, 71.92139974, 134.9243187),
    716: (664.5083011, 770.4222128, 636.1521174, 802.60414),
}
"""Events observed → 95 % and 99.8 % limits: testdata_funnel_ratio_outputs.csv."""


def test_expected_events_by_hand():
    """Of 90 easy contacts 5 % fail, of 10 hard ones 30 %."""
    assert stats.expected_events([90, 10], [5, 30], [100, 100]) == 7.5
    units = [[90, 10], [10, 90], [0, 0]]
    np.testing.assert_allclose(stats.expected_events(units, [5, 30], [100, 100]), [7.5, 27.5, 0])


def test_a_stratum_unknown_to_the_reference_leaves_nothing_to_expect():
    found = stats.expected_events([[3, 4], [0, 4]], [0, 2], [0, 10])
    np.testing.assert_allclose(found, [np.nan, 0.8])


def test_the_reference_expects_of_itself_what_it_had():
    x, n = np.array([5, 30, 2]), np.array([100, 90, 7])
    assert stats.expected_events(n, x, n) == pytest.approx(x.sum())


@pytest.mark.parametrize("events", PHE)
def test_exact_ratio_gives_the_phe_ratio_funnel(events):
    lower95, upper95, lower998, upper998 = PHE[events]
    ratio = stats.standardised_ratio(events, 50)
    np.testing.assert_allclose(
        ratio, (events / 50, lower95 / 50, upper95 / 50), rtol=1e-6, atol=1e-8
    )
    wide = stats.standardised_ratio(events, 50, 0.998)
    np.testing.assert_allclose(wide[1:], (lower998 / 50, upper998 / 50), rtol=1e-6, atol=1e-8)


def test_exact_ratio_gives_rs_poisson_test():
    """``poisson.test(137, 24.19893)``: 5.661407, interval 4.753125 to 6.692709."""
    found = stats.standardised_ratio(137, 24.19893)
    np.testing.assert_allclose(found, (5.661407, 4.753125, 6.692709), atol=5e-7)


def test_byar_ratio_gives_phe_and_is_exact_below_ten_events():
    """Its workbook: 65 events, 50.1631877 to 82.8491385; 10 at 99.8 %, 2.9163184 to 24.1937249."""
    found = stats.standardised_ratio([65, 9], 10, method="byar")
    np.testing.assert_allclose((found.lower[0], found.upper[0]), (5.016319, 8.284914), atol=5e-7)
    exact = stats.standardised_ratio(9, 10)
    assert (found.lower[1], found.upper[1]) == (exact.lower, exact.upper)
    ten = stats.standardised_ratio(10, 10, 0.998, method="byar")
    np.testing.assert_allclose((ten.lower, ten.upper), (0.29163184, 2.41937249), atol=5e-9)


def test_too_little_expected_has_no_ratio():
    found = stats.standardised_ratio([0, 3, 4, 0], [0, 4.99, 5, np.nan])
    np.testing.assert_array_equal(np.isnan(found), [[1, 1, 0, 1]] * 3)
    assert stats.standardised_ratio(3, 2, minimum_expected=0).value == 1.5
    assert np.isnan(stats.standardised_ratio(0, 0, minimum_expected=0)).all()


def test_no_events_have_a_ratio_of_zero_with_an_upper_bound():
    value, lower, upper = stats.standardised_ratio(0, 10)
    assert (value, lower) == (0, 0)
    assert upper == pytest.approx(0.3689, abs=5e-5)


@relaxed
@given(st.integers(0, 10**5), st.floats(5, 1e5), st.sampled_from(["exact", "byar"]))
def test_the_ratio_lies_in_its_interval_and_scales_with_what_is_expected(x, expected, method):
    value, lower, upper = stats.standardised_ratio(x, expected, method=method)
    assert 0 <= lower <= value <= upper
    twice = stats.standardised_ratio(x, 2 * expected, method=method)
    np.testing.assert_allclose(np.multiply(twice, 2), (value, lower, upper))


def test_standardised_ratio_names_the_wrong_argument():
    with pytest.raises(ValueError, match="`method` must be one of 'exact', 'byar'; not 'wald'"):
        stats.standardised_ratio(1, 2, method="wald")
    with pytest.raises(ValueError, match="`expected` must not be negative"):
        stats.standardised_ratio(1, -2)


# overdispersion


NUMERATORS, DENOMINATORS = [100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]


def test_phi_is_that_of_funnelplotr_on_its_test_data():
    """Its formula written out; what PowerBI-Funnels makes of the same six units is elsewhere."""
    z = 2 * (np.sqrt(NUMERATORS) - np.sqrt(DENOMINATORS))
    z = np.clip(z, *np.percentile(z, [10, 90]))
    found = stats.ratio_overdispersion(NUMERATORS, DENOMINATORS)
    assert found.phi == pytest.approx((z**2).mean())
    w = 4 * np.array(DENOMINATORS)
    tau2 = ((z**2).sum() - 5) / (w.sum() - (w**2).sum() / w.sum())
    assert found.tau == pytest.approx(np.sqrt(tau2))
    assert not found.adjusted


def test_limits_widen_to_one_give_or_take_the_spread():
    """``(1 ± z sqrt(1/(4E) + tau²))²`` by hand: E = 100, tau = 0.1, so the root is 0.1118."""
    lower, upper = stats.poisson_funnel_limits(100, 0.95, tau=0.1)
    half = 1.959964 * np.sqrt(0.0025 + 0.01)
    np.testing.assert_allclose((lower, upper), ((1 - half) ** 2, (1 + half) ** 2), rtol=1e-6)


def test_the_spread_of_simulated_units_is_found_again():
    """400 units whose true ratios vary by 20 %, about 0.1 on the square root scale."""
    rng = np.random.default_rng(1)
    expected = rng.uniform(50, 300, 400)
    x = rng.poisson(expected * rng.gamma(25, 1 / 25, 400))
    found = stats.ratio_overdispersion(x, expected)
    assert found.adjusted
    # Winsorised, so a little below what was put in.
    assert 0.07 < found.tau < 0.1


def test_stable_units_are_seldom_called_overdispersed():
    """300 stable months of 20 units: 41 of them, and then by little."""
    rng = np.random.default_rng(2)
    expected = rng.uniform(20, 200, (300, 20))
    spreads = [stats.ratio_overdispersion(rng.poisson(e), e) for e in expected]
    assert sum(spread.adjusted for spread in spreads) < 0.2 * 300
    assert np.mean([spread.tau for spread in spreads]) < 0.005


@relaxed
@given(st.floats(0.1, 1e5), st.floats(0.001, 1))
def test_overdispersion_only_widens(expected, tau):
    narrow, wide = (stats.poisson_funnel_limits(expected, tau=part) for part in (0, tau))
    assert 0 <= wide[0] <= narrow[0]
    assert wide[1] >= narrow[1]


def test_overdispersion_of_no_one_or_equal_units():
    nothing = stats.ratio_overdispersion([3, np.nan], [0, 5])
    assert np.isnan(nothing.phi)
    assert (nothing.tau, nothing.k) == (0, 0)
    one = stats.ratio_overdispersion([30], [20])
    assert (one.tau, one.k) == (0, 1)
    assert stats.ratio_overdispersion([20] * 12, [20] * 12).phi == 0


@given(st.permutations(list(range(6))))
def test_row_order_does_not_matter(order):
    x, e = np.array(NUMERATORS), np.array(DENOMINATORS)
    one, other = stats.ratio_overdispersion(x, e), stats.ratio_overdispersion(x[order], e[order])
    assert other.tau == pytest.approx(one.tau)
