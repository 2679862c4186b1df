"""Spark as the engine: a session of our own beside the user's, whose tables are read in place.

pyspark is imported only where an address asks for it; a session that is handed over brings it.
What is kept is worked out once and cut off from where it came from (a local checkpoint), so that
a report sees one moment of the data, and later queries stay short.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csqa.engine.columns import INSTANT
from csqa.engine.dataset import Dataset
from csqa.engine.dialect import SPARK, Dialect
from csqa.engine.engines import Rows, SmallTable, make_frame, plain
from csqa.engine.in_place import take_in_place
from csqa.engine.opening import Opened
from csqa.engine.portable_columns import DECIMAL
from csqa.engine.spark_sessions import clone_session, end_with, explaining, quiet
from csqa.engine.spool import DatabaseColumn, DatabaseTable
from csqa.rules.mapping import Mapping, named_sources

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
        with quiet(), explaining():
            found = self.session.sql(spell(query))
            return make_frame([tuple(row) for row in found.collect()], found.columns)

    def declare(self, name: str, query: str, short: Sequence[str] = ()) -> None:
        """Nothing needs to be made beforehand."""

    def fill(self, name: str, query: str) -> None:
        """Work the rows of a query out, once."""
        with quiet(), explaining():
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
        with quiet(), explaining():
            self._view(name, self.session.createDataFrame(plain_rows, listed))

    def drop(self, name: str) -> None:
        """Let go of what was kept; what was not is nobody's."""
        if name in self.kept:
            del self.kept[name]
            if not self.checkpoints:
                self.session.catalog.uncacheTable(name)
            self.session.catalog.dropTempView(name)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Spark has none; that rows changed meanwhile shows in their count."""
        yield

    def _view(self, name: str, rows: Any) -> None:
        rows.createOrReplaceTempView(name)
        self.kept[name] = rows

    def _collect(self, statement: str) -> Sequence[Any]:
        with quiet(), explaining():
            rows: Sequence[Any] = self.session.sql(spell(statement)).collect()
            return rows


def _plain_cell(cell: Any, kind: str) -> Any:
    if kind == "BIGINT":
        return int(cell)
    return cell.date() if kind == "DATE" else cell.to_pydatetime()


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
    connect = ".connect." in type(session).__module__
    with quiet(), explaining():
        ours = session if own else clone_session(session)
        engine = SparkEngine(ours, checkpoints=own or not connect)
        if connect:
            end_with(engine, ours, engine.kept if not engine.checkpoints else {})
        for key, value in SETTINGS.items():
            ours.conf.set(key, value)
        tables = [_describe(ours, name) for name in _list_tables(ours, rules)]
    return take_in_place(engine, Opened("Spark"), tables, rules, "spark")


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
