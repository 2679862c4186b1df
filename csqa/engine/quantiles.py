"""Exact quantiles of durations and counts per period and unit."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.facts import FACTS, make_facts
from csqa.engine.passes import can_feed, fetch_named
from csqa.engine.slots import Slot, whole_slots
from csqa.engine.sums import table_of
from csqa.rules.calendar import Calendar
from csqa.rules.inspection import Form
from csqa.rules.standard import Standard

MOST_VALUES = 10_000_000
"""Rows of one query, but for a period that has more: no engine puts a group's values on disk."""


def find_quantiles(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    by: Sequence[str],
    every: str,
    probabilities: Sequence[float],
    form: Form | None = None,
) -> pd.DataFrame:
    """Exact quantiles of durations and counts per period, unit and metric.

    Parameters
    ----------
    data, standard, calendar, by, every, form
        As for :func:`sum_metrics`.
    probabilities : sequence of float
        In [0, 1].

    Returns
    -------
    DataFrame
        ``period``, the unit columns, ``metric``, ``probability``, ``value`` [the metric's unit],
        interpolated linearly between the two nearest records.
    """
    make_facts(data, standard, calendar, every, form)
    keys = ["period", *by]
    slots = [
        slot
        for slot in whole_slots(standard)
        if slot.measure.kind in ("seconds", "number") and can_feed(data, slot.metric)
    ]
    columns = [*keys, "metric", "probability", "value"]
    parts = [
        _quantiles(data, slot, keys, probabilities, portion)
        for portion in _portions(data)
        for slot in slots
    ]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return found[columns]


def _portions(data: Dataset) -> Iterator[str]:
    """Conditions on the facts, each true of some periods: their values are held all at once."""
    counted = f"SELECT period, COUNT(*) AS n FROM {FACTS} GROUP BY period ORDER BY period"
    first, last, held = "", "", 0
    for period, n in data.engine.rows(counted):
        if first and held + n > MOST_VALUES:
            yield _between(first, last)
            first, held = "", 0
        first, last, held = first or str(period), str(period), held + int(n)
    if first:
        yield _between(first, last)


def _between(first: str, last: str) -> str:
    return f"period BETWEEN {literal(first)} AND {literal(last)}"


def _quantiles(
    data: Dataset, slot: Slot, keys: list[str], probabilities: Sequence[float], portion: str
) -> pd.DataFrame:
    where = " AND ".join([portion, *slot.conditions, f"{slot.metric.measure} IS NOT NULL"])
    listed = ", ".join(keys)
    rows = f"SELECT {listed}, {slot.metric.measure} AS v FROM {table_of([slot])} WHERE {where}"
    return _stack(*group_quantiles(data, rows, keys, probabilities), slot, probabilities)


def group_quantiles(
    data: Dataset, rows: str, keys: list[str], probabilities: Sequence[float]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Exact quantiles of a query's ``v`` over groups of its rows.

    Parameters
    ----------
    data : Dataset
        Whose engine runs the query.
    rows : str
        A SELECT of the keys and ``v``, never NULL.
    keys : list of str
        Columns to group by.
    probabilities : sequence of float
        In [0, 1].

    Returns
    -------
    tuple of (DataFrame, ndarray)
        The keys, as texts, and one column of values per probability.
    """
    listed = ", ".join(keys)
    if data.engine.dialect.quantiles is None:
        return _quantiles_by_windows(data, rows, keys, probabilities)
    chosen = ", ".join(map(repr, map(float, probabilities)))
    array = data.engine.dialect.quantiles.format(x="v", ps=chosen)
    found = fetch_named(
        data,
        f"SELECT {listed}, {array} AS qs FROM ({rows}) AS valued GROUP BY {listed}",
        keys,
    )
    values = np.array(found["qs"].tolist(), dtype=float).reshape(len(found), len(probabilities))
    return found[keys], values


def _quantiles_by_windows(
    data: Dataset, rows: str, keys: list[str], probabilities: Sequence[float]
) -> tuple[pd.DataFrame, np.ndarray]:
    """The two nearest records by their place in the order, for engines without grouped ones."""
    listed = ", ".join(keys)
    picked = ", ".join(
        f"MAX(CASE WHEN place = FLOOR({p!r} * (n - 1)) THEN v END) AS low{i},"
        f" MAX(CASE WHEN place = CEIL({p!r} * (n - 1)) THEN v END) AS high{i}"
        for i, p in enumerate(map(float, probabilities))
    )
    found = fetch_named(
        data,
        f"SELECT {listed}, MAX(n) AS n, {picked} FROM (SELECT {listed}, v,"
        f" ROW_NUMBER() OVER (PARTITION BY {listed} ORDER BY v) - 1 AS place,"
        f" COUNT(*) OVER (PARTITION BY {listed}) AS n FROM ({rows}) AS valued)"
        f" AS placed GROUP BY {listed}",
        keys,
    )
    n = found["n"].to_numpy(dtype=float)
    values = [
        found[f"low{i}"].to_numpy(dtype=float)
        + (p * (n - 1) - np.floor(p * (n - 1)))
        * (found[f"high{i}"].to_numpy(dtype=float) - found[f"low{i}"].to_numpy(dtype=float))
        for i, p in enumerate(probabilities)
    ]
    return found[keys], np.column_stack(values)


def _stack(
    keys: pd.DataFrame, values: np.ndarray, slot: Slot, probabilities: Sequence[float]
) -> pd.DataFrame:
    return pd.concat(
        [
            keys.assign(metric=slot.metric.key, probability=float(p), value=column / slot.scale)
            for p, column in zip(probabilities, values.T, strict=True)
        ],
        ignore_index=True,
    )
