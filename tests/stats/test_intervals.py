"""Intervals of one estimate, against published tables, edge cases and properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from csqa import stats
from tests.published import worked_example

levels = st.floats(0.5, 0.9999)
relaxed = settings(deadline=None)  # the first call imports scipy


@st.composite
def parts(draw):
    n = draw(st.integers(1, 10**9))
    return draw(st.integers(0, n)), n


def pairs(interval):
    return np.column_stack(interval)


# wilson


def test_wilson_gives_newcombe_1998a_table_1():
    interval = stats.wilson([81, 15, 0, 1], [263, 148, 20, 29])
    expected = [[0.2553, 0.3662], [0.0624, 0.1605], [0.0, 0.1611], [0.0061, 0.1718]]
    np.testing.assert_allclose(pairs(interval), expected, atol=5e-5)


def test_wilson_gives_the_vegetarians_of_agresti():
    """Categorical Data Analysis (2002), section 1.4.3: 0 of 25, score interval 0 to 0.133."""
    np.testing.assert_allclose(stats.wilson(0, 25), (0, 0.133), atol=5e-4)


@relaxed
@given(parts(), levels)
def test_wilson_is_scipys(part, confidence):
    x, n = part
    expected = scipy_stats.binomtest(x, n).proportion_ci(confidence, method="wilson")
    np.testing.assert_allclose(stats.wilson(x, n, confidence), expected, atol=1e-9)


def test_wilson_gives_every_worked_example():
    case = worked_example("W16")
    x, n = np.transpose(case["inputs"]["x_n"])
    np.testing.assert_allclose(
        pairs(stats.wilson(x, n)), case["expected"]["ci"], atol=case["tolerance"]
    )


def test_wilson_is_exact_at_both_ends_and_nan_for_nothing():
    lower, upper = stats.wilson([0, 20, 9, 0], [20, 20, 9, 0])
    assert lower[0] == 0
    assert upper[1] == 1
    assert upper[2] == 1
    assert np.isnan([lower[3], upper[3]]).all()


def test_wilson_broadcasts_and_keeps_missing_values_missing():
    lower, upper = stats.wilson([[1], [2]], [10, 20, np.nan])
    assert lower.shape == upper.shape == (2, 3)
    assert np.isnan(lower[:, 2]).all()
    assert not np.isnan(upper[:, :2]).any()


def test_wilson_of_two_numbers_is_two_numbers():
    lower, upper = stats.wilson(0, 20)
    assert lower == 0
    assert round(float(upper), 4) == 0.1611


@given(parts(), levels)
@example((9, 9), 0.95)
def test_wilson_contains_its_estimate_and_stays_a_proportion(part, confidence):
    x, n = part
    lower, upper = stats.wilson(x, n, confidence)
    assert 0 <= lower <= x / n <= upper <= 1


@given(parts(), levels)
def test_wilson_of_the_failures_mirrors_that_of_the_successes(part, confidence):
    x, n = part
    lower, upper = stats.wilson(x, n, confidence)
    np.testing.assert_allclose(
        stats.wilson(n - x, n, confidence), (1 - upper, 1 - lower), atol=1e-12
    )


@given(parts(), levels, levels)
def test_wilson_widens_with_confidence(part, one, other):
    low, high = sorted((one, other))
    narrow, wide = stats.wilson(*part, low), stats.wilson(*part, high)
    assert wide[0] <= narrow[0] + 1e-12
    assert narrow[1] <= wide[1] + 1e-12


@given(st.permutations(list(range(6))))
def test_wilson_does_not_depend_on_row_order(order):
    x, n = np.array([0, 1, 5, 9, 10, 0]), np.array([7, 8, 10, 9, 30, 0])
    lower, upper = stats.wilson(x, n)
    again = stats.wilson(x[order], n[order])
    np.testing.assert_array_equal(again, (lower[order], upper[order]))


@pytest.mark.parametrize(
    ("x", "n", "message"),
    [
        ([1, 5], [3, 3], "`x` must not exceed `n`; 1 value.* first 5 of 3 at position 1"),
        ([-1], [3], "`x` must not be negative; 1 value.* first -1 at position 0"),
        ([0], [-3], "`n` must not be negative"),
        ([np.inf], [np.inf], "`x` must be finite"),
    ],
)
def test_wilson_names_the_wrong_argument(x, n, message):
    with pytest.raises(ValueError, match=message):
        stats.wilson(x, n)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5, float("nan")])
def test_confidence_must_lie_between_0_and_1(confidence):
    with pytest.raises(ValueError, match="`confidence` must lie between 0 and 1"):
        stats.wilson(1, 2, confidence)


# wilson_finite


def test_finite_sample_uses_the_effective_size():
    effective = 20 * 99 / 80
    np.testing.assert_allclose(
        stats.wilson_finite(18, 20, 100), stats.wilson(0.9 * effective, effective)
    )


@pytest.mark.parametrize(("n", "population"), [(20, 100), (60, 300), (100, 1000)])
def test_finite_sample_covers_the_population_share_on_average(n, population):
    """Every sample, by its hypergeometric chance.

    Counts are whole, so coverage swings with the share; like Wilson's, it is right on average.
    """
    marked = np.arange(population // 2, population)[:, np.newaxis]
    x = np.arange(n + 1)
    chance = scipy_stats.hypergeom.pmf(x, population, marked, n)
    lower, upper = stats.wilson_finite(x, n, population)
    inside = (lower <= marked / population) & (marked / population <= upper)
    covered = (chance * inside).sum(axis=1)
    assert 0.94 <= covered.mean() <= 0.97


def test_finite_sample_of_everything_has_no_uncertainty():
    lower, upper = stats.wilson_finite([3, 1, 0], [4, 1, 0], [4, 1, 0])
    np.testing.assert_array_equal(lower, [0.75, 1, np.nan])
    np.testing.assert_array_equal(upper, [0.75, 1, np.nan])


@given(parts(), st.integers(0, 10**9))
def test_finite_interval_lies_within_the_infinite_one(part, rest):
    x, n = part
    lower, upper = stats.wilson_finite(x, n, n + rest)
    outer = stats.wilson(x, n)
    assert outer[0] - 1e-12 <= lower <= x / n <= upper <= outer[1] + 1e-12


def test_finite_sample_cannot_exceed_its_population():
    with pytest.raises(ValueError, match="`n` must not exceed `population`"):
        stats.wilson_finite(1, 10, 9)


# zero events


def test_zero_events_is_about_three_over_n():
    bound = stats.zero_events_upper([100, 1000, 0])
    np.testing.assert_allclose(bound[:2], [0.0295, 0.00299], atol=5e-5)  # Hanley & Lippman-Hand
    assert np.isnan(bound[2])


@given(st.integers(1, 10**6), levels)
def test_zero_events_bound_leaves_no_event_its_chance(n, confidence):
    """By its definition: at the bound, no event in ``n`` has the chance left over."""
    bound = stats.zero_events_upper(n, confidence)
    assert np.exp(n * np.log1p(-bound)) == pytest.approx(1 - confidence, rel=1e-6)


# counts


def test_poisson_exact_gives_rs_poisson_test():
    """``poisson.test(137, 24.19893)``: rate 5.661407, interval 4.753125 to 6.692709."""
    rate = np.array(stats.poisson_exact(137)) / 24.19893
    np.testing.assert_allclose(rate, (4.753125, 6.692709), atol=5e-7)


def test_poisson_exact_gives_the_phe_ratio_funnel_at_998():
    """testdata_funnel_ratio_outputs.csv: 10 and 100 events."""
    found = pairs(stats.poisson_exact([10, 100], 0.998))
    expected = [[2.960519925, 24.13397235], [71.92139974, 134.9243187]]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_poisson_exact_gives_the_phe_rate_sheet():
    expected = [[1.6234864, 11.6683321], [0.0253178, 5.5716434], [0.0, 3.6888795]]
    np.testing.assert_allclose(pairs(stats.poisson_exact([5, 1, 0])), expected, atol=5e-7)


def test_poisson_exact_gives_every_worked_example():
    case = worked_example("W20")
    interval = stats.poisson_exact(case["inputs"]["x"])
    np.testing.assert_allclose(pairs(interval), case["expected"]["ci"], atol=case["tolerance"])


@relaxed
@given(st.integers(0, 10**6), levels)
def test_poisson_exact_is_the_chi_squared_formula_and_contains_the_count(x, confidence):
    lower, upper = stats.poisson_exact(x, confidence)
    alpha = 1 - confidence
    assert lower <= x <= upper
    np.testing.assert_allclose(upper, scipy_stats.chi2.isf(alpha / 2, 2 * x + 2) / 2, rtol=1e-9)
    if x:
        np.testing.assert_allclose(lower, scipy_stats.chi2.ppf(alpha / 2, 2 * x) / 2, rtol=1e-9)


def test_byar_gives_the_phe_workbook():
    np.testing.assert_allclose(stats.byar(65), (50.1631877, 82.8491385), atol=5e-7)
    expected = [[42.8802615, 94.0002908], [2.9163184, 24.1937249]]
    np.testing.assert_allclose(pairs(stats.byar([65, 10], 0.998)), expected, atol=5e-7)


def test_byar_gives_every_worked_example():
    case = worked_example("W19")
    found = [stats.byar(*row) for row in zip(*case["inputs"].values(), strict=True)]
    np.testing.assert_allclose(found, case["expected"]["ci"], atol=case["tolerance"])


@relaxed
@given(st.integers(10, 10**6))
def test_byar_is_close_to_exact_from_ten_events_on(x):
    """Breslow & Day (1987) call it extremely accurate; within 0.4 % of the width here."""
    exact, close = stats.poisson_exact(x), stats.byar(x)
    width = exact[1] - exact[0]
    np.testing.assert_allclose(close, exact, atol=0.004 * width)


@given(st.integers(0, 10**6), levels)
def test_byar_contains_the_count_and_is_never_negative(x, confidence):
    lower, upper = stats.byar(x, confidence)
    assert 0 <= lower <= x <= upper


# means


def test_t_interval_gives_the_nist_handbook():
    """Section 1.3.5.2, ZARR13.DAT: n = 195, mean 9.261460, standard deviation 0.022789."""
    n, mean, deviation = 195, 9.261460, 0.022789
    interval = stats.t_interval(n, n * mean, (n - 1) * deviation**2 + n * mean**2)
    np.testing.assert_allclose(interval, (9.258242, 9.264679), atol=1e-6)


def test_t_mean_gives_students_sleep_data():
    """R's ``t.test(extra ~ group, data = sleep, paired = TRUE)``: 0.7001142 to 2.4598858."""
    gained = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    np.testing.assert_allclose(stats.t_mean(gained), (0.7001142, 2.4598858), atol=5e-8)


def test_too_few_values_have_no_interval():
    assert np.isnan(stats.t_mean([])).all()
    assert np.isnan(stats.t_mean([3.0, np.nan])).all()
    assert np.isnan(stats.t_interval([0, 1], [0, 3], [0, 9])).all()


def test_equal_values_have_an_interval_without_width():
    np.testing.assert_array_equal(stats.t_mean([0.1] * 7), (0.1, 0.1))
    lower, upper = stats.t_interval(3, 3 * 0.1, 3 * 0.1**2)  # cancels to slightly below zero
    np.testing.assert_allclose((lower, upper), (0.1, 0.1), atol=1e-7)


def test_impossible_squares_are_refused():
    with pytest.raises(ValueError, match="`total_squares` must be at least the squared total"):
        stats.t_interval(3, 30, 200)


@relaxed
@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=30), levels)
def test_t_mean_is_scipys_and_the_sums_agree(values, confidence):
    assume(np.std(values) > 1e-3)
    expected = scipy_stats.ttest_1samp(values, 0).confidence_interval(confidence)
    interval = stats.t_mean(values, confidence)
    np.testing.assert_allclose(interval, (expected.low, expected.high), rtol=1e-7, atol=1e-7)
    sums = len(values), np.sum(values), np.sum(np.square(values))
    np.testing.assert_allclose(stats.t_interval(*sums, confidence), interval, rtol=1e-3, atol=1e-3)
