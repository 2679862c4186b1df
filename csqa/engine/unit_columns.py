"""SQL of what contacts are grouped by: whose contact it is, which team's, at peak hours or not."""

from collections.abc import Sequence

from csqa import schema
from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import Dialect
from csqa.errors import check_option
from csqa.rules.calendar import Calendar
from csqa.rules.standard import Standard

AGENTS = {
    "assignee": "contacts.agent_id",
    "first_responder": "COALESCE(contacts.first_agent_id, contacts.agent_id)",
    "last": "COALESCE(contacts.last_agent_id, contacts.agent_id)",
}
"""Whose contact it is, by the standard's setting ``attribution``."""

TEAM_OF_THE_DAY = """LEFT JOIN {agent_teams} AS teams
    ON teams.agent_id = {agent}
    AND CAST(contacts.local_at AS DATE) >= teams.since
    AND (teams.until IS NULL OR CAST(contacts.local_at AS DATE) <= teams.until)"""


def check_units(by: Sequence[str] | str) -> list[str]:
    """List unit columns, each once.

    Raises
    ------
    RuleError
        If one is none of :data:`csqa.schema.UNITS`.

    Examples
    --------
    >>> check_units("team"), check_units(["team", "channel", "team"])
    (['team'], ['team', 'channel'])
    """
    units = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    for unit in units:
        check_option("by", unit, schema.UNITS)
    return units


def unit_fragments(data: Dataset, standard: Standard, calendar: Calendar) -> dict[str, str]:
    """Give the fragments of SQL that tell the units of a row of ``contacts``.

    Parameters
    ----------
    data : Dataset
        With contacts; with agents' teams, the team is that of the day.
    standard, calendar
        Whose contact it is; which hours are peak.

    Returns
    -------
    dict of str to str
        ``contacts`` the relation; ``agent``, ``team``, ``is_peak``; ``teams`` a join, or nothing;
        ``unknown``, ``peak`` and ``off_peak`` literals.
    """
    agent = AGENTS[standard.attribution]
    has_teams = data.has("agent_teams")
    joined = TEAM_OF_THE_DAY.format(agent=agent, agent_teams=data.relation("agent_teams"))
    return {
        "contacts": data.relation("contacts"),
        "unknown": literal(schema.UNKNOWN),
        "agent": agent,
        "team": "COALESCE(teams.team, contacts.team)" if has_teams else "contacts.team",
        "teams": joined if has_teams else "",
        "is_peak": _is_peak(calendar, data.engine.dialect),
        "peak": literal("peak"),
        "off_peak": literal("off_peak"),
    }


def unit_column(name: str, fragments: dict[str, str]) -> str:
    """SQL of one unit of a row of ``contacts``, as a name that is never NULL.

    Examples
    --------
    >>> unit_column("channel", {"unknown": "'unknown'"})
    "COALESCE(contacts.channel, 'unknown')"
    """
    if name == "peak":
        return "CASE WHEN {is_peak} THEN {peak} ELSE {off_peak} END".format(**fragments)
    told = {"team": "team", "agent_id": "agent"}
    text = fragments[told[name]] if name in told else f"contacts.{name}"
    return f"COALESCE({text}, {fragments['unknown']})"


def _is_peak(calendar: Calendar, dialect: Dialect) -> str:
    minute = dialect.minute_of_day.format(t="contacts.local_at")
    spans = [f"({minute} >= {start} AND {minute} < {end})" for start, end in calendar.peak_minutes]
    return " OR ".join(spans) or "FALSE"
