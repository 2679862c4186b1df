"""link_problems: surface problem, root cause, measure, verification, kept together by ids (G8)."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa import schema
from csqa.cause_results import NO_CAUSE
from csqa.engine.cause_names import Names, name_cause
from csqa.engine.problem_cases import choose_cases, count_causes
from csqa.frames import records
from csqa.problem_results import LINK_COLUMNS
from csqa.rules.metric_names import EVERYBODY, name_metrics
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

MOST_CAUSES = 3
"""Causes of a problem that a measure is asked for."""

SAME_WORDS = 0.5
"""Share of a cause's name, in pairs of characters, that a plan's words must hold to mean it."""

ACTION_TEXTS = ("root_cause", "measure", "owner", "verified")


def link_problems(
    problems: pd.DataFrame,
    causes: pd.DataFrame | None = None,
    actions: pd.DataFrame | None = None,
    standard: Standard | None = None,
    *,
    facts: pd.DataFrame | None = None,
    stated: pd.DataFrame | None = None,
    names: Names = None,
    most: int = MOST_CAUSES,
) -> pd.DataFrame:
    """Link problems, the causes found in their cases, the plan's measures and their verification.

    Parameters
    ----------
    problems : DataFrame
        From :func:`csqa.list_problems`.
    causes : DataFrame, optional
        From :func:`csqa.tag_causes`.
    actions : DataFrame, optional
        The plan, as :data:`csqa.schema.ACTIONS` or from :func:`csqa.check_plan`.
    standard : Standard, optional
        Its names tell which metric a measure is for. Default: the shipped one.
    facts : DataFrame, optional
        From :func:`csqa.gather_facts`: which cases are a problem's.
    stated : DataFrame, optional
        Causes tagged in what the plan writes as root causes: :func:`csqa.tag_causes` of a table
        with ``action_id`` as ``case_id`` and ``root_cause`` as ``text``.
    names : Fishbone or mapping of id to name, optional
        Of the causes: a plan that writes a cause's name means it.
    most : int
        Causes of each problem, the most frequent, that a measure is asked for.

    Returns
    -------
    DataFrame, one row per chain
        :data:`csqa.problem_results.LINK_COLUMNS`, in the order of the problems, then of the
        causes. A measure whose root cause no case shows stands without a cause; what lacks is
        said in ``gap``: ``no_cause``, ``no_measure``, ``not_verified`` (done, but the effect was
        not checked).

    Notes
    -----
    A measure is for a problem if it names the metric, and the unit or everybody. It is for a cause
    if ``stated`` says so, or if its root cause or its text holds the cause's name or half of its
    pairs of characters.

    Examples
    --------
    >>> problems = pd.DataFrame({"problem_id": ["Q-csat-all"], "metric": ["csat"]})
    >>> problems = problems.assign(unit_kind="all", unit="all", period="2025-06", since="2025-05")
    >>> plan = pd.DataFrame({"action_id": ["A1"], "metric": ["客户满意度"], "unit": ["全部"]})
    >>> plan = plan.assign(root_cause="外包安装预约改期", measure="提前通知", status="done")
    >>> causes = pd.DataFrame({"case_id": ["1"], "bone": ["process"], "cause": ["appointment"]})
    >>> links = link_problems(problems, causes, plan, names={"appointment": "预约改期"})
    >>> links[["cause", "action_id", "gap"]].values.tolist()
    [['appointment', 'A1', 'not_verified']]
    """
    standard = standard or read_standard()
    plan = _list_actions(actions, name_metrics(standard))
    meant = _meant(stated)
    rows = []
    for problem in records(problems):
        found = _top_causes(problem, causes, facts, standard, most)
        fitting = [action for action in plan if _is_for(action, problem)]
        for cause, action in _pair(found, fitting, meant, names):
            rows.append(_chain(problem, cause, action))
    links = pd.DataFrame(rows, columns=list(LINK_COLUMNS))
    return links.astype({"cases": "Int64", "share": "float64"})


def _list_actions(actions: pd.DataFrame | None, keys: Mapping[str, str]) -> list[dict[str, Any]]:
    if actions is None or actions.empty:
        return []
    metric = actions["metric"].fillna("").astype("str").str.strip().map(keys).fillna("")
    plan = actions.assign(metric_key=metric).reindex(
        columns=["metric_key", "action_id", "unit", "due", "status", *ACTION_TEXTS]
    )
    return [
        row | {name: _plain(row[name]) for name in (*ACTION_TEXTS, "unit", "status", "action_id")}
        for row in records(plan)
    ]


def _plain(value: Any) -> str:
    return "" if pd.isna(value) else str(value).strip()


def _meant(stated: pd.DataFrame | None) -> set[tuple[str, str]]:
    """Pairs of action and cause that the plan's own words tell."""
    if stated is None:
        return set()
    rows = stated[stated["cause"] != NO_CAUSE]
    return set(zip(rows["case_id"].astype("str"), rows["cause"], strict=True))


def _top_causes(
    problem: dict[str, Any],
    causes: pd.DataFrame | None,
    facts: pd.DataFrame | None,
    standard: Standard,
    most: int,
) -> list[dict[str, Any]]:
    if causes is None:
        return []
    if facts is not None:
        chosen = choose_cases(problem, facts, standard)
        causes = causes[causes["case_id"].isin(set(chosen.rows["case_id"]))]
    counted = count_causes(causes)
    return records(counted[counted["cause"] != NO_CAUSE].head(most))


def _is_for(action: dict[str, Any], problem: dict[str, Any]) -> bool:
    if action["metric_key"] != problem["metric"]:
        return False
    if problem["unit_kind"] == schema.OVERALL:  # a measure for a part helps the whole
        return True
    return action["unit"] == problem["unit"] or action["unit"] in EVERYBODY


def _pair(
    found: list[dict[str, Any]],
    fitting: list[dict[str, Any]],
    meant: set[tuple[str, str]],
    names: Names,
) -> list[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Each cause with its measures; then measures whose cause no case shows."""
    pairs: list[tuple[dict[str, Any] | None, dict[str, Any] | None]] = []
    used = set()
    for cause in found:
        own = [action for action in fitting if _is_against(action, cause["cause"], meant, names)]
        used |= {action["action_id"] for action in own}
        pairs += [(cause, action) for action in own] or [(cause, None)]
    pairs += [(None, action) for action in fitting if action["action_id"] not in used]
    return pairs or [(None, None)]


def _is_against(
    action: dict[str, Any], cause: str, meant: set[tuple[str, str]], names: Names
) -> bool:
    if (action["action_id"], cause) in meant:
        return True
    said = f"{action['root_cause']} {action['measure']}"
    return any(_holds(said, name_cause(cause, names, language)) for language in ("zh", "en"))


def _holds(said: str, name: str) -> bool:
    """Whether a text holds a name, or half of its pairs of characters.

    Examples
    --------
    >>> _holds("外包安装预约经常改期", "预约改期"), _holds("高峰排班人数不足", "业务知识不足")
    (True, False)
    """
    pairs = {name[place : place + 2].lower() for place in range(len(name) - 1)}
    if not pairs:
        return False
    held = sum(pair in said.lower() for pair in pairs)
    return held / len(pairs) >= SAME_WORDS


def _chain(
    problem: dict[str, Any], cause: dict[str, Any] | None, action: dict[str, Any] | None
) -> dict[str, Any]:
    row = {name: problem[name] for name in ("problem_id", "metric", "unit_kind", "unit")}
    row |= {name: cause[name] if cause else "" for name in ("bone", "cause")}
    row |= {name: cause[name] if cause else None for name in ("cases", "share")}
    row |= {name: action[name] if action else "" for name in ("action_id", *ACTION_TEXTS)}
    row |= {
        "due": action["due"] if action else pd.NaT,
        "action_status": action["status"] if action else "",
    }
    unverified = action is not None and action["status"] == "done" and not action["verified"]
    gaps = {"no_cause": cause is None, "no_measure": action is None, "not_verified": unverified}
    return row | {"gap": " ".join(name for name, lacks in gaps.items() if lacks)}
