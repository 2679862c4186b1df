"""What ``csqa check`` says in a terminal: few lines for clean data, the worst first for others."""

from collections.abc import Iterator

import pandas as pd

from csqa.check import group_faults
from csqa.check.findings import KEPT, percent
from csqa.engine.dataset import Dataset
from csqa.engine.personal_outputs import mask_values
from csqa.frames import records
from csqa.schema import TABLES

MOST_REASONS = 20
"""Reasons told; the rest is counted."""


def describe_quality(
    data: Dataset, found: pd.DataFrame, *, keep_personal: bool = False
) -> Iterator[str]:
    """Say in Chinese, line by line, what was read, what is wrong with it, and what is in doubt.

    Parameters
    ----------
    data : Dataset
        As loaded.
    found : DataFrame
        From :func:`csqa.check`.
    keep_personal : bool
        Whether values with personal data are told as they are; else they are masked.

    Yields
    ------
    str
        A line, without characters that steer a terminal.

    Examples
    --------
    >>> from csqa.check import check
    >>> contacts = pd.DataFrame(
    ...     {"contact_id": ["C1"], "channel": ["phone"], "created_at": ["2025-06-01 09:00"]}
    ... )
    >>> data = Dataset.from_frames({"contacts": contacts})
    >>> next(describe_quality(data, check(data)))
    'DataFrame contacts（服务记录）：读入 1 行，可用 1 行'
    """
    lines = list(_lines(data, found, keep_personal))
    if not keep_personal:
        lines = mask_values(lines)
    for line in lines:
        yield "".join(c if c.isprintable() else "·" for c in line)


def _lines(data: Dataset, found: pd.DataFrame, keep_personal: bool) -> Iterator[str]:
    yield from map(_row_line, records(data.rows))
    yield from _span(found)
    yield from _fault_lines(data.faults, keep_personal)
    yield from _doubt_lines(found)


def _row_line(row: dict[str, object]) -> str:
    came, used, aside = (int(str(row[f"rows_{kind}"])) for kind in ("in", "used", "quarantined"))
    told = f"{row['file']}（{TABLES[str(row['table'])].zh}）：读入 {came:,} 行，可用 {used:,} 行"
    return told + (f"，隔离 {aside:,} 行（{percent(aside / came)}）" if aside else "")


def _span(found: pd.DataFrame) -> Iterator[str]:
    months = found[found["kind"] == "contacts"]
    if months.empty:
        return
    first, last = months["period"].iloc[0], months["period"].iloc[-1]
    partial = months.loc[months["note"] == "partial", "period"].tolist()
    span = first if first == last else f"{first} 至 {last}，共 {len(months)} 个月"
    yield f"服务记录的月份：{span}" + (f"；不完整的：{'、'.join(partial)}" if partial else "")


def _fault_lines(faults: pd.DataFrame, keep_personal: bool) -> Iterator[str]:
    if faults.empty:
        yield "行里没有错误。"
        return
    grouped = group_faults(faults, keep_personal=keep_personal)
    reasons = [group for _, group in grouped.groupby(["severity", "table", "reason"], sort=False)]
    # The sort is stable: errors stay before warnings.
    reasons.sort(key=lambda group: (group["done"].iloc[0] == KEPT, -group["count"].sum()))
    yield f"行里的错误，共 {len(faults):,} 处："
    yield from (f"  - {_reason_line(group)}" for group in reasons[:MOST_REASONS])
    rest = reasons[MOST_REASONS:]
    if rest:
        count = sum(int(group["count"].sum()) for group in rest)
        yield f"  - 另有 {len(rest)} 种、{count:,} 处；用 --quarantine 文件夹 可全部写出"


def _reason_line(group: pd.DataFrame) -> str:
    """One reason: how often, in which files, where first, and what was found."""
    first = group.iloc[0]
    kind = "警告，保留" if first["done"] == KEPT else "错误，已隔离"
    where = f"首见 {first['file']} 第 {first['first_row']:,} 行"
    if len(group) > 1:
        where = f"{len(group)} 个文件，{where}"
    found = f"：{first['values']}" if first["values"] else ""
    return f"[{kind}] {first['reason']}（{group['count'].sum():,} 处，{where}{found}）"


def _doubt_lines(found: pd.DataFrame) -> Iterator[str]:
    doubts = found.loc[(found["severity"] == "warning") & (found["kind"] != "faults"), "note"]
    if doubts.empty:
        yield "整体上没有可疑之处。"
        return
    yield f"整体上可疑之处，共 {len(doubts)} 处（警告，数据保留）："
    yield from (f"  - {note}" for note in doubts)
