"""Wall time and UTC, in arrays and in SQL that needs no time-zone database in the engine.

A zone is the list of its offsets since 1990, asked of :mod:`zoneinfo`. In SQL it becomes a CASE
over the moments at which the offset changes, and so one text serves every engine: MariaDB often
has no zone tables, and no two engines treat a repeated hour alike. Here it is as Python has it
with ``fold=0``: a wall time that occurs twice is the first, one that is skipped is read with the
offset before the change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Years whose changes of offset are known; before and after, the nearest offset holds."""

LEAF = 4
"""So many changes are tested one after the other; more are halved first."""

STEP = 3 * 86_400
"""Seconds between two looks at the offset: since 1990 no offset has held for less than weeks."""

Seconds = NDArray[np.int64]


@dataclass(frozen=True)
class Zone:
    """The offsets of a time zone from UTC."""

    name: str
    changes: Seconds
    """Moments in UTC at which the offset changes, in seconds since 1970."""
    offsets: Seconds
    """Seconds ahead of UTC: before the first change, then after each."""

    @property
    def wall_changes(self) -> Seconds:
        """Wall times at which the offset changes: the later of the two that the clock shows."""
        return self.changes + np.maximum(self.offsets[:-1], self.offsets[1:])

    def to_utc(self, wall: NDArray[np.int64], *, unit: int = 1) -> NDArray[np.int64]:
        """UTC of wall times.

        Parameters
        ----------
        wall : ndarray of int
            Wall times since 1970, in the unit.
        unit : int
            Units per second: 1000 for milliseconds.

        Examples
        --------
        >>> zone = read_zone("Asia/Shanghai")
        >>> zone.to_utc(np.array([8 * 3600 + 1_700_000_000])).tolist()
        [1700000000]
        """
        moved: NDArray[np.int64] = wall - self._offsets_at(wall, self.wall_changes * unit) * unit
        return moved

    def to_wall(self, utc: NDArray[np.int64], *, unit: int = 1) -> NDArray[np.int64]:
        """Wall times of UTC; the reverse of :meth:`to_utc` but for a repeated hour."""
        moved: NDArray[np.int64] = utc + self._offsets_at(utc, self.changes * unit) * unit
        return moved

    def _offsets_at(self, moments: NDArray[np.int64], changes: Seconds) -> Seconds | np.int64:
        """Give the offset of each moment; one for all where none is before the last change."""
        if not len(changes) or not len(moments) or moments.min() >= changes[-1]:
            return np.int64(self.offsets[-1])
        offsets: Seconds = self.offsets[np.searchsorted(changes, moments, side="right")]
        return offsets


@lru_cache(maxsize=32)
def read_zone(name: str) -> Zone:
    """Read the offsets of a zone between :data:`FIRST_YEAR` and :data:`LAST_YEAR`.

    Raises
    ------
    ZoneInfoNotFoundError
        If there is no such zone: :func:`csqa.rules.mapping.check_time_zone` says so in words.

    Examples
    --------
    >>> zone = read_zone("Asia/Shanghai")
    >>> zone.offsets.tolist()  # daylight saving time in the summers of 1990 and 1991
    [28800, 32400, 28800, 32400, 28800]
    """
    info = ZoneInfo(name)
    step = STEP
    first, last = _moment(FIRST_YEAR), _moment(LAST_YEAR + 1)
    offsets = [_offset(info, first)]
    changes: list[int] = []
    for start in range(first, last, step):
        if _offset(info, start + step) != offsets[-1]:
            changes.append(_find_change(info, start, start + step))
            offsets.append(_offset(info, start + step))
    return Zone(name, np.array(changes, dtype="int64"), np.array(offsets, dtype="int64"))


def _moment(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def _offset(info: ZoneInfo, moment: int) -> int:
    ahead = datetime.fromtimestamp(moment, info).utcoffset() or timedelta()
    return round(ahead.total_seconds())


def _find_change(info: ZoneInfo, before: int, after: int) -> int:
    """First second with the offset that holds ``after``, by halving."""
    new = _offset(info, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(info, middle) == new else (middle, after)
    return after


def utc_expression(wall: str, zone: Zone, add_seconds: str) -> str:
    """SQL for the UTC of a wall time.

    Parameters
    ----------
    wall : str
        SQL of a timestamp without zone: the wall time; evaluated several times, so best a column.
    zone : Zone
        From :func:`read_zone`.
    add_seconds : str
        How the engine moves the timestamp ``{t}`` by ``{n}`` seconds; n may be negative and comes
        in brackets.

    Examples
    --------
    >>> utc_expression("at", read_zone("Etc/GMT-8"), "{t} + to_seconds({n})")
    '(at + to_seconds((-28800)))'
    """
    changes = zone.wall_changes.tolist()
    return _tree(wall, changes, [-ahead for ahead in zone.offsets.tolist()], add_seconds)


def wall_expression(utc: str, zone: Zone, add_seconds: str) -> str:
    """SQL for the wall time of a moment in UTC; parameters as for :func:`utc_expression`.

    Examples
    --------
    >>> sql = wall_expression("at", read_zone("Asia/Shanghai"), "{t} + {n} * INTERVAL '1 second'")
    >>> print(sql.split(" WHEN ")[1])
    at >= TIMESTAMP '1991-09-14 17:00:00' THEN (at + (28800) * INTERVAL '1 second')
    """
    return _tree(utc, zone.changes.tolist(), zone.offsets.tolist(), add_seconds)


def _tree(at: str, changes: Sequence[int], moves: Sequence[int], add_seconds: str) -> str:
    """CASE over the changes: halved down to a few, then the latest first."""
    if len(changes) > LEAF:
        half = len(changes) // 2
        later = _tree(at, changes[half + 1 :], moves[half + 1 :], add_seconds)
        earlier = _tree(at, changes[:half], moves[: half + 1], add_seconds)
        return f"CASE WHEN {at} >= {_literal(changes[half])} THEN {later} ELSE {earlier} END"
    moved = [f"({add_seconds.format(t=at, n=f'({move})')})" if move else at for move in moves]
    if not changes:
        return moved[0]
    cases = [
        f"WHEN {at} >= {_literal(change)} THEN {text}"
        for change, text in zip(reversed(changes), reversed(moved[1:]), strict=True)
    ]
    return f"CASE {' '.join(cases)} ELSE {moved[0]} END"


def _literal(moment: int) -> str:
    at = datetime.fromtimestamp(moment, UTC)
    return f"TIMESTAMP '{at:%Y-%m-%d %H:%M:%S}'"
