"""The data set: typed tables in the engine, and what was found wrong on the way in."""

import tempfile
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pandas as pd

from csqa.engine.cells import SQL_TYPES
from csqa.engine.columns import Input
from csqa.engine.connection import identifier, open_connection
from csqa.engine.headers import Match, check_headers, match_headers
from csqa.engine.intake import FAULT_COLUMNS, Intake, take_in
from csqa.engine.readers import Source, read_frame
from csqa.errors import DataError
from csqa.rules.files import explain_os_error
from csqa.rules.mapping import Mapping, check_time_zone
from csqa.schema import CHOICE, DATE, DEFAULT_TIME_ZONE, FLAG, INTEGER, TABLES, TEXT, TIME, Table

ROW_COLUMNS = ["table", "file", "rows_in", "rows_used", "rows_quarantined"]
SOURCE_COLUMNS = ["file", "table", "encoding", "bytes", "sha256", "rows", "unused_columns", "note"]


@dataclass(frozen=True)
class Dataset:
    """Tables ready to be measured. Made by :func:`csqa.load` or :meth:`from_frames`."""

    connection: duckdb.DuckDBPyConnection
    """Holds the typed tables under the names of :data:`csqa.schema.TABLES`. All columns of the
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
        columns = ", ".join(identifier(column.name) for column in table.columns)
        if table.name in self.tables:
            frame = self.connection.execute(f"SELECT {columns} FROM {identifier(table.name)}").df()
        else:
            typed = ", ".join(
                f"NULL::{SQL_TYPES[c.kind]} AS {identifier(c.name)}" for c in table.columns
            )
            frame = self.connection.execute(f"SELECT {typed} WHERE FALSE").df()
        for column in table.columns:
            values = frame[column.name]
            if column.kind == TIME:
                frame[column.name] = values.dt.tz_localize("UTC").dt.tz_convert(self.time_zone)
            elif column.kind == FLAG:
                frame[column.name] = values.astype("boolean")
            elif column.kind == INTEGER:
                frame[column.name] = values.astype("Int64")
            elif column.kind == DATE:
                frame[column.name] = values.astype("datetime64[s]")
            elif column.kind in (TEXT, CHOICE):
                frame[column.name] = values.astype("str")
        return frame

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
    for source in (entry.source for entries in inputs.values() for entry in entries):
        connection.execute(f"DROP VIEW {identifier(source.view)}")
        if source.encoding == "DataFrame":
            connection.unregister(f"frame_{source.view}")
    first, last = _span(connection) if "contacts" in present else (None, None)
    return Dataset(
        connection,
        zone,
        present,
        {name: frozenset(c for e in inputs[name] for c in e.match.given) for name in present},
        rows,
        _join(intake.faults),
        intake.quarantine,
        pd.DataFrame([*lines, *unused], columns=SOURCE_COLUMNS).astype({"rows": "Int64"}),
        first,
        last,
    )


def _describe(entry: Input, rows: pd.DataFrame, position: int) -> dict[str, object]:
    source = entry.source
    return describe_source(source, entry.match, int(rows["rows_in"].iloc[position]))


def describe_source(source: Source, match: Match | None, rows: int | None) -> dict[str, object]:
    """Line of ``sources`` for a source; without a match it is unused."""
    unused = match.unused if match else source.headers
    return {
        "file": source.label,
        "table": match.table.name if match else "",
        "encoding": source.encoding,
        "bytes": source.bytes,
        "sha256": source.sha256,
        "rows": rows,
        "unused_columns": "、".join(header for header in unused if header),
        "note": "" if match else "表头和文件名都不像已知的表",
    }


def _join(faults: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in faults if len(frame)]
    if not filled:
        return pd.DataFrame(columns=FAULT_COLUMNS)
    return pd.concat(filled, ignore_index=True).astype({"row": "int64"})


def _span(connection: duckdb.DuckDBPyConnection) -> tuple[datetime | None, datetime | None]:
    first, last = connection.execute(
        "SELECT min(local_at), max(local_at) FROM contacts"
    ).fetchall()[0]
    return first, last


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for clean copies, readable by its owner only, removed when done.

    Raises
    ------
    DataError
        If the system's temporary folder can't be written.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="csqa-")
    except OSError as error:
        msg = f"系统的临时文件夹不能写：{explain_os_error(error)}。"
        raise DataError(msg) from error
