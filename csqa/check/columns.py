"""Findings about columns: emptier than before, without variation, or with ids that are none."""

from collections.abc import Iterator, Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from csqa import words
from csqa.check.findings import SET_ASIDE, Finding, name_column, percent
from csqa.columntypes import FLAG
from csqa.engine.dataset import Dataset
from csqa.engine.quality import count_busiest_customer, count_twins, list_constants
from csqa.schema import CONTACTS, TABLES
from csqa.stats import p_chart, poisson_exact

FALSE_ALARMS = 0.02
"""Chance of any emptier month in a table where nothing is wrong (Bonferroni)."""
FEWEST_MONTHS = 6
"""Months with rows that a month is compared with; five at least set limits."""
LEAST_VALUES = 30
"""A column of fewer values may well have one value only."""
PLACEHOLDER_ROWS = 10
"""Nobody exports one contact ten times; an id in so many rows is no id."""
STILL_OPEN = ("resolved_at", "csat", "nps")
"""Columns that are filled later: the newest month is emptier without a fault."""

SELDOM = ("note", "sentence", "text", "weight")
"""Columns that are filled where there is something to say."""


def find_in_columns(
    data: Dataset, filled: Mapping[str, pd.DataFrame], language: str
) -> Iterator[Finding]:
    """Say which columns have stopped, are emptier in a month, or say nothing.

    Parameters
    ----------
    data : Dataset
        As loaded.
    filled : mapping of str to DataFrame
        Table → from :func:`csqa.engine.quality.count_filled`.
    language : {"zh", "en"}
        Of the names.
    """
    for table, months in filled.items():
        months = months[months["period"].fillna("") != ""]
        for column in months.columns.drop(["period", "rows_"]):
            yield from _emptier(table, column, months, language)
    yield from _constants(data, language)
    yield from _reused_ids(data, language)
    yield from _strange_customers(data)


def _emptier(table: str, column: str, months: pd.DataFrame, language: str) -> Iterator[Finding]:
    if TABLES[table].column(column).required or column in SELDOM:
        return
    tests = len(months) * (months.shape[1] - 2)
    counted = months[["period", "rows_", column]].set_axis(["period", "n", "x"], axis=1)
    if column in STILL_OPEN:
        counted = counted.iloc[:-1]
    known = np.flatnonzero(counted["x"].to_numpy() > 0)
    if not known.size:
        return
    stopped = counted.iloc[known[-1] + 1 :]
    before = counted.iloc[: known[-1] + 1]
    named = {"column": name_column(table, column, language)}
    if len(stopped) and _surely_empty(stopped, before, tests):
        period = str(stopped["period"].iloc[0])
        facts = named | {"period": period, "before": percent(before["x"].sum() / before["n"].sum())}
        rows = int(stopped["n"].sum())
        yield Finding("column_stopped", facts, table, column, period, value=rows, weight=rows)
    worst = _worst_month(before, tests)
    if worst is not None:
        yield _emptier_month(before, worst, table, column, named)


def _surely_empty(stopped: pd.DataFrame, before: pd.DataFrame, tests: int) -> bool:
    """Whether that many rows without a value are no chance."""
    share = before["x"].sum() / before["n"].sum()
    return bool((1 - share) ** stopped["n"].sum() < FALSE_ALARMS / tests)


def _worst_month(counted: pd.DataFrame, tests: int) -> int | None:
    """Place of the emptiest month, if it is so by more than chance.

    A p′ chart (Laney 2002) whose limits the month itself doesn't set, and, where few values are
    missing, the exact Poisson limit as well.
    """
    if len(counted) <= FEWEST_MONTHS:
        return None
    x, n = counted["x"].to_numpy(dtype="float64"), counted["n"].to_numpy(dtype="float64")
    worst = int(np.argmin(x / n))
    others = np.arange(n.size) != worst
    missing, rows = n[worst] - x[worst], n[others].sum()
    usual = (n[others] - x[others]).sum() / rows
    alarms = FALSE_ALARMS / tests
    chart = p_chart(x, n, include=others)
    if np.isfinite(chart.sigma[worst]):
        far = NormalDist().inv_cdf(1 - alarms)
        if x[worst] / n[worst] >= chart.center[worst] - far * chart.sigma[worst]:
            return None
    # Others without a gap are not proof that there is none: as if one row more had had it.
    fewest = float(poisson_exact([missing], confidence=1 - 2 * alarms)[0][0])
    return worst if fewest > n[worst] * max(usual, 1 / rows) else None


def _emptier_month(
    counted: pd.DataFrame, worst: int, table: str, column: str, named: dict[str, Any]
) -> Finding:
    row, others = counted.iloc[worst], counted.drop(counted.index[worst])
    facts = named | {
        "period": row["period"],
        "share": percent(row["x"] / row["n"]),
        "others": percent(others["x"].sum() / others["n"].sum()),
    }
    usual = others["x"].sum() / others["n"].sum()
    empty = float(row["n"] - row["x"])
    weight = empty - float(row["n"] * (1 - usual))  # beyond what is usual
    return Finding(
        "completeness_drop", facts, table, column, str(row["period"]), "", empty, weight=weight
    )


def _constants(data: Dataset, language: str) -> Iterator[Finding]:
    for column, value, n in list_constants(data).itertuples(index=False):
        if n < LEAST_VALUES:
            continue
        flag = CONTACTS.column(column).kind == FLAG
        yes = {"zh": ("否", "是"), "en": ("no", "yes")}[language][int(bool(value))]
        facts = {
            "column": name_column("contacts", column, language),
            "n": f"{n:,}",
            "value": yes if flag else f"{value:g}",
        }
        yield Finding("constant", facts, column=column, value=n, weight=n)


def _reused_ids(data: Dataset, language: str) -> Iterator[Finding]:
    """Ids that stand in so many rows that they are no ids."""
    doubled = data.faults[data.faults["rule"] == "duplicate_key"]
    for (table, column), rows in doubled.groupby(["table", "column"], sort=False):
        most = int(rows["value"].value_counts().max()) + 1  # and the row that is used
        if most >= PLACEHOLDER_ROWS:
            named = name_column(str(table), str(column), language)
            facts = {"table": words.label(str(table), language), "column": named, "n": f"{most:,}"}
            yield Finding(
                "id_reused", facts, str(table), str(column), value=most, done=SET_ASIDE, weight=most
            )


def _strange_customers(data: Dataset) -> Iterator[Finding]:
    twins = count_twins(data)
    if twins:
        yield Finding("twins", {"n": f"{twins:,}"}, value=twins)
    if data.first_at is None or data.last_at is None:
        return
    days = (data.last_at.date() - data.first_at.date()).days + 1
    most = count_busiest_customer(data)
    if most > days and most >= LEAST_VALUES:
        facts = {"n": f"{most:,}", "per_day": words.round_half_up(most / days)}
        yield Finding("busiest_customer", facts, column="customer_id", value=most)
