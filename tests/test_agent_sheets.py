"""What a one-to-one talk needs: strengths, what to work on and where, and when to say nothing."""

import numpy as np
import pandas as pd
import pytest
import yaml

import csqa
from csqa.agent_sheets import STANDING_COLUMNS, agent_sheets
from csqa.errors import DataError, RuleError
from csqa.pseudonyms import pseudonymise
from csqa.workload import measure_workload
from tests.tables import contacts, months, sums

PERIOD = "2025-06"
AGENTS = [f"K{number:02d}" for number in range(14)]


def measures(rates, *, n=60, count=12) -> pd.DataFrame:
    """CSAT of each agent month by month: agent → one rate, or one per month."""
    rows = []
    for agent, rate in rates.items():
        for place, month in enumerate(months(count)):
            now = rate[place] if isinstance(rate, list) else rate
            rows.append((month, agent, n, round(n * now)))
    return sums("csat", rows, unit="agent_id")


@pytest.fixture(scope="module")
def team():
    """Most hold 90 %; K00 holds 60 %, K01 all, K02 hardly worked."""
    rates = dict.fromkeys(AGENTS, 0.9) | {"K00": 0.6, "K01": 1.0}
    table = measures(rates)
    few = table["agent_id"] == "K02"
    table.loc[few, ["n", "total", "total_squares"]] = 2, 0.0, 0.0
    return table


def test_strengths_and_weaknesses_are_the_verdicts_among_peers(team):
    found = agent_sheets(team, period=PERIOD)
    sheets = found["sheets"].set_index("agent_id")
    assert sheets.loc["K00", ["verdict", "weaknesses", "strengths"]].tolist() == [
        "stands_out",
        1,
        0,
    ]
    assert sheets.loc["K01", ["verdict", "weaknesses", "strengths"]].tolist() == [
        "stands_out",
        0,
        1,
    ]
    assert sheets.loc["K05", "verdict"] == "like_peers"
    standing = found["standing"].set_index("agent_id")
    assert list(found["standing"].columns) == list(STANDING_COLUMNS)
    assert standing.loc["K00", "side"] == "weakness"
    assert standing.loc["K01", "side"] == "strength"
    assert standing.loc["K00", "value"] < standing.loc["K00", "lower_watch"]
    assert standing.loc["K00", "value"] < standing.loc["K00", "shrunken"] < 0.9


def test_too_few_records_are_a_verdict(team):
    found = agent_sheets(team, period=PERIOD, agents=["K02"])
    row = found["sheets"].iloc[0]
    assert (row["verdict"], row["judged"], row["too_few"]) == ("too_few", 0, 1)
    assert found["standing"]["side"].tolist() == ["too_few"]
    assert found["parts"].empty


def test_who_stands_out_comes_first_where_only_some_fit_and_all_stand_by_name(team):
    found = agent_sheets(team, period=PERIOD, most=3)["sheets"]["agent_id"].tolist()
    assert found == ["K00", "K01", "K03"]
    gone = team[(team["agent_id"] != "K00") | (team["period"] < PERIOD)]
    assert "K00" not in set(agent_sheets(gone, period=PERIOD)["sheets"]["agent_id"])


def test_a_change_of_ones_own_is_a_trend_and_one_that_all_share_is_not():
    own = measures(dict.fromkeys(AGENTS, 0.9) | {"K00": [0.9] * 11 + [0.5]})
    trends = agent_sheets(own, period=PERIOD)["standing"].set_index("agent_id")["trend"]
    assert trends["K00"] == "declining"
    assert set(trends.drop("K00")) == {"steady"}
    shared = measures(dict.fromkeys(AGENTS, [0.9] * 11 + [0.5]))
    assert set(agent_sheets(shared, period=PERIOD)["standing"]["trend"]) == {"shared"}
    short = measures(dict.fromkeys(AGENTS, 0.9), count=3)
    assert set(agent_sheets(short, period=PERIOD)["standing"]["trend"]) == {"too_few"}


def test_history_is_of_six_months_and_later_months_are_not_looked_at(team):
    found = agent_sheets(team, period="2025-05")
    assert sorted(found["history"]["period"].unique()) == months(6, "2025-05")
    assert found["standing"]["period"].unique().tolist() == ["2025-05"]


def test_workload_is_handed_on_for_those_with_a_sheet(team):
    given = pd.DataFrame({"period": PERIOD, "agent_id": ["K00", "K99"], "contacts": 5})
    found = agent_sheets(team, period=PERIOD, workload=given)["workload"]
    assert found["agent_id"].tolist() == ["K00"]
    with pytest.raises(DataError, match="没有 agent_id 列"):
        agent_sheets(team, period=PERIOD, workload=pd.DataFrame({"n": [1]}))


def test_unknown_agents_are_named_with_the_nearest_one(team):
    with pytest.raises(RuleError, match="K001（是不是 K0"):
        agent_sheets(team, period=PERIOD, agents=["K001"])
    with pytest.raises(RuleError, match="`unit` 应为"):
        agent_sheets(team.rename(columns={"agent_id": "team"}), period=PERIOD)


def test_pseudonyms_change_the_names_and_nothing_else(team):
    key = "our own long secret"
    plain = agent_sheets(team, period=PERIOD, most=20)["standing"]
    named = agent_sheets(pseudonymise(team, key), period=PERIOD, most=20)["standing"]
    turned = pseudonymise(plain, key).sort_values(["agent_id", "metric"], ignore_index=True)
    pd.testing.assert_frame_equal(turned, named[turned.columns], rtol=1e-12)


def test_input_stays_as_it_is(team):
    before = team.copy()
    agent_sheets(team, period=PERIOD)
    pd.testing.assert_frame_equal(team, before)


@pytest.mark.slow
def test_on_the_sample_only_the_planted_agent_has_something_to_work_on(sample):
    truth = yaml.safe_load((csqa.bundled("sample") / "truth.yml").read_text("utf-8"))
    plant = next(one for one in truth["plants"] if one["id"] == "weak_agent")
    by = ["agent_id", "team", "channel", "topic"]
    found = agent_sheets(csqa.measure(sample, by=by, until=PERIOD), period=PERIOD, most=100)
    sheets = found["sheets"].set_index("agent_id")
    assert sheets.index[sheets["weaknesses"] > 0].tolist() == [plant["unit"]["agent_id"]]
    for agent in truth["innocent"]["few_contacts"]:
        assert sheets.loc[agent, "verdict"] == "too_few"


class TestWorkload:
    def test_contacts_and_days_with_contacts(self):
        rows = [("K1", "2025-05-30 10:00"), ("K1", "2025-06-02 09:00"), ("K1", "2025-06-02 17:00")]
        rows += [("K1", "2025-06-03 09:00"), ("K2", "2025-06-30 09:00"), (None, "2025-06-30 09:00")]
        table = contacts(*({"agent_id": agent, "created_at": at} for agent, at in rows))
        found = measure_workload(table, period="2025-06", months=3)
        columns = ["period", "agent_id", "contacts", "active_days", "complete"]
        assert found[columns].to_numpy().tolist() == [
            ["2025-05", "K1", 1, 1, False],
            ["2025-06", "K1", 3, 2, True],
            ["2025-06", "K2", 1, 1, True],
        ]
        assert found["contacts_per_day"].tolist() == [1.0, 1.5, 1.0]

    def test_counts_are_those_of_the_table(self, sample):
        table = sample.contacts
        june = table[table["created_at"].dt.strftime("%Y-%m") == PERIOD]
        found = measure_workload(sample, period=PERIOD, months=1).set_index("agent_id")
        assert found["contacts"].to_dict() == june["agent_id"].value_counts().to_dict()
        days = june.groupby("agent_id")["created_at"].agg(lambda at: at.dt.date.nunique())
        assert np.array_equal(found["active_days"], days.reindex(found.index))

    def test_wrong_arguments_are_named(self):
        with pytest.raises(RuleError, match="`months` 应为正整数"):
            measure_workload(contacts({}), period=PERIOD, months=0)
        with pytest.raises(RuleError, match="`period` 应为 YYYY-MM"):
            measure_workload(contacts({}), period="2025")

    def test_no_contacts_in_those_months_give_no_rows(self):
        assert measure_workload(contacts({"agent_id": "K1"}), period="2020-01").empty
