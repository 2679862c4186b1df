"""Judging sums by the standard in force: each part of a period by its own version.

A period in which a metric's rule changed is split on the day of the change. What is said of the
whole is said of its parts together, weighted by their records.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.estimates import TARGET_ENDS, sum_lines, value_of
from csqa.frames import records
from csqa.periods import first_day
from csqa.rules.scoring import bonus_points, excess, score_values
from csqa.rules.standard import Metric, Standard

PART = (
    "version",
    "n",
    "total",
    "total_squares",
    "value",
    "direction",
    "target",
    "target_upper",
    "met",
    "score",
    "bonus",
)
"""What is kept of each part of a period that the standard splits."""


JUDGED = ("direction", "judgeable", "met", "score", "bonus", "parts")


def judge(measures: pd.DataFrame, standard: Standard, keys: Sequence[str]) -> pd.DataFrame:
    """Judge sums, each by the version and line that were in force for its records.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them.
    standard : Standard
        The one they were measured by.
    keys : sequence of str
        Columns to keep apart, ``period`` and ``metric`` among them.

    Returns
    -------
    DataFrame, one row per key
        The keys; ``direction``, that of the newest version that has one; ``judgeable``, whether
        any part has enough records; ``met`` (bool or None): every part that is judged meets its
        own target; ``score`` and ``bonus`` [0–100]: the means of the parts' by their records;
        ``parts``: JSON of the parts where there is more than one, else empty.

    Notes
    -----
    A part with fewer records than ``count_only_below`` is not judged and weighs nothing.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": ["2025-06"],
    ...         "metric": ["csat"],
    ...         "target_line": ["2023-01-01/base"],
    ...         "n": [100],
    ...         "total": [88.0],
    ...         "total_squares": [88.0],
    ...         "over": [12.0],
    ...         "complete": [True],
    ...     }
    ... )
    >>> judge(measures, read_standard(), ["period", "metric"])[["met", "score"]].values.tolist()
    [[False, 88.0]]
    """
    versions = _versions(measures, standard)
    rows = sum_lines(measures.assign(version=versions), standard, [*keys, "version"])
    rows = pd.concat([_judge_part(part, standard) for _, part in _alike(rows)]).sort_index()
    split = rows.groupby(list(keys))["version"].transform("size") > 1
    whole = rows[~split].assign(parts="")[[*keys, *JUDGED]]
    combined = [
        dict(zip(keys, key, strict=True)) | _combine(part)
        for key, part in rows[split].groupby(list(keys), sort=True)
    ]
    if not combined:
        return whole
    added = pd.DataFrame(combined).astype({"met": object, "direction": object})
    return pd.concat([whole, added], ignore_index=True) if len(whole) else added


def _versions(measures: pd.DataFrame, standard: Standard) -> list[str]:
    """The version that judges each row: of a line that no version has, that of its period."""
    firsts = _first_versions(standard)
    days = {period: first_day(period) for period in measures["period"].unique()}
    in_force = {period: str(standard.at(day).effective) for period, day in days.items()}
    named = zip(measures["metric"], measures["target_line"], measures["period"], strict=True)
    return [
        firsts.get((metric, line.split("/")[0]), in_force[period]) for metric, line, period in named
    ]


def _first_versions(standard: Standard) -> dict[tuple[str, str], str]:
    """Metric and version → the version since which the metric is judged by the same rule.

    A new version that leaves a metric as it was splits nothing of it.
    """
    firsts: dict[tuple[str, str], str] = {}
    latest: dict[str, tuple[Metric, str]] = {}
    for version in standard.versions:
        for metric in version.metrics:
            # What it is called and what it weighs is no rule for its score.
            rule = replace(metric, names=(), dimension="", definition=(), source=(), weight=1.0)
            before, first = latest.get(metric.key, (None, ""))
            latest[metric.key] = rule, first if rule == before else str(version.effective)
            firsts[metric.key, str(version.effective)] = latest[metric.key][1]
    return firsts


def _alike(rows: pd.DataFrame) -> Any:
    """Parts of one metric judged by one version."""
    return rows.groupby(["metric", "version"], sort=True)


def _judge_part(rows: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Judge parts of one metric and version, of all periods and units."""
    first = rows.iloc[0]
    metric = standard.metric_on(first["metric"], date.fromisoformat(first["version"]))
    value = value_of(str(first["kind"]), *(rows[name].to_numpy(float) for name in ("n", "total")))
    base = metric.lines[-1].bounds if metric.lines else (math.nan, math.nan)
    target, upper = (
        rows[end].fillna(bound).to_numpy(float)
        for end, bound in zip(TARGET_ENDS, base, strict=True)
    )
    enough = (rows["n"] >= standard.count_only_below).to_numpy()
    judged = enough & ~np.isnan(target) & ~np.isnan(value) & (metric.direction is not None)
    beyond = excess(value, target, metric.direction or "", upper)
    points = score_values(value, target, metric.direction, metric.deduction, upper)
    met = [bool(gap == 0) if known else None for gap, known in zip(beyond, judged, strict=True)]
    return rows.assign(
        value=value,
        direction=metric.direction,
        target=target,
        target_upper=upper,
        judgeable=enough,
        met=pd.Series(met, index=rows.index, dtype=object),
        score=np.where(judged, points, np.nan),
        bonus=np.where(enough, bonus_points(value, metric.bonus), np.nan),
    )


def _combine(parts: pd.DataFrame) -> dict[str, Any]:
    known = [met for met in parts["met"] if met is not None]
    directions = parts["direction"].dropna()
    return {
        "direction": directions.iloc[-1] if len(directions) else None,
        "judgeable": bool(parts["judgeable"].any()),
        "met": all(known) if known else None,
        "score": _mean(parts["score"], parts["n"]),
        "bonus": _mean(parts["bonus"], parts["n"]),
        "parts": _as_json(parts),
    }


def _mean(values: pd.Series, n: pd.Series) -> float:
    """Mean over the parts that have a value; of equal ones, that value to the last digit."""
    known = values[values.notna()]
    if known.empty:
        return math.nan
    if known.min() == known.max():
        return float(known.iloc[0])
    return float(np.average(known, weights=n[known.index]))


def _as_json(parts: pd.DataFrame) -> str:
    listed = [
        {name: None if _is_missing(row[name]) else row[name] for name in PART}
        for row in records(parts)
    ]
    return json.dumps(listed)


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
