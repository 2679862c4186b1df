"""Points, and the reason for every deduction; the guide's example from contacts to composite."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.errors import DataError, RuleError
from csqa.rules.standard_reader import read_standard
from tests.tables import contacts, inspections, sums, write

GUIDE = Path(__file__).parents[1] / "docs" / "examples" / "guide_example.yml"


def guide_data() -> csqa.Dataset:
    """100 online contacts with the values of the guide's filled table (G3), all inspected."""
    created = pd.Timestamp("2025-06-02 09:00:00")
    rows = [
        {
            "customer_id": f"U{number}",
            "first_response_at": str(created + pd.Timedelta(35, "s")),
            "handle_seconds": 720,
            "resolved": number < 78,
            "csat": 5 if number < 88 else 2,
            "nps": 10 if number < 50 else 7 if number < 75 else 3,
        }
        for number in range(100)
    ]
    later = {"created_at": "2025-07-20 09:00:00", "customer_id": "last"}
    table = contacts(*rows, later)
    faults = {"wording": 3, "accuracy": 0, "process": 2}
    items = [
        (f"C{number}", item, "fail" if number <= wrong else "pass")
        for item, wrong in faults.items()
        for number in range(1, 101)
    ]
    return csqa.load({"contacts": table, "inspections": inspections(*items)})


def test_the_guides_eight_scores_and_their_composite():
    standard = read_standard(GUIDE)
    scores = csqa.score(csqa.measure(guide_data(), standard), standard)
    june = scores[scores["period"] == "2025-06"].set_index("metric")
    values = [35, 720, 0.78, 3, 0, 2, 0.88, 0.25]
    points = [80, 75, 70, 85, 100, 80, 88, 75]
    assert june["value"].tolist() == pytest.approx(values)
    assert june["score"].tolist() == pytest.approx(points)
    assert june["met"].tolist() == [False] * 4 + [True] + [False] * 3
    row = csqa.composite(scores, standard).set_index("period").loc["2025-06"]
    assert round(row["composite"], 2) == 82.97
    assert [row["efficiency"], row["quality"], row["experience"]] == pytest.approx(
        [75, 265 / 3, 81.5]
    )
    assert (row["coverage"], row["status"], row["metrics"], row["met"]) == (1, "complete", 8, 1)


STEP_OF_5 = "{points: 20, per: 5, mode: step}"
CORE = {"handle_time": 2, "first_contact_resolution": 2, "process": 3}
"""Weights inside the dimensions by which the guide's eight scores give the 81 that it prints."""


@pytest.mark.parametrize(
    ("deduct", "weights", "response", "composite"),
    [
        (STEP_OF_5, {}, 80, 82.97),
        ("{points: 20, per: 5}", {}, 80, 82.97),
        ("{points: 20, per: 10, mode: step}", {}, 80, 82.97),
        ("{points: 10, per: 10}", {}, 95, 84.47),
        (STEP_OF_5, CORE, 80, 81.00),
    ],
)
def test_both_variants_of_the_guides_example_are_settings(
    tmp_path, deduct, weights, response, composite
):
    text = GUIDE.read_text(encoding="utf-8")
    assert STEP_OF_5 in text
    text = text.replace(STEP_OF_5, deduct)
    for key, weight in weights.items():
        text = text.replace(f"      {key}:\n", f"      {key}:\n        weight: {weight}\n")
    standard = read_standard(write(tmp_path, text))
    scores = csqa.score(csqa.measure(guide_data(), standard, until="2025-06"), standard)
    assert scores["score"].tolist() == pytest.approx([response, 75, 70, 85, 100, 80, 88, 75])
    assert round(csqa.composite(scores, standard)["composite"].item(), 2) == composite


def test_shipped_standard_scores_the_same_values_by_the_rule_in_the_text():
    scores = csqa.score(csqa.measure(guide_data(), until="2025-06"))
    points = scores.set_index("metric")["score"].dropna()
    assert points.drop("first_response_online").tolist() == pytest.approx(
        [75, 70, 85, 100, 80, 88, 75]
    )
    assert points["first_response_online"] == pytest.approx(95)


@pytest.mark.parametrize(
    ("metric", "row", "over", "zh", "en"),
    [
        (
            "first_response_online",
            (100, 3500.0, 130_000.0),
            42,
            "超时 5 秒，扣 5 分；42% 的服务响应超过 30 秒",
            "5 s over target, 5 points off; 42% took longer than 30 s",
        ),
        (
            "first_contact_resolution",
            (100, 78, 78),
            22,
            "低于目标 7 个百分点，扣 30 分；22% 未一次解决",
            "7 percentage points below target, 30 points off; "
            "22% were not resolved at first contact",
        ),
        (
            "csat",
            (100, 88, 88),
            12,
            "低于目标 2 个百分点，扣 12 分（按实际比例计分）；12% 的评价不满意",
            "2 percentage points below target, 12 points off; 12% of ratings were not satisfied",
        ),
        (
            "nps",
            (100, 25, 75),
            25,
            "低于目标 5 分，扣 25 分；25% 为贬损者",
            "5 points below target, 25 points off; 25% were detractors",
        ),
        (
            "wording",
            (100, 3, 3),
            3,
            "高于目标 1 次/百条，扣 15 分；3% 的抽检记录有用语问题",
            "1 per 100 over target, 15 points off; 3% of records had a fault",
        ),
        (
            "complaint_rate",
            (100, 6, 6),
            6,
            "高于目标 1 个百分点，扣 10 分；6% 的服务被投诉",
            "1 percentage points over target, 10 points off; 6% led to a complaint",
        ),
    ],
)
def test_reason_of_a_deduction(metric, row, over, zh, en):
    measures = sums(metric, [("2025-06", *row)], over=over)
    reasons = [
        csqa.score(measures, language=language).set_index("metric").loc[metric, "reason"]
        for language in ("zh", "en")
    ]
    assert reasons == [zh, en]


def test_reason_names_no_single_limit_where_lines_differ():
    measures = pd.concat(
        [
            sums("first_response_online", [("2025-06", 50, 2500.0, 2e5)], over=30.0),
            sums(
                "first_response_online",
                [("2025-06", 50, 2500.0, 2e5)],
                over=20.0,
                line="2023-01-01/scene=aftersale",
            ),
        ]
    )
    row = csqa.score(measures).iloc[0]
    assert row["target"] == 37.5
    assert row["reason"] == "超时 12.5 秒，扣 12.5 分；50% 的服务响应超过各自的时限"


@pytest.mark.parametrize(
    ("n", "status", "scored", "reason"),
    [
        (9, "too_few", False, "仅 9 条，不评分"),
        (10, "small", True, "达标"),
        (29, "small", True, "达标"),
        (30, "ok", True, "达标"),
    ],
)
def test_small_samples(n, status, scored, reason):
    row = csqa.score(sums("csat", [("2025-06", n, n)])).set_index("metric").loc["csat"]
    assert (row["status"], pd.notna(row["score"]), row["reason"]) == (status, scored, reason)
    assert (row["met"] is not None) == scored


def test_missing_is_said_and_never_zero():
    measures = pd.concat(
        [
            sums("csat", [("2025-05", 50, 46), ("2025-06", 50, 46)]),
            sums("nps", [("2025-05", 50, 20)]),
        ]
    )
    june = csqa.score(measures).query("period == '2025-06'").set_index("metric")
    assert june.loc["nps", ["status", "reason", "n"]].tolist() == ["no_data", "无数据", 0]
    assert june.loc["wording", ["status", "reason", "n"]].tolist() == ["no_source", "缺数据源", 0]
    absent = june.drop("csat")
    assert absent[["value", "lower", "upper", "score", "deduction", "total"]].isna().all(axis=None)
    assert absent["met"].isna().all()
    assert june["complete"].all()
    assert len(june) == 11


def test_every_unit_has_a_row_for_every_metric():
    measures = sums("csat", [("2025-06", "甲", 50, 46), ("2025-06", "乙", 5, 5)], unit="team")
    scores = csqa.score(measures)
    assert scores.groupby("team", sort=False).size().to_dict() == {"乙": 11, "甲": 11}


@pytest.mark.parametrize(("total", "met"), [(45, True), (44, False)])
def test_met_is_inclusive_on_unrounded_values(total, met):
    row = csqa.score(sums("csat", [("2025-06", 50, total)])).set_index("metric").loc["csat"]
    assert row["met"] is met
    close = csqa.score(sums("csat", [("2025-06", 100_000, 89_996)])).set_index("metric").loc["csat"]
    assert close["met"] is False  # 89.996 % is shown as 90.0 %


def test_watched_metric_is_not_scored():
    row = csqa.score(sums("praise_rate", [("2025-06", 50, 5)], line="2023-01-01/none", over=np.nan))
    row = row.set_index("metric").loc["praise_rate"]
    assert (row["met"], row["reason"]) == (None, "只监控，不计分")
    assert row["value"] == 0.1
    assert np.isnan([row["score"], row["target"]]).all()


def test_month_is_scored_by_the_standard_of_its_time(tmp_path):
    text = (
        GUIDE.read_text(encoding="utf-8")
        + "  - {effective: 2025-06-01, metrics: {csat: {target: {at_least: 0.95}}}}\n"
    )
    standard = read_standard(write(tmp_path, text))
    measures = pd.concat(
        [
            sums("csat", [("2025-05", 100, 92)]),
            sums("csat", [("2025-06", 100, 92)], line="2025-06-01/base"),
        ]
    )
    scores = csqa.score(measures, standard).query("metric == 'csat'")
    assert scores["target"].tolist() == [0.90, 0.95]
    assert scores["met"].tolist() == [True, False]
    assert scores["score"].tolist() == pytest.approx([100, 92])


def test_metric_that_starts_in_mid_month_is_scored_and_combined(tmp_path):
    text = GUIDE.read_text(encoding="utf-8") + (
        "  - effective: 2025-06-16\n    metrics:\n      praise: "
        "{dimension: experience, measure: praise, target: {at_least: 0.1}, deduct: proportional}\n"
    )
    standard = read_standard(write(tmp_path, text))
    measures = sums("praise", [("2025-06", 100, 5)], line="2025-06-16/base")
    scores = csqa.score(measures, standard)
    assert scores.set_index("metric").loc["praise", "score"] == pytest.approx(5)
    row = csqa.composite(scores, standard).iloc[0]
    assert row["composite"] == pytest.approx(5)
    assert row["lower"] < 5 < row["upper"]


def test_nothing_to_score_is_one_clear_error():
    bare = csqa.measure(contacts({}))
    with pytest.raises(DataError, match="没有可以评分的指标"):
        csqa.score(bare)


def test_unknown_language_is_refused():
    with pytest.raises(RuleError, match="`language` 应为 'zh', 'en' 之一，而不是 'de'"):
        csqa.score(sums("csat", [("2025-06", 50, 46)]), language="de")


def test_scorecard_is_the_guides_table_in_the_order_of_the_standard():
    standard = read_standard(GUIDE)
    scores = csqa.score(csqa.measure(guide_data(), standard), standard)
    card = csqa.scorecard(scores, standard, period="2025-06")
    assert card["metric"].tolist() == [metric.key for metric in standard.versions[0].metrics]
    assert card["weight"].tolist() == [0.3] * 3 + [0.5] * 3 + [0.2] * 2
    assert card.loc[0, ["dimension_name", "name"]].tolist() == ["效率指标", "平均响应时长（在线）"]
    english = csqa.scorecard(scores, standard, period="2025-06", language="en")
    assert english.loc[0, ["dimension_name", "name"]].tolist() == [
        "Efficiency",
        "Mean response time, online",
    ]


def test_input_is_left_unchanged():
    measures = sums("csat", [("2025-06", 50, 46)])
    before = measures.copy(deep=True)
    scores = csqa.score(measures)
    pd.testing.assert_frame_equal(measures, before)
    kept = scores.copy(deep=True)
    csqa.composite(scores)
    csqa.scorecard(scores, period="2025-06")
    pd.testing.assert_frame_equal(scores, kept)


@pytest.mark.parametrize(
    ("n", "faults", "zh", "en"),
    [
        (
            150,
            5,
            "高于目标 1.3 次/百条，扣 20 分；5 处/150 条，按百条折算 3.3 处；"
            "3.3% 的抽检记录有用语问题",
            "1.3 per 100 over target, 20 points off; 5 in 150 records, scaled to 3.3 per 100; "
            "3.3% of records had a fault",
        ),
        (
            150,
            3,
            "达标；3 处/150 条，按百条折算 2 处",
            "on target; 3 in 150 records, scaled to 2 per 100",
        ),
        (100, 2, "达标", "on target"),
        (150, 0, "达标", "on target"),
    ],
)
def test_counts_of_other_than_100_records_say_how_they_are_scaled(n, faults, zh, en):
    measures = sums("wording", [("2025-06", n, faults)], over=float(faults))
    reasons = [
        csqa.score(measures, language=language).set_index("metric").loc["wording", "reason"]
        for language in ("zh", "en")
    ]
    assert reasons == [zh, en]


RANGE = """
standards:
  - effective: 2023-01-01
    weights: {service: 1}
    metrics:
      handling:
        name: {zh: 处理时长, en: Handle time}
        dimension: service
        measure: handle_seconds
        target: {between: [300, 600]}
        deduct: {points: 10, per: 60, cap: 30}
        except: [{scene: aftersale, target: {between: [300, 900]}, note: 复杂}]
      praise:
        name: {zh: 表扬率, en: Praise rate}
        dimension: service
        measure: praise
        bonus: {points: 1, per: 0.01, from: 0.01, cap: 5}
"""


@pytest.fixture
def ranged(tmp_path):
    return read_standard(write(tmp_path, RANGE))


@pytest.mark.parametrize(
    ("mean", "score", "zh", "en"),
    [
        (270, 95, "低于下限 30 秒，扣 5 分", "30 s below the range, 5 points off"),
        (300, 100, "达标", "on target"),
        (600, 100, "达标", "on target"),
        (660, 90, "高于上限 60 秒，扣 10 分", "60 s over the range, 10 points off"),
        (6000, 70, "高于上限 90 分钟，扣 30 分", "90 min over the range, 30 points off"),
    ],
)
def test_a_range_is_judged_on_either_side(ranged, mean, score, zh, en):
    measures = sums("handling", [("2025-06", 100, 100.0 * mean, 101.0 * mean**2)], over=40.0)
    rows = [csqa.score(measures, ranged, language=language).iloc[0] for language in ("zh", "en")]
    row = rows[0]
    assert (row["score"], row["met"]) == (pytest.approx(score), score == 100)
    assert (row["target"], row["target_upper"], row["direction"]) == (300, 600, "between")
    beyond = "" if score == 100 else "；40% 的服务不在 5–10 分钟内"
    assert row["reason"] == zh + beyond
    beyond = "" if score == 100 else "; 40% were outside 5–10 min"
    assert rows[1]["reason"] == en + beyond


def test_contacts_outside_their_own_range_are_counted(ranged):
    seconds = [299, 300, 600, 601, 899, 900, 901]
    scenes = ["presale"] * 4 + ["aftersale"] * 3
    table = contacts(
        *(
            {"handle_seconds": value, "scene": scene}
            for value, scene in zip(seconds, scenes, strict=True)
        )
    )
    measures = csqa.measure(table, ranged).set_index("target_line")
    assert measures["over"].to_dict() == {
        "2023-01-01/base": 2,
        "2023-01-01/scene=aftersale": 1,
    }


def test_ends_of_ranges_are_blended_by_the_contacts_they_hold_for(ranged):
    measures = pd.concat(
        [
            sums("handling", [("2025-06", 60, 60 * 700.0, 60 * 710.0**2)], over=30.0),
            sums(
                "handling",
                [("2025-06", 40, 40 * 700.0, 40 * 710.0**2)],
                over=2.0,
                line="2023-01-01/scene=aftersale",
            ),
        ]
    )
    row = csqa.score(measures, ranged).iloc[0]
    assert (row["target"], row["target_upper"], row["met"]) == (300, 720, True)


@pytest.mark.parametrize(
    ("praised", "bonus", "zh", "en"),
    [
        (30, 2, "表扬率 3%，加 2 分", "Praise rate 3%, 2 points added"),
        (60, 5, "表扬率 6%，加 5 分（已到上限）", "Praise rate 6%, 5 points added (the most)"),
        (
            5,
            0,
            "表扬率 0.5%，不加分（高于 1% 起加分）",
            "Praise rate 0.5%, no points added (earned above 1%)",
        ),
    ],
)
def test_praise_earns_points_and_says_so(ranged, praised, bonus, zh, en):
    measures = sums("praise", [("2025-06", 1000, praised)], line="2023-01-01/none", over=np.nan)
    rows = [
        csqa.score(measures, ranged, language=language).set_index("metric").loc["praise"]
        for language in ("zh", "en")
    ]
    assert [row["reason"] for row in rows] == [zh, en]
    assert rows[0]["bonus"] == pytest.approx(bonus)
    assert rows[0]["met"] is None
    assert np.isnan([rows[0]["score"], rows[0]["deduction"]]).all()


def test_too_few_records_earn_nothing(ranged):
    measures = sums("praise", [("2025-06", 9, 9)], line="2023-01-01/none", over=np.nan)
    row = csqa.score(measures, ranged).set_index("metric").loc["praise"]
    assert (row["status"], np.isnan(row["bonus"])) == ("too_few", True)
