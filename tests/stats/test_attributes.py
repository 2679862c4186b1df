"""Charts of counts against textbook charts; gaps, limits inside the range, degenerate series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa import stats
from tests.published import worked_example

JUICE = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12,
    7, 13, 9, 6,
]  # fmt: skip
CIRCUITS = [
    21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19,
    17, 15,
]  # fmt: skip
SHIPMENTS = [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4]
SEEN = [
    266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320, 267923,
    271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989,
]  # fmt: skip
ATTENDED = [
    280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529, 279618,
    283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772,
]  # fmt: skip


def limits(chart, point=0):
    return chart.lower[point], chart.center[point], chart.upper[point]


def all_but(length, *positions):
    flags = np.ones(length, dtype=bool)
    flags[list(positions)] = False
    return flags


# p and p prime


def test_p_chart_gives_montgomery_example_7_1():
    chart = stats.p_chart(JUICE, 50, laney=False)
    np.testing.assert_allclose(limits(chart), (0.052428, 0.231333, 0.410239), atol=5e-6)
    revised = stats.p_chart(JUICE, 50, laney=False, include=all_but(30, 14, 22))
    np.testing.assert_allclose(limits(revised), (0.040703, 0.215, 0.389297), atol=5e-6)


def outside(chart):
    return int(((chart.values > chart.upper) | (chart.values < chart.lower)).sum())


def test_p_prime_gives_the_nhs_accidents_of_qicharts2():
    """Mohammed et al. (2008): 16 of 20 weeks outside P limits, none outside P' limits."""
    plain, laney = stats.p_chart(SEEN, ATTENDED, laney=False), stats.p_chart(SEEN, ATTENDED)
    assert plain.center[0] == pytest.approx(0.95289971, abs=5e-9)
    assert (outside(plain), outside(laney)) == (16, 0)
    assert laney.kind == "p_prime"
    np.testing.assert_allclose(laney.sigma / plain.sigma, 10.640422, atol=5e-6)
    np.testing.assert_allclose((laney.lower[0], laney.upper[0]), (0.94013, 0.96567), atol=5e-6)


def test_p_charts_give_every_worked_example():
    juice, accidents = worked_example("W09"), worked_example("W14")
    size = juice["inputs"]["n"]
    kept = all_but(30, *np.subtract(juice["inputs"]["exclude"], 1))
    for name, include in (("all", None), ("excluded", kept)):
        chart = stats.p_chart(juice["inputs"]["x"], size, laney=False, include=include)
        wanted = [juice["expected"][name][line] for line in ("lcl", "cl", "ucl")]
        np.testing.assert_allclose(limits(chart), wanted, atol=juice["tolerance"])
    laney = stats.p_chart(**accidents["inputs"])
    assert outside(laney) == accidents["expected"]["n_outside_P'"]


def test_laney_is_chosen_by_size_or_by_spread():
    quiet = [5, 6, 5, 6, 5, 6]
    assert stats.p_chart(quiet, 300).kind == "p"
    assert stats.p_chart(quiet, 301).kind == "p_prime"
    # Of one half, 6 and 7 of 100 are 1.06 and 1.24 times what chance moves: z / 1.128.
    assert stats.p_chart([47, 53] * 4, 100).kind == "p"
    assert stats.p_chart([47, 54] * 4, 100).kind == "p_prime"


def test_laney_never_narrows():
    plain, laney = (stats.p_chart([5, 6, 5, 6, 5, 6], 400, laney=flag) for flag in (False, True))
    np.testing.assert_array_equal(plain.upper, laney.upper)


def test_a_month_without_cases_is_a_gap():
    chart = stats.p_chart([5, 6, 0, 5, 6, 5], [50, 50, 0, 50, 50, 50])
    assert np.isnan([chart.values[2], chart.upper[2]]).all()
    assert not chart.included[2]
    assert chart.center[2] == pytest.approx(27 / 250)


@pytest.mark.parametrize("hits", [0, 20])
def test_all_or_nothing_has_no_limits(hits):
    chart = stats.p_chart([hits] * 6, 20)
    assert chart.note == "no_variation"
    assert np.isnan([chart.lower, chart.upper]).all()
    assert chart.center[0] == hits / 20


@given(
    st.lists(st.integers(1, 500), min_size=5, max_size=20).flatmap(
        lambda sizes: st.tuples(
            st.tuples(*(st.integers(0, size) for size in sizes)), st.just(sizes)
        )
    )
)
def test_p_limits_are_proportions_around_the_centre(parts):
    chart = stats.p_chart(*parts)
    if chart.note == "":
        assert ((chart.lower >= 0) & (chart.lower <= chart.center)).all()
        assert ((chart.upper <= 1) & (chart.upper >= chart.center)).all()
    else:
        assert np.isnan(chart.upper).all()


@pytest.mark.parametrize(
    ("x", "n", "message"),
    [
        ([3], [2], "`x` must not exceed `n`"),
        ([1, 2], [2, 2, 2], r"`n` must be one number or as long as `x` \(2\)"),
        ([-1, 2], [2, 2], "`x` must not be negative"),
    ],
)
def test_p_chart_names_the_wrong_argument(x, n, message):
    with pytest.raises(ValueError, match=message):
        stats.p_chart(x, n)


# u and c


def test_c_chart_gives_montgomery_example_7_3():
    np.testing.assert_allclose(limits(stats.c_chart(CIRCUITS)), (6.48, 19.85, 33.21), atol=0.005)
    revised = stats.c_chart(CIRCUITS, include=all_but(26, 5, 19))
    np.testing.assert_allclose(limits(revised), (6.36, 19.67, 32.97), atol=0.005)


def test_c_chart_of_no_events_has_no_limits():
    chart = stats.c_chart([0] * 6)
    assert chart.note == "no_variation"
    assert np.isnan(chart.upper).all()


def test_u_chart_gives_montgomery_example_7_4():
    chart = stats.u_chart(SHIPMENTS, 50, laney=False)
    np.testing.assert_allclose(limits(chart), (0, 0.0740, 0.1894), atol=5e-5)
    assert chart.kind == "u"


def test_u_chart_takes_more_events_than_exposure():
    chart = stats.u_chart([10, 12, 11, 9, 10], [2, 2, 2, 2, 0])
    assert chart.center[0] == pytest.approx(42 / 8)
    assert np.isnan(chart.values[4])


def test_c_chart_gives_the_nist_handbook():
    """Section 6.3.3.1: 25 wafers, 400 particles, 16 on average, limits 4 and 28."""
    wafers = [
        16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16,
        31, 13,
    ]  # fmt: skip
    chart = stats.c_chart(wafers)
    np.testing.assert_allclose(limits(chart), (4, 16, 28))
    hits = [s.point for s in stats.apply_rules(chart, "weco") if s.rule == "beyond_limits"]
    assert hits == [23]


def test_u_chart_gives_montgomery_example_7_5():
    """Dyed cloth: rolls of unequal size, limits of their own; 1.42 defects per 50 square metres."""
    defects = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
    units = [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5]
    chart = stats.u_chart(defects, units, laney=False)
    np.testing.assert_allclose(limits(chart), (0.29, 1.42, 2.55), atol=0.006)
    np.testing.assert_allclose(limits(chart, 1), (0.16, 1.42, 2.68), atol=0.01)
    assert outside(chart) == 0


@given(st.lists(st.integers(0, 400), min_size=5, max_size=15), st.integers(1, 50))
def test_equal_exposure_makes_a_u_chart_a_scaled_c_chart(counts, exposure):
    u, c = stats.u_chart(counts, exposure, laney=False), stats.c_chart(counts)
    np.testing.assert_allclose(u.upper * exposure, c.upper, atol=1e-9)
    np.testing.assert_allclose(u.lower * exposure, c.lower, atol=1e-9)


def test_a_rate_without_events_has_no_limits():
    chart = stats.u_chart([0] * 6, [9] * 6)
    assert chart.note == "no_variation"
    assert np.isnan([chart.lower, chart.upper]).all()


def test_u_prime_widens_by_the_spread_of_standardised_points():
    """Laney (2002), by hand: the mean moving range of z over 1.128 multiplies sigma."""
    x, n = np.array([300, 420, 280, 450, 310, 400.0]), 1000
    rate = x.sum() / (6 * n)
    z = (x / n - rate) / np.sqrt(rate / n)
    spread = np.abs(np.diff(z)).mean() / 1.128
    chart = stats.u_chart(x, n)
    assert chart.kind == "u_prime"
    np.testing.assert_allclose(chart.upper, rate + 3 * spread * np.sqrt(rate / n))
