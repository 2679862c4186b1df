"""What readers see: the first screen within its limits, in both languages, and never a zero."""

import re

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

import csqa
from csqa import tables

PERIOD = "2025-06"


@pytest.fixture(scope="module")
def rules():
    return csqa.read_standard()


@pytest.fixture(scope="module")
def month(sample, rules):
    """The sample's scores, composite and vertical comparison of the whole."""
    whole = csqa.measure(sample, rules, until=PERIOD)
    scores = csqa.score(whole, rules)
    return scores, csqa.composite(scores, rules), csqa.compare_vertical(whole, rules)


@pytest.fixture(scope="module")
def plan(sample, rules):
    return csqa.check_plan(sample.actions, rules, on=PERIOD)


def rows_of(shown):
    return BeautifulSoup(shown.html, "html.parser").select("tbody tr")


class TestFirstScreen:
    def test_prose_is_short_enough_for_two_minutes(self, sample_report):
        page = (sample_report / "report.html").read_text("utf-8")
        soup = BeautifulSoup(page, "html.parser")
        prose = [soup.select_one("p.verdict"), *soup.select_one("ol.things").select("li")]
        text = "".join(piece.get_text() for piece in prose)
        assert 1 <= len(soup.select_one("ol.things").select("li")) <= 3
        assert len(re.findall(r"[\u4e00-\u9fff]", text)) <= 250

    def test_table_has_at_most_nine_rows_worst_first(self, month, plan, rules):
        scores, _, over = month
        shown = tables.show_metrics(scores, over, plan, rules, period=PERIOD)
        rows = rows_of(shown)
        assert len(rows) == 9
        points = [row.find_all("td")[3].get_text()[2:] for row in rows]
        assert [float(point) for point in points] == sorted(map(float, points))

    @pytest.mark.parametrize(("language", "word"), [("zh", "综合得分"), ("en", "composite")])
    def test_verdict_speaks_the_language(self, month, language, word):
        _, card, _ = month
        shown = tables.show_verdict(card, period=PERIOD, contacts=1279, language=language)
        assert word in shown.text
        assert "1,279" in shown.text
        assert bool(re.search(r"[\u4e00-\u9fff]", shown.html)) == (language == "zh")

    def test_nothing_to_escalate_is_said(self):
        assert "无需要升级" in tables.show_things(pd.DataFrame(columns=["sentence"])).text

    def test_more_than_three_things_are_folded_and_named(self):
        things = pd.DataFrame({"sentence": list("一二三四五"), "title": list("ABCDE")})
        shown = tables.show_things(things)
        soup = BeautifulSoup(shown.html, "html.parser")
        assert len(soup.select("ol.things li")) == 3
        assert "D、E" in soup.select_one("details summary").get_text()

    def test_a_metric_without_data_is_named_and_has_no_row(self, rules):
        contacts = pd.DataFrame(
            {
                "contact_id": [str(number) for number in range(40)],
                "channel": "online",
                "created_at": pd.date_range("2025-06-01", periods=40, freq="17h"),
                "csat": 5,
            }
        )
        whole = csqa.measure(contacts, rules)
        scores = csqa.score(whole, rules)
        over = csqa.compare_vertical(whole, rules)
        shown = tables.show_metrics(scores, over, pd.DataFrame(), rules, period=PERIOD)
        assert len(rows_of(shown)) == 1
        assert "没有数据、未计入得分：" in shown.text
        assert "平均处理时长" in shown.text


class TestSections:
    def test_units_are_in_order_of_name_not_of_score(self, sample, rules):
        teams = csqa.measure(sample, rules, by="team", until=PERIOD)
        card = csqa.composite(csqa.score(teams, rules), rules)
        shown = tables.show_units(card, period=PERIOD, unit_kind="team")
        names = [row.find("td").get_text() for row in rows_of(shown)]
        assert names == sorted(names)
        assert len(names) == 4

    def test_actions_overdue_first_with_what_is_wrong(self, plan, rules):
        shown = tables.show_actions(plan, rules)
        first = rows_of(shown)[0].get_text(" ")
        assert "逾期" in first
        assert "缺责任人" in shown.text

    def test_no_plan_is_said(self, rules):
        one = {"contact_id": ["1"], "channel": ["phone"], "created_at": ["2025-06-01 10:00"]}
        empty = csqa.load(pd.DataFrame(one))
        plan = csqa.check_plan(empty.actions, rules, on=PERIOD)
        assert "没有提供改进行动计划表" in tables.show_actions(plan, rules, given=False).text

    def test_topics_without_complaints(self):
        empty = pd.DataFrame({"topic": [], "count": np.array([], dtype=int)})
        assert "没有投诉" in tables.show_topics(empty).text

    def test_definitions_show_every_line_of_a_target(self, rules):
        shown = tables.show_definitions(rules)
        assert "售后 ≤ 45 秒" in shown.text
        assert "高峰时段 ≤ 45 秒，高峰时段放宽" in shown.text

    def test_manifest_names_every_source_without_a_folder(self, sample, rules):
        origin = csqa.describe_origin(
            sample, rules, csqa.read_calendar(), period=PERIOD, minimum_n=30
        )
        shown = tables.show_manifest(origin)
        assert "服务记录_2025.csv" in shown.text
        assert str(csqa.bundled("sample")) not in shown.text

    def test_manifest_is_named_for_readers_and_short(self):
        origin = {
            "period": "2025-06",
            "minimum_n": 30,
            "time_zone": "Asia/Shanghai",
            "standard": {"file": "standard.yml", "sha256": "0123456789abcdef"},
            "calendar": {"sha256": "fedcba9876543210"},
            "sources": [
                {"file": "a.csv", "table": "contacts", "encoding": "utf-8", "rows": 1234}
                | {"sha256": "00112233445566"},
                {"file": "README.md", "table": "", "encoding": "", "rows": None, "sha256": ""},
                {"file": "notes.csv", "table": "", "encoding": "utf-8", "rows": None}
                | {"sha256": "99"},
            ],
        }
        assert tables.show_manifest(origin).text.splitlines() == [
            "项目  内容",
            "统计月份  2025-06",
            "最少记录数  30",
            "时区  Asia/Shanghai",
            "标准  standard.yml，SHA-256 0123456789ab",
            "日历  SHA-256 fedcba987654",
            "文件  表  编码  行数  SHA-256",
            "a.csv  服务记录  utf-8  1,234  001122334455",
            "另有 2 个文件不是所需的数据，没有使用。",
        ]
        english = tables.show_manifest(origin, language="en").text
        assert re.findall(r"[\u3000-\u9fff\uff00-\uffef]", english) == []
        assert english.endswith(
            "2 other files hold nothing that this report needs and went unused."
        )

    def test_manifest_without_further_files_counts_none(self):
        origin = {"period": "2025-06", "sources": []}
        assert "另有" not in tables.show_manifest(origin).text
        one = {"file": "README.md", "table": "", "encoding": "", "rows": None, "sha256": ""}
        told = tables.show_manifest(origin | {"sources": [one]}, language="en").text
        assert told.endswith("1 other file holds nothing that this report needs and went unused.")

    def test_english_sections_hold_no_chinese_of_ours(self, month, rules):
        _, _, over = month
        words = tables.show_vertical(over, rules, period=PERIOD, language="en").text
        words += tables.show_definitions(rules, language="en").text
        assert re.findall(r"[\u4e00-\u9fff]+", words) == []
