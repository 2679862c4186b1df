"""Published figures of intervals; continues ``test_published.py``."""

from __future__ import annotations

import numpy as np
import pytest

from csqa import stats


@pytest.mark.parametrize(
    ("x", "n", "population", "theirs"),
    [(12, 100, 400, (0.07773565, 0.1914951)), (61, 75, 415, (0.717157, 0.8777797))],
)
def test_finite_wilson_lies_by_the_adjusted_wald_of_statpsych(x, n, population, theirs):
    """``ci.prop.fpc`` (Bonett 2021), whose adjustment is made to come near the score interval.

    As wide within 3 %; Wilson's without the correction is 8 % wider and more.
    """
    found = stats.wilson_finite(x, n, population)
    np.testing.assert_allclose(found, theirs, atol=0.006)
    assert np.diff(found) == pytest.approx(np.diff(theirs), rel=0.03)
    assert np.diff(stats.wilson(x, n)) > 1.08 * np.diff(theirs)


def test_zero_events_bound_gives_the_sample_size_of_reliability():
    """``sample_size_no_failures(0.999)``: 2,995 items without a failure, and not one fewer."""
    assert stats.zero_events_upper(2995) <= 0.001 < stats.zero_events_upper(2994)


def test_log_wald_rate_ratio_gives_sas():
    """zEpid's tests, 6 events in 100 and 14 in 400: 0.658778447 to 4.460946657.

    Without half an event added to each, so that half is taken off first.
    """
    found = stats.rate_ratio(5.5, 100, 13.5, 400)
    np.testing.assert_allclose(found, (0.658778447, 4.460946657), rtol=1e-9)


def test_exact_rate_ratio_gives_rateratio_test():
    """Fay (2010), ``rateratio.test(c(2, 9), c(17877, 16660))``: p = 0.0501, so 1 is just inside."""
    found = stats.rate_ratio(2, 17877, 9, 16660, method="exact")
    np.testing.assert_allclose(found, (0.0217740627591, 1.00054910449), rtol=1e-10)


def test_exact_and_byars_counts_beside_desctools():
    """``PoissonCI(15, 400, method = c("exact", "byar"))``.

    Its Byar is that of Rothman & Boice, 15.5 events at either end; ours, of Breslow & Day, takes
    15 below and 16 above and is wider.
    """
    exact = np.divide(stats.poisson_exact(15), 400)
    np.testing.assert_allclose(exact, (0.0209884653319583, 0.0618505471787146), rtol=1e-12)
    half, third = 15.5, 1.959963984540054 / (3 * np.sqrt(15.5))
    theirs = (0.0219084369245707, 0.0602933510943048)
    rothman = [half * (1 - 1 / (9 * half) + side * third) ** 3 / 400 for side in (-1, 1)]
    np.testing.assert_allclose(rothman, theirs, rtol=1e-12)
    found = np.divide(stats.byar(15), 400)
    assert found[0] < theirs[0]
    assert found[1] > theirs[1]
    np.testing.assert_allclose(found, exact, rtol=1e-3)
