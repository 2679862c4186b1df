"""A second source for each statistic: other books and packages than beside its own tests."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
import pytest
from scipy import stats as scipy_stats

from csqa import stats

Z196 = erf(1.96 / sqrt(2))  # the confidence of those who write 1.96


def limits(chart, point=0):
    return chart.lower[point], chart.center[point], chart.upper[point]


# intervals


def test_finite_wilson_gives_stat_extend():
    """R's stat.extend 0.2 (O'Neill 2021), ``CONF.prop(.05, mtcars$mpg > 20, N = 1000)``.

    14 of R's 32 cars: 0.283745994666663 to 0.604278989534686.
    """
    found = stats.wilson_finite(14, 32, 1000)
    np.testing.assert_allclose(found, (0.283745994666663, 0.604278989534686), rtol=1e-12)


def test_zero_events_bound_is_clopper_and_pearsons():
    """SciPy's exact one-sided bound: a second implementation, for every size up to 60."""
    exact = [
        scipy_stats.binomtest(0, n, alternative="less").proportion_ci(0.95).high
        for n in range(1, 61)
    ]
    np.testing.assert_allclose(stats.zero_events_upper(np.arange(1, 61)), exact, rtol=1e-9)


def test_byar_gives_the_ruby_library():
    """florish/byar, ``test_byar.rb``: 100 and 0 events, an SMR of 23 over 30."""
    np.testing.assert_allclose(stats.byar(100, Z196), (81.3617916060, 121.6283472718), rtol=1e-10)
    np.testing.assert_allclose(stats.byar(0, Z196)[1] / 10, 0.3668097492, rtol=1e-9)
    _, lower, upper = stats.standardised_ratio(23, 30, Z196, method="byar")
    np.testing.assert_allclose((lower, upper), (0.4858414415, 1.1504345024), rtol=1e-9)


def test_newcombe_gives_fagerland_lydersen_and_laake_2015():
    """Table 5, epinephrine in children (Perondi et al. 2004), 7 of 34 and 1 of 34."""
    found = stats.newcombe_difference(7, 34, 1, 34)
    np.testing.assert_allclose(found, (0.019, 0.34), atol=5e-4)


def test_newcombe_gives_statsmodels():
    """``confint_proportions_2indep(…, method="newcomb")`` of statsmodels 0.14, three tables."""
    x1, n1, x2, n2 = np.transpose([(6, 7, 2, 7), (10, 10, 0, 20), (78, 120, 18, 120)])
    expected = [
        [0.05822792748231209, 0.8062496375242278],
        [0.6790860371419145, 1.0],
        [0.3839849701148519, 0.595510158807889],
    ]
    found = np.column_stack(stats.newcombe_difference(x1, n1, x2, n2))
    np.testing.assert_allclose(found, expected, atol=1e-12)


WOMENS_HEARTS = (60, 51477.5, 30, 54308.7)
"""Coronary disease without and with hormones after the menopause: events and woman-years."""


def test_waldcc_rate_ratio_gives_the_womens_hearts():
    """An example of Gu et al. (2008) at 90 %, as statsmodels' tests print it."""
    found = stats.rate_ratio(*WOMENS_HEARTS, 0.9)
    np.testing.assert_allclose(found, (1.4523, 3.0154), atol=5e-5)


@pytest.mark.parametrize(("mean1", "mean2"), [(8, 12), (12, 12), (20, 5)])
def test_waldcc_rate_ratio_covers_at_least_as_it_says(mean1, mean2):
    """Every pair of counts up to 80, by its chance; pairs without any event have no interval."""
    x1, x2 = np.meshgrid(np.arange(81), np.arange(81))
    lower, upper = stats.rate_ratio(x1, 1, x2, 1)
    chance = scipy_stats.poisson.pmf(x1, mean1) * scipy_stats.poisson.pmf(x2, mean2)
    inside = (lower <= mean1 / mean2) & (upper >= mean1 / mean2) | (x1 + x2 == 0)
    assert 0.95 <= chance[inside].sum() <= 0.99


def test_exact_rate_ratio_gives_stata():
    """``iri 30 60 54308 51477``: 0.2951285 to 0.7464182 (exact)."""
    found = stats.rate_ratio(30, 54308, 60, 51477, method="exact")
    np.testing.assert_allclose(found, (0.2951285, 0.7464182), atol=5e-8)


AUTOMATIC = [
    21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 21.5, 15.5,
    15.2, 13.3, 19.2,
]  # fmt: skip
MANUAL = [21.0, 21.0, 22.8, 32.4, 30.4, 33.9, 27.3, 26.0, 30.4, 15.8, 19.7, 15.0, 21.4]


def test_welch_gives_the_cars_of_motor_trend():
    """R's ``t.test(mpg ~ am, data = mtcars)``: -11.280194 to -3.209684."""
    sums = [(len(g), np.sum(g), np.sum(np.square(g))) for g in (AUTOMATIC, MANUAL)]
    found = stats.welch_difference(*sums[0], *sums[1])
    np.testing.assert_allclose(found, (-11.280194, -3.209684), atol=5e-7)


def test_nps_difference_covers_as_it_says():
    """No published figure was found: every pair of samples of 14 and 18, by its chance, instead.

    The formula is that of Rocks's own R package: three quarters of an answer at either end.
    """
    shares, sizes = ((0.5, 0.3, 0.2), (0.4, 0.3, 0.3)), (14, 18)
    counts, chances = [], []
    for share, n in zip(shares, sizes, strict=True):
        up, idle = (part.ravel() for part in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
        table = np.column_stack([up, idle, n - up - idle])[up + idle <= n]
        counts.append(table)
        chances.append(scipy_stats.multinomial(n, share).pmf(table))
    first, second = counts[0].T[:, :, np.newaxis], counts[1].T[:, np.newaxis]
    lower, upper = stats.nps_difference(*first, *second)
    inside = (lower <= 0.2) & (upper >= 0.2)
    covered = (np.outer(*chances) * inside).sum()
    assert 0.94 <= covered <= 0.97


# control charts

BETWEEN_EVENTS = [
    23, 39, 15, 34, 1, 49, 98, 29, 27, 13, 45, 7, 10, 27, 24, 14, 20, 38, 44, 11, 10, 3, 113, 183,
    3, 47, 18, 18, 33, 15, 2, 38, 27, 27, 1, 52, 23, 7, 26, 82, 5, 49, 5, 17, 24, 44, 26, 2, 27, 46,
    55, 97, 22, 22, 20, 4, 60, 51, 7, 21, 66, 36, 25, 72, 15, 5, 3,
]  # fmt: skip
DAYS_BETWEEN = [
    16, 20, 5, 13, 1, 26, 46, 12, 12, 5, 19, 4, 3, 15, 14, 9, 8, 15, 21, 6, 3, 1, 56, 117, 1, 33, 9,
    9, 19, 12, 1, 16, 13, 18, 1, 35, 16, 5, 21, 38, 3, 25, 3, 11, 13, 20, 9, 3, 8, 21, 24, 38, 8,
    13, 9, 1, 30, 23, 3, 7, 22, 19, 11, 31, 6, 1, 1,
]  # fmt: skip


def test_g_chart_gives_powerbi_spc():
    """Its R reference (Benneyan 1998): upper limit 128.1749, lower 0, two points outside.

    It draws the median, 24, as its centre: the line from which our rules count runs.
    """
    chart = stats.g_chart(BETWEEN_EVENTS)
    assert chart.upper[0] == pytest.approx(128.1749, abs=5e-5)
    assert chart.lower[0] == 0
    hits = [s.point for s in stats.apply_rules(chart) if s.rule == "beyond_limits"]
    assert hits == [23]


def test_t_chart_gives_powerbi_spc():
    """Its R reference (Nelson 1994): centre 11.2051, limits 0.0079 and 106.0418.

    Its limits are 3/1.128 mean moving ranges wide, ours the printed 2.66.
    """
    chart = stats.t_chart(DAYS_BETWEEN)
    assert chart.center[0] == pytest.approx(11.2051, abs=5e-5)
    np.testing.assert_allclose((chart.lower[0], chart.upper[0]), (0.0079, 106.0418), atol=0.03)
    root = np.power([chart.center[0], chart.upper[0]], 1 / 3.6)
    exact = (root[0] + (root[1] - root[0]) * 3 / 1.128 / 2.66) ** 3.6
    assert exact == pytest.approx(106.0418, abs=5e-5)


SEEN = [
    266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320, 267923,
    271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989,
]  # fmt: skip
ATTENDED = [
    280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529, 279618,
    283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772,
]  # fmt: skip
U_PRIME_UPPER = [
    0.96567, 0.965753, 0.965421, 0.965326, 0.965627, 0.965775, 0.965593, 0.965345, 0.965579,
    0.965623, 0.965689, 0.965591, 0.965996, 0.965961, 0.965753, 0.965877, 0.966012, 0.96583,
    0.965713, 0.965824,
]  # fmt: skip


def test_u_prime_gives_powerbi_spc():
    """Its R reference (Laney 2002) on the NHS accidents taken as a rate, every week's limits."""
    chart = stats.u_chart(SEEN, ATTENDED)
    assert chart.kind == "u_prime"
    np.testing.assert_allclose(chart.upper, U_PRIME_UPPER, atol=6e-7)
    np.testing.assert_allclose(chart.lower[[0, 9, 19]], [0.94013, 0.940177, 0.939975], atol=6e-7)


def test_u_chart_gives_qicharts2():
    """qicharts2 0.8.1: infections over patient days, two years; as PowerBI-SPC's tests print it."""
    infections = [
        575, 521, 585, 528, 507, 519, 457, 505, 494, 512, 543, 506, 509, 521, 549, 531, 509, 528,
        419, 512, 495, 513, 454, 490,
    ]  # fmt: skip
    days = [
        310466.8333, 282346.7917, 309089.7083, 287977.3333, 297743.375, 286988.25, 261120.3333,
        268720.75, 284437.875, 290449.5, 288104.4583, 279961.375, 289803.9583, 275950.5833,
        290824.4583, 285495.75, 282515.2083, 273927.875, 253085.625, 262410.7083, 275529.25,
        282405.0833, 259530.7917, 256235.4583,
    ]  # fmt: skip
    chart = stats.u_chart(infections, days, laney=False)
    np.testing.assert_allclose(limits(chart), (0.00159366, 0.00182358, 0.00205349), atol=6e-9)
    np.testing.assert_allclose(limits(chart, 23), (0.00157049, 0.00182358, 0.00207666), atol=6e-9)


def test_run_chart_gives_qicharts2():
    """qicharts2 0.8.1: the median of 18 months is 14."""
    months = [12, 15, 11, 18, 14, 13, 16, 19, 12, 14, 17, 11, 15, 13, 16, 18, 12, 14]
    chart = stats.run_chart(months)
    np.testing.assert_array_equal(chart.center, [14] * 18)
    assert stats.apply_rules(chart, "anhoej") == []


def test_p_chart_gives_montgomery_table_7_4():
    """Purchase orders, samples of unequal size; only sample 11 is out of control."""
    wrong = [
        12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9,
    ]  # fmt: skip
    orders = [
        100, 80, 80, 100, 110, 110, 100, 100, 90, 90, 110, 120, 120, 120, 110, 80, 80, 80, 90, 100,
        100, 100, 100, 90, 90,
    ]  # fmt: skip
    chart = stats.p_chart(wrong, orders, laney=False)
    np.testing.assert_allclose(limits(chart), (0.007, 0.096, 0.184), atol=5e-4)
    np.testing.assert_array_equal(np.flatnonzero(chart.values > chart.upper), [10])


GROUP_A = [43, 40, 37, 33, 30, 33, 34, 35, 29, 33, 31, 39]
GROUP_B = [35, 37, 33, 32, 27, 29, 31, 22, 25, 30, 24, 19]


def test_accident_rates_give_wheelers_table_9_1():
    """Making Sense of Data: 25.6 to 43.9 and 18.0 to 39.3; each group judged by the other."""
    for values, other, wanted, outside in (
        (GROUP_A, GROUP_B, (25.6, 43.9), [7, 8, 10, 11]),
        (GROUP_B, GROUP_A, (18.0, 39.3), [0, 1]),
    ):
        chart = stats.xmr([*values, *other], include=[True] * 12 + [False] * 12)
        np.testing.assert_allclose((chart.lower[0], chart.upper[0]), wanted, atol=0.05)
        signals = stats.apply_rules(chart, "wheeler", judged=[False] * 12 + [True] * 12)
        assert [s.point - 12 for s in signals if s.rule == "beyond_limits"] == outside


def test_rebase_gives_both_groups_of_wheelers_table_9_1():
    """One group after the other, new limits from the second on: as printed of each alone."""
    chart = stats.rebase(stats.xmr, [*GROUP_A, *GROUP_B], at=[12])
    np.testing.assert_allclose((chart.lower[0], chart.upper[0]), (25.6, 43.9), atol=0.05)
    np.testing.assert_allclose((chart.lower[12], chart.upper[12]), (18.0, 39.3), atol=0.05)


def test_wheelers_rules_give_wheelers_signals():
    """Making Sense of Data, tables 9.2 and 8.1 and p. 130; the first two as statprocon's tests.

    Accounts receivable: months 12, 13, 20 and 23 are beyond the limits. Seniors who smoke: the
    last eight years run below the centre. Peak flow: four days running near the upper limit.
    """
    receivable = [
        55.6, 54.7, 54.9, 54.8, 56.9, 55.7, 53.8, 54.8, 53.4, 57.0, 59.4, 63.2, 60.9, 60.7, 58.6,
        57.3, 56.9, 58.1, 58.3, 50.9, 53.3, 52.5, 50.8, 52.9,
    ]  # fmt: skip
    seniors = [
        21.3, 20.2, 20.9, 21.0, 18.8, 19.6, 18.7, 18.6, 18.1, 18.9, 19.2, 18.2, 17.3, 19.0,
    ]  # fmt: skip
    flow = [
        120, 140, 100, 150, 260, 150, 100, 120, 300, 300, 275, 300, 140, 170, 150, 150, 190, 180,
    ]  # fmt: skip
    for values, rule, points in (
        (receivable, "beyond_limits", [11, 12, 19, 22]),
        (seniors, "run", list(range(6, 14))),
        (flow, "three_of_four", [8, 9, 10, 11]),
    ):
        signals = stats.apply_rules(stats.xmr(values), "wheeler")
        assert [s.point for s in signals if s.rule == rule] == points


JUICE = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12,
    7, 13, 9, 6,
]  # fmt: skip
ADJUSTED = [9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5]


def test_rebase_gives_montgomerys_new_limits_after_the_machine_was_adjusted():
    """Example 7.1, all of it: samples 15 and 23 are excluded; from 31 on there are new limits.

    0.2150 (0.0407 to 0.3893), then 133 of 1,200 cans, 0.1108 (0 to 0.2440).
    """
    kept = np.ones(54, dtype=bool)
    kept[[14, 22]] = False
    chart = stats.rebase(stats.p_chart, [*JUICE, *ADJUSTED], 50, at=[30], include=kept, laney=False)
    np.testing.assert_allclose(limits(chart), (0.0407, 0.2150, 0.3893), atol=5e-5)
    np.testing.assert_allclose(limits(chart, 30), (0, 0.1108, 0.2440), atol=5e-5)


def test_frozen_limits_show_that_the_adjustment_worked():
    """Judged by the old limits, the last 21 samples all lie below the old centre."""
    kept = np.ones(54, dtype=bool)
    kept[[14, 22]] = False
    series = [*JUICE, *ADJUSTED]
    frozen = stats.rebase(stats.p_chart, series, 50, fix_after_n=28, include=kept, laney=False)
    np.testing.assert_allclose(limits(frozen, 40), (0.0407, 0.2150, 0.3893), atol=5e-5)
    runs = [s for s in stats.apply_rules(frozen, "weco") if s.rule == "run"]
    assert runs == [stats.Signal(point, "run", -1) for point in range(33, 54)]


# units


def test_transformed_effects_give_metafor():
    """``escalc(measure = "PAS", xi = 10, ni = 20)`` and ``"IRS"`` with ``ti = 20``."""
    np.testing.assert_allclose(stats.arcsine_effects(10, 20), (0.7854, 0.0125), atol=5e-5)
    np.testing.assert_allclose(stats.root_effects(10, 20), (0.7071, 0.0125), atol=5e-5)


def test_expected_events_give_the_herds_of_epir():
    """``epi.indirectadj``: adjusted by a standard 0.067 and 0.056, by each other 0.071 and 0.059.

    Tuberculosis in beef and dairy herds of two areas; 0.0596 is printed as 0.059.
    """
    herds, sick = np.array([[550, 450], [500, 1500]]), np.array([[17, 41], [10, 120]])
    standard = stats.expected_events(herds, [25, 85], [1000, 1000])
    adjusted = stats.standardised_ratio(sick.sum(axis=1), standard).value * 0.060
    np.testing.assert_allclose(adjusted, [0.067, 0.056], atol=5e-4)
    own = stats.expected_events(herds, sick.sum(axis=0), herds.sum(axis=0))
    adjusted = stats.standardised_ratio(sick.sum(axis=1), own).value * sick.sum() / herds.sum()
    np.testing.assert_allclose(adjusted, [0.071, 0.059], atol=1e-3)


def test_poisson_funnel_gives_the_phe_ratio_funnel():
    """PHEindicatormethods, ``testdata_funnel_ratio_outputs.csv``, 10 and 100 events at 99.8 %."""
    lower, upper = stats.poisson_funnel_limits([10, 100])
    np.testing.assert_allclose(lower, [0.2960519925, 0.7192139974], rtol=1e-6)
    np.testing.assert_allclose(upper, [2.413397235, 1.349243187], rtol=1e-6)


COACHING = np.array(
    [
        [0.03, 0.0156], [0.12, 0.0216], [-0.14, 0.0279], [1.18, 0.1391], [0.26, 0.1362],
        [-0.06, 0.0106], [-0.02, 0.0106], [-0.32, 0.0484], [0.27, 0.0269], [0.80, 0.0630],
        [0.54, 0.0912], [0.18, 0.0497], [-0.02, 0.0835], [0.23, 0.0841], [-0.18, 0.0253],
        [-0.06, 0.0279], [0.30, 0.0193], [0.07, 0.0088], [-0.07, 0.0303],
    ]
)  # fmt: skip
"""Teachers' expectations and pupils' IQ, Raudenbush (1984): effects and variances."""


def test_teacher_expectations_give_raudenbush_and_bryk_1985():
    """Q = 35.83 on 18 degrees of freedom, as metafor's tests have it (35.85 in the paper).

    Their empirical Bayes estimates rest on restricted likelihood (variance 0.019), ours on
    moments (0.026), which pull less: each of ours lies at or beyond theirs, within 0.05.
    """
    effects, variances = COACHING.T
    assert stats.dersimonian_laird(effects, variances).q == pytest.approx(35.83, abs=5e-3)
    found = stats.between_variation(effects, variances)
    assert found.p == pytest.approx(scipy_stats.chi2.sf(35.83, 18), abs=1e-5)
    theirs = [
        0.054, 0.101, -0.006, 0.214, 0.105, -0.008, 0.017, -0.029, 0.16, 0.249, 0.162, 0.11, 0.065,
        0.11, -0.029, 0.026, 0.191, 0.074, 0.025,
    ]  # fmt: skip
    ours = stats.shrink_means(effects, variances)
    np.testing.assert_allclose(ours.value, theirs, atol=0.05)
    assert np.corrcoef(ours.value, theirs)[0, 1] > 0.995


def test_shrunken_means_are_best_linear_predictions():
    """A second implementation: generalised least squares with the whole covariance matrix."""
    effects, variances = COACHING.T
    tau2 = stats.dersimonian_laird(effects, variances).tau_squared
    inverse = np.linalg.inv(np.diag(variances) + tau2 * np.eye(19))
    mean = inverse.sum(axis=0) @ effects / inverse.sum()
    best = mean + tau2 * inverse @ (effects - mean)
    np.testing.assert_allclose(stats.shrink_means(effects, variances).value, best)


def test_shrunken_rates_are_those_of_maximum_likelihood():
    """The likelihood of Clayton & Kaldor, beside the figures in ``test_published_units.py``.

    300 simulated units, where both know the prior well: within 2 % of the overall rate.
    """
    rng = np.random.default_rng(4)
    expected = rng.uniform(5, 60, 300)
    x = rng.poisson(expected * rng.gamma(10, 1 / 10, 300))

    def misfit(logs):
        shape, rate = np.exp(logs)
        return -scipy_stats.nbinom.logpmf(x, shape, rate / (rate + expected)).sum()

    from scipy.optimize import minimize

    shape, rate = np.exp(minimize(misfit, [1.0, 1.0], method="Nelder-Mead").x)
    found = stats.shrink_rates(x, expected)
    np.testing.assert_allclose(found.value, (x + shape) / (expected + rate), atol=0.02)


def test_overdispersion_is_that_of_the_formula_printed():
    """The formula in plain Python, beside the figures in ``test_published_units.py``.

    Kidney stones by size and treatment, Charig et al. (1986), with quantiles as Excel's.
    """
    from math import asin
    from statistics import quantiles

    x, n = [81, 192, 234, 55], [87, 263, 270, 80]
    centre = asin(sqrt(sum(x) / sum(n)))
    z = [2 * sqrt(b) * (asin(sqrt(a / b)) - centre) for a, b in zip(x, n, strict=True)]
    tenths = quantiles(z, n=10, method="inclusive")
    z = [min(max(score, tenths[0]), tenths[-1]) for score in z]
    q, w = sum(score**2 for score in z), [4 * b for b in n]
    tau2 = (q - 3) / (sum(w) - sum(v**2 for v in w) / sum(w))
    found = stats.overdispersion(x, n)
    assert found.phi == pytest.approx(q / 4)
    assert found.tau**2 == pytest.approx(tau2)


# where a difference comes from

RATES_1985 = [
    0.1250755, 0.0242176, 0.0353167, 0.1342761, 0.1390078, 0.1941090, 0.4351757, 1.0104185,
    1.6571379, 1.9754195, 1.3240858, 0.0480648, 0.0080751, 0.0093711, 0.0287400, 0.0435722,
    0.0587736, 0.0978413, 0.1719650, 0.2212087, 0.1900040, 0.0977867,
]  # fmt: skip
RATES_1970 = [
    0.2521030, 0.0393667, 0.0556807, 0.1656409, 0.1650397, 0.2865521, 0.6124764, 1.3009335,
    2.0751875, 2.4593461, 1.4859894, 0.1033277, 0.0147933, 0.0154566, 0.0531546, 0.0750635,
    0.1064679, 0.1575643, 0.2362540, 0.2922680, 0.2084434, 0.0962585,
]  # fmt: skip


def test_rate_parts_give_chevan_and_sutherland_stratum_by_stratum():
    """Their (2009) category effects of Das Gupta's example 5.3, as DasGuptR's vignette prints them.

    Standardised rates of 22 groups by race and age; the difference is each group's rate part.
    """
    from tests.stats.test_decompose import RATE_1970, RATE_1985, SIZE_1970, SIZE_1985

    deaths = [np.multiply(*pair) for pair in ((SIZE_1985, RATE_1985), (SIZE_1970, RATE_1970))]
    parts = stats.decompose_difference(deaths[0], SIZE_1985, deaths[1], SIZE_1970)
    np.testing.assert_allclose(parts.rate, np.subtract(RATES_1985, RATES_1970), atol=2e-7)
    assert parts.rate.sum() == pytest.approx(-2.2277254, abs=1e-6)
    assert parts.mix.sum() == pytest.approx(1.5217347 + 0.0197749, abs=1e-6)
    assert parts.difference == pytest.approx(-0.6862158, abs=1e-6)
