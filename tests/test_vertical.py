"""One unit over months: gaps, partial months, runs, and how good the evidence is."""

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa import results
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
