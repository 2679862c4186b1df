"""What csqa says of the incident log, by its public functions, as it is and four ways changed."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import csqa
from csqa import Dataset
from tests.case_study_log import LOG_ENDS, MONTHS, list_incidents, read_events, split_change
from tests.conftest import ROOT, SHARED

LOG = SHARED / "data" / "uci_incident" / "incident_event_log.zip"
STANDARD = ROOT / "docs" / "examples" / "uci_incident" / "standard.yml"
PERIOD = MONTHS[-1]
STRATA = {"team": ["priority", "topic"], "agent_id": ["team", "priority", "topic"]}
SILENT = ("no_difference", "too_few")
NAMED = ("worse", "better")
BUSY_FROM = 30
"""Incidents of one caller in three months, from which a person can hardly be behind them."""
LAST_WEEK = "2016-W21"
VARIANTS = ("plain", "light", "moved", "first")
ABOUT = [
    "volume_drop",
    "twins",
    "busiest_customer",
    "resolved_without_time",
    "agents_around_the_clock",
]


@dataclass(frozen=True)
class Study:
    """Everything the document is made of."""

    incidents: pd.DataFrame
    """By plain pandas."""
    across: pd.DataFrame
    """csqa's horizontal comparison by ``level`` (team, agent_id), with a column per variant."""
    rows: dict[str, int]
    busy: list[int]
    """Callers, and their incidents, that the variant ``light`` leaves out."""
    warnings: list[str]
    months: pd.DataFrame
    medians: "pd.Series[float]"
    weeks: pd.DataFrame
    weeks_uncut: pd.DataFrame
    """The same, had one not known that the log ends in May."""
    months_uncut: pd.DataFrame
    change: "pd.Series[float]"


def make_study() -> Study:
    """Run the whole analysis: about fifteen seconds."""
    standard = csqa.read_standard(STANDARD)
    events = read_events(LOG)
    incidents = list_incidents(events)
    whole = csqa.load(LOG, mapping="servicenow")
    contacts = whole.contacts
    contacts = contacts[contacts["created_at"] < LOG_ENDS.tz_localize("UTC")]
    busy = _busy_callers(incidents)
    across = pd.concat([_compare(contacts, level, incidents, list(busy.index)) for level in STRATA])
    monthly, weekly = (csqa.measure(_load(contacts), standard, every=e) for e in ("month", "week"))
    uncut = csqa.measure(whole, standard, every="week", until="2016-W22")
    checks = csqa.check(whole)
    told = checks[checks["kind"].isin(ABOUT)].drop_duplicates("kind")
    quantiles = csqa.measure_quantiles(_load(contacts), standard, probabilities=[0.5])
    medians = quantiles[quantiles["metric"] == "resolution_time"].set_index("period")["value"]
    return Study(
        incidents=incidents,
        across=across,
        rows={"events": len(events), "incidents": len(contacts), "loaded": len(whole.contacts)},
        busy=[len(busy), int(busy.sum())],
        warnings=told["note"].to_list(),
        months=csqa.compare_vertical(monthly, standard),
        medians=medians,
        weeks=csqa.compare_vertical(weekly[weekly["period"] <= LAST_WEEK], standard),
        weeks_uncut=csqa.compare_vertical(uncut, standard),
        months_uncut=csqa.compare_vertical(csqa.measure(whole, standard), standard),
        change=split_change(incidents),
    )


def _load(contacts: pd.DataFrame) -> Dataset:
    return csqa.load(contacts, time_zone="Etc/UTC")


def _busy_callers(incidents: pd.DataFrame) -> "pd.Series[int]":
    counts = incidents["caller"].value_counts()
    return counts[counts >= BUSY_FROM]


def _compare(
    contacts: pd.DataFrame, level: str, incidents: pd.DataFrame, busy: list[str]
) -> pd.DataFrame:
    """Judge all units of one level, and say what each variant would have said of them."""
    by = [level, *STRATA[level]]
    base = _judge(contacts, level, by)
    moved = incidents.set_index("number")["moved"].map({True: "+", False: ""})
    with_moves = contacts["topic"] + contacts["contact_id"].map(moved).fillna("")
    variants = {
        "plain": _judge(contacts, level, [level]),
        "light": _judge(contacts[~contacts["customer_id"].isin(busy)], level, by),
        "moved": _judge(contacts.assign(topic=with_moves), level, by),
        "first": _judge(contacts.assign(agent_id=contacts["first_agent_id"]), level, by),
    }
    for name, rows in variants.items():
        base[name] = rows["verdict"]
    # A topic is half of what makes a contact a repeated one: finer topics, fewer repeats.
    base.loc[base.index.get_level_values("metric") == "first_contact_resolution", "moved"] = None
    if level == "team":
        base["first"] = None
    return base.reset_index().assign(level=level)


def _judge(contacts: pd.DataFrame, level: str, by: list[str]) -> pd.DataFrame:
    standard = csqa.read_standard(STANDARD)
    measures = csqa.measure(_load(contacts), standard, by=by, until=PERIOD)
    across = csqa.compare_horizontal(measures, standard, unit=level, period=PERIOD, months=3)
    return across.set_index(["unit", "metric"])


def available() -> bool:
    """Whether the public log lies beside the project."""
    return Path(LOG).exists()
