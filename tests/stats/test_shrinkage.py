"""Shrunken estimates with intervals, against Efron and Morris, Rubin, and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from csqa import stats

relaxed = settings(deadline=None, max_examples=50)  # the first call imports scipy

HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
EFFECTS, ERRORS = [28, 8, -3, 7, -1, 1, 18, 12], np.array([15, 10, 16, 11, 9, 11, 10, 18])


# means


def test_eight_schools_are_pooled_as_rubin_found_them():
    """Rubin (1981); Gelman et al., Bayesian Data Analysis, section 5.5: 7.7, standard error 4.1."""
    found = stats.shrink_means(EFFECTS, ERRORS**2)
    np.testing.assert_allclose(found.value, 7.7, atol=0.05)
    assert found.standard_error.min() == pytest.approx(4.1, abs=0.05)
    assert (found.standard_error <= ERRORS).all()
    assert found.tau == 0


def test_shrunken_means_by_hand():
    """Effects 0 and 4 with variance 1: tau² 7, so an eighth of the way to 2."""
    found = stats.shrink_means([0.0, 4.0], [1.0, 1.0])
    np.testing.assert_allclose(found.value, [0.25, 3.75])
    np.testing.assert_allclose(found.weight, 1 / 8)
    np.testing.assert_allclose(found.standard_error**2, 7 / 8 + (1 / 8) ** 2 * 8 / 2)


def test_normal_chances_are_those_of_the_normal_distribution():
    found = stats.shrink_means([0.0, 4.0, 9.0, 2.0, 5.0], [1.0, 2.0, 1.0, 3.0, 1.0])
    z = (3 - found.value) / found.standard_error
    np.testing.assert_allclose(found.chance_below(3), scipy_stats.norm.cdf(z))
    np.testing.assert_allclose(found.chance_above(3) + found.chance_below(3), 1)
    lower, upper = found.interval(0.9)
    np.testing.assert_allclose(upper - lower, 2 * 1.644854 * found.standard_error, rtol=1e-6)


# proportions


def test_baseball_is_pulled_about_as_efron_and_morris_pull_it():
    """Their factor is 0.79 (k - 3 units); moments without it give 0.90 of the way to the mean."""
    found = stats.shrink_proportions(HITS, 45)
    assert found.mean == pytest.approx(0.265, abs=5e-4)
    assert 0.75 < found.weight[0] < 1
    lower, upper = found.interval()
    season = [
        0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269, 0.230, 0.264, 0.256, 0.303,
        0.264, 0.226, 0.286, 0.316, 0.200,
    ]  # fmt: skip
    assert ((lower <= season) & (season <= upper)).sum() >= 16


def test_value_is_shrinks():
    x, n = [40, 44, 60, 9, 0], [100, 90, 100, 10, 0]
    np.testing.assert_allclose(stats.shrink_proportions(x, n).value, stats.shrink(x, n))


def test_beta_posterior_by_hand():
    """Many units, so the prior is as good as known: the interval is the beta posterior's."""
    x = np.tile([30, 40, 50, 60, 70], 200)
    found = stats.shrink_proportions(x, 100)
    z = 20 * (np.arcsin(np.sqrt(x / 100)) - np.pi / 4)
    prior = 1 / (4 * ((z**2).sum() - 999) / (400 * 999)) - 1
    posterior = scipy_stats.beta(30 + prior / 2, 70 + prior / 2)
    assert found.value[0] == pytest.approx(posterior.mean())
    lower, upper = found.interval()
    np.testing.assert_allclose((lower[0], upper[0]), posterior.interval(0.95), atol=2e-3)
    assert found.chance_below(0.4)[0] == pytest.approx(posterior.cdf(0.4), abs=2e-3)


def test_a_unit_without_cases_is_as_uncertain_as_the_units_differ():
    x, n = [*[70, 90] * 10, 0], [*[100] * 20, 0]
    found = stats.shrink_proportions(x, n)
    assert found.value[-1] == found.mean == 0.8
    assert found.standard_error[-1] > found.standard_error[0]
    assert found.standard_error[-1] == pytest.approx(found.tau, rel=0.1)


def test_where_chance_explains_all_the_deviating_unit_is_the_least_sure():
    x = np.array([88, 88, 88, 88, 88, 88, 80])
    found = stats.shrink_proportions(x, 100)
    assert found.tau == 0
    assert np.ptp(found.value) == 0
    assert found.standard_error[-1] > 2 * found.standard_error[0] > 0


@pytest.mark.parametrize("x", [[0, 0, 0], [10, 10, 10]])
def test_all_or_nothing_is_certain_of_itself(x):
    found = stats.shrink_proportions(x, 10)
    share = x[0] / 10
    np.testing.assert_array_equal(found.interval(), [[share] * 3] * 2)
    np.testing.assert_array_equal(found.chance_below(0.5), [float(share < 0.5)] * 3)
    np.testing.assert_array_equal(found.chance_above(0.5), [float(share > 0.5)] * 3)


def test_nothing_known_stays_unknown():
    found = stats.shrink_proportions([5, 9, np.nan], [10, 10, 3])
    assert np.isnan([found.value[2], found.standard_error[2], found.chance_below(0.5)[2]]).all()
    nobody = stats.shrink_proportions([0, 0], [0, 0])
    assert np.isnan([nobody.value, *nobody.interval(), nobody.chance_above(0.5)]).all()
    assert np.isnan(stats.shrink_means([np.nan], [np.nan]).value).all()
    assert np.isnan(stats.shrink_rates([0], [0]).value).all()


def test_one_unit_is_itself():
    found = stats.shrink_proportions([18], [20])
    assert found.value[0] == 0.9
    assert found.standard_error[0] == pytest.approx(np.sqrt(0.09 / 20))


units = st.lists(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=12,
)


def test_wildly_different_units_are_not_sure_of_what_one_case_says():
    found = stats.shrink_proportions([0, 1, 81, 0, 1, 73, 24], [1, 9, 81, 1, 2, 288, 222])
    lower, upper = found.interval()
    assert upper[0] > 0.5
    assert upper[2] - lower[2] < 0.1


@relaxed
@given(units, st.floats(0.05, 0.95))
def test_intervals_hold_the_value_and_chances_are_chances(parts, target):
    found = stats.shrink_proportions(*np.transpose(parts))
    lower, upper = found.interval()
    assert ((lower >= 0) & (upper <= 1)).all()
    assert ((lower <= found.value) & (found.value <= upper)).all()
    below, above = found.chance_below(target), found.chance_above(target)
    assert ((below >= 0) & (below <= 1)).all()
    unsure = (found.standard_error > 0) | (found.value != target)
    np.testing.assert_allclose((below + above)[unsure], 1)


@relaxed
@given(units)
def test_failures_mirror_successes(parts):
    x, n = np.transpose(parts)
    found, mirrored = stats.shrink_proportions(x, n), stats.shrink_proportions(n - x, n)
    np.testing.assert_allclose(mirrored.value, 1 - found.value, atol=1e-9)
    np.testing.assert_allclose(mirrored.standard_error, found.standard_error, atol=1e-9)


@relaxed
@given(units)
def test_nobody_is_surer_than_a_known_prior_would_make_them(parts):
    """Doubt about the prior only ever adds to the beta posterior's own variance."""
    x, n = np.transpose(parts)
    found = stats.shrink_proportions(x, n)
    pulled = (found.weight < 1) & (n > 0)
    n, weight, value = n[pulled], found.weight[pulled], found.value[pulled]
    prior = n * weight / (1 - weight)
    known = value * (1 - value) / (n + prior + 1)
    least = np.minimum(known, value * (1 - value) / 2)
    assert (found.standard_error[pulled] ** 2 >= least * (1 - 1e-9)).all()


@relaxed
@given(units)
@example([(37, 39), (28, 32), (14, 18), (9, 20), (1, 5), (5, 7)])
@example([(0, 1), (1, 1), (1, 1)])
def test_nobody_is_less_sure_than_their_own_cases_make_them(parts):
    """Nor wider than any belief on [0, 1] with that mean and one peak."""
    x, n = np.transpose(parts)
    found = stats.shrink_proportions(x, n)
    usual, level = found.mean * (1 - found.mean), found.value * (1 - found.value)
    most = np.minimum(np.maximum(usual, level) / n, level / 2)
    assert (found.standard_error**2 <= most * (1 + 1e-9)).all()


def test_no_prior_of_a_rate_is_worth_less_than_half_an_event():
    """0 or 1,000 of 1 expected: a prior by moments alone would be worth 0.36 of an event."""
    found = stats.shrink_rates([0, 1000] * 3, 1)
    assert found.value[0] == pytest.approx(0.5 / (1 + 0.5 / 500))


def test_a_unit_far_from_the_others_is_as_unsure_as_its_own_level_is():
    """70 of 100 among 90 of 100: at 0.7 a count scatters 1.5 times as much as at 0.9."""
    x = [90, 93, 87, 95, 85, 91, 89, 94, 86, 92, 88, 90, 90, 70]
    found = stats.shrink_proportions(x, 100)
    prior = 100 * found.weight[-1] / (1 - found.weight[-1])
    value = found.value[-1]
    assert found.standard_error[-1] >= np.sqrt(value * (1 - value) / (100 + prior + 1))
    assert found.standard_error[-1] > 1.1 * found.standard_error[0]


@given(st.permutations(list(range(6))))
def test_row_order_does_not_matter(order):
    x, n = np.array([3, 9, 12, 40, 0, 30]), np.array([10, 20, 40, 50, 9, 31])
    found, again = stats.shrink_proportions(x, n), stats.shrink_proportions(x[order], n[order])
    np.testing.assert_allclose(again.value, found.value[order])
    np.testing.assert_allclose(again.standard_error, found.standard_error[order])


@pytest.mark.parametrize(("alpha", "beta"), [(44, 6), (15, 15), (176, 24)])
def test_intervals_cover_the_truth_and_high_chances_are_true(alpha, beta):
    """20 agents with 20 to 200 contacts, 150 months; true levels are known."""
    rng = np.random.default_rng(7)
    covered, sure, right = [], 0, 0
    for _ in range(150):
        n, true = rng.integers(20, 200, 20), rng.beta(alpha, beta, 20)
        found = stats.shrink_proportions(rng.binomial(n, true), n)
        lower, upper = found.interval()
        covered.append(((lower <= true) & (true <= upper)).mean())
        target = alpha / (alpha + beta)
        certain = found.chance_below(target) > 0.95
        sure, right = sure + certain.sum(), right + (true[certain] < target).sum()
    assert 0.9 <= np.mean(covered) <= 0.98
    assert right / sure > 0.85


# rates


def test_gamma_posterior_by_hand():
    """Many units, so the prior is as good as known: Gamma(x + a, E + b), Clayton & Kaldor 1987."""
    x = np.tile([10, 15, 20, 25, 30], 200)
    found = stats.shrink_rates(x, 20)
    z = 2 * (np.sqrt(x) - np.sqrt(20))
    shape = 1 / (4 * ((z**2).sum() - 999) / (80 * 999))
    posterior = scipy_stats.gamma(10 + shape, scale=1 / (20 + shape))
    assert found.value[0] == pytest.approx(posterior.mean())
    lower, upper = found.interval()
    np.testing.assert_allclose((lower[0], upper[0]), posterior.interval(0.95), atol=5e-3)
    assert found.chance_above(1)[0] == pytest.approx(posterior.sf(1), abs=5e-3)


def test_the_unit_of_exposure_does_not_matter():
    x, exposure = [12, 30, 25, 3, 0, 8], np.array([200, 210, 190, 205, 220, 40])
    per_one, per_hundred = stats.shrink_rates(x, exposure), stats.shrink_rates(x, exposure / 100)
    np.testing.assert_allclose(per_hundred.value, 100 * per_one.value)
    np.testing.assert_allclose(per_hundred.standard_error, 100 * per_one.standard_error)
    np.testing.assert_allclose(per_hundred.chance_above(10), per_one.chance_above(0.1))


def test_rates_without_events_or_exposure():
    found = stats.shrink_rates([0, 0, 0], [5, 9, 0])
    np.testing.assert_array_equal(found.value, [0, 0, 0])
    np.testing.assert_array_equal(found.chance_above(0.1), [0, 0, 0])
    assert stats.shrink_rates([12, 30, 25, 3, 0], [20, 20, 20, 20, 0]).value[-1] == 0.875


def test_shrunken_rates_cover_the_truth():
    rng = np.random.default_rng(8)
    covered = []
    for _ in range(150):
        expected, true = rng.uniform(5, 60, 25), rng.gamma(12, 1 / 12, 25)
        lower, upper = stats.shrink_rates(rng.poisson(expected * true), expected).interval()
        covered.append(((lower <= true) & (true <= upper)).mean())
    assert 0.91 <= np.mean(covered) <= 0.98


@relaxed
@given(
    st.lists(st.tuples(st.integers(0, 200), st.floats(0.5, 200)), min_size=1, max_size=12),
)
def test_a_shrunken_rate_lies_between_its_own_and_the_overall_one(parts):
    x, expected = np.transpose(parts)
    found, own = stats.shrink_rates(x, expected), x / expected
    assert (found.value >= np.minimum(own, found.mean) - 1e-9).all()
    assert (found.value <= np.maximum(own, found.mean) + 1e-9).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stats.shrink_proportions([3], [2]), "`x` must not exceed `n`"),
        (lambda: stats.shrink_rates([-1], [2]), "`x` must not be negative"),
        (lambda: stats.shrink_means([1.0], [0.0]), "`variances` must be above 0"),
    ],
)
def test_shrinking_names_the_wrong_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
