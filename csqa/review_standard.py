"""review_standard: is each target out of reach, demanding, fitting or too easy (G2).

What a meeting needs to keep, raise or lower a target: how often it was met, where the months
lie, how sure that is, and what a proposed standard would have made of the same months.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from csqa import words
from csqa.engine.estimates import estimate
from csqa.errors import DataError, RuleError, check_option
from csqa.periods import check_month, kind_of, last_day, months_back
from csqa.rules.faults import is_number
from csqa.rules.measures import Measure, measure_of
from csqa.rules.review_settings import ReviewSettings, read_review_settings
from csqa.rules.scoring import excess, score_values
from csqa.rules.standard import AT_MOST, Standard
from csqa.rules.standard_reader import read_standard
from csqa.rules.target_lines import (
    NEW,
    Proposal,
    TargetLine,
    list_new,
    list_targets,
    propose,
)
from csqa.rules.target_verdicts import TOO_LITTLE, ceiling_of, find_verdict
from csqa.target_sentences import explain_target

STATISTICS = ("n", "total", "total_squares")
"""What adds up over units and months."""

COLUMNS = (
    "metric",
    "dimension",
    "line",
    "kind",
    "direction",
    "target",
    "target_upper",
    "months",
    "months_met",
    "value_least",
    "value_median",
    "value_most",
    "value_last",
    "n",
    "value",
    "lower",
    "upper",
    "method",
    "mean_score",
    "months_missed_last",
    "verdict",
    "reason",
    "proposal",
    "target_proposed",
    "target_upper_proposed",
    "months_met_proposed",
    "mean_score_proposed",
)
"""Of a review, one row per target."""

MOST_MONTHS = 60


def review_standard(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    period: str,
    months: int = 12,
    proposed: Standard | str | Path | None = None,
    settings: ReviewSettings | str | Path | None = None,
    language: str = "zh",
) -> pd.DataFrame:
    """Review each target of the standard in force by the months up to a period.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them by month; units are added up.
    standard : Standard, optional
        The one they were measured by. Default: the shipped one. Reviewed is the version in force
        at the end of ``period``, also against months that an older one judged.
    period : str
        The last month.
    months : int
        How many months, that one included.
    proposed : Standard or path, optional
        A standard whose newest version is tried on the same months.
    settings : ReviewSettings or path, optional
        When a target is out of reach or too easy. Default: the shipped ones.
    language : {"zh", "en"}
        Of the column ``reason``.

    Returns
    -------
    DataFrame, one row per target (metric and line), in the order of the standard
        ``metric``, ``dimension``, ``line`` (``base`` or its conditions), ``kind``,
        ``direction``, ``target``, ``target_upper``; ``months`` judged (complete, with enough
        contacts) and ``months_met``; ``value_least``, ``value_median``, ``value_most``,
        ``value_last`` of these months [the metric's unit]; ``n``, ``value``, ``lower``,
        ``upper``, ``method``: all of them together; ``mean_score`` [0–100] of the months by this
        target alone; ``months_missed_last``: how many the last of them missed it, running;
        ``verdict`` (``out_of_reach``, ``demanding``, ``fitting``, ``too_easy``, ``too_little``)
        and its ``reason``, a sentence; ``proposal`` (``unchanged``, ``changed``, ``new``,
        ``removed``, ``other_measure``,
        ``other_lines``; "" without one) with ``target_proposed``, ``target_upper_proposed``,
        ``months_met_proposed``, ``mean_score_proposed``.

    Raises
    ------
    RuleError
        If an argument is not one of those allowed, or a file is at fault.
    DataError
        If there is no month to review. Where none is complete, each target has too little data.

    Notes
    -----
    Out of reach: met in no month, and the interval of all months together is on the bad side.
    Demanding: the same, met in less than half. Too easy: met in every month, and that interval
    better than the target by a margin. The shares and the margin are settings
    (``review.yml``). The interval takes contacts as independent: months that differ by more
    than chance make it too narrow, so the months met stand beside it. Months of an older version
    whose lines divide the contacts otherwise are left out. Where a proposed standard
    divides contacts otherwise (``other_lines``) or measures another thing, these sums can't
    tell: measure by it, and use :func:`csqa.compare_standards_scores`.

    Examples
    --------
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": [f"2025-{month:02d}" for month in range(1, 7)],
    ...         "metric": "csat",
    ...         "target_line": "2023-01-01/base",
    ...         "n": 200,
    ...         "total": [150, 152, 149, 151, 148, 150.0],
    ...         "total_squares": 0.0,
    ...         "over": 0.0,
    ...         "complete": True,
    ...     }
    ... )
    >>> found = review_standard(measures, period="2025-06").set_index("metric").loc["csat"]
    >>> int(found.months), int(found.months_met), found.verdict
    (6, 0, 'out_of_reach')
    """
    check_option("language", language, words.LANGUAGES)
    standard = standard or read_standard()
    if not isinstance(settings, ReviewSettings):
        settings = read_review_settings(settings)
    trial = read_standard(proposed) if isinstance(proposed, str | Path) else proposed
    version = standard.at(last_day(check_month(period)))
    window = _window(measures, period, months)
    review = _Review(standard, settings, language)
    rows = [
        review.judge(target, _of_target(window, target), propose(target, trial))
        for target in list_targets(standard, version)
    ]
    for target in list_new(version, trial):
        offer = Proposal(NEW, target.metric, target.line)
        rows.append(review.judge(target, _of_target(window, target), offer))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _window(measures: pd.DataFrame, period: str, months: int) -> pd.DataFrame:
    """Complete months up to the period."""
    if not is_number(months) or months != int(months) or not 1 <= months <= MOST_MONTHS:
        msg = f"`months` 应为 1 到 {MOST_MONTHS} 的整数，而不是 {months!r}。"
        raise RuleError(msg)
    kinds = {kind_of(str(one)) for one in measures["period"].unique()}
    if kinds - {"month"}:
        msg = "`measures` 应按月计量：csqa.measure(…, every='month')。"
        raise DataError(msg)
    first = months_back(period, int(months) - 1)
    inside = measures[(measures["period"] >= first) & (measures["period"] <= period)]
    if inside.empty:
        msg = f"{first} 至 {period} 没有数据，无法复核。"
        raise DataError(msg)
    return inside[inside["complete"].astype(bool)]


def _of_target(window: pd.DataFrame, target: TargetLine) -> pd.DataFrame:
    """Sums of one target by month, all units together."""
    rows = window[
        (window["metric"] == target.metric.key) & window["target_line"].isin(target.labels)
    ]
    # Sums of decimals depend on their order; a result must not.
    rows = rows.sort_values(["period", *STATISTICS])
    return rows.groupby("period", as_index=False, sort=True)[list(STATISTICS)].sum()


@dataclass(frozen=True)
class _Review:
    """By what targets are reviewed."""

    standard: Standard
    settings: ReviewSettings
    language: str

    def judge(self, target: TargetLine, sums: pd.DataFrame, offer: Proposal) -> dict[str, Any]:
        """The row of one target."""
        metric, line = target.metric, target.line
        measure = measure_of(metric)
        sums = sums.assign(kind=measure.kind, signed=measure.signed)
        by_month = estimate(sums[sums["n"] >= self.standard.count_only_below])
        pooled = estimate(_pool(sums, measure), self.settings.confidence).iloc[0].to_dict()
        pooled["n"] = np.floor(pooled["n"] + 0.5)  # of records weighted back: no whole number
        new = offer.status == NEW
        row = {
            "metric": metric.key,
            "dimension": metric.dimension,
            "line": line.label,
            "kind": measure.kind,
            "direction": metric.direction,
            "target": np.nan if new else line.target,
            "target_upper": np.nan if new else line.bounds[1],
            "months": len(by_month),
            **_spread(by_month["value"]),
            **{name: pooled[name] for name in ("n", "value", "lower", "upper", "method")},
            "proposal": offer.status,
        }
        own = Proposal() if new else Proposal("", metric, line)
        row |= _try_out(by_month["value"], own, "") | _try_out(
            by_month["value"], offer, "_proposed"
        )
        row["months_missed_last"] = _run_missed(by_month["value"], row)
        row["verdict"] = (
            TOO_LITTLE
            if new
            else find_verdict(row, self.settings, ceiling=ceiling_of(measure.kind, metric.measure))
        )
        return row | {"reason": explain_target(row, self.language)}


def _pool(sums: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """All months together, as one row."""
    total = sums[list(STATISTICS)].sum().to_frame().T.astype(float)
    return total.assign(kind=measure.kind, signed=measure.signed)


def _spread(values: "pd.Series[float]") -> dict[str, float]:
    if values.empty:
        return dict.fromkeys(("value_least", "value_median", "value_most", "value_last"), np.nan)
    return {
        "value_least": float(values.min()),
        "value_median": float(values.median()),
        "value_most": float(values.max()),
        "value_last": float(values.iloc[-1]),
    }


def _run_missed(values: "pd.Series[float]", row: dict[str, Any]) -> int:
    """Months up to the last that missed the target, running."""
    direction = row["direction"] or AT_MOST
    met = excess(values, row["target"], direction, row["target_upper"]) <= 0
    return int(len(met) - np.flatnonzero(met)[-1] - 1) if met.any() else len(met)


def _try_out(values: "pd.Series[float]", offer: Proposal, suffix: str) -> dict[str, Any]:
    """Months that met a target, and the mean of their scores by it alone."""
    names = [f"{name}{suffix}" for name in ("months_met", "mean_score")]
    ends = {"target_proposed": np.nan, "target_upper_proposed": np.nan} if suffix else {}
    metric, line = offer.metric, offer.line
    if metric is None or line is None:
        return ends | {names[0]: pd.NA, names[1]: np.nan}
    target, upper = line.bounds
    found = values.to_numpy(dtype=float)
    beyond = excess(found, target, metric.direction or AT_MOST, upper)
    scores = score_values(found, target, metric.direction, metric.deduction, upper)
    scored = len(found) and not np.isnan(scores).all()
    told = {names[0]: int((beyond == 0).sum()), names[1]: scores.mean() if scored else np.nan}
    return (dict(zip(ends, line.bounds, strict=True)) if suffix else {}) | told
