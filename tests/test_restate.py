"""Each month by the standard of its time and by today's, side by side."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import csqa
from csqa.errors import DataError
from tests.tables import contacts, sums, write

RAISED = """
standards:
  - effective: 2024-01-01
    weights: {efficiency: 0.4, experience: 0.6}
    metrics:
      first_response_online:
        dimension: efficiency
        measure: first_response_seconds
        where: {channel: online}
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
      csat:
        dimension: experience
        measure: csat_satisfied
        target: {at_least: 0.8}
        deduct: proportional
  - effective: 2025-06-01
    weights: {efficiency: 0.5, experience: 0.5}
    metrics:
      first_response_online: {target: {at_most: 20}}
"""


@pytest.fixture
def standard(tmp_path: Path):
    return csqa.read_standard(write(tmp_path, RAISED))


def months(*, teams: bool = False) -> pd.DataFrame:
    """May and June: forty contacts a month, answered after 25 s, three of four satisfied."""
    rows = [
        {
            "created_at": f"2025-{month}-{day:02d} 09:00:00",
            "first_response_at": f"2025-{month}-{day:02d} 09:00:25",
            "csat": 5 if number % 4 else 1,
        }
        | ({"team": "甲" if number % 2 else "乙"} if teams else {})
        for month in ("05", "06")
        for number, day in enumerate((*range(1, 31), *range(1, 31)))
    ]
    return contacts(*rows)


def test_a_month_keeps_its_score_and_gets_one_by_today(standard):
    both = csqa.restate(months(), standard).set_index(["period", "metric"])
    may, june = both.loc["2025-05"], both.loc["2025-06"]
    online = may.loc["first_response_online"]
    assert online[["target", "target_restated"]].tolist() == [30, 20]
    assert online[["met", "met_restated"]].tolist() == [True, False]
    assert online[["score", "score_restated", "changed"]].tolist() == [100, 95, True]
    assert june.loc["first_response_online", ["score", "score_restated"]].tolist() == [95, 95]
    assert may.loc["csat", ["score", "score_restated", "changed"]].tolist() == [75, 75, False]
    # 0.4 × 100 + 0.6 × 75, and by today's weights 0.5 × 95 + 0.5 × 75.
    assert may.loc["composite", ["score", "score_restated"]].tolist() == pytest.approx([85, 85])
    assert june.loc["composite", ["score", "score_restated"]].tolist() == pytest.approx([85, 85])
    assert june["changed"].tolist() == [False, False, False]


def test_today_may_be_another_day_or_another_standard(standard, tmp_path):
    old = csqa.restate(months(), standard, on=date(2025, 5, 31)).set_index(["period", "metric"])
    june = old.loc[("2025-06", "first_response_online")]
    assert june[["score", "score_restated"]].tolist() == [95, 100]
    stricter = write(tmp_path, RAISED.replace("at_most: 20", "at_most: 10"), "proposed.yml")
    proposed = csqa.read_standard(stricter).restated()
    tried = csqa.restate(months(), standard, as_if=proposed).set_index(["period", "metric"])
    assert tried.loc[("2025-06", "first_response_online"), "score_restated"] == 85


def test_a_report_on_may_knows_nothing_of_june(standard):
    both = csqa.restate(months(), standard, until="2025-05")
    assert both["period"].unique().tolist() == ["2025-05"]
    assert not both["changed"].any()


def test_units_are_restated_apart(standard):
    both = csqa.restate(months(teams=True), standard, by="team")
    assert len(both) == 2 * 2 * 3
    assert both.columns[:3].tolist() == ["period", "team", "metric"]
    satisfied = both[both["metric"] == "csat"].set_index(["period", "team"])["score"]
    # Every fourth contact is unhappy, all of them with 乙, and every second is 乙's.
    assert satisfied["2025-05"].to_dict() == {"乙": 50, "甲": 100}


def test_a_metric_of_only_one_standard_keeps_its_row():
    old, new = (
        csqa.score(sums(metric, [("2025-06", 200, 170)])) for metric in ("csat", "complaint_rate")
    )
    both = csqa.compare_standards_scores(
        old[old["metric"] == "csat"], new[new["metric"] == "complaint_rate"]
    ).set_index("metric")
    assert both.loc["csat", ["score", "n", "dimension"]].tolist() == [85, 200, "experience"]
    assert both.loc["complaint_rate", ["score_restated", "n"]].tolist() == [0, 200]
    assert both["changed"].tolist() == [True, True]
    assert both.index.tolist() == ["csat", "complaint_rate"]


def test_tables_of_other_units_are_refused():
    whole = csqa.score(sums("csat", [("2025-06", 200, 170)]))
    with pytest.raises(DataError, match="一张按 整体，一张按 team"):
        csqa.compare_standards_scores(whole, whole.assign(team="甲"))


def test_the_effect_is_summed_up_over_complete_months(standard):
    both = csqa.restate(months(), standard)
    found = csqa.summarise_restatement(both).set_index("metric")
    online = found.loc["first_response_online"]
    assert online[["periods", "met", "met_restated", "periods_changed"]].tolist() == [2, 1, 0, 1]
    assert online[["mean_score", "mean_score_restated"]].tolist() == [97.5, 95]
    partial = both.assign(complete=both["period"] == "2025-06")
    online = csqa.summarise_restatement(partial).set_index("metric").loc["first_response_online"]
    assert online[["periods", "mean_score"]].tolist() == [1, 95]


def test_one_version_restates_to_itself():
    table = contacts(*[{"csat": 5, "first_response_at": "2025-06-02 09:00:35"}] * 40)
    both = csqa.restate(table)
    assert not both["changed"].any()
    known = both[both["score"].notna()]
    assert known["score"].tolist() == known["score_restated"].tolist()
    assert known["metric"].tolist()[-1] == "composite"
