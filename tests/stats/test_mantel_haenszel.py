"""Stratified differences: published tables, hand-checked strata, coverage by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.stats import stratified_difference

# Admissions to six departments of Berkeley, men and women: Bickel, Hammel & O'Connell (1975),
# Science 187:398-404, as R's UCBAdmissions.
MEN = [(512, 825), (353, 560), (120, 325), (138, 417), (53, 191), (22, 373)]
WOMEN = [(89, 108), (17, 25), (202, 593), (131, 375), (94, 393), (24, 341)]

# Penicillin and rabbits, at once or after 1.5 hours: Agresti (1990), pages 231-237; R's example.
AT_ONCE = [(0, 6), (3, 6), (6, 6), (5, 6), (2, 2)]
LATER = [(0, 5), (0, 6), (2, 6), (6, 6), (5, 5)]


def compare(first, second, **options):
    x, n = np.transpose(first + second)
    strata = np.tile(np.arange(len(first)), 2)
    return stratified_difference(np.arange(len(n)) < len(first), x, n, strata, **options)


def test_berkeley_crude_and_stratified_say_opposite_things():
    x, n = np.transpose(MEN).sum(axis=1)
    y, m = np.transpose(WOMEN).sum(axis=1)
    assert x / n - y / m == pytest.approx(0.1416, abs=5e-5)
    found = compare(MEN, WOMEN)
    # Cochran-Mantel-Haenszel 1.5246, p = 0.2169: PSU STAT 504, lesson 5 (SAS PROC FREQ).
    assert found.statistic == pytest.approx(1.5246, abs=5e-5)
    assert found.p == pytest.approx(0.2169, abs=5e-5)
    assert -0.05 < found.lower < found.value < 0 < found.upper
    assert (found.n, found.exposed, found.strata) == (4526, 2691, 6)


def test_rabbits_by_hand():
    found = compare(AT_ONCE, LATER)
    n1, n2 = np.array([6, 6, 6, 6, 2]), np.array([5, 6, 6, 6, 5])
    weight = n1 * n2 / (n1 + n2)
    gaps = np.array([0, 3 / 6, 4 / 6, -1 / 6, 0])
    assert found.value == pytest.approx((weight * gaps).sum() / weight.sum())


def test_sato_and_greenland_robins_agree_where_strata_are_large():
    found = compare(MEN, WOMEN)
    x1, n1 = np.transpose(MEN)
    x2, n2 = np.transpose(WOMEN)
    parts = x1 * (n1 - x1) * n2**3 + x2 * (n2 - x2) * n1**3
    # Greenland & Robins (1985), Biometrics 41:55-68.
    variance = (parts / (n1 * n2 * (n1 + n2) ** 2)).sum() / (n1 * n2 / (n1 + n2)).sum() ** 2
    assert found.standard_error == pytest.approx(np.sqrt(variance), rel=0.02)


def test_strata_without_both_sides_say_nothing():
    found = compare([(5, 10), (9, 9), (0, 0)], [(2, 10), (0, 0), (4, 8)])
    assert (found.value, found.n, found.strata) == (pytest.approx(0.3), 20, 1)
    none = compare([(9, 9), (0, 0)], [(0, 0), (4, 8)])
    assert np.isnan([none.value, none.lower, none.p]).all()
    assert (none.n, none.strata) == (0, 0)


def test_nobody_had_the_outcome():
    found = compare([(0, 50)], [(0, 60)])
    assert found.value == 0
    assert np.isnan(found.p)


@given(
    st.lists(
        st.tuples(*[st.integers(1, 50)] * 4, *[st.floats(0, 1)] * 2).map(
            lambda t: ((int(t[4] * t[0]), t[0]), (int(t[5] * t[1]), t[1]))
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_other_way_round_it_is_the_same_with_the_other_sign(pairs):
    first, second = [p[0] for p in pairs], [p[1] for p in pairs]
    one, other = compare(first, second), compare(second, first)
    assert one.value == pytest.approx(-other.value, abs=1e-12)
    assert one.standard_error == pytest.approx(other.standard_error, abs=1e-9)
    assert -1 <= one.lower <= one.value + 1e-12
    assert one.value - 1e-12 <= one.upper <= 1
    assert one.statistic == pytest.approx(other.statistic, nan_ok=True)


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Simpson's trap: the exposed work where outcomes are common; 600 seeds, truth 5 points."""
    strata = np.tile(np.arange(8), 2)
    base = np.linspace(0.02, 0.35, 8)
    exposed = np.repeat([True, False], 8)
    n = np.r_[np.linspace(10, 120, 8), np.linspace(200, 20, 8)].astype(int)
    held = crude = 0
    for seed in range(600):
        rng = np.random.default_rng(seed)
        x = rng.binomial(n, np.r_[base + 0.05, base])
        found = stratified_difference(exposed, x, n, strata)
        held += found.lower <= 0.05 <= found.upper
        gap = x[exposed].sum() / n[exposed].sum() - x[~exposed].sum() / n[~exposed].sum()
        crude += gap > 0.12
    assert 0.93 <= held / 600 <= 0.975
    assert crude > 590  # more than twice the truth


def test_intervals_by_groups_hold_where_agents_differ():
    """60 agents whose shares differ; exposure is theirs: without groups too narrow by far."""
    agents = np.arange(60)
    exposed, n, stratum = agents % 2 == 0, np.full(60, 100), np.zeros(60, dtype=int)
    held = narrow = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        x = rng.binomial(n, rng.beta(2, 8, 60))
        plain = stratified_difference(exposed, x, n, stratum)
        grouped = stratified_difference(exposed, x, n, stratum, agents)
        held += grouped.lower <= 0 <= grouped.upper
        narrow += plain.lower <= 0 <= plain.upper
    assert 0.92 <= held / 400 <= 0.98
    assert narrow / 400 < 0.6
    assert grouped.method == "mantel_haenszel_cluster"
    assert grouped.p > plain.p


def test_few_groups_change_nothing():
    first, second = [(5, 20), (9, 30)], [(2, 25), (4, 28)]
    assert compare(first, second) == compare(first, second, groups=[0, 1, 2, 3])


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="alike in shape"):
        stratified_difference([True, False], [1, 2], [3, 4], [0])
    with pytest.raises(ValueError, match="must not exceed"):
        stratified_difference([True], [5], [4], [0])
