"""agent_sheets: what to talk about with each agent, one to one (T3, T5).

Strengths first, then what may be worked on and where in the work it happens, the way it has gone,
and how much work it rests on. Peers are those with the same mix of work. Nobody is ranked, and
too few records are a verdict of their own: then there is nothing to say yet.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from csqa import results, schema
from csqa.contrast import contrast_units
from csqa.errors import DataError, RuleError
from csqa.horizontal import compare_horizontal
from csqa.periods import months_back
from csqa.rules.faults import find_nearest
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.vertical import compare_vertical

UNIT = "agent_id"

STRENGTH, WEAKNESS, LIKE_PEERS = "strength", "weakness", "like_peers"
MAYBE_STRENGTH, MAYBE_WEAKNESS = "maybe_strength", "maybe_weakness"
SIDES = {
    results.BETTER: STRENGTH,
    results.WATCH_BETTER: MAYBE_STRENGTH,
    results.NO_DIFFERENCE: LIKE_PEERS,
    results.WATCH_WORSE: MAYBE_WEAKNESS,
    results.WORSE: WEAKNESS,
    results.TOO_FEW: results.TOO_FEW,
}
"""Verdict among peers → what it is in a sheet."""

STANDS_OUT = "stands_out"
VERDICTS = (STANDS_OUT, LIKE_PEERS, results.TOO_FEW)

TRENDS = {
    "improvement": "improving",
    "concern": "declining",
    "common": "steady",
    "none": results.TOO_FEW,
}
"""Variation on the agent's own control chart → trend."""

SHARED = "shared"
"""Trend of an agent where the work of all moved likewise: it says nothing of the agent."""

MOST_AGENTS = 12
"""Sheets made where nobody is named: those who stand out first."""

HISTORY_MONTHS, SHOWN_MONTHS = 24, 6
"""Months that an agent's own control chart looks at, and months that are handed on."""

SHEET_COLUMNS = ("period", "agent_id", "verdict", "strengths", "weaknesses", "judged", "too_few")
STANDING_COLUMNS = (
    "period",
    "months",
    "agent_id",
    "metric",
    "kind",
    "value",
    "lower",
    "upper",
    "n",
    "expected",
    "lower_watch",
    "upper_watch",
    "shrunken",
    "direction",
    "target",
    "target_upper",
    "verdict",
    "side",
    "trend",
)
HISTORY_COLUMNS = ("period", "agent_id", "metric", "kind", "value", "n", "complete")


def agent_sheets(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    period: str,
    months: int = 3,
    agents: Collection[str] = (),
    workload: pd.DataFrame | None = None,
    minimum_n: int | None = None,
    most: int = MOST_AGENTS,
) -> dict[str, pd.DataFrame]:
    """Gather what a one-to-one talk with each agent needs.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them by month, split by ``agent_id`` and by what makes
        work unlike (team, channel, topic …): peers are given the agent's own mix of it.
    standard : Standard, optional
        Default: the shipped one.
    period : str
        The month that the sheets are of.
    months : int
        Months up to it that are pooled for the comparison: one agent has few records in one.
    agents : collection of str
        Whose sheets. Empty: all who worked in the period, at most ``most``, those who stand out
        first.
    workload : DataFrame, optional
        From :func:`csqa.measure_workload`.
    minimum_n : int, optional
        Fewest records to be compared. Default: ``judge_from`` of the standard.
    most : int
        Sheets at most, where nobody is named.

    Returns
    -------
    dict of DataFrame
        ``sheets``: one row per agent, by name: ``verdict`` (``stands_out``, ``like_peers``,
        ``too_few``), metrics counted as ``strengths``, ``weaknesses``, ``judged``, ``too_few``.
        ``standing``: one row per agent and metric, as in :func:`csqa.compare_horizontal`, with
        peers' 95 % range (``lower_watch``, ``upper_watch``), ``shrunken``; ``side``:
        ``strength``, ``maybe_strength``, ``like_peers``, ``maybe_weakness``, ``weakness``,
        ``too_few``; ``trend``: ``improving``, ``declining``, ``steady``, ``shared`` (all moved
        likewise: no news of this agent), ``too_few``.
        ``history``: value and n of the last six months. ``parts``: from
        :func:`csqa.contrast_units`, where in the work it happens. ``workload``: as given.

    Raises
    ------
    RuleError
        If the measures are not split by agent, do not hold the period, or an agent is unknown.
    DataError
        If ``workload`` is not of agents.

    Examples
    --------
    >>> rows = pd.DataFrame({"agent_id": [f"K{n}" for n in range(12)], "n": 100})
    >>> rows["total"] = [60.0] + [92.0] * 11
    >>> rows = rows.assign(period="2025-06", metric="csat", over=0.0, complete=True)
    >>> rows = rows.assign(total_squares=rows["total"], target_line="2023-01-01/base")
    >>> found = agent_sheets(rows, period="2025-06", agents=["K0", "K1"])
    >>> found["sheets"][["agent_id", "verdict", "weaknesses"]].values.tolist()
    [['K0', 'stands_out', 1], ['K1', 'like_peers', 0]]
    """
    standard = standard or read_standard()
    across = compare_horizontal(
        measures, standard, unit=UNIT, period=period, months=months, minimum_n=minimum_n
    )
    across = across[across["unit"] != schema.UNKNOWN]
    chosen = _choose(across, measures, period, agents, most)
    across = across[across["unit"].isin(chosen)].assign(side=lambda t: t["verdict"].map(SIDES))
    over = _follow(measures, standard, period, chosen)
    standing = _standing(across, over, _follow(measures, standard, period, None))
    parts = contrast_units(measures, across, standard, unit=UNIT, period=period, months=months)
    return {
        "sheets": _sheets(across, chosen, period),
        "standing": standing,
        "history": _history(over, period),
        "parts": parts,
        "workload": _workload(workload, chosen),
    }


def _choose(
    across: pd.DataFrame, measures: pd.DataFrame, period: str, agents: Collection[str], most: int
) -> list[str]:
    """Agents named, or all at work in the period: those who stand out first, up to the limit."""
    known = set(measures.loc[measures["period"] <= period, UNIT].astype(str)) - {schema.UNKNOWN}
    unknown = [str(agent) for agent in agents if agent not in known]
    if unknown:
        near = [(agent, find_nearest(agent, sorted(known))) for agent in unknown]
        told = "、".join(f"{a}（是不是 {b}？）" if b else a for a, b in near)
        msg = f"`agents`：数据里没有 {told}。"
        raise RuleError(msg)
    if agents:
        return sorted(set(map(str, agents)))
    here = across[across["n_period"] > 0]
    order = {results.WORSE: 0, results.BETTER: 0, results.WATCH_WORSE: 1, results.WATCH_BETTER: 1}
    order |= {results.NO_DIFFERENCE: 2, results.TOO_FEW: 3}
    first = here.assign(order=here["verdict"].map(order)).groupby("unit")["order"].min()
    ranked = first.reset_index().sort_values(["order", "unit"])["unit"]
    return sorted(ranked.head(most))


def _follow(
    measures: pd.DataFrame, standard: Standard, period: str, chosen: list[str] | None
) -> pd.DataFrame:
    """Each chosen agent's own series, all their work together; with None that of everybody."""
    since = months_back(period, HISTORY_MONTHS - 1)
    rows = measures[measures["period"].between(since, period)]
    units = [] if chosen is None else [UNIT]
    rows = rows if chosen is None else rows[rows[UNIT].isin(chosen)]
    sums = dict.fromkeys(("n", "total", "total_squares", "over"), "sum") | {"complete": "all"}
    keys = ["period", *units, "metric", "target_line"]
    return compare_vertical(rows.groupby(keys, as_index=False).agg(sums), standard)


def _standing(across: pd.DataFrame, over: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Among peers, and against one's own past; what all share is no news of one."""
    period = across["period"].max()
    now = over[over["period"] == period].assign(trend=lambda t: t["variation"].map(TRENDS))
    everybody = whole[whole["period"] == period].set_index("metric")["variation"].map(TRENDS)
    rows = across.merge(now[["unit", "metric", "trend"]], on=["unit", "metric"], how="left")
    moved = rows["trend"].isin(["improving", "declining"])
    alike = moved & (rows["trend"] == rows["metric"].map(everybody))
    rows["trend"] = rows["trend"].mask(alike, SHARED).fillna(results.TOO_FEW)
    rows = rows.rename(columns={"unit": UNIT}).sort_values([UNIT, "metric"], ignore_index=True)
    return rows[list(STANDING_COLUMNS)]


def _sheets(across: pd.DataFrame, chosen: list[str], period: str) -> pd.DataFrame:
    def count(*sides: str) -> pd.Series:
        counted = across[across["side"].isin(sides)].groupby("unit").size()
        return counted.reindex(chosen).fillna(0).astype("int64")

    table = pd.DataFrame(
        {
            "strengths": count(STRENGTH),
            "weaknesses": count(WEAKNESS),
            "judged": count(*(side for side in SIDES.values() if side != results.TOO_FEW)),
            "too_few": count(results.TOO_FEW),
        }
    )
    out = table["strengths"] + table["weaknesses"] > 0
    table["verdict"] = np.select(
        [out, table["judged"] > 0], [STANDS_OUT, LIKE_PEERS], results.TOO_FEW
    ).astype(object)
    table = table.rename_axis(UNIT).reset_index().assign(period=period)
    return table[list(SHEET_COLUMNS)]


def _history(over: pd.DataFrame, period: str) -> pd.DataFrame:
    since = months_back(period, SHOWN_MONTHS - 1)
    rows = over[over["period"] >= since].rename(columns={"unit": UNIT})
    keys = [UNIT, "metric", "period"]
    return rows.sort_values(keys, ignore_index=True)[list(HISTORY_COLUMNS)]


def _workload(workload: pd.DataFrame | None, chosen: list[str]) -> pd.DataFrame:
    if workload is None:
        return pd.DataFrame(columns=["period", UNIT, "contacts", "active_days"])
    if UNIT not in workload:
        msg = "`workload` 没有 agent_id 列：应为 csqa.measure_workload(…) 的结果。"
        raise DataError(msg)
    return workload[workload[UNIT].isin(chosen)].reset_index(drop=True)
