"""What the facts of cases say of causes: conditions tried on whole columns."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.rules.fishbone_rules import CauseRule, Condition

SEPARATOR = "、"
"""Between the keys of ``failed_items``."""

Mask = NDArray[np.bool_]


def find_facts(rule: CauseRule, facts: pd.DataFrame) -> Iterator[tuple[int, str, str, float]]:
    """Find the cases whose facts speak for a cause.

    Parameters
    ----------
    rule : CauseRule
        The cause.
    facts : DataFrame
        Some of :data:`csqa.cause_results.CASE_FACT_COLUMNS`; what is missing is not known, and what
        is not known meets no condition.

    Yields
    ------
    (int, str, str, float)
        Number of the rule on facts, case, evidence as ``departments=4``, confidence.

    Examples
    --------
    >>> from csqa.rules.fishbone import read_fishbone
    >>> facts = pd.DataFrame({"case_id": ["A", "B"], "departments": [4, 2]})
    >>> list(find_facts(read_fishbone().cause("handover"), facts))
    [(0, 'A', 'departments=4', 0.8)]
    """
    for number, one in enumerate(rule.facts):
        if not all(condition.fact in facts for condition in one.conditions):
            continue
        met = np.logical_and.reduce([_meets(condition, facts) for condition in one.conditions])
        names = [condition.fact for condition in one.conditions]
        columns = [facts.loc[met, name].tolist() for name in ("case_id", *names)]
        for case, *values in zip(*columns, strict=True):
            told = (f"{name}={_write(own)}" for name, own in zip(names, values, strict=True))
            yield number, str(case), SEPARATOR.join(told), one.confidence


def _meets(condition: Condition, facts: pd.DataFrame) -> Mask:
    values = facts[condition.fact]
    known = values.notna().to_numpy()
    if condition.flag is not None:
        flags = values.astype("boolean").fillna(False).to_numpy(bool)
        return np.asarray(known & (flags == condition.flag))
    if condition.any_of:
        wanted = set(condition.any_of)
        split = (str(value).split(SEPARATOR) for value in values)
        among = [not wanted.isdisjoint(own) for own in split]
        return np.asarray(known & np.array(among, dtype=bool))
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    lower = -np.inf if condition.at_least is None else condition.at_least
    upper = np.inf if condition.at_most is None else condition.at_most
    with np.errstate(invalid="ignore"):
        return np.asarray((numbers >= lower) & (numbers <= upper))


def _write(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.number):
        return f"{value:.10g}"
    return str(value)
