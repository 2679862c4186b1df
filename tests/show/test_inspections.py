"""Inspections as readers see them: counts only where there are few, and every text escaped."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

import csqa
from csqa import tables

PERIOD = "2025-06"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def texts(shown):
    rows = BeautifulSoup(shown.html, "html.parser").select("tr")
    return [[cell.get_text() for cell in row.select("th, td")] for row in rows]


@pytest.fixture(scope="module")
def teams(sample):
    return csqa.score_inspections(sample, by="team")


def scored(**changes):
    row = {
        "period": PERIOD,
        "team": "A",
        "n_records": 40,
        "n_rated": 39,
        "n": 39,
        "score": 91.24,
        "lower": 88.0,
        "upper": 94.0,
        "score_unkilled": 93.5,
        "n_critical_free": 38,
        "critical_free": 38 / 39,
        "lower_critical_free": 0.868,
        "upper_critical_free": 0.9955,
        "set_aside": 0,
        "status": "ok",
    }
    return pd.DataFrame([row | changes])


def test_one_row_says_both_scores_and_the_critical_errors():
    head, row = texts(tables.show_inspections(scored(), period=PERIOD))
    assert head == [
        "班组",
        "抽检记录",
        "有得分",
        "质检得分（95% 区间）",
        "不计致命项",
        "致命差错",
        "无致命差错率（95% 区间）",
    ]
    assert row[1:6] == ["40", "39", "91.2（88.0–94.0）", "93.5", "1"]
    assert row[6].startswith("97.4%（86.8%")


def test_few_records_are_counted_and_not_scored():
    _, row = texts(tables.show_inspections(scored(n=9, status="too_few"), period=PERIOD))
    assert row[2:7] == ["9", "○\N{NO-BREAK SPACE}样本不足", "–", "1", "–"]
    _, row = texts(tables.show_inspections(scored(n=20, status="small"), period=PERIOD))
    assert row[3] == "○\N{NO-BREAK SPACE}91.2（88.0–94.0） 样本少"


def test_what_was_set_aside_is_told_and_escaped():
    faults = pd.DataFrame({"reason": ["“<b>”不计分"] * 12})
    shown = tables.show_inspections(scored(set_aside=12), faults, period=PERIOD)
    assert texts(shown)[0][-1] == "未计入的项次"
    soup = BeautifulSoup(shown.html, "html.parser")
    told = [entry.get_text() for entry in soup.select("details li")]
    assert told == ["“<b>”不计分"] * 10 + ["还有 2 条。"]
    assert "<b>”" not in shown.html


def test_a_period_without_inspections_is_said():
    shown = tables.show_inspections(scored(), period="2025-07")
    assert shown.text == "本期没有质检记录。"
    assert (
        "Nothing was inspected"
        in tables.show_items(
            scored(item="x"), csqa.read_form(), period="2025-07", language="en"
        ).text
    )


def test_english_has_no_chinese_of_ours():
    made = scored(set_aside=1, team="A")
    faults = pd.DataFrame({"reason": ["one"]})
    shown = tables.show_inspections(made, faults, period=PERIOD, language="en")
    assert not CHINESE.search(shown.html)


def test_the_sample_by_team(teams):
    shown = tables.show_inspections(teams, period=PERIOD)
    names = [row[0] for row in texts(shown)[1:]]
    expected = teams.loc[teams["period"] == PERIOD, "team"].nunique()
    assert len(names) == len(set(names)) == expected > 1


def test_items_in_the_order_of_the_form(sample):
    form = csqa.read_form()
    items = csqa.score_items(sample)
    for language, expected in (
        ("zh", ["用语规范", "答案准确", "流程合规"]),
        ("en", ["Wording", "Accuracy", "Process"]),
    ):
        shown = tables.show_items(items, form, period=PERIOD, language=language)
        assert [row[0] for row in texts(shown)[1:]] == expected
        assert bool(CHINESE.search(shown.html)) == (language == "zh")
