"""Draws of what a score could as well have been: each value from its sampling distribution."""

import json
import math
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csqa.engine.estimates import PER_HUNDRED
from csqa.periods import first_day
from csqa.rules.scoring import bonus_points, score_values
from csqa.rules.standard import Metric, Standard

DRAWS = 2000
"""Draws of each metric's value for the interval of the composite; seeded by what they are for."""

PRIOR = 0.5
"""Jeffreys' prior of a rate or a count (Brown, Cai & DasGupta 2001)."""

Floats = NDArray[np.float64]


def draw_points(row: dict[str, Any], standard: Standard, key: tuple[Any, ...]) -> Floats:
    """Draw the score of a metric, or the bonus that it earns.

    Parameters
    ----------
    row : dict
        A row of the scores with a score or a bonus.
    standard : Standard
        The one that judged.
    key : tuple
        Period and units of the row: with the metric they seed the draws.

    Returns
    -------
    ndarray
        :data:`DRAWS` scores or bonuses. Of a period in which the standard changed, each part is
        drawn and judged by its own version, then their mean is taken by their records.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> row = {"metric": "csat", "kind": "share", "n": 200, "total": 160.0, "total_squares": 160.0}
    >>> row |= {"value": 0.8, "target": 0.9, "target_upper": float("nan"), "parts": ""}
    >>> draw_points(row, read_standard(), ("2025-06",)).mean().round(0).item()
    80.0
    """
    name, day = row["metric"], first_day(str(key[0]))
    seed = [*map(str, key), name]
    if not row.get("parts"):
        metric = standard.metric_of(name, row.get("target_line", ""), day)
        return _draw_part(row, metric, seed)
    parts = [part for part in json.loads(row["parts"]) if _counts(part)]
    drawn = [
        _draw_part(
            {"kind": row["kind"]} | _with_nan(part),
            standard.metric_of(name, f"{part['version']}/", day),
            [*seed, part["version"]],
        )
        for part in parts
    ]
    return np.asarray(np.average(drawn, axis=0, weights=[part["n"] for part in parts]))


def _counts(part: dict[str, Any]) -> bool:
    return part["score"] is not None or part["bonus"] is not None


def _with_nan(part: dict[str, Any]) -> dict[str, Any]:
    ends = ("target", "target_upper")
    return part | {end: math.nan if part[end] is None else part[end] for end in ends}


def _draw_part(row: dict[str, Any], metric: Metric, seed: list[str]) -> Floats:
    rng = np.random.default_rng(zlib.crc32("|".join(seed).encode()))
    values = _draw_values(row, rng)
    if metric.bonus:
        return bonus_points(values, metric.bonus)
    upper = row.get("target_upper", math.nan)
    return score_values(values, row["target"], metric.direction, metric.deduction, upper)


def _draw_values(row: dict[str, Any], rng: np.random.Generator) -> Floats:
    n, total, squares = float(row["n"]), float(row["total"]), float(row["total_squares"])
    if row["kind"] == "share":
        return rng.beta(total + PRIOR, n - total + PRIOR, DRAWS)
    if row["kind"] == "per_hundred":
        return rng.gamma(total + PRIOR, 1.0, DRAWS) * PER_HUNDRED / n
    if n < 2:
        return np.full(DRAWS, row["value"])
    spread = np.sqrt(max(squares - total**2 / n, 0.0) / (n - 1) / n)
    return np.asarray(row["value"] + spread * rng.standard_t(n - 1, DRAWS), dtype=np.float64)
