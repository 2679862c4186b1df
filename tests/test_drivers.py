"""What goes with dissatisfaction: by hand, against a planted confounder, on real incidents."""

import itertools

import duckdb
import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.cause_results import DRIVER_COLUMNS
from csqa.drivers import find_drivers
from csqa.errors import DataError, RuleError
from tests.conftest import SHARED

INCIDENTS = SHARED / "data" / "uci_incident"
CHATS = SHARED / "data" / "jddc_satisfaction"


def expand(counts):
    """Contacts from lines of (number, cells): the cells of each, as often as said."""
    rows = [cells for number, cells in counts for _ in range(number)]
    contacts = pd.DataFrame(rows)
    contacts["contact_id"] = [f"C{n}" for n in range(len(contacts))]
    base = {"channel": "online", "created_at": "2025-06-02 14:00"}
    missing = {name: cell for name, cell in base.items() if name not in contacts}
    return contacts.assign(**missing)


def row_of(found, factor, level=None):
    rows = found[found["factor"] == factor]
    return (rows if level is None else rows[rows["level"] == level]).iloc[0]


@pytest.fixture(scope="module")
def simpson():
    """Hard topics are transferred more and complained of more; transfers themselves add 10 points.

    Of each topic: transferred contacts, complaints of them, others, complaints of them.
    """
    tables = {"易": (100, 15, 900, 45), "难": (800, 400, 200, 80)}
    counts = []
    for topic, (n1, x1, n2, x2) in tables.items():
        for departments, n, x in ((2, n1, x1), (1, n2, x2)):
            cells = {"topic": topic, "departments": departments}
            counts += [(x, cells | {"complaint": True}), (n - x, cells | {"complaint": False})]
    return expand(counts)


def test_the_stratified_difference_holds_where_the_crude_one_misleads(simpson):
    found = find_drivers(simpson, period="2025-06", months=1, outcome="complaint")
    assert tuple(found.columns) == DRIVER_COLUMNS
    row = row_of(found, "transfers")
    assert (row["n"], row["outcomes"], row["n_reference"]) == (900, 415, 1100)
    assert row["crude"] == pytest.approx(415 / 900 - 125 / 1100)
    # 100 · 900 / 1000 = 90 and 800 · 200 / 1000 = 160 weigh 0.15 - 0.05 and 0.5 - 0.4.
    assert row["difference"] == pytest.approx(0.1)
    assert row["excess"] == pytest.approx(90)
    assert (row["level"], row["compared_with"], row["strata"]) == ("2", "fewer", 2)
    assert row["verdict"] == "associated_worse"
    assert row["crude"] > 3 * row["difference"]
    alone = find_drivers(simpson, period="2025-06", months=1, outcome="complaint", strata=())
    assert row_of(alone, "transfers")["difference"] == pytest.approx(row["crude"])


def test_the_model_adjusts_for_topics_too(simpson):
    row = row_of(
        find_drivers(simpson, period="2025-06", months=1, outcome="complaint"), "transfers"
    )
    crude = (415 / 485) / (125 / 975)
    assert 1.25 < row["odds_lower"] < row["odds_ratio"] < row["odds_upper"] < 3
    assert crude > 6
    assert row["model"] == "firth_wald"


def test_truth_lies_in_the_interval_as_often_as_it_says():
    """120 seeds of 1,600 contacts; late answers add 8 points, and topics differ by 30."""
    held = crude = 0
    topic = np.arange(1600) % 4
    for seed in range(120):
        rng = np.random.default_rng(seed)
        late = rng.random(1600) < 0.1 + 0.2 * topic
        complaint = rng.random(1600) < 0.02 + 0.1 * topic + 0.08 * late
        cells = pd.DataFrame(
            {"n": 1, "outcomes": complaint, "topic": topic, "first_response": late}
        )
        row = compare_cells(cells.groupby(["topic", "first_response"]).sum().reset_index())
        held += row["lower"] <= 0.08 <= row["upper"]
        crude += row["crude_lower"] <= 0.08 <= row["crude_upper"]
    assert 0.9 <= held / 120 <= 0.99
    assert crude / 120 < 0.3


def compare_cells(cells):
    from csqa.drivers import _compare
    from csqa.engine.driver_contrasts import Contrast

    late = cells["first_response"].to_numpy(dtype=bool)
    contrast = Contrast("first_response", "over_target", "within_target", late, ~late, 1)
    return _compare(cells.assign(agent_id="A"), contrast, ["topic"])


def test_bands_of_response_follow_the_target_in_force():
    seconds = {30: 0, 31: 1, 60: 1, 61: 2, None: -1}
    counts = [
        (40, {"first_response_seconds": wait, "complaint": wait is not None and wait > 60})
        for wait in seconds
    ]
    contacts = expand(counts)
    created = pd.Timestamp("2025-06-02 08:00")  # no peak hour: 30 s online
    waited = pd.to_timedelta(contacts.pop("first_response_seconds"), unit="s")
    contacts = contacts.assign(created_at=created, first_response_at=created + waited)
    found = find_drivers(contacts, period="2025-06", months=1, outcome="complaint")
    first, second = (
        row_of(found, "first_response", level) for level in ("over_target", "over_twice_target")
    )
    assert (first["n"], second["n"], first["n_reference"]) == (80, 40, 40)
    assert second["share"] == 1
    assert first["contact_share"] == 80 / 200


def test_low_ratings_are_among_those_who_rated():
    cells = [
        (50, 1.0, True),
        (50, 5.0, True),
        (100, None, True),
        (20, 2.0, False),
        (180, 4.0, False),
    ]
    counts = [(n, {"csat": csat, "reopened": reopened}) for n, csat, reopened in cells]
    row = row_of(find_drivers(expand(counts), period="2025-06", months=1), "reopened")
    assert (row["contacts"], row["n"], row["outcomes"], row["response_share"]) == (
        200,
        100,
        50,
        0.5,
    )
    assert row["difference"] == pytest.approx(0.5 - 0.1)
    assert row["outcome"] == "low_rating"


def test_what_came_back_is_told_by_what_had_been_called_resolved():
    rows = []
    for n in range(80):
        resolved = n % 2 == 0
        common = {"customer_id": f"K{n}", "topic": "维修", "channel": "phone", "complaint": False}
        rows.append({**common, "created_at": "2025-06-10 09:00", "resolved": resolved})
        rows.append({**common, "created_at": "2025-06-12 09:00", "resolved": True})
        rows[-1]["complaint"] = resolved
    rows.append({"customer_id": "Z", "channel": "phone", "created_at": "2025-05-01 09:00"})
    contacts = pd.DataFrame(rows).assign(contact_id=[f"C{n}" for n in range(len(rows))])
    found = find_drivers(contacts, period="2025-06", months=1, outcome="complaint")
    row = row_of(found, "repeated")
    assert (row["n"], row["outcomes"], row["n_reference"]) == (40, 40, 120)


def test_new_agents_are_those_whose_beginning_is_known():
    rows = [
        ("old", "2025-01-02"),
        ("old", "2025-06-02"),
        ("new", "2025-05-01"),
        ("new", "2025-06-02"),
    ]
    counts = [
        (40, {"agent_id": agent, "created_at": f"{day} 09:00", "complaint": agent == "new"})
        for agent, day in rows
    ]
    found = find_drivers(expand(counts), period="2025-06", months=1, outcome="complaint")
    row = row_of(found, "new_agent")
    assert (row["n"], row["outcomes"], row["n_reference"]) == (40, 40, 40)


def test_wording_is_compared_where_an_agent_spoke():
    contacts = expand(
        [(30, {"complaint": True}), (90, {"complaint": False}), (50, {"complaint": True})]
    )
    ids = contacts["contact_id"]
    messages = pd.DataFrame({"contact_id": ids[:120], "seq": 1, "sender": "agent", "text": "好"})
    findings = pd.DataFrame({"contact_id": ids[:40], "kind": "forbid", "hint": False})
    owed = findings.assign(contact_id=ids[60:100].to_list(), kind="require")
    data = csqa.Dataset.from_frames({"contacts": contacts, "messages": messages})
    found = find_drivers(
        data,
        period="2025-06",
        months=1,
        outcome="complaint",
        findings=pd.concat([findings, owed]),
    )
    row = row_of(found, "wording")
    assert (row["n"], row["outcomes"], row["n_reference"], row["outcomes_reference"]) == (
        40,
        30,
        80,
        0,
    )


def test_few_contacts_are_not_judged(simpson):
    few = simpson.groupby(["topic", "departments", "complaint"]).head(6)
    found = find_drivers(few, period="2025-06", months=1, outcome="complaint")
    assert set(found["verdict"]) == {"too_few"}
    assert found["q"].isna().all()
    none = find_drivers(simpson, period="2025-05", months=1, outcome="complaint")
    assert none.empty
    assert tuple(none.columns) == DRIVER_COLUMNS


def test_nothing_goes_with_nothing():
    """Where all is drawn by chance, nothing is named in most draws: 20 seeds, 5 % false."""
    named = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        contacts = pd.DataFrame({"topic": rng.choice(list("甲乙丙丁"), 600)})
        contacts["departments"], contacts["reopened"] = (
            rng.integers(1, 4, (600)),
            rng.random(600) < 0.3,
        )
        contacts["complaint"] = rng.random(600) < 0.15
        contacts["contact_id"] = [f"C{n}" for n in range(600)]
        contacts = contacts.assign(channel="online", created_at="2025-06-02 14:00")
        found = find_drivers(contacts, period="2025-06", months=1, outcome="complaint")
        named += found["verdict"].str.startswith("associated").any()
    assert named <= 4


def test_input_stays_as_it_was_and_order_of_rows_does_not_matter(simpson):
    before = simpson.copy()
    one = find_drivers(simpson, period="2025-06", months=1, outcome="complaint")
    pd.testing.assert_frame_equal(simpson, before)
    other = find_drivers(simpson.iloc[::-1], period="2025-06", months=1, outcome="complaint")
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"outcome": "csat"}, "`outcome` 应为 'low_rating', 'complaint' 之一"),
        ({"strata": ["agent"]}, "`strata` 应为 'topic'"),
        ({"months": 0}, "`months` 应为 1 到 36 的整数，而不是 0"),
        ({"minimum_n": 1}, "`minimum_n` 应为 2 到"),
        ({"period": "June"}, "`period` 应为 YYYY-MM"),
    ],
)
def test_wrong_options_are_refused(simpson, options, told):
    with pytest.raises(RuleError, match=told):
        find_drivers(simpson, **({"period": "2025-06"} | options))


def test_findings_must_be_findings(simpson):
    messages = pd.DataFrame({"contact_id": ["C1"], "seq": [1], "sender": "agent", "text": "好"})
    data = csqa.Dataset.from_frames({"contacts": simpson, "messages": messages})
    with pytest.raises(DataError, match="`findings` 缺少列 kind、hint"):
        find_drivers(data, period="2025-06", findings=pd.DataFrame({"contact_id": []}))
    with pytest.raises(DataError, match="没有提供服务记录"):
        find_drivers(csqa.Dataset.from_frames({"messages": messages}), period="2025-06")


@pytest.mark.skipif(not INCIDENTS.exists(), reason="the real incidents lie beside the project")
def test_real_incidents_are_counted_as_plain_pandas_counts_them():
    """There are no ratings: a missed limit stands for a complaint, categories for topics."""
    incidents = duckdb.read_parquet(str(INCIDENTS / "incidents.parquet")).df()
    incidents = incidents.fillna({"category": "none"})
    contacts = pd.DataFrame(
        {
            "contact_id": incidents["number"].astype(str),
            "channel": "other",
            "topic": incidents["category"].astype(str),
            "agent_id": incidents["assigned_to"],
            "departments": incidents["reassignment_count"].astype(int) + 1,
            "complaint": ~incidents["made_sla"].astype(str).str.lower().eq("true"),
            "created_at": incidents["opened_at"],
        }
    )
    period = contacts["created_at"].dt.strftime("%Y-%m").mode().iloc[0]
    found = find_drivers(contacts, period=period, months=1, outcome="complaint")
    month = contacts[contacts["created_at"].dt.strftime("%Y-%m") == period]
    row = row_of(found, "transfers", "3+")
    much, little = month[month["departments"] >= 3], month[month["departments"] < 2]
    assert (row["n"], row["outcomes"]) == (len(much), much["complaint"].sum())
    assert row["n_reference"] == len(little)
    weights, gaps = [], []
    for topic in set(much["topic"]) & set(little["topic"]):
        a, b = (part[part["topic"] == topic]["complaint"] for part in (much, little))
        weights.append(len(a) * len(b) / (len(a) + len(b)))
        gaps.append(a.mean() - b.mean())
    assert row["difference"] == pytest.approx(np.average(gaps, weights=weights))
    assert row["method"] == "mantel_haenszel_cluster"
    assert found["verdict"].isin(["associated_worse"]).any()
    ranks = found["verdict"].map(
        ["associated_worse", "associated_better", "no_difference", "too_few"].index
    )
    assert all(a <= b for a, b in itertools.pairwise(ranks))


@pytest.mark.skipif(not CHATS.exists(), reason="the real chats lie beside the project")
def test_forbidden_wording_goes_with_dissatisfaction_in_real_chats():
    """660 dialogues whose satisfaction annotators judged: 0, 1, 2 stand for ratings 1, 3, 5."""
    turns, chats = (
        duckdb.read_parquet(str(CHATS / f"{name}.parquet")).df() for name in ("turns", "dialogues")
    )
    intents = turns[turns["intent_id"] != 0].groupby("dialogue_id")["intent"].first()
    contacts = pd.DataFrame({"contact_id": chats["dialogue_id"], "channel": "online"})
    contacts["csat"] = 1.0 + 2 * chats["overall_satisfaction"].astype(float)
    contacts["topic"] = chats["dialogue_id"].map(intents)
    contacts["created_at"] = "2025-06-02 14:00"
    keys = ["dialogue_id", "turn"]
    said = turns.melt(keys, ["user_text", "agent_text"], "sender", value_name="text")
    said["sender"] = said["sender"].map({"user_text": "customer", "agent_text": "agent"})
    said = said[said["text"].fillna("") != ""].sort_values([*keys, "sender"], kind="stable")
    said["seq"] = said.groupby("dialogue_id").cumcount()
    messages = said.rename(columns={"dialogue_id": "contact_id"}).drop(columns="turn")
    data = csqa.load({"contacts": contacts, "messages": messages})
    found = find_drivers(data, period="2025-06", months=1, findings=csqa.review(data))
    row = row_of(found, "wording")
    assert row["n"] + row["n_reference"] > 600
    assert row["lower"] > 0
    assert row["odds_lower"] > 1
    assert row["verdict"] == "associated_worse"
