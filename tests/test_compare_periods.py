"""A period with an earlier one: by hand, of every kind, and never a per cent of a rate."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.compare_periods import COLUMNS, compare_periods
from csqa.engine.period_pairs import earlier_period
from csqa.errors import RuleError
from csqa.rules.standard import BETWEEN, Line, Standard
from tests.simulations import draws
from tests.tables import months, sums

SHIPPED = csqa.read_standard()


def changed_from(day: date, key: str, **changes) -> Standard:
    """The shipped standard with a second version in which one metric is another."""
    first = SHIPPED.versions[0]
    metrics = tuple(
        replace(metric, **changes) if metric.key == key else metric for metric in first.metrics
    )
    return replace(SHIPPED, versions=(first, replace(first, effective=day, metrics=metrics)))


def two(metric: str, now: tuple[float, ...], before: tuple[float, ...], **options) -> pd.DataFrame:
    """June against May: (n, total[, squares]) each."""
    rows = [("2025-05", *before), ("2025-06", *now)]
    return compare_periods(sums(metric, rows), period="2025-06", since="previous", **options).iloc[
        0
    ]


def test_newcombe_s_example_by_hand():
    """Newcombe 1998, 56 of 70 against 48 of 80: 80 % − 60 % = 20 points (5.24 to 33.39)."""
    row = two("csat", (70, 56), (80, 48))
    assert list(row.index[-len(COLUMNS) :]) == list(COLUMNS)
    ends = row[["value", "before", "change", "change_lower", "change_upper"]]
    assert ends.tolist() == pytest.approx([0.8, 0.6, 0.2, 0.0524, 0.3339], abs=5e-5)
    assert (row["n"], row["n_before"], row["method"]) == (70, 80, "newcombe")
    assert (row["verdict"], row["improvement"], row["reason"]) == ("better", pytest.approx(0.2), "")
    assert np.isnan(row["relative"]), "a rate changes by points, never by per cent"


def test_times_change_in_seconds_and_in_per_cent_and_less_is_better():
    row = two("handle_time", (100, 30_000.0, 9.9e6), (100, 40_000.0, 17.0e6))
    assert row[["change", "relative", "improvement"]].tolist() == [-100.0, -0.25, 100.0]
    assert row["verdict"] == "better"
    assert row["method"] == "welch"


def test_faults_and_nps_change_in_their_own_units():
    faults = two("wording", (200, 24), (200, 4))
    assert faults[["value", "before", "change", "relative"]].tolist() == [12.0, 2.0, 10.0, 5.0]
    assert faults["verdict"] == "worse"
    score = two("nps", (100, 50, 70), (100, 20, 60))
    assert score["change"] == pytest.approx(0.3)
    assert np.isnan(score["relative"])
    assert score["verdict"] == "better"


def test_per_cent_of_nothing_is_not_given():
    assert np.isnan(two("wording", (200, 24), (200, 0))["relative"])


@pytest.mark.parametrize(
    ("period", "previous", "year"),
    [
        ("2025-03-01", "2025-02-28", "2024-03-01"),
        ("2025-W01", "2024-W52", "2024-W01"),
        ("2025-01", "2024-12", "2024-01"),
        ("2025-Q1", "2024-Q4", "2024-Q1"),
        ("2025", "2024", "2024"),
    ],
)
def test_every_kind_of_period(period: str, previous: str, year: str):
    assert earlier_period(period) == previous
    assert earlier_period(period, "year") == year
    rows = sorted({(one, 100, 90 if one == period else 60) for one in (period, previous, year)})
    table = compare_periods(sums("csat", rows), period=period)
    assert set(table["since"]) == {previous, year}
    assert table["change"].tolist() == pytest.approx([0.3] * len(table))
    assert len(table) == (1 if previous == year else 2), "a year's previous one is its year ago"


def test_a_year_ago_may_not_be_in_the_calendar():
    rows = [("2024-02-28", 100, 60), ("2024-02-29", 100, 90)]
    table = compare_periods(sums("csat", rows), period="2024-02-29", since="year")
    assert table[["since", "reason", "verdict"]].to_numpy().tolist() == [
        ["", "no_data_before", "none"]
    ]


def by_months(*, partial: str = "", last: str = "2025-06", count: int = 18) -> pd.DataFrame:
    """100 records a month; 60 of them good in 2024, 80 in 2025."""
    rows = [(one, 100, 60 if one < "2025" else 80) for one in months(count, last)]
    table = sums("csat", rows)
    return table.assign(complete=table["period"] != partial)


def test_quarters_are_put_together_from_whole_months():
    table = compare_periods(by_months(), period="2025-Q2")
    assert table[["comparison", "n", "n_before", "pooled", "reason"]].to_numpy().tolist() == [
        ["previous", 300, 300, 3, ""],
        ["year", 300, 300, 3, ""],
    ]
    assert table["change"].tolist() == pytest.approx([0.0, 0.2])


def test_year_on_year_takes_only_months_complete_in_both_years():
    table = compare_periods(by_months(partial="2025-06"), period="2025-Q2")
    previous, year = table.to_dict("records")
    assert (previous["reason"], previous["comparable"]) == ("partial_period", False)
    assert np.isnan(previous["change"])
    assert (year["n"], year["n_before"], year["pooled"]) == (200, 200, 2)
    assert (year["reason"], year["comparable"]) == ("common_months", True)
    whole = compare_periods(by_months(partial="2024-02"), period="2025", since="year").iloc[0]
    assert (whole["n"], whole["n_before"], whole["pooled"]) == (500, 500, 5)


@pytest.mark.parametrize(("count", "reason"), [(10, "no_data_before"), (12, "partial_period")])
def test_without_a_common_month_nothing_is_compared(count: int, reason: str):
    """July 2025 against a third quarter of 2024 without any month, or without its July."""
    table = by_months(last="2025-07", count=count)
    row = compare_periods(table, period="2025-Q3", since="year").iloc[0]
    assert row[["reason", "comparable", "verdict"]].tolist() == [reason, False, "none"]


def test_partial_periods_are_shown_and_not_compared():
    row = compare_periods(by_months(partial="2025-06"), period="2025-06", since="previous").iloc[0]
    assert row[["value", "before", "reason", "verdict"]].tolist() == [
        0.8,
        0.8,
        "partial_period",
        "none",
    ]
    assert row[["change", "change_lower", "relative", "improvement", "p"]].isna().all()


def test_the_first_period_has_none_before():
    table = compare_periods(by_months(count=1), period="2025-06")
    assert table["reason"].tolist() == ["no_data_before"] * 2
    assert table["since"].tolist() == ["2025-05", "2024-06"]


def test_units_that_come_and_go_keep_their_row():
    rows = [("2025-05", "甲", 100, 80), ("2025-06", "乙", 100, 90)]
    table = compare_periods(sums("csat", rows, unit="team"), period="2025-06", since="previous")
    assert table[["team", "n", "n_before", "reason", "verdict"]].to_numpy().tolist() == [
        ["乙", 100, 0, "no_data_before", "none"],
        ["甲", 0, 100, "no_data_now", "none"],
    ]


def with_version(table: pd.DataFrame, version: str, since: str) -> pd.DataFrame:
    later = table["period"] >= since
    return table.assign(target_line=table["target_line"].where(~later, f"{version}/base"))


def test_another_definition_is_not_compared_and_another_target_is_said():
    table = with_version(by_months(), "2025-06-01", "2025-06")
    measured = changed_from(date(2025, 6, 1), "csat", where=(("channel", "online"),))
    aimed = changed_from(date(2025, 6, 1), "csat", lines=(Line((), 0.95),))
    renamed = changed_from(date(2025, 6, 1), "csat", names=(("zh", "新名"),), weight=2.0)
    found = [
        compare_periods(table, standard, period="2025-06", since="previous").iloc[0]
        for standard in (measured, aimed, renamed)
    ]
    told = [(row["reason"], row["comparable"], row["verdict"]) for row in found]
    assert told == [
        ("other_definition", False, "none"),
        ("other_target", True, "no_difference"),
        ("", True, "no_difference"),
    ]
    assert np.isnan(found[0]["change"])


def test_few_records_and_few_faults_are_not_judged():
    few = two("csat", (29, 29), (400, 200))
    assert few[["verdict", "reason", "comparable"]].tolist() == ["too_few", "too_few", False]
    assert few["change"] == pytest.approx(0.5), "the interval says how little is known"
    assert np.isnan(few["q"])
    assert two("csat", (29, 29), (400, 200), minimum_n=20)["verdict"] == "better"
    assert two("wording", (100, 5), (100, 0))["verdict"] == "too_few"
    assert two("wording", (100, 6), (100, 0))["verdict"] == "worse"


def test_a_range_is_better_nearer_to_it_and_inside_neither():
    standard = changed_from(
        date(2023, 1, 2), "handle_time", direction=BETWEEN, lines=(Line((), 300.0, upper=600.0),)
    )
    standard = replace(standard, versions=standard.versions[1:])

    def verdict(before: float, now: float) -> tuple[str, float]:
        rows = [
            (period, 400, 400 * mean, 400 * (mean**2 + 100))
            for period, mean in (("2025-05", before), ("2025-06", now))
        ]
        table = sums("handle_time", rows, line="2023-01-02/base")
        row = compare_periods(table, standard, period="2025-06", since="previous").iloc[0]
        return row["verdict"], row["improvement"]

    assert verdict(200, 250) == ("better", 50)
    assert verdict(650, 700) == ("worse", -50)
    assert verdict(400, 500) == ("rising", 0)
    assert verdict(250, 650) == ("rising", 0), "as far out on the other side"


def test_what_has_no_direction_rises_or_falls():
    row = two("praise_rate", (1000, 100), (1000, 20))
    assert row["verdict"] == "rising"
    assert np.isnan(row["improvement"])
    assert two("praise_rate", (1000, 20), (1000, 100))["verdict"] == "falling"


def test_verdicts_allow_for_the_number_of_comparisons():
    """One of forty teams changes at p = 0.01: alone it is named, among forty it is not."""
    rows = [("2025-05", "00", 1000, 900), ("2025-06", "00", 1000, 864)]
    for team in range(1, 40):
        rows += [(period, f"{team:02d}", 1000, 900) for period in ("2025-05", "2025-06")]
    table = sums("csat", rows, unit="team")
    many = compare_periods(table, period="2025-06", since="previous")
    alone = compare_periods(table[table["team"] == "00"], period="2025-06", since="previous")
    assert alone["p"].iloc[0] == pytest.approx(0.0125, abs=5e-4)
    assert (alone["verdict"].iloc[0], many["verdict"].iloc[0]) == ("worse", "no_difference")
    assert many["q"].iloc[0] == pytest.approx(40 * many["p"].iloc[0])


@pytest.mark.slow
def test_stable_teams_are_seldom_accused():
    """Forty teams whose true share stays: some row is named in about one call of twenty."""
    rng = np.random.default_rng(20250622)
    calls, named = draws(200, 100), 0
    n = rng.integers(40, 400, (calls, 40, 2))
    x = rng.binomial(n, 0.88)
    teams = np.repeat([f"{team:02d}" for team in range(40)], 2)
    for call in range(calls):
        table = pd.DataFrame(
            {
                "period": ["2025-05", "2025-06"] * 40,
                "team": teams,
                "metric": "csat",
                "target_line": "2023-01-01/base",
                "n": n[call].ravel(),
                "total": x[call].ravel().astype(float),
                "total_squares": x[call].ravel().astype(float),
                "over": 0.0,
                "complete": True,
            }
        )
        found = compare_periods(table, period="2025-06", since="previous")
        named += bool(found["verdict"].isin(["better", "worse"]).any())
    # 5 % and three standard errors; without allowing for forty, 87 % of calls would name some.
    assert named / calls <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / calls)


share = st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@given(st.lists(st.tuples(share, share), min_size=1, max_size=6))
@settings(max_examples=12, deadline=None)
def test_properties_of_shares(pairs):
    rows = [
        (period, f"{team}", *side)
        for team, pair in enumerate(pairs)
        for period, side in zip(("2025-05", "2025-06"), pair, strict=True)
    ]
    table = sums("csat", rows, unit="team")
    kept = table.copy()
    found = compare_periods(table, period="2025-06", since="previous")
    pd.testing.assert_frame_equal(table, kept)
    shuffled = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        found, compare_periods(shuffled, period="2025-06", since="previous")
    )
    assert (found["change"] == found["value"] - found["before"]).all()
    assert (found["change_lower"] <= found["change"]).all()
    assert (found["change"] <= found["change_upper"]).all()
    assert found["change"].between(-1, 1).all()
    named = found["verdict"].isin(["better", "worse"])
    assert (named <= (found["q"] < 0.05)).all()
    assert ((found["change_lower"] > 0) | (found["change_upper"] < 0))[named].all()
    assert (found["q"] >= found["p"] - 1e-12)[found["p"].notna()].all()


def test_wrong_arguments_are_refused():
    table = by_months()
    with pytest.raises(RuleError, match="`period`：数据里没有 2030-01；有 2024-01 至 2025-06"):
        compare_periods(table, period="2030-01")
    with pytest.raises(RuleError, match="`period` 应形如"):
        compare_periods(table, period="June")
    with pytest.raises(RuleError, match="`since` 应为 'previous', 'year' 之一，而不是 'week'"):
        compare_periods(table, period="2025-06", since="week")
    with pytest.raises(RuleError, match="`since` 应为"):
        compare_periods(table, period="2025-06", since=[])
    with pytest.raises(RuleError, match="数据里没有 2030-Q1"):
        compare_periods(table, period="2030-Q1")


def test_the_sample_s_slow_team_is_the_one_found(sample):
    """Planted: 在线二组 answers slower since the spring; nobody else changed against last year."""
    found = compare_periods(csqa.measure(sample, by="team"), period="2025-06")
    named = found[found["verdict"].isin(["better", "worse"])]
    assert named[["team", "metric", "comparison", "verdict"]].to_numpy().tolist() == [
        ["在线二组", "first_response_online", "year", "worse"]
    ]


@pytest.mark.parametrize(("every", "period"), [("day", "2025-06-12"), ("week", "2025-W24")])
def test_the_sample_s_days_and_weeks(sample, every: str, period: str):
    found = compare_periods(csqa.measure(sample, every=every), period=period)
    assert set(found["comparison"]) == {"previous", "year"}
    assert found.loc[found["metric"] == "handle_time", "change"].notna().all()
