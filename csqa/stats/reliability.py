"""How far raters agree on numbers and on orders: intraclass correlations and Kendall's W."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import finite, one_of, tail
from csqa.stats._ratings import (
    NO_INTERVAL,
    NO_PAIRS,
    NO_VARIATION,
    Agreement,
    as_ratings,
    undefined,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

FORMS: Final = ("1,1", "A,1", "C,1", "1,k", "A,k", "C,k")
"""Raters differ from unit to unit; the same raters, in absolute agreement; in consistency. Of one
rating, and of the mean of all ``k``."""

RESAMPLES: Final = 2000  # ours
SEED: Final = 19390901  # ours: any


def icc(ratings: ArrayLike, form: str = "A,1", confidence: float = 0.95) -> Agreement:
    """Intraclass correlation: what share of the variance of ratings the units themselves explain.

    Parameters
    ----------
    ratings : array_like of float, shape (units, raters)
        Scores; units with a missing rating are dropped and counted.
    form : {"A,1", "C,1", "A,k", "C,k", "1,1", "1,k"}
        ``A`` absolute agreement: an inspector who is always 10 points stricter disagrees; ``C``
        consistency: he doesn't; ``1``: other raters for each unit. ``,1`` of one rating, ``,k`` of
        the mean of all. These are Shrout & Fleiss' ICC(2,·), ICC(3,·) and ICC(1,·).

    Returns
    -------
    Agreement
        Interval by F; ``observed`` and ``expected`` are NaN.

    Raises
    ------
    ValueError
        If ``form`` is none of those, or ratings are no numbers.

    Notes
    -----
    McGraw & Wong (1996), Psychological Methods 1:30-46, tables 4 and 7; Shrout & Fleiss (1979),
    Psychological Bulletin 86:420-428.

    Examples
    --------
    The six targets and four judges of Shrout & Fleiss (1979), table 2:

    >>> judges = [
    ...     [9, 2, 5, 8],
    ...     [6, 1, 3, 2],
    ...     [8, 4, 6, 8],
    ...     [7, 1, 2, 6],
    ...     [10, 5, 6, 9],
    ...     [6, 2, 4, 7],
    ... ]
    >>> [round(icc(judges, form).value, 2) for form in ("1,1", "A,1", "C,1")]
    [0.17, 0.29, 0.71]
    """
    one_of("form", form, FORMS)
    table, dropped = _complete(ratings)
    n, k = table.shape
    if n < 2 or k < 2:
        return undefined(NO_PAIRS if k < 2 or n < 1 else NO_INTERVAL, n, dropped)
    squares = _mean_squares(table)
    if squares[0] <= 1e-12 * max(float(np.square(table).mean()), 1e-300) and max(squares[2:]) <= 0:
        return undefined(NO_VARIATION, n, dropped)
    kind, of = form.split(",")
    single = {"1": _one_way, "C": _consistency, "A": _absolute}[kind]
    found = single(squares, n, k, confidence)
    if of == "k":
        found = tuple(_of_mean(x, k) for x in found)
    value, lower, upper = found
    return _made(value, lower, upper, n, dropped, "F")


def _complete(ratings: ArrayLike) -> tuple[FloatArray, int]:
    """Units that every rater judged, and how many others there are."""
    scores = finite("ratings", as_ratings(ratings))
    whole = ~np.isnan(scores).any(axis=1)
    return scores[whole], int((~whole).sum())


def _mean_squares(table: FloatArray) -> tuple[float, float, float, float]:
    """Between units, between raters, residual, and within units."""
    n, k = table.shape
    centred = table - table.mean()
    units, raters = centred.mean(axis=1), centred.mean(axis=0)
    rest = centred - units[:, None] - raters[None, :]
    within = centred - units[:, None]
    return (
        float(k * (units**2).sum() / (n - 1)),
        float(n * (raters**2).sum() / (k - 1)),
        float((rest**2).sum() / ((n - 1) * (k - 1))),
        float((within**2).sum() / (n * (k - 1))),
    )


Triple = tuple[float, ...]


def _one_way(squares: Triple, n: int, k: int, confidence: float) -> Triple:
    return _by_f(squares[0], squares[3], (n - 1, n * (k - 1)), k, confidence)


def _consistency(squares: Triple, n: int, k: int, confidence: float) -> Triple:
    return _by_f(squares[0], squares[2], (n - 1, (n - 1) * (k - 1)), k, confidence)


def _by_f(units: float, error: float, freedom: tuple[int, int], k: int, level: float) -> Triple:
    """Value and bounds of a ratio of two mean squares."""
    from scipy.special import fdtri

    if error <= 0:
        return 1.0, 1.0, 1.0
    f, share = units / error, 1 - tail(level)
    low, high = f / fdtri(*freedom, share), f * fdtri(*freedom[::-1], share)
    return tuple(float((x - 1) / (x + k - 1)) for x in (f, low, high))


def _absolute(squares: Triple, n: int, k: int, confidence: float) -> Triple:
    """Agreement in the scores themselves; bounds by Satterthwaite's degrees of freedom."""
    from scipy.special import fdtri

    units, raters, error, _ = squares
    value = (units - error) / (units + (k - 1) * error + k / n * (raters - error))
    if value >= 1:
        return 1.0, 1.0, 1.0
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    below = (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    freedom = (a * raters + b * error) ** 2 / below if below > 0 else np.nan
    share, rest = 1 - tail(confidence), k * raters + (k * n - k - n) * error
    low, high = fdtri(n - 1, freedom, share), fdtri(freedom, n - 1, share)
    lower = n * (units - low * error) / (low * rest + n * units)
    upper = n * (high * units - error) / (rest + n * high * units)
    return float(value), float(lower), float(upper)


def _of_mean(single: float, k: int) -> float:
    """Spearman and Brown: from one rating to the mean of k; -1 / (k - 1) has none."""
    below = 1 + (k - 1) * single
    return k * single / below if below > 0 else float("-inf")


def kendall_w(
    ratings: ArrayLike,
    confidence: float = 0.95,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Agreement:
    """Kendall's coefficient of concordance: how far raters put units in the same order.

    Parameters
    ----------
    ratings : array_like of float, shape (units, raters)
        Scores or ranks, ties allowed; units with a missing rating are dropped and counted.
    resamples, seed : int
        Of the bootstrap over units.

    Returns
    -------
    Agreement
        0 no common order, 1 the same order; NaN (``no_variation``) where everyone ties all units.

    Raises
    ------
    ValueError
        If ratings are no numbers.

    Notes
    -----
    ``W = 12 S / (m² (n³ - n) - m Σ T)`` of ``m`` raters on ``n`` units, ``T = Σ (t³ - t)`` over
    the ties of each: Kendall & Babington Smith (1939), Annals of Mathematical Statistics
    10:275-287; Siegel & Castellan (1988), Nonparametric Statistics for the Behavioral Sciences,
    section 9.8. Friedman's chi-square is ``m (n - 1) W``. Interval: percentiles over resampled
    units, widened to the estimate; it doesn't depend on the order of units.

    Examples
    --------
    >>> round(kendall_w([[1, 1, 2], [2, 3, 1], [3, 2, 3]]).value, 4)
    0.4444
    """
    table, dropped = _complete(ratings)
    n, m = table.shape
    if m < 2 or n < 2:
        return undefined(NO_PAIRS if m < 2 or n < 1 else NO_INTERVAL, n, dropped)
    value = _concordance(table)
    if np.isnan(value):
        return undefined(NO_VARIATION, n, dropped)
    rng = np.random.default_rng(seed)
    ordered = table[np.lexsort(table.T[::-1])]
    drawn = rng.integers(0, n, size=(resamples, n))
    found = np.array([_concordance(ordered[rows]) for rows in drawn])
    found = found[~np.isnan(found)]
    share = tail(confidence)
    lower, upper = np.quantile(found, [share, 1 - share]) if len(found) else (np.nan, np.nan)
    return _made(value, lower, upper, n, dropped, "bootstrap")


def _concordance(table: FloatArray) -> float:
    from scipy.stats import rankdata

    n, m = table.shape
    ranks = rankdata(table, axis=0)
    spread = float(((ranks.sum(axis=1) - m * (n + 1) / 2) ** 2).sum())
    most = m * float(((ranks - (n + 1) / 2) ** 2).sum())  # (m² (n³ - n) - m Σ T) / 12
    return min(spread / most, 1.0) if most > 0 else float("nan")


def _made(value: float, lower: float, upper: float, n: int, dropped: int, method: str) -> Agreement:
    lower, upper = min(float(lower), value), max(float(upper), value)
    missing = float("nan")
    return Agreement(value, lower, upper, missing, missing, n, dropped, missing, method, "")
