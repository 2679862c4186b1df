"""Check: what the data can tell and what they cannot, as one tidy table."""

from collections.abc import Iterator

import pandas as pd

from csqa.engine.connection import identifier
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.periods import complete_periods
from csqa.schema import TABLES

CHECK_COLUMNS = ["kind", "table", "column", "period", "value", "note"]

Line = tuple[str, str, str, str, float | None, str]


def check(data: Dataset | pd.DataFrame) -> pd.DataFrame:
    """What is there, what was set aside, and how complete it is.

    Parameters
    ----------
    data : Dataset or DataFrame of contacts
        Loaded data.

    Returns
    -------
    DataFrame, one row per observation
        ``kind``: ``rows_in``, ``rows_used``, ``rows_quarantined`` [rows] per table; ``faults``
        [faults] per table and rule (``note`` is the rule's reason); ``completeness`` [0–1] per
        column, the share of used rows with a value, NaN where the column was not given;
        ``contacts`` [rows] per month, ``note`` ``complete`` or ``partial``; ``absent`` per table
        not given. ``table``, ``column``, ``period``: what it is about, empty where it doesn't
        apply. ``value``; ``note``.

    Raises
    ------
    DataError
        If a DataFrame lacks a required column.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["C1", "C2"],
    ...         "channel": ["phone", "phone"],
    ...         "csat": [5, None],
    ...         "created_at": ["2025-06-01 09:00", "2025-06-30 09:00"],
    ...     }
    ... )
    >>> found = check(contacts)
    >>> found.loc[found["column"] == "csat", ["kind", "value"]].values.tolist()
    [['completeness', 0.5]]
    >>> found.loc[found["kind"] == "contacts", ["period", "value", "note"]].values.tolist()
    [['2025-06', 2.0, 'complete']]
    """
    data = as_dataset(data)
    lines = [
        *_row_lines(data),
        *_fault_lines(data),
        *(line for table in data.tables for line in _completeness_lines(data, table)),
        *_month_lines(data),
        *(
            ("absent", name, "", "", None, f"没有{table.zh}")
            for name, table in TABLES.items()
            if name not in data.tables
        ),
    ]
    return pd.DataFrame(lines, columns=CHECK_COLUMNS).astype({"value": "float64"})


def _row_lines(data: Dataset) -> Iterator[Line]:
    counts = data.rows.groupby("table", sort=False)[["rows_in", "rows_used", "rows_quarantined"]]
    for table, row in counts.sum().iterrows():
        for kind, value in row.items():
            yield str(kind), str(table), "", "", float(value), ""


def _fault_lines(data: Dataset) -> Iterator[Line]:
    keys = ["table", "column", "rule", "reason"]
    for (table, column, _, reason), faults in data.faults.groupby(keys, sort=False):
        yield "faults", str(table), str(column), "", float(len(faults)), str(reason)


def _completeness_lines(data: Dataset, table: str) -> Iterator[Line]:
    names = TABLES[table].names
    counts = ", ".join(f"count({identifier(name)})" for name in names)
    total, *filled = data.connection.execute(
        f"SELECT count(*), {counts} FROM {identifier(table)}"
    ).fetchall()[0]
    for name, count in zip(names, filled, strict=True):
        given = data.has(table, name) and total
        note = "" if data.has(table, name) else "没有这一列"
        yield "completeness", table, name, "", count / total if given else None, note


def _month_lines(data: Dataset) -> Iterator[Line]:
    if not data.has("contacts"):
        return
    counted = dict(
        data.connection.execute(
            "SELECT strftime(local_at, '%Y-%m'), count(*) FROM contacts GROUP BY 1"
        ).fetchall()
    )
    months = complete_periods(data, "month")
    for period, complete in zip(months["period"], months["complete"], strict=True):
        note = "complete" if complete else "partial"
        yield "contacts", "contacts", "", period, float(counted.get(period, 0)), note
