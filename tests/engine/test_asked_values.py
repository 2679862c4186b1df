"""Measures that are worked out only where asked for: transfers, limits, repeats, the queue."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.engine.asked_values import TEXTS
from csqa.engine.coding import SMALL
from csqa.rules.measures import MEASURES
from tests.one_metric import standard_of, sums
from tests.tables import contacts

LATER = {"created_at": "2025-06-30 09:00:00"}
"""A contact so late that all earlier ones are old."""


def one(tmp_path, metric, rows, settings="{}", **same) -> list[list]:
    """n and total of a metric of hand-made contacts."""
    return sums(contacts(*rows, **same), standard_of(tmp_path, metric, settings))


def test_every_asked_measure_is_a_measure_of_contacts():
    assert set(TEXTS) <= {name for name, one in MEASURES.items() if one.table == "contacts"}
    flags = {name for name in TEXTS if MEASURES[name].kind == "share"}
    assert flags <= set(SMALL)


def test_who_was_not_rated_counts_in_the_response_rate(tmp_path):
    rows = [{"csat": 5}, {"csat": 1}, {"csat": None}, {"csat": None}]
    assert one(tmp_path, "csat_responded", rows) == [[4, 2.0]]


@pytest.mark.parametrize(("settings", "total"), [("{}", 2.0), ("{transferred_from: 3}", 1.0)])
def test_a_transfer_begins_at_the_departments_of_the_setting(tmp_path, settings, total):
    rows = [{"departments": number} for number in (0, 1, 2, 3, None)]
    assert one(tmp_path, "transferred", rows, settings) == [[4, total]]


@pytest.mark.parametrize(
    "row",
    [
        {"resolved_at": "2025-06-02 11:00:00"},
        {"resolved_at": "2025-06-02 11:00:00.001"},
        {"resolved_at": None},
        {"resolved_at": None, "created_at": "2025-06-30 08:00:00"},
        {"resolved_at": None, "resolved": True},
        {"resolved_at": "2025-06-02 11:00:00", "priority": "low"},
        {"resolved_at": "2025-06-02 11:00:00", "priority": None},
    ],
)
def test_over_the_limit_is_what_is_not_within(tmp_path, row):
    limits = "{resolution_limit_hours: {urgent: 2}}"
    urgent = {"created_at": "2025-06-02 09:00:00", "priority": "urgent"}
    rows = [urgent | row, LATER | {"resolved_at": None, "priority": None}]
    within = one(tmp_path, "within_limit", rows, limits)
    over = one(tmp_path, "over_limit", rows, limits)
    assert [n for n, _ in over] == [n for n, _ in within]
    assert [n - total for n, total in over] == [total for _, total in within]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"first_response_at": "2025-06-02 09:00:30"}, [[1, 1.0]]),
        ({"first_response_at": "2025-06-02 09:00:30.001"}, [[1, 0.0]]),
        ({"first_response_at": None, "resolved": False}, [[1, 0.0]]),
        ({"first_response_at": None, "resolved": True}, []),
        ({"first_response_at": None, "resolved": None}, []),
        ({"first_response_at": None, "resolved": False, "abandoned": True}, []),
    ],
)
def test_no_response_is_late_only_where_the_contact_is_open(tmp_path, row, expected):
    later = LATER | {"resolved": False, "first_response_at": None}
    found = one(tmp_path, "within_response_limit", [row, later])
    assert found == expected


def test_the_response_limit_is_a_setting(tmp_path):
    rows = [{"first_response_at": f"2025-06-02 09:00:{second}"} for second in (15, 16, 31)]
    limit = "{response_limit_seconds: 15}"
    assert one(tmp_path, "within_response_limit", rows, limit) == [[3, 1.0]]


QUEUE = [
    {"abandoned": False, "wait_seconds": 20},
    {"abandoned": False, "wait_seconds": 20.001},
    {"abandoned": False, "wait_seconds": None},
    {"abandoned": True, "wait_seconds": 4.999},
    {"abandoned": True, "wait_seconds": 5},
    {"abandoned": True, "wait_seconds": None},
    {"abandoned": None, "wait_seconds": 10},
]
"""Calls: answered just in time, just late, waited unknown; abandoned at once, later, unknown."""


@pytest.mark.parametrize(
    ("metric", "settings", "expected"),
    [
        ("abandonment", "{}", [[5, 2.0]]),
        ("abandonment", "{short_abandon_seconds: 0}", [[6, 3.0]]),
        ("abandonment", "{short_abandon_seconds: 6}", [[4, 1.0]]),
        ("service_level", "{}", [[4, 1.0]]),
        ("service_level", "{service_level_seconds: 30}", [[4, 2.0]]),
        ("service_level", "{short_abandon_seconds: 0}", [[5, 1.0]]),
    ],
)
def test_calls_abandoned_at_once_are_neither_abandoned_nor_offered(
    tmp_path, metric, settings, expected
):
    assert one(tmp_path, metric, QUEUE, settings, channel="phone") == expected


def test_the_speed_of_answer_is_that_of_calls_that_were_answered(tmp_path):
    assert one(tmp_path, "answer_wait_seconds", QUEUE) == [[3, pytest.approx(50.001)]]
    waited = [{"wait_seconds": 10}, {"wait_seconds": 30}]
    assert one(tmp_path, "answer_wait_seconds", waited) == [[2, 40.0]]


FIRST = {"created_at": "2025-01-01 09:00:00", "customer_id": "Z", "complaint": False}
"""The beginning of the data, long before all else."""


def complaint(at: str, **more) -> dict:
    return {"created_at": at, "customer_id": "A", "topic": "发票", "complaint": True} | more


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([complaint("2025-05-02 09:00:00"), complaint("2025-06-01 09:00:00")], [[2, 1.0]]),
        ([complaint("2025-05-02 08:59:59"), complaint("2025-06-01 09:00:00")], [[2, 0.0]]),
        ([complaint("2025-06-01"), complaint("2025-06-02"), complaint("2025-06-03")], [[3, 2.0]]),
        ([complaint("2025-06-01"), complaint("2025-06-02", topic="物流")], [[2, 0.0]]),
        ([complaint("2025-06-01"), complaint("2025-06-02", customer_id="B")], [[2, 0.0]]),
        ([complaint("2025-06-01", complaint=False), complaint("2025-06-02")], [[1, 0.0]]),
        ([complaint("2025-06-01", customer_id=None), complaint("2025-06-02")], [[1, 0.0]]),
        # Within thirty days of the data's beginning nobody knows what came before.
        ([complaint("2025-01-05"), complaint("2025-01-31 08:00:00")], []),
        ([complaint("2025-01-05"), complaint("2025-01-31 09:00:00")], [[1, 1.0]]),
    ],
)
def test_a_repeat_complaint_follows_one_of_the_customer_on_the_topic(tmp_path, rows, expected):
    assert one(tmp_path, "repeat_complaint", [FIRST, *rows]) == expected


def test_the_window_of_repeat_complaints_is_a_setting(tmp_path):
    rows = [FIRST, complaint("2025-06-01"), complaint("2025-06-08"), complaint("2025-06-16")]
    settings = "{repeat_complaint_days: 7}"
    assert one(tmp_path, "repeat_complaint", rows, settings) == [[3, 1.0]]


@settings(deadline=None, max_examples=20)
@given(
    rows=st.lists(
        st.tuples(st.booleans(), st.integers(0, 40), st.sampled_from(["A", "B"])), min_size=1
    )
)
def test_the_queue_adds_up_over_units(tmp_path_factory, rows):
    table = contacts(
        *({"abandoned": gone, "wait_seconds": wait, "team": team} for gone, wait, team in rows)
    )
    folder = tmp_path_factory.mktemp("queue")
    short = sum(gone and wait < 5 for gone, wait, _ in rows)
    answered = sum(not gone and wait <= 20 for gone, wait, _ in rows)
    left = sum(gone and wait >= 5 for gone, wait, _ in rows)
    for metric, total in (("service_level", answered), ("abandonment", left)):
        standard = standard_of(folder, metric)
        found = csqa.measure(table, standard, by="team")
        assert found["n"].sum() == len(rows) - short
        assert found["total"].sum() == total


def test_what_is_not_asked_for_costs_no_column(tmp_path):
    data = csqa.load(contacts({"complaint": True, "customer_id": "A", "abandoned": False}))
    csqa.measure(data, standard_of(tmp_path, "complaint"))
    names = [row[0] for row in data.engine.rows("DESCRIBE csqa_facts")]
    assert not set(TEXTS) & set(names)
    with pytest.raises(Exception, match="csqa_repeat_complaints"):
        data.engine.rows("SELECT * FROM csqa_repeat_complaints")


def test_chinese_headers_of_the_queue_are_known():
    table = pd.DataFrame(
        {
            "服务单号": ["1", "2"],
            "渠道": "电话",
            "创建时间": "2025-06-02 09:00",
            "是否放弃": ["是", "否"],
            "排队时长(秒)": ["12", "3.5"],
        }
    )
    data = csqa.load(table)
    assert data.contacts["abandoned"].tolist() == [True, False]
    assert data.contacts["wait_seconds"].tolist() == [12.0, 3.5]
