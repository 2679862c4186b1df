"""What a sentiment lexicon is: wordings with weights, what turns them round, what threatens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from csqa.rules.dated_entries import find_in_force
from csqa.rules.phrase_rules import Patterns

NEGATIVE, NEUTRAL, POSITIVE = "negative", "neutral", "positive"
CLASSES = (NEGATIVE, NEUTRAL, POSITIVE)
"""The three classes, from bad to good; their polarities are -1, 0, 1."""

POLARITIES = {NEGATIVE: -1, NEUTRAL: 0, POSITIVE: 1}

Examples = dict[str, tuple[str, ...]]
"""What is expected → texts."""


@dataclass(frozen=True)
class Wording:
    """One version of an entry: wordings of one kind."""

    id: str
    names: tuple[tuple[str, str], ...]
    """Language and text."""
    any: Patterns = ()
    weight: float = 0.0
    """What one hit adds to the score of its message [-1, 1]."""
    negated: float | None = None
    """Its weight where it is negated; None: a negation before it changes nothing."""
    lean: bool = False
    """Only tilts the level of a conversation; makes no message negative or positive."""
    yields: bool = False
    """Counts only where nothing negative was said: 东西没收到，谢谢."""
    severity: str | None = None
    """Of a threat, one of :data:`csqa.rules.phrase_rules.SEVERITIES`; None: it is none."""
    unless_before: Patterns = ()
    """Each ends where a hit begins."""
    unless_after: Patterns = ()
    """Each begins where a hit ends."""
    unless_message: Patterns = ()
    """Each anywhere in the message."""
    most_characters: int | None = None
    """A longer message is not looked at."""
    version: str = "1"
    effective_from: date | None = None
    """None: ever since."""
    retired: bool = False
    """From its date on the entry does not hold."""
    examples: Examples = field(default_factory=dict, compare=False)
    """``hit`` and ``miss``."""

    def name(self, language: str = "zh") -> str:
        """What readers call it."""
        return dict(self.names).get(language, self.id)


@dataclass(frozen=True)
class Degree:
    """Words that strengthen or weaken what follows."""

    any: Patterns
    times: float


@dataclass(frozen=True)
class Reading:
    """From which score on a text counts as positive or negative, and how conversations are read."""

    negative_at_most: float = -0.3
    positive_at_least: float = 0.3
    reach: int = 4
    """Characters before a hit, in its clause, in which negations and degrees are looked for."""
    fewest_messages: int = 4
    """Of the customer: of a conversation with fewer no course is told."""
    end_messages: int = 3
    """The level at the end is the mean of these last messages."""
    dead_band: float = 0.2
    """Changes of the level that are smaller are none."""


@dataclass(frozen=True)
class Lexicon:
    """All wordings, each in all its versions."""

    words: tuple[Wording, ...]
    risks: tuple[Wording, ...] = ()
    negations: Patterns = ()
    degrees: tuple[Degree, ...] = ()
    reading: Reading = Reading()
    fingerprint: str = ""
    """SHA-256 of the file."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Each entry once, threats last."""
        return tuple(dict.fromkeys(entry.id for entry in (*self.words, *self.risks)))

    def in_force(self, day: date | None = None) -> tuple[Wording, ...]:
        """The entries that hold on a day; without a day, the last version of each.

        Examples
        --------
        >>> from csqa.rules.sentiment import read_sentiment
        >>> lexicon = read_sentiment()
        >>> len(lexicon.in_force()) == len(lexicon.ids)
        True
        """
        return find_in_force([*self.words, *self.risks], day)

    def name(self, id_: str, language: str = "zh") -> str:
        """What readers call an entry.

        Examples
        --------
        >>> from csqa.rules.sentiment import read_sentiment
        >>> read_sentiment().name("urging"), read_sentiment().name("urging", "en")
        ('催促', 'Urging')
        """
        named = [entry for entry in (*self.words, *self.risks) if entry.id == id_]
        return named[-1].name(language) if named else id_

    def polarity(self, score: float) -> int:
        """-1, 0 or 1 of a score.

        Examples
        --------
        >>> [Lexicon(()).polarity(score) for score in (-0.5, 0.1, 1)]
        [-1, 0, 1]
        """
        if score <= self.reading.negative_at_most:
            return -1
        return 1 if score >= self.reading.positive_at_least else 0

    def versions(self) -> Iterator[tuple[Wording, date | None, date | None]]:
        """Each version with the day since which it holds, and the day from which it does not."""
        entries = [*self.words, *self.risks]
        for place, entry in enumerate(entries):
            after = entries[place + 1] if place + 1 < len(entries) else None
            until = after.effective_from if after and after.id == entry.id else None
            if not entry.retired:
                yield entry, entry.effective_from, until
