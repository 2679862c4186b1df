"""What one cause finds in one text: pure text in, spans out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from csqa.rules.fishbone_rules import CauseRule, Negation
from csqa.rules.phrase_fields import REACH
from csqa.rules.phrase_hits import ends_there
from csqa.rules.phrase_rules import Patterns

MOST_EVIDENCE = 3
"""Hits of one cause in one text that are kept: more would prove nothing more."""

MOST_TRIED = 50
"""Matches of one pattern in one text that are looked at: a text may repeat one word for ever."""


@dataclass(frozen=True, slots=True)
class Span:
    """A hit, and the field of the rule that it comes from."""

    start: int
    end: int
    place: str


def find_evidence(
    rule: CauseRule,
    text: str,
    negation: Negation,
    searches: Iterable[tuple[str, re.Pattern[str]]] | None = None,
) -> list[Span]:
    """Find what speaks for a cause in a text, exceptions left out; of what overlaps, the first.

    Parameters
    ----------
    rule : CauseRule
        Which cause.
    text : str
        At most :data:`csqa.rules.regex_safety.LONGEST_TEXT` characters of it are bearable.
    negation : Negation
        What takes a hit of any cause back.
    searches : iterable of (str, re.Pattern), optional
        Those of its patterns that can hit here, known from their stems. Default: all.

    Returns
    -------
    list of Span
        In their order, at most :data:`MOST_EVIDENCE`.

    Examples
    --------
    >>> from csqa.rules.fishbone import read_fishbone
    >>> shipped = read_fishbone()
    >>> rule = shipped.cause("charges")
    >>> [(span.start, span.end) for span in find_evidence(rule, "安装费太贵", shipped.negation)]
    [(0, 5)]
    >>> find_evidence(rule, "安装费不贵", shipped.negation)
    []
    """
    found = [
        span
        for place, pattern in (rule.searches if searches is None else searches)
        for span in _spans(rule, place, pattern, text, negation)
    ]
    found.sort(key=lambda span: (span.start, -span.end, span.place))
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        if len(kept) == MOST_EVIDENCE:
            break
    return kept


def _spans(
    rule: CauseRule, place: str, pattern: re.Pattern[str], text: str, negation: Negation
) -> Iterator[Span]:
    left = MOST_EVIDENCE
    for tried, match in enumerate(pattern.finditer(text)):
        if tried == MOST_TRIED or not left:
            return
        start, end = match.span()
        if end > start and not _is_excepted(rule, text, start, end, negation):
            yield Span(start, end, place)
            left -= 1


def _is_excepted(rule: CauseRule, text: str, start: int, end: int, negation: Negation) -> bool:
    return (
        _stands_before(negation.before, text, start)
        or _stands_before(rule.unless_before, text, start)
        or _stands_after(negation.after, text, end)
        or _stands_after(rule.unless_after, text, end)
        or any(_covers(one, text, start, end) for one in rule.unless)
    )


def _stands_before(patterns: Patterns, text: str, start: int) -> bool:
    reach = max(start - REACH, 0)
    return any(ends_there(one).search(text, reach, start) for one in patterns)


def _stands_after(patterns: Patterns, text: str, end: int) -> bool:
    return any(one.match(text, end, end + REACH) for one in patterns)


def _covers(pattern: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether a longer word overlaps a hit."""
    reach = max(start - REACH, 0)
    return any(
        one.start() < end and one.end() > start
        for one in pattern.finditer(text, reach, min(end + REACH, len(text)))
    )
