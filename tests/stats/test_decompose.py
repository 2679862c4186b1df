"""Mix and rate, against Das Gupta's manual, fractions, and Simpson's paradox."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa import stats

SIZE_1985 = [
    3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472, 707, 2692, 6473,
    6841, 6547, 4352, 3034, 2540, 1749, 804, 236,
]  # fmt: skip
SIZE_1970 = [
    2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315, 535, 2162, 6120,
    4781, 3096, 2718, 2363, 1767, 1149, 448, 117,
]  # fmt: skip
RATE_1985 = [
    9.163, 0.462, 0.248, 0.929, 1.084, 1.810, 4.715, 12.187, 27.728, 64.068, 157.570, 17.208, 0.738,
    0.328, 1.103, 2.045, 3.724, 8.052, 17.812, 34.128, 68.276, 125.161,
]  # fmt: skip
RATE_1970 = [
    18.469, 0.751, 0.391, 1.146, 1.287, 2.672, 6.636, 15.691, 34.723, 79.763, 176.837, 36.993,
    1.352, 0.541, 2.040, 3.523, 6.746, 12.967, 24.471, 45.091, 74.902, 123.205,
]  # fmt: skip


def test_deaths_of_the_united_states_give_das_gupta_example_5_3():
    """Das Gupta (1993), Standardization and Decomposition of Rates, as DasGuptR's tests print it.

    Standardised rates 8.030 and 10.258 for the rates, 9.907 and 8.385 for age, 9.156 and 9.136
    for race; age and race together are the mix.
    """
    deaths = [np.multiply(*pair) for pair in ((SIZE_1985, RATE_1985), (SIZE_1970, RATE_1970))]
    parts = stats.decompose_difference(deaths[0], SIZE_1985, deaths[1], SIZE_1970)
    assert parts.rate.sum() == pytest.approx(8.030 - 10.258, abs=1e-3)
    assert parts.mix.sum() == pytest.approx(9.907 - 8.385 + 9.156 - 9.136, abs=1e-3)


def test_better_in_each_part_and_worse_in_all():
    """Charig et al. (1986), BMJ 292:879: 78 % of open operations succeed, 83 % of the others."""
    parts = stats.decompose_difference([81, 192], [87, 263], [234, 55], [270, 80])
    assert parts.difference == pytest.approx(273 / 350 - 289 / 350)
    assert (parts.rate > 0).all()
    assert (parts.mix < 0).all()


def test_berkeley_admitted_women_no_less_department_by_department():
    """Bickel, Hammel & O'Connell (1975), the six largest departments as R's UCBAdmissions has them.

    44.5 % of men and 30.4 % of women; four of six departments admitted more of the women.
    """
    men, men_of = [512, 353, 120, 138, 53, 22], [825, 560, 325, 417, 191, 373]
    women, women_of = [89, 17, 202, 131, 94, 24], [108, 25, 593, 375, 393, 341]
    parts = stats.decompose_difference(women, women_of, men, men_of)
    assert parts.difference == pytest.approx(0.304 - 0.445, abs=1e-3)
    assert (parts.rate > 0).sum() == 4
    assert parts.rate.sum() > 0 > parts.mix.sum()


def exactly(x1, n1, x2, n2):
    """Kitagawa's formula in fractions."""
    whole1, whole2 = Fraction(sum(x1), sum(n1)), Fraction(sum(x2), sum(n2))
    mix, rate = [], []
    for a, b, c, d in zip(x1, n1, x2, n2, strict=True):
        w1, w2, r1, r2 = Fraction(b, sum(n1)), Fraction(d, sum(n2)), Fraction(a, b), Fraction(c, d)
        rate.append((w1 + w2) / 2 * (r1 - r2))
        mix.append((w1 - w2) * ((r1 + r2) / 2 - (whole1 + whole2) / 2))
    return mix, rate


stratum = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
quick = settings(max_examples=40)
strata = st.lists(st.tuples(stratum, stratum), min_size=1, max_size=8)


def columns(parts):
    return [[pair[i][j] for pair in parts] for i in (0, 1) for j in (0, 1)]


@quick
@given(strata)
def test_parts_are_those_of_exact_fractions_and_add_up(parts):
    x1, n1, x2, n2 = columns(parts)
    found = stats.decompose_difference(x1, n1, x2, n2)
    mix, rate = exactly(x1, n1, x2, n2)
    np.testing.assert_allclose(found.mix, np.array(mix, dtype=float), atol=1e-12)
    np.testing.assert_allclose(found.rate, np.array(rate, dtype=float), atol=1e-12)
    assert found.total.sum() == pytest.approx(found.difference, abs=1e-12)
    assert found.difference == pytest.approx(sum(x1) / sum(n1) - sum(x2) / sum(n2), abs=1e-12)


@quick
@given(strata)
def test_the_other_way_round_every_part_changes_sign(parts):
    x1, n1, x2, n2 = columns(parts)
    there, back = (
        stats.decompose_difference(x1, n1, x2, n2), stats.decompose_difference(x2, n2, x1, n1)
    )  # fmt: skip
    np.testing.assert_allclose(there.mix, -back.mix, atol=1e-12)
    np.testing.assert_allclose(there.rate, -back.rate, atol=1e-12)


@quick
@given(strata, st.floats(-100, 100), st.floats(0.1, 10))
def test_parts_scale_with_the_unit_and_ignore_the_origin(parts, origin, unit):
    """Minutes instead of seconds, or a score counted from elsewhere, move nothing between parts."""
    x1, n1, x2, n2 = (np.array(column, dtype=float) for column in columns(parts))
    before = stats.decompose_difference(x1, n1, x2, n2)
    after = stats.decompose_difference(unit * x1 + origin * n1, n1, unit * x2 + origin * n2, n2)
    np.testing.assert_allclose(after.mix, unit * before.mix, atol=1e-9)
    np.testing.assert_allclose(after.rate, unit * before.rate, atol=1e-9)


def test_the_same_rates_leave_only_mix_and_the_same_mix_only_rates():
    rates = stats.decompose_difference([9, 10], [10, 20], [18, 5], [20, 10])
    np.testing.assert_allclose(rates.rate, 0, atol=1e-15)
    mix = stats.decompose_difference([9, 10], [10, 20], [12, 38], [20, 40])
    np.testing.assert_allclose(mix.mix, 0, atol=1e-15)


def test_a_stratum_that_is_new_or_gone_counts_as_mix():
    parts = stats.decompose_difference([90, 5, 0], [100, 10, 0], [90, 0, 1], [100, 0, 10])
    np.testing.assert_array_equal(parts.rate[1:], [0, 0])
    assert parts.mix[1] < 0 < parts.mix[2]
    assert parts.total.sum() == pytest.approx(parts.difference)


def test_a_side_without_cases_has_no_difference():
    parts = stats.decompose_difference([0, 0], [0, 0], [1, 2], [3, 4])
    assert np.isnan(parts.difference)
    assert np.isnan(parts.total).all()
    assert np.isnan(stats.decompose_difference([], [], [], []).difference)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [0], [1], [2]), "`x1` and `n1` must be known, and a total must have cases"),
        (([1], [2], [np.nan], [2]), "`x2` and `n2` must be known"),
        (([1, 2], [2, 3], [1], [2]), "must be of one length"),
        (([1], [-2], [1], [2]), "`n1` must not be negative"),
        (([[1]], [[2]], [[1]], [[2]]), "`x1` must have one dimension"),
    ],
)
def test_decompose_names_the_wrong_argument(arguments, message):
    with pytest.raises(ValueError, match=message):
        stats.decompose_difference(*arguments)
