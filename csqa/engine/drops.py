"""Days and weeks with far fewer contacts than their peers: data that were lost, or a closed shop.

The rule, in words: a day is compared with the same weekday of the four weeks before and after, a
week with the four weeks before and after. On the square-root scale a Poisson count varies by one;
where the series varies more than that, its own spread is taken (Laney's correction). A day or
week is a drop if so low a count, with nothing wrong, would be met in fewer than one of twenty
data sets of this size (Bonferroni over all days, weeks and channels).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FALSE_ALARMS = 0.02
"""Chance, by normal theory, of any drop where nothing is wrong. Measured on simulated Poisson
counts (two years, three channels, 10, 40 and 400 contacts a day, 200 times each): 2.5–4.5 %."""
PEERS_EACH_SIDE, FEWEST_PEERS = 4, 4
"""Weeks before and after that a day or week is compared with; fewer than four tell too little."""
MAD_TO_SIGMA = 1.4826
"""Median absolute deviation of a normal variable to its standard deviation (Rousseeuw 1993)."""
DAYS_PER_WEEK = 7
ALL = "all"


@dataclass(frozen=True)
class Drop:
    """A run of days with far fewer contacts than expected."""

    unit: str
    """Channel, or ``all``."""
    first: pd.Timestamp
    last: pd.Timestamp
    n: int
    """Contacts in it."""
    expected: float
    """Contacts that its peers had in as many days."""
    weekly: bool
    """Found by whole weeks, where single days are too few to tell."""
    to_the_end: bool
    """It lasts as long as the data."""

    @property
    def days(self) -> int:
        """Days from first to last."""
        return (self.last - self.first).days + 1


def find_drops(daily: pd.DataFrame) -> list[Drop]:
    """Find days and weeks with far fewer contacts than their peers.

    Parameters
    ----------
    daily : DataFrame
        From :func:`csqa.engine.quality.count_daily`. Days without a row had no contact.

    Returns
    -------
    list of Drop
        The largest loss first. What several channels share is said once, of ``all``; what one
        channel explains is said of that channel.

    Notes
    -----
    The first and the last day are left out, for exports begin and end in the middle of a day.

    Examples
    --------
    >>> days = pd.date_range("2025-03-01", "2025-05-31").strftime("%Y-%m-%d")
    >>> n = [3 if day == "2025-04-10" else 100 for day in days]
    >>> [drop] = find_drops(pd.DataFrame({"period": days, "unit": "phone", "n": n}))
    >>> drop.unit, str(drop.first.date()), drop.days, drop.n, drop.expected
    ('all', '2025-04-10', 1, 3, 100.0)
    """
    if daily.empty:
        return []
    series = _series(daily)
    tests = series.size * (1 + 1 / DAYS_PER_WEEK)
    limit = NormalDist().inv_cdf(1 - FALSE_ALARMS / tests)
    found: list[Drop] = []
    for unit in series.columns:
        by_day = list(_drops(str(unit), series[unit], limit, weekly=False))
        by_week = _drops(str(unit), series[unit], limit, weekly=True)
        found += by_day + [drop for drop in by_week if not _overlaps(drop, by_day)]
    return sorted(_once(found), key=lambda drop: (drop.n - drop.expected, drop.first, drop.unit))


def _series(daily: pd.DataFrame) -> pd.DataFrame:
    """Counts by day (rows, none missing) and unit; the whole first where there are several."""
    counts = daily.assign(period=pd.to_datetime(daily["period"]))
    table = counts.pivot_table(index="period", columns="unit", values="n", aggfunc="sum")
    days = pd.date_range(table.index.min(), table.index.max())
    table = table.reindex(days).fillna(0.0)
    if table.shape[1] == 1:
        return table.set_axis([ALL], axis=1)
    table.insert(0, ALL, table.sum(axis=1))
    return table


def _drops(unit: str, counts: "pd.Series[float]", limit: float, *, weekly: bool) -> Iterator[Drop]:
    inner = counts.iloc[1:-1]
    if weekly and len(inner):  # weeks begin on Mondays
        inner = inner.iloc[-inner.index[0].day_of_week % DAYS_PER_WEEK :]
    cycle, length = (1, DAYS_PER_WEEK) if weekly else (DAYS_PER_WEEK, 1)
    values = inner.to_numpy(dtype="float64")
    values = values[: values.size // length * length].reshape(-1, length).sum(axis=1)
    expected, low, far = _judge(values, cycle, limit)
    begin = 0
    while begin < low.size:
        if not low[begin]:
            begin += 1
            continue
        usual = _usual_before(values, begin, cycle, expected)
        end = _end(values, begin, low, usual, far)
        yield Drop(
            unit,
            inner.index[begin * length],
            inner.index[end * length - 1],
            int(values[begin:end].sum()),
            float(np.nansum(usual[begin:end])),
            weekly,
            end == low.size,
        )
        begin = end


def _judge(
    values: NDArray[np.float64], cycle: int, limit: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_], float]:
    """What is expected, which points lie far below it, and how far that is at least."""
    expected, peers = _peers(values, cycle)
    distance = _distance(values, expected)
    known = distance[~np.isnan(distance)]
    middle = np.median(known) if known.size else 0.0
    spread = MAD_TO_SIGMA * float(np.median(np.abs(known - middle))) if known.size else 1.0
    # A Poisson count varies by 1 on this scale, the median of its k peers by pi/2 over k.
    floor = np.sqrt(1 + np.pi / 2 / np.maximum(peers, FEWEST_PEERS))
    low = distance < -limit * np.maximum(floor, spread)  # NaN is not low
    return expected, low, limit * max(1.0, spread)


def _peers(
    values: NDArray[np.float64], cycle: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Median of the same place in the cycles around, NaN for too few of them; how many."""
    padded = np.pad(values, PEERS_EACH_SIDE * cycle, constant_values=np.nan)
    steps = [step for step in range(-PEERS_EACH_SIDE, PEERS_EACH_SIDE + 1) if step]
    middle = PEERS_EACH_SIDE * cycle
    beside = np.array(
        [padded[middle + s * cycle : middle + s * cycle + values.size] for s in steps]
    )
    known = (~np.isnan(beside)).sum(axis=0)
    enough = known >= FEWEST_PEERS
    peers = np.full(values.shape, np.nan)
    if enough.any():
        peers[enough] = np.nanmedian(beside[:, enough], axis=0)
    return peers, known


def _distance(values: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far counts lie from what is expected, in Poisson standard deviations (Anscombe 1948)."""
    return np.asarray(2 * (np.sqrt(values + 3 / 8) - np.sqrt(expected + 3 / 8)))


def _usual_before(
    values: NDArray[np.float64], begin: int, cycle: int, expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What was usual before a drop, carried on; without enough past, what peers say."""
    usual = expected.copy()
    past = values[max(0, begin - 2 * PEERS_EACH_SIDE * cycle) : begin]
    for place in range(cycle):
        same = past[::-1][cycle - 1 - place :: cycle]  # the days that far before `begin`
        if same.size >= FEWEST_PEERS:
            usual[begin + place :: cycle] = np.median(same)
    return usual


def _end(
    values: NDArray[np.float64],
    begin: int,
    low: NDArray[np.bool_],
    usual: NDArray[np.float64],
    limit: float,
) -> int:
    """Where a drop ends: the counts are no longer far below what was usual before it.

    Peers cannot tell: after four weeks of a drop they are part of it.
    """
    below = low | (_distance(values, usual) < -limit)
    # A day on which little is usual proves nothing: it neither ends a drop nor is one.
    told = _distance(np.zeros_like(values), usual) < -limit
    end = last = begin + 1
    while end < values.size and (below[end] or not told[end]):
        end += 1
        if below[end - 1]:
            last = end
    return end if end == values.size else last


def _overlaps(drop: Drop, others: list[Drop]) -> bool:
    return any(drop.first <= other.last and other.first <= drop.last for other in others)


def _once(found: list[Drop]) -> list[Drop]:
    """Say a drop of several channels of the whole, one of a single channel of the channel."""
    whole = [drop for drop in found if drop.unit == ALL]
    parts = [drop for drop in found if drop.unit != ALL]
    units = {drop: {part.unit for part in parts if _overlaps(drop, [part])} for drop in whole}
    shared = [drop for drop in whole if len(units[drop]) != 1]
    return [*shared, *(part for part in parts if not _overlaps(part, shared))]
