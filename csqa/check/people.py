"""Findings about agents: hours that nobody answers for, shared accounts, ids met once."""

from collections.abc import Iterator

import pandas as pd

from csqa import words
from csqa.check.findings import Finding, list_some

HOURS_OF_NOBODY = 16
"""Different hours of one day with contacts: two shifts, more than one person works."""
FEWEST_DAYS = 5
"""Days with contacts in the span looked at; in fewer, one day of work says nothing."""


def find_in_agents(
    hours: pd.DataFrame, agents: pd.DataFrame, period: str, language: str
) -> Iterator[Finding]:
    """Say which hours have no agent, and which agents are hardly one person.

    Parameters
    ----------
    hours, agents : DataFrame
        From :func:`csqa.engine.coverage.count_hours` and ``count_agents``.
    period : str
        The month they are of; empty for all.
    language : {"zh", "en"}
        Of the names.
    """
    if agents.empty:
        return
    yield from _hours(hours, period, language)
    shared = agents[agents["hours"] >= HOURS_OF_NOBODY].sort_values("hours", ascending=False)
    if len(shared):
        facts = {
            "agents": list_some(shared["agent_id"], language),
            "hours": _span(int(shared["hours"].min()), int(shared["hours"].max())),
        }
        kind = "agents_around_the_clock"
        yield Finding(kind, facts, "contacts", "agent_id", period, value=len(shared))
    once = agents[agents["days"] == 1]
    if len(once) and agents["days"].max() >= FEWEST_DAYS:
        names = list_some(once["agent_id"], language)
        scope = _scope(period, language)
        facts = {"n": f"{len(once):,}", "agents": names, "scope": scope}
        yield Finding("agents_on_one_day", facts, "contacts", "agent_id", period, value=len(once))


def _hours(hours: pd.DataFrame, period: str, language: str) -> Iterator[Finding]:
    nobody = hours[hours["with_agent"] == 0]
    if nobody.empty or not hours["with_agent"].sum():
        return
    n = int(nobody["n"].sum())
    facts = {"hours": name_hours(nobody["hour"].tolist(), language), "n": f"{n:,}"}
    yield Finding("hours_without_agent", facts, "contacts", "agent_id", period, value=n)


def name_hours(hours: list[int], language: str = "zh") -> str:
    """Name hours of the day, runs of them as one span.

    Examples
    --------
    >>> name_hours([0, 1, 2, 23]), name_hours([5], "en")
    ('0:00–3:00、23:00–24:00', '5:00–6:00')
    """
    spans: list[list[int]] = []
    for hour in sorted(hours):
        if spans and hour == spans[-1][1]:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    return words.join((f"{first}:00–{end}:00" for first, end in spans), language)


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _scope(period: str, language: str) -> str:
    if not period:
        return ""
    return f"在 {period} " if language == "zh" else f" in {period}"
