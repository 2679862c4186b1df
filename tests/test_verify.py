"""Did a measure work: by hand, by simulation of what luck does, and on the planted truth."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.results import VERDICT_COLUMNS
from csqa.rules.verification import read_verification
from csqa.verify import verify

MONTHS = [f"2024-{month:02d}" for month in range(1, 13)] + [f"2025-{m:02d}" for m in range(1, 7)]
START = MONTHS.index("2025-03")


def measured(metric: str, totals: np.ndarray, n: int | np.ndarray, **unit: str) -> pd.DataFrame:
    """Measures of one unit, month by month."""
    rows = pd.DataFrame({"period": MONTHS[: len(totals)], **unit, "metric": metric})
    rows = rows.assign(target_line="2023-01-01/base", n=n, total=totals, total_squares=totals)
    return rows.assign(over=0.0, complete=True)


def plan(**changes: object) -> pd.DataFrame:
    """One measure, begun and done on 1 March 2025."""
    row = {"action_id": "A1", "metric": "一次解决率", "unit": "全部", "goal": "达到 85%"}
    row |= {"measure": "培训", "owner": "甲", "status": "done"}
    row |= {"started": pd.Timestamp("2025-03-01"), "due": pd.Timestamp("2025-03-01")}
    return pd.DataFrame([row | changes])


def one(actions: pd.DataFrame, tables: object, **options: object) -> pd.Series:
    return verify(actions, tables, period="2025-06", **options).iloc[0]


def series(before: float, after: float, n: int = 400) -> pd.DataFrame:
    totals = np.where(np.arange(len(MONTHS)) < START, before, after) * n
    return measured("first_contact_resolution", totals, n)


class TestVerdicts:
    @pytest.mark.parametrize(
        ("before", "after", "n", "verdict"),
        [
            (0.75, 0.88, 400, "met_significant"),
            (0.70, 0.80, 400, "improved_not_met"),
            (0.85, 0.87, 100, "met_not_proven"),
            (0.80, 0.80, 4000, "no_change"),
            (0.75, 0.79, 50, "insufficient"),
            (0.88, 0.80, 400, "worse"),
        ],
    )
    def test_the_six_words(self, before: float, after: float, n: int, verdict: str):
        assert one(plan(), series(before, after, n))["verdict"] == verdict

    def test_by_hand(self):
        row = one(plan(), series(0.75, 0.88))
        assert (row["before_months"], row["after_months"]) == ("2024-03/2025-02", "2025-04/2025-06")
        assert (row["n_before"], row["n"]) == (12 * 400, 3 * 400)
        lower, upper = csqa.stats.newcombe_difference(0.88 * 1200, 1200, 0.75 * 4800, 4800)
        assert (row["change_lower"], row["change_upper"]) == pytest.approx((lower, upper))
        assert row["sentence"] == "一次解决率由 75.0% 升至 88.0%，95% 区间 +10.7～+15.1 个百分点"
        english = one(plan(), series(0.75, 0.88), language="en")["sentence"]
        assert english.endswith(
            "rose from 75.0% to 88.0%, 95 % interval +10.7 to +15.1 percentage points"
        )

    def test_the_goal_of_the_plan_counts_before_the_standard(self):
        row = one(plan(goal="由 70% 升至 75%"), series(0.70, 0.80))
        assert (row["goal_value"], row["goal_from"]) == (0.75, "plan")
        assert row["verdict"] == "met_significant"
        assert one(plan(goal="明显改善"), series(0.70, 0.80))["goal_from"] == "standard"

    def test_months_in_which_it_was_carried_out_count_for_neither_side(self):
        row = one(plan(due=pd.Timestamp("2025-04-20")), series(0.75, 0.88))
        assert row["after_months"] == "2025-05/2025-06"

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"metric": "心情"}, "no_metric"),
            ({"unit": "火星组"}, "no_unit"),
            ({"status": "not_started"}, "not_started"),
            ({"started": pd.NaT}, "not_started"),
            ({"due": pd.Timestamp("2025-06-10")}, "too_early"),
            ({"started": pd.Timestamp("2024-01-01")}, "no_before"),
        ],
    )
    def test_what_can_not_be_told_is_said(self, changes: dict[str, object], reason: str):
        row = one(plan(**changes), series(0.75, 0.88))
        assert (row["verdict"], row["reasons"]) == ("insufficient", reason)
        assert row["sentence"]

    def test_few_records(self):
        row = one(plan(), series(0.5, 1.0, n=2))
        assert (row["verdict"], row["reasons"]) == ("insufficient", "too_few")

    def test_every_row_of_the_plan_has_a_verdict_and_the_input_stays(self):
        actions = pd.concat([plan(), plan(action_id="A2", metric=None)], ignore_index=True)
        before = actions.copy()
        found = verify(actions, series(0.75, 0.88), period="2025-06")
        assert found["action_id"].tolist() == ["A1", "A2"]
        assert found.columns.tolist() == list(VERDICT_COLUMNS)
        assert found["verdict"].ne("").all()
        pd.testing.assert_frame_equal(actions, before)

    def test_an_empty_plan(self):
        assert len(verify(plan().head(0), series(0.75, 0.88), period="2025-06")) == 0


class TestGuards:
    def teams(self, gain: float) -> pd.DataFrame:
        """Four teams; 甲 gains 13 points, the others ``gain``."""
        after = np.arange(len(MONTHS)) >= START
        rows = []
        for team, gained in (("甲", 0.13), ("乙", gain), ("丙", gain), ("丁", gain)):
            totals = np.where(after, 0.75 + gained, 0.75) * 400
            rows.append(measured("first_contact_resolution", totals, 400, team=team))
        return pd.concat(rows, ignore_index=True)

    def test_others_improved_too(self):
        row = one(plan(unit="甲"), {"team": self.teams(0.12)})
        assert (row["verdict"], row["others"]) == ("met_not_proven", 3)
        assert "others_too" in row["reasons"].split()
        assert row["did"] == pytest.approx(0.01)
        assert "没有采取措施的同类对象也同样改善" in row["sentence"]

    def test_others_stayed(self):
        row = one(plan(unit="甲"), {"team": self.teams(0.0)})
        assert (row["verdict"], row["reasons"]) == ("met_significant", "")
        assert row["did_lower"] > 0

    def test_teams_with_a_measure_of_their_own_are_no_controls(self):
        actions = pd.concat([plan(unit=team, action_id=team) for team in "甲乙丙"])
        found = verify(actions, {"team": self.teams(0.12)}, period="2025-06")
        assert found["others"].tolist() == [1, 1, 1]

    def test_another_metric_that_got_worse_is_named(self):
        after = np.arange(len(MONTHS)) >= START
        worse = measured("csat", np.where(after, 0.80, 0.93) * 400, 400)
        row = one(plan(), pd.concat([series(0.75, 0.88), worse]))
        assert (row["verdict"], row["guards"]) == ("met_significant", "csat")

    def test_a_trend_that_was_there_before_is_no_effect(self):
        rising = (0.60 + 0.015 * np.arange(len(MONTHS))) * 2000
        rows = measured("first_contact_resolution", rising, 2000)
        settings = read_verification()
        short = type(settings)(**{**vars(settings), "before_months": 3, "after_months": 3})
        row = one(plan(goal="升至 80%"), rows, settings=short)
        assert row["reasons"] == "placebo"
        assert row["verdict"] == "met_not_proven"
        assert row["jump"] == pytest.approx(0, abs=1e-9)


class TestRegressionToTheMean:
    """Thirty agents alike: whoever was worst in three months is coached, and nothing changes."""

    def simulate(self, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
        totals = rng.binomial(40, 0.85, size=(30, len(MONTHS))).astype(float)
        rows = [
            measured("first_contact_resolution", row, 40, agent_id=f"K{number:02d}")
            for number, row in enumerate(totals)
        ]
        worst = totals[:, START - 3 : START].sum(axis=1).argmin()
        return pd.concat(rows, ignore_index=True), plan(unit=f"K{worst:02d}")

    def test_luck_is_not_praised(self):
        settings = read_verification()
        short = type(settings)(**{**vars(settings), "before_months": 3, "after_months": 3})
        rng, naive, praised = np.random.default_rng(11), 0, 0
        for _ in range(60):
            rows, actions = self.simulate(rng)
            row = one(actions, {"agent_id": rows}, settings=short)
            naive += row["change_lower"] > 0
            praised += row["verdict"] in ("met_significant", "improved_not_met")
        # Before against after calls one in five of these a success; chance alone would one in 40.
        assert naive >= 8
        assert praised <= 2

    def test_a_true_gain_of_the_worst_is_still_found(self):
        settings = read_verification()
        short = type(settings)(**{**vars(settings), "before_months": 3, "after_months": 3})
        rng, found = np.random.default_rng(12), 0
        for _ in range(20):
            rows, actions = self.simulate(rng)
            unit = actions["unit"].iloc[0]
            own = (rows["agent_id"] == unit).to_numpy()
            after = own & (rows["period"] >= "2025-03").to_numpy()
            early = own & ~after
            rows.loc[early, "total"] = rng.binomial(40, 0.65, early.sum())
            rows.loc[after, "total"] = rng.binomial(40, 0.90, after.sum())
            rows["total_squares"] = rows["total"]
            row = one(actions, {"agent_id": rows}, settings=short)
            found += row["verdict"] == "met_significant"
        assert found >= 16


class TestSettings:
    def test_all_faults_at_once(self, tmp_path: Path):
        path = tmp_path / "verification.yml"
        path.write_text("before_months: 0\nafter_months: 2.5\nsmallest_effect: {share: 3, x: 1}\n")
        with pytest.raises(csqa.RuleError, match="有 4 处不对") as told:
            read_verification(path)
        for word in ("before_months", "after_months", "smallest_effect.share", "不认识 'x'"):
            assert word in str(told.value)

    def test_what_is_left_out_is_as_shipped(self, tmp_path: Path):
        path = tmp_path / "verification.yml"
        path.write_text("after_months: 3\nsmallest_effect: {share: 0.05}\n")
        own, shipped = read_verification(path), read_verification()
        assert (own.after_months, own.before_months) == (3, shipped.before_months)
        assert own.smallest_effect["share"] == 0.05
        assert own.smallest_effect["nps"] == shipped.smallest_effect["nps"]
