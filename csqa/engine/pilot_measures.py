"""The measures of a pilot: of one metric by agent, and what may be asked of them."""

import pandas as pd

from csqa import schema
from csqa.errors import RuleError, check_option
from csqa.rules.standard import Standard

VALUE, OVER = "value", "over"
OUTCOMES = (VALUE, OVER)
"""The metric's own value, or the share of its records that miss their target."""

LEAST_AGENTS = 5
"""Fewest on each side: with fewer no allocation is unlikely."""


def own_measures(
    measures: pd.DataFrame,
    standard: Standard,
    metric: str,
    outcome: str,
    effect: float,
    power: float,
) -> pd.DataFrame:
    """Measures of one metric by agent, what is asked checked.

    Raises
    ------
    RuleError
        If the metric or outcome is unknown, nobody has any, or a number makes no sense.
    """
    check_option("metric", metric, standard.metric_keys)
    check_option("outcome", outcome, OUTCOMES)
    if not effect > 0 or not 0 < power < 1:
        msg = f"`effect` 应大于 0，`power` 应在 0 与 1 之间；现为 {effect!r}、{power!r}。"
        raise RuleError(msg)
    own = measures[(measures["metric"] == metric) & (measures["n"] > 0)]
    own = own[own["agent_id"] != schema.UNKNOWN]
    if own.empty:
        msg = f"`metric`：数据里没有任何人的 {metric}。"
        raise RuleError(msg)
    return own
