"""Sample sizes, allocation, weighted estimates and acceptance, against published numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.stats import (
    acceptance_probability,
    allocate_neyman,
    allocate_proportional,
    chance_of_none,
    margin_of_error,
    round_by_chance,
    sample_size,
    weighted_mean,
    weighted_share,
    wilson_finite,
)

Z95 = 1.959963984540054


def with_moments(n: int, mean: float, variance: float) -> np.ndarray:
    """Values of a size, mean and sample variance."""
    spread = np.resize([1.0, -1.0], n) - (1.0 / n if n % 2 else 0.0)
    return mean + spread * np.sqrt(variance / spread.var(ddof=1))


class TestSampleSize:
    def test_published(self):
        """BPA Quality: 1,000 calls need 278; any number for ± 3 points 1,067 (printed rounded)."""
        assert np.round(sample_size([0.05, 0.03], [1000, np.inf])).tolist() == [278, 1067]

    def test_cochran(self):
        """Cochran (1977), section 4.3: p = 0.5, ± 5 points, t = 2: 400 of an endless population,
        340 of 3,200 after correction (his 4.4 uses 4,000 and gives 364)."""
        two = 2 * 0.022750131948179195
        assert sample_size(0.05, confidence=1 - two) == pytest.approx(400, abs=0.1)
        assert sample_size(0.05, 4000, confidence=1 - two) == pytest.approx(364, abs=0.5)

    @given(st.integers(1, 10**6), st.floats(0.005, 0.5))
    def test_never_more_than_there_are(self, population, margin):
        assert 0 < sample_size(margin, population) <= population

    @pytest.mark.parametrize("margin", [0, 1, -0.1])
    def test_a_margin_outside_is_refused(self, margin):
        with pytest.raises(ValueError, match="`margin` must lie between 0 and 1"):
            sample_size(margin)

    def test_the_margin_of_that_size(self):
        assert margin_of_error(sample_size(0.05, 1000), 1000) == pytest.approx(0.05, abs=0.001)
        assert margin_of_error([20, 0], [20, 20]).tolist() == pytest.approx(
            [0, np.nan], nan_ok=True
        )


class TestAllocation:
    def test_lohr(self):
        """Lohr (2010), table 3.2: 300 of 3,078 counties in four regions: 103, 21, 135, 41."""
        assert allocate_proportional(300, [1054, 220, 1382, 422]).tolist() == [103, 21, 135, 41]

    def test_ties_go_to_the_larger_stratum_then_to_the_first(self):
        assert allocate_proportional(1, [2, 3, 3, 2]).tolist() == [0, 1, 0, 0]

    def test_neyman_fills_a_stratum_and_shares_the_rest(self):
        assert allocate_neyman(30, [100, 100, 10], [1, 2, 30]).tolist() == [7, 13, 10]

    @given(st.integers(0, 300), st.lists(st.integers(0, 60), min_size=1, max_size=12), st.data())
    def test_sums_and_caps(self, total, sizes, data):
        deviations = data.draw(
            st.lists(st.integers(0, 9), min_size=len(sizes), max_size=len(sizes))
        )
        for given_ in (
            allocate_proportional(total, sizes),
            allocate_neyman(total, sizes, deviations),
        ):
            assert given_.sum() == min(total, sum(sizes))
            assert (given_ <= np.array(sizes)).all()
            assert (given_ >= 0).all()

    @given(st.lists(st.integers(1, 100), min_size=1, max_size=8), st.integers(1, 50))
    def test_proportional_is_within_one_of_its_due(self, sizes, total):
        due = min(total, sum(sizes)) * np.array(sizes) / sum(sizes)
        assert (abs(allocate_proportional(total, sizes) - due) < 1 + 1e-6).all()

    def test_a_negative_total_is_refused(self):
        with pytest.raises(ValueError, match="`total` must be 0 or more; not -1"):
            allocate_proportional(-1, [3])


class TestRoundingByChance:
    def test_the_expectation_is_exact(self):
        uniform = (np.arange(1000) + 0.5) / 1000
        for due in (0.0, 0.1, 0.25, 1.5, 2.999):
            assert round_by_chance(due, uniform).mean() == pytest.approx(due, abs=1e-12)
            assert (round_by_chance(due, uniform) == 0).mean() == pytest.approx(chance_of_none(due))

    def test_a_binary_fraction_short_of_whole_is_whole(self):
        assert round_by_chance(0.1 * 3 * 10, 0.0) == 3


class TestWeighted:
    def test_simple_random_lohr(self):
        """Lohr (2010), example 2.6: 300 of 3,078 counties, mean 297,897, s 344,551.9."""
        found = weighted_mean(with_moments(300, 297_897.0, 344_551.9**2), 300 / 3078)
        assert found.value == pytest.approx(297_897.0)
        assert found.standard_error == pytest.approx(18_898.43, abs=0.01)
        assert found.population == pytest.approx(3078)

    def test_stratified_value_lohr(self):
        """Lohr (2010), example 3.2: the value is the stratified one, 295,560.8; our standard error
        knows no strata, and is above the published 16,379.9."""
        regions = (
            (21, 220, 97_629.8, 7_647_472_708),
            (103, 1054, 300_504.2, 29_618_183_543),
            (135, 1382, 211_315.0, 53_587_487_856),
            (41, 422, 662_295.5, 396_185_950_266),
        )
        values = np.concatenate([with_moments(n, mean, var) for n, _, mean, var in regions])
        chance = np.concatenate([np.full(n, n / size) for n, size, _, _ in regions])
        found = weighted_mean(values, chance)
        assert found.value == pytest.approx(295_560.8, abs=0.1)
        assert 16_379.9 < found.standard_error < 20_000

    def test_certain_units_add_nothing(self):
        rest = weighted_mean([90, 94], [0.1, 0.1])
        both = weighted_mean([40, 50, 90, 94], [1, 1, 0.1, 0.1])
        # By hand: (40 + 50 + 900 + 940) / 22, and V = 2/1 · 90 · Σ (y - ȳ)² / 22².
        assert both.value == pytest.approx(1930 / 22)
        squares = sum((y - 1930 / 22) ** 2 for y in (90, 94))
        assert both.standard_error == pytest.approx(np.sqrt(2 * 90 * squares) / 22)
        assert rest.standard_error == pytest.approx(np.sqrt(0.9 * 8 / 2))

    def test_everything_inspected_is_sure(self):
        for found in (weighted_mean([1, 2, 3], 1), weighted_share([1, 0, 1], 1)):
            assert found.lower == found.value == found.upper
            assert found.standard_error == 0

    def test_a_single_unit_has_no_interval_of_a_mean(self):
        found = weighted_mean([5], [0.1])
        assert (found.value, np.isnan(found.lower)) == (5, True)

    def test_nothing_is_no_number(self):
        for found in (weighted_mean([np.nan], [0.1]), weighted_share([np.nan], [0.1])):
            assert np.isnan([found.value, found.lower, found.upper]).all()

    def test_a_share_at_its_end_has_a_width(self):
        """20 of 100, none failed: Wilson's with finite-population correction."""
        found = weighted_share(np.ones(20), 0.2)
        lower, upper = wilson_finite(20, 20, 100)
        assert (found.lower, found.upper) == (pytest.approx(lower), pytest.approx(upper))

    @pytest.mark.parametrize("chance", [0, 1.01, np.nan, -0.1])
    def test_a_chance_outside_is_refused(self, chance):
        with pytest.raises(ValueError, match="`probabilities` must lie between 0"):
            weighted_mean([1.0], [chance])

    @given(
        st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 1)), min_size=1, max_size=30),
        st.randoms(use_true_random=False),
    )
    def test_order_does_not_matter_and_the_interval_holds_the_value(self, units, random):
        values, chances = zip(*units, strict=True)
        found = weighted_mean(values, chances)
        random.shuffle(units)
        again = weighted_mean(*zip(*units, strict=True))
        assert again.value == pytest.approx(found.value)
        assert min(values) - 1e-9 <= found.value <= max(values) + 1e-9
        if not np.isnan(found.lower):
            assert found.lower <= found.value <= found.upper


class TestAcceptance:
    def test_methods_4_6(self):
        rates = [0.01, 0.02, 0.03, 0.05]
        assert acceptance_probability(2, 100, rates).round(2).tolist() == [0.92, 0.68, 0.42, 0.12]
        assert acceptance_probability(1, 100, rates).round(2).tolist() == [0.74, 0.40, 0.19, 0.04]

    def test_all_inspected_leaves_no_luck(self):
        assert acceptance_probability(2, 100, [0.02, 0.03], 100).tolist() == [1.0, 0.0]

    def test_a_rate_above_one_is_refused(self):
        with pytest.raises(ValueError, match="`rate` must not exceed"):
            acceptance_probability(2, 100, 1.5)
