"""plan_pilot: who, how long and how many for an effect to show (P5).

Agents are what is allocated and what is counted: records of one agent are alike, so a thousand
records of six agents are worth little more than six.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.agent_changes import past_changes
from csqa.engine.pilot_measures import LEAST_AGENTS, OVER, VALUE, own_measures
from csqa.pilot_results import PILOT_PLAN_COLUMNS
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import units_needed

WEEKS = (2, 3, 4)
"""Durations that are thought of (P5: two to four weeks)."""


def plan_pilot(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    metric: str,
    effect: float,
    outcome: str = VALUE,
    weeks: Sequence[int] = WEEKS,
    power: float = 0.8,
    seed: int = 0,
) -> pd.DataFrame:
    """Say for each duration how many agents a pilot needs, and draw them.

    Parameters
    ----------
    measures : DataFrame
        Of agents by week: ``csqa.measure(data, by=["agent_id"], every="week")``, half a year or
        more.
    standard : Standard, optional
        The one they were measured by. Default: the shipped one.
    metric : str
        What is to change.
    effect : float
        By how much at least, whichever way is better, in the unit of the outcome: 0.05 of a
        share, 60 of seconds.
    outcome : {"value", "over"}
        The metric's value, or the share of records that miss its target.
    weeks : sequence of int
        Durations to choose from.
    power : float
        Chance of noticing such an effect, in (0, 1).
    seed : int
        Of the draw; the same seed draws the same agents.

    Returns
    -------
    DataFrame, one row per duration
        :data:`csqa.results.PILOT_PLAN_COLUMNS`. The first ``feasible`` one is the shortest.

    Raises
    ------
    RuleError
        If the metric is unknown or not measured, or a number makes no sense.

    Notes
    -----
    How much agents' changes vary between two spans of so many weeks is not assumed but taken from
    the past, volume, mix and all; the number per side follows from Student's t for two samples
    (Chow, Shao & Wang 2008, section 3.2). Agents are drawn in pairs with a like level before, one
    of each pair by chance (Imai, King & Nall 2009, Statistical Science 24:29-53).

    Examples
    --------
    >>> weeks = [f"2025-W{week:02d}" for week in range(1, 25)]
    >>> rng = np.random.default_rng(1)
    >>> rows = [
    ...     {"period": week, "agent_id": f"K{agent:02d}", "total": float(rng.binomial(50, 0.85))}
    ...     for agent in range(24)
    ...     for week in weeks
    ... ]
    >>> measures = pd.DataFrame(rows).assign(metric="csat", n=50, over=0.0, complete=True)
    >>> measures["total_squares"], measures["target_line"] = measures["total"], "2023-01-01/base"
    >>> plan_pilot(measures, metric="csat", effect=0.06)[["weeks", "agents", "feasible"]]
       weeks  agents  feasible
    0      2      12      True
    1      3       8      True
    2      4       6      True
    """
    standard = standard or read_standard()
    own = own_measures(measures, standard, metric, outcome, effect, power)
    rows = [_row(own, outcome, span, effect, power, seed) for span in weeks]
    told = {"metric": metric, "outcome": outcome, "effect": effect, "power": power}
    found = pd.DataFrame([told | row for row in rows], columns=list(PILOT_PLAN_COLUMNS))
    return found.astype({"agents": "Int64"})


def _row(
    own: pd.DataFrame, outcome: str, span: int, effect: float, power: float, seed: int
) -> dict[str, Any]:
    """What a pilot of so many weeks needs, and who would take part."""
    changes, records = past_changes(own, outcome, span)
    spread = float(np.std(changes, ddof=1)) if len(changes) >= LEAST_AGENTS else np.nan
    needed = units_needed(effect, spread, power=power) if spread > 0 else None
    chosen = _draw(own, outcome, span, seed)
    sides = [chosen[side::2] for side in (0, 1)]
    possible = min(map(len, sides))
    asked = max(needed or 0, LEAST_AGENTS)
    feasible = needed is not None and asked <= possible
    drawn = [" ".join(sorted(side[:asked])) if feasible else "" for side in sides]
    return {
        "weeks": span,
        "agents": needed,
        "available": possible,
        "records": records,
        "spread": spread,
        "feasible": feasible,
        "pilot": drawn[0],
        "control": drawn[1],
    }


def _draw(own: pd.DataFrame, outcome: str, span: int, seed: int) -> list[str]:
    """Agents in pairs of a like level, each pair in an order drawn by chance."""
    last = sorted(own["period"].unique())[-span:]
    recent = own[own["period"].isin(last)].groupby("agent_id")[["n", "total", "over"]].sum()
    part = recent["over"] if outcome == OVER else recent["total"]
    level = (part / recent["n"]).sort_values(kind="stable")
    names, rng = [str(name) for name in level.index], np.random.default_rng(seed)
    drawn = []
    for first in range(0, len(names) - 1, 2):
        pair = names[first : first + 2]
        drawn.append(pair if rng.random() < 0.5 else pair[::-1])
    order = rng.permutation(len(drawn))
    return [name for place in order for name in drawn[place]]
