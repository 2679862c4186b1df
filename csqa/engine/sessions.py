"""Sessions in a user's own PostgreSQL or MariaDB that can make temporary tables and nothing else.

Every transaction of such a session is read-only: the server itself then refuses to change a
permanent table, whoever the user is and whatever a view of theirs may call. Only the empty
temporary tables are made outside of that, by statements in which nothing of the user's is run.
"""

import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from csqa.engine.addresses import Address
from csqa.engine.dialect import MARIADB, POSTGRESQL, Dialect
from csqa.engine.engines import Rows, SmallTable, make_frame, plain
from csqa.errors import DataError


class Connected(Protocol):
    """What a session needs of the driver's connection."""

    address: Address

    def query(self, statement: str) -> tuple[list[str], Sequence[Sequence[Any]]]:
        """Names of the columns and rows; both empty for a statement that gives none."""

    def close(self) -> None:
        """Leave."""


@dataclass(frozen=True)
class Ways:
    """What sessions of two systems do differently."""

    dialect: Dialect
    begin: tuple[str, ...]
    """Run once; the connection comes from inside a transaction."""
    snapshot: tuple[str, ...]
    """Begins a read-only transaction that sees one moment."""
    writable: str
    """Begins a transaction that may make temporary tables."""
    short: str
    """Type of short texts where others cannot be joined by hashing; a longer one is an error."""
    target: str
    """How a temporary table is named where rows are put in: never a permanent one."""


WAYS = {
    "postgresql": Ways(
        POSTGRESQL,
        (
            "COMMIT",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET client_encoding = 'UTF8'",
            "SET standard_conforming_strings = on",
            "SET datestyle = 'ISO, YMD'",
            "SET timezone = 'UTC'",
            "SET extra_float_digits = 3",
        ),
        ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",),
        "BEGIN READ WRITE",
        "",
        "pg_temp.{name}",
    ),
    "mysql": Ways(
        MARIADB,
        (
            "COMMIT",
            "SET SESSION autocommit = 1",
            "SET SESSION sql_mode ="
            " 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
            "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin",
            "SET SESSION time_zone = '+00:00'",
            # Joins without an index by hashing; the default would read one side for every row.
            "SET SESSION join_cache_level = 4",
            "SET SESSION join_buffer_size = 33554432",
            "SET SESSION join_buffer_space_limit = 268435456",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "SET SESSION TRANSACTION READ ONLY",
        ),
        ("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",),
        "START TRANSACTION READ WRITE",
        "VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
        "{name}",
    ),
}
"""System of an address → its ways."""


@dataclass(frozen=True)
class DatabaseEngine:
    """An engine in a user's own database."""

    client: Connected
    ways: Ways
    kept: list[str] = field(default_factory=list)
    """Names of our temporary tables."""

    @property
    def dialect(self) -> Dialect:
        """Its fragments of SQL."""
        return self.ways.dialect

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows and changes nothing."""
        self.client.query(statement)

    def rows(self, query: str) -> Rows:
        """Rows of a small result."""
        return [tuple(map(plain, row)) for row in self.client.query(query)[1]]

    def frame(self, query: str) -> pd.DataFrame:
        """A result as a DataFrame."""
        columns, rows = self.client.query(query)
        return make_frame(rows, columns)

    def declare(self, name: str, query: str, short: Sequence[str] = ()) -> None:
        """Make an empty temporary table for the rows of a query.

        Of the columns in ``short`` it is known that they are no long texts.
        """
        statement = self.dialect.keep.format(name=name, query=query)
        if short and self.ways.short:
            listed = ", ".join(f"{self.dialect.identifier(c)} {self.ways.short}" for c in short)
            statement = statement.replace(" AS ", f" ({listed}) AS ", 1)
        self._outside(statement)
        self.kept.append(name)

    def fill(self, name: str, query: str) -> None:
        """Put the rows of a query into a temporary table."""
        self.run(f"INSERT INTO {self.ways.target.format(name=name)} {query}")

    def keep(self, name: str, query: str) -> None:
        """Keep the rows of a query as a temporary table."""
        self.declare(name, query)
        self.fill(name, query)

    def put(self, name: str, table: SmallTable) -> None:
        """Keep a small table of ours as a temporary table."""
        self._outside(table.create_statement(name, self.dialect.time))
        self.kept.append(name)
        for statement in table.insert_statements(self.ways.target.format(name=name)):
            self.run(statement)

    def drop(self, name: str) -> None:
        """Let go of what was kept; what was not is nobody's."""
        if name in self.kept:
            self._outside(self.dialect.drop.format(name=name))
            self.kept.remove(name)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See one moment of the database, whatever others write meanwhile."""
        for statement in self.ways.snapshot:
            self.run(statement)
        yield
        self.run("COMMIT")

    def _outside(self, statement: str) -> None:
        """Run a statement about a temporary table, which a read-only transaction would refuse."""
        self.run(self.ways.writable)
        self.run(statement)
        self.run("COMMIT")


def open_session(client: Connected) -> DatabaseEngine:
    """Make an engine of a connection.

    Parameters
    ----------
    client : Connected
        Inside its first transaction.

    Raises
    ------
    DataError
        If the server is MySQL: it cannot read a temporary table twice in one query.
    """
    engine = DatabaseEngine(client, WAYS[client.address.system])
    if client.address.system == "mysql":
        version = str(engine.rows("SELECT VERSION()")[0][0])
        if "mariadb" not in version.lower():
            msg = (
                f"{client.address.place} 是 MySQL {version}，就地读取只支持 MariaDB 和 PostgreSQL："
                "MySQL 的一条查询里不能两次读同一张临时表。请去掉 in_place。"
            )
            raise DataError(msg)
    for statement in engine.ways.begin:
        engine.run(statement)
    weakref.finalize(engine, client.close)
    return engine
