"""What one rule finds in one conversation: pure text in, hits out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from csqa.rules.phrase_fields import REACH
from csqa.rules.phrase_rules import ANYONE, FORBID, LAST, REQUIRE, Patterns, PhraseRule

Line = tuple[str, str]
"""Speaker and text of a message."""

Span = tuple[int, int]

CLAUSE_END = re.compile(r"[，,。！!？?；;~～…、\s]")
"""Where a clause ends: an alternative stands in another clause than the refusal."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding; where something owed was not said, ``place`` is None and the span empty."""

    place: int | None
    start: int = 0
    end: int = 0
    mitigated: bool = False
    trigger: int | None = None


def judge(
    rule: PhraseRule, lines: Sequence[Line], places: Iterable[int] | None = None
) -> list[Hit]:
    """Apply one rule to one conversation.

    Parameters
    ----------
    rule : PhraseRule
        Which one.
    lines : sequence of (str, str)
        The conversation: speaker and text of each message.
    places : iterable of int, optional
        Where its wording may stand, known from its stems. Default: anywhere.

    Returns
    -------
    list of Hit
        In the order of the messages.

    Examples
    --------
    >>> from csqa.rules.phrases import read_phrases
    >>> judge(read_phrases().rule("dont_know"), [("agent", "这个我不知道")])
    [Hit(place=0, start=3, end=6, mitigated=False, trigger=None)]
    """
    looked = range(len(lines)) if places is None else sorted(places)
    if rule.kind == FORBID:
        return _judge_forbidden(rule, lines, looked)
    return (
        _judge_required(rule, lines)
        if rule.kind == REQUIRE
        else _judge_disclosed(rule, lines, looked)
    )


def speaks(sender: str, speaker: str) -> bool:
    """Whether a message counts as one of a rule's speaker; the system is nobody."""
    return sender == speaker or (speaker == ANYONE and sender != "system")


def find_spans(rule: PhraseRule, text: str) -> list[Span]:
    """Find what a rule looks for in a text, exceptions left out; of what overlaps, the longest.

    Examples
    --------
    >>> from csqa.rules.phrases import read_phrases
    >>> rule = read_phrases().rule("dont_know")
    >>> find_spans(rule, "不知道您方便接电话吗"), find_spans(rule, "不知道呢，不清楚")
    ([], [(0, 3), (5, 8)])
    """
    found = sorted(_spans(rule, text), key=lambda span: (span[0], -span[1]))
    kept: list[Span] = []
    for span in found:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _spans(rule: PhraseRule, text: str) -> Iterator[Span]:
    for pattern in rule.searched:
        for match in pattern.finditer(text):
            start, end = match.span()
            if end > start and not _is_excepted(rule, text, start, end):
                yield start, end


def _is_excepted(rule: PhraseRule, text: str, start: int, end: int) -> bool:
    reach = max(start - REACH, 0)
    if any(ends_there(one).search(text, reach, start) for one in rule.unless_before):
        return True
    return any(one.match(text, end, end + REACH) for one in rule.unless_after)


@lru_cache(maxsize=2048)
def ends_there(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Anchor a pattern to the end of what it is looked for in."""
    return re.compile(rf"(?:{pattern.pattern})\Z", re.IGNORECASE)


def _own_places(rule: PhraseRule, lines: Sequence[Line]) -> list[int]:
    """Messages of the rule's speaker, those within its position."""
    looked: Iterable[int] = range(len(lines))
    if rule.within is not None and rule.within.end == LAST:
        looked = reversed(range(len(lines)))
    own = (place for place in looked if speaks(lines[place][0], rule.speaker))
    return sorted(islice(own, rule.within.messages if rule.within else None))


def _judge_forbidden(rule: PhraseRule, lines: Sequence[Line], looked: Sequence[int]) -> list[Hit]:
    own = None if rule.within is None else set(_own_places(rule, lines))
    found = [
        (place, span)
        for place in looked
        if speaks(lines[place][0], rule.speaker) and (own is None or place in own)
        for span in find_spans(rule, lines[place][1])
    ]
    return [
        Hit(place, *span, mitigated=_is_mitigated(rule, lines, place, span))
        for place, span in found[rule.most or 0 :]
    ]


def _is_mitigated(rule: PhraseRule, lines: Sequence[Line], place: int, span: Span) -> bool:
    lowered = rule.downgrade_if
    if lowered is None:
        return False
    first, last = _turn_of(lines, place)
    others = [text for at, (_, text) in enumerate(lines[first:last], first) if at != place]
    if _says(lowered.same_turn, [*_other_clauses(lines[place][1], span), *others]):
        return True
    if not lowered.next_turns:
        return False
    sender = lines[place][0]
    later = _turns_after(lines, last, sender)[: lowered.turns]
    return _says(lowered.next_turns, [lines[at][1] for turn in later for at in turn])


def _says(patterns: Patterns, texts: Iterable[str]) -> bool:
    return any(pattern.search(text) for text in texts for pattern in patterns)


def _other_clauses(text: str, span: Span) -> list[str]:
    """What stands in a text before and after the clause that was hit."""
    before = [match.end() for match in CLAUSE_END.finditer(text, 0, span[0])]
    after = CLAUSE_END.search(text, span[1])
    return [text[: before[-1]] if before else "", text[after.start() :] if after else ""]


def _turn_of(lines: Sequence[Line], place: int) -> Span:
    """First message of a turn, and the one after its last."""
    sender, first, last = lines[place][0], place, place + 1
    while first > 0 and lines[first - 1][0] == sender:
        first -= 1
    while last < len(lines) and lines[last][0] == sender:
        last += 1
    return first, last


def _turns_after(lines: Sequence[Line], start: int, speaker: str) -> list[list[int]]:
    """Turns of a speaker from a message on, each a list of its messages."""
    turns: list[list[int]] = []
    for place in range(start, len(lines)):
        if not speaks(lines[place][0], speaker):
            continue
        if turns and turns[-1][-1] == place - 1:
            turns[-1].append(place)
        else:
            turns.append([place])
    return turns


def _judge_required(rule: PhraseRule, lines: Sequence[Line]) -> list[Hit]:
    own = _own_places(rule, lines)
    if not own or _is_simply_said(rule, [lines[place][1] for place in own]):
        return []
    found = [(place, span) for place in own for span in find_spans(rule, lines[place][1])]
    if rule.most is not None and len(found) > rule.most:
        return [Hit(place, *span) for place, span in found[rule.most :]]
    if len(found) >= (rule.least or 1) or not _is_owed(rule, lines):
        return []
    return [Hit(None, trigger=_first_of(lines, "customer"))]


def _is_simply_said(rule: PhraseRule, texts: Sequence[str]) -> bool:
    """Whether nothing is to be known but that it was said once, and it was: the usual case."""
    special = rule.unless_before or rule.unless_after or rule.most or (rule.least or 1) > 1
    return not special and _says(rule.any, texts)


def _first_of(lines: Sequence[Line], speaker: str) -> int | None:
    return next((place for place, (sender, _) in enumerate(lines) if sender == speaker), None)


def _is_owed(rule: PhraseRule, lines: Sequence[Line]) -> bool:
    excuse = rule.not_owed_if
    if excuse is None:
        return True
    if sum(sender == "customer" for sender, _ in lines) < excuse.fewest_messages:
        return False
    spoken = [line for line in lines if line[0] != "system"]
    if excuse.last_speaker is not None and spoken[-1][0] == excuse.last_speaker:
        return False
    turns = _turns_after(spoken, 0, rule.speaker)
    return not _says(excuse.last_turn, [spoken[place][1] for place in turns[-1]])


def _judge_disclosed(rule: PhraseRule, lines: Sequence[Line], looked: Sequence[int]) -> list[Hit]:
    """Find the first call that was not met; what was told before it need not be told again."""
    asked = rule.requires_any_after
    if asked is None:
        return []
    for place in looked:
        called = speaks(lines[place][0], asked.trigger_speaker) and find_spans(
            rule, lines[place][1]
        )
        if not called:
            continue
        turns = _turns_after(lines, place + 1, rule.speaker)
        earlier = [text for sender, text in lines[:place] if speaks(sender, rule.speaker)]
        said = [lines[at][1] for turn in turns[: asked.turns] for at in turn]
        if turns and not _says(asked.any, [*earlier, *said]):
            return [Hit(None, trigger=place)]
    return []
