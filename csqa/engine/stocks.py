"""Stocks: what is open at the end of each period, and what became of the limits.

A stock does not add up over time: a contact is counted at every period's end between its creation
and its resolution. One join of the contacts with a small table of period ends finds them.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.engines import keep, put
from csqa.engine.facts import limit_of, time_fragments
from csqa.engine.passes import fetch_named
from csqa.engine.periods import complete_periods
from csqa.engine.quantiles import group_quantiles
from csqa.engine.unit_columns import unit_column, unit_fragments
from csqa.engine.zones import read_zone
from csqa.periods import first_day, next_period
from csqa.rules.calendar import Calendar
from csqa.rules.standard import Standard

STOCK, ENDS = "csqa_stock", "csqa_period_ends"

MICROSECONDS = 1_000_000

MILLISECONDS_PER_SECOND = 1000

STOCK_COUNTS = ("open", "over_limit", "at_risk", "in_time", "no_limit", "undecided")
"""How many contacts are open, these by how far they are, and of how many it is not known."""

LIMIT_COUNTS = ("met", "missed", "undecided", "time_unknown", "no_limit")
"""What became of the limit of a period's contacts."""


@dataclass(frozen=True)
class PeriodEnds:
    """The moments at which open contacts are counted, as a small table for any engine."""

    rows: pd.DataFrame
    """``nth`` from 0, ``is_now`` (1: the end of the data, else 0), ``day`` and ``ends_at`` [UTC]:
    the last microsecond of the period, or of the data."""
    periods: tuple[str, ...]
    """The label of each."""

    def create_statement(self, table: str, timestamp: str) -> str:
        """SQL that creates the table."""
        return (
            f"CREATE TEMPORARY TABLE {table} (nth INTEGER, is_now INTEGER, day DATE,"
            f" ends_at {timestamp}, PRIMARY KEY (nth))"
        )

    def insert_statements(self, table: str) -> Iterator[str]:
        """SQL that fills the table."""
        rows = [
            f"({nth}, {is_now}, DATE '{day:%Y-%m-%d}', TIMESTAMP '{ends_at:%Y-%m-%d %H:%M:%S.%f}')"
            for nth, is_now, day, ends_at in self.rows.itertuples(index=False)
        ]
        yield f"INSERT INTO {table} VALUES {', '.join(rows)}"


def list_period_ends(data: Dataset, every: str, until: str | None) -> PeriodEnds:
    """List when the periods of the data end; the last one no later than the data.

    Parameters
    ----------
    data : Dataset
        With contacts.
    every : str
        One of :data:`csqa.schema.EVERY`.
    until : str, optional
        The last period wanted.

    Examples
    --------
    >>> table = pd.DataFrame({"contact_id": ["C1", "C2"], "channel": "phone"})
    >>> table["created_at"] = ["2025-05-20 09:00", "2025-06-29 09:00"]
    >>> ends = list_period_ends(Dataset.from_frames({"contacts": table}), "month", None)
    >>> ends.rows[["is_now", "ends_at"]].astype(str).values.tolist()
    [['0', '2025-05-31 15:59:59.999999'], ['1', '2025-06-29 01:00:00.000000']]
    """
    listed = complete_periods(data, every)["period"].tolist()
    periods = tuple(period for period in listed if until is None or period <= until)
    midnights = np.array([first_day(next_period(period)) for period in periods], dtype="M8[us]")
    utc = read_zone(data.time_zone).to_utc(midnights.astype("int64"), unit=MICROSECONDS)
    ends = (utc - 1).astype("M8[us]")
    now = np.datetime64(data.last_created or dt.datetime(1970, 1, 1), "us")
    rows = {"nth": np.arange(len(ends)), "is_now": (ends >= now).astype("int64")}
    ends = np.minimum(ends, now)
    days = ends.astype("M8[D]").astype("M8[s]")
    return PeriodEnds(pd.DataFrame(rows | {"day": days, "ends_at": ends}), periods)


def count_stock(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    by: Sequence[str],
    every: str,
    until: str | None,
) -> pd.DataFrame:
    """Count the contacts that are open at the end of each period.

    Parameters
    ----------
    data, standard, calendar, by, every
        As for :func:`csqa.engine.passes.sum_metrics`.
    until : str, optional
        The last period wanted.

    Returns
    -------
    DataFrame, one row per period and unit that has had a contact by then
        ``period``, ``at`` [UTC, naive], the unit columns, :data:`STOCK_COUNTS` [contacts] and
        ``median_age_seconds`` [s] of those open, NaN where there is none.
    """
    ends = list_period_ends(data, every, until)
    columns = ["period", "at", *by, *STOCK_COUNTS, "median_age_seconds"]
    if not ends.periods:
        return pd.DataFrame(columns=columns)
    put(data.engine, ENDS, ends)
    fragments = _stock_fragments(data, standard, calendar, by)
    keep(data.engine, STOCK, _text("stock").format(**fragments))
    counted = _sum_stock(data, list(by))
    data.engine.drop(STOCK)
    data.engine.drop(ENDS)
    grid = _list_units(data, fragments, list(by)).merge(
        ends.rows.assign(period=ends.periods)[["nth", "period", "ends_at"]], how="cross"
    )
    grid = grid[grid["first_at"] <= grid["ends_at"]].rename(columns={"ends_at": "at"})
    filled = grid.merge(counted, on=["nth", *by], how="left")
    filled[list(STOCK_COUNTS)] = filled[list(STOCK_COUNTS)].fillna(0).astype("int64")
    return filled.sort_values(["nth", *by], ignore_index=True)[columns]


def _text(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")


def _stock_fragments(
    data: Dataset, standard: Standard, calendar: Calendar, by: Sequence[str]
) -> dict[str, Any]:
    fragments = {**unit_fragments(data, standard, calendar), **time_fragments(data, standard)}
    told = data.has("contacts", "resolved")
    has_priority = data.has("contacts", "priority")
    return {
        **fragments,
        "ends": ENDS,
        "units": "".join(f"{unit_column(name, fragments)} AS {name}, " for name in by),
        "still_open": "NOT contacts.resolved" if told else "contacts.resolved_at IS NULL",
        "age_then": data.engine.dialect.milliseconds_between("ends.ends_at", "contacts.created_at"),
        "risk": limit_of(standard, standard.at_risk_share) if has_priority else "NULL",
    }


def _sum_stock(data: Dataset, by: list[str]) -> pd.DataFrame:
    """Counts and the median age per moment and unit; there may be none."""
    keys = ["nth", *by]
    listed = ", ".join(keys)
    over, risky = "age > limit_", "age >= risk_from AND age <= limit_"
    conditions = {
        "open": "is_open = 1",
        "over_limit": f"is_open = 1 AND {over}",
        "at_risk": f"is_open = 1 AND {risky}",
        "in_time": "is_open = 1 AND age < risk_from AND age <= limit_",
        "no_limit": "is_open = 1 AND limit_ IS NULL",
        "undecided": "is_open = 0",
    }
    sums = ", ".join(
        f"SUM(CASE WHEN {text} THEN 1 ELSE 0 END) AS {name}_" for name, text in conditions.items()
    )
    counted = fetch_named(data, f"SELECT {listed}, {sums} FROM {STOCK} GROUP BY {listed}", by)
    counted = counted.rename(columns={f"{name}_": name for name in conditions})
    rows = f"SELECT {listed}, age AS v FROM {STOCK} WHERE is_open = 1"
    medians, values = group_quantiles(data, rows, keys, (0.5,))
    medians = medians.assign(median_age_seconds=values[:, 0] / MILLISECONDS_PER_SECOND)
    medians[by] = medians[by].astype("str")
    for frame in (counted, medians):
        frame["nth"] = frame["nth"].astype("int64")
    return counted.merge(medians, on=keys, how="left")


def _list_units(data: Dataset, fragments: dict[str, Any], by: list[str]) -> pd.DataFrame:
    """Units that have had a contact, and since when: none of theirs is open, not unknown."""
    grouped = f" GROUP BY {', '.join(by)}" if by else ""
    found = fetch_named(
        data,
        f"SELECT {''.join(f'{name}, ' for name in by)}MIN(created_at) AS first_at"
        f" FROM (SELECT {fragments['units']}contacts.created_at AS created_at"
        f" FROM {fragments['contacts']} AS contacts {fragments['teams']}) AS listed{grouped}",
        by,
    )
    return found.assign(first_at=pd.to_datetime(found["first_at"]).astype("datetime64[us]"))


def count_limits(
    data: Dataset, standard: Standard, calendar: Calendar, by: Sequence[str], every: str
) -> pd.DataFrame:
    """Count what became of the resolution limits, by priority.

    Parameters
    ----------
    data, standard, calendar, by, every
        As for :func:`csqa.engine.passes.sum_metrics`.

    Returns
    -------
    DataFrame
        ``period``, the unit columns, ``priority``, ``limit_hours``, :data:`LIMIT_COUNTS`
        [contacts].
    """
    keys = list(dict.fromkeys([*by, "priority"]))
    fragments = {**unit_fragments(data, standard, calendar), **time_fragments(data, standard)}
    units = "".join(f"{unit_column(name, fragments)} AS {name}, " for name in keys)
    period = data.engine.dialect.periods[every].format(t="contacts.local_at")
    query = _text("attainment").format(
        **fragments, keys=", ".join(keys), units=units, period=period
    )
    found = fetch_named(data, query, ["period", *keys])
    hours = dict(standard.resolution_limit_hours)
    found = found.assign(limit_hours=found["priority"].map(hours).astype(float))
    found[list(LIMIT_COUNTS)] = found[list(LIMIT_COUNTS)].astype("int64")
    order = ["period", *keys]
    return found.sort_values(order, ignore_index=True)[[*order, "limit_hours", *LIMIT_COUNTS]]
