"""How many rows may be set aside before a report is refused."""

from dataclasses import dataclass
from math import ceil

import pandas as pd

from csqa.check.faults import group_faults
from csqa.check.findings import percent
from csqa.engine.dataset import Dataset
from csqa.errors import DataError, RuleError
from csqa.rules.measures import MEASURES
from csqa.schema import CONTACTS, TABLES

MAX_QUARANTINED = 0.05
"""Share of rows that may be set aside before a report says more than it knows."""
LEAST_FILE_ROWS = 100
"""Rows from which on a file is judged by itself: below, one wrong row is more than 1 %."""
MOST_REASONS = 3


@dataclass(frozen=True)
class _Part:
    """A table, or one file of it."""

    table: str
    name: str
    rows: int
    aside: int

    @property
    def share(self) -> float:
        return self.aside / self.rows


def require_usable(data: Dataset, max_quarantined: float = MAX_QUARANTINED) -> None:
    """Stop where too many rows were set aside for the rest to speak for all.

    Parameters
    ----------
    data : Dataset
        As loaded.
    max_quarantined : float
        Largest share of rows set aside, 0–1; with 1 nothing stops.

    Raises
    ------
    DataError
        If a table that feeds figures (contacts, inspections) or a file of contacts of at least
        100 rows exceeds it: the counts, the main reasons, and what to do. Inspections are not
        counted for naming a contact that is not in the data, as long as others do.
    RuleError
        If ``max_quarantined`` is no share.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["C1", "C2"],
    ...         "channel": ["phone", "fax"],
    ...         "created_at": ["2025-06-01 09:00", "2025-06-01 10:00"],
    ...     }
    ... )
    >>> data = Dataset.from_frames({"contacts": contacts})
    >>> require_usable(data, 0.5)
    >>> require_usable(data)
    Traceback (most recent call last):
        ...
    csqa.errors.DataError: 隔离的行太多，超过上限 5%：
      - 服务记录：2 行中隔离 1 行（50.0%）
    ...
    """
    excess = explain_excess(data, max_quarantined)
    if excess:
        raise DataError(excess)


def check_share(max_quarantined: float) -> float:
    """A limit as it is, if it is one.

    Raises
    ------
    RuleError
        If it is no number from 0 to 1.
    """
    known = isinstance(max_quarantined, int | float) and not isinstance(max_quarantined, bool)
    if known and 0 <= max_quarantined <= 1:
        return max_quarantined
    msg = (
        "`max_quarantined` 应为 0 到 1 之间的比例，例如 0.05（即 5%），"
        f"而不是 {max_quarantined!r}。"
    )
    raise RuleError(msg)


def explain_excess(data: Dataset, max_quarantined: float = MAX_QUARANTINED) -> str:
    """Say which tables and files exceed the limit, and why; nothing if none does.

    Raises
    ------
    RuleError
        If ``max_quarantined`` is no share.
    """
    limit = check_share(max_quarantined)
    over = [part for part in _parts(data) if part.share > limit and limit < 1]
    if not over:
        return ""
    told = [
        f"{part.name}：{part.rows:,} 行中隔离 {part.aside:,} 行（{percent(part.share)}）"
        for part in over
    ]
    enough = ceil(100 * max(part.share for part in over)) / 100
    return "\n".join(
        [
            f"隔离的行太多，超过上限 {100 * limit:g}%：",
            *(f"  - {line}" for line in told),
            "最多的原因：",
            *(f"  - {line}" for line in _main_reasons(data, over)),
            "办法：用 csqa check 数据 --quarantine 文件夹 把这些行连同原因取出来，改正后重新导出；",
            f"确认可以不要它们，再放宽上限：--max-quarantined {enough:g}。",
        ]
    )


def _parts(data: Dataset) -> list[_Part]:
    feeding = {measure.table for measure in MEASURES.values()}
    rows = data.rows[data.rows["table"].isin(feeding) & (data.rows["rows_in"] > 0)]
    tables = [_part(data, name, TABLES[name].zh, group) for name, group in _by_table(rows)]
    contacts = rows[rows["table"] == CONTACTS.name]
    large = contacts[contacts["rows_in"] >= LEAST_FILE_ROWS] if len(contacts) > 1 else rows.iloc[:0]
    files = [
        _Part(
            CONTACTS.name, f"文件 {row.file}", int(str(row.rows_in)), int(str(row.rows_quarantined))
        )
        for row in large.itertuples()
    ]
    return [*tables, *files]


def _by_table(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), group) for name, group in rows.groupby("table", sort=False)]


def _part(data: Dataset, table: str, name: str, rows: pd.DataFrame) -> _Part:
    came, used, aside = (int(rows[c].sum()) for c in ("rows_in", "rows_used", "rows_quarantined"))
    if used:  # a part of the contacts may have been exported; that none fits is a fault
        orphans = data.faults[
            (data.faults["table"] == table)
            & (data.faults["rule"] == "no_contact")
            & (data.faults["severity"] == "error")
        ]
        aside -= len(orphans)
    return _Part(table, name, came, aside)


def _main_reasons(data: Dataset, over: list[_Part]) -> list[str]:
    errors = data.faults[data.faults["severity"] == "error"]
    wrong = errors[errors["table"].isin({part.table for part in over})]
    grouped = group_faults(wrong).head(MOST_REASONS)
    return [
        f"{row.reason}：{row.count_:,} 处（{row.file} 第 {row.first_row:,} 行起）"
        for row in grouped.rename(columns={"count": "count_"}).itertuples()
    ]
