"""summary: the headline figures of a month, the limits of its data, and where all came from."""

from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.engine.dataset import Dataset
from csqa.engine.passes import can_feed, count_undecided
from csqa.engine.periods import complete_periods
from csqa.errors import DataError
from csqa.periods import first_day
from csqa.rules.calendar import Calendar
from csqa.rules.standard import Standard


def require_period(data: Dataset, period: str) -> int:
    """Count the contacts of a month, and stop where there are none.

    Returns
    -------
    int
        Contacts created in the period, by the declared zone.

    Raises
    ------
    DataError
        If there are none: which months there are.
    """
    months = complete_periods(data, "month")
    counted = data.connection.execute(
        "SELECT COUNT(*) FROM contacts WHERE strftime(local_at, '%Y-%m') = ?", [period]
    ).fetchone()
    contacts = int(counted[0]) if counted else 0
    if not contacts:
        span = f"{months['period'].iloc[0]} 至 {months['period'].iloc[-1]}" if len(months) else "无"
        msg = f"数据里没有 {period} 的服务记录；有记录的月份：{span}。"
        raise DataError(msg)
    return contacts


def list_limits(
    data: Dataset,
    scores: pd.DataFrame,
    standard: Standard,
    *,
    period: str,
    language: str = "zh",
) -> list[str]:
    """Say what the data cannot tell, one sentence each.

    Parameters
    ----------
    data : Dataset
        As loaded.
    scores : DataFrame
        Of the whole, from :func:`csqa.score`.
    standard : Standard
        The one in use.
    period : str
        The month.

    Returns
    -------
    list of str
        Partial month, rows set aside, missing tables and metrics, undecided first-contact
        resolution, the standard's start; always at least the counts of rows.
    """
    zh = language == "zh"
    now = scores[scores["period"] == period]
    lines = [
        _rows_line(data, zh),
        _partial_line(data, period, zh),
        _missing_tables(data, language),
        _missing_metrics(now, standard, language),
        _undecided_line(data, standard, period, zh),
        _sample_line(data, period, zh),
        _standard_line(standard, period, zh),
    ]
    return [line for line in lines if line]


def _rows_line(data: Dataset, zh: bool) -> str:
    total = data.rows[["rows_in", "rows_used", "rows_quarantined"]].sum()
    rows, used, aside = (words.format_count(value) for value in total)
    if zh:
        return f"共读入 {rows} 行，使用 {used} 行，隔离 {aside} 行（原因见“数据说明”，隔离的行不参与计算）。"
    return f"{rows} rows read, {used} used, {aside} set aside and left out of all figures."


def _partial_line(data: Dataset, period: str, zh: bool) -> str:
    months = complete_periods(data, "month").set_index("period")
    row = months.loc[period]
    if row["complete"]:
        return ""
    share = words.round_half_up(100 * row["covered_days"] / row["days"], 0)
    if zh:
        return f"{period} 不是完整的月份（覆盖 {share}% 的天数）：不参与波动与持续性的判断。"
    return f"{period} is a partial month ({share} % of its days): not judged for variation."


def _missing_tables(data: Dataset, language: str) -> str:
    absent = [name for name in ("messages", "inspections", "feedback", "actions") if not data.has(name)]
    if not absent:
        return ""
    names = ("、" if language == "zh" else ", ").join(words.label(name, language) for name in absent)
    return f"没有提供：{names}。" if language == "zh" else f"Not given: {names}."


def _missing_metrics(now: pd.DataFrame, standard: Standard, language: str) -> str:
    absent = now.loc[now["status"] == "no_source", "metric"]
    if absent.empty:
        return ""
    listed = [standard.metric(key).name(language) for key in absent]
    if language == "zh":
        return f"没有计算这些指标所需的数据：{'、'.join(listed)}；它们不计入得分，也不是 0。"
    return f"The data cannot feed: {', '.join(listed)}; left out of the score, not zero."


def _undecided_line(
    data: Dataset, standard: Standard, period: str, zh: bool
) -> str:
    followed = [
        metric
        for metric in standard.at(first_day(period)).metrics
        if metric.measure == "first_contact_resolution" and can_feed(data, metric)
    ]
    if not followed:
        return ""
    counts = count_undecided(data, standard).set_index("period")["undecided"]
    undecided = int(counts.get(period, 0))
    if not undecided:
        return ""
    days = f"{standard.repeat_contact_days:g}"
    if zh:
        return f"一次解决率：{undecided:,} 条记录未满 {days} 天观察期，尚不能判断，未计入。"
    return f"First-contact resolution: {undecided:,} contacts lack {days} days of follow-up, left out."


def _sample_line(data: Dataset, period: str, zh: bool) -> str:
    if not data.has("inspections"):
        return ""
    row = data.connection.execute(
        "SELECT COUNT(*), COUNT(i.contact_id) FROM contacts c LEFT JOIN"
        " (SELECT DISTINCT contact_id FROM inspections) i ON i.contact_id = c.contact_id"
        " WHERE strftime(c.local_at, '%Y-%m') = ?",
        [period],
    ).fetchone()
    contacts, inspected = row or (0, 0)
    share = words.round_half_up(100 * inspected / contacts) if contacts else "0"
    if zh:
        return f"质检抽检 {inspected:,} 条，占本月服务记录的 {share}%（指南要求 10–20%）。"
    return f"{inspected:,} contacts inspected, {share} % of the month (the guide asks for 10–20 %)."


def _standard_line(standard: Standard, period: str, zh: bool) -> str:
    start = standard.versions[0].effective
    if period >= f"{start:%Y-%m}":
        return ""
    if zh:
        return f"标准自 {start} 起生效，早于此日的月份按最早的一版评分。"
    return f"The standard starts on {start}; earlier months are judged by its first version."


def summarise(
    card: pd.DataFrame,
    scores: pd.DataFrame,
    things: pd.DataFrame,
    data: Dataset,
    *,
    period: str,
    language: str = "zh",
) -> dict[str, Any]:
    """Collect what a program would ask of the month.

    Returns
    -------
    dict
        ``headline``; ``period``; ``contacts``; ``composite`` with interval, coverage, status
        and change; ``metrics``: value, interval, n, target, met, score, status of each;
        ``things``: kind, unit, metric, persistence, evidence of each; ``rows``.
    """
    row = card[card["period"] == period].iloc[0]
    now = scores[scores["period"] == period]
    columns = ["value", "lower", "upper", "n", "target", "met", "score", "status"]
    named = ["kind", "unit_kind", "unit", "metric", "persistence", "evidence", "run_length"]
    composite = ["composite", "lower", "upper", "coverage", "status", "change", "significant"]
    total = data.rows[["rows_in", "rows_used", "rows_quarantined"]].sum()
    return {
        "headline": sentences.headline(row, period, language),
        "period": period,
        "contacts": require_period(data, period),
        "composite": _plain(row[composite].to_dict()),
        "targets_met": int(row["met"]),
        "targets": int(row["metrics"]),
        "metrics": {
            key: _plain(values) for key, values in now.set_index("metric")[columns].T.to_dict().items()
        },
        "things": [_plain(thing) for thing in things[named].to_dict("records")],
        "rows": {name: int(value) for name, value in total.items()},
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Plain Python values; NaN becomes None, for missing is not a number."""
    return {
        name: None if value is None or value != value else getattr(value, "item", lambda v=value: v)()
        for name, value in values.items()
    }


def describe_origin(
    data: Dataset, standard: Standard, calendar: Calendar, *, period: str, minimum_n: int
) -> dict[str, Any]:
    """Describe what a report rests on: parameters, data, rules (its manifest).

    Returns
    -------
    dict
        Plain values; the data's and the rules' SHA-256 among them, no clock and no folder.
    """
    columns = ["file", "table", "encoding", "bytes", "sha256", "rows"]
    return {
        "period": period,
        "minimum_n": minimum_n,
        "time_zone": data.time_zone,
        "standard": {"file": standard.path, "sha256": standard.fingerprint},
        "calendar": {"sha256": calendar.fingerprint},
        "sources": [_plain(row) for row in data.sources[columns].to_dict("records")],
    }
