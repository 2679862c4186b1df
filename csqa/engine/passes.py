"""Sums of all metrics in one pass over the facts per grouping.

Ratios are taken later, in pandas, on the small result.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from csqa import results
from csqa.engine.dataset import Dataset
from csqa.engine.facts import make_facts
from csqa.engine.slots import Slot, slots_of
from csqa.engine.sums import MOST_SLOTS, type_of_squares, wide_query
from csqa.rules.calendar import Calendar
from csqa.rules.inspection import Form
from csqa.rules.measures import measure_of
from csqa.rules.standard import Metric, Standard


def sum_metrics(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    by: Sequence[str],
    every: str,
    form: Form | None = None,
) -> pd.DataFrame:
    """Sufficient statistics per period, unit, metric and line of the standard.

    Parameters
    ----------
    data : Dataset
        With ``contacts``; ``inspections`` if there are any.
    standard, calendar
        The rules: targets per line, and what is a peak hour.
    by : sequence of str
        Unit columns, of :data:`csqa.schema.UNITS`; empty for the whole.
    every : str
        One of :data:`csqa.schema.EVERY`.
    form : Form, optional
        What inspected items mean. Default: the shipped one.

    Returns
    -------
    DataFrame
        ``period``, the unit columns, ``metric``, ``target_line``, ``n``, ``total``,
        ``total_squares``, ``over``; seconds in seconds. Metrics without data have no row.
    """
    make_facts(data, standard, calendar, every, form)
    keys = ["period", *by]
    slots = [slot for slot in slots_of(standard) if can_feed(data, slot.metric)]
    parts = [
        part
        for table in ("contacts", "inspections")
        for chunk in _chunks([slot for slot in slots if slot.measure.table == table])
        for part in _sum_slots(data, chunk, keys)
    ]
    if not parts:
        return pd.DataFrame(columns=[*keys, *results.MEASURE_COLUMNS[:-1]])
    return pd.concat(parts, ignore_index=True)


def can_feed(data: Dataset, metric: Metric) -> bool:
    """Whether the data hold the columns that a metric needs."""
    measure = measure_of(metric)
    if measure.table not in data.tables:
        return False
    told = [name for name in measure.any_of if data.has(measure.table, name)]
    if measure.any_of and not told:
        return False
    return all(data.has(measure.table, column) for column in measure.needs)


def _chunks(slots: list[Slot]) -> Iterator[list[Slot]]:
    for start in range(0, len(slots), MOST_SLOTS):
        yield slots[start : start + MOST_SLOTS]


def _sum_slots(data: Dataset, slots: list[Slot], keys: list[str]) -> Iterator[pd.DataFrame]:
    """One scan of the facts: the sums of all slots side by side, then one below the other."""
    squares = type_of_squares(data.engine, slots)
    wide = fetch_named(data, wide_query(slots, keys, squares), keys)
    for number, slot in enumerate(slots):
        yield _narrow(wide, number, slot, keys)


def fetch_named(data: Dataset, query: str, keys: list[str]) -> pd.DataFrame:
    """A result with its names as texts, whatever the engine keeps them as."""
    return data.engine.frame(query).astype(dict.fromkeys(keys, "str"))


def _narrow(wide: pd.DataFrame, number: int, slot: Slot, keys: list[str]) -> pd.DataFrame:
    n = wide[f"n{number}"].to_numpy(dtype=float)
    rows = wide[n > 0]
    n, total = n[n > 0], rows[f"t{number}"].to_numpy(dtype=float)
    squares = rows[f"q{number}"].to_numpy(dtype=float) if f"q{number}" in rows else total
    over = rows[f"o{number}"].to_numpy(dtype=float) if f"o{number}" in rows else None
    if over is None:
        over = slot.count_misses(n, total, squares)
    return rows[keys].assign(
        metric=slot.metric.key,
        target_line=slot.label,
        n=n.astype("int64"),
        total=total / slot.scale,
        total_squares=squares / slot.scale**2,
        over=over,
    )
