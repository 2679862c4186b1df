"""Faults grouped for readers."""

import pandas as pd

from csqa.check import group_faults
from csqa.check.faults import GROUP_COLUMNS
from csqa.engine.dataset import Dataset

CONTACTS = pd.DataFrame(
    {
        "contact_id": ["C1", "C2", "C3", "C4", "C5"],
        "channel": ["phone", "fax", "fax", "telex\x1b[31m", "phone"],
        "created_at": ["2025-06-01 09:00"] * 4 + ["x" * 40],
    }
)
FEEDBACK = pd.DataFrame(
    {"feedback_id": [*range(9)], "at": "2025-06-02", "contact_id": ["C1", *["X"] * 8]}
)


def test_errors_first_then_the_most_frequent() -> None:
    data = Dataset.from_frames({"contacts": CONTACTS, "feedback": FEEDBACK})
    grouped = group_faults(data.faults)
    assert list(grouped.columns) == GROUP_COLUMNS
    columns = ["severity", "table", "column", "count", "first_row", "done"]
    assert grouped[columns].to_numpy().tolist() == [
        ["error", "contacts", "channel", 3, 3, "set_aside"],
        ["error", "contacts", "created_at", 1, 6, "set_aside"],
        ["warning", "feedback", "contact_id", 8, 3, "kept"],
    ]


def test_values_are_counted_shortened_and_steer_no_terminal() -> None:
    values = group_faults(Dataset.from_frames({"contacts": CONTACTS}).faults)["values"].tolist()
    assert values == ["fax×2、telex·[31m", "x" * 23 + "…"]


def test_reasons_in_english() -> None:
    reasons = group_faults(Dataset.from_frames({"contacts": CONTACTS}).faults, "en")["reason"]
    assert reasons[0].startswith("channel must be one of phone, online")


def test_no_faults() -> None:
    grouped = group_faults(Dataset.from_frames({"contacts": CONTACTS.head(1)}).faults)
    assert list(grouped.columns) == GROUP_COLUMNS
    assert grouped.empty
