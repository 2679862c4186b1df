"""consistency: how alike the service is, whoever gives it (A8).

Agents' figures always differ: by luck alone. What is left once luck and the mix of work are taken
out is how much agents truly differ; whether that is little or much is a question of the service
and not of any one agent, so nobody is named.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from csqa import results, schema
from csqa.engine.estimates import sum_lines, value_of
from csqa.errors import RuleError, check_option
from csqa.frames import unit_columns
from csqa.periods import months_back
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import BetweenVariation, adjust_p, between_variation

CONSISTENT, DIFFERENT, TOO_FEW = "consistent", "different", results.TOO_FEW
VERDICTS = (CONSISTENT, DIFFERENT, TOO_FEW)

LEAST_UNITS = 5
"""Fewest units whose spread says anything."""

LEAST_RECORDS = 10
"""Fewest records of a unit: fewer are no estimate of its level."""

LEAST_MATCHED = 0.5
"""Share of a unit's records that others have the like of (as in a horizontal comparison)."""

SIGNIFICANT = 0.05
"""Of the metrics said to differ, the share that may be by chance (Benjamini & Hochberg 1995)."""

LEAST_EVENTS = 1.0
"""Events expected of a unit, for chi-squared to hold (Cochran 1954, Biometrics 10:417-451)."""

_EVENTS = {"share": "chance", "per_hundred": "expected"}
"""Kind of value → what counts as its events: of a share, those of its rarer side."""

MOST_UNKNOWN = 0.75
"""Share of the variation that may be real at most, where units are called consistent."""

TYPICAL = 0.9
"""Share of the units' true levels in the typical range."""

COLUMNS = (
    "period",
    "months",
    "metric",
    "kind",
    "value",
    "n",
    "units",
    "sd",
    "sd_lower",
    "sd_upper",
    "real_share",
    "real_share_lower",
    "real_share_upper",
    "typical_lower",
    "typical_upper",
    "p",
    "q",
    "verdict",
)


def measure_consistency(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    unit: str = "agent_id",
    period: str,
    months: int = 3,
) -> pd.DataFrame:
    """Measure how much units truly differ, once luck and their mix of work are taken out.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them, split by ``unit``; further unit columns are strata:
        a unit is held against what everybody does in them.
    standard : Standard, optional
        Default: the shipped one.
    unit : str
        Column whose units are looked at.
    period : str
        The last month.
    months : int
        Months up to it that are pooled.

    Returns
    -------
    DataFrame, one row per metric
        ``value`` of all together and ``n`` records; ``units`` that could be told apart; ``sd``:
        standard deviation of the units' true levels [the metric's unit] with its 95 % interval;
        ``real_share`` of the variation seen that is no luck, 0–1, with its interval;
        ``typical_lower``, ``typical_upper``: between which nine of ten units' true levels lie;
        ``p``, ``q`` (adjusted for all metrics); ``verdict``: ``different`` (beyond chance),
        ``consistent`` (no more than chance, and enough data to see if it were much), ``too_few``.

    Raises
    ------
    RuleError
        If the measures are not split by ``unit`` or do not hold the period.

    Notes
    -----
    Each unit's distance from what all do in its strata, with the variance that chance alone
    gives it: binomial, Poisson, or pooled within strata; times on the log scale. Between-unit
    variance by :func:`csqa.stats.between_variation`. Strata with one unit only are left out.
    As a unit is part of the all it is held against, the spread is understated a little where
    strata have few units: differences are not claimed too early.

    Examples
    --------
    Twelve agents at 90 %, and twelve of whom half are at 80 %:

    >>> def frame(totals):
    ...     agents = [f"K{n}" for n in range(len(totals))]
    ...     rows = pd.DataFrame({"agent_id": agents, "n": 400, "total": totals, "over": 0.0})
    ...     rows = rows.assign(period="2025-06", metric="csat", total_squares=rows["total"])
    ...     return rows.assign(target_line="2023-01-01/base", complete=True)
    >>> alike = measure_consistency(frame([354.0, 360, 366] * 4), period="2025-06")
    >>> unlike = measure_consistency(frame([320.0, 360] * 6), period="2025-06")
    >>> alike["verdict"].item(), unlike["verdict"].item(), unlike["sd"].round(3).item()
    ('consistent', 'different', 0.049)
    """
    standard = standard or read_standard()
    cells, pooled = _cells(measures, standard, unit, period, months)
    rows = [_row(part) | {"metric": metric} for metric, part in cells.groupby("metric")]
    found = pd.DataFrame(rows, columns=list(COLUMNS)).assign(period=period, months=pooled)
    found["q"] = adjust_p(found["p"].to_numpy(dtype=float)) if len(found) else found["p"]
    found["verdict"] = np.select(
        [
            found["p"].isna(),
            found["q"] < SIGNIFICANT,
            found["real_share_upper"] > MOST_UNKNOWN,
        ],
        [TOO_FEW, DIFFERENT, TOO_FEW],
        CONSISTENT,
    ).astype(object)
    return found


def _cells(
    measures: pd.DataFrame, standard: Standard, unit: str, period: str, months: int
) -> tuple[pd.DataFrame, int]:
    """Sums of named units by stratum, with those of all units in it, and the months pooled."""
    columns = unit_columns(measures)
    check_option("unit", unit, columns)
    wanted = {months_back(period, back) for back in range(months)}
    window = measures[measures["period"].isin(wanted)]
    if period not in set(window["period"]):
        msg = f"`period`：数据里没有 {period}。"
        raise RuleError(msg)
    strata = [column for column in columns if column != unit]
    named = window[(window[unit] != schema.UNKNOWN) & (window["n"] > 0)]
    fine = sum_lines(named, standard, [unit, *strata, "metric"]).rename(columns={unit: "unit"})
    spread = (fine["total_squares"] - fine["total"] ** 2 / fine["n"]).clip(lower=0)
    cells = fine.assign(within=spread, freedom=fine["n"] - 1)
    grouped = cells.groupby([*strata, "metric"])
    whole = grouped[["n", "total", "within", "freedom"]].transform("sum")
    mean = whole["total"] / whole["n"]
    cells = cells.assign(
        matched=cells["n"].where(grouped["unit"].transform("size") > 1, 0),
        expected=mean * cells["n"],
        chance=mean * (1 - mean) * cells["n"],
        variance=whole["within"] / whole["freedom"].where(whole["freedom"] > 0) * cells["n"],
    )
    return cells, int(window["period"].nunique())


def _row(cells: pd.DataFrame) -> dict[str, Any]:
    """One metric: its level, and how far units lie apart."""
    kind = str(cells["kind"].iloc[0])
    n, total = (np.array([float(cells[name].sum())]) for name in ("n", "total"))
    level = float(value_of(kind, n, total)[0])
    row: dict[str, Any] = {"kind": kind, "n": int(n[0]), "value": level}
    found = _spread(cells, kind)
    if found.k < LEAST_UNITS:
        return row | {"units": found.k}
    scale = level if kind in ("seconds", "per_hundred") else 1.0  # there effects are ratios
    lower, upper = _RANGES.get(kind, _normal_range)(level, found.tau * scale)
    # Estimate and interval come of two methods; of few units one may lie outside the other.
    return row | {
        "units": found.k,
        "sd": found.tau * scale,
        "sd_lower": min(found.tau_lower, found.tau) * scale,
        "sd_upper": max(found.tau_upper, found.tau) * scale,
        "real_share": found.share,
        "real_share_lower": min(found.share_lower, found.share),
        "real_share_upper": max(found.share_upper, found.share),
        "typical_lower": lower,
        "typical_upper": upper,
        "p": found.p,
    }


def _spread(cells: pd.DataFrame, kind: str) -> BetweenVariation:
    """Spread of the units' effects: differences of shares and means, ratios of times and rates."""
    units = cells.groupby("unit")["n"].sum()
    matched = cells[cells["matched"] > 0]
    sums = matched.groupby("unit")[["n", "total", "expected", "chance", "variance"]].sum()
    n = sums["n"]
    enough = (n >= LEAST_RECORDS) & (n >= LEAST_MATCHED * units.reindex(n.index))
    if kind in _EVENTS:
        enough &= sums[_EVENTS[kind]] >= LEAST_EVENTS
    sums = sums[enough]
    n, expected = sums["n"], sums["expected"] / sums["n"]
    if kind == "share":
        return between_variation(sums["total"] / n - expected, sums["chance"] / n**2)
    if kind == "per_hundred":
        return between_variation(sums["total"] / sums["expected"], 1 / sums["expected"])
    variance = sums["variance"] / n**2
    if kind == "seconds":
        positive = sums["total"] > 0
        ratio = (sums["total"] / sums["expected"])[positive]
        return between_variation(np.log(ratio), (variance / expected**2)[positive])
    return between_variation(sums["total"] / n - expected, variance)


def _normal_range(level: float, sd: float) -> tuple[float, float]:
    """Between which TYPICAL of a normal distribution lies."""
    from scipy.stats import norm

    reach = float(norm.isf((1 - TYPICAL) / 2)) * sd
    return level - reach, level + reach


def _nps_range(level: float, sd: float) -> tuple[float, float]:
    lower, upper = _normal_range(level, sd)
    return max(lower, -1.0), min(upper, 1.0)


def _share_range(level: float, sd: float) -> tuple[float, float]:
    """Of a beta distribution with this mean and standard deviation."""
    from scipy.stats import beta

    if sd == 0:
        return level, level
    size = level * (1 - level) / sd**2 - 1
    if size <= 0:  # more spread than shares can have: the estimate says nothing
        return 0.0, 1.0
    lower, upper = beta.ppf(_TAILS, level * size, (1 - level) * size)
    return float(lower), float(upper)


def _rate_range(level: float, sd: float) -> tuple[float, float]:
    """Of a gamma distribution with this mean and standard deviation."""
    from scipy.stats import gamma

    if sd == 0:
        return level, level
    lower, upper = gamma.ppf(_TAILS, (level / sd) ** 2, scale=sd**2 / level)
    return float(lower), float(upper)


def _time_range(level: float, sd: float) -> tuple[float, float]:
    """Of a log-normal distribution."""
    lower, upper = _normal_range(0.0, sd / level)
    return level * float(np.exp(lower)), level * float(np.exp(upper))


_TAILS = np.array([(1 - TYPICAL) / 2, (1 + TYPICAL) / 2])

_RANGES: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "share": _share_range,
    "nps": _nps_range,
    "per_hundred": _rate_range,
    "seconds": _time_range,
}
"""Kind of value → the range of true levels; a plain number has the normal one."""
