"""One rule, one conversation: exceptions, positions, mitigation, what is owed or called for."""

from types import SimpleNamespace

import pytest

import csqa
from csqa.rules.phrase_hits import find_spans, judge
from tests.tables import write

NAMES = {"客服": "agent", "客户": "customer", "机器人": "bot", "系统": "system"}


@pytest.fixture
def rule(tmp_path):
    """Make a rule of the fields given."""

    def make(text):
        return csqa.read_phrases(write(tmp_path, f"rules:\n- {{id: a, {text}}}\n", "p.yml")).rule(
            "a"
        )

    return make


def say(*lines):
    """``客服：您好`` → speaker and text."""
    return [(NAMES[line.partition("：")[0]], line.partition("：")[2]) for line in lines]


def places(hits):
    return [(hit.place, hit.start, hit.end) for hit in hits]


@pytest.mark.parametrize(
    ("rule_id", "line", "found"),
    [
        # the cases that naive rules get wrong (text.md)
        ("dont_know", "客服：不知道您方便接电话吗", False),
        ("dont_know", "客服：我不是不知道您的心情", False),
        ("dont_know", "客户：我不知道密码", False),
        ("impatience", "客服：不是已经跟您说过了吗", True),
        ("impatience", "客服：您自己看规则吧", True),
        # families
        ("dont_know", "客服：这个我们也不是很了解", True),
        ("dont_know", "客服：具体到货时间不确定的哦", True),
        ("dont_know", "客服：字太小看不清楚", False),
        ("dont_know", "客服：有不懂的地方随时问我", False),
        ("dont_know", "客服：快递员也不知道您住几楼", False),
        ("refusal", "客服：这个办不到", True),
        ("refusal", "客服：我们无法给您查询", True),
        ("refusal", "客服：地址已经改不了了", True),
        ("refusal", "客服：万一没法送达，我们会联系您", False),
        ("refusal", "客服：您这边没法收货吗", False),
        ("refusal", "客服：我们不可能故意拖着您的", False),
        ("refusal", "系统：没办法", False),
        ("over_promise", "客服：这个没办法保证一定送到", False),
        ("asks_secret", "客服：不要把验证码告诉任何人", False),
    ],
)
def test_what_naive_rules_get_wrong(rule_id, line, found):
    assert bool(judge(csqa.read_phrases().rule(rule_id), say(line))) is found


def test_exceptions_are_anchored_to_the_hit(rule):
    made = rule("any: 坏, unless_before: '不', unless_after: ['了吗']")
    assert find_spans(made, "坏") == [(0, 1)]
    assert find_spans(made, "不坏") == []
    assert find_spans(made, "不是坏") == [(2, 3)]
    assert find_spans(made, "坏了吗") == []
    assert find_spans(made, "坏掉了吗，坏了吗") == [(0, 1)]


def test_exceptions_reach_24_characters(rule):
    made = rule("any: 坏, unless_before: '不.{0,40}'")
    assert find_spans(made, "不" + "很" * 23 + "坏") == []
    assert find_spans(made, "不" + "很" * 24 + "坏") == [(25, 26)]


def test_of_what_overlaps_the_longest_counts_once(rule):
    assert find_spans(rule("any: [不知道, 知道, 不知]"), "我不知道不知") == [(1, 4), (4, 6)]


def test_whose_messages_are_looked_at(rule):
    lines = say("客户：坏", "客服：坏", "机器人：坏", "系统：坏")
    looked = {
        who: places(judge(rule(f"any: 坏, speaker: {who}"), lines))
        for who in ("agent", "customer", "bot", "any")
    }
    assert looked == {
        "agent": [(1, 0, 1)],
        "customer": [(0, 0, 1)],
        "bot": [(2, 0, 1)],
        "any": [(0, 0, 1), (1, 0, 1), (2, 0, 1)],
    }


def test_an_alternative_in_another_clause_mitigates(rule):
    made = rule("any: 没法改, severity: major, downgrade_if: {same_turn: 可以, to: minor}")
    tried = {
        "没法改，可以退": True,
        "可以退，没法改": True,
        "没法改可以退": False,  # the clause that was hit does not excuse itself
        "没法改": False,
    }
    for text, mitigated in tried.items():
        assert [hit.mitigated for hit in judge(made, [("agent", text)])] == [mitigated], text


def test_a_turn_is_what_one_speaker_says_on_end(rule):
    made = rule("any: 没法, severity: major, downgrade_if: {same_turn: 可以退, to: minor}")
    same = say("客服：没法", "客服：可以退")
    other = say("客服：没法", "客户：啊", "客服：可以退")
    assert [judge(made, lines)[0].mitigated for lines in (same, other)] == [True, False]


def test_next_turns_are_the_speakers_own(rule):
    made = rule(
        "any: 没法, severity: major, downgrade_if: {next_turns: 可以退, turns: 1, to: minor}"
    )
    soon = say("客服：没法", "客户：啊", "客服：哦", "客服：可以退")
    late = say("客服：没法", "客户：啊", "客服：哦", "客户：？", "客服：可以退")
    theirs = say("客服：没法", "客户：可以退吗")
    assert [judge(made, lines)[0].mitigated for lines in (soon, late, theirs)] == [
        True,
        False,
        False,
    ]


def test_positions_count_the_speakers_messages(rule):
    lines = say("客户：坏", "客服：坏", "客户：坏", "客服：好", "客服：坏")
    assert places(judge(rule("any: 坏, within: {first: 2}"), lines)) == [(1, 0, 1)]
    assert places(judge(rule("any: 坏, within: {last: 1}"), lines)) == [(4, 0, 1)]


def test_what_is_allowed_a_few_times_counts_beyond(rule):
    lines = say("客服：亲亲亲", "客户：亲", "客服：亲")
    assert places(judge(rule("any: 亲, count: {max: 2}"), lines)) == [(0, 2, 3), (2, 0, 1)]


def test_what_is_required_is_missing_once(rule):
    made = rule("kind: require, any: 谢谢")
    assert judge(made, say("客服：谢谢")) == []
    assert judge(made, say("客户：谢谢")) == []  # no agent spoke: nothing was owed
    (hit,) = judge(made, say("客户：谢谢", "客服：嗯"))
    assert (hit.place, hit.trigger) == (None, 0)


def test_what_is_required_several_times(rule):
    made = rule("kind: require, any: 您, count: {min: 2, max: 3}")
    assert judge(made, say("客服：您您")) == []
    assert [hit.place for hit in judge(made, say("客服：您"))] == [None]
    assert places(judge(made, say("客服：您您您您"))) == [(0, 3, 4)]


@pytest.mark.parametrize(
    ("lines", "owed"),
    [
        (["客户：在吗", "客服：在", "客服：好"], True),
        (["客户：在吗", "客服：在", "客户：走了"], False),
        (["客户：在吗", "客服：在", "客户：走了", "系统：会话结束"], False),
        (["客户：在吗", "客服：请稍等"], False),
        (["客服：在"], False),
    ],
)
def test_nothing_is_owed_to_who_has_left(rule, lines, owed):
    made = rule(
        "kind: require, any: 再见,"
        " not_owed_if: {last_speaker: customer, last_turn: 稍等, fewest_messages: 1}"
    )
    assert bool(judge(made, say(*lines))) is owed


@pytest.mark.parametrize(
    ("lines", "trigger"),
    [
        (["客户：能退吗", "客服：嗯", "客户：哦", "客服：七天"], None),
        (["客户：能退吗", "客服：嗯", "客户：哦", "客服：好", "客户：哦", "客服：七天"], 0),
        (["客户：能退吗", "客服：嗯", "客服：好", "客服：七天"], None),  # one turn
        (["客服：七天", "客户：能退吗", "客服：嗯"], None),  # told before
        (["客户：能退吗"], None),  # nobody could tell
        (["客服：能退吗", "客服：嗯"], None),  # nobody asked
        (["客户：在吗", "客服：在", "客户：能退吗", "客服：嗯"], 2),
    ],
)
def test_what_is_called_for_must_be_told_soon(rule, lines, trigger):
    made = rule("kind: disclose, requires_any_after: {trigger: 能退, any: 七天, within: 2}")
    assert [hit.trigger for hit in judge(made, say(*lines))] == (
        [] if trigger is None else [trigger]
    )


def test_letters_match_in_either_case():
    found = judge(csqa.read_phrases().rule("dont_know"), [("agent", "Sorry, I DON’T Know.")])
    assert places(found) == [(0, 7, 19)]


def test_places_given_are_the_only_ones_tried():
    lines = SimpleNamespace(two=[("agent", "没办法"), ("agent", "没办法")])
    found = judge(csqa.read_phrases().rule("refusal"), lines.two, [1])
    assert [hit.place for hit in found] == [1]
