"""The pass of a lexicon over texts: scored block by block, led by literal stems."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from csqa.engine.clean_text import Cleaned
from csqa.engine.message_blocks import NO_DAY
from csqa.engine.stems import StemFinder
from csqa.rules.regex_stems import find_stems
from csqa.rules.sentiment_hits import Hit, Judge, add_up
from csqa.rules.sentiment_words import NEUTRAL, POLARITIES, Lexicon, Wording

SHORT, MOST_KNOWN = 12, 50_000
"""Texts up to so many characters, and so many of them, are read once: 好的 is said every minute."""

EPOCH = date(1970, 1, 1).toordinal()

Tag = tuple[str, float, int, int]
"""Class, probability, and the span that weighed most."""


class Tagger(Protocol):
    """A trained tagger whose classes are those of sentiment."""

    @property
    def causes(self) -> tuple[str, ...]:
        """The classes that it may be used for."""

    def tag(self, texts: Sequence[str]) -> list[list[Tag]]:
        """Classes of each text."""


@dataclass
class Ratings:
    """What a lexicon, or a tagger in its place, makes of some texts."""

    score: NDArray[np.float64]
    """[-1, 1], what makes them negative or positive."""
    level: NDArray[np.float64]
    """[-1, 1], with what only tilts: of conversations the mean of it is told."""
    polarity: NDArray[np.int8]
    hits: dict[int, list[Hit]] = field(default_factory=dict)
    """Number of a text → what was found in it, threats too; only where there is anything."""
    tags: dict[int, Tag] = field(default_factory=dict)
    """Number of a text → what a tagger says of it."""


class Rater:
    """A lexicon, ready to run over blocks of texts.

    Parameters
    ----------
    lexicon : Lexicon
        Each text is read by the versions in force on its day.
    tagger : Tagger, optional
        Takes the place of the lexicon for the classes that it covers; threats stay the lexicon's.

    Examples
    --------
    >>> from csqa.engine.clean_text import clean_texts
    >>> from csqa.rules.sentiment import read_sentiment
    >>> texts = clean_texts(["您好", "态度太差了", "好的，谢谢"])
    >>> Rater(read_sentiment()).rate(texts).polarity.tolist()
    [0, -1, 1]
    """

    def __init__(self, lexicon: Lexicon, tagger: Tagger | None = None) -> None:
        self.lexicon, self.tagger = lexicon, tagger
        versions = list(lexicon.versions())
        self._judge = Judge(lexicon, [entry for entry, _, _ in versions])
        self._days = {
            id(entry): (_number(since, -NO_DAY), _number(until, NO_DAY))
            for entry, since, until in versions
        }
        self._dated = any(since or until for _, since, until in versions)
        self._everywhere: set[int] = set()
        stems: dict[str, set[int]] = defaultdict(set)
        for number, (_, pattern) in enumerate(self._judge.searched):
            own = find_stems(pattern.pattern)
            for stem in own:
                stems[stem].add(number)
            if not own:
                self._everywhere.add(number)
        self._finder = StemFinder(stems)
        self._known: dict[str, list[Hit]] = {}

    def rate(self, texts: Cleaned, days: NDArray[np.int64] | None = None) -> Ratings:
        """Rate texts.

        Parameters
        ----------
        texts : Cleaned
            From :func:`csqa.engine.clean_text.clean_texts`.
        days : ndarray of int, optional
            Day of each, counted from 1970. Default: the last versions are in force.
        """
        count = len(texts.looked_at)
        ratings = Ratings(np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int8))
        for number, hits in self._find(texts.looked_at, days):
            ratings.hits[number] = hits
            ratings.level[number] = add_up(hits, lean=True)
            if any(not hit.entry.lean for hit in hits):
                score = add_up(hits)
                ratings.score[number] = score
                ratings.polarity[number] = self.lexicon.polarity(score)
        if self.tagger is not None:
            self._ask(self.tagger, texts, ratings)
        return ratings

    def _find(
        self, texts: list[str], days: NDArray[np.int64] | None
    ) -> Iterator[tuple[int, list[Hit]]]:
        known = self._known
        asked = [number for number, text in enumerate(texts) if text not in known]
        found = self._finder.find([texts[number] for number in asked])
        new = {number: found.get(place, set()) for place, number in enumerate(asked)}
        for number, text in enumerate(texts):
            hits = known.get(text)
            if hits is None:
                day = NO_DAY if days is None else int(days[number])
                hits = self._search(text, new[number] | self._everywhere, day)
            if hits:
                yield number, hits

    def _search(self, text: str, numbers: set[int], day: int) -> list[Hit]:
        searched = self._judge.searched
        if self._dated:
            numbers = {at for at in numbers if self._holds(searched[at][0], day)}
        hits = self._judge.find(text, numbers) if numbers else []
        if len(text) <= SHORT and not self._dated and len(self._known) < MOST_KNOWN:
            self._known[text] = hits
        return hits

    def _holds(self, entry: Wording, day: int) -> bool:
        since, before = self._days[id(entry)]
        return since <= day < before or day == before == NO_DAY

    def _ask(self, tagger: Tagger, texts: Cleaned, ratings: Ratings) -> None:
        """Put the tagger's classes in place of the lexicon's, where it covers them."""
        classes = {polarity: name for name, polarity in POLARITIES.items()}
        for number, tags in enumerate(tagger.tag(texts.looked_at)):
            known = [tag for tag in tags if tag[0] in POLARITIES and tag[0] in tagger.causes]
            best = max(known, key=lambda tag: tag[1], default=None)
            if best is None and classes[int(ratings.polarity[number])] not in tagger.causes:
                continue  # what the tagger cannot tell stays as the words say
            score = sum(POLARITIES[tag[0]] * tag[1] for tag in known)
            ratings.score[number] = ratings.level[number] = min(max(score, -1.0), 1.0)
            ratings.polarity[number] = POLARITIES[best[0] if best else NEUTRAL]
            if best is not None:
                ratings.tags[number] = best


def _number(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else day.toordinal() - EPOCH
