"""Columns that stop, are emptier in a month, have one value, or hold ids that are none."""

import numpy as np
import pandas as pd
import pytest

from csqa.check import check

MONTHS = pd.period_range("2024-01", "2024-12", freq="M")


def contacts(per_month: int = 50, **columns: object) -> pd.DataFrame:
    """So many contacts a month of 2024, an hour and a minute apart, each of a customer."""
    at = [
        month.start_time + pd.Timedelta(minutes=61 * i + 541)
        for month in MONTHS
        for i in range(per_month)
    ]
    table = pd.DataFrame({"created_at": pd.Series(at).astype("str"), "channel": "phone"})
    table["contact_id"] = [f"C{i}" for i in range(len(table))]
    return table.assign(**columns)


def month_of(table: pd.DataFrame) -> pd.Series:
    return table["created_at"].str.slice(0, 7)


def told(table: pd.DataFrame, kind: str, *columns: str) -> list[list[object]]:
    found = check(table)
    return found.loc[found["kind"] == kind, [*columns]].to_numpy().tolist()


def test_a_column_that_stops_is_named_with_its_month() -> None:
    table = contacts()
    table["team"] = np.where(month_of(table) < "2024-10", "一组", None)
    assert told(table, "column_stopped", "column", "period", "value") == [
        ["team", "2024-10", 150.0]
    ]
    assert told(table, "completeness_drop", "column") == []


def test_a_column_that_was_never_filled_has_not_stopped() -> None:
    assert told(contacts(team=None), "column_stopped", "column") == []


def test_a_rare_value_that_stays_away_is_chance() -> None:
    table = contacts(10)
    table["team"] = np.where(table.index.isin([0, 40]), "一组", None)
    assert told(table, "column_stopped", "column") == []


def test_an_emptier_month_is_told_with_the_others() -> None:
    table = contacts()
    gap = (month_of(table) == "2024-05") & (table.index % 2 == 0) | (table.index % 25 == 7)
    table["team"] = np.where(gap, None, "一组")
    (line,) = told(table, "completeness_drop", "column", "period", "note")
    assert line[:2] == ["team", "2024-05"]
    assert line[2].startswith("“班组”在 2024-05 只有 48.0% 有值，其他月份 96.0%")


def test_one_gap_among_full_months_is_chance() -> None:
    table = contacts()
    table["team"] = np.where(table.index == 77, None, "一组")
    assert told(table, "completeness_drop", "column") == []


def test_gaps_at_random_are_chance() -> None:
    rng = np.random.default_rng(7)
    names = ["team", "agent_id", "topic", "customer_id"]
    wrong = 0
    for _ in range(20):
        table = contacts(60)
        for name in names:
            table[name] = np.where(rng.random(len(table)) < 0.9, "一组", None)
        found = check(table)
        wrong += int(found["kind"].isin(["completeness_drop", "column_stopped"]).sum())
    assert wrong <= 1


def test_the_newest_month_may_have_open_contacts() -> None:
    table = contacts()
    solved = pd.to_datetime(table["created_at"]) + pd.Timedelta(hours=1)
    table["resolved_at"] = solved.astype("str").where(month_of(table) < "2024-12", None)
    assert told(table, "column_stopped", "column") == []


@pytest.mark.parametrize(
    ("values", "told_value"), [({"complaint": "否"}, "“否”"), ({"csat": 5}, "“5”")]
)
def test_one_value_in_all_rows_is_doubted(values: dict[str, object], told_value: str) -> None:
    (line,) = told(contacts(**values), "constant", "column", "note")
    assert line[0] == next(iter(values))
    assert f"600 个值全是{told_value}" in line[1]
    assert told(contacts(**values).head(29), "constant", "column") == []


def test_flags_with_gaps_and_two_values() -> None:
    table = contacts(10)
    table["praise"] = np.where(table.index % 2 == 0, "是", None)
    table["complaint"] = np.where(table.index % 2 == 0, "是", "否")
    assert told(table, "constant", "column", "value") == [["praise", 60.0]]


def test_an_id_in_many_rows_is_a_placeholder() -> None:
    table = contacts(10)
    table.loc[:9, "contact_id"] = "0"
    assert told(table, "id_reused", "column", "value", "done") == [
        ["contact_id", 10.0, "set_aside"]
    ]
    table.loc[9, "contact_id"] = "C9"
    assert told(table, "id_reused", "column") == []


def test_contacts_alike_in_all_but_their_id() -> None:
    table = contacts(10, customer_id="M1", agent_id="K1")
    copies = table.head(3).assign(contact_id=["X1", "X2", "X3"])
    nobody = table.tail(3).assign(contact_id=["Y1", "Y2", "Y3"], agent_id="K2")
    assert told(pd.concat([table, copies, nobody]), "twins", "value") == [[3.0]]


def test_a_customer_every_day_is_doubted_without_naming_him() -> None:
    at = pd.date_range("2024-01-01 09:00:30", periods=62, freq="12h").astype("str")
    table = pd.DataFrame({"contact_id": range(62), "channel": "phone", "created_at": at})
    table["customer_id"] = ["13800000000"] * 40 + [f"M{i}" for i in range(22)]
    (line,) = told(table, "busiest_customer", "value", "note")
    assert line[0] == 40
    assert "平均每天 1.3 条" in line[1]
    assert "13800000000" not in check(table)["note"].str.cat()
