"""score: from measures to points, with the reason for every deduction (G3).

A metric on target scores 100; beyond it, points go by the deduction of the standard. What
cannot be judged leaves the denominator: it is never a zero.
"""

from typing import Any

import numpy as np
import pandas as pd

from csqa import results, words
from csqa.engine.estimates import METHODS, estimate, sum_lines
from csqa.errors import DataError, check_option
from csqa.frames import records, unit_columns
from csqa.periods import first_day
from csqa.rules.measures import measure_of
from csqa.rules.scoring import FULL, excess, score_values
from csqa.rules.standard import AT_MOST, Metric, Standard
from csqa.rules.standard_reader import read_standard


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
        95 % interval, ``n`` and ``method``; ``target``; ``met`` (None where not judged);
        ``score`` and ``deduction`` [0–100]; ``reason``, a sentence; ``status``: ``ok``,
        ``small`` (too small to compare), ``too_few`` (counts only, no score), ``no_data``
        (none in this period and unit), ``no_source`` (nothing in the data feeds the metric).

    Raises
    ------
    RuleError
        If the language is not one of those allowed.
    DataError
        If there is no measure at all.

    Notes
    -----
    Comparison with the target is inclusive and on unrounded values (methods.md 4.1).

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
    rows = estimate(sum_lines(measures, standard, ["period", *units, "metric"]))
    rows = _with_missing(rows, standard, units)
    rows = pd.concat(
        [_judge(group, period, key, standard) for (period, key), group in _groups(rows)]
    )
    rows["reason"] = [_reason(row, standard, language) for row in records(rows)]
    order = {key: number for number, key in enumerate(standard.metric_keys)}
    rows = rows.assign(position=rows["metric"].map(order))
    rows = rows.sort_values(["period", *units, "position"], ignore_index=True)
    return rows[["period", *units, *results.SCORE_COLUMNS]]


def _groups(rows: pd.DataFrame) -> Any:
    return rows.groupby(["period", "metric"], sort=True)


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
    merged["n"] = merged["n"].fillna(0).astype("int64")
    kinds = merged["metric"].map(lambda key: measure_of(standard.metric(key)).kind)
    merged["kind"] = kinds
    return merged.assign(method=kinds.map(METHODS), target_line=merged["target_line"].fillna(""))


def _judge(group: pd.DataFrame, period: str, key: str, standard: Standard) -> pd.DataFrame:
    metric = standard.metric_on(key, first_day(period))
    n = group["n"].to_numpy()
    status = group["status"].mask((n > 0) & (n < standard.judge_from), "small")
    status = status.mask((n > 0) & (n < standard.count_only_below), "too_few")
    base = metric.lines[-1].target if metric.lines else np.nan
    target = group["target"].fillna(base).to_numpy(dtype=float)
    value = group["value"].to_numpy(dtype=float)
    judged = status.isin(["ok", "small"]).to_numpy() & ~np.isnan(target)
    points = score_values(value, target, metric.direction, metric.deduction)
    points = np.where(judged, points, np.nan)
    met = [
        bool(excess(one, aim, metric.direction or AT_MOST) == 0) if known else None
        for one, aim, known in zip(value, target, judged, strict=True)
    ]
    return group.assign(
        dimension=metric.dimension,
        direction=metric.direction,
        target=target,
        status=status,
        score=points,
        deduction=FULL - points,
        met=pd.Series(met, index=group.index, dtype=object),
    )


def _reason(row: dict[str, Any], standard: Standard, language: str) -> str:
    """Say in one sentence why points were lost, or why there are none."""
    zh = language == "zh"
    if row["status"] in ("no_data", "no_source"):
        return words.label(row["status"], language)
    if row["status"] == "too_few":
        return (f"仅 {row['n']} 条，不评分") if zh else f"only {row['n']}, not scored"
    if row["met"] is None or np.isnan(row["score"]):
        return "只监控，不计分" if zh else "watched, not scored"
    if row["met"]:
        return "达标" if zh else "on target"
    parts = _deducted(row, standard.metric(row["metric"]), language)
    return words.join_clauses(parts, language)


def _deducted(row: dict[str, Any], metric: Metric, language: str) -> list[str]:
    gap = words.format_difference(row["value"] - row["target"], row["kind"], language)
    points = words.round_visible(row["deduction"])
    over = row["direction"] == AT_MOST
    proportional = metric.deduction is not None and metric.deduction.mode == "proportional"
    proportion = "（按实际比例计分）" if proportional else ""
    if language == "zh":
        verb = ("超时" if row["kind"] == "seconds" else "高于目标") if over else "低于目标"
        first = f"{verb} {gap}，扣 {points} 分{proportion}"
    else:
        first = f"{gap} {'over' if over else 'below'} target, {points} points off"
    return [first, *_share_beyond(row, metric, language)]


def _share_beyond(row: dict[str, Any], metric: Metric, language: str) -> list[str]:
    """The share of contacts that miss by themselves: “42% 的服务响应超过 30 秒”."""
    if np.isnan(row["over"]):
        return []
    measure = measure_of(metric)
    share = f"{words.round_short(row['over'] / row['n'] * 100)}%"
    text = f"{share} {measure.zh if language == 'zh' else measure.en}"
    if row["kind"] not in ("seconds", "number"):
        return [text]
    if "; " in row["target_line"]:
        return [f"{text}各自的时限" if language == "zh" else f"{text} their limit"]
    return [f"{text} {words.format_value(row['target'], row['kind'], language, short=True)}"]
