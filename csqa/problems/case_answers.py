"""How and why, from the cases of a problem: their facts, and the causes found in them."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.cause_results import NO_CAUSE
from csqa.engine.cause_names import name_cause
from csqa.engine.problem_cases import choose_cases, count_causes
from csqa.frames import records
from csqa.problems.answers import Answer, Asked

MOST_CAUSES = 5
"""Causes named in the sheet; the fishbone has all."""

LONGEST_EXAMPLE = 20
"""Characters of the words quoted with a cause."""

KINDS = {"words": "words", "facts": "fact", "learned": "learned", "audited": "audited"}
"""Kind of evidence -> its text."""

FLAGS = ("repeated", "reopened")


def tell_course(asked: Asked, facts: pd.DataFrame | None) -> Answer:
    """How: transfers, further contacts, reopened contacts and waits of the problem's cases."""
    blank = Answer("how", "course")
    if facts is None:
        return blank
    chosen = choose_cases(asked.problem, facts, asked.standard)
    said = [
        _say_share(asked, what, flag) for what, flag in _list_flags(asked, chosen.rows) if len(flag)
    ]
    if "longest_wait_seconds" in chosen.rows:
        waits = pd.to_numeric(chosen.rows["longest_wait_seconds"]).dropna()
        if len(waits):
            wait = words.format_value(float(waits.median()), "seconds", asked.language)
            said.append(asked.say("wait", wait=wait))
    if not said:
        return blank
    basis = asked.say(chosen.basis)
    evidence = asked.say("facts", basis=basis, months=_months(asked, chosen.rows))
    evidence += _say_few(asked, len(chosen.rows))
    return Answer("how", "course", asked.join(said), evidence, len(chosen.rows))


def _list_flags(asked: Asked, rows: pd.DataFrame) -> "list[tuple[str, pd.Series[Any]]]":
    """What may have happened to a case, and to which of those where it is known it did."""
    listed = []
    if "departments" in rows:
        known = pd.to_numeric(rows["departments"]).dropna()
        least = asked.standard.transferred_from
        what = asked.say("transferred", from_=f"{least:g}")
        listed.append((what, known >= least))
    for flag in FLAGS:
        if flag in rows:
            listed.append((asked.say(flag), rows[flag].dropna().astype(bool)))
    return listed


def _say_share(asked: Asked, what: str, flag: "pd.Series[Any]") -> str:
    share = words.format_value(float(flag.mean()), "share", asked.language, short=True)
    return asked.say("share", what=what, count=int(flag.sum()), share=share)


def tell_causes(asked: Asked, causes: pd.DataFrame | None, facts: pd.DataFrame | None) -> Answer:
    """Why: causes found in the problem's cases, how often, and by what evidence."""
    blank = Answer("why", "causes")
    if causes is None:
        return blank
    basis, months = "everything", asked.months
    if facts is not None:
        chosen = choose_cases(asked.problem, facts, asked.standard)
        causes = causes[causes["case_id"].isin(set(chosen.rows["case_id"]))]
        basis, months = chosen.basis, _months(asked, chosen.rows)
    counted = count_causes(causes)
    if counted.empty:
        return blank
    named = counted[counted["cause"] != NO_CAUSE]
    said = [_say_cause(asked, row, causes) for row in records(named.head(MOST_CAUSES))]
    said += [_say_rest(asked, row) for row in records(counted[counted["cause"] == NO_CAUSE])]
    evidence = asked.say(
        "causes",
        kinds=_say_kinds(asked, causes),
        basis=asked.say(basis),
        months=months,
    )
    evidence += _say_few(asked, int(counted["n"].iloc[0]))
    if "audited" not in set(causes.get("kind", ())):
        evidence += asked.say("unaudited")
    return Answer("why", "causes", asked.join(said), evidence, int(counted["n"].iloc[0]))


def _months(asked: Asked, rows: pd.DataFrame) -> str:
    """Months that the cases are of: facts may have been gathered of fewer than the run has."""
    if "period" not in rows or rows["period"].dropna().empty:
        return asked.months
    first, last = rows["period"].min(), rows["period"].max()
    return asked.say("months", since=first, period=last) if first != last else str(last)


def _say_few(asked: Asked, n: int) -> str:
    least = asked.standard.judge_from
    return asked.say("few_cases", least=least) if n < least else ""


def _say_cause(asked: Asked, row: dict[str, Any], causes: pd.DataFrame) -> str:
    said = _find_example(causes[causes["cause"] == row["cause"]], asked.language)
    return asked.say(
        "cause",
        name=name_cause(row["cause"], asked.names, asked.language),
        count=row["cases"],
        share=words.format_value(row["share"], "share", asked.language, short=True),
        interval=words.format_interval(row["lower"], row["upper"], "share", asked.language),
        example=asked.say("example", words=said) if said else "",
    )


def _find_example(causes: pd.DataFrame, language: str) -> str:
    """The customers' words that speak for a cause most often, masked."""
    if not {"kind", "evidence"} <= set(causes):
        return ""
    said = causes.loc[causes["kind"] == "words", "evidence"].dropna().astype("str").str.strip()
    said = said[said != ""]
    if said.empty:
        return ""
    counted = said.value_counts()
    from csqa.engine.personal import mask_text  # its patterns take long to import

    most = min(counted[counted == counted.max()].index)
    shown = mask_text(most, language=language)
    return shown if len(shown) <= LONGEST_EXAMPLE else shown[: LONGEST_EXAMPLE - 1] + "…"


def _say_rest(asked: Asked, row: dict[str, Any]) -> str:
    share = words.format_value(row["share"], "share", asked.language, short=True)
    return asked.say("unclassified", count=row["cases"], share=share)


def _say_kinds(asked: Asked, causes: pd.DataFrame) -> str:
    counts = causes["kind"].value_counts() if "kind" in causes else pd.Series(dtype="int64")
    said = [
        asked.say(key).format(int(counts[kind])) for kind, key in KINDS.items() if kind in counts
    ]
    return words.join(said, asked.language) or "–"
