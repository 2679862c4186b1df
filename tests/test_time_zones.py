"""Months, days and weeks are cut in one declared zone, also where clocks are moved."""

from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from tests.tables import contacts

INSTANTS = st.datetimes(
    min_value=pd.Timestamp("1991-01-01").to_pydatetime(),
    max_value=pd.Timestamp("2026-06-01").to_pydatetime(),
    timezones=st.just(ZoneInfo("UTC")),
)


def counted(table, zone, every="month"):
    """Contacts per period in a zone."""
    measured = csqa.measure(csqa.load(table, time_zone=zone), every=every)
    return dict(zip(measured["period"], measured["n"], strict=True))


@pytest.mark.parametrize(
    ("zone", "period"),
    [("Asia/Shanghai", "2025-11"), ("America/New_York", "2025-10"), ("UTC", "2025-11")],
)
def test_the_same_instant_lies_in_another_month_elsewhere(zone, period):
    table = contacts({"created_at": "2025-11-01T03:59:59Z"}, complaint=False)
    assert counted(table, zone) == {period: 1}


def test_both_hours_that_a_clock_shows_twice_are_counted():
    twice = ("2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z")  # 01:30 in New York, both
    table = contacts(*({"created_at": at} for at in twice), complaint=False)
    data = csqa.load(table, time_zone="America/New_York")
    assert data.contacts["created_at"].dt.strftime("%H:%M %z").tolist() == [
        "01:30 -0400",
        "01:30 -0500",
    ]
    assert csqa.measure(data, every="day")[["period", "n"]].to_numpy().tolist() == [
        ["2025-11-02", 2]
    ]


def test_a_wall_time_that_no_clock_showed_is_read_with_the_offset_before():
    table = contacts({"created_at": "2025-03-09 02:30:00"})
    at = csqa.load(table, time_zone="America/New_York").contacts["created_at"].iloc[0]
    assert at == pd.Timestamp("2025-03-09 03:30:00", tz="America/New_York")


def test_a_duration_over_a_change_of_the_clock_has_its_true_length():
    table = contacts(
        {"created_at": "2025-03-09 01:59:00", "first_response_at": "2025-03-09 03:01:00"}
    )
    data = csqa.load(table, time_zone="America/New_York")
    assert csqa.measure(data)["total"].tolist() == [120.0]


@settings(deadline=None, max_examples=25)
@given(
    instants=st.lists(INSTANTS, min_size=1, max_size=20),
    zone=st.sampled_from(
        ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]
    ),
    every=st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_every_contact_lies_in_the_period_of_its_wall_time(instants, zone, every):
    table = contacts(*({"created_at": at.isoformat()} for at in instants), complaint=False)
    forms = {"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}
    expected: dict[str, int] = {}
    for at in instants:
        wall = at.astimezone(ZoneInfo(zone))
        quarter = f"{wall.year:04d}-Q{(wall.month + 2) // 3}"
        label = quarter if every == "quarter" else wall.strftime(forms[every])
        expected[label] = expected.get(label, 0) + 1
    assert counted(table, zone, every) == expected


def test_a_month_that_the_data_only_touch_is_marked_as_partial():
    days = ("2025-05-20", "2025-06-01", "2025-06-30", "2025-07-02")
    table = contacts(*({"created_at": f"{day} 09:00"} for day in days), complaint=False)
    measured = csqa.measure(table)
    assert dict(zip(measured["period"], measured["complete"], strict=True)) == {
        "2025-05": False,
        "2025-06": True,
        "2025-07": False,
    }
