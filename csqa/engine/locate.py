"""Where in a unit's work a result comes from: the part that does worst."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from csqa import schema
from csqa.engine.estimates import value_of
from csqa.frames import unit_columns
from csqa.rules.standard import AT_MOST
from csqa.stats import newcombe_difference, welch_difference

LEAST_RECORDS = 10
"""Fewest records on either side of a contrast."""

CONFIDENCE = 0.998
"""High, for the largest of many contrasts is shown."""

MOST_PARTS = 3
"""Parts named at most: more are no longer a place."""

NOWHERE: dict[str, Any] = {"part_kind": "", "parts": [], "outside": np.nan}
"""What is returned where no part differs."""

SUMS = ["n", "total", "total_squares"]


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
    """Find the parts of a unit's work that do worst, against the rest of it.

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
        ``part_kind`` (their column), ``parts`` (pairs of part and value, the heaviest first) and
        ``outside`` (the value elsewhere); ``parts`` is empty where none is surely worse.
    """
    wanted = set(periods)
    found = [
        _worst_parts(_select(table, unit_kind, unit, metric, wanted), unit_kind, kind, direction)
        for table in details
    ]
    worst = max(found, key=lambda place: float(place.get("weight", 0.0)), default=NOWHERE)
    return {name: worst[name] for name in NOWHERE}


def _select(
    table: pd.DataFrame, unit_kind: str, unit: str, metric: str, periods: set[str]
) -> pd.DataFrame:
    if unit_kind != schema.OVERALL and unit_kind not in table.columns:
        return table.iloc[:0]
    rows = table[(table["metric"] == metric) & table["period"].isin(periods)]
    return rows if unit_kind == schema.OVERALL else rows[rows[unit_kind] == unit]


def _worst_parts(rows: pd.DataFrame, unit_kind: str, kind: str, direction: str) -> dict[str, Any]:
    """Take the worst part out, then the worst of the rest, as long as they surely differ."""
    others = [column for column in unit_columns(rows) if column != unit_kind]
    if len(others) != 1 or rows.empty:
        return dict(NOWHERE)
    left = rows.groupby(others[0])[SUMS].sum()
    place: dict[str, Any] = {"part_kind": others[0], "parts": [], "outside": np.nan}
    while len(place["parts"]) < MOST_PARTS:
        contrasts = list(_contrasts(left, kind, direction))
        if not contrasts:
            break
        worst = max(contrasts, key=lambda contrast: float(contrast["weight"]))
        place.setdefault("weight", worst["weight"])
        place["parts"].append((worst["part"], worst["inside"]))
        place["outside"] = worst["outside"]
        left = left.drop(index=worst["part"])
    return place if place["parts"] else dict(NOWHERE)


def _contrasts(parts: pd.DataFrame, kind: str, direction: str) -> Iterable[dict[str, Any]]:
    """Each part that is surely worse than the rest."""
    rest = parts.sum() - parts
    enough = (parts["n"] >= LEAST_RECORDS) & (rest["n"] >= LEAST_RECORDS)
    for part in parts.index[enough & (parts.index != schema.UNKNOWN)]:
        inside, outside = parts.loc[part], rest.loc[part]
        lower, upper = _difference(inside, outside, kind)
        if (lower > 0) if direction == AT_MOST else (upper < 0):
            here, there = (
                float(value_of(kind, one["n"], one["total"])) for one in (inside, outside)
            )
            yield {
                "part": str(part),
                "inside": here,
                "outside": there,
                "weight": abs(here - there) * float(inside["n"]),
            }


def _difference(inside: pd.Series, outside: pd.Series, kind: str) -> tuple[float, float]:
    if kind == "share":
        lower, upper = newcombe_difference(
            inside["total"], inside["n"], outside["total"], outside["n"], CONFIDENCE
        )
    else:
        n1, total1, squares1 = inside[SUMS]
        n2, total2, squares2 = outside[SUMS]
        lower, upper = welch_difference(n1, total1, squares1, n2, total2, squares2, CONFIDENCE)
    return float(lower), float(upper)
