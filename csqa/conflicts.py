"""conflicts: metrics that move apart, because one is chased at the other's cost (G10).

Answers come sooner and solve less; fewer cases are open and more come back. That is a warning
about a metric and how it is steered by. It is never about a person: units are the whole, teams
and the like, and agents are refused.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from csqa import results, schema, words
from csqa.engine.differences import SUMS, difference_chances, difference_intervals
from csqa.engine.estimates import sum_lines, value_of
from csqa.errors import RuleError
from csqa.frames import records, unit_columns
from csqa.periods import months_back
from csqa.rules.measures import measure_of
from csqa.rules.pairs import Pair
from csqa.rules.standard import AT_LEAST, AT_MOST, Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import adjust_p

CONFLICT, NO_CONFLICT = "conflict", "no_conflict"
VERDICTS = (CONFLICT, NO_CONFLICT, results.TOO_FEW)

SIGNIFICANT = 0.05
"""Share of the moves named that may be chance (Benjamini & Hochberg 1995)."""

FEWEST_MONTHS = 5
"""Months from which on a series tells how much it moves by itself (as a control chart does)."""

MOVING_RANGE = 1.128  # d2 of two values: mean moving range to standard deviation (Shewhart 1931)

MOVE = ("before", "value", "change", "lower", "upper", "q")
COLUMNS = (
    "period",
    "months",
    "unit",
    "improved",
    "worsened",
    "verdict",
    *(f"improved_{name}" for name in MOVE),
    *(f"worsened_{name}" for name in MOVE),
    "warning",
)
"""Of a table of conflicts; values and changes in each metric's unit."""


def find_conflicts(
    measures_over_time: pd.DataFrame,
    standard: Standard | None = None,
    *,
    period: str,
    months: int = 3,
    language: str = "zh",
) -> pd.DataFrame:
    """Find pairs of metrics of which one got better and the other worse at the same time.

    Parameters
    ----------
    measures_over_time : DataFrame
        As :func:`csqa.measure` returns them by month, of the whole or split by team, channel …
    standard : Standard, optional
        Its ``pairs`` say which metrics to watch together. Default: the shipped one; so are its
        pairs for a standard that has none.
    period : str
        The last month.
    months : int
        Months up to it that are compared with as many before them; partial ones are left out.
    language : {"zh", "en"}
        Of the warnings.

    Returns
    -------
    DataFrame, one row per unit and pair that was looked at, conflicts first
        ``unit`` (``all``: the whole); ``improved``, ``worsened``: the metrics of the pair;
        ``verdict``: ``conflict``, ``no_conflict``, ``too_few``; for each of the two its value
        ``before`` and now, ``change`` with 95 % interval [the metric's unit] and ``q``, adjusted
        for all moves looked at; ``warning``: a sentence about the metric, empty unless it is a
        conflict.

    Raises
    ------
    RuleError
        If the measures are split by agent, or do not hold the period.

    Notes
    -----
    Both moves must be beyond chance, q < 0.05. What a series varies from month to month beyond
    its sample (Laney's σz from its moving range, at least 1) widens the intervals: a series
    that always jumps about has to jump farther.

    Examples
    --------
    Response falls from 40 s to 30 s, and so does first-contact resolution, from 90 % to 80 %:

    >>> def frame(metric, values):
    ...     rows = pd.DataFrame({"metric": metric, "n": 1000, "total": values, "over": 0.0})
    ...     rows["period"] = [f"2025-{month:02d}" for month in range(1, 7)]
    ...     return rows.assign(target_line="2023-01-01/base", complete=True)
    >>> fast = frame("first_response_online", [40e3] * 3 + [30e3] * 3)
    >>> fast["total_squares"] = 1.3 * fast["total"] ** 2 / fast["n"]
    >>> right = frame("first_contact_resolution", [900.0] * 3 + [800.0] * 3)
    >>> both = pd.concat([fast, right.assign(total_squares=right["total"])])
    >>> found = find_conflicts(both, period="2025-06", language="en").iloc[0]
    >>> found.verdict, found.improved, found.worsened, round(found.worsened_change, 2)
    ('conflict', 'first_response_online', 'first_contact_resolution', np.float64(-0.1))
    """
    standard = standard or read_standard()
    rows = _rows(measures_over_time, standard, period, months)
    listed = list(_list_pairs(standard, set(rows["metric"])))
    named = {metric for improves, worsens, _ in listed for metric in (improves, worsens)}
    moves = _moves(rows[rows["metric"].isin(named)], standard)
    found = [
        _pair(unit, of_unit, improves, worsens) | {"note": pair.note(language), "unit": unit}
        for unit, of_unit in moves.groupby("unit")
        for improves, worsens, pair in listed
        if {improves, worsens} <= set(of_unit.index.get_level_values("metric"))
    ]
    return _tell(found, standard, language).assign(period=period, months=months)[list(COLUMNS)]


def _rows(measures: pd.DataFrame, standard: Standard, period: str, months: int) -> pd.DataFrame:
    """Complete months up to the period, by unit and metric; ``side`` tells now from before."""
    units = unit_columns(measures)
    if "agent_id" in units:
        msg = "指标冲突只看整体、班组、渠道等，不点名到人：请用不按 agent_id 划分的指标。"
        raise RuleError(msg)
    if period not in set(measures["period"]):
        msg = f"`period`：数据里没有 {period}。"
        raise RuleError(msg)
    unit = measures[units].astype(str).agg(" / ".join, axis=1) if units else schema.OVERALL
    named = measures.assign(unit=unit)
    named = named[(named["period"] <= period) & (named["unit"] != schema.UNKNOWN)]
    rows = sum_lines(named, standard, ["unit", "metric", "period"])
    rows = rows[rows["complete"] & (rows["n"] > 0)]
    now = [months_back(period, back) for back in range(months)]
    before = [months_back(period, back) for back in range(months, 2 * months)]
    sides = dict.fromkeys(now, "now") | dict.fromkeys(before, "before")
    return rows.assign(side=rows["period"].map(sides))


def _list_pairs(standard: Standard, given: set[str]) -> Iterator[tuple[str, str, Pair]]:
    """Pairs of metrics that the data have; a measure's name stands for all that count it."""
    pairs = standard.pairs if standard.pairs is not None else read_standard().pairs or ()
    seen: set[tuple[str, str]] = set()
    for pair in pairs:
        for improves in _named(pair.improves, standard, given):
            for worsens in _each(pair.worsens, standard, given):
                if improves != worsens and (improves, worsens) not in seen:
                    seen.add((improves, worsens))
                    yield improves, worsens, pair


def _each(names: Iterable[str], standard: Standard, given: set[str]) -> Iterator[str]:
    for name in names:
        yield from _named(name, standard, given)


def _named(name: str, standard: Standard, given: set[str]) -> list[str]:
    if name in standard.metric_keys:
        return [name] if name in given else []
    counts = (key for key in standard.metric_keys if standard.metric(key).measure == name)
    return [key for key in counts if key in given]


def _moves(rows: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """How each series moved, by unit and metric, and whether that is beyond chance."""
    keys = ["unit", "metric"]
    if rows.empty:
        return pd.DataFrame({"unit": []})
    spread = pd.Series({key: _own_spread(part) for key, part in rows.groupby(keys)})
    sides = pd.DataFrame(index=spread.index.set_names(keys))
    sides["kind"] = [measure_of(standard.metric(metric)).kind for _, metric in sides.index]
    for side, end in (("now", ""), ("before", "_before")):
        sums = rows[rows["side"] == side].groupby(keys)[list(SUMS)].sum()
        # So many records tell no more than fewer would, were they all that varies.
        sums = sums.reindex(sides.index).fillna(0.0).div(spread**2, axis=0)
        sides = sides.join(sums.add_suffix(end))
    return _judge_moves(sides, spread, standard)


def _judge_moves(sides: pd.DataFrame, spread: pd.Series, standard: Standard) -> pd.DataFrame:
    value, before = (
        np.array(
            [
                value_of(kind, np.array([n]), np.array([total]))[0]
                for kind, n, total in zip(
                    sides["kind"], sides[f"n{end}"], sides[f"total{end}"], strict=True
                )
            ]
        )
        for end in ("", "_before")
    )
    change = value - before
    lower, upper = difference_intervals(sides)
    least = np.minimum(sides["n"], sides["n_before"]) * spread**2
    enough = least >= standard.judge_from
    p = pd.Series(difference_chances(sides, change), index=sides.index).where(enough)
    better = np.array([_better_side(standard, metric) for _, metric in sides.index])
    return pd.DataFrame(
        {
            "before": before,
            "value": value,
            "change": change,
            "lower": lower,
            "upper": upper,
            "p": p,
            "q": adjust_p(p.to_numpy(dtype=float)),
            "good": np.sign(change) * better,
        },
        index=sides.index,
    )


def _better_side(standard: Standard, key: str) -> float:
    """1 where more is better; a metric without target, or a range, goes by its measure."""
    metric = standard.metric(key)
    if metric.direction in (AT_MOST, AT_LEAST):
        return -1.0 if metric.direction == AT_MOST else 1.0
    return -1.0 if measure_of(metric).bad_when == "high" else 1.0


def _own_spread(rows: pd.DataFrame) -> float:
    """Month-to-month variation over what the sample explains; never below 1."""
    if len(rows) < FEWEST_MONTHS:
        return 1.0
    rows = rows.sort_values("period")
    n, total, squares = (rows[name].to_numpy(dtype=float) for name in SUMS)
    kind, mean = rows["kind"].iloc[0], total.sum() / n.sum()
    within = (squares - total**2 / n).clip(min=0).sum() / max((n - 1).sum(), 1)
    variance = {"share": mean * (1 - mean), "per_hundred": mean}.get(kind, within)
    if not variance > 0:
        return 1.0
    z = (total / n - mean) / np.sqrt(variance / n)
    return max(1.0, float(np.abs(np.diff(z)).mean()) / MOVING_RANGE)


def _pair(unit: Any, moves: pd.DataFrame, improves: str, worsens: str) -> dict[str, Any]:
    gain, loss = moves.loc[(unit, improves)], moves.loc[(unit, worsens)]
    known = pd.notna(gain["p"]) and pd.notna(loss["p"])
    apart = gain["good"] > 0 > loss["good"]
    sure = known and max(gain["q"], loss["q"]) < SIGNIFICANT
    verdict = (CONFLICT if apart and sure else NO_CONFLICT) if known else results.TOO_FEW
    told = {"improved": improves, "worsened": worsens, "verdict": verdict}
    told |= {f"improved_{name}": gain[name] for name in MOVE}
    return told | {f"worsened_{name}": loss[name] for name in MOVE}


def _tell(found: list[dict[str, Any]], standard: Standard, language: str) -> pd.DataFrame:
    """Add the warnings, and put conflicts first, the surest of them on top."""
    table = pd.DataFrame(found, columns=[*COLUMNS[2:-1], "note"])
    table["warning"] = [
        _warn(row, standard, language) if row["verdict"] == CONFLICT else ""
        for row in records(table)
    ]
    rank = table["verdict"].map(VERDICTS.index)
    surest = table[["improved_q", "worsened_q"]].astype(float).max(axis=1)
    order = table.assign(rank=rank, surest=surest)
    keys = ["rank", "surest", "unit", "improved", "worsened"]
    return order.sort_values(keys, ignore_index=True, kind="stable")


def _warn(row: dict[str, Any], standard: Standard, language: str) -> str:
    zh = language == "zh"
    gained, lost = (_move(row, side, standard, language) for side in ("improved", "worsened"))
    unit = words.label(row["unit"], language)
    note = f"{row['note']}。" if zh and row["note"] else ""
    if zh:
        return (
            f"{unit}：{gained}，看上去变好；同期{lost}，变差。{note}"
            "这是对指标和考核方式的提醒，不是对个人的评价。"
        )
    note = f" {row['note']}." if row["note"] else ""
    return (
        f"{unit}: {gained}, which looks better; at the same time {lost}, which is worse.{note}"
        " This is a warning about the metric and how it is steered by, not about anybody."
    )


def _move(row: dict[str, Any], side: str, standard: Standard, language: str) -> str:
    metric = standard.metric(row[side])
    kind = measure_of(metric).kind
    before, now = (
        words.format_value(row[f"{side}_{name}"], kind, language) for name in ("before", "value")
    )
    name = metric.name(language)
    return (
        f"{name}由 {before} 变为 {now}"
        if language == "zh"
        else f"{name} went from {before} to {now}"
    )
