"""Rows of a small table as plain dictionaries, for what is said of one row at a time."""

from typing import Any

import pandas as pd


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries by column name.

    Examples
    --------
    >>> records(pd.DataFrame({"metric": ["csat"], "n": [3]}))
    [{'metric': 'csat', 'n': 3}]
    """
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
