"""What, where, when and who, from comparisons and measures that are there already."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from csqa import results, schema, words
from csqa.engine.contact_rows import fed_metrics, keep_contact_rows, sum_by_hour
from csqa.engine.dataset import Dataset
from csqa.engine.estimates import value_of
from csqa.engine.misses import worse_side
from csqa.engine.problem_parts import (
    EXPERIENCED,
    NEW,
    NEW_MONTHS,
    TENURE,
    by_tenure,
    contrast_parts,
    find_table,
    list_kinds,
    select_rows,
)
from csqa.frames import records
from csqa.periods import kind_of
from csqa.problems.answers import Answer, Asked
from csqa.problems.five_w_texts import PERIODS, WEEKDAYS
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.standard import AT_MOST

PLACES = ("channel", "scene", "topic", "priority", "customer_type")
"""Kinds of parts that are a place in the work."""

MOST_NAMED = 3
"""Parts, hours or agents named at most in one line."""

PEAK, OFF_PEAK = "peak", "off_peak"


def tell_value(asked: Asked) -> Answer:
    """What: the value with its interval, the target, and how far off it is."""
    problem = asked.problem
    _, limit = worse_side(problem, problem["target"])
    said = asked.say(
        "value",
        unit=asked.name(problem["unit_kind"], problem["unit"]),
        metric=asked.standard.metric(problem["metric"]).name(asked.language),
        value=asked.value(problem["value"]),
        interval=words.format_interval(
            problem["lower"], problem["upper"], asked.kind, asked.language
        ),
        target=words.format_target(
            problem["target"],
            problem["direction"],
            asked.kind,
            asked.language,
            upper=problem.get("target_upper") or np.nan,
        ),
        gap=asked.gap(problem["value"] - limit),
    )
    evidence = asked.say("over_time", period=problem["period"])
    return Answer("what", "value", said, evidence, int(problem["n"]))


def tell_since(asked: Asked) -> Answer:
    """When it began, and for how long it has lasted."""
    problem = asked.problem
    said = asked.say(
        "since_start" if problem.get("from_start") else "since",
        since=problem["since"],
        run=problem["run_length"],
        periods=PERIODS[kind_of(problem["period"])][words.LANGUAGES.index(asked.language)],
        evidence=asked.say(problem["evidence"]),
    )
    return Answer("when", "since", said, asked.say("over_time", period=problem["period"]))


def tell_places(asked: Asked) -> Answer:
    """Where: the channels, scenes and topics in which it is worse than elsewhere."""
    return _tell_parts(asked, "where", "places", PLACES)


def tell_peak(asked: Asked) -> Answer:
    """When: in peak hours or outside."""
    if not list_kinds(asked.details, asked.problem["unit_kind"], (PEAK,)):
        return Answer("when", PEAK)
    parts = contrast_parts(asked.details, asked.problem, (PEAK,), asked.periods)
    kinds = words.label(PEAK, asked.language)
    evidence = asked.say("details", kinds=kinds, months=asked.months)
    if parts.empty:
        return Answer("when", PEAK, asked.say("too_few", kinds=kinds), evidence)
    row = records(parts)[0]
    one = asked.name(PEAK, str(row["part"]))
    other = asked.name(PEAK, OFF_PEAK if row["part"] == PEAK else PEAK)
    said = asked.sides(one, other, row)
    return Answer("when", PEAK, said, evidence, int(row["n"] + row["n_rest"]))


def tell_teams(asked: Asked) -> list[Answer]:
    """Who: the teams, where the problem is not a team's already."""
    if asked.problem["unit_kind"] in ("team", "agent_id"):
        return []
    return [_tell_parts(asked, "who", "teams", ("team",))]


def _tell_parts(asked: Asked, question: str, aspect: str, kinds: Iterable[str]) -> Answer:
    known = list_kinds(asked.details, asked.problem["unit_kind"], list(kinds))
    if not known:
        return Answer(question, aspect)
    parts = contrast_parts(asked.details, asked.problem, known, asked.periods)
    listed = words.join((words.label(kind, asked.language) for kind in known), asked.language)
    evidence = asked.say("details", kinds=listed, months=asked.months)
    if parts.empty:
        return Answer(question, aspect, asked.say("too_few", kinds=listed), evidence)
    n = int(parts["n"].iloc[0] + parts["n_rest"].iloc[0])
    worse = records(parts[parts["worse"]].head(MOST_NAMED))
    if not worse:
        nowhere = asked.say("nowhere", kinds=listed, parts=len(parts))
        return Answer(question, aspect, nowhere, evidence, n)
    said = asked.join([_say_part(asked, part) for part in worse]) + asked.say("real")
    return Answer(question, aspect, said, evidence, n)


def _say_part(asked: Asked, part: dict[str, Any]) -> str:
    return asked.say(
        "part",
        part=asked.name(part["part_kind"], str(part["part"])),
        value=asked.value(part["value"]),
        n=words.format_count(part["n"]),
        rest=asked.value(part["value_rest"]),
        gap=asked.gap(part["difference"]),
        interval=asked.gap_interval(
            part["difference"], part["difference_lower"], part["difference_upper"]
        ),
    )


def tell_hours(asked: Asked, data: Dataset | None, calendar: Calendar | None) -> Answer:
    """When: the hours and the weekday with the worst values, described only."""
    blank = Answer("when", "hours")
    metric = asked.problem["metric"]
    if data is None or metric not in fed_metrics(data, asked.standard):
        return blank
    keep_contact_rows(data, asked.standard, calendar or read_calendar())
    where = {"period": asked.periods or [asked.problem["period"]]}
    if asked.problem["unit_kind"] != schema.OVERALL:
        where[asked.problem["unit_kind"]] = [asked.problem["unit"]]
    found = sum_by_hour(data, asked.standard, metric, where)
    hours, days = (_worst(asked, found, column) for column in ("hour", "weekday"))
    if hours.empty or days.empty:
        return blank
    said = asked.say(
        "hours",
        hours=words.join(
            (_say_time(asked, "hour", row) for row in records(hours.head(MOST_NAMED))),
            asked.language,
        ),
        days=_say_time(asked, "day", records(days)[0]),
    )
    n = int(found["n"].sum())
    return Answer("when", "hours", said, asked.say("by_hour", months=asked.months), n)


def _worst(asked: Asked, found: pd.DataFrame, column: str) -> pd.DataFrame:
    """Hours or weekdays with enough records, the worst first."""
    sums = found.groupby(column, as_index=False)[["n", "total"]].sum()
    sums = sums[sums["n"] >= asked.standard.judge_from]
    n, total = (sums[name].to_numpy(dtype=float) for name in ("n", "total"))
    direction, _ = worse_side(asked.problem, asked.problem["target"])
    sums = sums.assign(value=value_of(asked.kind, n, total))
    return sums.sort_values(["value", column], ascending=[direction != AT_MOST, True])


def _say_time(asked: Asked, key: str, row: dict[str, Any]) -> str:
    values = {"value": asked.value(row["value"]), "n": words.format_count(row["n"])}
    if key == "hour":
        return asked.say("hour", hour=int(row["hour"]), **values)
    day = WEEKDAYS[int(row["weekday"])][words.LANGUAGES.index(asked.language)]
    return asked.say("day", day=day, **values)


def tell_agents(asked: Asked, across: Mapping[str, pd.DataFrame] | None) -> Answer:
    """Who: agents outside the limits of their peers' work, and no others."""
    table = (across or {}).get("agent_id")
    if table is None or asked.problem["unit_kind"] == "agent_id":
        return Answer("who", "agents")
    rows = table[(table["metric"] == asked.problem["metric"]) & (table["n_period"] > 0)]
    rows = rows[rows["unit"].isin(_agents_of(asked))]
    judged = rows[rows["verdict"] != results.TOO_FEW]
    months = int(rows["months"].max()) if len(rows) else 1
    evidence = asked.say("across", months=months)
    if judged.empty:
        return Answer("who", "agents", asked.say("few_agents"), evidence)
    worse = judged[judged["verdict"] == results.WORSE].sort_values("unit")
    if worse.empty:
        said = asked.say("nobody", count=len(judged))
        return Answer("who", "agents", said, evidence, int(judged["n"].sum()))
    named = words.join((_say_agent(asked, row) for row in records(worse)), asked.language)
    said = asked.say("outside", agents=named)
    return Answer("who", "agents", said, evidence, int(judged["n"].sum()))


def _agents_of(asked: Asked) -> set[str]:
    """Agents with work in the unit in the period."""
    kind, unit = asked.problem["unit_kind"], asked.problem["unit"]
    found: set[str] = set()
    for table in asked.details:
        if "agent_id" in table and (kind == schema.OVERALL or kind in table):
            rows = table[table["period"] == asked.problem["period"]]
            rows = rows if kind == schema.OVERALL else rows[rows[kind] == unit]
            found |= set(rows["agent_id"]) - {schema.UNKNOWN}
    return found


def _say_agent(asked: Asked, row: dict[str, Any]) -> str:
    return asked.say(
        "agent",
        unit=asked.name("agent_id", row["unit"]),
        value=asked.value(row["value"]),
        n=words.format_count(row["n"]),
        expected=asked.value(row["expected"]),
    )


def tell_tenure(asked: Asked) -> Answer:
    """Who: new agents against experienced ones."""
    blank = Answer("who", TENURE)
    kind = asked.problem["unit_kind"]
    table = find_table(asked.details, kind, "agent_id")
    if table is None or kind == "agent_id":
        return blank
    split = by_tenure(table)
    evidence = asked.say("agents", months=asked.months)
    parts = contrast_parts([split], asked.problem, (TENURE,), asked.periods)
    if parts.empty:
        return _tell_few(asked, split, evidence)
    row = next((one for one in records(parts) if one["part"] == NEW), records(parts)[0])
    names = {NEW: asked.say(NEW, months=NEW_MONTHS), EXPERIENCED: asked.say(EXPERIENCED)}
    other = names[EXPERIENCED if row["part"] == NEW else NEW]
    said = asked.sides(names[row["part"]], other, row)
    return Answer("who", TENURE, said, evidence, int(row["n"] + row["n_rest"]))


def _tell_few(asked: Asked, split: pd.DataFrame, evidence: str) -> Answer:
    """Why new and experienced agents are not compared."""
    rows = select_rows(split, asked.problem, set(asked.periods))
    if rows.empty:
        return Answer("who", TENURE)
    new = int(rows.loc[rows[TENURE] == NEW, "n"].sum())
    key = "few_new" if new else "no_new"
    said = asked.say(key, months=NEW_MONTHS, n=words.format_count(new))
    return Answer("who", TENURE, said, evidence, int(rows["n"].sum()))
