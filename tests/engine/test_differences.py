"""Differences of sums: published intervals, and chances that never contradict them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson, ttest_ind

from csqa.engine.differences import difference_chances, difference_intervals


def sides(kind: str, *rows: tuple[float, ...]) -> pd.DataFrame:
    """Rows of (n, total, squares) now and before."""
    columns = ["n", "total", "total_squares", "n_before", "total_before", "total_squares_before"]
    return pd.DataFrame([list(row) for row in rows], columns=columns).assign(kind=kind)


def of_values(now: list[float], before: list[float]) -> pd.DataFrame:
    """Sums of plain values."""
    sums = [(len(side), sum(side), sum(one**2 for one in side)) for side in (now, before)]
    return sides("number", (*sums[0], *sums[1]))


def test_shares_are_newcombe_s():
    """Newcombe (1998), Statistics in Medicine 17:873, table II, method 10: (a) and (e)."""
    rows = sides("share", (70, 56, 56, 80, 48, 48), (10, 0, 0, 20, 0, 0))
    lower, upper = difference_intervals(rows)
    assert lower == pytest.approx([0.0524, -0.1611], abs=5e-5)
    assert upper == pytest.approx([0.3339, 0.2775], abs=5e-5)


def test_means_are_welch_s():
    """Student's sleep data as R's help of ``t.test`` prints them: p = 0.07939."""
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    rows = of_values(first, second)
    lower, upper = difference_intervals(rows)
    assert [lower[0], upper[0]] == pytest.approx([-3.3654832, 0.2054832], abs=1e-6)
    chance = difference_chances(rows, np.array([0.75 - 2.33]))
    assert chance[0] == pytest.approx(0.07939, abs=5e-5)


def test_faults_join_both_exact_limits():
    """0 and 6 faults in 100 records: Garwood's limits 0 to 3.689 and 2.202 to 13.059, by hand."""
    lower, upper = difference_intervals(sides("per_hundred", (100, 0, 0, 100, 6, 6)))
    assert lower[0] == pytest.approx(-6 - (13.059 - 6), abs=1e-3)
    assert upper[0] == pytest.approx(-6 + np.hypot(3.689, 6 - 2.202), abs=1e-3)


@pytest.mark.parametrize(("now", "before"), [(3, 3), (5, 5), (3, 9), (20, 20), (2, 12)])
def test_faults_alarm_at_most_as_often_as_said(now: int, before: int):
    """Over all pairs of counts with equal rates: 5 % and 1 % are never exceeded."""
    first, second = (grid.ravel() for grid in np.meshgrid(np.arange(70), np.arange(70)))
    n, n_before = 100 * now, 100 * before
    rows = pd.DataFrame(
        {
            "kind": "per_hundred",
            "n": n,
            "total": first,
            "total_squares": first,
            "n_before": n_before,
            "total_before": second,
            "total_squares_before": second,
        }
    )
    chances = difference_chances(rows, 100 * (first / n - second / n_before))
    weight = poisson.pmf(first, now) * poisson.pmf(second, before)
    assert weight[chances < 0.05].sum() <= 0.05
    assert weight[chances < 0.01].sum() <= 0.01


def test_what_is_empty_or_alone_says_nothing():
    rows = pd.concat(
        [
            sides("share", (0, 0, 0, 10, 5, 5)),
            sides("seconds", (1, 3, 9, 10, 30, 100)),
            sides("nps", (0, 0, 0, 5, 1, 3)),
            sides("per_hundred", (0, 0, 0, 5, 1, 1)),
        ],
        ignore_index=True,
    )
    assert np.isnan(difference_intervals(rows)).all()
    assert np.isnan(difference_chances(rows, np.full(4, np.nan))).all()


def test_equal_sides_differ_by_chance_for_certain():
    rows = sides("share", (50, 40, 40, 50, 40, 40))
    assert difference_chances(rows, np.array([0.0])).tolist() == [1.0]


def test_constant_values_that_differ_are_as_sure_as_can_be_told():
    rows = of_values([60.0] * 30, [61.0] * 30)
    assert difference_chances(rows, np.array([-1.0]))[0] == pytest.approx(2e-9, rel=0.05)


counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(st.sampled_from(["share", "per_hundred", "nps"]), counted, counted)
@settings(max_examples=60, deadline=None)
def test_chance_and_interval_agree_and_turn_round(kind: str, now, before):
    def row(first, second):
        # Of NPS: all answers promote or are passive.
        return sides(kind, (first[0], first[1], first[1], second[0], second[1], second[1]))

    scale = 100 if kind == "per_hundred" else 1
    change = scale * (now[1] / now[0] - before[1] / before[0])
    lower, upper = difference_intervals(row(now, before))
    chance = difference_chances(row(now, before), np.array([change]))[0]
    assert lower[0] <= change <= upper[0]
    assert (chance < 0.05) == (lower[0] > 0 or upper[0] < 0) or chance == pytest.approx(0.05)
    turned = difference_intervals(row(before, now))
    assert [turned[0][0], turned[1][0]] == pytest.approx([-upper[0], -lower[0]])


@given(
    st.lists(st.floats(0, 1000), min_size=5, max_size=30, unique=True),
    st.lists(st.floats(0, 1000), min_size=5, max_size=30, unique=True),
)
@settings(max_examples=40, deadline=None)
def test_chances_of_means_are_those_of_scipy(now: list[float], before: list[float]):
    change = np.mean(now) - np.mean(before)
    found = difference_chances(of_values(now, before), np.array([change]))[0]
    expected = ttest_ind(now, before, equal_var=False).pvalue
    assert found == pytest.approx(max(expected, 2e-9), rel=0.01, abs=1e-9)
