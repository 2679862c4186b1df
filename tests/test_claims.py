"""Figures that the documents and the report state about chance, computed here."""

from itertools import product

import numpy as np
import pytest


def share_with_run(length: int, months: int = 12) -> float:
    """Share of all sequences of hits and misses, equally likely, that hold a run of misses."""
    sequences = ["".join(sequence) for sequence in product("01", repeat=months)]
    return sum("1" * length in sequence for sequence in sequences) / len(sequences)


@pytest.mark.parametrize(("length", "stated"), [(2, 0.91), (3, 0.58)])
def test_chance_of_consecutive_misses_when_exactly_on_target(length, stated):
    assert round(share_with_run(length), 2) == stated


def test_twenty_equal_agents_spread_over_twenty_points_by_luck():
    drawn = np.random.default_rng(1).binomial(30, 0.88, size=(10_000, 20)) / 30
    spread = (drawn.max(axis=1) - drawn.min(axis=1)).mean()
    assert 0.20 < spread < 0.24
