"""The phrase rules: read from YAML, their examples run, the rule in force on a day."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from csqa.rules.dated_entries import (
    find_in_force,
    list_entries,
    merge_entries,
    read_extends,
    read_without,
    sort_versions,
)
from csqa.rules.faults import as_mapping, refuse_unknown
from csqa.rules.files import DEFAULTS, RuleFile, read_rules
from csqa.rules.kinds import refuse_other_kind
from csqa.rules.phrase_examples import check_examples
from csqa.rules.phrase_fields import read_whole
from csqa.rules.phrase_reader import read_rule
from csqa.rules.phrase_rules import PhraseRule

PHRASE_KEYS = ("extends", "without", "templates", "rules")
MOST_RULES = 500


@dataclass(frozen=True)
class Templates:
    """When a message counts as a template: the same words in many conversations."""

    conversations: int = 5
    characters: int = 20
    """Shorter ones are habits, not templates."""


@dataclass(frozen=True)
class Phrases:
    """All rules, each in all its versions."""

    rules: tuple[PhraseRule, ...]
    """In the order of the files; versions of one rule in the order of their dates."""
    templates: Templates = Templates()
    fingerprint: str = ""
    """SHA-256 of the file."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Each rule once, also those that no longer hold."""
        return tuple(dict.fromkeys(rule.id for rule in self.rules))

    def versions(self, id_: str) -> tuple[PhraseRule, ...]:
        """All versions of a rule."""
        return tuple(rule for rule in self.rules if rule.id == id_)

    def rule(self, id_: str) -> PhraseRule:
        """The last version of a rule.

        Raises
        ------
        KeyError
            If there is none of that id.
        """
        found = self.versions(id_)
        if not found:
            raise KeyError(id_)
        return found[-1]

    def in_force(self, day: date | None = None) -> tuple[PhraseRule, ...]:
        """The rules that hold on a day; without a day, the last version of each.

        Examples
        --------
        >>> phrases = read_phrases()
        >>> len(phrases.in_force()) == len(phrases.ids)
        True
        """
        return find_in_force(self.rules, day)

    def name(self, id_: str, language: str = "zh") -> str:
        """What readers call a rule.

        Examples
        --------
        >>> read_phrases().name("dont_know"), read_phrases().name("dont_know", "en")
        ('说不知道', 'Professes ignorance')
        """
        return self.rule(id_).name(language) if id_ in self.ids else id_


def read_phrases(path: str | Path | None = None) -> Phrases:
    """Read phrase rules from YAML; without a path, those that csqa ships.

    Parameters
    ----------
    path : str or Path, optional
        A file written like the shipped one. ``extends: shipped`` builds on the shipped rules: an
        entry of the same id restates what changes, ``without`` lists ids that shall not hold.

    Returns
    -------
    Phrases
        The rules, each of whose examples has been tried.

    Raises
    ------
    RuleError
        With every fault of the file and its line in one message: fields, patterns that could
        backtrack without end, and examples that the rule gets wrong.

    Examples
    --------
    >>> read_phrases().rule("dont_know").kind
    'forbid'
    """
    return _read_file(Path(path)) if path else _read_shipped()


@lru_cache(maxsize=1)
def _read_shipped() -> Phrases:
    """Read and try them once: each review without rules of its own asks for them."""
    return _read_file(DEFAULTS / "phrases.yml")


def _read_file(path: Path) -> Phrases:
    file = read_rules(path)
    refuse_other_kind(file, "phrases")
    rules, templates = _read(file)
    file.refuse_faults()
    check_examples(rules, file.faults)
    file.refuse_faults()
    return Phrases(tuple(rule for _, rule in rules), templates, file.fingerprint)


Placed = list[tuple[str, PhraseRule]]


def _read(file: RuleFile) -> tuple[Placed, Templates]:
    content, faults = file.content, file.faults
    refuse_unknown("文件", content, PHRASE_KEYS, faults)
    entries = list_entries(file, read_extends(file, "phrases.yml"), "rules", MOST_RULES)
    ids = [entry.get("id") for _, entry in entries if isinstance(entry, dict)]
    without = read_without(content.get("without"), ids, faults)
    if not ids and not faults:
        faults.append("rules：没有规则。")
    merged = merge_entries(entries, faults)
    rules = [(place, read_rule(place, entry, faults)) for place, entry in merged]
    kept = sort_versions([(place, rule) for place, rule in rules if rule.id not in without], faults)
    return kept, _read_templates(content.get("templates"), faults)


def _read_templates(value: Any, faults: list[str]) -> Templates:
    if value is None:
        return Templates()
    entry = as_mapping("templates", value, faults)
    refuse_unknown("templates", entry, ("conversations", "characters"), faults)
    usual = Templates()
    fewest = entry.get("conversations", usual.conversations)
    shortest = entry.get("characters", usual.characters)
    return Templates(
        read_whole("templates.conversations", fewest, 1_000_000, faults, least=2),
        read_whole("templates.characters", shortest, 1_000, faults),
    )
