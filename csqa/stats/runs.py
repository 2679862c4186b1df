"""What chance explains of a series that wanders about its middle: longest run, fewest crossings."""

from __future__ import annotations

from math import comb, log2
from typing import Final

RUN_POINTS: Final = 10  # Anhoej & Olesen 2014: fewer useful points prove nothing
RUN_ALLOWANCE: Final = 3  # Schilling 2012: longest run expected is about log2(n), plus three
CROSSING_LEVEL: Final = (1, 20)  # Chen 2010: crossings below the 5 % quantile, as a fraction


def longest_run_limit(useful: int) -> int:
    """Longest run that chance explains among ``useful`` points off the centre line.

    Notes
    -----
    ``round(log2(n)) + 3``: Schilling (2012), quoted by Anhoej & Olesen (2014).

    Examples
    --------
    >>> [longest_run_limit(n) for n in (10, 24, 60)]
    [6, 8, 9]
    """
    return round(log2(useful)) + RUN_ALLOWANCE


def crossings_limit(useful: int) -> int:
    """Fewest crossings of the centre line that chance explains among ``useful`` points.

    Notes
    -----
    The 5 % quantile of a binomial with ``n - 1`` fair chances: Chen (2010), quoted by Anhoej &
    Olesen (2014). In whole numbers, so no rounding can move it.

    Examples
    --------
    >>> [crossings_limit(n) for n in (10, 24, 60)]
    [2, 8, 23]
    """
    chances = useful - 1
    part, whole = CROSSING_LEVEL
    reached, crossings = 1, 0
    while reached * whole < part << chances:
        crossings += 1
        reached += comb(chances, crossings)
    return crossings
