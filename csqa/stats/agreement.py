"""How far raters agree on categories, beyond what chance would give.

Raw agreement is what a reader understands; the coefficients ask how much of it chance explains,
and differ in what they call chance. Where one category is rare, the kappas fall although raters
agree as often as before (Feinstein & Cicchetti 1990); AC1 does not. So show them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csqa.stats._arrays import tail
from csqa.stats._ratings import (
    NO_DISAGREEMENT,
    NO_PAIRS,
    ONE_VALUE,
    Agreement,
    Table,
    bounded,
    closeness,
    count_ratings,
    undefined,
)
from csqa.stats.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray


def raw_agreement(ratings: ArrayLike, confidence: float = 0.95) -> Agreement:
    """Share of pairs of raters who gave a unit the same rating, averaged over units.

    Parameters
    ----------
    ratings : array_like, shape (units, raters)
        Of any kind; missing where a rater did not judge the unit.

    Returns
    -------
    Agreement
        ``value`` 0–1 with Wilson's interval over units. With more than two raters to a unit it is
        too wide rather than too narrow: a share of pairs varies less than a yes or no.

    Raises
    ------
    ValueError
        If ``ratings`` does not have two dimensions.

    Notes
    -----
    Fleiss (1971), Psychological Bulletin 76:378-382, equation 3, over units with two ratings.

    Examples
    --------
    Two inspectors on four records, one of which was judged once:

    >>> raw_agreement([["pass", "pass"], ["pass", "fail"], ["fail", "fail"], ["pass", None]]).value
    0.6666666666666666
    """
    table = count_ratings(ratings)
    if not table.n:
        return undefined(NO_PAIRS, 0, table.dropped)
    value = float(_agreeing(table, np.eye(len(table.levels))).mean())
    lower, upper = wilson(value * table.n, table.n, confidence)
    note = NO_DISAGREEMENT if value == 1 else ""
    return Agreement(
        value,
        min(float(lower), value),
        max(float(upper), value),
        value,
        np.nan,
        table.n,
        table.dropped,
        np.nan,
        "wilson",
        note,
    )


def fleiss_kappa(
    ratings: ArrayLike,
    categories: Sequence[object] | None = None,
    weights: str | None = None,
    confidence: float = 0.95,
) -> Agreement:
    """Fleiss' kappa: two raters or more, not necessarily the same for each unit.

    Parameters
    ----------
    ratings : array_like, shape (units, raters)
        Of any kind; missing where a rater did not judge the unit.
        :func:`expand_counts` makes them from a table of counts.
    categories : sequence, optional
        All ratings that were possible; default: those given.
    weights : {None, "linear", "quadratic"}
        As for :func:`csqa.stats.cohen_kappa`.

    Returns
    -------
    Agreement
        Interval by Student's t with one degree of freedom less than units, within [-1, 1].

    Raises
    ------
    ValueError
        If a rating is not among ``categories``, or is no number where weights are asked for.

    Notes
    -----
    Fleiss (1971), Psychological Bulletin 76:378-382. With missing ratings, and the standard error
    (raters fixed, units a sample): Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition,
    chapters 2 and 5; Gwet (2008), British Journal of Mathematical and Statistical Psychology
    61:29-48. Units judged once still tell how common each category is.

    Examples
    --------
    >>> from csqa.stats import expand_counts
    >>> round(fleiss_kappa(expand_counts([[3, 0], [0, 3], [2, 1], [3, 0]])).value, 3)
    0.625
    """
    table = count_ratings(ratings, categories, numeric=weights is not None)
    if not table.n:
        return undefined(NO_PAIRS, 0, table.dropped)
    weight = closeness(table.levels, weights)
    shares = _shares(table)
    expected = float(shares.mean(axis=0) @ weight @ shares.mean(axis=0))
    if np.isclose(expected, 1, rtol=0, atol=1e-15):
        return undefined(ONE_VALUE, table.n, table.dropped, 1.0)
    by_chance = shares @ weight @ shares.mean(axis=0)
    return _linearised(table, weight, expected, by_chance, confidence)


def gwet_ac1(
    ratings: ArrayLike,
    categories: Sequence[object] | None = None,
    weights: str | None = None,
    confidence: float = 0.95,
) -> Agreement:
    """Gwet's AC1, which keeps near the raw agreement where one category is rare; AC2 with weights.

    Parameters
    ----------
    ratings, categories, weights
        As for :func:`fleiss_kappa`. Name the ``categories`` if one of them may never be given:
        what agrees by chance depends on how many there are.

    Returns
    -------
    Agreement
        Interval by Student's t with one degree of freedom less than units, within [-1, 1].
        Undefined (``one_value``) only where there is but one category.

    Raises
    ------
    ValueError
        If a rating is not among ``categories``, or is no number where weights are asked for.

    Notes
    -----
    Gwet (2008), British Journal of Mathematical and Statistical Psychology 61:29-48; weights and
    missing ratings: Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapters 4 and
    5. By chance: ``sum of weights · Σ π (1 - π) / (q (q - 1))`` of ``q`` categories.

    Examples
    --------
    The tables of Feinstein & Cicchetti (1990), where kappa was .70 and .32:

    >>> a = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [40, 9, 6, 45], axis=0)
    >>> b = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [80, 10, 5, 5], axis=0)
    >>> round(gwet_ac1(a).value, 2), round(gwet_ac1(b).value, 2)
    (0.7, 0.81)
    """
    table = count_ratings(ratings, categories, numeric=weights is not None)
    if not table.n:
        return undefined(NO_PAIRS, 0, table.dropped)
    q = len(table.levels)
    if q < 2:
        return undefined(ONE_VALUE, table.n, table.dropped, 1.0)
    weight = closeness(table.levels, weights)
    shares = _shares(table)
    others = weight.sum() / (q * (q - 1)) * (1 - shares.mean(axis=0))
    expected = float(shares.mean(axis=0) @ others)
    return _linearised(table, weight, expected, shares @ others, confidence)


def _shares(table: Table) -> FloatArray:
    """Of each unit, how its ratings divide; units judged twice or more first."""
    all_units = np.vstack([table.counts, table.single])
    return np.asarray(all_units / all_units.sum(axis=1, keepdims=True), dtype=np.float64)


def _agreeing(table: Table, weight: FloatArray) -> FloatArray:
    """Of each unit, the share of pairs of raters who agree."""
    raters = table.raters
    found = (table.counts * (table.counts @ weight - 1)).sum(axis=1)
    return np.asarray(found / (raters * (raters - 1)), dtype=np.float64)


def _linearised(
    table: Table, weight: FloatArray, expected: float, by_chance: FloatArray, confidence: float
) -> Agreement:
    """Coefficient and interval by each unit's part in it, Gwet (2008), equations 23 and 34."""
    from scipy.special import stdtrit

    agreeing = _agreeing(table, weight)
    observed = float(agreeing.mean())
    value = (observed - expected) / (1 - expected)
    n = len(by_chance)
    parts = np.zeros(n)
    parts[: table.n] = n / table.n * (agreeing - expected) / (1 - expected)
    parts -= 2 * (1 - value) * (by_chance - expected) / (1 - expected)
    if n < 2:
        error = reach = float("nan")
    else:
        error = float(np.sqrt(((parts - value) ** 2).sum() / (n * (n - 1))))
        reach = error * float(-stdtrit(n - 1, tail(confidence)))
    return bounded(value, reach, error, observed, expected, table, "linearised_t", confidence)
