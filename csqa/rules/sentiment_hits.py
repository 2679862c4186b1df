"""What a lexicon finds in one text, and the score that adds up: pure text in, hits out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from csqa.rules.phrase_fields import REACH
from csqa.rules.phrase_hits import CLAUSE_END, ends_there
from csqa.rules.phrase_rules import Patterns
from csqa.rules.sentiment_words import Lexicon, Wording

TWICE_NEGATED = 0.5
"""不是不满意 says less than 满意."""

Searched = tuple[Wording, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """One wording found in a text, and what it adds."""

    entry: Wording
    start: int
    end: int
    value: float
    """Its weight, turned round by negations and scaled by degrees; 0 of a threat."""


class Judge:
    """The wordings of a lexicon, ready to be looked for.

    Parameters
    ----------
    lexicon : Lexicon
        Whose wordings.
    entries : sequence of Wording
        Those to look for.

    Examples
    --------
    >>> from csqa.rules.sentiment import read_sentiment
    >>> lexicon = read_sentiment()
    >>> judge = Judge(lexicon, lexicon.in_force())
    >>> [(hit.entry.id, hit.value) for hit in judge.find("你们的服务我很不满意")]
    [('is_not', -0.2), ('praise', -0.7)]
    """

    def __init__(self, lexicon: Lexicon, entries: Sequence[Wording]) -> None:
        self.searched: list[Searched] = [(entry, one) for entry in entries for one in entry.any]
        self._exceptions = {id(entry): Exceptions.of(entry) for entry in entries}
        self._reach = lexicon.reading.reach
        self._negations = _any_of(lexicon.negations)
        self._degrees = [(_any_of(degree.any), degree.times) for degree in lexicon.degrees]

    def find(self, text: str, numbers: Iterable[int] | None = None) -> list[Hit]:
        """Find all wordings in a text; of what overlaps the longest, threats apart from the rest.

        What a negation leaves nothing of (没有问题) is not found.

        Parameters
        ----------
        text : str
            As it was cleaned.
        numbers : iterable of int, optional
            Places in :attr:`searched` that can be in it at all. Default: all of them.
        """
        tried = self.searched if numbers is None else [self.searched[at] for at in sorted(numbers)]
        found = [hit for entry, pattern in tried for hit in self._find_one(entry, pattern, text)]
        if not found:
            return found
        found = found if len(found) == 1 else _keep_longest(found)
        found = [hit for hit in found if hit.value or not hit.entry.weight]
        if any(hit.value < 0 and not hit.entry.lean for hit in found):
            return [hit for hit in found if not hit.entry.yields]
        return found

    def _find_one(self, entry: Wording, pattern: re.Pattern[str], text: str) -> list[Hit]:
        if entry.most_characters is not None and len(text) > entry.most_characters:
            return []
        found = list(pattern.finditer(text))
        if not found:
            return []
        exceptions = self._exceptions[id(entry)]
        if exceptions.message is not None and exceptions.message.search(text):
            return []
        return [
            Hit(entry, match.start(), match.end(), self._weigh(entry, text, match.start()))
            for match in found
            if match[0] and not exceptions.hold(text, match.start(), match.end())
        ]

    def _weigh(self, entry: Wording, text: str, start: int) -> float:
        value = entry.weight
        if not value or entry.lean or not start:
            return value
        before = CLAUSE_END.split(text[max(start - self._reach, 0) : start])[-1]
        if not before:
            return value
        if entry.negated is not None and self._negations is not None:
            count = len(self._negations.findall(before))
            if count:
                value = entry.negated if count % 2 else value * TWICE_NEGATED
        for degree, times in self._degrees:
            if degree is not None and degree.search(before):
                return value * times
        return value


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What keeps an entry from counting, each kind as one pattern."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    message: re.Pattern[str] | None

    @classmethod
    def of(cls, entry: Wording) -> "Exceptions":
        """The exceptions of an entry."""
        before = _any_of(entry.unless_before)
        return cls(
            None if before is None else ends_there(before),
            _any_of(entry.unless_after),
            _any_of(entry.unless_message),
        )

    def hold(self, text: str, start: int, end: int) -> bool:
        """Whether what stands around a hit excepts it."""
        reach = max(start - REACH, 0)
        if self.before is not None and self.before.search(text, reach, start):
            return True
        return self.after is not None and bool(self.after.match(text, end, end + REACH))


def _any_of(patterns: Patterns) -> re.Pattern[str] | None:
    parts = (f"(?:{one.pattern})" for one in patterns)
    return re.compile("|".join(parts), re.IGNORECASE) if patterns else None


def _keep_longest(found: list[Hit]) -> list[Hit]:
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Hit] = []
    ends = {True: -1, False: -1}
    for hit in found:
        threat = hit.entry.severity is not None
        if hit.start >= ends[threat]:
            kept.append(hit)
            ends[threat] = hit.end
    return kept


def add_up(hits: Iterable[Hit], *, lean: bool = False) -> float:
    """Score of a text [-1, 1]: what its hits add, cut where it leaves the scale.

    Parameters
    ----------
    hits : iterable of Hit
        From :meth:`Judge.find`.
    lean : bool
        Whether hits count that only tilt: then it is the level, of which conversations have means.

    Examples
    --------
    >>> bad, slow = Wording("a", ()), Wording("b", (), lean=True)
    >>> hits = [Hit(bad, 0, 1, -0.5), Hit(slow, 2, 3, -0.25)]
    >>> add_up(hits), add_up(hits, lean=True), add_up([])
    (-0.5, -0.75, 0.0)
    """
    total = sum((hit.value for hit in hits if lean or not hit.entry.lean), 0.0)
    return min(max(total, -1.0), 1.0)
