"""What statsmodels 0.15 and SciPy 1.17 answer wrongly, or refuse, at the edges; and csqa's answer.

Each case was measured there; statsmodels is no dependency, so its answers stand in the comments.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from csqa import stats


def test_no_event_has_a_lower_bound_of_zero():
    """``confint_poisson(0, 1, method="midp-c")`` gives (2.9957, 2.9957)."""
    lower, upper = stats.poisson_exact(0)
    assert lower == 0
    assert upper == pytest.approx(3.6889, abs=5e-5)


def test_a_ratio_of_nothing_to_something_holds_its_estimate():
    """``confint_poisson_2indep(0, 100, 3, 100, method="score", compare="ratio")``: (1.28, 1.28)."""
    for method in ("waldcc", "exact"):
        lower, upper = stats.rate_ratio(0, 100, 3, 100, method=method)
        assert lower == 0
        assert 1 < upper < 3


def test_a_ratio_of_five_to_ten_is_not_bounded_at_a_twentieth():
    """``method="score-log"`` gives (0.054, 1.395)."""
    lower, upper = stats.rate_ratio(5, 100, 10, 100)
    assert (round(float(lower), 3), round(float(upper), 3)) == (0.187, 1.470)


def test_no_success_in_either_sample_has_an_interval():
    """``confint_proportions_2indep(0, 10, 0, 20)``: "score" fails, "wald" gives (0, 0)."""
    found = stats.newcombe_difference(0, 10, 0, 20)
    np.testing.assert_allclose(found, (-0.1611, 0.2775), atol=5e-5)


def test_all_successes_reach_exactly_one():
    """``proportion_confint(20, 20, method="wilson")`` ends at 0.9999999999999999."""
    for n in (1, 3, 20, 49, 263, 10**6):
        assert stats.wilson(n, n)[1] == 1
        assert stats.wilson(0, n)[0] == 0


def test_nobody_has_an_interval_that_is_unknown():
    """``binomtest(0, 0)`` raises in SciPy 1.17; later ones answer."""
    assert np.isnan(stats.wilson(0, 0)).all()


def test_missing_p_values_are_left_out():
    """``false_discovery_control`` raises at a NaN."""
    with pytest.raises(ValueError, match="ps"):
        scipy_stats.false_discovery_control([0.01, np.nan])
    np.testing.assert_array_equal(stats.adjust_p([0.01, np.nan]), [0.01, np.nan])


def test_constant_values_have_an_interval_without_width():
    """``bootstrap`` by BCa gives (nan, nan) for a constant."""
    np.testing.assert_array_equal(stats.t_mean([7.0] * 6), (7, 7))
    np.testing.assert_array_equal(stats.t_interval(6, 42, 294), (7, 7))
    np.testing.assert_array_equal(stats.welch_difference(6, 42, 294, 6, 42, 294), (0, 0))
