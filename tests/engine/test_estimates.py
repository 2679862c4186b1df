import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.engine.estimates import estimate, sum_lines, value_of
from csqa.rules.standard_reader import read_standard
from csqa.stats import nps_interval, poisson_exact, t_interval, wilson
from tests.tables import BASE, sums

STANDARD = read_standard()
KEYS = ["period", "metric"]


def one(metric, n, total, squares=None):
    rows = sums(metric, [("2025-06", n, total, total if squares is None else squares)])
    return estimate(sum_lines(rows, STANDARD, KEYS)).iloc[0]


@pytest.mark.parametrize(
    ("metric", "n", "total", "squares", "kind", "value", "interval", "method"),
    [
        ("csat", 100, 88, 88, "share", 0.88, wilson(88, 100), "wilson"),
        ("nps", 100, 25, 75, "nps", 0.25, nps_interval(50, 25, 25), "adjusted_wald"),
        ("handle_time", 3, 18, 116, "seconds", 6.0, t_interval(3, 18, 116), "t"),
    ],
)
def test_value_interval_and_method_of_each_kind(
    metric, n, total, squares, kind, value, interval, method
):
    row = one(metric, n, total, squares)
    assert (row["kind"], row["value"], row["method"]) == (kind, value, method)
    assert (row["lower"], row["upper"]) == pytest.approx(tuple(map(float, interval)))


def test_faults_are_counted_per_hundred_records():
    row = one("wording", 200, 6, 6)
    assert row["value"] == 3.0
    lower, upper = poisson_exact(6)
    assert (row["lower"], row["upper"]) == pytest.approx((lower / 2, upper / 2))


@given(st.integers(0, 500), st.integers(1, 50))
def test_faults_in_a_multiple_of_hundred_records_are_a_plain_number(faults, hundreds):
    # 0.07 * 100 is 7.000000000000001: scaling after the division would miss a target of 7.
    assert (
        value_of("per_hundred", np.array(100.0 * hundreds), np.array(float(faults)))
        == faults / hundreds
    )


def test_nothing_counted_has_no_value():
    row = one("csat", 0, 0)
    assert np.isnan([row["value"], row["lower"], row["upper"]]).all()


def test_time_never_has_a_negative_bound():
    row = one("handle_time", 2, 1000, 1_000_000)
    assert row["lower"] == 0.0


def test_target_is_the_mean_of_the_lines_over_the_contacts():
    rows = sums("first_response_online", [("2025-06", 30, 900.0, 1e5)]).to_dict("records")
    rows += sums(
        "first_response_online",
        [("2025-06", 10, 400.0, 1e5)],
        line="2023-01-01/scene=aftersale",
    ).to_dict("records")
    table = pd.DataFrame(rows)
    row = sum_lines(table, STANDARD, KEYS).iloc[0]
    assert row["target"] == (30 * 30 + 10 * 45) / 40
    assert (row["n"], row["total"]) == (40, 1300.0)
    assert row["target_line"] == f"{BASE}; 2023-01-01/scene=aftersale"


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6))
def test_one_target_for_all_comes_out_exactly(sizes):
    rows = sums("csat", [("2025-06", n, 0) for n in sizes])
    assert sum_lines(rows, STANDARD, KEYS)["target"].tolist() == [0.9]


def test_metric_without_target_has_none():
    row = sum_lines(
        sums("praise_rate", [("2025-06", 10, 1)], line="2023-01-01/none", over=np.nan),
        STANDARD,
        KEYS,
    ).iloc[0]
    assert np.isnan(row["target"])
    assert np.isnan(row["over"])
    assert row["direction"] is None


@given(st.integers(1, 400), st.data())
def test_interval_holds_the_value(n, data):
    total = data.draw(st.integers(0, n))
    for metric in ("csat", "wording"):
        row = one(metric, n, total)
        assert row["lower"] <= row["value"] <= row["upper"]
