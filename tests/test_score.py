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
