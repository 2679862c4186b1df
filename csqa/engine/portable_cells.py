"""Cells that were fetched from an engine → texts, written as the embedded engine writes them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from csqa.engine.columns import INSTANT


def write_cells(cells: "pd.Series[Any]", kind: str) -> "pd.Series[Any]":
    """Write typed cells as texts, missing where there is nothing.

    Parameters
    ----------
    cells : Series
        As an engine gave them.
    kind : str
        Type of the column; INSTANT is in UTC.

    Examples
    --------
    >>> at = pd.Series(pd.to_datetime(["2025-06-01 09:00:00.25", None]))
    >>> write_cells(at, "TIMESTAMP").tolist()
    ['2025-06-01 09:00:00.25', nan]
    >>> write_cells(pd.Series([3.0, None]), "BIGINT").tolist()
    ['3', nan]
    """
    whole = kind not in ("DOUBLE", "FLOAT", "DECIMAL") and cells.dtype.kind == "f"
    texts = [
        None if pd.isna(cell) else _write(int(cell) if whole else cell, kind)
        for cell in cells.astype(object)
    ]
    return pd.Series(texts, index=cells.index, dtype="str")


def _write(cell: Any, kind: str) -> str:
    if kind == "BOOLEAN":
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        zone = "+00" if kind == INSTANT else ""
        if kind == "DATE":
            return cell.date().isoformat()
        fraction = f".{cell.microsecond:06d}".rstrip("0").rstrip(".")
        return f"{cell:%Y-%m-%d %H:%M:%S}{fraction}{zone}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell)
