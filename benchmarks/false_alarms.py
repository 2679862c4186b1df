"""How often a report cries wolf, and how soon it finds what is real, beside the rules of thumb.

``python -m benchmarks.false_alarms [--quick] [--out FILE]`` makes teams of 20 agents with 12 months
of 8 metrics at realistic numbers of records, and asks of each report how many times it says “act
on this”: csqa's brief, and the rules of thumb on the same figures. Stable teams first, where every
such line is false; then teams in which something really became worse three months ago.

σ is the standard deviation of a metric's monthly values between agents who are equally good, as a
manager sees it in the table of agents: a drop of the whole team by 1.5 σ is one that hardly any
single agent's month would reveal.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import csqa
from csqa.periods import months_back
from csqa.rules.standard import AT_MOST
from csqa.rules.standard_reader import read_standard

AGENTS, MONTHS, LATEST = 20, 12, "2025-06"
STABLE, PLANTED = 400, 200
QUICK_STABLE, QUICK_PLANTED = 20, 10
DROP = 1.5
FOUND_WITHIN = 3
LOWEST = 3

Rule = Callable[["Team"], set[tuple[str, str]]]


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
    tables = []
    for flow in FLOWS:
        sd = sigma(flow)
        level = np.full((AGENTS, MONTHS), TARGETS[flow.key])
        level -= WORSE[flow.key] * margin * sd / np.sqrt(AGENTS)
        nature = rng.standard_normal((AGENTS, 1))
        level += unlike * sd * (nature - nature.mean())  # the team as a whole stays where it is
        level += unlike * sd / np.sqrt(AGENTS) * rng.standard_normal(MONTHS)
        level = drop(flow, level) if drop else level
        floor = -1.0 if flow.kind == "nps" else 1e-6
        sums = draw(flow, np.maximum(level, floor), rng)
        tables.append(_table(flow, periods, sums))
    return Team(pd.concat(tables, ignore_index=True), LATEST)


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


def by_csqa(team: Team) -> set[tuple[str, str]]:
    """What csqa's brief says to act on: unit and metric."""
    whole = team.measures.groupby(["period", "metric", "target_line", "complete"], as_index=False)
    sums = whole[["n", "total", "total_squares", "over"]].sum()
    over = {"all": csqa.compare_vertical(sums, STANDARD)}
    pooled = {"unit": "agent_id", "period": team.period, "months": 3}
    across = {"agent_id": csqa.compare_horizontal(team.measures, STANDARD, **pooled)}
    things = csqa.brief(period=team.period, over=over, across=across, standard=STANDARD)
    return set(zip(things["unit"], things["metric"], strict=True))


def by_lowest_agents(team: Team) -> set[tuple[str, str]]:
    """The three agents at the bottom of each metric's table."""
    month = team.measures[team.measures["period"] == team.period]
    found = set()
    for metric, rows in month.groupby("metric"):
        badness = WORSE[str(metric)] * rows["total"] / rows["n"]
        worst = rows.loc[badness.sort_values().index[-LOWEST:], "agent_id"]
        found |= {(agent, str(metric)) for agent in worst}
    return found


def by_two_red_months(team: Team) -> set[tuple[str, str]]:
    """Metrics of the team that miss their target two months running."""
    values = team.values()
    return {
        ("all", str(metric))
        for metric, row in values.iterrows()
        if all(_misses(str(metric), value) for value in row.to_numpy()[-2:])
    }


def by_arrow(team: Team) -> set[tuple[str, str]]:
    """Metrics of the team that are worse than last month."""
    before, now = (team.values().iloc[:, place] for place in (-2, -1))
    return {("all", str(m)) for m in now.index if WORSE[str(m)] * (now[m] - before[m]) > 0}


def _misses(metric: str, value: float) -> bool:
    target = TARGETS[metric] / (100 if metric == "wording" else 1)
    return WORSE[metric] * (value - target) > 0


RULES: dict[str, Rule] = {
    "csqa": by_csqa,
    "lowest three agents": by_lowest_agents,
    "two red months running": by_two_red_months,
    "arrow against last month": by_arrow,
}


def false_alarms(teams: Iterator[Team]) -> pd.DataFrame:
    """“Act on this” per report, and the share of reports with any."""
    told = pd.DataFrame([{name: len(rule(team)) for name, rule in RULES.items()} for team in teams])
    return pd.DataFrame({"per_report": told.mean(), "reports_with_any": (told > 0).mean()})


def power(make: Callable[[int], Team], flow: Flow, unit: str, count: int) -> dict[str, float]:
    """How often the planted drop is named in one of the reports since it began."""
    hits = dict.fromkeys(RULES, 0)
    for number in range(count):
        reports = _months_of(make(number))
        for name, rule in RULES.items():
            hits[name] += any((unit, flow.key) in rule(team) for team in reports)
    return {name: found / count for name, found in hits.items()}


def _months_of(team: Team) -> list[Team]:
    """The reports of the months since the drop, each with the data up to it."""
    periods = [months_back(team.period, back) for back in reversed(range(FOUND_WITHIN))]
    rows = team.measures
    return [Team(rows[rows["period"] <= period], period) for period in periods]


def drop_of(flow: Flow, agents: slice) -> Callable[[Flow, np.ndarray], np.ndarray]:
    """Make the last three months of some agents worse by :data:`DROP` σ, in one metric."""

    def change(other: Flow, level: np.ndarray) -> np.ndarray:
        if other.key == flow.key:
            level[agents, -FOUND_WITHIN:] += WORSE[flow.key] * DROP * sigma(flow)
        return level

    return change


def compare_stable(count: int) -> pd.DataFrame:
    """False alarms of each rule, by what the stable team is like."""
    kinds = {
        "exactly on target, all equal": {},
        "exactly on target, unlike by nature": {"unlike": 0.5},
        "better than target, unlike by nature": {"margin": 2.0, "unlike": 0.5},
    }
    parts = {
        name: false_alarms(make_team(np.random.default_rng([1, i]), **how) for i in range(count))
        for name, how in kinds.items()
    }
    return pd.concat(parts, names=["stable team", "rule"]).reset_index()


def compare_planted(count: int) -> pd.DataFrame:
    """Detection within three months, per metric: of the whole team's drop, and of one agent's."""
    rows = []
    for unit, agents in (("all", slice(None)), ("K00", slice(0, 1))):
        for flow in FLOWS:
            drop = drop_of(flow, agents)

            def make(i: int, drop: Callable[..., np.ndarray] = drop) -> Team:
                return make_team(np.random.default_rng([2, i]), margin=2.0, unlike=0.5, drop=drop)

            rows.append({"who": unit, "metric": flow.key} | power(make, flow, unit, count))
    return pd.DataFrame(rows)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer teams")
    parser.add_argument("--out", type=Path, help="also write the tables as CSV, into this folder")
    asked = parser.parse_args()
    stable = compare_stable(QUICK_STABLE if asked.quick else STABLE)
    print("“act on this” of stable teams, all of it false")
    print(stable.round(3).to_string(index=False), end="\n\n", flush=True)
    planted = compare_planted(QUICK_PLANTED if asked.quick else PLANTED)
    print(f"a lasting drop of {DROP} σ, found within {FOUND_WITHIN} months")
    print(planted.round(2).to_string(index=False))
    if asked.out:
        stable.to_csv(asked.out / "false_alarms.csv", index=False)
        planted.to_csv(asked.out / "detection.csv", index=False)


if __name__ == "__main__":
    main()
