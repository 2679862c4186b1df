"""Sums of the scores of inspected records and items, in one pass over the judged items."""

from collections.abc import Sequence

import pandas as pd

from csqa import schema
from csqa.engine.dataset import Dataset
from csqa.engine.facts import FACTS, make_facts
from csqa.engine.inspected import (
    RATING_PER_POINT,
    RECORD_SCORE_PER_POINT,
    items_query,
    judged_query,
    records_query,
)
from csqa.engine.passes import fetch_named
from csqa.engine.weighted_records import add_weighted
from csqa.errors import DataError
from csqa.rules.calendar import Calendar
from csqa.rules.inspection import Form
from csqa.rules.standard import Standard

MOST_FAULTS = 1_000
"""Items of which faults are listed: more are no form, but a column taken for another."""

HALF = 500_000_000
"""Of a rating; below it an item has failed (methods.md 4.1)."""


_RECORD_VALUES = {
    "": ("record_score", RECORD_SCORE_PER_POINT),
    "_unkilled": ("record_score_unkilled", RECORD_SCORE_PER_POINT),
    "_critical_free": ("critical_free", 1),
}
"""Suffix → column of a record, and what its stored value is divided by."""


def require_inspections(data: Dataset) -> None:
    """Refuse data of which no record can be scored.

    Raises
    ------
    DataError
        If there are no contacts or no inspections.
    """
    if not isinstance(data, Dataset):
        msg = f"`data` 应为 csqa.load 给出的 Dataset，而不是 {type(data).__name__}。"
        raise DataError(msg)
    lacking = [name for name in ("contacts", "inspections") if not data.has(name)]
    if lacking:
        named = "、".join(schema.TABLES[name].zh for name in lacking)
        msg = f"没有提供{named}：算不出质检得分。"
        raise DataError(msg)


def sum_records(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    form: Form,
    by: Sequence[str],
    every: str,
) -> pd.DataFrame:
    """Sums of the scores of records per period and unit.

    Parameters
    ----------
    data : Dataset
        With ``contacts`` and ``inspections``.
    standard, calendar
        Whose contact it is, and what is a peak hour.
    form : Form
        What the items weigh.
    by : sequence of str
        Unit columns, of :data:`csqa.schema.UNITS`; empty for the whole.
    every : str
        One of :data:`csqa.schema.EVERY`.

    Returns
    -------
    DataFrame
        ``period``, the unit columns; ``n_records`` inspected, ``n_rated`` with an item rated;
        ``n``, ``total``, ``total_squares`` of the scores [points], the same with ``_unkilled``;
        ``n_critical_free`` records; ``set_aside`` judged items; ``n_with_probability`` records
        and the weighted sums (:mod:`csqa.engine.weighted_records`). All of them add up.
    """
    wide = data.engine.dialect.wide
    sums = [
        "COUNT(*) AS n_records",
        "COUNT(records.critical_free) AS n_rated",
        *_sums("records.record_score", "", wide),
        *_sums("records.record_score_unkilled", "_unkilled", wide),
        "COALESCE(SUM(records.critical_free), 0) AS n_critical_free",
        "SUM(records.set_aside) AS set_aside",
    ]
    make_facts(data, standard, calendar, every, form)
    keys, valued = ["period", *by], records_query(data, form)
    found = _fetch(data, valued, sums, keys, RECORD_SCORE_PER_POINT)
    return add_weighted(data, found, valued, keys, _RECORD_VALUES)


def sum_items(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    form: Form,
    by: Sequence[str],
    every: str,
) -> pd.DataFrame:
    """Sums of the ratings of items per period, unit and item.

    Parameters
    ----------
    data, standard, calendar, form, by, every
        As for :func:`sum_records`.

    Returns
    -------
    DataFrame
        ``period``, the unit columns, ``item``; ``n_records`` on which it was judged; ``n``,
        ``total``, ``total_squares`` of its ratings [points of 100]; ``n_failed``, ``n_critical``
        records; ``set_aside`` rows.
    """
    sums = [
        "COUNT(*) AS n_records",
        *_sums("records.rating", "", data.engine.dialect.wide),
        f"SUM(CASE WHEN records.rating < {HALF} THEN 1 ELSE 0 END) AS n_failed",
        "SUM(records.killed) AS n_critical",
        "SUM(records.set_aside) AS set_aside",
    ]
    make_facts(data, standard, calendar, every, form)
    keys = ["period", *by, "item_key"]
    valued = items_query(data, form)
    found = _fetch(data, valued, sums, keys, RATING_PER_POINT)
    found = add_weighted(data, found, valued, keys, {"": ("rating", RATING_PER_POINT)})
    return found.rename(columns={"item_key": "item"})


def find_unusable(data: Dataset, form: Form) -> pd.DataFrame:
    """Judged items that no score can be made of, at most :data:`MOST_FAULTS` of them.

    Returns
    -------
    DataFrame
        ``item``, ``rule`` (``not_listed``, ``no_scale``, ``beyond_scale``), ``rows``, ``least``
        and ``greatest`` score of them. Sorted.
    """
    found = data.engine.frame(
        "SELECT item_key AS item, set_aside AS rule, COUNT(*) AS n,"
        f" MIN(score) AS least, MAX(score) AS greatest FROM ({judged_query(data, form)}) AS judged"
        " WHERE set_aside IS NOT NULL GROUP BY item_key, set_aside"
        f" ORDER BY COUNT(*) DESC, item_key LIMIT {MOST_FAULTS}"
    )
    found = found.astype({"item": "str", "rule": "str", "n": "int64"}).rename(columns={"n": "rows"})
    found = found.astype({"least": "float64", "greatest": "float64"})
    order = ["rule", "rows", "item"]
    return found.sort_values(order, ascending=[True, False, True], ignore_index=True)


def _sums(value: str, suffix: str, wide: str) -> list[str]:
    return [
        f"COUNT({value}) AS n{suffix}",
        f"SUM({value}) AS total{suffix}",
        f"SUM(CAST({value} AS {wide}) * {value}) AS total_squares{suffix}",
    ]


def _fetch(
    data: Dataset, valued: str, sums: Sequence[str], keys: list[str], per_point: int
) -> pd.DataFrame:
    """Sums over the inspected contacts; what was stored in whole numbers becomes points."""
    listed = ", ".join(keys)
    query = (
        f"SELECT {listed}, {', '.join(sums)} FROM {FACTS} AS facts"
        f" JOIN ({valued}) AS records ON records.contact_id = facts.contact_id GROUP BY {listed}"
    )
    found = fetch_named(data, query, keys)
    summed = [str(name) for name in found.columns if name not in keys]
    totals = [name for name in summed if name.startswith("total")]
    found = found.astype({name: "float64" if name in totals else "int64" for name in summed})
    for name in totals:
        found[name] = found[name].fillna(0.0) / per_point ** (2 if "squares" in name else 1)
    return found.sort_values(keys, ignore_index=True)
