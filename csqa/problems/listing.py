"""list_problems: metrics and units that miss their target lastingly; select_causes of one."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa import results, schema
from csqa.engine.misses import weigh_miss, worse_side
from csqa.engine.problem_cases import choose_cases
from csqa.engine.problem_ids import name_problem
from csqa.errors import RuleError
from csqa.frames import records
from csqa.problem_results import PROBLEM_COLUMNS
from csqa.rules.scoring import excess
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

GRADES = ("strong", "weak")
"""Of the evidence that a problem lasts, the better first."""

UNIT_KIND = "unit_kind"


def list_problems(
    over: Mapping[str, pd.DataFrame] | pd.DataFrame,
    standard: Standard | None = None,
    *,
    period: str | None = None,
) -> pd.DataFrame:
    """List the problems that last: targets missed for months running (持续), the gravest first.

    Parameters
    ----------
    over : mapping of str to DataFrame, or DataFrame
        Vertical comparisons (:func:`csqa.compare_vertical`) by what their units are (``all``,
        ``team`` …); or all of them in one table with the column ``unit_kind``.
    standard : Standard, optional
        Only its metrics are listed. Default: the shipped one.
    period : str, optional
        The reported period. Default: the last one there is.

    Returns
    -------
    DataFrame, one row per metric and unit
        :data:`csqa.problem_results.PROBLEM_COLUMNS`. Strong evidence comes before weak; then what
        weighs most: how far beyond the target (as a share of it) on how many records. A whole
        that one unit explains comes after that unit, and other parts of a whole after the whole.

    Raises
    ------
    RuleError
        If a table does not say what its units are, or does not hold the period.

    Notes
    -----
    Persistence and evidence as :func:`csqa.compare_vertical` grades them (methods.md 4.4). A unit
    explains the whole if the value of all others together meets the target of the whole.

    Examples
    --------
    >>> import csqa
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
    >>> problems = list_problems({"all": csqa.compare_vertical(measures)})
    >>> problems[["problem_id", "since", "run_length", "evidence"]].values.tolist()
    [['Q-csat-all', '2025-05', 2, 'strong']]
    """
    table = _one_table(over)
    if table.empty:
        return _as_table([])
    period = period or str(table["period"].max())
    here = table[table["period"] == period]
    if here.empty:
        msg = f"`period`：纵向对比的结果中没有 {period}，只到 {table['period'].max()}。"
        raise RuleError(msg)
    known = here["metric"].isin((standard or read_standard()).metric_keys)
    lasting = here[known & (here["persistence"] == "persistent") & (here["unit"] != schema.UNKNOWN)]
    rows = [
        row
        | {
            "problem_id": name_problem(row["metric"], row[UNIT_KIND], row["unit"]),
            **_since(table, row),
            "weight": weigh_miss(row),
        }
        for row in records(lasting)
    ]
    rows = _relate(rows, records(here))
    rows.sort(key=_precedence)
    return _as_table(rows)


def select_causes(
    problem: pd.DataFrame | Mapping[str, Any],
    causes: pd.DataFrame,
    facts: pd.DataFrame | None = None,
    standard: Standard | None = None,
) -> pd.DataFrame:
    """Select the causes found in the cases of a problem, for its fishbone and its Pareto.

    Parameters
    ----------
    problem : DataFrame or mapping
        From :func:`list_problems`: one row, or the table, of which the first row is meant.
    causes : DataFrame
        From :func:`csqa.tag_causes`.
    facts : DataFrame, optional
        From :func:`csqa.gather_facts`; without it nothing is known of the cases, and all count.
    standard : Standard, optional
        Default: the shipped one.

    Returns
    -------
    DataFrame
        The rows of ``causes`` whose cases are of the problem's unit and run of months and, if
        there are any such, failed in the metric itself: low ratings for satisfaction, contacts
        that came again for first-contact resolution, and so on.

    Examples
    --------
    >>> problem = {"metric": "csat", "unit_kind": "team", "unit": "A", "since": "2025-05"}
    >>> facts = pd.DataFrame({"case_id": ["1", "2"], "team": ["A", "B"], "low_rating": True})
    >>> causes = pd.DataFrame({"case_id": ["1", "2"], "cause": ["charges", "logistics"]})
    >>> select_causes(problem | {"period": "2025-06"}, causes, facts)["cause"].tolist()
    ['charges']
    """
    if facts is None:
        return causes
    row = first_problem(problem)
    chosen = choose_cases(row, facts, standard or read_standard())
    return causes[causes["case_id"].isin(set(chosen.rows["case_id"]))]


def first_problem(problem: pd.DataFrame | Mapping[str, Any]) -> dict[str, Any]:
    """Return the problem meant: of a table, its first row.

    Raises
    ------
    RuleError
        If the table is empty.
    """
    if not isinstance(problem, pd.DataFrame):
        return {str(name): value for name, value in problem.items()}
    if problem.empty:
        msg = "`problem`：没有持续的问题可以描述；先看 list_problems 的结果是否为空。"
        raise RuleError(msg)
    return records(problem.head(1))[0]


def _one_table(over: Mapping[str, pd.DataFrame] | pd.DataFrame) -> pd.DataFrame:
    if isinstance(over, pd.DataFrame):
        if UNIT_KIND not in over:
            msg = "`over`：合在一起的纵向对比需要 unit_kind 一列，说明对象是整体、班组还是其他。"
            raise RuleError(msg)
        return over
    named = [table.assign(**{UNIT_KIND: kind}) for kind, table in over.items() if len(table)]
    if not named:
        return pd.DataFrame(columns=[UNIT_KIND, *results.VERTICAL_COLUMNS])
    return pd.concat(named, ignore_index=True)


def _as_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    ranked = [row | {"rank": rank} for rank, row in enumerate(rows, start=1)]
    listed = pd.DataFrame(ranked, columns=list(PROBLEM_COLUMNS))
    whole = dict.fromkeys(["rank", "n", "run_length"], "int64")
    return listed.astype(whole | dict.fromkeys(["explains_whole", "from_start"], "bool"))


def _since(table: pd.DataFrame, row: Mapping[str, Any]) -> dict[str, Any]:
    """The first period of the run: a gap breaks a run, so its periods are all there."""
    keys = (UNIT_KIND, "unit", "metric")
    same = table[(table[list(keys)] == [row[key] for key in keys]).all(axis=1)]
    until = sorted(same.loc[same["period"] <= row["period"], "period"])
    since = str(until[-int(row["run_length"])])
    return {"since": since, "from_start": since == until[0]}


def _relate(rows: list[dict[str, Any]], here: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Say of each part which whole it is of, and whether it explains that."""
    wholes = {row["metric"]: row for row in here if row[UNIT_KIND] == schema.OVERALL}
    missed = {row["metric"]: row for row in rows if row[UNIT_KIND] == schema.OVERALL}
    related = []
    for row in rows:
        whole = wholes.get(row["metric"], row)
        part = row["metric"] in missed and whole is not row and row[UNIT_KIND] != schema.OVERALL
        related.append(
            row
            | {
                "part_of": missed[row["metric"]]["problem_id"] if part else "",
                "explains_whole": part and _rest_is_well(whole, row),
            }
        )
    explained = {row["part_of"] for row in related if row["explains_whole"]}
    return [row | {"explained": row["problem_id"] in explained} for row in related]


def _rest_is_well(whole: Mapping[str, Any], part: Mapping[str, Any]) -> bool:
    """Whether the whole would meet its target without a part: its value is a mean over records."""
    others = whole["n"] - part["n"]
    if others <= 0:
        return False
    rest = (whole["value"] * whole["n"] - part["value"] * part["n"]) / others
    direction, limit = worse_side(whole, whole["target"])
    return bool(excess(rest, limit, direction) == 0)


def _precedence(row: Mapping[str, Any]) -> tuple[int, bool, float, str]:
    subordinate = row["explained"] or (bool(row["part_of"]) and not row["explains_whole"])
    return GRADES.index(row["evidence"]), subordinate, -row["weight"], row["problem_id"]
