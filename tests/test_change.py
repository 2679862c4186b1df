"""Why the composite moved: parts by metric that add up to the last digit."""

import dataclasses
import itertools
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.change import PARTS, round_parts
from csqa.rules.standard import Bonus, Standard
from tests.tables import sums

SHIPPED = csqa.read_standard()
METRICS = {
    "handle_time": "efficiency",
    "first_contact_resolution": "efficiency",
    "wording": "quality",
    "accuracy": "quality",
    "csat": "experience",
    "nps": "experience",
    "praise_rate": "experience",
}
GUIDE = {"efficiency": 0.3, "quality": 0.5, "experience": 0.2}
OTHER = {"efficiency": 0.4, "quality": 0.4, "experience": 0.2}


def table(period: str, points: dict[str, float], **columns: object) -> pd.DataFrame:
    """Scores of one period as far as a composite looks at them; praise earns a bonus."""
    rows = [
        {
            "period": period,
            "metric": key,
            "dimension": dimension,
            "score": np.nan if key == "praise_rate" else points.get(key, np.nan),
            "bonus": points.get(key, np.nan) if key == "praise_rate" else np.nan,
            "met": None,
        }
        for key, dimension in METRICS.items()
    ]
    return pd.DataFrame(rows).assign(**columns)


def standard(
    *, weights: dict[str, float] = GUIDE, inner: dict[str, float] | None = None
) -> Standard:
    """The shipped one, with a second version from June 2025 that weighs otherwise."""
    first = SHIPPED.versions[0]
    metrics = tuple(
        dataclasses.replace(metric, weight=(inner or {}).get(metric.key, 1.0))
        for metric in first.metrics
    )
    later = dataclasses.replace(
        first, effective=date(2025, 6, 1), weights=tuple(weights.items()), metrics=metrics
    )
    return dataclasses.replace(SHIPPED, versions=(first, later))


def decompose(may: dict[str, float], june: dict[str, float], rules=SHIPPED) -> pd.DataFrame:
    return csqa.decompose_change(
        pd.concat([table("2025-05", may), table("2025-06", june)], ignore_index=True), rules
    )


def test_with_the_same_weights_each_metric_brings_its_share_of_its_own_change():
    parts = decompose(
        {"handle_time": 90, "first_contact_resolution": 100, "wording": 100, "csat": 88},
        {"handle_time": 80, "first_contact_resolution": 100, "wording": 85, "csat": 92},
    )
    assert parts["part"].unique().tolist() == ["score"]
    points = parts.set_index("metric")["points"]
    # 0.3 × ½ × −10, 0.5 × −15, 0.2 × 4
    assert points["handle_time"] == pytest.approx(-1.5)
    assert points["wording"] == pytest.approx(-7.5)
    assert points["csat"] == pytest.approx(0.8)
    assert points["first_contact_resolution"] == 0
    assert parts["change_shown"].unique().tolist() == [-8.2]
    assert parts["caveats"].unique().tolist() == [""]


def test_new_weights_are_no_change_of_service():
    rules = standard(weights=OTHER)
    same = {"handle_time": 70, "wording": 100, "csat": 80}
    parts = decompose(same, same, rules).set_index(["metric", "part"])["points"]
    # Composites 87 and 84. Efficiency goes from 0.3 to 0.4: 70 lies 15.5 below their mean 85.5.
    assert parts["handle_time", "weight"] == pytest.approx(0.1 * (70 - 85.5))
    assert parts["wording", "weight"] == pytest.approx(-0.1 * (100 - 85.5))
    assert ("csat", "weight") not in parts
    assert parts.xs("score", level="part").tolist() == [0, 0, 0]
    assert parts.sum() == pytest.approx(-3)


def test_parts_are_the_shapley_values_of_scores_and_weights():
    """Each order of the two factors in turn, averaged: Shapley (1953), for two players."""
    before, after = {"handle_time": 90, "wording": 70, "csat": 95}, {}
    after = {"handle_time": 60, "wording": 100, "csat": 85}
    found = decompose(before, after, standard(weights=OTHER)).groupby("part")["points"].sum()

    def worth(scored: dict[str, float], weights: dict[str, float]) -> float:
        return sum(weights[METRICS[key]] * points for key, points in scored.items())

    gains: dict[str, list[float]] = {"score": [], "weight": []}
    for order in itertools.permutations(gains):
        now = {"score": before, "weight": GUIDE}
        for factor in order:
            then = worth(now["score"], now["weight"])
            now[factor] = {"score": after, "weight": OTHER}[factor]
            gains[factor].append(worth(now["score"], now["weight"]) - then)
    for factor, gained in gains.items():
        assert found[factor] == pytest.approx(np.mean(gained))


def test_a_metric_that_appears_or_vanishes_is_coverage_and_said():
    parts = decompose(
        {"handle_time": 80, "wording": 100, "csat": 90}, {"handle_time": 80, "wording": 100}
    )
    told = parts.set_index(["metric", "part"])
    assert told.loc[("csat", "coverage"), "presence"] == "vanished"
    assert np.isnan(told.loc[("csat", "coverage"), "score"])
    assert parts["caveats"].unique().tolist() == ["other_metrics"]
    assert parts.loc[parts["part"] == "score", "points"].tolist() == [0, 0]
    # 92 with satisfaction, 92.5 without: all of it by coverage.
    assert parts["points"].sum() == pytest.approx(0.5)
    assert parts.loc[parts["part"] == "coverage", "points"].sum() == pytest.approx(0.5)
    again = decompose({"handle_time": 80, "wording": 100}, {"handle_time": 80, "csat": 90})
    presence = again.drop_duplicates("metric").set_index("metric")["presence"].to_dict()
    assert presence == {"handle_time": "both", "wording": "vanished", "csat": "appeared"}


def test_a_higher_target_is_no_worse_service():
    first = SHIPPED.versions[0]
    raised = [
        dataclasses.replace(metric, lines=(dataclasses.replace(metric.lines[-1], target=0.9),))
        if metric.key == "first_contact_resolution"
        else metric
        for metric in first.metrics
    ]
    later = dataclasses.replace(first, effective=date(2025, 6, 1), metrics=tuple(raised))
    rules = dataclasses.replace(SHIPPED, versions=(first, later))
    months = [("2025-05", 1000, 880), ("2025-06", 1000, 880)]
    measures = pd.concat(
        [
            sums("first_contact_resolution", months[:1]),
            sums("first_contact_resolution", months[1:], line="2025-06-01/base"),
        ]
    )
    parts = csqa.decompose_change(csqa.score(measures, rules), rules).set_index("part")
    # 88 % of 85 scored 100; of 90 it misses by 2 points: 30 × 2/7 go.
    assert parts.loc["target", "points"] == pytest.approx(-30 * 2 / 7)
    assert parts.loc["score", "points"] == pytest.approx(0, abs=1e-12)
    assert parts.loc["target", "caveats"] == "other_standard"


def test_a_month_that_two_versions_judged_is_taken_apart_too():
    rules = csqa.read_standard()
    first = rules.versions[0]
    raised = tuple(
        dataclasses.replace(metric, lines=(dataclasses.replace(metric.lines[-1], target=0.95),))
        if metric.key == "csat"
        else metric
        for metric in first.metrics
    )
    later = dataclasses.replace(first, effective=date(2025, 6, 16), metrics=raised)
    rules = dataclasses.replace(rules, versions=(first, later))
    measures = pd.concat(
        [
            sums("csat", [("2025-05", 400, 368)]),
            sums("csat", [("2025-06", 200, 184)]),
            sums("csat", [("2025-06", 200, 184)], line="2025-06-16/base"),
        ]
    )
    scores = csqa.score(measures, rules)
    parts = csqa.decompose_change(scores, rules).set_index("part")
    # 92 % all along: 100 by 90 %, 92 by 95 %, so 96 in June, and none of it the team's doing.
    assert parts.loc["target", "points"] == pytest.approx(-4)
    assert parts.loc["score", "points"] == pytest.approx(0, abs=1e-12)
    assert parts.loc["target", "caveats"] == "other_standard"


def test_a_bonus_counts_only_as_far_as_there_is_room_below_100():
    parts = decompose(
        {"wording": 100, "csat": 99, "praise_rate": 3},
        {"wording": 100, "csat": 90, "praise_rate": 3},
    )
    points = parts.set_index("metric")["points"]
    share = 0.2 / 0.7
    # Satisfaction falls by 9; the bonus, held to 1 by the limit of 100, is worth 3 again.
    assert points["csat"] == pytest.approx(-9 * share)
    assert points["praise_rate"] == pytest.approx(2 * share)


def test_a_more_generous_bonus_is_no_better_service():
    first = SHIPPED.versions[0]
    versions = []
    for day, points in ((first.effective, 1.0), (date(2025, 6, 1), 2.0)):
        metrics = tuple(
            dataclasses.replace(metric, bonus=Bonus(points, 0.01))
            if metric.key == "praise_rate"
            else metric
            for metric in first.metrics
        )
        versions.append(dataclasses.replace(first, effective=day, metrics=metrics))
    rules = dataclasses.replace(SHIPPED, versions=tuple(versions))
    scores = pd.concat(
        [
            table("2025-05", {"csat": 80, "praise_rate": 2}, value=0.02, target=0.9),
            table("2025-06", {"csat": 80, "praise_rate": 6}, value=0.03, target=0.9),
        ]
    )
    scores.loc[scores["metric"] == "csat", "value"] = 0.8
    parts = csqa.decompose_change(scores, rules).set_index(["metric", "part"])["points"]
    # 1 more by 1 point each, or 2 by 2 each: 1.5 for the praise, and 2.5 for the new rule.
    assert parts["praise_rate", "score"] == pytest.approx(1.5)
    assert parts["praise_rate", "target"] == pytest.approx(2.5)
    assert parts["csat", "score"] == 0


def test_only_periods_that_follow_on_one_another_are_compared():
    scores = pd.concat([table("2025-04", {"csat": 90}), table("2025-06", {"csat": 80})])
    assert csqa.decompose_change(scores).empty


def test_partial_periods_are_decomposed_and_said():
    scores = pd.concat(
        [
            table("2025-05", {"csat": 90}, complete=True),
            table("2025-06", {"csat": 80}, complete=False),
        ]
    )
    parts = csqa.decompose_change(scores)
    assert parts[["shown", "caveats"]].to_numpy().tolist() == [[-10.0, "partial_period"]]


def test_units_are_decomposed_apart_and_periods_without_score_have_no_parts():
    tables = [
        table(period, points, team=team)
        for team, months in {
            "甲": {"2025-05": {"csat": 90}, "2025-06": {"csat": 80}},
            "乙": {"2025-05": {}, "2025-06": {"csat": 70}, "2025-07": {"csat": 75}},
        }.items()
        for period, points in months.items()
    ]
    parts = csqa.decompose_change(pd.concat(tables))
    assert parts[["period", "team", "shown"]].to_numpy().tolist() == [
        ["2025-06", "甲", -10.0],
        ["2025-07", "乙", 5.0],
    ]


POINTS = st.one_of(st.none(), st.floats(0, 100), st.sampled_from([0.0, 50.0, 99.95, 100.0]))
MONTHS = st.fixed_dictionaries(
    {key: POINTS for key in METRICS if key != "praise_rate"}
    | {"praise_rate": st.one_of(st.none(), st.floats(0, 30))}
)
WEIGHTS = st.tuples(*[st.integers(1, 100)] * 3).map(
    lambda parts: {name: part / sum(parts) for name, part in zip(GUIDE, parts, strict=True)}
)
INNER = st.fixed_dictionaries({key: st.floats(0.1, 5) for key in METRICS})


@settings(max_examples=60, deadline=None)
@given(MONTHS, MONTHS, WEIGHTS, INNER)
def test_any_two_composites_are_decomposed_exactly(may, june, weights, inner):
    rules = standard(weights=weights, inner=inner)
    known = [{key: one for key, one in month.items() if one is not None} for month in (may, june)]
    scores = pd.concat(
        [table(period, month) for period, month in zip(("2025-05", "2025-06"), known, strict=True)]
    )
    card = csqa.composite(scores, rules).set_index("period")["composite"]
    parts = csqa.decompose_change(scores, rules)
    if card.isna().any():
        assert parts.empty
        return
    assert parts["part"].isin(PARTS).all()
    assert parts["change"].iloc[0] == pytest.approx(card["2025-06"] - card["2025-05"], abs=1e-11)
    assert abs(parts["points"].sum() - parts["change"].iloc[0]) <= 1e-12
    tenths = (parts["shown"] * 10).round().astype(int)
    assert tenths.sum() == round(parts["change_shown"].iloc[0] * 10)
    assert (parts["shown"] - parts["points"]).abs().max() < 0.1 + 1e-9


@settings(max_examples=25, deadline=None)
@given(MONTHS, MONTHS, st.permutations(range(2 * len(METRICS))))
def test_the_order_of_rows_changes_no_points(may, june, order):
    known = [{key: one for key, one in month.items() if one is not None} for month in (may, june)]
    scores = pd.concat([table("2025-05", known[0]), table("2025-06", known[1])], ignore_index=True)
    keys = ["metric", "part"]
    one, other = (
        csqa.decompose_change(rows).sort_values(keys, ignore_index=True)
        for rows in (scores, scores.iloc[order])
    )
    pd.testing.assert_frame_equal(one[[*keys, "points"]], other[[*keys, "points"]], atol=1e-12)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=40))
def test_rounded_parts_add_up_to_the_rounded_total(points):
    shown, total = round_parts(points, sum(points))
    assert sum(round(10 * one) for one in shown) == round(10 * total)
    assert abs(total - sum(points)) <= 0.05 + 1e-9
    assert max(abs(one - exact) for one, exact in zip(shown, points, strict=True)) < 0.1 + 1e-9


def test_nothing_stays_nothing_when_parts_are_rounded():
    shown, total = round_parts([0.0, 0.25, 0.25, 0.0], 0.5)
    assert (shown, total) == ([0.0, 0.3, 0.2, 0.0], 0.5)


@pytest.mark.slow
def test_on_the_sample_the_parts_are_the_changes_of_the_composite(sample):
    scores = csqa.score(csqa.measure(sample, by="team"))
    parts = csqa.decompose_change(scores)
    keys = ["period", "team"]
    found = parts.groupby(keys)["points"].sum()
    card = csqa.composite(scores).sort_values(["team", "period"])
    changes = card.assign(moved=card.groupby("team")["composite"].diff()).set_index(keys)["moved"]
    assert len(found) == 96
    assert (found - changes.reindex(found.index)).abs().max() <= 1e-11
    said = card.set_index(keys)["no_change_because"].reindex(found.index)
    plain = parts.groupby(keys)["caveats"].first() == ""
    assert ((said == "") == plain).all()
