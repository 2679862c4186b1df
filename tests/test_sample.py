"""Drawing a sample: true chances, invariances, promises, and what a weighted mean of it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import csqa
from csqa.engine.sampling_design import design, hash_ids
from csqa.engine.sampling_frame import fetch_frame
from csqa.rules.sampling import DAY, NONE, read_sampling
from csqa.sample import SAMPLE_COLUMNS, draw_sample
from csqa.stats import weighted_mean, weighted_share
from tests.simulations import draws

RULES = read_sampling()


def make_contacts(count: int = 240, *, agents: int = 6, days: int = 2) -> pd.DataFrame:
    """Contacts of every kind, by a fixed rule; the last agent has two."""
    number = np.arange(count)
    agent = np.where(number < 2, agents - 1, number % (agents - 1))
    return pd.DataFrame(
        {
            "contact_id": [f"C{n:04d}" for n in number],
            "agent_id": [f"K{a}" for a in agent],
            "team": [f"T{a % 2}" for a in agent],
            "channel": np.where(number % 3, "phone", "online"),
            "customer_type": np.where(number % 4, "returning", "new"),
            "created_at": [
                f"2025-06-{2 + n % days:02d} {9 + (n // 7) % 10:02d}:00:00" for n in number
            ],
            "complaint": (number % 29 == 3).tolist(),
            "csat": np.select(
                [number % 11 == 5, number % 7 == 4, number % 5 == 1], [1, 5, 4], None
            ),
        }
    )


CONTACTS = make_contacts()
FRAME = fetch_frame(
    csqa.Dataset.from_frames({"contacts": CONTACTS}),
    csqa.read_standard(),
    csqa.read_calendar(),
    None,
)


class TestTheTable:
    def test_columns_and_order(self):
        picked = draw_sample(CONTACTS, seed=3)
        assert picked.columns.tolist() == list(SAMPLE_COLUMNS)
        assert picked["order"].tolist() == list(range(1, len(picked) + 1))
        assert not picked["contact_id"].duplicated().any()
        assert picked["inclusion_probability"].between(0, 1, inclusive="right").all()
        assert picked["double_coded"].sum() == np.ceil(0.1 * len(picked))

    def test_complaints_are_all_drawn(self):
        picked = draw_sample(CONTACTS, seed=3)
        complaints = CONTACTS.loc[CONTACTS["complaint"], "contact_id"]
        found = picked[picked["reason"] == "complaint"]
        assert sorted(found["contact_id"]) == sorted(complaints)
        assert (found["inclusion_probability"] == 1).all()

    def test_each_active_agent_is_there(self):
        for seed in range(30):
            assert draw_sample(CONTACTS, rate=0.02, seed=seed)["agent_id"].nunique() == 6

    def test_each_day_if_asked(self):
        rules = replace(RULES, at_least_one=DAY, rate=0.01)
        for seed in range(10):
            found = design(FRAME, rules, seed)
            drawn = found[found["drawn"]].groupby("agent_id")["day"].nunique()
            assert (drawn == found.groupby("agent_id")["day"].nunique()).all()

    def test_a_period_is_the_sum_of_its_days(self):
        rules = replace(RULES, at_least_one=NONE)
        days = [draw_sample(CONTACTS, rules, period=f"2025-06-0{day}") for day in (2, 3)]
        month = draw_sample(CONTACTS, rules, period="2025-06")
        together = pd.concat(days)["contact_id"]
        assert sorted(together) == sorted(month["contact_id"])

    def test_what_was_inspected_is_not_drawn_again_and_moves_nothing(self):
        whole = draw_sample(CONTACTS)
        done = whole["contact_id"].iloc[:5]
        judged = pd.DataFrame({"contact_id": done, "item": "开场白", "result": "合格"})
        data = csqa.Dataset.from_frames({"contacts": CONTACTS, "inspections": judged})
        rest = draw_sample(data)
        assert rest["contact_id"].tolist() == whole["contact_id"].iloc[5:].tolist()
        again = rest.set_index("contact_id")["inclusion_probability"]
        before = whole.set_index("contact_id")["inclusion_probability"]
        pd.testing.assert_series_equal(again, before[again.index])
        twice = whole.set_index("contact_id")["double_coded"]
        assert (
            rest.set_index("contact_id")["double_coded"].to_dict() == twice[again.index].to_dict()
        )

    def test_the_input_is_left_as_it_was(self):
        before = CONTACTS.copy()
        draw_sample(CONTACTS)
        pd.testing.assert_frame_equal(CONTACTS, before)

    def test_abandoned_contacts_are_not_drawn(self):
        lost = CONTACTS.assign(abandoned=[n % 2 == 0 for n in range(len(CONTACTS))])
        picked = draw_sample(lost, rate=1.0)
        assert sorted(picked["contact_id"]) == CONTACTS["contact_id"].iloc[1::2].tolist()


class TestInvariance:
    @settings(max_examples=15, deadline=None)
    @given(st.randoms(use_true_random=False), st.integers(0, 1000))
    def test_the_order_of_rows_does_not_matter(self, random, seed):
        order = list(range(len(FRAME)))
        random.shuffle(order)
        shuffled = design(FRAME.iloc[order], RULES, seed)
        expected = design(FRAME, RULES, seed)
        keys = ["contact_id", "inclusion_probability", "drawn", "reason"]
        again = shuffled.sort_values("contact_id", ignore_index=True)
        pd.testing.assert_frame_equal(again[keys], expected[keys])

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, len(FRAME) - 1), st.integers(0, 10_000))
    def test_a_new_contact_moves_at_most_one_other_of_its_stratum(self, place, seed):
        """A copy of some contact under a new id: itself in or out, one other in or out; besides
        that only whether its agent needs the promised one."""
        rules = replace(RULES, at_least_one=NONE)
        new = FRAME.iloc[[place]].assign(contact_id="NEW")
        before = design(FRAME, rules, seed)
        after = design(pd.concat([FRAME, new]), rules, seed)
        drawn = [set(found.loc[found["drawn"], "contact_id"]) for found in (before, after)]
        moved = (drawn[0] ^ drawn[1]) - {"NEW"}
        assert len(moved) <= 1
        same = before[before["contact_id"].isin(moved)]
        assert (same["stratum"] == before.loc[place, "stratum"]).all()
        assert abs(len(drawn[1]) - len(drawn[0])) <= 1

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, len(FRAME) - 1), st.integers(0, 10_000))
    def test_with_the_promise_other_agents_see_nothing(self, place, seed):
        new = FRAME.iloc[[place]].assign(contact_id="NEW")
        before = design(FRAME, RULES, seed)
        after = design(pd.concat([FRAME, new]), RULES, seed)
        others = before["agent_id"] != FRAME.loc[place, "agent_id"]
        keys = ["contact_id", "inclusion_probability", "drawn", "reason"]
        kept = after[after["contact_id"].isin(before.loc[others, "contact_id"])]
        pd.testing.assert_frame_equal(
            kept[keys].reset_index(drop=True), before.loc[others, keys].reset_index(drop=True)
        )

    def test_seeds_differ_and_a_seed_does_not(self):
        one, again, other = (draw_sample(CONTACTS, seed=seed) for seed in (1, 1, 2))
        pd.testing.assert_frame_equal(one, again)
        assert set(one["contact_id"]) != set(other["contact_id"])

    def test_the_hash_is_that_of_every_machine(self):
        """First 8 bytes of SHA-256 of "1", a zero byte and "C1": printf '1\\0C1' | sha256sum."""
        assert f"{int(hash_ids(1, ['C1'])[0, 0]):016x}" == HASH_OF_C1


HASH_OF_C1 = "3b1f8921a0a3c960"


SEEDS = draws(800, 400)


@pytest.fixture(scope="module")
def by_seed() -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Whether each contact was drawn by each seed, its chances, and the contacts."""
    found = [design(FRAME, RULES, seed) for seed in range(SEEDS)]
    drawn = np.array([one["drawn"].to_numpy() for one in found])
    chances = np.array([one["inclusion_probability"].to_numpy() for one in found])
    return drawn, chances, found[0]


@pytest.mark.slow
class TestTruth:
    """Over many seeds: chances, unbiasedness and coverage, complaints over-sampled."""

    def test_chances_do_not_depend_on_the_seed(self, by_seed):
        assert (by_seed[1] == by_seed[1][0]).all()

    def test_frequencies_are_the_chances(self, by_seed):
        drawn, (chance, *_), _ = by_seed
        sure = chance == 1
        assert drawn[:, sure].all()
        error = np.sqrt(chance * (1 - chance) / SEEDS)[~sure]
        z = (drawn.mean(axis=0)[~sure] - chance[~sure]) / error
        # 232 contacts: the greatest |z| stays below 4.5 with a chance of 0.998.
        assert abs(z).max() < 4.5
        assert 0.8 < np.sqrt((z**2).mean()) < 1.2

    def test_the_weighted_mean_is_unbiased_and_the_plain_one_is_not(self, by_seed):
        drawn, (chance, *_), frame = by_seed
        draw = np.random.default_rng(1)
        base = np.where(frame["group"] == "complaint", 55.0, 88.0)
        values = base - 10 * (frame["group"] == "low_csat") + draw.normal(0, 6, len(frame))
        found = [weighted_mean(values[one], chance[one]) for one in drawn]
        estimates = np.array([one.value for one in found])
        error = estimates.std() / np.sqrt(SEEDS)
        assert abs(estimates.mean() - values.mean()) < 4 * error + 0.1  # a ratio: bias of 1/n
        plain = np.mean([values[one].mean() for one in drawn])
        assert plain < values.mean() - 3
        covered = np.mean([one.lower <= values.mean() <= one.upper for one in found])
        assert 0.92 < covered < 0.99

    def test_the_interval_of_a_share_covers(self, by_seed):
        drawn, (chance, *_), frame = by_seed
        draw = np.random.default_rng(2)
        passed = draw.random(len(frame)) < np.where(frame["group"] == "complaint", 0.5, 0.9)
        found = [weighted_share(passed[one].astype(float), chance[one]) for one in drawn]
        covered = np.mean([one.lower <= passed.mean() <= one.upper for one in found])
        assert 0.93 < covered <= 1
        estimates = np.array([one.value for one in found])
        assert abs(estimates.mean() - passed.mean()) < 0.01

    def test_sizes_are_steadier_than_those_of_single_chances(self, by_seed):
        drawn, (chance, *_), _ = by_seed
        sizes = drawn.sum(axis=1)
        assert sizes.mean() == pytest.approx(chance.sum(), abs=0.5)
        assert sizes.std() < np.sqrt((chance * (1 - chance)).sum())

    def test_being_judged_twice_does_not_depend_on_being_drawn(self):
        twice = pd.concat([draw_sample(CONTACTS, seed=seed) for seed in range(30)])
        shares = twice.groupby("reason")["double_coded"].agg(["mean", "size"])
        expected = twice["double_coded"].mean()
        error = np.sqrt(expected * (1 - expected) / shares["size"])
        assert (abs(shares["mean"] - expected) < 4 * error).all()


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"rate": 0}, "`rate` 应为 0.001 到 1 的比例，如 0.1（10%），而不是 0"),
        ({"rate": 10}, "而不是 10"),
        ({"rate": "0.1"}, "`rate` 应为"),
        ({"seed": 1.5}, "`seed` 应为整数，而不是 1.5"),
        ({"seed": True}, "`seed` 应为整数"),
        ({"period": "2025-13"}, "`period` 应形如"),
        ({"period": 202506}, "`period` 应形如"),
    ],
)
def test_wrong_use_is_said(how, told):
    with pytest.raises(csqa.RuleError, match=told):
        draw_sample(CONTACTS, **how)


def test_a_period_without_contacts_is_said():
    with pytest.raises(
        csqa.DataError, match="2031-01没有可以抽检的服务记录（数据的时间：2025-06-02"
    ):
        draw_sample(CONTACTS, period="2031-01")


def test_contacts_without_an_agent_are_promised_nothing():
    nameless = make_contacts(40).assign(agent_id=None)
    picked = draw_sample(nameless, replace(RULES, rate=0.001))
    assert "at_least_one" not in set(picked["reason"])
