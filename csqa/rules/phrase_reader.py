"""Reads the entries of a phrase file: dated versions of rules, each restating only what changes."""

import re
from typing import Any

from csqa.rules.faults import as_mapping, as_names, refuse_unknown
from csqa.rules.inspection import FAULT_KINDS
from csqa.rules.phrase_fields import (
    read_choice,
    read_count,
    read_date,
    read_disclosure,
    read_downgrade,
    read_examples,
    read_flag,
    read_not_owed,
    read_patterns,
    read_within,
)
from csqa.rules.phrase_rules import (
    DISCLOSE,
    FORBID,
    REQUIRE,
    RULE_KINDS,
    SEVERITIES,
    SPEAKERS,
    PhraseRule,
)

RULE_KEYS = (
    "id",
    "name",
    "kind",
    "version",
    "effective_from",
    "speaker",
    "severity",
    "any",
    "unless_before",
    "unless_after",
    "downgrade_if",
    "within",
    "requires_any_after",
    "not_owed_if",
    "count",
    "exclude_templates",
    "item",
    "hint",
    "advice",
    "retired",
    "examples",
)
ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


def read_rule(place: str, entry: dict[str, Any], faults: list[str]) -> PhraseRule:
    """Read one version of a rule, everything that an earlier version says filled in.

    Parameters
    ----------
    place : str
        Where it stands, for messages.
    entry : dict
        Its fields.
    faults : list of str
        What is wrong is added.
    """
    refuse_unknown(place, entry, RULE_KEYS, faults)
    least, most = read_count(f"{place}.count", entry.get("count"), faults)
    speaker = read_choice(f"{place}.speaker", entry.get("speaker", SPEAKERS[0]), SPEAKERS, faults)
    rule = PhraseRule(
        id=read_id(place, entry.get("id"), faults),
        names=as_names(f"{place}.name", entry.get("name", str(entry.get("id"))), faults),
        kind=read_choice(f"{place}.kind", entry.get("kind", FORBID), RULE_KINDS, faults),
        version=read_version(f"{place}.version", entry.get("version", 1), faults),
        effective_from=read_date(f"{place}.effective_from", entry.get("effective_from"), faults),
        speaker=speaker,
        severity=read_choice(
            f"{place}.severity", entry.get("severity", SEVERITIES[0]), SEVERITIES, faults
        ),
        any=read_patterns(f"{place}.any", entry.get("any"), faults),
        unless_before=read_patterns(f"{place}.unless_before", entry.get("unless_before"), faults),
        unless_after=read_patterns(f"{place}.unless_after", entry.get("unless_after"), faults),
        downgrade_if=read_downgrade(f"{place}.downgrade_if", entry.get("downgrade_if"), faults),
        within=read_within(f"{place}.within", entry.get("within"), faults),
        requires_any_after=read_disclosure(
            f"{place}.requires_any_after", entry.get("requires_any_after"), faults
        ),
        not_owed_if=read_not_owed(f"{place}.not_owed_if", entry.get("not_owed_if"), faults),
        least=least,
        most=most,
        exclude_templates=read_flag(
            f"{place}.exclude_templates", entry.get("exclude_templates"), faults
        ),
        item=_read_item(f"{place}.item", entry.get("item"), faults),
        hint=read_flag(f"{place}.hint", entry.get("hint"), faults),
        advice=as_names(f"{place}.advice", entry.get("advice", ""), faults),
        retired=read_flag(f"{place}.retired", entry.get("retired"), faults),
        examples=read_examples(f"{place}.examples", entry.get("examples"), speaker, faults),
    )
    _check_together(place, rule, entry, faults)
    return rule


def read_id(place: str, value: Any, faults: list[str]) -> str:
    """Read the id of an entry."""
    if isinstance(value, str) and ID.fullmatch(value):
        return value
    told = "应为小写字母、数字、下划线，字母开头，最多 60 个字符"
    faults.append(f"{place}.id：{told}，而不是 {value!r:.60}。")
    return ""


def read_version(place: str, value: Any, faults: list[str]) -> str:
    """Read which version of an entry it is: a number or a short text."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value).strip()
        if 0 < len(text) <= 20:
            return text
    faults.append(f"{place}：应为数字或不超过 20 个字的文字，而不是 {value!r:.60}。")
    return "1"


def _read_item(place: str, value: Any, faults: list[str]) -> str | None:
    return None if value is None else read_choice(place, value, FAULT_KINDS, faults)


def _check_together(place: str, rule: PhraseRule, entry: dict[str, Any], faults: list[str]) -> None:
    """Refuse fields that contradict the kind of the rule, or one another."""
    if rule.retired:
        return
    discloses = rule.kind == DISCLOSE
    if discloses != ("requires_any_after" in entry):
        told = "缺少" if discloses else f"kind 是 {rule.kind}，不能写"
        faults.append(f"{place}：{told} requires_any_after。")
    if discloses == ("any" in entry):
        told = (
            "kind 是 disclose，要说的话写在 requires_any_after.any 里" if discloses else "缺少 any"
        )
        faults.append(f"{place}：{told}。")
    for key, kinds in _ONLY_FOR.items():
        if entry.get(key) and rule.kind not in kinds:
            faults.append(f"{place}.{key}：只能用于 kind 是 {' 或 '.join(kinds)} 的规则。")
    if rule.kind == FORBID and rule.least is not None:
        faults.append(f"{place}.count.min：只能用于 kind 是 require 的规则。")
    if rule.exclude_templates and rule.most is not None:
        faults.append(f"{place}：exclude_templates 和 count.max 不能同时写。")
    lowered = rule.downgrade_if
    if lowered and SEVERITIES.index(lowered.to) >= SEVERITIES.index(rule.severity):
        faults.append(f"{place}.downgrade_if.to：{lowered.to} 不比 severity {rule.severity} 更轻。")


_ONLY_FOR = {
    "downgrade_if": (FORBID,),
    "exclude_templates": (FORBID,),
    "count": (FORBID, REQUIRE),
    "not_owed_if": (REQUIRE,),
    "within": (FORBID, REQUIRE),
}
"""Field → kinds of rule that it has a meaning for."""


def merge_entries(
    entries: list[tuple[str, Any]], faults: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    """Fill each later entry of an id with what its earlier entry says.

    Parameters
    ----------
    entries : list of (str, any)
        Place and what is written there, in the order of the file.
    faults : list of str
        What is wrong is added.
    """
    known: dict[str, dict[str, Any]] = {}
    merged = []
    for place, written in entries:
        entry = as_mapping(place, written, faults)
        key = str(entry.get("id"))
        earlier = {k: v for k, v in known.get(key, {}).items() if k != "retired"}
        whole = {**earlier, **entry}
        if key in known and "version" not in entry and "effective_from" in entry:
            whole["version"] = str(entry["effective_from"])
        known[key] = whole
        merged.append((place, whole))
    return merged
