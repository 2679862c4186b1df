"""How often a report cries wolf, and how soon it finds what is real, beside the rules of thumb.

``python -m benchmarks.false_alarms [--quick] [--out FOLDER]`` makes teams of 20 agents with 12
months of 8 metrics at realistic numbers of records, and asks of each report how many times it says
“act on this”: csqa's brief, and the rules of thumb on the same figures. Stable teams first; then
teams in which something really became worse three months ago.

σ is the standard deviation of a metric's monthly values between agents who are equally good, as a
manager sees it in the table of agents. A drop of the whole team by 1.5 σ is one that hardly any
single agent's month would reveal; of a team of 20 it is 6.7 times the noise of its own series. The
same drop in units of that noise (“own σ”) and of one agent are printed beside it: three months
hold too little to find them without crying wolf.

An action is false unless the unit's lasting level, natural months aside, truly misses the target,
and, of an agent, is also worse than that of its peers by half a σ at least. Where agents differ by
nature, some truly are; ``said`` counts every action, ``false`` only the false ones.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import csqa
from benchmarks.simulated_teams import (
    AGENTS,
    FLOWS,
    STANDARD,
    TARGETS,
    WORSE,
    Flow,
    Team,
    make_team,
    name_of,
    sigma,
)
from csqa.periods import months_back

SEEDS = (1,)  # four minutes of one core each
STABLE, PLANTED = 100, 12
"""Teams per seed and kind."""
QUICK_STABLE, QUICK_PLANTED = 5, 3
DROP = 1.5
FOUND_WITHIN = 3
LOWEST = 3

Rule = Callable[["Team"], set[tuple[str, str]]]


def by_csqa(team: Team, looked_at: tuple[str, ...] = ("team", "agents")) -> set[tuple[str, str]]:
    """What csqa's brief says to act on: unit and metric."""
    over = {"all": follow(team)} if "team" in looked_at else {}
    pooled = {"unit": "agent_id", "period": team.period, "months": 3}
    across = {}
    if "agents" in looked_at:
        across = {"agent_id": csqa.compare_horizontal(team.measures, STANDARD, **pooled)}
    things = csqa.brief(period=team.period, over=over, across=across, standard=STANDARD)
    return set(zip(things["unit"], things["metric"], strict=True))


def follow(team: Team) -> pd.DataFrame:
    """Compare the whole team with itself over the months."""
    whole = team.measures.groupby(["period", "metric", "target_line", "complete"], as_index=False)
    return csqa.compare_vertical(whole[["n", "total", "total_squares", "over"]].sum(), STANDARD)


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
    """“Act on this” per report: all, and those that are false with their Monte Carlo error."""
    said, false = [], []
    for team in teams:
        told = {name: rule(team) for name, rule in RULES.items()}
        said.append({name: len(things) for name, things in told.items()})
        false.append({name: len(things - team.wrong) for name, things in told.items()})
    counts = pd.DataFrame(false)
    return pd.DataFrame(
        {
            "said": pd.DataFrame(said).mean(),
            "false": counts.mean(),
            "false_error": counts.std() / np.sqrt(len(counts)),
            "reports_with_any_false": (counts > 0).mean(),
        }
    )


def power(make: Callable[[int, int], Team], flow: Flow, unit: str, count: int) -> dict[str, float]:
    """How often the planted drop is named in one of the reports since it began."""
    looked_at = ("team",) if unit == "all" else ("agents",)
    rules = RULES | {"csqa": lambda team: by_csqa(team, looked_at)}
    hits = dict.fromkeys(rules, 0)
    for seed in SEEDS:
        for number in range(count):
            reports = _months_of(make(seed, number))
            for name, rule in rules.items():
                hits[name] += any((unit, flow.key) in rule(team) for team in reports)
    return {name: found / count / len(SEEDS) for name, found in hits.items()}


def _months_of(team: Team) -> list[Team]:
    """The reports of the months since the drop, each with the data up to it."""
    periods = [months_back(team.period, back) for back in reversed(range(FOUND_WITHIN))]
    rows = team.measures
    return [Team(rows[rows["period"] <= period], period) for period in periods]


def drop_of(
    flow: Flow, agents: slice, size: float = DROP
) -> Callable[[Flow, np.ndarray], np.ndarray]:
    """Make the last three months of some agents worse by ``size`` σ, in one metric."""

    def change(other: Flow, level: np.ndarray) -> np.ndarray:
        if other.key == flow.key:
            level[agents, -FOUND_WITHIN:] += WORSE[flow.key] * size * sigma(flow)
        return level

    return change


STABLE_TEAMS: dict[str, dict[str, float]] = {
    "exactly on target, all equal": {},
    "exactly on target, unlike by nature": {"unlike": 0.5},
    "better than target, all equal": {"margin": 2.0},
    "better than target, unlike by nature": {"margin": 2.0, "unlike": 0.5},
}
"""What they are like, and how they are made."""


def compare_stable(count: int) -> pd.DataFrame:
    """False alarms of each rule, by what the stable team is like."""
    parts = {
        name: false_alarms(
            make_team(np.random.default_rng([seed, number]), **how)
            for seed in SEEDS
            for number in range(count)
        )
        for name, how in STABLE_TEAMS.items()
    }
    return pd.concat(parts, names=["stable team", "rule"]).reset_index()


def compare_planted(count: int) -> pd.DataFrame:
    """Detection within three months, per metric: of the whole team's drop, and of one agent's."""
    plans = (
        ("all", "σ", slice(None), DROP),
        ("all", "own σ", slice(None), DROP / np.sqrt(AGENTS)),
        (name_of(0), "σ", slice(0, 1), DROP),
    )
    rows = []
    for unit, measured_in, agents, size in plans:
        for flow in FLOWS:
            drop = drop_of(flow, agents, size)

            def make(seed: int, i: int, drop: Callable[..., np.ndarray] = drop) -> Team:
                rng = np.random.default_rng([10 + seed, i])
                return make_team(rng, margin=2.0, unlike=0.5, drop=drop)

            found = power(make, flow, unit, count)
            rows.append({"who": unit, "drop in": measured_in, "metric": flow.key} | found)
    return pd.DataFrame(rows)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer teams")
    parser.add_argument("--out", type=Path, help="also write the tables as CSV, into this folder")
    asked = parser.parse_args()
    stable = compare_stable(QUICK_STABLE if asked.quick else STABLE)
    print(f"“act on this” per report of stable teams, {len(SEEDS)} seeds")
    print(stable.round(3).to_string(index=False), end="\n\n", flush=True)
    planted = compare_planted(QUICK_PLANTED if asked.quick else PLANTED)
    teams = len(SEEDS) * (QUICK_PLANTED if asked.quick else PLANTED)
    print(f"a lasting drop of {DROP} σ, found within {FOUND_WITHIN} months, of {teams} teams each:")
    print(planted.round(2).to_string(index=False))
    print(f"Monte Carlo error of a share of 0.8: {np.sqrt(0.16 / teams):.2f}")
    if asked.out:
        stable.to_csv(asked.out / "false_alarms.csv", index=False)
        planted.to_csv(asked.out / "detection.csv", index=False)


if __name__ == "__main__":
    main()
