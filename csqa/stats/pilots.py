"""How many units a comparison of two groups needs."""

from __future__ import annotations

from csqa.stats._arrays import critical_z, not_negative, tail

MOST_UNITS = 100_000


def units_needed(
    effect: float, spread: float, *, power: float = 0.8, confidence: float = 0.95
) -> int:
    """Units per group for a difference of means to be noticed.

    Parameters
    ----------
    effect : float
        Difference to notice, not 0.
    spread : float
        Standard deviation of one unit.
    power : float
        Chance of noticing it, in (0, 1).
    confidence : float
        Two-sided, in (0, 1).

    Returns
    -------
    int
        At least 2.

    Raises
    ------
    ValueError
        If ``effect`` is 0, ``spread`` negative, or a probability outside (0, 1).

    Notes
    -----
    The smallest whole number whose power by the noncentral t is enough: Chow, Shao & Wang (2008),
    Sample Size Calculations in Clinical Research, section 3.2.1; as R's ``power.t.test`` rounded
    up.

    Examples
    --------
    R's ``power.t.test(delta = 1, sd = 1, power = 0.9)`` prints 22.02:

    >>> units_needed(1, 1, power=0.9)
    23
    """
    from scipy import special

    tail(power)
    not_negative("spread", spread)
    if effect == 0:
        message = "`effect` must not be 0."
        raise ValueError(message)
    ratio = abs(effect) / spread if spread else float("inf")
    alpha = 1 - tail(confidence)
    guess = 2 * ((critical_z(confidence) + _quantile(power)) / ratio) ** 2
    units = max(int(guess) - 1, 2)
    while units < MOST_UNITS:
        freedom = 2 * units - 2
        critical = special.stdtrit(freedom, alpha)
        if ratio == float("inf"):
            break
        if 1 - special.nctdtr(freedom, ratio * (units / 2) ** 0.5, critical) >= power:
            break
        units += 1
    return units


def _quantile(probability: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(probability)
