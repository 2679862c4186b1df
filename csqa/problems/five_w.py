"""describe_problem: a 5W1H sheet, filled in as far as the data know, the rest left blank."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from csqa import words
from csqa.engine.cause_names import Names
from csqa.engine.dataset import Dataset
from csqa.errors import check_option
from csqa.problem_results import FIVE_W_COLUMNS, QUESTIONS
from csqa.problems.answers import Answer, Asked
from csqa.problems.case_answers import tell_causes, tell_course
from csqa.problems.listing import first_problem
from csqa.problems.part_answers import (
    tell_agents,
    tell_hours,
    tell_peak,
    tell_places,
    tell_since,
    tell_teams,
    tell_tenure,
    tell_value,
)
from csqa.rules.calendar import Calendar
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

FILLED, OPEN = "filled", "open"
"""Status of a line: from the data, or for the meeting (待会议填写)."""


def describe_problem(
    problem: pd.DataFrame | Mapping[str, Any],
    standard: Standard | None = None,
    *,
    details: Iterable[pd.DataFrame] = (),
    across: Mapping[str, pd.DataFrame] | None = None,
    causes: pd.DataFrame | None = None,
    facts: pd.DataFrame | None = None,
    data: Dataset | None = None,
    calendar: Calendar | None = None,
    names: Names = None,
    language: str = "zh",
) -> pd.DataFrame:
    """Describe a lasting problem with 5W1H: what, where, when, who, how, why (G7).

    Parameters
    ----------
    problem : DataFrame or mapping
        From :func:`csqa.list_problems`: one row, or the table, of which the first row is meant.
    standard : Standard, optional
        Default: the shipped one.
    details : iterable of DataFrame
        Measures split by the unit and more columns (channel, scene, topic, peak, agent_id): they
        are summed up, nothing is measured again. What no table is split by stays blank.
    across : mapping of str to DataFrame, optional
        Horizontal comparisons; agents are named only by the verdicts of ``agent_id``.
    causes : DataFrame, optional
        From :func:`csqa.tag_causes`; those of the problem's cases are taken.
    facts : DataFrame, optional
        From :func:`csqa.gather_facts`.
    data : Dataset, optional
        Only for the hours and weekdays, which cost one pass over the contacts; without it that
        line stays blank.
    calendar : Calendar, optional
        Of the peak hours, with ``data``.
    names : Fishbone or mapping of id to name, optional
        Of the causes.
    language : {"zh", "en"}
        Of the answers.

    Returns
    -------
    DataFrame, one row per line of the sheet
        :data:`csqa.problem_results.FIVE_W_COLUMNS`, in the order of the questions. What the data
        cannot tell has an empty ``answer`` and the status ``open``; so have the typical sequence
        of events and the root cause, which only people can confirm.

    Raises
    ------
    RuleError
        If there is no problem, the metric is unknown or the language.

    Notes
    -----
    A part of the work is named if it is worse than the rest with q < 0.05 over all parts compared
    (Benjamini & Hochberg 1995); intervals of differences as in ``docs/methods.md``. Numbers of
    cases are of the problem's unit and months, see :func:`csqa.select_causes`.

    Examples
    --------
    >>> import csqa
    >>> row = {"problem_id": "Q-csat-all", "metric": "csat", "kind": "share", "unit": "all"}
    >>> row |= {"unit_kind": "all", "period": "2025-06", "value": 0.8, "lower": 0.75, "upper": 0.84}
    >>> row |= {"n": 300, "target": 0.9, "target_upper": None, "direction": "at_least"}
    >>> row |= {"since": "2025-05", "run_length": 2, "evidence": "strong", "from_start": False}
    >>> sheet = csqa.describe_problem(row)
    >>> sheet["answer"][0]
    '整体 客户满意度 80.0%（95% 区间 75.0%–84.0%），目标 ≥ 90%，差 10 个百分点'
    >>> sheet.groupby("question", sort=False)["status"].first().tolist()
    ['filled', 'open', 'filled', 'open', 'open', 'open']
    """
    check_option("language", language, words.LANGUAGES)
    row = first_problem(problem)
    asked = Asked(row, standard or read_standard(), list(details), names, language)
    answers = [
        tell_value(asked),
        tell_places(asked),
        tell_since(asked),
        tell_peak(asked),
        tell_hours(asked, data, calendar),
        *tell_teams(asked),
        tell_agents(asked, across),
        tell_tenure(asked),
        tell_course(asked, facts),
        Answer("how", "sequence"),
        tell_causes(asked, causes, facts),
        Answer("why", "root_cause"),
    ]
    answers.sort(key=lambda answer: QUESTIONS.index(answer.question))
    rows = [
        {
            "problem_id": row["problem_id"],
            "question": answer.question,
            "aspect": answer.aspect,
            "answer": answer.text,
            "evidence": answer.evidence,
            "n": answer.n,
            "status": FILLED if answer.text else OPEN,
        }
        for answer in answers
    ]
    return pd.DataFrame(rows, columns=list(FIVE_W_COLUMNS)).astype({"n": "Int64"})
