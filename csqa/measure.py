"""measure: contacts and inspections in, sufficient statistics out.

The one stage that passes over all contacts. What it returns adds up, so every coarser view
(a quarter, the whole, three months together) is a sum of its rows, never an average of averages.
Only where inspected records were drawn with unequal chances do months add up by what they are
worth (their effective sizes), not by the contacts they stand for.
"""

from collections.abc import Sequence

import pandas as pd

from csqa import results
from csqa.engine.clocks import sum_clocks
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.passes import sum_metrics
from csqa.engine.periods import check_period, complete_periods
from csqa.engine.quantiles import find_quantiles
from csqa.engine.unit_columns import check_units
from csqa.engine.weighted_sums import weigh_back
from csqa.errors import RuleError
from csqa.periods import kind_of
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.inspection import Form
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
    form: Form | None = None,
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
    form : Form, optional
        What inspected items mean. Default: the shipped one.

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

    Notes
    -----
    In a period whose inspected records had unequal chances to be drawn
    (``inclusion_probability``), metrics of inspected records are weighted back: a record counts
    as ``c/π`` records, all of the period together as many as they are worth (Kish). ``n`` is then
    that effective number, no whole one (:func:`csqa.stats.record_weights`).

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
    by = check_units(by)
    check_period(every, until)
    dataset = as_dataset(data)
    rules, hours = standard or read_standard(), calendar or read_calendar()
    sums = sum_metrics(dataset, rules, hours, by, every, form)
    sums = weigh_back(dataset, sums, rules, by)
    if until is not None:
        sums = sums[sums["period"] <= until].copy()
    complete = complete_periods(dataset, every).set_index("period")["complete"]
    sums["complete"] = sums["period"].map(complete).astype(bool)
    keys = ["period", *by, "metric", "target_line"]
    return sums.sort_values(keys, ignore_index=True)[[*keys, *results.MEASURE_COLUMNS[2:]]]


def measure_quantiles(
    data: Dataset | pd.DataFrame,
    standard: Standard | None = None,
    *,
    by: Sequence[str] | str = (),
    every: str = "month",
    probabilities: Sequence[float] = (0.5, 0.9),
    calendar: Calendar | None = None,
    form: Form | None = None,
) -> pd.DataFrame:
    """Quantiles of durations and counts: what most customers had, and what the unlucky tenth had.

    They do not add up: each grouping is asked of the engine, and they are exact there.

    Parameters
    ----------
    data, standard, by, every, calendar, form
        As for :func:`measure`.
    probabilities : sequence of float
        In [0, 1]; default median and 90th percentile.

    Returns
    -------
    DataFrame, one row per period, unit, metric and probability
        ``period``, the unit columns, ``metric``, ``probability``, ``value`` [the metric's unit].
        Interpolated between the two nearest records (Hyndman and Fan 1996, type 7). Sorted.

    Raises
    ------
    RuleError
        If ``by``, ``every`` or a probability is not one of those allowed.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["1", "2"],
    ...         "channel": "phone",
    ...         "created_at": ["2025-06-02 09:00", "2025-06-03 09:00"],
    ...         "handle_seconds": [60, 120],
    ...     }
    ... )
    >>> measure_quantiles(contacts)[["metric", "probability", "value"]].values.tolist()
    [['handle_time', 0.5, 90.0], ['handle_time', 0.9, 114.0]]
    """
    by = check_units(by)
    check_period(every, None)
    for probability in probabilities:
        if not 0 <= probability <= 1:
            msg = f"`probabilities` 应在 0 与 1 之间，而不是 {probability!r}。"
            raise RuleError(msg)
    rules, hours = standard or read_standard(), calendar or read_calendar()
    found = find_quantiles(as_dataset(data), rules, hours, by, every, probabilities, form)
    return found.sort_values(["period", *by, "metric", "probability"], ignore_index=True)


def measure_clocks(
    data: Dataset | pd.DataFrame, period: str, *, calendar: Calendar | None = None
) -> pd.DataFrame:
    """Durations of one month by both clocks: elapsed, and counted in open hours only.

    Parameters
    ----------
    data : Dataset or DataFrame of contacts
        Loaded data.
    period : str
        A month, as ``2025-06``.
    calendar : Calendar, optional
        Opening hours, holidays, make-up workdays. Default: the shipped ones.

    Returns
    -------
    DataFrame, one row per measure and channel
        ``measure``, ``channel``, ``n`` contacts with both durations, ``mean_seconds``,
        ``mean_business_seconds`` [s], ``uncovered``: contacts besides of which the calendar
        cannot tell, for it does not cover the year.

    Raises
    ------
    RuleError
        If ``period`` is no month.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["1"],
    ...         "channel": "email",
    ...         "created_at": ["2025-06-06 17:30"],
    ...         "first_response_at": ["2025-06-09 09:30"],
    ...     }
    ... )
    >>> found = measure_clocks(contacts, "2025-06")  # from Friday evening to Monday morning
    >>> (found[["mean_seconds", "mean_business_seconds"]] / 3600).values.tolist()
    [[64.0, 1.0]]
    """
    if kind_of(period) != "month":
        msg = f"`period` 应为 2025-06 这样的月份，而不是 {period!r}。"
        raise RuleError(msg)
    sums = sum_clocks(as_dataset(data), calendar or read_calendar(), period)
    n = sums["n"].where(sums["n"] > 0)
    return sums.assign(
        mean_seconds=sums["total_seconds"] / n, mean_business_seconds=sums["business_seconds"] / n
    )[["measure", "channel", "n", "mean_seconds", "mean_business_seconds", "uncovered"]]
