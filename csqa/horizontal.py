"""compare, horizontally: several units in one period, against what their mix would give (G6).

Nobody is ranked. A unit stands out only if it lies outside limits that allow for its size and
for the natural spread between units, and if that survives the number of comparisons made.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import results, schema
from csqa.engine.estimates import PER_HUNDRED, estimate, sum_lines
from csqa.engine.unit_beliefs import believe_units, rank_units
from csqa.engine.unit_expected import expect_units
from csqa.engine.unit_limits import UnitLimits, limit_target, limit_units, target_per_record
from csqa.errors import RuleError, check_option
from csqa.frames import unit_columns, whole_counts
from csqa.periods import months_back
from csqa.rules.scoring import better_side
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import adjust_p

Floats = NDArray[np.float64]

FALSE_DISCOVERY_RATE = 0.05
"""Of the units named, the share that may be named by chance (Benjamini & Hochberg 1995)."""

MOST_SET_ASIDE = 10
"""Units of one metric that are left out of what is expected of others."""

PEERS, TARGET = "peers", "target"
AGAINST = (PEERS, TARGET)
"""What the limits are drawn around: what peers do with the same mix of work, or the target."""

RANKS = ("rank", "rank_lower", "rank_upper")

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
    against: str = PEERS,
    ranks: bool = False,
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

    against : {"peers", "target"}
        What the limits are drawn around. Against the target there is no allowance for units
        that differ by nature: the question is whether a unit's own level meets it.
    ranks : bool
        Add ``rank``, ``rank_lower`` and ``rank_upper``: the place among the units judged by what
        is believed of their distance from ``expected``, and the range that holds the true place
        with a probability of 95 %. Places are mostly luck; nothing in csqa asks for them.

    Returns
    -------
    DataFrame, one row per unit and metric
        :data:`csqa.results.HORIZONTAL_COLUMNS`: ``months`` that were there to be pooled; value
        with its 95 % interval; ``n_period``, the records of the period itself; ``expected`` of
        the unit's peers with its mix of work, or the target (of a range, the nearer end);
        99.8 % limits and 95 % watch limits around it; ``z``, ``p`` and ``q`` (adjusted for all
        comparisons of the call); ``shrunken``, the value to expect next time, with the 95 %
        interval of the true one; ``miss_chance``, the probability that the true value misses the
        target (NaN without a target or with too few records); ``verdict``.

    Raises
    ------
    RuleError
        If the measures are not split by ``unit`` or do not hold the period, or ``against`` is
        unknown.

    Notes
    -----
    methods.md 4.5: funnel limits on the arcsine scale for shares, Poisson for faults per 100,
    pooled variance for means, of times on the log scale: their means are skewed to the right,
    and limits symmetric in seconds would blame one unit for a few long cases; additive
    overdispersion where at least ten units show any;
    ``worse`` and ``better`` need both the 99.8 % limit and q < 0.05. Metrics without a direction
    and units without a name are not judged. What is believed of the true values is pulled towards
    what peers do, whatever the limits are drawn around (:mod:`csqa.engine.unit_beliefs`).

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
    >>> across.loc[0, ["shrunken", "miss_chance"]].astype(float).round(2).tolist()
    [0.65, 1.0]
    """
    check_option("against", against, AGAINST)
    standard = standard or read_standard()
    window = _window(measures, unit, period, months)
    strata = [column for column in unit_columns(window) if column != unit]
    fine = sum_lines(window, standard, [unit, *strata, "metric"])
    fine = fine[fine["direction"].notna()]
    rows = estimate(sum_lines(window, standard, [unit, "metric"]))
    rows = rows[rows["direction"].notna()].reset_index(drop=True)
    latest = window[window["period"] == period].groupby([unit, "metric"])["n"].sum()
    rows = rows.merge(latest.rename("n_period"), on=[unit, "metric"], how="left")
    rows["n_period"] = whole_counts(rows["n_period"])
    least = standard.judge_from if minimum_n is None else minimum_n
    asked: dict[str, Any] = {"unit": unit, "least": least, "against": against, "ranks": ranks}
    rows = _judge_all(rows, fine.assign(aside=False), strata, **asked)
    pooled = int(window["period"].nunique())
    rows = rows.rename(columns={unit: "unit"}).assign(period=period, months=pooled, against=against)
    rows["n"] = whole_counts(rows["n"])
    return rows[[*results.HORIZONTAL_COLUMNS, *(RANKS if ranks else ())]]


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


def _judge_all(
    rows: pd.DataFrame, fine: pd.DataFrame, strata: Sequence[str], *, unit: str, **asked: Any
) -> pd.DataFrame:
    """Judge all units; whoever stands out is no yardstick for the others, the farthest first.

    One bad agent in a small team would else make good ones of those who work beside it.
    """
    aside = pd.MultiIndex.from_arrays([[], []])
    for _ in range(MOST_SET_ASIDE + 1):
        fine = fine.assign(aside=pd.MultiIndex.from_frame(fine[[unit, "metric"]]).isin(aside))
        expected = expect_units(fine, unit, strata)
        judged = _judge(rows.merge(expected, on=[unit, "metric"], how="left"), unit, **asked)
        found = judged[judged["verdict"].isin([results.WORSE, results.BETTER])]
        found = found[~pd.MultiIndex.from_frame(found[[unit, "metric"]]).isin(aside)]
        if found.empty or asked["against"] == TARGET:
            break
        farthest = found.loc[found["z"].abs().groupby(found["metric"]).idxmax()]
        aside = aside.append(pd.MultiIndex.from_frame(farthest[[unit, "metric"]]))
    return judged


def _judge(rows: pd.DataFrame, unit: str, *, least: int, against: str, ranks: bool) -> pd.DataFrame:
    rows = pd.concat(
        [
            _place(part, unit, least, against, ranks=ranks)
            for _, part in rows.groupby("metric", sort=True)
        ],
        ignore_index=True,
    )
    rows["q"] = adjust_p(rows["p"].to_numpy())
    return rows.assign(verdict=_verdicts(rows))


def _place(rows: pd.DataFrame, unit: str, least: int, against: str, *, ranks: bool) -> pd.DataFrame:
    """Limits, distance and shrunken value of the units of one metric."""
    n, judged = _judged(rows, unit, least, against)
    direction = str(rows["direction"].iloc[0])
    beliefs = believe_units(rows, n if against == PEERS else _effective(rows), judged)
    if ranks:
        places = rank_units(beliefs, direction, judged)
        rows = rows.assign(**dict(zip(RANKS, places, strict=True)))
    limits, center = _limits(rows, n, judged, against)
    z = np.where(judged, limits.z, np.nan)
    values, target, upper = (
        rows[name].to_numpy(dtype=float) for name in ("value", "target", "target_upper")
    )
    better = better_side(values, center, target, direction, upper)
    return rows.assign(
        expected=center,
        lower_limit=limits.action[0],
        upper_limit=limits.action[1],
        lower_watch=limits.watch[0],
        upper_watch=limits.watch[1],
        z=z,
        p=_two_sided(z),
        shrunken=beliefs.value,
        shrunken_lower=beliefs.lower,
        shrunken_upper=beliefs.upper,
        miss_chance=np.where(judged, beliefs.miss_chance, np.nan),
        side=np.sign(z) * better,
    )


def _judged(
    rows: pd.DataFrame, unit: str, least: int, against: str
) -> tuple[Floats, NDArray[np.bool_]]:
    """Records that each unit is worth, and whether it is judged."""
    n = rows["n"].to_numpy(dtype=float)
    judged = (n >= least) & (rows[unit] != schema.UNKNOWN).to_numpy()
    usual = rows["expected"] if against == PEERS else target_per_record(rows)
    judged &= usual.notna().to_numpy()
    if rows["kind"].iloc[0] == "per_hundred":
        judged &= (usual * n >= LEAST_EXPECTED).to_numpy()
    elif against == PEERS:
        return _effective(rows), judged
    if rows["kind"].iloc[0] == "share":  # exact limits know whole records only
        n = np.maximum(np.floor(n), 1)
    return n, judged


def _effective(rows: pd.DataFrame) -> Floats:
    """What is expected is itself an estimate: few peers are worth fewer records of one's own."""
    column = "n" if rows["kind"].iloc[0] == "per_hundred" else "effective_n"
    effective: Floats = np.maximum(np.floor(rows[column].to_numpy(dtype=float)), 1)
    return effective


def _limits(
    rows: pd.DataFrame, n: Floats, judged: NDArray[np.bool_], against: str
) -> tuple[UnitLimits, Floats]:
    """Limits of one metric, and what they are drawn around."""
    if against == TARGET:
        return limit_target(rows, n)
    scale = PER_HUNDRED if rows["kind"].iloc[0] == "per_hundred" else 1.0
    return limit_units(rows, n, judged), (rows["expected"] * scale).to_numpy(dtype=float)


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
