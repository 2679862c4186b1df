"""The months of a unit as a series: frozen limits, a jump beside the trend, made-up starts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from csqa import schema
from csqa.engine.before_after import Windows
from csqa.engine.estimates import PER_HUNDRED, sum_lines
from csqa.rules.standard import Standard
from csqa.stats import interrupted_series, p_chart, placebo_in_time, u_chart, xmr
from csqa.stats.chart import ControlChart
from csqa.stats.interrupted import LEAST_AFTER, LEAST_BEFORE

NOTHING = {
    "limits_left": 0,
    "jump": np.nan,
    "jump_lower": np.nan,
    "jump_upper": np.nan,
}


def check_series(
    row: Mapping[str, Any], table: pd.DataFrame, standard: Standard, windows: Windows
) -> dict[str, Any]:
    """Look at all months of a unit up to the last one after its measure.

    Parameters
    ----------
    row : mapping
        ``metric``, ``unit_kind``, ``unit``, ``kind``.
    table : DataFrame
        Measures by month that hold the unit.
    standard : Standard
        Of the measures.
    windows : Windows
        The months compared: those before set the limits, those after are held against them.

    Returns
    -------
    dict
        ``limits_left``: months after the measure outside the limits of those before;
        ``jump`` with ``jump_lower`` and ``jump_upper``: of the level, beside the trend, from at
        least 8 months before and 3 after (else NaN), in the unit of the kind, for faults as a
        ratio; ``placebo_share`` (NaN without a place) and ``placebo_places``.
    """
    months = _months_of(row, table, standard, windows)
    at = len(months) - len(windows.after)
    gap = int((months.index > windows.before[-1]).sum()) - len(windows.after)
    share, places = placebo_in_time(
        (months["total"] / months["n"]).to_numpy(dtype=float),
        at,
        before=len(windows.before),
        after=len(windows.after),
        gap=gap,
        weights=months["n"].fillna(0).to_numpy(dtype=float),
    )
    placebo = {"placebo_share": share, "placebo_places": places}
    between = (np.arange(len(months)) >= at - gap) & (np.arange(len(months)) < at)
    sides = months[["n", "total"]].astype("float64")
    sides.loc[between] = np.nan
    return NOTHING | _limits(sides, row["kind"], at) | _jump(sides, row["kind"], at) | placebo


def _months_of(
    row: Mapping[str, Any], table: pd.DataFrame, standard: Standard, windows: Windows
) -> pd.DataFrame:
    """One row per month up to the last one after; a gap is a row of NaN."""
    own = table[table["metric"] == row["metric"]]
    if row["unit_kind"] != schema.OVERALL:
        own = own[own[row["unit_kind"]] == row["unit"]]
    kept = sorted(month for month in set(table["period"]) if month <= windows.after[-1])
    sums = sum_lines(own[own["period"].isin(kept)], standard, ["period", "metric"])
    return sums.set_index("period").reindex(kept)


def _limits(months: pd.DataFrame, kind: str, at: int) -> dict[str, Any]:
    chart = _chart(months, kind, np.arange(len(months)) < at)
    scale = PER_HUNDRED if kind == "per_hundred" else 1.0
    values = (scale * months["total"] / months["n"]).to_numpy(dtype=float)
    outside = (values < chart.lower) | (values > chart.upper)
    return {"limits_left": int(outside[at:].sum())}


def _chart(months: pd.DataFrame, kind: str, before: "np.ndarray[Any, Any]") -> ControlChart:
    n, total = (months[name].fillna(0).to_numpy(dtype=float) for name in ("n", "total"))
    if kind == "share":
        return p_chart(total, n, include=before)
    if kind == "per_hundred":
        return u_chart(total, n / PER_HUNDRED, include=before)
    return xmr((months["total"] / months["n"]).to_numpy(dtype=float), include=before)


def _jump(months: pd.DataFrame, kind: str, at: int) -> dict[str, Any]:
    known = months["n"].fillna(0).to_numpy() > 0
    if known[:at].sum() < LEAST_BEFORE or known[at:].sum() < LEAST_AFTER:
        return {}
    n, total = (months[name].to_numpy(dtype=float) for name in ("n", "total"))
    if kind == "per_hundred":
        found = interrupted_series(
            total, at, family="poisson", exposure=np.nan_to_num(n), slope=False, seasonal=False
        )
    else:
        values, weights = total / n, np.nan_to_num(n)
        found = interrupted_series(values, at, weights=weights, slope=False, seasonal=False)
    level = found.level
    return {"jump": level.estimate, "jump_lower": level.lower, "jump_upper": level.upper}
