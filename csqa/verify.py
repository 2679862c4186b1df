"""verify: did a measure work? Before and after, beside others, and what luck would have done (G9).

What looks like success is often luck: whoever was picked for a bad month does better the next one
anyway. So each change is held against what was to be expected without the measure, against units
that had none, and against made-up starts in the past.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from csqa import schema
from csqa.engine.action_scope import scope_action, split_by_kind
from csqa.engine.before_after import Windows, find_windows, pair_windows
from csqa.engine.changes_beside import look_beside
from csqa.engine.differences import METHODS, difference_chances, difference_intervals
from csqa.engine.series_checks import check_series
from csqa.frames import records
from csqa.results import VERDICT_COLUMNS
from csqa.rules.goal_values import read_goal_value
from csqa.rules.metric_names import name_metrics
from csqa.rules.scoring import excess
from csqa.rules.standard import AT_LEAST, AT_MOST, Standard
from csqa.rules.standard_reader import read_standard
from csqa.rules.verification import Verification, read_verification
from csqa.stats import adjust_p
from csqa.verdict_sentences import tell_verdict

MET, IMPROVED, NOT_PROVEN, NO_CHANGE, INSUFFICIENT, WORSE = (
    "met_significant",
    "improved_not_met",
    "met_not_proven",
    "no_change",
    "insufficient",
    "worse",
)
"""达标且显著, 改善显著但未达标, 达标但证据不足, 无明显变化, 证据不足, 变差."""

NO_METRIC, NO_UNIT, NOT_STARTED, TOO_EARLY, NO_BEFORE, TOO_FEW = (
    "no_metric",
    "no_unit",
    "not_started",
    "too_early",
    "no_before",
    "too_few",
)
"""Why nothing can be said yet."""

REGRESSION, OTHERS_TOO, PLACEBO = "regression_to_mean", "others_too", "placebo"
"""Why an improvement is not put down to the measure."""

LEAST_FAULTS = 6
"""Faults on both sides together below which no split is unlikely."""

GUARD_RATE = 0.05
"""Share of the other metrics named as worse that may be so by chance."""


def verify(
    actions: pd.DataFrame,
    measures: pd.DataFrame | Mapping[str, pd.DataFrame],
    standard: Standard | None = None,
    settings: Verification | None = None,
    *,
    period: str,
    language: str = "zh",
) -> pd.DataFrame:
    """Say of each measure of the plan whether it worked.

    Parameters
    ----------
    actions : DataFrame
        As :data:`csqa.schema.ACTIONS`.
    measures : DataFrame or mapping of str to DataFrame
        From :func:`csqa.measure`, by month: of everybody, and split by team, topic, agent …; each
        measure is looked up in the table that holds its unit. Agents with their ``team`` also
        tell how sure a team's change is.
    standard : Standard, optional
        The one they were measured by. Default: the shipped one.
    settings : Verification, optional
        From :func:`csqa.read_verification`.
    period : str
        The month up to which is looked, YYYY-MM.
    language : {"zh", "en"}
        Of ``sentence``.

    Returns
    -------
    DataFrame, one row per measure, in the order of the plan
        :data:`csqa.results.VERDICT_COLUMNS`.

    Notes
    -----
    Windows: whole months before the start and after the end, those in between belong to neither.
    Shares: Newcombe; means: Welch; NPS: Rocks; faults per 100: Zou & Donner on exact limits.
    Guards against luck: what the unit was expected to do next without any measure (empirical
    Bayes over its peers, Morris 1983: regression to the mean); difference in differences against
    the units without a measure on that metric; made-up starts in the past. An improvement that
    one of them explains is not put down to the measure, whatever its interval says.

    Examples
    --------
    >>> months = [f"2025-{month:02d}" for month in range(1, 9)]
    >>> measures = pd.DataFrame({"period": months, "metric": "first_contact_resolution"})
    >>> measures["total"] = [75.0] * 4 + [88.0] * 4
    >>> measures = measures.assign(target_line="2023-01-01/base", n=100, over=0.0, complete=True)
    >>> measures["total_squares"] = measures["total"]
    >>> plan = pd.DataFrame({"action_id": ["A1"], "metric": ["一次解决率"], "unit": ["全部"]})
    >>> plan["started"] = plan["due"] = pd.Timestamp("2025-05-01")
    >>> plan["goal"], plan["status"] = "升至 85%", "done"
    >>> row = verify(plan, measures, period="2025-08").iloc[0]
    >>> row["verdict"], row["sentence"]
    ('met_significant', '一次解决率由 75.0% 升至 88.0%，95% 区间 +7.2～+18.5 个百分点')
    """
    standard, settings = standard or read_standard(), settings or read_verification()
    tables = split_by_kind(measures, period)
    names = name_metrics(standard)
    scoped = [scope_action(row, names, tables, standard) for row in records(actions)]
    rows = []
    for scope in scoped:
        row = _judge(scope, scoped, tables, standard, settings)
        rows.append(row | {"sentence": tell_verdict(row, standard, language)})
    found = pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))
    whole = dict.fromkeys(("n", "n_before", "others", "placebo_places"), "Int64")
    dates = dict.fromkeys(("started", "ended"), "datetime64[us]")
    return found.astype({**whole, **dates, "met": "boolean"})


def _judge(
    scope: dict[str, Any],
    others: list[dict[str, Any]],
    tables: Mapping[str, pd.DataFrame],
    standard: Standard,
    settings: Verification,
) -> dict[str, Any]:
    missing = _missing(scope)
    if missing:
        return _silent(scope, missing)
    table = tables.get(scope["unit_kind"])
    if table is None:
        return _silent(scope, NO_UNIT)
    windows = _windows(scope, table, settings)
    if not windows.after or not windows.before:
        return _silent(scope, NO_BEFORE if windows.after else TOO_EARLY)
    keys = ["metric"] if scope["unit_kind"] == schema.OVERALL else [scope["unit_kind"], "metric"]
    pairs = _with_changes(pair_windows(table, standard, windows, keys))
    if scope["unit_kind"] != schema.OVERALL:
        pairs = pairs.rename(columns={scope["unit_kind"]: "unit"})
    own = pairs[_is_own(pairs, scope)]
    if own.empty:
        return _silent(scope, NO_BEFORE)
    row = scope | _span(windows) | records(own)[0]
    row |= _target(row)
    if _is_few(row, standard):
        return row | {"verdict": INSUFFICIENT, "reasons": TOO_FEW}
    treated = {one["unit"] for one in others if _same_aim(one, scope)}
    row |= look_beside(row, pairs, treated, windows, tables.get("agent_id"), standard).as_row()
    row |= check_series(row, table, standard, windows)
    row |= {"guards": _worse_ones(pairs, scope)}
    return row | _verdict(row, settings)


def _missing(scope: Mapping[str, Any]) -> str:
    tests = {
        NO_METRIC: not scope["metric"],
        NO_UNIT: not scope["unit_kind"],
        NOT_STARTED: pd.isna(scope["started"]),
    }
    return next((name for name, failed in tests.items() if failed), "")


def _silent(scope: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return dict(scope) | {"verdict": INSUFFICIENT, "reasons": reason}


def _windows(scope: Mapping[str, Any], table: pd.DataFrame, settings: Verification) -> Windows:
    started, ended = (_day(scope[name]) for name in ("started", "ended"))
    return find_windows(
        table["period"],
        started,
        ended,
        before=settings.before_months,
        after=settings.after_months,
    )


def _day(moment: Any) -> date:
    found: date = pd.Timestamp(moment).date()
    return found


def _span(windows: Windows) -> dict[str, str]:
    ends = {"before": windows.before, "after": windows.after}
    return {f"{name}_months": f"{span[0]}/{span[-1]}" for name, span in ends.items()}


def _with_changes(pairs: pd.DataFrame) -> pd.DataFrame:
    """Difference, interval, chance; ``gain`` has the sign that makes + better."""
    change = (pairs["value"] - pairs["value_before"]).to_numpy(dtype=float)
    lower, upper = difference_intervals(pairs)
    sign = np.select(
        [pairs["direction"] == AT_MOST, pairs["direction"] == AT_LEAST], [-1.0, 1.0], np.nan
    )
    return pairs.assign(
        change=change,
        change_lower=lower,
        change_upper=upper,
        method=pairs["kind"].map(METHODS),
        p=difference_chances(pairs, change),
        sign=sign,
    )


def _is_own(pairs: pd.DataFrame, scope: Mapping[str, Any]) -> "pd.Series[bool]":
    own = pairs["metric"] == scope["metric"]
    if scope["unit_kind"] != schema.OVERALL:
        own = own & (pairs["unit"] == scope["unit"])
    found: pd.Series[bool] = own.astype(bool)
    return found


def _target(row: Mapping[str, Any]) -> dict[str, Any]:
    """The plan's goal where it names a value, else the target in force; and whether it is met."""
    named = read_goal_value(row["goal"], row["kind"])
    goal = row["target"] if named is None else named
    upper = row["target_upper"] if named is None else np.nan
    if row["direction"] is None or pd.isna(goal):
        return {"goal_value": goal, "goal_from": "none", "met": None}
    missed = excess(np.array([row["value"]]), goal, row["direction"], upper)[0] > 0
    return {
        "goal_value": goal,
        "goal_from": "standard" if named is None else "plan",
        "met": not missed,
    }


def _is_few(row: Mapping[str, Any], standard: Standard) -> bool:
    records_few = min(row["n"], row["n_before"]) < standard.judge_from
    faults = row["total"] + row["total_before"] < LEAST_FAULTS
    return bool(records_few or (row["kind"] == "per_hundred" and faults))


def _same_aim(one: Mapping[str, Any], scope: Mapping[str, Any]) -> bool:
    """Whether another measure is on the same metric and kind of unit."""
    same = (one["metric"], one["unit_kind"]) == (scope["metric"], scope["unit_kind"])
    return same and not pd.isna(one["started"])


def _worse_ones(pairs: pd.DataFrame, scope: Mapping[str, Any]) -> str:
    """Other metrics of the same unit that surely got worse since."""
    own = pairs["unit"] == scope["unit"] if "unit" in pairs else pd.Series(True, index=pairs.index)
    rest = pairs[own & (pairs["metric"] != scope["metric"])]
    q = adjust_p(rest["p"].to_numpy(dtype=float))
    worse = (q < GUARD_RATE) & (rest["change"] * rest["sign"] < 0).to_numpy()
    return " ".join(sorted(rest.loc[worse, "metric"]))


def _verdict(row: Mapping[str, Any], settings: Verification) -> dict[str, str]:
    sign = row["sign"]
    if np.isnan(sign):
        return {"verdict": INSUFFICIENT, "reasons": "no_direction"}
    ends = sorted((sign * row["change_lower"], sign * row["change_upper"]))
    least = settings.least_change(row["kind"], row["value_before"])
    doubts = _doubts(row, settings) if ends[0] > 0 else []
    if ends[1] < 0:
        verdict = WORSE
    elif ends[0] > 0 and not doubts:
        verdict = MET if row["met"] else IMPROVED
    elif -least < ends[0] and ends[1] < least:
        verdict = NO_CHANGE
    else:
        verdict = NOT_PROVEN if row["met"] else INSUFFICIENT
    return {"verdict": verdict, "reasons": " ".join(doubts)}


def _doubts(row: Mapping[str, Any], settings: Verification) -> list[str]:
    """What else explains an improvement; a guard that could not be asked raises no doubt."""
    gain = row["sign"] * row["change"]
    beyond = row["sign"] * np.array([row["beyond_lower"], row["beyond_upper"]], dtype=float)
    theirs = row["sign"] * row["others_change"]
    tests = {
        REGRESSION: np.isfinite(beyond).all() and min(beyond) <= 0,
        OTHERS_TOO: np.isfinite(theirs) and theirs >= settings.others_part * gain,
        PLACEBO: row["placebo_places"] >= settings.placebo_places
        and row["placebo_share"] >= settings.placebo_share,
    }
    return [name for name, raised in tests.items() if raised]
