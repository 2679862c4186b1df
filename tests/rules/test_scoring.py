import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.rules.scoring import excess, score_values
from csqa.rules.standard import AT_LEAST, AT_MOST, Deduction

LINEAR, STEP = Deduction("linear", 10, 10), Deduction("step", 10, 10)
values = st.floats(-1e6, 1e6)
targets = st.floats(-1e3, 1e3)
directions = st.sampled_from([AT_MOST, AT_LEAST])
deductions = st.builds(
    Deduction, st.sampled_from(["linear", "step"]), st.floats(0.01, 100), st.floats(0.01, 100)
)


@pytest.mark.parametrize(
    ("value", "linear", "step"),
    [
        (29, 100, 100),
        (30, 100, 100),
        (30.001, 99.999, 90),
        (35, 95, 90),
        (40, 90, 90),
        (41, 89, 80),
        (500, 0, 0),
    ],
)
def test_seconds_over_30(value, linear, step):
    assert score_values(value, 30, AT_MOST, LINEAR) == pytest.approx(linear)
    assert score_values(value, 30, AT_MOST, STEP) == pytest.approx(step)


def test_rounding_noise_begins_no_step():
    # 0.3 - 0.0 is 2.9999999999999996 or 3.0000000000000004 steps of 0.1 in floating point
    assert score_values(0.1 + 0.2, 0, AT_MOST, Deduction("step", 10, 0.1)) == 70


@pytest.mark.parametrize(("value", "points"), [(0.88, 88), (0.90, 100), (0.899, 89.9), (0, 0)])
def test_proportional_at_least(value, points):
    assert score_values(value, 0.90, AT_LEAST, Deduction("proportional")) == pytest.approx(points)


@pytest.mark.parametrize(("value", "points"), [(0.05, 100), (0.08, 92), (1, 0)])
def test_proportional_at_most_scores_what_is_well(value, points):
    assert score_values(value, 0.05, AT_MOST, Deduction("proportional")) == pytest.approx(points)


def test_nothing_to_meet_or_no_value_is_no_score():
    assert np.isnan(score_values([1.0, 2.0], 1, None, LINEAR)).all()
    assert np.isnan(score_values([1.0, 2.0], 1, AT_MOST, None)).all()
    assert np.isnan(score_values(np.nan, 1, AT_MOST, LINEAR))
    assert np.isnan(score_values(1, np.nan, AT_MOST, LINEAR))


@given(values, targets, directions, deductions)
def test_score_stays_on_the_scale(value, target, direction, deduction):
    assert 0 <= score_values(value, target, direction, deduction) <= 100


@given(values, targets, directions)
def test_met_is_the_inclusive_comparison(value, target, direction):
    met = value <= target if direction == AT_MOST else value >= target
    assert (excess(value, target, direction) == 0) == met


@given(values, values, targets, directions, deductions)
def test_better_value_never_scores_less(one, other, target, direction, deduction):
    worse, better = sorted([one, other], reverse=direction == AT_MOST)
    scores = score_values([worse, better], target, direction, deduction)
    assert scores[0] <= scores[1]


@given(values, targets, directions, deductions)
def test_on_target_scores_full(value, target, direction, deduction):
    score = score_values(value, target, direction, deduction)
    assert score == 100 or excess(value, target, direction) > 0


@given(values, targets, directions, st.floats(0.01, 100), st.floats(0.01, 100))
def test_step_never_scores_more_than_linear(value, target, direction, points, per):
    linear, step = (
        score_values(value, target, direction, Deduction(mode, points, per))
        for mode in ("linear", "step")
    )
    assert step <= linear + 1e-6
