"""The calendar that is shipped, one of one's own, and everything that can be wrong with it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from csqa.errors import RuleError
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.schedule import ALL_DAY, CLOSED, ROUND_THE_CLOCK
from tests.tables import write

OFFICE = ((540, 1080),)
SHIPPED = read_calendar()


def spans(calendar: Calendar, day: str, channel: str = "email"):
    return calendar.open_spans(date.fromisoformat(day), calendar.schedule_of(channel))


def faults_of(folder: Path, text: str) -> list[str]:
    """The faults that reading tells, one per line."""
    with pytest.raises(RuleError, match="处不对") as caught:
        read_calendar(write(folder, text))
    first, *listed = str(caught.value).split("\n  - ")
    assert f"有 {len(listed)} 处不对" in first
    placed = [re.fullmatch(r"第 \d+ 行 (.+)", fault) for fault in listed]
    return [match[1] for match in placed if match]


# Peak hours


def test_shipped_peak_hours():
    assert SHIPPED.peak_minutes == ((600, 720), (1140, 1320))


def test_span_may_reach_midnight(tmp_path):
    path = write(tmp_path, 'peak_hours: ["00:00-24:00"]')
    assert read_calendar(path).peak_minutes == ((0, 1440),)


@pytest.mark.parametrize("text", ["{}", "peak_hours: []"])
def test_no_peak_hours(tmp_path, text):
    assert read_calendar(write(tmp_path, text)).peak_minutes == ()


def test_every_wrong_span_is_named(tmp_path):
    spans = '["10-12", "12:00-10:00", "22:00-02:00", "10:75-12:00", "9:00-25:00", "9:00-10:00"]'
    with pytest.raises(RuleError, match="不跨零点的时段") as caught:
        read_calendar(write(tmp_path, f"peak_hours: {spans}"))
    named = str(caught.value).split("而不是 ")[1]
    assert named == "10-12, 12:00-10:00, 22:00-02:00, 10:75-12:00, 9:00-25:00。"


@pytest.mark.parametrize("text", ["peak_hours:", 'peak_hours: "10:00-12:00"', "peak_hours: {a: b}"])
def test_peak_hours_must_be_a_list(tmp_path, text):
    with pytest.raises(RuleError, match="peak_hours 应为一个列表"):
        read_calendar(write(tmp_path, text))


# The shipped calendar


def test_shipped_hours():
    assert SHIPPED.schedule_of("phone") == SHIPPED.schedule_of("online") == ROUND_THE_CLOCK
    assert spans(SHIPPED, "2025-06-06") == OFFICE  # a Friday
    assert spans(SHIPPED, "2025-06-07") == CLOSED
    assert spans(SHIPPED, "2025-10-01", "phone") == ALL_DAY
    assert SHIPPED.schedule_of(None) == SHIPPED.schedule_of("email") == SHIPPED.schedules[0]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2018-02-15", "2018-02-21"),
        ("2019-05-01", "2019-05-04"),  # extended by a second notice
        ("2020-01-24", "2020-02-02"),  # extended in the epidemic
        ("2020-10-01", "2020-10-08"),  # Mid-autumn on National Day
        ("2021-02-11", "2021-02-17"),
        ("2022-12-31", "2023-01-02"),  # begins in the year before
        ("2024-10-01", "2024-10-07"),
        ("2025-01-28", "2025-02-04"),
        ("2025-10-01", "2025-10-08"),
        ("2026-02-15", "2026-02-23"),
    ],
)
def test_holidays_by_the_notices(first, last):
    """All days of the holiday, and neither the day before nor the day after."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [begin + timedelta(number) for number in range(-1, (end - begin).days + 2)]
    off = [day in SHIPPED.holidays for day in days]
    assert off == [False, *[True] * (len(days) - 2), False]


@pytest.mark.parametrize(
    ("year", "worked"),
    [
        (2018, "02-11 02-24 04-08 04-28 09-29 09-30 12-29"),
        (2020, "01-19 04-26 05-09 06-28 09-27 10-10"),
        (2024, "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12"),
        (2025, "01-26 02-08 04-27 09-28 10-11"),
        (2026, "01-04 02-14 02-28 05-09 09-20 10-10"),
    ],
)
def test_makeup_days_by_the_notices(year, worked):
    days = sorted(day for day in SHIPPED.makeup_days if day.year == year)
    assert [f"{day:%m-%d}" for day in days] == worked.split()


def test_makeup_days_are_weekends_and_have_the_hours_of_a_monday():
    assert {day.weekday() for day in SHIPPED.makeup_days} == {5, 6}
    email = SHIPPED.schedule_of("email")
    assert {SHIPPED.open_spans(day, email) for day in SHIPPED.makeup_days} == {OFFICE}
    assert {SHIPPED.open_spans(day, email) for day in SHIPPED.holidays if day.year > 2017} == {
        CLOSED
    }


def test_each_year_has_its_statutory_holidays():
    """11 days a year, 13 from 2025 on: what is off on weekdays, less the weekends worked for it.

    In 2020 two more: 31 January was off and 1 February no longer worked, by the second notice.
    """
    net = dict.fromkeys(range(2018, 2027), 0)
    for days, sign in ((SHIPPED.holidays, 1), (SHIPPED.makeup_days, -1)):
        for day in days:
            if day.year in net and (sign < 0 or day.weekday() < 5):
                net[day.year] += sign
    assert net == {2018: 11, 2019: 11, 2020: 13, **dict.fromkeys(range(2021, 2025), 11)} | {
        2025: 13,
        2026: 13,
    }


def test_coverage():
    assert sorted(SHIPPED.covered_years) == list(range(2018, 2027))
    assert spans(SHIPPED, "2017-12-29") is None
    assert spans(SHIPPED, "2027-01-04") is None
    assert spans(SHIPPED, "2027-01-04", "phone") == ALL_DAY


# A calendar of one's own

OWN = """
hours:
  default: {周一至周五: ["13:00-18:00", "09:00-12:00"], 周六: ["10:00-16:00"], 星期日: []}
  电话: {mon-sun: ["00:00-02:00", "08:00-22:00", "22:00-24:00"]}
  online: ["08:00-22:00"]
works_on_holidays: {phone: true}
changes:
  - effective: 2025-07-01
    hours: {email: 24h}
  - effective: 2025-03-01
    works_on_holidays: {online: true}
exceptions:
  - {date: 2025-11-11, hours: 24h, note: 双十一}
  - {from: 2025-11-11, to: 2025-11-12, hours: closed, channels: [online, 邮件]}
"""


@pytest.mark.parametrize(
    ("channel", "day", "expected"),
    [
        ("social", "2025-06-06", ((540, 720), (780, 1080))),  # in order, whatever was written first
        ("social", "2025-06-07", ((600, 960),)),
        ("social", "2025-06-08", CLOSED),
        ("phone", "2025-10-01", ((0, 120), (480, 1440))),  # spans that touch are one
        ("online", "2025-01-29", CLOSED),  # Spring Festival, before the change
        ("online", "2025-05-01", ((480, 1320),)),
        ("social", "2025-05-01", CLOSED),
        ("email", "2025-06-30", ((540, 720), (780, 1080))),
        ("email", "2025-07-01", ALL_DAY),
        ("email", "2025-10-01", CLOSED),  # open all day, but resting on holidays
        ("phone", "2025-11-11", ALL_DAY),  # an exception of all channels
        ("online", "2025-11-11", CLOSED),  # the channel's own goes before it
        ("email", "2025-11-12", CLOSED),
        ("phone", "2025-11-12", ((0, 120), (480, 1440))),
        ("social", "2025-09-28", ((540, 720), (780, 1080))),  # a make-up Sunday is a Monday
        ("phone", "2025-09-28", ((0, 120), (480, 1440))),
    ],
)
def test_own_hours(tmp_path, channel, day, expected):
    assert spans(read_calendar(write(tmp_path, OWN)), day, channel) == expected


def test_channels_with_the_same_hours_share_a_schedule(tmp_path):
    text = "hours: {default: 24h, phone: 24h, email: {mon-sun: [00:00-24:00]}, online: closed}"
    calendar = read_calendar(write(tmp_path, text))
    assert calendar.channels == {"phone": 0, "email": 0, "online": 1}
    assert len(calendar.schedules) == 2


def test_without_hours_they_are_the_shipped_ones(tmp_path):
    calendar = read_calendar(write(tmp_path, "peak_hours: []"))
    assert calendar.schedules == SHIPPED.schedules
    assert calendar.channels == SHIPPED.channels
    assert calendar.holidays == SHIPPED.holidays


def test_resting_on_holidays_alone_can_be_stated(tmp_path):
    calendar = read_calendar(write(tmp_path, "works_on_holidays: true"))
    assert spans(calendar, "2025-10-01") == OFFICE


def test_a_year_is_added_and_a_year_is_replaced(tmp_path):
    text = """
holidays:
  2027: [{name: 元旦, from: 2026-12-31, to: 2027-01-02, work: [2027-01-03]}]
  2025: []
"""
    calendar = read_calendar(write(tmp_path, text))
    assert sorted(calendar.covered_years) == list(range(2018, 2028))
    assert spans(calendar, "2026-12-31") == spans(calendar, "2027-01-01") == CLOSED
    assert spans(calendar, "2027-01-03") == OFFICE
    assert spans(calendar, "2025-10-01") == OFFICE
    assert spans(calendar, "2024-10-01") == CLOSED


def test_fingerprint_and_value(tmp_path):
    one, other = (read_calendar(write(tmp_path, OWN)) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert len(one.fingerprint) == 64


# Faults


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("peak_hour: []", "文件：不认识 'peak_hour'，是不是 'peak_hours'？"),
        ("hours: 24h", "hours：应为“键: 值”，而不是 '24h'。"),
        ("hours: {phone: 24h}", "hours：缺少 default（没有单独写明的渠道的营业时间）。"),
        ("hours: {default: 24h, phnoe: 24h}", "hours：不认识 'phnoe'，是不是 'phone'？"),
        (
            "hours: {default: 24h, phone: 24h, 热线: 24h}",
            "hours：渠道 phone 写了两次，一次写作 '热线'。",
        ),
        (
            "hours: {default: 24}",
            'hours.default：应为 ["09:00-12:00", "13:00-18:00"]、[]（不营业）或 24h，而不是 24。',
        ),
        (
            "hours: {default: [22:00-06:00]}",
            "hours.default：应为“10:00-12:00” 这样、不跨零点的时段，而不是 22:00-06:00；"
            "跨零点的班次写成两段：当天到 24:00，次日从 00:00。",
        ),
        ("hours: {default: [09:00-12:00, 11:00-13:00]}", "hours.default：时段互相重叠。"),
        (
            "hours: {default: {mon-fri: []}}",
            "hours.default：没有写周六、周日；不营业写 []。",
        ),
        ("hours: {default: {mon-sun: [], 周六: []}}", "hours.default.周六：同一天写了两次。"),
        (
            "works_on_holidays: {phone: 1}",
            "works_on_holidays.phone：应为 true 或 false，而不是 1。",
        ),
        (
            "changes: {a: b}",
            "changes：应为列表，每项写 effective 和变动的部分，而不是 {'a': 'b'}。",
        ),
        ("changes: [{hours: {}}]", "changes[0].effective：应为日期，如 2025-10-01，而不是 None。"),
        (
            "changes: [{effective: 2025-07-01}, {effective: 2025-07-01}]",
            "changes：2025-07-01 有两次变动，不知道用哪一次。",
        ),
        (
            "changes: [{effective: 1925-07-01}]",
            "changes[0].effective：应在 1990 到 2099 年之间，而不是 1925-07-01。",
        ),
        ("exceptions: x", "exceptions：应为列表，每项写 date 和 hours，而不是 'x'。"),
        (
            "exceptions: [{hours: 24h}]",
            "exceptions[0]：应写 date（一天），或 from 和 to（首尾两天，都含）。",
        ),
        (
            "exceptions: [{from: 2025-06-02, to: 2025-06-01, hours: 24h}]",
            "exceptions[0]：from 到 to 应为 1 到 366 天，而不是 2025-06-02 到 2025-06-01。",
        ),
        (
            "exceptions: [{date: 2025-06-02, hours: 24h, channels: phone}]",
            "exceptions[0].channels：应为渠道的列表，如 [phone]，而不是 'phone'。",
        ),
        (
            "exceptions: [{date: 2025-06-02, hours: []}, {date: 2025-06-02, hours: 24h}]",
            "exceptions[1]：default 在 2025-06-02 已有一项例外。",
        ),
        ("holidays: []", "holidays：应为“年份: 假期列表”，而不是 []。"),
        ("holidays: {27: []}", "holidays：键应为 1990 到 2099 的年份，而不是 27。"),
        ("holidays: {2027: 元旦}", "holidays.2027：应为列表；没有假期写 []，而不是 '元旦'。"),
        (
            "holidays: {2027: [{date: 2028-01-01}]}",
            "holidays.2027：2028-01-01 不在这一年（或上一年 12 月）。",
        ),
        (
            "holidays: {2027: [{date: 2027-01-01, work: [2027-01-01]}]}",
            "holidays：2027-01-01 既放假又上班。",
        ),
        (
            "holidays: {2027: [{date: 2027-01-01, work: 2027-01-03}]}",
            "holidays.2027[0].work：应为日期的列表，如 [2025-09-28]，而不是 2027-01-03。",
        ),
        (
            "holidays: {2027: [{dates: 2027-01-01, date: 2027-01-01}]}",
            "holidays.2027[0]：不认识 'dates'，是不是 'date'？",
        ),
    ],
)
def test_fault(tmp_path, text, told):
    assert faults_of(tmp_path, text) == [told]


def test_a_wrong_weekday_is_told_with_the_days_it_leaves_out(tmp_path):
    assert faults_of(tmp_path, "hours: {default: {mon-fry: [], sat-sun: []}}") == [
        "hours.default.mon-fry：应为 mon-fri、sat、周一至周五 这样的星期，而不是 'mon-fry'。",
        "hours.default：没有写周一、周二、周三、周四、周五；不营业写 []。",
    ]


def test_all_faults_at_once(tmp_path):
    text = """
peak_hours: [25:00-26:00]
hours: {default: 24}
works_on_holidays: {fax: true}
changes: [{effective: soon}]
exceptions: [{date: 2025-06-01, hours: 9-18}]
holidays: {2027: {a: b}}
"""
    assert len(faults_of(tmp_path, text)) == 6
