"""Inspectors, rules and disputes as readers see them: no rate of few, no ranking, all escaped."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

import csqa
from csqa import tables
from csqa.engine.personal import mask_personal
from csqa.errors import RuleError
from tests.tables import contacts

CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOSTILE = "<script>alert(1)</script>"


def texts(shown):
    rows = BeautifulSoup(shown.html, "html.parser").select("tr")
    return [[cell.get_text().replace("\xa0", " ") for cell in row.select("th, td")] for row in rows]


def judged(*sides, item="wording", names=("甲", HOSTILE)):
    """Two inspectors' verdicts on C1, C2 …: p or f each."""
    rows = [
        (f"C{n}", name, item, "pass" if letter == "p" else "fail")
        for name, letters in zip(names, sides, strict=True)
        for n, letter in enumerate(letters, 1)
    ]
    table = pd.DataFrame(rows, columns=["contact_id", "inspector", "item", "result"])
    people = [{"agent_id": "A1", "team": HOSTILE}] * len(sides[0])
    return {"contacts": contacts(*people), "inspections": table}


@pytest.fixture(scope="module")
def data():
    frames = judged("ppppffpppp", "ppppfppppp")
    more = judged("pppp", "pppp", item=HOSTILE)["inspections"]
    alike = judged("pppppp", "pppppp", item="process")["inspections"]
    every = pd.concat([frames["inspections"], more, alike])
    disputes = pd.DataFrame(
        {
            "dispute_id": ["D1", "D2", HOSTILE],
            "contact_id": ["C5", "C6", "C6"],
            "item": ["wording", "wording", HOSTILE],
            "inspector": ["甲", None, HOSTILE],
            "filed_at": "2025-06-03 10:00",
            "decided_at": ["2025-06-04 10:00", "2025-06-04 10:00", None],
            "outcome": ["upheld", "overturned", None],
            "corrected_result": [None, "pass", None],
            "reason": ["", "", f"客户 13812345678 先骂人 {HOSTILE}"],
        }
    )
    return csqa.load({**frames, "inspections": every, "disputes": disputes})


def test_agreement_in_the_order_of_the_form_with_few_only_counted(data):
    shown = tables.show_agreement(csqa.measure_agreement(data))
    head, *rows = texts(shown)
    assert head[:4] == ["质检项", "共同判定", "一致率（95% 区间）", "平均相差"]
    assert [row[0] for row in rows] == ["用语规范", "流程合规", HOSTILE]
    assert rows[0][1:4] == ["10", "90.0%（59.6%–98.2%）", "10.0%"]
    assert rows[0][4] == "不合格太少，α 不可靠"
    assert rows[0][-1] == "● 在限度内"
    assert rows[1][4:] == ["全部一致，α 无法计算", "1.00（0.61 ~ 1.00）", "–", "● 在限度内"]
    assert rows[2] == [HOSTILE, "4", "–", "–", "–", "–", "–", "○ 样本不足"]
    assert "平均相差超过 10% 的要校准" in shown.text


def test_agreement_says_which_item_to_calibrate_and_can_be_pooled():
    found = csqa.measure_agreement(csqa.load(judged("ppppff", "ffpppp")), by=["team"])
    _, row = texts(tables.show_agreement(found))
    assert row[:3] == [HOSTILE, "全部质检项", "6"]
    assert row[-1] == "▼ 需校准"
    row = texts(
        tables.show_agreement(csqa.measure_agreement(csqa.load(judged("pppfff", "fffppp"))))
    )[1]
    assert row[4].startswith("−0.83（−")  # agreement worse than chance has a minus, not a hyphen


def test_severity_is_no_ranking_and_keeps_its_two_comparisons_apart():
    found = csqa.measure_severity(csqa.load(judged("f" * 8, "p" * 8)))
    shown = tables.show_severity(found)
    head, *rows = texts(shown)
    assert "记录不同，仅供参考" in head[-1]
    assert [row[0] for row in rows] == [HOSTILE, "甲"]
    assert rows[1][1:4] == ["8", "−50.0（−50.0 ~ −50.0）", "▼ 偏严"]
    assert rows[1][-1] == "−100.0（−100.0 ~ −100.0）"
    assert "不是排名" in shown.text


def test_rules_to_be_retired_come_first():
    findings = pd.DataFrame({"contact_id": [f"C{n}" for n in range(1, 13)], "rule": HOSTILE})
    findings = findings.assign(version="1", item="wording", hint=False)
    other = findings.head(2).assign(rule="a", hint=True)
    found = csqa.evaluate_rules(pd.concat([findings, other]), csqa.load(judged("p" * 12, "p" * 12)))
    shown = tables.show_rule_quality(found)
    _, *rows = texts(shown)
    assert rows[0] == [HOSTILE, "用语规范", "12", "0.0%（0.0%–24.2%）", "0", "–", "▼ 建议停用"]
    assert rows[1] == ["a（只作提示）", "用语规范", "2", "–", "0", "–", "○ 样本不足"]
    assert "低于 50% 的建议停用" in shown.text


def test_disputes_of_a_period(data):
    found = csqa.measure_disputes(data, by="item", as_of="2025-06")
    head, *rows = texts(tables.show_disputes(found, period="2025-06"))
    assert head[:4] == ["质检项", "提出", "改判 / 已裁定", "改判率（95% 区间）"]
    assert rows[0] == [HOSTILE, "1", "0 / 0", "○ 无数据", "0", "1", "▼ 1", "–", "0.0%（1）"]
    assert rows[1][:5] == ["用语规范", "2", "1 / 2", "○ 样本不足", "0"]
    assert tables.show_disputes(found, period="2025-05").text == "本期没有申诉。"


def test_a_rate_of_enough_disputes_has_its_interval(data):
    found = csqa.measure_disputes(data, as_of="2025-06").assign(status="small", n=12)
    _, row = texts(tables.show_disputes(found, period="2025-06", language="en"))
    assert row[2].startswith("○ 50.0% (")
    assert row[2].endswith("small sample")


def test_reasons_are_shown_masked_or_not_at_all(data):
    found = csqa.list_open_disputes(data, as_of="2025-06")
    plain = tables.show_open_disputes(found)
    assert "先骂人" not in plain.html
    shown = tables.show_open_disputes(found, mask=mask_personal)
    assert "13812345678" not in shown.html
    assert texts(shown)[1][-1] == f"客户 [手机1] 先骂人 {HOSTILE}"
    assert texts(shown)[1][7] == "▼ 超期"


def test_scores_before_and_after(data):
    scores = [csqa.score_inspections(d, by="team") for d in (data, csqa.apply_disputes(data))]
    shown = tables.show_disputed_scores(*scores, period="2025-06")
    assert texts(shown)[0][1:] == ["有得分", "申诉前得分", "申诉后得分（95% 区间）", "变化"]
    assert texts(shown)[1][:3] == [HOSTILE, "10", "92.5"]
    assert texts(shown)[1][-1].startswith("+")
    same = tables.show_disputed_scores(scores[0], scores[0], period="2025-06")
    assert same.text == "申诉没有改变任何得分。"


def shown_in(language, data):
    scores = csqa.score_inspections(data)
    after = csqa.score_inspections(csqa.apply_disputes(data))
    findings = pd.DataFrame({"contact_id": ["C1"], "rule": "r", "version": "1", "item": "wording"})
    rules = csqa.evaluate_rules(findings.assign(hint=False), data)
    period = "2025-06"
    return [
        tables.show_agreement(csqa.measure_agreement(data), language=language),
        tables.show_severity(csqa.measure_severity(data), language=language),
        tables.show_rule_quality(rules, language=language),
        tables.show_disputes(csqa.measure_disputes(data), period=period, language=language),
        tables.show_open_disputes(csqa.list_open_disputes(data), language=language),
        tables.show_disputed_scores(scores, after, period=period, language=language),
    ]


def test_english_has_no_chinese_and_nothing_runs(data):
    for shown in shown_in("en", data):
        assert not CHINESE.search(shown.html.replace("甲", ""))
        assert "<script>" not in shown.html
    for shown in shown_in("zh", data):
        assert "<script>" not in shown.html


def test_nothing_to_show_is_said():
    empty = csqa.load({**judged("p", "p"), "inspections": judged("p", "p")["inspections"].head(1)})
    assert "双人盲评" in tables.show_agreement(csqa.measure_agreement(empty)).text
    assert tables.show_rule_quality(
        csqa.evaluate_rules(
            pd.DataFrame(columns=["contact_id", "rule", "version", "item", "hint"]), empty
        )
    ).text.startswith("没有可以评估")


def test_an_unknown_language_is_refused(data):
    with pytest.raises(RuleError, match="`language` 应为 'zh', 'en' 之一，而不是 'de'"):
        tables.show_agreement(csqa.measure_agreement(data), language="de")
