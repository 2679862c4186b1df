"""服务质量监控指标表 on the page: the guide's columns in order, and never by colour alone."""

import math

import pandas as pd
import pytest
from bs4 import BeautifulSoup

import csqa
from csqa import tables
from csqa.report.page import sanitise
from csqa.show.html import table

PERIOD = "2025-06"
GUIDE = "监控维度 权重 监控指标 指标定义 数据来源 目标值 实际值 得分 扣分原因"


@pytest.fixture(scope="module")
def rules():
    return csqa.read_standard()


@pytest.fixture(scope="module")
def month(sample, rules):
    """The sample's scorecard and composite."""
    scores = csqa.score(csqa.measure(sample, rules, until=PERIOD), rules)
    return csqa.scorecard(scores, rules, period=PERIOD), csqa.composite(scores, rules)


def soup_of(shown):
    return BeautifulSoup(shown.html, "html.parser")


def test_the_guides_columns_stand_in_its_order(month, rules):
    card_table, _ = month
    shown = tables.show_scorecard(card_table, rules, period=PERIOD)
    assert [head.get_text() for head in soup_of(shown).select("thead th")] == GUIDE.split()
    assert soup_of(shown).caption.get_text() == "服务质量监控指标表 · 2025-06"
    assert "评分依据：2023-01-01 起执行的标准。" in shown.text


def test_a_dimension_and_its_weight_are_said_once_for_all_its_metrics(month, rules):
    card_table, _ = month
    soup = soup_of(tables.show_scorecard(card_table, rules, period=PERIOD))
    merged = [(cell.get_text(), int(cell["rowspan"])) for cell in soup.select("td[rowspan]")]
    counts = card_table.groupby("dimension_name", sort=False).size()
    assert merged[::2] == list(counts.items())
    assert [weight for weight, _ in merged[1::2]] == ["30%", "50%", "20%"]
    assert len(soup.select("tbody tr")) == len(card_table)


def test_scores_have_a_sign_and_a_class(month, rules):
    card_table, _ = month
    soup = soup_of(tables.show_scorecard(card_table, rules, period=PERIOD))
    badges = {badge.get_text(): badge["class"][1] for badge in soup.select("span.badge")}
    assert badges["✓\N{NO-BREAK SPACE}100.0"] == "met"
    assert badges["✗\N{NO-BREAK SPACE}89.7"] == "missed"
    assert badges["不计分"] == "neutral"


def test_the_composite_is_the_last_row(month, rules):
    card_table, card = month
    shown = tables.show_scorecard(card_table, rules, period=PERIOD, card=card)
    last = [cell.get_text() for cell in soup_of(shown).select("tbody tr")[-1]("td")]
    now = card.set_index("period").loc[PERIOD]
    assert last[0] == "综合得分"
    assert last[7] == csqa.words.format_points(now["composite"])
    assert last[8].startswith("95% 区间 ")


def test_bonus_and_unkilled_scores_are_further_columns_where_there_are_any(month, rules):
    card_table, _ = month
    earned = card_table.assign(
        bonus=[2.0, *[math.nan] * (len(card_table) - 1)], score_unkilled=90.0
    )
    soup = soup_of(tables.show_scorecard(earned, rules, period=PERIOD))
    heads = [head.get_text() for head in soup.select("thead th")]
    assert heads[9:] == ["加分", "未计致命项的得分"]
    assert [cell.get_text() for cell in soup.select("tbody tr")[0]("td")][9:] == ["2.0", "90.0"]
    assert [cell.get_text() for cell in soup.select("tbody tr")[1]("td")][7:] == ["–", "90.0"]


def test_missing_is_said_and_never_0(month, rules):
    card_table, _ = month
    none = {"value": math.nan, "score": math.nan, "met": None}
    unfed = card_table.head(1).assign(status="no_source", reason="缺数据源", **none)
    shown = tables.show_scorecard(unfed, rules, period=PERIOD)
    cells = [cell.get_text() for cell in soup_of(shown).select("tbody td")]
    assert cells[6:] == ["缺数据源", "不计分", "缺数据源"]


def test_english(sample, rules):
    scores = csqa.score(csqa.measure(sample, rules, until=PERIOD), rules, language="en")
    english = csqa.scorecard(scores, rules, period=PERIOD, language="en")
    card = csqa.composite(scores, rules)
    shown = tables.show_scorecard(english, rules, period=PERIOD, language="en", card=card)
    assert "Reason for the deduction" in shown.text
    assert not any("\u4e00" <= character <= "\u9fff" for character in shown.html)


def test_an_empty_table_is_said(month, rules):
    card_table, _ = month
    shown = tables.show_scorecard(card_table.iloc[:0], rules, period=PERIOD)
    assert shown.text == "2025-06 没有可以显示的指标。"


def test_hostile_text_stays_text(month, rules):
    card_table, _ = month
    hostile = card_table.head(2).assign(
        name="<script>x()</script>", definition='"><img src=x onerror=y()>'
    )
    shown = tables.show_scorecard(hostile, rules, period=PERIOD)
    for html in (shown.html, sanitise(shown.html)):
        soup = BeautifulSoup(html, "html.parser")
        assert soup.find(["script", "img"]) is None
        assert "<script>x()</script>" in soup.get_text()


def test_merged_cells_keep_each_row_whole_on_the_page():
    rows = [["A", "1", "x"], ["A", "1", "y"], ["A", "2", "z"], ["B", "2", "z"]]
    soup = BeautifulSoup(table(["a", "b", "c"], rows, merged=2).html, "html.parser")
    spans = [cell["rowspan"] for cell in soup.select("td[rowspan]")]
    assert spans == ["2", "2", "1", "1", "1", "1"]
    assert [len(row("td")) for row in soup.select("tbody tr")] == [3, 1, 3, 3]
    plain = table(["a", "b", "c"], rows).html
    assert "rowspan" not in plain


def test_both_standards_of_a_split_month_are_named(month, rules):
    from dataclasses import replace
    from datetime import date

    card_table, _ = month
    later = replace(rules.versions[-1], effective=date(2025, 6, 16))
    split = replace(rules, versions=(*rules.versions, later))
    shown = tables.show_scorecard(pd.DataFrame(card_table), split, period=PERIOD)
    assert "评分依据：2023-01-01、2025-06-16 起执行的标准。" in shown.text
