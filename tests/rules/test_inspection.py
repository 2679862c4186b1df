"""The inspection form: what it says, and every fault of it at once with its line."""

import pytest

import csqa
from csqa.rules.inspection import COUNT, FAULT_KINDS, LEAVE_OUT, MOST_ITEMS
from csqa.rules.measures import MEASURES
from tests.tables import write

FORM = """
scale: {min: 0, max: 5}
items:
  开场白:
    name: {en: Opening}
    also: [问候语, Greeting]
    weight: 10
    counts_as: wording
  语气:
    weight: 20
    scale: {min: 1, max: 5}
  保密:
    weight: 0
    critical: true
    counts_as: process
  服务用语:
    counts_as: none
"""


@pytest.fixture
def form(tmp_path):
    return csqa.read_form(write(tmp_path, FORM, "inspection.yml"))


def item(form, key):
    return next(one for one in form.items if one.key == key)


def test_the_shipped_form_is_the_guides_three_items():
    shipped = csqa.read_form()
    assert [one.counts_as for one in shipped.items] == list(FAULT_KINDS)
    assert all(one.listed and one.weight == 1 and not one.critical for one in shipped.items)
    assert shipped.other_items == COUNT
    assert len(shipped.fingerprint) == 64


def test_each_kind_of_fault_is_a_measure():
    assert {f"{kind}_faults" for kind in FAULT_KINDS} <= MEASURES.keys()


def test_an_own_form_is_read(form):
    opening, tone, secrecy = (item(form, key) for key in ("开场白", "语气", "保密"))
    assert (opening.weight, opening.scale, opening.counts_as) == (10, (0, 5), "wording")
    assert opening.spellings == ("开场白", "问候语", "Greeting")
    assert (tone.scale, tone.counts_as, tone.critical) == ((1, 5), None, False)
    assert (secrecy.weight, secrecy.critical, secrecy.counts_as) == (0, True, "process")
    assert form.other_items == LEAVE_OUT


def test_names_for_readers(form):
    assert [form.name("开场白", language) for language in ("zh", "en")] == ["开场白", "Opening"]
    assert form.name("没有的项") == "没有的项"


def test_known_names_keep_their_meaning_unless_the_form_takes_it(form):
    assert item(form, "服务用语").counts_as is None
    wording = item(form, "wording")
    assert (wording.counts_as, wording.listed) == ("wording", False)
    assert "服务用语" not in wording.spellings
    assert "服务用语规范性" in wording.spellings


def test_a_known_name_in_an_own_form_counts_as_before(tmp_path):
    path = write(tmp_path, "items: {答案准确: {weight: 5}}", "inspection.yml")
    listed = item(csqa.read_form(path), "答案准确")
    assert (listed.counts_as, listed.weight, listed.listed) == ("accuracy", 5, True)


def test_every_fault_is_told_at_once_with_its_line(tmp_path):
    text = """
scale: {min: 5, max: 0}
other_items: keep
itmes: {}
items:
  开场白: {weight: -1, weigth: 2}
  语气: {scale: 5, critical: 是, also: 语调}
  保密: {counts_as: secret, also: [语气]}
"""
    with pytest.raises(csqa.RuleError, match="有 10 处不对") as caught:
        csqa.read_form(write(tmp_path, text, "inspection.yml"))
    told = str(caught.value)
    for line, part in [
        (2, "scale：应写 {min: 最低分, max: 最高分}"),
        (3, "other_items：应为 count 或 leave_out，而不是 'keep'"),
        (4, "文件：不认识 'itmes'，是不是 'items'？"),
        (6, "items.开场白：不认识 'weigth'，是不是 'weight'？"),
        (6, "items.开场白.weight：应为 0 到 10000 的数，而不是 -1"),
        (7, "items.语气.scale：应为“键: 值”"),
        (7, "items.语气.critical：应为 true 或 false，而不是 '是'"),
        (7, "items.语气.also：应为文字的列表"),
        (8, "items.保密.counts_as：应为 wording、accuracy、process、none 之一"),
        (8, "items.保密：“语气”已经是“语气”的写法"),
    ]:
        assert f"第 {line} 行 {part}" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("scale: {min: 0, max: 5}", r"items：应为“键: 值”"),
        ("items: {A: {weight: 0}, B: {weight: 0}}", r"所有项的 weight 都是 0"),
        ("items: {A: {scale: {min: 0}}}", r"items\.A\.scale：应写"),
        ("items: {A: {scale: {min: 0, max: .inf}}}", r"items\.A\.scale：应写"),
        ("items: {A: {weight: 10001}}", r"items\.A\.weight：应为 0 到 10000"),
        ("items: {A: {also: ['', x]}}", r"写法应有 1 到 100 个字"),
        ("items: {a: {}, A: {}}", r"items\.A：“a”已经是“a”的写法"),
        (f"items: {{{', '.join(f'i{n}: {{}}' for n in range(MOST_ITEMS + 1))}}}", "最多 200 项"),
    ],
)
def test_what_cannot_be_a_form(tmp_path, text, told):
    with pytest.raises(csqa.RuleError, match=told):
        csqa.read_form(write(tmp_path, text, "inspection.yml"))


def test_settings_left_out_are_the_shipped_ones(tmp_path):
    text = "agreement: {flag_above: 0.2}\ndisputes: {days: calendar}\nitems: {语气: {}}\n"
    own = csqa.read_form(write(tmp_path, text, "own.yml")).settings
    shipped = csqa.read_form().settings
    assert (own.agreement.flag_above, own.agreement.fewest_units) == (0.2, 5)
    assert (own.disputes.days, own.disputes.decide_within_days) == ("calendar", 5)
    assert own.rule_quality == shipped.rule_quality


def test_every_fault_of_the_settings_is_told_at_once(tmp_path):
    text = """
agreement: {flag_above: 10%, fewest_units: 2.5, flag_below: 1}
disputes: {days: working, file_within_days: -1}
rule_quality: 3
items: {语气: {}}
"""
    with pytest.raises(csqa.RuleError, match="有 6 处不对") as told:
        csqa.read_form(write(tmp_path, text, "own.yml"))
    for part in (
        "agreement：不认识 'flag_below'，是不是 'flag_above'？",
        "agreement.flag_above：应为 0 到 1 的数，而不是 '10%'。",
        "agreement.fewest_units：应为 2 到 10000 的整数，而不是 2.5。",
        "disputes.days：应为 business 或 calendar，而不是 'working'。",
        "disputes.file_within_days：应为 0 到 366 的整数，而不是 -1。",
        "rule_quality：应为“键: 值”，而不是 3。",
    ):
        assert part in str(told.value)
