"""How long business time takes for many pairs of times, beside what an analyst would write.

``python -m benchmarks.business_time [--quick]`` makes pairs in memory and counts the seconds
between them in open hours (9 to 18 on workdays, Chinese holidays and make-up days) in four ways,
in turn in the same process: csqa's SQL in DuckDB, csqa on arrays, NumPy's ``busday_count`` with
the two days at the ends clipped, and a loop over days in plain Python. All four must agree. The
loop runs on a sample and its time is stated per million pairs like the others'; nothing is
extrapolated from another run.
"""

import argparse
import datetime as dt
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from csqa.engine.business import business_seconds
from csqa.engine.business_sql import BusinessTime
from csqa.engine.connection import open_connection
from csqa.engine.dialect import DUCKDB
from csqa.engine.opening_days import list_opening_days
from csqa.rules.calendar import Calendar, read_calendar

ROUNDS = 3
LOOPED = 20_000
OPENS, CLOSES = 9 * 3600, 18 * 3600
SHANGHAI = 8 * 3600


def make_pairs(rows: int, seed: int = 1) -> pd.DataFrame:
    """Pairs in UTC over two years; the ends come within three days."""
    rng = np.random.default_rng(seed)
    start = np.datetime64("2023-07-01", "s") + rng.integers(0, 730 * 86_400, rows)
    end = start + rng.integers(0, 3 * 86_400, rows)
    times = pd.DataFrame({"start": start, "end": end}).astype("datetime64[us]")
    return times.assign(nth=np.arange(rows))


def count_by_sql(pairs: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    """Csqa's table of days, joins and expression; the pairs come from the DataFrame."""
    first, last = pairs["start"].min().date(), pairs["end"].max().date()
    days = list_opening_days(calendar, first, last)
    moments = {"begun": 'pairs."start"', "done": 'pairs."end"'}
    business = BusinessTime(days, moments, "'email'", DUCKDB.milliseconds)
    with open_connection() as connection:
        connection.register("pairs", pairs)
        connection.execute(days.create_statement())
        for statement in days.insert_statements():
            connection.execute(statement)
        query = f"SELECT nth, {business.milliseconds('begun', 'done')} AS ms FROM pairs"
        counted = connection.execute(f"{query} {business.joins()}").fetchnumpy()
    seconds = np.empty(len(pairs))  # a join gives its rows in any order
    seconds[counted["nth"]] = np.asarray(counted["ms"]) / 1000
    return seconds


def count_by_arrays(pairs: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    """Csqa on Series."""
    start, end = (pairs[name].dt.tz_localize("UTC") for name in ("start", "end"))
    return business_seconds(start, end, calendar).to_numpy()


def count_by_busday(pairs: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    """NumPy's count of workdays, and the parts of the first and the last day."""
    seconds = pairs[["start", "end"]].to_numpy().astype("datetime64[s]").astype("int64") + SHANGHAI
    days = (seconds // 86_400).astype("datetime64[D]")
    # A weekend that is worked is no weekend: busday_count can't say so but by a week of 7 days.
    every = np.arange(days.min(), days.max() + np.timedelta64(1, "D"))
    weekend = ~np.is_busday(every)
    makeup = np.isin(every, np.array(list(calendar.makeup_days), dtype="datetime64[D]"))
    off = np.array(list(calendar.holidays), dtype="datetime64[D]")
    rest = np.union1d(every[weekend & ~makeup], off)
    workdays = np.busdaycalendar(weekmask="1111111", holidays=rest)
    begun, done = days[:, 0], days[:, 1]
    full = np.busday_count(begun, done, busdaycal=workdays) * (CLOSES - OPENS)
    passed = np.clip(seconds % 86_400 - OPENS, 0, CLOSES - OPENS)
    opened = np.is_busday(days, busdaycal=workdays)
    return full + np.where(opened, passed, 0) @ np.array([-1, 1])


def count_by_loop(pairs: pd.DataFrame, calendar: Calendar) -> np.ndarray:
    """A loop over the days of each pair."""
    ahead = dt.timedelta(seconds=SHANGHAI)
    counted = []
    for begun, done in zip(pairs["start"], pairs["end"], strict=True):
        start, end = begun.to_pydatetime() + ahead, done.to_pydatetime() + ahead
        day, total = start.date(), 0.0
        while day <= end.date():
            weekday = day.weekday() < 5 or day in calendar.makeup_days
            if weekday and day not in calendar.holidays:
                midnight = dt.datetime.combine(day, dt.time())
                opens = max(start, midnight + dt.timedelta(seconds=OPENS))
                closes = min(end, midnight + dt.timedelta(seconds=CLOSES))
                total += max(0.0, (closes - opens).total_seconds())
            day += dt.timedelta(days=1)
        counted.append(total)
    return np.array(counted)


WAYS: dict[str, Callable[[pd.DataFrame, Calendar], np.ndarray]] = {
    "csqa SQL": count_by_sql,
    "csqa arrays": count_by_arrays,
    "busday_count": count_by_busday,
    "plain loop": count_by_loop,
}


def time_all(pairs: pd.DataFrame, calendar: Calendar) -> dict[str, tuple[int, float]]:
    """Rows and median seconds of each way; stop if two differ."""
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    rows = {}
    for _ in range(ROUNDS):
        results = {}
        for name, way in WAYS.items():
            chosen = pairs.head(LOOPED) if name == "plain loop" else pairs
            start = time.perf_counter()
            results[name] = way(chosen, calendar)
            seconds[name].append(time.perf_counter() - start)
            rows[name] = len(chosen)
        for name, counted in results.items():
            np.testing.assert_array_equal(counted, results["csqa SQL"][: rows[name]], name)
    return {name: (rows[name], statistics.median(seconds[name])) for name in WAYS}


def main() -> None:
    """Print one line per way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a million pairs only")
    sizes = [1_000_000] if parser.parse_args().quick else [1_000_000, 10_000_000]
    calendar = read_calendar()
    print("way                 pairs        s    s per million    ratio to csqa SQL")
    for size in sizes:
        timed = time_all(make_pairs(size), calendar)
        ours = timed["csqa SQL"][1] / timed["csqa SQL"][0]
        for name, (rows, taken) in timed.items():
            each = taken / rows
            print(
                f"{name:<12} {rows:>12,}  {taken:>7.2f}  {each * 1e6:>15.3f}  {each / ours:>19.2f}"
            )


if __name__ == "__main__":
    main()
