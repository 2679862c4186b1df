"""compare, one period with an earlier one: month on month (环比) and year on year (同比).

A difference is shown with how sure it is, in its own unit: rates differ by percentage points
(百分点) and never by per cent of a per cent.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import results
from csqa.engine.differences import METHODS, difference_chances, difference_intervals
from csqa.engine.period_pairs import SINCE, is_comparable, pair_periods
from csqa.errors import check_option
from csqa.frames import unit_columns, whole_counts
from csqa.periods import kind_of
from csqa.rules.scoring import excess
from csqa.rules.standard import AT_MOST, BETWEEN, Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import adjust_p

Floats = NDArray[np.float64]

COLUMNS = (
    "metric",
    "comparison",
    "since",
    "pooled",
    "kind",
    "value",
    "before",
    "n",
    "n_before",
    "change",
    "change_lower",
    "change_upper",
    "method",
    "relative",
    "improvement",
    "direction",
    "p",
    "q",
    "comparable",
    "reason",
    "verdict",
)
"""Of a comparison of periods, after ``period`` and the unit columns."""

FALSE_DISCOVERY_RATE = 0.05
"""Of the changes named, the share that may be named by chance (Benjamini & Hochberg 1995)."""

LEAST_FAULTS = 6
"""Faults of both periods together below which no split can be unlikely: 2 · ½⁶ is 0.03, 2 · ½⁵ not
below 0.05."""

RELATIVE_KINDS = ("seconds", "per_hundred", "number")
"""Kinds whose change may be given in per cent; of a rate per cent would be misread."""

RISING, FALLING, NOT_COMPARED = "rising", "falling", "none"
"""Verdicts of a change that is neither better nor worse, and of periods that are not alike."""


def compare_periods(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    period: str,
    since: Sequence[str] | str = SINCE,
    minimum_n: int | None = None,
) -> pd.DataFrame:
    """Compare a period with the one before (环比) and with the same one a year ago (同比).

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them; each unit is compared with itself.
    standard : Standard, optional
        The one they were measured by. Default: the shipped one.
    period : str
        A period that the measures hold: day, week, month, quarter or year. From monthly measures
        also a quarter or a year, put together from its months.
    since : {"previous", "year"}, or both
        The period just before, or the same one a year ago.
    minimum_n : int, optional
        Fewest records on either side to be judged. Default: ``judge_from`` of the standard.

    Returns
    -------
    DataFrame, one row per unit, metric and comparison
        ``period``, the unit columns, ``metric``; ``comparison`` (``previous`` or ``year``),
        ``since`` (label of the earlier period), ``pooled`` [periods put together]; ``kind``,
        ``value``, ``before`` [the kind's unit], ``n``, ``n_before``; ``change`` with its 95 %
        interval ``change_lower``, ``change_upper`` [the kind's unit: seconds, share 0–1, faults
        per 100 records, NPS] and the interval's ``method``; ``relative`` [share of ``before``],
        for times, counts and plain means only; ``improvement``: ``change`` with the sign that
        makes + better, for a range how much nearer to it; ``direction``; ``p``, and ``q``
        adjusted for all rows of the call; ``comparable``; ``reason``: words with spaces between;
        ``verdict``: ``better``, ``worse``, ``no_difference``, ``too_few``; ``rising`` or
        ``falling`` where no side is the better one; ``none`` where periods are not alike.

    Raises
    ------
    RuleError
        If the measures do not hold the period or ``since`` is unknown.

    Notes
    -----
    Not comparable: ``no_data_now``, ``no_data_before``, ``partial_period``, ``other_definition``
    (the standard measures the metric otherwise since), ``too_few`` (a side with fewer records
    than ``minimum_n``, or fewer than 6 faults on both). Comparable, and said: ``other_target``;
    ``common_months``: of a quarter or year put together from months, only the months complete in
    both years count. A year's ``previous`` is its ``year``: asked for both, it is given once, as
    ``year``.

    Shares: Newcombe; means: Welch; NPS: Rocks; faults per 100: Zou & Donner on exact Poisson
    limits. ``p`` is the interval turned round. The difference of two months says nothing on how
    much months differ anyway: that is what :func:`csqa.compare_vertical` shows.

    Examples
    --------
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": ["2024-06", "2025-05", "2025-06"],
    ...         "metric": "csat",
    ...         "target_line": "2023-01-01/base",
    ...         "n": [400, 500, 500],
    ...         "total": [372.0, 450.0, 415.0],
    ...         "total_squares": [372.0, 450.0, 415.0],
    ...         "over": 0.0,
    ...         "complete": True,
    ...     }
    ... )
    >>> changes = compare_periods(measures, period="2025-06")
    >>> changes[["comparison", "since", "before", "change", "verdict"]].round(3).values.tolist()
    [['previous', '2025-05', 0.9, -0.07, 'worse'], ['year', '2024-06', 0.93, -0.1, 'worse']]
    """
    standard = standard or read_standard()
    least = standard.judge_from if minimum_n is None else minimum_n
    units = unit_columns(measures)
    keys = [*units, "metric"]
    pairs = [
        pair_periods(measures, standard, keys, period, one).assign(comparison=one)
        for one in _asked(since, period)
    ]
    rows = pd.concat(pairs, ignore_index=True).sort_values([*keys, "comparison"], ignore_index=True)
    like = is_comparable(rows["reason"])
    few = like & _too_few(rows, least)
    rows["reason"] = rows["reason"].where(~few, ("too_few " + rows["reason"]).str.strip())
    rows["comparable"] = like & ~few
    rows = _add_change(rows, like.to_numpy())
    rows["verdict"] = _verdicts(rows, few)
    rows["n"], rows["n_before"] = whole_counts(rows["n"]), whole_counts(rows["n_before"])
    return rows[["period", *units, *COLUMNS]]


def _asked(since: Sequence[str] | str, period: str) -> list[str]:
    asked = [since] if isinstance(since, str) else list(dict.fromkeys(since))
    for one in asked:
        check_option("since", one, SINCE)
    if not asked:
        check_option("since", None, SINCE)
    if kind_of(period) == "year" and len(asked) > 1:
        return ["year"]
    return asked


def _too_few(rows: pd.DataFrame, least: int) -> "pd.Series[bool]":
    records = rows[["n", "n_before"]].min(axis=1) < max(least, 1)
    faults = rows["total"] + rows["total_before"]
    return records | ((rows["kind"] == "per_hundred") & (faults < LEAST_FAULTS))


def _add_change(rows: pd.DataFrame, like: NDArray[np.bool_]) -> pd.DataFrame:
    """Difference, interval, chance: of periods that are alike; of few records no chance."""
    value, before = (rows[name].to_numpy(dtype=float) for name in ("value", "before"))
    change = np.where(like, value - before, np.nan)
    lower, upper = difference_intervals(rows)
    p = np.full(len(rows), np.nan)
    judged = rows["comparable"].to_numpy(dtype=bool)
    p[judged] = difference_chances(rows[judged], change[judged])
    divided = rows["kind"].isin(RELATIVE_KINDS).to_numpy() & (before > 0) & like
    return rows.assign(
        change=change,
        change_lower=np.where(like, lower, np.nan),
        change_upper=np.where(like, upper, np.nan),
        method=rows["kind"].map(METHODS),
        relative=np.divide(change, before, out=np.full(len(rows), np.nan), where=divided),
        improvement=_improvement(rows, change),
        p=p,
        q=adjust_p(p),
    )


def _improvement(rows: pd.DataFrame, change: Floats) -> Floats:
    direction = rows["direction"].fillna("").to_numpy()
    value, before, target, upper = (
        rows[name].to_numpy(dtype=float) for name in ("value", "before", "target", "target_upper")
    )
    nearer = excess(before, target, BETWEEN, upper) - excess(value, target, BETWEEN, upper)
    nearer = np.where(np.isnan(change), np.nan, nearer)
    signed = np.where(direction == AT_MOST, -change, change) + 0.0  # no −0
    return np.select([direction == "", direction == BETWEEN], [np.nan, nearer], signed)


def _verdicts(rows: pd.DataFrame, few: "pd.Series[bool]") -> NDArray[np.object_]:
    sure = rows["q"] < FALSE_DISCOVERY_RATE
    gained, change = rows["improvement"], rows["change"]
    return np.select(
        [
            few,
            ~rows["comparable"],
            ~sure,
            gained > 0,
            gained < 0,
            change > 0,
        ],
        [
            results.TOO_FEW,
            NOT_COMPARED,
            results.NO_DIFFERENCE,
            results.BETTER,
            results.WORSE,
            RISING,
        ],
        FALLING,
    )
