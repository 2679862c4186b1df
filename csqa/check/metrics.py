"""Findings about metrics: which cannot be computed, and which column is to blame."""

from collections.abc import Iterator

from csqa import words
from csqa.check.findings import Finding, list_some, name_column
from csqa.engine.dataset import Dataset
from csqa.engine.passes import can_feed
from csqa.engine.quality import count_fed
from csqa.periods import first_day
from csqa.rules.measures import measure_of
from csqa.rules.standard import Metric, Standard
from csqa.schema import TABLES


def find_in_metrics(
    data: Dataset, standard: Standard, period: str, language: str
) -> Iterator[Finding]:
    """Say which metrics of the standard the data cannot feed, and why.

    Parameters
    ----------
    data : Dataset
        As loaded.
    standard : Standard
        Of which the version in force in the month; without a month, the newest.
    period : str
        A month; empty for all.
    language : {"zh", "en"}
        Of the reasons.
    """
    version = standard.at(first_day(period)) if period else standard.versions[-1]
    absent: dict[str, list[Metric]] = {}
    fed: dict[str, Metric] = {}
    for metric in version.metrics:
        if can_feed(data, metric):
            fed[metric.key] = metric
        else:
            absent.setdefault(_absent(data, metric, language), []).append(metric)
    for why, metrics in absent.items():
        yield _finding("metric_absent", metrics, why, period, language)
    if any(measure_of(m).table in data.tables for group in absent.values() for m in group):
        yield from _unused(data, language)
    scopes = {
        key: (_scope(metric), _needs(metric)) for key, metric in fed.items() if _countable(metric)
    }
    least = standard.count_only_below
    for key, in_scope, n in count_fed(data, scopes, period).itertuples(index=False):
        if n < least:
            why = _thin(fed[key], int(in_scope), int(n), least, language)
            yield _finding("metric_thin", [fed[key]], why, period, language, float(n))


def _finding(
    kind: str,
    metrics: list[Metric],
    why: str,
    period: str,
    language: str,
    value: float | None = None,
) -> Finding:
    facts = {
        "metrics": words.join((metric.name(language) for metric in metrics), language),
        "why": why,
        "scope": (f"在 {period} " if language == "zh" else f" in {period}") if period else "",
    }
    table = measure_of(metrics[0]).table
    columns = " ".join(dict.fromkeys(name for metric in metrics for name in _needs(metric)))
    unit = " ".join(metric.key for metric in metrics)
    return Finding(kind, facts, table, columns, period, unit, value)


def _unused(data: Dataset, language: str) -> Iterator[Finding]:
    """Columns among which a missing one may be, under another name."""
    used = data.sources[(data.sources["table"] != "") & (data.sources["unused_columns"] != "")]
    for columns, files in used.groupby("unused_columns", sort=False)["file"]:
        facts = {"files": list_some(files, language, 3), "columns": _short(str(columns))}
        yield Finding("unused_columns", facts, "")


def _scope(metric: Metric) -> list[tuple[str, object]]:
    return [(column, value) for column, value in metric.where if column != "peak"]


def _needs(metric: Metric) -> list[str]:
    return list(measure_of(metric).needs)


def _countable(metric: Metric) -> bool:
    """Whether having its one column is all that a contact needs to count."""
    measure = measure_of(metric)
    told = measure.table == "contacts" and len(measure.needs) == 1
    return told and measure.counts_filled and metric.own is None


def _absent(data: Dataset, metric: Metric, language: str) -> str:
    zh, table = language == "zh", measure_of(metric).table
    if table not in data.tables:
        named = words.label(table, language)
        return f"没有提供{named}" if zh else f"{named} not given"
    lacking = [name for name in _needs(metric) if not data.has(table, name)]
    names = [name_column(table, name, language) for name in lacking]
    either = [name_column(table, name, language) for name in measure_of(metric).any_of]
    if not names:
        return _without_any(TABLES[table].zh if zh else table, either, language)
    named = words.join(names, language)
    return f"{TABLES[table].zh}没有“{named}”列" if zh else f"{table} has no {named}"


def _without_any(table: str, names: list[str], language: str) -> str:
    if language == "zh":
        return f"{table}里“{'”“'.join(names)}”这些列一个也没有"
    return f"{table} has none of {words.join(names, language)}"


def _short(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _thin(metric: Metric, in_scope: int, n: int, least: int, language: str) -> str:
    needs = words.join(
        (name_column("contacts", name, language) for name in _needs(metric)), language
    )
    where = words.join((words.label(str(value), language) for _, value in _scope(metric)), language)
    if language == "zh":
        told = f"{where}的记录有 {in_scope:,} 条" if where else f"{in_scope:,} 条记录"
        filled = f"，“{needs}”有值的只有 {n:,} 条" if needs and n < in_scope else ""
        return f"{told}{filled}，不足 {least} 条"
    told = f"{in_scope:,} contacts" + (f" ({where})" if where else "")
    filled = f", {n:,} of them with {needs}" if needs and n < in_scope else ""
    return f"{told}{filled}, fewer than {least}"
