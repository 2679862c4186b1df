"""Which cases belong to a problem, and how often each cause is found in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csqa.cause_results import NO_CAUSE
from csqa.engine.misses import worse_side
from csqa.problem_results import CAUSE_COUNT_COLUMNS
from csqa.rules.measures import measure_of
from csqa.rules.standard import AT_LEAST, AT_MOST, Standard
from csqa.schema import OVERALL
from csqa.stats import wilson

FLAGS: dict[str, tuple[str, ...]] = {
    "complaint": ("complaint",),
    "csat": ("low_rating",),
    "nps": ("low_rating", "complaint"),
    "first_contact_resolved": ("repeated", "reopened"),
    "resolved": ("repeated", "reopened"),
    "reopened": ("reopened",),
    "inspections": ("failed_inspection",),
}
"""What a measure needs (columns, or its table) -> facts of which one makes a case its own."""

DURATIONS = {
    "handle_seconds": "handle_seconds",
    "first_response_at": "first_response_seconds",
}
"""What a measure needs -> the fact that is held against the limit."""

OWN, UNIT = "own", "unit"
"""Cases in which the metric itself failed, or all of the unit where there are none of those."""


@dataclass(frozen=True)
class ProblemCases:
    """The cases of a problem."""

    rows: pd.DataFrame
    """Of the facts."""
    basis: str
    """:data:`OWN` or :data:`UNIT`."""


def choose_cases(
    problem: Mapping[str, Any], facts: pd.DataFrame, standard: Standard
) -> ProblemCases:
    """Choose the cases of a problem: of its unit, of the periods missed, of its metric.

    Parameters
    ----------
    problem : mapping
        A row of ``problems``.
    facts : DataFrame
        Facts of cases.
    standard : Standard
        What the metric measures tells which cases are its own: a complaint for the complaint
        rate, a low rating for satisfaction, a contact that came again for first-contact
        resolution, a failed inspection for faults, a time over the limit for times.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> problem = {"metric": "csat", "unit_kind": "team", "unit": "A", "since": "2025-05"}
    >>> facts = pd.DataFrame({"case_id": ["1", "2"], "team": "A", "low_rating": [True, False]})
    >>> chosen = choose_cases(problem | {"period": "2025-06"}, facts, read_standard())
    >>> chosen.rows["case_id"].tolist(), chosen.basis
    (['1'], 'own')
    """
    rows = facts
    if problem["unit_kind"] != OVERALL and problem["unit_kind"] in facts:
        rows = rows[rows[problem["unit_kind"]] == problem["unit"]]
    if "period" in rows and len(problem["period"]) == len("2025-06"):
        rows = rows[rows["period"].between(problem["since"], problem["period"])]
    own = rows[_is_own(problem, rows, standard)]
    return ProblemCases(own, OWN) if len(own) else ProblemCases(rows, UNIT)


def _is_own(
    problem: Mapping[str, Any], rows: pd.DataFrame, standard: Standard
) -> "pd.Series[bool]":
    measure = measure_of(standard.metric(problem["metric"]))
    needs = (*measure.needs, *measure.any_of, measure.table)
    if "priority" in needs:  # a limit by priority, which the facts do not hold
        return pd.Series(data=False, index=rows.index)
    timed = [DURATIONS[need] for need in needs if need in DURATIONS]
    if measure.kind == "seconds" or timed:
        seconds = measure.kind == "seconds"
        direction, limit = worse_side(problem, problem["target"]) if seconds else (AT_MOST, 0.0)
        limit = limit if seconds else standard.response_limit_seconds
        tests = [_is_beyond(rows, name, direction, limit) for name in timed]
    else:
        flags = dict.fromkeys(flag for need in needs for flag in FLAGS.get(need, ()))
        tests = [rows[flag].fillna(value=False).astype(bool) for flag in flags if flag in rows]
        if "departments" in needs:
            tests.append(_is_beyond(rows, "departments", AT_LEAST, standard.transferred_from))
    return pd.DataFrame(dict(enumerate(tests)), index=rows.index).any(axis=1)


def _is_beyond(rows: pd.DataFrame, column: str, direction: str, limit: float) -> "pd.Series[bool]":
    """Whether a case is on the worse side of a limit; departments count from the limit on."""
    if column not in rows:
        return pd.Series(data=False, index=rows.index)
    values = pd.to_numeric(rows[column]).astype("float64")
    if column == "departments":
        return values >= limit
    return values > limit if direction == AT_MOST else values < limit


def count_causes(causes: pd.DataFrame) -> pd.DataFrame:
    """Count in how many cases each cause is found.

    Parameters
    ----------
    causes : DataFrame
        ``case_id``, ``bone``, ``cause``; several rows of one case and cause count once.

    Returns
    -------
    DataFrame, one row per cause, most frequent first, the unclassified last
        :data:`csqa.problem_results.CAUSE_COUNT_COLUMNS`.

    Examples
    --------
    >>> causes = pd.DataFrame({"case_id": ["1", "1", "2"], "bone": "people"})
    >>> causes["cause"] = ["careless_handling", "careless_handling", "service_attitude"]
    >>> count_causes(causes)[["cause", "cases", "share", "bone_cases"]].values.tolist()
    [['careless_handling', 1, 0.5, 2], ['service_attitude', 1, 0.5, 2]]
    """
    n = causes["case_id"].nunique()
    if not n:
        return pd.DataFrame(columns=list(CAUSE_COUNT_COLUMNS))
    rows: pd.DataFrame = causes.groupby(["bone", "cause"], as_index=False).agg(
        cases=("case_id", "nunique")
    )
    of_bone = causes.groupby("bone")["case_id"].nunique()
    lower, upper = wilson(rows["cases"].to_numpy(), n)
    rows = rows.assign(
        share=rows["cases"] / n,
        lower=lower,
        upper=upper,
        n=n,
        bone_cases=rows["bone"].map(of_bone),
        last=rows["bone"] == NO_CAUSE,
        minus=-rows["cases"],
    )
    rows = rows.sort_values(["last", "minus", "cause"], ignore_index=True)
    return rows.reindex(columns=list(CAUSE_COUNT_COLUMNS))
