"""evaluate_pilot: what a pilot showed, agent by agent, beside its control (P5)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import schema
from csqa.engine.agent_changes import change_of_agents
from csqa.engine.pilot_measures import LEAST_AGENTS, OVER, VALUE, own_measures
from csqa.errors import RuleError
from csqa.pilot_results import PILOT_COLUMNS
from csqa.results import TOO_FEW
from csqa.rules.standard import AT_MOST, Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import permute_difference, welch_difference

Floats = NDArray[np.float64]

ROLL_OUT, EXTEND, STOP = "roll_out", "extend", "stop"
"""推广, 延长试点, 停止."""


def evaluate_pilot(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    metric: str,
    pilot: Iterable[str],
    started: date,
    ended: date,
    control: Iterable[str] | None = None,
    outcome: str = VALUE,
    smallest: float = 0.0,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare a pilot with its control, before and after, agent by agent.

    Parameters
    ----------
    measures : DataFrame
        Of agents by day or week, from as many days before ``started`` as the pilot took.
    standard : Standard, optional
        The one they were measured by. Default: the shipped one.
    metric : str
        What was to change; all other metrics are looked at for harm.
    pilot : iterable of str
        Agents of the pilot.
    started, ended : date
        First and last day.
    control : iterable of str, optional
        Agents it is compared with. Default: all others.
    outcome : {"value", "over"}
        The metric's value, or the share of records that miss its target.
    smallest : float
        Effect below which it is not worth it, in the unit of the outcome.
    seed : int
        Of the permutations.

    Returns
    -------
    DataFrame, one row
        :data:`csqa.results.PILOT_COLUMNS`.

    Raises
    ------
    RuleError
        If the metric is unknown, the days are the wrong way round, or agents are unknown or on
        both sides.

    Notes
    -----
    Of each agent the change between as many days before and the days of the pilot; their mean in
    the pilot less that of the control with Welch's interval over agents, and a permutation test
    (Bertrand, Duflo & Mullainathan 2004, QJE 119:249-275, section V). ``roll_out``: surely better
    and not surely below ``smallest``; ``stop``: surely worse, or surely less than ``smallest``;
    else ``extend``, by so many days that the interval would shrink to the distance from nothing.

    Examples
    --------
    >>> days = pd.date_range("2025-03-01", "2025-03-28").strftime("%Y-%m-%d")
    >>> rows = [{"period": day, "agent_id": f"K{one:02d}"} for one in range(12) for day in days]
    >>> measures = pd.DataFrame(rows).assign(metric="first_response_online", n=20, total=400.0)
    >>> measures = measures.assign(total_squares=9000.0, target_line="2023-01-01/base")
    >>> measures["complete"], pilot = True, [f"K{one:02d}" for one in range(6)]
    >>> tried = measures["agent_id"].isin(pilot) & (measures["period"] > "2025-03-14")
    >>> measures["over"] = 3.0 - 2 * tried
    >>> days = {"started": date(2025, 3, 15), "ended": date(2025, 3, 28)}
    >>> asked = {"metric": "first_response_online", "outcome": "over", "pilot": pilot}
    >>> row = evaluate_pilot(measures, **asked, **days).iloc[0]
    >>> [float(row[name]) for name in ("pilot_before", "pilot_after", "control_after")]
    [0.15, 0.05, 0.15]
    >>> row["recommendation"]
    'roll_out'
    """
    standard = standard or read_standard()
    sides = _sides(measures, pilot, control, started, ended)
    own = own_measures(measures, standard, metric, outcome, 1.0, 0.5)
    changes = change_of_agents(own, outcome, started, ended, sides)
    row = _describe(changes, metric, outcome, started, ended)
    better = -1.0 if outcome == OVER or standard.metric(metric).direction == AT_MOST else 1.0
    row |= _effect(changes, seed)
    row |= {"harm": _harm(measures, standard, metric, sides, (started, ended), seed)}
    row |= _recommend(row, better, smallest)
    whole = {"pilot_agents": "int64", "control_agents": "int64", "more_days": "Int64"}
    return pd.DataFrame([row], columns=list(PILOT_COLUMNS)).astype(whole)


def _sides(
    measures: pd.DataFrame,
    pilot: Iterable[str],
    control: Iterable[str] | None,
    started: date,
    ended: date,
) -> dict[str, bool]:
    """Agent → whether in the pilot."""
    known = set(measures["agent_id"].astype("str")) - {schema.UNKNOWN}
    inside = list(dict.fromkeys(pilot))
    outside = sorted(known - set(inside)) if control is None else list(dict.fromkeys(control))
    faults = [f"不认识的工号 {name!r}" for name in [*inside, *outside] if name not in known]
    faults += [f"工号 {name!r} 同时在试点和对照里" for name in inside if name in outside]
    if ended < started:
        faults.append(f"结束 {ended} 早于开始 {started}")
    if faults:
        msg = f"试点评估：{'；'.join(faults)}。"
        raise RuleError(msg)
    return dict.fromkeys(outside, False) | dict.fromkeys(inside, True)


def _describe(
    changes: pd.DataFrame, metric: str, outcome: str, started: date, ended: date
) -> dict[str, Any]:
    row: dict[str, Any] = {"metric": metric, "outcome": outcome}
    row |= {"started": pd.Timestamp(started), "ended": pd.Timestamp(ended)}
    for name, inside in (("pilot", True), ("control", False)):
        side = changes[changes["pilot"] == inside]
        row[f"{name}_agents"] = int(side["change"].notna().sum())
        for when in ("before", "after"):
            n, part = side[f"n_{when}"].sum(), side[f"part_{when}"].sum()
            row[f"{name}_{when}"] = float(part / n) if n else np.nan
            row[f"{name}_n_{when}"] = float(n)
    return row


def _effect(changes: pd.DataFrame, seed: int) -> dict[str, float]:
    """Mean change in the pilot less that of the control, over agents."""
    known = changes[changes["change"].notna()]
    inside = known["pilot"].to_numpy(dtype=bool)
    moved = known["change"].to_numpy(dtype=float)
    sums = [
        (side.size, side.sum(), float((side**2).sum())) for side in (moved[inside], moved[~inside])
    ]
    lower, upper = welch_difference(*sums[0], *sums[1])
    few = min(sums[0][0], sums[1][0]) == 0
    return {
        "effect": np.nan if few else float(moved[inside].mean() - moved[~inside].mean()),
        "effect_lower": float(lower),
        "effect_upper": float(upper),
        "p": permute_difference(moved, inside, seed=seed),
    }


def _harm(
    measures: pd.DataFrame,
    standard: Standard,
    metric: str,
    sides: dict[str, bool],
    days: tuple[date, date],
    seed: int,
) -> str:
    """Other metrics that surely got worse in the pilot than in the control."""
    worse = []
    for other in sorted(set(measures["metric"]) - {metric}):
        direction = standard.metric(other).direction
        if direction not in (AT_MOST, "at_least"):
            continue
        own = measures[(measures["metric"] == other) & (measures["n"] > 0)]
        found = _effect(change_of_agents(own, VALUE, *days, sides), seed)
        bad = found["effect_lower"] > 0 if direction == AT_MOST else found["effect_upper"] < 0
        if bad and found["p"] < 0.05:
            worse.append(other)
    return " ".join(worse)


def _recommend(row: dict[str, Any], better: float, smallest: float) -> dict[str, Any]:
    nothing = {"recommendation": EXTEND, "reason": TOO_FEW, "more_days": None}
    if min(row["pilot_agents"], row["control_agents"]) < LEAST_AGENTS or np.isnan(row["p"]):
        return nothing
    low, high = sorted((better * row["effect_lower"], better * row["effect_upper"]))
    gain = better * row["effect"]
    if low > 0 and row["p"] < 0.05 and high > smallest:
        harmed = bool(row["harm"])
        return {
            "recommendation": EXTEND if harmed else ROLL_OUT,
            "reason": "harm" if harmed else "better",
            "more_days": None,
        }
    if high < 0 or high < smallest:
        return {"recommendation": STOP, "reason": "worse" if high < 0 else "too_small"} | {
            "more_days": None
        }
    days = (row["ended"] - row["started"]).days + 1
    half = (high - low) / 2
    more = max(int(np.ceil(days * ((half / gain) ** 2 - 1))), 1) if gain > 0 else None
    return {"recommendation": EXTEND, "reason": "not_sure", "more_days": more}
