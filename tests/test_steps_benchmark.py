"""The benchmark of steps runs, and csqa counts what plain pandas counts."""

import pytest

from benchmarks import steps


@pytest.mark.slow
def test_both_count_the_same() -> None:
    found = steps.measure(steps.make_log(400), steps.PERIOD, runs=1)
    assert found["same_counts"]
    assert found["events"] > 2_000
    assert set(found["seconds"]) == {"csqa", "plain pandas"}
