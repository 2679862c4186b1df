"""What a cause is: the words and the facts that speak for it, and what is usually done about it."""

import re
from dataclasses import dataclass, field
from datetime import date

from csqa.rules.phrase_rules import Examples, Patterns

Names = tuple[tuple[str, str], ...]
"""Language and text."""


@dataclass(frozen=True)
class Condition:
    """What one fact of a case must be."""

    fact: str
    """One of :data:`csqa.cause_results.CASE_FACT_COLUMNS`."""
    at_least: float | None = None
    at_most: float | None = None
    flag: bool | None = None
    """Of a fact that is true or false."""
    any_of: tuple[str, ...] = ()
    """Of a fact that is a text; of several keys (``failed_items``), one must be among them."""


@dataclass(frozen=True)
class FactRule:
    """Facts that together speak for a cause."""

    conditions: tuple[Condition, ...]
    confidence: float


@dataclass(frozen=True)
class Negation:
    """What takes a hit of any cause back: negations, conditions, questions."""

    before: Patterns = ()
    """Each ends where a hit begins."""
    after: Patterns = ()
    """Each begins where a hit ends."""


@dataclass(frozen=True)
class CauseRule:
    """One version of a cause."""

    id: str
    bone: str
    """One of :data:`csqa.cause_results.BONES`."""
    names: Names
    version: str = "1"
    effective_from: date | None = None
    """None: ever since."""
    confidence: float = 0.8
    """How often a hit of its words is right [0–1]."""
    keywords: tuple[str, ...] = ()
    """Plain words, in either case."""
    any: Patterns = ()
    unless_before: Patterns = ()
    """Each ends where a hit begins, in the characters before it."""
    unless_after: Patterns = ()
    """Each begins where a hit ends."""
    unless: Patterns = ()
    """Each overlaps a hit: the longer word that it is only a part of."""
    facts: tuple[FactRule, ...] = ()
    """Any of them is enough."""
    measures: tuple[Names, ...] = ()
    """What is usually done about it, each in its languages."""
    retired: bool = False
    """From its date on it is not looked for."""
    examples: Examples = field(default_factory=Examples, compare=False)

    def name(self, language: str = "zh") -> str:
        """What readers call the cause."""
        return dict(self.names).get(language, self.id)

    @property
    def searches(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Every pattern that is looked for, with the field it stands in."""
        cut = range(0, len(self.keywords), WORDS_TOGETHER)
        words = [_join(self.keywords[start : start + WORDS_TOGETHER]) for start in cut]
        listed = [(f"any[{number}]", pattern) for number, pattern in enumerate(self.any)]
        return (*(("keywords", pattern) for pattern in words), *listed)


WORDS_TOGETHER = 40
"""Keywords in one pattern: so many can be its stems (:mod:`csqa.rules.regex_stems`)."""


def _join(words: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern of plain words; of two that begin alike it takes the longer."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
