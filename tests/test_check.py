"""Check: rows, faults, completeness, months and absent tables in one tidy table."""

import pandas as pd
import pytest

from csqa.check import CHECK_COLUMNS, check
from csqa.engine.dataset import Dataset
from csqa.errors import DataError

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
    assert observed(check(CONTACTS), "absent", "table", "note") == [
        ["messages", "没有会话消息"],
        ["inspections", "没有质检记录"],
        ["feedback", "没有客户反馈"],
        ["actions", "没有改进行动计划表"],
    ]


def test_data_without_contacts() -> None:
    feedback = pd.DataFrame({"feedback_id": ["1"], "at": ["2025-06-01"]})
    found = check(Dataset.from_frames({"feedback": feedback}))
    assert observed(found, "contacts", "period") == []
    assert ["contacts"] in observed(found, "absent", "table")


def test_a_frame_that_is_no_contacts() -> None:
    with pytest.raises(DataError, match="缺少必需的列“服务单号”"):
        check(pd.DataFrame({"甲": [1]}))
