"""The quarterly review of the standard: what each target judged, and what a proposal would do."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.errors import DataError, RuleError
from csqa.rules.review_settings import read_review_settings
from csqa.rules.target_verdicts import find_verdict
from tests.tables import contacts, months, sums, write

SETTINGS = read_review_settings()
TWO_VERSIONS = """
standards:
  - effective: 2024-01-01
    weights: {experience: 1}
    metrics:
      csat:
        dimension: experience
        measure: csat_satisfied
        target: {at_least: 0.8}
        deduct: proportional
        except: [{channel: phone, target: {at_least: 0.7}, note: 电话评价少}]
  - effective: 2025-04-01
    metrics:
      csat: {target: {at_least: 0.9}}
"""
RANGE = """
standards:
  - effective: 2024-01-01
    weights: {efficiency: 1}
    metrics:
      handle_time:
        dimension: efficiency
        measure: handle_seconds
        target: {between: [300, 600]}
        deduct: {points: 10, per: 60}
"""


def csat(*rates: float, n: int = 200, last: str = "2025-06") -> pd.DataFrame:
    """Measures of satisfaction, one month each, the last one last."""
    labels = months(len(rates), last)
    return sums("csat", [(label, n, n * rate) for label, rate in zip(labels, rates, strict=True)])


def review(measures: pd.DataFrame, **options: object) -> pd.Series:
    found = csqa.review_standard(measures, period="2025-06", **options)
    return found.set_index(["metric", "line"]).loc[("csat", "base")]


def test_each_target_has_its_months_and_its_interval():
    row = review(csat(0.85, 0.95, 0.90, 0.89, 0.91, 0.92))
    assert row[["months", "months_met", "n"]].tolist() == [6, 4, 1200]
    ends = ["value_least", "value_median", "value_most", "value_last", "value"]
    assert row[ends].tolist() == pytest.approx([0.85, 0.905, 0.95, 0.92, 0.9033], abs=1e-4)
    # Wilson for 1084 of 1200 (Newcombe 1998, method 3).
    assert (row["lower"], row["upper"]) == pytest.approx((0.8853, 0.9188), abs=1e-4)
    # Proportional: 85 and 89 score themselves.
    assert row["mean_score"] == pytest.approx((85 + 89 + 4 * 100) / 6)
    assert row["verdict"] == "fitting"
    assert row["reason"] == "6 个月中有 4 个月达到；合计 90.3%（88.5%–91.9%），区间跨过目标"


@pytest.mark.parametrize(
    ("rates", "n", "verdict"),
    [
        ([0.75] * 6, 200, "out_of_reach"),
        ([0.75] * 5 + [0.9], 200, "demanding"),
        ([0.89] * 6, 20, "fitting"),  # never met, but the interval reaches the target
        ([0.85] * 3 + [0.92] * 3, 2000, "fitting"),  # surely missed, yet met in half the months
        ([0.95] * 6, 200, "too_easy"),
        ([0.95] * 5 + [0.899], 2000, "fitting"),  # not always met
        ([0.915] * 6, 2000, "fitting"),  # always met, no margin
        ([0.75] * 5, 200, "too_little"),
    ],
)
def test_verdicts(rates, n, verdict):
    assert review(csat(*rates, n=n))["verdict"] == verdict


def row(direction: str, target: float, lower: float, upper: float, met: int) -> dict[str, object]:
    end = target + 300 if direction == "between" else np.nan
    return {
        "direction": direction,
        "target": target,
        "target_upper": end,
        "lower": lower,
        "upper": upper,
        "months": 12,
        "months_met": met,
    }


@pytest.mark.parametrize(
    ("told", "ceiling", "verdict"),
    [
        (row("at_most", 30, 22, 24, 12), np.inf, "too_easy"),  # 24 = 30 less a fifth
        (row("at_most", 30, 22, 24.1, 12), np.inf, "fitting"),
        (row("at_most", 0, -2, -1, 12), np.inf, "fitting"),  # a fifth of nothing is nothing
        (row("at_most", 30, 30.1, 40, 0), np.inf, "out_of_reach"),
        (row("at_most", 30, 30, 40, 0), np.inf, "fitting"),
        (row("at_least", 0.9, 0.92, 0.93, 12), 1.0, "too_easy"),  # a fifth of the 10 % allowed
        (row("at_least", 0.9, 0.919, 0.93, 12), 1.0, "fitting"),
        (row("at_least", 50, 60, 70, 12), np.inf, "too_easy"),
        (row("at_least", 1.0, 1.0, 1.0, 12), 1.0, "fitting"),  # nothing above 100 %
        (row("between", 300, 330, 570, 12), np.inf, "too_easy"),
        (row("between", 300, 329, 570, 12), np.inf, "fitting"),
        (row("between", 300, 601, 700, 0), np.inf, "out_of_reach"),
        (row("between", 300, 100, 299, 1), np.inf, "demanding"),
    ],
)
def test_the_lines_between_verdicts_are_where_the_settings_say(told, ceiling, verdict):
    assert find_verdict(told, SETTINGS, ceiling=ceiling) == verdict


def test_partial_and_tiny_months_are_not_judged_and_older_ones_not_looked_at():
    table = csat(*[0.95] * 3, 0.1, 0.95, 0.95)
    table.loc[3, "complete"] = False
    tiny = csat(0.0, n=9, last="2024-12")
    old = csat(0.0, last="2024-06")
    found = review(pd.concat([table, tiny, old]))
    assert (found["months"], found["months_met"]) == (5, 5)
    assert found["n"] == 5 * 200 + 9  # what there is of a tiny month is in the whole


def test_units_are_added_up():
    halves = [csat(0.85, 0.95, n=100).assign(team=team) for team in "甲乙"]
    pd.testing.assert_frame_equal(
        csqa.review_standard(pd.concat(halves), period="2025-06"),
        csqa.review_standard(csat(0.85, 0.95, n=200), period="2025-06"),
    )


def test_the_run_of_missed_months_is_said():
    found = review(csat(0.95, 0.95, 0.95, 0.95, 0.80, 0.80))
    assert found["months_missed_last"] == 2
    assert "最近连续 2 个月未达到" in found["reason"]
    assert review(csat(*[0.5] * 6))["months_missed_last"] == 6


def test_the_target_in_force_is_reviewed_also_against_older_months(tmp_path):
    standard = csqa.read_standard(write(tmp_path, TWO_VERSIONS))
    early = [(label, 100, 85.0) for label in months(3, "2025-03")]
    late = [(label, 100, 85.0) for label in months(3, "2025-06")]
    measures = pd.concat(
        [
            sums("csat", early, line="2024-01-01/base"),
            sums("csat", late, line="2025-04-01/base"),
            sums("csat", early, line="2024-01-01/channel=phone"),
        ]
    )
    found = csqa.review_standard(measures, standard, period="2025-06").set_index("line")
    assert found.loc["base", ["target", "months", "months_met"]].tolist() == [0.9, 6, 0]
    assert found.loc["channel=phone", ["target", "months", "months_met"]].tolist() == [0.7, 3, 3]
    before = csqa.review_standard(measures, standard, period="2025-03").set_index("line")
    assert before.loc["base", ["target", "months_met"]].tolist() == [0.8, 3]


def test_months_that_an_older_version_divides_otherwise_are_left_out(tmp_path):
    text = TWO_VERSIONS.replace(
        "        except: [{channel: phone", "        except: [{channel: email"
    )
    text = text.replace(
        "csat: {target: {at_least: 0.9}}",
        "csat: {target: {at_least: 0.9}, except: [{channel: phone, target: {at_least: 0.95}}]}",
    )
    standard = csqa.read_standard(write(tmp_path, text))
    rows = [(label, 100, 92.0) for label in months(6)]
    measures = pd.concat(
        [
            sums("csat", rows[:3], line="2024-01-01/base"),
            sums("csat", rows[3:], line="2025-04-01/base"),
        ]
    )
    # Until March the base line held for phone too: those months tell of other contacts.
    found = csqa.review_standard(measures, standard, period="2025-06").set_index("line")
    assert found.loc["base", ["months", "n"]].tolist() == [3, 300]


def test_a_range_is_reviewed_on_both_sides(tmp_path):
    standard = csqa.read_standard(write(tmp_path, RANGE))
    values = [280.0, 300.0, 450.0, 600.0, 601.0, 660.0]
    rows = [
        (label, 100, 100 * value, 100 * value**2 + 99 * 50**2)
        for label, value in zip(months(6), values, strict=True)
    ]
    measures = sums("handle_time", rows, line="2024-01-01/base")
    found = csqa.review_standard(measures, standard, period="2025-06").iloc[0]
    assert found[["target", "target_upper", "months_met"]].tolist() == [300, 600, 3]
    # 20 s and 60 s off, and 1 s: 10 points for each minute.
    assert found["mean_score"] == pytest.approx(100 - (20 + 1 + 60) / 60 * 10 / 6)


def test_a_proposed_target_is_tried_on_the_same_months():
    rates = (0.95, 0.90, 0.92, 0.88, 0.96, 0.94)
    shipped = csqa.read_standard()
    found = review(csat(*rates), proposed=with_target(shipped, 0.95))
    assert found[["proposal", "target_proposed"]].tolist() == ["changed", 0.95]
    assert (found["months_met"], found["months_met_proposed"]) == (5, 2)
    assert found["mean_score"] == pytest.approx((88 + 5 * 100) / 6)
    assert found["mean_score_proposed"] == pytest.approx((90 + 92 + 88 + 94 + 200) / 6)
    same = review(csat(*rates), proposed=shipped)
    assert same[["proposal", "months_met_proposed"]].tolist() == ["unchanged", 5]
    assert review(csat(*rates))["proposal"] == ""


def with_target(standard, target: float):
    """A standard that asks for another share of satisfied customers from July on."""
    first = standard.versions[0]
    metrics = tuple(
        dataclasses.replace(metric, lines=(dataclasses.replace(metric.lines[-1], target=target),))
        if metric.key == "csat"
        else metric
        for metric in first.metrics
    )
    return dataclasses.replace(standard, versions=(dataclasses.replace(first, metrics=metrics),))


def test_what_the_same_sums_cannot_tell_of_a_proposal_is_said(tmp_path):
    standard = csqa.read_standard(write(tmp_path, TWO_VERSIONS))
    text = TWO_VERSIONS.replace("channel: phone", "channel: email")
    divided = csqa.read_standard(write(tmp_path, text, "divided.yml"))
    other = TWO_VERSIONS.replace("csat_satisfied", "resolved")
    measured = csqa.read_standard(write(tmp_path, other, "measured.yml"))
    renamed = write(tmp_path, TWO_VERSIONS.replace("csat:", "satisfaction:"), "renamed.yml")
    measures = sums("csat", [("2025-06", 100, 85.0)], line="2025-04-01/base")
    for proposed, expected in [
        (divided, ["other_lines", "other_lines"]),
        (measured, ["other_measure", "other_measure"]),
        (renamed, ["removed", "removed", "new", "new"]),
    ]:
        found = csqa.review_standard(measures, standard, period="2025-06", proposed=proposed)
        assert found["proposal"].tolist() == expected
        assert found["months_met_proposed"].isna()[:2].all()
    new = found.set_index(["metric", "line"]).loc[("satisfaction", "base")]
    assert (new["target_proposed"], new["verdict"]) == (0.9, "too_little")
    assert new["reason"] == "新增的目标，现有计量不能说明"


def test_watched_metrics_have_no_target_to_review():
    found = csqa.review_standard(csat(0.9), period="2025-06")
    assert "praise_rate" not in set(found["metric"])
    nothing = found[found["metric"] == "nps"].iloc[0]
    assert (nothing["months"], nothing["verdict"]) == (0, "too_little")
    assert nothing["reason"] == "没有可判断的月份"


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"period": "2025-6"}, RuleError, "`period` 应为 YYYY-MM"),
        ({"months": 0}, RuleError, "`months` 应为 1 到 60 的整数，而不是 0"),
        ({"months": 1.5}, RuleError, "`months` 应为 1 到 60 的整数"),
        ({"language": "de"}, RuleError, "`language` 应为"),
        ({"period": "2027-06"}, DataError, "2026-07 至 2027-06 没有数据"),
    ],
)
def test_wrong_arguments_are_named(options, error, message):
    with pytest.raises(error, match=message):
        csqa.review_standard(csat(0.9), **{"period": "2025-06"} | options)


def test_only_months_are_reviewed():
    with pytest.raises(DataError, match="应按月计量"):
        csqa.review_standard(csat(0.9).assign(period="2025-Q2"), period="2025-06")


def test_settings_are_a_file(tmp_path):
    strict = write(tmp_path, "fewest_months: 3\ntoo_easy_margin: 0\n", "review.yml")
    assert review(csat(*[0.92] * 3, n=2000))["verdict"] == "too_little"
    assert review(csat(*[0.92] * 3, n=2000), settings=strict)["verdict"] == "too_easy"
    loose = dataclasses.replace(SETTINGS, fewest_months=1)
    assert review(csat(0.7), settings=loose)["verdict"] == "out_of_reach"


def test_every_fault_of_the_settings_is_told_at_once(tmp_path):
    path = write(tmp_path, "fewest_month: 3\nconfidence: 2\ntoo_easy_margin: 一半\n", "review.yml")
    with pytest.raises(RuleError, match="有 3 处不对") as told:
        read_review_settings(path)
    assert "不认识 'fewest_month'，是不是 'fewest_months'？" in str(told.value)
    assert "confidence：应为 0.5 到 0.999 的数，而不是 2。" in str(told.value)
    assert "too_easy_margin：应为 0 到 1 的数，而不是 '一半'。" in str(told.value)


def test_a_first_partial_month_is_too_little_and_no_error():
    rows = [{"created_at": f"2025-06-{day:02d} 09:00", "csat": 5} for day in range(8, 20)]
    review = csqa.review_standard(csqa.measure(contacts(*rows)), period="2025-06")
    assert set(review["verdict"]) == {"too_little"}
    assert review["months"].eq(0).all()
    shown = csqa.tables.show_review(review, csqa.read_standard())
    assert shown.text == "没有数据完整、样本足够的月份，目标还不能复核。"
