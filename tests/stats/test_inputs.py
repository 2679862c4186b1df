"""What users hand over: lists, Series, nullable and masked arrays, huge counts, wrong units."""

from __future__ import annotations

import inspect
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from csqa import stats
from csqa.stats._arrays import floats

MASKED = np.ma.masked_array([5, 99, 7], mask=[False, True, False])
FORMS = {
    "list": [5, None, 7],
    "NA in a list": [5, pd.NA, 7],
    "masked": MASKED,
    "masked objects": np.ma.masked_array([5, "?", 7], mask=[False, True, False], dtype=object),
    "series": pd.Series([5, np.nan, 7], index=list("cab")),
    "Int64": pd.Series([5, None, 7], dtype="Int64"),
    "Float64": pd.array([5.0, None, 7.0], dtype="Float64"),
    "object": pd.Series([5, None, 7], dtype=object),
    "decimals": [Decimal(5), None, Decimal(7)],
}


@pytest.mark.parametrize("values", FORMS.values(), ids=FORMS)
def test_a_missing_value_is_missing_in_every_form(values):
    np.testing.assert_array_equal(floats(values), [5, np.nan, 7])


def test_forms_without_missing_values_are_the_same_numbers():
    for form in (range(3), (0, 1, 2), np.uint8([0, 1, 2]), pd.array([0, 1, 2], dtype="UInt16")):
        np.testing.assert_array_equal(floats(form), [0.0, 1, 2])
    table = pd.DataFrame({"a": [1, 2], "b": [3, None]})
    np.testing.assert_array_equal(floats(table), [[1, 3], [2, np.nan]])


VALUE_CALLS = {
    "wilson": lambda v: stats.wilson(v, 10),
    "poisson_exact": stats.poisson_exact,
    "t_mean": stats.t_mean,
    "moving_ranges": stats.moving_ranges,
    "shrink": lambda v: stats.shrink(v, [10, 10, 10]),
    "shrink_means": lambda v: stats.shrink_means(v, 1.0).value,
    "expected_events": lambda v: stats.expected_events([[1, 2, 3]], v, 9),
    "newcombe_difference": lambda v: stats.newcombe_difference(v, 10, 5, 10),
    "p_chart": lambda v: stats.p_chart(v, 10).center,
    "rebase": lambda v: stats.rebase(stats.run_chart, v, at=1).center,
    "standardised_ratio": lambda v: stats.standardised_ratio(v, 10).value,
}


@pytest.mark.parametrize("name", VALUE_CALLS)
@pytest.mark.parametrize("form", ["masked", "NA in a list", "Int64", "object"])
def test_a_missing_value_gives_what_nan_gives(name, form):
    call = VALUE_CALLS[name]
    np.testing.assert_array_equal(call(FORMS[form]), call([5, np.nan, 7]))


def test_a_masked_month_neither_sets_limits_nor_is_judged():
    values = np.ma.masked_array([1, 2, 3, 4, 990, 2, 3.0], mask=[0, 0, 0, 0, 1, 0, 0])
    chart = stats.xmr(values)
    assert chart.center[0] == 2.5
    assert not chart.included[4]
    assert stats.apply_rules(chart) == []


def test_a_masked_flag_leaves_its_point_out():
    flags = np.ma.masked_array([True] * 6, mask=[False] * 5 + [True])
    np.testing.assert_array_equal(stats.xmr([1, 2, 1, 2, 1, 2], include=flags).included[4:], [1, 0])


def test_flags_may_be_lists_and_series():
    wanted = [True] * 5 + [False]
    for form in (wanted, pd.Series(wanted), pd.array(wanted, dtype="boolean")):
        np.testing.assert_array_equal(stats.xmr([1, 2, 1, 2, 1, 9], include=form).included, wanted)


def test_an_index_is_not_looked_at():
    """By position, as NumPy: two Series sorted differently must be aligned first."""
    x, n = pd.Series([5, 6], index=[3, 4]), pd.Series([10, 12], index=[4, 3])
    np.testing.assert_array_equal(stats.wilson(x, n), stats.wilson([5, 6], [10, 12]))


DURATIONS = pd.to_timedelta([90, 120, 60], unit="s")


@pytest.mark.parametrize(
    "call",
    [
        lambda: stats.t_mean(DURATIONS),
        lambda: stats.xmr(pd.Series(DURATIONS)),
        lambda: stats.t_chart(pd.to_datetime(["2025-01-01", "2025-02-01"])),
        lambda: stats.wilson(1, DURATIONS),
    ],
)
def test_times_without_a_unit_are_refused(call):
    with pytest.raises(ValueError, match=r"must be numbers; these are .*Give durations in seconds"):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stats.t_mean([1, np.inf, 2]), "`values` must be finite"),
        (lambda: stats.t_interval(3, np.inf, 9), "`total` must be finite"),
        (lambda: stats.between_variation([1, -np.inf], [1, 1]), "`effects` must be finite"),
        (lambda: stats.dersimonian_laird([1, np.inf], [1, 1]), "`effects` must be finite"),
        (lambda: stats.shrink_means([1, np.inf], [1, 1]), "`values` must be finite"),
        (lambda: stats.james_stein([1, 2, 3, np.inf], 1), "`values` must be finite"),
        (lambda: stats.stratified_estimate([np.inf], [1], [2], [9]), "`means` must be finite"),
        (lambda: stats.james_stein([1, 2, 3, 4], [1, 1, 1, 1]), "`variance` one number above 0"),
        (lambda: stats.funnel_limits(9, 0.5, tau=-0.1), "`tau` must be 0 or more; not -0.1"),
        (lambda: stats.funnel_limits(9, 0.5, tau=np.nan), "`tau` must be 0 or more; not nan"),
        (lambda: stats.poisson_funnel_limits(9, tau=-1), "`tau` must be 0 or more; not -1"),
        (lambda: stats.expected_events([1, 2, 3], [1, 2], [3, 4]), "`n` must have one column for"),
        (lambda: stats.u_chart([1, 2, 3], [1, 2]), "`n` must be one number or as long as `x`"),
        (lambda: stats.wilson(["88%"], [100]), "`x` must be numbers: could not convert .*88%"),
        (lambda: stats.xmr(["", "good"]), "`values` must be numbers: could not convert"),
        (lambda: stats.c_chart([{"n": 1}]), "`x` must be numbers: float.* argument must be"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


HUGE = 2**60


def test_counts_beyond_the_exact_floats_keep_their_interval():
    """2**53 + 1 is no float; the interval is 1e-9 wide all the same, and holds the estimate."""
    half = 2 * HUGE
    for lower, upper in (
        stats.wilson(HUGE, half),
        stats.wilson_finite(HUGE, half, 2 * half),
        stats.funnel_limits(half, 0.5),
    ):
        assert 0.5 - 1e-8 < lower < 0.5 < upper < 0.5 + 1e-8
    lower, upper = stats.poisson_exact(HUGE)
    assert HUGE - 3e9 < lower < HUGE < upper < HUGE + 3e9
    lower, upper = stats.rate_ratio(HUGE, 1, HUGE, 1, method="exact")
    assert 1 - 1e-8 < lower < 1 < upper < 1 + 1e-8
    assert stats.wilson(10**25, 10**26)[0] == pytest.approx(0.1)


def test_results_have_the_shape_of_what_is_given():
    assert np.ndim(stats.wilson(1, 2)[0]) == 0
    assert stats.wilson([[1], [2]], [3, 4, 5])[1].shape == (2, 3)
    assert stats.adjust_p([[0.01, 0.02], [0.03, 0.04]]).shape == (2, 2)
    assert np.shape(stats.expected_events([1, 2], [1, 2], [9, 9])) == ()
    assert stats.expected_events([[[1, 2]]], [1, 2], [9, 9]).shape == (1, 1)


def test_nothing_at_all_is_no_error():
    """Empty arrays: a month without contacts."""
    assert stats.wilson([], [])[0].size == 0
    assert stats.shrink([], []).size == 0
    assert stats.shrink_rates([], []).value.size == 0
    assert stats.shrink_means([], []).value.size == 0
    assert stats.shrink_proportions([], []).value.size == 0
    assert stats.overdispersion([], []).k == stats.ratio_overdispersion([], []).k == 0
    assert stats.between_variation([], []).k == stats.dersimonian_laird([], []).k == 0
    assert stats.stratified_proportion([], [], []).note == "no_data"
    for chart in (stats.xmr, stats.c_chart, stats.g_chart, stats.t_chart, stats.mr_chart):
        assert chart([]).center.size == 0
    assert stats.p_chart([], []).center.size == stats.u_chart([], []).center.size == 0


def public_functions():
    return [getattr(stats, n) for n in stats.__all__ if inspect.isfunction(getattr(stats, n))]


@pytest.mark.parametrize("function", public_functions(), ids=lambda function: function.__name__)
def test_every_page_says_what_goes_in_what_comes_out_and_whose_formula_it_is(function):
    page = inspect.getdoc(function)
    parts = ["Parameters\n", "Returns\n", "Examples\n"]
    if function is not stats.rules_by_point:  # it only sorts what is given
        parts += ["Raises\n", "Notes\n"]
        assert "(19" in page or "(20" in page
    assert [part for part in parts if part not in page] == []
    assert ">>> " in page
