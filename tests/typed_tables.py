"""The same typed tables in every engine: in memory, PostgreSQL, MariaDB, Spark."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa.columntypes import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME
from csqa.schema import TABLES
from tests.servers import Mariadb, Postgres

TYPES = {
    "postgresql": {
        TEXT: "text",
        CHOICE: "text",
        TIME: "timestamp",
        NUMBER: "double precision",
        INTEGER: "bigint",
        FLAG: "boolean",
        DATE: "date",
    },
    "mysql": {
        TEXT: "varchar(500)",
        CHOICE: "varchar(500)",
        TIME: "datetime(6)",
        NUMBER: "double",
        INTEGER: "bigint",
        FLAG: "tinyint(1)",
        DATE: "date",
    },
    "spark": {
        TEXT: "string",
        CHOICE: "string",
        TIME: "timestamp_ntz",
        NUMBER: "double",
        INTEGER: "bigint",
        FLAG: "boolean",
        DATE: "date",
    },
}

Frames = Mapping[str, pd.DataFrame]


def wall_frames(data: Any) -> dict[str, pd.DataFrame]:
    """Tables of a data set with times as wall times, in the order of their keys."""
    frames = {}
    for name in data.tables:
        frame = data.table(name)[sorted(data.columns[name], key=TABLES[name].names.index)]
        for column in TABLES[name].columns:
            if column.kind == TIME and column.name in frame:
                frame[column.name] = frame[column.name].dt.tz_localize(None)
        key = list(TABLES[name].key) or list(frame.columns)
        frames[name] = frame.sort_values(key, kind="stable", ignore_index=True)
    return frames


def fill_database(server: Postgres | Mariadb, frames: Frames, database: str) -> str:
    """Make the tables in a database; gives its address."""
    quote = '"' if server.system == "postgresql" else "`"
    server.create(database)
    for name, frame in frames.items():
        kinds = {column.name: column.kind for column in TABLES[name].columns}
        columns = ", ".join(
            f"{quote}{column}{quote} {TYPES[server.system][kinds[column]]}" for column in frame
        )
        key = ", ".join(f"{quote}{column}{quote}" for column in TABLES[name].key)
        unique = key and not frame.duplicated(list(TABLES[name].key)).any()
        primary = (
            f", PRIMARY KEY ({key})"
            if unique and not frame[list(TABLES[name].key)].isna().any(axis=None)
            else ""
        )
        server.execute(f"CREATE TABLE {name} ({columns}{primary})", database)
        server.fill(database, name, _written(frame))
    return server.address(database)


def _written(frame: pd.DataFrame) -> pd.DataFrame:
    """Times and days as texts, that drivers do not round."""
    made = frame.copy()
    for column in frame:
        if frame[column].dtype.kind == "M":
            texts = frame[column].dt.strftime("%Y-%m-%d %H:%M:%S.%f").astype(object)
            made[column] = texts.where(frame[column].notna(), None)
    return made


def fill_spark(session: Any, frames: Frames) -> None:
    """Make the tables as temporary views of a session."""
    for name, frame in frames.items():
        kinds = {column.name: column.kind for column in TABLES[name].columns}
        schema = ", ".join(f"`{column}` {TYPES['spark'][kinds[column]]}" for column in frame)
        cells = [_python(frame[column], kinds[column]) for column in frame]
        session.createDataFrame(list(zip(*cells, strict=True)), schema).createOrReplaceTempView(
            name
        )


def _python(cells: "pd.Series[Any]", kind: str) -> list[Any]:
    """Plain Python values."""
    if cells.dtype.kind == "M":
        times = [None if pd.isna(at) else at.to_pydatetime() for at in cells]
        return [at and at.date() for at in times] if kind == DATE else times
    return cells.astype(object).where(cells.notna(), None).tolist()
