"""What complaints are about: shares, the vital few, and what surely rises."""

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.errors import RuleError
from tests.tables import months, sums

BEFORE = months(3, "2025-05")


def complaints(now: dict[str, int], earlier: dict[str, int] | None = None) -> pd.DataFrame:
    """Complaints per topic in June, and in each of the three months before."""
    rows = [("2025-06", topic, 1000, count) for topic, count in now.items()]
    rows += [
        (month, topic, 1000, count) for month in BEFORE for topic, count in (earlier or {}).items()
    ]
    return sums("complaint_rate", rows, unit="topic")


def ranked(*tables, **options) -> pd.DataFrame:
    return csqa.rank_topics(complaints(*tables), period="2025-06", **options).set_index("topic")


def test_most_frequent_first_ties_by_name_and_the_unclassified_last():
    rows = ranked({"其他": 50, "b": 10, "a": 10, "安装": 30, "unknown": 60})
    assert rows.index.tolist() == ["安装", "a", "b", "unknown", "其他"]


def test_the_vital_few_include_the_one_that_crosses_80_per_cent():
    rows = ranked({"a": 50, "b": 29, "c": 11, "d": 10})
    assert rows["cumulative"].tolist() == pytest.approx([0.5, 0.79, 0.9, 1])
    assert rows["vital"].tolist() == [True, True, True, False]
    exact = ranked({"a": 50, "b": 30, "c": 20})
    assert exact["vital"].tolist() == [True, True, False]


def test_share_and_change_by_hand():
    row = ranked({"安装": 45, "发票": 55}, {"安装": 12, "发票": 88}).loc["安装"]
    assert (row["count"], row["share"], row["before"]) == (45, 0.45, 0.12)
    assert row["change"] == pytest.approx(0.33)
    assert row["change_lower"] < 0.33 < row["change_upper"]
    assert row["lower"] < 0.45 < row["upper"]
    assert (row["verdict"], row["baseline_months"]) == ("rising", 3)


def test_topic_new_this_month_and_topic_that_vanished():
    rows = ranked({"安装": 50, "发票": 50}, {"发票": 50, "退款": 50})
    assert rows["verdict"].to_dict() == {
        "发票": "no_difference",
        "安装": "rising",
        "退款": "falling",
    }
    assert rows.loc["退款", "count"] == 0


@pytest.mark.parametrize(
    ("now", "before"), [({"a": 9}, {"a": 50, "b": 50}), ({"a": 50}, {"b": 3}), ({"a": 50}, {})]
)
def test_too_few_to_compare(now, before):
    assert set(ranked(now, before)["verdict"]) == {"too_few"}


def test_no_complaint_at_all_is_an_empty_table():
    assert ranked({"a": 0}, {"a": 0}).empty


def test_months_outside_the_baseline_do_not_count():
    rows = ranked({"a": 50, "b": 50}, {"a": 50, "b": 50}, baseline_months=1)
    assert rows["baseline_months"].tolist() == [1, 1]


def test_stable_topics_seldom_rise():
    """300 seeded stable months of ten topics with 80 complaints a month."""
    rng = np.random.default_rng(11)
    shares = np.array([25, 20, 15, 10, 8, 7, 5, 4, 3, 3]) / 100
    falsely = 0
    for _ in range(300):
        rows = [
            (month, topic, 1000, int(count))
            for month in (*BEFORE, "2025-06")
            for topic, count in zip("abcdefghij", rng.multinomial(80, shares), strict=True)
        ]
        ranked_month = csqa.rank_topics(
            sums("complaint_rate", rows, unit="topic"), period="2025-06"
        )
        falsely += (ranked_month["verdict"] == "rising").any()
    assert falsely / 300 <= 0.05


def test_measures_must_be_split_by_the_unit():
    with pytest.raises(RuleError, match="`unit` 应为 'topic' 之一，而不是 'team'"):
        ranked({"a": 1}, unit="team")


def test_input_is_left_unchanged():
    table = complaints({"a": 50, "b": 50}, {"a": 50})
    before = table.copy(deep=True)
    csqa.rank_topics(table, period="2025-06")
    pd.testing.assert_frame_equal(table, before)
