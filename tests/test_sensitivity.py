"""Whether an order of units survives other weights and chance."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.errors import DataError, RuleError
from csqa.sensitivity import VERDICTS
from csqa.stats.order import corner_weights, simultaneous_factor, weighted_means
from tests.tables import contacts

WEIGHTS = {"efficiency": 0.3, "quality": 0.5, "experience": 0.2}
"""Of the shipped standard."""


def card(*units: tuple[float, ...], half: float = 0.0, period: str = "2025-06") -> pd.DataFrame:
    """Composites of teams 甲 乙 丙 … by their scores in the three dimensions."""
    rows = pd.DataFrame(units, columns=list(WEIGHTS))
    present = rows.notna() * list(WEIGHTS.values())
    composite = (rows * list(WEIGHTS.values())).sum(axis=1) / present.sum(axis=1)
    return rows.assign(
        period=period,
        team=list("甲乙丙丁戊")[: len(units)],
        composite=composite,
        lower=composite - half,
        upper=composite + half,
        status="complete",
        complete=True,
    )


def compare(table: pd.DataFrame, **options: object) -> pd.DataFrame:
    return csqa.compare_order(table, period="2025-06", **options)


@pytest.mark.parametrize(
    ("units", "half", "verdict"),
    [
        ([(90, 90, 90), (80, 80, 80)], 1.0, "apart"),
        ([(70, 90, 80), (90, 80, 80)], 0.1, "weights"),  # 82 and 83, other weights turn them
        ([(90, 90, 90), (88, 88, 88)], 5.0, "chance"),
        ([(70, 90, 80), (90, 80, 80)], 5.0, "both"),
        ([(90, 90, np.nan), (80, 80, 80)], 0.1, "other_dimensions"),
        ([(90, 90, 90), (90, 90, 90)], 0.0, "both"),
    ],
)
def test_an_order_stands_only_if_neither_weights_nor_chance_turn_it(units, half, verdict):
    assert compare(card(*units, half=half))["verdict"].tolist() == [verdict]


def test_the_gap_under_other_weights_is_that_of_the_worst_corner():
    pair = compare(card((100, 80, 90), (80, 90, 90))).iloc[0]
    # Weights 0.3 0.5 0.2 move by 0.1: least at 0.2 0.6 0.1, most at 0.4 0.4 0.1.
    assert (pair["above"], pair["gap"]) == ("甲", pytest.approx(0.3 * 20 - 0.5 * 10))
    assert pair["gap_least"] == pytest.approx((0.2 * 20 - 0.6 * 10) / 0.9)
    assert pair["gap_most"] == pytest.approx((0.4 * 20 - 0.4 * 10) / 0.9)


def test_without_moves_the_gap_is_the_gap():
    pair = compare(card((100, 80, 90), (80, 90, 70)), points=0).iloc[0]
    assert pair["gap_least"] == pytest.approx(pair["gap"])
    assert pair["gap_most"] == pytest.approx(pair["gap"])


def test_weights_never_fall_below_nothing():
    assert corner_weights([0.05, 0.95], 0.1).min() == 0
    # All weight on what neither is scored on: no composite there, and no gap.
    pair = compare(card((90, np.nan, np.nan), (80, np.nan, np.nan)), points=50).iloc[0]
    assert (pair["gap_least"], pair["gap_most"]) == (10, 10)


def test_intervals_are_subtracted_by_square_and_add():
    table = card((90, 90, 90), (80, 80, 80)).assign(lower=[86.0, 77.0], upper=[91.0, 83.0])
    pair = compare(table).iloc[0]
    assert pair["gap_lower"] == pytest.approx(10 - 5)  # hypot(4, 3)
    assert pair["gap_upper"] == pytest.approx(10 + np.sqrt(10))  # hypot(1, 3)


def test_more_pairs_make_each_interval_wider():
    assert simultaneous_factor(1) == 1
    # Three pairs at 95 % together: 2.394 instead of 1.960 standard errors.
    assert simultaneous_factor(3) == pytest.approx(2.39398 / 1.95996, abs=1e-4)


def test_places_are_bounds_and_no_ranking():
    table = card((95, 95, 95), (60, 60, 60), (94, 94, 94), half=2.0)
    places = csqa.order_sensitivity(table, period="2025-06").set_index("unit")
    assert places.index.tolist() == sorted(["甲", "乙", "丙"])
    assert places.loc["甲", ["place", "best", "worst"]].tolist() == [1, 1, 2]
    assert places.loc["甲", ["best_by_weights", "worst_by_weights"]].tolist() == [1, 1]
    assert places.loc["甲", ["best_by_chance", "worst_by_chance"]].tolist() == [1, 2]
    assert (places.loc["甲", "not_apart_from"], places.loc["甲", "robust"]) == ("丙", False)
    assert places.loc["乙", ["place", "best", "worst", "robust"]].tolist() == [3, 3, 3, True]


def test_a_unit_without_composite_has_no_place_and_takes_none():
    table = card((95, 95, 95), (60, 60, 60), (np.nan, np.nan, np.nan), half=1.0)
    places = csqa.order_sensitivity(table, period="2025-06").set_index("unit")
    assert places.loc["乙", ["place", "worst"]].tolist() == [2, 2]
    assert places.loc["丙", "robust"] is None
    assert pd.isna(places.loc["丙", ["place", "best", "worst"]]).all()


def test_without_intervals_nobody_is_told_apart():
    table = card((95, 95, 95), (60, 60, 60)).assign(lower=np.nan, upper=np.nan)
    assert compare(table)["verdict"].tolist() == ["chance"]


def test_equals_share_a_place_and_what_has_no_team_is_no_unit():
    table = pd.concat([card((90, 90, 90), (90, 90, 90)), card((99, 99, 99)).assign(team="unknown")])
    places = csqa.order_sensitivity(table, period="2025-06")
    assert places["place"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"points": -1}, RuleError, "`points` 应为 0 到 100 的百分点，而不是 -1"),
        ({"confidence": 1}, RuleError, "`confidence` 应在 0 与 1 之间"),
        ({"unit": "group"}, RuleError, "`unit` 应为"),
        ({"unit": "channel"}, DataError, "没有“channel”列"),
    ],
)
def test_wrong_arguments_are_named(options, error, message):
    with pytest.raises(error, match=message):
        compare(card((90, 90, 90), (80, 80, 80)), **options)


def test_a_period_or_a_split_that_does_not_fit_is_named():
    table = card((90, 90, 90), (80, 80, 80))
    with pytest.raises(DataError, match="没有 2025-07 的行；有的是 2025-06 至 2025-06"):
        csqa.order_sensitivity(table, period="2025-07")
    with pytest.raises(DataError, match="没有“composite”列"):
        compare(table.drop(columns="composite"))
    with pytest.raises(DataError, match="有两行“甲”"):
        compare(pd.concat([table, table]))


SCORES = st.lists(st.tuples(*[st.floats(0, 100)] * 3, st.floats(0, 10)), min_size=2, max_size=5)
MOVES = st.tuples(*[st.floats(-0.1, 0.1)] * 3)


@settings(max_examples=30, deadline=None)
@given(SCORES, st.lists(MOVES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_no_weights_within_reach_leave_the_bounds(units, moves, random):
    table = card(*[unit[:3] for unit in units])
    halves = np.array([unit[3] for unit in units])
    table = table.assign(lower=table["composite"] - halves, upper=table["composite"] + halves)
    pairs = compare(table)
    assert pairs["verdict"].isin(VERDICTS).all()
    assert len(pairs) == len(units) * (len(units) - 1) / 2
    scores = table.set_index("team")[list(WEIGHTS)]
    for move in moves:
        weights = np.array(list(WEIGHTS.values())) + move
        composite = scores @ (weights / weights.sum())
        gaps = composite[pairs["above"]].to_numpy() - composite[pairs["below"]].to_numpy()
        assert (gaps >= pairs["gap_least"] - 1e-9).all()
        assert (gaps <= pairs["gap_most"] + 1e-9).all()
    order = list(range(len(units)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(pairs, compare(table.iloc[order]))
    places = csqa.order_sensitivity(table, period="2025-06")
    assert (places["best"] <= places["best_by_weights"]).all()
    assert (places["best_by_weights"] <= places["place"]).all()
    assert (places["place"] <= places["worst_by_weights"]).all()
    assert (places["worst_by_weights"] <= places["worst"]).all()


def test_the_corners_are_where_the_extremes_are():
    """Against a fine grid of the whole box: nothing on it lies beyond the corners."""
    differences = np.array([[12.0, -7.0, 3.0]])
    corners = weighted_means(differences, corner_weights(list(WEIGHTS.values()), 0.1))
    steps = np.linspace(-0.1, 0.1, 21)
    grid = np.array(list(itertools.product(*[weight + steps for weight in WEIGHTS.values()])))
    inside = weighted_means(differences, grid)
    assert inside.min() == pytest.approx(corners.min())
    assert inside.max() == pytest.approx(corners.max())


@pytest.mark.slow
def test_teams_of_the_sample_are_not_told_apart_by_one_month(sample):
    found = csqa.composite(csqa.score(csqa.measure(sample, by="team")))
    places = csqa.order_sensitivity(found, period="2025-06")
    assert places["composite"].notna().sum() == 4
    assert places["robust"].tolist() == [False] * 4
    assert places[["best", "worst"]].to_numpy().tolist() == [[1, 4]] * 4


def test_contacts_without_a_team_have_no_order_and_no_error():
    rows = [{"created_at": f"2025-06-{day:02d} 09:00", "csat": 5} for day in range(1, 31)]
    card = csqa.composite(csqa.score(csqa.measure(contacts(*rows), by="team")))
    places = csqa.order_sensitivity(card, period="2025-06")
    assert places.empty
    shown = csqa.tables.show_order(places, unit_kind="team")
    assert shown.text == "没有可以比较的对象。"
