"""compare, vertically: one unit over several periods, on a control chart (G6).

Is a month below standard occasional (偶发) or persistent (持续), and how good is the evidence?
With the true level exactly on target, two red months running happen in 91 % of years by chance
alone: the label that users ask for is kept, and graded.
"""

from typing import Any

import numpy as np
import pandas as pd

from csqa import results, schema
from csqa.engine.estimates import PER_HUNDRED, TARGET_ENDS, estimate, sum_lines
from csqa.engine.judging import judge
from csqa.frames import records, unit_columns
from csqa.periods import next_period
from csqa.rules.scoring import better_side, excess
from csqa.rules.standard import BETWEEN, Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import ControlChart, apply_rules, p_chart, u_chart, xmr

LASTING_CONFIDENCE = 0.99
"""Of the interval of a whole run: a report looks at dozens of series, and picks the bad runs."""

SHIFTS = ("trend", "run")
"""Rules that speak of a lasting change, not of one point."""


def compare_vertical(
    measures: pd.DataFrame, standard: Standard | None = None, *, rules: str = "mdc-2023"
) -> pd.DataFrame:
    """Compare one unit over several periods (vertical: 纵向对比), for each unit and metric.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them; the last period is the one reported on.
    standard : Standard, optional
        Default: the shipped one.
    rules : str
        Rule set of the control chart, as :func:`csqa.stats.apply_rules` names them.

    Returns
    -------
    DataFrame, one row per unit, metric and period, gaps included
        :data:`csqa.results.VERTICAL_COLUMNS`. ``signals``: the rules that fired at the point.
        ``variation``: ``improvement``, ``concern``, ``common`` or ``none``. ``assurance``: what
        the limits say of the target. ``run_length``: misses running up to this period.
        ``persistence``: ``met``, ``occasional``, ``persistent``; ``evidence`` grades it.

    Raises
    ------
    ValueError
        If the rule set is unknown.

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
    ...         "total": [184, 183, 185, 184, 170, 171.0],
    ...         "total_squares": 0.0,
    ...         "over": 0.0,
    ...         "complete": True,
    ...     }
    ... )
    >>> over = compare_vertical(measures)
    >>> over[["met", "run_length", "persistence", "evidence"]].tail(2).values.tolist()
    [[False, 1, 'occasional', 'may_be_noise'], [False, 2, 'persistent', 'strong']]
    """
    standard = standard or read_standard()
    units = unit_columns(measures)
    named = measures.assign(unit=_unit_names(measures, units))
    keys = ["unit", "metric", "period"]
    rows = estimate(sum_lines(named, standard, keys))
    if len(rows):
        rows = rows.merge(judge(named, standard, keys)[[*keys, "met"]], on=keys)
    parts = [_follow(part, standard, rules) for _, part in rows.groupby(["unit", "metric"])]
    if not parts:
        return pd.DataFrame(columns=list(results.VERTICAL_COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(results.VERTICAL_COLUMNS)]


def _unit_names(measures: pd.DataFrame, units: list[str]) -> "pd.Series[str] | str":
    if not units:
        return schema.OVERALL
    return measures[units].astype(str).agg(" / ".join, axis=1)


def _follow(rows: pd.DataFrame, standard: Standard, rules: str) -> pd.DataFrame:
    """Chart, signals and persistence of one unit and metric."""
    rows = _with_gaps(rows)
    usable = rows["complete"].eq(True) & (rows["n"] >= standard.count_only_below)
    rows["usable"] = usable.to_numpy(dtype=bool)
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
    graded = [_grade(rows, position, standard) for position in range(len(rows))]
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
    return full.assign(n=full["n"].fillna(0).astype("int64"))


def _chart(rows: pd.DataFrame) -> ControlChart:
    kind, include = rows["kind"].iloc[0], rows["usable"].to_numpy()
    n, total = rows["n"].to_numpy(dtype=float), rows["total"].to_numpy(dtype=float)
    total = np.where(n > 0, total, 0.0)
    if kind == "share":
        return p_chart(total, n, include=include)
    if kind == "per_hundred":
        return u_chart(total, n / PER_HUNDRED, include=include)
    return xmr(rows["value"].to_numpy(dtype=float), include=include)


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
        elif _surely_beyond(row, row["lower_limit"], row["upper_limit"]):
            texts.append("consistently_failed")
        else:
            ends = [_beyond(row, row[name]) for name in ("lower_limit", "upper_limit")]
            texts.append("inconsistent" if max(ends) > 0 else "consistently_met")
    return texts


def _beyond(row: "dict[str, Any] | pd.Series[Any]", value: float) -> float:
    return float(excess(value, row["target"], row["direction"], row["target_upper"]))


def _surely_beyond(row: "dict[str, Any] | pd.Series[Any]", lower: float, upper: float) -> bool:
    """Whether all of an interval misses the target, on one side of it."""
    if row["direction"] == BETWEEN:
        return bool(lower > row["target_upper"] or upper < row["target"])
    return min(_beyond(row, lower), _beyond(row, upper)) > 0


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


def _grade(rows: pd.DataFrame, position: int, standard: Standard) -> tuple[str, str]:
    row = rows.iloc[position]
    if row["met"] is None:
        return "none", "none"
    if row["met"]:
        sure = max(_beyond(row, row["lower"]), _beyond(row, row["upper"])) == 0
        return "met", "stable" if sure else "marginal"
    if row["run_length"] < standard.persistent_months:
        return "occasional", "special_cause" if row["concerns"] else "may_be_noise"
    strong = row["n"] >= standard.judge_from and _is_lasting(rows, position)
    return "persistent", "strong" if strong else "weak"


def _is_lasting(rows: pd.DataFrame, position: int) -> bool:
    row = rows.iloc[position]
    if row["assurance"] == "consistently_failed" or set(row["concerns"].split()) & set(SHIFTS):
        return True
    run = rows.iloc[position - row["run_length"] + 1 : position + 1]
    pooled = run[["n", "total", "total_squares"]].sum().to_frame().T
    pooled = pooled.assign(kind=row["kind"], signed=row["signed"])
    both = estimate(pooled.astype({"n": float}), LASTING_CONFIDENCE).iloc[0]
    ends = {end: float(np.average(run[end], weights=run["n"])) for end in TARGET_ENDS}
    aim = {"direction": row["direction"]} | ends
    return _surely_beyond(aim, float(both["lower"]), float(both["upper"]))
