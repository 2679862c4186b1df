"""What a mapping makes of sources before they are sorted: derived columns, rows left out, teams.

Each source that needs it gets a view in the place of its own, with further columns under further
headers; nothing after this stage knows that they were never in a file.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from csqa.engine.connection import identifier, literal
from csqa.engine.derived_rows import Named, Rows, fits
from csqa.engine.headers import find_position, find_table
from csqa.engine.lookups import Reading
from csqa.engine.opening import INLINE, Opened
from csqa.engine.sharing import serves, share_sources
from csqa.engine.sources import Source
from csqa.errors import DataError
from csqa.rules.mapping import DERIVED, STEP, Mapping, TableMapping, TeamSpan
from csqa.schema import AGENT_TEAMS, CONTACTS, DEFAULT_TIME_ZONE, TABLES

MARK = "~"
"""Between the name of a source's view and the number of the one derived from it."""

MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[ T]00:00:00(\.0+)?$"
"""A date as spreadsheets store it; before a time of the day in a cell of its own it is a date."""


def derive_columns(connection: duckdb.DuckDBPyConnection, opened: Opened, rules: Mapping) -> Opened:
    """Make the columns that a mapping derives, and leave out the rows that it says.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With the views of the sources; gets those of the derived ones.
    opened : Opened
        The sources as they came; not changed.
    rules : Mapping
        What to derive.

    Returns
    -------
    Opened
        With the sources under new views where the mapping asks for it, the agents' teams that it
        holds as one more source, ``looked_up``, and what could not be done added to ``faults``.

    Raises
    ------
    DataError
        If the engine cannot read a source.
    """
    made = replace(
        opened,
        sources=[
            *share_sources(opened.sources, rules),
            *_inline_teams(connection, rules.agent_teams),
        ],
        faults=list(opened.faults),
        looked_up=_list_looked_up(opened, rules),
    )
    work = _Work(connection, made, rules)
    try:
        work.view_shared()
        work.drop_headers()
        work.derive_sources()
        work.derive_tables()
    except duckdb.Error as error:
        msg = f"按映射整理数据时停下了（文件损坏，或磁盘、内存不够？）：{error}"
        raise DataError(msg) from error
    return made


def drop_derived(
    connection: duckdb.DuckDBPyConnection, view: str, held: Collection[str] = ()
) -> str:
    """Drop what a derived view was read from; gives the name of the view that the source had.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Without the view itself, if it was dropped.
    view : str
        Name of a source's view, derived or not.
    held : collection of str
        Views that stay, for another table reads them where they lie.
    """
    origin = view.split(MARK)[0]
    if origin != view:
        connection.execute(f"DROP TABLE IF EXISTS {identifier(f'derived_{view}')}")
        if origin not in held:
            connection.execute(f"DROP VIEW IF EXISTS {identifier(origin)}")
    return origin


def _inline_teams(
    connection: duckdb.DuckDBPyConnection, spans: tuple[TeamSpan, ...]
) -> list[Named]:
    """The agents' teams of the mapping as a source like any other."""
    if not spans:
        return []
    rows = ", ".join(
        f"({number}, {literal(span.agent)}, {literal(span.team)}, {literal(str(span.since))},"
        f" {literal(span.until and str(span.until))}::VARCHAR)"
        for number, span in enumerate(spans, start=1)
    )
    connection.execute(
        "CREATE TEMP VIEW source_teams AS SELECT row, NULL::BIGINT AS fields, NULL::VARCHAR AS"
        f" extra, c0, c1, c2, c3 FROM (VALUES {rows}) AS spans(row, c0, c1, c2, c3)"
    )
    headers = ("agent_id", "team", "since", "until")
    source = Source("映射的 agent_teams", "source_teams", headers, ("VARCHAR",) * 4, INLINE, 0, "")
    return [(AGENT_TEAMS.name, source)]


def _list_looked_up(opened: Opened, rules: Mapping) -> set[str]:
    """Labels of the sources that lookups look in."""
    made = [d for table in rules.tables.values() for d in table.derivations.values()]
    made += [d for source in rules.sources.values() for d in source.derived.values()]
    patterns = {one.lookup.table for one in made if one.lookup is not None}
    return {
        source.label
        for name, source in opened.sources
        for pattern in patterns
        if fits(pattern, name, source)
    }


@dataclass
class _Work:
    """One mapping at work on what was opened."""

    connection: duckdb.DuckDBPyConnection
    opened: Opened
    rules: Mapping
    made: int = 0

    def view_shared(self) -> None:
        """Give sources that are read once more a view of their own: each is let go by itself."""
        for place, (name, source) in enumerate(self.opened.sources):
            if source.shared_for:
                query = f"SELECT * FROM {identifier(source.view)}"
                self.opened.sources[place] = (name, self._view(source, query))

    def drop_headers(self) -> None:
        """Give sources without header their first row back."""
        for name, table in self.rules.tables.items():
            if table.header:
                continue
            for place in self._places(name, table):
                self._drop_header(place)

    def _drop_header(self, place: int) -> None:
        name, source = self.opened.sources[place]
        if source.encoding in ("DataFrame", "Arrow", "parquet"):
            self.opened.faults.append(f"{source.label} 的列都有名字，不能写 header: false。")
            return
        width, old = len(source.headers), identifier(source.view)
        cells = ", ".join(
            f"{literal(header or None)}::VARCHAR AS c{i}" for i, header in enumerate(source.headers)
        )
        first = f"(SELECT coalesce(min(row), 2) - 1 FROM {old})"
        plain = ", ".join(f"c{i}" for i in range(width))
        query = (
            f"SELECT {first} AS row, {width}::BIGINT AS fields, NULL::VARCHAR AS extra, {cells}"
            f" UNION ALL SELECT row, fields, extra, {plain} FROM {old}"
        )
        headers = tuple(str(i) for i in range(1, width + 1))
        self.opened.sources[place] = (name, self._view(replace(source, headers=headers), query))

    def _view(self, source: Source, query: str, *, keep: bool = False) -> Source:
        """A source under a new view; ``keep`` if its rows are to be worked out once."""
        self.made += 1
        view = f"{source.view.split(MARK)[0]}{MARK}{self.made}"
        if keep:
            kept = identifier(f"derived_{view}")
            self.connection.execute(f"CREATE TEMP TABLE {kept} AS {query} ORDER BY row")
            query = f"SELECT * FROM {kept}"
        self.connection.execute(f"CREATE TEMP VIEW {identifier(view)} AS {query}")
        return replace(source, view=view, kept="")

    def derive_sources(self) -> None:
        """Derive columns of sources by their names."""
        for pattern, rule in self.rules.sources.items():
            for place, (name, source) in enumerate(self.opened.sources):
                if fits(pattern, name, source):
                    rows = self._rows(source)
                    rows.derive(rule.derived, f"sources.{pattern}")
                    self.opened.sources[place] = (name, self._finish(rows))

    def derive_tables(self) -> None:
        """Derive columns of the sources of each table, and leave out rows."""
        places = {
            name: self._places(name, table)
            for name, table in self.rules.tables.items()
            if table.derivations or table.where or table.one_row_per
        }
        before = list(self.opened.sources)  # lookups see no table's rows left out
        for table, found in places.items():
            for place in found:
                name, source = before[place]
                rows = self._rows(source, self.rules.table(table), before)
                self.opened.sources[place] = (name, self._reshape(table, rows))

    def _rows(
        self,
        source: Source,
        table: TableMapping | None = None,
        others: Sequence[Named] | None = None,
    ) -> Rows:
        rules = self.rules
        own = table.source_time_zone if table else rules.source_time_zone
        reading = Reading(own or rules.time_zone or DEFAULT_TIME_ZONE, rules.missing)
        known = [one for one in others or self.opened.sources if not one[1].shared_for]
        return Rows(self.connection, source, known, reading)

    def _reshape(self, name: str, rows: Rows) -> Source:
        table, place = self.rules.tables[name], f"tables.{name}"
        early = rows.can_leave_out(table)  # what needs no derived column is cheaper before them
        if early:
            rows.leave_out(table, place)
        rows.derive(table.derived, place)
        if not early:
            rows.leave_out(table, place)
        formats = {
            rule.source: rule.format for rule in table.columns.values() if rule.source is not None
        }
        own = {key: made for key, made in table.derivations.items() if key not in table.derived}
        rows.derive(own, place, formats)
        return self._finish(rows)

    def _finish(self, rows: Rows) -> Source:
        """The source under a view of its own, if anything was made of it."""
        self.opened.faults += rows.faults
        note = "；".join(filter(None, [rows.source.note, *rows.notes]))
        source = replace(
            rows.source, headers=tuple(rows.headers), types=tuple(rows.types), note=note
        )
        # Joins keep no order, and every pass would make them again.
        return self._view(source, rows.query(), keep=rows.joined) if rows.queries else source

    def _places(self, name: str, table: TableMapping) -> list[int]:
        """Which sources are the rows of a table, as they will be sorted."""
        sources = list(enumerate(self.opened.sources))
        if table.files:
            return [i for i, (n, s) in sources if serves(n, s, name, self.rules)]
        if self.opened.named:
            return [i for i, (n, _) in sources if n in (name, TABLES[name].zh)]
        if self.opened.single and name == CONTACTS.name:
            return [0]
        return [i for i, (n, s) in sources if self._will_be(name, table, n, s)]

    def _will_be(self, table: str, rule: TableMapping, name: str, source: Source) -> bool:
        """Whether headers say that a source is the table, once its columns are derived."""
        claimed = [p for other in self.rules.tables.values() for p in other.files]
        if source.encoding == INLINE or any(fits(p, name, source) for p in claimed):
            return False
        headers = (
            list(source.headers)
            if rule.header
            else [str(i) for i in range(1, len(source.headers) + 1)]
        )
        for header, made in rule.derivations.items():
            found = [find_position(headers, need) is not None for need in made.ours]
            if all(found) or (made.optional and any(found)):
                headers.append(header if header.startswith(DERIVED) else STEP + header)
        match = find_table(source.sheet, headers, self.rules) if source.sheet else None
        match = match or find_table(Path(name).stem, headers, self.rules)
        return match is not None and match.table.name == table
