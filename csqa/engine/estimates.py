"""What every stage does first with measures: sum the lines, and estimate with an interval.

Sums stay sums until here. A ratio is taken once, on the sums, and carries its n, its interval
and the method of the interval.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.rules.measures import measure_of
from csqa.rules.standard import Standard
from csqa.stats import nps_interval, poisson_exact, t_interval, wilson

METHODS = {
    "seconds": "t",
    "number": "t",
    "share": "wilson",
    "nps": "adjusted_wald",
    "per_hundred": "poisson_exact",
}
"""Interval of each kind of value (methods.md 4.2)."""

TARGET_ENDS = ("target", "target_upper")
"""The limit, or the lower end of a range; and its upper end."""

PER_HUNDRED = 100.0
"""Inspection faults are counted per this many records (G1)."""


def sum_lines(measures: pd.DataFrame, standard: Standard, keys: Sequence[str]) -> pd.DataFrame:
    """Sum measures over the lines of the standard, and over whatever else is not a key.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them.
    standard : Standard
        The one they were measured by.
    keys : sequence of str
        Columns to keep apart, ``metric`` among them.

    Returns
    -------
    DataFrame, one row per key, sorted
        The keys; ``n``, ``total``, ``total_squares``, ``over``; ``complete``; ``kind``,
        ``direction`` and ``signed`` (values may be below 0); ``target`` and ``target_upper``: the
        mean of the lines' targets over the contacts that have one, for an after-sale contact
        brings its own limit; ``target_line``: the lines that judged.
    """
    rows = _with_targets(measures, standard)
    # Sums of decimals depend on their order; a result must not.
    rows = rows.sort_values([*keys, "target_line", "n", "total", "total_squares"])
    grouped = rows.groupby(list(keys), sort=True)
    summed = grouped[["n", "total", "total_squares"]].sum()
    summed["over"] = grouped["over"].sum(min_count=1)
    summed["complete"] = grouped["complete"].all()
    summed["target_line"] = _join_lines(grouped["target_line"])
    for end in TARGET_ENDS:
        summed[end] = _blend(grouped, end)
    summed = summed.reset_index()
    metrics = {key: standard.metric(key) for key in summed["metric"].unique()}
    summed["kind"] = summed["metric"].map(lambda key: measure_of(metrics[key]).kind)
    summed["signed"] = summed["metric"].map(lambda key: measure_of(metrics[key]).signed)
    summed["direction"] = summed["metric"].map(lambda key: metrics[key].direction)
    return summed


def _with_targets(measures: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Each line's own target, and the contacts it holds for."""
    bounds = _line_bounds(standard)
    nothing = (np.nan, np.nan)
    named = zip(measures["metric"], measures["target_line"], strict=True)
    listed = np.array([bounds.get(line, nothing) for line in named], dtype=float).reshape(-1, 2)
    added: dict[str, NDArray[np.float64]] = {}
    for column, end in enumerate(TARGET_ENDS):
        values = listed[:, column]
        counted = np.where(np.isnan(values), 0.0, measures["n"].to_numpy(dtype=float))
        added |= {end: values, f"{end}_n": counted, f"{end}_sum": values * counted}
    return measures.assign(**added)


def _join_lines(lines: Any) -> "pd.Series[str]":
    """Names of the lines of each group, of rows in their order; hardly any has more than one."""
    named: pd.Series[str] = lines.first()
    several = named != lines.last()
    if several.any():
        joined = lines.agg(lambda names: "; ".join(sorted(set(names))))
        named = named.where(~several, joined)
    return named


def _blend(grouped: Any, end: str) -> NDArray[np.float64]:
    """Mean of the lines' targets; one target for all comes out exactly, not as a quotient."""
    least, greatest = grouped[end].min(), grouped[end].max()
    sums = grouped[[f"{end}_sum", f"{end}_n"]].sum()
    same = least.isna() | (least == greatest)
    blended = sums[f"{end}_sum"] / sums[f"{end}_n"].where(sums[f"{end}_n"] > 0)
    return np.asarray(least.where(same, blended), dtype=np.float64)


def _line_bounds(standard: Standard) -> dict[tuple[str, str], tuple[float, float]]:
    return {
        (metric.key, f"{version.effective}/{line.label}"): line.bounds
        for version in standard.versions
        for metric in version.metrics
        for line in metric.lines
    }


def estimate(sums: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Add value, interval and method to summed measures.

    Parameters
    ----------
    sums : DataFrame
        With ``kind``, ``n``, ``total``, ``total_squares``; ``signed``, if any is.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    DataFrame
        The same rows with ``value``, ``lower``, ``upper`` [the kind's unit] and ``method``;
        NaN where n is 0.
    """
    filled = sums.assign(value=np.nan, lower=np.nan, upper=np.nan, method="")
    for kind, rows in sums.groupby("kind"):
        n, total, squares = (
            rows[column].to_numpy(dtype=float) for column in ("n", "total", "total_squares")
        )
        value = value_of(str(kind), n, total)
        lower, upper = _interval(str(kind), n, total, squares, confidence)
        if kind in ("seconds", "number"):  # what is never negative has no interval below 0
            least = np.where(rows.get("signed", False), -np.inf, 0.0)
            lower = np.maximum(lower, least)
        filled.loc[rows.index, ["value", "lower", "upper"]] = np.column_stack([value, lower, upper])
        filled.loc[rows.index, "method"] = METHODS[str(kind)]
    return filled


def value_of(kind: str, n: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the value of sums of one kind; NaN where n is 0."""
    scale = PER_HUNDRED if kind == "per_hundred" else 1.0
    # Scaled before the division: 7 faults in 100 records are 7, not 7.000000000000001.
    scaled = np.multiply(total, scale)
    empty = np.full(np.shape(n), np.nan)
    value: NDArray[np.float64] = np.divide(scaled, n, out=empty, where=np.asarray(n) > 0)
    return value


def _interval(
    kind: str,
    n: NDArray[np.float64],
    total: NDArray[np.float64],
    squares: NDArray[np.float64],
    confidence: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if kind == "share":
        return wilson(total, n, confidence=confidence)
    if kind == "nps":
        promoters, detractors = (squares + total) / 2, (squares - total) / 2
        return nps_interval(promoters, n - squares, detractors, confidence=confidence)
    if kind == "per_hundred":
        per = np.divide(PER_HUNDRED, n, out=np.full(n.shape, np.nan), where=n > 0)
        lower, upper = poisson_exact(total, confidence=confidence)
        return lower * per, upper * per
    return t_interval(n, total, squares, confidence=confidence)
