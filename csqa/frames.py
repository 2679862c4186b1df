"""Rows of a small table as plain dictionaries, for what is said of one row at a time."""

from typing import Any

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
