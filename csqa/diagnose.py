"""diagnose: what complaints are about, by counting (Pareto).

A first look; the causes behind come from reading cases.
"""

from typing import Any

import numpy as np
import pandas as pd

from csqa import results, schema
from csqa.engine.pareto import run_up
from csqa.errors import check_option
from csqa.frames import unit_columns
from csqa.periods import months_back
from csqa.stats import newcombe_difference, wilson

LAST = ("其他", "其它", "未分类", schema.UNKNOWN)
"""Never ranked by size: what nobody has classified comes last."""

CONFIDENCE = 0.95
"""That no topic at all is called rising or falling by chance."""

LEAST_RECORDS = 10
"""Fewest records on either side of a comparison of shares."""


def rank_topics(
    measures: pd.DataFrame,
    *,
    period: str,
    metric: str = "complaint_rate",
    unit: str = "topic",
    baseline_months: int = 6,
) -> pd.DataFrame:
    """Rank topics by how many contacts they bring, beside what they brought before (Pareto).

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them, split by ``unit``; the metric is one that counts
        (complaints, say).
    period : str
        Month ``YYYY-MM``.
    metric, unit : str
        What is counted, and by what.
    baseline_months : int
        Months before ``period`` to compare with.

    Returns
    -------
    DataFrame, one row per topic, most frequent first, the unclassified last
        ``topic``, ``count``; ``share`` of all with ``lower``, ``upper`` (Wilson); ``cumulative``;
        ``vital`` (bool); ``before`` (share in the baseline), ``change`` with ``change_lower``,
        ``change_upper`` (Newcombe, 95 %); ``verdict``: ``rising``, ``falling``,
        ``no_difference``, ``too_few``, allowing for the number of topics compared (Bonferroni);
        ``metric``; ``baseline_months`` that the data hold.

    Raises
    ------
    RuleError
        If the measures are not split by ``unit``.

    Examples
    --------
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": ["2025-05"] * 2 + ["2025-06"] * 2,
    ...         "topic": ["安装", "发票"] * 2,
    ...         "metric": "complaint_rate",
    ...         "total": [12.0, 88, 45, 55],
    ...         "n": 1000,
    ...     }
    ... )
    >>> rank_topics(measures, period="2025-06")[["topic", "count", "share", "verdict"]]
      topic  count  share  verdict
    0    发票     55   0.55  falling
    1    安装     45   0.45   rising
    """
    check_option("unit", unit, unit_columns(measures))
    counted = measures[measures["metric"] == metric]
    now = counted[counted["period"] == period].groupby(unit)["total"].sum()
    earlier = {months_back(period, back) for back in range(1, baseline_months + 1)}
    before = counted[counted["period"].isin(earlier)].groupby(unit)["total"].sum()
    rows = pd.DataFrame({"count": now, "earlier": before}).fillna(0.0).rename_axis("topic")
    rows = _by_size(rows[(rows["count"] > 0) | (rows["earlier"] > 0)].reset_index())
    held = len(earlier & set(counted["period"]))
    return _with_shares(rows).assign(metric=metric, baseline_months=held)


def _by_size(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(last=rows["topic"].isin(LAST), minus=-rows["count"])
    rows = rows.sort_values(["last", "minus", "topic"], ignore_index=True)
    return rows.drop(columns=["last", "minus"])


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    count, total = rows["count"].to_numpy(), float(rows["count"].sum())
    earlier, whole = rows["earlier"].to_numpy(), float(rows["earlier"].sum())
    lower, upper = wilson(count, np.full(count.shape, total))
    change_lower, change_upper = newcombe_difference(count, total, earlier, whole)
    share = count / total if total else np.full(count.shape, np.nan)
    before = earlier / whole if whole else np.full(count.shape, np.nan)
    cumulative, vital = run_up(share)
    return pd.DataFrame(
        {
            "topic": rows["topic"],
            "count": count.astype("int64"),
            "share": share,
            "lower": lower,
            "upper": upper,
            "cumulative": cumulative,
            "vital": vital,
            "before": before,
            "change": share - before,
            "change_lower": change_lower,
            "change_upper": change_upper,
            "verdict": _directions(count, total, earlier, whole),
        }
    )


def _directions(count: Any, total: float, earlier: Any, whole: float) -> Any:
    if min(total, whole) < LEAST_RECORDS:
        return np.full(count.shape, results.TOO_FEW, dtype=object)
    confidence = 1 - (1 - CONFIDENCE) / count.size
    lower, upper = newcombe_difference(count, total, earlier, whole, confidence)
    return np.select([lower > 0, upper < 0], ["rising", "falling"], results.NO_DIFFERENCE)
