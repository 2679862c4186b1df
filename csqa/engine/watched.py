"""What is watched: series of days or weeks, one per unit and metric, and their volume."""

from datetime import timedelta

import numpy as np
import pandas as pd

from csqa import schema
from csqa.frames import unit_columns
from csqa.periods import first_day, label_of, last_day, next_period
from csqa.rules.calendar import Calendar

VOLUME = "contacts"
"""The metric's name where the number of records itself is watched."""


def by_period(measures: pd.DataFrame, every: str) -> pd.DataFrame:
    """Put days into their weeks, if weeks are watched; weeks stay as they are.

    Examples
    --------
    >>> by_period(pd.DataFrame({"period": ["2025-06-30"]}), "week")["period"].tolist()
    ['2025-W27']
    """
    names = {
        period: label_of(first_day(period), every)
        for period in map(str, measures["period"].unique())
    }
    return measures.assign(period=measures["period"].map(names))


def list_usable(measures: pd.DataFrame, calendar: Calendar | None) -> "pd.Series[bool]":
    """List all periods from the first to the last, and whether each may be compared.

    Parameters
    ----------
    measures : DataFrame
        Of days or weeks.
    calendar : Calendar, optional
        Periods with a holiday or a make-up workday are not compared.

    Examples
    --------
    The first and the last may be partial, and of a period without a record nothing is known:

    >>> days = ["2025-06-02", "2025-06-03", "2025-06-05", "2025-06-06"]
    >>> list_usable(pd.DataFrame({"period": days, "complete": True}), None).tolist()
    [False, True, False, True, False]
    """
    if measures.empty:
        return pd.Series(dtype=bool)
    labels, end = [str(measures["period"].min())], str(measures["period"].max())
    while labels[-1] < end:
        labels.append(next_period(labels[-1]))
    complete = measures.groupby("period")["complete"].all().reindex(labels)
    usable = complete.eq(True)  # a day without any record is unknown, not a day without work
    usable.iloc[[0, -1]] = False
    if calendar is not None:
        usable &= np.array([not _has_holiday(label, calendar) for label in labels])
    return usable


def _has_holiday(period: str, calendar: Calendar) -> bool:
    days = (last_day(period) - first_day(period)).days + 1
    spanned = {first_day(period) + timedelta(days=day) for day in range(days)}
    return bool(spanned & (calendar.holidays | calendar.makeup_days))


def sum_series(measures: pd.DataFrame) -> pd.DataFrame:
    """Sum measures per unit, metric and period, with the number of records as a metric.

    Returns
    -------
    DataFrame
        ``unit``, ``unit_kind``, ``metric``, ``period``, ``n``, ``total``, ``total_squares``; of
        the metric :data:`VOLUME`, ``n`` is 1 and ``total`` the records of the metric that counts
        most of them.
    """
    kinds = unit_columns(measures)
    names = measures[kinds].astype(str).agg(" / ".join, axis=1) if kinds else schema.OVERALL
    keys = ["unit", "metric", "period"]
    figures = ["n", "total", "total_squares"]
    rows = measures.assign(unit=names).sort_values([*keys, "target_line", *figures])
    sums = rows.groupby(keys, as_index=False)[figures].sum()
    if sums.empty:
        return sums.assign(unit_kind="")
    most = sums.groupby("metric")["n"].sum().idxmax()
    volume = sums[sums["metric"] == most]
    records = volume["n"].astype(float)
    volume = volume.assign(metric=VOLUME, n=1, total=records, total_squares=records)
    sums = pd.concat([volume, sums], ignore_index=True)
    return sums.assign(unit_kind=" / ".join(kinds) or schema.OVERALL)
