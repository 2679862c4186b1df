"""Hours without agents, shared accounts, ids met on one day."""

import pandas as pd

from csqa.check import check
from csqa.check.people import name_hours


def contacts(rows: list[tuple[str, str | None]]) -> pd.DataFrame:
    """Contacts by time and agent."""
    table = pd.DataFrame(rows, columns=["created_at", "agent_id"])
    return table.assign(contact_id=[f"C{i}" for i in table.index], channel="phone")


def told(table: pd.DataFrame, kind: str, period: str = "") -> list[str]:
    found = check(table, period=period)
    return found.loc[found["kind"] == kind, "note"].tolist()


def test_hours_without_any_agent() -> None:
    rows = [("2025-06-01 02:10", None), ("2025-06-02 03:10", None), ("2025-06-02 09:10", "K1")]
    assert told(contacts(rows), "hours_without_agent") == [
        "2:00–4:00 有 2 条记录，全都没有工号：夜间排班、机器人或转派没有登记到人？"
    ]
    rows.append(("2025-06-03 02:30", "K2"))
    assert told(contacts(rows), "hours_without_agent")[0].startswith("3:00–4:00 有 1 条")


def test_without_agents_nothing_is_said_of_hours() -> None:
    table = contacts([("2025-06-01 02:10", None)])
    assert told(table, "hours_without_agent") == []
    assert told(table.drop(columns="agent_id"), "hours_without_agent") == []


def test_an_agent_around_the_clock() -> None:
    rows = [(f"2025-06-01 {hour:02d}:10", "K1") for hour in range(6, 22)]
    rows += [(f"2025-06-01 {hour:02d}:10", "K2") for hour in range(6, 21)]
    assert told(contacts(rows), "agents_around_the_clock") == [
        "工号 K1 在一天的 16 个不同钟点都有记录：多半是多人共用的工号或系统账号。"
    ]


def test_agents_met_on_one_day_where_others_work_on() -> None:
    rows = [(f"2025-06-{day:02d} 09:10", "K1") for day in range(1, 6)]
    rows += [("2025-06-03 09:10", "K1O"), ("2025-06-03 10:10", "K1O")]
    assert told(contacts(rows), "agents_on_one_day", "2025-06") == [
        "1 个工号在 2025-06 只有一天有记录（K1O）：新人、借调，或工号写错。"
    ]
    assert told(contacts(rows[1:]), "agents_on_one_day") == []


def test_hours_are_named_in_spans() -> None:
    assert name_hours([23, 0, 22, 5]) == "0:00–1:00、5:00–6:00、22:00–24:00"
