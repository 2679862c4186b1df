"""Phrase files: every field is read, all faults are told with their lines, examples are run."""

import json
import re
from datetime import date

import pytest
import yaml
from jsonschema import Draft202012Validator

import csqa
from csqa.errors import RuleError
from csqa.rules.files import DEFAULTS
from csqa.rules.phrase_reader import RULE_KEYS
from csqa.rules.phrase_schema import TOLD, make_phrase_schema
from csqa.rules.phrases import PHRASE_KEYS
from tests.tables import write

WHOLE = """
templates: {conversations: 3, characters: 10}
rules:
- id: slow_down
  name: {zh: 催客户, en: Hurries}
  kind: forbid
  version: 2.1
  effective_from: 2025-01-01
  speaker: agent
  severity: critical
  any: ['快点', '赶紧']
  unless_before: '不用'
  unless_after: ['帮您']
  downgrade_if: {same_turn: '抱歉', next_turns: ['不着急'], turns: 2, to: minor}
  within: {first: 5}
  count: {max: 1}
  item: wording
  hint: true
  advice: {zh: 请慢慢说。, en: Take your time.}
  examples:
    hit: [['客服：快点', '客服：赶紧的']]
    miss: [快点, 不用赶紧]
- id: warranty
  kind: disclose
  severity: major
  requires_any_after: {trigger: '保修', any: '质保', within: 2, trigger_speaker: any}
- id: thanks
  kind: require
  any: 谢谢
  within: {last: 3}
  count: {min: 1, max: 4}
  not_owed_if: {last_speaker: customer, last_turn: '稍等', fewest_messages: 2}
- id: pasted
  any: 模板
  exclude_templates: true
"""


def read(folder, text):
    return csqa.read_phrases(write(folder, text, "phrases.yml"))


def test_all_fields_are_read(tmp_path):
    phrases = read(tmp_path, WHOLE)
    slow, warranty, thanks, pasted = (phrases.rule(id_) for id_ in phrases.ids)
    assert (slow.version, slow.effective_from) == ("2.1", date(2025, 1, 1))
    assert (slow.severity, slow.speaker, slow.item, slow.hint) == (
        "critical",
        "agent",
        "wording",
        True,
    )
    assert [one.pattern for one in slow.any] == ["快点", "赶紧"]
    assert (slow.unless_before[0].pattern, slow.unless_after[0].pattern) == ("不用", "帮您")
    assert (slow.downgrade_if.to, slow.downgrade_if.turns) == ("minor", 2)
    assert (slow.within.end, slow.within.messages, slow.most) == ("first", 5, 1)
    assert (slow.name("en"), dict(slow.advice)["zh"]) == ("Hurries", "请慢慢说。")
    asked = warranty.requires_any_after
    assert (asked.turns, asked.trigger_speaker) == (2, "any")
    assert (thanks.least, thanks.most, thanks.within.end) == (1, 4, "last")
    owed = thanks.not_owed_if
    assert (owed.last_speaker, owed.fewest_messages) == ("customer", 2)
    assert pasted.exclude_templates
    assert (phrases.templates.conversations, phrases.templates.characters) == (3, 10)
    assert len(phrases.fingerprint) == 64


def test_all_faults_are_told_at_once_with_their_lines(tmp_path):
    wrong = """
rulez: []
rules:
- id: Bad Id
  any: ['(a+)+b']
- id: two
  kind: forbidden
  severity: worst
  anny: [x]
- id: three
  any: x
  speaker: boss
  within: {first: 2, last: 3}
  downgrade_if: {to: critical}
  count: {min: 5, max: 2}
- id: four
  kind: disclose
  any: x
- id: five
  any: x
  hint: 是
  effective_from: 昨天
  item: manners
  examples: {hit: [1], miss: x}
"""
    with pytest.raises(RuleError, match="处不对") as error:
        read(tmp_path, wrong)
    told = str(error.value)
    for fault in (
        "第 2 行 文件：不认识 'rulez'，是不是 'rules'？",
        "第 4 行 rules[0].id：应为小写字母",
        "第 5 行 rules[0].any[0]：'(a+)+b' 重复里套着重复",
        "第 7 行 rules[1].kind：不认识 'forbidden'，是不是 'forbid'？",
        "第 8 行 rules[1].severity：不认识 'worst'",
        "第 9 行 rules[1]：不认识 'anny'，是不是 'any'？",
        "rules[1]：缺少 any。",
        "第 12 行 rules[2].speaker：不认识 'boss'",
        "第 13 行 rules[2].within：写 first 或 last 其中一个",
        "第 14 行 rules[2].downgrade_if：要写 same_turn 或 next_turns",
        "第 15 行 rules[2].count：min 5 大于 max 2。",
        "rules[3]：缺少 requires_any_after。",
        "要说的话写在 requires_any_after.any 里",
        "第 21 行 rules[4].hint：应为 true 或 false，而不是 '是'。",
        "第 22 行 rules[4].effective_from：应为日期",
        "第 23 行 rules[4].item：不认识 'manners'",
        "第 24 行 rules[4].examples.hit[0]：应为一句话",
        "第 24 行 rules[4].examples.miss：应为例子的列表",
    ):
        assert fault in told


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{id: a, any: x, examples: {hit: [y]}}", "规则 a 应命中，却没有命中：“y”"),
        ("{id: a, any: x, examples: {miss: [yxy]}}", "规则 a 不应命中，却命中了：“yxy”"),
        ("{id: a, kind: require, any: x, downgrade_if: {same_turn: y}}", "只能用于 kind 是 forbid"),
        ("{id: a, any: x, not_owed_if: {last_turn: y}}", "只能用于 kind 是 require"),
        ("{id: a, any: x, count: {min: 1}}", "count.min：只能用于 kind 是 require"),
        ("{id: a, any: x, exclude_templates: true, count: {max: 1}}", "不能同时写"),
        (
            "{id: a, any: x, severity: minor, downgrade_if: {same_turn: y}}",
            "不比 severity minor 更轻",
        ),
        ("{id: a, any: []}", "应为正则表达式的列表"),
        ("{id: a, any: [1]}", "应为文字（要加引号）"),
        ("{id: a, any: x, version: ''}", "version：应为数字或不超过 20 个字的文字"),
        ("5", "应为“键: 值”"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(tmp_path, rule, told):
    with pytest.raises(RuleError, match=re.escape(told)):
        read(tmp_path, f"rules:\n- {rule}\n")


def test_an_own_file_builds_on_the_shipped_rules(tmp_path):
    shipped = csqa.read_phrases()
    own = read(
        tmp_path,
        "extends: shipped\nwithout: [insult]\nrules:\n"
        "- {id: closing, within: {last: 6}, examples: {}}\n- {id: mine, any: 亲亲}\n",
    )
    assert set(own.ids) == {*shipped.ids, "mine"} - {"insult"}
    assert own.rule("closing").within.messages == 6
    assert own.rule("closing").any == shipped.rule("closing").any
    assert own.rule("refusal") == shipped.rule("refusal")


def test_later_versions_restate_what_changes(tmp_path):
    phrases = read(
        tmp_path,
        "rules:\n- {id: a, any: x, severity: major, version: 1}\n"
        "- {id: a, effective_from: 2025-07-01, any: [x, y]}\n"
        "- {id: a, effective_from: 2026-01-01, retired: true}\n",
    )
    (first,) = phrases.in_force(date(2025, 6, 30))
    (second,) = phrases.in_force(date(2025, 7, 1))
    assert (first.version, second.version) == ("1", "2025-07-01")
    assert (len(first.any), len(second.any), second.severity) == (1, 2, "major")
    assert phrases.in_force(date(2026, 1, 1)) == ()
    assert phrases.in_force() == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules:\n- {id: a, any: x}\n- {id: a, any: y}\n", "在同一天已有一条"),
        ("extends: other\nrules: []\n", "extends：只能写 shipped"),
        ("without: [nobody]\nrules:\n- {id: a, any: x}\n", "没有 id 是 'nobody' 的规则"),
        ("rules: []\n", "没有规则"),
        ("rules: 5\n", "应为规则的列表"),
        ("templates: {conversations: 1}\nrules:\n- {id: a, any: x}\n", "应为 2 到 1000000 的整数"),
        ("standards: []\n", "这是评分标准，不是话术规则"),
        (
            "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
            "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
            "rules: [*d,*d,*d,*d,*d,*d]\n",
            "展开后太大",
        ),
        ("rules: " + "[" * 60 + "]" * 60, "嵌套过深"),
        ("rules: !!python/object/apply:os.system [ls]\n", "不能用“!”开头的标记"),
    ],
    ids=range(10),
)
def test_files_that_are_refused(tmp_path, text, told):
    with pytest.raises(RuleError, match=re.escape(told)):
        read(tmp_path, text)


def test_each_shipped_rule_has_three_examples_of_each_kind():
    for rule in csqa.read_phrases().rules:
        assert len(rule.examples.hit) >= 3, rule.id
        assert len(rule.examples.miss) >= 3, rule.id
        assert {"zh", "en"} <= dict(rule.names).keys()
        assert {"zh", "en"} <= dict(rule.advice).keys()


def test_the_schema_accepts_the_shipped_rules_and_names_every_field():
    made = make_phrase_schema()
    validator = Draft202012Validator(made)
    shipped = yaml.safe_load((DEFAULTS / "phrases.yml").read_text("utf-8"))
    assert list(validator.iter_errors(shipped)) == []
    assert set(made["properties"]) == set(PHRASE_KEYS)
    assert set(made["properties"]["rules"]["items"]["properties"]) == set(RULE_KEYS)
    assert set(TOLD) <= set(RULE_KEYS)
    assert list(validator.iter_errors({"rules": [{"id": "a", "kind": "forbidden"}]})) != []


def test_the_schema_beside_the_rules_is_the_one_made():
    shipped = json.loads((DEFAULTS / "phrases.schema.json").read_text("utf-8"))
    assert shipped == make_phrase_schema()
