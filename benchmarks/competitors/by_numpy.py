"""numpy by hand, as the limit: codes, one sort of customers, sums at the finest grain that roll up.

DuckDB reads the Parquet and codes the texts. A customer's topic is a hash of 64 bits: that any two
share one is less likely than one in 10,000 at ten million contacts, and the results would differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

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

Array = NDArray
Results = dict[str, dict[str, Array]]

LINES = ("base", "peak", "aftersale")
CHANNELS = ("online", "phone")
MILLISECONDS = np.timedelta64(1, "ms")


@dataclass
class Facts:
    """One value per contact."""

    months: Array
    """Since 1970."""
    codes: dict[str, Array]
    """By unit: each contact's place among its names."""
    names: dict[str, Array]
    """By unit: in the order of their codes."""
    lines: Array
    """Places in LINES."""
    wait: Array
    """Milliseconds."""
    handle: Array
    """Seconds."""
    flags: dict[str, Array]
    """Flags; NaN where a contact does not count."""


class Reader:
    """A Parquet file, column by column."""

    def __init__(self, path: Path) -> None:
        self.connection = duckdb.connect()
        self.source = f"read_parquet('{path}')"

    def read(self, expression: str) -> Array:
        """One column."""
        query = f"SELECT {expression} AS x FROM {self.source}"
        return self.connection.execute(query).fetchnumpy()["x"]

    def code(self, column: str) -> tuple[Array, Array]:
        """Names in their order, and each contact's place among them."""
        names = np.sort(np.asarray(self.read(f"DISTINCT {column}"), dtype="str"))
        listed = ", ".join(f"'{name}'" for name in names)
        self.connection.execute(f"CREATE TYPE {column}_names AS ENUM ({listed})")
        return names, self.read(f"enum_code({column}::{column}_names)")


def measure(path: Path) -> Results:
    """Sums and quantiles by each unit."""
    facts = read_facts(path)
    cells, sums = sum_cells(facts)
    return {unit: roll_up(facts, unit, cells, sums) | find_quantiles(facts, unit) for unit in UNITS}


def read_facts(path: Path) -> Facts:
    """Read what is needed and let go of it as soon as it is used."""
    reader = Reader(path)
    created = reader.read("created_at")
    coded = {unit: reader.code(unit) for unit in UNITS}
    names = {unit: pair[0] for unit, pair in coded.items()}
    codes = {unit: pair[1] for unit, pair in coded.items()}
    # Not `IN`: DuckDB makes a join of five values, and joins give their rows in any order.
    peak = np.isin(reader.read("hour(created_at)"), PEAK_HOURS)
    online = codes["channel"] == place(names["channel"], "online")
    lines = peak.astype("int8")
    lines[online & reader.read("scene = 'aftersale'")] = LINES.index("aftersale")
    flags = read_flags(reader, created)
    wait = (reader.read("first_response_at") - created) // MILLISECONDS
    months = created.astype("datetime64[M]").astype("int32")
    handle = reader.read("handle_seconds")
    return Facts(months, codes, names, lines, wait.astype("int32"), handle, flags)


def place(names: Array, name: str) -> int:
    """Where a name stands; beyond the end if it does not."""
    found = np.flatnonzero(names == name)
    return int(found[0]) if found.size else len(names)


def read_flags(reader: Reader, created: Array) -> dict[str, Array]:
    """Flags as small floats: NaN does not count."""
    window = np.timedelta64(FOLLOW_UP_DAYS, "D")
    solved = reader.read("resolved AND NOT reopened")
    solved[find_repeated(reader, created, window)] = False
    solved = solved.astype("float32")
    solved[created > created.max() - window] = np.nan
    csat, nps = (np.ma.filled(reader.read(f"{name}::FLOAT"), np.nan) for name in ("csat", "nps"))
    promoters = (nps >= PROMOTER_FROM).astype("float32") - (nps < PASSIVE_FROM)
    satisfied = (csat >= SATISFIED_FROM).astype("float32")
    promoters[np.isnan(nps)] = np.nan
    satisfied[np.isnan(csat)] = np.nan
    return {
        "fcr": solved,
        "csat": satisfied,
        "nps": promoters,
        "complaint": reader.read("complaint"),
        "praise": reader.read("praise"),
    }


def find_repeated(reader: Reader, created: Array, window: np.timedelta64) -> Array:
    """Contacts followed by another of the same customer on the same topic within the window."""
    key = reader.read("hash(customer_id, topic)")
    order = np.argsort(key)
    ordered = key[order]
    same = ordered[1:] == ordered[:-1]
    shared = np.zeros(len(key), dtype=bool)  # most customers come once, and need no second sort
    shared[order[1:][same]] = shared[order[:-1][same]] = True
    rows = np.flatnonzero(shared)
    times, keys = created[rows], key[rows]
    order = np.lexsort((times, keys))
    rows, times, keys = rows[order], times[order], keys[order]
    return rows[:-1][(keys[1:] == keys[:-1]) & (times[1:] - times[:-1] <= window)]


def sum_cells(facts: Facts) -> tuple[dict[str, Array], dict[str, Array]]:
    """Keys and sums of the finest cells: month, agent, team, channel, line."""
    keys = {"month": facts.months - facts.months.min(), **facts.codes, "line": facts.lines}
    sizes = {name: int(key.max()) + 1 for name, key in keys.items()}
    desks, desk = np.unique_inverse(keys["agent_id"].astype("int32") * sizes["team"] + keys["team"])
    sizes["desk"], grain = len(desks), ("month", "desk", "channel", "line")
    cell = np.zeros(len(desk), dtype="int64")
    for name in grain:
        cell *= sizes[name]
        cell += desk if name == "desk" else keys[name]
    count = int(np.prod([sizes[name] for name in grain]))
    sums = {name: np.bincount(cell, values, count) for name, values in addends(facts)}
    sums["n"] = np.bincount(cell, minlength=count)
    places = np.unravel_index(np.arange(count), [sizes[name] for name in grain])
    cells = dict(zip(grain, places, strict=True))
    cells["agent_id"], cells["team"] = np.divmod(desks[cells.pop("desk")], sizes["team"])
    return cells, sums


def addends(facts: Facts) -> Iterator[tuple[str, Array]]:
    """What is summed in every cell: name and one value per contact."""
    channels = facts.codes["channel"]
    latest = np.full((len(facts.names["channel"]), len(LINES)), np.iinfo("int32").max, "int32")
    for channel in CHANNELS:
        for line, seconds in LATEST_SECONDS[channel].items():
            if channel in facts.names["channel"]:
                row = place(facts.names["channel"], channel)
                latest[row, LINES.index(line)] = 1000 * seconds
    yield "wait", facts.wait
    yield "wait_squares", np.square(facts.wait, dtype="float64")
    yield "late", facts.wait > latest.ravel()[channels * np.int8(len(LINES)) + facts.lines]
    yield "handle", facts.handle
    yield "handle_squares", np.square(facts.handle, dtype="float64")
    yield "handle_over_base", facts.handle > LATEST_SECONDS["handle"]["base"]
    for name, values in facts.flags.items():
        counted = ~np.isnan(values) if values.dtype.kind == "f" else None
        if counted is not None:
            yield f"{name}_n", counted
        yield name, values if counted is None else np.where(counted, values, 0)


def roll_up(
    facts: Facts, unit: str, cells: dict[str, Array], sums: dict[str, Array]
) -> dict[str, Array]:
    """Sums by month and one unit."""
    size = len(facts.names[unit])
    groups = cells["month"] * size + cells[unit]
    count = (int(cells["month"].max()) + 1) * size

    def total(name: str, here: Array | slice = slice(None)) -> Array:
        return np.bincount(groups[here], sums[name][here], count)

    month, code = np.divmod(np.arange(count), size)
    found = {"month": month + facts.months.min(), unit: facts.names[unit][code]}
    for channel in CHANNELS:
        here = cells["channel"] == place(facts.names["channel"], channel)
        n = found[f"{channel}_n"] = total("n", here)
        found[f"{channel}_mean"] = divide(total("wait", here), n) / 1e3
        found[f"{channel}_squares"] = total("wait_squares", here) / 1e6
        for line in LATEST_SECONDS[channel]:
            judged = here & (cells["line"] == LINES.index(line))
            found[f"{channel}_over_{line}"] = total("late", judged)
    n = found["handle_n"] = total("n")
    found["handle_mean"] = divide(total("handle"), n)
    found["handle_squares"] = total("handle_squares")
    found["handle_over_base"] = total("handle_over_base")
    for flag in FLAGS:
        counted = found[f"{flag}_n"] = total(f"{flag}_n") if f"{flag}_n" in sums else n
        found[f"{flag}_mean"] = divide(total(flag), counted)
    return found


def divide(total: Array, n: Array) -> Array:
    """A mean; NaN of none."""
    return np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)


def find_quantiles(facts: Facts, unit: str) -> dict[str, Array]:
    """Exact quantiles of the three durations by month and one unit."""
    size = len(facts.names[unit])
    groups = (facts.months - facts.months.min()).astype("int64") * size + facts.codes[unit]
    count = (int(facts.months.max() - facts.months.min()) + 1) * size
    found = {}
    for name in (*CHANNELS, "handle"):
        values, scale, chosen = facts.handle, 1, groups
        if name in CHANNELS:
            here = facts.codes["channel"] == place(facts.names["channel"], name)
            values, scale, chosen = facts.wait[here], 1000, groups[here]
        for p, value in zip(PROBABILITIES, quantiles_of(chosen, values, count), strict=True):
            found[f"{name}_p{100 * p:.0f}"] = value / scale
    return found


def quantiles_of(groups: Array, values: Array, count: int) -> list[Array]:
    """Sort group and value as one number, and look up the two nearest in each group."""
    n = np.bincount(groups, minlength=count)
    if not values.size:
        return [np.full(count, np.nan) for _ in PROBABILITIES]
    low = int(values.min())
    span = int(values.max()) - low + 1
    packed = groups * span
    packed += values
    packed.sort()
    starts, some = np.cumsum(n) - n, n > 0
    found = []
    for p in PROBABILITIES:
        place = p * (n[some] - 1)
        below = np.floor(place).astype("int64")
        here = starts[some] + below
        least = packed[here]
        step = packed[np.where(place > below, here + 1, here)] - least
        quantile = np.full(count, np.nan)
        quantile[some] = least - np.flatnonzero(some) * span + (place - below) * step
        found.append(quantile)
    return found


def tidy(results: Results) -> dict[str, pd.DataFrame]:
    """One row per period and unit, columns as in :func:`task.figures`."""
    tables = {}
    for unit, found in results.items():
        table = pd.DataFrame(found)
        table = table[table["handle_n"] > 0].reset_index(drop=True)
        months = table.pop("month").to_numpy().astype("datetime64[M]")
        tables[unit] = table.assign(period=months.astype("str"))
    return tables
