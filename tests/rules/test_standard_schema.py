"""The schema that editors complete and check by says what the readers say."""

from __future__ import annotations

import copy
import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from csqa.cli import main
from csqa.errors import RuleError
from csqa.rules import goal_reader, points_reader
from csqa.rules.expressions import BAD_WHEN, OWN_KINDS, RATIO
from csqa.rules.files import DEFAULTS
from csqa.rules.kinds import STANDARD_KEYS
from csqa.rules.measures import MEASURES
from csqa.rules.metric_reader import METRIC_KEYS
from csqa.rules.schema_texts import TEXTS
from csqa.rules.settings import ATTRIBUTION, LIMITS, NUMBERS
from csqa.rules.standard import ATTRIBUTIONS, DIRECTIONS
from csqa.rules.standard_reader import VERSION_KEYS, read_standard
from csqa.rules.standard_schema import make_schema
from csqa.rules.target_reader import CONDITIONS
from tests.tables import write

SHIPPED = DEFAULTS / "standard.schema.json"
SCHEMA = make_schema()
PARTS = SCHEMA["$defs"]
RIGHT = """
settings: {judge_from: 20, attribution: last, resolution_limit_hours: {urgent: 2}}
standards:
  - effective: 2024-01-01
    dimensions: {service: {zh: 服务, en: Service}, quality: 质量}
    weights: {service: 0.6, quality: 0.4}
    metrics:
      speed:
        name: {zh: 响应, en: Response}
        dimension: service
        measure: first_response_seconds
        where: {channel: online}
        target: {at_most: 30}
        deduct: {points: 10, per: 10, mode: step, floor: 40}
        except:
          - {scene: aftersale, peak: true, target: {at_most: 45}, note: 放宽}
      length:
        dimension: service
        measure: handle_seconds
        target: {between: [60, 600]}
        deduct: {points: 5, per: 60, cap: 50}
        weight: 2
      happy:
        dimension: quality
        measure: {expression: "csat >= 4 AND NOT reopened", kind: share}
        target: {at_least: 0.85}
        deduct: proportional
      clean:
        dimension: quality
        measure: {numerator: NOT reopened, denominator: resolved}
        target: {at_least: 0.9}
        deduct: {mode: proportional, floor: 20}
      praise:
        dimension: quality
        measure: praise
        bonus: {points: 1, per: 0.01, from: 0.01, cap: 5}
  - effective: 2025-07-01
    metrics: {speed: {target: {at_most: 25}, except: []}}
goals:
  - {metric: speed, target: {at_most: 20}, by: 2025-12-31, unit: {team: 一组, channel: online},
     from: {value: 28, date: 2025-06-30}, owner: 王, note: 排班}
"""


class DatesAsText(yaml.SafeLoader):
    """As editors read YAML: YAML 1.2 has no dates."""


DatesAsText.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def faults_by_schema(text: str) -> list[str]:
    content = yaml.load(text, Loader=DatesAsText)
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(content)]


def test_the_shipped_schema_is_the_generated_one():
    told = "csqa standard schema > csqa/rules/defaults/standard.schema.json"
    assert json.loads(SHIPPED.read_text("utf-8")) == SCHEMA, f"make it anew: {told}"


def test_it_is_a_schema_and_is_printed(capsys):
    Draft202012Validator.check_schema(SCHEMA)
    assert main(["standard", "schema"]) == 0
    assert capsys.readouterr().out == SHIPPED.read_text("utf-8")


def test_the_shipped_standard_validates_and_names_its_schema():
    text = (DEFAULTS / "standard.yml").read_text("utf-8")
    assert faults_by_schema(text) == []
    assert text.startswith(f"# yaml-language-server: $schema={SHIPPED.name}\n")


def test_a_right_file_is_right_for_both(tmp_path):
    assert faults_by_schema(RIGHT) == []
    assert len(read_standard(write(tmp_path, RIGHT)).versions) == 2


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        ("settings", (*NUMBERS, ATTRIBUTION, LIMITS)),
        ("version", VERSION_KEYS),
        ("metric", METRIC_KEYS),
        ("conditions", CONDITIONS),
        ("target", DIRECTIONS),
        ("bonus", points_reader.BONUS_KEYS),
        ("exception", (*CONDITIONS, "target", "note")),
        ("goal", goal_reader.GOAL_KEYS),
    ],
)
def test_keys_are_those_of_the_reader(part, keys):
    assert set(PARTS[part]["properties"]) == set(keys)


def test_words_are_those_of_the_reader():
    known = [one["const"] for one in PARTS["metric"]["properties"]["measure"]["anyOf"][:-1]]
    assert known == list(MEASURES)
    assert set(SCHEMA["properties"]) == set(STANDARD_KEYS)
    deduct = PARTS["deduct"]["anyOf"][1]["properties"]
    assert tuple(deduct) == points_reader.DEDUCT_KEYS
    assert deduct["mode"]["enum"] == list(points_reader.MODES)
    assert PARTS["settings"]["properties"][ATTRIBUTION]["enum"] == list(ATTRIBUTIONS)
    assert tuple(PARTS["goal"]["properties"]["unit"]["properties"]) == goal_reader.UNIT_KEYS
    start = PARTS["goal"]["properties"]["from"]["properties"]
    assert tuple(start) == goal_reader.START_KEYS
    for own, texts in zip(PARTS["own"]["oneOf"], (("expression",), RATIO), strict=True):
        assert set(own["properties"]) == {*texts, "kind", "bad_when"}
        assert own["properties"]["kind"]["enum"] == list(OWN_KINDS)
        assert own["properties"]["bad_when"]["enum"] == list(BAD_WHEN)


def walk(body, path=()):
    """Each key that a file may hold, with what the schema says of it."""
    if isinstance(body, dict):
        for key, inner in body.get("properties", {}).items():
            yield (*path, key), inner
        for key, inner in body.items():
            yield from walk(inner, (*path, key))
    elif isinstance(body, list):
        for number, inner in enumerate(body):
            yield from walk(inner, (*path, str(number)))


def test_every_key_is_described_in_both_languages():
    plain = {"zh", "en", *PARTS["settings"]["properties"][LIMITS]["properties"]}
    lacking = [path for path, body in walk(SCHEMA) if "description" not in body]
    assert {path[-1] for path in lacking} <= {*plain, "mode"}
    assert all("\n" in body["description"] for _, body in walk(SCHEMA) if "description" in body)
    known = PARTS["metric"]["properties"]["measure"]["anyOf"][:-1]
    assert all("\n" in one["description"] and "{" not in one["description"] for one in known)


def test_no_text_describes_what_is_not_there():
    written = json.dumps(SCHEMA, ensure_ascii=False)
    unused = [
        name
        for name, texts in TEXTS.items()
        if json.dumps("\n".join(texts), ensure_ascii=False) not in written
    ]
    assert unused == []


METRIC = ("standards", 0, "metrics", "speed")
WRONG = {
    "key at the top": (("standard",), []),
    "key of settings": (("settings", "judge_form"), 30),
    "setting out of range": (("settings", "satisfied_from"), 9),
    "setting that is a text": (("settings", "judge_from"), "viele"),
    "attribution": (("settings", "attribution"), "owner"),
    "limit of 0 hours": (("settings", "resolution_limit_hours", "urgent"), 0),
    "priority": (("settings", "resolution_limit_hours", "asap"), 1),
    "no standards": (("standards",), []),
    "standards that are no list": (("standards",), {"effective": "2024-01-01"}),
    "date that is none": (("standards", 0, "effective"), "soon"),
    "weight above 1": (("standards", 0, "weights", "service"), 2),
    "key of a version": (("standards", 0, "metrix"), {}),
    "language of a dimension": (("standards", 0, "dimensions", "service", "de"), "Dienst"),
    "key of a metric": ((*METRIC, "taget"), {"at_most": 30}),
    "measure": ((*METRIC, "measure"), "first_response"),
    "measure that is a number": ((*METRIC, "measure"), 7),
    "target without direction": ((*METRIC, "target"), 30),
    "target with two directions": ((*METRIC, "target"), {"at_most": 30, "at_least": 3}),
    "target that is a text": ((*METRIC, "target"), {"at_most": "30 s"}),
    "range of one end": ((*METRIC, "target"), {"between": [3]}),
    "condition": ((*METRIC, "where", "chanel"), "online"),
    "value of a condition": ((*METRIC, "where", "channel"), "fone"),
    "peak that is a text": ((*METRIC, "except", 0, "peak"), "yes"),
    "exception without target": ((*METRIC, "except", 0), {"scene": "aftersale"}),
    "exception without condition": ((*METRIC, "except", 0), {"target": {"at_most": 20}}),
    "exceptions that are no list": ((*METRIC, "except"), {"scene": "aftersale"}),
    "deduction without step": ((*METRIC, "deduct"), {"points": 10}),
    "deduction of nothing": ((*METRIC, "deduct", "points"), 0),
    "mode": ((*METRIC, "deduct", "mode"), "steps"),
    "floor above 100": ((*METRIC, "deduct", "floor"), 120),
    "deduction in a word": ((*METRIC, "deduct"), "prop"),
    "metric's weight": ((*METRIC, "weight"), 0),
    "kind of an expression": (
        (*METRIC, "measure"),
        {"expression": "handle_seconds", "kind": "hours"},
    ),
    "expression and ratio": (
        (*METRIC, "measure"),
        {"expression": "csat", "numerator": "csat", "kind": "number"},
    ),
    "key of a bonus": (("standards", 0, "metrics", "praise", "bonus", "start"), 0),
    "bonus without step": (("standards", 0, "metrics", "praise", "bonus"), {"points": 1}),
    "goals that are no list": (("goals",), {"metric": "speed"}),
    "key of a goal": (("goals", 0, "until"), "2025-12-31"),
    "date of a goal": (("goals", 0, "by"), "year's end"),
    "unit of a goal": (("goals", 0, "unit", "shop"), "一店"),
    "start of a goal": (("goals", 0, "from", "value"), "low"),
    "owner that is a number": (("goals", 0, "owner"), 7),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_refused_by_both(tmp_path, name):
    path, value = WRONG[name]
    content = yaml.safe_load(RIGHT)
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = copy.deepcopy(value)
    text = yaml.safe_dump(content, allow_unicode=True)
    assert faults_by_schema(text) != []
    with pytest.raises(RuleError, match="处不对"):
        read_standard(write(tmp_path, text))
