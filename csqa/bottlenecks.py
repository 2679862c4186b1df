"""find_bottlenecks: which node of the process costs most, and whether it costs more than before.

How long contacts stay in each node is told by :func:`csqa.measure_steps`.
"""

import numpy as np
import pandas as pd

from csqa import results, stats
from csqa.engine.dataset import Dataset
from csqa.engine.stays import Stays, gather_period, name_nodes
from csqa.rules.calendar import Calendar
from csqa.rules.process import Process
from csqa.step_results import BOTTLENECK_COLUMNS

LEAST_CONTACTS = 30
"""Fewest contacts on either side of a comparison, and for a node to be called the bottleneck."""

SURE, POSSIBLE = 0.95, 0.05
"""Share of resamples in which a node costs most, from which it is the bottleneck, or may be."""

CONFIDENCE = 0.95


def find_bottlenecks(
    data: Dataset,
    process: Process | None = None,
    *,
    period: str,
    baseline_months: int = 3,
    node: str | None = None,
    calendar: Calendar | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Find the node that costs most, and whether it costs more than in the months before.

    Parameters
    ----------
    data, process, period, node, calendar
        As for :func:`measure_steps`.
    baseline_months : int
        Months before ``period`` to compare with.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame, one row per node
        :data:`csqa.step_results.BOTTLENECK_COLUMNS`, the costliest first, nodes that only wait for
        someone outside last.

    Raises
    ------
    DataError, RuleError
        As :func:`measure_steps`.

    Notes
    -----
    Cost is time past the limits; where no node has a limit, all time. Intervals: bootstrap over
    contacts (:func:`csqa.stats.resample_totals`), percentiles; those of the change allow for the
    number of nodes (Bonferroni). Each month's contacts are looked at equally long, so that older
    months have not had more time to be late.

    Examples
    --------
    >>> from csqa.load import load
    >>> contacts = pd.DataFrame({"contact_id": [str(number) for number in range(40)]})
    >>> contacts["channel"], contacts["created_at"] = "online", "2025-06-02 09:00"
    >>> steps = pd.concat(
    ...     contacts[["contact_id"]].assign(step=step, entered_at=f"2025-06-02 {at}")
    ...     for step, at in (
    ...         ("接诉", "09:00"),
    ...         ("分类", "11:00"),
    ...         ("处理", "21:00"),
    ...         ("归档", "22:00"),
    ...     )
    ... )
    >>> found = find_bottlenecks(load({"contacts": contacts, "steps": steps}), period="2025-06")
    >>> found[["step", "cost_hours", "verdict"]].head(2).values.tolist()
    [['classified', 240.0, 'bottleneck'], ['received', 40.0, 'no_bottleneck']]
    """
    stays = gather_period(
        data, process, period=period, months=baseline_months + 1, node=node, calendar=calendar
    )
    named = name_nodes(stays)
    if named.empty:
        return pd.DataFrame(columns=[*BOTTLENECK_COLUMNS])
    basis = _basis(stays)
    costs = _costs(stays, basis)
    now = (stays.contacts["period"] == period).to_numpy()
    ranked = _rank(costs[now], costs[~now], named, seed)
    visited = stays.rows[now[stays.contacts.index.get_indexer(pd.Index(stays.rows["contact"]))]]
    counted = visited.groupby("node")["contact"].nunique()
    held = stays.contacts.loc[~now, "period"].nunique()
    table = pd.concat([named, ranked], axis=1).assign(
        period=period,
        basis=basis,
        visited=counted.reindex(range(len(named)), fill_value=0).to_numpy(),
        baseline_months=held,
        method="bootstrap",
    )
    table = table.assign(minus=-table["cost_hours"])
    table = table.sort_values(["paused", "minus", "place"], ignore_index=True)
    return table.assign(rank=np.arange(1, len(table) + 1))[list(BOTTLENECK_COLUMNS)]


def _basis(stays: Stays) -> str:
    limited = stays.rows["limit_hours"].notna() & ~_is_paused(stays)
    return "beyond_limit" if limited.any() else "total"


def _is_paused(stays: Stays) -> "pd.Series[bool]":
    paused = np.array([node.paused for node in stays.nodes], dtype=bool)
    return pd.Series(paused[stays.rows["node"].to_numpy()], index=stays.rows.index)


def _costs(stays: Stays, basis: str) -> np.ndarray:
    """Hours of each contact (row) in each node (column), as far as they count."""
    hours = stays.rows["hours"]
    cost = (hours - stays.rows["limit_hours"]).clip(lower=0) if basis != "total" else hours
    rows = stays.contacts.index.get_indexer(pd.Index(stays.rows["contact"]))
    costs = np.zeros((len(stays.contacts), len(stays.nodes)))
    np.add.at(costs, (rows, stays.rows["node"].to_numpy()), cost.fillna(0).to_numpy())
    return costs


def _rank(costs: np.ndarray, earlier: np.ndarray, named: pd.DataFrame, seed: int) -> pd.DataFrame:
    counts = ~named["paused"].to_numpy(dtype=bool)
    n, n_before = len(costs), len(earlier)
    totals = stats.resample_totals(costs, seed=seed)
    before = stats.resample_totals(earlier, seed=seed + 1)
    whole = np.where(counts, totals, 0).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(whole > 0, totals / whole, 0.0)
    lower, upper = stats.percentile_interval(shares, CONFIDENCE)
    first = np.where(counts, totals, -1).argmax(axis=1)[whole[:, 0] > 0]
    cost, total = costs.sum(axis=0), costs.sum(axis=0)[counts].sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = totals / n - before / n_before if n and n_before else np.full_like(totals, np.nan)
    sure = 1 - (1 - CONFIDENCE) / max(int(counts.sum()), 1)
    change_lower, change_upper = stats.percentile_interval(apart, sure)
    table = pd.DataFrame(
        {
            "contacts": n,
            "cost_hours": cost,
            "cost_share": np.where(counts, cost / total if total else np.nan, np.nan),
            "lower": np.where(counts & (total > 0), lower, np.nan),
            "upper": np.where(counts & (total > 0), upper, np.nan),
            "first_share": np.bincount(first, minlength=len(cost)) / stats.RESAMPLES,
            "per_contact_hours": cost / n if n else np.nan,
            "before_hours": earlier.mean(axis=0) if n_before else np.nan,
            "change_lower": change_lower,
            "change_upper": change_upper,
            "n_before": n_before,
        }
    )
    table["change_hours"] = table["per_contact_hours"] - table["before_hours"]
    enough = min(n, n_before) >= LEAST_CONTACTS
    changed = np.select(
        [change_lower > 0, change_upper < 0], ["rising", "falling"], "no_difference"
    )
    table["change"] = changed if enough else results.TOO_FEW
    return table.assign(verdict=_verdicts(table["first_share"], counts, n))


def _verdicts(first: "pd.Series[float]", counts: np.ndarray, n: int) -> np.ndarray:
    if n < LEAST_CONTACTS:
        return np.full(len(first), results.TOO_FEW, dtype=object)
    found = np.select(
        [~counts, first >= SURE, first >= POSSIBLE],
        ["waits_for_others", "bottleneck", "maybe_bottleneck"],
        "no_bottleneck",
    )
    return np.asarray(found, dtype=object)
