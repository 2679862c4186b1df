"""How alike a service is: what chance gives is no difference, and what is too little says so."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.consistency import VERDICTS, measure_consistency
from csqa.errors import RuleError
from tests.tables import sums

PERIOD = "2025-06"


def consistency(measures, **options):
    return measure_consistency(measures, period=PERIOD, **options).iloc[0]


def shares(totals, n=400, metric="csat") -> pd.DataFrame:
    rows = [(PERIOD, f"K{i:02d}", n, total) for i, total in enumerate(totals)]
    return sums(metric, rows, unit="agent_id")


def test_half_at_80_and_half_at_90_lie_five_points_from_their_mean():
    """Var of the true levels is 0.05²; the estimate takes the binomial variance off."""
    found = consistency(shares([320, 360] * 10))
    observed, chance = 0.0025 * 20 / 19, 0.85 * 0.15 / 400
    assert found["sd"] == pytest.approx(np.sqrt(observed - chance))
    assert found["real_share"] == pytest.approx(1 - chance / observed)
    assert found["sd_lower"] < 0.05 < found["sd_upper"]
    assert found["typical_lower"] < 0.80
    assert found["typical_upper"] > 0.90
    assert (found["value"], found["n"], found["units"]) == (0.85, 8000, 20)
    assert found["verdict"] == "different"


def test_all_equal_is_consistent_with_nothing_between():
    found = consistency(shares([360] * 20))
    assert (found["sd"], found["real_share"], found["verdict"]) == (0.0, 0.0, "consistent")
    assert found["typical_lower"] == found["typical_upper"] == 0.9


def test_few_units_or_little_to_tell_are_not_called_consistent():
    assert consistency(shares([360] * 4))["verdict"] == "too_few"
    assert np.isnan(consistency(shares([360] * 4))["sd"])
    jumpy = consistency(shares([352, 360, 362, 368, 358]))  # five units: much may be real
    assert jumpy["real_share_upper"] > 0.75
    assert jumpy["verdict"] == "too_few"


def test_who_is_not_named_or_has_few_records_does_not_count():
    few = shares([360] * 12)
    few.loc[0, ["n", "total", "total_squares"]] = 9, 0.0, 0.0
    few.loc[1, "agent_id"] = "unknown"
    assert consistency(few)["units"] == 10


def test_unlike_work_is_no_inconsistency():
    """Half of the agents have the hard topic only: alike within it, so alike."""
    hard = shares([320] * 10).assign(topic="维修")
    easy = shares([380] * 10).assign(topic="发票")
    easy["agent_id"] = [f"E{i}" for i in range(10)]
    both = pd.concat([hard, easy])
    assert consistency(both)["verdict"] == "consistent"
    assert consistency(both.drop(columns="topic"))["verdict"] == "different"


def test_times_spread_by_factors_and_faults_by_ratios():
    mean = np.where(np.arange(20) % 2, 300.0, 600.0)
    rows = [(PERIOD, f"K{i}", 100, 100 * m, 1.2 * 100 * m**2) for i, m in enumerate(mean)]
    found = consistency(sums("handle_time", rows, unit="agent_id"))
    assert found["verdict"] == "different"
    assert found["sd"] / found["value"] == pytest.approx(np.log(2) / 2, rel=0.1)
    assert 0 < found["typical_lower"] < 300
    faults = consistency(shares([30, 10] * 10, n=500, metric="wording"))
    assert (faults["kind"], faults["value"]) == ("per_hundred", 4.0)
    assert faults["sd"] == pytest.approx(np.sqrt(4 * 20 / 19 - 4.0 / 5), rel=1e-6)


def test_wrong_arguments_are_named():
    with pytest.raises(RuleError, match="`unit` 应为"):
        measure_consistency(shares([360] * 12), unit="team", period=PERIOD)
    with pytest.raises(RuleError, match="没有 2025-07"):
        measure_consistency(shares([360] * 12), period="2025-07")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=30))
def test_estimate_lies_in_its_interval_and_range_in_the_metrics_bounds(totals):
    found = consistency(shares(totals, n=100))
    assert found["verdict"] in VERDICTS
    if not np.isnan(found["sd"]):
        assert found["sd_lower"] <= found["sd"] <= found["sd_upper"]
        assert 0 <= found["real_share_lower"] <= found["real_share"] <= 1
        assert 0 <= found["typical_lower"] <= found["typical_upper"] <= 1


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.88, 0.05])
def test_equal_agents_on_unlike_topics_are_called_different_in_about_one_of_twenty(rate):
    """100 services of 30 equal agents over 8 topics; 5 % and three Monte Carlo errors at most."""
    rng = np.random.default_rng(20250601)
    agents, topics = (axis.ravel() for axis in np.mgrid[:30, :8])
    called = 0
    for _ in range(100):
        n = rng.poisson(100 / 8, agents.size)
        hits = rng.binomial(n, np.clip(rate + 0.03 * (topics % 3 - 1), 0, 1)).astype(float)
        rows = zip([PERIOD] * n.size, map("K{}".format, agents), n, hits, strict=True)
        measures = sums("csat", rows, unit="agent_id").assign(topic=list(map(str, topics)))
        called += consistency(measures)["verdict"] == "different"
    assert called / 100 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)
