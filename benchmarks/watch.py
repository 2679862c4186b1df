"""How often the anomaly watch cries wolf where nothing is wrong, and what it finds where it is.

``python -m benchmarks.watch [--quick] [--out FILE]`` makes five teams with a year and more of daily
measures of eight metrics, stable but for chance and the week's cycle, and counts the alarms of
:func:`csqa.watch` a month, beside what the rule says. Then one day's contacts, satisfaction or
response time is changed, and it is counted how often that day is named.

Scenarios: records that come by chance alone (Poisson); days that vary more than that, in their
number by 15 % and in their level too, as days do (overdispersed); the same with 2 % more contacts
each month (growing).
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import csqa
from csqa.watch import RHYTHMS, watch

TEAMS = {"A": 12, "B": 30, "C": 60, "D": 150, "E": 400}
"""Team → contacts on a usual Monday."""
WEEK = np.array([1.0, 0.95, 0.92, 0.92, 0.97, 0.7, 0.55])
DAYS_OF_HISTORY, WEEKS_OF_HISTORY = 130, 45
RUNS, QUICK_RUNS = 20, 2
JUDGED = {"day": 280, "week": 60}
DAYS_PER_MONTH = 365.25 / 12
STANDARD = csqa.read_standard()


@dataclass(frozen=True)
class Flow:
    """One metric: what share of the contacts feeds it, and its level."""

    key: str
    kind: str
    part: float
    level: float
    sway: float
    """Days' own variation where days are overdispersed, of the logit or the logarithm."""


FLOWS = (
    Flow("first_response_phone", "seconds", 0.6, 14.0, 0.10),
    Flow("handle_time", "seconds", 1.0, 360.0, 0.05),
    Flow("first_contact_resolution", "share", 1.0, 0.85, 0.15),
    Flow("csat", "share", 0.4, 0.9, 0.2),
    Flow("complaint_rate", "share", 1.0, 0.03, 0.2),
    Flow("praise_rate", "share", 1.0, 0.02, 0.2),
    Flow("nps", "nps", 0.15, 0.4, 0.1),
    Flow("wording", "per_hundred", 0.1, 2.0, 0.2),
)
SCENARIOS = {
    "poisson": (0.0, 0.0, 0.0),
    "overdispersed": (0.15, 1.0, 0.0),
    "growing": (0.15, 1.0, 0.02),
}
"""Name → spread of a day's number, of its levels, and growth a month."""


def make_days(rng: np.random.Generator, days: int, scenario: str) -> pd.DataFrame:
    """Measures by day and team of a stable year."""
    number, sway, growth = SCENARIOS[scenario]
    dates = pd.date_range(end="2025-06-30", periods=days)
    usual = WEEK[dates.day_of_week] * (1 + growth) ** (np.arange(days) / DAYS_PER_MONTH)
    parts = []
    for team, size in TEAMS.items():
        contacts = rng.poisson(size * usual * np.exp(rng.normal(0, number, days)))
        for flow in FLOWS:
            n = rng.binomial(contacts, flow.part)
            shown = np.exp(rng.normal(0, flow.sway * sway, days))
            sums = draw(flow, n, shown, rng)
            rows = pd.DataFrame({"period": dates.strftime("%Y-%m-%d"), "team": team, **sums})
            parts.append(rows.assign(metric=flow.key))
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(target_line="2023-01-01/base", over=np.nan, complete=True)
    return table[table["n"] > 0].reset_index(drop=True)


def draw(
    flow: Flow, n: np.ndarray, by: np.ndarray, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Sums of one metric, its level times what the day brings."""
    if flow.kind == "seconds":  # exponential: many short, few long
        total, squares = np.zeros(len(n)), np.zeros(len(n))
        for place, count in enumerate(n):
            values = rng.exponential(flow.level * by[place], count)
            total[place], squares[place] = values.sum(), (values**2).sum()
        return {"n": n, "total": total, "total_squares": squares}
    if flow.kind == "per_hundred":
        total = rng.poisson(n * flow.level / 100 * by).astype(float)
        return {"n": n, "total": total, "total_squares": total}
    if flow.kind == "nps":
        up = rng.binomial(n, np.clip(0.6 * by, 0, 0.75))
        down = rng.binomial(n - up, 0.5)
        return {"n": n, "total": (up - down) * 1.0, "total_squares": (up + down) * 1.0}
    odds = flow.level / (1 - flow.level) * by
    total = rng.binomial(n, odds / (1 + odds)).astype(float)
    return {"n": n, "total": total, "total_squares": total}


def count_alarms(scenario: str, every: str, runs: int, allowed: float) -> dict[str, object]:
    """Alarms a month in stable teams, beside what the rule allows."""
    counts, stated, judged = [], [], JUDGED[every]
    days = DAYS_OF_HISTORY + judged if every == "day" else 7 * (WEEKS_OF_HISTORY + judged)
    for seed in range(runs):
        found = watch(
            make_days(np.random.default_rng([seed, days]), days, scenario),
            STANDARD,
            every=every,
            last=judged,
            false_alarms=allowed,
        )
        rule = found.attrs["watch"]
        months = rule["judged"] / rule["series"] / RHYTHMS[every].per_month
        counts.append(len(found) / months)
        stated.append(rule["false_alarms"])
    error = np.std(counts, ddof=1) / np.sqrt(runs)
    return {
        "scenario": scenario,
        "every": every,
        "series": rule["series"],
        "allowed": allowed,
        "stated": round(float(np.mean(stated)), 2),
        "measured": round(float(np.mean(counts)), 2),
        "error": round(float(error), 2),
    }


PLANTED = (
    ("contacts", "half the contacts", 0.5),
    ("contacts", "twice the contacts", 2.0),
    ("first_response_phone", "first response twice as long", 2.0),
    ("csat", "satisfaction 70 % instead of 90 %", 0.7),
)
"""Metric, what one day brings, and its factor or level."""

DAY = "2025-06-18"


def plant(days: pd.DataFrame, metric: str, change: float, seed: int) -> pd.DataFrame:
    """Change one day of every team."""
    days = days.astype({"n": float, "total": float})
    there = days["period"] == DAY
    if metric == "contacts":
        days.loc[there, ["n", "total", "total_squares"]] *= change
        days["n"] = days["n"].round()
        return days
    there &= days["metric"] == metric
    if metric == "csat":
        n = days.loc[there, "n"].astype(int)
        total = np.random.default_rng(seed).binomial(n, change)
        days.loc[there, ["total", "total_squares"]] = np.column_stack([total, total])
        return days
    days.loc[there, "total"] *= change
    days.loc[there, "total_squares"] *= change**2
    return days


def count_found(runs: int) -> pd.DataFrame:
    """How often a planted day is named, in overdispersed teams, at one false alarm a month."""
    found = {(what, team): 0 for _, what, _ in PLANTED for team in TEAMS}
    for seed in range(runs):
        days = make_days(np.random.default_rng([seed, 7]), DAYS_OF_HISTORY + 28, "overdispersed")
        for metric, what, change in PLANTED:
            told = watch(plant(days, metric, change, seed), STANDARD, last=28)
            named = told[(told["period"] == DAY) & (told["metric"] == metric)]
            for team in named["unit"]:
                found[what, str(team)] += 1
    rows = [
        {"planted": what, "contacts_on_a_monday": TEAMS[team], "found": count / runs}
        for (what, team), count in found.items()
    ]
    table = pd.DataFrame(rows)
    return table.pivot_table("found", "planted", "contacts_on_a_monday", sort=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a few runs, to see that it works")
    parser.add_argument("--out", type=Path, help="CSV of the false alarms")
    options = parser.parse_args()
    runs = QUICK_RUNS if options.quick else RUNS
    rows = [count_alarms(scenario, every, runs, 1.0) for scenario in SCENARIOS for every in RHYTHMS]
    table = pd.DataFrame(rows)
    print("False alarms a month where nothing is wrong (error: Monte Carlo, one σ):")
    print(table.to_string(index=False))
    print(f"\nA changed day named, share of {runs} runs, by the team's contacts on a usual Monday:")
    print(count_found(runs).to_string())
    if options.out:
        table.to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
