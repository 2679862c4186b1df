"""Pooled effects, shrinkage and false discoveries, against published data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from csqa import stats
from tests.published import worked_example

BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619],
        [33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619],
        [505, 87886, 499, 87892], [29, 7470, 45, 7232], [17, 1699, 65, 1600],
        [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
    ]
)  # fmt: skip
HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
SEASON = [
    0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269, 0.230, 0.264, 0.256, 0.303,
    0.264, 0.226, 0.286, 0.316, 0.200,
]  # fmt: skip
HOCHBERG = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
    0.6528, 0.759, 1.0,
]  # fmt: skip


# pooled effects


def test_dersimonian_laird_gives_the_bcg_trials():
    """Colditz et al. (1994), log risk ratios, as metafor's tests compare them with Stata."""
    a, b, c, d = BCG.T
    effects = np.log(a / (a + b) / (c / (c + d)))
    pooled = stats.dersimonian_laird(effects, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    assert pooled.mean == pytest.approx(-0.7141, abs=5e-5)
    assert pooled.q == pytest.approx(152.2330, abs=5e-5)
    half = 1.959964 * pooled.standard_error
    assert pooled.mean - half == pytest.approx(-1.0644, abs=5e-5)
    assert pooled.mean + half == pytest.approx(-0.3638, abs=5e-5)
    assert pooled.k == 13


def test_effects_that_agree_need_no_variance_between_them():
    pooled = stats.dersimonian_laird([2.0, 2.0, np.nan], [1.0, 4.0, 1.0])
    assert (pooled.mean, pooled.tau_squared, pooled.k) == (2.0, 0.0, 2)
    assert pooled.standard_error == pytest.approx(np.sqrt(1 / (1 + 1 / 4)))


def test_one_effect_is_itself_and_none_is_unknown():
    assert stats.dersimonian_laird([3.0], [4.0]) == stats.PooledEffect(3.0, 2.0, 0.0, 0.0, 1)
    assert np.isnan(stats.dersimonian_laird([], []).mean)


def test_an_effect_without_error_is_refused():
    with pytest.raises(ValueError, match="`variances` must be above 0"):
        stats.dersimonian_laird([1.0], [0.0])


@pytest.mark.parametrize("scale", [1.0, 60.0])
def test_dersimonian_laird_pools_the_eight_schools_completely(scale):
    """Rubin (1981); Bayesian Data Analysis, section 5.5: 7.7, standard error 4.1, no variance."""
    effects = np.array([28, 8, -3, 7, -1, 1, 18, 12]) * scale
    errors = np.array([15, 10, 16, 11, 9, 11, 10, 18]) * scale
    pooled = stats.dersimonian_laird(effects, errors**2)
    assert pooled.mean / scale == pytest.approx(7.7, abs=0.05)
    assert pooled.standard_error / scale == pytest.approx(4.1, abs=0.05)
    assert pooled.tau_squared == 0


# shrinkage


def test_james_stein_gives_efron_and_morris_1977():
    """Stein's Paradox in Statistics: mean 0.265, factor 0.212, Clemente's 0.400 becomes 0.294."""
    averages = np.divide(HITS, 45)
    mean = averages.mean()
    shrunk = stats.james_stein(averages, mean * (1 - mean) / 45)
    assert mean == pytest.approx(0.265, abs=5e-4)
    assert (shrunk[0] - mean) / (averages[0] - mean) == pytest.approx(0.212, abs=5e-4)
    assert shrunk[0] == pytest.approx(0.294, abs=5e-4)


def test_james_stein_gives_the_table_of_efron_and_morris_1975():
    """On the arcsine scale with variance 1, transformed back; factor 0.791 towards the mean."""
    shrunk = stats.james_stein(np.sqrt(45) * np.arcsin(2 * np.divide(HITS, 45) - 1), 1.0)
    found = (1 + np.sin(shrunk / np.sqrt(45))) / 2
    table = [
        0.290, 0.286, 0.281, 0.277, 0.273, 0.273, 0.268, 0.264, 0.259, 0.259, 0.254, 0.254, 0.254,
        0.254, 0.254, 0.249, 0.244, 0.239,
    ]  # fmt: skip
    np.testing.assert_allclose(found, table, atol=5e-4)
    assert np.square(found - SEASON).sum() == pytest.approx(0.022, abs=5e-4)


def test_james_stein_never_pulls_past_the_mean():
    np.testing.assert_allclose(stats.james_stein([1, 2, 3, 4.0], 100.0), [2.5] * 4)
    np.testing.assert_array_equal(stats.james_stein([2.0] * 5, 1.0), [2.0] * 5)


@pytest.mark.parametrize(
    ("values", "variance"), [([1, 2, 3], 1), ([1, 2, 3, np.nan], 1), ([1, 2, 3, 4], 0)]
)
def test_james_stein_needs_four_known_values(values, variance):
    with pytest.raises(ValueError, match="`values` must be four or more, none missing"):
        stats.james_stein(values, variance)


def test_shrinkage_predicts_the_baseball_season_better_than_the_first_45_at_bats():
    """Efron & Morris (1975): total squared error 0.077 observed, 0.022 shrunk their way."""
    observed, shrunk = np.divide(HITS, 45), stats.shrink(HITS, [45] * 18)
    errors = [np.square(guess - SEASON).sum() for guess in (observed, shrunk)]
    assert errors[0] == pytest.approx(0.077, abs=0.002)
    assert errors[1] < errors[0] / 3


def test_shrinkage_by_hand():
    """Half at 0.4 and half at 0.6, each z-score is 20 (asin sqrt 0.6 - asin sqrt 0.5)."""
    x, n = [40] * 5 + [60] * 5, [100] * 10
    z = 20 * (np.arcsin(np.sqrt(0.6)) - np.pi / 4)
    prior = 1 / (4 * (10 * z**2 - 9) / (400 * 9)) - 1
    np.testing.assert_allclose(stats.shrink(x, n)[0], (40 + prior / 2) / (100 + prior))


def test_shrinkage_sees_the_extreme_units_whole():
    """Limits pull the extremes in first (winsorise); a prior from that would be too narrow."""
    x, n = np.array([70, 85, 85, 85, 85, 85, 85, 85, 85, 85, 85, 97]), 100
    z = 20 * (np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(x.mean() / n)))
    prior = 1 / (4 * ((z**2).sum() - 11) / (400 * 11)) - 1
    overall = x.mean() / n
    np.testing.assert_allclose(stats.shrink(x, n), (x + prior * overall) / (n + prior))
    assert stats.overdispersion(x, n).tau == 0


def test_without_spread_everybody_is_average():
    np.testing.assert_array_equal(stats.shrink([5, 5, 0], [10, 10, 0]), [0.5, 0.5, 0.5])
    np.testing.assert_array_equal(stats.shrink([5, 5, np.nan], [10, 10, 3]), [0.5, 0.5, np.nan])
    assert np.isnan(stats.shrink([0, 0], [0, 0])).all()


def test_a_unit_without_cases_is_expected_to_be_average():
    shrunk = stats.shrink([0, 100, 0, 100, 0], [100, 100, 100, 100, 0])
    assert shrunk[4] == 0.5


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=15).flatmap(
        lambda sizes: st.tuples(
            st.tuples(*(st.integers(0, size) for size in sizes)), st.just(sizes)
        )
    )
)
def test_a_shrunk_proportion_lies_between_its_own_and_the_overall_one(parts):
    x, n = parts
    own, overall = np.divide(x, n), sum(x) / sum(n)
    shrunk = stats.shrink(x, n)
    assert (shrunk >= np.minimum(own, overall) - 1e-12).all()
    assert (shrunk <= np.maximum(own, overall) + 1e-12).all()


# false discoveries


def test_adjusted_p_values_give_benjamini_hochberg_1995_section_4():
    adjusted = stats.adjust_p(HOCHBERG)
    assert (adjusted <= 0.05).sum() == 4
    np.testing.assert_allclose(adjusted[:5], [0.0015, 0.003, 0.0095, 0.0356, 0.0603], atol=5e-5)


def test_adjusted_p_values_give_the_diets_of_mcdonald():
    """Handbook of Biological Statistics, after Garcia-Arenzana et al. (2014).

    25 foods; at a false discovery rate of 0.25 the first five are discoveries.
    """
    foods = [
        0.001, 0.008, 0.039, 0.041, 0.042, 0.060, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269,
        0.275, 0.340, 0.341, 0.384, 0.569, 0.594, 0.696, 0.762, 0.940, 0.942, 0.975, 0.986,
    ]  # fmt: skip
    adjusted = stats.adjust_p(foods)
    assert (adjusted < 0.25).sum() == 5
    assert adjusted[4] == pytest.approx(0.042 * 25 / 5)
    with_gaps = stats.adjust_p([np.nan, *foods, np.nan])
    np.testing.assert_array_equal(with_gaps[1:-1], adjusted)


def test_no_test_at_all_needs_no_adjustment():
    assert stats.adjust_p([]).size == 0
    assert np.isnan(stats.adjust_p([np.nan, np.nan])).all()


def test_adjusted_p_values_give_every_worked_example():
    case = worked_example("W27")
    adjusted = stats.adjust_p(case["inputs"]["p"])
    np.testing.assert_allclose(adjusted, case["expected"]["adjusted"], atol=case["tolerance"])
    assert (adjusted <= case["inputs"]["q"]).sum() == case["expected"]["bh"]


@given(st.lists(st.floats(0, 1) | st.just(np.nan), max_size=20))
def test_adjusted_p_values_are_scipys_with_missing_ones_left_out(values):
    p = np.array(values, dtype=float)
    adjusted = stats.adjust_p(p)
    known = ~np.isnan(p)
    np.testing.assert_array_equal(np.isnan(adjusted), ~known)
    if known.any():
        np.testing.assert_allclose(adjusted[known], false_discovery_control(p[known]))
        assert (adjusted[known] >= p[known]).all()


def test_adjust_p_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match=r"`p` must lie in \[0, 1\]; found 0.2 to 1.5"):
        stats.adjust_p([0.2, 1.5, np.nan])
