"""backlog: what is open at the end of each period, and how well resolution limits are kept.

Unlike the measures, a stock does not add up over time: the backlog of a quarter is that of its end.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.periods import check_period, complete_periods
from csqa.engine.stocks import LIMIT_COUNTS, STOCK_COUNTS, count_limits, count_stock
from csqa.engine.unit_columns import check_units
from csqa.errors import DataError
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import wilson


def measure_backlog(
    data: Dataset | pd.DataFrame,
    standard: Standard | None = None,
    *,
    by: Sequence[str] | str = (),
    every: str = "month",
    until: str | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Count the contacts that are open at the end of each period: the backlog (工单积压量).

    Parameters
    ----------
    data : Dataset or DataFrame
        From :func:`csqa.load`; a DataFrame is taken as the table ``contacts``.
    standard : Standard, optional
        For ``resolution_limit_hours``, ``at_risk_share`` and ``attribution``. Default: the
        shipped one.
    by : str or sequence of str
        Unit columns, of :data:`csqa.schema.UNITS`; empty for the whole.
    every : {"month", "day", "week", "quarter", "year"}
        Period, cut in the declared zone of the data.
    until : str, optional
        The last period wanted.
    calendar : Calendar, optional
        Peak hours, for the unit ``peak``. Default: the shipped ones.

    Returns
    -------
    DataFrame, one row per period and unit that has had a contact by then
        ``period``; ``at`` (aware): the last moment of the period, of the last one the creation of
        the last contact, the data's own now; the unit columns; ``open`` [contacts], which is
        ``over_limit`` + ``at_risk`` + ``in_time`` + ``no_limit``; ``undecided`` [contacts]: not
        known whether open; ``median_age_seconds`` [s] of those open, NaN where there is none;
        ``complete`` (bool). Sorted.

    Raises
    ------
    RuleError
        If ``by``, ``every`` or ``until`` is not one of those allowed.
    DataError
        If nothing tells what is resolved.

    Notes
    -----
    Open: created by then, not resolved by then. A contact over its limit is older than the hours
    of its priority; one at risk has used ``at_risk_share`` of them. A contact resolved at an
    unknown time (flag without time) is undecided at each end before now, and now not open; one of
    which neither flag nor time is known, in a table with flags, is undecided. A time of resolution
    goes before the flag. Abandoned calls are never open.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["1", "2", "3"],
    ...         "channel": "online",
    ...         "priority": "urgent",
    ...         "created_at": ["2025-05-02 09:00", "2025-05-31 23:00", "2025-06-30 09:00"],
    ...         "resolved_at": ["2025-05-02 10:00", "2025-06-01 00:30", None],
    ...     }
    ... )
    >>> measure_backlog(contacts)[["period", "open", "over_limit", "median_age_seconds"]]
        period  open  over_limit  median_age_seconds
    0  2025-05     1           0            3599.999
    1  2025-06     1           0               0.000
    """
    by = check_units(by)
    check_period(every, until)
    dataset = as_dataset(data)
    _check_resolution(dataset)
    found = count_stock(
        dataset, standard or read_standard(), calendar or read_calendar(), by, every, until
    )
    at = pd.to_datetime(found["at"]).dt.tz_localize("UTC").dt.tz_convert(dataset.time_zone)
    found = _with_completeness(found.assign(at=at), dataset, every)
    columns = ["period", "at", *by, *STOCK_COUNTS, "median_age_seconds", "complete"]
    return found.sort_values(["period", *by], ignore_index=True)[columns]


def measure_attainment(
    data: Dataset | pd.DataFrame,
    standard: Standard | None = None,
    *,
    by: Sequence[str] | str = (),
    every: str = "month",
    until: str | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Count how many contacts were resolved within the limit of their priority, and how many not.

    Parameters
    ----------
    data, standard, by, every, until, calendar
        As for :func:`measure_backlog`.

    Returns
    -------
    DataFrame, one row per period, unit and priority
        ``period``, the unit columns, ``priority``, ``limit_hours`` [h]; of the contacts created
        in the period ``met``, ``missed`` (resolved late, or open and late), ``undecided`` (open,
        not late at the end of the data), ``time_unknown`` (resolved, not told when), ``no_limit``
        [contacts]; ``n`` = met + missed; ``value`` = met / n with its 95 % interval ``lower``,
        ``upper`` and ``method``; ``complete`` (bool). Sorted.

    Raises
    ------
    RuleError
        If ``by``, ``every`` or ``until`` is not one of those allowed.
    DataError
        If there is no priority, or nothing tells what is resolved.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["1", "2", "3", "4"],
    ...         "channel": "online",
    ...         "priority": "urgent",
    ...         "created_at": ["2025-06-02 09:00"] * 3 + ["2025-06-30 09:00"],
    ...         "resolved_at": ["2025-06-02 10:00", "2025-06-02 12:00", None, None],
    ...     }
    ... )
    >>> found = measure_attainment(contacts)
    >>> found[["priority", "limit_hours", "met", "missed", "undecided"]].values.tolist()
    [['urgent', 2.0, 1, 2, 1]]
    """
    by = check_units(by)
    check_period(every, until)
    dataset = as_dataset(data)
    _check_resolution(dataset)
    if not dataset.has("contacts", "priority"):
        msg = "服务记录没有“优先级”（priority）这一列：时限按优先级定，无法判断是否超时。"
        raise DataError(msg)
    found = count_limits(
        dataset, standard or read_standard(), calendar or read_calendar(), by, every
    )
    if until is not None:
        found = found[found["period"] <= until].reset_index(drop=True)
    n = (found["met"] + found["missed"]).to_numpy(dtype=float)
    met = found["met"].to_numpy(dtype=float)
    lower, upper = wilson(met, n)
    value = np.divide(met, n, out=np.full(n.shape, np.nan), where=n > 0)
    found = found.assign(n=n.astype("int64"), value=value, lower=lower, upper=upper)
    found = _with_completeness(found.assign(method="wilson"), dataset, every)
    keys = list(dict.fromkeys(["period", *by, "priority"]))
    estimated = ["n", "value", "lower", "upper", "method", "complete"]
    return found[[*keys, "limit_hours", *LIMIT_COUNTS, *estimated]]


def _with_completeness(found: pd.DataFrame, data: Dataset, every: str) -> pd.DataFrame:
    complete = complete_periods(data, every).set_index("period")["complete"]
    return found.assign(complete=found["period"].map(complete).astype(bool))


def _check_resolution(data: Dataset) -> None:
    if not any(data.has("contacts", name) for name in ("resolved_at", "resolved")):
        msg = (
            "服务记录里“解决时间”（resolved_at）和“是否解决”（resolved）一个也没有："
            "不知道哪些记录还没有解决。"
        )
        raise DataError(msg)
