"""A database → sources: which of its tables are needed, and which of their columns.

All is read inside one transaction that sees one moment, and nothing is ever written there.
"""

import os
from contextlib import closing
from pathlib import Path

import duckdb

from csqa.engine.addresses import Address, read_address
from csqa.engine.choosing import MOST_LISTED, check_patterns, choose_tables, list_unreadable
from csqa.engine.connection import identifier
from csqa.engine.headers import match_headers
from csqa.engine.opening import Opened
from csqa.engine.sources import Source
from csqa.engine.spool import (
    DatabaseColumn,
    DatabaseTable,
    Spool,
    describe,
    keep_rows,
    view_rows,
)
from csqa.engine.wire import Client, refuse
from csqa.errors import DataError
from csqa.rules.mapping import Mapping, TableMapping
from csqa.schema import CONTACTS


def open_database(
    connection: duckdb.DuckDBPyConnection, address: str, rules: Mapping, scratch: Path
) -> Opened:
    """Open the tables of a PostgreSQL, MySQL or MariaDB database that are needed.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Gets the views.
    address : str
        See :func:`csqa.engine.addresses.read_address`.
    rules : Mapping
        The tables it names are read; if it names none, those whose name or columns fit ours.
    scratch : Path
        Folder for the rows; the views read from it, so it must outlive them.

    Raises
    ------
    DataError
        If the database cannot be read, or has not what the mapping names. The message names
        host and database, never a password.
    """
    with closing(connect(read_address(address))) as client:
        opened = Opened(client.address.place)
        tables = client.tables()
        check_patterns(tables, rules, opened)
        chosen = choose_tables(tables, rules, opened)
        if not chosen:
            opened.sources = [
                (table.name, _without_rows(connection, table, f"source_{i}"))
                for i, table in enumerate(_most_like_contacts(tables))
            ]
            return opened
        opened.unused += list_unreadable(chosen)
        for i, (table, columns) in enumerate(chosen):
            source = _read(connection, client, table, columns, scratch / f"source_{i}.csv")
            opened.sources.append((table.name, source))
    return opened


def connect(address: Address) -> Client:
    """Connect to a database, inside a read-only transaction.

    Raises
    ------
    DataError
        If it cannot be reached, or its driver is not installed.
    """
    try:
        if address.system == "postgresql":
            from csqa.engine.postgresql import PostgresClient

            return PostgresClient(address)
        from csqa.engine.mysql import MysqlClient

        return MysqlClient(address)
    except ModuleNotFoundError as error:
        msg = f'读数据库还要安装 {error.name}：pip install "csqa[databases]"。'
        raise DataError(msg) from None


def _most_like_contacts(tables: list[DatabaseTable]) -> list[DatabaseTable]:
    """Tables to name when it is said what they lack."""
    likeness = {
        table.name: len(match_headers(CONTACTS, table.headers, TableMapping()).positions)
        for table in tables
    }
    return sorted(tables, key=lambda table: -likeness[table.name])[:MOST_LISTED]


def _without_rows(connection: duckdb.DuckDBPyConnection, table: DatabaseTable, view: str) -> Source:
    cells = "".join(f", NULL::VARCHAR AS c{i}" for i in range(len(table.headers)))
    connection.execute(
        f"CREATE TEMP VIEW {identifier(view)} AS SELECT 2 AS row, NULL::BIGINT AS fields,"
        f" NULL::VARCHAR AS extra{cells} WHERE FALSE"
    )
    types = ("VARCHAR",) * len(table.headers)
    return Source(table.name, view, table.headers, types, "", 0, "")


def _read(
    connection: duckdb.DuckDBPyConnection,
    client: Client,
    table: DatabaseTable,
    columns: tuple[DatabaseColumn, ...],
    path: Path,
) -> Source:
    """Bring a table's rows over."""
    try:
        with path.open("wb") as stream:
            spool = Spool(stream, ordered=bool(table.key))
            client.read(table, columns, spool)
            spool.flush()
        types = keep_rows(connection, table, columns, spool, path)
    except OSError as error:
        refuse(client.address, f"表 {table.name} 存不下来（{os.strerror(error.errno or 0)}）")
    view_rows(connection, path, path.stem, types)
    return describe(table, columns, types, spool, path.stem, client.address.system)
