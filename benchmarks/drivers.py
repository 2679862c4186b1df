"""How long gathering facts and finding drivers takes, beside what a user would write in pandas.

``python -m benchmarks.drivers [--quick] [--rows 1e6]`` makes contacts of two years as Parquet (see
:mod:`benchmarks.competitors.contacts`), loads them once, and asks for the cases of three months and
for what goes with low ratings in all of them. pandas holds the contacts in memory and computes the
same stratified differences, level by level, without intervals, without the model and without
checking anything; that both give the same differences is checked. Times are medians.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import csqa
from benchmarks.competitors.contacts import make_contacts

ROWS, QUICK_ROWS = 1e6, 1e5
PERIOD, ALL_MONTHS = "2025-06", 24
WINDOW = pd.Timedelta(days=7)
ONLINE_SECONDS, PHONE_SECONDS, HANDLE_SECONDS = 30, 15, 600
FEWEST = 30


def time_it(asked: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Median seconds, and the last result."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        found = asked()
        took.append(time.perf_counter() - start)
    return statistics.median(took), found


def in_pandas(contacts: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Stratified differences of low ratings as a user would write them."""
    rows = contacts.sort_values(["customer_id", "topic", "created_at", "contact_id"])
    key = [rows["customer_id"], rows["topic"]]
    earlier = rows["created_at"].where(rows["resolved"]).groupby(key).shift()
    last = earlier.groupby(key).ffill()
    rows["repeated"] = (rows["created_at"] - last) <= WINDOW
    first = rows.groupby("agent_id")["created_at"].transform("min")
    rows["new_agent"] = (rows["created_at"] - first) < pd.Timedelta(days=90)
    waited = (rows["first_response_at"] - rows["created_at"]).dt.total_seconds()
    limit = rows["channel"].map({"online": ONLINE_SECONDS, "phone": PHONE_SECONDS})
    rows["late"] = (waited > limit).where(limit.notna())
    rows["long"] = rows["handle_seconds"] > HANDLE_SECONDS
    rated = rows[rows["csat"].notna()].assign(bad=lambda r: r["csat"] <= 2)
    found = {}
    for factor in ("repeated", "new_agent", "late", "long", "reopened"):
        known = rated[rated[factor].notna()]
        exposed = known[factor].astype(bool)
        found[factor, "yes"] = difference(known, exposed, ["topic", "channel"])
    for factor, other in (("topic", "channel"), ("channel", "topic")):
        for level in rated[factor].unique():
            found[factor, level] = difference(rated, rated[factor] == level, [other])
    return found


def difference(rows: pd.DataFrame, exposed: "pd.Series[bool]", strata: list[str]) -> float:
    """Mantel and Haenszel's."""
    sides = [
        rows[side].groupby(strata)["bad"].agg(["mean", "size"]) for side in (exposed, ~exposed)
    ]
    told = sides[0].merge(sides[1], left_index=True, right_index=True, suffixes=("1", "2"))
    weight = told["size1"] * told["size2"] / (told["size1"] + told["size2"])
    return float((weight * (told["mean1"] - told["mean2"])).sum() / weight.sum())


def check_same(found: pd.DataFrame, expected: dict[tuple[str, str], float]) -> int:
    """Stop if what both compute alike differs; how many that is."""
    rows = found.set_index(["factor", "level"])["difference"]
    alike = [
        key for key in expected if key in rows.index and key[0] in ("topic", "channel", "reopened")
    ]
    gaps = [abs(rows[key] - expected[key]) for key in alike]
    if not alike or np.max(gaps) > 1e-9:
        sys.exit(f"differences differ by up to {np.max(gaps)}")
    return len(alike)


def ask_csqa(source: Path, told: dict[str, list[float]]) -> tuple[int, pd.DataFrame, csqa.Dataset]:
    """One round on a fresh data set, so that nothing is kept from the round before."""
    data = csqa.load(source)
    three = {"period": PERIOD, "months": 3}
    seconds, facts = time_it(lambda: csqa.gather_facts(data, **three), 1)
    told["facts"].append(seconds)
    told["texts"].append(time_it(lambda: csqa.gather_texts(data, **three), 1)[0])
    for name in ("drivers", "again"):
        asked = {"period": PERIOD, "months": ALL_MONTHS}
        seconds, found = time_it(lambda asked=asked: csqa.find_drivers(data, **asked), 1)
        told[name].append(seconds)
    return len(facts), found, data


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="100,000 contacts, one round")
    parser.add_argument("--rows", type=float, help="contacts (1e6)")
    asked = parser.parse_args()
    count = int(asked.rows or (QUICK_ROWS if asked.quick else ROWS))
    rounds = 1 if asked.quick else 3
    told: dict[str, list[float]] = {"facts": [], "texts": [], "drivers": [], "again": []}
    with tempfile.TemporaryDirectory() as folder:
        source = make_contacts(count, Path(folder))
        for _ in range(rounds):
            cases, found, data = ask_csqa(source, told)
        contacts = data.contacts
        seconds, expected = time_it(lambda: in_pandas(contacts), rounds)
    alike = check_same(found, expected)
    medians = {name: statistics.median(times) for name, times in told.items()}
    print(f"{count:,} contacts, {rounds} round(s)")
    print(f"gather_facts, {cases:,} cases of 3 months: {medians['facts']:.2f} s")
    print(f"gather_texts of the same: {medians['texts']:.2f} s")
    print(f"find_drivers, {len(found)} levels, all months: {medians['drivers']:.2f} s")
    print(f"find_drivers again, rows kept: {medians['again']:.2f} s")
    print(f"pandas, {len(expected)} differences, no intervals, no model: {seconds:.2f} s")
    print(f"find_drivers / pandas: {medians['drivers'] / seconds:.2f}; {alike} differences alike")


if __name__ == "__main__":
    main()
