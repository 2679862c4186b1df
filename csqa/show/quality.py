"""The page on the data themselves: what was wrong, what is to be doubted, how complete they are."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.check.findings import name_column, percent
from csqa.frames import records
from csqa.schema import TABLES
from csqa.show.headers import value_text
from csqa.show.html import Badge, Html, fold, numbered, paragraph, table

MOST_DOUBTS = 6
"""Sentences shown; the rest is behind a line that opens it."""
MOST_MONTHS = 12
"""Months of the matrix of completeness; the workbook has all."""
MOST_AGENTS = 20
"""Agents shown, those with the fewest days; the workbook has all."""


def show_quality(found: pd.DataFrame, *, period: str, language: str = "zh") -> Html:
    """Show what is wrong with the data, what is to be doubted, and how complete they are.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.check`.
    period : str
        The month of the report.
    language : {"zh", "en"}
        Of the words.
    """
    shown = paragraph(_rows(found, language), "verdict") + _doubts(found, language)
    shown += _faults(found, language)
    for name in TABLES:
        shown += _completeness(found, name, period, language)
    return shown + _matrix(found, language) + _hours(found, language) + _agents(found, language)


def _rows(found: pd.DataFrame, language: str) -> str:
    counts = found.groupby("kind")["value"].sum()
    came, used, aside = (
        int(counts.get(kind, 0)) for kind in ("rows_in", "rows_used", "rows_quarantined")
    )
    if language == "zh":
        told = f"读入 {came:,} 行，使用 {used:,} 行，隔离 {aside:,} 行。"
        place = "隔离的行连同原因写在报告文件夹的 quarantine 里，可能含个人信息，转发前请取出。"
        return told + (place if aside else "")
    told = f"{came:,} rows read, {used:,} used, {aside:,} set aside."
    place = " Rows set aside are in the folder quarantine of the report, with the reasons; they"
    place += " may hold personal data: take them out before passing the report on."
    return told + (place if aside else "")


def _doubts(found: pd.DataFrame, language: str) -> Html:
    listed = found[(found["severity"] == "warning") & (found["kind"] != "faults")]
    if listed.empty:
        text = "整体上没有可疑之处。" if language == "zh" else "Nothing in the whole is in doubt."
        return paragraph(text)
    texts = listed["note"].tolist()
    title = "以下可疑，数据保留：" if language == "zh" else "In doubt, but kept:"
    shown = paragraph(title) + numbered(texts[:MOST_DOUBTS], "limits")
    rest = texts[MOST_DOUBTS:]
    if not rest:
        return shown
    more = f"另有 {len(rest)} 处" if language == "zh" else f"{len(rest)} more"
    return shown + fold(more, numbered(rest, "more"))


def _faults(found: pd.DataFrame, language: str) -> Html:
    faults = found[found["kind"] == "faults"]
    if faults.empty:
        return Html("", "")
    headers = (
        ("文件", "原因", "处数", "首见于第几行", "处理")
        if language == "zh"
        else ("File", "Reason", "Count", "First row", "What was done")
    )
    rows = [
        [row["file"], row["note"], f"{row['value']:,.0f}", row["unit"], _done(row, language)]
        for row in records(faults)
    ]
    count = f"{faults['value'].sum():,.0f}"
    title = f"行里的错误 {count} 处" if language == "zh" else f"{count} faults in rows"
    return fold(title, table(headers, rows, numeric=headers[2:4], short=headers[:1]))


def _done(row: dict[str, Any], language: str) -> Badge:
    text = value_text("quality", "done", row["done"], language)
    return Badge(text, "worse" if row["severity"] == "error" else "watch")


def _completeness(found: pd.DataFrame, name: str, period: str, language: str) -> Html:
    """Columns of one table with gaps; the full ones and those not given are only named."""
    whole = found[(found["kind"] == "completeness") & (found["table"] == name)]
    if whole.empty:
        return Html("", "")
    months = found[(found["kind"] == "completeness_month") & (found["table"] == name)]
    gaps = whole[whole["value"] < 1]
    now, lowest = ("本月", "最低的月份") if language == "zh" else ("This month", "Emptiest month")
    total = "全部月份" if language == "zh" else "All months"
    headers = ("列" if language == "zh" else "Column", now, lowest, total)
    rows = [_gap_row(row, months, period, language) for row in records(gaps)]
    full = _names(name, whole[whole["value"] >= 1]["column"], language)
    absent = _names(name, whole[whole["value"].isna()]["column"], language)
    notes = (("全部有值：", full), ("没有这些列：", absent))
    if language == "en":
        notes = (("Always filled: ", full), ("Not given: ", absent))
    end = "。" if language == "zh" else ". "
    told = "".join(f"{head}{names}{end}" for head, names in notes if names)
    if not rows:
        return paragraph(_title(name, language, "") + told)
    title = _title(name, language, "各列有值的比例" if language == "zh" else "columns filled")
    return table(headers, rows, numeric=headers[1:], caption=title) + paragraph(told)


def _title(name: str, language: str, what: str) -> str:
    table_name = words.label(name, language)
    return f"{table_name}：{what}" if language == "zh" else f"{table_name}: {what}"


def _gap_row(
    row: dict[str, Any], months: pd.DataFrame, period: str, language: str
) -> list[str | Badge]:
    own = months[months["column"] == row["column"]]
    now = own.loc[own["period"] == period, "value"]
    name = name_column(row["table"], row["column"], language)
    if own.empty:
        return [name, "–", "–", percent(row["value"])]
    worst = own.loc[own["value"].idxmin()]
    least = f"{percent(worst['value'])}（{worst['period']}）"
    if language == "en":
        least = f"{percent(worst['value'])} ({worst['period']})"
    return [name, percent(now.iloc[0]) if len(now) else "–", least, percent(row["value"])]


def _names(table_name: str, columns: "pd.Series[str]", language: str) -> str:
    return words.join((name_column(table_name, name, language) for name in columns), language)


def _matrix(found: pd.DataFrame, language: str) -> Html:
    """Completeness of the contacts' columns with gaps, by month, the newest last."""
    months = pivot_completeness(found)
    months = months[months["table"] == "contacts"]
    shown = months.columns[2:][-MOST_MONTHS:]
    gaps = months[(months[shown] < 1).any(axis=1)]
    if gaps.empty or len(shown) < 2:
        return Html("", "")
    headers = ("列" if language == "zh" else "Column", *map(str, shown))
    rows = [
        [
            name_column("contacts", row["column"], language),
            *("–" if pd.isna(row[month]) else percent(row[month]) for month in shown),
        ]
        for row in records(gaps)
    ]
    title = f"近 {len(shown)} 个月各列有值的比例" if language == "zh" else "Filled columns by month"
    made = table(headers, rows, numeric=headers[1:], short=headers[:1], cards=False)
    return fold(title, made)


def pivot_completeness(found: pd.DataFrame) -> pd.DataFrame:
    """Shares filled, one row per table and column, one column per month.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.check`.

    Returns
    -------
    DataFrame
        ``table``, ``column``, then the months, oldest first [0–1]; in the tables' order.
    """
    months = found[found["kind"] == "completeness_month"]
    keys = list(dict.fromkeys(zip(months["table"], months["column"], strict=True)))
    wide = months.pivot_table(
        index=["table", "column"], columns="period", values="value", dropna=False, observed=True
    )
    wide = wide.reindex(pd.MultiIndex.from_tuples(keys, names=["table", "column"]))
    return wide.rename_axis(columns=None).reset_index()


def _hours(found: pd.DataFrame, language: str) -> Html:
    """Contacts and agents by hour of the day."""
    kinds = ["hour_contacts", "hour_agents", "hour_without_agent"]
    rows = _by_unit(found, kinds)
    if rows.empty:
        return Html("", "")
    headers = (
        ("时段", "记录数", "有记录的工号数", "没有工号的记录数")
        if language == "zh"
        else ("Hour", "Contacts", "Agents", "Contacts without agent")
    )
    title = "各时段的记录与工号" if language == "zh" else "Contacts and agents by hour"
    return fold(title + _span(found, language), _unit_table(headers, rows, kinds))


def _agents(found: pd.DataFrame, language: str) -> Html:
    """Agents with contacts on the fewest days."""
    kinds = ["agent_contacts", "agent_days"]
    rows = _by_unit(found, kinds)
    if rows.empty:
        return Html("", "")
    order = rows.sort_values(["agent_days", "agent_contacts"], kind="stable")
    headers = (
        ("工号", "记录数", "有记录的天数")
        if language == "zh"
        else ("Agent", "Contacts", "Days with contacts")
    )
    count = min(len(rows), MOST_AGENTS)
    title = (
        f"{len(rows)} 个工号的出勤天数（列出最少的 {count} 个）"
        if language == "zh"
        else f"Days of {len(rows)} agents (the {count} with the fewest)"
    )
    return fold(title + _span(found, language), _unit_table(headers, order.head(count), kinds))


def _by_unit(found: pd.DataFrame, kinds: list[str]) -> pd.DataFrame:
    own = found[found["kind"].isin(kinds)]
    if own.empty:
        return pd.DataFrame(columns=["unit", *kinds])
    return own.pivot_table(index="unit", columns="kind", values="value")[kinds].reset_index()


def _unit_table(headers: tuple[str, ...], rows: pd.DataFrame, kinds: list[str]) -> Html:
    body = [[row["unit"], *(f"{row[kind]:,.0f}" for kind in kinds)] for row in records(rows)]
    return table(headers, body, numeric=headers[1:])


def _span(found: pd.DataFrame, language: str) -> str:
    periods = found.loc[found["kind"] == "hour_contacts", "period"].unique()
    if len(periods) != 1 or not periods[0]:
        return ""
    return f"（{periods[0]}）" if language == "zh" else f" ({periods[0]})"
