"""Pilots: how many agents an effect needs, and what is recommended in the end."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.pilot import evaluate_pilot
from csqa.pilot_plan import plan_pilot
from csqa.pilot_results import PILOT_COLUMNS, PILOT_PLAN_COLUMNS
from csqa.stats import units_needed

WEEKS = [f"2025-W{week:02d}" for week in range(1, 25)]
DAYS = pd.date_range("2025-03-01", "2025-03-28").strftime("%Y-%m-%d").tolist()
SPAN = {"started": date(2025, 3, 15), "ended": date(2025, 3, 28)}
PILOT = [f"K{number:02d}" for number in range(10)]


def weekly(rng: np.random.Generator, agents: int = 24, n: int = 50) -> pd.DataFrame:
    """CSAT of agents who differ a little, week by week."""
    levels = 0.85 + rng.normal(0, 0.02, agents)
    rows = [
        {"period": week, "agent_id": f"K{agent:02d}", "total": float(rng.binomial(n, level))}
        for agent, level in enumerate(levels)
        for week in WEEKS
    ]
    return fill(pd.DataFrame(rows).assign(metric="csat", n=n, over=0.0))


def daily(rng: np.random.Generator, gain: float, agents: int = 20, n: int = 8) -> pd.DataFrame:
    """Share of overdue first responses; the pilot's falls by ``gain`` from 15 March on."""
    rows = []
    for agent in range(agents):
        for day in DAYS:
            tried = agent < len(PILOT) and day > "2025-03-14"
            over = float(rng.binomial(n, 0.15 - gain * tried))
            rows.append({"period": day, "agent_id": f"K{agent:02d}", "over": over})
    return fill(pd.DataFrame(rows).assign(metric="first_response_online", n=n, total=20.0 * n))


def fill(rows: pd.DataFrame) -> pd.DataFrame:
    squares = rows["total"] if rows["metric"].iloc[0] == "csat" else rows["total"] * 25
    return rows.assign(total_squares=squares, target_line="2023-01-01/base", complete=True)


def judged(measures: pd.DataFrame, **options: object) -> pd.Series:
    asked = {"metric": "first_response_online", "outcome": "over", "pilot": PILOT} | SPAN
    return evaluate_pilot(measures, **(asked | options)).iloc[0]


class TestUnitsNeeded:
    # R 4: power.t.test(delta, sd, power)$n, rounded up.
    @pytest.mark.parametrize(
        ("effect", "spread", "power", "units"), [(1, 1, 0.9, 23), (0.5, 1, 0.8, 64), (2, 1, 0.8, 6)]
    )
    def test_published(self, effect: float, spread: float, power: float, units: int):
        assert units_needed(effect, spread, power=power) == units

    def test_edges(self):
        assert units_needed(1, 0) == 2
        with pytest.raises(ValueError, match="`effect` must not be 0"):
            units_needed(0, 1)
        with pytest.raises(ValueError, match="between 0 and 1"):
            units_needed(1, 1, power=1)


class TestPlan:
    def test_longer_pilots_need_fewer_agents(self):
        found = plan_pilot(weekly(np.random.default_rng(1)), metric="csat", effect=0.06)
        assert found.columns.tolist() == list(PILOT_PLAN_COLUMNS)
        assert found["agents"].is_monotonic_decreasing
        assert found["weeks"].tolist() == [2, 3, 4]

    def test_both_sides_are_drawn_alike_and_apart(self):
        row = plan_pilot(weekly(np.random.default_rng(1)), metric="csat", effect=0.06).iloc[2]
        pilot, control = row["pilot"].split(), row["control"].split()
        assert len(pilot) == len(control) == max(row["agents"], 5)
        assert not set(pilot) & set(control)

    def test_the_same_seed_draws_the_same(self):
        measures = weekly(np.random.default_rng(1))
        drawn = [plan_pilot(measures, metric="csat", effect=0.06, seed=seed) for seed in (1, 1, 2)]
        pd.testing.assert_frame_equal(drawn[0], drawn[1])
        assert drawn[0]["pilot"].tolist() != drawn[2]["pilot"].tolist()

    def test_too_small_an_effect_is_said_not_to_be_feasible(self):
        found = plan_pilot(weekly(np.random.default_rng(1)), metric="csat", effect=0.001)
        assert not found["feasible"].any()
        assert found["pilot"].eq("").all()

    def test_too_short_a_past_tells_nothing(self):
        measures = weekly(np.random.default_rng(1))
        measures = measures[measures["period"] >= "2025-W23"]
        found = plan_pilot(measures, metric="csat", effect=0.06)
        assert found["agents"].isna().all()
        assert not found["feasible"].any()

    def test_wrong_questions(self):
        measures = weekly(np.random.default_rng(1))
        with pytest.raises(csqa.RuleError, match="`effect` 应大于 0"):
            plan_pilot(measures, metric="csat", effect=-1)
        with pytest.raises(csqa.RuleError, match="`metric`"):
            plan_pilot(measures, metric="心情", effect=0.1)
        with pytest.raises(csqa.RuleError, match="没有任何人的 nps"):
            plan_pilot(measures, metric="nps", effect=0.1)


class TestEvaluate:
    def test_fifteen_to_five_percent(self):
        row = judged(daily(np.random.default_rng(2), gain=0.10))
        assert row["recommendation"] == "roll_out"
        assert (row["pilot_before"], row["pilot_after"]) == pytest.approx((0.15, 0.05), abs=0.03)
        assert row["effect"] == pytest.approx(-0.10, abs=0.06)  # three standard errors
        assert row["effect_upper"] < 0
        assert row["p"] < 0.05

    def test_nothing_is_seldom_rolled_out(self):
        rng = np.random.default_rng(3)
        found = [judged(daily(rng, gain=0.0))["recommendation"] for _ in range(40)]
        assert found.count("roll_out") <= 4

    def test_an_effect_too_small_to_matter_stops_it(self):
        measures = daily(np.random.default_rng(4), gain=0.0, n=200)
        assert judged(measures, smallest=0.05)[["recommendation", "reason"]].tolist() == [
            "stop",
            "too_small",
        ]

    def test_worse_stops_it(self):
        row = judged(daily(np.random.default_rng(5), gain=-0.10))
        assert (row["recommendation"], row["reason"]) == ("stop", "worse")

    def test_not_sure_says_how_much_longer(self):
        found = [judged(daily(np.random.default_rng(seed), gain=0.02)) for seed in range(12)]
        unsure = [row for row in found if row["reason"] == "not_sure" and row["effect"] < 0]
        assert unsure
        assert all(row["more_days"] > 0 for row in unsure)

    def test_harm_elsewhere_keeps_it_from_being_rolled_out(self):
        rng = np.random.default_rng(6)
        good = daily(rng, gain=0.10)
        harmed = good.assign(metric="handle_time")
        tried = harmed["agent_id"].isin(PILOT) & (harmed["period"] > "2025-03-14")
        harmed["total"] = rng.normal(600, 20, len(harmed)) * harmed["n"] * (1 + 0.2 * tried)
        harmed["total_squares"] = harmed["total"] ** 2 / harmed["n"] * 1.1
        row = judged(pd.concat([good, harmed], ignore_index=True))
        assert (row["recommendation"], row["reason"]) == ("extend", "harm")
        assert row["harm"] == "handle_time"

    def test_few_agents(self):
        row = judged(daily(np.random.default_rng(2), gain=0.10), pilot=PILOT[:4])
        assert (row["recommendation"], row["reason"]) == ("extend", "too_few")

    def test_all_that_is_wrong_at_once(self):
        measures = daily(np.random.default_rng(2), gain=0.10)
        with pytest.raises(
            csqa.RuleError, match=r"不认识的工号 'X1'.*同时在试点和对照里.*早于开始"
        ):
            judged(
                measures,
                pilot=["X1", "K00"],
                control=["K00", "K11"],
                started=date(2025, 3, 20),
                ended=date(2025, 3, 10),
            )

    def test_columns(self):
        found = evaluate_pilot(
            daily(np.random.default_rng(2), gain=0.1),
            metric="first_response_online",
            outcome="over",
            pilot=PILOT,
            **SPAN,
        )
        assert found.columns.tolist() == list(PILOT_COLUMNS)


def test_the_number_planned_finds_the_effect():
    """Planned for 80 %: of 40 such pilots at least 24 find it (less would be 1 in 1,000)."""
    rng, found = np.random.default_rng(8), 0
    needed = int(plan_pilot(weekly(rng), metric="csat", effect=0.06).iloc[2]["agents"])
    agents = max(needed, 5)
    for _ in range(40):
        measures = weekly(rng, agents=2 * agents)
        pilot = [f"K{number:02d}" for number in range(agents)]
        tried = measures["agent_id"].isin(pilot) & (measures["period"] >= "2025-W21")
        measures["total"] += rng.binomial(50, 0.06, len(measures)) * tried
        measures["total"] = measures["total"].clip(upper=50)
        measures["total_squares"] = measures["total"]
        span = {"started": date(2025, 5, 19), "ended": date(2025, 6, 15)}
        row = evaluate_pilot(measures, metric="csat", pilot=pilot, **span).iloc[0]
        found += row["effect_lower"] > 0
    assert found >= 24
