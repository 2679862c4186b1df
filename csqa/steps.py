"""measure_steps, list_open_steps: how long contacts stay in each node; which are about to be late.

How they go from node to node, and how long the whole way takes, is told by :mod:`csqa.flows`.
"""

from typing import Any

import numpy as np
import pandas as pd

from csqa import results, stats
from csqa.engine.dataset import Dataset
from csqa.engine.stays import Stays, gather_period, name_nodes
from csqa.rules.calendar import Calendar
from csqa.rules.process import Process
from csqa.step_results import OPEN_STEP_COLUMNS, STEP_COLUMNS

LEAST_VISITS = 10
"""Fewest visits for which a median or a share says anything."""


def measure_steps(
    data: Dataset,
    process: Process | None = None,
    *,
    period: str,
    months: int = 1,
    node: str | None = None,
    by: str | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Measure each node of the process: how long stays take, what is late, open or comes back.

    Parameters
    ----------
    data : Dataset
        From :func:`csqa.load`, with ``steps``.
    process : Process, optional
        From :func:`csqa.read_process`. Default: the shipped six nodes; nodes of the data that the
        process does not name are measured as they are, without a limit.
    period : str
        Month, YYYY-MM, in which the contacts were created.
    months : int
        How many months, that one the last.
    node : {"step", "department", "agent_id"}, optional
        What a node is. Default: the step, where the data have it.
    by : str, optional
        A column of contacts to split by: team, channel, scene, topic, priority, customer_type.
    calendar : Calendar, optional
        Business hours, for nodes that go by them. Default: the shipped ones.

    Returns
    -------
    DataFrame, one row per node (and unit)
        :data:`csqa.step_results.STEP_COLUMNS`, the unit after ``months``. In the order of the
        process. Empty where no contact of those months has a step.

    Raises
    ------
    DataError
        If there are no contacts or no steps, or they name no such node.
    RuleError
        If an argument is none of those allowed.

    Notes
    -----
    Consecutive rows in the same node are one stay. What is open has taken as long as until the
    last moment the data speak of. Quantiles: Kaplan and Meier (:func:`csqa.stats.kaplan_meier`).

    Examples
    --------
    >>> from csqa.load import load
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2"], "channel": "online"})
    >>> contacts["created_at"] = "2025-06-02 09:00"
    >>> steps = pd.DataFrame(
    ...     [("1", "接诉", "09:00"), ("1", "处理", "09:30"), ("1", "归档", "11:30")]
    ...     + [("2", "接诉", "09:00"), ("2", "处理", "10:30")],
    ...     columns=["contact_id", "step", "entered_at"],
    ... )
    >>> steps["entered_at"] = "2025-06-02 " + steps["entered_at"]
    >>> found = measure_steps(load({"contacts": contacts, "steps": steps}), period="2025-06")
    >>> found = found[found["visits"] > 0]
    >>> found[["step", "visits", "n_over", "n_limited", "open", "total_hours"]]
           step  visits  n_over  n_limited  open  total_hours
    0  received       2       1          2     0          2.0
    3   handled       2       0          1     1          3.0
    5  archived       1       0          1     0          0.0
    """
    stays = gather_period(
        data, process, period=period, months=months, node=node, by=by, calendar=calendar
    )
    rows = stays.rows.assign(unit=stays.contacts["unit"].reindex(stays.rows["contact"]).to_numpy())
    units = sorted(rows["unit"].unique()) if by else [None]
    tables = [_measure_nodes(rows if u is None else rows[rows["unit"] == u], stays) for u in units]
    told: dict[str, Any] = {"period": period, "months": months}
    of_unit: list[dict[str, Any]] = [{by: unit} if by else {} for unit in units]
    named = [table.assign(**told, **own) for table, own in zip(tables, of_unit, strict=True)]
    columns = [*STEP_COLUMNS[:2], *([by] if by else []), *STEP_COLUMNS[2:]]
    filled = [table for table in named if len(table)]
    if not filled:
        return pd.DataFrame(columns=columns)
    return pd.concat(filled, ignore_index=True)[columns]


def _measure_nodes(rows: pd.DataFrame, stays: Stays) -> pd.DataFrame:
    of_node = dict(list(rows.groupby("node")))
    measured = [
        _measure_node(of_node.get(place, rows.iloc[:0]), stays.version.warn_share)
        for place in range(len(stays.nodes))
    ]
    table = pd.concat([name_nodes(stays), pd.DataFrame(measured)], axis=1)
    if table.empty:
        return table
    total = table["total_hours"].sum()
    lower, upper = stats.wilson(table["n_over"], table["n_limited"])
    some = table["n_limited"].to_numpy() > 0
    share = np.where(some, table["n_over"] / np.maximum(table["n_limited"], 1), np.nan)
    return table.assign(
        share_of_hours=table["total_hours"] / total if total else np.nan,
        over_share=share,
        lower=lower,
        upper=upper,
        method=np.where(some, "wilson", ""),
    )


def _measure_node(rows: pd.DataFrame, warn_share: float) -> dict[str, Any]:
    hours, limit = rows["hours"].to_numpy(), rows["limit_hours"].to_numpy()
    ended, known = rows["ended"].to_numpy(dtype=bool), ~np.isnan(hours)
    over, limited = hours > limit, ~np.isnan(limit) & known
    contacts, visits = rows["contact"].nunique(), len(rows)
    median, median_lower, median_upper = stats.survival_quantile(hours[known], ended[known])
    open_hours = hours[known & ~ended]
    at_risk = limited & ~ended & ~over & (hours >= warn_share * limit)
    limits = np.unique(limit) if visits else np.array([np.nan])
    return {
        "limit_hours": float(limits[0]) if limits.size == 1 else np.nan,
        "contacts": contacts,
        "visits": visits,
        "visits_per_contact": visits / contacts if contacts else np.nan,
        "median_hours": median,
        "median_lower": median_lower,
        "median_upper": median_upper,
        "p90_hours": stats.survival_quantile(hours[known], ended[known], 0.9)[0],
        "total_hours": float(hours[known].sum()),
        "n_limited": int((limited & (ended | over)).sum()),
        "n_over": int((limited & over).sum()),
        "beyond_hours": float(np.maximum(hours - limit, 0)[limited].sum()),
        "returns": int(rows["returned"].sum()),
        "handovers": int(rows["handovers"].sum()),
        "open": int((~ended).sum()),
        "open_over": int((limited & over & ~ended).sum()),
        "open_at_risk": int(at_risk.sum()),
        "open_median_hours": float(np.median(open_hours)) if open_hours.size else np.nan,
        "n_unknown": int((~known).sum()),
        "status": results.TOO_FEW if visits < LEAST_VISITS else "",
    }


def list_open_steps(
    data: Dataset,
    process: Process | None = None,
    *,
    period: str,
    months: int = 12,
    most: int = 200,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """List contacts whose stay is over its limit or about to be (超时预警), the furthest first.

    Parameters
    ----------
    data, process, period, calendar
        As for :func:`measure_steps`.
    months : int
        How many months of creation, that one the last.
    most : int
        Most rows.

    Returns
    -------
    DataFrame, one row per contact
        :data:`csqa.step_results.OPEN_STEP_COLUMNS`; as of the last moment the data speak of.

    Raises
    ------
    DataError, RuleError
        As for :func:`measure_steps`.
    """
    stays = gather_period(data, process, period=period, months=months, calendar=calendar)
    rows = stays.rows[~stays.rows["ended"].to_numpy(dtype=bool)]
    used = rows["hours"] / rows["limit_hours"]
    rows = rows.assign(used_share=used)[used >= stays.version.warn_share]
    nodes = name_nodes(stays).iloc[rows["node"]].reset_index(drop=True)
    rows = rows.reset_index(drop=True).drop(columns="node")
    told = stays.contacts.loc[rows["contact"], ["contact_id", "priority"]].reset_index(drop=True)
    entered = pd.to_datetime(rows["entered"], unit="ms", utc=True).dt.tz_convert(data.time_zone)
    table = pd.concat([rows, nodes, told], axis=1).assign(
        entered_at=entered,
        open_hours=rows["hours"],
        state=np.where(rows["used_share"] > 1, "over_limit", "at_risk"),
        minus=-rows["used_share"],
    )
    table = table.sort_values(["minus", "contact_id"], ignore_index=True)
    return table.head(most)[list(OPEN_STEP_COLUMNS)]
