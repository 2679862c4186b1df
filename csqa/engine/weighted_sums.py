"""Sums of the metrics of inspected records that were drawn with unequal chances, weighted back.

The sums must add up over units like all others. So each record of a period counts as ``v = c/π``
records, with one ``c`` for the whole period: chosen so that all of them together count as many
records as they are worth (Kish). ``total / n`` is then Hájek's ratio for any group of units, and
intervals and verdicts rest on what the sample is worth, not on how many records were read.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.facts import INSPECTED
from csqa.engine.passes import can_feed, fetch_named
from csqa.engine.slots import Slot, slots_of
from csqa.engine.sums import MOST_SLOTS
from csqa.engine.weighted_records import chances_query, has_probabilities
from csqa.rules.standard import Standard
from csqa.stats import record_weights
from csqa.stats.weights import STEP

Floats = NDArray[np.float64]


def weigh_back(
    data: Dataset, sums: pd.DataFrame, standard: Standard, by: Sequence[str]
) -> pd.DataFrame:
    """Replace the sums of inspected records by weighted ones, in periods of unequal chances.

    Parameters
    ----------
    data : Dataset
        After its facts were made.
    sums : DataFrame
        From :func:`csqa.engine.passes.sum_metrics`.
    standard : Standard
        The one they were summed by.
    by : sequence of str
        Unit columns.

    Returns
    -------
    DataFrame
        The same columns. Where no period has unequal chances, the very same rows; else ``n`` is
        no whole number in those periods. A record without a chance stands for itself alone.
    """
    periods = unequal_periods(data)
    slots = [
        slot
        for slot in slots_of(standard)
        if slot.measure.table == "inspections" and can_feed(data, slot.metric)
    ]
    if not periods or not slots:
        return sums
    keys = ["period", *by]
    weighed = pd.concat(
        [
            part
            for start in range(0, len(slots), MOST_SLOTS)
            for part in _weigh_slots(data, slots[start : start + MOST_SLOTS], keys, periods)
        ],
        ignore_index=True,
    )
    judged = pd.MultiIndex.from_tuples([(slot.metric.key, slot.label) for slot in slots])
    lines = pd.MultiIndex.from_frame(sums[["metric", "target_line"]])
    kept = sums[~(lines.isin(judged) & sums["period"].isin(periods))]
    return pd.concat([kept.astype({"n": "float64"}), weighed], ignore_index=True)


def unequal_periods(data: Dataset) -> list[str]:
    """Periods whose inspected records had unequal chances to be drawn; after facts were made."""
    if not has_probabilities(data) or "inspections" not in data.tables:
        return []
    found = data.engine.rows(
        "SELECT facts.period, COUNT(*), COUNT(chances.chance), MIN(chances.chance),"
        f" MAX(chances.chance) FROM {INSPECTED} AS facts JOIN ({chances_query(data)}) AS chances"
        " ON chances.contact_id = facts.contact_id GROUP BY facts.period"
    )
    return sorted(
        str(period)
        for period, records, known, least, greatest in found
        if known and (least != greatest or (known < records and least < 1))
    )


def _weigh_slots(
    data: Dataset, slots: Sequence[Slot], keys: list[str], periods: Sequence[str]
) -> Iterator[pd.DataFrame]:
    rows = _fetch(data, slots, keys, periods)
    weights = np.empty(len(rows))
    for places in rows.groupby("period", sort=True).indices.values():
        weights[places] = record_weights(rows["chance"].to_numpy(dtype=float)[places])
    for number, slot in enumerate(slots):
        yield _sum_slot(rows, weights, number, slot, keys)


def _fetch(
    data: Dataset, slots: Sequence[Slot], keys: list[str], periods: Sequence[str]
) -> pd.DataFrame:
    """A row per inspected record, in an order that no engine has a say in."""
    columns = [f"facts.{key} AS {key}" for key in keys]
    for number, slot in enumerate(slots):
        value, here = f"facts.{slot.metric.measure}", " AND ".join(slot.conditions) or "1 = 1"
        columns.append(f"CASE WHEN {here} THEN {value} END AS y{number}")
        if slot.misses:
            columns.append(f"CASE WHEN {value} {slot.misses} THEN 1 ELSE 0 END AS o{number}")
    rows = fetch_named(
        data,
        f"SELECT facts.contact_id AS contact_id, chances.chance AS chance, {', '.join(columns)}"
        f" FROM {INSPECTED} AS facts JOIN ({chances_query(data)}) AS chances"
        " ON chances.contact_id = facts.contact_id"
        f" WHERE facts.period IN ({', '.join(map(literal, periods))})",
        ["contact_id", *keys],
    )
    rows = rows.assign(chance=rows["chance"].astype("float64").fillna(1.0))
    return rows.sort_values(["contact_id", *keys], ignore_index=True)


def on_grid(total: Floats) -> Floats:
    """Round totals to steps as fine as those of the weights: differences of sums are exact."""
    return np.round(total / STEP) * STEP


def _sum_slot(
    rows: pd.DataFrame, weights: Floats, number: int, slot: Slot, keys: list[str]
) -> pd.DataFrame:
    """The sums of one slot, each record as often as it counts."""
    values = rows[f"y{number}"].astype("float64")
    here = values.notna().to_numpy()
    y, v = values.to_numpy()[here], weights[here]
    terms = rows.loc[here, keys].assign(n=v, total=v * y, squares=v * y * y)
    if slot.misses:
        terms["over"] = v * rows[f"o{number}"].to_numpy(dtype=float)[here]
    found = terms.groupby(keys, as_index=False, sort=True).sum()
    n, total, squares = (found[name].to_numpy() for name in ("n", "total", "squares"))
    over = found["over"] if slot.misses else slot.count_misses(n, total, squares)
    return found[keys].assign(
        metric=slot.metric.key,
        target_line=slot.label,
        n=n,
        total=on_grid(total / slot.scale),
        total_squares=squares / slot.scale**2,
        over=over,
    )
