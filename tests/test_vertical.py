"""One unit over months: gaps, partial months, runs, and how good the evidence is."""

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa import results
from csqa.errors import RuleError
from csqa.rules.files import DEFAULTS
from csqa.rules.standard_reader import read_standard
from tests.tables import months, sums, write


def csat(percents, *, n=200, last="2025-06", **changed) -> pd.DataFrame:
    """CSAT (target 90 %) by month, oldest first; None leaves the month out."""
    labels = months(len(percents), last)
    rows = [
        (label, n, round(n * percent / 100))
        for label, percent in zip(labels, percents, strict=True)
        if percent is not None
    ]
    return sums("csat", rows).assign(**changed)


def last(measures: pd.DataFrame, **options) -> pd.Series:
    return csqa.compare_vertical(measures, **options).iloc[-1]


def grade(measures: pd.DataFrame) -> tuple[str, str]:
    row = last(measures)
    return row["persistence"], row["evidence"]


CALM = [92, 93, 91, 92, 94, 92, 93, 91, 92, 93, 92, 94]


@pytest.mark.parametrize(
    ("series", "n", "expected"),
    [
        ([*CALM, 96], 1000, ("met", "stable")),  # interval wholly above 90 %
        ([*CALM, 91], 200, ("met", "marginal")),
        ([*CALM, 70], 200, ("occasional", "special_cause")),  # far below the limits
        ([*CALM, 89], 200, ("occasional", "may_be_noise")),
        ([*CALM, 89, 89.5], 200, ("persistent", "weak")),
        ([*CALM, 80, 79], 200, ("persistent", "strong")),
    ],
)
def test_all_six_grades(series, n, expected):
    assert grade(csat(series, n=n)) == expected


def test_persistent_is_strong_where_the_limits_never_reach_the_target():
    row = last(csat([70, 71, 69, 70, 71, 70], n=1000))
    assert (row["assurance"], row["persistence"], row["evidence"]) == (
        "consistently_failed",
        "persistent",
        "strong",
    )
    assert row["run_length"] == 6


def test_persistent_is_strong_where_a_run_fired_though_the_pooled_interval_holds_the_target():
    # Seven months at 89.5 % after a high year: 89.5 % of 2,100 cannot be told from 90 %.
    series = [*[96] * 12, *[89.5] * 7]
    row = last(csat(series, n=300))
    assert "run" in row["signals"].split()
    assert (row["persistence"], row["evidence"]) == ("persistent", "strong")


def test_unrounded_values_are_compared():
    # 899.6 of 1000 would be shown as 90.0 %
    measures = sums("csat", [("2025-05", 10_000, 8996), ("2025-06", 10_000, 9000)])
    assert csqa.compare_vertical(measures)["met"].tolist() == [False, True]


def test_gap_month_stays_on_the_axis_and_breaks_the_run():
    rows = csqa.compare_vertical(csat([92, 80, 80, None, 80]))
    assert rows["period"].tolist() == months(5)
    assert rows["run_length"].tolist() == [0, 1, 2, 0, 1]
    gap = rows.iloc[3]
    assert gap["n"] == 0
    assert np.isnan(gap["value"])
    assert (gap["met"], gap["persistence"], gap["variation"]) == (None, "none", "none")


def test_year_end_is_no_gap():
    rows = csqa.compare_vertical(csat([92, 91, 92], last="2025-01"))
    assert rows["period"].tolist() == ["2024-11", "2024-12", "2025-01"]


def test_partial_month_sets_no_limits_and_is_not_judged():
    whole = csat([*CALM, 92])
    partial = csat([*CALM, 92, 20]).assign(complete=[True] * 13 + [False])
    rows = csqa.compare_vertical(partial)
    row = rows.iloc[-1]
    assert (row["value"], row["complete"]) == (0.2, False)
    assert (row["met"], row["persistence"], row["variation"], row["signals"]) == (
        None,
        "none",
        "none",
        "",
    )
    assert row["run_length"] == 0
    assert rows["center"].iloc[0] == pytest.approx(csqa.compare_vertical(whole)["center"].iloc[0])


def test_months_with_too_few_records_are_shown_and_not_judged():
    small = sums("csat", [("2025-04", 200, 184), ("2025-05", 9, 0), ("2025-06", 200, 150)])
    rows = csqa.compare_vertical(small)
    assert rows["run_length"].tolist() == [0, 0, 1]
    assert rows["met"].tolist() == [True, None, False]


@pytest.mark.parametrize(
    ("count", "limits", "trial"),
    [(4, False, False), (5, True, True), (12, True, True), (13, True, False)],
)
def test_limits_need_five_months_and_are_on_trial_below_thirteen(count, limits, trial):
    row = last(csat(([92, 93, 91, 94, 90] * 3)[:count]))
    assert (not np.isnan(row["lower_limit"]), bool(row["trial"])) == (limits, trial)
    if not limits:
        assert row["assurance"] == "none"


def test_no_variation_gives_no_signal_and_no_width():
    table = sums("handle_time", [(label, 100, 50_000.0, 2.6e7) for label in months(14)])
    rows = csqa.compare_vertical(table)
    assert set(rows["signals"]) == {""}
    assert set(rows["variation"]) == {"common"}
    perfect = csqa.compare_vertical(csat([100] * 14))
    assert perfect["lower_limit"].isna().all()
    assert set(perfect["persistence"]) == {"met"}


@pytest.mark.parametrize(
    ("metric", "series", "variation"),
    [
        ("csat", [*CALM, 70], "concern"),
        ("csat", [85, 86, 84, 85, 86, 84, 85, 86, 84, 85, 86, 84, 99], "improvement"),
        ("complaint_rate", [3, 2, 3, 4, 3, 2, 3, 4, 3, 2, 3, 4, 15], "concern"),
        ("complaint_rate", [13, 12, 13, 14, 13, 12, 13, 14, 13, 12, 13, 14, 1], "improvement"),
    ],
)
def test_which_way_is_bad_depends_on_the_metric(metric, series, variation):
    row = last(csat(series).assign(metric=metric))
    assert row["variation"] == variation
    assert "beyond_limits" in row["signals"].split()


@pytest.mark.parametrize(
    ("metric", "kinds"),
    [
        ("csat", {"p", "p_prime"}),
        ("wording", {"u", "u_prime"}),
        ("handle_time", {"xmr"}),
        ("nps", {"xmr"}),
    ],
)
def test_chart_of_each_kind(metric, kinds):
    rng = np.random.default_rng(5)
    totals = rng.integers(20, 40, 14)
    rows = [(label, 200, int(total), 200) for label, total in zip(months(14), totals, strict=True)]
    table = sums(metric, rows)
    rows = csqa.compare_vertical(table)
    assert set(rows["chart"]) <= kinds
    assert rows["center"].iloc[0] == pytest.approx(rows["value"].mean())


def test_target_is_the_one_in_force_in_each_month(tmp_path):
    standard = read_standard(
        write(
            tmp_path,
            """
standards:
  - effective: 2023-01-01
    weights: {experience: 1}
    metrics: {csat: {dimension: experience, measure: csat_satisfied, target: {at_least: 0.85}}}
  - {effective: 2025-06-01, metrics: {csat: {target: {at_least: 0.90}}}}
""",
        )
    )
    table = csat([88, 88])
    table.loc[1, "target_line"] = "2025-06-01/base"
    rows = csqa.compare_vertical(table, standard)
    assert rows["target"].tolist() == [0.85, 0.90]
    assert rows["met"].tolist() == [True, False]


def test_watched_metric_has_no_verdict():
    row = last(csat(CALM).assign(metric="praise_rate", target_line="2023-01-01/none"))
    assert (row["met"], row["variation"], row["assurance"], row["persistence"]) == (
        None,
        "none",
        "none",
        "none",
    )


def test_units_are_followed_apart_and_named():
    one = csat([92, 80, 80]).assign(team="甲", scene="presale")
    other = csat([92, 92, 92]).assign(team="乙", scene="presale")
    rows = csqa.compare_vertical(pd.concat([one, other]))
    assert rows.groupby("unit")["run_length"].max().to_dict() == {
        "甲 / presale": 2,
        "乙 / presale": 0,
    }


def test_a_sideless_signal_is_no_special_cause_of_a_miss():
    # anhoej's few_crossings says that something shifted, not which way.
    series = [*[95] * 6, *[91.5] * 6, 89.5]
    row = csqa.compare_vertical(csat(series, n=200), rules="anhoej").iloc[-1]
    assert row["signals"] == "few_crossings"
    assert (row["persistence"], row["evidence"]) == ("occasional", "may_be_noise")


def test_unknown_rule_set_is_refused():
    with pytest.raises(ValueError, match="`rules` must be one of 'mdc-2023'"):
        csqa.compare_vertical(csat(CALM), rules="nelson")


def test_empty_measures_give_an_empty_table():
    rows = csqa.compare_vertical(csat(CALM).iloc[:0])
    assert list(rows.columns) == list(results.VERTICAL_COLUMNS)
    assert rows.empty


def test_order_of_rows_changes_nothing_and_input_stays():
    table = csat([*CALM, 80, 79])
    before = table.copy(deep=True)
    rows = csqa.compare_vertical(table)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(csqa.compare_vertical(table.sample(frac=1, random_state=1)), rows)


MOVED = [{"from": "2025-01", "reason": "换了派单系统"}]
BEFORE_AND_AFTER = [*[96, 97, 95, 96, 97, 95, 96, 97], *[91, 92, 90.5, 91.5, 92, 91]]


def test_limits_are_recalculated_only_where_a_change_is_recorded():
    table = csat(BEFORE_AND_AFTER, n=1000)
    plain, rebased = (csqa.compare_vertical(table, changes=told) for told in ((), MOVED))
    assert set(plain["segment"]) == {1}
    assert set(plain["rebased"]) == {""}
    assert len(set(plain["center"])) == 1
    at = rebased.set_index("period")
    assert at["segment"].tolist() == [1] * 8 + [2] * 6
    assert at.loc["2025-01", "rebased"] == "换了派单系统"
    assert (at["rebased"] != "").sum() == 1
    assert at["center"].iloc[[0, -1]].tolist() == pytest.approx([0.96125, 0.91333], abs=1e-4)
    assert at["variation"].iloc[-1] == "common"


@pytest.mark.parametrize(
    ("change", "segments"),
    [
        ({"metric": "nps"}, 1),
        ({"metric": "csat"}, 2),
        ({"unit": {"team": "热线组"}}, 1),  # the whole is not one team
        ({"unit": "热线组"}, 1),
        ({"unit": "all"}, 2),
        ({"from": "2025-01-14"}, 2),  # the month that holds the day
        ({"from": "2020-01"}, 1),
        ({"from": "2025-W03"}, 2),
    ],
)
def test_a_change_is_of_what_it_says(change, segments):
    table = csat(BEFORE_AND_AFTER, n=1000)
    over = csqa.compare_vertical(table, changes=[MOVED[0] | change])
    assert over["segment"].max() == segments


def test_a_change_of_one_team_leaves_the_others():
    rows = [(m, team, 1000, 950) for m in months(8) for team in ("热线组", "在线组")]
    table = sums("csat", rows, unit="team")
    told = pd.DataFrame({"from": ["2025-04"], "reason": ["新班次"], "metric": [None]})
    only = [{"from": "2025-04", "reason": "新班次", "unit": {"team": "热线组"}}]
    both, one = (csqa.compare_vertical(table, changes=c) for c in (told, only))
    assert both.groupby("unit")["segment"].max().to_dict() == {"热线组": 2, "在线组": 2}
    assert one.groupby("unit")["segment"].max().to_dict() == {"热线组": 2, "在线组": 1}


def test_changes_of_the_standard_are_read_and_its_faults_have_lines(tmp_path):
    text = (DEFAULTS / "standard.yml").read_text("utf8")
    good = "process_changes:\n  - {from: 2025-01-01, reason: 换了派单系统, metric: csat}\n"
    standard = read_standard(write(tmp_path, text + good))
    over = csqa.compare_vertical(csat(BEFORE_AND_AFTER, n=1000), standard)
    assert over["segment"].max() == 2
    bad = (
        "process_changes:\n"
        "  - {from: 2025-01-01, reason: ok, metric: csta}\n"
        "  - {from: 13, reason: ''}\n"
        "  - {from: 2025-04, why: x}\n"
        "  - {from: 2025-04}\n"
        "  - {from: 2025-04, reason: ok, unit: {shop: 一店}}\n"
    )
    line = (text + bad).splitlines().index("process_changes:") + 1
    with pytest.raises(RuleError) as refused:
        read_standard(write(tmp_path, text + bad))
    message = str(refused.value)
    for told in (
        f"第 {line + 1} 行 process_changes[0].metric：不认识 'csta'，是不是 'csat'？",
        f"第 {line + 2} 行 process_changes[1].from：应为日期或时段",
        f"第 {line + 2} 行 process_changes[1].reason：应为文字，不能为空",
        f"第 {line + 3} 行 process_changes[2]：不认识 'why'",
        f"第 {line + 4} 行 process_changes[3]：缺 reason",
        f"第 {line + 5} 行 process_changes[4].unit：不认识 'shop'",
    ):
        assert told in message


def test_changes_given_wrongly_are_refused():
    with pytest.raises(RuleError, match=r"changes\[0\].*缺 reason"):
        csqa.compare_vertical(csat(CALM), changes=[{"from": "2025-01"}])


@pytest.mark.parametrize(
    ("labels", "missing"),
    [
        ([f"2025-W{week:02d}" for week in range(1, 14)], "2025-W05"),
        ([f"2025-06-{day:02d}" for day in range(1, 15)], "2025-06-05"),
    ],
)
def test_weeks_and_days_have_gaps_and_partial_periods_too(labels, missing):
    table = sums("csat", [(label, 200, 170) for label in labels if label != missing])
    table.loc[len(table) - 1, "complete"] = False
    over = csqa.compare_vertical(table).set_index("period")
    assert over.index.tolist() == labels
    assert over.loc[missing, "n"] == 0
    place = labels.index(missing)
    assert over["run_length"].iloc[[place - 1, place, place + 1]].tolist() == [place, 0, 1]
    assert over["met"].iloc[-1] is None
    week = csqa.compare_vertical(table, changes=[{"from": labels[6], "reason": "新班次"}])
    assert week["segment"].tolist() == [1] * 6 + [2] * (len(labels) - 6)


def test_months_that_vary_by_nature_make_a_run_less_certain():
    """Two months 2 points below 90 %: a calm history makes them certain, a restless one not."""
    calm = [92, 92.3, 91.8, 92.1, 92.2, 91.9, 92, 92.1, 91.9, 92, 88, 88]
    restless = [96, 89.9, 95, 88, 96, 90.5, 94, 88.9, 96, 91, 88, 88]
    assert grade(csat(calm, n=3000)) == ("persistent", "strong")
    assert grade(csat(restless, n=3000)) == ("persistent", "weak")
