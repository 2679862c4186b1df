"""Krippendorff's alpha: how far raters disagree, against how far all ratings differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import one_of, tail
from csqa.stats._ratings import (
    NO_DISAGREEMENT,
    NO_INTERVAL,
    NO_PAIRS,
    ONE_VALUE,
    Agreement,
    Table,
    count_ratings,
    least_agreement,
    undefined,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

LEVELS: Final = ("nominal", "ordinal", "interval", "ratio")

RESAMPLES: Final = 2000  # ours: bounds of one data set then move by about 0.01 from seed to seed
SEED: Final = 20110125  # ours: any; the date of Krippendorff's paper


def krippendorff_alpha(
    ratings: ArrayLike,
    level: str = "nominal",
    confidence: float = 0.95,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Agreement:
    """Krippendorff's alpha for any number of raters, ratings missing or not.

    Parameters
    ----------
    ratings : array_like, shape (units, raters)
        Missing where a rater did not judge the unit; of any kind where nominal, else numbers.
    level : {"nominal", "ordinal", "interval", "ratio"}
        What the difference of two ratings means.
    resamples, seed : int
        Of the bootstrap over units.

    Returns
    -------
    Agreement
        1 without disagreement, 0 where ratings might as well have been drawn from a bag, below 0
        where raters disagree more than that. ``observed`` and ``expected`` are 1 minus the observed
        and the expected disagreement (for numbers, in squared units: they may be below 0).

    Raises
    ------
    ValueError
        If ``level`` is none of those, or values are no numbers where they must be, or are negative
        for ``ratio``.

    Notes
    -----
    Krippendorff (2011), Computing Krippendorff's alpha-reliability, section E. Units with one
    rating are left out. The interval takes the percentiles of resampled units, widened to the
    estimate where it lies outside; resamples in which everyone gave one rating have no alpha and
    are left out; ordinal distances stay those of the data. The order of units or raters changes
    nothing.

    Examples
    --------
    The twelve units of Krippendorff (2011), four raters:

    >>> no = None
    >>> ratings = [
    ...     [1, 2, 3, 3, 2, 1, 4, 1, 2, no, no, no],
    ...     [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, no, 3],
    ...     [no, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, no],
    ...     [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, no],
    ... ]
    >>> [
    ...     round(krippendorff_alpha(np.transpose(ratings), level).value, 3)
    ...     for level in ("nominal", "ordinal", "interval", "ratio")
    ... ]
    [0.743, 0.815, 0.849, 0.797]
    """
    one_of("level", level, LEVELS)
    table = count_ratings(ratings, numeric=level != "nominal")
    if not table.n:
        return undefined(NO_PAIRS, 0, table.dropped)
    totals = table.counts.sum(axis=0)
    if (totals > 0).sum() == 1:
        return undefined(ONE_VALUE, table.n, table.dropped, 1.0)
    distance = _distances(table, totals, level)
    inside = _within_units(table, distance)
    observed = float(inside.sum() / totals.sum())
    expected = float(_expected(totals[None, :], distance)[0])
    value = 1 - observed / expected
    bounds = _bootstrap(table, inside, distance, confidence, resamples, seed)
    lower, upper, method, note = min(bounds[0], value), max(bounds[1], value), "bootstrap", ""
    if observed == 0:
        by_chance = 1 - float(_expected(totals[None, :], 1 - np.eye(len(totals)))[0])
        lower, upper = least_agreement(table.n, by_chance, confidence), 1.0
        method, note = "wilson", NO_DISAGREEMENT
    elif table.n < 2 or np.isnan(lower):
        lower, upper, method, note = float("nan"), float("nan"), "", NO_INTERVAL
    return Agreement(
        value,
        float(lower),
        float(upper),
        1 - observed,
        1 - expected,
        table.n,
        table.dropped,
        float("nan"),
        method,
        note,
    )


def _distances(table: Table, totals: FloatArray, level: str) -> FloatArray:
    """Squared differences of two values, Krippendorff (2011), section E."""
    if level == "nominal":
        return 1 - np.eye(len(table.levels))
    values = np.asarray(table.levels, dtype=np.float64)
    if level == "ordinal":
        middle = np.cumsum(totals) - totals / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2, dtype=np.float64)
    apart = values[:, None] - values[None, :]
    if level == "interval":
        return np.asarray(apart**2, dtype=np.float64)
    if values.min() < 0:
        message = f"`ratings` must not be negative for 'ratio'; the least is {values.min():g}."
        raise ValueError(message)
    together = values[:, None] + values[None, :]
    return np.divide(apart, together, out=np.zeros_like(apart), where=together > 0) ** 2


def _within_units(table: Table, distance: FloatArray) -> FloatArray:
    """Of each unit, how far its ratings differ: Σ over ordered pairs / (raters - 1)."""
    summed = (table.counts * (table.counts @ distance)).sum(axis=1)
    return np.asarray(summed / (table.raters - 1), dtype=np.float64)


def _expected(totals: FloatArray, distance: FloatArray) -> FloatArray:
    """Mean distance of two ratings drawn from all; one row per set of totals."""
    n = totals.sum(axis=1)
    found = ((totals @ distance) * totals).sum(axis=1)
    return np.asarray(found / (n * (n - 1)), dtype=np.float64)


def _bootstrap(
    table: Table,
    inside: FloatArray,
    distance: FloatArray,
    confidence: float,
    resamples: int,
    seed: int,
) -> tuple[float, float]:
    """Percentiles over resampled units; equal units are drawn as one, so order changes nothing."""
    kinds, first, repeats = np.unique(table.counts, axis=0, return_index=True, return_counts=True)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(table.n, repeats / table.n, size=resamples).astype(np.float64)
    totals = drawn @ kinds
    expected = _expected(totals, distance)
    kept = expected > 0
    if not kept.any():
        return float("nan"), float("nan")
    observed = (drawn @ inside[first])[kept] / totals[kept].sum(axis=1)
    alphas = 1 - observed / expected[kept]
    share = tail(confidence)
    lower, upper = np.quantile(alphas, [share, 1 - share])
    return float(lower), float(upper)
