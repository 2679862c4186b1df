"""Stays of contacts in the nodes of a process: one pass with windows, the same for every engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.engines import keep, value
from csqa.engine.facts import resolved_of
from csqa.errors import DataError, check_option
from csqa.rules.process import spell
from csqa.schema import UNKNOWN

NODES = ("step", "department", "agent_id")
"""Columns of ``steps`` that can be the node."""

BY = ("team", "channel", "scene", "topic", "priority", "customer_type")
"""Columns of contacts that stays can be split by: what does not change on the way."""

EPOCH = "1970-01-01 00:00:00"

PEOPLE = "csqa_step_people"
"""Where the contacts of the months are kept while they are looked at."""

KNOWN = """told AS (
    SELECT
        chosen.*,
        COUNT(department) OVER (PARTITION BY contact ORDER BY nth ROWS UNBOUNDED PRECEDING)
            AS departments_told,
        COUNT(agent_id) OVER (PARTITION BY contact ORDER BY nth ROWS UNBOUNDED PRECEDING)
            AS agents_told
    FROM chosen
),
known AS (
    SELECT
        contact, node, nth, entered, left_,
        MAX(department) OVER (PARTITION BY contact, departments_told) AS department,
        MAX(agent_id) OVER (PARTITION BY contact, agents_told) AS agent_id
    FROM told
),"""
NOTHING_KNOWN = "known AS (SELECT * FROM chosen),"
"""What is not told is taken to be as it was told last, where anything is told at all."""

HANDOVERS = {
    "department": "department <> department_before",
    "agent": "agent_id <> agent_before",
    "either": "department <> department_before OR agent_id <> agent_before",
}
"""What counts as one → SQL."""


@dataclass(frozen=True)
class RawStays:
    """Stays as the data tell them, before a process says what they mean."""

    stays: pd.DataFrame
    """``contact`` (number), ``stay`` (from 1), ``node`` (category), ``entered``, ``left``,
    ``entered_after`` [ms since 1970, NaN if not told], ``handovers``; by contact, in order."""
    contacts: pd.DataFrame
    """By number: ``contact_id``, ``priority``, ``channel``, ``unit`` (missing as NA), ``created``,
    ``resolved`` [ms], ``resolved_told`` (bool)."""
    now: float
    """The last moment that the data speak of [ms]."""


def check_steps(data: object, node: str | None, by: str | None) -> Dataset:
    """Refuse data without steps, or a node or unit that there is not.

    Raises
    ------
    DataError
        If there are no contacts or no steps, or none names such a node.
    RuleError
        If ``node`` or ``by`` is none of those allowed.
    """
    if not isinstance(data, Dataset) or not data.has("contacts") or not data.has("steps"):
        msg = "`data` 应为 csqa.load 给出的、含服务记录和流程节点（steps）的 Dataset。"
        raise DataError(msg)
    if node is not None:
        check_option("node", node, NODES)
    if by is not None:
        check_option("by", by, BY)
    if node is not None and not data.has("steps", node):
        given = "、".join(name for name in NODES if data.has("steps", name))
        msg = f"流程节点没有 {node} 这一列，不能按它看流程；有的是 {given}。"
        raise DataError(msg)
    return data


def choose_node(data: Dataset) -> str:
    """The column that names nodes where nobody said: the step, without it the department."""
    return next((name for name in NODES if data.has("steps", name)), NODES[0])


def fetch_stays(
    data: Dataset,
    periods: Sequence[str],
    *,
    node: str,
    handover: str,
    spellings: Mapping[str, str] | None = None,
    by: str | None = None,
) -> RawStays:
    """Fetch the stays of the contacts that were created in some months.

    Parameters
    ----------
    data : Dataset
        With ``contacts`` and ``steps``.
    periods : sequence of str
        Months.
    node : str
        One of :data:`NODES`.
    handover : str
        One of :data:`HANDOVERS`.
    spellings : mapping of str to str, optional
        How a node may be written, as :func:`csqa.rules.process.spell` spells it → its key.
    by : str, optional
        One of :data:`BY`.

    Notes
    -----
    Rows of the same moment are in the order of ``seq``, then as they end, then by name: the order
    in which rows came says nothing, for not every engine keeps one.
    """
    named = _name_node(data, node, spellings or {})
    fragments = _fragments(data, periods, named, handover, by)
    keep(data.engine, PEOPLE, _text("people").format(**fragments))
    found = data.engine.frame(_text("steps").format(**fragments))
    people = data.engine.frame(f"SELECT * FROM {PEOPLE} ORDER BY contact")
    data.engine.drop(PEOPLE)
    numbers = ["entered", "left_", "entered_after"]
    stays = found.astype(dict.fromkeys(numbers, "float64") | {"node": "category"})
    stays = stays.astype(dict.fromkeys(["contact", "stay", "handovers"], "int64"))
    # Contacts without any step have a number too: those that have one are numbered from 0.
    with_steps = np.unique(stays["contact"].to_numpy())
    stays["contact"] = np.searchsorted(with_steps, stays["contact"].to_numpy())
    people = people.set_index(people["contact"].astype("int64")).loc[with_steps]
    texts = dict.fromkeys(["contact_id", "priority", "channel", "unit"], "str")
    contacts = people.reset_index(drop=True).drop(columns="contact")
    contacts = contacts.astype(texts | {"created": "float64", "resolved": "float64"})
    contacts["resolved_told"] = contacts["resolved_told"].astype("int64") == 1
    contacts["unit"] = contacts["unit"].fillna(UNKNOWN)
    return RawStays(stays.rename(columns={"left_": "left"}), contacts, _last_moment(data))


def _text(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")


def _name_node(data: Dataset, node: str, spellings: Mapping[str, str]) -> str:
    """SQL of the node of a row: the key of one that the process names, else as it is written."""
    column = f"steps.{node}"
    written = data.engine.rows(
        f"SELECT DISTINCT {column} FROM {data.relation('steps')} AS steps"
        f" WHERE {column} IS NOT NULL"
    )
    meant = {name: spellings[spell(name)] for (name,) in written if spell(name) in spellings}
    cases = " ".join(
        f"WHEN {column} = {literal(name)} THEN {literal(key)}"
        for name, key in sorted(meant.items())
        if name != key
    )
    return f"(CASE {cases} ELSE {column} END)" if cases else column


def _fragments(
    data: Dataset, periods: Sequence[str], node: str, handover: str, by: str | None
) -> dict[str, Any]:
    dialect = data.engine.dialect
    has = {name: data.has("steps", name) for name in NODES}
    nothing = f"CAST(NULL AS {dialect.text})"
    department = "steps.department" if has["department"] else nothing
    agent = "steps.agent_id" if has["agent_id"] else nothing
    month = dialect.periods["month"].format(t="contacts.local_at")
    return {
        "steps": data.relation("steps"),
        "contacts": data.relation("contacts"),
        "node": node,
        "department": department,
        "agent": agent,
        "months": f"{month} IN ({', '.join(map(literal, periods))})",
        "handover": HANDOVERS[handover],
        "resolved": f"COALESCE({resolved_of(data)}, FALSE)",
        "by": nothing if by is None else f"contacts.{by}",
        "people": PEOPLE,
        "ordered_contact": dialect.cast_text.format(x="contacts.contact_id"),
        "order": _order(data, node),
        "known": KNOWN if has["department"] or has["agent_id"] else NOTHING_KNOWN,
        **{
            name: _since_epoch(data, column)
            for name, column in (
                ("entered", "steps.entered_at"),
                ("left", "steps.left_at"),
                ("created", "contacts.created_at"),
                ("resolved_at", "contacts.resolved_at"),
            )
        },
    }


def _order(data: Dataset, node: str) -> str:
    """SQL of what the rows of a contact are sorted by; a column not given costs nothing."""
    numbers = [name for name in ("seq", "left_at") if data.has("steps", name)]
    later = [f"CASE WHEN steps.{name} IS NULL THEN 1 ELSE 0 END, steps.{name}" for name in numbers]
    texts = [f"steps.{name}" for name in NODES[1:] if data.has("steps", name)]
    named = [
        data.engine.dialect.cast_text.format(x=f"COALESCE({text}, '')") for text in (node, *texts)
    ]
    return ", ".join(["steps.entered_at", *later, *named])


def _since_epoch(data: Dataset, column: str) -> str:
    dialect = data.engine.dialect
    return dialect.milliseconds_between(column, f"CAST({literal(EPOCH)} AS {dialect.time})")


def count_departments(data: Dataset, contact_ids: "pd.Series[str]") -> "pd.Series[float]":
    """Different departments that each contact went through; NaN where none is told.

    Parameters
    ----------
    data : Dataset
        With ``steps``.
    contact_ids : Series
        Of which contacts; the result has its index.
    """
    if not data.has("steps", "department"):
        return pd.Series(np.nan, index=contact_ids.index)
    found = data.engine.frame(
        "SELECT contact_id, COUNT(DISTINCT department) AS n"
        f" FROM {data.relation('steps')} AS steps GROUP BY contact_id"
    )
    counted = pd.Series(found["n"].to_numpy(dtype=float), index=found["contact_id"].astype("str"))
    known = contact_ids.map(counted)
    return known.where(known > 0)


def _last_moment(data: Dataset) -> float:
    """The last entry, leaving or creation: until then it is known what was open."""
    entered, left = (_since_epoch(data, f"steps.{name}") for name in ("entered_at", "left_at"))
    steps = f"{data.relation('steps')} AS steps"
    created = _since_epoch(data, "contacts.created_at")
    moments = [
        value(data.engine, f"SELECT MAX({entered}) FROM {steps}"),
        value(data.engine, f"SELECT MAX({left}) FROM {steps}"),
        value(data.engine, f"SELECT MAX({created}) FROM {data.relation('contacts')} AS contacts"),
    ]
    return max(float(moment) for moment in moments if moment is not None)
