"""Stratified estimates, against survey textbooks and R's survey package; single units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa import stats

relaxed = settings(deadline=None, max_examples=50)  # the first call imports scipy

ACRES = {
    "means": [97629.8, 300504.2, 211315.0, 662295.5],
    "variances": [7647472708, 29618183543, 53587487856, 396185950266],
    "n": [21, 103, 135, 41],
    "population": [220, 1054, 1382, 422],
}


def test_stratified_mean_gives_lohr_example_3_2():
    """Acres of farmland, Lohr (2010): total 909,736,034, standard error 50,417,248.

    The book takes 1.96 standard errors either way; most of the variance is that of 41 counties
    in the West, so Student's t with its effective 98 degrees of freedom takes 1.98.
    """
    found = stats.stratified_estimate(**ACRES)
    assert found.value * 3078 == pytest.approx(909736034, rel=1e-6)
    assert found.standard_error * 3078 == pytest.approx(50417248, abs=1)
    assert found.degrees_of_freedom == pytest.approx(98, abs=5)
    assert found.value - found.lower == pytest.approx(1.96 * 16380, rel=0.02)
    assert (found.n, found.population, found.note) == (300, 3078, "")


def test_stratified_mean_gives_the_television_hours_of_scheaffer():
    """Scheaffer, Mendenhall & Ott (1996), chapter 5: 27.7 hours, variance 1.97."""
    found = stats.stratified_estimate(
        [33.9, 25.125, 19.0], np.square([5.95, 15.25, 9.36]), [20, 8, 12], [155, 62, 93]
    )
    assert found.value == pytest.approx(27.7, abs=0.05)
    assert found.standard_error**2 == pytest.approx(1.97, abs=0.005)


@pytest.mark.parametrize(("scale", "error"), [(1, 9.4089), (1e9, 9.5361)])
def test_stratified_mean_gives_the_schools_of_rs_survey_package(scale, error):
    """``svymean(~api00, dstrat)``: 662.29, standard error 9.4089, and 9.5361 without correction.

    The variances are recovered from ``svyby(~api00, ~stype, svymean)`` of the same 200 schools
    taken as one stratum: 12.49343, 15.34078, 16.50239.
    """
    n = np.array([100, 50, 50])
    variances = np.square([12.49343, 15.34078, 16.50239]) * n * (199 / 200) * n / (n - 1)
    population = np.array([4421, 755, 1018]) * scale
    found = stats.stratified_estimate([674.43, 625.82, 636.60], variances, n, population)
    assert found.value == pytest.approx(662.29, abs=0.005)
    assert found.standard_error == pytest.approx(error, abs=5e-4)


def test_stratified_proportion_gives_the_viewers_of_scheaffer():
    """Scheaffer, Mendenhall & Ott (1996), chapter 5: 0.60, variance 0.0045."""
    found = stats.stratified_proportion([16, 2, 6], [20, 8, 12], [155, 62, 93])
    assert found.value == pytest.approx(0.60)
    assert found.standard_error**2 == pytest.approx(0.0045, abs=5e-5)
    assert 0.4 < found.lower < 0.6 < found.upper < 0.8


def test_one_stratum_is_a_simple_random_sample():
    values = np.array([4, 5, 6, 7, 8.0])
    found = stats.stratified_mean([5], [values.sum()], [(values**2).sum()], [10**9])
    np.testing.assert_allclose((found.lower, found.upper), stats.t_mean(values), rtol=1e-6)
    assert found.degrees_of_freedom == pytest.approx(4)


def test_an_oversampled_stratum_does_not_pull_the_estimate():
    """Half of the complaints were inspected and one in 100 of the rest."""
    found = stats.stratified_proportion([10, 95], [50, 100], [100, 10000])
    assert found.value == pytest.approx((100 * 0.2 + 10000 * 0.95) / 10100)
    assert abs(found.value - 105 / 150) > 0.2


def test_a_stratum_inspected_in_full_is_certain():
    part, whole = (stats.stratified_estimate([5, 8], [4, 9], [10, n], [100, 30]) for n in (29, 30))
    assert whole.standard_error < part.standard_error
    assert whole.standard_error == pytest.approx(np.sqrt((100 / 130) ** 2 * 0.9 * 4 / 10))
    everything = stats.stratified_proportion([3, 9], [10, 20], [10, 20])
    assert (everything.lower, everything.value, everything.upper) == (0.4, 0.4, 0.4)
    assert everything.note == "complete"


def test_a_single_unit_borrows_its_neighbours_variance():
    """Values 4, 6 and 11 together: variance 13; the estimate keeps each stratum's own mean."""
    found = stats.stratified_mean([2, 1], [10, 11], [52, 121], [20, 10])
    assert found.note == "collapsed"
    assert found.value == pytest.approx(20 / 30 * 5 + 10 / 30 * 11)
    assert found.standard_error == pytest.approx(np.sqrt(13 / 3 * (1 - 3 / 30)))


@pytest.mark.parametrize(
    ("n", "degrees"), [([1, 1, 1], 2), ([1, 3, 3], 5), ([3, 1, 3], 5), ([3, 3, 1], 5)]
)
def test_single_units_wherever_they_stand_find_a_neighbour(n, degrees):
    values = [np.array([1, 5, 9])[:k] + shift for shift, k in enumerate(n)]
    found = stats.stratified_mean(
        n, [v.sum() for v in values], [(v**2).sum() for v in values], [50] * 3
    )
    assert found.note == "collapsed"
    assert 0 < found.degrees_of_freedom <= degrees


def test_a_certain_stratum_lends_no_variance():
    found = stats.stratified_mean([1, 30], [7, 90], [49, 300], [10, 30])
    assert found.note == "no_variance"
    assert np.isnan([found.lower, found.upper]).all()
    assert found.value == pytest.approx(0.25 * 7 + 0.75 * 3)


def test_a_stratum_without_a_sample_leaves_no_estimate():
    found = stats.stratified_proportion([3, 0], [10, 0], [50, 20])
    assert found.note == "unsampled"
    assert np.isnan([found.value, found.lower, found.upper]).all()
    assert stats.stratified_proportion([3, 0], [10, 0], [50, 0]).value == 0.3
    assert stats.stratified_proportion([0], [0], [9]).note == "no_data"
    assert stats.stratified_mean([], [], [], []).note == "no_data"


def test_no_events_leave_an_interval_with_a_width():
    found = stats.stratified_proportion([0, 0], [40, 60], [400, 600])
    np.testing.assert_allclose(
        (found.lower, found.upper), stats.wilson_finite(0, 100, 1000), atol=1e-12
    )
    assert found.upper > 0.03


cell = st.integers(2, 60).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 20 * n))
)


@relaxed
@given(st.lists(cell, min_size=1, max_size=6), st.randoms())
def test_the_order_of_strata_does_not_matter_and_the_interval_holds(strata, random):
    found = stats.stratified_proportion(*np.transpose(strata))
    assert 0 <= found.lower <= found.value + 1e-12
    assert found.value - 1e-12 <= found.upper <= 1
    shuffled = random.sample(strata, len(strata))
    again = stats.stratified_proportion(*np.transpose(shuffled))
    assert again.value == pytest.approx(found.value)
    assert again.standard_error == pytest.approx(found.standard_error)


@relaxed
@given(st.lists(cell, min_size=1, max_size=6))
def test_failures_mirror_successes(strata):
    x, n, population = np.transpose(strata)
    found = stats.stratified_proportion(x, n, population)
    mirrored = stats.stratified_proportion(n - x, n, population)
    np.testing.assert_allclose(
        (mirrored.lower, mirrored.upper), (1 - found.upper, 1 - found.lower), atol=1e-9
    )


def test_the_interval_covers_what_it_says():
    """Complaints and the rest, drawn without replacement 500 times from a known population."""
    rng = np.random.default_rng(5)
    frames = [rng.random(300) < 0.6, rng.random(3000) < 0.92]
    true, covered = np.concatenate(frames).mean(), 0
    for _ in range(500):
        drawn = [rng.choice(frame, 60, replace=False) for frame in frames]
        found = stats.stratified_proportion([d.sum() for d in drawn], [60, 60], [300, 3000])
        covered += found.lower <= true <= found.upper
    assert 0.93 <= covered / 500 <= 0.98


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stats.stratified_proportion([3], [2], [9]), "`x` must not exceed `n`"),
        (lambda: stats.stratified_proportion([1], [9], [8]), "`n` must not exceed `population`"),
        (lambda: stats.stratified_estimate([1], [-1], [2], [9]), "`variances` must not be neg"),
        (lambda: stats.stratified_mean([3], [30], [200], [9]), "`total_squares` must be at least"),
    ],
)
def test_stratified_estimates_name_the_wrong_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
