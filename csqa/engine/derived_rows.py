"""Rows of a source on the way to what a mapping makes of them: columns added, rows left out.

A chain of queries, each over the one before; the source's own cells stay as they came.
"""

import fnmatch
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from csqa.engine.connection import identifier, literal, scalar
from csqa.engine.headers import find_position
from csqa.engine.lookups import Cells, Reading, join_lookup, taken_type
from csqa.engine.sources import Source
from csqa.rules.mapping import DERIVED, STEP, Derivation, Lookup, OneRowPer, TableMapping

Named = tuple[str, Source]

MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[ T]00:00:00(\.0+)?$"
"""A date as spreadsheets store it; before a time of the day in a cell of its own it is a date."""


def fits(pattern: str, name: str, source: Source) -> bool:
    """Whether a pattern means a source: by its name, with or without suffix, its sheet or both.

    Alternatives are separated by ``|``.

    Examples
    --------
    >>> tickets = Source("tickets.csv", "v", (), (), "utf-8", 0, "")
    >>> fits("tickets", "tickets.csv", tickets), fits("t*.csv", "tickets.csv", tickets)
    (True, True)
    """
    called = {name, Path(name).stem, source.label, source.sheet} - {""}
    return any(fnmatch.fnmatchcase(one, way) for one in called for way in pattern.split("|"))


@dataclass
class Rows:
    """Rows of one source on the way, and what was met on it."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    """As it came: what is made goes to the fields below."""
    others: Sequence[Named]
    """What can be looked up in."""
    reading: Reading
    headers: list[str] = field(init=False)
    types: list[str] = field(init=False)
    queries: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """For the line of the source: rows left out, columns that may be lacking and are."""
    faults: list[str] = field(default_factory=list)
    """What could not be made, each a sentence."""
    joined: bool = False
    """Whether rows were put together with others, and so may have lost their order."""

    def __post_init__(self) -> None:
        """Begin with the source's own columns."""
        self.headers, self.types = list(self.source.headers), list(self.source.types)

    @property
    def relation(self) -> str:
        """SQL name of the rows as they are so far."""
        return f"s{len(self.queries)}" if self.queries else identifier(self.source.view)

    @property
    def cells(self) -> Cells:
        """The cells of the rows as they are so far."""
        return Cells(self.headers, self.types, self.reading)

    def chain(self, query: str) -> str:
        """A query over the rows as they are so far, with what they are made of."""
        steps = [f"s{i} AS MATERIALIZED ({step})" for i, step in enumerate(self.queries, start=1)]
        return f"WITH {', '.join(steps)} {query}" if steps else query

    def derive(
        self,
        derivations: MappingType[str, Derivation],
        place: str,
        formats: MappingType[str, str | None] | None = None,
    ) -> None:
        """Add the columns that can be made; each may refer to those before it.

        Parameters
        ----------
        derivations : dict of str to Derivation
            Header → how the column is made.
        place : str
            Where they stand in the mapping, for messages.
        formats : dict of str to str, optional
            Header → how its times are written, to put them in order.
        """
        for header, made in derivations.items():
            told = f"{place} 的 {header.removeprefix(DERIVED)}"
            if find_position(self.headers, header) is not None:
                self._fault(f"{told} 与已有的表头同名")
            else:
                kept = header if header.startswith(DERIVED) else STEP + header
                _Step(self, told, kept).make(made, (formats or {}).get(header))

    def can_leave_out(self, table: TableMapping) -> bool:
        """Whether all that the rules about rows need is there."""
        return not self._lacking(table)

    def _lacking(self, table: TableMapping) -> list[str]:
        one = table.one_row_per
        needed = [condition.header for condition in table.where]
        needed += [*one.headers, *([one.order.header] if one.order else [])] if one else []
        return [need for need in needed if find_position(self.headers, need) is None]

    def leave_out(self, table: TableMapping, place: str) -> None:
        """Keep the rows that the table's rules keep, and count the others."""
        one, lacking = table.one_row_per, self._lacking(table)
        if lacking:
            self._fault(f"{place} 要用的表头 {'、'.join(lacking)} 没有{self._existing}")
            return
        if table.where:
            cells = self.cells
            rows = cells.read(self.relation, [condition.header for condition in table.where])
            kept = cells.meets(table.where)
            self._keep(f"SELECT {cells.listed()} FROM {rows} WHERE {kept}", "where")
        if one:
            self._keep(_one_row(one, self.cells, self.relation), "one_row_per")
            self.joined = True

    def _keep(self, query: str, rule: str) -> None:
        before = self._count()
        self.queries.append(query)
        after = self._count()
        self.notes.append(f"按映射的 {rule} 去掉 {before - after} 行，留下 {after} 行")

    def _count(self) -> int:
        query = self.chain(f"SELECT count(*) FROM {self.relation}")
        return int(str(scalar(self.connection, query)))

    def add(self, header: str, kind: str, query: str) -> None:
        """Add a column, made by a query over the rows so far."""
        self.queries.append(query)
        self.headers.append(header)
        self.types.append(kind)

    def query(self) -> str:
        """SQL of the rows as a source's view has them."""
        listed = ", ".join(f"c{i}" for i in range(len(self.headers)))
        return self.chain(
            f"SELECT row, {_fields(self)} AS fields, extra, {listed} FROM {self.relation}"
        )

    def _fault(self, told: str) -> None:
        self.faults.append(f"{self.source.label}：映射 {told}。")

    @property
    def _existing(self) -> str:
        named = [name for name in self.headers if name and not name.startswith((DERIVED, STEP))]
        return f"；现有表头：{'、'.join(named[:30]) or '无'}"


def _fields(rows: Rows) -> str:
    """SQL of how many fields a line has: derived ones count as its own."""
    own, all_ = len(rows.source.headers), len(rows.headers)
    if own == all_:
        return "fields"
    # A line that was too long by just as many fields as were derived must stay wrong.
    return f"CASE fields WHEN {own} THEN {all_} WHEN {all_} THEN {all_ + 1} ELSE fields END"


@dataclass
class _Step:
    """One column in the making."""

    rows: Rows
    place: str
    header: str

    def make(self, made: Derivation, time_format: str | None) -> None:
        """Add the column, or say why it cannot be made."""
        rows = self.rows
        lacking = {need for need in made.ours if find_position(rows.headers, need) is None}
        some = made.optional and set(made.parts or made.first_of) - lacking
        if lacking and not some:
            told = f"要用的表头 {'、'.join(sorted(lacking))} 没有"
            self._give_up(made, told, more=rows._existing)
        elif made.lookup is not None:
            self._look_up(made, made.lookup, time_format)
        else:
            kind, expression = _expression(made, rows.cells, lacking)
            read = rows.cells.read(rows.relation, set(made.ours) - lacking)
            listed = f"{rows.cells.listed()}, {expression} AS {self._name}"
            rows.add(self.header, kind, f"SELECT {listed} FROM {read}")

    @property
    def _name(self) -> str:
        return f"c{len(self.rows.headers)}"

    def _look_up(self, made: Derivation, lookup: Lookup, time_format: str | None) -> None:
        rows = self.rows
        targets = [source for name, source in rows.others if fits(lookup.table, name, source)]
        lacking = sorted(
            {
                f"{target.label} 里没有表头 {need}"
                for target in targets
                for need in lookup.theirs
                if find_position(target.headers, need) is None
            }
        )
        if not targets:
            found = "、".join(sorted({name for name, _ in rows.others}))
            more = f"；有的来源：{found}"
            self._give_up(made, f"要查的 {lookup.table} 没有匹配到来源", more=more)
        elif lacking:
            self._give_up(made, "；".join(lacking))
        else:
            query = join_lookup(lookup, targets, rows.cells, rows.relation, self._name, time_format)
            rows.add(self.header, taken_type(lookup, targets), query)
            rows.joined = True

    def _give_up(self, made: Derivation, told: str, more: str = "") -> None:
        """A fault, or a note if the column may be lacking."""
        if made.optional:
            self.rows.notes.append(f"没有取 {self.header.split(':', 1)[1]}：{told}")
        else:
            self.rows._fault(f"{self.place} {told}{more}")


def _expression(made: Derivation, cells: Cells, lacking: set[str]) -> tuple[str, str]:
    """Engine type and SQL of a column made within its row."""
    if made.row_number:
        return "BIGINT", "row"
    if made.filled is not None:
        return "BOOLEAN", f"{cells.text(made.filled)} IS NOT NULL"
    if made.first_of:
        return "VARCHAR", f"coalesce({', '.join(_texts(made.first_of, cells, lacking))}, NULL)"
    texts = _texts(made.parts, cells, lacking)
    if made.join == " " and len(texts) > 1:
        texts[0] = f"regexp_replace({texts[0]}, {literal(MIDNIGHT)}, '\\1')"
    return "VARCHAR", f"nullif(concat_ws({literal(made.join)}, {', '.join(texts)}), '')"


def _texts(headers: tuple[str, ...], cells: Cells, lacking: set[str]) -> list[str]:
    return [cells.text(header) for header in headers if header not in lacking]


def _one_row(rule: OneRowPer, cells: Cells, relation: str) -> str:
    """SQL of the rows of which one per key is kept; rows without any key all are."""
    keys = [cells.text(header) for header in rule.headers]
    order = cells.order(rule.order, backwards=rule.keep == "last", ties=["row"])
    read = cells.read(relation, rule.headers, [rule.order] if rule.order else [])
    return (
        f"SELECT {cells.listed()} FROM (SELECT *, row_number() OVER"
        f" (PARTITION BY {', '.join(keys)} ORDER BY {order}) AS nth,"
        f" {' AND '.join(f'{key} IS NULL' for key in keys)} AS keyless"
        f" FROM {read}) WHERE nth = 1 OR keyless"
    )
