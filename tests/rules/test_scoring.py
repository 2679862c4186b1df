import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.rules.scoring import better_side, bonus_points, excess, score_values
from csqa.rules.standard import AT_LEAST, AT_MOST, BETWEEN, Bonus, Deduction

LINEAR, STEP = Deduction("linear", 10, 10), Deduction("step", 10, 10)
values = st.floats(-1e6, 1e6)
targets = st.floats(-1e3, 1e3)
directions = st.sampled_from([AT_MOST, AT_LEAST])
deductions = st.builds(
    Deduction,
    st.sampled_from(["linear", "step"]),
    st.floats(0.01, 100),
    st.floats(0.01, 100),
    st.floats(0, 100),
)
widths = st.floats(0.01, 1e3)


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


@pytest.mark.parametrize(
    ("value", "linear", "step"),
    [(300, 100, 100), (600, 100, 100), (610, 90, 90), (285, 85, 80), (605, 95, 90), (0, 0, 0)],
)
def test_a_range_is_missed_on_either_side(value, linear, step):
    for deduction, points in ((LINEAR, linear), (STEP, step)):
        assert score_values(value, 300, BETWEEN, deduction, 600) == points


@pytest.mark.parametrize(("value", "points"), [(30, 100), (55, 75), (70, 60), (71, 60), (1e9, 60)])
def test_no_score_is_below_the_floor(value, points):
    assert score_values(value, 30, AT_MOST, Deduction("linear", 10, 10, floor=60)) == points


def test_a_floor_holds_for_a_proportional_score_too():
    deduction = Deduction("proportional", floor=50)
    assert score_values([0.88, 0.3], 0.9, AT_LEAST, deduction).tolist() == [88, 50]
    assert score_values([0.2, 0.9], 0.05, AT_MOST, deduction).tolist() == [80, 50]


@given(values, targets, widths, deductions)
def test_score_against_a_range_stays_on_the_scale_above_its_floor(value, low, width, deduction):
    score = score_values(value, low, BETWEEN, deduction, low + width).item()
    assert deduction.floor <= score <= 100


@given(values, values, targets, widths, deductions)
def test_farther_out_of_a_range_never_scores_more(one, other, low, width, deduction):
    high = low + width
    near, far = sorted([one, other], key=lambda value: excess(value, low, BETWEEN, high).item())
    scores = score_values([far, near], low, BETWEEN, deduction, high)
    assert scores[0] <= scores[1]


@given(values, targets, widths)
def test_a_range_is_both_limits_at_once(value, low, width):
    both = excess(value, low, BETWEEN, low + width)
    ends = excess(value, low, AT_LEAST), excess(value, low + width, AT_MOST)
    assert both == max(ends)


@given(values, values, st.floats(0.01, 100), st.floats(0.01, 10), targets, st.floats(0, 100))
def test_a_bonus_grows_with_the_value_up_to_its_cap(one, other, points, per, start, cap):
    bonus = Bonus(points, per, start, cap)
    less, more = bonus_points(sorted([one, other]), bonus)
    assert 0 <= less <= more <= cap
    assert bonus_points(start, bonus) == 0


def test_no_bonus_without_a_value_or_a_rule():
    assert np.isnan(bonus_points(np.nan, Bonus(1, 1)))
    assert np.isnan(bonus_points([1.0, 2.0], None)).all()


def test_no_target_has_a_range_without_both_ends():
    assert np.isnan(score_values(50, 30, BETWEEN, LINEAR))


@given(values, values, targets, st.sampled_from([AT_MOST, AT_LEAST]))
def test_a_limit_has_one_better_side(value, usual, target, direction):
    assert better_side(value, usual, target, direction) == (-1 if direction == AT_MOST else 1)


@pytest.mark.parametrize(
    ("value", "usual", "side"),
    [(70, 40, -1), (10, 40, 1), (40, 45, 0), (40, 80, -1), (40, 5, 1), (70, 80, -1), (10, 5, 1)],
)
def test_within_a_range_no_side_is_better_unless_what_is_usual_lies_outside(value, usual, side):
    assert better_side(value, usual, 20, BETWEEN, 60) == side
