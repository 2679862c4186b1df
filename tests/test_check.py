"""Check: rows, faults, completeness, months and absent tables in one tidy table."""

import pandas as pd
import pytest

from csqa.check import CHECK_COLUMNS, check
from csqa.engine.dataset import Dataset
from csqa.errors import DataError, RuleError
from csqa.schema import TABLES

CONTACTS = pd.DataFrame(
    {
        "contact_id": ["C1", "C2", "C3", "C4", "C1"],
        "channel": ["phone", "online", "fax", "phone", "phone"],
        "created_at": ["2025-05-31", "2025-06-15", "2025-06-16", "2025-07-02", "2025-06-01"],
        "csat": [5, None, 3, None, 4],
    }
)


def observed(found: pd.DataFrame, kind: str, *columns: str) -> list[list[object]]:
    """The lines of one kind, columns as asked."""
    return found.loc[found["kind"] == kind, [*columns]].to_numpy().tolist()


def test_rows_add_up_and_faults_are_counted_by_rule() -> None:
    found = check(CONTACTS)
    assert list(found.columns) == CHECK_COLUMNS
    counts = {kind: observed(found, kind, "table", "value") for kind in found["kind"].unique()}
    assert counts["rows_in"] == [["contacts", 5.0]]
    assert counts["rows_used"] == [["contacts", 3.0]]
    assert counts["rows_quarantined"] == [["contacts", 2.0]]
    assert observed(found, "faults", "column", "value") == [["channel", 1.0], ["contact_id", 1.0]]


def test_completeness_is_of_used_rows_and_unknown_without_the_column() -> None:
    found = check(CONTACTS)
    shares = found[found["kind"] == "completeness"].set_index("column")
    assert shares.loc["csat", "value"] == pytest.approx(1 / 3)
    assert shares.loc["channel", "value"] == 1
    assert pd.isna(shares.loc["team", "value"])
    assert shares.loc["team", "note"] == "没有这一列"


def test_months_without_contacts_count_zero() -> None:
    found = check(CONTACTS.iloc[[0, 3]])
    assert observed(found, "contacts", "period", "value", "note") == [
        ["2025-05", 1.0, "partial"],
        ["2025-06", 0.0, "complete"],
        ["2025-07", 1.0, "partial"],
    ]


def test_absent_tables_are_said() -> None:
    told = [[name, f"没有{table.zh}"] for name, table in TABLES.items() if name != "contacts"]
    assert ["inspections", "没有质检记录"] in told
    assert observed(check(CONTACTS), "absent", "table", "note") == told


def test_completeness_by_month() -> None:
    months = observed(check(CONTACTS), "completeness_month", "column", "period", "value")
    assert [line[1:] for line in months if line[0] == "csat"] == [
        ["2025-05", 1.0],
        ["2025-06", 0.0],
        ["2025-07", 0.0],
    ]


def test_inspections_belong_to_the_month_of_their_contact() -> None:
    contacts = pd.DataFrame(
        {
            "contact_id": ["C1", "C2"],
            "channel": ["phone", "phone"],
            "created_at": ["2025-05-31 09:00", "2025-06-15 09:00"],
        }
    )
    inspections = pd.DataFrame(
        {
            "contact_id": ["C1", "C2", "C2"],
            "item": ["wording", "wording", "process"],
            "result": ["pass", "pass", "fail"],
            "points": [1.0, None, None],
        }
    )
    found = check(Dataset.from_frames({"contacts": contacts, "inspections": inspections}))
    months = observed(found, "completeness_month", "table", "column", "period", "value")
    told = [line[2:] for line in months if line[:2] == ["inspections", "points"]]
    assert told == [["2025-05", 1.0], ["2025-06", 0.0]]


def test_hours_and_agents_of_a_month() -> None:
    contacts = CONTACTS.iloc[:2].assign(
        created_at=["2025-05-31 08:30", "2025-06-15 23:59"], agent_id=["K1", None]
    )
    whole, june = check(contacts), check(contacts, period="2025-06")
    assert observed(whole, "hour_contacts", "unit", "value") == [["08:00", 1.0], ["23:00", 1.0]]
    assert observed(june, "hour_contacts", "unit", "value") == [["23:00", 1.0]]
    assert observed(june, "hour_without_agent", "unit", "value") == [["23:00", 1.0]]
    assert observed(june, "agent_days", "unit") == []
    assert observed(whole, "agent_days", "unit", "value") == [["K1", 1.0]]


def test_faults_say_where_how_bad_and_what_was_done() -> None:
    found = check(CONTACTS)
    columns = ("severity", "file", "column", "unit", "value", "done", "note")
    assert observed(found, "faults", *columns)[0] == [
        "error",
        "DataFrame contacts",
        "channel",
        "4",
        1.0,
        "set_aside",
        "渠道只能是电话、在线、邮件、社交媒体、其他（或用映射文件的 values 说明）",
    ]


def test_what_is_in_doubt_is_kept_and_a_sentence() -> None:
    found = check(CONTACTS)
    doubts = found[(found["severity"] == "warning")]
    assert set(doubts["done"]) == {"kept"}
    assert "算不出 净推荐值 NPS：服务记录没有“NPS评分”列。" in doubts["note"].tolist()
    assert (doubts["note"].str[-1] == "。").all()


def test_english_notes_have_no_chinese_of_ours() -> None:
    found = check(CONTACTS.assign(csat=5, agent_id="K1"), language="en")
    assert not found["note"].str.contains(r"[\u3000-\u9fff]").any()


def test_an_unknown_language() -> None:
    with pytest.raises(RuleError, match="`language` 应为"):
        check(CONTACTS, language="fr")


def test_the_data_stay_as_they_are() -> None:
    data = Dataset.from_frames({"contacts": CONTACTS})
    before = data.contacts, data.faults.copy()
    pd.testing.assert_frame_equal(check(data), check(data))
    pd.testing.assert_frame_equal(data.contacts, before[0])
    pd.testing.assert_frame_equal(data.faults, before[1])


def test_data_without_contacts() -> None:
    feedback = pd.DataFrame({"feedback_id": ["1"], "at": ["2025-06-01"]})
    found = check(Dataset.from_frames({"feedback": feedback}))
    assert observed(found, "contacts", "period") == []
    assert ["contacts"] in observed(found, "absent", "table")


def test_a_frame_that_is_no_contacts() -> None:
    with pytest.raises(DataError, match="缺少必需的列“服务单号”"):
        check(pd.DataFrame({"甲": [1]}))
