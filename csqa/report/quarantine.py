"""The rows that were set aside, written as they came, to be put right and read again."""

import os
import re
from pathlib import Path

import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.errors import RuleError
from csqa.show.cells import ACTIVE

FOLDER = "quarantine"
"""Folder of these files in a report."""
PREFIX = "quarantined_"
"""Of the files' names: they are not mistaken for the exports that the rows came from."""
ADDED = {"file": "文件", "row": "行", "reason": "隔离原因"}
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?%?")


def write_quarantine(data: Dataset, folder: str | Path | None) -> list[Path]:
    """Write the rows set aside, one CSV file per table; none where nothing was set aside.

    Parameters
    ----------
    data : Dataset
        As loaded.
    folder : str or Path, optional
        Where to; made if need be. Files that an earlier call left there are replaced, or removed
        if their table has no such rows any more. Empty or None: nothing is written.

    Returns
    -------
    list of Path
        ``quarantined_<table>.csv``: file, row (as a spreadsheet counts) and all reasons, then the
        cells under the headers they came with.

    Notes
    -----
    UTF-8 with a byte-order mark, so that Excel reads the Chinese. Cells are as they came, but
    for one thing: text that a spreadsheet would run as a formula (it begins with ``=``, ``+``,
    ``-``, ``@``, a tab or a line break, and is no number) has an apostrophe before it. The rows
    may hold personal data; in a report, :func:`csqa.run_report` masks it.

    Examples
    --------
    >>> import tempfile
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["C1", "C2"],
    ...         "channel": ["phone", "=fax"],
    ...         "created_at": ["2025-06-01 09:00", "2025-06-01 10:00"],
    ...     }
    ... )
    >>> data = Dataset.from_frames({"contacts": contacts})
    >>> with tempfile.TemporaryDirectory() as place:
    ...     for path in write_quarantine(data, place):
    ...         print(path.name, path.read_text("utf-8-sig").splitlines()[1].split(",")[3:])
    quarantined_contacts.csv ['C2', "'=fax", '2025-06-01 10:00']
    """
    if not folder:
        return []
    place = Path(folder)
    kept = {f"{PREFIX}{table}.csv": rows for table, rows in data.quarantine.items() if len(rows)}
    if kept:
        place.mkdir(parents=True, exist_ok=True)
    for name, rows in kept.items():
        _write(_explain(rows, data.faults, name), place / name)
    for earlier in sorted(place.glob(f"{PREFIX}*.csv")):
        if earlier.name not in kept:
            earlier.unlink()
    return [place / name for name in kept]


def check_place(folder: str | Path | None, source: str | Path) -> None:
    """Refuse to write among the exports: the next load would read the rows again.

    Raises
    ------
    RuleError
        If ``folder`` is the folder of the data, or a file.
    """
    if not folder:
        return
    if Path(folder).exists() and not Path(folder).is_dir():
        msg = f"`quarantine` {str(folder)!r} 应为文件夹，但那里已有同名文件。"
        raise RuleError(msg)
    if Path(source).is_dir() and Path(folder).resolve() == Path(source).resolve():
        msg = f"`quarantine` {str(folder)!r} 就是数据所在的文件夹；请另选一个，免得下次被当成数据。"
        raise RuleError(msg)


def _explain(rows: pd.DataFrame, faults: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows with all their reasons in front, under names that no header has."""
    table = name.removeprefix(PREFIX).removesuffix(".csv")
    errors = faults[(faults["table"] == table) & (faults["severity"] == "error")]
    reasons = errors.groupby(["file", "row"], sort=False)["reason"].agg("；".join)
    own = reasons.rename(_unlike("reason", list(rows.columns))).reset_index()
    explained = rows.merge(own, on=["file", "row"], how="left", validate="m:1")
    headers = [column for column in rows.columns if column not in ("file", "row")]
    explained = explained[[*own.columns, *headers]]
    explained.columns = pd.Index([*(_unlike(name, headers) for name in ADDED.values()), *headers])
    return explained


def _unlike(name: str, headers: list[str]) -> str:
    while name in headers:
        name = f"csqa {name}"
    return name


def _write(rows: pd.DataFrame, path: Path) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    plain = rows.map(defuse_cell).rename(columns=defuse_cell)
    try:
        plain.to_csv(partial, index=False, encoding="utf-8-sig", lineterminator="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def defuse_cell(value: object) -> object:
    """Put an apostrophe before what a spreadsheet would run; a number is no formula."""
    if not isinstance(value, str) or not value.startswith((*ACTIVE, "\n")):
        return value
    return value if _NUMBER.fullmatch(value) else "'" + value
