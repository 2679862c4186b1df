"""What is open at the end of each period: counted by hand, and by brute force."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.errors import DataError, RuleError
from tests.one_metric import standard_of
from tests.tables import contacts, write

COUNTS = ["open", "over_limit", "at_risk", "in_time", "no_limit", "undecided"]
LATER = {"created_at": "2025-06-30 12:00:00", "resolved_at": "2025-06-30 12:00:00"}
"""The data's end: noon of 30 June."""


def backlog(*rows, **options) -> pd.DataFrame:
    """The backlog of hand-made contacts."""
    return csqa.measure_backlog(contacts(*rows, LATER), **options).set_index("period")


def counts_at(period: str, *rows, **options) -> list[int]:
    return backlog(*rows, **options).loc[period, COUNTS].tolist()


def test_a_contact_is_open_at_each_end_between_creation_and_resolution():
    row = {"created_at": "2025-02-10 09:00:00", "resolved_at": "2025-05-10 09:00:00"}
    found = backlog(row)
    assert found["open"].to_dict() == {
        "2025-02": 1, "2025-03": 1, "2025-04": 1, "2025-05": 0, "2025-06": 0,
    }  # fmt: skip
    assert found.loc["2025-03", "median_age_seconds"] == pytest.approx(49.625 * 86_400, abs=1)
    assert np.isnan(found.loc["2025-05", "median_age_seconds"])


@pytest.mark.parametrize(
    ("created", "resolved", "open_"),
    [
        ("2025-05-31 23:59:59.999999", "2025-06-01 00:00:00", 1),
        ("2025-05-31 23:00:00", "2025-05-31 23:59:59.999999", 0),
        ("2025-06-01 00:00:00", "2025-06-02 00:00:00", 0),
    ],
)
def test_the_end_of_a_month_is_midnight_of_the_declared_zone(created, resolved, open_):
    early = {"created_at": "2025-05-01 09:00:00", "resolved_at": "2025-05-01 09:00:00"}
    found = backlog(early, {"created_at": created, "resolved_at": resolved})
    assert found.loc["2025-05", "open"] == open_
    assert str(found.loc["2025-05", "at"]) == "2025-05-31 23:59:59.999999+08:00"


def test_the_last_period_ends_with_the_data():
    found = backlog({"created_at": "2025-06-30 11:00:00", "resolved_at": None})
    assert str(found.loc["2025-06", "at"]) == "2025-06-30 12:00:00+08:00"
    assert found.loc["2025-06", ["open", "median_age_seconds"]].tolist() == [1, 3600.0]
    assert found["complete"].tolist() == [False]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (1.5999, [1, 0, 0, 1, 0, 0]),
        (1.6, [1, 0, 1, 0, 0, 0]),
        (2.0, [1, 0, 1, 0, 0, 0]),
        (2.001, [1, 1, 0, 0, 0, 0]),
    ],
)
def test_at_risk_is_from_the_share_of_the_limit_to_the_limit(hours, expected):
    created = pd.Timestamp("2025-06-30 12:00") - pd.Timedelta(hours=hours)
    row = {"created_at": str(created), "resolved_at": None, "priority": "urgent"}
    assert counts_at("2025-06", row) == expected


def test_the_share_at_risk_is_a_setting(tmp_path):
    text = "{resolution_limit_hours: {urgent: 2}, at_risk_share: 0.5}"
    standard = standard_of(tmp_path, "within_limit", text)
    row = {"created_at": "2025-06-30 11:00:00", "resolved_at": None, "priority": "urgent"}
    assert counts_at("2025-06", row, standard=standard) == [1, 0, 1, 0, 0, 0]


def test_without_priority_or_limit_a_contact_has_no_limit():
    rows = [
        {"created_at": "2025-06-01 09:00:00", "resolved_at": None, "priority": None},
        {"created_at": "2025-06-01 09:00:00", "resolved_at": None, "priority": "urgent"},
    ]
    assert counts_at("2025-06", *rows) == [2, 1, 0, 0, 1, 0]
    bare = [{key: row[key] for key in ("created_at", "resolved_at")} for row in rows]
    assert counts_at("2025-06", *bare) == [2, 0, 0, 0, 2, 0]


MAY = {"created_at": "2025-05-10 09:00:00", "resolved_at": None}


@pytest.mark.parametrize(
    ("row", "may", "june"),
    [
        ({"resolved": False}, [1, 0], [1, 0]),
        ({"resolved": True}, [0, 1], [0, 0]),
        ({"resolved": None}, [0, 1], [0, 1]),
        ({"resolved": False, "resolved_at": "2025-05-11 09:00:00"}, [0, 0], [0, 0]),
        ({"resolved": None, "resolved_at": "2025-06-11 09:00:00"}, [1, 0], [0, 0]),
        ({"resolved": False, "abandoned": True}, [0, 0], [0, 0]),
    ],
)
def test_flag_and_time_of_resolution_are_weighed(row, may, june):
    found = backlog(MAY | row, {"resolved": True, "resolved_at": "2025-06-02 10:00:00"})
    found = found[["open", "undecided"]]
    assert [found.loc["2025-05"].tolist(), found.loc["2025-06"].tolist()] == [may, june]


def test_flags_alone_tell_what_is_open_now():
    table = contacts(
        {"created_at": "2025-05-10 09:00:00", "resolved": False},
        {"created_at": "2025-05-10 09:00:00", "resolved": True},
        {"created_at": "2025-06-30 09:00:00", "resolved": True},
    )
    found = csqa.measure_backlog(table)[["period", "open", "undecided"]]
    assert found.to_numpy().tolist() == [["2025-05", 1, 1], ["2025-06", 1, 0]]


def test_units_have_none_open_rather_than_no_row_from_their_first_contact_on():
    rows = [
        {"created_at": "2025-04-10 09:00", "resolved_at": "2025-04-10 10:00", "team": "A"},
        {"created_at": "2025-05-10 09:00", "resolved_at": None, "team": "B"},
    ]
    found = csqa.measure_backlog(contacts(*rows, LATER | {"team": "A"}), by="team")
    assert found[["period", "team", "open"]].to_numpy().tolist() == [
        ["2025-04", "A", 0],
        ["2025-05", "A", 0],
        ["2025-05", "B", 1],
        ["2025-06", "A", 0],
        ["2025-06", "B", 1],
    ]


def test_until_is_the_last_period_and_a_later_one_is_now():
    row = {"created_at": "2025-04-10 09:00", "resolved_at": None}
    assert backlog(row, until="2025-05").index.tolist() == ["2025-04", "2025-05"]
    assert backlog(row, every="quarter").index.tolist() == ["2025-Q2"]
    assert len(backlog(row, every="day")) == 82


def test_wrong_questions_are_refused():
    table = contacts({"resolved_at": None})
    with pytest.raises(RuleError, match=r"`by` 应为 .* 之一，而不是 'teams'"):
        csqa.measure_backlog(table, by="teams")
    with pytest.raises(RuleError, match="`until` 应与 `every` 一样是 week"):
        csqa.measure_backlog(table, every="week", until="2025-06")
    with pytest.raises(DataError, match=r"“解决时间”.*和“是否解决”.*一个也没有"):
        csqa.measure_backlog(contacts({}))
    with pytest.raises(DataError, match="没有“优先级”（priority）这一列"):
        csqa.measure_attainment(table)


hours = st.integers(0, 24 * 120)


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(
        st.tuples(
            hours,
            st.one_of(st.none(), hours),
            st.sampled_from(["urgent", "normal", None]),
            st.sampled_from(["A", "B"]),
        ),
        min_size=1,
        max_size=12,
    ),
    every=st.sampled_from(["day", "week", "month"]),
)
def test_the_join_counts_what_a_loop_counts(rows, every):
    begin = dt.datetime(2025, 1, 1)
    table = contacts(
        *(
            {
                "created_at": begin + dt.timedelta(hours=since),
                "resolved_at": None if took is None else begin + dt.timedelta(hours=since + took),
                "priority": priority,
                "team": team,
            }
            for since, took, priority, team in rows
        )
    ).astype({"created_at": "datetime64[us]", "resolved_at": "datetime64[us]"})
    found = csqa.measure_backlog(table, every=every, by="team")
    limits = dict(csqa.read_standard().resolution_limit_hours)
    for _, row in found.iterrows():
        at = row["at"].tz_localize(None)
        team = table[(table["team"] == row["team"]) & (table["created_at"] <= at)]
        standing = team[~(team["resolved_at"] <= at)]
        age = (at - standing["created_at"]).dt.total_seconds()
        late = age.to_numpy() > standing["priority"].map(limits).to_numpy(dtype=float) * 3600
        assert (row["open"], row["over_limit"]) == (len(standing), late.sum())
        assert row["open"] == row[["over_limit", "at_risk", "in_time", "no_limit"]].sum()
        if len(standing):
            assert row["median_age_seconds"] == pytest.approx(age.median(), abs=0.001)


def test_order_of_rows_and_split_of_units_change_nothing():
    rng = np.random.default_rng(7)
    created = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 150 * 24, 400), "h")
    took = pd.to_timedelta(rng.integers(1, 60 * 24, 400), "h")
    table = pd.DataFrame(
        {
            "contact_id": [f"C{i}" for i in range(400)],
            "channel": rng.choice(["phone", "online"], 400),
            "created_at": created,
            "resolved_at": (created + took).where(rng.random(400) < 0.9),
        }
    )
    whole = csqa.measure_backlog(table)
    pd.testing.assert_frame_equal(csqa.measure_backlog(table.sample(frac=1, random_state=1)), whole)
    parts = csqa.measure_backlog(table, by="channel").groupby("period")[COUNTS].sum()
    assert parts.to_numpy().tolist() == whole[COUNTS].to_numpy().tolist()


# --- limits kept, by urgency ---


def test_what_became_of_each_limit():
    urgent = {"created_at": "2025-06-02 09:00:00", "priority": "urgent", "resolved": True}
    table = contacts(
        urgent | {"resolved_at": "2025-06-02 11:00:00"},
        urgent | {"resolved_at": "2025-06-02 11:00:01"},
        urgent | {"resolved_at": None, "resolved": False},
        urgent | {"resolved_at": None},
        urgent | {"created_at": "2025-06-30 10:00:00", "resolved_at": None, "resolved": False},
        {"priority": None, "resolved_at": None, "resolved": False},
        LATER | {"priority": "normal", "resolved": True},
    )
    found = csqa.measure_attainment(table).set_index("priority")
    columns = ["limit_hours", "met", "missed", "undecided", "time_unknown", "no_limit", "n"]
    assert found.loc["urgent", columns].tolist() == [2.0, 1, 2, 1, 1, 0, 3]
    assert found.loc["normal", columns].tolist() == [24.0, 1, 0, 0, 0, 0, 1]
    assert found.loc["unknown", columns[1:]].tolist() == [0, 0, 0, 0, 1, 0]
    assert np.isnan(found.loc["unknown", ["limit_hours", "value"]].to_numpy(dtype=float)).all()
    assert found.loc["urgent", ["value", "method"]].tolist() == [pytest.approx(1 / 3), "wilson"]


LIMITED = """
settings: {resolution_limit_hours: {urgent: 2, high: 8, normal: 24, low: 72}}
standards:
  - effective: 2023-01-01
    dimensions: {efficiency: 效率}
    weights: {efficiency: 1}
    metrics:
      kept: {name: 时限内, dimension: efficiency, measure: within_limit}
"""


def test_counts_are_those_of_the_measure(tmp_path, sample):
    data = sample
    standard = csqa.read_standard(write(tmp_path, LIMITED))
    measured = csqa.measure(data, standard, by=["team", "priority"])
    counted = csqa.measure_attainment(data, standard, by="team")
    both = measured.merge(counted, on=["period", "team", "priority"], how="outer")
    assert len(both) > 100
    assert both["n_x"].fillna(0).tolist() == both["n_y"].tolist()
    assert both["total"].fillna(0).tolist() == both["met"].tolist()
    rows = counted[["met", "missed", "undecided", "time_unknown", "no_limit"]].to_numpy().sum()
    assert rows == len(data.contacts)


def test_a_unit_priority_is_not_listed_twice():
    table = contacts({"priority": "low", "resolved_at": "2025-06-02 10:00"})
    found = csqa.measure_attainment(table, by=["priority", "team"], until="2025-06")
    assert found.columns[:4].tolist() == ["period", "priority", "team", "limit_hours"]
    assert csqa.measure_attainment(table, until="2025-05").empty
