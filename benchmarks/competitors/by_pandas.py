"""pandas, as a good analyst writes it: only the columns needed, categories, named aggregation."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.competitors.task import (
    COLUMNS,
    FLAGS,
    FOLLOW_UP_DAYS,
    LATEST_SECONDS,
    PASSIVE_FROM,
    PEAK_HOURS,
    PROBABILITIES,
    PROMOTER_FROM,
    SATISFIED_FROM,
    UNITS,
)

try:
    import pyarrow as pa
except ImportError:  # pandas itself reads Parquet only with it
    pa = None

Results = dict[str, tuple[pd.DataFrame, pd.DataFrame]]
DURATIONS = list(LATEST_SECONDS)


def read(path: Path) -> pd.DataFrame:
    """Columns that are used; contact_id is not: the file is in its order."""
    needed = [name for name in COLUMNS if name != "contact_id"]
    if pa is not None:
        rows = pd.read_parquet(path, columns=needed)
    else:
        rows = duckdb.sql(f"SELECT {', '.join(needed)} FROM '{path}'").df()
    few = ["channel", "scene", "topic", "agent_id", "team"]
    return rows.astype({**dict.fromkeys(few, "category"), "csat": "float64", "nps": "float64"})


def prepare(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per contact with the value of every figure, NaN where it does not count."""
    created = rows["created_at"]
    waited = (rows["first_response_at"] - created).dt.total_seconds()
    online, phone = rows["channel"] == "online", rows["channel"] == "phone"
    aftersale = rows["scene"] == "aftersale"
    peak = created.dt.hour.isin(PEAK_HOURS)
    handle = rows["handle_seconds"]
    latest = LATEST_SECONDS
    facts = pd.DataFrame(
        {
            "period": created.dt.to_period("M"),
            **{unit: rows[unit] for unit in UNITS},
            "online": waited.where(online),
            "phone": waited.where(phone),
            "handle": handle,
            "online_over_aftersale": online & aftersale & (waited > latest["online"]["aftersale"]),
            "online_over_peak": online & ~aftersale & peak & (waited > latest["online"]["peak"]),
            "online_over_base": online & ~aftersale & ~peak & (waited > latest["online"]["base"]),
            "phone_over_peak": phone & peak & (waited > latest["phone"]["peak"]),
            "phone_over_base": phone & ~peak & (waited > latest["phone"]["base"]),
            "handle_over_base": handle > latest["handle"]["base"],
            "fcr": find_resolved_at_first(rows),
            "csat": (rows["csat"] >= SATISFIED_FROM).where(rows["csat"].notna()).astype(float),
            "nps": find_promoters(rows["nps"]),
            "complaint": rows["complaint"],
            "praise": rows["praise"],
        }
    )
    return facts.assign(**{f"{name}_squares": facts[name] ** 2 for name in DURATIONS})


def find_resolved_at_first(rows: pd.DataFrame) -> pd.Series:
    """1.0 or 0.0; NaN where the follow-up is not over."""
    window = pd.Timedelta(days=FOLLOW_UP_DAYS)
    ordered = rows[["customer_id", "topic", "created_at"]].sort_values("created_at", kind="stable")
    groups = ordered.groupby(["customer_id", "topic"], observed=True, sort=False)
    following = groups["created_at"].shift(-1)
    repeated = (following - ordered["created_at"] <= window).reindex(rows.index)
    solved = rows["resolved"] & ~rows["reopened"] & ~repeated
    decided = rows["created_at"] <= rows["created_at"].max() - window
    return solved.astype(float).where(decided)


def find_promoters(nps: pd.Series) -> pd.Series:
    """1, 0 or -1; NaN without an answer."""
    fits = [nps >= PROMOTER_FROM, nps >= PASSIVE_FROM, nps >= 0]
    return pd.Series(np.select(fits, [1.0, 0.0, -1.0], np.nan), nps.index)


def measure(path: Path) -> Results:
    """Sums and quantiles by each unit."""
    facts = prepare(read(path))
    wanted: dict[str, tuple[str, str]] = {}
    for name in [*DURATIONS, *FLAGS]:
        wanted[f"{name}_n"], wanted[f"{name}_mean"] = (name, "count"), (name, "mean")
    for name in facts.columns[facts.columns.str.contains("_over_|_squares")]:
        wanted[name] = (name, "sum")
    results = {}
    for unit in UNITS:
        groups = facts.groupby(["period", unit], observed=True)
        results[unit] = (groups.agg(**wanted), groups[DURATIONS].quantile(list(PROBABILITIES)))
    return results


def tidy(results: Results) -> dict[str, pd.DataFrame]:
    """One row per period and unit, columns as in :func:`task.figures`."""
    tables = {}
    for unit, (sums, quantiles) in results.items():
        parts = {
            f"{name}_p{100 * p:.0f}": quantiles.xs(p, level=-1)[name]
            for name in DURATIONS
            for p in PROBABILITIES
        }
        table = sums.assign(**parts).reset_index()
        tables[unit] = table.assign(period=table["period"].astype(str))
    return tables
