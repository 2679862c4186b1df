"""Why a contact stands in the list: one phrase each."""

import re
from typing import Any

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.rules.measures import Measure, measure_of
from csqa.rules.standard import Metric

TEXTS = {
    "above": ("超过目标 {}，多 {}", "{1} over the target of {0}"),
    "below": ("低于目标 {}，少 {}", "{1} under the target of {0}"),
    "within": ("在目标内", "within the target"),
    "bad": ("{}", "one of those that {}"),
    "good": ("达到要求", "as it should be"),
    "faults": ("有 {} 处问题", "{} fault(s)"),
}


def add_reasons(contacts: pd.DataFrame, metric: Metric, language: str = "zh") -> pd.DataFrame:
    """Say of each contact whether, and by how much, it misses the target.

    Parameters
    ----------
    contacts : DataFrame
        With ``value target missed``, a few hundred rows at most.
    metric : Metric
        What was measured.
    language : {"zh", "en"}
        Of the phrases.

    Returns
    -------
    DataFrame
        With ``reason`` besides; empty where a single contact cannot miss.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> metric = read_standard().metric("first_response_online")
    >>> rows = pd.DataFrame({"value": [50.0, 9.0], "target": 30.0, "missed": [True, False]})
    >>> add_reasons(rows, metric)["reason"].tolist()
    ['超过目标 30 秒，多 20 秒', '在目标内']
    """
    measure = measure_of(metric)
    return contacts.assign(reason=[_reason(row, measure, language) for row in records(contacts)])


def _reason(row: dict[str, Any], measure: Measure, language: str) -> str:
    if pd.isna(row["missed"]):
        return ""
    kind, value, target = measure.kind, row["value"], row["target"]
    if kind in ("share", "nps"):
        whose, text = "^的(?:服务|来电)?", measure.zh
        if language == "en":
            whose, text = r"^of \w+ ", measure.en
        said = re.sub(whose, "", text)
        return _text("bad", language).format(said) if row["missed"] else _text("good", language)
    if not row["missed"]:
        return _text("within" if kind != "per_hundred" else "good", language)
    if kind == "per_hundred":
        return _text("faults", language).format(words.format_count(value))
    gap = words.format_difference(value - target, kind, language)
    limit = words.format_value(target, kind, language, short=True)
    return _text("above" if value > target else "below", language).format(limit, gap)


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]
