"""Disputes as seen on a day: what each counts as, and whether its deadlines were kept."""

from datetime import date

import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.due_days import due_days
from csqa.engine.judgements import fetch_disputes, fetch_judged
from csqa.errors import DataError
from csqa.periods import last_day
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.inspection import Form, read_form
from csqa.rules.standard import Standard
from csqa.schema import UNKNOWN

BY = ("item", "inspector", "agent_id", "team")
"""What disputes can be counted by."""

UPHELD, OVERTURNED, WITHDRAWN, PENDING = "upheld", "overturned", "withdrawn", "pending"
OUTCOMES = (UPHELD, OVERTURNED, WITHDRAWN, PENDING)

FLAGS = (
    "n_filed",
    *(f"n_{outcome}" for outcome in OUTCOMES),
    "n_filing_known",
    "n_filed_in_time",
    "n_decision_due",
    "n_decided_in_time",
    "n_overdue",
    "n_without_correction",
    "n_without_judgement",
)
"""Of each dispute, 0 or 1; they add up."""


def judge_disputes(
    data: Dataset,
    form: Form | None,
    as_of: date | str | None,
    standard: Standard,
    calendar: Calendar | None,
) -> pd.DataFrame:
    """Judge each dispute as it is seen on a day.

    Parameters
    ----------
    data, form, as_of, standard, calendar
        As for :func:`csqa.measure_disputes`.

    Returns
    -------
    DataFrame, one row per dispute filed by that day
        The columns of :data:`csqa.schema.DISPUTES`, gaps in units ``unknown``; ``team``;
        ``judged_on``, ``filed_on``, ``decided_on``, ``due_on`` as days; ``days_open``;
        :data:`FLAGS`.

    Raises
    ------
    DataError
        If there are no disputes.
    RuleError
        If ``as_of`` is no day.
    """
    form, hours = form or read_form(), calendar or read_calendar()
    rows, settings = _fetch(data, form, standard, hours), form.settings.disputes
    today = _day(as_of) if as_of is not None else _last_day(data, rows)
    rows = rows[rows["filed_on"] <= today].reset_index(drop=True)
    file_until = due_days(rows["judged_on"], settings.file_within_days, settings.days, hours)
    rows["due_on"] = due_days(rows["filed_on"], settings.decide_within_days, settings.days, hours)
    told = rows["outcome"].isin(OUTCOMES[:3]) & ~(rows["decided_on"] > today)
    outcome = rows["outcome"].where(told, PENDING)
    decided = outcome.isin([UPHELD, OVERTURNED]) & rows["decided_on"].notna()
    in_time = decided & (rows["decided_on"] <= rows["due_on"])
    overdue = (outcome == PENDING) & (rows["due_on"] < today)
    uncorrected = rows["corrected_result"].isna() & rows["corrected_score"].isna()
    flags = {
        "n_filed": rows["filed_on"].notna(),
        **{f"n_{name}": outcome == name for name in OUTCOMES},
        "n_filing_known": file_until.notna(),
        "n_filed_in_time": rows["filed_on"] <= file_until,
        "n_decision_due": (decided & rows["due_on"].notna()) | overdue,
        "n_decided_in_time": in_time,
        "n_overdue": overdue,
        "n_without_correction": (outcome == OVERTURNED) & uncorrected,
        "n_without_judgement": ~rows["judged"],
    }
    days_open = (today - rows["filed_on"]).dt.days.astype("int64")
    whole = {name: flag.astype("int64") for name, flag in flags.items()}
    return rows.assign(days_open=days_open, **whole)


def _fetch(data: Dataset, form: Form, standard: Standard, calendar: Calendar) -> pd.DataFrame:
    """Disputes with items by their keys, days instead of times, and no gaps in units."""
    if not isinstance(data, Dataset):
        msg = f"`data` 应为 csqa.load 给出的 Dataset，而不是 {type(data).__name__}。"
        raise DataError(msg)
    if not data.has("disputes"):
        msg = "没有提供申诉记录：算不出改判率。"
        raise DataError(msg)
    rows = fetch_disputes(data, standard, calendar)
    keys = {spelling: item.key for spelling, item in form.spelled.items()}
    rows["item"] = rows["item"].str.lower().map(keys).fillna(rows["item"])
    for name in BY[1:]:
        rows[name] = rows[name].fillna(UNKNOWN)
    rows["judged"] = True
    if data.has("inspections"):
        judged = fetch_judged(data, form).assign(judged=True)
        rows = rows.drop(columns="judged").merge(judged, on=["contact_id", "item"], how="left")
        rows["judged"] = rows["judged"].notna()
    for name in ("judged", "filed", "decided"):
        rows[f"{name}_on"] = rows[f"{name}_at"].dt.tz_localize(None).dt.normalize()
    return rows


def _day(as_of: date | str) -> pd.Timestamp:
    return pd.Timestamp(last_day(as_of) if isinstance(as_of, str) else as_of)


def _last_day(data: Dataset, rows: pd.DataFrame) -> pd.Timestamp:
    """The last day that the data tell of."""
    told = [rows["filed_on"].max(), rows["decided_on"].max(), data.last_at]
    return pd.Series(told, dtype="datetime64[s]").dt.normalize().max()
