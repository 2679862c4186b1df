"""brief: the few things a manager must know, from all that was compared.

Only what is hardly chance qualifies: persistent with strong evidence, a special cause, a unit
outside its limits after correction, a topic that surely rises. If nothing does, that is said.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from csqa import results, schema, sentences
from csqa.engine.before_after import EVERYBODY
from csqa.engine.evidence import NORMAL_95
from csqa.engine.locate import locate
from csqa.frames import records
from csqa.periods import months_back
from csqa.rules.scoring import excess
from csqa.rules.standard import AT_LEAST, AT_MOST, BETWEEN, Standard
from csqa.rules.standard_reader import read_standard

NOBODY: dict[str, Any] = {"action": "none", "owner": "", "action_id": "", "overdue_days": 0}
"""Where the plan has no measure that fits."""

THREE_SIGMA = 3.0
"""As far as the limits of a control chart lie from its centre."""

SURELY_MISSED = 0.95
"""Chance that the true value misses the target, from which on a unit is named for attention."""

KINDS = ("run", "topic", "agent")
"""A unit against its target, a topic that rises, a unit against its peers."""

COLUMNS = (
    "rank",
    "kind",
    "unit_kind",
    "unit",
    "metric",
    "value",
    "n",
    "persistence",
    "evidence",
    "run_length",
    "owner",
    "action_id",
    "title",
    "sentence",
)


def brief(
    *,
    period: str,
    over: Mapping[str, pd.DataFrame],
    across: Mapping[str, pd.DataFrame],
    topics: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
    details: Iterable[pd.DataFrame] = (),
    standard: Standard | None = None,
    language: str = "zh",
) -> pd.DataFrame:
    """Select what needs attention this period, the widest first.

    Parameters
    ----------
    period : str
        The reported period.
    over : mapping of str to DataFrame
        Vertical comparisons by what their units are (``all``, ``team`` …).
    across : mapping of str to DataFrame
        Horizontal comparisons, likewise (``agent_id``).
    topics : DataFrame, optional
        From :func:`csqa.rank_topics`, of complaints.
    plan : DataFrame, optional
        From :func:`csqa.check_plan`: who is at it.
    details : iterable of DataFrame
        Measures split by a unit and one more column: where in its work it happens.
    standard : Standard, optional
        Default: the shipped one.
    language : {"zh", "en"}
        Of the sentences.

    Returns
    -------
    DataFrame, one row per thing to know, most important first
        ``rank``; ``kind``: ``run`` (a target missed), ``topic``, ``agent``; ``unit_kind``,
        ``unit``, ``metric``; ``value``, ``n``; ``persistence``, ``evidence``, ``run_length``;
        ``owner``, ``action_id``; ``title`` (who and what, in a few words); ``sentence``.
    """
    standard = standard or read_standard()
    details = list(details)
    rising = _topics(topics)
    runs = _unexplained(_runs(over, period, details), rising)
    lasting = [row for row in runs if row["persistence"] == "persistent"]
    found = [
        *lasting,
        *rising,
        *_standing_out(across, period, details),
        *(row for row in runs if row not in lasting),
    ]
    rows = []
    for rank, thing in enumerate(found, start=1):
        thing |= _owner(thing, plan)
        said = {
            "title": sentences.title(thing, standard, language),
            "sentence": _say(thing, standard, language),
        }
        rows.append({"rank": rank} | thing | said)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"run_length": "Int64"})


def _runs(
    over: Mapping[str, pd.DataFrame], period: str, details: list[pd.DataFrame]
) -> list[dict[str, Any]]:
    """Units that surely miss a target or surely changed, in the order of the tables: wide first.

    A whole that misses hides its parts, for they are named as where it happens. A whole that is
    still on target hides nothing: there the part is the news.
    """
    certain = [
        row | {"unit_kind": unit_kind}
        for unit_kind, table in over.items()
        for row in records(table[table["period"] == period])
        if row["unit"] != schema.UNKNOWN and _is_certain(row)
    ]
    missed = {row["metric"] for row in certain if _is_missed_whole(row)}
    in_parts = {row["metric"] for row in certain if row["unit"] != schema.OVERALL}
    kept = [
        row
        for row in certain
        if _is_missed_whole(row)
        or (row["unit"] == schema.OVERALL and row["metric"] not in in_parts)
        or (row["unit"] != schema.OVERALL and row["metric"] not in missed)
    ]
    kept.sort(key=lambda row: (_PRECEDENCE.index(row["persistence"]), -_weight(row)))
    return [_run(row, period, details) for row in kept]


_PRECEDENCE = ("persistent", "occasional", "met")
"""What lasts is more urgent than what happened once, and that more than a change on target."""


def _unexplained(runs: list[dict[str, Any]], rising: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what a rising topic explains, unless a target is missed as a whole or lastingly."""
    explained = {thing["metric"] for thing in rising}
    return [
        row
        for row in runs
        if _is_missed_whole(row)
        or row["persistence"] == "persistent"
        or row["metric"] not in explained
    ]


def _is_missed_whole(row: dict[str, Any]) -> bool:
    return row["unit"] == schema.OVERALL and row["met"] is False


def _is_certain(row: dict[str, Any]) -> bool:
    if (row["persistence"], row["evidence"]) == ("persistent", "strong"):
        return True
    if "beyond_limits" in row["signals"].split():
        return row["variation"] == "concern" and _is_far(row)
    return (row["persistence"], row["evidence"]) == ("occasional", "special_cause")


def _is_far(row: dict[str, Any]) -> bool:
    """Whether a point outside its limits is also more than its own chance from the centre.

    Limits that rest on how much a few months happened to vary are sometimes too narrow by luck.
    """
    near = "lower" if row["value"] > row["center"] else "upper"
    error = abs(row["value"] - row[near]) / NORMAL_95
    return bool(abs(row["value"] - row["center"]) > THREE_SIGMA * error)


def _weight(row: dict[str, Any]) -> float:
    """Contacts that a miss amounts to: how far beyond the target, on how many of them.

    The distance is a share of the target, at most 1: a duration can be many times its target, a
    rate cannot.
    """
    _, limit = _limit(row, row["target"])
    distance = abs(row["value"] - limit) / (abs(limit) or 1.0)
    return float(min(distance, 1.0) * row["n"])


def _run(row: dict[str, Any], period: str, details: list[pd.DataFrame]) -> dict[str, Any]:
    thing = row | {"metric_kind": row["kind"], "kind": "run", "months": 1}
    return thing | _place(thing, details, period, max(row["run_length"], 1))


def _place(
    thing: dict[str, Any], details: list[pd.DataFrame], period: str, months: int
) -> dict[str, Any]:
    direction, aim = _limit(thing, thing["expected" if thing["kind"] == "agent" else "target"])
    placed = locate(
        details,
        thing["metric_kind"],
        unit_kind=thing["unit_kind"],
        unit=thing["unit"],
        metric=thing["metric"],
        direction=direction,
        periods=[months_back(period, back) for back in range(months)],
    )
    well = excess(placed["outside"], aim, direction) == 0
    return placed | {"part_months": months, "rest_is_well": bool(well)}


def _limit(thing: dict[str, Any], aim: float) -> tuple[str, float]:
    """Which way is worse, and the limit on that side: of a range, the end nearest to the value."""
    if thing["direction"] != BETWEEN:
        return str(thing["direction"]), aim
    upper = thing["target_upper"]
    over = thing["value"] > (thing["target"] + upper) / 2
    end = upper if over else thing["target"]
    return AT_MOST if over else AT_LEAST, end if aim == thing["target"] else aim


def _topics(topics: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Topics that rise and are among the vital few."""
    if topics is None:
        return []
    rising = topics[(topics["verdict"] == "rising") & topics["vital"]]
    return [
        {
            "kind": "topic",
            "unit_kind": "topic",
            "unit": row["topic"],
            "metric": row["metric"],
            "value": row["share"],
            "expected": row["before"],
            "lower": row["change_lower"],
            "upper": row["change_upper"],
            "n": row["count"],
            "months": row["baseline_months"],
        }
        for row in records(rising)
    ]


def _standing_out(
    across: Mapping[str, pd.DataFrame], period: str, details: list[pd.DataFrame]
) -> list[dict[str, Any]]:
    """Units worse than peers that surely miss their target too, if any; the farthest out first."""
    found = []
    for unit_kind, table in across.items():
        worse = table[table["verdict"] == results.WORSE]
        missed = worse["miss_chance"].isna() | (worse["miss_chance"] >= SURELY_MISSED)
        # Nobody is named for a month without any work in it.
        here = worse[missed & (worse["n_period"] > 0)]
        rows = sorted(records(here), key=lambda row: -abs(row["z"]))
        for row in rows:
            thing = row | {"metric_kind": row["kind"], "kind": "agent", "unit_kind": unit_kind}
            found.append(thing | _place(thing, details, period, row["months"]))
    return found


def _owner(thing: dict[str, Any], plan: pd.DataFrame | None) -> dict[str, Any]:
    """The measure of the plan that fits best: open for this unit, open for all, done unverified."""
    if plan is None or plan.empty:
        return dict(NOBODY)
    unit = plan["unit"].fillna("").str.strip()
    mine = plan["metric_key"] == thing["metric"]
    general = unit.isin(EVERYBODY)
    own = general if thing["unit"] == schema.OVERALL else unit == thing["unit"]
    for_all = "related" if thing["unit_kind"] == "agent_id" else "open"
    fitting = {
        "open": plan[mine & plan["open"] & own],
        "unverified": plan[mine & own & plan["fault"].str.contains("not_verified")],
        for_all + " ": plan[mine & plan["open"] & general],
    }
    for action, rows in fitting.items():
        if len(rows):
            return _as_owner(rows.iloc[0], action.strip())
    return dict(NOBODY)


def _as_owner(row: "pd.Series[Any]", action: str) -> dict[str, Any]:
    return {
        "action": action,
        "owner": "" if pd.isna(row["owner"]) else str(row["owner"]),
        "action_id": str(row["action_id"]),
        "overdue_days": int(row["overdue_days"]),
    }


def _say(thing: dict[str, Any], standard: Standard, language: str) -> str:
    if thing["kind"] == "topic":
        said = sentences.about_topic(thing, language)
    elif thing["kind"] == "agent":
        said = sentences.about_agent(thing, standard, language)
    else:
        said = sentences.about_run(thing, standard, language)
    owner = sentences.about_owner(thing, language)
    return f"{said}。{owner}。" if language == "zh" else f"{said}. {owner}."
