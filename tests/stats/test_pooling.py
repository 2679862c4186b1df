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


# shrinkage


def test_shrinkage_predicts_the_baseball_season_better_than_the_first_45_at_bats():
    """Efron & Morris (1975): total squared error 0.077 observed, 0.022 shrunk their way."""
    observed, shrunk = np.divide(HITS, 45), stats.shrink(HITS, [45] * 18)
    errors = [np.square(guess - SEASON).sum() for guess in (observed, shrunk)]
    assert errors[0] == pytest.approx(0.077, abs=0.002)
    assert errors[1] < errors[0] / 3


def test_shrinkage_by_hand():
    x, n = [40] * 5 + [60] * 5, [100] * 10
    prior = 1 / (4 * stats.overdispersion(x, n).tau ** 2) - 1
    np.testing.assert_allclose(stats.shrink(x, n)[0], (40 + prior / 2) / (100 + prior))


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
