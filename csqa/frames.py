"""Rows of a small table as plain dictionaries, for what is said of one row at a time."""

from typing import Any

import numpy as np
import pandas as pd

from csqa.errors import DataError
from csqa.schema import UNITS


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by column name.

    Examples
    --------
    >>> records(pd.DataFrame({"metric": ["csat"], "n": [3]}))
    [{'metric': 'csat', 'n': 3}]
    """
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def whole_counts(n: "pd.Series[Any]") -> "pd.Series[int]":
    """Return numbers of records as whole numbers, for readers; missing ones as 0.

    Records that were weighted back count as so many as they are worth, which is no whole number.
    What is more than none stays more than none.

    Examples
    --------
    >>> whole_counts(pd.Series([137.5, 0.2, 0.0, None, 30])).tolist()
    [138, 1, 0, 0, 30]
    """
    known = n.fillna(0).astype("float64")
    rounded = np.where(known > 0, np.maximum(np.floor(known + 0.5), 1), 0)
    return pd.Series(rounded, index=n.index, name=n.name).astype("int64")


def period_row(card: pd.DataFrame, period: str) -> "pd.Series[Any]":
    """Return the row of a period.

    Raises
    ------
    DataError
        If there is none: contacts, but nothing on them that a metric could be measured by.

    Examples
    --------
    >>> card = pd.DataFrame({"period": ["2025-06"], "composite": [91.2]})
    >>> float(period_row(card, "2025-06")["composite"])
    91.2
    """
    rows = card[card["period"] == period]
    if rows.empty:
        msg = f"{period} 有服务记录，但没有任何一项指标有数据：无法评分。"
        raise DataError(msg)
    return rows.iloc[0]


def unit_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns that a table of results is split by.

    Examples
    --------
    >>> unit_columns(pd.DataFrame(columns=["period", "team", "metric", "n"]))
    ['team']
    """
    return [column for column in table.columns if column in UNITS]
