"""scorecard: the table of G3 (服务质量监控指标表), one line per metric, ready to be written."""

import math

import pandas as pd

from csqa.periods import first_day
from csqa.rules.standard import Metric, Standard
from csqa.rules.standard_reader import read_standard

COLUMNS = (
    "dimension",
    "dimension_name",
    "weight",
    "metric",
    "name",
    "definition",
    "source",
    "kind",
    "direction",
    "target",
    "target_upper",
    "value",
    "lower",
    "upper",
    "n",
    "method",
    "score",
    "deduction",
    "bonus",
    "metric_weight",
    "reason",
    "status",
    "met",
)


def scorecard(
    scores: pd.DataFrame,
    standard: Standard | None = None,
    *,
    period: str,
    language: str = "zh",
) -> pd.DataFrame:
    """Put the scores of one period beside the standard that judged them.

    Parameters
    ----------
    scores : DataFrame
        From :func:`csqa.score`, of one unit.
    standard : Standard, optional
        Default: the shipped one.
    period : str
        The period.
    language : {"zh", "en"}
        Of names, definitions and sources.

    Returns
    -------
    DataFrame, one row per metric, in the order of the standard
        :data:`COLUMNS`; ``weight`` is the dimension's, ``metric_weight`` what the metric's score
        weighs in it; NaN where it earns a bonus instead.
    """
    version = (standard or read_standard()).at(first_day(period))
    weights = dict(version.weights)
    metrics = {metric.key: metric for metric in version.metrics}
    rows = scores[(scores["period"] == period) & scores["metric"].isin(metrics)]
    return rows.assign(
        dimension_name=[version.dimension_name(key, language) for key in rows["dimension"]],
        weight=rows["dimension"].map(weights),
        metric_weight=[_weight(metrics[key]) for key in rows["metric"]],
        name=[metrics[key].name(language) for key in rows["metric"]],
        definition=[dict(metrics[key].definition).get(language, "") for key in rows["metric"]],
        source=[dict(metrics[key].source).get(language, "") for key in rows["metric"]],
    ).reset_index(drop=True)[list(COLUMNS)]


def _weight(metric: Metric) -> float:
    return math.nan if metric.bonus else metric.weight
