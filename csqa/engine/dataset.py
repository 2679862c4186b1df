"""The data set: typed tables in the engine, and what was found wrong on the way in."""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pandas as pd

from csqa.columntypes import Table
from csqa.engine.columns import Input
from csqa.engine.connection import identifier, open_connection
from csqa.engine.deriving import drop_derived
from csqa.engine.engines import DuckDBEngine, Engine
from csqa.engine.fetching import type_frame
from csqa.engine.headers import Match, check_headers, match_headers
from csqa.engine.intake import FAULT_COLUMNS, take_in
from csqa.engine.readers import Source, read_frame
from csqa.engine.staging import Intake, stays_in_file
from csqa.errors import DataError
from csqa.rules.mapping import Mapping, check_time_zone
from csqa.schema import DEFAULT_TIME_ZONE, TABLES

ROW_COLUMNS = ["table", "file", "rows_in", "rows_used", "rows_quarantined"]
SOURCE_COLUMNS = ["file", "table", "encoding", "bytes", "sha256", "rows", "unused_columns", "note"]


@dataclass(frozen=True)
class Dataset:
    """Tables ready to be measured. Made by :func:`csqa.load` or :meth:`from_frames`."""

    engine: Engine
    """Where the passes run. It holds the typed tables under :meth:`relation`. All columns of the
    schema exist (NULL where not given); TIME is UTC without zone; ``contacts`` and ``feedback``
    have ``local_at`` besides, the wall time in ``time_zone`` of the creation or the feedback."""
    time_zone: str
    """The declared zone, in which periods are cut."""
    tables: list[str]
    """Names of the tables that are present."""
    columns: dict[str, frozenset[str]]
    """Table → columns that were really given."""
    rows: pd.DataFrame
    """``table file rows_in rows_used rows_quarantined``: in = used + quarantined."""
    faults: pd.DataFrame
    """One line per fault: ``table file row column value rule reason severity``."""
    quarantine: dict[str, pd.DataFrame]
    """Table → rows set aside, as they came, with ``file`` and ``row``."""
    sources: pd.DataFrame
    """``file table encoding bytes sha256 rows unused_columns note``; table empty if unused."""
    first_at: datetime | None
    """Wall time of the first contact in the declared zone; None without contacts."""
    last_at: datetime | None
    """Wall time of the last contact."""
    last_created: datetime | None = None
    """Creation of the last contact, in UTC: how far the data reach."""
    prefix: str = ""
    """What stands before our tables' names, where the engine is a user's own database."""
    order: str = ""
    """SQL that puts rows in the order they came, where the engine keeps none."""
    corrected: bool = False
    """Whether scores take judged items as disputes corrected them (:mod:`csqa.disputes`)."""
    prepared: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """What the passes keep in the connection: name → what it was made by, to make it once."""
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_frames(
        cls, frames: MappingType[str, pd.DataFrame], *, time_zone: str | None = None
    ) -> "Dataset":
        """Make a data set from DataFrames; the same intake as for files.

        Parameters
        ----------
        frames : dict of str to DataFrame
            Table name → rows, with our column names or headers like those of an export.
        time_zone : str, optional
            Zone of times without one, and of the periods; default Asia/Shanghai.

        Raises
        ------
        DataError
            If a table is not known or a required column is missing.

        Examples
        --------
        >>> contacts = pd.DataFrame(
        ...     {
        ...         "contact_id": ["C1", "C2"],
        ...         "channel": ["phone", "fax"],
        ...         "created_at": ["2025-06-01 09:00", "2025-06-01 10:00"],
        ...     }
        ... )
        >>> data = Dataset.from_frames({"contacts": contacts})
        >>> data.rows[["rows_in", "rows_used", "rows_quarantined"]].values.tolist()
        [[2, 1, 1]]
        >>> data.faults[["row", "column", "value", "rule"]].values.tolist()
        [[3, 'channel', 'fax', 'unknown_value']]
        """
        unknown = [name for name in frames if name not in TABLES]
        if unknown:
            allowed = "、".join(TABLES)
            msg = f"不认识的表 {'、'.join(map(str, unknown))}；可用的有 {allowed}。"
            raise DataError(msg)
        connection = open_connection()
        inputs: dict[str, list[Input]] = {}
        for i, (name, frame) in enumerate(frames.items()):
            source = read_frame(connection, frame, f"DataFrame {name}", f"source_{i}")
            match = match_headers(TABLES[name], source.headers, Mapping().table(name))
            check_headers(source.label, source.headers, match)
            inputs[name] = [Input(source, match)]
        return assemble(connection, inputs, [], Mapping(time_zone=time_zone))

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The embedded DuckDB, for questions of one's own.

        Raises
        ------
        DataError
            If the data lie in another engine.
        """
        if isinstance(self.engine, DuckDBEngine):
            return self.engine.connection
        msg = f"数据在 {self.engine.dialect.name} 里，没有 DuckDB 连接；请用 `engine`。"
        raise DataError(msg)

    def relation(self, name: str) -> str:
        """SQL name of one of our tables in the engine."""
        return self.engine.dialect.identifier(f"{self.prefix}{name}")

    def table(self, name: str) -> pd.DataFrame:
        """One table as a DataFrame, in the order its rows came.

        Parameters
        ----------
        name : str
            A table of :data:`csqa.schema.TABLES`.

        Returns
        -------
        DataFrame
            All columns of the schema; times aware, in the declared zone; flags ``boolean``,
            whole numbers ``Int64``. Empty if the table is absent.
        """
        if name not in self._frames:
            self._frames[name] = self._fetch(TABLES[name])
        return self._frames[name].copy()

    def _fetch(self, table: Table) -> pd.DataFrame:
        frame = pd.DataFrame(columns=table.names)
        if table.name in self.tables:
            listed = ", ".join(map(self.engine.dialect.identifier, table.names))
            order = f" ORDER BY {self.order}" if self.order else ""
            frame = self.engine.frame(f"SELECT {listed} FROM {self.relation(table.name)}{order}")
        return type_frame(frame, table, self.time_zone)

    def has(self, table: str, column: str | None = None) -> bool:
        """Whether a table, or a column of it, was given."""
        return table in self.tables and (column is None or column in self.columns[table])

    @property
    def contacts(self) -> pd.DataFrame:
        """服务记录: one row per contact."""
        return self.table("contacts")

    @property
    def messages(self) -> pd.DataFrame:
        """会话消息: one row per message."""
        return self.table("messages")

    @property
    def inspections(self) -> pd.DataFrame:
        """质检记录: one row per item judged on one contact."""
        return self.table("inspections")

    @property
    def feedback(self) -> pd.DataFrame:
        """客户反馈: one row per survey answer, review or complaint."""
        return self.table("feedback")

    @property
    def actions(self) -> pd.DataFrame:
        """改进行动计划表: one row per measure of the plan."""
        return self.table("actions")


def as_dataset(data: "Dataset | pd.DataFrame") -> Dataset:
    """A data set as it is, or a DataFrame of contacts as a data set.

    Raises
    ------
    DataError
        If it is neither, or the DataFrame lacks a required column.

    Examples
    --------
    >>> as_dataset(pd.DataFrame({"contact_id": ["C1"]}))
    Traceback (most recent call last):
        ...
    csqa.errors.DataError: DataFrame contacts（服务记录）：缺少必需的列“渠道”（channel）...
    """
    if isinstance(data, Dataset):
        return data
    if isinstance(data, pd.DataFrame):
        return Dataset.from_frames({"contacts": data})
    msg = f"`data` 应为 Dataset 或 DataFrame，而不是 {type(data).__name__}。"
    raise DataError(msg)


def assemble(
    connection: duckdb.DuckDBPyConnection,
    inputs: MappingType[str, list[Input]],
    unused: list[dict[str, object]],
    mapping: Mapping,
) -> Dataset:
    """Take all inputs in and make the data set.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With the views of the sources.
    inputs : dict of str to list of Input
        Table name → its sources.
    unused : list of dict
        Lines of ``sources`` for what serves no table.
    mapping : Mapping
        For time zone and missing markers.
    """
    zone = check_time_zone(mapping.time_zone or DEFAULT_TIME_ZONE)
    intake = Intake(connection, zone, mapping.missing)
    present = [name for name in TABLES if name in inputs]
    for name in present:
        take_in(intake, TABLES[name], inputs[name])
    rows = pd.DataFrame(intake.rows, columns=ROW_COLUMNS)
    lines = [
        _describe(entry, rows, position)
        for position, entry in enumerate(entry for name in present for entry in inputs[name])
    ]
    _let_go(connection, inputs)
    first, last, created = _span(connection) if "contacts" in present else (None, None, None)
    return Dataset(
        DuckDBEngine(connection),
        zone,
        present,
        {name: frozenset(c for e in inputs[name] for c in e.match.given) for name in present},
        rows,
        _join(intake.faults),
        intake.quarantine,
        pd.DataFrame([*lines, *unused], columns=SOURCE_COLUMNS).astype({"rows": "Int64"}),
        first,
        last,
        created,
    )


def _let_go(connection: duckdb.DuckDBPyConnection, inputs: MappingType[str, list[Input]]) -> None:
    """Drop the views of sources whose rows have been taken over."""
    taken = [entries for entries in inputs.values() if not stays_in_file(entries)]
    held = {e.source.view for entries in inputs.values() for e in entries if e.source.kept}
    for source in (entry.source for entries in taken for entry in entries):
        connection.execute(f"DROP VIEW IF EXISTS {identifier(source.view)}")
        origin = drop_derived(connection, source.view, held)
        if source.encoding == "DataFrame":
            connection.unregister(f"frame_{origin}")


def _describe(entry: Input, rows: pd.DataFrame, position: int) -> dict[str, object]:
    source = entry.source
    return describe_source(source, entry.match, int(rows["rows_in"].iloc[position]))


def describe_source(source: Source, match: Match | None, rows: int | None) -> dict[str, object]:
    """Line of ``sources`` for a source; without a match it is unused."""
    unused = (*(match.unused if match else source.headers), *source.unread)
    return {
        "file": source.label,
        "table": match.table.name if match else "",
        "encoding": source.encoding,
        "bytes": source.bytes,
        "sha256": source.sha256,
        "rows": rows,
        "unused_columns": "、".join(header for header in unused if header),
        "note": source.note if match else "表头和文件名都不像已知的表",
    }


def _join(faults: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in faults if len(frame)]
    if not filled:
        return pd.DataFrame(columns=FAULT_COLUMNS)
    return pd.concat(filled, ignore_index=True).astype({"row": "int64"})


def _span(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[datetime | None, datetime | None, datetime | None]:
    first, last, created = connection.execute(
        "SELECT min(local_at), max(local_at), max(created_at) FROM contacts"
    ).fetchall()[0]
    return first, last, created
