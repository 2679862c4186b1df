"""Reading PostgreSQL: the catalogue, and tables through ``COPY … TO STDOUT``."""

import socket
import struct
from contextlib import suppress
from typing import Any, NoReturn

from csqa.engine.addresses import Address
from csqa.engine.connection import identifier, literal
from csqa.engine.spool import INSTANT, DatabaseColumn, DatabaseTable, Spool
from csqa.engine.wire import (
    explain_socket_error,
    explain_wrong_password,
    hang_up,
    open_socket,
    refuse,
    tls_context,
)
from csqa.errors import DataError

TYPES = {
    "timestamptz": INSTANT,
    "timestamp": "TIMESTAMP",
    "date": "DATE",
    "int2": "SMALLINT",
    "int4": "INTEGER",
    "int8": "BIGINT",
    "float4": "DOUBLE",
    "float8": "DOUBLE",
    "bool": "BOOLEAN",
    "interval": "DOUBLE",
}
"""Server's type → engine's; an interval is read as seconds. All others are read as text:
a numeric may have more digits than a double."""

UNREADABLE = ("bytea",)

BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL standard_conforming_strings = on",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL extra_float_digits = 3",
)

RELATIONS = """
SELECT c.oid::bigint, n.nspname::text, c.relname::text,
       has_schema_privilege(n.oid, 'USAGE')
       AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND {where}
ORDER BY c.relname COLLATE "C"
"""
"""A partition is read through the table it is a part of."""

COLUMNS = """
SELECT a.attrelid::bigint, a.attname::text, coalesce(b.typname, t.typname)::text,
       (SELECT k.place FROM pg_catalog.pg_index i,
               unnest(i.indkey) WITH ORDINALITY AS k(number, place)
        WHERE i.indrelid = a.attrelid AND i.indisprimary AND k.number = a.attnum)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE a.attrelid = ANY(ARRAY[{oids}]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

TLS_REQUEST = struct.pack("!ii", 8, 80877103)
"""Length and code of the message SSLRequest (PostgreSQL's protocol 3)."""

CLAUSES = {
    "3D000": "没有这个数据库",
    "42501": "用户 {user} 没有权限读{what}",
    "53300": "它的连接数已满",
    "57P01": "它中途关闭了",
    "57P02": "它中途崩溃了",
    "57P03": "它正在启动或关闭，请稍后再试",
    "57014": "查询被服务器中止（可能超过了服务器的 statement_timeout）",
}
"""SQLSTATE → clause."""


class PostgresClient:
    """One read-only, repeatable-read transaction."""

    def __init__(self, address: Address) -> None:
        """Connect and begin."""
        import pg8000.exceptions
        import pg8000.native

        self.address = address
        self._error = pg8000.exceptions.Error
        self._opened = open_socket(address)
        try:
            self._opened = _ask_for_tls(self._opened, address)
            self._connection = pg8000.native.Connection(
                address.user,
                database=address.database,
                password=address.password or "",
                sock=self._opened,
                ssl_context=False,
                application_name="csqa",
            )
            # The limit was for connecting; a query may take longer before its first row.
            self._opened.settimeout(None)
        except DataError:
            hang_up(self._opened)
            raise
        except Exception as error:  # whatever listens there may answer anything
            hang_up(self._opened)
            self._refuse(error)
        for statement in BEGIN:
            self._run(statement)
        # Where the server knows no encoding it passes bytes on, and refuses to vouch for them.
        ((stored,),) = self._run("SHOW server_encoding")
        self._encoding = "SQL_ASCII" if stored == "SQL_ASCII" else "UTF8"

    def tables(self) -> list[DatabaseTable]:
        """Tables and views of the schema, or of the search path."""
        schema = self.address.schema
        where = f"n.nspname = {literal(schema)}" if schema else "pg_table_is_visible(c.oid)"
        relations = self._run(RELATIONS.format(where=where))
        if schema and not relations:
            refuse(self.address, f"没有名为 {schema} 的模式（schema），或其中没有可见的表")
        oids = ", ".join(str(int(relation[0])) for relation in relations)
        columns: dict[int, list[Any]] = {}
        for oid, *rest in self._run(COLUMNS.format(oids=oids)):
            columns.setdefault(oid, []).append(rest)
        return [
            _table(schema_, name, columns.get(oid, []), readable)
            for oid, schema_, name, readable in relations
        ]

    def read(self, table: DatabaseTable, columns: tuple[DatabaseColumn, ...], spool: Spool) -> None:
        """Write a table's rows as CSV, in the order of its key."""
        cells = ", ".join(f"{column.expression} AS c{i}" for i, column in enumerate(columns))
        key = ", ".join(f"t.{identifier(name)}" for name in table.key)
        order = f" ORDER BY {key}" if key else ""
        place = f"{identifier(table.schema)}.{identifier(table.name)}"
        self._run(
            f"COPY (SELECT {cells} FROM {place} AS t{order}) TO STDOUT"
            f" (FORMAT csv, ENCODING '{self._encoding}')",
            table=table.name,
            stream=spool,
        )

    def query(self, statement: str) -> tuple[list[str], list[Any]]:
        """Names of the columns and rows of a query; both empty where it gives none."""
        rows = self._run(statement)
        return [column["name"] for column in self._connection.columns or []], rows

    def close(self) -> None:
        """Leave, whatever state the connection is in."""
        with suppress(Exception):
            self._connection.close()
        hang_up(self._opened)

    def _run(self, statement: str, table: str = "", stream: object = None) -> list[Any]:
        try:
            rows: list[Any] | None = self._connection.run(statement, stream=stream)
        except (self._error, OSError) as error:
            self._refuse(error, table)
        return rows or []

    def _refuse(self, error: Exception, table: str = "") -> NoReturn:
        about = error.args[0] if error.args else None
        told = about if isinstance(about, dict) else {}
        code = str(told.get("C", ""))
        if code in ("28P01", "28000"):
            reason = explain_wrong_password(self.address)
            no_entry = "pg_hba" in str(told.get("M", ""))
            refuse(
                self.address, "服务器的 pg_hba.conf 不让这个用户从这里进入" if no_entry else reason
            )
        if code in CLAUSES:
            what = f"表 {table}" if table else "它"
            refuse(self.address, CLAUSES[code].format(user=self.address.user, what=what))
        if told:
            refuse(self.address, f"服务器说：{told.get('M', code)}（{code}）")
        refuse(self.address, self._explain_loss(error))

    def _explain_loss(self, error: Exception) -> str:
        """Why there is no answer: the driver wraps what the socket said."""
        cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
        if isinstance(cause, OSError):
            return explain_socket_error(cause, self.address)
        if isinstance(error, self._error):
            return "连接断开了"
        return "那里回应的不是 PostgreSQL，或登录方式不受支持"


def _ask_for_tls(opened: socket.socket, address: Address) -> socket.socket:
    """Encrypt the connection where the server can.

    The driver would keep the new socket to itself, and leave it open when signing in fails.
    """
    opened.sendall(TLS_REQUEST)
    if opened.recv(1) == b"S":
        return tls_context(address).wrap_socket(opened, server_hostname=address.host or None)
    if address.tls:
        refuse(address, "它不支持加密连接（?ssl=）")
    return opened


def _table(schema: str, name: str, columns: list[Any], readable: bool) -> DatabaseTable:
    key = sorted((place, column) for column, _, place in columns if place is not None)
    made = tuple(_column(column, kind) for column, kind, _ in columns)
    return DatabaseTable(name, schema, made, tuple(column for _, column in key), bool(readable))


def _column(name: str, kind: str) -> DatabaseColumn:
    cell = f"t.{identifier(name)}"
    if kind in UNREADABLE:
        return DatabaseColumn(name, kind, "", "")
    if kind == "interval":
        return DatabaseColumn(name, kind, TYPES[kind], f"extract(epoch FROM {cell})")
    if kind in TYPES:
        return DatabaseColumn(name, kind, TYPES[kind], cell)
    return DatabaseColumn(name, kind, "VARCHAR", f"{cell}::text")
