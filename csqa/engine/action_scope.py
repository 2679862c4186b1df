"""Which metric, unit and days a measure of the plan is about."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa import schema
from csqa.frames import unit_columns
from csqa.rules.metric_names import EVERYBODY
from csqa.rules.standard import Standard


def split_by_kind(
    measures: pd.DataFrame | Mapping[str, pd.DataFrame], period: str
) -> dict[str, pd.DataFrame]:
    """Tables by the kind of unit that they tell apart, up to a month.

    Parameters
    ----------
    measures : DataFrame or mapping of str to DataFrame
        From :func:`csqa.measure`, by month.
    period : str
        The last month; partial ones are left out.
    """
    given = [measures] if isinstance(measures, pd.DataFrame) else list(measures.values())
    found: dict[str, pd.DataFrame] = {}
    for table in given:
        columns = unit_columns(table)
        kinds = ["agent_id"] if "agent_id" in columns else columns[:1] or [schema.OVERALL]
        kept = table[(table["period"] <= period) & table["complete"].astype(bool)]
        found.setdefault(kinds[0], kept)
    return found


def scope_action(
    row: dict[str, Any],
    names: Mapping[str, str],
    tables: Mapping[str, pd.DataFrame],
    standard: Standard,
) -> dict[str, Any]:
    """Tell what a measure is about: the metric, the unit and its kind, the days.

    Parameters
    ----------
    row : mapping
        A row of the plan.
    names : mapping of str to str
        What people call metrics → key.
    tables : mapping of str to DataFrame
        From :func:`split_by_kind`.
    standard : Standard
        Of the metrics.

    Returns
    -------
    dict
        ``metric`` and ``unit_kind`` are "" where nothing has that name; ``started`` and ``ended``
        NaT where it has not begun.
    """
    metric = names.get(_text(row.get("metric")), "")
    unit = _text(row.get("unit"))
    kind = schema.OVERALL if unit in EVERYBODY else _kind_of(unit, tables)
    started, due = (_moment(row.get(name)) for name in ("started", "due"))
    begun = row.get("status") not in ("not_started", None) and not pd.isna(started)
    ended = max(started, due) if begun and not pd.isna(due) else started
    return {
        "action_id": _text(row.get("action_id")),
        "metric": metric,
        "unit_kind": kind,
        "unit": schema.OVERALL if kind == schema.OVERALL else unit,
        "measure": _text(row.get("measure")),
        "owner": _text(row.get("owner")),
        "status": _text(row.get("status")),
        "goal": _text(row.get("goal")),
        "started": started if begun else pd.NaT,
        "ended": ended if begun else pd.NaT,
        "direction": standard.metric(metric).direction if metric else None,
    }


def _moment(value: Any) -> Any:
    return pd.NaT if value is None else pd.to_datetime(value)


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value).strip()


def _kind_of(unit: str, tables: Mapping[str, pd.DataFrame]) -> str:
    """The kind of unit that has one of this name; "" where none has."""
    for kind, table in tables.items():
        if kind != schema.OVERALL and (table[kind].astype("str") == unit).any():
            return kind
    return ""
