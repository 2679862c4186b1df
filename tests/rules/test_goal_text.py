"""What a goal in words leaves open; a good one is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import csqa
from csqa.rules.goal_text import PARTS, list_missing_parts

GOOD = [
    "一次解决率由 78% 提升至 85%，30 天内",
    "下季度 CSAT 由 88% 提升至 92%",
    "７月底前满意度到九成",
    "年底零投诉",
    "满意度提高五个百分点，年底前",
    "CSAT ≥ 92%（2025/9/30）",
    "满意度 2025年9月达到 92%",
    "8 月 15 日前平均响应时长 ≤ 25 秒",
    "三个月内，投诉率降至 3%",
    "半年内 NPS 45",
    "2025 年底前投诉减半",
    "Raise FCR from 78% to 85% within 30 days",
    "CSAT to 92% by end of Q3",
    "Raise CSAT to 92% next quarter",
    "Halve complaints by December 2025",
    "Mean response time below 25 s by 2025-09-30",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_goal_lacks_nothing(text):
    assert list_missing_parts(text) == ()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("提升满意度", ("number", "date")),
        ("30 天内提升满意度", ("number",)),
        ("2025-12-31 前降低投诉", ("number",)),
        ("周期从 7 天降到 3 天", ("date",)),
        ("24 小时内响应率达到 95%", ("date",)),
        ("年底前提高 5 个百分点", ("metric",)),
        ("做到最好", PARTS),
        ("统一使用新版话术", PARTS),
        ("Improve satisfaction", ("number", "date")),
        ("Raise satisfaction by the end of 2025", ("number",)),
        ("Improve a lot within 30 days", ("metric", "number")),
        ("", PARTS),
        (None, PARTS),
        (float("nan"), PARTS),
    ],
)
def test_what_is_missing_is_named(text, missing):
    assert list_missing_parts(text) == missing


def test_advice_is_a_sentence_for_each_missing_part_in_either_language():
    assert csqa.check_goal_text("提升满意度") == (
        "没有数值：写由多少到多少，如“由 78% 提升至 85%”。",
        "没有期限：写到哪天为止，如“2025-12-31 前”或“30 天内”。",
    )
    told = csqa.check_goal_text("Be better", language="en")
    assert [sentence.split(":")[0] for sentence in told] == ["No metric", "No number", "No date"]


def test_advice_gives_texts_that_are_good_themselves():
    assert list_missing_parts("一次解决率由 78% 提升至 85%，2025-12-31 前") == ()
    assert list_missing_parts("first-contact resolution from 78% to 85% by 2025-12-31") == ()


@given(text=st.text(max_size=300))
def test_any_text_is_read(text):
    missing = list_missing_parts(text)
    assert [part for part in PARTS if part in missing] == list(missing)


@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_more_words_never_hide_the_metric(before, after):
    assert "metric" not in list_missing_parts(f"{before}满意度{after}")
