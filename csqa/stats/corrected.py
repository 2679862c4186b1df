"""Shares counted by a rule that errs, corrected by a random part that people have judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import bounds, counts, critical_z, part_and_whole, ratio

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray


def corrected_share(
    x: ArrayLike,
    n: ArrayLike,
    missed: ArrayLike,
    wrong: ArrayLike,
    audited: ArrayLike,
    confidence: float = 0.95,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Share of cases that truly have a property, from a rule's count and a random audit.

    Parameters
    ----------
    x, n : array_like
        Cases that the rule found, and all cases.
    missed, wrong : array_like
        Of the audited cases: those that have it and the rule did not find, and those that the
        rule found and do not have it.
    audited : array_like
        Cases drawn at random from all and judged.
    confidence : float
        Two-sided confidence level, in (0, 1).

    Returns
    -------
    share, lower, upper : ndarray of float
        In [0, 1]; NaN where nothing was audited or there are no cases.

    Raises
    ------
    ValueError
        If a part exceeds its whole or a count is negative.

    Notes
    -----
    The difference estimator: ``x/n + (missed - wrong)/audited`` (Särndal, Swensson & Wretman 1992,
    section 6.3; Angelopoulos et al. 2023, Science 382:669-674, prediction-powered inference). Its
    interval is that of a difference of paired proportions, Bonett & Price (2012), JEBS 37:479-488,
    which has width where the audit found no error at all, made narrower by the part of all cases
    that was audited. The rule's own share is known exactly: it was counted on all cases.

    Examples
    --------
    The rule finds 120 of 1,000; of 100 audited it missed 9 and was wrong on 2:

    >>> share, lower, upper = corrected_share(120, 1000, 9, 2, 100)
    >>> share.round(3).item(), lower.round(3).item(), upper.round(3).item()
    (0.19, 0.124, 0.253)
    """
    x, n = part_and_whole(x, n)
    missed, wrong, audited = np.broadcast_arrays(
        counts("missed", missed), counts("wrong", wrong), counts("audited", audited)
    )
    part_and_whole(missed + wrong, audited, ("missed + wrong", "audited"))
    part_and_whole(audited, n, ("audited", "n"))
    counted = ratio(x, n)
    share = counted + ratio(missed - wrong, audited)
    size = np.where(audited > 0, audited + 2, np.nan)
    more, less = (missed + 1) / size, (wrong + 1) / size
    rest = np.sqrt(np.clip(1 - ratio(audited, n), 0, 1))
    half = critical_z(confidence) * np.sqrt((more + less - (more - less) ** 2) / size) * rest
    middle = share + (more - less - ratio(missed - wrong, audited)) * rest
    lower, upper = np.minimum(middle - half, share), np.maximum(middle + half, share)
    low, high = bounds(np.clip(lower, 0, 1), np.clip(upper, 0, 1))
    return np.asarray(np.clip(share, 0, 1), dtype=np.float64)[()], low, high
