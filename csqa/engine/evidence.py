"""How good the evidence is that a target is missed occasionally, or lastingly."""

from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.estimates import TARGET_ENDS, estimate
from csqa.rules.scoring import excess
from csqa.rules.standard import BETWEEN, Standard
from csqa.stats.control import D2

LASTING_CONFIDENCE = 0.999
"""Of the interval of a whole run: a report looks at dozens of series, and picks the bad runs."""

NORMAL_95 = 1.959963984540054
"""Half width of a 95 % interval in standard errors."""

SHIFTS = ("trend", "run")
"""Rules that speak of a lasting change, not of one point."""


def grade(rows: pd.DataFrame, position: int, standard: Standard) -> tuple[str, str]:
    """Grade one period of a series: ``persistence`` and ``evidence``.

    Parameters
    ----------
    rows : DataFrame
        One unit and metric in order of time, with chart, signals, ``met``, ``run_length``,
        ``usable`` and ``segment``.
    position : int
        Which row, from 0.
    standard : Standard
        Its ``persistent_months`` and ``judge_from``.

    Notes
    -----
    methods.md 4.4. The interval of a run is widened by the natural spread of months: where they
    vary by more than their sizes explain, many records do not make a run certain.
    """
    row = rows.iloc[position]
    if row["met"] is None:
        return "none", "none"
    if row["met"]:
        sure = max(beyond(row, row["lower"]), beyond(row, row["upper"])) == 0
        return "met", "stable" if sure else "marginal"
    if row["run_length"] < standard.persistent_months:
        return "occasional", "special_cause" if row["concerns"] else "may_be_noise"
    strong = row["n"] >= standard.judge_from and _is_lasting(rows, position)
    return "persistent", "strong" if strong else "weak"


def _is_lasting(rows: pd.DataFrame, position: int) -> bool:
    row = rows.iloc[position]
    if row["assurance"] == "consistently_failed":
        return True
    start = position - row["run_length"] + 1
    run = rows.iloc[start : position + 1]
    wider = natural_spread(rows, start)
    if set(row["concerns"].split()) & set(SHIFTS) and _has_moved(rows, run, wider):
        return True
    lower, upper, value = _pooled(run)
    ends = {end: float(np.average(run[end], weights=run["n"])) for end in TARGET_ENDS}
    aim = {"direction": row["direction"]} | ends
    return surely_beyond(aim, value - wider * (value - lower), value + wider * (upper - value))


def _pooled(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Interval and value of several periods together, if only chance were at work."""
    sums = rows[["n", "total", "total_squares"]].sum().to_frame().T
    sums = sums.assign(kind=rows["kind"].iloc[-1], signed=rows["signed"].iloc[-1])
    both = estimate(sums.astype({"n": float}), LASTING_CONFIDENCE).iloc[0]
    return float(both["lower"]), float(both["upper"]), float(both["value"])


def _has_moved(rows: pd.DataFrame, run: pd.DataFrame, wider: float) -> bool:
    """Whether the months missed surely differ from all before them in their segment."""
    earlier = rows[rows["usable"] & (rows["segment"] == run["segment"].iloc[-1])]
    earlier = earlier[earlier["period"] < run["period"].iloc[0]]
    if earlier.empty:
        return False
    (lower, upper, now), (least, most, then) = _pooled(run), _pooled(earlier)
    near = (now - lower, most - then) if now > then else (upper - now, then - least)
    return bool(abs(now - then) > wider * np.hypot(*near))


def natural_spread(rows: pd.DataFrame, start: int) -> float:
    """How much more periods vary from one to the next than the size of each explains; at least 1.

    Parameters
    ----------
    rows : DataFrame
        One unit and metric in order of time: ``value`` with its 95 % interval, ``usable``,
        ``segment``.
    start : int
        Row at which the run begins that is judged: the step into it is no natural variation. Nor
        is a step at a recorded change.

    Notes
    -----
    Laney's σ_z (2002) for any kind of value: mean of the moving ranges, each over the standard
    error of a difference of its two points, by its mean if only chance is at work (√(2/π)).
    """
    value = rows["value"].where(rows["usable"])
    error = (rows["upper"] - rows["lower"]) / (2 * NORMAL_95)
    both = (error**2 + error.shift() ** 2) ** 0.5
    ranges = (value.diff().abs() / both.where(both > 0)).where(rows["segment"].diff() == 0)
    ranges.iloc[start] = np.nan
    return float(np.fmax(ranges.mean() * np.sqrt(2) / D2, 1.0))


def beyond(row: "dict[str, Any] | pd.Series[Any]", value: float) -> float:
    """How far a value misses the target of a row; 0 where it meets it."""
    return float(excess(value, row["target"], row["direction"], row["target_upper"]))


def surely_beyond(row: "dict[str, Any] | pd.Series[Any]", lower: float, upper: float) -> bool:
    """Whether all of an interval misses the target, on one side of it."""
    if row["direction"] == BETWEEN:
        return bool(lower > row["target_upper"] or upper < row["target"])
    return min(beyond(row, lower), beyond(row, upper)) > 0
