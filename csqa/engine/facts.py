"""The one pass over contacts: a narrow row per contact, from which everything is summed."""

from importlib.resources import files
from typing import Any

from csqa.engine.asked_values import asked_values
from csqa.engine.clocks import business_values
from csqa.engine.coding import code_facts, code_names, keeps_contact_ids
from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import Dialect
from csqa.engine.engines import keep, value
from csqa.engine.expression_sql import own_values
from csqa.engine.inspected import inspected_query
from csqa.engine.repeats import REPEATS, keep_repeat_complaints, keep_repeats, key_of
from csqa.engine.unit_columns import unit_fragments
from csqa.rules.calendar import Calendar
from csqa.rules.inspection import Form, read_form
from csqa.rules.measures import measure_of
from csqa.rules.standard import Standard

FACTS, INSPECTED = "csqa_facts", "csqa_inspected"
"""Names of what is kept in the session; no table of a user's database is called so."""

MILLISECONDS_PER_DAY = 86_400_000
MILLISECONDS_PER_HOUR = 3_600_000


def make_facts(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    every: str,
    form: Form | None = None,
) -> None:
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
    form : Form, optional
        What inspected items mean. Default: the shipped one.
    """
    fragments = _fragments(data, standard, calendar, every)
    inspected = _inspected(data, standard, form)
    if data.prepared.get("facts") == repr((fragments, inspected)):
        return
    for name in (INSPECTED, FACTS):
        data.engine.drop(name)
    keep_repeats(data, fragments)
    complaints = keep_repeat_complaints(data, fragments)
    written = {**fragments, **code_names(data, fragments, every), "complaints": complaints}
    facts = _text("facts").format(**written)
    keep(data.engine, FACTS, code_facts(data, facts, fragments["values"]))
    if inspected:
        keep(data.engine, INSPECTED, inspected)
    data.prepared["facts"] = repr((fragments, inspected))


def _inspected(data: Dataset, standard: Standard, form: Form | None) -> str:
    """SQL of the inspected contacts; empty without inspections."""
    if "inspections" not in data.tables:
        return ""
    measures = {metric.measure for version in standard.versions for metric in version.metrics}
    return inspected_query(data, FACTS, measures, form or read_form())


def _text(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")


def _fragments(data: Dataset, standard: Standard, calendar: Calendar, every: str) -> dict[str, Any]:
    dialect = data.engine.dialect
    metrics = [metric for version in standard.versions for metric in version.metrics]
    measures = {m.measure for m in metrics if measure_of(m).table == "contacts"}
    values, days = business_values(data, calendar, measures)
    shared = {
        **unit_fragments(data, standard, calendar),
        **time_fragments(data, standard),
        "values": sorted(measures),
        "key": key_of(data),
        "contact_id": "contacts.contact_id," if keeps_contact_ids(data) else "",
        "facts": FACTS,
        "repeats": REPEATS,
        "period": dialect.periods[every].format(t="contacts.local_at"),
        "version": version_of(standard),
        "days": days,
        "satisfied_from": standard.satisfied_from,
        **_windows(data, standard, measures),
    }
    asked = asked_values(standard, shared, measures)
    return {**shared, "further_values": values + asked + own_values(standard, dialect)}


def time_fragments(data: Dataset, standard: Standard) -> dict[str, str]:
    """Give the fragments of SQL that tell how far a contact has come, and how long it took.

    Parameters
    ----------
    data : Dataset
        With contacts.
    standard : Standard
        For the limits.

    Returns
    -------
    dict of str to str
        ``resolved``, a condition that may be NULL; ``until_response``, ``until_resolution``,
        ``age`` at the end of the data and ``limit``, in whole milliseconds; ``whole``, a type.
    """
    dialect = data.engine.dialect
    return {
        "resolved": resolved_of(data),
        "age": age_of(data, dialect),
        "limit": limit_of(standard) if data.has("contacts", "priority") else "NULL",
        "until_response": dialect.milliseconds_between(
            "contacts.first_response_at", "contacts.created_at"
        ),
        "until_resolution": _until_resolution(data, dialect),
        "whole": dialect.whole,
    }


def _windows(data: Dataset, standard: Standard, measures: set[str]) -> dict[str, str]:
    """How long after a contact another one is a repeat, and how near to the data's ends it is."""
    dialect = data.engine.dialect
    window = f"{standard.repeat_contact_days * MILLISECONDS_PER_DAY:.0f}"
    fragments = {
        "window_milliseconds": window,
        "undecided": _undecided(data, dialect, window),
        "until_next": dialect.milliseconds_between("next_at", "created_at"),
    }
    if "repeat_complaint" not in measures:
        return fragments
    first = value(data.engine, f"SELECT MIN(created_at) FROM {data.relation('contacts')}")
    start = f"CAST({literal(f'{first}')} AS {dialect.time})"
    return fragments | {
        "complaint_window": f"{standard.repeat_complaint_days * MILLISECONDS_PER_DAY:.0f}",
        "since_start": dialect.milliseconds_between("contacts.created_at", start),
        "since_previous": dialect.milliseconds_between("created_at", "previous_at"),
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


def version_of(standard: Standard) -> str:
    """SQL of the number of the version in force; the oldest reaches back."""
    cases = [
        f"WHEN contacts.local_at >= TIMESTAMP {literal(f'{version.effective} 00:00:00')}"
        f" THEN {number}"
        for number, version in reversed(list(enumerate(standard.versions)))
        if number
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"


def limit_of(standard: Standard, share: float = 1) -> str:
    """SQL of the milliseconds within which a contact should be resolved, by its priority."""
    cases = [
        f"WHEN contacts.priority = {literal(priority)}"
        f" THEN {round(hours * share * MILLISECONDS_PER_HOUR)}"
        for priority, hours in standard.resolution_limit_hours
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def resolved_of(data: Dataset) -> str:
    """The flag; where it is empty a resolution time tells, and without flags its absence too."""
    if not data.has("contacts", "resolved"):
        told = data.has("contacts", "resolved_at")
        return "(contacts.resolved_at IS NOT NULL)" if told else "NULL"
    return "COALESCE(contacts.resolved, CASE WHEN contacts.resolved_at IS NOT NULL THEN TRUE END)"
