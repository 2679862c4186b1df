"""Cases for diagnosis: which contacts are cases, and what was recorded of them.

The passes over contacts, inspections and feedback run in the engine; what is fetched is as long
as the cases, but for the other contacts of their customers in the window of repeats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.engines import keep
from csqa.engine.facts import time_fragments
from csqa.engine.inspected import judged_query
from csqa.engine.unit_columns import AGENTS, unit_fragments
from csqa.periods import first_day, months_back, next_period
from csqa.rules.calendar import Calendar
from csqa.rules.case_settings import CaseSettings
from csqa.rules.inspection import Form
from csqa.rules.standard import Standard

CASES = "csqa_cases"
"""Name under which the contacts that are cases are kept in the session."""

KINDS = ("complaint", "low_rating", "failed_inspection", "feedback")
"""What makes a case."""

FREE_COLUMNS = ("feedback_id", "source", "local_at", "rating", "text")
TEXTS = ("contact_id", "period", "agent_id", "team", "channel", "scene", "topic")
FLAGS = ("complaint", "low_rating", "failed_inspection", "feedback", "reopened")
MILLISECONDS_PER_SECOND = 1000


@dataclass(frozen=True)
class Scope:
    """Which cases are asked for."""

    period: str
    """The last month."""
    months: int
    """How many months up to it."""
    kinds: tuple[str, ...]
    """Of :data:`KINDS`."""
    settings: CaseSettings
    form: Form

    def within(self, column: str) -> str:
        """SQL of whether a local time lies in the months."""
        start = first_day(months_back(self.period, self.months - 1))
        end = first_day(next_period(self.period))
        return (
            f"{column} >= TIMESTAMP {literal(f'{start} 00:00:00')}"
            f" AND {column} < TIMESTAMP {literal(f'{end} 00:00:00')}"
        )


def keep_cases(data: Dataset, scope: Scope) -> None:
    """Keep the contacts that are cases in the session, as :data:`CASES`; made once.

    Parameters
    ----------
    data : Dataset
        With contacts.
    scope : Scope
        What is asked for.
    """
    query = _text("cases").format(
        low_rating=float(scope.settings.low_rating),
        contacts=data.relation("contacts"),
        judged=_judged(data, scope.form),
        heard=_heard(data, scope),
        in_months=scope.within("contacts.local_at"),
        wanted=" OR ".join(f"{kind} = 1" for kind in scope.kinds),
    )
    if data.prepared.get("cases") != query:
        keep(data.engine, CASES, query)
        data.prepared["cases"] = query


def fetch_case_facts(data: Dataset, standard: Standard, calendar: Calendar) -> pd.DataFrame:
    """Fetch what was recorded of the cases kept by :func:`keep_cases`.

    Parameters
    ----------
    data : Dataset
        With the cases kept.
    standard, calendar
        Whose contact it is; and the team of the day.

    Returns
    -------
    DataFrame, one row per contact that is a case, in the order of their ids
        As :data:`csqa.cause_results.CASE_FACT_COLUMNS`, as far as contacts tell; ``created_at``.
    """
    fragments = {**unit_fragments(data, standard, calendar), **time_fragments(data, standard)}
    month = data.engine.dialect.periods["month"].format(t="contacts.local_at")
    query = _text("case_facts").format(**fragments, period=month, cases=CASES)
    rows = data.engine.frame(query)
    numbers = ["csat", "handle_seconds", "first_response_seconds"]
    typed = rows.astype({**dict.fromkeys(TEXTS, "str"), **dict.fromkeys(numbers, "float64")})
    flags = {name: rows[name].astype("Float64").astype("boolean") for name in FLAGS}
    typed = typed.assign(
        **flags,
        departments=rows["departments"].astype("Float64").astype("Int64"),
        first_response_seconds=typed["first_response_seconds"] / MILLISECONDS_PER_SECOND,
        local_at=rows["local_at"].astype("datetime64[us]"),
        created_at=rows["created_at"].astype("datetime64[us]"),
    )
    # Two spells of an agent that overlap in the roster make no second case.
    ordered = typed.sort_values(["contact_id", "team"], kind="stable", ignore_index=True)
    return ordered.drop_duplicates("contact_id", ignore_index=True)


def fetch_free_feedback(data: Dataset, scope: Scope) -> pd.DataFrame:
    """Fetch bad feedback of the months that names no contact of the data.

    Returns
    -------
    DataFrame, one row per feedback, in the order of its ids
        ``case_id``: the feedback's id, after ``feedback:`` where a contact is called the same;
        :data:`FREE_COLUMNS`; ``period``; ``complaint`` and ``low_rating`` (boolean).
    """
    columns = ["case_id", *FREE_COLUMNS, "period", "complaint", "low_rating"]
    bad = _bad_feedback(data, scope.settings)
    if bad is None or "feedback" not in scope.kinds:
        return pd.DataFrame(columns=columns).astype({"complaint": "boolean"})
    month = data.engine.dialect.periods["month"].format(t="feedback.local_at")
    contacts = data.relation("contacts")
    listed = ", ".join(f"feedback.{name} AS {name}" for name in FREE_COLUMNS)
    found = data.engine.frame(
        f"SELECT {listed}, {month} AS period, twins.contact_id AS twin"
        f" FROM {data.relation('feedback')} AS feedback"
        f" LEFT JOIN {contacts} AS known ON known.contact_id = feedback.contact_id"
        f" LEFT JOIN {contacts} AS twins ON twins.contact_id = feedback.feedback_id"
        f" WHERE known.contact_id IS NULL AND {bad} AND {scope.within('feedback.local_at')}"
    )
    texts = dict.fromkeys(["feedback_id", "source", "text", "period"], "str")
    typed = found.astype({**texts, "rating": "float64"})
    ids = typed["feedback_id"].where(found["twin"].isna(), "feedback:" + typed["feedback_id"])
    told = typed["source"].isin(_complaint_sources(data, scope.settings))
    low = typed["rating"].le(scope.settings.low_rating).astype("boolean")
    made = typed.assign(
        case_id=ids,
        local_at=found["local_at"].astype("datetime64[us]"),
        complaint=told.astype("boolean"),
        low_rating=low.mask(typed["rating"].isna()),
    )
    return made.sort_values("case_id", ignore_index=True)[columns]


def fetch_failed(data: Dataset, form: Form) -> pd.DataFrame:
    """Fetch the items that failed in the cases: ``contact_id``, ``item_key``, ``inspector``.

    Blind second codings do not count; overturned items count as corrected, if the data ask for it.
    """
    columns = ["contact_id", "item_key", "inspector"]
    if not data.has("inspections"):
        return pd.DataFrame(columns=columns).astype("str")
    listed = ", ".join(f"judged.{name} AS {name}" for name in columns)
    return data.engine.frame(
        f"SELECT DISTINCT {listed} FROM ({judged_query(data, form)}) AS judged"
        f" JOIN {CASES} AS cases ON cases.contact_id = judged.contact_id WHERE judged.fault = 1"
    ).astype("str")


def fetch_of_cases(
    data: Dataset, table: str, columns: Sequence[str], condition: str = "1 = 1"
) -> pd.DataFrame:
    """Fetch rows of a table that belong to the cases; none where the data lack the table."""
    if not data.has(table):
        return pd.DataFrame(columns=list(columns)).astype("object")
    listed = ", ".join(f"t.{name} AS {name}" for name in columns)
    return data.engine.frame(
        f"SELECT {listed} FROM {data.relation(table)} AS t"
        f" JOIN {CASES} AS cases ON cases.contact_id = t.contact_id WHERE {condition}"
    )


def fetch_neighbours(data: Dataset, standard: Standard) -> pd.DataFrame:
    """Fetch all contacts of the customers of the cases near enough to be repeats.

    Returns
    -------
    DataFrame
        ``contact_id``, ``customer_id``, ``topic`` ("" where there is none), ``created_at``,
        ``resolved`` (boolean), ``undecided`` (boolean: the data end within the window).
    """
    dialect = data.engine.dialect
    days = standard.repeat_contact_days
    seconds = round(days * 86_400)
    fragments = time_fragments(data, standard)
    span = f"(SELECT MIN(created_at) AS first_at, MAX(created_at) AS last_at FROM {CASES})"
    rows = data.engine.frame(
        "SELECT contacts.contact_id AS contact_id, contacts.customer_id AS customer_id,"
        " COALESCE(contacts.topic, '') AS topic, contacts.created_at AS created_at,"
        f" CASE WHEN {fragments['resolved']} THEN 1 WHEN NOT {fragments['resolved']} THEN 0 END"
        f" AS resolved, CASE WHEN {fragments['age']} < {seconds * 1000} THEN 1 ELSE 0 END"
        f" AS undecided FROM {data.relation('contacts')} AS contacts CROSS JOIN {span} AS span"
        f" WHERE contacts.customer_id IN (SELECT customer_id FROM {CASES}"
        " WHERE customer_id IS NOT NULL) AND contacts.created_at"
        f" BETWEEN {dialect.add_seconds.format(t='span.first_at', n=-seconds - 1)}"
        f" AND {dialect.add_seconds.format(t='span.last_at', n=seconds + 1)}"
    )
    flags = {
        name: rows[name].astype("Float64").astype("boolean") for name in ("resolved", "undecided")
    }
    texts = dict.fromkeys(["contact_id", "customer_id", "topic"], "str")
    times = rows["created_at"].astype("datetime64[us]")
    return rows.astype(texts).assign(**flags, created_at=times)


def fetch_agent_starts(data: Dataset, standard: Standard) -> pd.DataFrame:
    """Fetch when each agent was first seen.

    Returns
    -------
    DataFrame, one row per agent
        ``agent_id``; ``first_at``, wall time of the first contact; ``since``, the first day in
        the roster, missing where that does not name the agent.
    """
    agent = AGENTS[standard.attribution]
    seen = data.engine.frame(
        f"SELECT {agent} AS agent_id, MIN(contacts.local_at) AS first_at"
        f" FROM {data.relation('contacts')} AS contacts WHERE {agent} IS NOT NULL GROUP BY {agent}"
    ).astype({"agent_id": "str", "first_at": "datetime64[us]"})
    if not data.has("agent_teams"):
        return seen.assign(since=pd.Series(pd.NaT, index=seen.index, dtype="datetime64[us]"))
    roster = data.relation("agent_teams")
    listed = data.engine.frame(
        f"SELECT agent_id, MIN(since) AS since FROM {roster} GROUP BY agent_id"
    ).astype({"agent_id": "str", "since": "datetime64[us]"})
    return seen.merge(listed, on="agent_id", how="left")


def _judged(data: Dataset, form: Form) -> str:
    """SQL of the inspected contacts, and whether an item failed."""
    if not data.has("inspections"):
        return f"SELECT contact_id, 1 AS fault FROM {data.relation('contacts')} WHERE 1 = 0"
    return (
        f"SELECT contact_id, MAX(fault) AS fault FROM ({judged_query(data, form)}) AS items"
        " WHERE fault IS NOT NULL GROUP BY contact_id"
    )


def _heard(data: Dataset, scope: Scope) -> str:
    """SQL of the contacts on which there is bad feedback, whenever it came."""
    bad = _bad_feedback(data, scope.settings)
    if bad is None:
        return f"SELECT contact_id FROM {data.relation('contacts')} WHERE 1 = 0"
    return (
        f"SELECT DISTINCT feedback.contact_id AS contact_id FROM {data.relation('feedback')}"
        f" AS feedback WHERE feedback.contact_id IS NOT NULL AND {bad}"
    )


def _bad_feedback(data: Dataset, settings: CaseSettings) -> str | None:
    """SQL of whether feedback is a complaint or a low rating; None without feedback."""
    if not data.has("feedback"):
        return None
    sources = ", ".join(map(literal, _complaint_sources(data, settings)))
    told = f" OR feedback.source IN ({sources})" if sources else ""
    return f"(feedback.rating <= {float(settings.low_rating)}{told})"


def _complaint_sources(data: Dataset, settings: CaseSettings) -> list[str]:
    """Sources of feedback whose name says that they are for complaints."""
    names = data.engine.rows(f"SELECT DISTINCT source FROM {data.relation('feedback')}")
    words = [word.casefold() for word in settings.complaint_sources]
    known = [str(name) for (name,) in names if name is not None]
    return sorted(name for name in known if any(word in name.casefold() for word in words))


def _text(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")
