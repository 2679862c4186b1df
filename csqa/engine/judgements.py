"""Judgements by inspector: what two or more said of the same, fetched as narrow tables."""

from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.facts import FACTS, make_facts
from csqa.engine.inspected import RATING_PER_POINT, judged_query, mean_of
from csqa.engine.passes import fetch_named
from csqa.engine.record_scores import require_inspections
from csqa.engine.unit_columns import unit_fragments
from csqa.periods import kind_of
from csqa.rules.calendar import Calendar
from csqa.rules.inspection import Form
from csqa.rules.standard import Standard

RATINGS_PER_SCALE = 100 * RATING_PER_POINT
"""Ratings are kept in whole billionths of the scale."""

SCORE = (
    "CASE WHEN SUM(weight) > 0 THEN CAST(FLOOR(CAST(SUM(CAST(weight AS {wide}) * rating) AS"
    " {number}) / CAST(SUM(weight) AS {number}) / 10 + 0.5) AS {whole}) END"
)
"""A record's score by one inspector, critical items aside [millionths of a point]."""

SCORE_PER_POINT = 1_000_000


def fetch_shared(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    form: Form,
    by: Sequence[str] = (),
    period: str | None = None,
) -> pd.DataFrame:
    """Judgements of items that at least two inspectors judged on the same contact.

    Parameters
    ----------
    data : Dataset
        With ``contacts`` and ``inspections``.
    standard, calendar
        Whose contact it is, and what is a peak hour.
    form : Form
        What the items mean.
    by : sequence of str
        Unit columns, of :data:`csqa.schema.UNITS`.
    period : str, optional
        In which the contact was created; default: any.

    Returns
    -------
    DataFrame, one row per contact, item and inspector, sorted
        The unit columns, ``contact_id``, ``item``, ``inspector``; ``rating`` [0–1, NaN: not
        applicable]; ``scored`` (bool): it lies between a pass and a fail.

    Raises
    ------
    DataError
        If there are no contacts or no inspections.
    RuleError
        If ``period`` is none.
    """
    require_inspections(data)
    _facts(data, standard, calendar, form, period)
    keys = [*by, "contact_id", "item_key", "inspector"]
    listed = ", ".join(
        [*(f"facts.{name}" for name in by), *(f"rated.{name}" for name in keys[-3:])]
    )
    found = fetch_named(
        data,
        f"SELECT {listed}, rated.rating, rated.between_ends FROM {FACTS} AS facts"
        f" JOIN ({_by_inspector(data, form)}) AS rated ON rated.contact_id = facts.contact_id"
        f" WHERE rated.judges >= 2 AND {_of(period)}",
        keys,
    ).rename(columns={"item_key": "item"})
    found["rating"] = found["rating"].astype("float64") / RATINGS_PER_SCALE
    found["scored"] = found.pop("between_ends").astype("int64") > 0
    return found.sort_values([*by, "item", "contact_id", "inspector"], ignore_index=True)


def sum_by_inspector(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    form: Form,
    period: str | None = None,
) -> pd.DataFrame:
    """Sums of the scores that each inspector gave the records he judged.

    Returns
    -------
    DataFrame, one row per inspector, sorted
        ``inspector``; ``n`` records with a score; ``total``, ``total_squares`` of the scores
        [points], critical items aside.
    """
    _facts(data, standard, calendar, form, period)
    dialect = data.engine.dialect
    score = SCORE.format(wide=dialect.wide, number=dialect.number, whole=dialect.whole)
    found = fetch_named(
        data,
        "SELECT scored.inspector, COUNT(*) AS n, SUM(scored.score) AS total,"
        f" SUM(CAST(scored.score AS {dialect.wide}) * scored.score) AS total_squares"
        f" FROM {FACTS} AS facts JOIN (SELECT contact_id, inspector, {score} AS score"
        f" FROM ({_by_inspector(data, form)}) AS rated GROUP BY contact_id, inspector) AS scored"
        " ON scored.contact_id = facts.contact_id"
        f" WHERE scored.score IS NOT NULL AND {_of(period)} GROUP BY scored.inspector",
        ["inspector"],
    ).astype({"n": "int64", "total": "float64", "total_squares": "float64"})
    found["total"] /= SCORE_PER_POINT
    found["total_squares"] /= SCORE_PER_POINT**2
    return found.sort_values("inspector", ignore_index=True)


def fetch_verdicts(data: Dataset, form: Form) -> pd.DataFrame:
    """What inspectors found of each item on each contact, and how probably it was drawn.

    Parameters
    ----------
    data : Dataset
        With ``inspections``; contacts are not looked at.
    form : Form
        What the items mean.

    Returns
    -------
    DataFrame, one row per contact and item, sorted
        ``contact_id``, ``item``; ``n_failed`` and ``n_passed`` inspectors who rated it below
        0.5, or not; ``inclusion_probability``, NaN where the data tell none.
    """
    half = RATINGS_PER_SCALE // 2
    mean = mean_of("rating", data.engine.dialect)
    found = fetch_named(
        data,
        "SELECT contact_id, item_key,"
        f" SUM(CASE WHEN rating < {half} THEN 1 ELSE 0 END) AS n_failed,"
        f" SUM(CASE WHEN rating >= {half} THEN 1 ELSE 0 END) AS n_passed"
        f" FROM (SELECT contact_id, item_key, inspector, {mean} AS rating"
        f" FROM ({judged_query(data, form, all_codings=True, corrected=True)}) AS judged"
        " WHERE rating IS NOT NULL"
        " GROUP BY contact_id, item_key, inspector) AS rated GROUP BY contact_id, item_key",
        ["contact_id", "item_key"],
    ).astype({"n_failed": "int64", "n_passed": "int64"})
    found = found.rename(columns={"item_key": "item"})
    found = found.merge(_probabilities(data), on="contact_id", how="left")
    return found.sort_values(["item", "contact_id"], ignore_index=True)


def fetch_judged(data: Dataset, form: Form) -> pd.DataFrame:
    """Which items were judged on the contacts that are disputed, each once."""
    found = fetch_named(
        data,
        "SELECT judged.contact_id, judged.item_key"
        f" FROM ({judged_query(data, form, all_codings=True)}) AS judged WHERE judged.contact_id IN"
        f" (SELECT disputes.contact_id FROM {data.relation('disputes')} AS disputes)"
        " GROUP BY judged.contact_id, judged.item_key",
        ["contact_id", "item_key"],
    )
    return found.rename(columns={"item_key": "item"})


def fetch_disputes(data: Dataset, standard: Standard, calendar: Calendar) -> pd.DataFrame:
    """Disputes with the agent and team of their contact, as the standard attributes them.

    Parameters
    ----------
    data : Dataset
        With ``disputes``.
    standard, calendar
        Whose contact it is.

    Returns
    -------
    DataFrame, one row per dispute, in order of filing
        The columns of :data:`csqa.schema.DISPUTES`; ``agent_id`` as given, else the contact's;
        ``team``. Missing where neither tells.
    """
    rows = data.table("disputes").sort_values(["filed_at", "dispute_id"], ignore_index=True)
    if not data.has("contacts"):
        return rows.assign(team=pd.Series(np.nan, index=rows.index, dtype="str"))
    parts = unit_fragments(data, standard, calendar)
    known = data.engine.frame(
        f"SELECT contacts.contact_id, {parts['agent']} AS contact_agent, {parts['team']} AS team"
        f" FROM {parts['contacts']} AS contacts {parts['teams']} WHERE contacts.contact_id IN"
        f" (SELECT disputes.contact_id FROM {data.relation('disputes')} AS disputes)"
    ).astype({"contact_id": "str", "contact_agent": "str", "team": "str"})
    found = rows.merge(known.drop_duplicates("contact_id"), on="contact_id", how="left")
    found["agent_id"] = found["agent_id"].fillna(found.pop("contact_agent"))
    return found


PROBABILITY = "inclusion_probability"
"""Column of inspections: how probably the contact was drawn; stored with a drawn sample."""


def _probabilities(data: Dataset) -> pd.DataFrame:
    if not data.has("inspections", PROBABILITY):
        empty = pd.DataFrame({"contact_id": [], PROBABILITY: []})
        return empty.astype({"contact_id": "str", PROBABILITY: "float64"})
    found = fetch_named(
        data,
        f"SELECT contact_id, MIN({PROBABILITY}) AS {PROBABILITY}"
        f" FROM {data.relation('inspections')} GROUP BY contact_id",
        ["contact_id"],
    )
    return found.astype({PROBABILITY: "float64"})


def _facts(
    data: Dataset, standard: Standard, calendar: Calendar, form: Form, period: str | None
) -> None:
    make_facts(data, standard, calendar, kind_of(period) if period else "month", form)


def _of(period: str | None) -> str:
    return f"facts.period = {literal(period)}" if period else "1 = 1"


def _by_inspector(data: Dataset, form: Form) -> str:
    dialect = data.engine.dialect
    weight = "CASE WHEN rating IS NOT NULL THEN weight END"
    text = (files("csqa.engine") / "sql" / "inspector_items.sql").read_text(encoding="utf8")
    return text.format(
        judged=judged_query(data, form, all_codings=True),
        mean_rating=mean_of("rating", dialect),
        mean_weight=mean_of(weight, dialect),
    )
