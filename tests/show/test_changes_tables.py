"""Tables of changes: percentage points for rates, 不显著 said, signs beside colours."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

import csqa
from csqa.compare_periods import compare_periods
from csqa.contributions import explain_change
from csqa.show.changes_tables import show_changes, show_contributions
from tests.tables import sums

JUNE = "2025-06"
RULES = csqa.read_standard()


def rows_of(shown) -> list[list[str]]:
    soup = BeautifulSoup(shown.html, "html.parser")
    return [
        [cell.get_text().replace("\xa0", " ") for cell in row.select("td")]
        for row in soup.select("tbody tr")
    ]


def whole() -> pd.DataFrame:
    """June against May and last June: satisfaction falls, times rise, faults are few."""
    return pd.concat(
        [
            sums("csat", [("2024-06", 400, 372), ("2025-05", 500, 450), (JUNE, 500, 415)]),
            sums(
                "handle_time",
                [("2024-06", 400, 8e4, 2e7), ("2025-05", 400, 8e4, 2e7), (JUNE, 400, 1e5, 3e7)],
            ),
            sums("wording", [("2024-06", 100, 1), ("2025-05", 100, 0), (JUNE, 100, 2)]),
            sums("praise_rate", [("2025-05", 900, 9), (JUNE, 900, 45)]),
        ]
    )


def test_both_comparisons_of_each_metric_in_the_standard_s_order():
    shown = show_changes(compare_periods(whole(), period=JUNE), RULES, period=JUNE)
    soup = BeautifulSoup(shown.html, "html.parser")
    assert [cell.get_text() for cell in soup.select("th")] == [
        "指标",
        "本期（n）",
        "环比（2025-05）",
        "环比判断",
        "同比（2024-06）",
        "同比判断",
    ]
    rows = rows_of(shown)
    assert [row[0] for row in rows] == ["平均处理时长", "服务用语规范性", "客户满意度", "表扬率"]
    assert rows[2] == [
        "客户满意度",
        "83.0%（500）",
        "−7.0 个百分点（−11.2 ~ −2.8），此前 90.0%",
        "▼ 变差",
        "−10.0 个百分点（−14.1 ~ −5.8），此前 93.0%",
        "▼ 变差",
    ]
    assert re.fullmatch(r"\+50\.0 秒（.* ~ .*），\+25\.0%，此前 3\.3 分钟", rows[0][2])
    assert rows[1][3] == "○ 样本不足"
    assert rows[3][3:] == ["↑ 上升", "–", "– 不比较（对比期无数据）"]


def test_rates_never_change_by_per_cent():
    for language in ("zh", "en"):
        changes = compare_periods(whole(), period=JUNE)
        shown = show_changes(changes, RULES, period=JUNE, language=language)
        for row in rows_of(shown):
            signed = [re.findall(r"[+−][\d.,]+ ?%", cell) for cell in (row[2], row[4])]
            times = row[0] in ("平均处理时长", "Mean handle time")
            assert any(signed) == times, row


def test_verdicts_have_a_class_and_a_sign():
    shown = show_changes(compare_periods(whole(), period=JUNE), RULES, period=JUNE)
    soup = BeautifulSoup(shown.html, "html.parser")
    found = {badge.get_text()[0]: badge["class"][-1] for badge in soup.select("span.badge")}
    assert found == {"▼": "worse", "○": "few", "↑": "neutral", "–": "few"}


def test_what_is_no_more_than_chance_is_said():
    table = sums("csat", [("2025-05", 500, 450), (JUNE, 500, 448)])
    changes = compare_periods(table, period=JUNE, since="previous")
    assert rows_of(show_changes(changes, RULES, period=JUNE))[0][3] == "● 不显著"
    assert "not significant" in show_changes(changes, RULES, period=JUNE, language="en").text
    beyond = changes.assign(change_upper=-0.001)
    assert rows_of(show_changes(beyond, RULES, period=JUNE))[0][3] == "● 校正后不显著"


def test_units_without_news_are_behind_one_line_and_names_are_escaped():
    hostile = "<script>alert(1)</script>"
    rows = [("2025-05", hostile, 500, 450), (JUNE, hostile, 500, 400)]
    rows += [("2025-05", "乙", 500, 450), (JUNE, "乙", 500, 450), (JUNE, "丙", 50, 45)]
    changes = compare_periods(sums("csat", rows, unit="team"), period=JUNE, since="previous")
    shown = show_changes(changes, RULES, period=JUNE)
    assert "<script" not in shown.html
    soup = BeautifulSoup(shown.html, "html.parser")
    assert soup.select_one("summary").get_text().startswith("其余 2 行")
    assert rows_of(shown)[0][0] == hostile
    assert len(rows_of(shown)) == 3
    quiet = show_changes(changes[changes["team"] == "乙"], RULES, period=JUNE)
    assert quiet.text.startswith("没有显著的变化。")
    assert show_changes(changes, RULES, period="2030-01").text == "无数据"


def test_caveats_stand_beside_the_verdict():
    table = sums("csat", [("2025-05", 500, 450), (JUNE, 500, 400)])
    table["complete"] = table["period"] != JUNE
    changes = compare_periods(table, period=JUNE, since="previous")
    row = rows_of(show_changes(changes, RULES, period=JUNE))[0]
    assert row[2:] == ["此前 90.0%", "– 不比较（时段不完整）"]


@pytest.fixture
def explained() -> pd.DataFrame:
    rows = [("2025-05", "甲", 100, 90), ("2025-05", "乙", 100, 70)]
    rows += [(JUNE, "甲", 50, 40), (JUNE, "乙", 150, 105)]
    return explain_change(sums("csat", rows, unit="team"), by="team", period=JUNE)


def test_contributions_with_their_parts(explained):
    shown = show_contributions(explained, RULES, metric="csat")
    assert shown.text.startswith("客户满意度 · 按班组 · 2025-05 → 2025-06 · 80.0% → 72.5%")
    assert "整体变化不显著" in shown.text
    assert rows_of(shown) == [
        ["甲", "80.0%（90.0%）", "25.0%（50.0%）", "−3.7", "−2.2", "▼ −5.9"],
        ["乙", "70.0%（70.0%）", "75.0%（50.0%）", "0.0", "−1.6", "▼ −1.6"],
        ["合计", "72.5%（80.0%）", "–", "−3.8", "−3.7", "▼ −7.5"],
    ]


def test_contributions_in_english_and_without_data(explained):
    shown = show_contributions(explained, RULES, metric="csat", language="en")
    assert "Contribution (percentage points)" in shown.text
    assert not re.search(r"[\u3000-\u9fff]", re.sub("[甲乙]", "", shown.text))
    assert show_contributions(explained, RULES, metric="nps").text == "无数据"
    alone = explain_change(
        sums("csat", [(JUNE, "甲", 100, 90)], unit="team"), by="team", period=JUNE
    )
    assert show_contributions(alone, RULES, metric="csat").text.endswith("对比期无数据")


def test_english_changes_hold_no_chinese():
    changes = compare_periods(whole(), period=JUNE)
    text = show_changes(changes, RULES, period=JUNE, language="en").text
    assert not re.search(r"[\u3000-\u9fff（）]", text)
