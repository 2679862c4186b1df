"""Reading MySQL and MariaDB: the catalogue, and tables through an unbuffered cursor.

The server writes each row as one line of CSV: the driver then handles one cell per row.
"""

import socket
from contextlib import suppress
from typing import Any, NoReturn

from csqa.engine.addresses import Address
from csqa.engine.connection import identifier
from csqa.engine.spool import INSTANT, DatabaseColumn, DatabaseTable, Spool
from csqa.engine.wire import (
    explain_socket_error,
    explain_wrong_password,
    hang_up,
    open_socket,
    refuse,
    tls_context,
)

TYPES = {
    "timestamp": INSTANT,
    "datetime": "TIMESTAMP",
    "date": "DATE",
    "tinyint": "SMALLINT",
    "smallint": "INTEGER",
    "mediumint": "INTEGER",
    "int": "BIGINT",
    "bigint": "BIGINT",
    "bit": "UBIGINT",
    "float": "DOUBLE",
    "double": "DOUBLE",
}
"""Server's type → engine's, wide enough without a sign too. BOOLEAN is tinyint(1) to the server
and 0 or 1 to whoever looks; as a number it serves our flags and what a mapping says of '0'."""

TIMES = ("timestamp", "datetime", "date")
NUMBERS = ("decimal", "year", "time")
"""Read as text, but never quoted."""

TEXTS = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json")
OTHER_TEXTS = ("uuid", "inet4", "inet6")
"""MariaDB's own."""

BLOCK_ROWS = 1000

BEGIN = (
    "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION net_write_timeout = 600",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)

COLUMNS = """
SELECT table_name, column_name, lower(data_type), lower(column_type)
FROM information_schema.columns WHERE table_schema = DATABASE()
ORDER BY CAST(table_name AS BINARY), ordinal_position
"""

KEYS = """
SELECT table_name, column_name FROM information_schema.statistics
WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index
"""

WRONG_PASSWORD = (1045, 1698, 1275, 1251)
LOST = (2006, 2013, 2014, 2055, 1053, 1927, 4031)

CLAUSES = {
    1049: "没有这个数据库",
    1044: "没有这个数据库，或用户 {user} 没有权限进入",
    1142: "用户 {user} 没有权限读{what}",
    1143: "用户 {user} 没有权限读{what}的某些列",
    1356: "{what}是视图，它引用的表或列已不在，或用户 {user} 没有权限",
    1130: "服务器不让用户 {user} 从这台机器进入",
    1040: "它的连接数已满",
    1203: "它的连接数已满",
    3159: "它只接受加密连接（加上 ?ssl=require）",
    1317: "查询被服务器中止",
    1969: "查询超过了服务器的时限 max_statement_time",
    3024: "查询超过了服务器的时限 max_execution_time",
}
"""Error number → clause."""


class MysqlClient:
    """One read-only transaction with a consistent snapshot."""

    def __init__(self, address: Address) -> None:
        """Connect and begin."""
        import pymysql
        import pymysql.cursors

        self.address = address
        self._error = pymysql.err.Error
        self._unbuffered = pymysql.cursors.SSCursor
        self._connection = pymysql.connect(
            user=address.user,
            password=(address.password or "").encode(),
            host=address.host if not address.by_socket else "localhost",
            database=address.database,
            charset="utf8mb4",
            ssl=tls_context(address) if address.tls else None,
            program_name="csqa",
            defer_connect=True,
        )
        opened = open_socket(address)
        try:
            opened.recv(1, socket.MSG_PEEK)  # the server greets first, in time or never
            self._connection.connect(sock=opened)
        except Exception as error:  # whatever listens there may answer anything
            hang_up(opened)
            self._refuse(error)
        for statement in BEGIN:
            self._run(statement)

    def tables(self) -> list[DatabaseTable]:
        """Tables and views of the database."""
        keys: dict[str, list[str]] = {}
        for table, column in self._run(KEYS):
            keys.setdefault(table, []).append(column)
        columns: dict[str, list[DatabaseColumn]] = {}
        for table, name, kind, full in self._run(COLUMNS):
            columns.setdefault(table, []).append(_column(name, kind, full))
        return [
            DatabaseTable(table, "", tuple(listed), tuple(keys.get(table, ())))
            for table, listed in columns.items()
        ]

    def read(self, table: DatabaseTable, columns: tuple[DatabaseColumn, ...], spool: Spool) -> None:
        """Write a table's rows as CSV, in the order of its key."""
        cells = ", ".join(f"ifnull({column.expression}, '')" for column in columns)
        key = ", ".join(f"t.{identifier(name)}" for name in table.key)
        order = f" ORDER BY {key}" if key else ""
        line = f"CAST(concat_ws(',', {cells}) AS BINARY)"
        try:
            cursor = self._connection.cursor(self._unbuffered)
            cursor.execute(f"SELECT {line} FROM {identifier(table.name)} AS t{order}")
            while rows := cursor.fetchmany(BLOCK_ROWS):
                if (None,) in rows:  # the server gave a line up
                    told = f"表 {table.name} 有一行超过了服务器的 max_allowed_packet"
                    refuse(self.address, told)
                for (written,) in rows:
                    spool.write(written + b"\n")
        except (self._error, OSError) as error:
            self._refuse(error, table.name)

    def query(self, statement: str) -> tuple[list[str], list[Any]]:
        """Names of the columns and rows of a query; both empty where it gives none."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement)
                names = [column[0] for column in cursor.description or ()]
                return names, list(cursor.fetchall())
        except (self._error, OSError) as error:
            self._refuse(error)

    def close(self) -> None:
        """Leave at once, whatever state the connection is in."""
        with suppress(Exception):
            # Nothing public keeps the driver from reading what is left of a result to its end.
            if self._connection._result is not None:
                self._connection._result.unbuffered_active = False
            self._connection._force_close()

    def _run(self, statement: str) -> list[Any]:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall())
        except (self._error, OSError) as error:
            self._refuse(error)

    def _refuse(self, error: Exception, table: str = "") -> NoReturn:
        cause = getattr(error, "original_exception", error)
        code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        what = f"表 {table}" if table else "它"
        if code in WRONG_PASSWORD:
            refuse(self.address, explain_wrong_password(self.address))
        if code in CLAUSES:
            refuse(self.address, CLAUSES[code].format(user=self.address.user, what=what))
        if code in LOST:
            refuse(self.address, "连接断开了")
        if isinstance(cause, OSError):
            refuse(self.address, explain_socket_error(cause, self.address))
        if code == 2026:
            refuse(self.address, "它不支持加密连接（?ssl=）")
        if "cryptography" in str(error):
            refuse(self.address, "它的登录方式（sha256）要求加密连接，请在服务器上开启 TLS")
        if code:
            refuse(self.address, f"服务器说：{error.args[-1]}（{code}）")
        refuse(self.address, "那里回应的不是 MySQL 或 MariaDB，或登录方式不受支持")


def _column(name: str, kind: str, full: str) -> DatabaseColumn:
    """What the server shall write for a cell: text quoted, a date of zeros as nothing."""
    cell = f"t.{identifier(name)}"
    if kind in (*TEXTS, *OTHER_TEXTS):
        plain = cell if kind in TEXTS else f"CAST({cell} AS CHAR)"
        octets = f"CAST(CONVERT({plain} USING utf8mb4) AS BINARY)"
        quoted = f"concat('\"', replace({octets}, '\"', '\"\"'), '\"')"
        return DatabaseColumn(name, kind, "VARCHAR", quoted)
    if kind in TIMES:
        text = f"CAST({cell} AS CHAR)"
        instant = f"concat({text}, '+00')" if kind == "timestamp" else text
        written = f"CASE WHEN {text} NOT LIKE '0000-00-00%' THEN {instant} END"
        return DatabaseColumn(name, kind, TYPES[kind], written)
    if kind in TYPES:
        number = f"{cell} + 0" if kind == "bit" else cell
        wide = kind == "bigint" and "unsigned" in full
        return DatabaseColumn(
            name, kind, "UBIGINT" if wide else TYPES[kind], f"CAST({number} AS CHAR)"
        )
    if kind in NUMBERS:
        return DatabaseColumn(name, kind, "VARCHAR", f"CAST({cell} AS CHAR)")
    return DatabaseColumn(name, kind, "", "")
