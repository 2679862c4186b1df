"""Changes of agents between two spans of days, from sums that add up."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.periods import first_day, last_day

Floats = NDArray[np.float64]

LEAST_RECORDS = 5
"""Records on either side without which an agent's change is not looked at."""


def past_changes(own: pd.DataFrame, outcome: str, weeks: int) -> tuple[Floats, float]:
    """Changes of agents between spans of so many weeks, all the way back.

    Parameters
    ----------
    own : DataFrame
        Measures of one metric by agent and week.
    outcome : {"value", "over"}
        What is divided by ``n``: ``total`` or ``over``.
    weeks : int
        Length of a span; spans do not overlap, so that changes of every second pair are
        independent.

    Returns
    -------
    changes : ndarray of float
        Each agent's change between two neighbouring spans, less the mean change of all agents.
    records : float
        Records per agent and span, on average.
    """
    periods = sorted(own["period"].unique())
    spans = [periods[end - weeks : end] for end in range(len(periods), weeks - 1, -weeks)]
    levels = [_levels(own[own["period"].isin(span)], outcome) for span in spans]
    found = []
    for later, earlier in zip(levels[::2], levels[1::2], strict=False):
        moved = (later["level"] - earlier["level"]).dropna()
        found.append((moved - moved.mean()).to_numpy(dtype=float))
    records = float(np.mean([level["n"].mean() for level in levels])) if levels else 0.0
    return (np.concatenate(found) if found else np.zeros(0)), records


def _levels(rows: pd.DataFrame, outcome: str) -> pd.DataFrame:
    sums = rows.groupby("agent_id")[["n", "total", "over"]].sum()
    sums = sums[sums["n"] >= LEAST_RECORDS]
    part = sums["over"] if outcome == "over" else sums["total"]
    return pd.DataFrame({"n": sums["n"], "part": part, "level": part / sums["n"]})


def change_of_agents(
    own: pd.DataFrame, outcome: str, started: date, ended: date, sides: Mapping[str, bool]
) -> pd.DataFrame:
    """Each agent's change between as many days before a pilot and its days.

    Parameters
    ----------
    own : DataFrame
        Measures of one metric by agent and day or week; periods across an end are left out.
    outcome : {"value", "over"}
        What is divided by ``n``.
    started, ended : date
        Days of the pilot.
    sides : mapping of str to bool
        Agent → whether in the pilot; others are left out.

    Returns
    -------
    DataFrame, one row per agent
        ``agent_id``, ``pilot``, ``n_before``, ``part_before``, ``n_after``, ``part_after``,
        ``change`` (NaN with fewer than 5 records on a side).
    """
    days = ended - started + timedelta(days=1)
    before = _within(own, started - days, started - timedelta(days=1))
    sums = {
        "before": _levels(before, outcome),
        "after": _levels(_within(own, started, ended), outcome),
    }
    agents = pd.Index(sorted(sides), name="agent_id")
    columns: dict[str, object] = {"pilot": [sides[name] for name in agents]}
    for when, level in sums.items():
        known = level.reindex(agents)
        columns |= {f"n_{when}": known["n"].fillna(0), f"part_{when}": known["part"].fillna(0)}
        columns[f"level_{when}"] = known["level"]
    rows = pd.DataFrame(columns, index=agents).reset_index()
    return rows.assign(change=rows["level_after"] - rows["level_before"])


def _within(own: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    periods = own["period"].unique()
    kept = [one for one in periods if first_day(one) >= first and last_day(one) <= last]
    return own[own["period"].isin(kept)]
