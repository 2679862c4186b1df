"""Rows of a user's own tables, numbered, with the columns that a mapping makes of them.

The numbers are those that a copy would give: places in the order of the key, or of all columns
where there is none, the first row being 2 as under a header.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from csqa.engine.connection import literal
from csqa.engine.dialect import Dialect
from csqa.engine.headers import find_position
from csqa.engine.portable_columns import as_text, drop_missing, strip_text
from csqa.engine.sources import Source
from csqa.rules.mapping import DERIVED, Condition, Derivation, TableMapping

NOT_IN_PLACE = "就地读取还不会做这一步；请在库里建一个视图，或去掉 in_place"
"""Ends sentences about what only a copy can do."""


@dataclass(frozen=True)
class Relation:
    """Rows of one table or view of the user's."""

    source: Source
    """Its headers and types; derived columns after the table's own."""
    origin: str
    """SQL after FROM; the table is called ``t``."""
    own: tuple[str, ...]
    """SQL of each of the table's own cells."""
    order: tuple[str, ...]
    """SQL of what its rows are put in order by."""
    dialect: Dialect
    missing: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    """SQL of each derived cell, over the cells before it."""
    conditions: tuple[str, ...] = ()
    """SQL that rows must meet to be read at all."""
    faults: list[str] = field(default_factory=list)
    """What could not be made, each a sentence."""

    @property
    def numbered(self) -> str:
        """SQL of the rows with ``row_`` and the cells ``c0``, ``c1``, … of each."""
        listed = ", ".join(f"{cell} AS c{i}" for i, cell in enumerate(self.own))
        order = ", ".join(self.order)
        query = (
            f"SELECT ROW_NUMBER() OVER (ORDER BY {order}) + 1 AS row_, {listed} FROM {self.origin}"
        )
        for number, cell in enumerate(self.made, start=len(self.own)):
            query = f"SELECT earlier.*, {cell} AS c{number} FROM ({query}) AS earlier"
        if self.conditions:
            query = f"SELECT * FROM ({query}) AS whole WHERE {' AND '.join(self.conditions)}"
        return f"({query})"

    def derive(self, derivations: Mapping[str, Derivation], place: str) -> "Relation":
        """Add the columns that can be made; each may refer to those before it."""
        rows = self
        for header, made in derivations.items():
            rows = rows._add(header, made, f"{place} 的 {header.removeprefix(DERIVED)}")
        return rows

    def leave_out(self, table: TableMapping, place: str) -> "Relation":
        """Keep the rows that the table's rules keep."""
        if table.one_row_per:
            self._fault(f"{place}.one_row_per：{NOT_IN_PLACE}")
        if not table.header:
            self._fault(f"{place} 的列都有名字，不能写 header: false")
        lacking = [c.header for c in table.where if self._place(c.header) is None]
        if lacking:
            self._fault(f"{place} 要用的表头 {'、'.join(lacking)} 没有")
            return self
        return replace(self, conditions=(*self.conditions, *map(self._meets, table.where)))

    def _place(self, header: str) -> int | None:
        return find_position(self.source.headers, header)

    def _fault(self, told: str) -> None:
        self.faults.append(f"{self.source.label}：映射 {told}。")

    def _add(self, header: str, made: Derivation, told: str) -> "Relation":
        lacking = {need for need in made.ours if self._place(need) is None}
        some = made.optional and set(made.parts or made.first_of) - lacking
        if made.lookup is not None:
            self._fault(f"{told} 要到 {made.lookup.table} 里查：{NOT_IN_PLACE}")
        elif self._place(header) is not None:
            self._fault(f"{told} 与已有的表头同名")
        elif lacking and not some and not made.optional:
            self._fault(f"{told} 要用的表头 {'、'.join(sorted(lacking))} 没有")
        elif not lacking or some:
            kind, cell = self._make(made, lacking)
            headers, types = (*self.source.headers, header), (*self.source.types, kind)
            source = replace(self.source, headers=headers, types=types)
            return replace(self, source=source, made=(*self.made, cell))
        return self

    def _make(self, made: Derivation, lacking: set[str]) -> tuple[str, str]:
        """Engine type and SQL of a column made within its row."""
        if made.row_number:
            return "BIGINT", "row_"
        if made.filled is not None:
            return "BOOLEAN", self._filled(made.filled)
        needed = [one for one in (made.first_of or made.parts) if one not in lacking]
        kinds = {self.source.types[self._known(header)] for header in needed}
        if made.first_of and len(kinds) == 1 and kinds != {"VARCHAR"}:
            listed = ", ".join(f"c{self._known(header)}" for header in needed)
            return kinds.pop(), f"COALESCE({listed}, NULL)"
        texts = [self._cell_text(header) for header in needed]
        if made.first_of:
            return "VARCHAR", f"COALESCE({', '.join(texts)}, NULL)"
        if made.join == " " and len(texts) > 1:
            midnight = f"{texts[0]} LIKE '____-__-__ 00:00:00%'"
            texts[0] = f"CASE WHEN {midnight} THEN LEFT({texts[0]}, 10) ELSE {texts[0]} END"
        return "VARCHAR", f"NULLIF(CONCAT_WS({literal(made.join)}, {', '.join(texts)}), '')"

    def _filled(self, header: str) -> str:
        filled = f"({self._cell_text(header)}) IS NOT NULL"
        return f"CASE WHEN {filled} THEN TRUE ELSE FALSE END"

    def _known(self, header: str) -> int:
        place = self._place(header)
        if place is None:
            raise KeyError(header)
        return place

    def _cell_text(self, header: str) -> str:
        """SQL of a cell as a text, NULL where it means nothing."""
        place = self._known(header)
        text = as_text(f"c{place}", self.source.types[place], self.dialect)
        return drop_missing(strip_text(text, self.dialect), self.missing)

    def _meets(self, condition: Condition) -> str:
        """SQL of whether a row meets a condition; never NULL."""
        text = self._cell_text(condition.header)
        listed = ", ".join(literal(value) for value in condition.values if value is not None)
        found = f"COALESCE(LOWER({text}) IN ({listed}), FALSE)" if listed else "FALSE"
        if None in condition.values:
            found = f"({found} OR ({text}) IS NULL)"
        return f"NOT {found}" if condition.negated else found


def order_rows(
    own: Sequence[str], types: Sequence[str], key: Iterable[str], dialect: Dialect
) -> tuple[str, ...]:
    """SQL of what rows are put in order by: the key, else every column, so that none is left."""
    listed = tuple(key)
    if listed:
        return listed
    ordered = []
    for cell, kind in zip(own, types, strict=True):
        # Engines differ in whether nothing comes first or last.
        ordered.append(f"CASE WHEN {cell} IS NULL THEN 1 ELSE 0 END")
        ordered.append(dialect.cast_text.format(x=cell) if kind == "VARCHAR" else cell)
    return tuple(ordered)
