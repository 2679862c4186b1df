"""Logistic regression: published fits, an independent optimiser, separation, groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from csqa.stats import logistic

# Histology of 79 cases of endometrial cancer: neovascularisation, pulsatility index, height; first
# the 49 of low grade, then the 30 of high grade. Heinze & Schemper (2002), Statistics in Medicine
# 21:2409-2419; Agresti (2015), Foundations of Linear and Generalized Linear Models, section 5.7.
LOW = """
13 1.64 16 2.26 8 3.14 34 2.68 20 1.28 5 2.31 17 1.8 10 1.68 26 1.56 17 2.31 8 2.01 7 1.89 20 3.15
10 1.23 18 1.27 16 1.76 18 2 28 1.5 11 1.33 19 2.37 10 1.82 10 3.13 18 1.31 14 1.92 21 1.64 11 2.01
17 1.88 25 1.93 16 2.11 19 1.29 15 1.72 33 0.75 24 1.92 29 2.02 15 2.29 12 2.33 3 2.9 20 1.7 23 1.41
12 2.25 22 1.54 42 1.97 15 1.75 13 2.16 14 2.57 19 1.37 12 3.61 13 2.04 10 2.17
"""
HIGH_WITHOUT = """
8 2.64 29 0.88 12 1.27 20 1.37 7 0.97 48 1.84 12 1.11 19 1.61 2 1.18 21 1.19 15 1.06 12 1.69 6 1.84
5 1.3 17 0.96 5 0.35 33 0.85
"""
HIGH_WITH = """
38 0.97 22 1.14 7 0.88 25 0.91 15 0.58 22 1.44 40 1.18 5 0.93 0 1.17 49 0.27 11 1.01 21 0.98 19 1.02
"""


def endometrial():
    parts = [(LOW, 0, 0), (HIGH_WITHOUT, 0, 1), (HIGH_WITH, 1, 1)]
    rows = []
    for text, new_vessels, high in parts:
        numbers = np.array(text.split(), dtype=float).reshape(-1, 2)
        rows += [(1.0, new_vessels, *pair, high) for pair in numbers]
    table = np.array(rows)
    return table[:, :4], table[:, 4]


def test_firths_fit_of_the_endometrial_cancers_is_that_of_logistf():
    design, high = endometrial()
    assert design.shape == (79, 4)
    fit = logistic(design, high, np.ones(79), intervals="profile")
    # R package logistf; Heinze & Schemper's table III has the same to two decimals.
    published = [3.77455951, 2.92927330, -0.03475175, -2.60416387]
    np.testing.assert_allclose(fit.coefficients, published, rtol=1e-5)
    np.testing.assert_allclose(fit.lower, [1.0825371, 0.6097244, -0.1244587, -4.3651832], rtol=1e-5)
    np.testing.assert_allclose(
        fit.upper, [7.20928050, 7.85463171, 0.04045547, -1.23272106], rtol=1e-5
    )
    assert fit.converged
    assert fit.method == "firth_profile"


def test_without_penalty_the_separated_coefficient_runs_away():
    design, high = endometrial()
    fit = logistic(design, high, np.ones(79), penalty="none")
    assert fit.coefficients[1] > 12
    # Its slope is near 0 there, so the others have their limits (Agresti 2015: -0.0422, -2.9026).
    np.testing.assert_allclose(fit.coefficients[2:], [-0.0422, -2.9026], atol=5e-4)


def test_grouped_counts_of_snoring_and_heart_disease():
    # Agresti (2002), Categorical Data Analysis, table 4.2: deviance 2.81 with 2 degrees of freedom.
    design = np.column_stack([np.ones(4), [0, 2, 4, 5]])
    cases, others = np.array([24, 35, 21, 30]), np.array([1355, 603, 192, 224])
    n = cases + others
    fit = logistic(design, cases, n, penalty="none")
    np.testing.assert_allclose(fit.coefficients, [-3.866, 0.397], atol=5e-4)
    np.testing.assert_allclose(fit.standard_errors, [0.166, 0.050], atol=5e-4)
    share = cases / n
    full = (cases * np.log(share) + others * np.log(1 - share)).sum()
    assert 2 * (full - fit.log_likelihood) == pytest.approx(2.81, abs=0.005)


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_firth_in_a_table_of_four_adds_half_to_each_cell(x1, more1, x2, more2):
    """Of a saturated model Firth's estimate is that of Haldane and Anscombe (Firth 1993)."""
    n1, n2 = x1 + more1, x2 + more2
    fit = logistic([[1, 1], [1, 0]], [x1, x2], [n1, n2])
    odds = np.log([(x1 + 0.5) / (n1 - x1 + 0.5), (x2 + 0.5) / (n2 - x2 + 0.5)])
    np.testing.assert_allclose(fit.coefficients, [odds[1], odds[0] - odds[1]], atol=1e-6)
    assert fit.converged


@given(st.integers(0, 2**31))
def test_an_independent_optimiser_finds_the_same(seed):
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(12), rng.integers(0, 2, (12, 2)), rng.normal(size=12)])
    if np.linalg.matrix_rank(design) < 4:
        return
    n = rng.integers(1, 60, 12)
    x = rng.binomial(n, 0.3)

    def depth(beta):
        eta = design @ beta
        chance = 1 / (1 + np.exp(-eta))
        information = design.T @ (design * (n * chance * (1 - chance))[:, None])
        penalty = np.linalg.slogdet(information)[1] / 2
        return -(x * eta - n * np.logaddexp(0, eta)).sum() - penalty

    fit = logistic(design, x, n)
    found = optimize.minimize(depth, np.zeros(4), method="BFGS", options={"gtol": 1e-7})
    assert fit.log_likelihood >= -found.fun - 1e-6
    np.testing.assert_allclose(fit.coefficients, found.x, atol=2e-3)


def test_cells_may_be_split_or_merged():
    design, x, n = np.array([[1.0, 0], [1, 1]]), np.array([20, 33]), np.array([100, 90])
    one = logistic(design, x, n)
    two = logistic(np.tile(design, (2, 1)), [12, 13, 8, 20], [50, 40, 50, 50])
    np.testing.assert_allclose(one.coefficients, two.coefficients, atol=1e-8)
    np.testing.assert_allclose(one.standard_errors, two.standard_errors, atol=1e-8)


def test_groups_widen_what_only_groups_differ_in():
    """40 agents, half of them exposed, whose shares differ far more than chance explains."""
    share = np.where(np.arange(40) % 4 < 2, 0.1, 0.4)
    exposed = np.arange(40) % 2
    design, n = np.column_stack([np.ones(40), exposed]), np.full(40, 200)
    x = np.round(share * 200)
    plain = logistic(design, x, n)
    grouped = logistic(design, x, n, np.arange(40))
    np.testing.assert_allclose(plain.coefficients, grouped.coefficients)
    assert (grouped.standard_errors > 3 * plain.standard_errors).all()
    assert plain.dispersion > 10
    assert grouped.method == "firth_cluster"
    assert logistic(design, x, n, np.arange(40) % 5).method == "firth_wald"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"penalty": "ridge"}, "`penalty` must be one of 'firth', 'none'; not 'ridge'"),
        ({"intervals": "exact"}, "`intervals` must be one of 'wald', 'profile'"),
        ({"x": [5, 1]}, "`x` must not exceed `n`"),
        ({"design": [[1, 2], [1, 2]]}, "none the sum of others"),
        ({"design": [[1, 2]]}, "a row per cell"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, told):
    given_ = {"design": [[1, 0], [1, 1]], "x": [1, 1], "n": [3, 3]} | change
    with pytest.raises(ValueError, match=told):
        logistic(**given_)
