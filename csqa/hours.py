"""measure, by the hour and by the value: when contacts come in, and how single values spread."""

import numpy as np
import pandas as pd

from csqa import results
from csqa.engine.contact_rows import (
    count_judged_values,
    fed_metrics,
    keep_contact_rows,
    sum_by_hour,
)
from csqa.engine.coverage import count_days
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.estimates import value_of
from csqa.engine.watched import VOLUME
from csqa.errors import RuleError, check_option
from csqa.periods import first_day, kind_of, label_of, last_day, next_period
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.measures import measure_of
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

MADE_OF_MONTHS = ("month", "quarter", "year")


def measure_hours(
    data: Dataset | pd.DataFrame,
    period: str,
    standard: Standard | None = None,
    *,
    metric: str | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Count contacts, or measure a metric, by the weekday and hour in which contacts came in.

    Parameters
    ----------
    data : Dataset or DataFrame of contacts
        From :func:`csqa.load`.
    period : str
        A month, a quarter or a year.
    standard : Standard, optional
        Default: the shipped one.
    metric : str, optional
        One of the standard; left out, contacts are counted.
    calendar : Calendar, optional
        Of the peak hours, where a metric depends on them. Default: the shipped ones.

    Returns
    -------
    DataFrame, one row per weekday and hour with contacts
        :data:`csqa.results.HOUR_COLUMNS`: ``weekday`` (0 is Monday), ``hour`` 0–23 in the declared
        zone, ``contacts``, ``n`` that count for the metric, ``value`` [the metric's unit], NaN
        where ``n`` is below ``count_only_below``.

    Raises
    ------
    RuleError
        If the period is a day or a week, or the data cannot feed the metric.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2"], "channel": "phone"})
    >>> contacts["created_at"] = ["2025-06-02 09:00", "2025-06-09 09:59"]  # two Mondays
    >>> measure_hours(contacts, "2025-06")[["weekday", "hour", "contacts"]].values.tolist()
    [[0, 9, 2]]
    """
    months = _months_of(period)
    dataset, standard = as_dataset(data), standard or read_standard()
    if metric is None:
        found = _count_week(dataset, months)
    else:
        _prepare(dataset, standard, metric, calendar)
        found = sum_by_hour(dataset, standard, metric, {"period": months})
        n, total = found["n"].to_numpy(dtype=float), found["total"].to_numpy(dtype=float)
        value = value_of(measure_of(standard.metric(metric)).kind, n, total)
        found["value"] = np.where(n >= standard.count_only_below, value, np.nan)
    return found.assign(period=period, metric=metric or VOLUME)[list(results.HOUR_COLUMNS)]


def measure_values(
    data: Dataset | pd.DataFrame,
    period: str,
    standard: Standard | None = None,
    *,
    metric: str,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Count how often each value of a metric occurs, and how often it misses its target.

    Parameters
    ----------
    data, period, standard, metric, calendar
        As for :func:`measure_hours`.

    Returns
    -------
    DataFrame, one row per value and target
        :data:`csqa.results.VALUE_COLUMNS`: ``value`` [the metric's unit], ascending; ``n``;
        ``target`` of the line that judges these contacts; ``missed`` (boolean).

    Raises
    ------
    RuleError
        As for :func:`measure_hours`.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2"], "channel": "phone"})
    >>> contacts["created_at"] = "2025-06-02 09:00:00"
    >>> contacts["first_response_at"] = ["2025-06-02 09:00:05", "2025-06-02 09:00:40"]
    >>> found = measure_values(contacts, "2025-06", metric="first_response_phone")
    >>> found[["value", "n", "target", "missed"]].values.tolist()
    [[5.0, 1, 15.0, False], [40.0, 1, 15.0, True]]
    """
    months = _months_of(period)
    dataset, standard = as_dataset(data), standard or read_standard()
    _prepare(dataset, standard, metric, calendar)
    found = count_judged_values(dataset, standard, metric, {"period": months})
    kind = measure_of(standard.metric(metric)).kind
    return found.assign(period=period, metric=metric, kind=kind)[list(results.VALUE_COLUMNS)]


def _months_of(period: str) -> list[str]:
    if kind_of(period) not in MADE_OF_MONTHS:
        msg = f"`period` 应为月、季度或年，例如 2025-06、2025-Q2、2025，而不是 {period!r}。"
        raise RuleError(msg)
    months, end = [label_of(first_day(period), "month")], label_of(last_day(period), "month")
    while months[-1] < end:
        months.append(next_period(months[-1]))
    return months


def _prepare(data: Dataset, standard: Standard, metric: str, calendar: Calendar | None) -> None:
    check_option("metric", metric, fed_metrics(data, standard))
    keep_contact_rows(data, standard, calendar or read_calendar())


def _count_week(data: Dataset, months: list[str]) -> pd.DataFrame:
    days = count_days(data, months)
    days["weekday"] = pd.to_datetime(days["day"]).dt.day_of_week.astype("int64")
    week: pd.DataFrame = days.groupby(["weekday", "hour"], as_index=False)[["contacts"]].sum()
    return week.assign(n=week["contacts"], value=week["contacts"].astype(float))
