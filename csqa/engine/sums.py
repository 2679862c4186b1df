"""The SQL that sums all metrics in one scan: small strata first, then what counts for each slot.

Which slots a row counts for is a number, one bit per slot. Rows are grouped by it besides the
unit, and summed once, whatever their slots; the slots add up their strata. A group more costs
less than a condition in every sum.
"""

import math
from collections.abc import Iterator, Sequence

from csqa.engine.engines import DuckDBEngine, Engine
from csqa.engine.facts import FACTS, INSPECTED
from csqa.engine.slots import Slot

MOST_SLOTS = 60
"""Slots of one query: they must fit into the bits of a whole number."""

LARGEST_ROOT = math.isqrt(2**63 - 1)
"""Of a 64-bit number."""


def wide_query(slots: Sequence[Slot], keys: Sequence[str], wide: str) -> str:
    """SQL of the sums of slots, side by side: ``n``, ``t``, ``q``, ``o`` and the slot's number.

    Parameters
    ----------
    slots : sequence of Slot
        Of one table, at most :data:`MOST_SLOTS`.
    keys : sequence of str
        Columns to group by.
    wide : str
        Type that squares fit into, of :func:`type_of_squares`.

    Returns
    -------
    str
        Count, sum, sum of squares (not of flags, whose squares they are) and how many miss (only
        where values tell).
    """
    table = table_of(slots)
    sums = {text: f"s{i}" for i, text in enumerate(dict.fromkeys(_all_sums(slots, wide)))}
    listed, strata = ", ".join(keys), ", ".join(f"{text} AS {name}" for text, name in sums.items())
    members = " + ".join(
        f"CASE WHEN {' AND '.join(slot.conditions)} THEN {1 << i} ELSE 0 END"
        for i, slot in enumerate(slots)
        if slot.conditions
    )
    picked = ", ".join(
        f"SUM({_pick(i, slot, sums[text])}) AS {letter}{i}"
        for i, slot in enumerate(slots)
        for letter, text in _sums(slot, wide)
    )
    return (
        f"SELECT {listed}, {picked} FROM (SELECT {listed}, member, {strata}"
        f" FROM (SELECT facts.*, {members or '0'} AS member FROM {table} AS facts) AS valued"
        f" GROUP BY {listed}, member) AS strata GROUP BY {listed}"
    )


def table_of(slots: Sequence[Slot]) -> str:
    """Where the values of slots of one table are kept."""
    return INSPECTED if slots[0].measure.table == "inspections" else FACTS


def type_of_squares(engine: Engine, slots: Sequence[Slot]) -> str:
    """The narrowest type that holds the square of every value: on DuckDB mostly its own.

    Its 128-bit numbers cost more to multiply than all else in the scan.
    """
    squared = {slot.metric.measure for slot in slots if slot.measure.kind != "share"}
    if not isinstance(engine, DuckDBEngine) or not squared:
        return engine.dialect.wide
    ends = ", ".join(f"min({name}), max({name})" for name in sorted(squared))
    found = engine.rows(f"SELECT {ends} FROM {table_of(slots)}")[0]
    narrow = all(abs(end) <= LARGEST_ROOT for end in found if end is not None)
    return engine.dialect.whole if narrow else engine.dialect.wide


def _all_sums(slots: Sequence[Slot], wide: str) -> Iterator[str]:
    return (text for slot in slots for _, text in _sums(slot, wide))


def _pick(number: int, slot: Slot, name: str) -> str:
    if not slot.conditions:
        return name
    return f"CASE WHEN (member & {1 << number}) <> 0 THEN {name} END"


def _sums(slot: Slot, wide: str) -> Iterator[tuple[str, str]]:
    """The sums that a kind of value needs."""
    value = slot.metric.measure
    yield "n", f"COUNT({value})"
    yield "t", f"SUM({value})"
    if slot.measure.kind != "share":
        yield "q", f"SUM(CAST({value} AS {wide}) * {value})"
    if slot.misses:
        yield "o", f"SUM(CASE WHEN {value} {slot.misses} THEN 1 ELSE 0 END)"
