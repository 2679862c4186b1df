"""The sentiment lexicon: what it says of texts, and what it refuses to be told."""

from datetime import date
from pathlib import Path

import pytest

import csqa
from csqa.errors import RuleError
from csqa.rules.sentiment import read_sentiment
from csqa.rules.sentiment_hits import Judge, add_up
from csqa.rules.sentiment_words import NEGATIVE, POSITIVE

ENTRY = """
  - id: {id}
    weight: {weight}
    any: ['{any}']
    examples: {{hit: ['{any}'], miss: [其他]}}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "own.yml"
    path.write_text(text, encoding="utf-8")
    return path


def score(text: str, lexicon=None) -> float:
    lexicon = lexicon or read_sentiment()
    return add_up(Judge(lexicon, lexicon.in_force()).find(text))


def test_every_entry_has_examples_of_its_own():
    lexicon = read_sentiment()
    for entry in (*lexicon.words, *lexicon.risks):
        assert len(entry.examples["hit"]) >= 3, entry.id
        assert len(entry.examples["miss"]) >= 3, entry.id


def test_negations_turn_praise_round_and_two_cancel_out():
    assert score("对结果很满意") > 0.3
    assert score("对结果不满意") < -0.3
    assert 0 < score("不是不满意") < score("满意")


def test_negation_does_not_reach_over_a_comma():
    assert score("没有了，满意") > 0.3


def test_what_a_negation_leaves_nothing_of_is_not_found():
    lexicon = read_sentiment()
    found = Judge(lexicon, lexicon.in_force()).find("没有质量问题")
    assert "broken" not in [hit.entry.id for hit in found]
    assert score("有质量问题") < -0.3


def test_degrees_strengthen_and_weaken():
    assert score("实在离谱") <= score("离谱") < score("有点离谱") < 0


@pytest.mark.parametrize(
    "text", ["好的", "可以", "嗯嗯", "请问几点发货", "帮我查下单号，谢谢", "我想退货"]
)
def test_acknowledgements_and_requests_are_neutral(text: str):
    assert read_sentiment().polarity(score(text)) == 0


def test_thanks_yield_to_what_is_wrong():
    assert score("谢谢") > 0.3
    assert score("包裹没收到，谢谢") < -0.3


def test_what_only_tilts_makes_no_polarity():
    lexicon = read_sentiment()
    hits = Judge(lexicon, lexicon.in_force()).find("还没弄好吗？？")
    assert add_up(hits) == 0.0
    assert add_up(hits, lean=True) < 0


def test_an_own_file_builds_on_the_shipped(tmp_path: Path):
    own = "extends: shipped\nwithout: [sarcasm]\nwords:" + ENTRY.format(
        id="mascot", weight=-0.5, any="吉祥物真丑"
    )
    own += "examples:\n  negative: [吉祥物真丑]\n  neutral: [呵呵]\n"
    lexicon = read_sentiment(write(tmp_path, own))
    assert score("吉祥物真丑", lexicon) == -0.5
    assert "sarcasm" not in lexicon.ids
    assert "anger" in lexicon.ids
    assert lexicon.reading == read_sentiment().reading


def test_versions_hold_from_their_day(tmp_path: Path):
    text = "words:" + ENTRY.format(id="slow", weight=-0.5, any="龟速")
    text += "  - {id: slow, effective_from: 2025-07-01, weight: -0.9}\n"
    text += "  - {id: slow, effective_from: 2025-09-01, retired: true}\n"
    lexicon = read_sentiment(write(tmp_path, text))
    weights = [
        [entry.weight for entry in lexicon.in_force(date(2025, month, 15))] for month in (6, 7, 9)
    ]
    assert weights == [[-0.5], [-0.9], []]
    assert lexicon.versions().__next__()[2] == date(2025, 7, 1)


def test_all_faults_at_once_with_lines(tmp_path: Path):
    text = """extends: shippd
settings: {dead_band: 9, reach: 1.5}
negations: ['(a+)+b']
words:
  - {id: Bad Id, weight: 3, any: [x], examples: {hit: [x]}}
  - {id: a, weight: 0.5, any: [x], examples: {hit: [y], sometimes: [z]}}
  - {id: b, any: ['.*'], severity: critical}
risk:
  - {id: a, severity: fatal, any: [z], weight: 1, examples: {hit: [z]}}
without: [nobody]
"""
    with pytest.raises(RuleError, match=r"有 1[0-9] 处不对") as refused:
        read_sentiment(write(tmp_path, text))
    told = str(refused.value)
    for part in (
        "第 1 行 extends",
        "第 2 行 settings.dead_band",
        "settings.reach：应为 0 到 24 的整数",
        "negations[0]",
        "第 5 行 words[0].id",
        "words[0].weight：应为 -1（最负面）到 1（最正面）的数，而不是 3",
        "不认识 'sometimes'",
        "words[2]：缺少 weight",
        "不认识 'severity'",
        "第 9 行 risk[0].severity",
        "id 'a' 在 words 里也有",
        "without[0]：没有 id 是 'nobody'",
    ):
        assert part in told


def test_examples_are_tried(tmp_path: Path):
    text = "words:\n  - {id: a, weight: 0.5, any: [好], examples: {hit: [坏], miss: [好]}}\n"
    with pytest.raises(RuleError, match=r"应命中，却没有命中.*\n.*不应命中，却命中了"):
        read_sentiment(write(tmp_path, text))
    text = "words:" + ENTRY.format(id="a", weight=0.5, any="好") + "examples: {negative: [好]}\n"
    with pytest.raises(RuleError, match=rf"应为 {NEGATIVE}，却是 {POSITIVE}（好 \+0.5）"):
        read_sentiment(write(tmp_path, text))


def test_another_kind_of_file_is_told_apart(tmp_path: Path):
    with pytest.raises(RuleError, match="这是日历，不是情绪词典"):
        read_sentiment(write(tmp_path, "peak_hours: ['10:00-12:00']\n"))
    with pytest.raises(RuleError, match="这是情绪词典，不是话术规则"):
        csqa.read_phrases(write(tmp_path, "words: []\nrisk: []\n"))


def test_a_file_that_only_leaves_out_is_of_either_kind(tmp_path: Path):
    lexicon = read_sentiment(write(tmp_path, "extends: shipped\nwithout: [anger]\n"))
    assert "anger" not in lexicon.ids
    assert "rude" not in lexicon.ids
