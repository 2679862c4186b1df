"""Load: folder, file, DataFrames or database → :class:`~csqa.engine.dataset.Dataset`."""

from collections.abc import Mapping as MappingType
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from csqa.engine.addresses import is_address
from csqa.engine.columns import Input
from csqa.engine.connection import close_doors, open_connection
from csqa.engine.databases import open_database
from csqa.engine.dataset import Dataset, assemble
from csqa.engine.deriving import derive_columns
from csqa.engine.opening import Opened, is_frame, open_frames, open_path
from csqa.engine.scratch import scratch_folder
from csqa.engine.sorting import sort_sources
from csqa.engine.staying import load_staying
from csqa.errors import DataError, RuleError
from csqa.rules.mapping import Mapping, check_time_zone, read_mapping
from csqa.schema import CONTACTS

OWN_FAULTS = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)
"""What the engine raises at a statement that csqa got wrong; all else is said of the data."""


def load(
    source: str | Path | pd.DataFrame | MappingType[str, Any],
    mapping: str | Path | MappingType[str, Any] | Mapping | None = None,
    *,
    time_zone: str | None = None,
    memory_limit: str | None = None,
    in_place: bool | None = None,
) -> Dataset:
    """Load a team's records.

    Parameters
    ----------
    source : str, Path, DataFrame or dict of str to DataFrame
        A folder, a file (CSV, Excel, Parquet), the contacts, or table name → rows. A folder may
        hold several files of one table; they follow one another in the order of their names.
        Or the address of a database, ``postgresql://…`` or ``mysql://…`` (see
        ``docs/operations.md``), a Spark session, or ``sc://host:port`` (see ``docs/engines.md``).
    mapping : str, Path, dict or Mapping, optional
        Where columns come from if headers don't say; see ``docs/data.md``.
    time_zone : str, optional
        Zone of times without offset, and of the periods. Default: the mapping's, else
        Asia/Shanghai.
    memory_limit : str, optional
        Such as ``1GB``; beyond it the engine works on disk. Default: that of the environment
        variable ``CSQA_MEMORY_LIMIT``, else four fifths of the machine's memory.
    in_place : bool, optional
        Whether a database's rows stay there and are worked on there; see ``docs/engines.md``.
        Default: what the address says (``?in_place=yes``), else they are copied.

    Returns
    -------
    Dataset
        Typed tables; rows found wrong are in ``quarantine``, why in ``faults``.

    Raises
    ------
    DataError
        If there is nothing to work on: each bad file, missing column or the missing table is
        named, all at once.
    RuleError
        If the mapping or the zone is wrong.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "工单号": ["C1", "C2"],
    ...         "渠道": ["电话", "在线"],
    ...         "创建时间": ["2025-06-01 09:00", "2025年6月1日 9:05"],
    ...     }
    ... )
    >>> load(contacts).contacts[["contact_id", "channel"]].values.tolist()
    [['C1', 'phone'], ['C2', 'online']]
    """
    rules = read_mapping(mapping)
    zone = check_time_zone(time_zone) if time_zone is not None else rules.time_zone
    rules = replace(rules, time_zone=zone)
    staying = load_staying(source, rules, in_place)
    if staying is not None:
        return _check_usable(staying)
    connection = open_connection(memory_limit)
    with scratch_folder() as scratch:
        opened = _open(connection, source, rules, Path(scratch))
        opened = derive_columns(connection, opened, rules)
        inputs, unused = sort_sources(opened, rules)
        data = _assemble(connection, inputs, unused, rules)
    sources = [entry.source for entries in inputs.values() for entry in entries]
    close_doors(connection, [source.kept for source in sources if source.kept])
    return _check_usable(data)


def _open(
    connection: duckdb.DuckDBPyConnection, source: object, rules: Mapping, scratch: Path
) -> Opened:
    if isinstance(source, MappingType):
        return open_frames(connection, source)
    if is_frame(source):
        return open_frames(connection, {CONTACTS.name: source})
    if isinstance(source, str | Path) and is_address(str(source)):
        return open_database(connection, str(source), rules, scratch)
    if isinstance(source, str | Path):
        return open_path(connection, Path(source), scratch)
    kinds = "文件夹、文件、DataFrame，或表名到 DataFrame 的字典"
    msg = f"`source` 应为{kinds}，而不是 {type(source).__name__}。"
    raise RuleError(msg)


def _assemble(
    connection: duckdb.DuckDBPyConnection,
    inputs: dict[str, list[Input]],
    unused: list[dict[str, object]],
    rules: Mapping,
) -> Dataset:
    try:
        return assemble(connection, inputs, unused, rules)
    except OWN_FAULTS:
        raise
    except duckdb.Error as error:
        msg = f"数据读到一半停下了（文件损坏、磁盘或内存不够？）：{error}"
        raise DataError(msg) from error


def _check_usable(data: Dataset) -> Dataset:
    """Refuse data without a single usable contact."""
    contacts = data.rows[data.rows["table"] == CONTACTS.name]
    if contacts["rows_used"].sum():
        return data
    files = "、".join(contacts["file"])
    if not contacts["rows_in"].sum():
        msg = f"{files} 只有表头，没有数据行。"
        raise DataError(msg)
    faults = data.faults[data.faults["table"] == CONTACTS.name]
    common = faults["reason"].value_counts().head(3)
    listed = "".join(f"\n  - {count} 行：{reason}" for reason, count in common.items())
    rows = contacts["rows_in"].sum()
    msg = f"{files} 的 {rows} 行服务记录全部被隔离，没有一行能用。最多的原因：{listed}"
    raise DataError(msg)
