"""The fishbone: bones and their causes, read from YAML, examples tried, in force on a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from csqa.cause_results import BONES, NO_CAUSE
from csqa.rules.dated_entries import (
    find_in_force,
    list_entries,
    merge_entries,
    read_extends,
    read_without,
    sort_versions,
)
from csqa.rules.faults import refuse_unknown
from csqa.rules.files import DEFAULTS, RuleFile, read_rules
from csqa.rules.fishbone_fields import read_words
from csqa.rules.fishbone_hits import Span, find_evidence
from csqa.rules.fishbone_reader import add_to_lists, read_bone_names, read_cause, read_negation
from csqa.rules.fishbone_rules import CauseRule, Names, Negation
from csqa.rules.kinds import refuse_other_kind
from csqa.rules.phrase_examples import check_examples
from csqa.rules.phrase_hits import Line

FISHBONE_KEYS = ("extends", "without", "bones", "words", "negation", "causes")

MOST_CAUSES = 300

UNCLASSIFIED: Names = (("zh", "未归类"), ("en", "Unclassified"))


@dataclass(frozen=True)
class Fishbone:
    """All causes, each in all its versions."""

    causes: tuple[CauseRule, ...]
    """In the order of the files; versions of one cause in the order of their dates."""
    bones: tuple[tuple[str, Names], ...]
    """Each bone and what it is called, in the order of :data:`csqa.cause_results.BONES`."""
    negation: Negation = field(default_factory=Negation)
    fingerprint: str = ""
    """SHA-256 of the file."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Each cause once, bone by bone, also those that are no longer looked for."""
        order = {bone: place for place, bone in enumerate(BONES)}
        own = dict.fromkeys(rule.id for rule in self.causes)
        return tuple(sorted(own, key=lambda id_: order[self.bone_of(id_)]))

    def versions(self, id_: str) -> tuple[CauseRule, ...]:
        """All versions of a cause."""
        return tuple(rule for rule in self.causes if rule.id == id_)

    def cause(self, id_: str) -> CauseRule:
        """The last version of a cause.

        Raises
        ------
        KeyError
            If there is none of that id.
        """
        found = self.versions(id_)
        if not found:
            raise KeyError(id_)
        return found[-1]

    def in_force(self, day: date | None = None) -> tuple[CauseRule, ...]:
        """The causes that are looked for on a day; without a day, the last version of each.

        Examples
        --------
        >>> shipped = read_fishbone()
        >>> len(shipped.in_force()) == len(shipped.ids)
        True
        """
        begun = {rule.id: rule for rule in find_in_force(self.causes, day)}
        return tuple(begun[id_] for id_ in self.ids if id_ in begun)

    def bone_of(self, cause: str) -> str:
        """The bone of a cause; of a bone, and of :data:`csqa.cause_results.NO_CAUSE`, itself.

        Raises
        ------
        KeyError
            If it is none of them.
        """
        return cause if cause in (*BONES, NO_CAUSE) else self.cause(cause).bone

    def name(self, id_: str, language: str = "zh") -> str:
        """What readers call a bone or a cause; what is neither has no other name.

        Examples
        --------
        >>> shipped = read_fishbone()
        >>> [shipped.name(id_) for id_ in ("people", "handover", "unclassified", "x")]
        ['人员', '推诿转手', '未归类', 'x']
        """
        if id_ == NO_CAUSE:
            return dict(UNCLASSIFIED)[language]
        if id_ in BONES:
            return dict(dict(self.bones)[id_]).get(language, id_)
        found = self.versions(id_)
        return found[-1].name(language) if found else id_

    def measures(self, cause: str, language: str = "zh") -> tuple[str, ...]:
        """What is usually done about a cause; nothing of what is none.

        Examples
        --------
        >>> read_fishbone().measures("handover", "en")[0]
        'First contact keeps the case to the end (one owner per case)'
        """
        found = self.versions(cause)
        listed = found[-1].measures if found else ()
        return tuple(dict(one)[language] for one in listed if language in dict(one))


def read_fishbone(path: str | Path | None = None) -> Fishbone:
    """Read a fishbone from YAML; without a path, the one that csqa ships.

    Parameters
    ----------
    path : str or Path, optional
        A file written like the shipped one. ``extends: shipped`` builds on the shipped causes: an
        entry of the same id restates what changes or lengthens lists under ``add``, ``without``
        lists ids that shall not be looked for.

    Returns
    -------
    Fishbone
        The causes, each of whose examples has been tried.

    Raises
    ------
    RuleError
        With every fault of the file and its line in one message: fields, patterns that could
        backtrack without end, and examples that a cause gets wrong.

    Examples
    --------
    >>> read_fishbone().bone_of("charges")
    'policy'
    """
    return _read_file(Path(path)) if path else _read_shipped()


@lru_cache(maxsize=1)
def _read_shipped() -> Fishbone:
    return _read_file(DEFAULTS / "fishbone.yml")


def _read_file(path: Path) -> Fishbone:
    file = read_rules(path)
    refuse_other_kind(file, "fishbone")
    placed, fishbone = _read(file)
    file.refuse_faults()

    def judge(rule: CauseRule, lines: Sequence[Line]) -> list[Span]:
        return [hit for _, text in lines for hit in find_evidence(rule, text, fishbone.negation)]

    check_examples(placed, file.faults, judge)
    file.refuse_faults()
    return fishbone


def _read(file: RuleFile) -> tuple[list[tuple[str, CauseRule]], Fishbone]:
    content, faults = file.content, file.faults
    refuse_unknown("文件", content, FISHBONE_KEYS, faults)
    base = _shipped_content()
    words = read_words({**base["words"], **_mapping(content.get("words"))}, faults)
    entries = list_entries(file, read_extends(file, "fishbone.yml"), "causes", MOST_CAUSES)
    ids = [entry.get("id") for _, entry in entries if isinstance(entry, dict)]
    without = read_without(content.get("without"), ids, faults)
    if not ids and not faults:
        faults.append("causes：没有原因。")
    merged = merge_entries(add_to_lists(entries, faults), faults)
    read = [(place, read_cause(place, entry, words, faults)) for place, entry in merged]
    kept = sort_versions([(p, rule) for p, rule in read if rule.id not in without], faults)
    bones = read_bone_names(content.get("bones"), base["bones"], faults)
    negation = read_negation(content.get("negation", base["negation"]), words, faults)
    rules = tuple(rule for _, rule in kept)
    return kept, Fishbone(rules, tuple(bones.items()), negation, file.fingerprint)


def _shipped_content() -> dict[str, Any]:
    return read_rules(DEFAULTS / "fishbone.yml").content


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
