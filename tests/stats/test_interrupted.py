"""Interrupted series: published results, coverage, and what can be computed by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.stats import interrupted_series

# Acute coronary events a month in Sicily, 2002 to 2006, and the standard population: the example
# of Lopez Bernal, Cummins & Gasparrini (2017); smoking was banned in January 2005.
EVENTS = [
    *(728, 659, 791, 734, 757, 726, 760, 740, 720, 814, 795, 858),
    *(887, 766, 851, 769, 781, 756, 766, 752, 765, 831, 879, 928),
    *(914, 808, 937, 840, 916, 828, 845, 818, 860, 839, 887, 886),
    *(831, 796, 833, 820, 877, 758, 767, 738, 781, 843, 850, 908),
    *(1021, 859, 976, 888, 962, 838, 810, 876, 843, 936, 912),
]
POPULATION = [
    *(379875.3, 376495.5, 377040.8, 377116.4, 377383.4, 374113.1),
    *(379513.3, 376295.5, 374653.2, 378485.6, 375955.5, 378349.7),
    *(376762.4, 379032.3, 379360.4, 376162, 377972.4, 381830.7),
    *(379888.6, 380872.2, 380966.9, 381240.4, 382104.9, 381802.7),
    *(381656.3, 383680, 383504.2, 386462.9, 383783.1, 380836.8),
    *(383483, 380906.2, 382926.8, 384052.4, 384449.6, 383428.4),
    *(388153.2, 388373.2, 386470.1, 386033.2, 383686.4, 385509.3),
    *(385901.9, 386516.6, 388436.5, 383255.2, 390148.7, 385874.9),
    *(391613.6, 391750.4, 394005.6, 391364.9, 391664.6, 389022.3),
    *(391878.5, 388575.3, 392989, 390018.8, 390712.3),
]
BAN = {"at": 36, "family": "poisson", "exposure": POPULATION, "slope": False}


def noise(rng: np.random.Generator, points: int, rho: float) -> np.ndarray:
    """Standard noise whose neighbours correlate by ``rho``."""
    made = np.zeros(points + 20)
    for place in range(1, points + 20):
        made[place] = rho * made[place - 1] + rng.normal()
    return made[20:]


class TestPublished:
    def test_the_smoking_ban_in_sicily(self):
        plain = interrupted_series(EVENTS, seasonal=False, **BAN)
        assert plain.level.estimate == pytest.approx(0.894, abs=5e-4)
        seasonal = interrupted_series(EVENTS, seasonal=True, **BAN)
        told = [seasonal.level.estimate, seasonal.level.lower, seasonal.level.upper]
        # The paper's 0.885 (0.839 to 0.933) takes the normal's 1.96, we Student's 2.01.
        assert told == pytest.approx([0.885, 0.839, 0.933], abs=2e-3)
        assert seasonal.harmonics == 2
        assert (seasonal.n_before, seasonal.n_after) == (36, 23)
        assert seasonal.dispersion > 2

    def test_the_slope_is_said_not_to_have_changed(self):
        found = interrupted_series(EVENTS, **{**BAN, "slope": True})
        assert found.slope.lower < 1 < found.slope.upper


class TestByHand:
    def test_a_clean_step_is_found_exactly(self):
        values = [5 + 0.5 * month for month in range(10)] + [20 + 0.5 * month for month in range(5)]
        found = interrupted_series(values, at=10)
        assert found.level.estimate == pytest.approx(10)
        assert found.slope.estimate == pytest.approx(0)
        assert found.expected[-1] == pytest.approx(5 + 0.5 * 14)
        assert found.fitted == pytest.approx(values)

    def test_least_squares_of_a_step(self):
        values = [1, 3, 2, 4, 1, 3, 2, 4, 8, 6, 7]
        found = interrupted_series(values, at=8, slope=False)
        months = np.arange(11)
        design = np.column_stack([np.ones(11), months, months >= 8])
        wanted = np.linalg.lstsq(design, np.array(values, float), rcond=None)[0]
        assert found.level.estimate == pytest.approx(wanted[2])

    def test_gaps_are_left_out_and_weights_count(self):
        values = np.array([1.0, 3, 2, 4, np.nan, 3, 2, 4, 1, 8, 6, 7])
        found = interrupted_series(values, at=9, slope=False)
        assert (found.n_before, found.n_after) == (8, 3)
        assert np.isnan(found.fitted[4])
        heavy = interrupted_series(values, at=9, slope=False, weights=[1] * 9 + [1, 1, 1000])
        assert heavy.fitted[-1] == pytest.approx(7, abs=0.05)

    def test_no_change_of_a_constant(self):
        found = interrupted_series([4.0] * 12, at=9)
        assert (found.level.estimate, found.level.p) == (pytest.approx(0, abs=1e-9), 1.0)

    def test_a_count_that_falls_to_nothing_ends_with_numbers(self):
        found = interrupted_series([5, 6, 4, 5, 6, 5, 4, 6, 0, 0, 0], at=8, family="poisson")
        assert found.level.estimate < 1e-3
        assert np.isfinite(found.fitted).all()


class TestRefusals:
    @pytest.mark.parametrize(("points", "at"), [(10, 7), (10, 8), (40, 39), (12, 0)])
    def test_too_short(self, points: int, at: int):
        with pytest.raises(ValueError, match="at least 8 points before and 3 after"):
            interrupted_series(np.arange(points), at=at)

    def test_unknown_family(self):
        with pytest.raises(ValueError, match="must be one of 'linear', 'poisson'"):
            interrupted_series(range(20), at=12, family="cubic")

    def test_negative_counts(self):
        with pytest.raises(ValueError, match="must not be negative"):
            interrupted_series([-1, *range(19)], at=12, family="poisson")


@pytest.mark.parametrize(
    ("points", "at", "rho", "slope", "least"),
    [
        (11, 8, 0.0, False, 0.92),
        (14, 9, 0.3, False, 0.89),
        (24, 18, 0.3, True, 0.89),
        (36, 24, 0.6, True, 0.86),
    ],
)
def test_intervals_hold_the_truth(points: int, at: int, rho: float, slope: bool, least: float):
    """400 series each; the bounds are 3 standard errors below what 4,000 series showed."""
    rng = np.random.default_rng(7)
    held = []
    for _ in range(400):
        values = 5 + 0.1 * np.arange(points) + noise(rng, points, rho)
        values[at:] += 2
        found = interrupted_series(values, at, slope=slope, seasonal=False)
        held.append(found.level.lower <= 2 <= found.level.upper)
    assert least <= np.mean(held) <= 0.99


def test_counts_that_vary_more_than_chance():
    rng, held = np.random.default_rng(7), []
    for _ in range(300):
        mean = 200 * np.exp(0.01 * np.arange(24))
        mean[18:] *= 0.8
        values = rng.negative_binomial(mean / 8, 1 / 9)
        found = interrupted_series(values, 18, family="poisson", slope=False, seasonal=False)
        held.append(found.level.lower <= 0.8 <= found.level.upper)
    assert 0.92 <= np.mean(held) <= 0.995


@settings(max_examples=30)
@given(st.lists(st.floats(-1e3, 1e3), min_size=12, max_size=30), st.floats(-100, 100))
def test_a_shift_of_all_moves_nothing(values: list[float], shift: float):
    at = len(values) - 4
    first = interrupted_series(values, at, seasonal=False)
    second = interrupted_series(np.array(values) + shift, at, seasonal=False)
    assert second.level.estimate == pytest.approx(first.level.estimate, abs=1e-6)
    assert second.effect.upper == pytest.approx(first.effect.upper, rel=1e-4, abs=1e-3)
