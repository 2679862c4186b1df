"""measure: contacts and inspections in, sufficient statistics out.

The one stage that passes over all contacts. What it returns adds up, so every coarser view
(a quarter, the whole, three months together) is a sum of its rows, never an average of averages.
"""

from collections.abc import Sequence

import pandas as pd

from csqa import results, schema
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.passes import sum_metrics
from csqa.engine.periods import complete_periods
from csqa.errors import RuleError, check_option
from csqa.periods import kind_of
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard


def measure(
    data: Dataset | pd.DataFrame,
    standard: Standard | None = None,
    *,
    by: Sequence[str] | str = (),
    every: str = "month",
    until: str | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Measure every metric of the standard that the data can feed.

    Parameters
    ----------
    data : Dataset or DataFrame
        From :func:`csqa.load`; a DataFrame is taken as the table ``contacts``.
    standard : Standard, optional
        Default: the shipped one.
    by : str or sequence of str
        Unit columns, of :data:`csqa.schema.UNITS`; empty for the whole.
    every : {"month", "day", "week", "quarter", "year"}
        Period, cut in the declared zone of the data.
    until : str, optional
        The last period wanted: a report on June is the same in July and in September.
    calendar : Calendar, optional
        Peak hours. Default: the shipped ones.

    Returns
    -------
    DataFrame, one row per period, unit, metric and line of the standard
        ``period``, the unit columns, ``metric``, ``target_line`` (which line judges these
        contacts), ``n``, ``total``, ``total_squares`` [the metric's unit, squared], ``over``
        (how many miss by themselves; NaN without a target), ``complete`` (bool). Sorted.
        A metric that the data cannot feed has no row.

    Raises
    ------
    RuleError
        If ``by`` or ``every`` is not one of those allowed, or ``until`` is no such period.

    Examples
    --------
    >>> import pandas as pd
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["1", "2"],
    ...         "channel": "online",
    ...         "team": "A",
    ...         "created_at": ["2025-06-02 09:00:00", "2025-06-03 09:00:00"],
    ...         "first_response_at": ["2025-06-02 09:00:20", "2025-06-03 09:00:40"],
    ...     }
    ... )
    >>> measure(contacts, by="team")[["team", "metric", "n", "total", "over"]]
      team                 metric  n  total  over
    0    A  first_response_online  2   60.0   1.0
    """
    by = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    for unit in by:
        check_option("by", unit, schema.UNITS)
    check_option("every", every, schema.EVERY)
    if until is not None and kind_of(until) != every:
        msg = f"`until` 应与 `every` 一样是 {every}，而不是 {until!r}。"
        raise RuleError(msg)
    dataset = as_dataset(data)
    sums = sum_metrics(dataset, standard or read_standard(), calendar or read_calendar(), by, every)
    if until is not None:
        sums = sums[sums["period"] <= until].copy()
    complete = complete_periods(dataset, every).set_index("period")["complete"]
    sums["complete"] = sums["period"].map(complete).astype(bool)
    keys = ["period", *by, "metric", "target_line"]
    return sums.sort_values(keys, ignore_index=True)[[*keys, *results.MEASURE_COLUMNS[2:]]]
