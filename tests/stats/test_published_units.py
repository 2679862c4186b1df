"""Published figures of units compared: limits, spread, shrinkage, standardised ratios.

Continues ``test_published.py``. PowerBI-Funnels (Western Australia Health) prints no example of
overdispersion: its figures here are what version 0.1.3 of its Python edition, controlchartspy,
answers.
"""

from __future__ import annotations

import numpy as np
import pytest

from csqa import stats

DEATHS_OF_BABIES = [0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24]
OPERATIONS = [47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360]
"""Heart surgery on babies in twelve hospitals: the example "Surgical" of the BUGS book."""

OBSERVED, EXPECTED = [100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]
"""Six units of FunnelPlotR's tests."""


# spread beyond chance


def test_overdispersion_gives_powerbi_funnels():
    """Hospitals 1, 4 and 8: z-scores plain, and after the spread between units is added.

    The ratio of the two is that of the standard errors, so it tells the spread.
    """
    plain = np.array([-3.77528713746081, -1.9762447054949817, 3.3475568643401883])
    added = np.array([-3.261108828268594, -0.754368280056083, 2.0937649288245352])
    tau = np.sqrt(((plain / added) ** 2 - 1) / (4 * np.array([47, 810, 215])))
    found = stats.overdispersion(DEATHS_OF_BABIES, OPERATIONS)
    np.testing.assert_allclose(found.tau, tau, rtol=1e-12)
    assert found.adjusted


@pytest.mark.parametrize(
    ("n", "watch", "act"),
    [
        (148, (0.025196595122940395, 0.14544008304916858), (0.00854160670987, 0.19560374052162)),
        (215, (0.02811963674025221, 0.1390991261546347), (0.01137642417682, 0.18437685429217)),
        (810, (0.03388539401764083, 0.12777752284709074), (0.01761548318071, 0.16446016654921)),
    ],
)
def test_overdispersed_limits_give_powerbi_funnels(n, watch, act):
    """95 and 99.8 %, as drawn for hospitals 2, 8 and 4."""
    tau = stats.overdispersion(DEATHS_OF_BABIES, OPERATIONS).tau
    overall = sum(DEATHS_OF_BABIES) / sum(OPERATIONS)
    np.testing.assert_allclose(stats.funnel_limits(n, overall, 0.95, tau=tau), watch, rtol=1e-9)
    np.testing.assert_allclose(stats.funnel_limits(n, overall, tau=tau), act, rtol=1e-9)


def test_exact_limits_are_never_narrower_than_overdispersed_ones_alone():
    """PowerBI-Funnels draws 0.4985 % for 97 operations; exactly, 0.096 % is reached by chance."""
    overall = sum(DEATHS_OF_BABIES) / sum(OPERATIONS)
    tau = stats.overdispersion(DEATHS_OF_BABIES, OPERATIONS).tau
    lower, upper = stats.funnel_limits(97, overall, tau=tau)
    assert lower == stats.funnel_limits(97, overall)[0] < 0.004985079197789730
    assert upper == pytest.approx(0.21325503026035538, rel=1e-9)


@pytest.mark.parametrize(
    ("expected", "watch", "act"),
    [
        (95, (0.7178862968009888, 1.3287594551475486), (0.5764034928728038, 1.5395538281766958)),
        (112, (0.7265701754938246, 1.3170067418705118), (0.5887000272436306, 1.5196284353940548)),
        (220, (0.7524069130637033, 1.282751222794242), (0.6256089171948519, 1.461791179853203)),
    ],
)
def test_overdispersed_ratio_limits_give_powerbi_funnels(expected, watch, act):
    """95 and 99.8 % of standardised ratios, widened by the spread on the square root scale."""
    tau = stats.ratio_overdispersion(OBSERVED, EXPECTED).tau
    found = stats.poisson_funnel_limits(expected, 0.95, tau=tau)
    np.testing.assert_allclose(found, watch, rtol=1e-12)
    np.testing.assert_allclose(stats.poisson_funnel_limits(expected, tau=tau), act, rtol=1e-12)


def test_units_that_vary_by_chance_are_not_widened_by_powerbi_funnels_either():
    """The seven units made up for FunnelPlotR's vignette."""
    observed, expected = [15, 40, 72, 28, 50, 66, 75], [13, 32, 75, 33, 54, 60, 72]
    assert stats.ratio_overdispersion(observed, expected).tau == 0


def test_arcsine_effects_give_statsmodels():
    """``proportion_effectsize([0.3, 0.4, 0.5], 0.4)``: twice the distance."""
    effects, _ = stats.arcsine_effects([30, 40, 50], 100)
    found = 2 * (effects - effects[1])
    np.testing.assert_allclose(found, [-0.21015893, 0, 0.20135792], atol=5e-9)


# standardised ratios

PERSON_YEARS = [
    953785, 1997935, 1885014, 1957573, 2356649, 2088000, 1548371, 1447432, 1087524, 335944,
]  # fmt: skip
PERSON_YEARS_US = [
    19175798, 41077577, 39183891, 39892024, 45148527, 37677952, 24274684, 18390986, 12361180,
    4239587,
]  # fmt: skip
SKIN_CANCER = [0, 0, 4, 14, 43, 72, 70, 126, 136, 73]
SKIN_CANCER_US = [0, 1, 41, 186, 626, 1199, 1303, 1637, 1624, 803]


def test_expected_events_give_sas():
    """PROC STDRATE's first example: Florida against the United States, by age, 2000.

    528.726 deaths are expected, 538 were observed: 1.0175.
    """
    expected = stats.expected_events(PERSON_YEARS, SKIN_CANCER_US, PERSON_YEARS_US)
    assert expected == pytest.approx(528.726, abs=5e-4)
    ratio = stats.standardised_ratio(sum(SKIN_CANCER), expected)
    assert ratio.value == pytest.approx(1.0175, abs=5e-5)


def test_expected_events_give_pysal():
    """``indirect_age_standardization`` of its tests: 0.02372382 and 0.02610803."""
    cases = np.array([[1000, 1000, 1100, 900], [1000, 900, 1100, 900]])
    standard, base = [[100, 45, 120, 100], [50, 30, 200, 80]], [1000, 900, 1000, 900]
    expected = [stats.expected_events(n, x, base) for n, x in zip(cases, standard, strict=True)]
    found = stats.standardised_ratio([95, 104], expected).value * np.sum(standard) / 7600
    np.testing.assert_allclose(found, [0.02372382, 0.02610803], atol=5e-9)


# shrinkage


def test_hospitals_are_believed_to_be_what_bugs_finds():
    """Mamba's example "Surgical", after BUGS 0.5: twelve posterior means and standard deviations.

    Theirs is a logit-normal prior that is averaged over, ours a beta prior by moments: hospital 1,
    with no death of 47, is pulled a little less.
    """
    means = [
        0.052805725, 0.104001890, 0.070669708, 0.059118030, 0.051504980, 0.069199820, 0.067117588,
        0.123097365, 0.070410452, 0.078694851, 0.102801934, 0.068715136,
    ]  # fmt: skip
    deviations = [
        0.0198027, 0.0219549, 0.0176251, 0.0079059, 0.0132372, 0.0147703, 0.0160309, 0.0219326,
        0.0148534, 0.0198460, 0.0176951, 0.0119246,
    ]  # fmt: skip
    found = stats.shrink_proportions(DEATHS_OF_BABIES, OPERATIONS)
    np.testing.assert_allclose(found.value[1:], means[1:], atol=0.005)
    np.testing.assert_allclose(found.standard_error[1:], deviations[1:], atol=0.0015)
    assert found.value[0] == pytest.approx(means[0], abs=0.009)
    assert found.standard_error[0] == pytest.approx(deviations[0], abs=0.006)


TUMOURS = [
    *[0] * 14, *[1] * 8, *[2] * 9, 1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10, *[4] * 7, 10, 4, 4, 4, 5,
    11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4,
]  # fmt: skip
RATS = [
    20, 20, 20, 20, 20, 20, 20, 19, 19, 19, 19, 18, 18, 17, 20, 20, 20, 20, 19, 19, 18, 18, 25, 24,
    23, 20, 20, 20, 20, 20, 20, 10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50, 20, 20, 20, 20,
    20, 20, 20, 48, 19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14,
]  # fmt: skip


def test_the_last_group_of_rats_is_pulled_as_by_gelman():
    """Bayesian Data Analysis, section 5.1: by moments Beta(1.4, 8.6), so Beta(5.4, 18.6) for 4/14.

    Its moments are those of the raw shares of the other 70 groups, ours on the arcsine scale with
    chance taken out; the full posterior pulls more (mode 2.21, 13.27), so ours lies between the
    raw 0.286 and the full 0.211.
    """
    found = stats.shrink_proportions(TUMOURS, RATS)
    assert found.value[-1] == pytest.approx(5.4 / 24, abs=0.015)
    spread = np.sqrt(5.4 * 18.6 / (24**2 * 25))
    assert found.standard_error[-1] == pytest.approx(spread, abs=0.006)
    assert (4 + 2.21) / (14 + 2.21 + 13.27) < found.value[-1] < 4 / 14


BIRTHS = [
    1091, 487, 3188, 508, 1421, 1452, 286, 420, 968, 1612, 1035, 4449, 1671, 1556, 2180, 3608,
    1638, 3146, 1323, 484, 751, 781, 1269, 1399, 11858, 16184, 4672, 1324, 3164, 7970, 4021, 671,
    3657, 3609, 770, 1549, 14484, 765, 4139, 1207, 1333, 5509, 3573, 990, 248, 1946, 4456, 1646,
    3702, 4606, 5094, 5754, 7515, 3999, 2110, 521, 2692, 675, 870, 2252, 2992, 6638, 3776, 4866,
    2216, 1143, 2648, 21588, 4099, 1258, 2356, 2574, 415, 3589, 1173, 9014, 533, 797, 3025, 542,
    1027, 20366, 578, 3915, 1570, 1494, 338, 2483, 2756, 284, 5868, 2255, 11158, 7889, 2414, 1782,
    1228, 3350, 5526, 2181,
]  # fmt: skip
DEATHS = [
    1, 0, 5, 1, 9, 7, 0, 0, 4, 1, 2, 16, 4, 4, 4, 18, 3, 4, 1, 1, 1, 0, 1, 2, 10, 23, 13, 6, 4, 16,
    8, 0, 10, 6, 0, 2, 16, 2, 4, 1, 0, 8, 5, 5, 0, 5, 7, 2, 11, 3, 14, 5, 9, 6, 2, 0, 7, 3, 4, 5,
    12, 18, 6, 10, 8, 2, 5, 44, 3, 3, 5, 5, 0, 10, 3, 11, 1, 0, 4, 1, 2, 38, 1, 4, 15, 7, 0, 4, 4,
    0, 13, 8, 29, 31, 5, 8, 4, 15, 12, 5,
]  # fmt: skip

"""Live births, and sudden deaths of infants, in the counties of North Carolina, 1974 to 1978."""


def test_shrunken_rates_give_pysals_counties_of_north_carolina():
    """``Empirical_Bayes`` of its tests, moments after Marshall (1991): the first five counties.

    Ours are moments on the square root scale: shape 5.14 and not 5.31, so 1 % off at most.
    """
    found = stats.shrink_rates(DEATHS, BIRTHS)
    pysal = [0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349]
    np.testing.assert_allclose(found.value[:5], pysal, rtol=0.01)
    rate, births = np.divide(DEATHS, BIRTHS), np.array(BIRTHS)
    overall = sum(DEATHS) / sum(BIRTHS)
    between = np.average((rate - overall) ** 2, weights=births) - overall / births.mean()
    marshall = overall + (rate - overall) * between / (between + overall / births)
    np.testing.assert_allclose(marshall[:5], pysal, atol=5e-8)
    np.testing.assert_allclose(found.value, marshall, rtol=0.03)


FAILURES = [5, 1, 5, 14, 3, 19, 1, 1, 4, 22]
THOUSAND_HOURS = [94.3, 15.7, 62.9, 126, 5.24, 31.4, 1.05, 1.05, 2.1, 10.5]


def test_pumps_that_ran_long_are_believed_to_be_what_bugs_finds():
    """Mamba's example "Pumps", after George, Makov & Smith (1993): means and deviations.

    Of five pumps with 15,000 hours or more. The others ran little and failed often: ours pulls
    them to all failures over all hours, 0.21, the full posterior to the mean of pumps, 0.76.
    """
    long = np.array([0, 1, 2, 3, 5])
    means = np.array([0.0597276, 0.0997635, 0.0889841, 0.116179, 0.608916])
    deviations = [0.0251118, 0.0773339, 0.0379549, 0.030564, 0.139405]
    found = stats.shrink_rates(FAILURES, THOUSAND_HOURS)
    np.testing.assert_allclose(found.value[long], means, rtol=0.15)
    np.testing.assert_allclose(found.standard_error[long], deviations, rtol=0.1)
    assert found.standard_error[-1] == pytest.approx(0.427868, rel=0.1)
    assert (found.value[[4, 6, 7, 8, 9]] < [0.603654, 0.894307, 0.884304, 1.56235, 1.98785]).all()


def test_moments_give_the_laboratories_of_kacker():
    """Kacker (2004), Metrologia 41:132, table 1: tau 0.5359 of nine laboratories.

    To 0.001, as statsmodels' tests have it: its inputs are printed to two digits.
    """
    means = [61.00, 61.40, 62.21, 62.30, 62.34, 62.60, 62.70, 62.84, 65.90]
    variances = [0.2025, 1.2100, 0.0900, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225]
    found = stats.dersimonian_laird(means, variances)
    assert np.sqrt(found.tau_squared) == pytest.approx(0.5359, abs=1e-3)
