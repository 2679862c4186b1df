"""What a process makes of stays: how long each took, by which limit, whether it came back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csqa.engine.business import business_seconds
from csqa.engine.dataset import Dataset
from csqa.engine.steps import check_steps, choose_node, fetch_stays
from csqa.errors import RuleError
from csqa.periods import check_month, first_day, last_day, months_back, next_period
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.process import Node, Process, ProcessVersion, read_process
from csqa.step_results import NODE_COLUMNS

MS_PER_HOUR = 3_600_000.0
SECONDS_PER_HOUR = 3_600.0

MOST_MONTHS = 60
"""Looked at at once; more are a slip of the keyboard."""


@dataclass(frozen=True)
class Stays:
    """Stays in the nodes of a process, and the contacts they are of."""

    rows: pd.DataFrame
    """``contact``, ``stay`` (from 1), ``node`` (place in ``nodes``), ``entered`` and ``end`` [ms],
    ``ended`` (bool), ``hours`` (so far, where it has not ended; NaN where the end is not known),
    ``limit_hours`` (NaN without one), ``returned`` (bool: the contact had left the node before),
    ``handovers``, ``gap_hours`` until the next stay begins (NaN for the last)."""
    contacts: pd.DataFrame
    """``contact_id``, ``priority``, ``unit``, ``period``, ``ended`` (bool), ``cycle_hours`` (so
    far, where it has not ended; NaN where the end is not known), ``visits``, ``handovers``."""
    nodes: tuple[Node, ...]
    """In the order of the process, then those it does not name, as contacts come to them."""
    named: int
    """How many of the nodes the process names."""
    version: ProcessVersion


def gather_period(
    data: object,
    process: Process | None,
    *,
    period: str,
    months: int,
    node: str | None = None,
    by: str | None = None,
    calendar: Calendar | None = None,
) -> Stays:
    """Gather the stays of the contacts of a month and those before it, arguments checked.

    Parameters
    ----------
    data, process, period, months, node, by, calendar
        As for :func:`csqa.measure_steps`.

    Raises
    ------
    DataError, RuleError
        As for :func:`csqa.measure_steps`.
    """
    check_month(period)
    if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= MOST_MONTHS:
        msg = f"月数应为 1 到 {MOST_MONTHS} 的整数，而不是 {months!r}。"
        raise RuleError(msg)
    checked = check_steps(data, node, by)
    periods = [months_back(period, back) for back in range(months - 1, -1, -1)]
    rules = process or read_process()
    chosen = node or choose_node(checked)
    return gather_stays(checked, rules, periods, node=chosen, by=by, calendar=calendar)


def gather_stays(
    data: Dataset,
    process: Process,
    periods: Sequence[str],
    *,
    node: str,
    by: str | None = None,
    calendar: Calendar | None = None,
) -> Stays:
    """Gather the stays of the contacts of some months, each month followed equally long.

    Parameters
    ----------
    data : Dataset
        With ``contacts`` and ``steps``.
    process : Process
        The nodes, their limits and clocks. Order and names are those at the end of the last month,
        limits those in force when a contact was created.
    periods : sequence of str
        Months, ascending.
    node, by
        As for :func:`csqa.engine.steps.fetch_stays`.
    calendar : Calendar, optional
        Business hours. Default: the shipped ones.

    Notes
    -----
    What happened to a contact is looked at up to the moment that is as long after the end of its
    month as the data reach after the end of the last one: else older months would have had more
    time to go wrong. Where the data end before the last month does, that is the month's own end.
    """
    version = process.at(last_day(periods[-1]))
    raw = fetch_stays(
        data,
        periods,
        node=node,
        handover=version.handover,
        spellings=version.spellings,
        by=by,
    )
    zone, calendar = data.time_zone, calendar or read_calendar()
    contacts = raw.contacts.assign(period=_months(raw.contacts["created"], zone))
    as_of = contacts["period"].map(_looked_until(periods, raw.now, zone)).to_numpy(dtype=float)
    nodes, named, places = _name_nodes(raw.stays, version)
    rows = raw.stays.assign(node=places, as_of=as_of[raw.stays["contact"]])
    rows = rows[rows["entered"] <= rows["as_of"]].reset_index(drop=True)
    rows = _end(rows, contacts, nodes, named, raw.now)
    rows["hours"] = _measure_hours(rows, contacts, nodes, calendar, zone)
    rows["limit_hours"] = _limits(rows, contacts, nodes, process, zone)
    first = rows.drop_duplicates(["contact", "node"]).index
    rows["returned"] = ~rows.index.isin(first)
    rows["gap_hours"] = (rows["entered_after"] - rows["end"]) / MS_PER_HOUR
    return Stays(
        rows, _sum_contacts(rows, contacts, version, calendar, zone), nodes, named, version
    )


def _months(moments: "pd.Series[float]", zone: str) -> "pd.Series[str]":
    local = pd.to_datetime(moments, unit="ms", utc=True).dt.tz_convert(zone)
    codes = local.dt.year * 100 + local.dt.month
    return codes.map({code: f"{code // 100:04d}-{code % 100:02d}" for code in codes.unique()})


def _moment(day: dt.date, zone: str) -> float:
    return float(pd.Timestamp(day).tz_localize(zone).timestamp() * 1000)


def _looked_until(periods: Sequence[str], now: float, zone: str) -> dict[str, float]:
    """Month → the moment up to which its contacts are looked at."""
    ends = {period: _moment(first_day(next_period(period)), zone) for period in periods}
    later = max(now - ends[periods[-1]], 0.0)
    return {period: min(now, end + later) for period, end in ends.items()}


def _name_nodes(
    stays: pd.DataFrame, version: ProcessVersion
) -> tuple[tuple[Node, ...], int, np.ndarray]:
    """The nodes, how many of them the process names, and the place of each row's node."""
    keys = list(map(str, stays["node"].cat.categories))
    known = [node for node in version.nodes if node.key in keys]
    # All of a process that the data speak of: a node that nobody came to is told, too.
    nodes = list(version.nodes) if known else []
    arrival = stays.groupby("node", observed=False)["stay"].mean()
    named = {node.key for node in nodes}
    others = sorted(set(keys) - named, key=lambda key: (float(arrival[key]), key))
    nodes += [_plain_node(key, version) for key in others]
    place = {node.key: number for number, node in enumerate(nodes)}
    places = np.array([place[key] for key in keys], dtype="int64")
    codes = stays["node"].cat.codes.to_numpy().astype("int64")
    return tuple(nodes), len(named), places[codes] if len(places) else codes


def _plain_node(key: str, version: ProcessVersion) -> Node:
    return Node(key, (("zh", key), ("en", key)), (), (), (), version.hours, False, False)


def _end(
    rows: pd.DataFrame, contacts: pd.DataFrame, nodes: Sequence[Node], named: int, now: float
) -> pd.DataFrame:
    """When each stay ended: when it was left, else when the next began, else as is known.

    The last stay of a contact also ends at its resolution; entering a node that closes ends it at
    once, and so does one that the process does not name after the contact was resolved.
    """
    last = (rows["contact"] != rows["contact"].shift(-1)).to_numpy()
    entered, end = rows["entered"].to_numpy(), rows["left"].to_numpy(copy=True)
    following = rows["entered_after"].to_numpy()
    end = np.where(np.isnan(end), following, end)
    of_contact = rows["contact"].to_numpy()
    resolved = contacts["resolved"].to_numpy()[of_contact]
    told = contacts["resolved_told"].to_numpy(dtype=bool)[of_contact]
    node = rows["node"].to_numpy()
    closes = np.array([one.closes for one in nodes], dtype=bool)[node]
    unsaid = last & np.isnan(end)
    end = np.where(unsaid & closes, entered, end)
    end = np.where(unsaid & ~closes & (resolved >= entered), resolved, end)
    end = np.where(unsaid & ~closes & (resolved < entered) & (node >= named), entered, end)
    # Resolved, nobody told when: it has ended at a time that is not known.
    unknown = np.isnan(end) & last & told & np.isnan(resolved)
    as_of = rows["as_of"].to_numpy()
    # What is known to have ended later than the last step (a resolution) has ended all the same.
    ended = ~np.isnan(end) & ((end <= as_of) | (as_of >= now))
    end = np.where(ended, end, as_of)
    end = np.where(unknown, np.nan, end)
    after = np.where(following <= as_of, following, np.nan)
    return rows.assign(end=end, ended=ended | unknown, entered_after=after)


def _measure_hours(
    rows: pd.DataFrame,
    contacts: pd.DataFrame,
    nodes: Sequence[Node],
    calendar: Calendar,
    zone: str,
) -> np.ndarray:
    business = np.array([node.hours == "business" for node in nodes], dtype=bool)
    chosen = business[rows["node"].to_numpy()] if len(nodes) else np.zeros(0, dtype=bool)
    channel = contacts["channel"].iloc[rows["contact"].to_numpy()].reset_index(drop=True)
    return _hours(rows["entered"], rows["end"], chosen, channel, calendar, zone)


def _hours(
    start: "pd.Series[float]",
    end: "pd.Series[float]",
    business: np.ndarray,
    channel: "pd.Series[str]",
    calendar: Calendar,
    zone: str,
) -> np.ndarray:
    """Hours between moments, of business where so chosen."""
    hours: np.ndarray = ((end - start) / MS_PER_HOUR).to_numpy(copy=True)
    if business.any():
        first, last = (pd.to_datetime(one[business], unit="ms", utc=True) for one in (start, end))
        seconds = business_seconds(first, last, calendar, channel[business], zone)
        hours[business] = seconds.to_numpy() / SECONDS_PER_HOUR
    return hours


def _limits(
    rows: pd.DataFrame,
    contacts: pd.DataFrame,
    nodes: Sequence[Node],
    process: Process,
    zone: str,
) -> np.ndarray:
    """The limit of each visit, by its node, the contact's priority and the version of its day."""
    starts = [_moment(version.effective, zone) for version in process.versions[1:]]
    version = np.searchsorted(starts, contacts["created"].to_numpy(), side="right")
    priorities = contacts["priority"].astype("category")
    codes = priorities.cat.codes.to_numpy() + 1  # 0 where it is missing
    names = [None, *map(str, priorities.cat.categories)]
    table = np.full((len(process.versions), len(nodes), len(names)), np.nan)
    for number, told in enumerate(process.versions):
        for place, node in enumerate(nodes):
            then = told.node(node.key)
            limits = [then.limit_hours(name) if then else None for name in names]
            table[number, place] = [np.nan if hours is None else hours for hours in limits]
    contact = rows["contact"].to_numpy()
    found: np.ndarray = table[version[contact], rows["node"].to_numpy(), codes[contact]]
    return found


def _sum_contacts(
    rows: pd.DataFrame,
    contacts: pd.DataFrame,
    version: ProcessVersion,
    calendar: Calendar,
    zone: str,
) -> pd.DataFrame:
    """What became of each contact; one that had entered no node by then is left out."""
    grouped = rows.groupby("contact", sort=True)
    summed = grouped.agg(
        start=("entered", "first"),
        end=("end", "last"),
        ended=("ended", "last"),
        visits=("stay", "size"),
        handovers=("handovers", "sum"),
    )
    told = contacts.loc[summed.index, ["contact_id", "priority", "channel", "unit", "period"]].join(
        summed
    )
    # A stay left before the next began is of the same contact: the way goes on until the last.
    business = np.full(len(told), version.hours == "business")
    plain = told.reset_index(drop=True)
    hours = _hours(plain["start"], plain["end"], business, plain["channel"], calendar, zone)
    return told.assign(cycle_hours=hours).drop(columns=["start", "end", "channel"])


def name_nodes(stays: Stays) -> pd.DataFrame:
    """What is told of each node in every table, in their order."""
    rows = [
        (
            node.key,
            node.name("zh"),
            node.name("en"),
            node.owner("zh"),
            node.owner("en"),
            place,
            place <= stays.named,
            node.paused,
        )
        for place, node in enumerate(stays.nodes, start=1)
    ]
    return pd.DataFrame(rows, columns=list(NODE_COLUMNS))
