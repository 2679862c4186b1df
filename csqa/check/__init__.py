"""Check: what the data can tell and what they cannot, as one tidy table."""

from collections.abc import Iterator, Mapping
from itertools import chain

import pandas as pd

from csqa.check.columns import find_in_columns
from csqa.check.faults import group_faults
from csqa.check.findings import WARNING, Finding, sort_findings
from csqa.check.limit import (
    MAX_QUARANTINED,
    check_share,
    explain_excess,
    require_usable,
)
from csqa.check.metrics import find_in_metrics
from csqa.check.people import find_in_agents
from csqa.check.times import find_in_times
from csqa.check.volume import find_in_files, find_in_volume
from csqa.engine.coverage import count_agents, count_hours
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.periods import complete_periods
from csqa.engine.quality import count_filled
from csqa.errors import check_option
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.schema import TABLES
from csqa.words import LANGUAGES, label

__all__ = [
    "CHECK_COLUMNS",
    "MAX_QUARANTINED",
    "check",
    "check_share",
    "explain_excess",
    "group_faults",
    "require_usable",
]

Line = dict[str, object]
CHECK_COLUMNS = [
    "kind",
    "severity",
    "table",
    "file",
    "column",
    "period",
    "unit",
    "value",
    "done",
    "note",
]

BLANK: Line = dict.fromkeys(CHECK_COLUMNS, "") | {"value": None}


def check(
    data: Dataset | pd.DataFrame,
    standard: Standard | None = None,
    *,
    period: str = "",
    language: str = "zh",
) -> pd.DataFrame:
    """What is there, what was set aside, how complete it is, and what is to be doubted.

    Parameters
    ----------
    data : Dataset or DataFrame of contacts
        Loaded data.
    standard : Standard, optional
        Whose metrics the data shall feed. Default: the shipped one.
    period : str
        A month, YYYY-MM, to which metrics, hours and agents are limited; empty for all.
    language : {"zh", "en"}
        Of the notes.

    Returns
    -------
    DataFrame, one row per observation
        ``kind``: ``rows_in``, ``rows_used``, ``rows_quarantined`` [rows] per table; ``faults``
        [faults] per table, file, column and rule, ``unit`` the first row; ``completeness`` [0–1]
        per column, the share of used rows with a value, NaN where the column was not given;
        ``completeness_month`` the same per month; ``contacts`` [rows] per month, ``note``
        ``complete`` or ``partial``;
        ``hour_contacts``, ``hour_agents``, ``hour_without_agent`` per hour (``unit``);
        ``agent_contacts``, ``agent_days`` per agent (``unit``); ``absent`` per table not given;
        and, the most important first, what is to be doubted in the data as a whole: a key of
        :data:`csqa.check.findings.SENTENCES`, with its sentence in ``note``.
        ``severity``: ``error``, ``warning`` or empty; ``done``: ``set_aside`` or ``kept``.
        ``table``, ``file``, ``column``, ``period``, ``unit``: what it is about, empty where it
        doesn't apply.

    Raises
    ------
    DataError
        If a DataFrame lacks a required column.
    RuleError
        If ``language`` is unknown.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["C1", "C2"],
    ...         "channel": ["phone", "phone"],
    ...         "csat": [5, None],
    ...         "created_at": ["2025-06-01 09:00", "2025-06-30 09:00"],
    ...     }
    ... )
    >>> found = check(contacts)
    >>> found.loc[found["column"] == "csat", ["kind", "value"]].values.tolist()[:2]
    [['completeness', 0.5], ['completeness_month', 0.5]]
    >>> found.loc[found["kind"] == "contacts", ["period", "value", "note"]].values.tolist()
    [['2025-06', 2.0, 'complete']]
    """
    check_option("language", language, LANGUAGES)
    data = as_dataset(data)
    filled = {table: count_filled(data, table) for table in data.tables}
    people = _count_people(data, period)
    doubts = chain(
        find_in_files(data, language),
        _find_in_contacts(data, filled, period, language),
        find_in_agents(*people, period, language),
        find_in_metrics(data, standard or read_standard(), period, language),
    )
    lines = chain(
        _row_lines(data),
        _fault_lines(data, language),
        *(_completeness_lines(data, table, months, language) for table, months in filled.items()),
        _month_lines(data, filled),
        _absent_lines(data, language),
        _coverage_lines(*people, period),
        (_finding_line(one, language) for one in sort_findings(doubts, period)),
    )
    found = pd.DataFrame([BLANK | line for line in lines], columns=CHECK_COLUMNS)
    return found.astype({"value": "float64"})


def _find_in_contacts(
    data: Dataset, filled: Mapping[str, pd.DataFrame], period: str, language: str
) -> Iterator[Finding]:
    if data.first_at is not None:
        yield from find_in_volume(data, period, language)
        yield from find_in_columns(data, filled, language)
        yield from find_in_times(data, language)


def _count_people(data: Dataset, period: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contacts by hour and by agent; empty tables where there are no contacts."""
    if not data.has("contacts"):
        return pd.DataFrame(), pd.DataFrame()
    return count_hours(data, period), count_agents(data, period)


def _finding_line(found: Finding, language: str) -> Line:
    return {
        "kind": found.kind,
        "severity": WARNING,
        "table": found.table,
        "column": found.column,
        "period": found.period,
        "unit": found.unit,
        "value": found.value,
        "done": found.done,
        "note": found.sentence(language),
    }


def _row_lines(data: Dataset) -> Iterator[Line]:
    counts = data.rows.groupby("table", sort=False)[["rows_in", "rows_used", "rows_quarantined"]]
    for table, row in counts.sum().iterrows():
        for kind, value in row.items():
            yield {"kind": kind, "table": table, "value": value}


def _fault_lines(data: Dataset, language: str) -> Iterator[Line]:
    grouped = group_faults(data.faults, language)
    grouped = grouped.rename(columns={"count": "value", "reason": "note"})
    grouped = grouped.assign(kind="faults", unit=grouped["first_row"].astype("str"))
    columns = ["kind", "severity", "table", "file", "column", "unit", "value", "done", "note"]
    return iter(records(grouped[columns]))


def _completeness_lines(
    data: Dataset, table: str, months: pd.DataFrame, language: str
) -> Iterator[Line]:
    total = months["rows_"].sum()
    for name in TABLES[table].names:
        if not data.has(table, name):
            note = "没有这一列" if language == "zh" else "not given"
            yield {"kind": "completeness", "table": table, "column": name, "note": note}
            continue
        share = months[name].sum() / total if total else None
        yield {"kind": "completeness", "table": table, "column": name, "value": share}
        for period, rows, count in months[["period", "rows_", name]].itertuples(index=False):
            if period:
                line = {"kind": "completeness_month", "table": table, "column": name}
                yield line | {"period": period, "value": count / rows}


def _month_lines(data: Dataset, filled: Mapping[str, pd.DataFrame]) -> Iterator[Line]:
    if "contacts" not in filled:
        return
    counted = filled["contacts"].set_index("period")["rows_"]
    months = complete_periods(data, "month")
    for period, complete in zip(months["period"], months["complete"], strict=True):
        note = "complete" if complete else "partial"
        line = {"kind": "contacts", "table": "contacts", "period": period, "note": note}
        yield line | {"value": counted.get(period, 0)}


def _coverage_lines(hours: pd.DataFrame, agents: pd.DataFrame, period: str) -> Iterator[Line]:
    about = {"table": "contacts", "period": period}
    for hour, n, present, with_agent in hours.itertuples(index=False):
        line = about | {"unit": f"{hour:02d}:00"}
        yield line | {"kind": "hour_contacts", "value": n}
        yield line | {"kind": "hour_agents", "value": present}
        yield line | {"kind": "hour_without_agent", "value": n - with_agent}
    for agent, n, days, _ in agents.itertuples(index=False):
        yield about | {"unit": agent, "kind": "agent_contacts", "value": n}
        yield about | {"unit": agent, "kind": "agent_days", "value": days}


def _absent_lines(data: Dataset, language: str) -> Iterator[Line]:
    for name, table in TABLES.items():
        if name not in data.tables:
            note = f"没有{table.zh}" if language == "zh" else f"no {label(name, language)}"
            yield {"kind": "absent", "table": name, "note": note}
