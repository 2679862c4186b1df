"""The anomaly watch: what it finds, what it leaves out, and how often it cries wolf."""

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import watch as benchmark
from csqa import results
from csqa.engine.expectations import Sums, distance, limits_at, look_ahead
from csqa.errors import RuleError
from csqa.rules.calendar import Calendar
from csqa.show.watch_tables import show_watch
from csqa.watch import watch
from tests.tables import BASE

END = "2025-06-30"
HISTORY = 140


def daily(n, *, metric="csat", share=0.9, days=HISTORY, **columns) -> pd.DataFrame:
    """Measures by day up to the end of June: records, and a share of them."""
    periods = pd.date_range(end=END, periods=days).strftime("%Y-%m-%d")
    rows = pd.DataFrame({"period": periods, "metric": metric, "target_line": BASE, "n": n})
    total = np.round(rows["n"] * share)
    constant = {"total": total, "total_squares": total, "over": 0.0, "complete": True}
    return rows.assign(**{**constant, **columns})


def week_of_work(days: int = HISTORY) -> np.ndarray:
    """A hundred contacts on weekdays, forty on Saturdays and Sundays."""
    dates = pd.date_range(end=END, periods=days)
    return np.where(dates.day_of_week < 5, 100, 40)


def changed(measures: pd.DataFrame, day: str, factor: float) -> pd.DataFrame:
    return measures.assign(
        **{
            name: measures[name].where(measures["period"] != day, measures[name] * factor)
            for name in ("n", "total", "total_squares")
        }
    )


def test_a_day_far_below_its_weekday_is_named():
    found = watch(changed(daily(week_of_work()), "2025-06-18", 0.5))
    row = found.iloc[0]
    assert found[["period", "metric", "side", "verdict"]].to_numpy().tolist() == [
        ["2025-06-18", "contacts", "below", "unusual"]
    ]
    assert (row["value"], row["n"], row["expected"]) == (50.0, 50, 100.0)
    assert row["value"] < row["lower_limit"] < 100 < row["upper_limit"]


def test_the_weeks_cycle_is_no_anomaly():
    assert watch(daily(week_of_work())).empty


def test_a_sunday_like_a_weekday_is_one():
    found = watch(changed(daily(week_of_work()), "2025-06-22", 2.5))
    assert found[["period", "value", "expected"]].to_numpy().tolist() == [
        ["2025-06-22", 100.0, 40.0]
    ]


@pytest.mark.parametrize(
    ("metric", "share", "verdict"), [("csat", 0.6, "worse"), ("complaint_rate", 0.6, "worse")]
)
def test_the_verdict_is_the_metrics_own(metric, share, verdict):
    rows = daily(100, metric=metric, share=0.9 if metric == "csat" else 0.05)
    there = rows["period"] == "2025-06-18"
    rows.loc[there, ["total", "total_squares"]] = 100 * share
    found = watch(rows)
    assert found[["metric", "verdict", "value", "n"]].to_numpy().tolist() == [
        [metric, verdict, share, 100]
    ]


def test_what_comes_later_changes_nothing():
    """No look-ahead: a day is judged the same whatever happens after it."""
    rng = np.random.default_rng(3)
    rows = daily(rng.poisson(week_of_work()))
    rows = changed(rows, "2025-06-02", 0.4)
    later = changed(changed(rows, "2025-06-20", 3.0), "2025-06-25", 0.1)
    early = [
        table[table["period"] < "2025-06-20"].reset_index(drop=True)
        for table in (watch(rows), watch(later))
    ]
    pd.testing.assert_frame_equal(*early)
    assert early[0]["period"].tolist() == ["2025-06-02"]


def test_the_first_and_the_last_day_may_be_partial():
    measures = daily(week_of_work())
    assert watch(changed(measures, END, 0.1)).empty
    assert watch(changed(measures, measures["period"].iloc[0], 0.1), last=HISTORY).empty


def test_a_day_without_any_record_is_a_gap():
    measures = daily(week_of_work())
    found = watch(measures[measures["period"] != "2025-06-18"])
    assert found.empty
    assert found.attrs["watch"]["left_out"] == 1


def test_partial_periods_are_left_out():
    measures = changed(daily(week_of_work()), "2025-06-18", 0.3)
    complete = measures["period"] != "2025-06-18"
    assert watch(measures.assign(complete=complete)).empty


def test_a_unit_without_contacts_while_others_had_is_one():
    both = pd.concat([daily(100).assign(team=team) for team in ("甲", "乙")])
    found = watch(both[~((both["team"] == "甲") & (both["period"] == "2025-06-18"))])
    assert found[["unit", "unit_kind", "metric", "value"]].to_numpy().tolist() == [
        ["甲", "team", "contacts", 0.0]
    ]


def test_holidays_and_make_up_days_are_left_out_where_a_calendar_is_given():
    measures = changed(daily(week_of_work()), "2025-06-02", 0.2)
    calendar = Calendar((), holidays=frozenset({date(2025, 6, 2)}))
    found = watch(measures, calendar=calendar)
    assert found.empty
    assert found.attrs["watch"]["left_out"] == 1
    assert watch(measures)["period"].tolist() == ["2025-06-02"]


def test_a_lasting_level_becomes_the_expected_one():
    """A shift is news for a while; the control chart tells what lasts."""
    n = np.where(np.arange(300) < 150, 100, 150)
    found = watch(daily(n, days=300), last=300)
    days = pd.to_datetime(found["period"])
    start = pd.Timestamp(END) - pd.Timedelta(days=149)
    assert days.min() == start
    assert days.max() < start + pd.Timedelta(weeks=8)


def test_weeks_are_sums_of_days():
    measures = changed(daily(100, days=400), "2025-06-18", 0.1)
    measures = changed(changed(measures, "2025-06-17", 0.1), "2025-06-19", 0.1)
    found = watch(measures, every="week")
    assert found[["period", "value", "expected"]].to_numpy().tolist() == [
        ["2025-W25", 430.0, 700.0]
    ]


def test_more_series_need_more_to_be_named():
    one = daily(100)
    many = pd.concat([one.assign(team=f"T{number}") for number in range(30)])
    chances = [watch(table).attrs["watch"] for table in (one.assign(team="T0"), many)]
    assert [chance["series"] for chance in chances] == [2, 60]
    assert [chance["false_alarms"] for chance in chances] == pytest.approx([1.0, 1.0])
    assert watch(many, false_alarms=0.2).attrs["watch"]["false_alarms"] == pytest.approx(0.2)


def test_a_few_weekly_series_do_not_use_up_what_is_allowed():
    found = watch(daily(100, days=400), every="week")
    assert 0 < found.attrs["watch"]["false_alarms"] < 1


def test_too_little_history_judges_nothing_and_says_so():
    found = watch(daily(100, days=30))
    assert found.empty
    assert found.attrs["watch"]["series"] == 0
    assert "历史不足" in show_watch(found).text


def test_no_measures_at_all():
    found = watch(daily(100).iloc[:0])
    assert list(found.columns) == list(results.WATCH_COLUMNS)


def test_the_input_stays_as_it_was():
    measures = daily(week_of_work())
    copy = measures.copy()
    watch(measures)
    pd.testing.assert_frame_equal(measures, copy)


def test_wrong_arguments_are_named_all_at_once():
    monthly = daily(100).assign(period="2025-06")
    with pytest.raises(RuleError, match=r"`measures`.*month.*`last`.*`false_alarms`"):
        watch(monthly, last=0, false_alarms=-1)
    with pytest.raises(RuleError, match="`every`"):
        watch(monthly, every="month")


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.05, 0.95), st.floats(2.0, 6.0))
@settings(max_examples=40)
def test_limits_are_where_the_distance_is_reached(x, spare, level, width):
    n = np.array([float(x + spare + 1)])
    before = Sums(np.array([300.0]), np.array([300 * level]), np.array([300 * level]))
    now = Sums(n, np.array([float(x)]), np.array([float(x)]))
    lower, upper = limits_at(now, before, "share", np.array([width]))
    value = x / n
    far = distance(now, before, "share", half=0.5)
    assert 0 <= lower <= level <= upper <= 1
    assert bool(far > width) == bool(value > upper + 1e-9) or abs(value - upper) < 1e-6
    assert bool(far < -width) == bool(value < lower - 1e-9) or abs(value - lower) < 1e-6


def test_distances_by_hand():
    """100 records expected and 60 found, or 140: the signed root of the likelihood ratio."""
    before = Sums(*np.full((3, 1), 1e9))
    before = before._replace(n=np.array([1e7]))
    now = [Sums(np.ones(1), np.array([x]), np.array([x])) for x in (60.0, 140.0)]
    found = [float(distance(one, before, "per_hundred")[0]) for one in now]
    by_hand = [-np.sqrt(2 * (60 * np.log(0.6) + 40)), np.sqrt(2 * (140 * np.log(1.4) - 40))]
    assert found == pytest.approx(by_hand, abs=1e-3)


def test_means_are_compared_on_the_log_scale():
    """Waits of 10 s on average with as large a spread: twice and half as long are as far."""
    before = Sums(np.array([1e9]), np.array([1e10]), np.array([2e11]))
    both = [
        Sums(np.array([50.0]), np.array([50 * mean]), np.array([50 * 2 * mean**2]))
        for mean in (20.0, 5.0)
    ]
    up, down = (float(distance(one, before, "seconds")[0]) for one in both)
    assert up == pytest.approx(-down, rel=0.01)
    assert up == pytest.approx(np.log(2) / np.sqrt(1 / 50), rel=0.01)


def test_two_odd_weeks_do_not_move_what_is_expected():
    total = np.full(80, 100.0)
    total[[79 - 7, 79 - 14]] = 1000.0, 0.0
    outlook = look_ahead(
        Sums(np.ones(80), total, total), "per_hundred", cycle=7, peers=8, window=56
    )
    assert outlook.expected[-1] == 100.0


def test_a_restless_series_has_wider_limits():
    rng = np.random.default_rng(1)
    calm = daily(rng.poisson(400, 200), days=200)
    restless = daily(rng.poisson(400 * rng.lognormal(0, 0.2, 200)), days=200)
    found = [watch(changed(table, "2025-06-18", 0.75)) for table in (calm, restless)]
    assert [("2025-06-18" in set(table["period"])) for table in found] == [True, False]


@pytest.mark.slow
@pytest.mark.parametrize("every", ["day", "week"])
@pytest.mark.parametrize("scenario", list(benchmark.SCENARIOS))
def test_stable_teams_have_no_more_false_alarms_than_said(scenario, every):
    counted = benchmark.count_alarms(scenario, every, runs=3, allowed=3.0)
    assert counted["measured"] <= counted["stated"] + 2 * counted["error"]


def test_the_table_says_what_was_found_and_how_often_it_errs():
    rows = pd.concat(
        [daily(week_of_work()), daily(week_of_work(), metric="complaint_rate", share=0.05)]
    )
    there = (rows["period"] == "2025-06-18") & (rows["metric"] == "complaint_rate")
    rows.loc[there, ["total", "total_squares"]] = 40.0
    text = show_watch(watch(rows)).text
    assert "按此规则，一切正常时平均每月误报 1.0 次。" in text
    assert "2025-06-18  整体  投诉率  40.0%  100  5.0%  " in text
    assert text.endswith("▼ 变差（偏高）")
    english = show_watch(watch(rows), language="en").text
    assert "1.0 false alarm(s) a month" in english
    assert english.endswith("▼ worse (high)")


def test_names_are_escaped():
    rows = daily(week_of_work()).assign(team="<script>")
    shown = show_watch(watch(changed(rows, "2025-06-18", 0.3))).html
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown


def test_a_table_from_a_file_still_states_its_false_alarms():
    found = watch(changed(daily(week_of_work()), "2025-06-18", 0.5))
    found.attrs = {}
    assert show_watch(found).text.startswith("按此规则，一切正常时平均每月误报 1.0 次。")


def test_newest_first():
    rows = daily(week_of_work())
    for day in ("2025-06-11", "2025-06-18"):
        rows = changed(rows, day, 0.4)
    periods = watch(rows)["period"].tolist()
    assert all(first >= second for first, second in pairwise(periods))
    assert set(periods) == {"2025-06-11", "2025-06-18"}
