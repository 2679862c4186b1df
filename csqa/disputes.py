"""Disputes (申诉): how many, how many overturned, in time or not, and scores as corrected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.disputed import BY, FLAGS, judge_disputes
from csqa.errors import DataError, RuleError, check_option
from csqa.periods import kind_of, label_of
from csqa.rules.calendar import Calendar
from csqa.rules.inspection import Form
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.schema import EVERY
from csqa.stats import wilson

DISPUTE_COLUMNS = (
    "n_filed",
    "n_upheld",
    "n_overturned",
    "n_withdrawn",
    "n_pending",
    "n",
    "overturn_rate",
    "lower",
    "upper",
    "status",
    "n_filing_known",
    "n_filed_in_time",
    "filed_in_time",
    "n_decision_due",
    "n_decided_in_time",
    "decided_in_time",
    "n_overdue",
    "n_without_correction",
    "n_without_judgement",
)
"""Of :func:`measure_disputes`, after ``period`` and the columns of ``by``."""

OPEN_COLUMNS = (
    "dispute_id",
    "contact_id",
    "item",
    "inspector",
    "agent_id",
    "team",
    "filed_on",
    "due_on",
    "days_open",
    "overdue",
    "reason",
)
"""Of :func:`list_open_disputes`."""


def measure_disputes(
    data: Dataset,
    form: Form | None = None,
    *,
    by: Sequence[str] | str = (),
    every: str = "month",
    until: str | None = None,
    as_of: date | str | None = None,
    standard: Standard | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Count disputes, how many judgements they overturned, and whether deadlines were kept.

    Parameters
    ----------
    data : Dataset
        From :func:`csqa.load`, with ``disputes``.
    form : Form, optional
        From :func:`csqa.read_form`: the items' names, and the deadlines (``disputes``). Default:
        the shipped one.
    by : str or sequence of str
        Of ``item``, ``inspector``, ``agent_id``, ``team``; empty for the whole.
    every : {"month", "day", "week", "quarter", "year"}
        Period in which a dispute was filed.
    until : str, optional
        The last period wanted.
    as_of : date or str, optional
        The day (or the last day of a period) from which it is seen: what was filed later is left
        out, what was decided later is pending. Default: the last day that the data tell of.
    standard, calendar
        Whose contact it is and from how many on a rate is shown; which days are worked. Default:
        the shipped ones.

    Returns
    -------
    DataFrame, one row per period and unit with disputes, sorted
        ``period``, the columns of ``by`` (``unknown`` where not told); ``n_filed``, and of them
        ``n_upheld``, ``n_overturned``, ``n_withdrawn``, ``n_pending``; ``n`` decided on their
        merits, ``overturn_rate`` [0–1] of them with Wilson's interval, and ``status``:
        ``too_few``, ``small``, ``ok``, ``no_data``; ``filed_in_time`` [0–1] of the
        ``n_filing_known`` that tell when the judgement was made; ``decided_in_time`` [0–1] of the
        ``n_decision_due``, which are the decided and the overdue ones: those still within their
        time are not counted yet, nor those withdrawn, nor those whose deadline touches a year
        whose holidays the calendar does not list; ``n_overdue`` pending ones past their deadline;
        ``n_without_correction`` overturned ones that name no corrected result or score, and
        ``n_without_judgement`` ones over an item that the inspections don't hold for the contact:
        neither corrects any score.

    Raises
    ------
    DataError
        If there are no disputes.
    RuleError
        If ``by``, ``every``, ``until`` or ``as_of`` is not one of those allowed.

    Notes
    -----
    The day of the judgement or of the filing is day 0; a deadline holds to the end of its last
    day. Overturned / (upheld + overturned), Wilson (1927). Only what an agent disputes is looked
    at again, so the rate is not the share of wrong judgements.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {"contact_id": ["1"], "channel": "online", "created_at": "2025-06-02 09:00:00"}
    ... )
    >>> disputes = pd.DataFrame(
    ...     {
    ...         "申诉编号": ["D1", "D2"],
    ...         "服务单号": "1",
    ...         "质检项": ["语气", "开场白"],
    ...         "申诉时间": ["2025-06-05 10:00", "2025-06-05 10:05"],
    ...         "裁定时间": ["2025-06-06 10:00", None],
    ...         "申诉结果": ["改判", "待定"],
    ...     }
    ... )
    >>> data = Dataset.from_frames({"contacts": contacts, "disputes": disputes})
    >>> found = measure_disputes(data, as_of="2025-06")
    >>> found[["n_filed", "n_overturned", "overturn_rate", "n_overdue"]].values.tolist()
    [[2.0, 1.0, 1.0, 1.0]]
    """
    keys = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    for key in keys:
        check_option("by", key, BY)
    check_option("every", every, EVERY)
    if until is not None and kind_of(until) != every:
        msg = f"`until` 应与 `every` 一样是 {every}，而不是 {until!r}。"
        raise RuleError(msg)
    rules = standard or read_standard()
    rows = judge_disputes(data, form, as_of, rules, calendar)
    rows["period"] = [label_of(day, every) for day in rows["filed_on"].dt.date]
    counted = rows.groupby(["period", *keys], sort=True)[list(FLAGS)].sum().reset_index()
    if until is not None:
        counted = counted[counted["period"] <= until].reset_index(drop=True)
    return _estimate(counted, rules)[["period", *keys, *DISPUTE_COLUMNS]]


def list_open_disputes(
    data: Dataset,
    form: Form | None = None,
    *,
    as_of: date | str | None = None,
    standard: Standard | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """List the disputes that are not decided on a day, the most overdue first.

    Parameters
    ----------
    data, form, as_of, standard, calendar
        As for :func:`measure_disputes`.

    Returns
    -------
    DataFrame, one row per open dispute
        ``dispute_id``, ``contact_id``, ``item``, ``inspector``, ``agent_id``, ``team``;
        ``filed_on`` and ``due_on`` (NaT where the calendar cannot tell); ``days_open`` [calendar
        days]; ``overdue`` (bool); ``reason`` as it was written: mask it before it is shown.

    Raises
    ------
    DataError
        If there are no disputes.
    RuleError
        If ``as_of`` is no day.
    """
    rows = judge_disputes(data, form, as_of, standard or read_standard(), calendar)
    rows = rows[rows["n_pending"] == 1].assign(overdue=lambda table: table["n_overdue"] == 1)
    rows = rows.sort_values(["due_on", "filed_on", "dispute_id"], ignore_index=True)
    return rows[list(OPEN_COLUMNS)]


def apply_disputes(data: Dataset) -> Dataset:
    """Read judged items as the decisions on disputes corrected them, so that scores are restated.

    Parameters
    ----------
    data : Dataset
        With ``inspections`` and, if there were any, ``disputes``.

    Returns
    -------
    Dataset
        The same data; :func:`csqa.score_inspections`, :func:`csqa.score_items` and
        :func:`csqa.measure` count every overturned item by its corrected result or score. The
        tables themselves stay as they came. Without disputes, the data as given.

    Raises
    ------
    DataError
        If ``data`` is no data set.

    Notes
    -----
    The last decision on a contact and item counts, for every inspector who judged it: what a
    record did is decided once, whoever had erred. An overturned dispute without a corrected
    result or score corrects nothing (``n_without_correction``). Agreement and severity of
    inspectors are of the judgements as made: measure them on the data as loaded.

    Examples
    --------
    >>> from csqa.inspections import score_inspections
    >>> contacts = pd.DataFrame(
    ...     {"contact_id": ["1"], "channel": "online", "created_at": "2025-06-02 09:00:00"}
    ... )
    >>> inspections = pd.DataFrame({"contact_id": ["1"], "item": "语气", "result": "fail"})
    >>> disputes = pd.DataFrame({"dispute_id": ["D1"], "contact_id": "1", "item": "语气"})
    >>> disputes = disputes.assign(filed_at="2025-06-05", outcome="改判", corrected_result="合格")
    >>> tables = {"contacts": contacts, "inspections": inspections, "disputes": disputes}
    >>> data = Dataset.from_frames(tables)
    >>> [float(score_inspections(d)["score"].iloc[0]) for d in (data, apply_disputes(data))]
    [0.0, 100.0]
    """
    if not isinstance(data, Dataset):
        msg = f"`data` 应为 csqa.load 给出的 Dataset，而不是 {type(data).__name__}。"
        raise DataError(msg)
    return replace(data, corrected=True) if data.has("disputes") else data


def _estimate(counted: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    n = counted["n_upheld"] + counted["n_overturned"]
    lower, upper = wilson(counted["n_overturned"].to_numpy(), n.to_numpy())
    few, small = n < standard.count_only_below, n < standard.judge_from
    status = np.select([n == 0, few, small], ["no_data", "too_few", "small"], "ok")
    return counted.assign(
        n=n,
        overturn_rate=_share(counted["n_overturned"], n),
        lower=lower,
        upper=upper,
        status=pd.Series(status, index=counted.index, dtype="str"),
        filed_in_time=_share(counted["n_filed_in_time"], counted["n_filing_known"]),
        decided_in_time=_share(counted["n_decided_in_time"], counted["n_decision_due"]),
    )


def _share(part: "pd.Series[Any]", whole: "pd.Series[Any]") -> "pd.Series[float]":
    return (part / whole.where(whole > 0)).astype("float64")
