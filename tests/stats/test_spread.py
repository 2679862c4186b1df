"""Variation between units beyond chance, against metafor and Viechtbauer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from csqa import stats
from csqa.stats.spread import spread_between

relaxed = settings(deadline=None)  # the first call imports scipy

BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619],
        [33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619],
        [505, 87886, 499, 87892], [29, 7470, 45, 7232], [17, 1699, 65, 1600],
        [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
    ]
)  # fmt: skip
DIURETICS = np.array(
    [
        [14, 131, 14, 136], [21, 385, 17, 134], [14, 57, 24, 48], [6, 38, 18, 40],
        [12, 1011, 35, 760], [138, 1370, 175, 1336], [15, 506, 20, 524], [6, 108, 2, 103],
        [65, 153, 40, 102],
    ]
)  # fmt: skip


def test_bcg_trials_give_metafors_confint():
    """metafor's tests: tau² 0.3088 (0.1197, 1.1115), I² 92.1173 (81.9177, 97.6781) per cent.

    metafor looks for its bounds to about 1e-4, hence the tolerance of the second.
    """
    a, b, c, d = BCG.T
    effects = np.log(a / (a + b) / (c / (c + d)))
    found = stats.between_variation(effects, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    taus = np.square([found.tau, found.tau_lower, found.tau_upper])
    np.testing.assert_allclose(taus, [0.3088, 0.1197, 1.1115], atol=5e-5)
    shares = [found.share, found.share_lower, found.share_upper]
    np.testing.assert_allclose(shares, [0.921173, 0.819177, 0.976781], atol=5e-5)
    assert found.k == 13
    assert found.p == pytest.approx(chi2.sf(152.2330, 12), rel=1e-3)


def test_diuretics_give_viechtbauer_2007_table_2():
    """DerSimonian-Laird 0.230, Q-profile interval 0.072 to 2.203 (metafor's tests)."""
    a, n1, c, n2 = DIURETICS.T
    effects = np.log(a / (n1 - a) / (c / (n2 - c)))
    found = stats.between_variation(effects, 1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c))
    taus = np.square([found.tau, found.tau_lower, found.tau_upper])
    np.testing.assert_allclose(taus, [0.230, 0.072, 2.203], atol=5e-4)


def test_eight_schools_differ_by_no_more_than_chance():
    """Rubin (1981): Q = 4.7 on 7 degrees of freedom."""
    found = stats.between_variation(
        [28, 8, -3, 7, -1, 1, 18, 12], np.square([15, 10, 16, 11, 9, 11, 10, 18])
    )
    assert (found.tau, found.tau_lower, found.share, found.share_lower) == (0, 0, 0, 0)
    assert found.p == pytest.approx(chi2.sf(4.707, 7), abs=1e-4)
    assert found.tau_upper > 5


def test_the_interval_covers_as_it_says():
    """20 agents whose true shares vary; 300 months."""
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(300):
        true = rng.normal(0, 0.08, 20)
        variances = rng.uniform(0.001, 0.01, 20)
        found = stats.between_variation(true + rng.normal(0, np.sqrt(variances)), variances)
        covered += found.tau_lower <= 0.08 <= found.tau_upper
    assert 0.92 <= covered / 300 <= 0.98


@relaxed
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(0.01, 5)), min_size=2, max_size=12),
    st.floats(0.1, 10),
    st.floats(-5, 5),
)
def test_units_and_origin_do_not_matter(units, scale, origin):
    effects, variances = np.transpose(units)
    before = stats.between_variation(effects, variances)
    after = stats.between_variation(effects * scale + origin, variances * scale**2)
    assert after.share == pytest.approx(before.share, abs=1e-6)
    assert after.tau_upper == pytest.approx(before.tau_upper * scale, abs=1e-4, rel=1e-4)
    assert 0 <= before.tau_lower <= before.tau_upper + 1e-9
    assert 0 <= before.share <= 1


def test_too_few_units_tell_nothing():
    one = stats.between_variation([1.0, np.nan, 2.0], [1.0, 1.0, 0.0])
    assert np.isnan([one.tau, one.tau_upper, one.share, one.p]).all()
    assert one.k == 1
    assert stats.between_variation([], []).k == 0
    with pytest.raises(ValueError, match="`variances` must not be negative"):
        stats.between_variation([1], [-1])


def test_equal_units_do_not_vary():
    found = stats.between_variation([0.5] * 5, [0.01] * 5)
    assert (found.tau, found.tau_lower, found.tau_upper, found.p) == (0, 0, 0, 1)


def test_arcsine_scale_by_hand():
    effects, variances = stats.arcsine_effects([25, 0, 7, 0], [100, 10, 7, 0])
    np.testing.assert_allclose(effects, [np.pi / 6, 0, np.pi / 2, np.nan])
    np.testing.assert_allclose(variances, [0.0025, 0.025, 0.25 / 7, np.nan])


def test_luck_alone_shares_out_to_nothing_and_planted_spread_is_found():
    rng = np.random.default_rng(3)
    n = np.full(40, 100)
    alike = stats.between_variation(*stats.arcsine_effects(rng.binomial(n, 0.88), n))
    apart = stats.between_variation(*stats.arcsine_effects(rng.binomial(n, rng.beta(44, 6, 40)), n))
    assert alike.share_lower == 0
    assert apart.share_lower > 0.2
    assert 2 * apart.tau * np.sqrt(0.88 * 0.12) == pytest.approx(0.0455, abs=0.02)


def test_root_scale_by_hand():
    effects, variances = stats.root_effects([121, 0, 5], [100, 25, 0])
    np.testing.assert_allclose(effects, [1.1, 0, np.nan])
    np.testing.assert_allclose(variances, [0.0025, 0.01, np.nan])


def test_spread_between_units_with_expectations_of_their_own():
    """Twelve units three standard errors off: 12 × 9, less what winsorising takes, − 11 over 11."""
    assert spread_between([-3.0, 3.0] * 6, [1.0] * 12) == pytest.approx(
        np.sqrt((108 / 0.678655 - 11) / 11), rel=1e-5
    )
    assert spread_between([-3.0, 3.0] * 4, [1.0] * 8) == 0
    assert spread_between([0.1, -0.1] * 6, [1.0] * 12) == 0
    assert spread_between([-3.0, 3.0] * 6 + [np.nan], [1.0] * 13) > 0
