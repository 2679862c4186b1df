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

_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_PATTERN: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_PATTERN}
_PATTERNS: Schema = {
    "anyOf": [
        _PATTERN,
        {"type": "array", "minItems": 1, "maxItems": MOST_PATTERNS, "items": _PATTERN},
    ]
}
_NAMES: Schema = {
    "anyOf": [
        _TEXT,
        {"type": "object", "additionalProperties": False, "properties": {"zh": _TEXT, "en": _TEXT}},
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
        "without": {"type": "array", "items": _TEXT},
        "templates": _keys(templates),
        "rules": {"type": "array", "items": _rule()},
    }
    return {"$schema": DIALECT, "title": "csqa phrases", **_keys(parts)}


def _keys(properties: Schema, *required: str) -> Schema:
    body = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**body, "required": list(required)} if required else body


def _whole(most: int, least: int = 1) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _choice(options: tuple[str, ...]) -> Schema:
    return {"enum": list(options)}


def _rule() -> Schema:
    line = {"type": "array", "minItems": 1, "maxItems": MOST_LINES, "items": _TEXT}
    shown = {"type": "array", "maxItems": MOST_EXAMPLES, "items": {"anyOf": [_TEXT, line]}}
    parts = {
        "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "name": _NAMES,
        "kind": _choice(RULE_KINDS),
        "version": {"type": ["string", "number"]},
        "effective_from": {"type": "string", "format": "date"},
        "speaker": _choice(SPEAKERS),
        "severity": _choice(SEVERITIES),
        "any": _PATTERNS,
        "unless_before": _PATTERNS,
        "unless_after": _PATTERNS,
        "downgrade_if": _downgrade(),
        "within": {**_keys(dict.fromkeys(("first", "last"), _whole(MOST_MESSAGES))), **_ONE},
        "requires_any_after": _disclosure(),
        "not_owed_if": _not_owed(),
        "count": _keys(dict.fromkeys(("min", "max"), _whole(MOST_TIMES))),
        "exclude_templates": _FLAG,
        "item": _choice(FAULT_KINDS),
        "hint": _FLAG,
        "advice": _NAMES,
        "retired": _FLAG,
        "examples": _keys({"hit": shown, "miss": shown}),
    }
    told = {
        key: {"description": TOLD[key], **body} if key in TOLD else body
        for key, body in parts.items()
    }
    return _keys(told, "id")


_ONE: Schema = {"minProperties": 1, "maxProperties": 1}


def _downgrade() -> Schema:
    patterns = dict.fromkeys(("same_turn", "next_turns"), _PATTERNS)
    return _keys({**patterns, "turns": _whole(MOST_TURNS), "to": _choice(SEVERITIES)})


def _disclosure() -> Schema:
    parts = {
        "trigger": _PATTERNS,
        "trigger_speaker": _choice(("customer", "agent", "any")),
        "any": _PATTERNS,
        "within": _whole(MOST_TURNS),
    }
    return _keys(parts, "trigger", "any", "within")


def _not_owed() -> Schema:
    parts = {
        "last_speaker": _choice(SPEAKERS[:3]),
        "last_turn": _PATTERNS,
        "fewest_messages": _whole(MOST_MESSAGES, 0),
    }
    return _keys(parts)
