"""Shares corrected by an audit: by hand, and by simulation."""

import numpy as np
import pytest

from csqa.stats import corrected_share


def test_by_hand():
    share, lower, upper = corrected_share(120, 1000, 9, 2, 100)
    assert share == pytest.approx(0.12 + 0.07)
    assert 0 < lower < share < upper < 1


def test_a_full_audit_leaves_no_doubt():
    share, lower, upper = corrected_share(30, 100, 5, 2, 100)
    assert (share, lower, upper) == pytest.approx((0.33, 0.33, 0.33))


def test_no_error_found_is_no_certainty():
    share, lower, upper = corrected_share(100, 1000, 0, 0, 50)
    assert share == pytest.approx(0.1)
    assert upper - lower > 0.05


def test_nothing_audited_says_nothing():
    assert np.isnan(corrected_share(10, 100, 0, 0, 0)).all()


def test_shares_stay_shares():
    share, lower, upper = corrected_share([0, 100], 100, [0, 0], [5, 0], [10, 10])
    assert ((np.array([share, lower, upper]) >= 0) & (np.array([share, lower, upper]) <= 1)).all()


def test_parts_must_fit():
    with pytest.raises(ValueError, match="`missed \\+ wrong` must not exceed `audited`"):
        corrected_share(10, 100, 6, 6, 10)
    with pytest.raises(ValueError, match="`audited` must not exceed `n`"):
        corrected_share(1, 5, 0, 0, 6)


@pytest.mark.parametrize("cases", [300, 2000])
@pytest.mark.parametrize("recall", [0.5, 0.8])
@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_intervals_hold_the_truth_and_the_audit_helps(cases: int, recall: float, share: float):
    """400 teams each; the interval holds in 94 % or more, and 200 judged beat 50."""
    rng = np.random.default_rng(5)
    true = rng.random((400, cases)) < share
    wrong = share * recall * 0.15 / 0.85 / (1 - share)
    rule = np.where(true, rng.random(true.shape) < recall, rng.random(true.shape) < wrong)
    errors = {}
    for size in (50, 200):
        said, hit = true[:, :size], rule[:, :size]
        found, lower, upper = corrected_share(
            rule.sum(axis=1), cases, (said & ~hit).sum(axis=1), (hit & ~said).sum(axis=1), size
        )
        truth = true.mean(axis=1)
        assert np.mean((lower <= truth) & (truth <= upper)) >= 0.92
        errors[size] = np.abs(found - truth).mean()
    assert errors[200] < errors[50]
    if recall == 0.5 and share >= 0.1:
        assert errors[200] < np.abs(rule.mean(axis=1) - true.mean(axis=1)).mean() / 2
