"""Kaplan and Meier's estimate against published figures; the bootstrap against theory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.stats import (
    kaplan_meier,
    percentile_interval,
    resample_totals,
    survival_quantile,
)

TOLD = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
"""Freireich et al. (1963), Blood 21:699-716: weeks of remission, a plus is not over."""


def test_remissions_of_freireich() -> None:
    """Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, and SAS LIFETEST."""
    weeks = [int(told.strip("+")) for told in TOLD.split()]
    over = ["+" not in told for told in TOLD.split()]
    found = kaplan_meier(weeks, over)
    assert found.at.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.share.round(3).tolist() == [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    error = found.share * np.sqrt(found.variance)
    assert error.round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    median, lower, upper = survival_quantile(weeks, over)
    assert (median, lower) == (23, 13)
    assert np.isnan(upper)
    assert survival_quantile(PLACEBO, [True] * 21) == (8, 4, 11)


def test_nothing_and_nothing_over() -> None:
    assert np.isnan(survival_quantile([], [])).all()
    assert np.isnan(survival_quantile([1, 2], [False, False])).all()
    assert survival_quantile([np.nan, 3], [True, True])[0] == 3


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_without_open_ones_it_is_the_ordinary_median(values: list[int]) -> None:
    median, lower, upper = survival_quantile(values, [True] * len(values))
    assert median == np.median(values)
    assert lower <= median <= upper


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_the_share_falls_and_the_interval_holds_the_median(rows: list[tuple[int, bool]]) -> None:
    durations, over = zip(*rows, strict=True)
    found = kaplan_meier(durations, over)
    assert (np.diff(found.share) < 0).all()
    assert ((found.share >= 0) & (found.share < 1)).all()
    median, lower, upper = survival_quantile(durations, over)
    if not np.isnan(median):
        assert not lower > median
        assert not upper < median


@pytest.mark.parametrize(
    ("durations", "over", "told"),
    [([-1], [True], "negative"), ([1, 2], [True], "same length"), ([[1]], [[True]], "flat")],
)
def test_wrong_durations_are_refused(durations: list, over: list, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        kaplan_meier(durations, over)


def test_a_quantile_is_strictly_between() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        survival_quantile([1], [True], 1.0)


@pytest.mark.parametrize("n", [400, 20_000])
def test_totals_spread_as_theory_says(n: int) -> None:
    """Blocks of rows too: the standard error of a sum is sd·√n."""
    values = np.random.default_rng(4).exponential(3.0, size=(n, 1))
    totals = resample_totals(values, seed=1)
    assert totals.mean() == pytest.approx(values.sum(), rel=0.01)
    assert totals.std() == pytest.approx(values.std() * np.sqrt(n), rel=0.08)
    assert (totals == resample_totals(values, seed=1)).all()
    lower, upper = percentile_interval(totals)
    assert lower[0] < values.sum() < upper[0]


def test_no_rows_and_missing_values() -> None:
    assert not resample_totals(np.zeros((0, 2))).any()
    with pytest.raises(ValueError, match="without missing"):
        resample_totals([[np.nan]])
