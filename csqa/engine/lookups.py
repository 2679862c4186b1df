"""Values from other sources: rows that belong together, as joins of grouped rows in SQL.

Texts are equal when they are equal stripped; what means an empty cell is equal to nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from csqa.engine import cells
from csqa.engine.columns import FRACTIONS, TIMES, WHOLES, as_text
from csqa.engine.connection import identifier, literal
from csqa.engine.headers import find_position
from csqa.engine.sources import Source
from csqa.rules.mapping import Condition, Lookup, Order

TAKEN_TYPES = {"count": "BIGINT", "any": "BOOLEAN", "sum": "DOUBLE"}
"""Engine types of what is counted; other values keep the type of their column."""


@dataclass(frozen=True)
class Reading:
    """How cells are read: the zone of times without offset, and what means missing."""

    zone: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Cells:
    """The cells of a source by their headers, as SQL."""

    headers: Sequence[str]
    types: Sequence[str]
    reading: Reading

    def place(self, header: str) -> int:
        """Index of the column of a header."""
        position = find_position(self.headers, header)
        if position is None:
            raise KeyError(header)
        return position

    def listed(self, table: str = "") -> str:
        """The columns as a source's view has them."""
        own = ["row", "fields", "extra", *(f"c{i}" for i in range(len(self.headers)))]
        return ", ".join(f"{table}{name}" for name in own)

    def read(self, relation: str, headers: Iterable[str], ranked: Iterable[Order] = ()) -> str:
        """SQL of the rows with texts of some cells and ranks of others besides.

        A text is stripped, and NULL if missing; a rank is a number that orders its cells. In
        layers, for the engine works out an expression wherever it is repeated.
        """
        orders = {self.rank(order.header, order.format): order for order in ranked}
        texts = {*headers, *(order.header for order in orders.values())}
        places = sorted(map(self.place, texts))
        layers = [
            [f"{cells.strip(self.plain(i), plain=False)} AS x{i}" for i in places],
            [f"{cells.drop_missing(f'x{i}', self.reading.missing)} AS t{i}" for i in places],
            [f"{self._quick_rank(order)} AS q{name}" for name, order in orders.items()],
            [f"{self._rank(order, name)} AS {name}" for name, order in orders.items()],
        ]
        for layer in filter(None, layers):
            relation = f"(SELECT *, {', '.join(layer)} FROM {relation})"
        return relation

    def plain(self, place: int) -> str:
        """A cell as text, as it came."""
        raw = f"c{place}"
        return raw if self.types[place] == "VARCHAR" else f"({as_text(raw, self.types[place])})"

    def text(self, header: str, table: str = "") -> str:
        """A cell as text, in rows that were read with it."""
        return f"{table}t{self.place(header)}"

    def rank(self, header: str, time_format: str | None = None, table: str = "") -> str:
        """A cell as a number that orders it, in rows that were read with it."""
        return f"{table}r{self.place(header)}{'f' if time_format else ''}"

    def _quick_rank(self, order: Order) -> str:
        """Typed numbers and times, and ISO texts as seconds since 1970."""
        place = self.place(order.header)
        raw, kind = f"c{place}", self.types[place]
        if kind in (*FRACTIONS, *WHOLES):
            return f"{raw}::DOUBLE"
        at = literal(self.reading.zone)
        if kind in TIMES:
            wall = f"timezone({at}, {raw}::TIMESTAMP)"
            return f"epoch({raw if kind == TIMES[0] else wall})"
        if order.format:
            return "NULL::DOUBLE"
        return f"epoch(timezone({at}, {cells.quick_wall(f't{place}')}))"

    def _rank(self, order: Order, name: str) -> str:
        """What the quick way could not read: numbers, and times otherwise written."""
        text = f"t{self.place(order.header)}"
        instant = f"epoch({cells.parse_instant(text, self.reading.zone, order.format)})"
        number = f"try_cast({text} AS DOUBLE)"
        slow = instant if order.format else f"coalesce({number}, {instant})"
        return f"CASE WHEN q{name} IS NOT NULL OR {text} IS NULL THEN q{name} ELSE {slow} END"

    def meets(self, conditions: Sequence[Condition]) -> str:
        """Whether a row meets all conditions; never NULL."""
        return " AND ".join(map(self._meets, conditions)) or "TRUE"

    def _meets(self, condition: Condition) -> str:
        text = self.text(condition.header)
        listed = ", ".join(literal(value) for value in condition.values if value is not None)
        found = f"coalesce(lower({text}) IN ({listed}), FALSE)" if listed else "FALSE"
        if None in condition.values:
            found = f"({found} OR {text} IS NULL)"
        return f"NOT {found}" if condition.negated else found

    def order(self, order: Order | None, *, backwards: bool, ties: Sequence[str]) -> str:
        """ORDER BY of rows: by the column if one is given, then as they came."""
        way = " DESC" if backwards else ""
        keys = [f"{tie}{way}" for tie in ties]
        if order is not None:
            rank, text = self.rank(order.header, order.format), self.text(order.header)
            keys = [f"{rank}{way} NULLS LAST", f"{text}{way} NULLS LAST", *keys]
        return ", ".join(keys)


def taken_type(lookup: Lookup, targets: Sequence[Source]) -> str:
    """Engine type of the value that a lookup takes."""
    if lookup.take in TAKEN_TYPES:
        return TAKEN_TYPES[lookup.take]
    kinds = {
        target.types[position]
        for target in targets
        if (position := find_position(target.headers, lookup.header or "")) is not None
    }
    return kinds.pop() if len(kinds) == 1 else "VARCHAR"


def join_lookup(
    lookup: Lookup,
    targets: Sequence[Source],
    ours: Cells,
    relation: str,
    name: str,
    time_format: str | None = None,
) -> str:
    """SQL of our rows with one more column: what the lookup takes of the rows that it finds.

    Parameters
    ----------
    lookup : Lookup
        What to look for.
    targets : sequence of Source
        The sources to look in, in the order of their rows.
    ours : Cells
        Of our rows.
    relation : str
        SQL name of our rows; they have a ``row`` that is unique.
    name : str
        SQL name of the new column.
    time_format : str, optional
        How times are written that are compared for ``min`` and ``max``.
    """
    keys = [f"k{i}" for i in range(len(lookup.on))]
    found = f"({_candidates(lookup, targets, ours.reading, time_format)})"
    mine = [Order(own) for _, own in (*lookup.after, *lookup.before)]
    ours_read = ours.read(relation, lookup.ours, mine)
    equal = [
        f"{ours.text(mine, 'b.')} = t.{key}" for key, (_, mine) in zip(keys, lookup.on, strict=True)
    ]
    bounds = _bounds(lookup, ours)
    if bounds:  # which rows belong depends on each of ours: they are found row by row
        found = (
            "(SELECT b.row AS owner, t.value, t.o0, t.o1, t.input_, t.row_"
            f" FROM {ours_read} b JOIN {found} t ON {' AND '.join([*equal, *bounds])})"
        )
        keys, equal = ["owner"], ["b.row = t.owner"]
    empty = {"count": "0", "any": "FALSE"}.get(lookup.take)
    value = f"coalesce(t.value, {empty})" if empty else "t.value"
    return (
        f"SELECT {ours.listed('b.')}, {value} AS {name} FROM {ours_read} b"
        f" LEFT JOIN ({_take(lookup, keys, found)}) t ON {' AND '.join(equal) or 'TRUE'}"
    )


def _bounds(lookup: Lookup, ours: Cells) -> list[str]:
    later = [f"t.a{i} > {ours.rank(mine, table='b.')}" for i, (_, mine) in enumerate(lookup.after)]
    earlier = [
        f"t.z{i} < {ours.rank(mine, table='b.')}" for i, (_, mine) in enumerate(lookup.before)
    ]
    return [*later, *earlier]


def _candidates(
    lookup: Lookup, targets: Sequence[Source], reading: Reading, time_format: str | None
) -> str:
    """SQL of the rows that may be found: keys, value, order, bounds."""
    kind = taken_type(lookup, targets)
    ordered = _order(lookup, time_format)
    ranked = [Order(their) for their, _ in (*lookup.after, *lookup.before)]
    ranked += [ordered] if ordered else []
    selects = []
    for number, target in enumerate(targets):
        theirs = Cells(target.headers, target.types, reading)
        listed = [f"{theirs.text(their)} AS k{i}" for i, (their, _) in enumerate(lookup.on)]
        listed += [f"{theirs.rank(their)} AS a{i}" for i, (their, _) in enumerate(lookup.after)]
        listed += [f"{theirs.rank(their)} AS z{i}" for i, (their, _) in enumerate(lookup.before)]
        listed += _ordering(ordered, theirs)
        given = _value(lookup, theirs, kind)
        conditions = theirs.meets(lookup.where)
        if lookup.header is not None:
            conditions += f" AND {theirs.text(lookup.header)} IS NOT NULL"
        selects.append(
            f"SELECT {number} AS input_, row AS row_, {', '.join([*listed, given])}"
            f" FROM {theirs.read(identifier(target.view), lookup.theirs, ranked)}"
            f" WHERE {conditions}"
        )
    return " UNION ALL ".join(selects)


def _order(lookup: Lookup, time_format: str | None) -> Order | None:
    """What rows are put in order by, before the order in which they came."""
    if lookup.take in ("min", "max") and lookup.header is not None:
        return Order(lookup.header, time_format)
    return lookup.order if lookup.take in ("first", "last") else None


def _ordering(order: Order | None, theirs: Cells) -> list[str]:
    if order is None:
        return ["NULL::DOUBLE AS o0", "NULL::VARCHAR AS o1"]
    rank, text = theirs.rank(order.header, order.format), theirs.text(order.header)
    return [f"{rank} AS o0", f"{text} AS o1"]


def _value(lookup: Lookup, theirs: Cells, kind: str) -> str:
    if lookup.header is None or lookup.take in ("count", "any"):
        return "TRUE AS value"
    place = theirs.place(lookup.header)
    if lookup.take == "sum":
        return f"try_cast({theirs.text(lookup.header)} AS DECIMAL(30, 6)) AS value"
    typed = theirs.types[place] == kind != "VARCHAR"
    return f"{f'c{place}' if typed else theirs.text(lookup.header)} AS value"


def _take(lookup: Lookup, keys: Sequence[str], found: str) -> str:
    """SQL of one value per key."""
    listed = ", ".join(keys)
    before = f"{listed}, " if keys else ""
    counted = {"count": "count(*)", "any": "count(*) > 0", "sum": "sum(value)::DOUBLE"}
    if lookup.take in counted:
        grouped = f" GROUP BY {listed}" if keys else ""
        return f"SELECT {before}{counted[lookup.take]} AS value FROM {found}{grouped}"
    way = " DESC" if lookup.take in ("last", "max") else ""
    order = f"o0{way} NULLS LAST, o1{way} NULLS LAST, input_{way}, row_{way}"
    partition = f"PARTITION BY {listed} " if keys else ""
    return (
        f"SELECT {before}value FROM (SELECT {before}value, row_number() OVER"
        f" ({partition}ORDER BY {order}) AS nth FROM {found}) WHERE nth = 1"
    )
