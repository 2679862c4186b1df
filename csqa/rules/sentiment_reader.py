"""Reads the entries of a sentiment lexicon: wordings, threats, degrees, how scores are read."""

from dataclasses import fields
from typing import Any

from csqa.rules.faults import as_mapping, as_names, is_number, refuse_unknown
from csqa.rules.phrase_fields import (
    LONGEST_EXAMPLE,
    MOST_EXAMPLES,
    read_choice,
    read_date,
    read_flag,
    read_patterns,
    read_whole,
)
from csqa.rules.phrase_reader import read_id, read_version
from csqa.rules.phrase_rules import SEVERITIES
from csqa.rules.sentiment_words import Degree, Examples, Reading, Wording

WORD_KEYS = (
    "id",
    "name",
    "weight",
    "negated",
    "lean",
    "yields",
    "any",
    "unless_before",
    "unless_after",
    "unless_message",
    "most_characters",
    "version",
    "effective_from",
    "retired",
    "examples",
)
ONLY_OF_WORDS = ("weight", "negated", "lean", "yields")
RISK_KEYS = ("severity", *(key for key in WORD_KEYS if key not in ONLY_OF_WORDS))
EXPECTED = ("hit", "miss")

MOST_TIMES, MOST_DEGREES = 5.0, 20

SETTINGS: dict[str, tuple[float, float]] = {
    "negative_at_most": (-1, -0.01),
    "positive_at_least": (0.01, 1),
    "reach": (0, 24),
    "fewest_messages": (2, 100),
    "end_messages": (1, 50),
    "dead_band": (0, 2),
}
"""The least and the greatest value of each that makes sense."""

WHOLE = ("reach", "fewest_messages", "end_messages")


def read_wording(place: str, entry: dict[str, Any], faults: list[str], *, risk: bool) -> Wording:
    """Read one version of an entry, everything that an earlier version says filled in.

    Parameters
    ----------
    place : str
        Where it stands, for messages.
    entry : dict
        Its fields.
    faults : list of str
        What is wrong is added.
    risk : bool
        Whether it stands among the threats.
    """
    refuse_unknown(place, entry, RISK_KEYS if risk else WORD_KEYS, faults)
    retired = read_flag(f"{place}.retired", entry.get("retired"), faults)
    for key in ("any", "examples", "severity" if risk else "weight"):
        if key not in entry and not retired:
            faults.append(f"{place}：缺少 {key}。")
    patterns = {
        key: read_patterns(f"{place}.{key}", entry.get(key), faults)
        for key in ("any", "unless_before", "unless_after", "unless_message")
    }
    severity = entry.get("severity", SEVERITIES[0])
    longest = entry.get("most_characters")
    return Wording(
        id=read_id(place, entry.get("id"), faults),
        names=as_names(f"{place}.name", entry.get("name", str(entry.get("id"))), faults),
        weight=_read_weight(f"{place}.weight", entry.get("weight", 0), faults),
        negated=_read_negated(place, entry, faults),
        lean=read_flag(f"{place}.lean", entry.get("lean"), faults),
        yields=read_flag(f"{place}.yields", entry.get("yields"), faults),
        severity=read_choice(f"{place}.severity", severity, SEVERITIES, faults) if risk else None,
        most_characters=None
        if longest is None
        else read_whole(f"{place}.most_characters", longest, 5_000, faults),
        version=read_version(f"{place}.version", entry.get("version", 1), faults),
        effective_from=read_date(f"{place}.effective_from", entry.get("effective_from"), faults),
        retired=retired,
        examples=read_texts(f"{place}.examples", entry.get("examples"), EXPECTED, faults),
        **patterns,
    )


def _read_negated(place: str, entry: dict[str, Any], faults: list[str]) -> float | None:
    value = entry.get("negated")
    return None if value is None else _read_weight(f"{place}.negated", value, faults)


def _read_weight(place: str, value: Any, faults: list[str]) -> float:
    if is_number(value) and -1 <= value <= 1:
        return float(value)
    faults.append(f"{place}：应为 -1（最负面）到 1（最正面）的数，而不是 {value!r:.60}。")
    return 0.0


def read_texts(place: str, value: Any, expected: tuple[str, ...], faults: list[str]) -> Examples:
    """Read examples: what is expected → texts."""
    if value is None:
        return {}
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, expected, faults)
    return {key: _read_list(f"{place}.{key}", entry.get(key), faults) for key in expected}


def _read_list(place: str, value: Any, faults: list[str]) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_EXAMPLES:
        faults.append(f"{place}：应为例句的列表，最多 {MOST_EXAMPLES} 句，而不是 {value!r:.60}。")
        return ()
    good = [one for one in value if isinstance(one, str) and 0 < len(one) <= LONGEST_EXAMPLE]
    if len(good) < len(value):
        faults.append(f"{place}：每个例子应为一句话，最多 {LONGEST_EXAMPLE} 字。")
    return tuple(good)


def read_degrees(value: Any, faults: list[str]) -> tuple[Degree, ...]:
    """Read the words that strengthen or weaken what follows."""
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_DEGREES:
        faults.append(f"degrees：应为列表，最多 {MOST_DEGREES} 条，而不是 {value!r:.60}。")
        return ()
    return tuple(_read_degree(f"degrees[{at}]", one, faults) for at, one in enumerate(value))


def _read_degree(place: str, value: Any, faults: list[str]) -> Degree:
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, ("any", "times"), faults)
    times: Any = entry.get("times")
    if not is_number(times) or not 0 <= times <= MOST_TIMES:
        faults.append(f"{place}.times：应为 0 到 {MOST_TIMES:g} 的数，而不是 {times!r:.60}。")
        times = 1.0
    if entry and "any" not in entry:
        faults.append(f"{place}：缺少 any。")
    return Degree(read_patterns(f"{place}.any", entry.get("any"), faults), float(times))


def read_reading(value: Any, faults: list[str]) -> Reading:
    """Read how scores and conversations are read; what is left out is as usual."""
    if value is None:
        return Reading()
    entry = as_mapping("settings", value, faults)
    refuse_unknown("settings", entry, SETTINGS, faults)
    usual = {field.name: field.default for field in fields(Reading)}
    told = {key: entry[key] for key in SETTINGS if key in entry}
    for key, one in told.items():
        least, most = SETTINGS[key]
        fits = is_number(one) and least <= one <= most and (key not in WHOLE or one == int(one))
        if not fits:
            kind = "整数" if key in WHOLE else "数"
            faults.append(
                f"settings.{key}：应为 {least:g} 到 {most:g} 的{kind}，而不是 {one!r:.60}。"
            )
            told[key] = usual[key]
    return Reading(**told)
