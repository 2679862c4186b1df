"""A change beside what was to be expected anyway, and beside units that had no measure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.before_after import Windows, pair_windows, standard_errors
from csqa.engine.estimates import PER_HUNDRED
from csqa.engine.evidence import NORMAL_95
from csqa.rules.standard import Standard
from csqa.stats import (
    difference_in_differences,
    permute_difference,
    shrink_means,
    shrink_proportions,
    shrink_rates,
)

LEAST_PEERS = 3
"""Fewest units, the own one included, from which it is told what a unit can be expected to do."""


@dataclass(frozen=True)
class Beside:
    """What else happened; NaN where it can't be told."""

    expected: float = float("nan")
    """What the unit was expected to do next, from its months before and its peers."""
    beyond: float = float("nan")
    """Value after, less what was expected."""
    beyond_lower: float = float("nan")
    beyond_upper: float = float("nan")
    others: int = 0
    """Units without a measure that it is compared with."""
    others_change: float = float("nan")
    """Their change, all together."""
    did: float = float("nan")
    did_lower: float = float("nan")
    did_upper: float = float("nan")
    did_p: float = float("nan")
    """By permutation of agents where there are enough, else NaN."""

    def as_row(self) -> dict[str, Any]:
        """Return the fields as columns."""
        return asdict(self)


def look_beside(
    row: Mapping[str, Any],
    pairs: pd.DataFrame,
    treated: set[str],
    windows: Windows,
    agents: pd.DataFrame | None,
    standard: Standard,
) -> Beside:
    """Hold the change of a unit against its own expectation and against other units.

    Parameters
    ----------
    row : mapping
        The unit's own row of ``pairs``.
    pairs : DataFrame
        From :func:`pair_windows` with ``change``, of all units of a kind (``unit``).
    treated : set of str
        Units with a measure on the same metric: no controls.
    windows : Windows
        The months compared.
    agents : DataFrame, optional
        Measures of agents with their ``team``: those of a team are permuted.
    standard : Standard
        Of the measures.
    """
    if "unit" not in pairs:
        return Beside()
    peers = pairs[(pairs["metric"] == row["metric"]) & (pairs["n_before"] > 0)]
    found = _expect(row, peers) | _controls(row, peers[~peers["unit"].isin(treated)])
    if agents is not None and row["unit_kind"] == "team" and "team" in agents:
        found["did_p"] = _permute(row, treated, agents, windows, standard)
    return Beside(**found)


def _expect(row: Mapping[str, Any], peers: pd.DataFrame) -> dict[str, Any]:
    """Regression to the mean: the shrunken value before is what comes next without any measure."""
    if len(peers) < LEAST_PEERS:
        return {}
    n, total = (peers[f"{name}_before"].to_numpy(dtype=float) for name in ("n", "total"))
    scale = np.ones(len(peers))
    if row["kind"] == "share":
        belief = shrink_proportions(total, n)
    elif row["kind"] == "per_hundred":
        scale = np.full(len(peers), PER_HUNDRED * total.sum() / n.sum())
        belief = shrink_rates(total, n * total.sum() / n.sum())
    else:
        belief = shrink_means(
            peers["value_before"].to_numpy(dtype=float), standard_errors(peers, "_before") ** 2
        )
    own = int(np.flatnonzero((peers["unit"] == row["unit"]).to_numpy())[0])
    lower, upper = (end[own] * scale[own] for end in belief.interval())
    expected = float(belief.value[own] * scale[own])
    error = np.hypot((upper - lower) / (2 * NORMAL_95), standard_errors(peers)[own])
    beyond = float(row["value"] - expected)
    return {
        "expected": expected,
        "beyond": beyond,
        "beyond_lower": beyond - NORMAL_95 * error,
        "beyond_upper": beyond + NORMAL_95 * error,
    }


def _controls(row: Mapping[str, Any], controls: pd.DataFrame) -> dict[str, Any]:
    """Difference in differences against all units without a measure, as many records of each."""
    if controls.empty:
        return {}
    share = (controls["n"] / controls["n"].sum()).to_numpy(dtype=float)
    sides = ("_before", "")
    values = [float(share @ controls[f"value{side}"]) for side in sides]
    errors = [float(np.hypot.reduce(share * standard_errors(controls, side))) for side in sides]
    own = pd.DataFrame([dict(row)])
    found = difference_in_differences(
        [row["value_before"], row["value"]],
        values,
        [standard_errors(own, side)[0] for side in sides],
        errors,
    )
    return {
        "others": len(controls),
        "others_change": values[1] - values[0],
        "did": found.estimate,
        "did_lower": found.lower,
        "did_upper": found.upper,
    }


def _permute(
    row: Mapping[str, Any],
    treated: set[str],
    agents: pd.DataFrame,
    windows: Windows,
    standard: Standard,
) -> float:
    """How probable so large a difference of agents' changes is if teams did not matter."""
    own = agents[agents["metric"] == row["metric"]]
    keys = ["agent_id", "team", "metric"]
    pairs = pair_windows(own, standard, windows, keys) if len(own) else own
    pairs = pairs[(pairs["team"] == row["unit"]) | ~pairs["team"].isin(treated)]
    if pairs.empty:
        return float("nan")
    changes = (pairs["value"] - pairs["value_before"]).to_numpy(dtype=float)
    weight = 1 / (1 / pairs["n"] + 1 / pairs["n_before"]).to_numpy(dtype=float)
    return permute_difference(changes, (pairs["team"] == row["unit"]).to_numpy(), weights=weight)
