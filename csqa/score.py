"""score: from measures to points, with the reason for every deduction (G3).

A metric on target scores 100; beyond it, points go by the deduction of the standard. What
cannot be judged leaves the denominator: it is never a zero.
"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from csqa import results, words
from csqa.engine.estimates import METHODS, TARGET_ENDS, estimate, sum_lines
from csqa.engine.judging import judge
from csqa.errors import DataError, check_option
from csqa.frames import records, unit_columns, whole_counts
from csqa.periods import first_day
from csqa.rules.measures import measure_of
from csqa.rules.standard import FULL, Standard
from csqa.rules.standard_reader import read_standard
from csqa.score_reasons import explain_score


def score(
    measures: pd.DataFrame, standard: Standard | None = None, *, language: str = "zh"
) -> pd.DataFrame:
    """Score each metric of each period and unit by the standard in force.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them.
    standard : Standard, optional
        The one they were measured by. Default: the shipped one.
    language : {"zh", "en"}
        Of the column ``reason``.

    Returns
    -------
    DataFrame, one row per period, unit and metric of the standard
        ``period``, the unit columns, and :data:`csqa.results.SCORE_COLUMNS`: ``value`` with its
        95 % interval, ``n`` and ``method``; ``target``, of a range with ``target_upper``;
        ``met`` (None where not judged); ``score`` and ``deduction`` [0–100]; ``bonus``: points
        earned for the dimension; ``reason``, a sentence; ``status``: ``ok``, ``small`` (too
        small to compare), ``too_few`` (counts only, no score), ``no_data`` (none in this period
        and unit), ``no_source`` (nothing in the data feeds the metric); ``parts``: JSON, where
        the standard changed within the period.

    Raises
    ------
    RuleError
        If the language is not one of those allowed.
    DataError
        If there is no measure at all.

    Notes
    -----
    Comparison with the target is inclusive and on unrounded values (methods.md 4.1). A period
    in which the standard changed is split: each part is judged by its own version, ``score`` is
    the mean of the parts' scores by their records, ``met`` says that every part met its target;
    ``value`` and ``target`` are those of the whole, ``target_line`` names all lines. Of records
    weighted back, ``n`` is how many they are worth, rounded; judged is by the unrounded number.

    Examples
    --------
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": ["2025-06"],
    ...         "metric": ["first_response_online"],
    ...         "target_line": ["2023-01-01/base"],
    ...         "n": [100],
    ...         "total": [3500.0],
    ...         "total_squares": [125000.0],
    ...         "over": [42.0],
    ...         "complete": [True],
    ...     }
    ... )
    >>> row = score(measures).iloc[0]
    >>> float(row.score), row.reason
    (95.0, '超时 5 秒，扣 5 分；42% 的服务响应超过 30 秒')
    """
    check_option("language", language, words.LANGUAGES)
    if measures.empty:
        msg = "没有可以评分的指标：数据里没有标准中任何一项指标所需的内容。"
        raise DataError(msg)
    standard = standard or read_standard()
    units = unit_columns(measures)
    keys = ["period", *units, "metric"]
    rows = estimate(sum_lines(measures, standard, keys)).drop(columns="direction")
    rows = rows.merge(judge(measures, standard, keys), on=keys)
    rows = _with_missing(rows, standard, units)
    rows = pd.concat(
        [_complete(group, day, key, standard) for (day, key), group in _groups(rows, standard)]
    )
    rows["reason"] = [_reason(row, standard, language) for row in records(rows)]
    rows["n"] = whole_counts(rows["n"])
    order = {key: number for number, key in enumerate(standard.metric_keys)}
    rows = rows.assign(position=rows["metric"].map(order))
    rows = rows.sort_values(["period", *units, "position"], ignore_index=True)
    return rows[["period", *units, *results.SCORE_COLUMNS]]


def _groups(rows: pd.DataFrame, standard: Standard) -> Any:
    """Rows of one metric under one version of the standard."""
    days = {period: standard.at(first_day(period)).effective for period in rows["period"].unique()}
    return rows.groupby([rows["period"].map(days), "metric"], sort=True)


def _with_missing(rows: pd.DataFrame, standard: Standard, units: list[str]) -> pd.DataFrame:
    """Give each metric without data a row of its own: missing is said, never left out."""
    here = rows[["period", *units, "complete"]].drop_duplicates(["period", *units])
    wanted = here.merge(pd.DataFrame({"metric": standard.metric_keys}), how="cross")
    fed = set(rows["metric"])
    keys = ["period", *units, "metric"]
    merged = wanted.merge(rows.drop(columns="complete"), on=keys, how="left")
    missing = merged["n"].isna()
    merged["status"] = np.where(merged["metric"].isin(fed), "no_data", "no_source")
    merged.loc[~missing, "status"] = "ok"
    merged["n"] = merged["n"].fillna(0)
    kinds = merged["metric"].map(lambda key: measure_of(standard.metric(key)).kind)
    merged["kind"] = kinds
    texts = {name: merged[name].fillna("") for name in ("target_line", "parts")}
    return merged.assign(method=kinds.map(METHODS), **texts)


def _complete(group: pd.DataFrame, day: date, key: str, standard: Standard) -> pd.DataFrame:
    """Add what the standard in force says of the metric, and how far each row may be judged."""
    metric = standard.metric_on(key, day)
    n, judgeable = group["n"], group["judgeable"].eq(True)
    status = group["status"].mask((n > 0) & (n < standard.judge_from), "small")
    status = status.mask((n > 0) & ~judgeable, "too_few")
    base = metric.lines[-1].bounds if metric.lines else (np.nan, np.nan)
    direction = group["direction"].where(n > 0, metric.direction)
    ends = {
        # Without records the target still stands; records without one are only watched.
        end: group[end].fillna(bound).where(direction.notna())
        for end, bound in zip(TARGET_ENDS, base, strict=True)
    }
    return group.assign(
        dimension=metric.dimension,
        direction=direction.astype(object).where(direction.notna(), None),
        **ends,
        status=status,
        deduction=FULL - group["score"],
        met=group["met"].astype(object).where(group["met"].notna(), None),
    )


def _reason(row: dict[str, Any], standard: Standard, language: str) -> str:
    metric = standard.metric_of(row["metric"], row["target_line"], first_day(row["period"]))
    return explain_score(row, metric, language)
