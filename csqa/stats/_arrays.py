"""What every statistic shares: checked arrays, critical values, mean and variance from sums."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = "NDArray[np.float64]"
BoolArray: TypeAlias = "NDArray[np.bool_]"
IntArray: TypeAlias = "NDArray[np.int_]"
Interval: TypeAlias = "tuple[FloatArray, FloatArray]"

SAME = 1e-12  # ours: values closer than this, relative to the largest of the series, are equal
ROUNDING = 1e-6  # ours: share of a sum of squares that rounding may lose before we call it wrong


def critical_z(confidence: float) -> float:
    """Two-sided standard normal quantile: 1.959964 for 0.95, 3.090232 for 0.998.

    Raises
    ------
    ValueError
        If ``confidence`` is not strictly between 0 and 1.

    Examples
    --------
    >>> round(critical_z(0.95), 6), round(critical_z(0.998), 6)
    (1.959964, 3.090232)
    """
    return -NormalDist().inv_cdf(tail(confidence))


def tail(confidence: float) -> float:
    """Probability left on each side of a two-sided interval."""
    if not 0 < confidence < 1:
        message = f"`confidence` must lie between 0 and 1, both excluded; not {confidence!r}."
        raise ValueError(message)
    return (1 - confidence) / 2


def floats(values: ArrayLike, name: str = "values") -> FloatArray:
    """Values as a new float array; NaN where missing: ``None``, ``NA``, or masked.

    Raises
    ------
    ValueError
        If the values are no numbers, or times or dates: a duration says nothing without its unit.

    Examples
    --------
    >>> floats(np.ma.masked_array([1, 99, 3], mask=[False, True, False]))
    array([ 1., nan,  3.])
    """
    given = np.asanyarray(values)
    if given.dtype.kind in "mM":
        message = f"`{name}` must be numbers; these are {given.dtype}. Give durations in seconds."
        raise ValueError(message)
    if isinstance(given, np.ma.MaskedArray):
        given = np.where(np.ma.getmaskarray(given), np.nan, given.data)
    if given.dtype.kind == "O":
        from pandas import isna

        given = np.where(isna(given), np.nan, given)
    try:
        return np.array(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = f"`{name}` must be numbers: {error}."
        raise ValueError(message) from None


def finite(name: str, values: ArrayLike) -> FloatArray:
    """Values as floats, none infinite; NaN passes as missing."""
    checked = floats(values, name)
    _refuse(np.isinf(checked), f"`{name}` must be finite", (checked,))
    return checked


def counts(name: str, values: ArrayLike) -> FloatArray:
    """Values as floats, none negative or infinite; NaN passes as missing."""
    checked = finite(name, values)
    _refuse(checked < 0, f"`{name}` must not be negative", (checked,))
    return checked


def part_and_whole(
    part: ArrayLike, whole: ArrayLike, names: tuple[str, str] = ("x", "n")
) -> tuple[FloatArray, FloatArray]:
    """Two count arrays, broadcast together, the first never above the second."""
    x, n = np.broadcast_arrays(counts(names[0], part), counts(names[1], whole))
    _refuse(x > n, f"`{names[0]}` must not exceed `{names[1]}`", (x, n))
    return x, n


def series(name: str, values: ArrayLike) -> FloatArray:
    """Values in time order, one dimension; NaN is a gap."""
    points = finite(name, values)
    if points.ndim != 1:
        message = f"`{name}` must have one dimension; it has {points.ndim}."
        raise ValueError(message)
    return points


def not_negative(name: str, value: float) -> None:
    """Refuse a single number below 0, or none at all."""
    if not value >= 0:
        message = f"`{name}` must be 0 or more; not {value!r}."
        raise ValueError(message)


def one_of(name: str, choice: str, allowed: tuple[str, ...]) -> None:
    """Refuse an option that is not among those allowed, naming them all."""
    if choice not in allowed:
        message = f"`{name}` must be one of {', '.join(map(repr, allowed))}; not {choice!r}."
        raise ValueError(message)


def mask(name: str, flags: ArrayLike | None, length: int) -> BoolArray:
    """One flag per point; all true where none are given."""
    if flags is None:
        return np.ones(length, dtype=np.bool_)
    chosen = np.asarray(np.ma.filled(flags, False) if np.ma.isMA(flags) else flags)
    if chosen.dtype != np.bool_ or chosen.shape != (length,):
        message = (
            f"`{name}` must hold {length} booleans, one per point; "
            f"it has dtype {chosen.dtype} and shape {chosen.shape}."
        )
        raise ValueError(message)
    return chosen.astype(np.bool_)


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Quotient; NaN where the denominator is zero."""
    safe = np.where(denominator == 0, np.nan, denominator)
    return np.asarray(numerator / safe, dtype=np.float64)


def mean_and_variance(
    n: ArrayLike,
    total: ArrayLike,
    total_squares: ArrayLike,
    names: tuple[str, str] = ("n", "total_squares"),
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Size, mean and sample variance from additive sums.

    The variance is NaN where ``n < 2``. Cancellation can leave a sum of squared deviations
    slightly below zero; that is zero, anything clearly below it is a wrong sum.
    """
    size, sums, squares = np.broadcast_arrays(
        counts(names[0], n), finite("total", total), counts(names[1], total_squares)
    )
    mean = ratio(sums, size)
    deviations = squares - sums * mean
    wrong = deviations < -ROUNDING * squares
    _refuse(wrong, f"`{names[1]}` must be at least the squared total over the size", (squares,))
    freedom = np.where(size > 1, size - 1, np.nan)
    return size, mean, np.maximum(deviations, 0) / freedom


def bounds(lower: Any, upper: Any) -> Interval:
    """Both bounds in the shape of the inputs: scalars give NumPy scalars."""
    return np.asarray(lower)[()], np.asarray(upper)[()]


def _refuse(faulty: BoolArray, rule: str, shown: Sequence[FloatArray]) -> None:
    where = np.flatnonzero(faulty)
    if where.size == 0:
        return
    found = " of ".join(f"{np.ravel(values)[where[0]]:g}" for values in shown)
    message = f"{rule}; {where.size} value(s) do, first {found} at position {where[0]}."
    raise ValueError(message)
