"""Engines: where the passes run. Each runs a query, gives its rows, or keeps them under a name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import duckdb
import pandas as pd

from csqa.engine.dialect import DUCKDB, Dialect

Rows = list[tuple[Any, ...]]


class SmallTable(Protocol):
    """A table small enough to be sent to any engine."""

    @property
    def rows(self) -> pd.DataFrame:
        """Its rows; whole numbers, times, and dates in ``day``."""

    def create_statement(self, table: str, timestamp: str) -> str:
        """SQL that creates it under a name."""

    def insert_statements(self, table: str) -> Iterator[str]:
        """SQL that fills it."""


class Engine(Protocol):
    """One session of a database, with temporary tables of its own.

    Names of what is kept are ours and are written as they are.
    """

    @property
    def dialect(self) -> Dialect:
        """Its fragments of SQL."""

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""

    def rows(self, query: str) -> Rows:
        """Rows of a small result; whole numbers as int."""

    def frame(self, query: str) -> pd.DataFrame:
        """A result as a DataFrame, columns named as in the query."""

    def keep(self, name: str, query: str) -> None:
        """Keep the rows of a query for this session; nothing is kept under the name yet."""

    def put(self, name: str, table: SmallTable) -> None:
        """Keep a small table of ours for this session."""

    def drop(self, name: str) -> None:
        """Let go of what was kept, if anything."""


def keep(engine: Engine, name: str, query: str) -> None:
    """Keep the rows of a query under a name for this session, in place of what was there.

    Parameters
    ----------
    engine : Engine
        Where.
    name : str
        One of our own: it is written as it is.
    query : str
        A SELECT.
    """
    engine.drop(name)
    engine.keep(name, query)


def put(engine: Engine, name: str, table: SmallTable) -> None:
    """Keep a small table of ours under a name, in place of what was there."""
    engine.drop(name)
    engine.put(name, table)


def value(engine: Engine, query: str) -> Any:
    """Give the one value of a query of one row and one column.

    Examples
    --------
    >>> value(DuckDBEngine(duckdb.connect()), "SELECT 1 + 1")
    2
    """
    return engine.rows(query)[0][0]


def plain(cell: Any) -> Any:
    """A cell with exact whole numbers as int and other decimals as float.

    Examples
    --------
    >>> plain(Decimal("12")), plain(Decimal("0.5")), plain("x")
    (12, 0.5, 'x')
    """
    if not isinstance(cell, Decimal):
        return cell
    return int(cell) if cell == cell.to_integral_value() else float(cell)


def make_frame(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    """A result as a DataFrame; exact decimals become whole numbers or doubles.

    Examples
    --------
    >>> make_frame([("phone", Decimal(2)), ("email", None)], ["channel", "n"])["n"].tolist()
    [2.0, nan]
    """
    frame = pd.DataFrame(list(rows), columns=list(columns))
    for name in frame.columns[frame.dtypes == "object"]:
        cells = frame[name]
        if any(isinstance(cell, Decimal) for cell in cells):
            frame[name] = cells.map(plain, na_action="ignore").infer_objects()
            if frame[name].isna().any():
                frame[name] = frame[name].astype("float64")
    return frame


@dataclass(frozen=True)
class DuckDBEngine:
    """The embedded default."""

    connection: duckdb.DuckDBPyConnection
    dialect: Dialect = DUCKDB

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        self.connection.execute(statement)

    def rows(self, query: str) -> Rows:
        """Rows of a small result."""
        return self.connection.execute(query).fetchall()

    def frame(self, query: str) -> pd.DataFrame:
        """A result as a DataFrame."""
        return self.connection.execute(query).df()

    def keep(self, name: str, query: str) -> None:
        """Keep the rows of a query as a temporary table."""
        self.run(self.dialect.keep.format(name=name, query=query))

    def put(self, name: str, table: SmallTable) -> None:
        """Keep a small table of ours as a temporary table."""
        self.run(table.create_statement(name, self.dialect.time))
        for statement in table.insert_statements(name):
            self.run(statement)

    def drop(self, name: str) -> None:
        """Let go of what was kept."""
        self.run(self.dialect.drop.format(name=name))
