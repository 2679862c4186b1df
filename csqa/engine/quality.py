"""Counts that tell whether data can be believed: small tables, one SQL text each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from csqa.columntypes import FLAG, INTEGER, NUMBER, TIME
from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.schema import CONTACTS, TABLES

MILLISECONDS_PER_MINUTE, MILLISECONDS_PER_DAY = 60_000, 86_400_000
SECONDS_PER_DAY = 86_400
EPOCH = "TIMESTAMP '1970-01-01 00:00:00'"

DATED = ("contacts", "feedback")
"""Tables whose rows say by themselves which month they belong to."""

BY_CONTACT = ("inspections", "disputes")
"""Tables whose rows belong to the month of their contact. Messages do too, but joining them all
to count what is nearly always there would cost more than all else together."""

Scope = Sequence[tuple[str, object]]
"""Conditions of a metric: column and value."""


def _ask(data: Dataset, query: str) -> pd.DataFrame:
    """Where this module meets the engine."""
    return data.engine.frame(query)


def count_filled(data: Dataset, table: str) -> pd.DataFrame:
    """Count the values of each given column, by month where rows have one.

    Parameters
    ----------
    data : Dataset
        As loaded.
    table : str
        A table that it has.

    Returns
    -------
    DataFrame, one row per month
        ``period`` (empty where rows have no month), ``rows_`` [rows], and the values [count] of
        each column that was given, under the column's name.
    """
    given = [name for name in TABLES[table].names if data.has(table, name)]
    month = data.engine.dialect.periods["month"]
    source, period = f"{data.relation(table)} t", literal("")
    if table in DATED:
        period = month.format(t="t.local_at")
    elif table in BY_CONTACT and data.has("contacts"):
        source += f" JOIN {data.relation('contacts')} c ON c.contact_id = t.contact_id"
        period = month.format(t="c.local_at")
    counts = "".join(f", COUNT(t.{name}) AS n_{name}" for name in given)
    counted = _ask(
        data,
        f"SELECT {period} AS period, COUNT(*) AS rows_{counts} FROM {source} GROUP BY 1 ORDER BY 1",
    )
    return counted.rename(columns={f"n_{name}": name for name in given})


def count_daily(data: Dataset) -> pd.DataFrame:
    """Count contacts by day and channel.

    Returns
    -------
    DataFrame, one row per day and channel with contacts
        ``period`` label of the day; ``unit`` channel; ``n`` [contacts].
    """
    day = data.engine.dialect.periods["day"].format(t="local_at")
    return _ask(
        data,
        f"SELECT {day} AS period, channel AS unit, COUNT(*) AS n FROM {contacts_of(data)}"
        " GROUP BY 1, 2 ORDER BY 1, 2",
    )


def count_precision(data: Dataset) -> pd.DataFrame:
    """Count, per time column and channel, what its times are exact to.

    Returns
    -------
    DataFrame, one row per time column of contacts that was given, and channel
        ``column``; ``unit`` channel; ``n`` values; ``at_midnight`` values at 00:00:00 of the
        declared zone; ``with_seconds`` values that are not at a full minute.
    """
    columns = [c.name for c in CONTACTS.columns if c.kind == TIME and data.has("contacts", c.name)]
    offset = data.engine.dialect.milliseconds_between("local_at", "created_at")
    texts = []
    for name in columns:
        # The zone's offset at the creation serves for all times of the contact.
        local = f"({data.engine.dialect.milliseconds_between(name, EPOCH)} + {offset})"
        midnight = f"MOD({local}, {MILLISECONDS_PER_DAY}) = 0"
        seconds = f"MOD({local}, {MILLISECONDS_PER_MINUTE}) <> 0"
        texts.append(
            f"SELECT {literal(name)} AS column_, channel AS unit, COUNT({name}) AS n,"
            f" {_count_if(midnight)} AS at_midnight, {_count_if(seconds)} AS with_seconds"
            f" FROM {contacts_of(data)} GROUP BY 2"
        )
    counted = _ask(data, " UNION ALL ".join(texts) + " ORDER BY 1, 2")
    return counted.rename(columns={"column_": "column"})


def count_contradictions(data: Dataset) -> dict[str, int]:
    """Count contacts that say two things at once, or something hardly possible.

    Returns
    -------
    dict of str to int
        What → contacts: ``resolved_without_time``, ``time_without_resolved``,
        ``resolved_before_response``, ``handled_longer_than_open``, ``handled_over_a_day``; only
        what the given columns can tell.
    """
    open_for = data.engine.dialect.milliseconds_between("resolved_at", "created_at")
    ends = ("resolved", "resolved_at")
    # Times exact to the minute may be a minute off.
    too_long = f"handle_seconds * 1000 > {open_for} + {MILLISECONDS_PER_MINUTE}"
    asked = {
        "resolved_without_time": ("resolved AND resolved_at IS NULL", ends),
        "time_without_resolved": ("NOT resolved AND resolved_at IS NOT NULL", ends),
        "resolved_before_response": (
            "resolved_at < first_response_at",
            ("first_response_at", "resolved_at"),
        ),
        "handled_longer_than_open": (too_long, ("handle_seconds", "resolved_at")),
        "handled_over_a_day": (f"handle_seconds > {SECONDS_PER_DAY}", ("handle_seconds",)),
    }
    known = [name for name, (_, needs) in asked.items() if _has_all(data, needs)]
    if not known:
        return {}
    counts = ", ".join(f"{_count_if(asked[name][0])} AS {name}" for name in known)
    row = _ask(data, f"SELECT {counts} FROM {contacts_of(data)}").iloc[0]
    return {name: _whole(row[name]) for name in known}


def count_twins(data: Dataset) -> int:
    """Count contacts that repeat another in all but their id.

    Same customer, channel, topic and agent at the same moment; the first of each group is not
    counted.
    """
    if not data.has("contacts", "customer_id"):
        return 0
    keys = "customer_id, channel, topic, agent_id, created_at"
    found = _ask(
        data,
        f"SELECT SUM(n - 1) AS twins FROM (SELECT {keys}, COUNT(*) AS n FROM {contacts_of(data)}"
        f" WHERE customer_id IS NOT NULL GROUP BY {keys} HAVING COUNT(*) > 1) grouped",
    )
    return _whole(found["twins"].iloc[0])


def count_busiest_customer(data: Dataset) -> int:
    """Count the contacts of the customer who has most."""
    if not data.has("contacts", "customer_id"):
        return 0
    found = _ask(
        data,
        f"SELECT MAX(n) AS n FROM (SELECT customer_id, COUNT(*) AS n FROM {contacts_of(data)}"
        " WHERE customer_id IS NOT NULL GROUP BY customer_id) counted",
    )
    return _whole(found["n"].iloc[0])


def list_constants(data: Dataset) -> pd.DataFrame:
    """List figures and flags of contacts that have one value in all rows.

    Returns
    -------
    DataFrame, one row per such column
        ``column``; ``value`` (of a flag 0 or 1); ``n`` values.
    """
    kinds = {
        column.name: column.kind
        for column in CONTACTS.columns
        if column.kind in (FLAG, INTEGER, NUMBER) and data.has("contacts", column.name)
    }
    if not kinds:
        return pd.DataFrame(columns=["column", "value", "n"])
    texts = [
        f"SELECT {literal(name)} AS column_, MIN({figure}) AS value, COUNT({name}) AS n"
        f" FROM {contacts_of(data)} HAVING MIN({figure}) = MAX({figure})"
        for name, kind in kinds.items()
        for figure in [_flag(name) if kind == FLAG else name]
    ]
    listed = _ask(data, " UNION ALL ".join(texts)).rename(columns={"column_": "column"})
    return listed.sort_values("column", key=lambda c: c.map(list(kinds).index), ignore_index=True)


def _flag(name: str) -> str:
    return f"CASE WHEN {name} THEN 1.0 WHEN NOT {name} THEN 0.0 END"


def count_fed(
    data: Dataset, scopes: Mapping[str, tuple[Scope, Iterable[str]]], period: str = ""
) -> pd.DataFrame:
    """Count, per metric, the contacts in its scope, and those that have what it needs.

    Parameters
    ----------
    data : Dataset
        With contacts.
    scopes : mapping of str to (conditions, columns)
        Metric → its conditions on columns of contacts, and the columns that must have a value.
    period : str
        A month; empty for all.

    Returns
    -------
    DataFrame, one row per metric
        ``metric``; ``in_scope`` and ``fed`` [contacts].
    """
    if not scopes:
        return pd.DataFrame(columns=["metric", "in_scope", "fed"])
    counts = []
    for i, (scope, needs) in enumerate(scopes.values()):
        holds = [f"{column} = {literal(value)}" for column, value in scope] or ["1 = 1"]
        fed = [*holds, *(f"{column} IS NOT NULL" for column in needs)]
        counts.append(f"{_count_if(' AND '.join(holds))} AS s{i}")
        counts.append(f"{_count_if(' AND '.join(fed))} AS f{i}")
    row = _ask(
        data, f"SELECT {', '.join(counts)} FROM {contacts_of(data)} WHERE {in_month(data, period)}"
    ).iloc[0]
    return pd.DataFrame(
        [(metric, _whole(row[f"s{i}"]), _whole(row[f"f{i}"])) for i, metric in enumerate(scopes)],
        columns=["metric", "in_scope", "fed"],
    )


def _has_all(data: Dataset, columns: Iterable[str]) -> bool:
    return all(data.has("contacts", column) for column in columns)


def _count_if(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def contacts_of(data: Dataset) -> str:
    """SQL of the contacts, under that name."""
    return f"{data.relation('contacts')} contacts"


def in_month(data: Dataset, period: str) -> str:
    """SQL of whether a contact is of a month; of any, where it is empty."""
    month = data.engine.dialect.periods["month"].format(t="local_at")
    return f"{month} = {literal(period)}" if period else "1 = 1"


def _whole(value: Any) -> int:
    """A sum over no rows is NULL."""
    return 0 if pd.isna(value) else int(value)
