"""compare, horizontally: several units in one period, against what their mix would give (G6).

Nobody is ranked. A unit stands out only if it lies outside limits that allow for its size and
for the natural spread between units, and if that survives the number of comparisons made.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import results, schema
from csqa.engine.estimates import PER_HUNDRED, estimate, sum_lines
from csqa.engine.unit_limits import limit_units
from csqa.errors import RuleError, check_option
from csqa.frames import unit_columns
from csqa.periods import months_back
from csqa.rules.scoring import better_side
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import adjust_p

Floats = NDArray[np.float64]

LEAST_MATCHED = 0.5
"""Share of a unit's records that peers must have had the like of, for it to be judged."""

FALSE_DISCOVERY_RATE = 0.05
"""Of the units named, the share that may be named by chance (Benjamini & Hochberg 1995)."""

LEAST_EXPECTED = 5.0
"""Fewest faults expected of a unit before its count is judged (methods.md 4.5)."""


def compare_horizontal(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    unit: str,
    period: str,
    months: int = 1,
    minimum_n: int | None = None,
) -> pd.DataFrame:
    """Compare several units in one period (horizontal: 横向对比).

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them, split by ``unit``. Further unit columns are
        strata: each unit is expected to do as its peers do with the same mix, so that an agent
        who takes the slow queue is not blamed for it.
    standard : Standard, optional
        Default: the shipped one.
    unit : str
        Column whose units are compared.
    period : str
        Month ``YYYY-MM``, or another period that the measures were cut in.
    months : int
        Months up to ``period`` that are pooled; one agent has few records in one.
    minimum_n : int, optional
        Fewest records to be compared. Default: ``judge_from`` of the standard.

    Returns
    -------
    DataFrame, one row per unit and metric
        :data:`csqa.results.HORIZONTAL_COLUMNS`: ``months`` that were there to be pooled; value
        with its 95 % interval; ``n_period``, the records of the period itself; ``expected``;
        99.8 % limits and 95 % watch limits; ``z``, ``p`` and ``q`` (adjusted for all
        comparisons of the call); ``shrunken``, the value to expect next time; ``verdict``.

    Raises
    ------
    RuleError
        If the measures are not split by ``unit`` or do not hold the period.

    Notes
    -----
    methods.md 4.5: funnel limits on the arcsine scale for shares, Poisson for faults per 100,
    pooled variance for means, of times on the log scale: their means are skewed to the right,
    and limits symmetric in seconds would blame one unit for a few long cases; additive
    overdispersion where at least ten units show any;
    ``worse`` and ``better`` need both the 99.8 % limit and q < 0.05. Metrics without a direction
    and units without a name are not judged.

    Examples
    --------
    >>> agents = [f"K{number}" for number in range(12)]
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": "2025-06",
    ...         "agent_id": agents,
    ...         "metric": "csat",
    ...         "target_line": "2023-01-01/base",
    ...         "n": 100,
    ...         "total": [60.0] + [92.0] * 11,
    ...         "total_squares": [60.0] + [92.0] * 11,
    ...         "over": 0.0,
    ...         "complete": True,
    ...     }
    ... )
    >>> across = compare_horizontal(measures, unit="agent_id", period="2025-06")
    >>> across.verdict.value_counts().to_dict()
    {'no_difference': 11, 'worse': 1}
    """
    standard = standard or read_standard()
    window = _window(measures, unit, period, months)
    strata = [column for column in unit_columns(window) if column != unit]
    fine = sum_lines(window, standard, [unit, *strata, "metric"])
    fine = fine[fine["direction"].notna()]
    rows = estimate(sum_lines(window, standard, [unit, "metric"]))
    rows = rows[rows["direction"].notna()].reset_index(drop=True)
    expected = _expected(fine, unit, strata)
    rows = rows.merge(expected, on=[unit, "metric"], how="left")
    latest = window[window["period"] == period].groupby([unit, "metric"])["n"].sum()
    rows = rows.merge(latest.rename("n_period"), on=[unit, "metric"], how="left")
    rows["n_period"] = rows["n_period"].fillna(0).astype("int64")
    least = standard.judge_from if minimum_n is None else minimum_n
    rows = pd.concat(
        [_place(part, unit, least) for _, part in rows.groupby("metric", sort=True)],
        ignore_index=True,
    )
    rows["q"] = adjust_p(rows["p"].to_numpy())
    rows["verdict"] = _verdicts(rows)
    pooled = int(window["period"].nunique())
    rows = rows.rename(columns={unit: "unit"}).assign(period=period, months=pooled)
    return rows[list(results.HORIZONTAL_COLUMNS)]


def _window(measures: pd.DataFrame, unit: str, period: str, months: int) -> pd.DataFrame:
    units = unit_columns(measures)
    check_option("unit", unit, units)
    wanted = {period} | {months_back(period, back) for back in range(1, months)}
    window = measures[measures["period"].isin(wanted)]
    if period not in set(window["period"]):
        msg = f"`period`：数据里没有 {period}；有 {_span(measures['period'])}。"
        raise RuleError(msg)
    return window


def _span(periods: pd.Series) -> str:
    return f"{periods.min()} 至 {periods.max()}" if len(periods) else "0 个时段"


def _expected(fine: pd.DataFrame, unit: str, strata: Sequence[str]) -> pd.DataFrame:
    """What peers would do with each unit's mix of strata, and how surely that is known.

    Peers are all others in the stratum: a unit is never its own yardstick. Where it has none, its
    own value stands in, which says nothing of it; with too few matched records it is not judged.
    """
    within = fine["total_squares"] - fine["total"] ** 2 / fine["n"]
    cells = fine.assign(within=within.clip(lower=0))  # cancellation can leave it just below
    by_stratum = cells.groupby([*strata, "metric"])
    whole = by_stratum[["n", "total", "within"]].transform("sum")
    freedom = by_stratum["n"].transform(lambda n: (n - 1).sum())
    peers = whole["n"] - cells["n"]
    others = (whole["total"] - cells["total"]) / peers.where(peers > 0)
    cells["expected"] = others.fillna(cells["total"] / cells["n"]) * cells["n"]
    cells["variance"] = whole["within"] / freedom.where(freedom > 0) * cells["n"]
    cells["matched"] = cells["n"].where(peers > 0, 0)
    cells["noise"] = (cells["n"] ** 2 / peers.where(peers > 0)).fillna(0.0)
    columns = ["n", "expected", "variance", "matched", "noise"]
    summed = cells.groupby([unit, "metric"], as_index=False)[columns].sum(min_count=1)
    n = summed["n"]
    known = summed["matched"] >= LEAST_MATCHED * n
    return summed.assign(
        expected=(summed["expected"] / n).where(known),
        variance=summed["variance"] / n,
        effective_n=1 / (1 / n + summed["noise"] / n**2),
    )[[unit, "metric", "expected", "variance", "effective_n"]]


def _place(rows: pd.DataFrame, unit: str, least: int) -> pd.DataFrame:
    """Limits, distance and shrunken value of the units of one metric."""
    kind, direction = rows["kind"].iloc[0], rows["direction"].iloc[0]
    n = rows["n"].to_numpy(dtype=float)
    judged = (n >= least) & (rows[unit] != schema.UNKNOWN).to_numpy()
    judged &= rows["expected"].notna().to_numpy()
    if kind == "per_hundred":
        judged &= (rows["expected"] * n >= LEAST_EXPECTED).to_numpy()
    else:
        # What is expected is itself an estimate: a few peers are worth fewer records of one's own.
        n = np.maximum(np.floor(rows["effective_n"].to_numpy(dtype=float)), 1)
    limits = limit_units(rows, n, judged)
    scale = PER_HUNDRED if kind == "per_hundred" else 1.0
    z = np.where(judged, limits.z, np.nan)
    values, target, upper = (
        rows[name].to_numpy(dtype=float) for name in ("value", "target", "target_upper")
    )
    expected = (rows["expected"] * scale).to_numpy(dtype=float)
    better = better_side(values, expected, target, direction, upper)
    return rows.assign(
        expected=expected,
        lower_limit=limits.action[0],
        upper_limit=limits.action[1],
        lower_watch=limits.watch[0],
        upper_watch=limits.watch[1],
        z=z,
        p=_two_sided(z),
        shrunken=limits.shrunken,
        side=np.sign(z) * better,
    )


def _two_sided(z: Floats) -> Floats:
    from scipy.stats import norm

    return np.asarray(2 * norm.sf(np.abs(z)), dtype=float)


def _verdicts(rows: pd.DataFrame) -> NDArray[np.object_]:
    value = rows["value"]
    outside = (value < rows["lower_limit"]) | (value > rows["upper_limit"])
    watched = (value < rows["lower_watch"]) | (value > rows["upper_watch"])
    certain = outside & (rows["q"] < FALSE_DISCOVERY_RATE)
    good = rows["side"] > 0
    neither = rows["side"] == 0  # within a range, one value is as good as another
    return np.select(
        [rows["z"].isna(), neither, certain & good, certain, watched & good, watched],
        [
            results.TOO_FEW,
            results.NO_DIFFERENCE,
            results.BETTER,
            results.WORSE,
            results.WATCH_BETTER,
            results.WATCH_WORSE,
        ],
        results.NO_DIFFERENCE,
    )
