"""The pass over texts for causes: stems lead to the few patterns that can hit a text at all."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from csqa.engine.clean_text import clean_texts
from csqa.engine.stems import StemFinder
from csqa.rules.fishbone import Fishbone, read_fishbone
from csqa.rules.fishbone_hits import find_evidence
from csqa.rules.fishbone_rules import CauseRule, Negation
from csqa.rules.regex_stems import find_stems

BLOCK = 20_000
"""Texts that are looked at together."""


@dataclass(frozen=True, slots=True)
class CauseHit:
    """A piece of evidence: characters ``start`` to ``end`` of a text speak for a cause."""

    rule: CauseRule
    place: str
    """Field of the rule that it comes from: ``keywords``, ``any[3]``."""
    start: int
    end: int

    @property
    def cause(self) -> str:
        """Id of the cause."""
        return self.rule.id


@dataclass
class CauseScanner:
    """Causes in force, ready to run over texts."""

    rules: tuple[CauseRule, ...]
    negation: Negation
    _searches: list[tuple[int, str, re.Pattern[str]]] = field(default_factory=list)
    """Number of a cause, field and pattern."""
    _finder: StemFinder = field(default_factory=lambda: StemFinder({}))
    _everywhere: tuple[int, ...] = ()
    """Patterns without stems, which must be tried on each text."""

    def __post_init__(self) -> None:
        """Find the stems of each pattern."""
        self._searches = [
            (number, place, pattern)
            for number, rule in enumerate(self.rules)
            for place, pattern in rule.searches
        ]
        stems: dict[str, set[int]] = defaultdict(set)
        everywhere = []
        for number, (_, _, pattern) in enumerate(self._searches):
            own = find_stems(pattern.pattern)
            for stem in own:
                stems[stem].add(number)
            if not own:
                everywhere.append(number)
        self._finder, self._everywhere = StemFinder(stems), tuple(everywhere)

    def scan(self, texts: Sequence[str]) -> dict[int, list[CauseHit]]:
        """Find the evidence in each text that holds any, by the number of the text."""
        cleaned = clean_texts(list(texts))
        led = self._finder.find(cleaned.looked_at)
        asked = range(len(texts)) if self._everywhere else sorted(led)
        found: dict[int, list[CauseHit]] = {}
        for number in asked:
            searches = {*led.get(number, ()), *self._everywhere}
            hits = self._judge(cleaned.looked_at[number], searches)
            if hits:
                found[number] = [
                    CauseHit(rule, place, *cleaned.locate(number, start, end))
                    for rule, place, start, end in hits
                ]
        return found

    def _judge(self, text: str, searches: set[int]) -> list[tuple[CauseRule, str, int, int]]:
        """Try the patterns that can hit, cause by cause."""
        by_cause: dict[int, list[tuple[str, re.Pattern[str]]]] = defaultdict(list)
        for number in sorted(searches):
            cause, place, pattern = self._searches[number]
            by_cause[cause].append((place, pattern))
        return [
            (self.rules[cause], span.place, span.start, span.end)
            for cause, own in by_cause.items()
            for span in find_evidence(self.rules[cause], text, self.negation, own)
        ]


@lru_cache(maxsize=8)
def make_scanner(fishbone: Fishbone, day: date | None = None) -> CauseScanner:
    """The causes in force on a day (default: the last version of each), ready to run."""
    return CauseScanner(fishbone.in_force(day), fishbone.negation)


def scan_texts(
    texts: Sequence[str], fishbone: Fishbone | None = None, day: date | None = None
) -> list[tuple[CauseHit, ...]]:
    """Find in texts what speaks for causes.

    Parameters
    ----------
    texts : sequence of str
        As they were written; of each the first 5,000 characters are looked at.
    fishbone : Fishbone, optional
        Default: the shipped one.
    day : date, optional
        The causes in force on it. Default: the last version of each.

    Returns
    -------
    list of tuple of CauseHit
        One per text; most are empty. Hits stand in the order of the causes, then of the text.

    Examples
    --------
    >>> [
    ...     [(hit.cause, hit.start, hit.end) for hit in hits]
    ...     for hits in scan_texts(["装好了，很满意", "安装费太贵"])
    ... ]
    [[], [('charges', 0, 5)]]
    """
    scanner = make_scanner(read_fishbone() if fishbone is None else fishbone, day)
    found: list[tuple[CauseHit, ...]] = []
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        hits = scanner.scan(block)
        found += [tuple(hits.get(number, ())) for number in range(len(block))]
    return found
