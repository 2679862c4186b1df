"""Reading a fishbone: every field, every fault with its line, own causes without Python."""

import json
from datetime import date

import pytest
import yaml
from jsonschema import Draft202012Validator

import csqa
from csqa.cause_results import BONES
from csqa.errors import RuleError
from csqa.rules.files import DEFAULTS
from csqa.rules.fishbone import FISHBONE_KEYS
from csqa.rules.fishbone_fields import FACTS
from csqa.rules.fishbone_hits import MOST_EVIDENCE, find_evidence
from csqa.rules.fishbone_reader import CAUSE_KEYS
from csqa.rules.fishbone_schema import TOLD, make_fishbone_schema
from csqa.rules.regex_stems import find_stems
from tests.tables import write

OWN = """
extends: shipped
causes:
- id: noisy_outdoor_unit
  bone: product
  name: 外机噪音
  keywords: [外机太响, 外机噪音, C++嗡嗡响]
  examples: {hit: [外机噪音大得睡不着], miss: [外机没有噪音]}
"""


def read(folder, text):
    return csqa.read_fishbone(write(folder, text, "fishbone.yml"))


def faults(folder, text):
    with pytest.raises(RuleError, match="处不对") as caught:
        read(folder, text)
    return str(caught.value).splitlines()[1:]


def cause(folder, text, id_="a"):
    fishbone = read(folder, f"causes:\n- id: {id_}\n  bone: product\n{text}")
    return fishbone.cause(id_), fishbone.negation


def test_three_words_and_two_examples_add_a_cause(tmp_path):
    fishbone = read(tmp_path, OWN)
    shipped = csqa.read_fishbone()
    assert set(fishbone.ids) - set(shipped.ids) == {"noisy_outdoor_unit"}
    assert fishbone.bone_of("noisy_outdoor_unit") == "product"
    assert fishbone.name("noisy_outdoor_unit") == "外机噪音"
    assert fishbone.name("noisy_outdoor_unit", "en") == "外机噪音"
    found = find_evidence(fishbone.cause("noisy_outdoor_unit"), "c++嗡嗡响", fishbone.negation)
    assert [(one.start, one.end) for one in found] == [(0, 6)]


def test_a_word_is_taken_literally(tmp_path):
    rule, negation = cause(tmp_path, "  keywords: ['a.c', '(坏']\n")
    assert find_evidence(rule, "abc", negation) == []
    assert len(find_evidence(rule, "a.c (坏", negation)) == 2


def test_lists_of_a_shipped_cause_are_made_longer(tmp_path):
    text = """
extends: shipped
causes:
- id: charges
  add:
    keywords: [开锁费被坑]
    measures: 公示开锁价目
    examples: {hit: [开锁费被坑了], miss: [锁很好开]}
"""
    own, shipped = read(tmp_path, text).cause("charges"), csqa.read_fishbone().cause("charges")
    assert own.keywords == (*shipped.keywords, "开锁费被坑")
    assert own.measures[:-1] == shipped.measures
    assert len(own.examples.hit) == len(shipped.examples.hit) + 1
    assert own.any == shipped.any


def test_named_words_stand_for_lists(tmp_path):
    text = "words: {thing: [门, '窗户?']}\ncauses:\n- {id: a, bone: product, any: '<thing>坏'}\n"
    fishbone = read(tmp_path, text)
    found = find_evidence(fishbone.cause("a"), "窗坏 门坏 墙坏", fishbone.negation)
    assert [one.start for one in found] == [0, 3]


def test_versions_hold_from_their_days(tmp_path):
    text = """
causes:
- {id: a, bone: product, keywords: [旧词]}
- {id: a, effective_from: 2025-07-01, keywords: [新词]}
- {id: a, effective_from: 2026-01-01, retired: true}
- {id: b, bone: people, keywords: [别的]}
"""
    fishbone = read(tmp_path, text)
    days = [date(2025, 6, 30), date(2025, 7, 1), date(2026, 1, 1)]
    held = [
        {rule.id: (rule.version, rule.keywords) for rule in fishbone.in_force(day)} for day in days
    ]
    assert held[0]["a"] == ("1", ("旧词",))
    assert held[1]["a"] == ("2025-07-01", ("新词",))
    assert set(held[2]) == {"b"}
    assert fishbone.ids == ("b", "a")


@pytest.mark.parametrize(
    ("field", "text", "hits"),
    [
        ("unless_before: 很久以前", "很久以前坏了", 0),
        ("unless_before: 很久以前", "以前很久坏了", 1),
        ("unless_after: 包换", "坏了包换", 0),
        ("unless_after: 包换", "坏了，包换", 1),
        ("unless: 累坏了人", "累坏了人", 0),
        ("unless: 累坏了人", "累人，坏了", 1),
        ("confidence: 0.5", "没有坏了", 0),
        ("confidence: 0.5", "如果坏了", 0),
        ("confidence: 0.5", "坏了吗", 0),
        ("confidence: 0.5", "没话说，坏了", 1),
    ],
)
def test_exceptions_are_anchored_to_the_hit(tmp_path, field, text, hits):
    rule, negation = cause(tmp_path, f"  keywords: 坏了\n  {field}\n")
    assert len(find_evidence(rule, text, negation)) == hits


def test_negation_can_be_restated(tmp_path):
    text = "negation: {before: [绝非]}\ncauses:\n- {id: a, bone: product, keywords: [坏了]}\n"
    fishbone = read(tmp_path, text)
    spans = [
        find_evidence(fishbone.cause("a"), said, fishbone.negation)
        for said in ("没坏了", "绝非坏了")
    ]
    assert [len(one) for one in spans] == [1, 0]


def test_of_one_cause_at_most_three_hits_are_kept(tmp_path):
    rule, negation = cause(tmp_path, "  keywords: 坏了\n")
    assert len(find_evidence(rule, "坏了" * 2000, negation)) == MOST_EVIDENCE


@pytest.mark.parametrize(
    ("entry", "line", "told"),
    [
        ("  keywords: [好]", 4, "应为 2 到 30 个字的词"),
        ("  keywords: []", 4, "应为词的列表"),
        ("  any: '(x+)+y'", 4, "重复里套着重复"),
        ("  any: '<nobody>坏'", 4, "不认识 '<nobody>'"),
        ("  confidence: 1.5\n  keywords: 坏了", 4, "应为大于 0、不超过 1 的数"),
        ("  keyword: 坏了", 4, "是不是 'keywords'"),
        ("  version: 3", 2, "缺少 keywords、any 或 facts"),
        ("  facts: {departments: 3}", 4, "应为“键: 值”"),
        ("  facts: {departments: {over: 3}}", 4, "at_least"),
        ("  facts: {department: {at_least: 3}}", 4, "是不是 'departments'"),
        ("  facts: {agent_id: A1}", 4, "不认识 'agent_id'"),
        ("  facts: {repeated: 1}", 4, "应为 true 或 false"),
        ("  facts: {topic: 3}", 4, "应为文字或文字的列表"),
        ("  facts: {confidence: 0.5}", 4, "要写至少一个事实"),
        ("  keywords: 坏了\n  examples: {hit: [好的]}", 5, "应命中，却没有命中"),
        ("  keywords: 坏了\n  examples: {miss: [坏了]}", 5, "不应命中，却命中了"),
        ("  add: {colour: red}\n  keywords: 坏了", 4, "不认识 'colour'"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, entry, line, told):
    found = faults(tmp_path, f"causes:\n- id: a\n  bone: product\n{entry}\n")
    assert any(f"第 {line} 行" in one and told in one for one in found), found


def test_all_faults_are_told_at_once(tmp_path):
    text = """
bones: {people: 人, horse: 马}
without: [nobody]
words: {Bad: [x]}
negation: {befor: x}
causes:
- {id: people, bone: people, keywords: [坏了]}
- {id: b, bone: nose, keywords: [坏了]}
- {id: b, keywords: [坏了], bone: product}
"""
    found = "\n".join(faults(tmp_path, text))
    for told in (
        "'horse'",
        "nobody",
        "words.Bad",
        "'befor'",
        "people 是骨的名字",
        "'nose'",
        "同一天",
    ):
        assert told in found


def test_another_kind_of_file_is_told(tmp_path):
    with pytest.raises(RuleError, match="这是日历"):
        read(tmp_path, "peak_hours: ['10:00-12:00']\n")


def test_an_empty_list_of_causes_is_refused(tmp_path):
    assert "没有原因" in faults(tmp_path, "causes: []\n")[0]


def test_an_unknown_name_is_what_it_is():
    shipped = csqa.read_fishbone()
    assert shipped.name("nobody") == "nobody"
    assert shipped.measures("nobody") == ()
    with pytest.raises(KeyError, match="nobody"):
        shipped.bone_of("nobody")


def test_the_shipped_causes_hang_on_every_bone_and_say_what_to_do():
    shipped = csqa.read_fishbone()
    assert {shipped.bone_of(id_) for id_ in shipped.ids} == set(BONES)
    for id_ in shipped.ids:
        rule = shipped.cause(id_)
        assert len(rule.examples.hit) >= 3, id_
        assert len(rule.examples.miss) >= 3, id_
        assert len(shipped.measures(id_)) == len(shipped.measures(id_, "en")) >= 3, id_
        assert {language for language, _ in rule.names} == {"zh", "en"}, id_


def test_every_shipped_pattern_has_stems():
    """Else each message would have to be tried."""
    for rule in csqa.read_fishbone().causes:
        for place, pattern in rule.searches:
            assert find_stems(pattern.pattern), (rule.id, place)


def test_the_schema_accepts_the_shipped_causes_and_names_every_field():
    made = make_fishbone_schema()
    validator = Draft202012Validator(made)
    shipped = yaml.safe_load((DEFAULTS / "fishbone.yml").read_text("utf-8"))
    assert list(validator.iter_errors(shipped)) == []
    assert list(validator.iter_errors(yaml.safe_load(OWN))) == []
    assert set(made["properties"]) == set(FISHBONE_KEYS)
    assert set(made["properties"]["causes"]["items"]["properties"]) == set(CAUSE_KEYS)
    assert set(TOLD) <= set(CAUSE_KEYS)
    assert "agent_days" in FACTS
    assert list(validator.iter_errors({"causes": [{"id": "a", "bone": "nose"}]})) != []


def test_the_schema_beside_the_causes_is_the_one_made():
    shipped = json.loads((DEFAULTS / "fishbone.schema.json").read_text("utf-8"))
    assert shipped == make_fishbone_schema()
