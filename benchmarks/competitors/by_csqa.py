"""csqa: load with all row checks, then measure by one unit after the other."""

import inspect
from pathlib import Path

import pandas as pd

import csqa
from benchmarks.competitors.task import UNITS, figures

Results = dict[str, tuple[pd.DataFrame, pd.DataFrame]]

NAMES = {
    "first_response_online": "online",
    "first_response_phone": "phone",
    "handle_time": "handle",
    "first_contact_resolution": "fcr",
    "csat": "csat",
    "nps": "nps",
    "complaint_rate": "complaint",
    "praise_rate": "praise",
}
LINES = {"base": "base", "none": "base", "scene=aftersale": "aftersale", "peak=True": "peak"}


def measure(path: Path, memory_limit: str | None = None) -> Results:
    """Measures and quantiles by each unit."""
    data = _load(path, memory_limit)
    return {by: (csqa.measure(data, by=by), csqa.measure_quantiles(data, by=by)) for by in UNITS}


def _load(path: Path, memory_limit: str | None) -> csqa.Dataset:
    if memory_limit is None:
        return csqa.load(path)
    if "memory_limit" in inspect.signature(csqa.load).parameters:
        return csqa.load(path, memory_limit=memory_limit)
    data = csqa.load(path)  # an older csqa: only the passes are limited
    data.connection.execute(f"SET memory_limit = '{memory_limit}'")
    return data


def tidy(results: Results) -> dict[str, pd.DataFrame]:
    """One row per period and unit, columns as in :func:`task.figures`."""
    return {unit: _tidy(unit, *tables) for unit, tables in results.items()}


def _tidy(unit: str, measures: pd.DataFrame, quantiles: pd.DataFrame) -> pd.DataFrame:
    keys = ["period", unit]
    named = measures.assign(name=measures["metric"].map(NAMES))
    sums = named.pivot_table(["n", "total", "total_squares"], keys, "name", aggfunc="sum")
    wide = {}
    for name in sums["n"]:
        wide[f"{name}_n"] = sums["n", name]
        wide[f"{name}_mean"] = sums["total", name] / sums["n", name]
        wide[f"{name}_squares"] = sums["total_squares", name]
    lines = named["target_line"].str.partition("/")[2].map(LINES)
    over = named.assign(name=named["name"] + "_over_" + lines)
    over = over.pivot_table("over", keys, "name", aggfunc="sum")
    percent = (100 * quantiles["probability"]).round().astype(int).astype(str)
    found = quantiles.assign(name=quantiles["metric"].map(NAMES) + "_p" + percent)
    found = found.pivot_table("value", keys, "name")
    table = pd.DataFrame(wide).join(over).join(found)
    return table.reindex(columns=figures()).reset_index()
