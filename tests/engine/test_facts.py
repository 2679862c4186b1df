"""What counts as resolved in time, whose contact it is, which team's, and what a flag decides."""

import pandas as pd
import pytest

import csqa
from csqa.errors import RuleError
from tests.one_metric import standard_of, sums
from tests.tables import contacts

LATER = {"created_at": "2025-06-30 09:00:00", "customer_id": "Z", "priority": None}
"""A contact so late that all earlier ones are old."""

LIMITS = "{resolution_limit_hours: {urgent: 2, normal: 24}}"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"resolved_at": "2025-06-02 11:00:00"}, [[1, 1.0]]),
        ({"resolved_at": "2025-06-02 11:00:00.001"}, [[1, 0.0]]),
        ({"resolved_at": None}, [[1, 0.0]]),
        ({"resolved_at": None, "created_at": "2025-06-30 08:00:00"}, []),
        ({"resolved_at": None, "created_at": "2025-06-30 07:00:00"}, []),
        ({"resolved_at": None, "created_at": "2025-06-30 06:59:59"}, [[1, 0.0]]),
        ({"resolved_at": None, "resolved": True}, []),
        ({"resolved_at": "2025-06-02 11:00:00", "priority": "low"}, []),
        ({"resolved_at": "2025-06-02 11:00:00", "priority": None}, []),
    ],
)
def test_open_and_late_is_missed_and_open_and_early_is_not_decided(tmp_path, row, expected):
    urgent = {"created_at": "2025-06-02 09:00:00", "priority": "urgent", "customer_id": "A"}
    table = contacts(urgent | row, LATER | {"resolved_at": None})
    assert sums(table, standard_of(tmp_path, "within_limit", LIMITS)) == expected


def test_a_limit_must_be_hours_of_a_known_priority(tmp_path):
    with pytest.raises(
        RuleError, match=r"resolution_limit_hours.*'sofort'.*\n.*normal：应为大于 0"
    ):
        standard_of(tmp_path, "within_limit", "{resolution_limit_hours: {sofort: 1, normal: 0}}")


@pytest.mark.parametrize(
    ("attribution", "agents"),
    [
        ("assignee", ["K2", "K5"]),
        ("first_responder", ["K1", "K5"]),
        ("last", ["K3", "K5"]),
    ],
)
def test_whose_contact_it_is_is_a_setting(tmp_path, attribution, agents):
    moved = {"first_agent_id": "K1", "agent_id": "K2", "last_agent_id": "K3"}
    alone = {"first_agent_id": None, "agent_id": "K5", "last_agent_id": None}
    standard = standard_of(tmp_path, "complaint", f"{{attribution: {attribution}}}")
    table = contacts(moved, alone, complaint=False)
    assert [row[0] for row in sums(table, standard, by="agent_id")] == agents


def test_an_unknown_attribution_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(
        RuleError, match=r"settings\.attribution：不认识 'asignee'，是不是 'assignee'"
    ):
        standard_of(tmp_path, "complaint", "{attribution: asignee}")


def test_a_contact_counts_for_the_team_of_that_day(tmp_path):
    table = contacts(
        {"created_at": "2025-06-14 23:59:59", "agent_id": "K1", "team": "旧"},
        {"created_at": "2025-06-15 00:00:00", "agent_id": "K1", "team": "旧"},
        {"created_at": "2025-06-20 09:00:00", "agent_id": "K1", "team": "旧"},
        {"created_at": "2025-06-20 09:00:00", "agent_id": "K9", "team": "三班"},
        {"created_at": "2025-05-01 09:00:00", "agent_id": "K1", "team": "旧"},
        complaint=False,
    )
    history = pd.DataFrame(
        {
            "agent_id": ["K1", "K1"],
            "team": ["一班", "二班"],
            "since": ["2025-06-01", "2025-06-15"],
            "until": ["2025-06-14", None],
        }
    )
    data = csqa.load({"contacts": table, "agent_teams": history})
    found = sums(data, standard_of(tmp_path, "complaint"), by="team")
    assert found == [["一班", 1, 0.0], ["三班", 1, 0.0], ["二班", 2, 0.0], ["旧", 1, 0.0]]


def test_a_declared_flag_decides_where_it_is_given(tmp_path):
    again = {"created_at": "2025-06-03 09:00:00"}
    table = contacts(
        {"first_contact_resolved": True},
        again | {"first_contact_resolved": False},
        again | {"first_contact_resolved": None, "customer_id": "B"},
        LATER | {"first_contact_resolved": True},
        resolved=True,
        customer_id="A",
        topic="发票",
    )
    # The first came again within seven days, the last has no seven days yet: the flag wins.
    assert sums(table, standard_of(tmp_path, "first_contact_resolution")) == [[4, 3.0]]


def test_business_time_stands_beside_calendar_time(tmp_path):
    friday = {"created_at": "2025-06-06 17:30:00", "first_response_at": "2025-06-09 09:30:00"}
    table = contacts(friday, channel="email")
    business = sums(table, standard_of(tmp_path, "business_first_response_seconds"))
    calendar = sums(table, standard_of(tmp_path, "first_response_seconds"))
    assert (business, calendar) == ([[1, 3600.0]], [[1, 64 * 3600.0]])


def test_a_year_beyond_the_calendar_is_counted_and_not_guessed():
    known = {"created_at": "2025-06-06 17:30:00", "first_response_at": "2025-06-09 09:30:00"}
    beyond = {"created_at": "2017-06-05 09:00:00", "first_response_at": "2017-06-05 10:00:00"}
    clocks = csqa.measure_clocks(contacts(known, beyond, channel="email"), "2017-06")
    assert clocks[["n", "uncovered"]].to_numpy().tolist() == [[0, 1]]
    assert clocks["mean_business_seconds"].isna().all()


def test_quantiles_are_interpolated_between_records():
    table = contacts(*({"handle_seconds": seconds} for seconds in (10, 20, 40, 80)))
    found = csqa.measure_quantiles(table, probabilities=[0, 0.5, 0.9, 1])
    assert found["value"].tolist() == [10.0, 30.0, pytest.approx(68.0), 80.0]
    assert found["metric"].unique().tolist() == ["handle_time"]


def test_quantiles_equal_those_of_pandas_for_every_agent():
    table = contacts(
        *({"handle_seconds": (i * 37) % 101, "agent_id": f"K{i % 3}"} for i in range(50))
    )
    found = csqa.measure_quantiles(table, by="agent_id", probabilities=[0.25])
    expected = table.groupby("agent_id")["handle_seconds"].quantile(0.25)
    assert found["value"].tolist() == pytest.approx(expected.tolist(), rel=1e-12)


def test_a_probability_beyond_one_is_refused():
    with pytest.raises(RuleError, match=r"`probabilities` 应在 0 与 1 之间，而不是 90"):
        csqa.measure_quantiles(contacts({}), probabilities=[90])


LONG_AGO = {"created_at": "2024-01-01 09:00:00", "resolved_at": "2025-06-02 09:00:00.001"}


def test_squares_beyond_64_bits_are_exact(tmp_path):
    standard = standard_of(tmp_path, "resolution_seconds")
    data = contacts(LONG_AGO, {"resolved_at": "2025-06-02 09:00:01"})
    squares = csqa.measure(data, standard, every="year").set_index("period")["total_squares"]
    long = 518 * 86_400_000 + 1  # milliseconds
    assert long**2 > 2**63
    assert squares.to_dict() == {"2024": long**2 / 1e6, "2025": 1.0}


def test_quantiles_asked_in_portions_are_the_same(tmp_path, monkeypatch):
    standard = standard_of(tmp_path, "handle_seconds")
    days = range(1, 29)
    rows = [
        {"created_at": f"2025-{month:02d}-{day:02d} 09:00:00", "handle_seconds": month * day}
        for month in range(1, 7)
        for day in days
    ]
    whole = csqa.measure_quantiles(contacts(*rows), standard, by="channel")
    monkeypatch.setattr("csqa.engine.quantiles.MOST_VALUES", 60)
    parts = csqa.measure_quantiles(contacts(*rows), standard, by="channel")
    pd.testing.assert_frame_equal(parts, whole)
    assert whole["value"].tolist() == [
        pytest.approx(month * value) for month in range(1, 7) for value in (14.5, 25.3)
    ]


def test_repeats_are_told_by_the_names_where_contacts_share_a_moment(tmp_path):
    standard = standard_of(tmp_path, "first_contact_resolution")
    rows = [
        {"contact_id": name, "customer_id": "A", "topic": topic, "resolved": True, "team": name}
        for name, topic in (("C3", "x"), ("C1", "x"), ("C2", None), ("C4", ""))
    ]
    data = contacts(*rows, LATER | {"contact_id": "Z"})
    # C1 and C3 came at once: C3 is the later one by its name, so C1 was not resolved at once.
    assert sums(data, standard, by="team") == [
        ["C1", 1, 0.0],
        ["C2", 1, 0.0],
        ["C3", 1, 1.0],
        ["C4", 1, 1.0],
    ]


def test_repeats_are_the_same_where_all_customers_share_a_hash(tmp_path, monkeypatch):
    standard = standard_of(tmp_path, "first_contact_resolution")
    days = [(day, day * day % 7, day % 2) for day in range(1, 29)]
    rows = [
        {"created_at": f"2025-06-{d:02d} 09:00:00", "customer_id": f"U{c}", "topic": f"T{t}"}
        for d, c, t in days
    ]
    data = contacts(*rows, LATER, resolved=True)
    standing = csqa.measure(data, standard, every="day")
    monkeypatch.setattr("csqa.engine.repeats.HASHED", "length(customer_id)")
    pd.testing.assert_frame_equal(csqa.measure(data, standard, every="day"), standing)
    assert 0 < standing["total"].sum() < standing["n"].sum()
