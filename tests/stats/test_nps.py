"""Net promoter scores: intervals by hand, exact coverage, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.stats import multinomial

from csqa import stats

levels = st.floats(0.5, 0.9999)


def test_nps_interval_follows_rocks_by_hand():
    # 6, 2, 2: n' = 13, NPS' = 4/13, variance (9.5/13 - (4/13)**2) / 13
    half = 1.959964 * np.sqrt((9.5 / 13 - (4 / 13) ** 2) / 13)
    np.testing.assert_allclose(stats.nps_interval(6, 2, 2), (4 / 13 - half, 4 / 13 + half))


def test_nps_interval_is_close_to_the_plain_standard_error_of_a_large_sample():
    """W35: 324 answers, a half, a third and a sixth; standard error 0.041409."""
    lower, upper = stats.nps_interval(162, 108, 54)
    assert (upper - lower) / 2 / 1.959964 == pytest.approx(0.041409, rel=0.01)
    assert (lower + upper) / 2 == pytest.approx(1 / 3, abs=0.005)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), levels)
@example(1, 0, 0, 0.95)
def test_nps_interval_contains_the_score_and_mirrors(up, idle, down, confidence):
    assume(up + idle + down > 0)
    lower, upper = stats.nps_interval(up, idle, down, confidence)
    assert -1 <= lower <= (up - down) / (up + idle + down) <= upper <= 1
    mirrored = stats.nps_interval(down, idle, up, confidence)
    np.testing.assert_allclose(mirrored, (-upper, -lower), atol=1e-12)


def test_nps_of_nobody_is_unknown():
    assert np.isnan(stats.nps_interval(0, 0, 0)).all()


def test_nps_names_the_wrong_count():
    with pytest.raises(ValueError, match="`passives` must not be negative"):
        stats.nps_interval(1, -1, 1)


@pytest.mark.parametrize(("n", "shares"), [(20, (0.5, 0.3, 0.2)), (40, (0.7, 0.2, 0.1))])
def test_nps_interval_covers_as_it_says(n, shares):
    """No published figures were found: every sample of ``n``, weighted by its chance, instead."""
    up, idle = (part.ravel() for part in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
    up, idle = up[up + idle <= n], idle[up + idle <= n]
    down = n - up - idle
    lower, upper = stats.nps_interval(up, idle, down)
    chance = multinomial(n, shares).pmf(np.column_stack([up, idle, down]))
    true = shares[0] - shares[2]
    covered = chance[(lower <= true) & (true <= upper)].sum()
    assert 0.94 <= covered <= 0.97


# differences


def test_nps_difference_by_hand():
    """Adjusted scores 40/103 and 20/103; variances (81.5/103 - score²)/103."""
    lower, upper = stats.nps_difference(60, 20, 20, 50, 20, 30)
    first, second = 40 / 103, 20 / 103
    half = 1.959964 * np.sqrt((2 * 81.5 / 103 - first**2 - second**2) / 103)
    np.testing.assert_allclose((lower, upper), (20 / 103 - half, 20 / 103 + half), rtol=1e-6)


def test_nps_difference_from_a_sure_score_is_the_interval_of_the_other():
    lower, upper = stats.nps_difference(60, 20, 20, 10**12, 0, 10**12)
    np.testing.assert_allclose((lower, upper), stats.nps_interval(60, 20, 20), atol=1e-6)


answers = st.tuples(*[st.integers(0, 10**4)] * 3).filter(sum)


@given(answers, answers)
def test_nps_difference_contains_it_and_changes_sign_with_order(first, second):
    lower, upper = stats.nps_difference(*first, *second)
    scores = [(up - down) / (up + idle + down) for up, idle, down in (first, second)]
    assert -2 <= lower <= scores[0] - scores[1] <= upper <= 2
    swapped = stats.nps_difference(*second, *first)
    np.testing.assert_allclose(swapped, (-upper, -lower), atol=1e-12)


def test_nps_difference_with_nobody_is_unknown():
    assert np.isnan(stats.nps_difference(0, 0, 0, 5, 3, 2)).all()
