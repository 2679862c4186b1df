"""Where a difference comes from: other rates in the strata, or another mix of strata.

A whole can improve though every part got worse (Simpson's paradox): the mix moved to the easy
parts. The two are taken apart exactly, stratum by stratum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import counts, ratio, series

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Decomposition:
    """A difference of two overall rates, by stratum.

    Attributes
    ----------
    mix, rate : ndarray of float, shape (strata,)
        What each stratum adds because its share changed, and because its rate changed.
    difference : float
        First overall rate minus second: the sum of all parts.
    """

    mix: FloatArray
    rate: FloatArray
    difference: float

    @property
    def total(self) -> FloatArray:
        """What each stratum adds in all."""
        return self.mix + self.rate


def decompose_difference(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike
) -> Decomposition:
    """Take ``sum(x1)/sum(n1) - sum(x2)/sum(n2)`` apart into mix and rate, stratum by stratum.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like, shape (strata,)
        Events, or any total (seconds, points), and cases of each stratum, in the period or
        group of interest and in the one it is compared with. A stratum may be empty on either
        side.

    Returns
    -------
    Decomposition
        ``mix`` and ``rate`` add up to ``difference``. NaN where either side has no cases.

    Raises
    ------
    ValueError
        If a number of cases is negative, a stratum has a total without cases, or the lengths
        differ.

    Notes
    -----
    Kitagawa (1955), JASA 50:1168-1194, each change weighted by the mean of both sides, so that
    there is no remainder and the order does not matter:
    ``rate_h = (w1+w2)/2 (r1-r2)``, ``mix_h = (w1-w2) ((r1+r2)/2 - R)``, with ``R`` the mean of the
    two overall rates. Without ``R`` the mix parts have the same sum, but a growing stratum would
    count as a gain however bad it is. A stratum empty on one side has no rate there: its other
    rate is taken, so it adds by mix alone.

    Examples
    --------
    Kidney stones, Charig et al. (1986): open surgery does better with small stones and with
    large ones, and worse in all, because it is given the large ones:

    >>> parts = decompose_difference([81, 192], [87, 263], [234, 55], [270, 80])
    >>> round(parts.difference, 4), parts.rate.round(4), parts.mix.round(4)
    (-0.0457, array([0.0328, 0.0208]), array([-0.0502, -0.0492]))
    """
    total1, cases1, total2, cases2 = (
        series(name, values) for name, values in (("x1", x1), ("n1", n1), ("x2", x2), ("n2", n2))
    )
    if len({part.size for part in (total1, cases1, total2, cases2)}) > 1:
        message = "`x1`, `n1`, `x2` and `n2` must be of one length, one value per stratum."
        raise ValueError(message)
    own1, own2 = (
        _rates(total1, counts("n1", cases1), "1"),
        _rates(total2, counts("n2", cases2), "2"),
    )
    rate1, rate2 = np.where(np.isnan(own1), own2, own1), np.where(np.isnan(own2), own1, own2)
    rate1, rate2 = np.nan_to_num(rate1), np.nan_to_num(rate2)
    share1, share2 = ratio(cases1, cases1.sum()), ratio(cases2, cases2.sum())
    overall1, overall2 = ratio(total1.sum(), cases1.sum()), ratio(total2.sum(), cases2.sum())
    rate = (share1 + share2) / 2 * (rate1 - rate2)
    mix = (share1 - share2) * ((rate1 + rate2) / 2 - (overall1 + overall2) / 2)
    return Decomposition(mix, rate, float(overall1 - overall2))


def _rates(total: FloatArray, cases: FloatArray, side: str) -> FloatArray:
    if np.isnan(total + cases).any() or ((cases == 0) & (total != 0)).any():
        message = f"`x{side}` and `n{side}` must be known, and a total must have cases."
        raise ValueError(message)
    return ratio(total, cases)
