"""The JSON Schema of a phrase file, made of the words that the reader knows.

Editors complete and check by it. Whether a pattern is safe and the examples come out right, only
``csqa phrases check`` can tell.
"""

from typing import Any

from csqa.rules.inspection import FAULT_KINDS
from csqa.rules.phrase_fields import (
    MOST_EXAMPLES,
    MOST_LINES,
    MOST_MESSAGES,
    MOST_PATTERNS,
    MOST_TIMES,
    MOST_TURNS,
)
from csqa.rules.phrase_reader import ID
from csqa.rules.phrase_rules import RULE_KINDS, SEVERITIES, SPEAKERS
from csqa.rules.regex_safety import LONGEST_PATTERN

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
_PATTERN: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_PATTERN}
PATTERNS: Schema = {
    "anyOf": [
        _PATTERN,
        {"type": "array", "minItems": 1, "maxItems": MOST_PATTERNS, "items": _PATTERN},
    ]
}
NAMES: Schema = {
    "anyOf": [
        TEXT,
        {"type": "object", "additionalProperties": False, "properties": {"zh": TEXT, "en": TEXT}},
    ]
}

TOLD = {
    "id": "规则的名字，同一个 id 的后一条只写改动；unique, a later entry restates what changes",
    "kind": "forbid 不能说，require 必须说，disclose 被问到时必须说明",
    "version": "写进每条命中；stored with every hit",
    "effective_from": "从哪天起；from which day on",
    "speaker": "看谁说的话；whose messages",
    "any": "任一正则表达式；any of these regular expressions",
    "unless_before": "紧挨在命中之前（24 字内）就不算；ends where a hit begins",
    "unless_after": "紧挨在命中之后（24 字内）就不算；begins where a hit ends",
    "downgrade_if": "同一轮（其他分句）或后几轮有这些说法，降为 to",
    "within": "只看会话里这个说话人的前几条或后几条",
    "requires_any_after": "trigger 出现后 within 轮内要说 any 之一",
    "not_owed_if": "客户先离开就不要求；nothing is owed if the customer has left",
    "count": "min 至少几次（require），max 最多几次，超出的才算",
    "exclude_templates": "在多个会话里原样出现的长句不算",
    "item": "对应质检表的哪一类",
    "hint": "只作提示，不计分",
    "advice": "建议怎么说",
    "retired": "从 effective_from 起停用",
    "examples": "hit 应命中，miss 不应命中，读取时逐一试过",
}


def make_phrase_schema() -> Schema:
    """Make the JSON Schema (2020-12) of a phrase file.

    Examples
    --------
    >>> sorted(make_phrase_schema()["properties"])
    ['extends', 'rules', 'templates', 'without']
    """
    templates = {
        "conversations": {"type": "integer", "minimum": 2},
        "characters": {"type": "integer", "minimum": 1, "maximum": 1000},
    }
    parts = {
        "extends": {"const": "shipped"},
        "without": {"type": "array", "items": TEXT},
        "templates": keys_of(templates),
        "rules": {"type": "array", "items": _rule()},
    }
    return {"$schema": DIALECT, "title": "csqa phrases", **keys_of(parts)}


def keys_of(properties: Schema, *required: str) -> Schema:
    """A mapping with these keys and no others."""
    body = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**body, "required": list(required)} if required else body


def _whole(most: int, least: int = 1) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def choice_of(options: tuple[str, ...]) -> Schema:
    """One of some words."""
    return {"enum": list(options)}


def _rule() -> Schema:
    line = {"type": "array", "minItems": 1, "maxItems": MOST_LINES, "items": TEXT}
    shown = {"type": "array", "maxItems": MOST_EXAMPLES, "items": {"anyOf": [TEXT, line]}}
    parts = {
        "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "name": NAMES,
        "kind": choice_of(RULE_KINDS),
        "version": {"type": ["string", "number"]},
        "effective_from": {"type": "string", "format": "date"},
        "speaker": choice_of(SPEAKERS),
        "severity": choice_of(SEVERITIES),
        "any": PATTERNS,
        "unless_before": PATTERNS,
        "unless_after": PATTERNS,
        "downgrade_if": _downgrade(),
        "within": {**keys_of(dict.fromkeys(("first", "last"), _whole(MOST_MESSAGES))), **_ONE},
        "requires_any_after": _disclosure(),
        "not_owed_if": _not_owed(),
        "count": keys_of(dict.fromkeys(("min", "max"), _whole(MOST_TIMES))),
        "exclude_templates": FLAG,
        "item": choice_of(FAULT_KINDS),
        "hint": FLAG,
        "advice": NAMES,
        "retired": FLAG,
        "examples": keys_of({"hit": shown, "miss": shown}),
    }
    told = {
        key: {"description": TOLD[key], **body} if key in TOLD else body
        for key, body in parts.items()
    }
    return keys_of(told, "id")


_ONE: Schema = {"minProperties": 1, "maxProperties": 1}


def _downgrade() -> Schema:
    patterns = dict.fromkeys(("same_turn", "next_turns"), PATTERNS)
    return keys_of({**patterns, "turns": _whole(MOST_TURNS), "to": choice_of(SEVERITIES)})


def _disclosure() -> Schema:
    parts = {
        "trigger": PATTERNS,
        "trigger_speaker": choice_of(("customer", "agent", "any")),
        "any": PATTERNS,
        "within": _whole(MOST_TURNS),
    }
    return keys_of(parts, "trigger", "any", "within")


def _not_owed() -> Schema:
    parts = {
        "last_speaker": choice_of(SPEAKERS[:3]),
        "last_turn": PATTERNS,
        "fewest_messages": _whole(MOST_MESSAGES, 0),
    }
    return keys_of(parts)
