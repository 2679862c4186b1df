"""The JSON Schema of a fishbone file, made of the words that the reader knows.

Editors complete and check by it. Whether a pattern is safe and the examples come out right, only
``csqa causes check`` can tell.
"""

from csqa.cause_results import BONES
from csqa.rules.fishbone_fields import (
    FLAGS,
    LONGEST_WORD,
    MOST_FACTS,
    MOST_MEASURES,
    MOST_WORDS,
    NUMBERS,
    SHORTEST_WORD,
    TEXTS,
)
from csqa.rules.fishbone_reader import LISTS
from csqa.rules.phrase_fields import MOST_EXAMPLES
from csqa.rules.phrase_reader import ID
from csqa.rules.phrase_schema import (
    DIALECT,
    FLAG,
    NAMES,
    PATTERNS,
    TEXT,
    Schema,
    choice_of,
    keys_of,
)

TOLD = {
    "id": "原因的名字，同一个 id 的后一条只写改动；unique, a later entry restates what changes",
    "bone": "挂在哪根骨上；which bone it hangs on",
    "version": "写进每条证据；stored with every piece of evidence",
    "effective_from": "从哪天起；from which day on",
    "confidence": "这类证据有多大比例是对的；how often such evidence is right",
    "keywords": "原样的词，任一个；plain words",
    "any": "正则表达式，<名字> 代表 words 里的一组词；regular expressions",
    "unless_before": "紧挨在命中之前（24 字内）就不算；ends where a hit begins",
    "unless_after": "紧挨在命中之后（24 字内）就不算；begins where a hit ends",
    "unless": "与命中重叠就不算；overlaps a hit",
    "facts": "任一条事实成立就算；any of these facts",
    "measures": "通常怎么办；what is usually done",
    "retired": "从 effective_from 起停用",
    "examples": "hit 应命中，miss 不应命中，读取时逐一试过",
    "add": "加在同一个 id 已有的各列表后面；lengthens the lists of an earlier entry",
}

_TEXTS: Schema = {"anyOf": [TEXT, {"type": "array", "minItems": 1, "items": TEXT}]}
_SHARE: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
_WORD: Schema = {"type": "string", "minLength": SHORTEST_WORD, "maxLength": LONGEST_WORD}
_WORDS: Schema = {"anyOf": [_WORD, {"type": "array", "maxItems": MOST_WORDS, "items": _WORD}]}


def make_fishbone_schema() -> Schema:
    """Make the JSON Schema (2020-12) of a fishbone file.

    Examples
    --------
    >>> sorted(make_fishbone_schema()["properties"])
    ['bones', 'causes', 'extends', 'negation', 'without', 'words']
    """
    parts = {
        "extends": {"const": "shipped"},
        "without": {"type": "array", "items": TEXT},
        "bones": keys_of(dict.fromkeys(BONES, NAMES)),
        "words": {"type": "object", "additionalProperties": _TEXTS},
        "negation": keys_of(dict.fromkeys(("before", "after"), PATTERNS)),
        "causes": {"type": "array", "items": _cause()},
    }
    return {"$schema": DIALECT, "title": "csqa fishbone", **keys_of(parts)}


def _cause() -> Schema:
    shown: Schema = {"type": "array", "maxItems": MOST_EXAMPLES, "items": TEXT}
    lists = {
        "keywords": _WORDS,
        **dict.fromkeys(("any", "unless_before", "unless_after", "unless"), PATTERNS),
        "facts": _one_or_more(_facts(), MOST_FACTS),
        "measures": _one_or_more(NAMES, MOST_MEASURES),
        "examples": keys_of({"hit": shown, "miss": shown}),
    }
    parts = {
        "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "bone": choice_of(BONES),
        "name": NAMES,
        "version": {"type": ["string", "number"]},
        "effective_from": {"type": "string", "format": "date"},
        "confidence": _SHARE,
        "retired": FLAG,
        **lists,
        "add": keys_of({key: lists[key] for key in (*LISTS, "examples")}),
    }
    told = {
        key: {"description": TOLD[key], **body} if key in TOLD else body
        for key, body in parts.items()
    }
    return keys_of(told, "id")


def _one_or_more(one: Schema, most: int) -> Schema:
    return {"anyOf": [one, {"type": "array", "maxItems": most, "items": one}]}


def _facts() -> Schema:
    number: Schema = {"type": "number"}
    bounds = {**keys_of(dict.fromkeys(("at_least", "at_most"), number)), "minProperties": 1}
    asked = {
        **dict.fromkeys(FLAGS, FLAG),
        **dict.fromkeys(NUMBERS, bounds),
        **dict.fromkeys(TEXTS, _TEXTS),
    }
    return keys_of({**asked, "confidence": _SHARE})
