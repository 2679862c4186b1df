"""Coefficients of agreement: published tables, edges, invariances, and what intervals cover."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from csqa import stats
from tests.published import worked_example

NO = None
TWELVE_UNITS = [
    [1, 1, NO, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [NO, 5, 5, 5], [NO, NO, 1, 1], [NO, NO, 3, NO],
]  # fmt: skip
"""Krippendorff (2011), section C; ``cac.raw4raters`` of Gwet's R package irrCAC."""

PSYCHIATRISTS = np.array(
    [
        [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
        [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
        [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
        [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
    ]
)  # fmt: skip
"""Fleiss (1971), table 1: 30 patients, six psychiatrists, five diagnoses."""

TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Shrout & Fleiss (1979), table 2: six targets, four judges."""

ANXIETY = np.transpose(
    [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ]
)
"""``anxiety`` of the R package irr: 20 subjects, three raters."""


def pairs(joint):
    """The two raters' ratings of a table of how often they gave which pair."""
    table = np.array(joint)
    first, second = np.indices(table.shape)
    return np.repeat(first.ravel(), table.ravel()), np.repeat(second.ravel(), table.ravel())


# Krippendorff


@pytest.mark.parametrize(
    ("level", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_gives_krippendorff_2011(level, published):
    found = stats.krippendorff_alpha(TWELVE_UNITS, level)
    assert found.value == pytest.approx(published, abs=5e-4)
    assert (found.n, found.dropped, found.note) == (11, 1, "")
    assert found.lower < found.value < found.upper


def test_alpha_gives_the_worked_example():
    example = worked_example("W28")
    ratings = np.array(example["inputs"]["coders_by_units"], dtype=object).T
    for level, published in example["expected"].items():
        found = stats.krippendorff_alpha(ratings, level).value
        assert found == pytest.approx(published, abs=example["tolerance"])


def test_alpha_gives_irrcac_for_fifteen_patients():
    """irrCAC README, ``krippen.alpha.dist(distrib.6raters)``: 0.4204384, (0.244, 0.597) by t."""
    found = stats.krippendorff_alpha(stats.expand_counts(PSYCHIATRISTS[:15]))
    assert found.value == pytest.approx(0.4204384, abs=5e-8)
    assert found.lower == pytest.approx(0.244, abs=0.06)
    assert found.upper == pytest.approx(0.597, abs=0.06)


def test_alpha_of_two_coders_gives_krippendorff_2011():
    """Section A: ten units, two observers, binary: 0.095."""
    a, b = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    found = stats.krippendorff_alpha(np.c_[a, b]).value
    assert found == pytest.approx(0.095, abs=5e-4)


# kappas and AC1


def test_fleiss_kappa_gives_fleiss_1971():
    """κ = .430 with P̄ = .556 and P̄e = .220; by diagnosis .245 .245 .520 .471 .566."""
    found = stats.fleiss_kappa(stats.expand_counts(PSYCHIATRISTS))
    assert found.value == pytest.approx(0.430, abs=5e-4)
    assert found.observed == pytest.approx(0.556, abs=5e-4)
    assert found.expected == pytest.approx(0.220, abs=5e-4)
    by_diagnosis = [
        stats.fleiss_kappa(stats.expand_counts(np.c_[one, 6 - one])).value
        for one in PSYCHIATRISTS.T
    ]
    np.testing.assert_allclose(by_diagnosis, [0.245, 0.245, 0.520, 0.471, 0.566], atol=5e-4)


def test_fleiss_kappa_gives_the_worked_example():
    example = worked_example("W33")
    found = stats.fleiss_kappa(stats.expand_counts(example["inputs"]["counts"])).value
    assert found == pytest.approx(example["expected"]["kappa"], abs=example["tolerance"])


@pytest.mark.parametrize(
    ("coefficient", "value", "error", "lower", "upper"),
    [
        (stats.fleiss_kappa, 0.4139265, 0.08119291, 0.240, 0.588),
        (stats.gwet_ac1, 0.4448007, 0.08418757, 0.264, 0.625),
    ],
)
def test_fifteen_patients_give_irrcac(coefficient, value, error, lower, upper):
    """irrCAC README, ``distrib.6raters``."""
    found = coefficient(stats.expand_counts(PSYCHIATRISTS[:15]))
    assert (found.value, found.standard_error) == pytest.approx((value, error), abs=5e-8)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=5e-4)


@pytest.mark.parametrize(
    ("coefficient", "value", "error", "lower", "expected"),
    [
        (stats.fleiss_kappa, 0.76117, 0.15302, 0.424, 0.2387153),
        (stats.gwet_ac1, 0.77544, 0.14295, 0.461, 0.1903212),
    ],
)
def test_missing_ratings_give_irrcac(coefficient, value, error, lower, expected):
    """irrCAC README, ``cac.raw4raters``: with a unit that only one rater judged."""
    found = coefficient(TWELVE_UNITS)
    assert (found.value, found.standard_error) == pytest.approx((value, error), abs=5e-6)
    assert (found.lower, found.upper) == pytest.approx((lower, 1), abs=5e-4)
    assert found.observed == pytest.approx(0.8181818, abs=5e-8)
    assert found.expected == pytest.approx(expected, abs=5e-8)


def test_two_abstractors_give_irrcac():
    """irrCAC README, ``cont3x3abstractors``; its standard error of AC1 divides by n, ours n - 1."""
    a, b = pairs([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    kappa, ac1 = stats.cohen_kappa(a, b), stats.gwet_ac1(np.c_[a, b])
    assert kappa.value == pytest.approx(0.7964094, abs=5e-8)
    assert kappa.standard_error == pytest.approx(0.05891072, abs=5e-8)
    assert ac1.value == pytest.approx(0.8493305, abs=5e-8)
    assert ac1.standard_error == pytest.approx(0.04321747 * np.sqrt(100 / 99), abs=5e-6)


def test_cohen_kappa_gives_cohen_1960_as_cohen_1968_cites_it():
    """200 cases in three categories: .492 (also the example of the R package psych)."""
    a, b = pairs([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert stats.cohen_kappa(a, b).value == pytest.approx(0.492, abs=5e-4)


def test_cohen_kappa_gives_fleiss_cohen_and_everitt_1969():
    """κ = .429 with variance .002885."""
    a, b = pairs([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
    found = stats.cohen_kappa(a, b)
    assert found.value == pytest.approx(0.429, abs=5e-4)
    assert found.standard_error**2 == pytest.approx(0.002885, abs=5e-7)


@pytest.mark.parametrize(
    ("joint", "kappa", "ac1"),
    [([[40, 9], [6, 45]], 0.70, 0.70), ([[80, 10], [5, 5]], 0.32, 0.81)],
)
def test_the_paradox_of_feinstein_and_cicchetti_1990(joint, kappa, ac1):
    a, b = pairs(joint)
    assert stats.raw_agreement(np.c_[a, b]).value == pytest.approx(0.85)
    assert stats.cohen_kappa(a, b).value == pytest.approx(kappa, abs=5e-3)
    assert stats.gwet_ac1(np.c_[a, b]).value == pytest.approx(ac1, abs=5e-3)


def test_quadratic_kappa_is_the_absolute_agreement_of_scores():
    """Fleiss & Cohen (1973): up to 1/n, quadratic kappa equals ICC(A,1)."""
    a, b = ANXIETY[:, 0], ANXIETY[:, 1]
    kappa = stats.cohen_kappa(np.tile(a, 200), np.tile(b, 200), "quadratic").value
    both = np.tile(ANXIETY[:, :2], (200, 1))
    assert kappa == pytest.approx(stats.icc(both, "A,1").value, abs=1e-3)


def test_weights_leave_two_categories_as_they_are():
    a, b = pairs([[40, 9], [6, 45]])
    for weights in ("linear", "quadratic"):
        assert stats.cohen_kappa(a, b, weights).value == pytest.approx(
            stats.cohen_kappa(a, b).value
        )
        assert stats.gwet_ac1(np.c_[a, b], weights=weights).value == pytest.approx(
            stats.gwet_ac1(np.c_[a, b]).value
        )


# ICC and W


@pytest.mark.parametrize(
    ("form", "value", "lower", "upper"),
    [
        ("1,1", 0.17, -0.13, 0.72), ("A,1", 0.29, 0.02, 0.76), ("C,1", 0.71, 0.34, 0.95),
        ("1,k", 0.44, -0.88, 0.91), ("A,k", 0.62, 0.07, 0.93), ("C,k", 0.91, 0.68, 0.99),
    ],
)  # fmt: skip
def test_icc_gives_shrout_and_fleiss_1979(form, value, lower, upper):
    """Values of the paper; intervals as ``ICC`` of the R package psych prints them."""
    found = stats.icc(TARGETS, form)
    assert found.value == pytest.approx(value, abs=5e-3)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=6e-3)


def test_icc_gives_the_worked_example():
    example = worked_example("W30")
    for name, published in example["expected"].items():
        found = stats.icc(example["inputs"]["targets_by_judges"], name[4:-1]).value
        assert found == pytest.approx(published, abs=example["tolerance"])


def test_icc_gives_irr():
    """``icc(anxiety, model = "twoway", type = "agreement")``: 0.198, (-0.039, 0.494)."""
    found = stats.icc(ANXIETY)
    expected = (0.198, -0.039, 0.494)
    assert (found.value, found.lower, found.upper) == pytest.approx(expected, abs=5e-4)


def test_w_with_ties_gives_irr():
    """``kendall(anxiety, TRUE)``: W = 0.54, chi-square (19) = 30.8."""
    found = stats.kendall_w(ANXIETY)
    assert found.value == pytest.approx(0.54, abs=5e-3)
    assert found.value * 3 * 19 == pytest.approx(30.8, abs=0.05)


def test_w_gives_the_worked_example():
    example = worked_example("W32")
    found = stats.kendall_w(example["inputs"]["objects_by_judges"]).value
    assert found == pytest.approx(example["expected"]["W"], abs=example["tolerance"])


@given(st.lists(st.lists(st.integers(1, 4), min_size=4, max_size=4), min_size=3, max_size=9))
def test_w_is_friedman_with_ties(rows):
    table = np.array(rows)
    assume((table != table[0]).any(axis=0).all())
    chi_square = scipy_stats.friedmanchisquare(*table).statistic
    found = stats.kendall_w(table, resamples=20)
    assert found.value * 4 * (len(table) - 1) == pytest.approx(chi_square, abs=1e-9)


# edges


def test_all_alike_is_no_alpha_but_full_agreement():
    same = [["pass", "pass"]] * 8
    assert stats.raw_agreement(same).value == 1
    for coefficient in (stats.krippendorff_alpha, stats.fleiss_kappa, stats.gwet_ac1):
        found = coefficient(same)
        assert np.isnan([found.value, found.lower, found.upper]).all()
        assert (found.note, found.observed, found.n) == ("one_value", 1, 8)
    assert stats.cohen_kappa(["pass"] * 8, ["pass"] * 8).note == "one_value"


def test_ac1_of_all_alike_is_known_if_another_category_was_possible():
    found = stats.gwet_ac1([["pass", "pass"]] * 8, categories=["fail", "pass"])
    assert (found.value, found.upper, found.note) == (1, 1, "no_disagreement")
    assert found.lower == pytest.approx(stats.wilson(8, 8)[0])


def test_no_disagreement_still_has_an_interval_with_a_width():
    found = stats.krippendorff_alpha([[0, 0]] * 10 + [[1, 1]] * 10)
    assert (found.value, found.upper, found.method) == (1, 1, "wilson")
    assert 0.6 < found.lower < 0.7


@pytest.mark.parametrize(
    "coefficient",
    [stats.raw_agreement, stats.krippendorff_alpha, stats.fleiss_kappa, stats.gwet_ac1],
)
@pytest.mark.parametrize("ratings", [[["a", NO], [NO, "b"]], np.empty((0, 2))])
def test_nothing_judged_twice(coefficient, ratings):
    found = coefficient(ratings)
    assert np.isnan(found.value)
    assert (found.note, found.n, found.dropped) == ("no_pairs", 0, len(ratings))


def test_units_that_do_not_differ_have_no_reliability():
    assert stats.icc(np.full((4, 3), 7.0)).note == "no_variation"
    assert stats.kendall_w(np.full((4, 3), 7.0)).note == "no_variation"


def test_incomplete_units_are_dropped_and_counted():
    ragged = [*TARGETS, [1, None, 2, 3]]
    assert stats.icc(ragged).dropped == 1
    assert stats.icc(ragged).value == stats.icc(TARGETS).value
    assert stats.kendall_w(ragged).dropped == 1


def test_one_unit_has_no_interval():
    found = stats.krippendorff_alpha([[1, 2]])
    assert found.note == "no_interval"
    assert np.isnan(found.lower)


def test_masked_ratings_are_missing():
    masked = np.ma.masked_array([[1, 1], [1, 2], [2, 9]], mask=[[0, 0], [0, 0], [0, 1]])
    assert stats.raw_agreement(masked).value == 0.5
    kappa = stats.cohen_kappa(masked[:, 0], masked[:, 1])
    assert (kappa.n, kappa.dropped) == (2, 1)


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(ValueError, match=r"`level` must be one of 'nominal'.*not 'rank'"):
        stats.krippendorff_alpha(TARGETS, "rank")
    with pytest.raises(ValueError, match=r"`form` must be one of '1,1'.*not 'A1'"):
        stats.icc(TARGETS, "A1")
    with pytest.raises(ValueError, match=r"`weights` must be one of 'linear'"):
        stats.cohen_kappa([1, 2], [2, 1], "cubic")
    with pytest.raises(ValueError, match=r"units × raters, two dimensions; it has 1"):
        stats.raw_agreement([1, 2])
    with pytest.raises(ValueError, match=r"among `categories`, \['a'\]; found \['b'\]"):
        stats.gwet_ac1([["a", "b"]], categories=["a"])
    with pytest.raises(ValueError, match=r"two series of one length; \(1,\), \(2,\)"):
        stats.cohen_kappa([1], [1, 2])
    with pytest.raises(ValueError, match=r"not be negative for 'ratio'; the least is -1"):
        stats.krippendorff_alpha([[-1, 2], [3, 2]], "ratio")
    with pytest.raises(ValueError, match=r"`ratings` must be numbers"):
        stats.krippendorff_alpha([["x", "y"]], "interval")


# properties

RATINGS = st.lists(
    st.lists(st.sampled_from([NO, 0, 1, 2]), min_size=3, max_size=3), min_size=2, max_size=12
)
COEFFICIENTS = {
    "raw": stats.raw_agreement,
    "fleiss": stats.fleiss_kappa,
    "ac1": stats.gwet_ac1,
    **{
        level: lambda ratings, level=level: stats.krippendorff_alpha(ratings, level, resamples=50)
        for level in ("nominal", "ordinal", "interval", "ratio")
    },
}


@settings(max_examples=40, deadline=None)
@given(RATINGS, st.randoms(use_true_random=False))
@pytest.mark.parametrize("name", COEFFICIENTS)
def test_order_of_units_and_raters_changes_nothing(name, rows, random):
    shuffled = [random.sample(row, len(row)) for row in random.sample(rows, len(rows))]
    one, other = (COEFFICIENTS[name](table) for table in (rows, shuffled))
    figures = [(x.value, x.lower, x.upper, x.observed) for x in (one, other)]
    np.testing.assert_allclose(*figures, atol=1e-9)
    assert (one.note, one.n) == (other.note, other.n)


@settings(max_examples=60, deadline=None)
@given(RATINGS)
@pytest.mark.parametrize("name", COEFFICIENTS)
def test_intervals_hold_their_estimate(name, rows):
    found = COEFFICIENTS[name](rows)
    if np.isnan(found.value):
        assert found.note in ("one_value", "no_pairs")
    elif np.isnan(found.lower):
        assert found.note == "no_interval"
    else:
        assert found.lower <= found.value <= found.upper
        assert found.value <= 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_kappa_is_symmetric(weights, rows):
    a, b = np.array(rows).T
    one, other = stats.cohen_kappa(a, b, weights), stats.cohen_kappa(b, a, weights)
    figures = [(x.value, x.lower, x.upper) for x in (one, other)]
    np.testing.assert_allclose(*figures, atol=1e-9)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30))
def test_two_raters_relate_alpha_to_fleiss(rows):
    """Without missing ratings, 1 - α = (1 - π) (1 - 1 / (2 n)): Krippendorff (2011) on Scott."""
    alpha = stats.krippendorff_alpha(rows, resamples=5)
    kappa = stats.fleiss_kappa(rows)
    if alpha.note != "one_value":
        shrunk = (1 - kappa.value) * (1 - 1 / (2 * len(rows)))
        assert 1 - alpha.value == pytest.approx(shrunk, abs=1e-9)


# what intervals cover

COVERAGE_ROUNDS = 400


def judged(rng, n, share_failed, accuracy):
    """Two raters who are right with a probability; a pass or a fail of each of n units."""
    truth = rng.random(n) < share_failed
    return np.stack([truth ^ (rng.random(n) > accuracy) for _ in range(2)], axis=1).astype(int)


@pytest.mark.parametrize(
    ("coefficient", "least"),
    [
        (stats.raw_agreement, 0.92),
        (stats.gwet_ac1, 0.92),
        (stats.fleiss_kappa, 0.90),
        (lambda x: stats.krippendorff_alpha(x, resamples=400), 0.90),
        (lambda x: stats.cohen_kappa(*x.T), 0.90),
    ],
)
def test_intervals_cover_the_truth(coefficient, least):
    """60 records, 20 % failed, inspectors right in 9 of 10: near the promised 95 %."""
    rng = np.random.default_rng(6)
    truth = coefficient(judged(rng, 400_000, 0.2, 0.9)).value
    found = [coefficient(judged(rng, 60, 0.2, 0.9)) for _ in range(COVERAGE_ROUNDS)]
    covered = np.mean([one.lower <= truth <= one.upper for one in found])
    assert least <= covered <= 0.99


def test_icc_covers_the_truth():
    """30 units, 3 raters: variances 4 between units, 1 of raters, 3 of errors: ICC(A,1) = 0.5."""
    rng = np.random.default_rng(7)
    covered = {"A,1": 0, "C,1": 0}
    for _ in range(COVERAGE_ROUNDS):
        scores = (
            rng.normal(0, 2, (30, 1)) + rng.normal(0, 1, (1, 3)) + rng.normal(0, 3**0.5, (30, 3))
        )
        for form, truth in (("A,1", 4 / 8), ("C,1", 4 / 7)):
            found = stats.icc(scores, form)
            covered[form] += found.lower <= truth <= found.upper
    assert 0.92 <= covered["A,1"] / COVERAGE_ROUNDS <= 0.99
    assert 0.92 <= covered["C,1"] / COVERAGE_ROUNDS <= 0.98
