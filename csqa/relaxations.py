"""relaxations: which exceptions allow more than the base target, why, and how often they judged.

A target that is relaxed quietly is no target: each relaxation carries a note (需备注), and how many
contacts it judged is counted.
"""

from typing import Any

import pandas as pd

from csqa.errors import RuleError
from csqa.frames import records, unit_columns, whole_counts
from csqa.rules.measures import measure_of
from csqa.rules.standard import Line, Metric, Standard
from csqa.rules.standard_reader import read_standard

COLUMNS = (
    "metric",
    "target_line",
    "note",
    "kind",
    "direction",
    "target",
    "target_upper",
    "base",
    "base_upper",
    "n",
    "share",
)
"""Of the table, after ``period`` and the unit columns."""


def list_relaxations(
    measures: pd.DataFrame, standard: Standard | None = None, *, period: str | None = None
) -> pd.DataFrame:
    """List the relaxed targets that judged contacts, with their notes and how many they judged.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them.
    standard : Standard, optional
        The one they were measured by. Default: the shipped one.
    period : str, optional
        Only this one; default: all.

    Returns
    -------
    DataFrame, one row per period, unit and relaxed line, sorted
        ``period``, the unit columns, :data:`COLUMNS`: ``target`` and ``base`` (with their upper
        ends, where the target is a range) in the metric's unit; ``n`` records judged by the line;
        ``share`` [0–1] of the metric's records of that period and unit. A line that judged
        nothing has no row.

    Raises
    ------
    RuleError
        If the measures do not hold the period.

    Examples
    --------
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": "2025-06",
    ...         "metric": "first_response_online",
    ...         "target_line": ["2023-01-01/base", "2023-01-01/peak=True"],
    ...         "n": [60, 20],
    ...     }
    ... )
    >>> list_relaxations(measures)[["target_line", "note", "n", "share"]].values.tolist()
    [['2023-01-01/peak=True', '高峰时段放宽', 20, 0.25]]
    """
    standard = standard or read_standard()
    rows = measures if period is None else measures[measures["period"] == period]
    if period is not None and rows.empty:
        msg = f"`period`：数据里没有 {period}。"
        raise RuleError(msg)
    cell = ["period", *unit_columns(rows), "metric"]
    counted = rows.groupby([*cell, "target_line"], as_index=False)[["n"]].sum()
    counted["share"] = counted["n"] / counted.groupby(cell)["n"].transform("sum")
    counted["n"] = whole_counts(counted["n"])
    relaxed = _relaxed_lines(standard)
    listed = [
        row | relaxed[row["metric"], row["target_line"]]
        for row in records(counted)
        if (row["metric"], row["target_line"]) in relaxed
    ]
    return pd.DataFrame(listed, columns=[*cell[:-1], *COLUMNS])


def _relaxed_lines(standard: Standard) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (metric.key, f"{version.effective}/{line.label}"): _describe(metric, line)
        for version in standard.versions
        for metric in version.metrics
        for line in metric.lines
        if metric.relaxes(line)
    }


def _describe(metric: Metric, line: Line) -> dict[str, Any]:
    (target, target_upper), (base, base_upper) = line.bounds, metric.lines[-1].bounds
    return {
        "note": line.note,
        "kind": measure_of(metric).kind,
        "direction": metric.direction,
        "target": target,
        "target_upper": target_upper,
        "base": base,
        "base_upper": base_upper,
    }
