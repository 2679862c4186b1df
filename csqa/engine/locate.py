"""Where in a unit's work a result comes from: the part that does worst."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from csqa import schema
from csqa.engine.estimates import value_of
from csqa.rules.standard import AT_MOST
from csqa.stats import newcombe_difference, welch_difference

LEAST_RECORDS = 10
"""Fewest records on either side of a contrast."""

CONFIDENCE = 0.998
"""High, for the largest of many contrasts is shown."""

NOWHERE: dict[str, Any] = {"part_kind": "", "part": "", "inside": np.nan, "outside": np.nan}
"""What is returned where no part differs."""


def locate(
    details: Iterable[pd.DataFrame],
    kind: str,
    *,
    unit_kind: str,
    unit: str,
    metric: str,
    direction: str,
    periods: Iterable[str],
) -> dict[str, Any]:
    """Find the part of a unit's work that does worst, against the rest of it.

    Parameters
    ----------
    details : iterable of DataFrame
        Measures split by the unit and one more column each (peak, topic, scene …); for the
        whole, measures split by one column.
    kind : str
        Of the metric's value, one of :data:`csqa.results.KINDS`.
    unit_kind, unit, metric : str
        Which unit, and which metric of it.
    direction : {"at_most", "at_least"}
        Which way is worse.
    periods : iterable of str
        Pooled.

    Returns
    -------
    dict
        ``part_kind`` (its column), ``part``, ``inside`` and ``outside`` (values of the metric
        there and elsewhere); ``part`` is empty where no part is surely worse.
    """
    wanted = set(periods)
    found = [
        contrast
        for table in details
        for contrast in _contrasts(_select(table, unit_kind, unit, metric, wanted), unit_kind, kind)
        if (contrast["inside"] > contrast["outside"]) == (direction == AT_MOST)
    ]
    largest = max(found, key=lambda contrast: contrast["weight"], default=NOWHERE)
    return {name: largest[name] for name in NOWHERE}


def _select(
    table: pd.DataFrame, unit_kind: str, unit: str, metric: str, periods: set[str]
) -> pd.DataFrame:
    if unit_kind != schema.OVERALL and unit_kind not in table.columns:
        return table.iloc[:0]
    rows = table[(table["metric"] == metric) & table["period"].isin(periods)]
    return rows if unit_kind == schema.OVERALL else rows[rows[unit_kind] == unit]


def _contrasts(rows: pd.DataFrame, unit_kind: str, kind: str) -> Iterable[dict[str, Any]]:
    """Each part of the unit's work against the rest of it, where they surely differ."""
    others = [column for column in rows.columns if column in schema.UNITS and column != unit_kind]
    if len(others) != 1 or rows.empty:
        return
    parts = rows.groupby(others[0])[["n", "total", "total_squares"]].sum()
    rest = parts.sum() - parts
    enough = (parts["n"] >= LEAST_RECORDS) & (rest["n"] >= LEAST_RECORDS)
    for part in parts.index[enough & (parts.index != schema.UNKNOWN)]:
        inside, outside = parts.loc[part], rest.loc[part]
        lower, upper = _difference(inside, outside, kind)
        if lower > 0 or upper < 0:
            values = [float(value_of(kind, one["n"], one["total"])) for one in (inside, outside)]
            yield {
                "part_kind": others[0],
                "part": str(part),
                "inside": values[0],
                "outside": values[1],
                "weight": abs(values[0] - values[1]) * float(inside["n"]),
            }


def _difference(inside: pd.Series, outside: pd.Series, kind: str) -> tuple[float, float]:
    if kind == "share":
        lower, upper = newcombe_difference(
            inside["total"], inside["n"], outside["total"], outside["n"], CONFIDENCE
        )
    else:
        n1, total1, squares1 = inside[["n", "total", "total_squares"]]
        n2, total2, squares2 = outside[["n", "total", "total_squares"]]
        lower, upper = welch_difference(n1, total1, squares1, n2, total2, squares2, CONFIDENCE)
    return float(lower), float(upper)
