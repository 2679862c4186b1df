"""Intervals of a difference or a ratio, against published tables and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from csqa import stats
from tests.published import worked_example

relaxed = settings(deadline=None)  # the first call imports scipy


@st.composite
def parts(draw):
    n = draw(st.integers(1, 10**6))
    return draw(st.integers(0, n)), n


def test_newcombe_gives_newcombe_1998b_table_2():
    x1, n1, x2, n2 = np.transpose(
        [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29), (0, 10, 0, 20)]
    )
    expected = [[0.0524, 0.3339], [0.1705, 0.8090], [-0.0381, 0.1926], [-0.1611, 0.2775]]
    found = np.column_stack(stats.newcombe_difference(x1, n1, x2, n2))
    np.testing.assert_allclose(found, expected, atol=5e-5)


def test_newcombe_gives_every_worked_example():
    case = worked_example("W18")
    found = stats.newcombe_difference(*np.transpose(case["inputs"]["x1n1x2n2"]))
    np.testing.assert_allclose(
        np.column_stack(found), case["expected"]["ci"], atol=case["tolerance"]
    )


@given(parts(), parts())
def test_newcombe_contains_the_difference_and_changes_sign_with_order(first, second):
    lower, upper = stats.newcombe_difference(*first, *second)
    assert -1 <= lower <= first[0] / first[1] - second[0] / second[1] <= upper <= 1
    swapped = stats.newcombe_difference(*second, *first)
    np.testing.assert_allclose(swapped, (-upper, -lower), atol=1e-12)


@pytest.mark.parametrize(("share1", "share2"), [(0.9, 0.8), (0.5, 0.5), (0.97, 0.99)])
def test_newcombe_covers_as_it_says(share1, share2):
    """Every pair of samples, by its chance; near 1 it errs on the safe side."""
    x1, x2 = np.meshgrid(np.arange(41), np.arange(61))
    lower, upper = stats.newcombe_difference(x1, 40, x2, 60)
    chance = scipy_stats.binom.pmf(x1, 40, share1) * scipy_stats.binom.pmf(x2, 60, share2)
    covered = chance[(lower <= share1 - share2) & (share1 - share2 <= upper)].sum()
    assert 0.935 <= covered < 0.998


def test_newcombe_of_an_empty_sample_is_unknown():
    assert np.isnan(stats.newcombe_difference(0, 0, 3, 10)).all()


def test_newcombe_names_the_wrong_argument():
    with pytest.raises(ValueError, match="`x2` must not exceed `n2`"):
        stats.newcombe_difference(1, 2, 4, 3)


def test_rate_ratio_gives_statsmodels_waldcc():
    """statsmodels 0.15.0, ``confint_poisson_2indep(5, 100, 10, 100, method="waldcc")``."""
    np.testing.assert_allclose(stats.rate_ratio(5, 100, 10, 100), (0.187, 1.470), atol=5e-4)


def test_exact_rate_ratio_gives_the_example_of_rs_poisson_test():
    """``poisson.test(c(11, 6+8+7), c(800, 1083+1050+878))``: 0.8584264 to 4.2772659."""
    found = stats.rate_ratio(11, 800, 21, 3011, method="exact")
    np.testing.assert_allclose(found, (0.8584264, 4.2772659), atol=5e-7)


@relaxed
@given(st.integers(0, 50), st.integers(0, 50), st.floats(0.1, 10))
def test_exact_rate_ratio_is_scipys_binomial_interval(x1, x2, exposure):
    assume(x1 + x2 > 0)
    share = scipy_stats.binomtest(x1, x1 + x2).proportion_ci(0.95, method="exact")
    odds = [part / (1 - part) if part < 1 else np.inf for part in (share.low, share.high)]
    found = stats.rate_ratio(x1, exposure, x2, 1, method="exact")
    np.testing.assert_allclose(found, np.array(odds) / exposure, rtol=1e-6)


def test_exact_rate_ratio_of_nothing_to_nothing_is_unknown():
    lower, upper = stats.rate_ratio([0, 1, 0], [9, 0, 9], [0, 1, 4], [9, 9, 9], method="exact")
    np.testing.assert_array_equal(np.isnan(lower), [1, 1, 0])
    np.testing.assert_array_equal(np.isnan(upper), [1, 1, 0])
    assert lower[2] == 0


def test_rate_ratio_names_the_wrong_method():
    with pytest.raises(ValueError, match="`method` must be one of 'waldcc', 'exact'; not 'score'"):
        stats.rate_ratio(1, 2, 3, 4, method="score")


def test_rate_ratio_without_events_on_one_side_reaches_the_estimate():
    lower, upper = stats.rate_ratio([0, 3], 100, [3, 0], 100)
    np.testing.assert_array_equal([lower[0], upper[1]], [0, np.inf])
    assert upper[0] == pytest.approx(1 / lower[1])


def test_rate_ratio_of_nothing_to_nothing_is_unknown():
    lower, upper = stats.rate_ratio([0, 1, 1], [10, 0, 10], [0, 1, 1], [10, 10, 0])
    assert np.isnan(lower).all()
    assert np.isnan(upper).all()


@given(
    st.integers(0, 10**5),
    st.integers(1, 10**5),
    st.integers(1, 10**5),
    st.integers(1, 10**5),
    st.floats(0.0001, 0.9999),
)
@example(1, 1, 10**5, 1, 0.1)
def test_rate_ratio_contains_the_ratio(x1, e1, x2, e2, confidence):
    """Half an event is added to each count: at low confidence that alone would leave it out."""
    lower, upper = stats.rate_ratio(x1, e1, x2, e2, confidence)
    estimate = (x1 / e1) / (x2 / e2)
    assert lower <= estimate * (1 + 1e-12)
    assert estimate <= upper * (1 + 1e-12)


def sums(values):
    return len(values), np.sum(values), np.sum(np.square(values))


SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)


def test_welch_gives_students_sleep_data():
    """R's ``t.test(extra ~ group, data = sleep)``: -3.3654832 to 0.2054832."""
    found = stats.welch_difference(*sums(SLEEP[0]), *sums(SLEEP[1]))
    np.testing.assert_allclose(found, (-3.3654832, 0.2054832), atol=5e-8)


samples = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20)


@relaxed
@given(samples, samples, st.floats(0.5, 0.999))
def test_welch_is_scipys(first, second, confidence):
    assume(np.std(first) > 0.1)
    assume(np.std(second) > 0.1)
    expected = scipy_stats.ttest_ind(first, second, equal_var=False).confidence_interval(confidence)
    found = stats.welch_difference(*sums(first), *sums(second), confidence)
    np.testing.assert_allclose(found, (expected.low, expected.high), rtol=1e-5, atol=1e-5)


def test_welch_of_constant_groups_is_their_difference():
    np.testing.assert_array_equal(stats.welch_difference(2, 4, 8, 3, 3, 3), (1, 1))


def test_welch_needs_two_values_in_each_group():
    assert np.isnan(
        stats.welch_difference([1, 5], [3, 15], [9, 55], [5, 0], [15, 0], [55, 0])
    ).all()


def test_welch_names_the_wrong_sums():
    with pytest.raises(ValueError, match="`sq2` must be at least"):
        stats.welch_difference(2, 4, 8, 3, 9, 1)


def test_p_of_a_mean_being_nothing_is_that_of_scipy():
    values = np.array([1.5, -0.5, 2.0, 3.5, 0.25])
    expected = scipy_stats.ttest_1samp(values, 0).pvalue
    assert stats.t_test_p(5, values.sum(), (values**2).sum()) == pytest.approx(expected)
    lower, upper = stats.t_interval(5, values.sum(), (values**2).sum(), 1 - expected)
    assert min(abs(lower), abs(upper)) == pytest.approx(0, abs=1e-9)


def test_p_of_constant_values():
    np.testing.assert_array_equal(stats.t_test_p([5, 5, 1], [0, 10, 2], [0, 20, 4]), [1, 0, np.nan])
