"""Business time: by hand, against a minute-by-minute simulation, and SQL against arrays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.engine.business import business_seconds, count_uncovered
from csqa.engine.business_sql import BusinessTime
from csqa.engine.connection import open_connection
from csqa.engine.opening_days import list_opening_days
from csqa.errors import RuleError
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.schedule import ALL_DAY, CLOSED, Hours, Schedule
from tests.tables import write

NEW_YORK = "America/New_York"
SHIPPED = read_calendar()
MILLISECONDS = "(epoch_ms({a}) - epoch_ms({b}))"


def hours(start: str, end: str, calendar: Calendar | None = None, **options: str) -> float:
    return float(business_seconds([start], [end], calendar, **options).iloc[0] / 3600)


def weekly(folder: Path, text: str, rest: str = "") -> Calendar:
    return read_calendar(write(folder, f"hours: {{default: {text}}}\n{rest}"))


# By hand: 9 to 18 on workdays, the shipped default.


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-06-06 17:30", "2025-06-09 09:30", 1.0),  # Friday to Monday
        ("2025-06-09 09:00", "2025-06-09 18:00", 9.0),
        ("2025-06-09 03:00", "2025-06-09 09:00", 0.0),  # closed all the time
        ("2025-06-09 03:00", "2025-06-09 10:00", 1.0),  # starts before opening
        ("2025-06-09 17:00", "2025-06-09 23:00", 1.0),  # ends after closing
        ("2025-06-09 10:00", "2025-06-09 10:00", 0.0),
        ("2025-06-09 00:00", "2025-06-10 00:00", 9.0),  # midnight to midnight
        ("2025-06-07 10:00", "2025-06-08 20:00", 0.0),  # a weekend
        ("2025-09-30 17:00", "2025-10-09 10:00", 2.0),  # over National Day, 1 to 8 October
        ("2025-10-10 17:00", "2025-10-11 10:00", 2.0),  # Saturday 11 October is worked
        # Spring Festival, 28 January to 4 February: Friday 1 h; Sunday 26 (worked) and Monday 27,
        # 9 h each; 5 to 7 February, 9 h each; Saturday 8 (worked) 1 h.
        ("2025-01-24 17:00", "2025-02-08 10:00", 1 + 9 + 9 + 27 + 1),
        ("2024-12-31 17:00", "2025-01-02 10:00", 2.0),  # over New Year's Day and the year
    ],
)
def test_by_hand(start, end, expected):
    assert hours(start, end) == expected


def test_a_span_of_milliseconds():
    assert hours("2025-06-06 17:59:59.999", "2025-06-09 09:00:00.001") * 3600 == 0.002


def test_round_the_clock_is_the_time_of_the_clock():
    assert hours("2025-09-30 17:00", "2025-10-09 10:00", channel="phone") == 8 * 24 + 17


def test_lunch_break(tmp_path):
    calendar = weekly(tmp_path, '["09:00-12:00", "13:00-18:00"]', "works_on_holidays: true")
    assert hours("2025-06-09 11:30", "2025-06-09 13:30", calendar) == 1.0
    assert hours("2025-06-09 12:10", "2025-06-09 12:50", calendar) == 0.0
    assert hours("2025-06-09 00:00", "2025-06-12 00:00", calendar) == 24.0


def test_night_shift_in_two_spans(tmp_path):
    calendar = weekly(tmp_path, '["00:00-02:00", "22:00-24:00"]', "works_on_holidays: true")
    assert hours("2025-06-09 21:00", "2025-06-10 03:00", calendar) == 4.0


def test_change_of_hours(tmp_path):
    change = 'changes: [{effective: 2025-07-01, hours: {default: ["10:00-12:00"]}}]'
    calendar = weekly(tmp_path, '["09:00-18:00"]', change)
    assert hours("2025-06-30 17:00", "2025-07-01 11:00", calendar) == 2.0


def test_exception_of_the_team(tmp_path):
    days = "exceptions: [{date: 2025-06-09, hours: []}, {date: 2025-06-08, hours: 24h}]"
    calendar = weekly(tmp_path, "{mon-fri: [09:00-18:00], sat-sun: []}", days)
    assert hours("2025-06-06 17:00", "2025-06-10 10:00", calendar) == 1 + 24 + 1


def test_channel_per_row():
    start, end = ["2025-06-06 18:00"] * 3, ["2025-06-07 18:00"] * 3
    channels = pd.Series(["phone", "email", None])
    assert (business_seconds(start, end, channel=channels) / 3600).tolist() == [24, 0, 0]


def test_missing_and_reversed_times_have_none():
    start = pd.to_datetime(pd.Series([None, "2025-06-09 10:00", "2025-06-09 11:00"]))
    end = pd.to_datetime(pd.Series(["2025-06-09 10:00", None, "2025-06-09 10:00"]))
    assert business_seconds(start, end).isna().all()
    assert count_uncovered(start, end) == 0


def test_index_is_that_of_the_start():
    start = pd.Series(pd.to_datetime(["2025-06-09 10:00"] * 2), index=["C7", "C3"])
    assert business_seconds(start, start + timedelta(hours=1)).to_dict() == {
        "C7": 3600.0,
        "C3": 3600.0,
    }


def test_no_rows():
    assert business_seconds([], []).tolist() == []


def test_aware_times_are_instants():
    start = pd.Series(pd.to_datetime(["2025-06-06 09:30+00:00"]))
    end = pd.Series(pd.to_datetime(["2025-06-09 09:30"])).dt.tz_localize("Asia/Shanghai")
    assert business_seconds(start, end).tolist() == [3600.0]


# Coverage


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2017-12-29 10:00", "2018-01-03 10:00"),
        ("2026-12-31 10:00", "2027-01-04 10:00"),
        ("2026-12-31 10:00", "2027-01-01 00:00"),  # the first moment of the year
        ("2050-06-01 10:00", "2050-06-01 11:00"),
        ("2016-12-31 10:00", "2030-01-04 10:00"),  # covered in the middle
    ],
)
def test_a_year_without_holidays_is_flagged(start, end):
    assert np.isnan(hours(start, end))
    assert count_uncovered([start], [end]) == 1


def test_the_last_covered_day_is_known():
    assert hours("2026-12-31 17:00", "2026-12-31 23:59:59") == 1.0
    assert hours("2018-01-01 00:00", "2018-01-02 10:00") == 1.0


def test_who_works_on_holidays_needs_no_list_of_them():
    assert hours("2049-12-31 10:00", "2050-01-01 10:00", channel="phone") == 24.0


def test_time_beyond_the_zones_is_flagged_too():
    assert np.isnan(hours("9999-12-30", "9999-12-31", channel="phone"))
    assert np.isnan(hours("0001-01-01", "2025-01-01", channel="phone"))


def test_uncovered_rows_are_counted():
    start = ["2025-06-09", "2026-12-31", "2027-05-01", None]
    end = ["2025-06-10", "2027-01-01", "2027-05-02", "2027-05-02"]
    assert count_uncovered(start, end) == 2
    assert count_uncovered(start, end, channel="phone") == 0


# A zone with daylight saving time: New York, back on 2 November and forth on 9 March 2025.


def test_hours_are_wall_time_on_both_sides_of_the_change(tmp_path):
    calendar = weekly(tmp_path, '["09:00-18:00"]', "works_on_holidays: true")
    for day in ("2025-03-08", "2025-03-09", "2025-03-10", "2025-11-02"):
        assert hours(f"{day} 08:00", f"{day} 10:00", calendar, time_zone=NEW_YORK) == 1.0


def test_a_day_of_25_and_one_of_23_hours():
    whole = {"channel": "phone", "time_zone": NEW_YORK}
    assert hours("2025-11-02", "2025-11-03", **whole) == 25.0
    assert hours("2025-03-09", "2025-03-10", **whole) == 23.0


def test_spans_that_begin_or_end_in_the_skipped_hour(tmp_path):
    calendar = weekly(tmp_path, '["01:00-02:30", "02:45-04:00"]', "works_on_holidays: true")
    assert hours("2025-03-09", "2025-03-10", calendar, time_zone=NEW_YORK) == 2.0
    assert hours("2025-03-10", "2025-03-11", calendar, time_zone=NEW_YORK) == 2.75


# Properties


@st.composite
def spans(draw):
    """Spans with edges off the hours that New York repeats or skips."""
    edge = st.one_of(st.just(0), st.integers(180, 1440))
    edges = sorted(draw(st.lists(edge, max_size=6, unique=True)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw):
    """Random hours around 9 March 2025, with holidays, make-up days, a change, an exception."""
    days = st.dates(date(2025, 3, 5), date(2025, 3, 13))
    off = draw(st.frozensets(days, max_size=3))
    changes = sorted(draw(st.sets(days, max_size=2)))
    week = st.tuples(*[spans()] * 7)
    stated = tuple(Hours(day, draw(week), draw(st.booleans())) for day in [date.min, *changes])
    exceptions = draw(st.dictionaries(days, spans(), max_size=2))
    return Calendar(
        (),
        schedules=(Schedule(stated, exceptions),),
        holidays=off,
        makeup_days=draw(st.frozensets(days, max_size=2)) - off,
        covered_years=frozenset({2025}),
    )


minutes = st.integers(0, 6 * 1440).map(lambda n: datetime(2025, 3, 6) + timedelta(minutes=n))


def simulate(start: datetime, end: datetime, calendar: Calendar, zone: str) -> int:
    """Count the open minutes between two moments of UTC, one after the other."""
    count = 0
    for number in range((end - start) // timedelta(minutes=1)):
        at = (start + timedelta(minutes=number)).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        opened = calendar.open_spans(at.date(), calendar.schedules[0])
        minute = at.hour * 60 + at.minute
        count += any(a <= minute < b for a, b in opened)
    return count


@pytest.mark.parametrize("zone", ["Asia/Shanghai", NEW_YORK])
@settings(max_examples=60, deadline=None)
@given(calendar=calendars(), moments=st.tuples(minutes, minutes).map(sorted))
def test_as_a_simulation_minute_by_minute(zone, calendar, moments):
    start, end = moments
    aware = [pd.Series([moment]).dt.tz_localize("UTC") for moment in moments]
    counted = business_seconds(*aware, calendar, time_zone=zone)
    assert counted.tolist() == [60.0 * simulate(start, end, calendar, zone)]


moments_of_years = st.lists(
    st.datetimes(datetime(2018, 1, 1), datetime(2026, 12, 31)), min_size=3, max_size=3
).map(sorted)


@settings(max_examples=60, deadline=None)
@given(points=moments_of_years, channel=st.sampled_from(["email", "phone"]))
def test_it_adds_up_grows_and_never_exceeds_the_clock(points, channel):
    a, b, c = (pd.Series([point]).dt.tz_localize("Asia/Shanghai") for point in points)
    first, second, whole = (
        business_seconds(start, end, SHIPPED, channel)[0] for start, end in ((a, b), (b, c), (a, c))
    )
    assert first + second == pytest.approx(whole, abs=1e-6)
    assert 0 <= first <= whole
    assert whole <= (c - a).dt.total_seconds()[0] + 1e-6


def test_a_partial_month_is_counted_as_in_the_whole():
    """What is counted does not depend on the days that other rows reach to."""
    pairs = random_pairs(2_000, "2019-01-01", 7, seed=5)
    utc = pairs[["start", "end"]].apply(lambda column: column.dt.tz_localize("UTC"))
    half = utc["start"].between("2025-06-01", "2025-06-15")
    whole = business_seconds(utc["start"], utc["end"])
    part = business_seconds(utc.loc[half, "start"], utc.loc[half, "end"])
    assert half.sum() >= 5
    pd.testing.assert_series_equal(part, whole[half])


# SQL


def by_sql(pairs: pd.DataFrame, calendar: Calendar, time_zone: str) -> pd.DataFrame:
    """Milliseconds and flag per row; times of the pairs are UTC without zone."""
    stated = pd.concat([pairs["start"], pairs["end"]]).dropna()
    days = list_opening_days(calendar, stated.min().date(), stated.max().date(), time_zone)
    columns = {"begun": 'pairs."start"', "done": 'pairs."end"'}
    business = BusinessTime(days, columns, "pairs.channel", MILLISECONDS)
    with open_connection() as connection:
        connection.register("pairs", pairs)
        connection.execute(days.create_statement())
        for statement in days.insert_statements(size=100):
            connection.execute(statement)
        return connection.execute(
            f"SELECT nth, {business.milliseconds('begun', 'done')} AS ms,"
            f" {business.is_uncovered('begun', 'done')} AS uncovered"
            f" FROM pairs {business.joins()} ORDER BY nth"
        ).df()


def random_pairs(rows: int, first: str, years: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    start = pd.Timestamp(first) + pd.to_timedelta(
        rng.integers(0, years * 365 * 86_400_000, rows), unit="ms"
    )
    end = start + pd.to_timedelta(rng.integers(-3_600_000, 30 * 86_400_000, rows), unit="ms")
    pairs = pd.DataFrame({"nth": range(rows), "start": start, "end": end})
    pairs["channel"] = rng.choice(["phone", "email", "online", None], rows)
    pairs.loc[rng.random(rows) < 0.05, "start"] = pd.NaT
    pairs.loc[rng.random(rows) < 0.05, "end"] = pd.NaT
    return pairs.astype({"start": "datetime64[us]", "end": "datetime64[us]"})


@pytest.mark.parametrize("zone", ["Asia/Shanghai", NEW_YORK])
def test_sql_equals_arrays(tmp_path, zone):
    text = """
hours:
  default: {mon-fri: ["09:00-12:00", "13:00-18:00"], sat: ["10:00-16:00"], sun: []}
  phone: {mon-sun: ["00:00-02:00", "08:00-24:00"]}
  online: 24h
works_on_holidays: {phone: true}
changes: [{effective: 2025-07-01, hours: {phone: 24h}}]
exceptions: [{from: 2026-06-01, to: 2026-06-03, hours: [], channels: [online]}]
"""
    calendar = read_calendar(write(tmp_path, text))
    pairs = random_pairs(5_000, "2017-06-01", 11, seed=7)
    rows = by_sql(pairs, calendar, zone)
    utc = [pairs[name].dt.tz_localize("UTC") for name in ("start", "end")]
    counted = business_seconds(*utc, calendar, pairs["channel"], zone)
    pd.testing.assert_series_equal(rows["ms"].astype(float) / 1000, counted, check_names=False)
    flagged = int(rows["uncovered"].fillna(value=False).sum())
    assert flagged == count_uncovered(*utc, calendar, pairs["channel"], zone) > 500
    assert len(rows) == len(pairs)
    assert counted.notna().sum() > 2_500


def test_sql_with_one_schedule_asks_for_no_channel(tmp_path):
    calendar = weekly(tmp_path, "24h", "works_on_holidays: true")
    days = list_opening_days(calendar, date(2025, 6, 1), date(2025, 6, 30))
    moments = {"created": "created_at", "resolved": "resolved_at"}
    joins = BusinessTime(days, moments, "channel", MILLISECONDS).joins()
    assert "CASE" not in joins
    assert joins.count("LEFT JOIN opening_days") == 2


# The table of days


def test_a_day_of_shanghai_ends_at_16_of_utc(tmp_path):
    calendar = weekly(tmp_path, '["22:00-24:00"]', "works_on_holidays: true")
    days = list_opening_days(calendar, date(2025, 6, 9), date(2025, 6, 10)).rows
    assert days["opens_1"].dt.strftime("%d %H:%M").tolist() == ["09 14:00", "10 14:00"]
    assert (days["length_1_ms"] / 3_600_000).tolist() == [2.0, 2.0]
    assert (days["before_ms"] / 3_600_000).tolist() == [0.0, 2.0]


def test_days_that_nobody_knows_have_no_row():
    days = list_opening_days(read_calendar(), date(2026, 12, 30), date(2027, 1, 2)).rows
    email = days[days["schedule"] == 0]
    # 2027 begins in Shanghai while it is still 31 December, 16:00, in UTC.
    assert email["day"].dt.date.tolist() == [date(2026, 12, 30), date(2026, 12, 31)]
    assert email["covered_until"].tolist() == [pd.Timestamp("2026-12-31 16:00")] * 2
    assert len(days[days["schedule"] == 1]) == 4


def test_a_team_that_never_opens(tmp_path):
    calendar = weekly(tmp_path, "closed")
    assert hours("2025-06-09", "2025-06-10", calendar) == 0.0


def test_calendar_without_hours_is_round_the_clock():
    assert hours("2025-06-09", "2025-06-10", Calendar(())) == 24.0
    assert Calendar(()).open_spans(date(2025, 10, 1), Calendar(()).schedules[0]) == ALL_DAY


def test_exception_in_a_year_without_holidays_is_known(tmp_path):
    days = "exceptions: [{date: 2030-06-03, hours: []}]"
    calendar = weekly(tmp_path, "24h", days)
    assert hours("2030-06-03 10:00", "2030-06-03 11:00", calendar) == 0.0
    assert calendar.open_spans(date(2030, 6, 3), calendar.schedules[0]) == CLOSED
    assert np.isnan(hours("2030-06-03 10:00", "2030-06-04 11:00", calendar))


# Wrong use


@pytest.mark.parametrize(
    ("start", "end", "options", "told"),
    [
        ([1], [2], {}, "`start` 应为时间.*而不是 1。"),
        (["2025-06-09"], ["soon"], {}, "`end` 应为时间.*而不是 'soon'。"),
        (["2025-06-09"], [], {}, "应一样长，而不是 start 1、end 0。"),
        (["2025-06-09"], ["2025-06-09"], {"time_zone": "Mars"}, "`time_zone` 应为.*'Mars'"),
        (["2025-06-09"], ["2025-06-09"], {"channel": pd.Series(["phone"] * 2)}, "channel 2。"),
        (["2025-06-09", "2025-06-09 10:00+08:00"], ["2025-06-09"] * 2, {}, "有的带时区"),
    ],
)
def test_what_cannot_be_counted_is_said(start, end, options, told):
    with pytest.raises(RuleError, match=told):
        business_seconds(start, end, **options)


def test_series_with_different_indexes_are_refused():
    start = pd.Series(pd.to_datetime(["2025-06-09"] * 2), index=[0, 1])
    with pytest.raises(RuleError, match="行索引应一致"):
        business_seconds(start, start.iloc[::-1])
