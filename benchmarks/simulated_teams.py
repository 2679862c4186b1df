"""Teams made up of agents whose true levels are known: what a benchmark of honesty is fed with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csqa.periods import months_back
from csqa.rules.standard import AT_MOST
from csqa.rules.standard_reader import read_standard

AGENTS, MONTHS, LATEST = 20, 12, "2025-06"
TINY = 1e-9
"""What adding up leaves of a level that is exactly on target."""
MATERIAL = 0.5
"""σ by which an agent must truly be worse than its peers for an action to be right."""


@dataclass(frozen=True)
class Flow:
    """One metric: what an agent's month looks like."""

    key: str
    kind: str
    n: int
    """Records of an agent in a month."""
    spread: float = 1.0
    """Of durations: standard deviation by the mean."""


FLOWS = (
    Flow("first_response_online", "seconds", 60),
    Flow("first_response_phone", "seconds", 60),
    Flow("handle_time", "seconds", 140, 0.7),
    Flow("first_contact_resolution", "share", 140),
    Flow("csat", "share", 50),
    Flow("complaint_rate", "share", 150),
    Flow("nps", "nps", 30),
    Flow("wording", "per_hundred", 15),
)


@dataclass(frozen=True)
class Team:
    """Measures of one simulated team, and how to read them."""

    measures: pd.DataFrame
    period: str
    wrong: frozenset[tuple[str, str]] = frozenset()
    """Units and metrics that truly are where an action is right."""

    def values(self) -> pd.DataFrame:
        """Monthly values of the whole team: metric × period."""
        sums = self.measures.pivot_table(["n", "total"], "metric", "period", aggfunc="sum")
        return sums["total"] / sums["n"]


STANDARD = read_standard()
TARGETS = {flow.key: STANDARD.metric(flow.key).lines[-1].target for flow in FLOWS}
WORSE = {f.key: 1 if STANDARD.metric(f.key).direction == AT_MOST else -1 for f in FLOWS}


def sigma(flow: Flow) -> float:
    """Standard deviation of an agent's monthly value at the target."""
    level = TARGETS[flow.key]
    if flow.kind == "seconds":
        return flow.spread * level / np.sqrt(flow.n)
    if flow.kind == "per_hundred":
        return float(np.sqrt(level * 100 / flow.n))
    if flow.kind == "nps":
        promoters, detractors = nps_groups(level)
        return float(np.sqrt((promoters + detractors - level**2) / flow.n))
    return float(np.sqrt(level * (1 - level) / flow.n))


def nps_groups(level: float) -> tuple[float, float]:
    """Promoters and detractors, with a quarter passive."""
    return (0.75 + level) / 2, (0.75 - level) / 2


def draw(flow: Flow, level: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Sums of one metric for each agent and month, at each one's true level."""
    n = np.maximum(rng.poisson(flow.n, level.shape), 2)
    if flow.kind == "seconds":
        shape = n / flow.spread**2  # a sum of gamma durations is gamma
        total = rng.gamma(shape, level * flow.spread**2)
        squares = total**2 / n + (n - 1) * (flow.spread * total / n) ** 2
    elif flow.kind == "share":
        total = squares = rng.binomial(n, np.clip(level, 0, 1)).astype(float)
    elif flow.kind == "nps":
        promoters, detractors = nps_groups(level)
        up = rng.binomial(n, promoters)
        down = rng.binomial(n - up, np.clip(detractors / (1 - promoters), 0, 1))
        total, squares = (up - down).astype(float), (up + down).astype(float)
    else:
        total = squares = rng.poisson(n * level / 100).astype(float)
    return {"n": n, "total": total, "total_squares": squares}


def make_team(
    rng: np.random.Generator,
    *,
    margin: float = 0.0,
    unlike: float = 0.0,
    drop: Callable[[Flow, np.ndarray], np.ndarray] | None = None,
) -> Team:
    """A team whose true level is the target, or better by ``margin`` σ of the team's month.

    ``unlike``: agents and months differ by nature, this many σ of an agent's month. ``drop`` gets
    the levels [agent × month] and changes them.
    """
    periods = [months_back(LATEST, back) for back in reversed(range(MONTHS))]
    tables, wrong = [], set()
    for flow in FLOWS:
        sd = sigma(flow)
        level = np.full((AGENTS, MONTHS), TARGETS[flow.key])
        level -= WORSE[flow.key] * margin * sd / np.sqrt(AGENTS)
        nature = rng.standard_normal((AGENTS, 1))
        level += unlike * sd * (nature - nature.mean())  # the team as a whole stays where it is
        wrong |= truly_wrong(flow, level[:, -1])
        level += unlike * sd / np.sqrt(AGENTS) * rng.standard_normal(MONTHS)
        level = drop(flow, level) if drop else level
        floor = -1.0 if flow.kind == "nps" else 1e-6
        sums = draw(flow, np.maximum(level, floor), rng)
        tables.append(_table(flow, periods, sums))
    return Team(pd.concat(tables, ignore_index=True), LATEST, frozenset(wrong))


def truly_wrong(flow: Flow, level: np.ndarray) -> set[tuple[str, str]]:
    """Units whose lasting level misses the target, agents also by comparison with their peers."""
    side = WORSE[flow.key]
    missed = side * (level - TARGETS[flow.key]) > TINY
    peers = (level.sum() - level) / (len(level) - 1)
    worse = side * (level - peers) >= MATERIAL * sigma(flow)
    found = {(name_of(agent), flow.key) for agent in np.flatnonzero(missed & worse)}
    off = side * (level.mean() - TARGETS[flow.key]) > TINY
    return found | ({("all", flow.key)} if off else set())


def name_of(agent: int) -> str:
    """Name of an agent by number."""
    return f"K{agent:02d}"


def _table(flow: Flow, periods: list[str], sums: dict[str, np.ndarray]) -> pd.DataFrame:
    agent, month = np.indices((AGENTS, MONTHS))
    return pd.DataFrame(
        {
            "period": np.array(periods)[month.ravel()],
            "agent_id": np.char.add("K", np.char.zfill(agent.ravel().astype(str), 2)),
            "metric": flow.key,
            "target_line": f"{STANDARD.versions[0].effective}/base",
            **{name: values.ravel() for name, values in sums.items()},
            "over": 0.0,
            "complete": True,
        }
    )
