"""What the text of a goal leaves open: a number, a date, a metric (SMART, T1)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from csqa.rules.files import DEFAULTS, read_yaml
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

LONGEST_GOAL = 1_000
"""Characters that are looked at: a goal is a sentence."""

SHORTEST_NAME = 2
"""A metric's name of one character would be found in any text."""

METRIC, NUMBER, DATE = "metric", "number", "date"
PARTS = (METRIC, NUMBER, DATE)
"""What a goal must name."""

_ADVICE = {
    METRIC: (
        "没有说是哪项指标：写出指标，如“一次解决率”。",
        "No metric: name one, such as “first-contact resolution”.",
    ),
    NUMBER: (
        "没有数值：写由多少到多少，如“由 78% 提升至 85%”。",
        "No number: say from what to what, such as “from 78% to 85%”.",
    ),
    DATE: (
        "没有期限：写到哪天为止，如“2025-12-31 前”或“30 天内”。",
        "No date: say by when, such as “by 2025-12-31” or “within 30 days”.",
    ),
}


@dataclass(frozen=True)
class _Vocabulary:
    metrics: frozenset[str]
    dates: re.Pattern[str]
    numbers: re.Pattern[str]


@cache
def _read_vocabulary() -> _Vocabulary:
    content, _ = read_yaml(DEFAULTS / "goals.yml")
    dates, numbers = (
        re.compile("|".join(f"(?:{one})" for one in content[name]), re.ASCII)
        for name in ("dates", "numbers")
    )
    return _Vocabulary(frozenset(content["metrics"]), dates, numbers)


def list_missing_parts(text: object, standard: Standard | None = None) -> tuple[str, ...]:
    """Tell which of :data:`PARTS` the text of a goal does not name.

    Parameters
    ----------
    text : object
        As it stands in the plan; what is no text names nothing.
    standard : Standard, optional
        The names of its metrics count too. Default: the shipped one.

    Examples
    --------
    >>> list_missing_parts("提升满意度")
    ('number', 'date')
    >>> list_missing_parts("30 天内提升满意度")
    ('number',)
    """
    told = unicodedata.normalize("NFKC", text if isinstance(text, str) else "")
    told = told[:LONGEST_GOAL].lower()
    words = _read_vocabulary()
    rest, dates = words.dates.subn(" ", told)
    named = any(name in told for name in words.metrics | _list_names(standard or read_standard()))
    found = {METRIC: named, NUMBER: bool(words.numbers.search(rest)), DATE: dates > 0}
    return tuple(part for part in PARTS if not found[part])


def strip_dates(told: str) -> str:
    """Take the dates and spans of time out of a goal in lower case.

    Examples
    --------
    >>> strip_dates("30 天内升到 85%")
    ' 升到 85%'
    """
    return _read_vocabulary().dates.sub(" ", told)


def check_goal_text(
    text: object, standard: Standard | None = None, *, language: str = "zh"
) -> tuple[str, ...]:
    """Say what the text of a goal lacks: a metric, a number, a date.

    Parameters
    ----------
    text : object
        The goal in words, Chinese or English, as in the column 改进目标 of a plan.
    standard : Standard, optional
        Its metrics' names are known. Default: the shipped one.
    language : {"zh", "en"}
        Of what is said.

    Returns
    -------
    tuple of str
        One sentence for each thing that is missing, with what to write; empty for a good goal.

    Notes
    -----
    It reads words, not meaning: the patterns stand in ``rules/defaults/goals.yml``.

    Examples
    --------
    >>> check_goal_text("一次解决率由 78% 提升至 85%，30 天内")
    ()
    >>> [told.split("：")[0] for told in check_goal_text("提升满意度")]
    ['没有数值', '没有期限']
    """
    side = 0 if language == "zh" else 1
    return tuple(_ADVICE[part][side] for part in list_missing_parts(text, standard))


def _list_names(standard: Standard) -> frozenset[str]:
    """What the standard calls its metrics; 净推荐值 will do for 净推荐值 NPS."""
    return frozenset(
        name.lower()
        for key in standard.metric_keys
        for full in standard.metric(key).names
        for name in (full[1], full[1].split(" ")[0] if full[0] == "zh" else key.replace("_", " "))
        if len(name) >= SHORTEST_NAME
    )
