"""Tables that tests write by hand, and sums as ``measure`` returns them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

BASE = "2023-01-01/base"
"""The base line of the shipped standard."""


def contacts(*rows: dict[str, Any], **same: Any) -> pd.DataFrame:
    """Contacts numbered C1, C2 …; what is not given is an online contact of 2 June 2025."""
    default = {"channel": "online", "created_at": "2025-06-02 09:00:00"}
    listed = [
        {"contact_id": f"C{number}"} | default | same | row for number, row in enumerate(rows, 1)
    ]
    return pd.DataFrame(listed)


def inspections(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Inspected items: contact, item, result."""
    return pd.DataFrame(rows, columns=["contact_id", "item", "result"])


def sums(
    metric: str,
    rows: Iterable[tuple[Any, ...]],
    *,
    unit: str | None = None,
    line: str = BASE,
    over: float = 0.0,
) -> pd.DataFrame:
    """Measures of one metric: (period, [unit,] n, total[, total_squares]) each.

    Without squares the total is a count of ones, as for a share.
    """
    width = 2 if unit is None else 3
    listed = [
        {
            "period": row[0],
            **({unit: row[1]} if unit else {}),
            "metric": metric,
            "target_line": line,
            "n": row[width - 1],
            "total": float(row[width]),
            "total_squares": float(row[width + 1] if len(row) > width + 1 else row[width]),
            "over": over,
            "complete": True,
        }
        for row in rows
    ]
    return pd.DataFrame(listed)


def months(count: int, last: str = "2025-06") -> list[str]:
    """The labels of so many months, the last one as given."""
    return [str(one) for one in pd.period_range(end=last, periods=count, freq="M")]


def write(folder: Path, text: str, name: str = "standard.yml") -> Path:
    """Write a rule file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
