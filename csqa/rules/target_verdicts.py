"""What to think of a target by the months it judged: out of reach, demanding, fitting, too easy."""

import math
from collections.abc import Mapping
from typing import Any

from csqa.rules.review_settings import ReviewSettings
from csqa.rules.standard import AT_LEAST, AT_MOST, FULL

OUT_OF_REACH, DEMANDING, FITTING, TOO_EASY, TOO_LITTLE = (
    "out_of_reach",
    "demanding",
    "fitting",
    "too_easy",
    "too_little",
)
VERDICTS = (OUT_OF_REACH, DEMANDING, FITTING, TOO_EASY, TOO_LITTLE)
"""Of a target: 够不着, 偏难, 合适, 偏松, 数据太少."""

CEILINGS = {"share": 1.0, "nps": 1.0}
"""Kind of value → the best there is; what falls short of it is what a target allows."""

SCORES = ("record_score", "record_score_unkilled")
"""Measures on the 100-point scale."""


def ceiling_of(kind: str, measure: str) -> float:
    """Return the best value there is; infinite where values have no end."""
    return FULL if measure in SCORES else CEILINGS.get(kind, math.inf)


def find_verdict(
    row: Mapping[str, Any], settings: ReviewSettings, *, ceiling: float = math.inf
) -> str:
    """Judge a target by its months.

    Parameters
    ----------
    row : mapping
        ``direction``, ``target``, ``target_upper``; ``months``, ``months_met``; ``lower``,
        ``upper``: interval of all months together.
    settings : ReviewSettings
        Where the lines are drawn.
    ceiling : float
        The best value there is.

    Returns
    -------
    str
        One of :data:`VERDICTS`.

    Examples
    --------
    >>> from csqa.rules.review_settings import read_review_settings
    >>> row = {"direction": "at_least", "target": 0.9, "target_upper": math.nan, "months": 12}
    >>> settings = read_review_settings()
    >>> missed = row | {"months_met": 0, "lower": 0.74, "upper": 0.78}
    >>> met = row | {"months_met": 12, "lower": 0.93, "upper": 0.95}
    >>> find_verdict(missed, settings), find_verdict(met, settings, ceiling=1.0)
    ('out_of_reach', 'too_easy')
    """
    if row["months"] < settings.fewest_months or math.isnan(row["lower"]):
        return TOO_LITTLE
    share = row["months_met"] / row["months"]
    if is_surely_missed(row):
        if share <= settings.out_of_reach_met_share:
            return OUT_OF_REACH
        return DEMANDING if share < settings.demanding_met_share else FITTING
    spare = share >= settings.too_easy_met_share and _has_margin(
        row, settings.too_easy_margin, ceiling
    )
    return TOO_EASY if spare else FITTING


def is_surely_missed(row: Mapping[str, Any]) -> bool:
    """Whether the whole interval lies on the bad side of a target."""
    above = bool(row["lower"] > row["target"])
    below = bool(row["upper"] < row["target"])
    if row["direction"] == AT_MOST:
        return above
    return below or (row["direction"] != AT_LEAST and bool(row["lower"] > row["target_upper"]))


def _has_margin(row: Mapping[str, Any], margin: float, ceiling: float) -> bool:
    """Whether a target tightened by a margin would surely be met too."""
    target, upper = row["target"], row["target_upper"]
    if row["direction"] == AT_MOST:
        # Nothing is left to spare of a target of 0, and a share of what is below 0 is no margin.
        return bool(target > 0 and row["upper"] <= target * (1 - margin))
    if row["direction"] == AT_LEAST:
        room = ceiling - target if math.isfinite(ceiling) else max(target, 0.0)
        return bool(room > 0 and row["lower"] >= target + margin * room)
    room = margin * (upper - target) / 2
    return bool(row["lower"] >= target + room and row["upper"] <= upper - room)
