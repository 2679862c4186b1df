"""Reads the parts of a cause: plain words, patterns with named words, facts, measures, examples."""

import re
from collections.abc import Mapping
from typing import Any

from csqa.cause_results import CASE_FACT_COLUMNS
from csqa.rules.faults import add_unknown, as_mapping, as_names, is_number, refuse_unknown
from csqa.rules.fishbone_rules import Condition, FactRule, Names
from csqa.rules.phrase_fields import MOST_PATTERNS, read_examples, read_patterns
from csqa.rules.phrase_rules import Examples, Patterns

FLAGS = ("complaint", "low_rating", "failed_inspection", "feedback", "reopened", "repeated")
NUMBERS = (
    "csat",
    "departments",
    "repeat_contacts",
    "agent_days",
    "handle_seconds",
    "first_response_seconds",
    "longest_wait_seconds",
)
TEXTS = ("team", "channel", "scene", "topic", "failed_items")
FACTS = tuple(name for name in CASE_FACT_COLUMNS if name in {*FLAGS, *NUMBERS, *TEXTS})
"""Facts of a case that a rule may ask for. Who the agent is, is no cause."""

SHORTEST_WORD, LONGEST_WORD, MOST_WORDS = 2, 30, 400
MOST_FACTS, MOST_MEASURES = 20, 20

NAMED = re.compile(r"<([a-z_]+)>")
"""A named list of words in a pattern; ``(?<=`` and ``(?<!`` are none."""


def read_keywords(place: str, value: Any, faults: list[str]) -> tuple[str, ...]:
    """Read plain words; signs of patterns in them mean themselves."""
    if value is None:
        return ()
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_WORDS:
        faults.append(f"{place}：应为词的列表，最多 {MOST_WORDS} 个，而不是 {value!r:.60}。")
        return ()
    kept = []
    for number, word in enumerate(listed):
        text = word.strip() if isinstance(word, str) else ""
        if SHORTEST_WORD <= len(text) <= LONGEST_WORD:
            kept.append(text)
            continue
        told = f"应为 {SHORTEST_WORD} 到 {LONGEST_WORD} 个字的词"
        faults.append(f"{place}[{number}]：{told}（数字要加引号），而不是 {word!r:.60}。")
    return tuple(dict.fromkeys(kept))


def read_words(value: Any, faults: list[str]) -> dict[str, str]:
    """Read the named lists of words, each as what it stands for in a pattern."""
    found = {}
    for name, words in as_mapping("words", {} if value is None else value, faults).items():
        if not NAMED.fullmatch(f"<{name}>"):
            faults.append(f"words.{name}：名字只用小写字母和下划线。")
        parts = words if isinstance(words, list) else [words]
        if not parts or not all(isinstance(one, str) and one for one in parts):
            faults.append(f"words.{name}：应为词的列表，而不是 {words!r:.60}。")
            continue
        found[name] = f"(?:{'|'.join(parts)})"
    return found


def read_named_patterns(
    place: str, value: Any, words: Mapping[str, str], faults: list[str]
) -> Patterns:
    """Read patterns in which ``<name>`` stands for a list of words."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or len(listed) > MOST_PATTERNS:
        return read_patterns(place, value, faults)
    written = []
    for number, one in enumerate(listed):
        if isinstance(one, str):
            for name in NAMED.findall(one):
                if name not in words:
                    add_unknown(
                        f"{place}[{number}]", f"<{name}>", map("<{}>".format, words), faults
                    )
            one = NAMED.sub(lambda found: words.get(found[1], found[0]), one)
        written.append(one)
    return read_patterns(place, written, faults)


def read_confidence(place: str, value: Any, faults: list[str]) -> float:
    """Read how often a hit is right."""
    if is_number(value) and 0 < value <= 1:
        return float(value)
    faults.append(f"{place}：应为大于 0、不超过 1 的数，而不是 {value!r:.60}。")
    return 1.0


def read_measures(place: str, value: Any, faults: list[str]) -> tuple[Names, ...]:
    """Read what is usually done: texts, each in one or two languages."""
    if value is None:
        return ()
    listed = [value] if isinstance(value, str | dict) else value
    if not isinstance(listed, list) or len(listed) > MOST_MEASURES:
        faults.append(f"{place}：应为措施的列表，最多 {MOST_MEASURES} 条，而不是 {value!r:.60}。")
        return ()
    return tuple(as_names(f"{place}[{n}]", one, faults) for n, one in enumerate(listed))


def read_plain_examples(place: str, value: Any, faults: list[str]) -> Examples:
    """Read examples: what a customer wrote, or an inspector noted."""
    return read_examples(place, value, "customer", faults)


def read_facts(
    place: str, value: Any, confidence: float, faults: list[str]
) -> tuple[FactRule, ...]:
    """Read rules on facts; a rule's own ``confidence`` stands for that of the words."""
    if value is None:
        return ()
    listed = [value] if isinstance(value, dict) else value
    if not isinstance(listed, list) or len(listed) > MOST_FACTS:
        faults.append(f"{place}：应为事实的列表，最多 {MOST_FACTS} 条，而不是 {value!r:.60}。")
        return ()
    return tuple(
        _read_fact_rule(f"{place}[{n}]", one, confidence, faults) for n, one in enumerate(listed)
    )


def _read_fact_rule(place: str, value: Any, confidence: float, faults: list[str]) -> FactRule:
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, (*FACTS, "confidence"), faults)
    own = entry.get("confidence", confidence)
    conditions = [
        _read_condition(f"{place}.{fact}", fact, asked, faults)
        for fact, asked in entry.items()
        if fact in FACTS
    ]
    if entry and not conditions:
        faults.append(f"{place}：要写至少一个事实，如 departments: {{at_least: 3}}。")
    return FactRule(tuple(conditions), read_confidence(f"{place}.confidence", own, faults))


def _read_condition(place: str, fact: str, asked: Any, faults: list[str]) -> Condition:
    if fact in FLAGS:
        if not isinstance(asked, bool):
            faults.append(f"{place}：应为 true 或 false，而不是 {asked!r:.60}。")
        return Condition(fact, flag=asked is True)
    if fact in TEXTS:
        listed = [asked] if isinstance(asked, str) else asked
        if (
            not isinstance(listed, list)
            or not listed
            or not all(isinstance(x, str) for x in listed)
        ):
            faults.append(f"{place}：应为文字或文字的列表，而不是 {asked!r:.60}。")
            return Condition(fact)
        return Condition(fact, any_of=tuple(listed))
    return _read_bounds(place, fact, asked, faults)


def _read_bounds(place: str, fact: str, asked: Any, faults: list[str]) -> Condition:
    entry = as_mapping(place, asked, faults)
    refuse_unknown(place, entry, ("at_least", "at_most"), faults)
    bounds: dict[str, Any] = {key: entry[key] for key in ("at_least", "at_most") if key in entry}
    if not bounds or not all(is_number(one) for one in bounds.values()):
        faults.append(f"{place}：应为 {{at_least: 数}} 或 {{at_most: 数}}，而不是 {asked!r:.60}。")
        return Condition(fact)
    least, most = (float(bounds[key]) if key in bounds else None for key in ("at_least", "at_most"))
    return Condition(fact, at_least=least, at_most=most)
