"""Which contact counts where: windows, zones, lines, versions, hostile text."""

import pandas as pd
import pytest

import csqa
from csqa.engine.connection import literal
from csqa.engine.counts import count_undecided, count_without_customer
from csqa.rules.standard_reader import read_standard
from tests.tables import contacts, write

LATER = {"created_at": "2025-06-30 09:00:00", "customer_id": "Z"}
"""A contact so late that all earlier ones have their seven days."""


def resolution(*rows, **same) -> dict[str, float]:
    """First-contact resolution in June: n and how many were resolved."""
    table = contacts(*rows, **({"resolved": True, "customer_id": "A", "topic": "发票"} | same))
    measures = csqa.measure(table, every="year")
    row = measures[measures["metric"] == "first_contact_resolution"]
    return {name: float(row[name].sum()) for name in ("n", "total")}


def test_contact_again_after_exactly_seven_days_was_not_resolved_at_first():
    again = {"created_at": "2025-06-09 09:00:00"}
    assert resolution({}, again, LATER) == {"n": 2, "total": 1}


def test_contact_again_a_second_later_counts_as_new():
    again = {"created_at": "2025-06-09 09:00:01"}
    assert resolution({}, again, LATER) == {"n": 2, "total": 2}


@pytest.mark.parametrize(
    "again", [{"customer_id": "B"}, {"topic": "安装"}, {"customer_id": "B", "topic": None}]
)
def test_other_customer_or_other_topic_is_no_repeat(again):
    assert resolution({}, {"created_at": "2025-06-03 09:00:00"} | again, LATER)["total"] == 2


def test_contacts_without_topic_repeat_each_other():
    again = {"created_at": "2025-06-03 09:00:00"}
    assert resolution({}, again, LATER, topic=None) == {"n": 2, "total": 1}


def test_contact_with_exactly_seven_days_of_follow_up_is_decided():
    last = {"created_at": "2025-06-09 09:00:00", "customer_id": "Z"}
    assert resolution({}, last) == {"n": 1, "total": 1}


def test_contact_a_second_short_of_seven_days_is_not_decided_even_if_it_failed():
    last = {"created_at": "2025-06-09 08:59:59", "customer_id": "Z"}
    assert resolution({"resolved": False}, last) == {"n": 0, "total": 0}


@pytest.mark.parametrize("row", [{"reopened": True}, {"resolved": False}])
def test_reopened_and_unresolved_fail(row):
    assert resolution({}, {"customer_id": "B"} | row, LATER) == {"n": 2, "total": 1}


@pytest.mark.parametrize("row", [{"customer_id": None}, {"resolved": None}])
def test_missing_customer_or_outcome_leaves_the_denominator(row):
    assert resolution({}, {"customer_id": "B"} | row, LATER) == {"n": 1, "total": 1}


def test_resolution_time_tells_the_outcome_where_no_column_does():
    table = contacts({"resolved_at": "2025-06-02 10:00:00"}, {"resolved_at": None}, LATER)
    measures = csqa.measure(table.assign(customer_id=["A", "B", "Z"]), every="year")
    row = measures[measures["metric"] == "first_contact_resolution"].iloc[0]
    assert (row["n"], row["total"]) == (2, 1)


def test_undecided_contacts_are_counted_per_month():
    rows = [
        {"created_at": at} for at in ("2025-05-25 09:00", "2025-05-26 09:00", "2025-06-01 10:00")
    ]
    data = csqa.load(contacts(*rows, resolved=True, customer_id="A"))
    counts = [count_undecided(data, read_standard(), month) for month in ("2025-05", "2025-06")]
    assert counts == [1, 1]


def test_contacts_without_a_customer_are_counted_where_there_are_customers():
    row = {"created_at": "2025-06-01 10:00"}
    with_customers = csqa.load(contacts(row | {"customer_id": "A"}, row | {"customer_id": None}))
    assert count_without_customer(with_customers, "2025-06") == 1
    assert count_without_customer(csqa.load(contacts(row)), "2025-06") == 0


def test_month_is_cut_in_the_declared_zone():
    table = contacts(
        {"created_at": "2025-05-31T15:59:59Z", "handle_seconds": 1},
        {"created_at": "2025-05-31T16:00:00Z", "handle_seconds": 2},
    )
    in_shanghai = csqa.measure(csqa.load(table))
    in_london = csqa.measure(csqa.load(table, time_zone="Europe/London"))
    columns = ["period", "n", "total"]
    assert in_shanghai[columns].to_numpy().tolist() == [["2025-05", 1, 1.0], ["2025-06", 1, 2.0]]
    assert in_london[columns].to_numpy().tolist() == [["2025-05", 2, 3.0]]


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ("09:59:59", "off_peak"),
        ("10:00:00", "peak"),
        ("11:59:59", "peak"),
        ("12:00:00", "off_peak"),
    ],
)
def test_peak_hours_include_their_start_and_not_their_end(at, part):
    table = contacts({"created_at": f"2025-06-02 {at}", "handle_seconds": 60})
    assert csqa.measure(table, by="peak")["peak"].tolist() == [part]


@pytest.mark.parametrize(
    ("every", "labels"),
    [
        ("day", ["2024-12-30", "2025-01-06"]),
        ("week", ["2025-W01", "2025-W02"]),
        ("month", ["2024-12", "2025-01"]),
        ("quarter", ["2024-Q4", "2025-Q1"]),
        ("year", ["2024", "2025"]),
    ],
)
def test_labels_of_periods(every, labels):
    days = [{"created_at": f"{day} 09:00"} for day in ("2024-12-30", "2025-01-06")]
    measures = csqa.measure(contacts(*days, handle_seconds=1), every=every)
    assert measures["period"].tolist() == labels


LINES = """
standards:
  - effective: 2024-01-01
    weights: {service: 1}
    metrics:
      response:
        dimension: service
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
        except:
          - {scene: aftersale, target: {at_most: 45}, note: 较复杂}
          - {scene: aftersale, peak: true, target: {at_most: 60}, note: 高峰}
"""


def response(created: str, seconds: int, **row) -> dict[str, object]:
    start = pd.Timestamp(created)
    return {
        "created_at": str(start),
        "first_response_at": str(start + pd.Timedelta(seconds, "s")),
    } | row


def test_most_specific_line_judges_and_the_target_is_weighted(tmp_path):
    standard = read_standard(write(tmp_path, LINES))
    table = contacts(
        response("2025-06-02 09:00", 31, scene="presale"),
        response("2025-06-02 09:00", 31, scene=None),
        response("2025-06-02 09:00", 45, scene="aftersale"),
        response("2025-06-02 10:00", 61, scene="aftersale"),
    )
    measures = csqa.measure(table, standard)
    assert measures[["target_line", "n", "total", "over"]].to_numpy().tolist() == [
        ["2024-01-01/base", 2, 62.0, 2.0],
        ["2024-01-01/scene=aftersale", 1, 45.0, 0.0],
        ["2024-01-01/scene=aftersale peak=True", 1, 61.0, 1.0],
    ]
    scored = csqa.score(measures, standard)
    assert scored.loc[0, "target"] == pytest.approx((30 + 30 + 45 + 60) / 4)
    assert scored.loc[0, "value"] == pytest.approx((31 + 31 + 45 + 61) / 4)


def test_version_changes_in_mid_month_on_its_very_day(tmp_path):
    text = LINES + "  - {effective: 2025-06-16, metrics: {response: {target: {at_most: 20}}}}\n"
    table = contacts(
        response("2025-06-15 23:59:59", 25),
        response("2025-06-16 00:00:00", 25),
        response("2025-06-17 00:00:00", 20),
    )
    measures = csqa.measure(table, read_standard(write(tmp_path, text)))
    assert measures[["target_line", "n", "over"]].to_numpy().tolist() == [
        ["2024-01-01/base", 1, 0.0],
        ["2025-06-16/base", 2, 1.0],
    ]


def test_oldest_version_judges_what_came_before_it(tmp_path):
    measures = csqa.measure(
        contacts(response("2021-03-01 09:00", 5)), read_standard(write(tmp_path, LINES))
    )
    assert measures["target_line"].tolist() == ["2024-01-01/base"]


@pytest.mark.parametrize(
    "name", ["x' OR 1=1 --", "'; DROP TABLE contacts; --", "a{b}c", "%", "\\'"]
)
def test_text_of_a_rule_file_is_never_sql(tmp_path, name):
    quoted = '"' + name.replace("\\", "\\\\") + '"'
    text = LINES + f"          - {{team: {quoted}, target: {{at_most: 999}}, note: 试点}}\n"
    text = text.replace("          - {scene: aftersale, target: {at_most: 45}, note: 较复杂}\n", "")
    table = contacts(
        response("2025-06-02 09:00", 40, team="A"), response("2025-06-02 09:00", 40, team=name)
    )
    measures = csqa.measure(table, read_standard(write(tmp_path, text)))
    found = measures.set_index("target_line")["n"].to_dict()
    assert found == {"2024-01-01/base": 1, f"2024-01-01/team={name}": 1}


@pytest.mark.parametrize("value", [["a"], pd.Timestamp("2025-01-01")])
def test_literal_refuses_what_it_cannot_quote(value):
    with pytest.raises(TypeError, match="no SQL literal for"):
        literal(value)
