"""In-place loading: our tables become temporary tables beside the user's, and nothing is copied.

For a PostgreSQL or MariaDB address with ``?in_place=yes``, and for Spark.
"""

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from csqa.engine.addresses import read_address
from csqa.engine.choosing import check_patterns, choose_tables, list_unreadable, serving_tables
from csqa.engine.columns import FRACTIONS, INSTANT, Input
from csqa.engine.connection import identifier, literal
from csqa.engine.databases import connect
from csqa.engine.dataset import ROW_COLUMNS, SOURCE_COLUMNS, Dataset, describe_source
from csqa.engine.derived_rows import fits
from csqa.engine.dialect import SPARK, Dialect
from csqa.engine.intake import FAULT_COLUMNS
from csqa.engine.opening import INLINE, Opened
from csqa.engine.portable_columns import DECIMAL, refused, typed_cells
from csqa.engine.portable_intake import PortableIntake
from csqa.engine.portable_queries import PREFIX, InPlaceEngine
from csqa.engine.portable_rows import Relation, order_rows
from csqa.engine.sessions import open_session
from csqa.engine.sorting import sort_sources
from csqa.engine.sources import Source
from csqa.engine.spool import DatabaseColumn, DatabaseTable
from csqa.errors import DataError
from csqa.rules.mapping import Mapping, check_time_zone
from csqa.schema import AGENT_TEAMS, DEFAULT_TIME_ZONE, TABLES

NOTE = "就地读取，没有复制"
"""Note of a source that stayed where it is."""

ORDER = "input_, row_"
"""Puts the rows of our tables in the order they came."""

WAY_OUT = (
    "。就地读取不解析文字：请在库里建一个视图把它转成相应的类型，"
    "或去掉 in_place 让 csqa 复制后解析。"
)

FAULT_TYPES = {name: "int64" if name == "row" else "str" for name in FAULT_COLUMNS}

Placed = tuple[DatabaseTable, tuple[DatabaseColumn, ...]]


def load_in_place(address: str, rules: Mapping) -> Dataset:
    """Load a database where it is.

    Parameters
    ----------
    address : str
        See :func:`csqa.engine.addresses.read_address`.
    rules : Mapping
        The tables it names are read; if it names none, those whose name or columns fit ours.

    Returns
    -------
    Dataset
        Its tables are temporary ones of a session that lives as long as the data set.

    Raises
    ------
    DataError
        If the database cannot be read, or has not what the mapping names, or what it has needs
        to be copied first.
    """
    client = connect(read_address(address))
    try:
        opened = Opened(client.address.place)
        tables = client.tables()
        engine = open_session(client)  # type: ignore[arg-type]
        cells = place_columns(tables, client.address.system)
        return take_in_place(engine, opened, cells, rules, client.address.system)
    except BaseException:
        client.close()
        raise


def take_in_place(
    engine: InPlaceEngine,
    opened: Opened,
    tables: list[DatabaseTable],
    rules: Mapping,
    system: str,
) -> Dataset:
    """Make our tables of those of a user's in their engine.

    Parameters
    ----------
    engine : InPlaceEngine
        A session of our own.
    opened : Opened
        Its ``place`` is what the user calls the whole.
    tables : list of DatabaseTable
        What is there; the expression of a column is the SQL of its cell, called ``t.…``.
    rules : Mapping
        What is to be made of it.
    system : str
        For the line of each source.

    Raises
    ------
    DataError
        As for :func:`load_in_place`.
    """
    check_patterns(tables, rules, opened)
    chosen = choose_tables(tables, rules, opened)
    opened.unused += list_unreadable(chosen)
    if not chosen:
        chosen = [(table, table.columns) for table in tables]
    relations = _relate(chosen, rules, engine.dialect, system, serving_tables(tables, rules))
    relations += _inline_teams(rules, engine.dialect)
    for name, relation in relations:
        opened.faults += relation.faults
        opened.sources.append((name, relation.source))
    inputs, unused = sort_sources(opened, rules)
    zone = check_time_zone(rules.time_zone or DEFAULT_TIME_ZONE)
    intake = PortableIntake(
        engine,
        zone,
        rules.missing,
        {relation.source.view: relation for _, relation in relations},
        {name: inputs[name] for name in TABLES if name in inputs},
    )
    _check_types(intake)
    intake.take_in()
    return _describe(intake, unused)


def _relate(
    chosen: Sequence[Placed],
    rules: Mapping,
    dialect: Dialect,
    system: str,
    serving: MappingType[str, list[str]],
) -> list[tuple[str, Relation]]:
    """The chosen tables with what the mapping makes of them."""
    relations = []
    for number, (table, columns) in enumerate(chosen):
        read = [column for column in columns if column.type]
        types = tuple(column.type for column in read)
        own = tuple(column.expression for column in read)
        key = [f"t.{dialect.identifier(name)}" for name in table.key]
        headers = tuple(column.name for column in read)
        unread = tuple(name for name in table.headers if name not in headers)
        source = Source(
            table.name, f"source_{number}", headers, types, system, 0, "", unread=unread, note=NOTE
        )
        where = f"{_name(table, dialect)} AS t"
        order = order_rows(own, types, key, dialect)
        served = serving.get(table.name, [])
        for nth, ours in enumerate(served or [""]):
            # Read once more, under a name of its own, for each further table that it serves.
            again = replace(source, view=f"source_{number}_{nth}", shared_for=ours if nth else "")
            rows = Relation(again, where, own, order, dialect, rules.missing)
            relations.append((table.name, _reshape(rows, rules, [ours] if ours else [])))
    return relations


def _name(table: DatabaseTable, dialect: Dialect) -> str:
    parts = [table.schema, table.name] if table.schema else [table.name]
    if dialect.name == SPARK.name:  # whose mapping may say database.table
        parts = table.name.split(".")
    return ".".join(map(dialect.identifier, parts))


def _reshape(rows: Relation, rules: Mapping, served: Sequence[str]) -> Relation:
    for pattern, given in rules.sources.items():
        if fits(pattern, rows.source.file, rows.source):
            rows = rows.derive(given.derived, f"sources.{pattern}")
    for name in served:
        table = rules.table(name)
        own = {key: made for key, made in table.derivations.items() if key not in table.derived}
        rows = rows.derive(table.derived, f"tables.{name}")
        rows = rows.leave_out(table, f"tables.{name}")
        rows = rows.derive(own, f"tables.{name}")
    return rows


def _inline_teams(rules: Mapping, dialect: Dialect) -> list[tuple[str, Relation]]:
    """The agents' teams that the mapping holds, as rows like any others."""
    if not rules.agent_teams:
        return []
    text = dialect.cast_text
    rows = [
        f"SELECT {number} AS nth, {text.format(x=literal(span.agent))} AS agent,"
        f" {text.format(x=literal(span.team))} AS team, CAST({literal(str(span.since))} AS DATE)"
        f" AS since, CAST({literal(span.until and str(span.until))} AS DATE) AS ended"
        for number, span in enumerate(rules.agent_teams)
    ]
    headers = ("agent_id", "team", "since", "until")
    types = ("VARCHAR", "VARCHAR", "DATE", "DATE")
    source = Source("映射的 agent_teams", "source_teams", headers, types, INLINE, 0, "")
    own = ("t.agent", "t.team", "t.since", "t.ended")
    origin = f"({' UNION ALL '.join(rows)}) AS t"
    return [(AGENT_TEAMS.name, Relation(source, origin, own, ("t.nth",), dialect))]


def _check_types(intake: PortableIntake) -> None:
    """Refuse columns that would have to be parsed; all of them at once."""
    faults = []
    for entries in intake.inputs.values():
        for entry in entries:
            source = entry.source
            row = typed_cells(entry.match, source.types, intake.zone, (), intake.engine.dialect)
            for name, why in refused(row):
                header = _header(entry, name)
                faults.append(f"{source.label} 的列 {header}（{name}）{why}")
    if faults:
        raise DataError("；".join(faults) + WAY_OUT)


def _header(entry: Input, name: str) -> str:
    position = entry.match.positions.get(name)
    return "constant" if position is None else entry.source.headers[position]


def _describe(intake: PortableIntake, unused: list[dict[str, object]]) -> Dataset:
    engine, present = intake.engine, list(intake.inputs)
    rows = pd.DataFrame(intake.rows, columns=ROW_COLUMNS)
    entries = [entry for listed in intake.inputs.values() for entry in listed]
    lines = [
        describe_source(entry.source, entry.match, int(came))
        for entry, came in zip(entries, rows["rows_in"], strict=True)
    ]
    faults = [frame for frame in intake.faults if len(frame)]
    first, last, created = engine.rows(
        f"SELECT MIN(local_at), MAX(local_at), MAX(created_at) FROM {PREFIX}contacts"
    )[0]
    return Dataset(
        engine,
        intake.zone,
        present,
        {
            name: frozenset(c for entry in intake.inputs[name] for c in entry.match.given)
            for name in present
        },
        rows,
        pd.concat(faults, ignore_index=True).astype(FAULT_TYPES)
        if faults
        else pd.DataFrame(columns=FAULT_COLUMNS),
        intake.quarantine,
        pd.DataFrame([*lines, *unused], columns=SOURCE_COLUMNS).astype({"rows": "Int64"}),
        first,
        last,
        created,
        prefix=PREFIX,
        order=ORDER,
    )


def place_columns(tables: list[DatabaseTable], system: str) -> list[DatabaseTable]:
    """The tables with the SQL and type of each cell as it is read in place."""
    placed = _place_postgresql if system == "postgresql" else _place_mariadb
    return [
        DatabaseTable(t.name, t.schema, tuple(map(placed, t.columns)), t.key, t.readable)
        for t in tables
    ]


def _place_postgresql(column: DatabaseColumn) -> DatabaseColumn:
    cell = f"t.{identifier(column.name)}"
    if column.kind == "timestamptz":
        return DatabaseColumn(column.name, column.kind, INSTANT, f"({cell} AT TIME ZONE 'UTC')")
    if column.kind == "numeric":
        return DatabaseColumn(column.name, column.kind, DECIMAL, cell)
    if column.type in FRACTIONS and column.kind == "interval":
        seconds = f"CAST({column.expression} AS DOUBLE PRECISION)"
        return DatabaseColumn(column.name, column.kind, column.type, seconds)
    return column


def _place_mariadb(column: DatabaseColumn) -> DatabaseColumn:
    cell = f"t.{identifier(column.name)}"
    if column.kind in ("timestamp", "datetime", "date"):
        # A date of zeros is how MariaDB says that there is none.
        some = f"CASE WHEN CAST({cell} AS CHAR) NOT LIKE '0000-00-00%' THEN {cell} END"
        return DatabaseColumn(column.name, column.kind, column.type, some)
    if column.kind in ("decimal", "year"):
        return DatabaseColumn(column.name, column.kind, DECIMAL, cell)
    if column.kind == "bit":
        return DatabaseColumn(column.name, column.kind, "BIGINT", f"({cell} + 0)")
    if column.type in ("", "VARCHAR"):
        return DatabaseColumn(column.name, column.kind, column.type, cell)
    kind = "BIGINT" if column.type not in FRACTIONS else column.type
    return DatabaseColumn(column.name, column.kind, kind, cell)
