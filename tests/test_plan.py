"""The improvement plan, line by line (G8)."""

from datetime import date

import pandas as pd
import pytest

import csqa

DAY = date(2025, 6, 30)


def plan(*rows: dict[str, object]) -> pd.DataFrame:
    sound = {
        "metric": "一次解决率",
        "unit": None,
        "owner": "王芳",
        "status": "in_progress",
        "due": "2025-07-15",
        "verified": None,
    }
    listed = [{"action_id": f"A{number}"} | sound | row for number, row in enumerate(rows, 1)]
    return pd.DataFrame(listed).assign(due=lambda table: pd.to_datetime(table["due"]))


@pytest.mark.parametrize(
    ("row", "fault", "overdue"),
    [
        ({}, "", 0),
        ({"due": "2025-06-30"}, "", 0),  # due today is not late
        ({"due": "2025-06-29"}, "overdue", 1),
        ({"due": "2025-06-01", "status": "delayed"}, "overdue", 29),
        ({"due": "2025-06-01", "status": "done", "verified": "一次解决率升至 87%"}, "", 0),
        ({"status": "done"}, "not_verified", 0),
        ({"status": "done", "verified": "  "}, "not_verified", 0),
        ({"owner": None}, "no_owner", 0),
        ({"owner": " "}, "no_owner", 0),
        ({"due": None}, "no_due", 0),
        ({"status": None, "due": "2025-06-20"}, "overdue", 10),  # no status: not started
        ({"owner": None, "due": None, "status": "not_started"}, "no_owner no_due", 0),
        ({"owner": None, "status": "done", "verified": "是"}, "", 0),
        ({"goal": "提升满意度"}, "vague_goal", 0),
        ({"goal": "30 天内提升满意度"}, "vague_goal", 0),
        ({"goal": "每百条不超过 2 次"}, "", 0),  # metric and date have columns of their own
        ({"goal": " "}, "", 0),
        ({"goal": "提升", "status": "done", "verified": "是"}, "", 0),
    ],
)
def test_faults(row, fault, overdue):
    checked = csqa.check_plan(plan(row), on=DAY).iloc[0]
    assert (checked["fault"], checked["overdue_days"]) == (fault, overdue)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("一次解决率", "first_contact_resolution"),
        (" 一次解决率 ", "first_contact_resolution"),
        ("First-contact resolution", "first_contact_resolution"),
        ("csat", "csat"),
        ("解决率", ""),
        (None, ""),
    ],
)
def test_metric_by_any_of_its_names(name, key):
    assert csqa.check_plan(plan({"metric": name}), on=DAY)["metric_key"].tolist() == [key]


def test_overdue_first_then_by_due_date():
    rows = plan(
        {"due": "2025-08-01"},
        {"due": "2025-06-20"},
        {"due": "2025-07-01"},
        {"due": "2025-06-01"},
        {"due": None},
    )
    assert csqa.check_plan(rows, on=DAY)["action_id"].tolist() == ["A4", "A2", "A3", "A1", "A5"]


def test_a_month_means_its_last_day():
    row = plan({"due": "2025-06-20"})
    by_month, by_day = csqa.check_plan(row, on="2025-06"), csqa.check_plan(row, on=DAY)
    pd.testing.assert_frame_equal(by_month, by_day)


def test_input_is_left_unchanged():
    table = plan({}, {"owner": None})
    before = table.copy(deep=True)
    csqa.check_plan(table, on=DAY)
    pd.testing.assert_frame_equal(table, before)
