"""How long nodes and paths of a process take, beside the plain pandas that a user would write.

``python -m benchmarks.steps [--quick] [--contacts N] [--log FILE] [--out FILE]`` makes an event log
by a fixed seed (or takes a ServiceNow log, with csqa's mapping for it) and, on the same rows in
memory, times

* ``csqa``: :func:`csqa.measure_steps` and :func:`csqa.measure_paths`, from the loaded data set:
  stays merged, limits, interval, hand-overs, what is open;
* ``plain pandas``: sort, shift, merge what is the same in a row, then visits, medians, sums and
  counts of pairs, with ``groupby``; no limits, no intervals, no hand-overs.

Both must count the same visits and pairs. Wall time, the median of the runs.
"""

import argparse
import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

import csqa

CONTACTS, QUICK_CONTACTS = 200_000, 4_000
RUNS, QUICK_RUNS = 5, 1
SEED = 7
PERIOD = "2025-06"
WAYS = (
    ("接诉", "记录", "分类", "处理", "反馈", "归档"),
    ("接诉", "记录", "分类", "处理", "处理", "反馈", "处理", "反馈", "归档"),
    ("接诉", "处理", "归档"),
)


def make_log(contacts: int) -> csqa.Dataset:
    """Contacts of one month, and about six events of each."""
    rng = np.random.default_rng(SEED)
    way = rng.choice(len(WAYS), contacts, p=(0.7, 0.2, 0.1))
    lengths = np.array([len(one) for one in WAYS])[way]
    number = np.repeat(np.arange(contacts), lengths)
    start = pd.Timestamp("2025-06-01") + pd.to_timedelta(
        rng.integers(0, 29 * 86_400, contacts), "s"
    )
    waits = 1 + rng.exponential(7_200, lengths.sum()).astype("int64")
    passed = pd.Series(waits).groupby(number).cumsum().to_numpy() - waits
    steps = pd.DataFrame(
        {
            "contact_id": pd.Series(number).astype("str").radd("C"),
            "step": [step for one in way for step in WAYS[one]],
            "entered_at": start.to_numpy()[number] + pd.to_timedelta(passed, "s"),
        }
    )
    told = pd.DataFrame({"contact_id": [f"C{one}" for one in range(contacts)]})
    told = told.assign(channel="online", created_at=start.to_numpy())
    return csqa.load({"contacts": told, "steps": steps})


def by_csqa(data: csqa.Dataset, period: str) -> tuple[Any, Any]:
    """Visits by node, and counts of pairs."""
    steps = csqa.measure_steps(data, period=period)
    paths = csqa.measure_paths(data, period=period)
    visits = steps.loc[steps["visits"] > 0, ["name_zh", "visits"]].set_index("name_zh")["visits"]
    return visits.to_dict(), paths.set_index(["from_zh", "to_zh"])["count"].to_dict()


def by_pandas(contacts: pd.DataFrame, steps: pd.DataFrame, period: str) -> tuple[Any, Any]:
    """The same, as a user would write it."""
    chosen = contacts[contacts["created_at"].dt.strftime("%Y-%m") == period]["contact_id"]
    rows = steps[steps["contact_id"].isin(chosen) & steps["step"].notna()]
    rows = rows.sort_values(["contact_id", "entered_at", "seq"])
    visits = rows[rows["step"] != rows.groupby("contact_id")["step"].shift()].copy()
    following = visits.groupby("contact_id")[["step", "entered_at"]].shift(-1)
    visits["next"] = following["step"]
    visits["hours"] = (following["entered_at"] - visits["entered_at"]).dt.total_seconds() / 3600
    found = visits.groupby("step").agg(
        visits=("contact_id", "size"),
        contacts=("contact_id", "nunique"),
        median_hours=("hours", "median"),
        p90_hours=("hours", lambda hours: hours.quantile(0.9)),
        total_hours=("hours", "sum"),
    )
    pairs = visits.groupby(["step", "next"])["hours"].agg(["size", "median"])
    return found["visits"].to_dict(), pairs["size"].to_dict()


def measure(data: csqa.Dataset, period: str, runs: int) -> dict[str, Any]:
    """Seconds of both, in turns, and whether they agree."""
    contacts, steps = data.contacts, data.table("steps")
    seconds: dict[str, list[float]] = {"csqa": [], "plain pandas": []}
    same = True
    for _ in range(runs):
        begun = perf_counter()
        ours = by_csqa(data, period)
        between = perf_counter()
        theirs = by_pandas(contacts, steps, period)
        seconds["csqa"].append(between - begun)
        seconds["plain pandas"].append(perf_counter() - between)
        same &= ours == theirs
    medians = {name: round(median(taken), 3) for name, taken in seconds.items()}
    return {
        "events": len(steps),
        "seconds": medians,
        "ratio": round(medians["csqa"] / medians["plain pandas"], 2),
        "same_counts": same,
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the figures if asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few contacts, one run")
    parser.add_argument("--contacts", type=int, default=0)
    parser.add_argument("--log", type=Path, help="a ServiceNow event log instead")
    parser.add_argument("--period", default="2016-05", help="month of that log")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    count = given.contacts or (QUICK_CONTACTS if given.quick else CONTACTS)
    data = csqa.load(given.log, "servicenow") if given.log else make_log(count)
    period = given.period if given.log else PERIOD
    found = measure(data, period, QUICK_RUNS if given.quick else RUNS)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", "utf-8")
    return 0 if found["same_counts"] else 1


if __name__ == "__main__":
    sys.exit(main())
