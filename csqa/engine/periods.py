"""Which periods the contacts cover, and how far."""

from datetime import date, timedelta

import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.errors import RuleError, check_option
from csqa.periods import first_day, kind_of, label_of, next_period
from csqa.schema import EVERY

COMPLETE_SHARE = 0.9
"""Of a period's days that the data must span for it to count as complete."""

PERIOD_COLUMNS = ["period", "first", "last", "days", "covered_days", "complete"]


def complete_periods(data: Dataset, every: str = "month") -> pd.DataFrame:
    """List all periods from the first contact to the last, with how far the data span them.

    Parameters
    ----------
    data : Dataset
        With contacts.
    every : {"day", "week", "month", "quarter", "year"}
        Kind of period.

    Returns
    -------
    DataFrame, one row per period, oldest first
        ``period`` label; ``first``, ``last`` its first and last date; ``days`` [days];
        ``covered_days`` [days] between first and last contact; ``complete`` (bool).

    Raises
    ------
    RuleError
        If ``every`` is no kind of period.

    Notes
    -----
    Only the edges count: a quiet day inside the span is covered. Complete means at least 90 %.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["C1", "C2"],
    ...         "channel": ["phone", "phone"],
    ...         "created_at": ["2025-05-20 09:00", "2025-06-29 09:00"],
    ...     }
    ... )
    >>> data = Dataset.from_frames({"contacts": contacts})
    >>> complete_periods(data)[["period", "covered_days", "complete"]].values.tolist()
    [['2025-05', 12, False], ['2025-06', 29, True]]
    """
    check_option("every", every, EVERY)
    if data.first_at is None or data.last_at is None:
        return pd.DataFrame(columns=PERIOD_COLUMNS)
    begin, end = data.first_at.date(), data.last_at.date()
    lines = []
    label = label_of(begin, every)
    while first_day(label) <= end:
        lines.append(_line(label, begin, end))
        label = next_period(label)
    return pd.DataFrame(lines, columns=PERIOD_COLUMNS)


def _line(label: str, begin: date, end: date) -> tuple[str, date, date, int, int, bool]:
    first, last = first_day(label), first_day(next_period(label)) - timedelta(days=1)
    days = (last - first).days + 1
    covered = (min(last, end) - max(first, begin)).days + 1
    return label, first, last, days, covered, covered >= COMPLETE_SHARE * days


def check_period(every: str, until: str | None) -> None:
    """Check a kind of period, and that the last one wanted is of that kind.

    Raises
    ------
    RuleError
        If one is not.

    Examples
    --------
    >>> check_period("month", "2025-06")
    >>> check_period("month", "2025")
    Traceback (most recent call last):
        ...
    csqa.errors.RuleError: `until` 应与 `every` 一样是 month，而不是 '2025'。
    """
    check_option("every", every, EVERY)
    if until is not None and kind_of(until) != every:
        msg = f"`until` 应与 `every` 一样是 {every}，而不是 {until!r}。"
        raise RuleError(msg)
