"""Probabilities: Platt's sigmoid, sharpness, and how far they can be trusted."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.learn.calibration import (
    BINS,
    calibration_error,
    fit_calibration,
    fit_sigmoid,
)


def test_the_sigmoid_is_the_best_one():
    """At the optimum of Platt's likelihood both derivatives are 0."""
    random = np.random.default_rng(1)
    truths = random.random(400) < 0.3
    scores = random.normal(size=400) + 2 * truths
    slope, offset = fit_sigmoid(scores, truths)
    right, wrong = truths.sum(), (~truths).sum()
    targets = np.where(truths, (right + 1) / (right + 2), 1 / (wrong + 2))
    left = 1 / (1 + np.exp(-(slope * scores + offset))) - targets
    assert abs(left.sum()) < 1e-3
    assert abs((left * scores).sum()) < 1e-3


def test_scores_that_say_nothing_give_the_share():
    slope, offset = fit_sigmoid(np.zeros(100), np.arange(100) < 25)
    expected = (25 * 26 / 27 + 75 / 77) / 100  # the mean of Platt's targets
    assert 1 / (1 + math.exp(-offset)) == pytest.approx(expected)
    assert slope == pytest.approx(0, abs=1e-6)


@given(st.lists(st.tuples(st.floats(-50, 50), st.booleans()), min_size=2, max_size=40))
def test_a_higher_score_is_never_less_likely(pairs):
    scores, truths = (np.array(part) for part in zip(*pairs, strict=True))
    slope, offset = fit_sigmoid(scores, truths.astype(bool))
    assert slope >= 0
    assert math.isfinite(slope)
    assert math.isfinite(offset)


def test_calibrated_probabilities_come_true():
    random = np.random.default_rng(2)
    classes = random.integers(0, 3, 6_000)
    truths = np.eye(3, dtype=bool)[classes]
    scores = random.normal(size=(6_000, 3)) + 1.5 * truths
    half = np.arange(6_000) < 3_000
    chances = fit_calibration(scores[half], truths[half], single=True).probabilities(scores[~half])
    assert chances.sum(axis=1) == pytest.approx(np.ones(3_000))
    right = chances.argmax(axis=1) == classes[~half]
    assert calibration_error(chances.max(axis=1), right) < 0.03


def test_the_error_by_hand():
    """Bin 0.6: told 0.65, true 1/2; bin 0.9: told 0.95, true 1: (2·0.15 + 1·0.05) / 3."""
    error = calibration_error(np.array([0.65, 0.65, 0.95]), np.array([True, False, True]))
    assert error == pytest.approx(0.35 / 3)


def test_nothing_has_no_error_and_one_is_in_the_last_bin():
    assert math.isnan(calibration_error(np.array([]), np.array([], dtype=bool)))
    assert calibration_error(np.array([1.0]), np.array([True])) == 0
    assert BINS == 10
