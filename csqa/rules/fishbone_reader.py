"""Reads the entries of a fishbone file: dated versions of causes, each restating what changes."""

from collections.abc import Mapping
from typing import Any

from csqa.cause_results import BONES, NO_CAUSE
from csqa.rules.faults import as_mapping, as_names, refuse_unknown
from csqa.rules.fishbone_fields import (
    read_confidence,
    read_facts,
    read_keywords,
    read_measures,
    read_named_patterns,
    read_plain_examples,
)
from csqa.rules.fishbone_rules import CauseRule, Names, Negation
from csqa.rules.phrase_fields import read_choice, read_date, read_flag
from csqa.rules.phrase_reader import read_id, read_version

CAUSE_KEYS = (
    "id",
    "bone",
    "name",
    "version",
    "effective_from",
    "confidence",
    "keywords",
    "any",
    "unless_before",
    "unless_after",
    "unless",
    "facts",
    "measures",
    "retired",
    "examples",
    "add",
)
LISTS = (
    "keywords", "any", "unless_before", "unless_after", "unless", "facts", "measures"
)  # fmt: skip
"""Fields that ``add`` can make longer; ``examples`` is one too."""

LEFT_TO_CHANCE = 0.8
"""Confidence of a cause that states none."""


def add_to_lists(entries: list[tuple[str, Any]], faults: list[str]) -> list[tuple[str, Any]]:
    """Make what stands under ``add`` part of the lists of an earlier entry of the same id.

    Parameters
    ----------
    entries : list of (str, any)
        Place and what is written there, in the order of the file.
    faults : list of str
        What is wrong is added.
    """
    known: dict[str, dict[str, Any]] = {}
    whole = []
    for place, written in entries:
        if not isinstance(written, dict):
            whole.append((place, written))
            continue
        entry = dict(written)
        more = entry.pop("add", None)
        earlier = {**known.get(str(entry.get("id")), {}), **entry}
        if more is not None:
            entry.update(_lengthen(f"{place}.add", earlier, more, faults))
        known[str(entry.get("id"))] = {**earlier, **entry}
        whole.append((place, entry))
    return whole


def _lengthen(place: str, earlier: dict[str, Any], more: Any, faults: list[str]) -> dict[str, Any]:
    added = as_mapping(place, more, faults)
    refuse_unknown(place, added, (*LISTS, "examples"), faults)
    longer: dict[str, Any] = {
        key: [*_as_list(earlier.get(key)), *_as_list(added[key])] for key in LISTS if key in added
    }
    if "examples" in added:
        before, after = (
            one if isinstance(one, dict) else {}
            for one in (earlier.get("examples"), added["examples"])
        )
        longer["examples"] = {
            key: [*_as_list(before.get(key)), *_as_list(after.get(key))]
            for key in dict.fromkeys([*before, *after])
        }
    return longer


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def read_cause(
    place: str, entry: dict[str, Any], words: Mapping[str, str], faults: list[str]
) -> CauseRule:
    """Read one version of a cause, everything that an earlier version says filled in.

    Parameters
    ----------
    place : str
        Where it stands, for messages.
    entry : dict
        Its fields.
    words : mapping of str to str
        Named lists of words, for its patterns.
    faults : list of str
        What is wrong is added.
    """
    refuse_unknown(place, entry, CAUSE_KEYS, faults)
    id_ = read_id(place, entry.get("id"), faults)
    patterns = {
        key: read_named_patterns(f"{place}.{key}", entry.get(key), words, faults)
        for key in ("any", "unless_before", "unless_after", "unless")
    }
    stated = entry.get("confidence", LEFT_TO_CHANCE)
    confidence = read_confidence(f"{place}.confidence", stated, faults)
    rule = CauseRule(
        id=id_,
        bone=read_choice(f"{place}.bone", entry.get("bone"), BONES, faults),
        names=as_names(f"{place}.name", entry.get("name", id_), faults),
        version=read_version(f"{place}.version", entry.get("version", 1), faults),
        effective_from=read_date(f"{place}.effective_from", entry.get("effective_from"), faults),
        confidence=confidence,
        keywords=read_keywords(f"{place}.keywords", entry.get("keywords"), faults),
        facts=read_facts(f"{place}.facts", entry.get("facts"), confidence, faults),
        measures=read_measures(f"{place}.measures", entry.get("measures"), faults),
        retired=read_flag(f"{place}.retired", entry.get("retired"), faults),
        examples=read_plain_examples(f"{place}.examples", entry.get("examples"), faults),
        **patterns,
    )
    _check_together(place, rule, entry, faults)
    return rule


def _check_together(place: str, rule: CauseRule, entry: dict[str, Any], faults: list[str]) -> None:
    if rule.id in (*BONES, NO_CAUSE):
        faults.append(f"{place}.id：{rule.id} 是骨的名字，原因要用别的 id。")
    if not any(entry.get(key) for key in ("keywords", "any", "facts")):
        faults.append(f"{place}：缺少 keywords、any 或 facts，什么也找不到。")


def read_bone_names(value: Any, shipped: Mapping[str, Any], faults: list[str]) -> dict[str, Names]:
    """Read what the bones are called; those of the shipped file where nothing is written."""
    written = as_mapping("bones", {} if value is None else value, faults)
    refuse_unknown("bones", written, BONES, faults)
    return {
        bone: as_names(f"bones.{bone}", written.get(bone, shipped.get(bone, bone)), faults)
        for bone in BONES
    }


def read_negation(value: Any, words: Mapping[str, str], faults: list[str]) -> Negation:
    """Read what takes a hit of any cause back."""
    entry = as_mapping("negation", {} if value is None else value, faults)
    refuse_unknown("negation", entry, ("before", "after"), faults)
    before, after = (
        read_named_patterns(f"negation.{key}", entry.get(key), words, faults)
        for key in ("before", "after")
    )
    return Negation(before, after)
