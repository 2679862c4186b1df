"""Whether two shares differ by more than chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import part_and_whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray


def two_shares_p(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike) -> FloatArray:
    """Two-sided p value of ``x1/n1`` and ``x2/n2`` being one share, independent samples.

    Parameters
    ----------
    x1, n1, x2, n2 : array_like
        Events and trials of each.

    Returns
    -------
    ndarray of float
        NaN where there are no trials; 1 where nothing or everything is an event.

    Raises
    ------
    ValueError
        If there are more events than trials.

    Notes
    -----
    Pearson's chi-squared with the factor ``(N - 1) / N``, good down to an expected count of 1:
    Campbell (2007), Statistics in Medicine 26:3661-3675.

    Examples
    --------
    >>> two_shares_p([30, 10, 0], 100, [15, 10, 0], 100).round(4)
    array([0.0113, 1.    , 1.    ])
    """
    from scipy import special

    (a, m), (b, n) = part_and_whole(x1, n1, ("x1", "n1")), part_and_whole(x2, n2, ("x2", "n2"))
    whole = m + n
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (a + b) / whole
        spread = pooled * (1 - pooled) * (1 / m + 1 / n)
        squared = np.where(spread > 0, (a / m - b / n) ** 2 / spread * (whole - 1) / whole, 0.0)
    p = special.erfc(np.sqrt(squared / 2))
    return np.asarray(np.where((m > 0) & (n > 0), p, np.nan))
