"""How far a value misses its target, and what that weighs among other misses."""

from collections.abc import Mapping
from typing import Any

from csqa.rules.standard import AT_LEAST, AT_MOST, BETWEEN


def worse_side(row: Mapping[str, Any], aim: float) -> tuple[str, float]:
    """Which way is worse, and the limit on that side: of a range, the end nearest to the value.

    Examples
    --------
    >>> row = {"direction": "between", "target": 300.0, "target_upper": 600.0, "value": 700.0}
    >>> worse_side(row, 300.0)
    ('at_most', 600.0)
    """
    if row["direction"] != BETWEEN:
        return str(row["direction"]), aim
    upper = row["target_upper"]
    over = row["value"] > (row["target"] + upper) / 2
    end = upper if over else row["target"]
    return AT_MOST if over else AT_LEAST, end if aim == row["target"] else aim


def weigh_miss(row: Mapping[str, Any]) -> float:
    """Contacts that a miss amounts to: how far beyond the target, on how many of them.

    The distance is a share of the target, at most 1: a duration can be many times its target, a
    rate cannot.

    Examples
    --------
    >>> weigh_miss({"direction": "at_most", "target": 10.0, "value": 15.0, "n": 100})
    50.0
    """
    _, limit = worse_side(row, row["target"])
    distance = abs(row["value"] - limit) / (abs(limit) or 1.0)
    return float(min(distance, 1.0) * row["n"])
