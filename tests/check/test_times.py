"""Times that are only dates or only minutes, and contacts that contradict themselves."""

import pandas as pd
import pytest

from csqa.check import check
from csqa.engine.dataset import Dataset

START = pd.Timestamp("2025-06-02 09:00:07")


def contacts(n: int = 100, **columns: object) -> pd.DataFrame:
    """Contacts on a phone, one every 7 minutes and 11 seconds of working days."""
    at = START + pd.to_timedelta([431 * i + 900 * (i % 3) for i in range(n)], unit="s")
    made = pd.DataFrame({"contact_id": [f"C{i}" for i in range(n)], "channel": "phone"})
    return made.assign(created_at=at.astype("str"), **columns)


def later(table: pd.DataFrame, seconds: float) -> pd.Series:
    return (pd.to_datetime(table["created_at"]) + pd.Timedelta(seconds=seconds)).astype("str")


def next_day(table: pd.DataFrame) -> pd.Series:
    return (pd.to_datetime(table["created_at"]).dt.normalize() + pd.Timedelta(days=1)).astype("str")


def told(table: pd.DataFrame | Dataset, kind: str, language: str = "zh") -> list[list[object]]:
    found = check(table, language=language)
    return found.loc[found["kind"] == kind, ["column", "unit", "value", "note"]].to_numpy().tolist()


def test_times_of_day_are_in_no_doubt() -> None:
    table = contacts()
    found = check(table.assign(first_response_at=later(table, 61), resolved_at=later(table, 900)))
    kinds = {"date_only", "some_midnights", "minute_only", "date_only_order"}
    assert not kinds & set(found["kind"])


def test_a_column_of_dates_is_named() -> None:
    table = contacts(10)
    (line,) = told(table.assign(resolved_at=next_day(table)), "date_only")
    assert line == [
        "resolved_at",
        "",
        10.0,
        "“解决时间”只有日期：10 个值里 10 个是 00:00:00。由它算出的时长和时段不可信。",
    ]


def test_dates_of_one_channel_name_the_channel() -> None:
    table = contacts(10)
    table["resolved_at"] = later(table, 900).where(table.index < 5, next_day(table))
    table["channel"] = ["phone"] * 5 + ["email"] * 5
    ((column, unit, value, note),) = told(table, "date_only")
    assert (column, unit, value) == ("resolved_at", "email", 5.0)
    assert note.startswith("“解决时间”只有日期（邮件）")


def test_dates_by_the_declared_zone_whatever_the_zone_of_the_source() -> None:
    table = contacts(10)
    shanghai = pd.to_datetime(next_day(table)).dt.tz_localize("Asia/Shanghai")
    utc = shanghai.dt.tz_convert("UTC").astype("str")
    assert [line[2] for line in told(table.assign(resolved_at=utc), "date_only")] == [10.0]


def test_a_few_midnights_among_many_times_are_counted() -> None:
    table = contacts(200)
    table["resolved_at"] = later(table, 900).where(table.index >= 20, next_day(table))
    ((column, _, value, note),) = told(table, "some_midnights")
    assert (column, value) == ("resolved_at", 20.0)
    assert note.startswith("“解决时间”有 20 个值正好是 00:00:00，按偶然约应有 0.1 个")


def test_one_midnight_may_be_chance() -> None:
    table = contacts(2000)
    table["resolved_at"] = later(table, 900).where(table.index >= 2, next_day(table))
    assert told(table, "some_midnights") == []


def test_minutes_are_told_where_there_are_enough_values() -> None:
    table = contacts(40)
    table["created_at"] = table["created_at"].str.slice(0, 16)
    ((column, _, value, _),) = told(table, "minute_only")
    assert (column, value) == ("created_at", 40.0)
    assert told(table.head(29), "minute_only") == []


@pytest.mark.parametrize(
    "written",
    ["2025-06-02", "2025-06-02 00:00", "2025/6/2 0:00", "2025-06-02 00:00:00", "2025年6月2日"],
)
def test_a_response_at_midnight_is_no_wrong_order(written: str) -> None:
    table = contacts(3, first_response_at=[written, "2025-06-02 08:00:00", None])
    data = Dataset.from_frames({"contacts": table})
    wrong = data.faults[data.faults["rule"] == "response_before_creation"]
    if wrong.empty or written not in wrong["value"].tolist():
        pytest.skip("the intake no longer calls a date a wrong order")
    ((column, _, value, note),) = told(data, "date_only_order")
    assert (column, value) == ("first_response_at", 1.0)
    assert note.startswith("“首次响应早于创建”的 2 行里，1 行的“首次响应时间”只有日期")


def test_contradictions_are_counted() -> None:
    table = contacts(6)
    table = table.assign(
        first_response_at=later(table, 120),
        resolved_at=[*later(table, 60)[:1], *later(table, 600)[1:5], None],
        resolved=[True, False, True, True, True, True],
        handle_seconds=[30, 30, 700, 90_000, None, 30],
    )
    found = check(table).set_index("kind")["value"]
    assert found[
        [
            "resolved_before_response",
            "time_without_resolved",
            "resolved_without_time",
            "handled_longer_than_open",
            "handled_over_a_day",
        ]
    ].tolist() == [1.0, 1.0, 1.0, 2.0, 1.0]


def test_a_minute_more_than_open_is_rounding() -> None:
    table = contacts(2)
    table = table.assign(resolved_at=later(table, 600), handle_seconds=[660, 661])
    assert [line[2] for line in told(table, "handled_longer_than_open")] == [1.0]
