"""What the units that stand out do differently: where it happens, and where it does not."""

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.contrast import COLUMNS, contrast_units
from csqa.errors import DataError, RuleError
from tests.tables import BASE

PERIOD = "2025-06"
TOPICS = ("发票", "维修", "安装")


def frame(rows, metric="csat") -> pd.DataFrame:
    """One share per agent and topic: (agent, topic, n, total)."""
    table = pd.DataFrame(rows, columns=["agent_id", "topic", "n", "total"])
    constant = {"period": PERIOD, "metric": metric, "target_line": BASE, "over": 0.0}
    return table.assign(**constant, complete=True, total_squares=table["total"])


def verdicts(**by_unit) -> pd.DataFrame:
    """A horizontal comparison in so far as it is read: unit=verdict on CSAT."""
    units = pd.DataFrame({"unit": list(by_unit), "verdict": list(by_unit.values())})
    return units.assign(period=PERIOD, metric="csat")


def contrast(measures, across, **options) -> pd.DataFrame:
    return contrast_units(measures, across, unit="agent_id", period=PERIOD, **options)


def peers(count=10, rate=0.9, n=100):
    return [(f"P{i}", topic, n, n * rate) for i in range(count) for topic in TOPICS]


@pytest.fixture(scope="module")
def one_bad_topic():
    """K0 holds 90 % as all do, but for repairs: 50 %."""
    own = [("K0", "发票", 100, 90.0), ("K0", "维修", 100, 50.0), ("K0", "安装", 100, 90.0)]
    return frame([*own, *peers()])


def test_the_gap_lies_where_it_was_put(one_bad_topic):
    found = contrast(one_bad_topic, verdicts(K0="worse"))
    topics = found[found["by"] == "topic"]
    assert topics["part"].tolist()[0] == "维修"
    first = topics.iloc[0]
    assert (first["value"], first["expected"]) == (0.5, 0.9)
    assert first["difference"] == pytest.approx(-0.4)
    assert first["share_of_gap"] == pytest.approx(1.0)
    assert first["upper"] < 0
    assert topics["verdict"].tolist() == ["worse", "no_difference", "no_difference"]


def test_who_does_not_stand_out_is_not_named(one_bad_topic):
    across = verdicts(K0="worse", P1="watch_worse", P2="no_difference", P3="too_few")
    assert set(contrast(one_bad_topic, across)["unit"]) == {"K0"}
    nobody = contrast(one_bad_topic, verdicts(K0="watch_worse"))
    assert nobody.empty
    assert list(nobody.columns) == list(COLUMNS)


def test_a_hard_topic_is_hard_for_peers_too():
    """All do 60 % on repairs; K0 has only those and is no worse in them."""
    rows = [("K0", "维修", 200, 120.0)]
    rows += [(f"P{i}", topic, 100, 60.0 if topic == "维修" else 90.0)
             for i in range(10) for topic in TOPICS]  # fmt: skip
    found = contrast(frame(rows), verdicts(K0="worse"))
    assert found["difference"].abs().max() == pytest.approx(0.0, abs=1e-12)
    assert "worse" not in set(found["verdict"])


def test_a_unit_that_does_better_is_contrasted_as_well():
    own = [("K0", "发票", 200, 198.0), ("K0", "维修", 200, 180.0), ("K0", "安装", 200, 180.0)]
    found = contrast(frame([*own, *peers()]), verdicts(K0="better"))
    topics = found[found["by"] == "topic"].set_index("part")
    assert topics.loc["发票", "verdict"] == "better"
    assert topics.loc["维修", "verdict"] == "no_difference"


def test_other_metrics_are_contrasted_without_a_share_of_the_gap(one_bad_topic):
    other = frame([("K0", t, 100, 4.0) for t in TOPICS] + peers(rate=0.2), "complaint_rate")
    both = pd.concat([one_bad_topic, other])
    found = contrast(both, verdicts(K0="worse"))
    whole = found[found["by"] == "metric"].set_index("metric")
    assert whole.loc["complaint_rate", "verdict"] == "better"  # fewer complaints
    assert whole.loc["complaint_rate", "stands_out"] == ""
    assert np.isnan(whole.loc["complaint_rate", "share_of_gap"])
    assert whole.loc["csat", "verdict"] == "worse"


def test_few_records_are_not_judged_and_one_part_alone_is_no_part():
    rows = [("K0", "维修", 100, 50.0), ("K0", "安装", 9, 0.0), *peers()]
    found = contrast(frame(rows), verdicts(K0="worse"))
    topics = found[found["by"] == "topic"].set_index("part")
    assert topics.loc["安装", "verdict"] == "too_few"
    assert np.isnan(topics.loc["安装", "q"])
    alone = contrast(frame([("K0", "维修", 100, 50.0), *peers()]), verdicts(K0="worse"))
    assert set(alone["by"]) == {"metric"}


def test_times_and_faults_have_differences_in_their_own_unit(one_bad_topic):
    seconds = one_bad_topic.assign(metric="handle_time")
    seconds["total"] = np.where(seconds["agent_id"] == "K0", 600.0, 400.0) * seconds["n"]
    seconds["total_squares"] = 1.5 * seconds["total"] ** 2 / seconds["n"]
    faults = one_bad_topic.assign(metric="wording")
    faults["total"] = np.where(faults["agent_id"] == "K0", 20.0, 2.0)
    faults["total_squares"] = faults["total"]
    both = pd.concat([seconds, faults])
    whole = contrast(both, verdicts(K0="worse")).query("by == 'metric'").set_index("metric")
    assert whole.loc["handle_time", "difference"] == pytest.approx(200.0)
    assert whole.loc["wording", "difference"] == pytest.approx(18.0)  # per hundred
    assert set(whole["verdict"]) == {"worse"}


def test_wrong_arguments_are_named(one_bad_topic):
    with pytest.raises(DataError, match="缺少列 verdict"):
        contrast(one_bad_topic, pd.DataFrame(columns=["period", "unit", "metric"]))
    with pytest.raises(DataError, match=r"是 2025-06 的横向对比，不是 2025-05 的"):
        contrast_units(one_bad_topic, verdicts(K0="worse"), unit="agent_id", period="2025-05")
    with pytest.raises(RuleError, match="`unit` 应为"):
        contrast_units(one_bad_topic, verdicts(K0="worse"), unit="team", period=PERIOD)


cells = st.lists(st.tuples(st.integers(20, 200), st.floats(0, 1)), min_size=9, max_size=9)


@settings(deadline=None, max_examples=15)
@given(cells)
def test_shares_of_the_gap_add_up_and_order_does_not_matter(sizes):
    rows = [
        (f"K{i // 3}", TOPICS[i % 3], n, float(round(n * share)))
        for i, (n, share) in enumerate(sizes)
    ]
    measures = frame(rows)
    found = contrast(measures, verdicts(K0="worse", K1="better"))
    other = contrast(measures.iloc[::-1], verdicts(K1="better", K0="worse"))
    pd.testing.assert_frame_equal(found, other)
    shares = found[(found["by"] == "topic") & found["share_of_gap"].notna()]
    for _, part in shares.groupby("unit"):
        assert part["share_of_gap"].sum() == pytest.approx(1.0)
    assert (found["lower"] <= found["difference"] + 1e-12).all()
    assert (found["difference"] <= found["upper"] + 1e-12).all()


@pytest.fixture(scope="module")
def planted(sample):
    measures = csqa.measure(sample, by=["agent_id", "team", "channel", "topic"], until=PERIOD)
    across = csqa.compare_horizontal(measures, unit="agent_id", period=PERIOD, months=3)
    return contrast(measures, across)


def test_the_planted_agent_fails_on_the_planted_topics_and_nobody_else_is_named(planted):
    truth = yaml.safe_load((csqa.bundled("sample") / "truth.yml").read_text("utf-8"))
    plant = next(one for one in truth["plants"] if one["id"] == "weak_agent")
    assert set(planted["unit"]) == {plant["unit"]["agent_id"]}
    worse = planted[(planted["by"] == "topic") & (planted["verdict"] == "worse")]
    assert set(worse["metric"]) == {"first_contact_resolution"}
    assert set(worse["part"]) == set(plant["topics"])
    topics = planted[(planted["by"] == "topic") & (planted["stands_out"] == "worse")]
    assert set(topics["part"].head(len(plant["topics"]))) == set(plant["topics"])
    assert topics["share_of_gap"].sum() == pytest.approx(1.0)
