"""The JSON Schema of a standard, made of the words that the readers know.

Editors complete and check by it. It knows keys, choices and ranges; what depends on another place
(weights that add up, a metric that exists, an expression) only ``csqa standard check`` can tell.
"""

import re
from typing import Any

from csqa import schema
from csqa.definition_texts import BY_KIND, COMPUTED
from csqa.rules import change_reader, goal_reader, points_reader
from csqa.rules.expressions import BAD_WHEN, OWN_KINDS, RATIO
from csqa.rules.measures import MEASURES
from csqa.rules.schema_texts import TEXTS
from csqa.rules.settings import ATTRIBUTION, LIMITS, LONGEST_LIMIT_HOURS, NUMBERS
from csqa.rules.standard import AT_LEAST, AT_MOST, ATTRIBUTIONS, BETWEEN, FULL
from csqa.rules.target_reader import CONDITIONS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

BUSINESS = "business_"
"""Measures of this prefix are their namesakes by the business clock."""

_SETTINGS = {
    "days": "repeat_contact_days",
    "complaint_days": "repeat_complaint_days",
    "limits": LIMITS,
    "response": "response_limit_seconds",
    "satisfied": "satisfied_from",
    "level": "service_level_seconds",
    "short": "short_abandon_seconds",
    "transferred": "transferred_from",
}
"""Word in the definitions → the setting that it stands for."""

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_POSITIVE: Schema = {"type": "number", "exclusiveMinimum": 0}
_DAY: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_POINTS: Schema = {"type": "number", "minimum": 0, "maximum": FULL}
_SOME_POINTS: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": FULL}


def make_schema() -> Schema:
    """Make the JSON Schema (2020-12) of a standard.

    Returns
    -------
    dict
        Ready for ``json.dumps``; the shipped ``standard.schema.json`` is this.

    Examples
    --------
    >>> sorted(make_schema()["properties"])
    ['goals', 'pairs', 'process_changes', 'settings', 'standards']
    """
    parts = {
        "settings": _refer("settings"),
        "standards": {"type": "array", "minItems": 1, "items": _refer("version")},
        "goals": {"type": "array", "items": _refer("goal")},
        "process_changes": {"type": "array", "items": _refer("change")},
        "pairs": {"type": "array", "items": _refer("pair")},
    }
    whole = _keys("", parts, required=("standards",))
    return {"$schema": DIALECT, "title": "csqa standard", **_told("", whole), "$defs": _define()}


def _define() -> Schema:
    return {
        "settings": _settings(),
        "version": _version(),
        "metric": _metric(),
        "names": {"anyOf": [_TEXT, _keys("", {"zh": _TEXT, "en": _TEXT})]},
        "conditions": _keys("condition", {name: _condition(name) for name in CONDITIONS}),
        "target": _target(),
        "deduct": _deduct(),
        "bonus": _bonus(),
        "exception": _exception(),
        "own": {"oneOf": [_own(("expression",), "kind"), _own(RATIO)]},
        "goal": _goal(),
        "change": _change(),
        "pair": _pair(),
    }


def _keys(part: str, properties: Schema, *, required: tuple[str, ...] = ()) -> Schema:
    """Describe a mapping of these keys and no other."""
    prefix = f"{part}." if part else ""
    told = {key: _told(prefix + key, body) for key, body in properties.items()}
    body: Schema = {"type": "object", "additionalProperties": False, "properties": told}
    return body | ({"required": list(required)} if required else {})


def _told(name: str, body: Schema) -> Schema:
    """Add what the key means, Chinese first."""
    return {"description": "\n".join(TEXTS[name]), **body} if name in TEXTS else body


def _refer(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _by_key(body: Schema) -> Schema:
    return {"type": "object", "additionalProperties": body}


def _settings() -> Schema:
    numbers = {
        name: {"type": "number", "minimum": least, "maximum": greatest}
        for name, (least, greatest) in NUMBERS.items()
    }
    hours: Schema = {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": LONGEST_LIMIT_HOURS,
    }
    priorities = schema.CONTACTS.column("priority").choices
    limits = _keys("", dict.fromkeys(priorities, hours))
    choices = {ATTRIBUTION: {"enum": list(ATTRIBUTIONS)}, LIMITS: limits}
    return _keys("settings", {**numbers, **choices})


def _version() -> Schema:
    share: Schema = {"type": "number", "minimum": 0, "maximum": 1}
    parts = {
        "effective": _DAY,
        "dimensions": _by_key(_refer("names")),
        "weights": _by_key(share),
        "metrics": _by_key(_refer("metric")),
    }
    return _keys("version", parts, required=("effective",))


def _metric() -> Schema:
    parts = {
        "name": _refer("names"),
        "dimension": _TEXT,
        "measure": {"anyOf": [*_known_measures(), _refer("own")]},
        "where": _refer("conditions"),
        "target": {"anyOf": [_refer("target"), {"type": "null"}]},
        "deduct": {"anyOf": [_refer("deduct"), {"type": "null"}]},
        "bonus": {"anyOf": [_refer("bonus"), {"type": "null"}]},
        "weight": {"anyOf": [_POSITIVE, {"type": "null"}]},
        "except": {"type": "array", "items": _refer("exception")},
        "definition": _refer("names"),
        "source": _refer("names"),
    }
    return _keys("metric", parts)


def _known_measures() -> list[Schema]:
    return [
        {"const": key, "description": _how_counted(key, measure.kind)}
        for key, measure in MEASURES.items()
    ]


def _how_counted(key: str, kind: str) -> str:
    """How a measure is counted; where a setting has a say, its name stands for its value."""
    texts = COMPUTED.get(key.removeprefix(BUSINESS)) or BY_KIND[kind]
    return re.sub(r"\{(\w+)\}", lambda found: _SETTINGS.get(found[1], found[1]), "\n".join(texts))


def _target() -> Schema:
    ends: Schema = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
    one = {"minProperties": 1, "maxProperties": 1}
    return _keys("target", {AT_MOST: _NUMBER, AT_LEAST: _NUMBER, BETWEEN: ends}) | one


def _deduct() -> Schema:
    parts = {
        "points": _POSITIVE,
        "per": _POSITIVE,
        "mode": {"enum": list(points_reader.MODES)},
        "floor": _POINTS,
        "cap": _SOME_POINTS,
    }
    whole = _keys("deduct", parts)
    rate = {"properties": {"mode": {"const": points_reader.PROPORTIONAL}}, "required": ["mode"]}
    by_steps = {"if": rate, "else": {"required": ["points", "per"]}}
    return {"anyOf": [{"const": points_reader.PROPORTIONAL}, whole | by_steps]}


def _bonus() -> Schema:
    parts = {"points": _POSITIVE, "per": _POSITIVE, "from": _NUMBER, "cap": _SOME_POINTS}
    return _keys("bonus", parts, required=("points", "per"))


def _condition(name: str) -> Schema:
    if name == "peak":
        return {"type": "boolean"}
    choices = schema.CONTACTS.column(name).choices
    return {"enum": list(choices)} if choices else _TEXT


def _exception() -> Schema:
    conditions = {name: _told(f"condition.{name}", _condition(name)) for name in CONDITIONS}
    parts = {**conditions, "target": _refer("target"), "note": _TEXT}
    return _keys("exception", parts, required=("target",)) | {"minProperties": 2}


def _own(texts: tuple[str, ...], *besides: str) -> Schema:
    parts = {
        **dict.fromkeys(texts, _TEXT),
        "kind": {"enum": list(OWN_KINDS)},
        "bad_when": {"enum": list(BAD_WHEN)},
    }
    return _keys("own", parts, required=(*texts, *besides))


def _goal() -> Schema:
    start = {"value": _NUMBER, "date": _DAY}
    parts = {
        "metric": _TEXT,
        "target": _refer("target"),
        "by": _DAY,
        "unit": _units(),
        "from": _keys("start", start),
        "owner": _TEXT,
        "note": _TEXT,
    }
    return _keys("goal", parts)


def _units() -> Schema:
    names = {name: _told(f"condition.{name}", _condition(name)) for name in goal_reader.UNIT_KEYS}
    return _keys("", names)


def _change() -> Schema:
    said: Schema = {"type": "string", "pattern": r"\S"}
    since: Schema = {"type": "string", "pattern": r"^\d{4}(-(\d{2}|W\d{2}|Q[1-4])(-\d{2})?)?$"}
    parts = {"from": since, "reason": said, "metric": said, "unit": _units()}
    return _keys("change", parts, required=tuple(change_reader.REQUIRED))


def _pair() -> Schema:
    either = {"anyOf": [{"enum": list(MEASURES)}, _TEXT]}
    listed: Schema = {"type": "array", "minItems": 1, "items": either}
    parts = {
        "improves": either,
        "worsens": {"anyOf": [listed, either]},
        "note": _refer("names"),
    }
    return _keys("pair", parts, required=("improves", "worsens"))
