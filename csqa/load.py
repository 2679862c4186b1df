"""Load: folder, file or DataFrames → :class:`~csqa.engine.dataset.Dataset`."""

import fnmatch
import re
from collections.abc import Mapping as MappingType
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from csqa.engine.columns import Input
from csqa.engine.connection import open_connection
from csqa.engine.dataset import Dataset, assemble, describe_source, scratch_folder
from csqa.engine.headers import Match, check_headers, find_table, match_headers
from csqa.engine.readers import TABLE_SUFFIXES, Source, read_file, read_frame
from csqa.errors import DataError, RuleError
from csqa.rules.mapping import Mapping, check_time_zone, read_mapping
from csqa.schema import CONTACTS, TABLES

Lines = list[dict[str, object]]
Frames = MappingType[str, pd.DataFrame]

READ_ERRORS = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InvalidInputException)
"""What the engine raises at a damaged file, a full disk or too little memory."""


_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://", re.IGNORECASE)
"""A database's address may hold a password: it is refused without being repeated."""


def load(
    source: str | Path | pd.DataFrame | Frames,
    mapping: str | Path | MappingType[str, Any] | Mapping | None = None,
    *,
    time_zone: str | None = None,
) -> Dataset:
    """Load a team's records.

    Parameters
    ----------
    source : str, Path, DataFrame or dict of str to DataFrame
        A folder, a file (CSV, Excel, Parquet), the contacts, or table name → rows. A folder may
        hold several files of one table; they follow one another in the order of their names.
    mapping : str, Path, dict or Mapping, optional
        Where columns come from if headers don't say; see ``docs/data.md``.
    time_zone : str, optional
        Zone of times without offset, and of the periods. Default: the mapping's, else
        Asia/Shanghai.

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
    rules = Mapping(zone, rules.missing, rules.tables)
    connection = open_connection()
    unused: Lines = []
    with scratch_folder() as scratch:
        if isinstance(source, pd.DataFrame):
            source = {CONTACTS.name: source}
        if isinstance(source, MappingType):
            inputs = _open_frames(connection, source, rules)
        elif isinstance(source, str) and _ADDRESS.match(source):
            msg = "还不能直接读数据库地址；请先导出为 CSV、Excel 或 Parquet 文件。"
            raise DataError(msg)
        elif isinstance(source, str | Path):
            inputs, unused = _open_path(connection, Path(source), rules, Path(scratch))
        else:
            kinds = "文件夹、文件、DataFrame，或表名到 DataFrame 的字典"
            msg = f"`source` 应为{kinds}，而不是 {type(source).__name__}。"
            raise RuleError(msg)
        data = _assemble(connection, inputs, unused, rules)
    return _check_usable(data)


def _assemble(
    connection: duckdb.DuckDBPyConnection,
    inputs: dict[str, list[Input]],
    unused: Lines,
    rules: Mapping,
) -> Dataset:
    try:
        return assemble(connection, inputs, unused, rules)
    except READ_ERRORS as error:
        msg = f"数据读到一半停下了（磁盘或内存不够？）：{error}"
        raise DataError(msg) from error


def _open_frames(
    connection: duckdb.DuckDBPyConnection, frames: Frames, rules: Mapping
) -> dict[str, list[Input]]:
    names = {table.zh: name for name, table in TABLES.items()}
    inputs: dict[str, list[Input]] = {}
    for i, (given, frame) in enumerate(frames.items()):
        name = names.get(given, given)
        if name not in TABLES or not isinstance(frame, pd.DataFrame):
            allowed = "、".join(TABLES)
            msg = f"`source` 的表 {given!r} 应为 {allowed} 之一，内容是 DataFrame。"
            raise DataError(msg)
        source = read_frame(connection, frame, f"DataFrame {given}", f"source_{i}")
        match = match_headers(TABLES[name], source.headers, rules.table(name))
        check_headers(source.label, source.headers, match)
        inputs.setdefault(name, []).append(Input(source, match))
    if CONTACTS.name not in inputs:
        msg = f"没有服务记录（contacts）；给出的表只有 {'、'.join(frames) or '无'}。"
        raise DataError(msg)
    return inputs


def _open_path(
    connection: duckdb.DuckDBPyConnection, path: Path, rules: Mapping, scratch: Path
) -> tuple[dict[str, list[Input]], Lines]:
    files = _list_files(path)
    known = [file for file in files if file.suffix.lower() in TABLE_SUFFIXES or file == path]
    unused: Lines = [_describe_unread(file) for file in files if file not in known]
    sources: list[tuple[Path, Source]] = []
    faults: list[str] = []
    for i, file in enumerate(known):
        try:
            opened = read_file(connection, file, scratch, f"source_{i}")
            sources += [(file, source) for source in opened]
        except DataError as error:
            if file.suffix.lower() == ".txt" and file != path:
                unused.append({**_describe_unread(file), "note": str(error)})
            else:
                faults.append(str(error))
    inputs, others = _sort_sources(sources, rules, faults, single=path in known)
    _raise_all(faults)
    if CONTACTS.name not in inputs:
        raise DataError(_explain_no_contacts(path, [source for _, source in sources], rules))
    return inputs, [*others, *unused]


def _list_files(path: Path) -> list[Path]:
    """Files of a folder in the order of their names, or the one file."""
    try:
        listed = sorted(path.iterdir()) if path.is_dir() else [path]
        files = [entry for entry in listed if entry.is_file() and entry.name[0] not in ".~"]
        path.stat()
    except PermissionError:
        msg = f"没有权限读取 {path}。"
        raise DataError(msg) from None
    except (OSError, ValueError):
        msg = f"找不到 {path}：没有这个文件或文件夹。"
        raise DataError(msg) from None
    if files:
        return files
    if path.is_dir():
        msg = f"文件夹 {path} 是空的：没有可读的文件。"
        raise DataError(msg)
    msg = f"{path} 不是可读的文件或文件夹。"
    raise DataError(msg)


def _sort_sources(
    sources: list[tuple[Path, Source]], rules: Mapping, faults: list[str], *, single: bool
) -> tuple[dict[str, list[Input]], Lines]:
    """Find each source's table; sources of none are unused."""
    inputs: dict[str, list[Input]] = {}
    unused: Lines = []
    faults += _unmatched_patterns(sources, rules)
    for file, source in sources:
        match = _match(file, source, rules)
        if match is None and single and len(sources) == 1:
            match = _match_contacts(source, rules)
        if match is None:
            unused.append(describe_source(source, None, None))
            continue
        try:
            check_headers(source.label, source.headers, match)
            inputs.setdefault(match.table.name, []).append(Input(source, match))
        except DataError as error:
            faults.append(str(error))
    return inputs, unused


def _match(file: Path, source: Source, rules: Mapping) -> Match | None:
    for name, table in rules.tables.items():
        if any(fnmatch.fnmatchcase(file.name, pattern) for pattern in table.files):
            return match_headers(TABLES[name], source.headers, table)
    by_sheet = find_table(source.sheet, source.headers, rules) if source.sheet else None
    return by_sheet or find_table(file.stem, source.headers, rules)


def _match_contacts(source: Source, rules: Mapping) -> Match:
    return match_headers(CONTACTS, source.headers, rules.table(CONTACTS.name))


def _unmatched_patterns(sources: list[tuple[Path, Source]], rules: Mapping) -> list[str]:
    names = {file.name for file, _ in sources}
    listed = "、".join(sorted(names))
    return [
        f"映射里 tables.{table}.files 的 {pattern} 没有匹配到文件；有的文件：{listed}"
        for table, rule in rules.tables.items()
        for pattern in rule.files
        if not fnmatch.filter(names, pattern)
    ]


def _describe_unread(file: Path) -> dict[str, object]:
    return {
        "file": file.name,
        "table": "",
        "encoding": "",
        "bytes": file.stat().st_size,
        "sha256": "",
        "rows": None,
        "unused_columns": "",
        "note": "不是 CSV、Excel 或 Parquet，没有读取",
    }


def _raise_all(faults: list[str]) -> None:
    if len(faults) == 1:
        raise DataError(faults[0])
    if faults:
        listed = "".join(f"\n  - {fault}" for fault in faults)
        msg = f"有 {len(faults)} 处问题，数据不能用：{listed}"
        raise DataError(msg)


def _explain_no_contacts(path: Path, sources: list[Source], rules: Mapping) -> str:
    """What was looked for and what the nearest file lacks."""
    required = "、".join(f"{CONTACTS.column(name).zh}（{name}）" for name in CONTACTS.required)
    message = (
        f"{path} 里没有服务记录（contacts）：要有文件名含“服务记录”、或表头含 {required} 的表。"
    )
    matches = [(source, _match_contacts(source, rules)) for source in sources]
    near = max(matches, key=lambda pair: len(pair[1].positions), default=None)
    if near is None or not near[1].positions:
        found = "、".join(source.label for source in sources) or "没有 CSV、Excel 或 Parquet 文件"
        return f"{message}找到的是：{found}。"
    try:
        check_headers(near[0].label, near[0].headers, near[1])
    except DataError as error:
        return f"{message}最接近的是 {error}"
    return message


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
