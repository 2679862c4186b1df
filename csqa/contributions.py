"""explain a change: which teams, channels or topics moved a metric, by mix and by rate.

A whole can worsen though every part improved: more of the hard work came in. Each part's
contribution is taken apart exactly, so that all of them add up to the change.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.differences import difference_intervals
from csqa.engine.estimates import PER_HUNDRED
from csqa.engine.period_pairs import OTHER_DEFINITION, is_comparable, pair_periods
from csqa.errors import RuleError, check_option
from csqa.frames import unit_columns, whole_counts
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import decompose_difference

COLUMNS = (
    "period",
    "since",
    "pooled",
    "metric",
    "kind",
    "direction",
    "unit_kind",
    "unit",
    "value",
    "before",
    "n",
    "n_before",
    "share",
    "share_before",
    "mix",
    "rate",
    "rate_lower",
    "rate_upper",
    "contribution",
    "presence",
    "whole",
    "whole_before",
    "change",
    "change_lower",
    "change_upper",
    "comparable",
    "reason",
)
"""Of an explained change: what each unit adds to it."""

TIE = 12
"""Decimals beyond which two contributions are the same size."""


def explain_change(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    by: str,
    period: str,
    since: str = "previous",
    metric: str | None = None,
) -> pd.DataFrame:
    """Take the change of each metric apart: what each unit adds by its mix and by its rate.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them, split by ``by``; over further unit columns it is
        summed. For one team only, pass its rows only.
    standard : Standard, optional
        The one they were measured by. Default: the shipped one.
    by : str
        Unit column whose units contribute: team, channel, topic, agent_id …
    period : str
        As for :func:`csqa.compare_periods`.
    since : {"previous", "year"}
        What the period is compared with.
    metric : str, optional
        One metric only. Default: all.

    Returns
    -------
    DataFrame, one row per metric and unit; of each metric the largest contribution first
        ``period``, ``since``, ``pooled``, ``metric``, ``kind``, ``direction``; ``unit_kind`` (the
        column) and ``unit``; ``value``, ``before`` [the kind's unit], ``n``, ``n_before``;
        ``share``, ``share_before`` [of the metric's records]; ``mix``: what it adds because its
        share changed; ``rate``: because its own value changed, with a 95 % interval
        ``rate_lower``, ``rate_upper``; ``contribution``, their sum [the kind's unit];
        ``presence`` (``both``, ``appeared``, ``vanished``); ``whole``, ``whole_before`` and their
        ``change`` with 95 % interval, the same in all rows of a metric: contributions add up to
        ``change``; ``comparable`` and ``reason``, of the two periods, as
        :func:`csqa.compare_periods` says them.

    Raises
    ------
    RuleError
        If the measures are not split by ``by`` or do not hold the period or the metric.

    Notes
    -----
    :func:`csqa.stats.decompose_difference` (Kitagawa 1955): ``rate`` is the mean of both shares
    times the change of the value; ``mix`` is the change of the share times how far the unit's
    mean value lies from the whole's. A unit on one side only adds by mix alone. The interval of
    ``rate`` takes the shares as known. Nothing is taken apart where the standard measures the
    metric otherwise since, or where one side has no records.

    Examples
    --------
    Both teams improve, and the whole worsens: more came in where it is harder.

    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": ["2025-05", "2025-05", "2025-06", "2025-06"],
    ...         "team": ["易", "难"] * 2,
    ...         "metric": "csat",
    ...         "target_line": "2023-01-01/base",
    ...         "n": [800, 200, 200, 800],
    ...         "total": [720.0, 140.0, 184.0, 576.0],
    ...         "total_squares": [720.0, 140.0, 184.0, 576.0],
    ...         "over": 0.0,
    ...         "complete": True,
    ...     }
    ... )
    >>> parts = explain_change(measures, by="team", period="2025-06")
    >>> parts[["unit", "mix", "rate", "contribution"]].round(3).values.tolist()
    [['易', -0.06, 0.01, -0.05], ['难', -0.06, 0.01, -0.05]]
    >>> parts.change.round(3).unique().tolist()
    [-0.1]
    """
    standard = standard or read_standard()
    check_option("by", by, unit_columns(measures))
    chosen = measures if metric is None else measures[measures["metric"] == metric]
    if chosen.empty:
        _refuse(metric)
    rows = pair_periods(chosen, standard, [by, "metric"], period, since)
    rows = rows.drop(columns="reason").merge(_wholes(chosen, standard, period, since), on="metric")
    parts = [_take_apart(part) for _, part in rows.groupby("metric", sort=True)]
    rows = _add_interval(pd.concat(parts, ignore_index=True))
    rows["n"], rows["n_before"] = whole_counts(rows["n"]), whole_counts(rows["n_before"])
    return rows.rename(columns={by: "unit"}).assign(unit_kind=by)[list(COLUMNS)]


def _refuse(metric: str | None) -> None:
    if metric is None:
        msg = "`measures`：没有任何指标的数据。"
    else:
        msg = f"`metric`：数据里没有指标 {metric!r}。"
    raise RuleError(msg)


def _wholes(measures: pd.DataFrame, standard: Standard, period: str, since: str) -> pd.DataFrame:
    """The metrics as a whole, both sides, and whether these are alike."""
    whole = pair_periods(measures, standard, ["metric"], period, since)
    known = ~whole["reason"].str.contains(OTHER_DEFINITION)
    lower, upper = difference_intervals(whole)
    told = {
        "whole": whole["value"],
        "whole_before": whole["before"],
        "change": (whole["value"] - whole["before"]).where(known),
        "change_lower": np.where(known, lower, np.nan),
        "change_upper": np.where(known, upper, np.nan),
        "comparable": is_comparable(whole["reason"]),
        "reason": whole["reason"],
    }
    return pd.DataFrame({"metric": whole["metric"], **told})


def _take_apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Contributions of the units to one metric; none where its change is not known."""
    n, before = (rows[name].to_numpy(dtype=float) for name in ("n", "n_before"))
    parts = decompose_difference(
        rows["total"].to_numpy(dtype=float), n, rows["total_before"].to_numpy(dtype=float), before
    )
    scale = PER_HUNDRED if rows["kind"].iloc[0] == "per_hundred" else 1.0
    scale = np.nan if np.isnan(rows["change"].iloc[0]) else scale
    found = rows.assign(
        share=_shares(n),
        share_before=_shares(before),
        mix=parts.mix * scale,
        rate=parts.rate * scale,
        contribution=parts.total * scale,
        presence=np.select([before == 0, n == 0], ["appeared", "vanished"], "both"),
    )
    found["size"] = found["contribution"].abs().round(TIE)
    return found.sort_values("size", ascending=False, kind="stable")


def _shares(n: NDArray[np.float64]) -> NDArray[np.float64]:
    return n / n.sum() if n.sum() > 0 else np.full(n.shape, np.nan)


def _add_interval(rows: pd.DataFrame) -> pd.DataFrame:
    """Interval of the part of the rate: of units on both sides, their shares taken as known."""
    both = (rows["presence"] == "both") & rows["rate"].notna()
    weight = ((rows["share"] + rows["share_before"]) / 2).where(both)
    lower, upper = difference_intervals(rows)
    return rows.assign(rate_lower=weight * lower, rate_upper=weight * upper)
