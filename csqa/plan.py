"""plan: the improvement plan (改进行动计划表, G8), checked line by line."""

from datetime import date
from typing import Any

import pandas as pd

from csqa.frames import records
from csqa.periods import last_day
from csqa.rules.goal_text import NUMBER, list_missing_parts
from csqa.rules.metric_names import name_metrics
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

PLANNED_AHEAD = pd.Timedelta(days=92)
"""A measure that starts later than this was hardly planned by then."""

OPEN = ("not_started", "in_progress", "delayed")
"""Statuses of a measure that still has to be done."""


def check_plan(
    actions: pd.DataFrame, standard: Standard | None = None, *, on: date | str
) -> pd.DataFrame:
    """Check each measure of the plan: open, overdue, without owner, done but not verified.

    Parameters
    ----------
    actions : DataFrame
        As :data:`csqa.schema.ACTIONS`.
    standard : Standard, optional
        Its metrics' names tell which metric a measure is for. Default: the shipped one.
    on : date or str
        The day on which it is asked, or a period, whose last day it is.

    Returns
    -------
    DataFrame, one row per measure, overdue ones first, then by due date
        The plan's columns, without measures begun only later; ``as_of``; ``metric_key`` (""
        where no metric has that name); ``open`` (bool);
        ``overdue_days`` (0 where none); ``fault``: ``overdue``, ``no_owner``, ``no_due``,
        ``vague_goal`` (its text names no value: 提升满意度), ``not_verified``, joined by spaces;
        "" where all is well.

    Notes
    -----
    G8: each measure has one owner and one due date, and a done row carries its verification.
    T1: a goal states a value; its metric and date have columns of their own.

    Examples
    --------
    >>> plan = pd.DataFrame(
    ...     {
    ...         "action_id": ["A1"],
    ...         "metric": ["一次解决率"],
    ...         "owner": [None],
    ...         "status": ["in_progress"],
    ...         "due": [pd.Timestamp("2025-06-10")],
    ...         "verified": [None],
    ...     }
    ... )
    >>> row = check_plan(plan, on=date(2025, 6, 30)).iloc[0]
    >>> row.metric_key, int(row.overdue_days), row.fault
    ('first_contact_resolution', 20, 'overdue no_owner')
    """
    standard = standard or read_standard()
    keys = name_metrics(standard)
    today = pd.Timestamp(on if isinstance(on, date) else last_day(on))
    actions = actions[~_begun_later(actions, today)]
    due = pd.to_datetime(actions["due"])
    is_open = actions["status"].fillna("not_started").isin(OPEN)
    late = (today - due).dt.days.clip(lower=0).fillna(0)
    rows = actions.assign(
        metric_key=actions["metric"].fillna("").str.strip().map(keys).fillna(""),
        open=is_open,
        as_of=today,
        overdue_days=late.where(is_open, 0).astype("int64"),
    )
    rows["fault"] = [" ".join(_faults(row, standard)) for row in records(rows)]
    rows = rows.assign(first=-rows["overdue_days"], due=due)
    return rows.sort_values(["first", "due", "action_id"], ignore_index=True).drop(columns="first")


def _begun_later(actions: pd.DataFrame, today: pd.Timestamp) -> "pd.Series[bool]":
    """Measures begun after the day asked about: a plan is a snapshot, the day may lie before it."""
    if "started" not in actions:
        return pd.Series(data=False, index=actions.index)
    begun = actions["status"].ne("not_started") & actions["status"].notna()
    started = pd.to_datetime(actions["started"])
    return (begun & (started > today)) | (started > today + PLANNED_AHEAD)


def _faults(row: dict[str, Any], standard: Standard) -> list[str]:
    tests = {
        "overdue": bool(row["overdue_days"]),
        "no_owner": bool(row["open"]) and _is_blank(row["owner"]),
        "no_due": bool(row["open"]) and bool(pd.isna(row["due"])),
        "vague_goal": bool(row["open"]) and _is_vague(row.get("goal"), standard),
        "not_verified": row["status"] == "done" and _is_blank(row["verified"]),
    }
    return [name for name, failed in tests.items() if failed]


def _is_vague(goal: Any, standard: Standard) -> bool:
    """Whether a goal is written down, but without a value that could be reached."""
    return not _is_blank(goal) and NUMBER in list_missing_parts(goal, standard)


def _is_blank(value: Any) -> bool:
    return bool(pd.isna(value)) or not str(value).strip()
