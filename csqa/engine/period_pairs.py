"""A period beside an earlier one: sums of both, and whether they are like for like."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pandas as pd

from csqa.engine.differences import SUMS
from csqa.engine.estimates import sum_lines, value_of
from csqa.errors import RuleError, check_option
from csqa.periods import first_day, kind_of, label_of, months_back
from csqa.rules.standard import Metric, Standard

SINCE = ("previous", "year")
"""Month on month (环比), year on year (同比); the same for other kinds of periods."""

NO_DATA_NOW, NO_DATA_BEFORE, PARTIAL, OTHER_DEFINITION, COMMON_MONTHS, OTHER_TARGET = (
    "no_data_now",
    "no_data_before",
    "partial_period",
    "other_definition",
    "common_months",
    "other_target",
)
UNLIKE = (NO_DATA_NOW, NO_DATA_BEFORE, PARTIAL, OTHER_DEFINITION)
"""Reasons why two periods are not compared; the others are only said."""

MONTHS_OF = {"quarter": 3, "year": 12}

DESCRIBED = ("kind", "signed", "direction", "target", "target_upper")
"""What both sides say of a metric; the newer one's counts."""


@dataclass(frozen=True)
class Window:
    """Which rows stand for a period, and which for the one before."""

    since: str
    """Label of the earlier period; "" where the calendar has none (a 53rd week)."""
    now: tuple[str, ...]
    before: tuple[str, ...]
    reason: str = ""
    """A word of ours; "" if both are whole."""


def earlier_period(period: str, since: str = "previous") -> str:
    """Return the label of the period that a period is compared with.

    Parameters
    ----------
    period : str
        Of any kind.
    since : {"previous", "year"}
        The one just before, or the same one a year ago.

    Returns
    -------
    str
        "" where there is none: 29 February or a 53rd week a year ago.

    Examples
    --------
    >>> earlier_period("2025-01"), earlier_period("2025-Q1", "year"), earlier_period("2025-W01")
    ('2024-12', '2024-Q1', '2024-W52')
    >>> earlier_period("2024-02-29", "year"), earlier_period("2026-W53", "year")
    ('', '')
    """
    check_option("since", since, SINCE)
    kind = kind_of(period)
    if since == "previous":
        return label_of(first_day(period) - timedelta(days=1), kind)
    label = f"{int(period[:4]) - 1:04d}{period[4:]}"
    try:
        return label if label_of(first_day(label), kind) == label else ""
    except RuleError:
        return ""


def find_window(measures: pd.DataFrame, period: str, since: str) -> Window:
    """Find the rows of a period and of the one it is compared with.

    Quarters and years may be put together from months; then a year-on-year comparison takes only
    the months that are complete in both years.

    Raises
    ------
    RuleError
        If the measures do not hold the period.

    Examples
    --------
    >>> measures = pd.DataFrame({"period": ["2024-04", "2025-04", "2025-05"], "complete": True})
    >>> find_window(measures, "2025-Q2", "year").reason
    'common_months'
    """
    complete = measures.groupby("period")["complete"].all().astype(bool)
    base, kind = earlier_period(period, since), kind_of(period)
    if period in complete.index or kind not in MONTHS_OF:
        return _whole(complete, period, base)
    months, apart = MONTHS_OF[kind], 12 if since == "year" else MONTHS_OF[kind]
    last = months_back(label_of(first_day(period), "month"), 1 - months)
    pairs = [
        (month, months_back(month, apart))
        for month in (months_back(last, back) for back in range(months))
    ]
    if not {month for month, _ in pairs} & set(complete.index):
        _refuse(complete, period)
    common = [pair for pair in pairs if all(complete.get(month, False) for month in pair)]
    whole = len(common) == months
    if common and (whole or apart == 12):
        now, before = zip(*common, strict=True)
        return Window(base, now, before, "" if whole else COMMON_MONTHS)
    now, before = (
        tuple(m for m in side if m in complete.index) for side in zip(*pairs, strict=True)
    )
    return Window(base, now, before, PARTIAL if before else NO_DATA_BEFORE)


def _whole(complete: pd.Series, period: str, base: str) -> Window:
    if period not in complete.index:
        _refuse(complete, period)
    if base not in complete.index:
        return Window(base, (period,), (), NO_DATA_BEFORE)
    whole = complete[period] and complete[base]
    return Window(base, (period,), (base,), "" if whole else PARTIAL)


def _refuse(complete: pd.Series, period: str) -> None:
    held = f"{complete.index.min()} 至 {complete.index.max()}" if len(complete) else "0 个时段"
    msg = f"`period`：数据里没有 {period}；有 {held}。"
    raise RuleError(msg)


def pair_periods(
    measures: pd.DataFrame, standard: Standard, keys: Sequence[str], period: str, since: str
) -> pd.DataFrame:
    """Put the sums of a period beside those of an earlier one.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them.
    standard : Standard
        The one they were measured by.
    keys : sequence of str
        Columns to keep apart, ``metric`` among them.
    period : str
        A period that the measures hold, or a quarter or year whose months they hold.
    since : {"previous", "year"}
        What it is compared with.

    Returns
    -------
    DataFrame, one row per key that either period has, sorted
        ``period``, the keys, ``since``, ``pooled`` [periods on the newer side]; ``kind``,
        ``signed``, ``direction``, ``target``, ``target_upper``; ``n``, ``total``,
        ``total_squares`` and the same ending in ``_before``, 0 where there is nothing;
        ``value``, ``before``; ``reason``: words with spaces between, those of the whole and, in
        a row without records, ``no_data_now`` or ``no_data_before``.

    Raises
    ------
    RuleError
        If the measures do not hold the period.
    """
    window = find_window(measures, period, since)
    now, before = (
        sum_lines(measures[measures["period"].isin(list(labels))], standard, keys)
        for labels in (window.now, window.before)
    )
    rows = _join(now, before, list(keys))
    chosen = measures[measures["period"].isin([*window.now, *window.before])]
    rules = _rule_changes(chosen, standard)
    rows["value"], rows["before"] = _values(rows, ""), _values(rows, "_before")
    # Of missing data each row speaks for itself.
    told = "" if window.reason == NO_DATA_BEFORE else window.reason
    rows["reason"] = [
        " ".join(filter(None, (_missing(n, earlier), told, rules.get(metric, ""))))
        for n, earlier, metric in zip(rows["n"], rows["n_before"], rows["metric"], strict=True)
    ]
    return rows.assign(period=period, since=window.since, pooled=len(window.now))


def is_comparable(reasons: pd.Series) -> "pd.Series[bool]":
    """Whether two periods are like for like, by the words said of them.

    Examples
    --------
    >>> is_comparable(pd.Series(["", "common_months", "partial_period"])).tolist()
    [True, True, False]
    """
    unlike = [not set(reason.split()) & set(UNLIKE) for reason in reasons]
    return pd.Series(unlike, index=reasons.index, dtype=bool)


def _missing(n: float, before: float) -> str:
    return NO_DATA_NOW if n == 0 else NO_DATA_BEFORE if before == 0 else ""


def _join(now: pd.DataFrame, before: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    kept = [*keys, *SUMS, *DESCRIBED]
    rows = now[kept].merge(before[kept], on=keys, how="outer", suffixes=("", "_before"))
    for name in DESCRIBED:
        older = rows.pop(f"{name}_before")
        rows[name] = rows[name].fillna(older)
    for name in SUMS:
        for column in (name, f"{name}_before"):
            rows[column] = rows[column].fillna(0)
    if not (rows[["n", "n_before"]] % 1).any(axis=None):  # else records were weighted back
        rows = rows.astype({"n": "int64", "n_before": "int64"})
    return rows.sort_values(keys, ignore_index=True)


def _values(rows: pd.DataFrame, side: str) -> "pd.Series[float]":
    values = pd.Series(np.nan, index=rows.index)
    for kind, part in rows.groupby("kind"):
        n, total = (part[f"{name}{side}"].to_numpy(dtype=float) for name in SUMS[:2])
        values[part.index] = value_of(str(kind), n, total)
    return values


def _rule_changes(rows: pd.DataFrame, standard: Standard) -> dict[str, str]:
    """Metric → what the standard changed of it between the rows."""
    lines = rows.groupby("metric")[["target_line", "period"]]
    return {str(metric): _changed(str(metric), part, standard) for metric, part in lines}


def _changed(metric: str, rows: pd.DataFrame, standard: Standard) -> str:
    named = rows.drop_duplicates()
    found = [
        standard.metric_of(metric, str(line), first_day(str(period)))
        for line, period in zip(named["target_line"], named["period"], strict=True)
    ]
    if len({_measured(one) for one in found}) > 1:
        return OTHER_DEFINITION
    return OTHER_TARGET if len({(one.direction, one.lines) for one in found}) > 1 else ""


def _measured(metric: Metric) -> Metric:
    """What decides on the value of a metric; not its name, its target or what it weighs."""
    return replace(
        metric,
        names=(),
        dimension="",
        definition=(),
        source=(),
        direction=None,
        lines=(),
        deduction=None,
        bonus=None,
        weight=1.0,
    )
