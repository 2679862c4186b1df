"""The frame of a sample: one narrow row per contact that could be inspected, and what was."""

import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.unit_columns import unit_column, unit_fragments
from csqa.errors import DataError, RuleError
from csqa.periods import kind_of
from csqa.rules.calendar import Calendar
from csqa.rules.standard import Standard
from csqa.schema import EVERY

UNIT_NAMES = ("agent_id", "team", "channel", "customer_type", "peak", "scene", "priority")
FRAME_COLUMNS = ("contact_id", "day", *UNIT_NAMES, "complaint", "praise", "csat")
_FLAG = "CASE WHEN contacts.{name} THEN 1 ELSE 0 END AS {name}"


def require_contacts(data: object) -> Dataset:
    """Refuse what has no contacts to draw from.

    Raises
    ------
    DataError
        If there are none.
    """
    if not isinstance(data, Dataset):
        msg = f"`data` 应为 csqa.load 给出的 Dataset，而不是 {type(data).__name__}。"
        raise DataError(msg)
    if not data.has("contacts"):
        msg = "没有提供服务记录：没有可以抽取的。"
        raise DataError(msg)
    return data


def fetch_frame(
    data: Dataset, standard: Standard, calendar: Calendar, period: str | None
) -> pd.DataFrame:
    """Fetch the contacts of a period that can be inspected.

    Parameters
    ----------
    data : Dataset
        With ``contacts``.
    standard, calendar
        Whose contact it is; which hours are peak.
    period : str, optional
        A day, a week, a month, a quarter or a year; without it all contacts.

    Returns
    -------
    DataFrame
        :data:`FRAME_COLUMNS`, in the order of the ids. Contacts that were abandoned before an
        agent answered are left out: there is nothing to inspect.

    Raises
    ------
    RuleError
        If the period is none.
    """
    fragments = unit_fragments(data, standard, calendar)
    dialect = data.engine.dialect
    day = dialect.periods["day"].format(t="contacts.local_at")
    conditions = ["NOT COALESCE(contacts.abandoned, FALSE)"]
    if period is not None:
        conditions.append(f"{_label(data, period)} = {literal(period)}")
    listed = [
        "contacts.contact_id AS contact_id",
        f"{day} AS day",
        *(f"{unit_column(name, fragments)} AS {name}" for name in UNIT_NAMES),
        *(_FLAG.format(name=name) for name in ("complaint", "praise")),
        f"CAST(contacts.csat AS {dialect.number}) AS csat",
    ]
    frame = data.engine.frame(
        f"SELECT {', '.join(listed)} FROM {fragments['contacts']} AS contacts"
        f" {fragments['teams']} WHERE {' AND '.join(conditions)}"
    )
    texts = dict.fromkeys(["contact_id", "day", *UNIT_NAMES], "str")
    typed = frame.astype({**texts, "complaint": "bool", "praise": "bool", "csat": "float64"})
    return typed.sort_values("contact_id", ignore_index=True)


def _label(data: Dataset, period: str) -> str:
    kind = kind_of(period) if isinstance(period, str) else None
    if kind not in EVERY:
        msg = f"`period` 应形如 2025-06-01、2025-W23、2025-06、2025-Q2 或 2025，而不是 {period!r}。"
        raise RuleError(msg)
    return data.engine.dialect.periods[kind].format(t="contacts.local_at")


def fetch_inspected(data: Dataset) -> pd.DataFrame:
    """Fetch which contacts were inspected, and with which chance they had been drawn.

    Returns
    -------
    DataFrame, one row per inspected contact
        ``contact_id``, ``inclusion_probability`` (NaN where it is not known).
    """
    columns = {"contact_id": "str", "inclusion_probability": "float64"}
    if not data.has("inspections"):
        return pd.DataFrame(columns=list(columns)).astype(columns)
    number = data.engine.dialect.number
    found = data.engine.frame(
        f"SELECT contact_id, CAST(MIN(inclusion_probability) AS {number}) AS inclusion_probability"
        f" FROM {data.relation('inspections')} GROUP BY contact_id"
    )
    return found.astype(columns).sort_values("contact_id", ignore_index=True)


def fetch_facts(data: Dataset, ids: list[str]) -> pd.DataFrame:
    """Fetch what an inspector needs to find the contacts: when, where, about what.

    Returns
    -------
    DataFrame
        ``contact_id``, ``created`` local wall time to the second (text), ``topic``.
    """
    columns = ["contact_id", "created", "topic"]
    parts = [pd.DataFrame(columns=columns)]
    text = data.engine.dialect.cast_text
    for start in range(0, len(ids), MOST_IDS):
        listed = ", ".join(literal(one) for one in ids[start : start + MOST_IDS])
        parts.append(
            data.engine.frame(
                f"SELECT contact_id, {text.format(x='local_at')} AS created, topic"
                f" FROM {data.relation('contacts')} WHERE contact_id IN ({listed})"
            )
        )
    found = pd.concat(parts, ignore_index=True).astype("str")
    return found.assign(created=found["created"].str.slice(0, 19).str.replace("T", " "))


MOST_IDS = 1000
"""Of one question to the engine."""
