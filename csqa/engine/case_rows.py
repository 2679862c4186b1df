"""Cases of a month and what was said in them: narrow queries, the same text for every engine."""

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.fetching import type_frame
from csqa.engine.quality import contacts_of, in_month
from csqa.rules.inspection import Form
from csqa.schema import TABLES

CONTACT_COLUMNS = (
    "contact_id",
    "agent_id",
    "team",
    "channel",
    "scene",
    "topic",
    "csat",
    "complaint",
)
ASKED_AT_ONCE = 500
"""Contacts named in one query."""
MOST_NAMED = 5_000


def fetch_cases(
    data: Dataset, period: str, low_rating: float, named: Iterable[str], most: int
) -> pd.DataFrame:
    """Complaints and low ratings of a month, and contacts that are named, those first.

    Parameters
    ----------
    data : Dataset
        With contacts.
    period : str
        A month.
    low_rating : float
        Ratings up to this make a case.
    named : iterable of str
        Contacts that are cases whatever they are; at most :data:`MOST_NAMED` of them.
    most : int
        Most cases; the rest is left out.

    Returns
    -------
    DataFrame
        ``contact_id``, ``local_at`` (wall time of creation), the columns of
        :data:`CONTACT_COLUMNS`; ``complaint`` boolean, ``csat`` NaN where there is none.
    """
    listed = ", ".join(CONTACT_COLUMNS)
    told = _is_named(named)
    rows = data.engine.frame(
        f"SELECT {listed}, local_at FROM {contacts_of(data)}"
        f" WHERE {in_month(data, period)} AND (complaint OR csat <= {float(low_rating)} OR {told})"
        f" ORDER BY CASE WHEN {told} THEN 0 WHEN complaint THEN 1 ELSE 2 END,"
        " COALESCE(csat, 3), contact_id"
        f" LIMIT {int(most)}"
    )
    times = rows["local_at"].astype("datetime64[us]")
    texts = [name for name in CONTACT_COLUMNS if name not in ("csat", "complaint")]
    typed = rows.astype({**dict.fromkeys(texts, "str"), "csat": "float64", "complaint": "boolean"})
    return typed.assign(local_at=times)


def count_cases(data: Dataset, period: str, low_rating: float, named: Iterable[str]) -> int:
    """How many cases a month has.

    Parameters
    ----------
    data, period, low_rating, named
        As for :func:`fetch_cases`.
    """
    counted = data.engine.frame(
        f"SELECT COUNT(*) AS n FROM {contacts_of(data)}"
        f" WHERE {in_month(data, period)}"
        f" AND (complaint OR csat <= {float(low_rating)} OR {_is_named(named)})"
    )
    return int(counted["n"].iloc[0])


def fetch_of_contacts(
    data: Dataset, table: str, contact_ids: Iterable[str], order: Sequence[str]
) -> pd.DataFrame:
    """Rows of a table that belong to some contacts.

    Parameters
    ----------
    data : Dataset
        As loaded; there are no rows where it lacks the table.
    table : str
        ``messages``, ``inspections`` or ``feedback``.
    contact_ids : iterable of str
        Any texts.
    order : sequence of str
        Columns that the rows are sorted by.

    Returns
    -------
    DataFrame
        The columns of the table; times in the declared zone.
    """
    declared = TABLES[table]
    frames = [type_frame(pd.DataFrame(columns=declared.names), declared, data.time_zone)]
    if table in data.tables:
        names = ", ".join(map(data.engine.dialect.identifier, declared.names))
        for ids in _portions(contact_ids):
            listed = ", ".join(map(literal, ids))
            rows = data.engine.frame(
                f"SELECT {names} FROM {data.relation(table)} WHERE contact_id IN ({listed})"
            )
            frames.append(type_frame(rows, declared, data.time_zone))
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    return pd.concat(filled).sort_values(list(order), kind="stable", ignore_index=True)


def judge_items(inspections: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Say of each judged item what it is in the form, and whether it failed.

    Parameters
    ----------
    inspections : DataFrame
        From :func:`fetch_of_contacts`.
    form : Form
        Names and scales of the items.

    Returns
    -------
    DataFrame
        With ``item_key``, ``item_kind`` (what it counts as, else its key) and ``failed`` (bool):
        by its result or, without one, by a score in the lower half of its scale.
    """
    spelled = form.spelled
    items = [spelled.get(str(name).lower()) for name in inspections["item"]]
    keys = [
        item.key if item else name for item, name in zip(items, inspections["item"], strict=True)
    ]
    kinds = [
        item.counts_as if item and item.counts_as else key
        for item, key in zip(items, keys, strict=True)
    ]
    middle = [sum(item.scale) / 2 if item and item.scale else float("nan") for item in items]
    low = inspections["result"].isna() & (
        inspections["score"] < pd.Series(middle, inspections.index)
    )
    failed = inspections["result"].eq("fail") | low
    return inspections.assign(item_key=keys, item_kind=kinds, failed=failed)


def _is_named(named: Iterable[str]) -> str:
    ids = sorted(set(named))[:MOST_NAMED]
    return f"contact_id IN ({', '.join(map(literal, ids))})" if ids else "1 = 0"


def _portions(contact_ids: Iterable[str]) -> Iterator[list[str]]:
    ids = sorted(set(contact_ids))
    for start in range(0, len(ids), ASKED_AT_ONCE):
        yield ids[start : start + ASKED_AT_ONCE]
