"""The heavy pass over contacts and inspections: one portable SQL text each, sums out.

Facts once (one narrow row per contact), then one aggregate per metric and version of the
standard. Ratios are taken later, in pandas, on the small result.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

import pandas as pd

from csqa import results, schema
from csqa.engine.connection import literal
from csqa.engine.counts import MILLISECONDS_PER_DAY
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import DUCKDB, Dialect
from csqa.rules.calendar import Calendar
from csqa.rules.measures import MEASURES
from csqa.rules.standard import AT_MOST, Line, Metric, Standard, Version

SCALE = {"seconds": 1000.0}
"""What a stored value is divided by: durations are kept in whole milliseconds."""


def sum_metrics(
    data: Dataset, standard: Standard, calendar: Calendar, by: Sequence[str], every: str
) -> pd.DataFrame:
    """Sufficient statistics per period, unit, metric and line of the standard.

    Parameters
    ----------
    data : Dataset
        With ``contacts``; ``inspections`` if there are any.
    standard, calendar
        The rules: targets per line, and what is a peak hour.
    by : sequence of str
        Unit columns, of :data:`csqa.schema.UNITS`; empty for the whole.
    every : str
        One of :data:`csqa.schema.EVERY`.

    Returns
    -------
    DataFrame
        ``period``, the unit columns, ``metric``, ``target_line``, ``n``, ``total``,
        ``total_squares``, ``over``; seconds in seconds. Metrics without data have no row.
    """
    make_facts(data, standard, calendar, every)
    keys = ["period", *by]
    texts = [
        _sums(metric, span, keys, DUCKDB.wide)
        for span in _spans(standard)
        for metric in span[0].metrics
        if can_feed(data, metric)
    ]
    if not texts:
        return pd.DataFrame(columns=[*keys, *results.MEASURE_COLUMNS[:-1]])
    summed = data.connection.execute("\nUNION ALL\n".join(texts)).df()
    return _in_units(summed, standard)


def can_feed(data: Dataset, metric: Metric) -> bool:
    """Whether the data hold the columns that a metric needs."""
    measure = MEASURES[metric.measure]
    if measure.table not in data.tables:
        return False
    if metric.measure in ("first_contact_resolution", "resolved"):
        return data.has("contacts", "resolved") or data.has("contacts", "resolved_at")
    return all(data.has(measure.table, column) for column in measure.needs)


def make_facts(data: Dataset, standard: Standard, calendar: Calendar, every: str) -> None:
    """Create the temporary tables ``facts`` and, where there are inspections, ``inspected``.

    Made once: a report measures the same facts by one unit after the other.
    """
    window = standard.repeat_contact_days * MILLISECONDS_PER_DAY
    fragments = _fragments(data, standard, calendar, every, window, DUCKDB)
    if data.prepared.get("facts") == repr(fragments):
        return
    data.connection.execute(_text("repeats").format(**fragments))
    data.connection.execute(_text("facts").format(**fragments))
    if "inspections" in data.tables:
        data.connection.execute(_text("inspected"))
    data.prepared["facts"] = repr(fragments)


def _text(name: str) -> str:
    return (files("csqa.engine") / "sql" / f"{name}.sql").read_text(encoding="utf8")


def _fragments(
    data: Dataset,
    standard: Standard,
    calendar: Calendar,
    every: str,
    window: float,
    dialect: Dialect,
) -> dict[str, Any]:
    given = _resolved(data)
    between = dialect.milliseconds_between
    age = between("(SELECT MAX(created_at) FROM contacts)", "contacts.created_at")
    undecided = f"{age} < {window:.0f}"
    if data.has("contacts", "customer_id"):
        undecided = f"(contacts.customer_id IS NULL OR {undecided})"
    return {
        "period": dialect.periods[every].format(t="contacts.local_at"),
        "unknown": literal(schema.UNKNOWN),
        "is_peak": _is_peak(calendar, dialect),
        "resolved": given,
        "undecided": undecided,
        "satisfied_from": standard.satisfied_from,
        "window_milliseconds": f"{window:.0f}",
        "milliseconds_next_at_created_at": between("next_at", "created_at"),
        "milliseconds_first_response_at_created_at": between(
            "contacts.first_response_at", "contacts.created_at"
        ),
        "milliseconds_resolved_at_created_at": between(
            "contacts.resolved_at", "contacts.created_at"
        ),
    }


def _resolved(data: Dataset) -> str:
    """The flag; where it is empty a resolution time tells, and without flags its absence too."""
    if not data.has("contacts", "resolved"):
        told = data.has("contacts", "resolved_at")
        return "(contacts.resolved_at IS NOT NULL)" if told else "CAST(NULL AS BOOLEAN)"
    return "COALESCE(contacts.resolved, CASE WHEN contacts.resolved_at IS NOT NULL THEN TRUE END)"


def _is_peak(calendar: Calendar, dialect: Dialect) -> str:
    minute = dialect.minute_of_day.format(t="contacts.local_at")
    spans = [f"({minute} >= {start} AND {minute} < {end})" for start, end in calendar.peak_minutes]
    return " OR ".join(spans) or "FALSE"


def _spans(standard: Standard) -> Iterator[tuple[Version, date | None, date | None]]:
    """Each version with its first day and the day after its last; the oldest reaches back."""
    starts = [version.effective for version in standard.versions]
    return zip(standard.versions, [None, *starts[1:]], [*starts[1:], None], strict=True)


def _sums(
    metric: Metric, span: tuple[Version, date | None, date | None], keys: list[str], wide: str
) -> str:
    version, since, until = span
    applies = [_holds(column, value) for column, value in metric.where]
    if since is not None:
        applies.append(f"local_at >= TIMESTAMP {literal(since.isoformat())}")
    if until is not None:
        applies.append(f"local_at < TIMESTAMP {literal(until.isoformat())}")
    names = {line: literal(f"{version.effective}/{line.label}") for line in metric.lines}
    limits = {line: literal(line.target) for line in metric.lines}
    return _text("sums").format(
        keys=", ".join(keys),
        metric=literal(metric.key),
        measure=metric.measure,
        table="inspected" if MEASURES[metric.measure].table == "inspections" else "facts",
        line=_by_line(names, literal(f"{version.effective}/none")),
        limit=_by_line(limits, "CAST(NULL AS DOUBLE)"),
        misses=_misses(metric),
        applies=" AND ".join(applies) or "TRUE",
        wide=wide,
    )


def _by_line(values: dict[Line, str], otherwise: str) -> str:
    """CASE over the lines of a target, the most specific first; the base line last."""
    cases = [
        f"WHEN {' AND '.join(_holds(*condition) for condition in line.where)} THEN {value}"
        for line, value in values.items()
        if line.where
    ]
    base = next((value for line, value in values.items() if not line.where), otherwise)
    return f"CASE {' '.join(cases)} ELSE {base} END" if cases else base


def _holds(column: str, value: Any) -> str:
    if column == "peak":
        value = "peak" if value else "off_peak"
    return f"{column} = {literal(value)}"


def _misses(metric: Metric) -> str:
    """1 for a contact that misses its line by itself, NULL where nothing is to be met."""
    if metric.direction is None:
        return "CAST(NULL AS INTEGER)"
    measure = MEASURES[metric.measure]
    if measure.kind in ("seconds", "number"):
        sign = ">" if metric.direction == AT_MOST else "<"
        return f"CASE WHEN value {sign} target * {SCALE.get(measure.kind, 1)} THEN 1 ELSE 0 END"
    bad = {"share": "= 1" if measure.bad_when == "high" else "= 0", "nps": "= -1"}
    return f"CASE WHEN value {bad.get(measure.kind, '> 0')} THEN 1 ELSE 0 END"


def _in_units(summed: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    kinds = summed["metric"].map(lambda key: MEASURES[standard.metric(key).measure].kind)
    scale = kinds.map(SCALE).fillna(1.0).astype(float)
    return summed.assign(
        n=summed["n"].astype("int64"),
        total=summed["total"].astype(float) / scale,
        total_squares=summed["total_squares"].astype(float) / scale**2,
        over=summed["over"].astype(float),
    )
