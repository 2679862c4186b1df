"""Sums of weighted scores: each inspected record counts by the inverse of its chance to be drawn.

The weights are fractions, so these sums are taken from a narrow row per inspected record, sorted,
and not in SQL: the same to the last digit on every engine.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.facts import FACTS
from csqa.engine.passes import fetch_named
from csqa.stats import WeightedSums, weighted_terms

WEIGHTED = tuple(name for name in WeightedSums.__dataclass_fields__ if name != "n")
WITH_PROBABILITY = "n_with_probability"

_PROBABILITIES = (
    "SELECT contact_id, CAST(MIN(inclusion_probability) AS {number}) AS chance"
    " FROM {inspections} GROUP BY contact_id"
)


UNWEIGHTED, HAJEK, MIXED = "unweighted", "hajek", "hajek_mixed"
"""How records count: alike; by the inverse of their chance to be drawn; the same, where some have
no chance stated and stand for themselves alone."""


def has_probabilities(data: Dataset) -> bool:
    """Whether any inspection may say how probably its contact was drawn."""
    return data.has("inspections", "inclusion_probability")


def chances_query(data: Dataset) -> str:
    """SQL of the chance of each inspected contact to be drawn; NULL where it is not known."""
    number = data.engine.dialect.number
    return _PROBABILITIES.format(number=number, inspections=data.relation("inspections"))


def weighted_columns(suffix: str) -> list[str]:
    """Columns of the weighted sums of one value.

    Examples
    --------
    >>> weighted_columns("_unkilled")[:3]
    ['uncertain_unkilled', 'weight_unkilled', 'weighted_total_unkilled']
    """
    return [f"{'weighted_' if name == 'total' else ''}{name}{suffix}" for name in WEIGHTED]


def sums_of(rows: pd.DataFrame, suffix: str, n: str) -> WeightedSums:
    """Weighted sums that a table holds, as :mod:`csqa.stats` takes them."""
    columns = dict(zip(WEIGHTED, weighted_columns(suffix), strict=True))
    found = {name: rows[column].to_numpy(dtype=float) for name, column in columns.items()}
    return WeightedSums(n=rows[n].to_numpy(dtype=float), **found)


def add_weighted(
    data: Dataset,
    sums: pd.DataFrame,
    valued: str,
    keys: Sequence[str],
    values: Mapping[str, tuple[str, float]],
) -> pd.DataFrame:
    """Add weighted sums to unweighted ones.

    Parameters
    ----------
    data : Dataset
        After its facts were made.
    sums : DataFrame
        Unweighted, one row per key.
    valued : str
        SQL of a row per inspected record (and item).
    keys : sequence of str
        What it is grouped by.
    values : mapping
        Suffix → column of ``valued``, and what its stored value is divided by.

    Returns
    -------
    DataFrame
        With ``n_with_probability`` records of which the chance is known, and for each suffix the
        columns of :func:`weighted_columns`. A record without a chance stands for itself alone.
    """
    if not has_probabilities(data):
        return _unweighted(sums.assign(**{WITH_PROBABILITY: 0}), values)
    rows = _fetch(data, valued, keys, values)
    known = rows["chance"].notna()
    terms = rows[list(keys)].assign(**{WITH_PROBABILITY: known.astype("int64")})
    for suffix, (column, divisor) in values.items():
        found = weighted_terms(rows[column].astype("float64") / divisor, rows["chance"].fillna(1.0))
        for name, title in zip(WEIGHTED, weighted_columns(suffix), strict=True):
            terms[title] = found[name]
    added = terms.groupby(list(keys), as_index=False, sort=True).sum()
    return sums.merge(added, on=list(keys), how="left", validate="one_to_one")


def _unweighted(sums: pd.DataFrame, values: Mapping[str, tuple[str, float]]) -> pd.DataFrame:
    """Weighted sums of records that stand for themselves alone."""
    for suffix in values:
        titles = dict(zip(WEIGHTED, weighted_columns(suffix), strict=True))
        sums = sums.assign(**dict.fromkeys(titles.values(), 0.0))
        n, total = _UNWEIGHTED.get(suffix, (f"n{suffix}", f"total{suffix}"))
        sums[titles["weight"]] = sums[n].astype("float64")
        sums[titles["total"]] = sums[total].astype("float64")
    return sums


_UNWEIGHTED = {"_critical_free": ("n_rated", "n_critical_free")}
"""Where the unweighted sums are not called like the others."""


def _fetch(
    data: Dataset,
    valued: str,
    keys: Sequence[str],
    values: Mapping[str, tuple[str, float]],
) -> pd.DataFrame:
    """A row per inspected record, in an order that no engine has a say in."""
    columns = [f"records.{column}" for column, _ in values.values()]
    named = [f"facts.{key}" if key != "item_key" else "records.item_key" for key in keys]
    rows = fetch_named(
        data,
        f"SELECT facts.contact_id, chances.chance, {', '.join([*named, *columns])}"
        f" FROM {FACTS} AS facts JOIN ({valued}) AS records"
        " ON records.contact_id = facts.contact_id"
        f" JOIN ({chances_query(data)}) AS chances ON chances.contact_id = facts.contact_id",
        ["contact_id", *keys],
    )
    return rows.sort_values(["contact_id", *keys], ignore_index=True)


def with_method(rows: pd.DataFrame) -> pd.DataFrame:
    """Add how the records of each row count.

    Examples
    --------
    >>> rows = pd.DataFrame({"n_records": [4, 4, 4], WITH_PROBABILITY: [0, 3, 4]})
    >>> with_method(rows)["method"].tolist()
    ['unweighted', 'hajek_mixed', 'hajek']
    """
    known, records = rows[WITH_PROBABILITY], rows["n_records"]
    method = np.select([known == 0, known < records], [UNWEIGHTED, MIXED], HAJEK)
    return rows.assign(method=pd.Series(method, index=rows.index, dtype="str"))
