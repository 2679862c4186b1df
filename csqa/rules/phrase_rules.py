"""What a phrase rule is: which wording is forbidden, owed, or to be told when asked for."""

import re
from dataclasses import dataclass, field
from datetime import date

FORBID, REQUIRE, DISCLOSE = "forbid", "require", "disclose"
RULE_KINDS = (FORBID, REQUIRE, DISCLOSE)
"""Never to be said; to be said in each conversation; to be said when something calls for it."""

SEVERITIES = ("minor", "major", "critical")
"""From least to worst."""

ANYONE = "any"
SPEAKERS = ("agent", "customer", "bot", ANYONE)
"""Whose messages a rule looks at."""

FIRST, LAST = "first", "last"

Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Downgrade:
    """What makes a hit less severe: an alternative offered in the same breath, or soon after."""

    to: str
    """One of :data:`SEVERITIES`."""
    same_turn: Patterns = ()
    """Looked for in the other clauses of the turn: what was hit does not excuse itself."""
    next_turns: Patterns = ()
    turns: int = 1
    """How many turns of the same speaker after it ``next_turns`` looks at."""


@dataclass(frozen=True)
class Within:
    """Where in a conversation a rule looks."""

    end: str
    """``first`` or ``last``."""
    messages: int
    """Of the rule's speaker."""


@dataclass(frozen=True)
class Disclosure:
    """What must be told once something was asked or said."""

    trigger: Patterns
    any: Patterns
    turns: int
    """Within how many turns of the rule's speaker."""
    trigger_speaker: str = "customer"


@dataclass(frozen=True)
class NotOwed:
    """When nothing is owed: the customer has left."""

    last_speaker: str | None = None
    """Whose message ends the conversation."""
    last_turn: Patterns = ()
    """Wording of the speaker's last turn that waits for the customer in vain."""
    fewest_messages: int = 1
    """Of the customer: below it there was no conversation."""


@dataclass(frozen=True)
class Examples:
    """Conversations that a rule finds something in, or nothing."""

    hit: tuple[tuple[tuple[str, str], ...], ...] = ()
    """Each one a list of speaker and text."""
    miss: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class PhraseRule:
    """One version of a rule."""

    id: str
    names: tuple[tuple[str, str], ...]
    """Language and text."""
    kind: str
    """One of :data:`RULE_KINDS`."""
    version: str = "1"
    effective_from: date | None = None
    """None: ever since."""
    speaker: str = "agent"
    severity: str = "minor"
    any: Patterns = ()
    unless_before: Patterns = ()
    """Each ends where a hit begins, in the characters before it."""
    unless_after: Patterns = ()
    """Each begins where a hit ends."""
    downgrade_if: Downgrade | None = None
    within: Within | None = None
    requires_any_after: Disclosure | None = None
    not_owed_if: NotOwed | None = None
    least: int | None = None
    """``count.min``: how often a required wording is owed; None is once."""
    most: int | None = None
    """``count.max``: how often a wording may stand in a conversation."""
    exclude_templates: bool = False
    item: str | None = None
    """Of the inspection form that it speaks to."""
    hint: bool = False
    """For a reviewer to look at, never counted."""
    advice: tuple[tuple[str, str], ...] = ()
    """Language and text: what to say instead."""
    retired: bool = False
    """From its date on the rule does not hold."""
    examples: Examples = field(default_factory=Examples, compare=False)

    def name(self, language: str = "zh") -> str:
        """What readers call the rule."""
        return dict(self.names).get(language, self.id)

    @property
    def searched(self) -> Patterns:
        """Patterns whose stems lead to the messages it has to look at."""
        if self.requires_any_after is not None:
            return self.requires_any_after.trigger
        return self.any

    @property
    def searched_speaker(self) -> str:
        """In whose messages they are looked for."""
        if self.requires_any_after is not None:
            return self.requires_any_after.trigger_speaker
        return self.speaker
