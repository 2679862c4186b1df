"""Counts of contacts by what might go with an outcome: one pass, then small cells.

A contact is a row of small numbers; equal rows are counted in the engine, so that what is fetched
is a cube and not the contacts. Only where findings are to be joined are contacts fetched one by
one, and then as those numbers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import Dialect
from csqa.engine.engines import keep, value
from csqa.engine.facts import MILLISECONDS_PER_DAY, time_fragments, version_of
from csqa.engine.repeats import RETURNS, keep_returns, key_of
from csqa.engine.slots import slots_of
from csqa.engine.unit_columns import AGENTS, unit_fragments
from csqa.periods import first_day, months_back, next_period
from csqa.rules.calendar import Calendar
from csqa.rules.standard import AT_MOST, Standard

DRIVER_ROWS = "csqa_driver_rows"
UNKNOWN_START_DAYS = 30
"""An agent first seen this soon after the data begin may have been there long before."""

NAMES = ("agent_id", "channel", "topic")
NUMBERS = (
    "first_response",
    "handling",
    "transfers",
    "repeated",
    "reopened",
    "peak",
    "new_agent",
    "new_customer",
)
"""What is a number: 0 not so, 1 and 2 more and more so, -1 not known."""

NEEDS = {
    "first_response": "first_response_at",
    "handling": "handle_seconds",
    "transfers": "departments",
    "repeated": "customer_id",
    "reopened": "reopened",
    "new_agent": "agent_id",
    "new_customer": "customer_type",
    "topic": "topic",
}
"""Which column of the contacts tells it; without it, it is not looked at."""

LOW_RATING, COMPLAINT = "low_rating", "complaint"
OUTCOMES = (LOW_RATING, COMPLAINT)


@dataclass(frozen=True)
class Question:
    """What shall be counted."""

    period: str
    months: int
    outcome: str
    """One of :data:`OUTCOMES`."""
    low_rating: float
    new_agent_days: float


def count_cells(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    question: Question,
    hits: Collection[str] | None = None,
) -> pd.DataFrame:
    """Count contacts and outcomes by everything that might go with them.

    Parameters
    ----------
    data : Dataset
        With contacts; with messages if there are hits.
    standard, calendar
        Targets, transfers, the window of repeats, whose contact it is; peak hours.
    question : Question
        Which months and outcome.
    hits : collection of str, optional
        Contacts with findings; then ``wording`` is counted too, -1 where no agent's words were
        there to be looked at.

    Returns
    -------
    DataFrame, one row per cell
        :data:`NAMES`, :data:`NUMBERS` (and ``wording``); ``contacts``; ``n`` whose outcome is
        known; ``outcomes``.
    """
    _keep_rows(data, standard, calendar, question)
    keys = [*NAMES, *NUMBERS]
    listed = ", ".join(keys)
    counts = "COUNT(*) AS contacts, COUNT(outcome) AS n, SUM(COALESCE(outcome, 0)) AS outcomes"
    if hits is None:
        rows = data.engine.frame(f"SELECT {listed}, {counts} FROM {DRIVER_ROWS} GROUP BY {listed}")
        return _typed(rows, keys, ["contacts", "n", "outcomes"])
    spoken = f"SELECT DISTINCT contact_id FROM {data.relation('messages')} WHERE sender = 'agent'"
    rows = data.engine.frame(
        f"SELECT facts.contact_id AS contact_id, facts.{', facts.'.join(keys)}, facts.outcome"
        " AS outcome, CASE WHEN spoken.contact_id IS NULL THEN -1 ELSE 0 END AS wording"
        f" FROM {DRIVER_ROWS} AS facts LEFT JOIN ({spoken}) AS spoken"
        " ON spoken.contact_id = facts.contact_id"
    )
    hit = rows["contact_id"].astype("str").isin(list(hits)) & (rows["wording"] == 0)
    known = rows["outcome"].astype("float64")
    counted = rows.assign(
        wording=rows["wording"].mask(hit, 1), contacts=1, n=known.notna(), outcomes=known.fillna(0)
    )
    keys = [*keys, "wording"]
    sums = counted.groupby(keys, sort=False, dropna=False)[["contacts", "n", "outcomes"]].sum()
    return _typed(sums.reset_index(), keys, ["contacts", "n", "outcomes"])


def tellable(data: Dataset) -> list[str]:
    """Name what the columns given can tell, channel first."""
    names = ("channel", "topic", *NUMBERS)
    return [name for name in names if name not in NEEDS or data.has("contacts", NEEDS[name])]


def _typed(rows: pd.DataFrame, keys: list[str], counts: list[str]) -> pd.DataFrame:
    numbers = [key for key in keys if key not in NAMES]
    kinds = {**dict.fromkeys(NAMES, "str"), **dict.fromkeys(numbers, "int8")}
    typed = rows.astype({**kinds, **dict.fromkeys(counts, "int64")})
    return typed.sort_values(keys, ignore_index=True)


def _keep_rows(data: Dataset, standard: Standard, calendar: Calendar, question: Question) -> None:
    fragments = _fragments(data, standard, calendar, question)
    query = _text("driver_rows").format(**fragments)
    if data.prepared.get("driver_rows") == query:
        return
    keep_returns(data, fragments)
    keep(data.engine, DRIVER_ROWS, query)
    data.prepared["driver_rows"] = query


def _fragments(
    data: Dataset, standard: Standard, calendar: Calendar, question: Question
) -> dict[str, Any]:
    dialect = data.engine.dialect
    window = round(standard.repeat_contact_days * MILLISECONDS_PER_DAY)
    return {
        **unit_fragments(data, standard, calendar),
        **time_fragments(data, standard),
        "key": key_of(data),
        "version": version_of(standard),
        "transferred_from": float(standard.transferred_from),
        "window": window,
        "window_milliseconds": window,
        "until_next": dialect.milliseconds_between("next_at", "created_at"),
        "returns": RETURNS,
        "returned_after": dialect.milliseconds_between(
            "returns.returned_at", "returns.resolved_at_first"
        ),
        "new_agent_milliseconds": round(question.new_agent_days * MILLISECONDS_PER_DAY),
        "starts": _starts(data, standard),
        **_since(data),
        "response_limit": _limit(standard, "first_response_seconds"),
        "handle_limit": _limit(standard, "handle_seconds"),
        "outcome": _outcome(question),
        "in_months": _in_months(question),
    }


def _limit(standard: Standard, measure: str) -> str:
    """SQL of the target in force on a contact, in milliseconds; NULL where there is none."""
    slots = [slot for slot in slots_of(standard) if slot.metric.measure == measure]
    cases = [
        f"WHEN {' AND '.join(slot.conditions) or '1 = 1'} THEN {round(slot.target * slot.scale)}"
        for slot in slots
        if slot.target is not None and slot.metric.direction == AT_MOST
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def _starts(data: Dataset, standard: Standard) -> str:
    """SQL of each agent's first contact, and first day in the roster."""
    agent = AGENTS[standard.attribution]
    contacts = data.relation("contacts")
    seen = (
        f"SELECT {agent} AS agent_id, MIN(contacts.local_at) AS first_at FROM {contacts}"
        f" AS contacts WHERE {agent} IS NOT NULL GROUP BY {agent}"
    )
    time = data.engine.dialect.time
    if not data.has("agent_teams"):
        return f"SELECT agent_id, first_at, CAST(NULL AS {time}) AS since FROM ({seen}) AS seen"
    roster = data.relation("agent_teams")
    listed = f"SELECT agent_id, MIN(since) AS since FROM {roster} GROUP BY agent_id"
    return (
        f"SELECT seen.agent_id AS agent_id, first_at, CAST(since AS {time}) AS since"
        f" FROM ({seen}) AS seen LEFT JOIN ({listed}) AS listed"
        " ON listed.agent_id = seen.agent_id"
    )


def _since(data: Dataset) -> dict[str, str]:
    """SQL of how long an agent has been there, and the data: whole milliseconds."""
    dialect = data.engine.dialect
    seen = dialect.milliseconds_between("contacts.local_at", "starts.first_at")
    listed = dialect.milliseconds_between("contacts.local_at", "starts.since")
    begin = _time(dialect, data.first_at)
    late = dialect.milliseconds_between("starts.first_at", begin)
    first = value(data.engine, f"SELECT MIN(created_at) FROM {data.relation('contacts')}")
    return {
        "since_first": seen,
        "since_known": f"CASE WHEN {listed} >= 0 THEN {listed}"
        f" WHEN {late} >= {UNKNOWN_START_DAYS * MILLISECONDS_PER_DAY} THEN {seen} END",
        "since_start": dialect.milliseconds_between("contacts.created_at", _time(dialect, first)),
    }


def _time(dialect: Dialect, moment: object) -> str:
    return f"CAST({literal(None if moment is None else f'{moment}')} AS {dialect.time})"


def _outcome(question: Question) -> str:
    if question.outcome == COMPLAINT:
        return "CASE WHEN contacts.complaint THEN 1 WHEN NOT contacts.complaint THEN 0 END"
    low = float(question.low_rating)
    return f"CASE WHEN contacts.csat <= {low} THEN 1 WHEN contacts.csat IS NOT NULL THEN 0 END"


def _in_months(question: Question) -> str:
    start = first_day(months_back(question.period, question.months - 1))
    end = first_day(next_period(question.period))
    return (
        f"contacts.local_at >= TIMESTAMP {literal(f'{start} 00:00:00')}"
        f" AND contacts.local_at < TIMESTAMP {literal(f'{end} 00:00:00')}"
    )


def _text(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")
