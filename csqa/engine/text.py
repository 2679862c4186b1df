"""The pass over messages: phrase rules applied block by block, in the order of conversations.

Stems (:mod:`csqa.engine.stems`) lead to the few messages that can hold a hit; only there, and in
the conversations around them, patterns are tried.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.message_blocks import BLOCK, NO_DAY, Block, count_messages, stream_blocks
from csqa.engine.stems import StemFinder
from csqa.engine.templates import TemplateCounter
from csqa.results import FINDING_COLUMNS
from csqa.rules.phrase_hits import Hit, judge, speaks
from csqa.rules.phrase_rules import REQUIRE, PhraseRule
from csqa.rules.phrases import Phrases, Templates
from csqa.rules.regex_stems import find_stems

EPOCH = date(1970, 1, 1).toordinal()

Progress = Callable[[int, int], None]
"""Called with the messages done and those in all."""

Row = tuple[Any, ...]
Found = tuple[Row, int, str | None]
"""A finding, the number of its rule, and by what its message is known among templates."""


@dataclass(frozen=True)
class DatedRule:
    """A rule with the days on which it holds, counted from 1970."""

    rule: PhraseRule
    since: int
    before: int

    def holds(self, day: int) -> bool:
        """Whether it is in force on a day; :data:`NO_DAY` asks for the last version."""
        return self.since <= day < self.before or (day == self.before == NO_DAY)


@dataclass
class Scanner:
    """The rules, ready to run over blocks."""

    rules: list[DatedRule]
    settings: Templates
    conversations: int = 0
    """How many were seen."""
    _templates: list[TemplateCounter] = field(default_factory=list)
    """Of each rule: what it is led to is counted by itself."""
    _finders: dict[str, StemFinder] = field(default_factory=dict)
    _everywhere: dict[str, list[int]] = field(default_factory=dict)
    """Speaker → rules without stems, which must try each message."""

    def __post_init__(self) -> None:
        """Group the stems by whose messages they are looked for in."""
        self._templates = [TemplateCounter(self.settings) for _ in self.rules]
        stems: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for number, dated in enumerate(self.rules):
            if dated.rule.kind == REQUIRE:
                continue
            speaker = dated.rule.searched_speaker
            own = [find_stems(pattern.pattern) for pattern in dated.rule.searched]
            if all(own):
                for stem in (one for group in own for one in group):
                    stems[speaker][stem].add(number)
            else:
                self._everywhere.setdefault(speaker, []).append(number)
        self._finders = {speaker: StemFinder(found) for speaker, found in stems.items()}

    def find_places(self, block: Block) -> dict[int, list[int]]:
        """Messages of a block in which each rule must be tried, by the number of the rule."""
        places: dict[int, list[int]] = defaultdict(list)
        for speaker in sorted({*self._finders, *self._everywhere}):
            own = [at for at, sender in enumerate(block.senders) if speaks(sender, speaker)]
            for number in self._everywhere.get(speaker, ()):
                places[number] += own
            if speaker in self._finders:
                texts = [block.texts.looked_at[at] for at in own]
                for at, numbers in self._finders[speaker].find(texts).items():
                    for number in numbers:
                        places[number].append(own[at])
        return places

    def scan(self, block: Block) -> Iterator[Found]:
        """Find what the rules find in a block; templates are told apart when all is counted."""
        lines = list(zip(block.senders, block.texts.looked_at, strict=True))
        places = self.find_places(block)
        for number, dated in enumerate(self.rules):
            asked = _group(block, places.get(number, []))
            if dated.rule.kind == REQUIRE:
                asked = [(place, None) for place in range(len(block.bounds))]
            for place, within in asked:
                yield from self._apply(number, block, place, within, lines)
        self.conversations += len(block.bounds)

    def _apply(
        self,
        number: int,
        block: Block,
        place: int,
        within: list[int] | None,
        lines: list[tuple[str, str]],
    ) -> Iterator[Found]:
        start, end = block.bounds[place]
        dated, counter = self.rules[number], self._templates[number]
        rule = dated.rule
        keys: dict[int | None, str | None] = {}
        if rule.exclude_templates:
            for at in within or ():
                written = block.texts.written[start + at]
                keys[at] = counter.count(written, self.conversations + place)
        for hit in judge(rule, lines[start:end], within):
            judged = hit.trigger if hit.place is None else hit.place
            if rule.kind == REQUIRE or judged is None:
                judged = 0  # the conversation as a whole is judged by its first day
            if dated.holds(int(block.days[start + judged])):
                yield _row(rule, block, start, hit), number, keys.get(hit.place)

    def is_template(self, number: int, key: str | None) -> bool:
        """Whether what a rule found stands in a template, now that all is counted."""
        return self._templates[number].is_template(key)


def _group(block: Block, places: list[int]) -> list[tuple[int, list[int] | None]]:
    """Places by conversation, counted from its beginning."""
    grouped: list[tuple[int, list[int] | None]] = []
    number, own = 0, list[int]()
    for place in sorted(places):
        while place >= block.bounds[number][1]:
            if own:
                grouped.append((number, own))
            number, own = number + 1, []
        own.append(place - block.bounds[number][0])
    return [*grouped, (number, own)] if own else grouped


def _row(rule: PhraseRule, block: Block, start: int, hit: Hit) -> Row:
    """One finding, in the order of :data:`csqa.results.FINDING_COLUMNS`."""
    lowered = rule.downgrade_if
    severity = lowered.to if hit.mitigated and lowered else rule.severity
    seq = sender = begin = end = matched = None
    if hit.place is not None:
        at = start + hit.place
        begin, end = block.texts.locate(at, hit.start, hit.end)
        seq, sender = block.seqs[at], block.senders[at]
        matched = block.texts.written[at][begin:end]
    return (
        block.contacts[start],
        seq,
        sender or rule.speaker,
        rule.id,
        rule.version,
        rule.effective_from.isoformat() if rule.effective_from else None,
        rule.kind,
        severity,
        hit.mitigated,
        rule.hint,
        rule.item,
        begin,
        end,
        matched,
        None if hit.trigger is None else block.seqs[start + hit.trigger],
    )


def date_rules(phrases: Phrases) -> list[DatedRule]:
    """Each version of each rule with the days on which it holds.

    Examples
    --------
    >>> from csqa.rules.phrases import read_phrases
    >>> len(date_rules(read_phrases())) == len(read_phrases().ids)
    True
    """
    dated = []
    for id_ in phrases.ids:
        versions = phrases.versions(id_)
        starts = [_day_number(rule.effective_from) for rule in versions]
        dated += [
            DatedRule(rule, since, before)
            for rule, since, before in zip(versions, starts, [*starts[1:], NO_DAY], strict=True)
            if not rule.retired
        ]
    return dated


def _day_number(day: date | None) -> int:
    return -NO_DAY if day is None else day.toordinal() - EPOCH


def scan_messages(
    data: Dataset,
    phrases: Phrases,
    *,
    period: str | None = None,
    until: str | None = None,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Apply phrase rules to all messages.

    Parameters
    ----------
    data : Dataset
        With ``messages``.
    phrases : Phrases
        The rules; each message is judged by those in force on its day.
    period, until : str, optional
        Only conversations whose contact was created in a period, or up to one.
    block : int
        Messages looked at together; the result does not depend on it.
    progress : callable, optional
        Told after each block how many messages are done, and how many there are.

    Returns
    -------
    DataFrame
        :data:`csqa.results.FINDING_COLUMNS`, in the order of contacts, messages and places.

    Raises
    ------
    DataError
        If there are no messages, or a period is asked for and there are no contacts.
    """
    total, done = count_messages(data, period=period, until=until), 0
    scanner = Scanner(date_rules(phrases), phrases.templates)
    found: list[Found] = []
    for messages in stream_blocks(data, block):
        found += scanner.scan(messages)
        done += len(messages)
        if progress is not None:
            progress(done, total)
    kept = [row for row, number, key in found if not scanner.is_template(number, key)]
    return make_findings(kept)


def make_findings(rows: list[Row]) -> pd.DataFrame:
    """Findings as a sorted table with types.

    Examples
    --------
    >>> make_findings([]).columns.tolist() == list(FINDING_COLUMNS)
    True
    """
    table = pd.DataFrame(rows, columns=list(FINDING_COLUMNS))
    whole = dict.fromkeys(["seq", "start", "end", "trigger_seq"], "Int64")
    flags = dict.fromkeys(["mitigated", "hint"], "bool")
    texts = [name for name in FINDING_COLUMNS if name not in {*whole, *flags}]
    table = table.astype({**whole, **flags, **dict.fromkeys(texts, "str")})
    order = table["seq"].fillna(table["trigger_seq"]).fillna(-1).astype("int64")
    keys = table.assign(order_=order, rule_=table["rule"])
    sorted_ = keys.sort_values(["contact_id", "order_", "start", "rule_", "version"], kind="stable")
    return table.loc[sorted_.index].reset_index(drop=True)
