"""Spark as the engine: a session of our own beside the user's, whose tables are read in place.

pyspark is imported only where an address asks for it; a session that is handed over brings it.
What is kept is worked out once and cut off from where it came from (a local checkpoint), so that
a report sees one moment of the data, and later queries stay short.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from csqa.engine.columns import INSTANT
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import SPARK, Dialect
from csqa.engine.engines import Rows, SmallTable, make_frame, plain
from csqa.engine.in_place import take_in_place
from csqa.engine.opening import Opened
from csqa.engine.portable_columns import DECIMAL
from csqa.engine.spool import DatabaseColumn, DatabaseTable
from csqa.errors import DataError
from csqa.rules.mapping import Mapping, named_sources

SCHEME = "sc://"
"""Begins the address of a Spark Connect server."""

TOKEN_VARIABLE = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
"""Environment variable that pyspark takes the token from."""

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
}
"""Of our session only: what a literal means, and that an overflow is an error, not a NULL."""

TYPES = {
    "timestamp": INSTANT,
    "timestamp_ntz": "TIMESTAMP",
    "date": "DATE",
    "tinyint": "BIGINT",
    "smallint": "BIGINT",
    "int": "BIGINT",
    "bigint": "BIGINT",
    "float": "DOUBLE",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "string": "VARCHAR",
}
"""Spark's type → ours; decimals and char(n) besides."""

TOKENS = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`")
"""What stands in our SQL as a whole: comments, texts, names."""


def spell(statement: str) -> str:
    r"""Write a statement of ours as Spark reads it: a backslash is doubled, a name in backticks.

    Examples
    --------
    >>> print(spell('''SELECT 'a\\b', "a`b"'''))
    SELECT 'a\\b', `a``b`
    """
    return TOKENS.sub(lambda found: _spell(found[0]), statement)


def _spell(token: str) -> str:
    if token.startswith("--"):
        return ""
    if token.startswith("'"):
        return token.replace("\\", "\\\\")
    if token.startswith('"'):
        return "`" + token[1:-1].replace('""', '"').replace("`", "``") + "`"
    return token


@dataclass(frozen=True)
class SparkEngine:
    """A session of ours in a Spark application, classic or Connect."""

    session: Any
    checkpoints: bool = True
    """Whether the session can: in pyspark 4.3.0 the clone of a Connect session cannot, and what is
    kept there is cached."""
    dialect: Dialect = SPARK
    kept: dict[str, Any] = field(default_factory=dict)
    """Our temporary views, and the rows they hold."""

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        self._collect(statement)

    def rows(self, query: str) -> Rows:
        """Rows of a small result."""
        return [tuple(map(plain, row)) for row in self._collect(query)]

    def frame(self, query: str) -> pd.DataFrame:
        """A result as a DataFrame."""
        with _quiet(), _explaining():
            found = self.session.sql(spell(query))
            return make_frame([tuple(row) for row in found.collect()], found.columns)

    def declare(self, name: str, query: str, short: Sequence[str] = ()) -> None:
        """Nothing needs to be made beforehand."""

    def fill(self, name: str, query: str) -> None:
        """Work the rows of a query out, once."""
        with _quiet(), _explaining():
            if self.checkpoints:
                self._view(name, self.session.sql(spell(query)).localCheckpoint())
            else:
                self._view(name, self.session.sql(spell(query)))
                self.session.catalog.cacheTable(name)

    def keep(self, name: str, query: str) -> None:
        """Keep the rows of a query as a temporary view."""
        self.fill(name, query)

    def put(self, name: str, table: SmallTable) -> None:
        """Keep a small table of ours as a temporary view."""
        kinds = table.rows.dtypes.map(
            lambda kind: self.dialect.time if kind.kind == "M" else "BIGINT"
        )
        kinds["day"] = "DATE"
        listed = ", ".join(f"{column} {kind}" for column, kind in kinds.items())
        plain_rows = [
            tuple(_plain_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True))
            for row in table.rows.itertuples(index=False)
        ]
        with _quiet(), _explaining():
            self._view(name, self.session.createDataFrame(plain_rows, listed))

    def drop(self, name: str) -> None:
        """Let go of what was kept; what was not is nobody's."""
        if name in self.kept:
            del self.kept[name]
            self.session.catalog.dropTempView(name)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Spark has none; that rows changed meanwhile shows in their count."""
        yield

    def _view(self, name: str, rows: Any) -> None:
        rows.createOrReplaceTempView(name)
        self.kept[name] = rows

    def _collect(self, statement: str) -> Sequence[Any]:
        with _quiet(), _explaining():
            rows: Sequence[Any] = self.session.sql(spell(statement)).collect()
            return rows


def _plain_cell(cell: Any, kind: str) -> Any:
    if kind == "BIGINT":
        return int(cell)
    return cell.date() if kind == "DATE" else cell.to_pydatetime()


@contextmanager
def _quiet() -> Iterator[None]:
    """Pyspark warns of newer pandas at every turn, and means functions that are not used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*pandas", category=FutureWarning)
        yield


@contextmanager
def _explaining() -> Iterator[None]:
    """Say what went wrong in one sentence; pyspark would print a page."""
    try:
        yield
    except Exception as error:  # pyspark's errors have no class that can be named without it
        if not type(error).__module__.startswith(("pyspark.", "py4j.", "grpc")):
            raise
        first = next((line for line in str(error).splitlines() if line.strip()), "").strip()
        msg = f"Spark 没有做完：{first[:300]}"
        raise DataError(msg) from None


def is_session(value: object) -> bool:
    """Whether a value is a Spark session, classic or Connect.

    Examples
    --------
    >>> is_session("sc://localhost")
    False
    """
    kind = type(value)
    return kind.__name__ == "SparkSession" and kind.__module__.startswith("pyspark.sql")


def open_remote(address: str) -> Any:
    """Open a session at a Spark Connect server.

    Parameters
    ----------
    address : str
        ``sc://host:port``; a token comes from the environment.

    Raises
    ------
    DataError
        If pyspark is not installed, the address holds a token, or nobody answers.
    """
    if "token=" in address.lower():
        msg = f"Spark 的地址里不要写令牌（token），请放在环境变量 {TOKEN_VARIABLE} 里。"
        raise DataError(msg)
    try:
        with _quiet():
            from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        msg = f'读 Spark 还要安装 {error.name or "pyspark"}：pip install "csqa[spark]"。'
        raise DataError(msg) from None
    place = urlsplit(address).netloc
    try:
        with _quiet():
            session = SparkSession.builder.remote(address).create()
            session.sql("SELECT 1").collect()
            return session
    except Exception as error:  # whatever answers there
        msg = f"连不上 Spark Connect（{place}）：{str(error).splitlines()[0][:200]}"
        raise DataError(msg) from None


def load_spark(session: Any, rules: Mapping, *, own: bool = False) -> Dataset:
    """Load tables and views of a Spark session's catalog, where they are.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        The user's; its settings and views stay as they are.
    own : bool
        Whether the session was opened for this alone.
    rules : Mapping
        The tables it names are read; if it names none, those of the current database and the
        temporary views whose name or columns fit ours.

    Raises
    ------
    DataError
        As for :func:`csqa.engine.in_place.take_in_place`.
    """
    with _quiet(), _explaining():
        ours = session if own else _clone(session)
        for key, value in SETTINGS.items():
            ours.conf.set(key, value)
        tables = [_describe(ours, name) for name in _list_tables(ours, rules)]
    connect = ".connect." in type(session).__module__
    engine = SparkEngine(ours, checkpoints=own or not connect)
    return take_in_place(engine, Opened("Spark"), tables, rules, "spark")


def _clone(session: Any) -> Any:
    """A session of ours that sees the user's temporary views."""
    if hasattr(session, "cloneSession"):
        return session.cloneSession()
    return type(session)(session.sparkContext, session._jsparkSession.cloneSession())


def _list_tables(session: Any, rules: Mapping) -> list[str]:
    """Names of the tables and views that can be meant; ``database.table`` as the mapping has it."""
    listed = [table.name for table in session.catalog.listTables()]
    wanted = named_sources(rules)
    written = [name for name in wanted if "." in name and session.catalog.tableExists(name)]
    return sorted({name for name in listed if not name.startswith("csqa_")}) + written


def _describe(session: Any, name: str) -> DatabaseTable:
    relation = ".".join(map(SPARK.identifier, name.split(".")))
    columns = tuple(_column(column, kind) for column, kind in session.table(relation).dtypes)
    return DatabaseTable(name, "", columns, ())


def _column(name: str, kind: str) -> DatabaseColumn:
    cell = f"t.{SPARK.identifier(name)}"
    if kind.startswith(("varchar", "char")):
        return DatabaseColumn(name, kind, "VARCHAR", cell)
    if kind.startswith("decimal"):
        return DatabaseColumn(name, kind, DECIMAL, cell)
    if kind == "timestamp":
        return DatabaseColumn(name, kind, INSTANT, f"CAST({cell} AS TIMESTAMP_NTZ)")
    return DatabaseColumn(name, kind, TYPES.get(kind, ""), cell)
