"""The value that the text of a goal names: “由 78% 升至 85%，30 天内” is 0.85 of a share."""

import re
import unicodedata

from csqa.rules.goal_text import LONGEST_GOAL, strip_dates

_NUMBER = r"(\d{1,6}(?:\.\d{1,4})?)\s*"
_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "share": (("%", 0.01), ("percent", 0.01)),
    "seconds": (
        ("(?:秒|seconds?|secs?|s)(?![a-z])", 1.0),
        ("(?:分钟|分(?!之)|minutes?|mins?|m)(?![a-z])", 60.0),
        ("(?:小时|hours?|hrs?|h)(?![a-z])", 3_600.0),
        ("(?:天|days?|d)(?![a-z])", 86_400.0),
    ),
    "per_hundred": (("(?:次|处|个|起|faults?|times?|$|[^%\\d.])", 1.0),),
    "nps": (("(?!\\s*%)(?=\\D|$)", 0.01),),
    "number": (("(?!\\s*%)(?=\\D|$)", 1.0),),
}
"""Kind of value → what stands after its number, and what one of it is in the kind's own unit."""

_PER = re.compile(r"(每|per)\s*(一?百|100|hundred)\s*(条|个|次|单|通|records?)?", re.IGNORECASE)


def read_goal_value(text: object, kind: str) -> float | None:
    """Read the value that a goal names; of several the last, which is what is aimed at.

    Parameters
    ----------
    text : object
        As in the column 改进目标 of a plan.
    kind : str
        One of :data:`csqa.results.KINDS`: only a number with a unit of that kind is taken.

    Returns
    -------
    float or None
        In the unit of the kind; None where none is named.

    Examples
    --------
    >>> read_goal_value("一次解决率由 78% 提升至 85%，30 天内", "share")
    0.85
    >>> read_goal_value("不超过 10 分钟", "seconds")
    600.0
    >>> read_goal_value("每百条不超过 2 次", "per_hundred")
    2.0
    >>> read_goal_value("达到 45", "nps"), read_goal_value("提升满意度", "share")
    (0.45, None)
    """
    if not isinstance(text, str):
        return None
    told = unicodedata.normalize("NFKC", text)[:LONGEST_GOAL].lower()
    told = _PER.sub(" ", strip_dates(told) if kind != "seconds" else told)
    found = [
        (match.start(), round(float(match[1]) * factor, 9))
        for unit, factor in _UNITS[kind]
        for match in re.finditer(_NUMBER + unit, told)
    ]
    return max(found)[1] if found else None
