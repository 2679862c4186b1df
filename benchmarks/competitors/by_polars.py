"""Polars, lazily: one scan, the facts kept, all groupings asked for at once."""

from pathlib import Path

import pandas as pd
import polars as pl

from benchmarks.competitors.task import (
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

Results = dict[str, pl.DataFrame]


def find_repeated(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Contacts followed by another of the same customer on the same topic within the window."""
    person, created = ["customer_id", "topic"], pl.col("created_at")
    ordered = rows.select("id", *person, "created_at").sort(
        *person, "created_at", maintain_order=True
    )
    same = [pl.col(name).shift(-1) == pl.col(name) for name in person]
    soon = created.shift(-1) - created <= pl.duration(days=FOLLOW_UP_DAYS)
    return ordered.filter(pl.all_horizontal(same) & soon).select("id", repeated=pl.lit(True))


def prepare(rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row per contact with the value of every figure, null where it does not count."""
    created, window = pl.col("created_at"), pl.duration(days=FOLLOW_UP_DAYS)
    waited = (pl.col("first_response_at") - created).dt.total_milliseconds() / 1000
    online, phone = pl.col("channel") == "online", pl.col("channel") == "phone"
    aftersale, peak = pl.col("scene") == "aftersale", created.dt.hour().is_in(PEAK_HOURS)
    latest, handle, nps = LATEST_SECONDS, pl.col("handle_seconds"), pl.col("nps")
    solved = pl.col("resolved") & ~pl.col("reopened") & pl.col("repeated").is_null()
    promoters = pl.when(nps >= PROMOTER_FROM).then(1).when(nps >= PASSIVE_FROM).then(0)
    return rows.join(find_repeated(rows), on="id", how="left").select(
        *UNITS,
        month=created.dt.truncate("1mo"),
        online=pl.when(online).then(waited),
        phone=pl.when(phone).then(waited),
        handle=handle,
        online_over_aftersale=online & aftersale & (waited > latest["online"]["aftersale"]),
        online_over_peak=online & ~aftersale & peak & (waited > latest["online"]["peak"]),
        online_over_base=online & ~aftersale & ~peak & (waited > latest["online"]["base"]),
        phone_over_peak=phone & peak & (waited > latest["phone"]["peak"]),
        phone_over_base=phone & ~peak & (waited > latest["phone"]["base"]),
        handle_over_base=handle > latest["handle"]["base"],
        fcr=pl.when(created <= created.max() - window).then(solved),
        csat=pl.col("csat") >= SATISFIED_FROM,
        nps=promoters.when(nps >= 0).then(-1),
        complaint=pl.col("complaint"),
        praise=pl.col("praise"),
    )


def figures() -> list[pl.Expr]:
    """What is asked of every group."""
    wanted = [pl.col("^.*_over_.*$").sum()]
    for name in [*LATEST_SECONDS, *FLAGS]:
        wanted += [
            pl.col(name).count().alias(f"{name}_n"),
            pl.col(name).mean().alias(f"{name}_mean"),
        ]
    for name in LATEST_SECONDS:
        wanted.append((pl.col(name) ** 2).sum().alias(f"{name}_squares"))
        for p in PROBABILITIES:
            quantile = pl.col(name).quantile(p, interpolation="linear")
            wanted.append(quantile.alias(f"{name}_p{100 * p:.0f}"))
    return wanted


def measure(path: Path) -> Results:
    """Sums and quantiles by each unit."""
    facts = prepare(pl.scan_parquet(path).with_row_index("id")).collect().lazy()
    asked = [facts.group_by("month", unit).agg(figures()) for unit in UNITS]
    return dict(zip(UNITS, pl.collect_all(asked), strict=True))


def tidy(results: Results) -> dict[str, pd.DataFrame]:
    """One row per period and unit, columns as in :func:`task.figures`."""
    tables = {}
    for unit, found in results.items():
        labelled = found.with_columns(period=pl.col("month").dt.strftime("%Y-%m")).drop("month")
        tables[unit] = pd.DataFrame(labelled.to_dict(as_series=False))
    return tables
