"""The months before a measure and after it, and the sums of both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from csqa.engine.differences import SUMS
from csqa.engine.estimates import sum_lines, value_of
from csqa.periods import first_day, last_day
from csqa.rules.standard import Standard


@dataclass(frozen=True)
class Windows:
    """Months on either side of a measure."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    """Both of them in order of time."""


def find_windows(
    months: Iterable[str], started: date, ended: date, *, before: int, after: int
) -> Windows:
    """Take the last whole months before a measure was begun and the first ones after it was done.

    Parameters
    ----------
    months : iterable of str
        Complete months of the data.
    started, ended : date
        First and last day on which the measure was carried out.
    before, after : int
        Most months on each side.

    Examples
    --------
    >>> months = ["2024-12", "2025-01", "2025-02", "2025-03"]
    >>> find_windows(months, date(2025, 2, 1), date(2025, 2, 10), before=1, after=3)
    Windows(before=('2025-01',), after=('2025-03',))
    """
    known = sorted(set(months))
    earlier = [month for month in known if last_day(month) < started]
    later = [month for month in known if first_day(month) > ended]
    return Windows(tuple(earlier[-before:]), tuple(later[:after]))


def sum_months(
    measures: pd.DataFrame, standard: Standard, months: Sequence[str], keys: Sequence[str]
) -> pd.DataFrame:
    """Sum the measures of some months, with the value of each row.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them.
    standard : Standard
        The one they were measured by.
    months : sequence of str
        Which.
    keys : sequence of str
        Columns to keep apart, ``metric`` among them.

    Returns
    -------
    DataFrame
        As :func:`csqa.engine.estimates.sum_lines`, and ``value``.
    """
    rows = sum_lines(measures[measures["period"].isin(list(months))], standard, keys)
    rows["value"] = np.nan
    for kind, part in rows.groupby("kind"):
        n, total = (part[name].to_numpy(dtype=float) for name in SUMS[:2])
        rows.loc[part.index, "value"] = value_of(str(kind), n, total)
    return rows


def pair_windows(
    measures: pd.DataFrame, standard: Standard, windows: Windows, keys: Sequence[str]
) -> pd.DataFrame:
    """Sums after a measure beside those before it, ready for an interval of the difference.

    Returns
    -------
    DataFrame, one row per key that both sides have
        The keys, ``kind``, ``direction``, ``target``, ``target_upper`` (of the months after);
        ``n``, ``total``, ``total_squares``, ``value``, and the same ending in ``_before``.
    """
    after, before = (
        sum_months(measures, standard, months, keys) for months in (windows.after, windows.before)
    )
    kept = [*keys, *SUMS, "value"]
    described = ["kind", "direction", "target", "target_upper"]
    return after[[*kept, *described]].merge(before[kept], on=list(keys), suffixes=("", "_before"))


def standard_errors(rows: pd.DataFrame, side: str = "") -> np.ndarray:
    """Standard error of each row's value, in the unit of its kind.

    Parameters
    ----------
    rows : DataFrame
        ``kind``, and the sums of a side; faults are taken as Poisson, all else by its variance.
    side : {"", "_before"}
        Which side.

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": ["share"], "n": [100], "total": [50], "total_squares": [50]})
    >>> standard_errors(rows).round(3).tolist()
    [0.05]
    """
    n, total, squares = (rows[f"{name}{side}"].to_numpy(dtype=float) for name in SUMS)
    size = np.where(n > 0, n, np.nan)
    variance = np.maximum(squares / size - (total / size) ** 2, 0) / size
    faults = (100 / size) ** 2 * np.maximum(total, 1)
    return np.sqrt(np.where(rows["kind"].to_numpy() == "per_hundred", faults, variance))
