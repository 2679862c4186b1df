"""composite: from scores to dimensions, the composite, its interval and its change (G3).

A dimension is the mean of its metrics' scores by their weights, plus what others of its metrics
earn, at most 100; the composite is the weighted mean of the dimensions that have one. Where less
than 80 % of the weight is there, it is 不完整.
"""

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.draws import DRAWS, draw_points
from csqa.frames import records, unit_columns
from csqa.periods import first_day, next_period
from csqa.rules.standard import FULL, Standard
from csqa.rules.standard_reader import read_standard

LEAST_COVERAGE = 0.8
"""Below this share of the weights a composite is incomplete (methods.md 4.1)."""


def composite(
    scores: pd.DataFrame, standard: Standard | None = None, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Combine scores into dimensions and the composite, with interval and change.

    Parameters
    ----------
    scores : DataFrame
        As :func:`csqa.score` returns them.
    standard : Standard, optional
        Its weights. Default: the shipped one.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    DataFrame, one row per period and unit
        ``period``, the unit columns; ``composite`` [0–100] with ``lower``, ``upper``;
        ``bonus``: points of the composite that bonuses added;
        ``coverage`` (share of the weights that has a score); ``status`` (``complete``,
        ``incomplete``, ``too_few``, ``no_data``); ``metrics`` judged and ``met`` of them;
        ``change`` since the unit's period before with ``change_lower``, ``change_upper``,
        ``significant``, or ``no_change_because``: ``no_earlier_period``, ``partial_period``,
        ``not_scored``, ``other_standard``, ``other_metrics``; ``complete`` (False in a partial
        period); one column per dimension: its score, bonuses included.

    Notes
    -----
    The interval is simulated: each metric's value is drawn from its sampling distribution (Beta
    and Gamma with Jeffreys' prior, t), scored by the same rule, and combined. Scores have a kink
    at the target, where the delta method fails. The draws are seeded by period, unit and
    metric: the same rows give the same interval whatever else is in the table. Bonuses are drawn
    with the rest. A bonus counts where its dimension has a score.

    Examples
    --------
    The guide's eight scores (G3) combine to 82.97, not to the 81 it prints:

    >>> scores = pd.DataFrame(
    ...     {
    ...         "period": "2025-06",
    ...         "metric": list("abcdefgh"),
    ...         "score": [80.0, 75, 70, 85, 100, 80, 88, 75],
    ...         "dimension": ["efficiency"] * 3 + ["quality"] * 3 + ["experience"] * 2,
    ...         "met": None,
    ...     }
    ... )
    >>> composite(scores).composite.round(2).item()
    82.97
    """
    standard = standard or read_standard()
    units = unit_columns(scores)
    keys = ["period", *units]
    rows, draws = [], {}
    for key, group in scores.groupby(keys, sort=True):
        row, drawn = _combine(group, standard, key, confidence)
        rows.append(dict(zip(keys, key, strict=True)) | row)
        draws[key] = drawn
    return _with_change(pd.DataFrame(rows), draws, confidence)


def _combine(
    group: pd.DataFrame, standard: Standard, key: tuple[Any, ...], confidence: float
) -> tuple[dict[str, Any], NDArray[np.float64]]:
    weights = dict(standard.at(first_day(str(key[0]))).weights)
    counted = _weighed(group, standard, first_day(str(key[0])))
    parts = {str(name): part for name, part in counted.groupby("dimension")}
    means = {name: _mean(part) for name, part in parts.items() if part["score"].notna().any()}
    values = {name: min(FULL, mean + parts[name]["bonus"].sum()) for name, mean in means.items()}
    present = {name: weights[name] for name in weights if name in means}
    value = _mix(present, values)
    drawn = _draw(counted, standard, key, present)
    lower, upper = _bounds(drawn, value, confidence)
    judged = group["met"].notna()
    total = sum(present.values())
    row = {
        "composite": value,
        "lower": lower,
        "upper": upper,
        "bonus": value - _mix(present, means),
        "coverage": total,
        "status": _status(total, "n" in group and group["n"].sum() > 0),
        "complete": bool(group["complete"].all()) if "complete" in group else True,
        "scored": " ".join(sorted(counted["metric"])),
        "version": _versions(group, standard, str(key[0])),
        "metrics": int(judged.sum()),
        "met": int((group["met"] == True).sum()),  # noqa: E712 - None is neither met nor missed
    }
    return row | {name: values.get(name, np.nan) for name in weights}, drawn


def _weighed(group: pd.DataFrame, standard: Standard, day: date) -> pd.DataFrame:
    """Rows that count, for a score or a bonus, with what each weighs in its dimension."""
    rows = group.assign(bonus=group.get("bonus", np.nan))
    rows = rows[rows["score"].notna() | rows["bonus"].notna()]
    inner = [standard.weight_in_dimension(metric, day) for metric in rows["metric"]]
    return rows.assign(inner=inner)


def _mean(rows: pd.DataFrame) -> float:
    """Mean score of a dimension by the weights of its metrics; a bonus has none."""
    rows = rows[rows["score"].notna()]
    return float(np.average(rows["score"], weights=rows["inner"]))


def _mix(weights: dict[str, float], values: dict[str, float]) -> float:
    total = sum(weights.values())
    return sum(weights[name] * values[name] for name in weights) / total if total else np.nan


def _versions(group: pd.DataFrame, standard: Standard, period: str) -> str:
    """The version in force on the first day, and all that judged where it changed later."""
    first = str(standard.at(first_day(period)).effective)
    split = group["parts"][group["parts"] != ""] if "parts" in group else pd.Series(dtype=str)
    later = {part["version"] for parts in split for part in json.loads(parts)}
    return " ".join([first, *sorted(later)])


def _status(coverage: float, counted: bool) -> str:
    if coverage == 0:
        return "too_few" if counted else "no_data"
    return "complete" if coverage >= LEAST_COVERAGE - 1e-12 else "incomplete"


def _bounds(drawn: NDArray[np.float64], value: float, confidence: float) -> tuple[float, float]:
    """Percentiles of the draws, widened to hold the value: scores stop at 100."""
    if np.isnan(value) or np.isnan(drawn).all():
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail])
    return min(float(lower), value), max(float(upper), value)


def _draw(
    counted: pd.DataFrame, standard: Standard, key: tuple[Any, ...], present: dict[str, float]
) -> NDArray[np.float64]:
    if "total" not in counted or not present:
        return np.full(DRAWS, np.nan)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in present}
    for row in records(counted):
        rows.get(row["dimension"], []).append(row)
    parts = [present[name] * _draw_dimension(rows[name], standard, key) for name in present]
    return np.asarray(np.sum(parts, axis=0) / sum(present.values()), dtype=np.float64)


def _draw_dimension(
    rows: list[dict[str, Any]], standard: Standard, key: tuple[Any, ...]
) -> NDArray[np.float64]:
    scores, earned, weights = np.zeros(DRAWS), np.zeros(DRAWS), 0.0
    for row in rows:
        points = draw_points(row, standard, key)
        if np.isnan(row["score"]):
            earned += points
        else:
            scores += row["inner"] * points
            weights += row["inner"]
    return np.asarray(np.minimum(scores / weights + earned, FULL), dtype=np.float64)


def _with_change(
    rows: pd.DataFrame,
    draws: dict[Any, NDArray[np.float64]],
    confidence: float,
) -> pd.DataFrame:
    changes = []
    before: dict[Any, tuple[tuple[Any, ...], dict[str, Any]]] = {}
    for key, row in zip(draws, records(rows), strict=True):
        earlier, then = before.get(key[1:], (None, {}))
        obstacle = _obstacle(row, then)
        if earlier and not obstacle:
            gap = row["composite"] - then["composite"]
            change = _change(gap, draws[key] - draws[earlier], confidence)
        else:
            change = _change(np.nan, np.full(DRAWS, np.nan), confidence)
        changes.append(change | {"no_change_because": obstacle})
        before[key[1:]] = key, row
    added = pd.DataFrame(changes, index=rows.index)
    return pd.concat([rows.drop(columns=["scored", "version"]), added], axis=1)


def _obstacle(now: dict[str, Any], then: dict[str, Any]) -> str:
    """Why a composite cannot be compared with the period before; "" where it can."""
    if not then or next_period(str(then["period"])) != now["period"]:
        return "no_earlier_period"
    if not (now["complete"] and then["complete"]):
        return "partial_period"
    if pd.isna(now["composite"]) or pd.isna(then["composite"]):
        return "not_scored"
    if now["version"] != then["version"]:
        return "other_standard"
    return "" if now["scored"] == then["scored"] else "other_metrics"


def _change(gap: float, drawn: NDArray[np.float64], confidence: float) -> dict[str, Any]:
    lower, upper = _bounds(drawn, gap, confidence)
    return {
        "change": gap,
        "change_lower": lower,
        "change_upper": upper,
        "significant": None if np.isnan(lower) else bool(lower > 0 or upper < 0),
    }
