"""summary: the headline figures of a month, and where they came from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from csqa import sentences
from csqa.engine.counts import count_contacts
from csqa.engine.dataset import Dataset
from csqa.engine.periods import complete_periods
from csqa.errors import DataError
from csqa.frames import period_row, records
from csqa.periods import last_day
from csqa.rules.calendar import Calendar
from csqa.rules.history import list_fingerprints
from csqa.rules.standard import Standard


def require_period(data: Dataset, period: str) -> int:
    """Count the contacts of a month, and stop where there are none.

    Returns
    -------
    int
        Contacts created in the period, by the declared zone.

    Raises
    ------
    DataError
        If there are none: which months there are.
    """
    contacts = count_contacts(data, period)
    if not contacts:
        months = complete_periods(data, "month")["period"]
        span = f"{months.iloc[0]} 至 {months.iloc[-1]}" if len(months) else "无"
        msg = f"数据里没有 {period} 的服务记录；有记录的月份：{span}。"
        raise DataError(msg)
    return contacts


def report_day(data: Dataset, period: str) -> date:
    """Return the day that a report on a period speaks of: its last one that the data reach."""
    end = last_day(period)
    return min(end, data.last_at.date()) if data.last_at else end


def summarise(
    card: pd.DataFrame,
    scores: pd.DataFrame,
    things: pd.DataFrame,
    data: Dataset,
    *,
    period: str,
    language: str = "zh",
) -> dict[str, Any]:
    """Collect what a program would ask of the month.

    Returns
    -------
    dict
        ``headline``; ``period``; ``contacts``; ``complete`` (False for a partial month);
        ``data_until``; ``composite`` with interval, coverage, status
        and change; ``metrics``: value, interval, n, target, met, score, bonus, status of each;
        ``things``: kind, unit, metric, persistence, evidence of each; ``rows``.
    """
    row = period_row(card, period)
    now = scores[scores["period"] == period]
    columns = ["value", "lower", "upper", "n", "target", "target_upper", "met"]
    columns += ["score", "bonus", "status"]
    named = ["kind", "unit_kind", "unit", "metric", "persistence", "evidence", "run_length"]
    composite = ["composite", "lower", "upper", "coverage", "status", "change", "significant"]
    total = data.rows[["rows_in", "rows_used", "rows_quarantined"]].sum()
    return {
        "headline": sentences.headline(row, period, language),
        "period": period,
        "contacts": require_period(data, period),
        "complete": bool(row["complete"]),
        "data_until": report_day(data, period).isoformat(),
        "composite": _plain(row[composite].to_dict()),
        "targets_met": int(row["met"]),
        "targets": int(row["metrics"]),
        "metrics": {
            row["metric"]: _plain({name: row[name] for name in columns}) for row in records(now)
        },
        "things": [_plain(thing) for thing in records(things[named])],
        "rows": {name: int(value) for name, value in total.items()},
    }


def _plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    """Plain Python values; NaN becomes None, for missing is not a number."""
    return {str(name): _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def describe_origin(
    data: Dataset, standard: Standard, calendar: Calendar, *, period: str, minimum_n: int
) -> dict[str, Any]:
    """Describe what a report rests on: parameters, data, rules (its manifest).

    Returns
    -------
    dict
        Plain values; the data's and the rules' SHA-256 among them, no clock and no folder.
    """
    columns = ["file", "table", "encoding", "bytes", "sha256", "rows"]
    return {
        "period": period,
        "minimum_n": minimum_n,
        "time_zone": data.time_zone,
        "standard": {"file": standard.path, "sha256": standard.fingerprint},
        "standard_history": list_fingerprints(standard),
        "calendar": {"sha256": calendar.fingerprint},
        "sources": [_plain(row) for row in records(data.sources[columns])],
    }
