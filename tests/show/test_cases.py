"""Cases on the page: every text escaped, what was hit marked, what was not said told."""

import pandas as pd
import pytest

import csqa
from csqa import results
from csqa.show.cases import MOST_LINES, name_rules, show_cases

PHRASES = csqa.read_phrases()


def case(**values):
    row = dict.fromkeys(results.CASE_COLUMNS, "")
    row |= {"rank": 1, "contact_id": "C1", "local_at": pd.Timestamp("2025-06-02 09:00")}
    row |= {"channel": "online", "agent_id": "K1", "csat": 1.0, "complaint": True, "cases": 7}
    row |= {"longest_wait_seconds": 95.0, "severity": "major", "rules": "dont_know"}
    return pd.DataFrame([{**row, **values}])


def line(**values):
    row = {"contact_id": "C1", "source": "message", "seq": 1, "sender": "agent"}
    row |= {"gap_seconds": float("nan"), "text": "", "marks": "", "rules": "", "owed": ""}
    return {**row, **values}


def show(*lines, language="zh", **values):
    return show_cases(case(**values), pd.DataFrame(list(lines)), PHRASES, language=language)


def test_what_was_hit_is_marked_and_named():
    shown = show(line(text="这个我不知道。", marks="3-6:dont_know", rules="dont_know"))
    assert "这个我<mark>不知道</mark>。" in shown.html
    assert "命中：说不知道" in shown.text
    assert "这个我【不知道】。" in shown.text
    assert "共 7 个" in shown.text
    assert "最久等了 95 秒" in shown.text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_customers_text_is_escaped_inside_marks_too(text):
    hostile = {"text": text, "marks": f"0-{len(text)}:dont_know", "rules": "<b>"}
    shown = show(line(**hostile), line(source="feedback", text=text), contact_id="C1")
    assert "<script" not in shown.html
    assert "<img" not in shown.html
    assert "<b>" not in shown.html


def test_marks_that_overlap_or_reach_too_far_lose_no_text():
    shown = show(line(text="一二三四五", marks="1-3:a 2-4:b 4-99:c"))
    assert "一【二三】【四】【五】" in shown.text


def test_what_is_owed_is_told_where_it_was_called_for_and_at_the_end():
    shown = show(
        line(sender="customer", text="怎么退货", owed="after_sale_policy"),
        line(source="owed", owed="closing"),
    )
    assert "由这句话引出：未主动说明售后政策" in shown.text
    assert "整段会话：缺结束语" in shown.text


def test_a_long_conversation_is_cut_and_says_so():
    shown = show(*(line(text=f"第{number}句") for number in range(MOST_LINES + 5)))
    assert "还有 5 行" in shown.text


def test_english_has_no_chinese_of_ours():
    shown = show(line(text="hello", gap_seconds=30.0, rules="dont_know"), language="en")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in shown.text)
    assert "after 30 s" in shown.text


def test_no_case_is_a_sentence():
    shown = show_cases(case().head(0), pd.DataFrame(), PHRASES)
    assert shown.text == "本月没有投诉、低分评价，也没有致命的问题语句。"


def test_the_workbook_names_rules():
    named = name_rules(pd.DataFrame({"rules": ["dont_know closing", "用语规范", ""]}), PHRASES)
    assert named["rules"].tolist() == ["说不知道、缺结束语", "用语规范", ""]
