"""The few things a manager must know, in sentences that are true word by word."""

import pandas as pd
import pytest

import csqa
from csqa import sentences
from csqa.rules.standard_reader import read_standard
from tests.tables import months, sums

CALM = [92, 93, 91, 92, 94, 92, 93, 91, 92, 93, 92, 94]
STANDARD = read_standard()


def csat(percents, *, n=1000, team=None) -> pd.DataFrame:
    """Vertical comparison of CSAT (target 90 %), the last month June 2025."""
    rows = [
        (label, n, round(n * percent / 100))
        for label, percent in zip(months(len(percents)), percents, strict=True)
    ]
    table = sums("csat", rows)
    table = table.assign(over=table["n"] - table["total"])
    return csqa.compare_vertical(table if team is None else table.assign(team=team))


def june(over=None, across=None, **options) -> pd.DataFrame:
    return csqa.brief(period="2025-06", over=over or {}, across=across or {}, **options)


def plan(**row) -> pd.DataFrame:
    sound = {
        "action_id": "A1",
        "metric": "客户满意度",
        "unit": None,
        "owner": "王芳",
        "status": "in_progress",
        "due": pd.Timestamp("2025-07-15"),
        "verified": None,
    }
    return csqa.check_plan(pd.DataFrame([sound | row]), on="2025-06")


def agents(weak: int = 60, unit="agent_id") -> dict[str, pd.DataFrame]:
    rows = [("2025-06", f"K{number:02d}", 100, weak if number == 0 else 92) for number in range(20)]
    return {
        unit: csqa.compare_horizontal(sums("csat", rows, unit=unit), unit=unit, period="2025-06")
    }


def topics(now: dict[str, int], before: dict[str, int]) -> pd.DataFrame:
    rows = [
        (month, topic, 900, count)
        for month, counts in (("2025-05", before), ("2025-06", now))
        for topic, count in counts.items()
    ]
    return csqa.rank_topics(sums("complaint_rate", rows, unit="topic"), period="2025-06")


@pytest.mark.parametrize(
    "series",
    [
        [*CALM, 92],  # met
        [*CALM, 89.5],  # occasional, may be noise
    ],
)
def test_what_may_be_chance_is_not_news(series):
    assert june({"all": csat(series, n=200)}).empty


def test_persistent_with_weak_evidence_is_not_news():
    assert june({"all": csat([*CALM, 89, 89.5], n=200)}).empty


def test_persistent_with_strong_evidence():
    thing = june({"all": csat([*CALM, 80, 79])}).iloc[0]
    assert thing["kind"] == "run"
    assert thing["sentence"] == (
        "整体：客户满意度 79.0%（95% 区间 76.4%–81.4%，n=1,000）；"
        "目标 ≥ 90%，已连续 2 个月未达标，证据充分；本月 210 条（21%）评价不满意。"
        "尚无改进行动，请指定责任人。"
    )
    english = june({"all": csat([*CALM, 80, 79])}, language="en").iloc[0]
    assert english["sentence"] == (
        "Overall: CSAT 79.0% (95 % interval 76.4%–81.4%, n=1,000); "
        "target ≥ 90%; missed 2 months running, strong evidence; "
        "210 (21%) were not satisfied this month. No action planned: name an owner."
    )


def test_occasional_with_a_special_cause():
    thing = june({"all": csat([*CALM, 70])}).iloc[0]
    assert "目标 ≥ 90%，本月未达标，且超出常规波动（特殊原因）" in thing["sentence"]
    english = june({"all": csat([*CALM, 70])}, language="en").iloc[0]
    assert "missed this month, beyond common variation" in english["sentence"]


def test_special_cause_on_target():
    calm = [98, 98.5, 97.5, 98, 98.5, 97.5, 98, 98.5, 97.5, 98, 98.5, 98]
    thing = june({"all": csat([*calm, 92])}).iloc[0]
    assert thing["persistence"] == "met"
    assert "仍达标，但本月超出常规波动（特殊原因）" in thing["sentence"]


def test_persistent_with_weak_evidence_and_a_special_cause_is_not_called_proven():
    row = csat([*CALM, 80, 79]).iloc[-1].to_dict() | {
        "evidence": "weak",
        "kind": "run",
        "metric_kind": "share",
        "unit_kind": "all",
        "months": 1,
        "parts": [],
    }
    said = sentences.about_run(row, STANDARD)
    assert "已连续 2 个月未达标，本月超出常规波动（特殊原因）" in said
    assert "证据充分" not in said


def test_the_whole_hides_its_parts_where_it_misses():
    over = {"all": csat([*CALM, 80, 79]), "team": csat([*CALM, 60, 59], team="甲")}
    assert june(over)["unit"].tolist() == ["all"]
    over["all"] = csat([*CALM, 92])
    assert june(over)["unit"].tolist() == ["甲"]


def test_a_part_is_named_where_the_whole_is_still_on_target():
    calm = [98, 98.5, 97.5, 98, 98.5, 97.5, 98, 98.5, 97.5, 98, 98.5, 98]
    over = {"all": csat([*calm, 92]), "team": csat([*CALM, 60, 59], team="甲")}
    assert june(over)["unit"].tolist() == ["甲"]


def test_records_without_a_team_are_not_named():
    assert june({"team": csat([*CALM, 60, 59], team="unknown")}).empty


def test_agent_outside_the_limits():
    thing = june(across=agents()).iloc[0]
    assert (thing["kind"], thing["unit"], thing["title"]) == ("agent", "K00", "工号 K00 客户满意度")
    assert thing["sentence"] == (
        "工号 K00：客户满意度 60.0%（95% 区间 50.2%–69.1%，n=100）；"
        "同类工作的平均为 92.0%，差距超出 99.8% 控制限，多重比较校正后仍显著；建议一对一辅导。"
        "尚无改进行动，请指定责任人。"
    )
    english = june(across=agents(), language="en").iloc[0]
    assert english["sentence"] == (
        "agent K00: CSAT 60.0% (95 % interval 50.2%–69.1%, n=100); "
        "peers with the same mix of work: 92.0%; outside 99.8 % limits, also after correction "
        "for the number of comparisons; one-to-one coaching suggested. "
        "No action planned: name an owner."
    )


def test_equal_agents_are_no_news_and_a_team_gets_no_coaching():
    assert june(across=agents(92)).empty
    assert "辅导" not in june(across=agents(unit="team")).iloc[0]["sentence"]


def test_rising_topic():
    counted = topics({"安装": 45, "发票": 55}, {"安装": 12, "发票": 88})
    thing = june(topics=counted).iloc[0]
    assert (thing["kind"], thing["unit"], thing["n"]) == ("topic", "安装", 45)
    assert thing["sentence"] == (
        "“安装”投诉 45 件，占本月投诉的 45.0%（前 1 个月为 12.0%，上升 33 个百分点，"
        "95% 区间 20.8–44.0 个百分点）。尚无改进行动，请指定责任人。"
    )


def test_stable_topics_are_no_news():
    assert june(topics=topics({"安装": 50, "发票": 50}, {"安装": 48, "发票": 52})).empty


def test_the_part_where_it_happens_is_named_with_its_window():
    details = pd.concat(
        [
            sums(
                "csat", [(month, "peak", 300, 180) for month in ("2025-05", "2025-06")], unit="peak"
            ),
            sums(
                "csat",
                [(month, "off_peak", 700, 630) for month in ("2025-05", "2025-06")],
                unit="peak",
            ),
        ]
    )
    thing = june({"all": csat([*CALM, 81, 81])}, details=[details]).iloc[0]
    assert "近 2 个月主要在高峰时段 60.0%，其余 90.0%" in thing["sentence"]
    english = june({"all": csat([*CALM, 81, 81])}, details=[details], language="en").iloc[0]
    assert "mostly in peak hours 60.0% over 2 months, elsewhere 90.0%" in english["sentence"]


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        ({}, "责任人：王芳（A1）。", "Owner: 王芳 (A1)."),
        (
            {"due": pd.Timestamp("2025-06-20")},
            "责任人：王芳（A1，已逾期 10 天）。",
            "Owner: 王芳 (A1, 10 days overdue).",
        ),
        ({"owner": None}, "责任人：未指定（A1）。", "Owner: not named (A1)."),
        ({"unit": "全部"}, "责任人：王芳（A1）。", "Owner: 王芳 (A1)."),
        ({"unit": "乙"}, "尚无改进行动，请指定责任人。", "No action planned: name an owner."),
        ({"metric": "投诉率"}, "尚无改进行动，请指定责任人。", "No action planned: name an owner."),
        (
            {"status": "done", "verified": None},
            "措施 A1（王芳）已完成但未验证，指标仍未达标：请验证效果或更换措施。",
            "Action A1 (王芳) is done but not verified, and the target is still missed: "
            "verify or replace it.",
        ),
        (
            {"status": "done", "verified": "88%"},
            "尚无改进行动，请指定责任人。",
            "No action planned: name an owner.",
        ),
    ],
)
def test_who_is_at_it(row, zh, en):
    over = {"all": csat([*CALM, 80, 79])}
    assert june(over, plan=plan(**row)).iloc[0]["sentence"].endswith(zh)
    assert june(over, plan=plan(**row), language="en").iloc[0]["sentence"].endswith(en)


def test_owner_of_the_unit_goes_before_the_owner_of_all():
    rows = pd.concat([plan(), plan(action_id="A2", unit="甲", owner="李雷")])
    thing = june({"team": csat([*CALM, 60, 59], team="甲")}, plan=rows).iloc[0]
    assert (thing["owner"], thing["action_id"]) == ("李雷", "A2")


def test_what_lasts_comes_before_topics_agents_and_what_happened_once():
    over = {"all": csat([*CALM, 92]), "team": csat([*CALM, 60, 59], team="甲")}
    once = csat([*CALM, 70], team="乙")
    over["team"] = pd.concat([over["team"], once])
    counted = topics({"安装": 45, "发票": 55}, {"安装": 12, "发票": 88})
    rows = june(over, agents(), topics=counted)
    assert rows["kind"].tolist() == ["run", "topic", "agent", "run"]
    assert rows["rank"].tolist() == [1, 2, 3, 4]
    assert rows["unit"].tolist() == ["甲", "安装", "K00", "乙"]


def test_another_month_says_nothing_of_this_one():
    assert csqa.brief(period="2025-03", over={"all": csat([*CALM, 80, 79])}, across={}).empty


def test_inputs_are_left_unchanged():
    over, across, done = csat([*CALM, 80, 79]), agents(), plan()
    kept = [table.copy(deep=True) for table in (over, across["agent_id"], done)]
    june({"all": over}, across, plan=done)
    for table, before in zip((over, across["agent_id"], done), kept, strict=True):
        pd.testing.assert_frame_equal(table, before)


def headline(significant, status="complete", change=1.25, **row) -> dict[str, str]:
    row = pd.Series(
        {
            "complete": True,
            "no_change_because": "" if significant is not None else "no_earlier_period",
            "composite": 82.9667,
            "lower": 81.2,
            "upper": 84.9,
            "change": change,
            "significant": significant,
            "status": status,
            "metrics": 10,
            "met": 6,
        }
        | row
    )
    return {language: sentences.headline(row, "2025-06", language) for language in ("zh", "en")}


def test_headline():
    assert headline(False) == {
        "zh": "2025-06 综合得分 83.0（95% 区间 81.2–84.9），较上月 +1.3 分（不显著）；"
        "10 项指标中 6 项达标。",
        "en": "2025-06: composite 83.0 (95 % interval 81.2–84.9), "
        "+1.3 on last month (not significant); 6 of 10 targets met.",
    }


def test_headline_of_a_partial_month_and_of_one_with_too_few_records():
    partial = headline(None, change=float("nan"), complete=False)
    assert partial["zh"].startswith("2025-06（月份不完整）综合得分 83.0")
    assert partial["en"].startswith("2025-06 (partial month): composite 83.0")
    few = headline(None, composite=float("nan"))
    assert few["zh"] == "2025-06 样本不足，不计综合得分。"
    assert few["en"] == "2025-06: too few records for a composite."


def test_headline_without_a_month_before_and_incomplete():
    said = headline(None, "incomplete", float("nan"))
    assert "较上月" not in said["zh"]
    assert said["zh"].endswith("；数据不足以覆盖全部维度，得分不完整。")
    assert said["en"].endswith("; incomplete: some dimensions have no data.")
