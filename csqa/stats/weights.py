"""Weights of units drawn with unequal chances, and terms that add up over any grouping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from csqa.stats._arrays import finite, floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from csqa.stats._arrays import FloatArray

STEP: Final = 2.0**-30  # ours: weights in whole steps have exact sums up to 8 million records


@dataclass(frozen=True, slots=True)
class WeightedSums:
    """What the estimates rest on; every field adds up over groups of units.

    With ``w = 1/π`` and ``c = (1 - π)/π²``: a unit drawn with certainty has weight 1 and no error.
    """

    n: FloatArray
    """Units with a value."""
    uncertain: FloatArray
    """Units of them that were not drawn with certainty."""
    weight: FloatArray
    """Sum of ``w``: how many units the sample stands for."""
    total: FloatArray
    """Sum of ``w y``."""
    error_weight: FloatArray
    """Sum of ``c``."""
    error_total: FloatArray
    """Sum of ``c y``."""
    error_squares: FloatArray
    """Sum of ``c y²``."""


def weighted_terms(values: ArrayLike, probabilities: ArrayLike) -> dict[str, FloatArray]:
    """Terms of :class:`WeightedSums`, one per unit, to be summed by any grouping.

    Parameters
    ----------
    values, probabilities : array_like, shape (n,)
        Values, and chances to be drawn in (0, 1]; units with a missing value add nothing.

    Returns
    -------
    dict of str to ndarray of float, shape (n,)
        By the names of the fields of :class:`WeightedSums`.

    Raises
    ------
    ValueError
        If a chance does not lie within (0, 1].

    Notes
    -----
    The terms of Hájek's ratio and of its linearised variance: Särndal, Swensson & Wretman (1992),
    Model Assisted Survey Sampling, 5.7.

    Examples
    --------
    >>> terms = weighted_terms([80, 90], [0.5, 1])
    >>> {name: term.tolist() for name, term in terms.items() if "error" not in name}
    {'n': [1.0, 1.0], 'uncertain': [1.0, 0.0], 'weight': [2.0, 1.0], 'total': [160.0, 90.0]}
    """
    value, chance = np.broadcast_arrays(finite("values", values), _chances(probabilities))
    here = ~np.isnan(value)
    y, known = np.where(here, value, 0.0), here.astype(np.float64)
    weight, error = known / chance, known * (1 - chance) / chance**2
    return {
        "n": known,
        "uncertain": known * (chance < 1),
        "weight": weight,
        "total": weight * y,
        "error_weight": error,
        "error_total": error * y,
        "error_squares": error * y * y,
    }


def record_weights(probabilities: ArrayLike) -> FloatArray:
    """As how many records each record drawn counts, so that sums of them add up.

    Parameters
    ----------
    probabilities : array_like, shape (n,)
        Chances of the units to be drawn, in (0, 1], none missing.

    Returns
    -------
    ndarray of float, shape (n,)
        ``v = c/π``; 1 where all chances are equal. Multiples of ``2**-30``, at least one of them,
        so that their sums don't depend on the order.

    Raises
    ------
    ValueError
        If a chance does not lie within (0, 1].

    Notes
    -----
    ``c = Σw / Σw²`` with ``w = 1/π``: then ``Σv = (Σw)²/Σw²``, the effective size of Kish (1965),
    Survey Sampling, 11.7, and ``Σvy/Σv`` is Hájek's ratio of any subset. The size allows for
    unequal weights, not for weights that go with the values, nor for a finite population.

    Examples
    --------
    >>> v = record_weights([1, 1, 0.1, 0.1])
    >>> v.round(4).tolist(), round(float(v.sum()), 4), 22**2 / 202
    ([0.1089, 0.1089, 1.0891, 1.0891], 2.396, 2.396039603960396)
    """
    chance = _chances(probabilities)
    if not chance.size or chance.min() == chance.max():
        return np.ones(chance.shape)
    weight = 1 / chance
    share = weight * (weight.sum() / (weight**2).sum())
    return np.asarray(np.maximum(np.round(share / STEP), 1) * STEP, dtype=np.float64)


def _chances(probabilities: ArrayLike) -> FloatArray:
    chance = floats(probabilities)
    if not np.all((chance > 0) & (chance <= 1)):
        message = "`probabilities` must lie between 0 (excluded) and 1, none missing."
        raise ValueError(message)
    return chance
