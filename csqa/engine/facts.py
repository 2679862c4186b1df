"""The one pass over contacts: a narrow row per contact, from which everything is summed."""

from importlib.resources import files
from typing import Any

from csqa import schema
from csqa.engine.clocks import business_values
from csqa.engine.coding import code_facts, code_names
from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import Dialect
from csqa.engine.engines import keep
from csqa.engine.expression_sql import own_values
from csqa.engine.repeats import REPEATS, keep_repeats, key_of
from csqa.rules.calendar import Calendar
from csqa.rules.measures import measure_of
from csqa.rules.standard import Standard

FACTS, INSPECTED = "csqa_facts", "csqa_inspected"
"""Names of what is kept in the session; no table of a user's database is called so."""

MILLISECONDS_PER_DAY = 86_400_000
MILLISECONDS_PER_HOUR = 3_600_000

AGENTS = {
    "assignee": "contacts.agent_id",
    "first_responder": "COALESCE(contacts.first_agent_id, contacts.agent_id)",
    "last": "COALESCE(contacts.last_agent_id, contacts.agent_id)",
}
"""Whose contact it is, by the standard's setting ``attribution``."""

TEAM_OF_THE_DAY = """LEFT JOIN {agent_teams} AS teams
    ON teams.agent_id = {agent}
    AND CAST(contacts.local_at AS DATE) >= teams.since
    AND (teams.until IS NULL OR CAST(contacts.local_at AS DATE) <= teams.until)"""


def make_facts(data: Dataset, standard: Standard, calendar: Calendar, every: str) -> None:
    """Keep the facts and, where there are inspections, the inspected contacts in the session.

    Made once: a report measures the same facts by one unit after the other.

    Parameters
    ----------
    data : Dataset
        With ``contacts``.
    standard, calendar
        Settings, limits, peak hours.
    every : str
        One of :data:`csqa.schema.EVERY`.
    """
    fragments = _fragments(data, standard, calendar, every)
    if data.prepared.get("facts") == repr(fragments):
        return
    for name in (INSPECTED, FACTS):
        data.engine.drop(name)
    keep_repeats(data, fragments)
    facts = _text("facts").format(**{**fragments, **code_names(data, fragments, every)})
    keep(data.engine, FACTS, code_facts(data, facts, fragments["values"]))
    if "inspections" in data.tables:
        keep(data.engine, INSPECTED, _text("inspected").format(**fragments))
    data.prepared["facts"] = repr(fragments)


def _text(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")


def _fragments(data: Dataset, standard: Standard, calendar: Calendar, every: str) -> dict[str, Any]:
    dialect = data.engine.dialect
    window = f"{standard.repeat_contact_days * MILLISECONDS_PER_DAY:.0f}"
    between = dialect.milliseconds_between
    agent = AGENTS[standard.attribution]
    has_teams = data.has("agent_teams")
    metrics = [metric for version in standard.versions for metric in version.metrics]
    measures = {m.measure for m in metrics if measure_of(m).table == "contacts"}
    values, days = business_values(data, calendar, measures)
    relations = {name: data.relation(name) for name in ("contacts", "inspections", "agent_teams")}
    return {
        **relations,
        "facts": FACTS,
        "values": sorted(measures),
        "repeats": REPEATS,
        "key": key_of(data),
        "contact_id": "contacts.contact_id," if "inspections" in data.tables else "",
        "period": dialect.periods[every].format(t="contacts.local_at"),
        "version": _version(standard),
        "unknown": literal(schema.UNKNOWN),
        "agent": agent,
        "team": "COALESCE(teams.team, contacts.team)" if has_teams else "contacts.team",
        "teams": TEAM_OF_THE_DAY.format(agent=agent, **relations) if has_teams else "",
        "days": days,
        "is_peak": _is_peak(calendar, dialect),
        "peak": "'peak'",
        "off_peak": "'off_peak'",
        "resolved": _resolved(data),
        "undecided": _undecided(data, dialect, window),
        "age": age_of(data, dialect),
        "limit": _limit(standard) if data.has("contacts", "priority") else "NULL",
        "satisfied_from": standard.satisfied_from,
        "window_milliseconds": window,
        "whole": dialect.whole,
        "until_next": between("next_at", "created_at"),
        "until_response": between("contacts.first_response_at", "contacts.created_at"),
        "until_resolution": _until_resolution(data, dialect),
        "further_values": values + own_values(standard, dialect),
    }


def _until_resolution(data: Dataset, dialect: Dialect) -> str:
    """SQL of the milliseconds from creation to resolution; a column not given costs nothing."""
    if not data.has("contacts", "resolved_at"):
        return f"CAST(NULL AS {dialect.whole})"
    return dialect.milliseconds_between("contacts.resolved_at", "contacts.created_at")


def age_of(data: Dataset, dialect: Dialect) -> str:
    """SQL of the milliseconds from a contact's creation to the last contact of the data."""
    last = "NULL" if data.last_created is None else literal(f"{data.last_created}")
    return dialect.milliseconds_between(f"CAST({last} AS {dialect.time})", "contacts.created_at")


def _undecided(data: Dataset, dialect: Dialect, window: str) -> str:
    undecided = f"{age_of(data, dialect)} < {window}"
    if data.has("contacts", "customer_id"):
        return f"(contacts.customer_id IS NULL OR {undecided})"
    return undecided


def _version(standard: Standard) -> str:
    """SQL of the number of the version in force; the oldest reaches back."""
    cases = [
        f"WHEN contacts.local_at >= TIMESTAMP {literal(f'{version.effective} 00:00:00')}"
        f" THEN {number}"
        for number, version in reversed(list(enumerate(standard.versions)))
        if number
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"


def _limit(standard: Standard) -> str:
    """SQL of the milliseconds within which a contact should be resolved, by its priority."""
    cases = [
        f"WHEN contacts.priority = {literal(priority)} THEN {round(hours * MILLISECONDS_PER_HOUR)}"
        for priority, hours in standard.resolution_limit_hours
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def _resolved(data: Dataset) -> str:
    """The flag; where it is empty a resolution time tells, and without flags its absence too."""
    if not data.has("contacts", "resolved"):
        told = data.has("contacts", "resolved_at")
        return "(contacts.resolved_at IS NOT NULL)" if told else "NULL"
    return "COALESCE(contacts.resolved, CASE WHEN contacts.resolved_at IS NOT NULL THEN TRUE END)"


def _is_peak(calendar: Calendar, dialect: Dialect) -> str:
    minute = dialect.minute_of_day.format(t="contacts.local_at")
    spans = [f"({minute} >= {start} AND {minute} < {end})" for start, end in calendar.peak_minutes]
    return " OR ".join(spans) or "FALSE"
