"""Difference in differences, its permutation test, and made-up interruptions."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.stats import difference_in_differences, permute_difference, placebo_in_time
from tests.published import worked_example


class TestDifference:
    def test_card_and_krueger(self):
        found = difference_in_differences([0, 0.59], [0, -2.16], [0, 0.54], [0, 1.25])
        assert found.estimate == pytest.approx(2.75)
        assert found.error == pytest.approx(1.36, abs=5e-3)
        assert 0.04 < found.p < 0.05

    def test_the_published_means(self):
        example = worked_example("W41")
        means = example["inputs"]
        found = difference_in_differences(means["treated"], means["control"], [0, 0], [0, 0])
        assert found.estimate == pytest.approx(example["expected"]["did"])
        published = example["expected"]["published"]
        assert found.estimate == pytest.approx(published, abs=example["tolerance"])

    def test_shares_by_hand(self):
        errors = [np.sqrt(0.25 / 100)] * 2
        found = difference_in_differences([0.5, 0.5], [0.5, 0.5], errors, errors)
        assert (found.estimate, found.p) == (0.0, 1.0)
        assert found.upper == pytest.approx(1.959964 * 0.1)

    def test_missing_stays_missing(self):
        found = difference_in_differences([0.5, np.nan], [0.5, 0.5], [0.1, 0.1], [0.1, 0.1])
        assert np.isnan([found.estimate, found.lower, found.p]).all()

    def test_two_of_each(self):
        with pytest.raises(ValueError, match="`control` must hold two numbers"):
            difference_in_differences([1, 2], [1, 2, 3], [0, 0], [0, 0])
        with pytest.raises(ValueError, match="`treated_errors` must not be negative"):
            difference_in_differences([1, 2], [1, 2], [0, -1], [0, 0])


class TestPermutation:
    def test_all_allocations_by_hand(self):
        changes = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3])
        treated = np.arange(10) < 5
        seen = abs(changes[:5].mean() - changes[5:].mean())
        tried = []
        for inside in combinations(range(10), 5):
            chosen = np.isin(np.arange(10), inside)
            tried.append(abs(changes[chosen].mean() - changes[~chosen].mean()))
        wanted = np.mean(np.array(tried) >= seen - 1e-9)
        assert permute_difference(changes, treated) == pytest.approx(wanted)

    def test_drawn_ones_agree_with_all(self):
        rng = np.random.default_rng(3)
        changes, treated = rng.normal(size=30), np.arange(30) < 15
        changes[:15] += 0.9
        first, second = (permute_difference(changes, treated, seed=seed) for seed in (1, 2))
        assert first == permute_difference(changes, treated, seed=1)
        assert abs(first - second) < 0.03  # four standard errors of 9,999 draws

    def test_nothing_is_seldom_found(self):
        rng = np.random.default_rng(4)
        found = [permute_difference(rng.normal(size=11), np.arange(11) < 5) for _ in range(400)]
        assert np.mean(np.array(found) < 0.05) <= 0.08

    def test_few_units_have_no_say(self):
        assert np.isnan(permute_difference(range(9), [True] * 4 + [False] * 5))
        gaps = [np.nan, *range(9)]
        assert np.isnan(permute_difference(gaps, [True] * 5 + [False] * 5))

    def test_weights_count(self):
        changes, treated = [9.0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [True] * 5 + [False] * 5
        light = permute_difference(changes, treated, weights=[1e-6] + [1] * 9)
        assert permute_difference(changes, treated) == 1.0
        assert light == 1.0

    def test_flags_must_be_flags(self):
        with pytest.raises(ValueError, match="`treated` must hold 10 booleans"):
            permute_difference(range(10), [1, 0] * 5)


class TestPlacebo:
    def test_by_hand(self):
        assert placebo_in_time([1, 1, 1, 5, 1, 1, 1, 5], at=7, before=1, after=1) == (2 / 6, 6)

    def test_no_earlier_place(self):
        share, places = placebo_in_time([1, 2, 3, 4], at=2, before=2, after=2)
        assert (np.isnan(share), places) == (True, 0)

    def test_a_trend_makes_every_place_look_like_a_change(self):
        assert placebo_in_time(np.arange(24.0), at=20, before=3, after=3)[0] == 1.0

    def test_a_gap_moves_along(self):
        # Changes 3 apart: the real one 6 to 9, the earlier ones all 3 as well.
        assert placebo_in_time(np.arange(10.0), at=9, before=1, after=1, gap=2) == (1.0, 4)
        with pytest.raises(ValueError, match="`gap` 0; not 1, 1, -1"):
            placebo_in_time([1, 2, 3], at=1, before=1, after=1, gap=-1)

    def test_windows_must_hold_something(self):
        with pytest.raises(ValueError, match="`before` and `after` must be at least 1"):
            placebo_in_time([1, 2, 3], at=1, before=0, after=1)

    @settings(max_examples=50)
    @given(st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=30), st.integers(1, 3))
    def test_the_share_is_one_of_the_places(self, values: list[float], width: int):
        share, places = placebo_in_time(values, len(values) - width, before=width, after=width)
        assert places == max(len(values) - 3 * width + 1, 0)
        assert (
            np.isnan(share)
            if not places
            else share * places == pytest.approx(round(share * places))
        )
