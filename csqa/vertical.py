"""compare, vertically: one unit over several periods, on a control chart (G6).

Is a month below standard occasional (偶发) or persistent (持续), and how good is the evidence?
With the true level exactly on target, two red months running happen in 91 % of years by chance
alone: the label that users ask for is kept, and graded.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from csqa import results, schema
from csqa.engine.estimates import PER_HUNDRED, TARGET_ENDS, estimate, sum_lines
from csqa.engine.evidence import beyond, grade, surely_beyond
from csqa.engine.judging import judge
from csqa.frames import records, unit_columns, whole_counts
from csqa.periods import kind_of, next_period
from csqa.rules.change_reader import check_changes
from csqa.rules.changes import Change
from csqa.rules.scoring import better_side
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import ControlChart, apply_rules, p_chart, rebase, u_chart, xmr


def compare_vertical(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    rules: str = "mdc-2023",
    changes: pd.DataFrame | Sequence[Mapping[str, Any]] = (),
) -> pd.DataFrame:
    """Compare one unit over several periods (vertical: 纵向对比), for each unit and metric.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them, by month or any other period; the last one is the
        one reported on.
    standard : Standard, optional
        Default: the shipped one.
    rules : str
        Rule set of the control chart, as :func:`csqa.stats.apply_rules` names them.
    changes : DataFrame or sequence of mapping
        Recorded changes, besides ``process_changes`` of the standard: ``from`` (a day or a
        period), ``reason``, and where not all is concerned ``metric`` and ``unit`` (its name in
        the result, or a mapping: ``{"team": "热线组"}``). From the period that holds the day on,
        the chart has limits of its own; they are never recalculated otherwise.

    Returns
    -------
    DataFrame, one row per unit, metric and period, gaps included
        :data:`csqa.results.VERTICAL_COLUMNS`. ``signals``: the rules that fired at the point.
        ``variation``: ``improvement``, ``concern``, ``common`` or ``none``. ``assurance``: what
        the limits say of the target. ``run_length``: misses running up to this period.
        ``persistence``: ``met``, ``occasional``, ``persistent``; ``evidence`` grades it.
        ``segment``: 1, 2 … since which change the limits hold; ``rebased``: its reason.

    Raises
    ------
    ValueError
        If the rule set is unknown.
    RuleError
        If a change lacks its period or reason, or names a metric that there is not.

    Notes
    -----
    Shares on a p or p′ chart, faults per 100 on a u or u′ chart, means and NPS on XmR
    (methods.md 4.3). Partial periods and those with too few records are shown but set no
    limits, fire no rules and count for no run; a gap breaks a run (4.4).

    Examples
    --------
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": [f"2025-{month:02d}" for month in range(1, 7)],
    ...         "metric": "csat",
    ...         "target_line": "2023-01-01/base",
    ...         "n": 200,
    ...         "total": [184, 183, 185, 184, 166, 167.0],
    ...         "total_squares": 0.0,
    ...         "over": 0.0,
    ...         "complete": True,
    ...     }
    ... )
    >>> over = compare_vertical(measures)
    >>> over[["met", "run_length", "persistence", "evidence"]].tail(2).values.tolist()
    [[False, 1, 'occasional', 'may_be_noise'], [False, 2, 'persistent', 'strong']]
    >>> moved = [{"from": "2025-05", "reason": "换了派单系统"}]
    >>> compare_vertical(measures, changes=moved)["segment"].tolist()
    [1, 1, 1, 1, 2, 2]
    """
    standard = standard or read_standard()
    recorded = (*standard.process_changes, *check_changes(changes, standard.metric_keys))
    units = unit_columns(measures)
    named = measures.assign(unit=_unit_names(measures, units))
    keys = ["unit", "metric", "period"]
    rows = estimate(sum_lines(named, standard, keys))
    if len(rows):
        rows = rows.merge(judge(named, standard, keys)[[*keys, "met"]], on=keys)
    names = _columns_of(named, units)
    parts = [
        _follow(part, standard, rules, recorded, names[str(unit)])
        for (unit, _), part in rows.groupby(["unit", "metric"])
    ]
    if not parts:
        return pd.DataFrame(columns=list(results.VERTICAL_COLUMNS))
    over = pd.concat(parts, ignore_index=True)
    return over.assign(n=whole_counts(over["n"]))[list(results.VERTICAL_COLUMNS)]


def _unit_names(measures: pd.DataFrame, units: list[str]) -> "pd.Series[str] | str":
    if not units:
        return schema.OVERALL
    return measures[units].astype(str).agg(" / ".join, axis=1)


def _columns_of(named: pd.DataFrame, units: list[str]) -> dict[str, dict[str, str]]:
    """What each unit is, by column: a recorded change may be of one of them."""
    rows = named[["unit", *units]].drop_duplicates("unit").astype(str)
    return {row["unit"]: row for row in records(rows)}


def _follow(
    rows: pd.DataFrame,
    standard: Standard,
    rules: str,
    changes: Sequence[Change],
    unit: Mapping[str, str],
) -> pd.DataFrame:
    """Chart, signals and persistence of one unit and metric."""
    rows = _with_gaps(rows)
    usable = rows["complete"].eq(True) & (rows["n"] >= standard.count_only_below)
    rows["usable"] = usable.to_numpy(dtype=bool)
    own = [change for change in changes if change.concerns(rows["metric"].iloc[0], unit)]
    rows["rebased"] = _reasons(rows["period"].tolist(), own)
    rows["segment"] = 1 + rows["rebased"].ne("").cumsum()
    chart = _chart(rows)
    rows = rows.assign(
        chart=chart.kind,
        center=chart.center,
        lower_limit=chart.lower,
        upper_limit=chart.upper,
        trial=chart.trial,
        **_signals(chart, rows, rules),
    )
    rows["assurance"] = _assurance(rows)
    rows["met"] = _met(rows)
    rows["run_length"] = _run_lengths(rows["met"].tolist())
    graded = [grade(rows, position, standard) for position in range(len(rows))]
    rows[["persistence", "evidence"]] = pd.DataFrame(graded, index=rows.index)
    return rows


def _with_gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """Put a row of NaN where a period is missing: a gap stays on the axis."""
    periods = [rows["period"].iloc[0]]
    while periods[-1] < rows["period"].iloc[-1]:
        periods.append(next_period(periods[-1]))
    full = rows.set_index("period").reindex(periods).rename_axis("period").reset_index()
    constant = ["unit", "metric", "kind", "direction", "method"]
    full[constant] = rows[constant].iloc[0].to_list()
    return full.assign(n=full["n"].fillna(0))


def _reasons(periods: list[str], changes: Sequence[Change]) -> list[str]:
    """Reason at the first period of each new segment; a change before the series is none of it."""
    kind = kind_of(periods[0])
    starts: dict[str, list[str]] = {}
    for change in changes:
        starts.setdefault(change.first_period(kind), []).append(change.reason)
    return ["", *("；".join(dict.fromkeys(starts.get(label, ()))) for label in periods[1:])]


def _chart(rows: pd.DataFrame) -> ControlChart:
    """Control chart with limits of its own in each segment."""
    kind = rows["kind"].iloc[0]
    where: dict[str, Any] = {
        "at": np.flatnonzero(rows["rebased"].ne("")).tolist(),
        "include": rows["usable"].to_numpy(),
    }
    n, total = rows["n"].to_numpy(dtype=float), rows["total"].to_numpy(dtype=float)
    total = np.where(n > 0, total, 0.0)
    if kind == "share":
        return rebase(p_chart, total, n, **where)
    if kind == "per_hundred":
        return rebase(u_chart, total, n / PER_HUNDRED, **where)
    return rebase(xmr, rows["value"].to_numpy(dtype=float), **where)


def _signals(chart: ControlChart, rows: pd.DataFrame, rules: str) -> dict[str, list[str]]:
    """Which rules fired at each point, and whether that is good or bad."""
    direction = rows["direction"].iloc[0]
    judged = pd.notna(direction)
    target, upper = (rows[end].to_numpy(dtype=float) for end in TARGET_ENDS)
    values = rows["value"].to_numpy(dtype=float)
    good = better_side(values, chart.center, target, direction if judged else None, upper)
    fired: list[dict[str, int]] = [{} for _ in range(len(rows))]
    for signal in apply_rules(chart, rules):
        fired[signal.point][signal.rule] = signal.side
    # Fewer than five points have a centre but no limits: nothing is known of their variation.
    limits = ~np.isnan(chart.upper) & rows["usable"].to_numpy()
    variation = [
        _variation(list(point.values()), side) if known and judged else "none"
        for point, known, side in zip(fired, limits, good, strict=True)
    ]
    concern = [
        " ".join(rule for rule, side in point.items() if side * better < 0)
        for point, better in zip(fired, good, strict=True)
    ]
    return {
        "signals": [" ".join(point) for point in fired],
        "variation": variation,
        "concerns": concern,
    }


def _variation(sides: list[int], good: float) -> str:
    """The newest point's own rule speaks first: rules come in order of precedence."""
    sided = [side for side in sides if side]
    if not sided or not good:  # within a range no side is the better one
        return "common"
    return "improvement" if sided[0] == good else "concern"


def _assurance(rows: pd.DataFrame) -> list[str]:
    """What the limits of the chart say of the target: whether chance alone can miss it."""
    texts = []
    for row in records(rows):
        if np.isnan([row["lower_limit"], row["upper_limit"], row["target"]]).any():
            texts.append("none")
        elif surely_beyond(row, row["lower_limit"], row["upper_limit"]):
            texts.append("consistently_failed")
        else:
            ends = [beyond(row, row[name]) for name in ("lower_limit", "upper_limit")]
            texts.append("inconsistent" if max(ends) > 0 else "consistently_met")
    return texts


def _met(rows: pd.DataFrame) -> list[bool | None]:
    return [
        met if usable and met is not None and pd.notna(met) else None
        for met, usable in zip(rows["met"], rows["usable"], strict=True)
    ]


def _run_lengths(met: list[bool | None]) -> list[int]:
    """Misses running up to each period; a gap or a partial period breaks the run."""
    lengths, length = [], 0
    for flag in met:
        length = length + 1 if flag is False else 0
        lengths.append(length)
    return lengths
