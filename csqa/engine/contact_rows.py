"""Questions about single contacts: how values spread, when they came in, which ones missed.

The facts are joined once with when each contact came in; every question after that is one scan of
the result, with what was chosen as its conditions.
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from csqa.engine.coding import CONTACT_IDS
from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.engines import keep
from csqa.engine.facts import FACTS, INSPECTED, MILLISECONDS_PER_DAY, make_facts
from csqa.engine.fetching import type_frame
from csqa.engine.passes import can_feed, fetch_named
from csqa.engine.slots import Slot, slots_of, whole_slots
from csqa.rules.calendar import Calendar
from csqa.rules.standard import Standard
from csqa.schema import MESSAGES

ROWS = {"contacts": "csqa_contact_rows", "inspections": "csqa_inspected_rows"}
"""Table of a measure → where the rows of its contacts are kept."""

MINUTES_PER_HOUR, DAYS_PER_WEEK = 60, 7
SOME_MONDAY = "1900-01-01 00:00:00"
"""Weekdays are counted from it; no contact is older."""

NAMES = ("agent_id", "team", "channel", "scene", "topic")
"""What a list of contacts tells of each."""

MADE_ROWS = """SELECT facts.*, contacts.local_at AS local_at,
    CAST(FLOOR({minute} / {per_hour}.0) AS {whole}) AS hour_of_day,
    MOD(CAST(FLOOR({since} / {per_day}.0) AS {whole}), {per_week}) AS weekday
FROM {facts} AS facts JOIN {contacts} AS contacts ON contacts.contact_id = facts.contact_id"""


def keep_contact_rows(data: Dataset, standard: Standard, calendar: Calendar) -> None:
    """Keep a row per contact with its values by month, and the hour and weekday it came in.

    Parameters
    ----------
    data : Dataset
        Its session gets the rows, and its facts name their contacts from now on.
    standard, calendar
        The rules the values are made by.
    """
    data.prepared[CONTACT_IDS] = "yes"
    make_facts(data, standard, calendar, "month")
    made_by = data.prepared["facts"]
    if data.prepared.get("contact_rows") == made_by:
        return
    dialect, monday = data.engine.dialect, f"CAST({literal(SOME_MONDAY)} AS {{}})"
    fragments = {
        "contacts": data.relation("contacts"),
        "minute": dialect.minute_of_day.format(t="contacts.local_at"),
        "since": dialect.milliseconds_between("contacts.local_at", monday.format(dialect.time)),
        "per_hour": MINUTES_PER_HOUR,
        "per_day": MILLISECONDS_PER_DAY,
        "per_week": DAYS_PER_WEEK,
        "whole": dialect.whole,
    }
    facts = {"contacts": FACTS, "inspections": INSPECTED}
    for table in set(data.tables) & set(ROWS):
        keep(data.engine, ROWS[table], MADE_ROWS.format(facts=facts[table], **fragments))
    data.prepared["contact_rows"] = made_by


def count_values(
    data: Dataset, standard: Standard, metric: str, where: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """How often each value of a metric occurs among the contacts that count for it.

    Parameters
    ----------
    data : Dataset
        After :func:`keep_contact_rows`.
    standard : Standard
        The one they were kept by.
    metric : str
        Key of a metric that the data can feed.
    where : mapping of str to sequence of str
        Column of the rows (``period``, ``channel``, …) → the values that are looked at.

    Returns
    -------
    DataFrame
        ``value`` [the metric's unit], ascending, and ``n``.
    """
    slot = _whole_slot(standard, metric)
    found = data.engine.frame(
        f"SELECT {slot.metric.measure} AS value, COUNT(*) AS n FROM {ROWS[slot.measure.table]}"
        f" WHERE {_conditions(slot, where)} GROUP BY {slot.metric.measure} ORDER BY 1"
    )
    value = found["value"].astype("float64") / slot.scale
    return pd.DataFrame({"value": value, "n": found["n"].astype("int64")})


def sum_by_hour(
    data: Dataset, standard: Standard, metric: str, where: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Sums of a metric by weekday and hour in which contacts came in.

    Parameters
    ----------
    data, standard, metric, where
        As for :func:`count_values`.

    Returns
    -------
    DataFrame
        ``weekday`` (0 is Monday), ``hour``, ``contacts`` in all, ``n`` of them that count for the
        metric, ``total`` [the metric's unit]. Sorted; an hour without contacts has no row.
    """
    slot = _whole_slot(standard, metric)
    counts = " AND ".join([*slot.conditions, f"{slot.metric.measure} IS NOT NULL"])
    found = data.engine.frame(
        f"SELECT weekday, hour_of_day AS hour, COUNT(*) AS contacts,"
        f" SUM(CASE WHEN {counts} THEN 1 ELSE 0 END) AS n,"
        f" SUM(CASE WHEN {counts} THEN {slot.metric.measure} END) AS total"
        f" FROM {ROWS[slot.measure.table]} WHERE {' AND '.join(_chosen(where))}"
        " GROUP BY weekday, hour_of_day ORDER BY weekday, hour_of_day"
    )
    whole = dict.fromkeys(["weekday", "hour", "contacts", "n"], "int64")
    total = found["total"].astype("float64").fillna(0.0) / slot.scale
    return found.astype(whole).assign(total=total)


def count_judged_values(
    data: Dataset, standard: Standard, metric: str, where: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """How often each value of a metric occurs under each line of the standard that judges it.

    Parameters
    ----------
    data, standard, metric, where
        As for :func:`count_values`.

    Returns
    -------
    DataFrame
        ``value`` [the metric's unit], ascending, ``n``, ``target`` (NaN without one),
        ``target_line``, ``missed`` (boolean, NA where a single contact cannot miss).
    """
    whole = _whole_slot(standard, metric)
    found = data.engine.frame(
        "SELECT value, line, missed, COUNT(*) AS n FROM"
        f" (SELECT {_judged(standard, whole)} FROM {ROWS[whole.measure.table]}"
        f" WHERE {_conditions(whole, where)}) AS valued"
        " GROUP BY value, line, missed ORDER BY value, line"
    )
    return _with_lines(found.astype({"n": "int64"}), standard, metric, whole.scale)


def list_contacts(
    data: Dataset,
    standard: Standard,
    metric: str,
    where: Mapping[str, Sequence[str]],
    limit: int,
) -> pd.DataFrame:
    """List the contacts that count for a metric: those that miss its target first, worst first.

    Parameters
    ----------
    data, standard, metric, where
        As for :func:`count_values`.
    limit : int
        Most rows.

    Returns
    -------
    DataFrame
        ``contact_id``, ``local_at`` (wall time of creation), :data:`NAMES`, ``value`` [the
        metric's unit], ``target`` (NaN without one), ``target_line``, ``missed`` (boolean, NA
        where a single contact cannot miss).
    """
    whole = _whole_slot(standard, metric)
    worst = "DESC" if whole.measure.bad_when == "high" else "ASC"
    names = ", ".join(NAMES)
    found = fetch_named(
        data,
        f"SELECT contact_id, local_at, {names}, value, line, missed"
        f" FROM (SELECT rows.*, {_judged(standard, whole)} FROM {ROWS[whole.measure.table]} AS rows"
        f" WHERE {_conditions(whole, where)}) AS valued"
        f" ORDER BY COALESCE(missed, 0) DESC, value {worst}, contact_id LIMIT {int(limit)}",
        ["contact_id", *NAMES],
    )
    return _with_lines(found, standard, metric, whole.scale)


def fetch_messages(data: Dataset, contact_id: str) -> pd.DataFrame:
    """Messages of one contact in their order, as they were written.

    Parameters
    ----------
    data : Dataset
        With ``messages``; without them there are none.
    contact_id : str
        Any text.

    Returns
    -------
    DataFrame
        The columns of the table ``messages``; times in the declared zone.
    """
    frame = pd.DataFrame(columns=MESSAGES.names)
    if "messages" in data.tables:
        listed = ", ".join(map(data.engine.dialect.identifier, MESSAGES.names))
        frame = data.engine.frame(
            f"SELECT {listed} FROM {data.relation('messages')}"
            f" WHERE contact_id = {literal(contact_id)} ORDER BY seq"
        )
    return type_frame(frame, MESSAGES, data.time_zone)


def fed_metrics(data: Dataset, standard: Standard) -> list[str]:
    """Keys of the metrics that the data can feed, in the standard's order."""
    return [key for key in standard.metric_keys if can_feed(data, standard.metric(key))]


def _whole_slot(standard: Standard, metric: str) -> Slot:
    return next(slot for slot in whole_slots(standard) if slot.metric.key == metric)


def _conditions(slot: Slot, where: Mapping[str, Sequence[str]]) -> str:
    return " AND ".join([*_chosen(where), *slot.conditions, f"{slot.metric.measure} IS NOT NULL"])


def _chosen(where: Mapping[str, Sequence[str]]) -> Iterable[str]:
    return (f"{name} IN ({', '.join(map(literal, values))})" for name, values in where.items())


def _judged(standard: Standard, whole: Slot) -> str:
    """SQL of a contact's value, of the number of the line that judges it, and whether it missed."""
    slots = _slots_of(standard, whole.metric.key)
    cases = [(" AND ".join(slot.conditions) or "1 = 1", _misses(slot)) for slot in slots]
    lines = " ".join(f"WHEN {here} THEN {number}" for number, (here, _) in enumerate(cases))
    missed = " ".join(f"WHEN {here} THEN {text}" for here, text in cases)
    return f"{whole.metric.measure} AS value, CASE {lines} END AS line, CASE {missed} END AS missed"


def _slots_of(standard: Standard, metric: str) -> list[Slot]:
    return [slot for slot in slots_of(standard) if slot.metric.key == metric]


def _misses(slot: Slot) -> str:
    """SQL: 1 where a contact misses by itself, 0 where not, NULL where none can."""
    miss, kind = slot.misses, slot.measure.kind
    if slot.metric.direction is None:
        return "NULL"
    if miss is None and kind in ("share", "nps"):
        miss = {"share": "= 1" if slot.measure.bad_when == "high" else "= 0", "nps": "< 0"}[kind]
    return f"CASE WHEN {slot.metric.measure} {miss} THEN 1 ELSE 0 END" if miss else "NULL"


def _with_lines(found: pd.DataFrame, standard: Standard, metric: str, scale: float) -> pd.DataFrame:
    """The lines by their names and targets instead of their numbers."""
    slots = dict(enumerate(_slots_of(standard, metric)))
    targets = {number: slot.target for number, slot in slots.items()}
    return found.drop(columns="line").assign(
        value=found["value"].astype("float64") / scale,
        target=found["line"].map(targets).astype("float64"),
        target_line=found["line"].map({number: slot.label for number, slot in slots.items()}),
        missed=found["missed"].astype("Int64").astype("boolean"),
    )
