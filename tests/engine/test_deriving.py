"""What a mapping derives: joined columns, lookups, rows left out, durations, zones, teams."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.columntypes import Column
from csqa.engine.dataset import Dataset
from csqa.errors import DataError
from csqa.load import load
from csqa.rules.mapping import named_sources, read_mapping
from csqa.schema import CONTACTS

TICKETS = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "via": ["phone"] * 3,
        "opened": ["2025-06-01 09:00", "2025-06-01 10:00", "2025-06-02 09:00"],
        "gid": ["g1", " g2 ", "g9"],
    }
)
EVENTS = pd.DataFrame(
    {
        "ticket": ["1", "1", "1", "2", "2", "9"],
        "kind": ["reply", "reply", "Solved", "solved", "reopen", "reply"],
        "at": [
            "2025-06-01 09:10",
            "2025/6/1 9:05",
            "2025-06-01 12:00",
            "2025-06-01 11:00",
            "2025-06-01 11:30",
            "2025-06-01 09:00",
        ],
        "who": ["K10", "K9", None, "K1", "K2", "K3"],
        "minutes": ["10", "9", "", "2.5", "-", "7"],
    }
)
GROUPS = pd.DataFrame({"id": ["g1", "g2", "g3"], "name": ["一组", "二组", "三组"]})
REQUIRED = {"contact_id": "id", "channel": "via", "created_at": "opened"}


def derive(columns: dict[str, Any], frame: pd.DataFrame = TICKETS, **table: Any) -> Dataset:
    """Contacts with the columns given, beside events and groups to look up in."""
    rules = {"tables": {"contacts": {"columns": {**REQUIRED, **columns}, **table}}}
    asked = named_sources(read_mapping(rules))
    others = {"events": EVENTS, "groups": GROUPS}
    return load({"contacts": frame, **{k: v for k, v in others.items() if k in asked}}, rules)


def values(data: Dataset, column: str) -> list[Any]:
    """A column of the contacts, None where missing."""
    found = data.contacts[column].astype(object)
    return found.where(found.notna(), None).tolist()


def event(take: str, **more: Any) -> dict[str, Any]:
    """A lookup in the events."""
    return {"in": "events", "on": {"ticket": "id"}, "take": take, **more}


def walls(data: Dataset, column: str) -> list[str | None]:
    """Times as a clock in the declared zone shows them."""
    return [None if pd.isna(at) else at.strftime("%m-%d %H:%M") for at in data.contacts[column]]


def test_a_name_from_another_source() -> None:
    data = derive({"team": {"from": "name", "in": "groups", "on": {"id": "gid"}}})
    assert values(data, "team") == ["一组", "二组", None]
    assert data.sources[["file", "note"]].to_numpy().tolist() == [
        ["DataFrame contacts", ""],
        ["DataFrame groups", "不是一张表，供映射查找"],
    ]


@pytest.mark.parametrize(
    ("take", "expected"),
    [
        ("first", ["06-01 09:10", "06-01 11:00", None]),
        ("last", ["06-01 12:00", "06-01 11:30", None]),
        ("min", ["06-01 09:05", "06-01 11:00", None]),
        ("max", ["06-01 12:00", "06-01 11:30", None]),
    ],
)
def test_one_of_several_rows(take: str, expected: list[str | None]) -> None:
    assert walls(derive({"resolved_at": event(take, **{"from": "at"})}), "resolved_at") == expected


def test_order_of_times_not_of_letters_and_empty_cells_do_not_count() -> None:
    data = derive({"agent_id": event("first", **{"from": "who", "order": "at"})})
    assert values(data, "agent_id") == ["K9", "K1", None]
    data = derive({"agent_id": event("last", **{"from": "who", "order": "at"})})
    assert values(data, "agent_id") == ["K10", "K2", None]


def test_numbers_are_compared_as_numbers() -> None:
    data = derive({"handle_seconds": event("max", **{"from": "minutes", "unit": "minutes"})})
    assert values(data, "handle_seconds") == [600, 150, None]
    data = derive({"handle_seconds": event("sum", **{"from": "minutes", "unit": "minutes"})})
    assert values(data, "handle_seconds") == [1140, 150, None]


def test_none_found_is_a_count_of_zero_but_no_value() -> None:
    data = derive(
        {
            "departments": event("count"),
            "reopened": event("any", where={"kind": "reopen"}),
            "praise": event("any", where={"who": None}),
            "complaint": event("count", **{"from": "minutes"}),
        }
    )
    assert values(data, "departments") == [3, 2, 0]
    assert values(data, "reopened") == [False, True, False]
    assert values(data, "praise") == [True, False, False]
    assert values(data, "complaint") == [True, True, False]


def test_conditions_ignore_case_and_can_be_lists_or_denied() -> None:
    solved = {"kind": "solved"}
    assert values(derive({"departments": event("count", where=solved)}), "departments") == [1, 1, 0]
    either = {"kind": ["solved", "reopen"]}
    assert values(derive({"departments": event("count", where=either)}), "departments") == [1, 2, 0]
    neither = {"kind": {"not": ["solved", "reopen"]}}
    assert values(derive({"departments": event("count", where=neither)}), "departments") == [
        2, 0, 0,
    ]  # fmt: skip
    known = {"who": {"not": None}}
    assert values(derive({"departments": event("count", where=known)}), "departments") == [2, 2, 0]


def test_two_hops_and_times_after_one_another() -> None:
    derived = {"solved": event("min", **{"from": "at", "where": {"kind": "solved"}})}
    again = event("any", after={"at": "solved"}, where={"kind": ["reopen", "reply"]})
    before = event("count", before={"at": "solved"})
    data = derive({"reopened": again, "departments": before}, derived=derived)
    assert values(data, "reopened") == [False, True, False]
    assert values(data, "departments") == [2, 0, 0]


def test_a_column_of_the_other_source_can_be_derived_first() -> None:
    people = pd.DataFrame({"who": ["K10", "K9", "K1"], "role": ["agent", "bot", "agent"]})
    role = {"from": "role", "in": "people", "on": {"who": "who"}}
    first = event("min", **{"from": "at", "where": {"role": "agent"}})
    mapping = {
        "sources": {"events": {"derived": {"role": role}}},
        "tables": {"contacts": {"columns": {**REQUIRED, "first_response_at": first}}},
    }
    data = load({"contacts": TICKETS, "events": EVENTS, "people": people}, mapping)
    assert walls(data, "first_response_at") == ["06-01 09:10", "06-01 11:00", None]


def test_rows_left_out_are_counted() -> None:
    data = derive({}, where={"gid": ["g1", "g2"]})
    assert values(data, "contact_id") == ["1", "2"]
    assert data.rows["rows_in"].tolist() == [2]
    assert data.sources.loc[0, "note"] == "按映射的 where 去掉 1 行，留下 2 行"


def test_one_row_per_key_keeps_rows_without_any() -> None:
    log = pd.DataFrame(
        {
            "id": ["1", "1", "2", None, None, "1"],
            "via": ["phone", "online", "phone", "phone", "phone", "email"],
            "opened": ["2025-06-01"] * 6,
            "step": ["2", "10", "1", "1", "2", "9"],
        }
    )
    last = derive({}, log, one_row_per={"column": "id", "keep": "last", "order": "step"})
    assert last.contacts[["contact_id", "channel"]].to_numpy().tolist() == [
        ["1", "online"], ["2", "phone"],
    ]  # fmt: skip
    assert last.rows[["rows_in", "rows_used", "rows_quarantined"]].to_numpy().tolist() == [
        [4, 2, 2]
    ]
    assert last.faults["row"].tolist() == [5, 6]
    assert last.sources.loc[0, "note"] == "按映射的 one_row_per 去掉 2 行，留下 4 行"
    first = derive({}, log, one_row_per={"column": "id", "keep": "first"})
    assert values(first, "channel") == ["phone", "phone"]


def test_dates_and_times_in_two_columns() -> None:
    frame = pd.DataFrame(
        {
            "工单号": ["1", "2", "3"],
            "渠道": ["电话"] * 3,
            "日期": ["2025-06-01", "2025-06-01 00:00:00", "2025/6/2"],
            "时间": ["9:05", "09:06:07", None],
        }
    )
    columns = {"created_at": {"from": ["日期", "时间"]}}
    data = load(frame, {"tables": {"contacts": {"columns": columns}}})
    assert walls(data, "created_at") == ["06-01 09:05", "06-01 09:06", "06-02 00:00"]


def test_joined_by_another_sign_and_the_first_that_is_filled() -> None:
    frame = TICKETS.assign(a=["售后", None, "?"], b=["退货", "换货", None])
    columns = {
        "topic": {"from": ["a", "b"], "join": " / "},
        "agent_id": {"first_of": ["a", "b"]},
        "praise": {"filled": "b"},
        "departments": {"row_number": True},
    }
    mapping = {"missing": "?", "tables": {"contacts": {"columns": {**REQUIRED, **columns}}}}
    data = load(frame, mapping)
    assert values(data, "topic") == ["售后 / 退货", "换货", None]
    assert values(data, "agent_id") == ["售后", "换货", None]
    assert values(data, "praise") == [True, True, False]
    assert values(data, "departments") == [2, 3, 4]


def test_what_may_be_lacking_is_not_given_and_said() -> None:
    data = derive(
        {
            "team": {"first_of": ["grp", "gid"], "optional": True},
            "topic": {"from": "kind", "optional": True},
            "scene": {"first_of": ["kind", "sort"], "optional": True},
            "csat": event("last", **{"from": "rating", "optional": True}),
            "agent_id": {"from": "x", "in": "people", "on": {"id": "id"}, "optional": True},
        }
    )
    assert data.columns["contacts"] == {"contact_id", "channel", "created_at", "team"}
    assert values(data, "team") == ["g1", "g2", "g9"]
    note = data.sources.loc[0, "note"]
    for told in (
        "没有取 scene：要用的表头 kind、sort 没有",
        "没有取 csat：DataFrame events 里没有表头 rating",
        "没有取 agent_id：要查的 people 没有匹配到来源",
    ):
        assert told in note


def test_every_lack_is_named_at_once() -> None:
    columns = {
        "team": {"from": "name", "in": "group", "on": {"id": "gid"}},
        "topic": {"first_of": ["kind", "sort"]},
        "agent_id": event("last", **{"from": "whom"}),
    }
    with pytest.raises(DataError) as raised:
        derive(columns, where={"status": "open"}, derived={"via": {"first_of": ["gid", "id"]}})
    for told in (
        "tables.contacts 的 team 要查的 group 没有匹配到来源；有的来源：contacts、events。",
        "tables.contacts 的 topic 要用的表头 kind、sort 没有；现有表头：id、via、opened、gid。",
        "tables.contacts 的 agent_id DataFrame events 里没有表头 whom。",
        "tables.contacts 要用的表头 status 没有",
        "tables.contacts 的 via 与已有的表头同名。",
    ):
        assert told in str(raised.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:03:25", 205), ("125:00:01", 450_001), ("1 day, 02:00:00", 93_600), ("0:00:01.5", 1.5),
        ("0 days 00:03:25", 205), ("3分25秒", 205), ("3 分 25 秒", 205), ("1小时2分", 3_720),
        ("1h 2m", 3_720), ("2天3小时", 183_600), ("PT3M25S", 205), ("P1DT2H", 93_600),
        ("1 hour 2 minutes", 3_720), ("250ms", 0.25), ("３分２５秒", 205), ("12分钟", 720),
        ("90", 90), ("1,200", 1_200), ("35秒", 35),
    ],
)  # fmt: skip
def test_durations_that_can_be_read(text: str, seconds: float) -> None:
    data = load(TICKETS.head(1).assign(t=text), {"tables": {"contacts": {"columns": {
        **REQUIRED, "handle_seconds": "t"}}}})  # fmt: skip
    assert values(data, "handle_seconds") == [seconds]


@pytest.mark.parametrize(
    "text", ["3:25", "PT", "P", "3分钟25", "分", "00:61:00", "三分", "1:2:3:4"]
)
def test_durations_that_cannot_be_read(text: str) -> None:
    data = load(TICKETS.assign(t=[text, "1", "2"]), {"tables": {"contacts": {"columns": {
        **REQUIRED, "handle_seconds": "t"}}}})  # fmt: skip
    assert data.faults[["column", "value"]].to_numpy().tolist() == [["handle_seconds", text]]


@pytest.mark.parametrize(
    ("rule", "cells", "seconds"),
    [
        ({"unit": "minutes"}, ["12", "1.5", "3分25秒"], [720, 90, 205]),
        ({"unit": "milliseconds"}, ["1500", "0", ""], [1.5, 0, None]),
        ({"unit": "hours"}, [1, 2, 0.5], [3_600, 7_200, 1_800]),
        ({"unit": "days"}, ["1", "0.5", "-"], [86_400, 43_200, None]),
        ({"format": "%M:%S"}, ["3:25", "75:00", "00:03:25"], [205, 4_500, 205]),
        ({"format": "%H:%M"}, ["3:25", "0:30", "1小时"], [12_300, 1_800, 3_600]),
    ],
)
def test_units(rule: dict[str, str], cells: list[Any], seconds: list[float | None]) -> None:
    columns = {**REQUIRED, "handle_seconds": {"from": "t", **rule}}
    data = load(TICKETS.assign(t=cells), {"tables": {"contacts": {"columns": columns}}})
    assert values(data, "handle_seconds") == seconds


def test_a_unit_beyond_reason_is_a_fault() -> None:
    columns = {**REQUIRED, "handle_seconds": {"from": "t", "unit": "days"}}
    mapping = {"tables": {"contacts": {"columns": columns}}}
    data = load(TICKETS.assign(t=["1", "1000", "-1"]), mapping)
    assert data.faults["rule"].tolist() == ["out_of_range", "negative_value"]


@pytest.mark.slow
@given(
    st.integers(0, 999),
    st.integers(0, 59),
    st.integers(0, 59),
    st.sampled_from(["c", "z", "e", "i"]),
)
@settings(max_examples=25, deadline=None)
def test_any_duration_however_written(hours: int, minutes: int, seconds: int, way: str) -> None:
    text = {
        "c": f"{hours:02}:{minutes:02}:{seconds:02}",
        "z": f"{hours}小时{minutes}分{seconds}秒",
        "e": f"{hours}h {minutes}m {seconds}s",
        "i": f"PT{hours}H{minutes}M{seconds}S",
    }[way]
    columns = {**REQUIRED, "handle_seconds": "t"}
    data = load(TICKETS.head(1).assign(t=text), {"tables": {"contacts": {"columns": columns}}})
    assert values(data, "handle_seconds") == [hours * 3_600 + minutes * 60 + seconds]


def test_times_of_a_source_in_its_own_zone() -> None:
    mapping = {"source_time_zone": "Etc/UTC", "tables": {"contacts": {"columns": REQUIRED}}}
    data = load(TICKETS, mapping)
    assert data.time_zone == "Asia/Shanghai"
    assert walls(data, "created_at") == ["06-01 17:00", "06-01 18:00", "06-02 17:00"]
    own = {"tables": {"contacts": {"columns": REQUIRED, "source_time_zone": "Asia/Tokyo"}}}
    assert walls(load(TICKETS, {**mapping, **own}), "created_at")[0] == "06-01 08:00"
    offset = TICKETS.assign(opened="2025-06-01T09:00:00+08:00")
    assert walls(load(offset, mapping), "created_at")[0] == "06-01 09:00"


def test_dates_stay_on_their_day_whatever_the_zone() -> None:
    mapping = {
        "source_time_zone": "America/Los_Angeles",
        "agent_teams": [{"agent": "K1", "team": "一班", "from": "2025-01-01"}],
        "tables": {"contacts": {"columns": REQUIRED}},
    }
    spans = load(TICKETS, mapping).table("agent_teams")
    assert spans["since"].tolist() == [pd.Timestamp("2025-01-01")]


def test_teams_written_in_the_mapping_are_a_table(tmp_path: Path) -> None:
    TICKETS.to_csv(tmp_path / "whatever.csv", index=False)
    mapping = {
        "agent_teams": [
            {"agent": "K01", "team": "一班", "from": "2025-01-01", "until": "2025-06-14"},
            {"agent": "K01", "team": "it's", "from": "2025-06-15"},
        ],
        "tables": {"contacts": {"columns": REQUIRED}},
    }
    data = load(tmp_path / "whatever.csv", mapping)
    assert data.table("agent_teams")["team"].tolist() == ["一班", "it's"]
    assert data.table("agent_teams")["until"].isna().tolist() == [False, True]
    assert data.rows["file"].tolist() == ["whatever.csv", "映射的 agent_teams"]


def test_files_without_header(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(
        "1,phone,2025-06-01 09:00\n2,email,2025-06-01 10:00\n3,fax,2025-06-01 11:00\n4\n",
        encoding="utf-8",
    )
    columns = {"contact_id": 1, "channel": 2, "created_at": 3}
    mapping = {"tables": {"contacts": {"header": False, "columns": columns}}}
    data = load(tmp_path / "export.csv", mapping)
    assert values(data, "contact_id") == ["1", "2"]
    assert data.faults[["row", "rule"]].to_numpy().tolist() == [
        [3, "unknown_value"], [4, "wrong_field_count"],
    ]  # fmt: skip
    with pytest.raises(DataError, match="DataFrame contacts 的列都有名字，不能写 header: false。"):
        load(TICKETS, mapping)


def test_too_many_fields_stay_a_fault_beside_derived_columns(tmp_path: Path) -> None:
    lines = ["id,via,opened,gid", "1,phone,2025-06-01,g1", "2,phone,2025-06-01,g1,x", "3,phone"]
    (tmp_path / "contacts.csv").write_text("\n".join(lines), encoding="utf-8")
    mapping = {"tables": {"contacts": {"columns": {**REQUIRED, "team": {"first_of": ["gid"]}}}}}
    data = load(tmp_path / "contacts.csv", mapping)
    assert data.faults[["row", "rule"]].to_numpy().tolist() == [
        [3, "wrong_field_count"], [4, "wrong_field_count"],
    ]  # fmt: skip


def test_a_column_on_the_way_is_never_taken_for_one_of_ours() -> None:
    solved = event("min", **{"from": "at", "where": {"kind": "solved"}})
    data = derive({"resolved_at": "首次解决"}, derived={"首次解决": solved, "team": solved})
    assert walls(data, "resolved_at") == ["06-01 12:00", "06-01 11:00", None]
    assert data.columns["contacts"] == {"contact_id", "channel", "created_at", "resolved_at"}
    assert data.sources.loc[0, "unused_columns"] == "gid"


def test_cells_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["工单号", "渠道", "日期", "时间", "处理时长", "通话(分钟)"])
    day, clock = dt.datetime(2025, 6, 1), dt.time(9, 5)
    sheet.append(["T1", "电话", day, clock, dt.time(0, 3, 25), 2])
    sheet.append(["T2", "电话", day, clock, dt.timedelta(minutes=3, seconds=25), 2])
    book.save(tmp_path / "工单.xlsx")
    columns = {"created_at": {"from": ["日期", "时间"]}}
    data = load(tmp_path / "工单.xlsx", {"tables": {"contacts": {"columns": columns}}})
    assert walls(data, "created_at") == ["06-01 09:05"] * 2
    assert values(data, "handle_seconds") == [205, 205]
    columns["handle_seconds"] = {"from": "通话(分钟)", "unit": "minutes"}
    data = load(tmp_path / "工单.xlsx", {"tables": {"contacts": {"columns": columns}}})
    assert values(data, "handle_seconds") == [120, 120]
    columns["handle_seconds"] = {"from": "处理时长", "unit": "minutes"}  # typed: its own unit
    data = load(tmp_path / "工单.xlsx", {"tables": {"contacts": {"columns": columns}}})
    assert values(data, "handle_seconds") == [205, 205]


def test_several_files_of_one_table_and_of_one_lookup(tmp_path: Path) -> None:
    for year, rows in (("2024", slice(0, 2)), ("2025", slice(2, 3))):
        TICKETS.iloc[rows].to_csv(tmp_path / f"tickets_{year}.csv", index=False)
        GROUPS.iloc[rows].to_csv(tmp_path / f"groups_{year}.csv", index=False)
    team = {"from": "name", "in": "groups_*", "on": {"id": "gid"}}
    table = {"files": ["tickets_*"], "columns": {**REQUIRED, "team": team}}
    data = load(tmp_path, {"tables": {"contacts": table}})
    assert values(data, "team") == ["一组", "二组", None]


def test_order_and_names_that_try_to_be_sql() -> None:
    nasty = "x\"; DROP TABLE contacts; --'"
    frame = TICKETS.rename(columns={"gid": nasty}).assign(**{'a"b': ["g1", "g2", "g3"]})
    columns = {
        "team": {"from": "name", "in": "groups", "on": {"id": nasty}},
        "topic": {"first_of": [nasty, 'a"b']},
    }
    data = derive(columns, frame, where={nasty: {"not": "'; SELECT 1; --"}})
    assert values(data, "team") == ["一组", "二组", None]
    assert values(data, "topic") == ["g1", "g2", "g9"]


def test_rows_keep_their_order_and_memory_is_given_back() -> None:
    size = 20_000
    numbers = np.random.default_rng(1).permutation(size)
    frame = pd.DataFrame({"id": numbers, "via": "phone", "opened": "2025-06-01", "gid": "g1"})
    data = derive({"team": {"from": "name", "in": "groups", "on": {"id": "gid"}}}, frame)
    assert data.contacts["contact_id"].astype(int).tolist() == numbers.tolist()
    left = data.connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert not [name for (name,) in left if name.startswith("derived_")]


def test_the_frames_given_are_not_changed() -> None:
    before = TICKETS.copy(), EVENTS.copy()
    derive({"team": event("last", **{"from": "who"})}, where={"gid": "g1"})
    pd.testing.assert_frame_equal(TICKETS, before[0])
    pd.testing.assert_frame_equal(EVENTS, before[1])


@pytest.mark.slow
@given(st.data())
@settings(max_examples=20, deadline=None)
def test_a_lookup_is_what_plain_pandas_finds(data: st.DataObject) -> None:
    keys = st.sampled_from(["1", "2", "3", "9", "", "nan"])
    rows = data.draw(st.lists(st.tuples(keys, st.integers(0, 99)), max_size=12))
    take = data.draw(st.sampled_from(["first", "last", "min", "max", "sum", "count"]))
    events = pd.DataFrame(rows, columns=["ticket", "n"]).astype({"ticket": "str", "n": "int64"})
    columns = {**REQUIRED, "departments": {"from": "n", **event(take)}}
    found = load(
        {"contacts": TICKETS, "events": events}, {"tables": {"contacts": {"columns": columns}}}
    )
    grouped = getattr(events.groupby("ticket")["n"], take)()
    expected = [grouped.get(str(key), 0 if take == "count" else None) for key in (1, 2, 3)]
    used = {row["contact_id"]: row["departments"] for row in found.contacts.to_dict("records")}
    for key, value in zip(("1", "2", "3"), expected, strict=True):
        assert (None if pd.isna(used[key]) else used[key]) == value


def test_every_duration_column_is_named_in_seconds() -> None:
    def is_duration(column: Column) -> bool:
        return column.name.endswith("_seconds")

    found = [column.name for column in CONTACTS.columns if is_duration(column)]
    assert found == ["handle_seconds", "wait_seconds"]
