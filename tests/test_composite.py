"""The composite: what it leaves out, how sure it is, what its change means."""

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from tests.tables import sums, write

SQUARES = {"first_response_online": 60.0**2, "handle_time": 900.0**2}
MEANS = {"first_response_online": 33.0, "handle_time": 650.0}
SHARES = {"first_contact_resolution": 0.83, "csat": 0.89, "complaint_rate": 0.03}


def measures(period="2025-06", *, n=300, metrics=None, **changed) -> pd.DataFrame:
    """Means and shares as given, else those above; quality metrics by their faults in n."""
    tables = []
    for metric, mean in (MEANS | SHARES | {"wording": 0.02, "accuracy": 0.02}).items():
        value = changed.get(metric, mean)
        total = n * value if metric in MEANS else float(round(n * value))
        squares = n * max(SQUARES[metric], 1.01 * value**2) if metric in MEANS else total
        if metrics is None or metric in metrics:
            tables.append(sums(metric, [(period, n, total, squares)]))
    return pd.concat(tables, ignore_index=True)


def card(table: pd.DataFrame) -> pd.DataFrame:
    return csqa.composite(csqa.score(table))


def test_dimensions_without_a_score_leave_the_denominator():
    row = card(measures(metrics={"handle_time", "csat"}, csat=0.80)).iloc[0]
    # 650 s: 50 s over 600 costs 12.5 * 50/60 points; CSAT 80 %
    handle = 100 - 12.5 * 50 / 60
    assert row["composite"] == pytest.approx((0.3 * handle + 0.2 * 80) / 0.5)
    assert (row["coverage"], row["status"]) == (0.5, "incomplete")
    assert np.isnan(row["quality"])
    assert (row["metrics"], row["met"]) == (2, 0)


@pytest.mark.parametrize(
    ("metrics", "coverage", "status"),
    [
        ({"handle_time", "wording"}, 0.8, "complete"),
        ({"wording", "csat"}, 0.7, "incomplete"),
        ({"handle_time", "wording", "csat"}, 1.0, "complete"),
    ],
)
def test_below_80_per_cent_of_the_weights_it_is_incomplete(metrics, coverage, status):
    row = card(measures(metrics=metrics)).iloc[0]
    assert (row["coverage"], row["status"]) == (pytest.approx(coverage), status)


def test_nothing_scored_is_too_few_not_zero():
    row = card(measures(n=5)).iloc[0]
    assert (row["status"], row["metrics"], row["coverage"]) == ("too_few", 0, 0)
    assert np.isnan([row["composite"], row["lower"], row["upper"]]).all()


def test_interval_holds_the_value_and_narrows_with_n():
    rows = [card(measures(n=n)).iloc[0] for n in (100, 400, 6400)]
    assert all(0 <= row["lower"] <= row["composite"] <= row["upper"] <= 100 for row in rows)
    widths = [row["upper"] - row["lower"] for row in rows]
    assert widths == sorted(widths, reverse=True)


def test_interval_of_one_share_is_that_of_its_score():
    # CSAT well below target scores itself: the interval is Jeffreys' of 160 of 200, in points
    # (Brown, Cai & DasGupta 2001): Beta(160.5, 40.5) from 74.03 to 85.10.
    row = card(measures(n=200, metrics={"csat"}, csat=0.80)).iloc[0]
    assert (row["lower"], row["upper"]) == pytest.approx((74.03, 85.10), abs=0.5)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(7)), st.booleans())
def test_interval_does_not_depend_on_order_or_on_other_rows(order, with_other):
    alone = card(measures()).iloc[0]
    table = measures().iloc[order]
    if with_other:
        table = pd.concat([measures("2025-05", csat=0.5), table])
    again = card(table).set_index("period").loc["2025-06"]
    pd.testing.assert_series_equal(again[alone.index[1:9]], alone.iloc[1:9], check_names=False)


def test_same_months_differ_by_nothing_and_that_is_not_significant():
    row = card(pd.concat([measures("2025-05"), measures("2025-06")])).iloc[1]
    assert row["change"] == 0
    assert row["significant"] is False
    assert row["change_lower"] < 0 < row["change_upper"]


def test_a_real_drop_is_significant():
    months = [measures("2025-05", n=2000), measures("2025-06", n=2000, csat=0.50, wording=0.05)]
    row = card(pd.concat(months)).iloc[1]
    assert row["change"] < -1
    assert row["significant"] is True
    assert row["change_upper"] < 0


def test_change_of_a_stable_team_is_seldom_significant():
    rng = np.random.default_rng(7)
    labels = [str(one) for one in pd.period_range("2005-01", periods=120, freq="M")]
    drawn = {
        "csat": rng.binomial(200, 0.86, 120),
        "first_contact_resolution": rng.binomial(200, 0.82, 120),
        "wording": rng.poisson(200 * 0.025, 120),
    }
    tables = [
        sums(metric, [(label, 200, total) for label, total in zip(labels, totals, strict=True)])
        for metric, totals in drawn.items()
    ]
    significant = card(pd.concat(tables))["significant"].iloc[1:].astype(bool)
    assert significant.mean() <= 0.08  # about 5 % by construction


def test_change_needs_the_month_before():
    rows = card(pd.concat([measures("2025-04"), measures("2025-06")]))
    assert rows["change"].isna().all()
    assert rows["significant"].tolist() == [None, None]


def test_change_needs_the_same_dimensions():
    rows = card(pd.concat([measures("2025-05", metrics={"csat"}), measures("2025-06")]))
    assert np.isnan(rows.loc[1, "change"])
    assert rows.loc[1, "significant"] is None


def test_units_are_combined_and_compared_apart():
    tables = [
        measures(period).assign(team=team) for period in ("2025-05", "2025-06") for team in "甲乙"
    ]
    tables[-1] = measures("2025-06", csat=0.5).assign(team="乙")
    rows = card(pd.concat(tables)).set_index(["period", "team"])
    assert rows.loc[("2025-06", "甲"), "change"] == 0
    assert rows.loc[("2025-06", "乙"), "change"] < 0


def test_same_call_gives_the_same_interval():
    pd.testing.assert_frame_equal(card(measures()), card(measures()))


def test_a_new_standard_is_no_change_of_service():
    scores = csqa.score(pd.concat([measures("2025-05"), measures("2025-06")]))
    shipped = csqa.read_standard()
    later = dataclasses.replace(shipped.versions[0], effective=date(2025, 6, 1))
    standard = dataclasses.replace(shipped, versions=(*shipped.versions, later))
    june = csqa.composite(scores, standard).set_index("period").loc["2025-06"]
    assert (june["significant"], june["no_change_because"]) == (None, "other_standard")


EARNING = """
standards:
  - effective: 2023-01-01
    weights: {service: 0.6, quality: 0.4}
    metrics:
      csat:
        dimension: service
        measure: csat_satisfied
        target: {at_least: 0.95}
        deduct: proportional
        weight: 3
      resolved:
        dimension: service
        measure: resolved
        target: {at_least: 0.9}
        deduct: proportional
      praise: {dimension: service, measure: praise, bonus: {points: 1, per: 0.01, cap: 5}}
      wording:
        dimension: quality
        measure: wording_faults
        target: {at_most: 0}
        deduct: {points: 10, per: 1}
"""


@pytest.fixture
def earning(tmp_path):
    """A standard with a bonus and a weight inside a dimension, and scores by it."""
    standard = csqa.read_standard(write(tmp_path, EARNING))

    def scored(n=400, **totals):
        table = pd.concat(
            [
                sums(key, [("2025-06", n, n * share)], line=f"2023-01-01/{line}")
                for key, (share, line) in totals.items()
            ]
        )
        return csqa.score(table, standard)

    return standard, scored


def test_metrics_count_by_their_weight_and_praise_on_top(earning):
    standard, scored = earning
    scores = scored(csat=(0.8, "base"), resolved=(0.6, "base"), praise=(0.03, "none"))
    row = csqa.composite(scores, standard).iloc[0]
    assert row["service"] == pytest.approx((3 * 80 + 60) / 4 + 3)
    assert row["composite"] == pytest.approx(78)
    assert row["bonus"] == pytest.approx(3)
    assert (row["metrics"], row["coverage"]) == (2, 0.6)
    without = csqa.composite(scores.query("metric != 'praise'"), standard).iloc[0]
    assert (without["composite"], without["bonus"]) == (pytest.approx(75), 0)


def test_a_metric_without_a_score_leaves_its_weight_to_the_others(earning):
    standard, scored = earning
    scores = scored(resolved=(0.6, "base"), praise=(0.0, "none"))
    assert csqa.composite(scores, standard).iloc[0]["service"] == pytest.approx(60)


def test_no_bonus_lifts_a_dimension_above_100(earning):
    standard, scored = earning
    row = csqa.composite(scored(csat=(1.0, "base"), praise=(0.5, "none")), standard).iloc[0]
    assert (row["service"], row["composite"], row["bonus"]) == (100, 100, 0)
    row = csqa.composite(scored(resolved=(0.98, "base"), wording=(0.0, "base")), standard).iloc[0]
    assert row["bonus"] == 0


def test_praise_alone_is_no_score(earning):
    standard, scored = earning
    row = csqa.composite(scored(praise=(0.5, "none")), standard).iloc[0]
    assert np.isnan([row["composite"], row["service"]]).all()
    assert (row["status"], row["coverage"]) == ("too_few", 0)


def test_the_interval_holds_the_doubt_about_the_bonus(earning):
    standard, scored = earning
    sure = scored(n=10_000, csat=(0.8, "base"))
    few = scored(n=50, praise=(0.02, "none"))
    both = pd.concat([sure[sure["metric"] != "praise"], few[few["metric"] == "praise"]])
    narrow, wide = (csqa.composite(table, standard).iloc[0] for table in (sure, both))
    assert wide["upper"] - wide["lower"] > 2 * (narrow["upper"] - narrow["lower"])
    assert wide["lower"] <= wide["composite"] <= wide["upper"]


shares = st.integers(0, 300).map(lambda count: count / 300)


@settings(max_examples=8, deadline=None)
@given(csat=shares, resolution=shares, complaints=shares)
def test_composite_and_dimensions_stay_on_the_scale(csat, resolution, complaints):
    row = card(
        measures(csat=csat, first_contact_resolution=resolution, complaint_rate=complaints)
    ).iloc[0]
    parts = row[["efficiency", "quality", "experience", "composite", "lower", "upper"]]
    assert parts.astype(float).between(0, 100).all()


@settings(max_examples=8, deadline=None)
@given(one=shares, other=shares)
def test_a_better_value_never_lowers_the_composite(one, other):
    less, more = (card(measures(csat=share)).iloc[0] for share in sorted([one, other]))
    assert less["composite"] <= more["composite"]


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 80), st.integers(0, 80)), min_size=1, max_size=6))
def test_splitting_and_merging_sums_changes_nothing(parts):
    counted = [(n, min(n, good)) for n, good in parts]
    n, good = (sum(column) for column in zip(*counted, strict=True))
    split = pd.concat([sums("csat", [("2025-06", *part)]) for part in counted])
    whole = sums("csat", [("2025-06", n, good)])
    scores = [csqa.score(table) for table in (whole, split, split.iloc[::-1])]
    for again in scores[1:]:
        pd.testing.assert_frame_equal(scores[0], again)
