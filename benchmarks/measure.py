"""How long the heavy pass takes, beside what an analyst would write in pandas.

``python -m benchmarks.measure [--quick]`` makes contacts in memory, runs csqa and pandas in turn
in the same process, checks that both give the same figures, and prints medians and their ratio.
Both start from the same DataFrame: csqa's time includes its row checks, which pandas skips.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import csqa

ROUNDS = 3
WINDOW = pd.Timedelta(days=7)


def make_contacts(rows: int, seed: int = 1) -> pd.DataFrame:
    """Contacts of two years, in csqa's own columns."""
    rng = np.random.default_rng(seed)
    created = pd.Timestamp("2023-07-01") + pd.to_timedelta(
        rng.integers(0, 730 * 86_400, rows), unit="s"
    )
    agent = rng.integers(0, max(rows // 5_000, 20), rows)
    return pd.DataFrame(
        {
            "contact_id": [f"C{number}" for number in range(rows)],
            "customer_id": [f"U{number}" for number in rng.integers(0, rows // 3, rows)],
            "channel": rng.choice(["phone", "online", "email"], rows, p=[0.45, 0.4, 0.15]),
            "scene": rng.choice(["presale", "aftersale", "complaint"], rows),
            "topic": rng.choice(["安装", "维修", "物流", "退换货", "发票"], rows),
            "agent_id": [f"K{number}" for number in agent],
            "team": [f"T{number % 8}" for number in agent],
            "created_at": created,
            "first_response_at": created + pd.to_timedelta(rng.integers(1, 90, rows), unit="s"),
            "handle_seconds": rng.integers(30, 1_800, rows),
            "resolved": rng.random(rows) < 0.95,
            "reopened": rng.random(rows) < 0.02,
            "csat": np.where(rng.random(rows) < 0.4, rng.integers(1, 6, rows), np.nan),
            "nps": np.where(rng.random(rows) < 0.15, rng.integers(0, 11, rows), np.nan),
            "complaint": rng.random(rows) < 0.03,
            "praise": rng.random(rows) < 0.02,
        }
    )


def measure_by_pandas(contacts: pd.DataFrame) -> pd.DataFrame:
    """The same monthly figures per agent, as an analyst would write them."""
    rows = contacts.sort_values(["created_at", "contact_id"])
    following = rows.groupby(["customer_id", "topic"])["created_at"].shift(-1)
    repeated = (following - rows["created_at"]) <= WINDOW
    decided = rows["created_at"] <= rows["created_at"].max() - WINDOW
    waited = (rows["first_response_at"] - rows["created_at"]).dt.total_seconds()
    solved = (rows["resolved"] & ~rows["reopened"] & ~repeated).astype(float)
    rows = rows.assign(
        period=rows["created_at"].dt.strftime("%Y-%m"),
        first_response_online=waited.where(rows["channel"] == "online"),
        first_response_phone=waited.where(rows["channel"] == "phone"),
        first_contact_resolution=solved.where(decided),
        satisfied=(rows["csat"] >= 4).astype(float).where(rows["csat"].notna()),
        net=np.select([rows["nps"] >= 9, rows["nps"] <= 6], [1.0, -1.0], 0.0),
    )
    rows["net"] = rows["net"].where(rows["nps"].notna())
    return rows.groupby(["period", "agent_id"], as_index=False).agg(
        first_response_online=("first_response_online", "mean"),
        first_response_phone=("first_response_phone", "mean"),
        handle_time=("handle_seconds", "mean"),
        first_contact_resolution=("first_contact_resolution", "mean"),
        csat=("satisfied", "mean"),
        nps=("net", "mean"),
        complaint_rate=("complaint", "mean"),
        praise_rate=("praise", "mean"),
    )


def measure_by_csqa(contacts: pd.DataFrame) -> pd.DataFrame:
    """Load (with all row checks) and measure."""
    return csqa.measure(csqa.load(contacts), by="agent_id")


def check_same(measures: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Stop if the two do not give the same figures."""
    sums = measures.groupby(["period", "agent_id", "metric"])[["n", "total"]].sum()
    means = (sums["total"] / sums["n"]).rename("mean").reset_index()
    wide = means.pivot_table("mean", ["period", "agent_id"], "metric")
    other = expected.set_index(["period", "agent_id"])
    pd.testing.assert_frame_equal(
        wide[sorted(wide)], other[sorted(other)], check_names=False, rtol=1e-9
    )


def time_both(contacts: pd.DataFrame) -> tuple[float, float]:
    """Medians in seconds, csqa and pandas in turn."""
    seconds: dict[str, list[float]] = {"csqa": [], "pandas": []}
    results = {}
    ways: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
        "csqa": measure_by_csqa,
        "pandas": measure_by_pandas,
    }
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            results[name] = way(contacts)
            seconds[name].append(time.perf_counter() - start)
    check_same(results["csqa"], results["pandas"])
    return statistics.median(seconds["csqa"]), statistics.median(seconds["pandas"])


def main() -> None:
    """Print one line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 contacts only")
    sizes = [100_000] if parser.parse_args().quick else [100_000, 1_000_000]
    print("contacts    csqa s    pandas s    pandas/csqa")
    for size in sizes:
        ours, theirs = time_both(make_contacts(size))
        print(f"{size:>9,}  {ours:>7.2f}  {theirs:>9.2f}  {theirs / ours:>12.2f}")


if __name__ == "__main__":
    main()
