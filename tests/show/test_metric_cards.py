"""Metric cards and sparklines: right units, states in words, nothing hostile, nothing invented."""

import base64
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

import csqa
from csqa import results, tables
from csqa.report.page import sanitise
from csqa.show.metric_cards import format_change
from csqa.show.palette import BETTER_BLUE, PLAIN, VARIATIONS, WORSE_ORANGE
from csqa.show.sparkline import HEIGHT, WIDTH, Spark, draw_spark, spark_svg

PERIOD = "2025-06"
PERIODS = [f"2024-{month:02d}" for month in range(7, 13)]
PERIODS += [f"2025-{month:02d}" for month in range(1, 7)]
NAN = float("nan")


@pytest.fixture(scope="module")
def rules():
    return csqa.read_standard()


@pytest.fixture(scope="module")
def month(sample, rules):
    whole = csqa.measure(sample, rules, until=PERIOD)
    return csqa.compare_vertical(whole, rules), csqa.score(whole, rules)


def over_table(values: list[float], periods: list[str] = PERIODS, **columns: Any) -> pd.DataFrame:
    rows = pd.DataFrame({"period": periods[-len(values) :], "value": values})
    constant: dict[str, Any] = {
        "unit": "all",
        "metric": "csat",
        "kind": "share",
        "n": 200,
        "target": 0.9,
        "complete": True,
        "variation": "common",
    }
    return rows.assign(**{**constant, **columns}).reindex(columns=list(results.VERTICAL_COLUMNS))


def scores_table(**columns: Any) -> pd.DataFrame:
    constant: dict[str, Any] = {
        "period": PERIOD,
        "metric": "csat",
        "dimension": "experience",
        "kind": "share",
        "value": 0.85,
        "lower": 0.8,
        "upper": 0.89,
        "n": 200,
        "direction": "at_least",
        "target": 0.9,
        "target_upper": NAN,
        "met": False,
        "score": 85.0,
        "status": "ok",
    }
    return pd.DataFrame([constant | columns])


def cards_of(shown: Any) -> list[Any]:
    return BeautifulSoup(shown.html, "html.parser").select("li.metric-card")


def show(over: pd.DataFrame, scores: pd.DataFrame, **options: Any) -> Any:
    standard = options.pop("standard", None) or csqa.read_standard()
    return tables.show_metric_cards(over, scores, standard, period=PERIOD, **options)


def svg_of(html: str) -> str:
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]*)"', html)
    assert found
    return base64.b64decode(found.group(1)).decode()


class TestCards:
    def test_a_card_says_value_interval_target_change_and_state(self):
        shown = show(over_table([0.9, 0.88, 0.85]), scores_table())
        assert shown.text.splitlines()[0].split("  ") == [
            "客户满意度",
            "85.0%",
            "95% 区间 80.0%–89.0%",
            "n=200",
            "目标 ≥ 90%",
            "较上月：−3 个百分点",
            "✗ 未达标",
            "● 常规波动",
        ]
        card = cards_of(shown)[0]
        assert [one["class"] for one in card.select("span.badge")] == [
            ["badge", "missed"],
            ["badge", "neutral"],
        ]
        alt = card.select_one("figure.spark img")["alt"]
        assert alt == (
            "客户满意度近 3 期：最低 85.0%（2025-06），最高 90.0%（2025-04），最近 85.0%。"
        )

    def test_every_metric_of_the_sample_has_a_card_in_the_order_of_the_standard(self, month, rules):
        over, scores = month
        names = [card.select_one("p.name").get_text() for card in cards_of(show(over, scores))]
        now = scores[scores["period"] == PERIOD]
        fed = now.loc[~now["status"].isin(["no_data", "no_source"]), "metric"]
        assert names == [rules.metric(key).name() for key in fed]
        assert len(names) >= 11

    def test_english_cards_hold_no_chinese(self, month):
        assert re.findall(r"[\u4e00-\u9fff]+", show(*month, language="en").html) == []

    @pytest.mark.parametrize(
        ("before", "now", "kind", "said"),
        [
            (0.80, 0.85, "share", "+5 个百分点"),
            (0.05, 0.045, "share", "−0.5 个百分点"),
            (40.0, 30.0, "seconds", "−10 秒（−25.0%）"),
            (600.0, 900.0, "seconds", "+5 分钟（+50.0%）"),
            (0.30, 0.25, "nps", "−5 分"),
            (1.0, 2.5, "per_hundred", "+1.5 次/百条"),
            (4.0, 4.2, "number", "+0.2（+5.0%）"),
            (0.0, 3.0, "number", "+3"),
            (0.5, 0.5, "share", "持平"),
            (0.5, 0.5002, "share", "持平（<0.1 个百分点）"),
            (11.46, 11.464, "seconds", "持平"),
        ],
    )
    def test_a_change_has_the_unit_of_its_kind(self, before, now, kind, said):
        assert format_change(before, now, kind) == said

    @pytest.mark.parametrize(
        ("over", "said"),
        [
            (over_table([0.85]), "没有上月"),
            (over_table([NAN, 0.85]), "没有上月"),
            (over_table([0.8, 0.85], complete=[False, True]), "月份不完整，不比较"),
            (over_table([0.8, 0.85], n=[9, 200]), "样本不足，不比较"),
        ],
    )
    def test_what_cannot_be_compared_says_why(self, over, said):
        assert f"较上月：{said}" in show(over, scores_table()).text

    def test_other_periods_are_not_called_months(self):
        over = over_table([0.8, 0.85], ["2025-Q1", "2025-Q2"])
        scores = scores_table(period="2025-Q2")
        shown = tables.show_metric_cards(over, scores, csqa.read_standard(), period="2025-Q2")
        assert "较上期：+5 个百分点" in shown.text

    def test_special_causes_are_said_and_drawn(self):
        variation = ["common", "common", "concern"]
        shown = show(over_table([0.9, 0.9, 0.7], variation=variation), scores_table())
        assert "▼ 特殊原因·恶化" in shown.text
        assert WORSE_ORANGE in svg_of(shown.html)

    def test_watched_and_uncounted_metrics_are_not_judged(self):
        watched = scores_table(direction=None, target=NAN, met=None, score=NAN)
        assert "没有目标" in show(over_table([0.8, 0.85]), watched).text
        assert "– 只监控" in show(over_table([0.8, 0.85]), watched).text
        few = scores_table(n=6, met=None, score=NAN, status="too_few")
        shown = show(over_table([0.8, 0.85], n=[200, 6]), few)
        assert "○ 样本不足" in shown.text
        assert "85.0%" not in shown.text, "a share of six contacts is no figure"
        assert "<img" not in shown.html

    def test_a_range_shows_both_ends(self):
        ranged = scores_table(direction="between", target=0.8, target_upper=0.9)
        shown = show(over_table([0.8, 0.85], target=0.8, target_upper=0.9), ranged)
        assert "目标 80%–90%" in shown.text
        assert svg_of(shown.html).count("stroke-dasharray") == 2

    def test_metrics_without_data_are_named_and_have_no_card(self):
        both = pd.concat([scores_table(), scores_table(metric="nps", status="no_source")])
        shown = show(over_table([0.8, 0.85]), both)
        assert len(cards_of(shown)) == 1
        assert "没有数据、未计入得分：净推荐值 NPS。" in shown.text

    def test_a_metric_scored_but_not_compared_still_has_a_card(self):
        shown = show(over_table([0.8]).iloc[:0], scores_table())
        assert len(cards_of(shown)) == 1
        assert "没有上月" in shown.text

    def test_nothing_at_all_is_said(self):
        assert show(over_table([0.8]), scores_table().iloc[:0]).text == (
            "2025-06 没有可以显示的指标。"
        )

    def test_only_the_last_twelve_periods_are_drawn(self):
        older = [f"2023-{month:02d}" for month in range(1, 13)]
        older += [f"2024-{month:02d}" for month in range(1, 7)]
        over = over_table([0.1] * 18 + [0.9] * 12, older + PERIODS)
        assert "近 12 期：最低 90.0%" in cards_of(show(over, scores_table()))[0].img["alt"]

    def test_hostile_names_stay_text_and_pass_the_page(self):
        from dataclasses import replace

        shipped = csqa.read_standard()
        version = shipped.versions[-1]
        name = '"><svg onload=alert(1)><script>x()</script>'
        hostile = replace(version.metric("csat"), names=(("zh", name), ("en", name)))
        rules = replace(shipped, versions=(replace(version, metrics=(hostile,)),))
        shown = show(over_table([0.8, 0.85]), scores_table(), standard=rules)
        for html in (shown.html, sanitise(shown.html)):
            soup = BeautifulSoup(html, "html.parser")
            assert soup.find(["script", "svg"]) is None
            assert name in soup.select_one("p.name").get_text()

    def test_the_page_lets_cards_through_whole(self, month):
        shown = show(*month).html
        before, after = (BeautifulSoup(html, "html.parser") for html in (shown, sanitise(shown)))
        assert after.get_text() == before.get_text()
        assert [img["src"] for img in after("img")] == [img["src"] for img in before("img")]
        assert len(after.select("li.metric-card figure.spark img[alt]")) == len(before("img"))

    def test_the_page_still_drops_inline_and_foreign_svg(self):
        inline = '<figure class="spark"><svg onload="x()"><script>x()</script></svg></figure>'
        assert sanitise(inline) == '<figure class="spark"></figure>'
        foreign = '<img src="https://example.org/a.svg"><img src="data:text/html;base64,AAAA">'
        assert sanitise(foreign) == "<img><img>"


class TestSparklines:
    def test_gaps_break_the_line_and_lone_months_are_dots(self):
        svg = spark_svg(Spark([1.0, 2.0, NAN, 3.0, NAN, 2.0], [], [False] * 6, PLAIN))
        assert svg.count("<polyline") == 3
        assert svg.count("<circle") == 2, "the lone month, and the last one"

    def test_targets_are_steps_and_stop_where_there_is_none(self):
        svg = spark_svg(Spark([1.0, 2.0, 3.0], [[2.0, NAN, 1.5]], [False] * 3, PLAIN))
        assert svg.count("stroke-dasharray") == 2

    @pytest.mark.parametrize(
        ("variation", "color"), [("concern", WORSE_ORANGE), ("improvement", BETTER_BLUE)]
    )
    def test_the_last_mark_has_shape_and_colour(self, variation, color):
        svg = spark_svg(Spark([1.0, 2.0], [], [False] * 2, VARIATIONS[variation]))
        assert f'fill="{color}"' in re.findall("<polygon[^>]*>", svg)[0]

    def test_partial_months_are_hollow(self):
        svg = spark_svg(Spark([1.0, 2.0, 3.0], [], [True, False, False], PLAIN))
        assert svg.count('fill="white"') == 1

    def test_nothing_is_drawn_of_nothing(self):
        assert draw_spark(Spark([NAN, NAN], [[0.9, 0.9]], [True, True], PLAIN), "") == ""

    @given(
        st.lists(st.floats(-1e6, 1e6) | st.just(NAN), min_size=1, max_size=24),
        st.floats(-1e6, 1e6),
    )
    def test_everything_stays_inside_and_is_well_formed(self, values, target):
        spark = Spark(values, [[target] * len(values)], [False] * len(values), PLAIN)
        html = draw_spark(spark, 'a"b<c')
        if np.isnan(values).all():
            assert html == ""
            return
        assert BeautifulSoup(html, "html.parser").img["alt"] == 'a"b<c'
        svg = svg_of(html)
        drawn = BeautifulSoup(svg, "html.parser")
        points = [pair.split(",") for one in drawn("polyline") for pair in one["points"].split()]
        points += [(one["cx"], one["cy"]) for one in drawn("circle")]
        assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in points)
        assert "nan" not in svg
