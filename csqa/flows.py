"""measure_paths, list_variants, measure_cycles: how contacts go through the process, how long."""

from typing import Any

import numpy as np
import pandas as pd

from csqa import results, stats
from csqa.engine.dataset import Dataset
from csqa.engine.stays import Stays, gather_period, name_nodes
from csqa.engine.steps import count_departments
from csqa.rules.calendar import Calendar
from csqa.rules.process import Process
from csqa.step_results import CYCLE_COLUMNS, PATH_COLUMNS, VARIANT_COLUMNS

LEAST_CONTACTS = 10
"""Fewest contacts of a month for which a cycle time says anything."""

ARROW = " → "


def measure_paths(
    data: Dataset,
    process: Process | None = None,
    *,
    period: str,
    months: int = 1,
    node: str | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Count how contacts go from node to node (a directly-follows graph).

    Parameters
    ----------
    data, process, period, months, node, calendar
        As for :func:`csqa.measure_steps`.

    Returns
    -------
    DataFrame, one row per pair of nodes that follow each other
        :data:`csqa.step_results.PATH_COLUMNS`, the most frequent first.

    Raises
    ------
    DataError, RuleError
        As for :func:`csqa.measure_steps`.

    Notes
    -----
    Each contact has one step less than visits: beginnings and ends are no rows. The median is of
    stays that were left that way, all of them over. van der Aalst (2016), Process Mining, 2nd ed.,
    section 6.2, on what such a graph tells, and that it leaves out which way each contact went.

    Examples
    --------
    >>> from csqa.load import load
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2"], "channel": "online"})
    >>> contacts["created_at"] = "2025-06-02 09:00"
    >>> told = [("1", "接诉", 9), ("1", "处理", 10), ("1", "分类", 12), ("1", "处理", 13)]
    >>> told += [("2", "接诉", 9), ("2", "处理", 12)]
    >>> steps = pd.DataFrame(told, columns=["contact_id", "step", "hour"])
    >>> steps["entered_at"] = [f"2025-06-02 {hour:02d}:00" for hour in steps.pop("hour")]
    >>> found = measure_paths(load({"contacts": contacts, "steps": steps}), period="2025-06")
    >>> found[["from_zh", "to_zh", "count", "share", "back", "median_hours"]]
      from_zh to_zh  count  share   back  median_hours
    0      接诉    处理      2    1.0  False           2.0
    1      分类    处理      1    1.0  False           1.0
    2      处理    分类      1    1.0   True           2.0
    """
    stays = gather_period(data, process, period=period, months=months, node=node, calendar=calendar)
    rows, nodes = stays.rows, name_nodes(stays)
    following = rows["node"].shift(-1).where(rows["contact"] == rows["contact"].shift(-1))
    pairs = rows.assign(following=following).dropna(subset="following").astype({"following": int})
    grouped = pairs.groupby(["node", "following"])
    found = grouped.agg(
        count=("contact", "size"),
        contacts=("contact", "nunique"),
        median_hours=("hours", "median"),
        median_gap_hours=("gap_hours", "median"),
    ).reset_index()
    leaving = found.groupby("node")["count"].transform("sum")
    told: dict[str, Any] = {"period": period, "months": months}
    for side, column in (("from", "node"), ("to", "following")):
        own = nodes.iloc[found[column]].reset_index(drop=True)
        told |= {f"{side}_step": own["step"], f"{side}_place": own["place"]}
        told |= {f"{side}_zh": own["name_zh"], f"{side}_en": own["name_en"]}
    found = found.assign(
        **told,
        back=found["following"] < found["node"],
        share=found["count"] / leaving,
        share_of_all=found["count"] / found["count"].sum(),
        minus=-found["count"],
    )
    found = found.sort_values(["minus", "node", "following"], ignore_index=True)
    return found[list(PATH_COLUMNS)]


def list_variants(
    data: Dataset,
    process: Process | None = None,
    *,
    period: str,
    months: int = 1,
    node: str | None = None,
    most: int = 20,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """List the ways that contacts went from the first node to the last, the most frequent first.

    Parameters
    ----------
    data, process, period, months, node, calendar
        As for :func:`csqa.measure_steps`.
    most : int
        Most ways listed.

    Returns
    -------
    DataFrame, one row per way
        :data:`csqa.step_results.VARIANT_COLUMNS`. Only contacts that have ended count: of the
        others the rest of the way is not known.

    Raises
    ------
    DataError, RuleError
        As for :func:`csqa.measure_steps`.
    """
    stays = gather_period(data, process, period=period, months=months, node=node, calendar=calendar)
    contacts = stays.contacts[stays.contacts["ended"]]
    rows = stays.rows[stays.rows["contact"].isin(contacts.index)]
    ways = _name_ways(rows, len(stays.nodes)).reindex(contacts.index)
    table = contacts.assign(way=ways.to_numpy(), contact=contacts.index)
    found = table.groupby("way").agg(
        count=("contact", "size"), example=("contact", "first"), hours=("cycle_hours", "median")
    )
    total, variants = len(contacts), len(found)
    listed = [_describe_way(rows, stays, example) for example in found["example"]]
    keys = ["steps", "way_zh", "way_en", "visits", "returns"]
    found = found.reset_index(drop=True).join(pd.DataFrame(listed, columns=keys))
    found = found.assign(minus=-found["count"]).sort_values(["minus", "steps"], ignore_index=True)
    lower, upper = stats.wilson(found["count"], np.full(len(found), total))
    found = found.assign(
        period=period,
        months=months,
        rank=np.arange(1, len(found) + 1),
        share=found["count"] / max(total, 1),
        lower=lower,
        upper=upper,
        method="wilson",
        cumulative=found["count"].cumsum() / max(total, 1),
        median_hours=found["hours"],
        ended=total,
        variants=variants,
    )
    return found.head(most)[list(VARIANT_COLUMNS)]


def _name_ways(rows: pd.DataFrame, nodes: int) -> "pd.Series[int]":
    """A number for each contact, the same for contacts that went the same way.

    Nodes are added one after the other to what contacts have gone so far: a pass per visit of the
    longest way, in place of a text per contact.
    """
    turn = rows.groupby("contact").cumcount().to_numpy()
    order = np.argsort(turn, kind="stable")
    contact, node = rows["contact"].to_numpy()[order], rows["node"].to_numpy()[order]
    counts = np.bincount(turn) if len(turn) else np.zeros(0, dtype=int)
    so_far: pd.Series[int] = pd.Series(0, index=pd.unique(rows["contact"]), dtype="int64")
    known, start = 1, 0
    for count in counts.tolist():
        here = slice(start, start + count)
        before = so_far.loc[contact[here]].to_numpy()
        # What goes on gets new numbers, so that a shorter way keeps its own.
        codes, different = pd.factorize(before * nodes + node[here])
        so_far.loc[contact[here]] = codes + known
        known, start = known + len(different), start + count
    return so_far


def _describe_way(rows: pd.DataFrame, stays: Stays, contact: int) -> tuple[Any, ...]:
    low, high = rows["contact"].searchsorted([contact, contact + 1])
    gone = [stays.nodes[place] for place in rows["node"].iloc[low:high]]
    keys = [node.key for node in gone]
    names = [ARROW.join(node.name(language) for node in gone) for language in ("zh", "en")]
    return (" > ".join(keys), *names, len(keys), len(keys) - len(set(keys)))


def measure_cycles(
    data: Dataset,
    process: Process | None = None,
    *,
    period: str,
    months: int = 6,
    node: str | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Measure how long the whole way takes, month by month, with what is still open.

    Parameters
    ----------
    data, process, period, node, calendar
        As for :func:`csqa.measure_steps`.
    months : int
        How many months, that one the last.

    Returns
    -------
    DataFrame, one row per month with contacts
        :data:`csqa.step_results.CYCLE_COLUMNS`.

    Raises
    ------
    DataError, RuleError
        As for :func:`csqa.measure_steps`.

    Notes
    -----
    Median of those that have ended only would be too short, above all in the last month: so
    Kaplan and Meier's, NaN where less than half are known to have ended. Each month is looked at
    equally long after its end, so that months can be compared.
    """
    stays = gather_period(data, process, period=period, months=months, node=node, calendar=calendar)
    told = stays.contacts.assign(
        returned=stays.rows.groupby("contact")["returned"].any(),
        departments=count_departments(data, stays.contacts["contact_id"]),
    )
    found = [_measure_month(rows) | {"period": month} for month, rows in told.groupby("period")]
    table = pd.DataFrame(found, columns=[*CYCLE_COLUMNS])
    return table.assign(hours=stays.version.hours, method="kaplan_meier")


def _measure_month(contacts: pd.DataFrame) -> dict[str, Any]:
    hours, ended = contacts["cycle_hours"].to_numpy(), contacts["ended"].to_numpy(dtype=bool)
    known = ~np.isnan(hours)
    median, lower, upper = stats.survival_quantile(hours[known], ended[known])
    return {
        "contacts": len(contacts),
        "ended": int(ended.sum()),
        "open": int((~ended).sum()),
        "n_unknown": int((~known).sum()),
        "median_hours": median,
        "lower": lower,
        "upper": upper,
        "p90_hours": stats.survival_quantile(hours[known], ended[known], 0.9)[0],
        "visits_per_contact": contacts["visits"].mean(),
        "returned_share": contacts["returned"].mean(),
        "departments_per_contact": contacts["departments"].mean(),
        "handovers_per_contact": contacts["handovers"].mean(),
        "status": results.TOO_FEW if len(contacts) < LEAST_CONTACTS else "",
    }
