"""Limits within which each unit of one metric stays by chance, and how far out each unit is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.estimates import PER_HUNDRED, TARGET_ENDS
from csqa.rules.standard import BETWEEN
from csqa.stats import funnel_limits, poisson_funnel_limits
from csqa.stats.spread import spread_between

Floats = NDArray[np.float64]

ACTION, WATCH = 0.998, 0.95
"""Two-sided confidence of the limits (Spiegelhalter 2005)."""

LEAST_SECONDS = 0.001
"""Times are kept to the millisecond; a logarithm needs more than 0."""


@dataclass(frozen=True)
class UnitLimits:
    """Limits of one metric, one element per unit, and how far out each unit is."""

    action: tuple[Floats, Floats]
    watch: tuple[Floats, Floats]
    z: Floats


def limit_units(rows: pd.DataFrame, n: Floats, judged: NDArray[np.bool_]) -> UnitLimits:
    """Limits of the units of one metric, by the kind of its value.

    Parameters
    ----------
    rows : DataFrame, one row per unit
        ``kind``, ``value``, ``total``; ``expected`` per record and ``variance`` of one record.
    n : ndarray
        Records of each unit.
    judged : ndarray of bool
        Units with enough records: only they tell how much units vary.

    Returns
    -------
    UnitLimits
        NaN where nothing can be said.

    Notes
    -----
    Shares on the arcsine scale, times on the log scale, counts exact Poisson; additive
    overdispersion (Spiegelhalter 2005, Statistics in Medicine 24:1185-1202).
    """
    by_kind = {"per_hundred": _count_limits, "share": _share_limits, "seconds": _time_limits}
    return by_kind.get(str(rows["kind"].iloc[0]), _mean_limits)(rows, n, judged)


def limit_target(rows: pd.DataFrame, n: Floats) -> tuple[UnitLimits, Floats]:
    """Limits of the units of one metric around its target, and the target.

    Nothing is allowed for units that differ by nature. Around a range: the lower limits of its
    lower end and the upper ones of its upper end; the target is then the end that is nearer.
    """
    alike = np.zeros(len(rows), dtype=bool)  # nobody tells how much units vary
    low, high = (
        limit_units(rows.assign(expected=target_per_record(rows, end)), n, alike)
        for end in TARGET_ENDS
    )
    value, target, upper = (rows[name].to_numpy(dtype=float) for name in ("value", *TARGET_ENDS))
    if rows["direction"].iloc[0] != BETWEEN:
        return low, target
    z = np.select([value < target, value > upper], [low.z, high.z], 0.0)
    joined = UnitLimits((low.action[0], high.action[1]), (low.watch[0], high.watch[1]), z)
    return joined, np.where(value > (target + upper) / 2, upper, target)


def target_per_record(rows: pd.DataFrame, end: str = "target") -> "pd.Series[float]":
    """The target as values of one record: faults are counted per 100."""
    return rows[end] / (PER_HUNDRED if rows["kind"].iloc[0] == "per_hundred" else 1.0)


def _share_limits(rows: pd.DataFrame, n: Floats, judged: NDArray[np.bool_]) -> UnitLimits:
    expected = np.clip(rows["expected"].to_numpy(dtype=float), 0, 1)
    value = rows["value"].to_numpy(dtype=float)
    angle = np.arcsin(np.sqrt(expected))
    gap = np.arcsin(np.sqrt(value)) - angle
    tau = spread_between(gap[judged], 1 / (4 * n[judged]))
    z = gap / np.sqrt(1 / (4 * n) + tau**2)
    z = np.where((expected == 0) | (expected == 1), 0.0, z)
    action, watch = (funnel_limits(n, expected, sure, tau=tau) for sure in (ACTION, WATCH))
    return UnitLimits(action, watch, z)


def _mean_limits(rows: pd.DataFrame, n: Floats, judged: NDArray[np.bool_]) -> UnitLimits:
    expected = rows["expected"].to_numpy(dtype=float)
    variance = rows["variance"].to_numpy(dtype=float) / n
    gap = rows["value"].to_numpy(dtype=float) - expected
    z, widths = _gauge(gap, variance, judged)
    action, watch = [(expected - width, expected + width) for width in widths]
    return UnitLimits(action, watch, z)


def _time_limits(rows: pd.DataFrame, n: Floats, judged: NDArray[np.bool_]) -> UnitLimits:
    """Limits on the log scale; the relative error of a mean is about the error of its log."""
    value, expected = (
        np.maximum(rows[name].to_numpy(dtype=float), LEAST_SECONDS)
        for name in ("value", "expected")
    )
    variance = rows["variance"].to_numpy(dtype=float) / n / expected**2
    z, widths = _gauge(np.log(value / expected), variance, judged)
    action, watch = [(expected / np.exp(width), expected * np.exp(width)) for width in widths]
    return UnitLimits(action, watch, z)


def _gauge(gap: Floats, variance: Floats, judged: NDArray[np.bool_]) -> tuple[Floats, list[Floats]]:
    """How far out each gap is, and half widths of action and watch."""
    tau = spread_between(gap[judged], variance[judged])
    spread = np.sqrt(variance + tau**2)
    z = np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0)
    known = np.where(spread > 0, spread, np.nan)  # without any variation nobody is outside
    return z, [_critical(confidence) * known for confidence in (ACTION, WATCH)]


def _count_limits(rows: pd.DataFrame, n: Floats, judged: NDArray[np.bool_]) -> UnitLimits:
    faults, expected = rows["total"].to_numpy(dtype=float), rows["expected"].to_numpy() * n
    root = 2 * (np.sqrt(faults) - np.sqrt(expected))
    tau = spread_between(root[judged] / 2, np.full(int(judged.sum()), 0.25))
    z = root / np.sqrt(1 + 4 * tau**2)
    per = PER_HUNDRED / n
    action, watch = [
        (low * per, high * per)
        for low, high in (_count_bounds(expected, tau, sure) for sure in (ACTION, WATCH))
    ]
    return UnitLimits(action, watch, z)


def _count_bounds(expected: Floats, tau: float, confidence: float) -> tuple[Floats, Floats]:
    """Exact Poisson limits of a count, widened by the spread between units on the root scale."""
    low, high = (ratio * expected for ratio in poisson_funnel_limits(expected, confidence))
    if tau == 0:
        return low, high
    width = _critical(confidence) * np.sqrt(1 / 4 + tau**2)
    root = np.sqrt(expected)
    return np.minimum(low, np.maximum(root - width, 0) ** 2), np.maximum(high, (root + width) ** 2)


def _critical(confidence: float) -> float:
    from scipy.stats import norm

    return float(norm.isf((1 - confidence) / 2))
