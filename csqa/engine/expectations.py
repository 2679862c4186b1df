"""How far a day or a week lies from what the weeks before it lead to expect.

The rule, in words: a day is compared with the same weekday of the eight weeks before, the highest
and the lowest of them left out; a week likewise with the twelve weeks before. How far apart the
two may lie by chance is what so many records give, times what the series itself has varied lately
beyond that. Only the past is looked at.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST_PEERS = 5
"""With fewer periods to compare with nothing is expected, for two of them are left out."""

FEWEST_PAST = 10
"""Distances in the past from which the own spread of a series is known."""

CUT = 2.5
"""Robust standard deviations beyond which a past distance counts as if it lay there."""

MAD_TO_SIGMA = 1.4826
"""Median absolute deviation of a normal variable to its standard deviation (Rousseeuw 1993)."""

CUT_VARIANCE = 0.97758
"""Variance of a standard normal variable cut at ±2.5: 2Φ(c) − 1 − 2cφ(c) + 2c²(1 − Φ(c))."""

HALF = 0.5
"""Continuity correction of counts (Yates 1934)."""

BISECTIONS = 80


class Sums(NamedTuple):
    """Records, sum and sum of squares, period by period; NaN where nothing may be compared."""

    n: Floats
    total: Floats
    squares: Floats


class Outlook(NamedTuple):
    """What was expected of each period, and how far it lies from that."""

    before: Sums
    """Of the periods it is compared with; NaN where there are too few."""
    expected: Floats
    """Per record; of volumes, records."""
    distance: Floats
    """In standard deviations of what chance and the series' own spread give."""
    spread: Floats
    """Of the series itself, 1 where its records explain all of it; NaN where it is not known."""
    freedom: Floats
    """Degrees of freedom of the spread."""


def look_ahead(sums: Sums, kind: str, *, cycle: int, peers: int, window: int) -> Outlook:
    """Compare each period of a series with the periods before it.

    Parameters
    ----------
    sums : Sums
        One entry per period, none missing.
    kind : str
        One of :data:`csqa.results.KINDS`; ``per_hundred`` for counts of any kind.
    cycle : int
        Periods after which the series repeats itself: 7 days, 1 week.
    peers : int
        Cycles looked back: their highest and lowest value is left out.
    window : int
        Periods in the past that tell the series' own spread.

    Examples
    --------
    A hundred records each day, then sixty:

    >>> n = np.ones(80)
    >>> total = np.array([100.0] * 79 + [60.0])
    >>> outlook = look_ahead(Sums(n, total, total), "per_hundred", cycle=7, peers=8, window=56)
    >>> float(outlook.expected[-1]), round(float(outlook.distance[-1]), 1)
    (100.0, -4.0)
    """
    before = _peers(sums, cycle, peers)
    plain = distance(sums, before, kind)
    spread, freedom = _spread(plain, window)
    tested = distance(sums, before, kind, half=HALF) / spread
    with np.errstate(invalid="ignore", divide="ignore"):
        return Outlook(before, before.total / before.n, tested, spread, freedom)


def distance(now: Sums, before: Sums, kind: str, *, half: float = 0.0) -> Floats:
    """Standard deviations between a period and those before it, as chance alone varies.

    Parameters
    ----------
    now, before : Sums
        Of the same length.
    kind : str
        As for :func:`look_ahead`.
    half : float
        Continuity correction of counts.

    Notes
    -----
    Shares and counts: the signed root of the likelihood ratio, with margins fixed; means: a
    difference over its standard error, of times on the log scale.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        if kind == "share":
            return _root_of_ratio(now, before, half, share=True)
        if kind == "per_hundred":
            return _root_of_ratio(now, before, half, share=False)
        return _mean_distance(now, before, logarithmic=kind == "seconds")


def limits_at(now: Sums, before: Sums, kind: str, width: Floats) -> tuple[Floats, Floats]:
    """Values per record at which a period lies that far from what is expected of it.

    Parameters
    ----------
    now, before, kind
        As for :func:`distance`; of ``now`` the records count, and of means how far they spread.
    width : array
        Standard deviations by chance alone.

    Returns
    -------
    tuple of (array, array)
        Lower and upper limit.
    """
    return _solve(now, before, kind, width, -1), _solve(now, before, kind, width, 1)


def _peers(sums: Sums, cycle: int, peers: int) -> Sums:
    """Sums over the same place in the cycles before, the highest and the lowest left out."""
    lags = [
        np.concatenate([np.full((3, lag), np.nan), np.array(sums)[:, :-lag]], axis=1)
        if lag < sums.n.size
        else np.full((3, sums.n.size), np.nan)
        for lag in range(cycle, peers * cycle + 1, cycle)
    ]
    stacked = np.stack(lags, axis=1)  # sums × peers × periods
    with np.errstate(invalid="ignore", divide="ignore"):
        values = stacked[1] / stacked[0]
    known = ~np.isnan(values)
    place = np.arange(sums.n.size)
    kept = known.copy()
    kept[np.where(known, values, -np.inf).argmax(axis=0), place] = False
    lowest = np.where(kept, values, np.inf).argmin(axis=0)
    kept[lowest, place] = False
    added = np.where(kept, np.nan_to_num(stacked), 0.0).sum(axis=1)
    return Sums(*np.where(known.sum(axis=0) >= FEWEST_PEERS, added, np.nan))


def _spread(distances: Floats, window: int) -> tuple[Floats, Floats]:
    """Spread of the distances before each period around 0, never below 1, and how well known."""
    padded = np.concatenate([np.full(window, np.nan), distances[:-1]])
    past = np.abs(np.lib.stride_tricks.sliding_window_view(padded, window))
    known = (~np.isnan(past)).sum(axis=1)
    spread = np.full(distances.shape, np.nan)
    enough = known >= FEWEST_PAST
    if enough.any():
        chosen = past[enough]
        cut = CUT * MAD_TO_SIGMA * np.nanmedian(chosen, axis=1, keepdims=True)
        mean = np.nanmean(np.minimum(chosen, cut) ** 2, axis=1) / CUT_VARIANCE
        spread[enough] = np.sqrt(np.maximum(mean, 1.0))
    return spread, np.where(enough, known - 1.0, np.nan)


def _root_of_ratio(now: Sums, before: Sums, half: float, *, share: bool) -> Floats:
    n, whole = now.n, now.n + before.n
    events = now.total + before.total
    expected = events * n / whole
    gap = now.total - expected
    x = now.total - np.sign(gap) * np.minimum(half, np.abs(gap))
    cells = [(x, expected), (events - x, events - expected)]
    if share:
        cells += [(n - x, n - expected), (before.n - events + x, before.n - events + expected)]
    ratio = sum(_times_log(observed, mean) for observed, mean in cells)
    return np.asarray(np.sign(gap) * np.sqrt(2 * np.maximum(ratio, 0.0)))


def _times_log(observed: Floats, mean: Floats) -> Floats:
    """``observed · log(observed / mean)``, 0 for nothing observed."""
    some = observed > 0
    logs = np.log(np.where(some, observed, 1.0) / np.where(some, mean, 1.0))
    return np.where(np.isnan(observed), np.nan, np.where(some, observed * logs, 0.0))


def _mean_distance(now: Sums, before: Sums, *, logarithmic: bool) -> Floats:
    value, usual = now.total / now.n, before.total / before.n
    mean, error = _pooled(now, before)
    positive = logarithmic & (value > 0) & (usual > 0)
    gap = np.where(positive, np.log(np.where(positive, value / usual, 1.0)) * mean, value - usual)
    return np.asarray(np.where(gap == 0, 0.0, gap / error))


def _pooled(now: Sums, before: Sums) -> tuple[Floats, Floats]:
    """Mean of all records, and the standard error of the difference of both means."""
    n = now.n + before.n
    mean = (now.total + before.total) / n
    variance = (now.squares + before.squares - n * mean**2) / (n - 1)
    return mean, np.sqrt(np.maximum(variance, 0.0) * (1 / now.n + 1 / before.n))


def _solve(now: Sums, before: Sums, kind: str, width: Floats, side: int) -> Floats:
    """Bisect between what is expected and a value that is surely too far."""
    usual = before.total / before.n
    if kind not in ("share", "per_hundred"):
        mean, error = _pooled(now, before)
        reach = side * width * error
        return usual * np.exp(reach / mean) if kind == "seconds" else usual + reach
    n = now.n
    far = 0.0 * usual if side < 0 else usual + (width + 3) ** 2 / n + 3 * width * np.sqrt(usual / n)
    near, far = usual.copy(), np.minimum(far, 1.0) if kind == "share" else far
    for _ in range(BISECTIONS):
        middle = (near + far) / 2
        there = distance(Sums(n, middle * n, middle * n), before, kind, half=HALF)
        beyond = side * there > width
        near, far = np.where(beyond, near, middle), np.where(beyond, middle, far)
    return far
