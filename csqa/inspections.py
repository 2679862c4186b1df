"""score_inspections: from judged items to the scores of records, agents and teams.

An item is rated from 0 to 1, a record from 0 to 100 by the weights of its rated items, and a unit
by the mean of its records. Everything shown is taken from sums that add up, so that a quarter or
a team is the sum of its months or agents.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from csqa import schema
from csqa.engine.dataset import Dataset
from csqa.engine.periods import complete_periods
from csqa.engine.record_scores import require_inspections, sum_items, sum_records
from csqa.engine.weighted_records import sums_of, weighted_columns, with_method
from csqa.errors import RuleError, check_option
from csqa.frames import unit_columns
from csqa.periods import kind_of
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.inspection import Form, read_form
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import mean_of_sums, share_of_sums, t_interval, wilson

FULL = 100.0

_RECORD_SUMS = tuple(
    name for suffix in ("", "_unkilled", "_critical_free") for name in weighted_columns(suffix)
)

RECORD_COLUMNS = (
    "n_records",
    "n_rated",
    "n",
    "score",
    "lower",
    "upper",
    "n_unkilled",
    "score_unkilled",
    "lower_unkilled",
    "upper_unkilled",
    "n_critical_free",
    "critical_free",
    "lower_critical_free",
    "upper_critical_free",
    "set_aside",
    "status",
    "total",
    "total_squares",
    "total_unkilled",
    "total_squares_unkilled",
    "method",
    "n_with_probability",
    *_RECORD_SUMS,
    "complete",
)
ITEM_COLUMNS = (
    "item",
    "n_records",
    "n",
    "score",
    "lower",
    "upper",
    "n_failed",
    "n_critical",
    "set_aside",
    "status",
    "total",
    "total_squares",
    "method",
    "n_with_probability",
    *weighted_columns(""),
    "complete",
)


def score_inspections(
    data: Dataset,
    form: Form | None = None,
    *,
    by: Sequence[str] | str = (),
    every: str = "month",
    until: str | None = None,
    standard: Standard | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Score inspected records, and by them agents, teams or any other unit.

    Parameters
    ----------
    data : Dataset
        From :func:`csqa.load`, with ``inspections``.
    form : Form, optional
        From :func:`csqa.read_form`: weights, scales, critical items. Default: the shipped one.
    by : str or sequence of str
        Unit columns, of :data:`csqa.schema.UNITS`; empty for the whole.
    every : {"month", "day", "week", "quarter", "year"}
        Period, cut in the declared zone of the data. A record counts in the period in which its
        contact was created.
    until : str, optional
        The last period wanted.
    standard, calendar
        Whose contact it is (``attribution``), from how many records on a unit is judged, and peak
        hours. Default: the shipped ones.

    Returns
    -------
    DataFrame, one row per period and unit with inspected records, sorted
        ``period``, the unit columns, ``n_records`` inspected, ``n_rated`` of them with at least
        one rated item; ``n`` with a score, ``score`` [0–100] their mean, with its 95 % t interval
        ``lower`` and ``upper``; the same with ``_unkilled``, as if no item were critical;
        ``n_critical_free`` records without a critical error and their share of ``n_rated``,
        ``critical_free``, with its Wilson interval; ``set_aside``, judged items that could not be
        used (:func:`csqa.list_inspection_faults`); ``status``: ``ok``, ``small``, ``too_few``,
        ``no_data``; ``total``, ``total_squares`` of the scores, which add up like all counts;
        ``method``: ``unweighted``, ``hajek`` where the inspections state each contact's
        ``inclusion_probability``, ``hajek_mixed`` where some lack it (they stand for themselves
        alone) and ``n_with_probability`` tells how many do not; the weighted sums, which add up
        too; ``complete`` (bool): the data cover the period.

    Raises
    ------
    DataError
        If there are no inspections.
    RuleError
        If ``by`` or ``every`` is not one of those allowed, or ``until`` is no such period.

    Notes
    -----
    methods.md 4.1. A rating is ``(score - min) / (max - min)``, or 1 for a pass and 0 for a fail.
    Rows of one inspector on one item are averaged, then the inspectors; a record is
    ``100 · Σ weight · rating / Σ weight`` over its rated items, and 0 if any inspector rated a
    critical item below 0.5. Where contacts had unequal chances to be drawn, means and shares are
    weighted by ``1/π``, with the variance of :func:`csqa.stats.weighted_mean`.

    Examples
    --------
    Two records; the second fails an item that is critical:

    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["1", "2"],
    ...         "channel": "online",
    ...         "created_at": ["2025-06-02 09:00:00", "2025-06-03 09:00:00"],
    ...     }
    ... )
    >>> inspections = pd.DataFrame(
    ...     {
    ...         "contact_id": ["1", "1", "2", "2"],
    ...         "item": ["开场白", "保密", "开场白", "保密"],
    ...         "result": ["合格", "合格", "合格", "不合格"],
    ...         "critical": [False, True, False, True],
    ...     }
    ... )
    >>> data = Dataset.from_frames({"contacts": contacts, "inspections": inspections})
    >>> score_inspections(data)[["n", "score", "score_unkilled", "critical_free"]]
       n  score  score_unkilled  critical_free
    0  2   50.0            75.0            0.5
    """
    units = _check(data, by, every, until)
    rules, hours = standard or read_standard(), calendar or read_calendar()
    sums = sum_records(data, rules, hours, form or read_form(), units, every)
    rows = estimate_records(_until(data, sums, every, until), rules)
    return rows[["period", *units, *RECORD_COLUMNS]]


def score_items(
    data: Dataset,
    form: Form | None = None,
    *,
    by: Sequence[str] | str = (),
    every: str = "month",
    until: str | None = None,
    standard: Standard | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Score each item of the form by itself: where the points of the records are lost.

    Parameters
    ----------
    data, form, by, every, until, standard, calendar
        As for :func:`score_inspections`.

    Returns
    -------
    DataFrame, one row per period, unit and item, sorted
        ``period``, the unit columns, ``item`` (its key in the form, else as it is written);
        ``n_records`` on which it was judged, ``n`` on which it was rated; ``score`` [0–100], 100
        times the mean rating, with its 95 % t interval; ``n_failed`` records rated below 0.5,
        ``n_critical`` that it made 0; ``set_aside`` rows; ``status``; ``total``,
        ``total_squares``; ``method`` and what it rests on, as there; ``complete``.

    Raises
    ------
    DataError
        If there are no inspections.
    RuleError
        If ``by`` or ``every`` is not one of those allowed, or ``until`` is no such period.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {"contact_id": ["1"], "channel": "online", "created_at": "2025-06-02 09:00:00"}
    ... )
    >>> inspections = pd.DataFrame(
    ...     {"contact_id": ["1", "1"], "item": ["开场白", "语气"], "result": ["合格", "不合格"]}
    ... )
    >>> data = Dataset.from_frames({"contacts": contacts, "inspections": inspections})
    >>> score_items(data)[["item", "n", "score", "n_failed"]].values.tolist()
    [['开场白', 1, 100.0, 0], ['语气', 1, 0.0, 1]]
    """
    units = _check(data, by, every, until)
    rules, hours = standard or read_standard(), calendar or read_calendar()
    sums = sum_items(data, rules, hours, form or read_form(), units, every)
    rows = with_method(_with_mean(_until(data, sums, every, until)))
    rows = rows.assign(status=_status(rows["n"], rules))
    return rows[["period", *units, *ITEM_COLUMNS]]


def estimate_records(sums: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Add means, shares, intervals and status to sums of record scores.

    Parameters
    ----------
    sums : DataFrame
        The counts and totals of :func:`score_inspections`, as they are or summed up.
    standard : Standard
        From how many records on a unit is judged.

    Returns
    -------
    DataFrame
        The same rows with every column of :data:`RECORD_COLUMNS` that is not a sum.
    """
    rows = _with_mean(_with_mean(sums), "_unkilled")
    free, rated = (rows[name].to_numpy(dtype=float) for name in ("n_critical_free", "n_rated"))
    plain = np.divide(free, rated, out=np.full(len(rows), np.nan), where=rated > 0)
    found = share_of_sums(sums_of(rows, "_critical_free", "n_rated"))
    weighted = found.value, found.lower, found.upper
    share, lower, upper = _choose(rows, weighted, (plain, *wilson(free, rated)))
    return with_method(rows).assign(
        critical_free=share,
        lower_critical_free=lower,
        upper_critical_free=upper,
        status=_status(rows["n"], standard),
    )


def _choose(
    rows: pd.DataFrame, weighted: Sequence[ArrayLike], plain: Sequence[ArrayLike]
) -> list[NDArray[np.float64]]:
    """Weighted estimates where a record says how probably it was drawn, else the plain ones."""
    known = (rows["n_with_probability"] > 0).to_numpy()
    return [np.where(known, one, other) for one, other in zip(weighted, plain, strict=True)]


def _with_mean(sums: pd.DataFrame, suffix: str = "") -> pd.DataFrame:
    names = (f"n{suffix}", f"total{suffix}", f"total_squares{suffix}")
    n, total, squares = (sums[name].to_numpy(dtype=float) for name in names)
    plain = np.divide(total, n, out=np.full(len(sums), np.nan), where=n > 0)
    found = mean_of_sums(sums_of(sums, suffix, names[0]))
    weighted = found.value, found.lower, found.upper
    mean, lower, upper = _choose(sums, weighted, (plain, *t_interval(n, total, squares)))
    return sums.assign(
        **{
            f"score{suffix}": mean,
            f"lower{suffix}": np.clip(lower, 0, FULL),
            f"upper{suffix}": np.clip(upper, 0, FULL),
        }
    )


def _status(n: pd.Series, standard: Standard) -> pd.Series:
    few, small = n < standard.count_only_below, n < standard.judge_from
    found = np.select([n == 0, few, small], ["no_data", "too_few", "small"], "ok")
    return pd.Series(found, index=n.index, dtype="str")


def _until(data: Dataset, sums: pd.DataFrame, every: str, until: str | None) -> pd.DataFrame:
    complete = complete_periods(data, every).set_index("period")["complete"]
    rows = sums.assign(complete=sums["period"].map(complete).astype(bool))
    if until is not None:
        rows = rows[rows["period"] <= until]
    keys = ["period", *unit_columns(rows), *(["item"] if "item" in rows else [])]
    return rows.sort_values(keys, ignore_index=True)


def _check(data: Dataset, by: Sequence[str] | str, every: str, until: str | None) -> list[str]:
    require_inspections(data)
    units = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    for unit in units:
        check_option("by", unit, schema.UNITS)
    check_option("every", every, schema.EVERY)
    if until is not None and kind_of(until) != every:
        msg = f"`until` 应与 `every` 一样是 {every}，而不是 {until!r}。"
        raise RuleError(msg)
    return units
