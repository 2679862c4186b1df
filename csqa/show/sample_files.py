"""Files of a sample: the list of what was drawn, and the judged items as csqa.load takes them."""

import re
from pathlib import Path

import pandas as pd

from csqa.errors import DataError
from csqa.inspection_tables import INSPECTIONS
from csqa.show.cells import ACTIVE

_PLAIN_ID = re.compile(r"[-+@]?[\w.:-]*")
"""Ids that begin with a sign and yet can be no formula."""
_ZH = {column.name: column.zh for column in INSPECTIONS.columns}
_RESULTS = {value: names[0] for value, names in INSPECTIONS.column("result").choices.items()}


def defuse(value: object) -> object:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> defuse("=1+1"), defuse("-12"), defuse("一切正常")
    ("'=1+1", '-12', '一切正常')
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    runs = text.startswith((*ACTIVE, "\n")) and not _PLAIN_ID.fullmatch(text)
    return "'" + text if runs else text


def _restore(value: object) -> object:
    active = isinstance(value, str) and value[:1] == "'" and value[1:].startswith(ACTIVE)
    return str(value)[1:] if active else value


def write_sample(picked: pd.DataFrame, path: Path) -> None:
    """Write what was drawn as CSV, to be opened in a spreadsheet and read back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = picked.map(defuse)
    plain.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def read_sample(path: str | Path) -> pd.DataFrame:
    """Read what :func:`write_sample` wrote.

    Raises
    ------
    DataError
        If it is no such file.
    """
    try:
        found = pd.read_csv(path, dtype={"contact_id": "str"}, encoding="utf-8-sig")
    except OSError as error:
        why = "没有这个文件" if isinstance(error, FileNotFoundError) else "打不开，或没有权限"
        msg = f"{path}：读不到抽样名单（sample.csv）：{why}。"
        raise DataError(msg) from None
    except ValueError:  # no text, no columns, lines of unequal length
        msg = f"{path}：不是 csqa sample 写出的名单：读不成 UTF-8 的 CSV，或是空的。"
        raise DataError(msg) from None
    if "contact_id" not in found or found["contact_id"].isna().any():
        msg = f"{path}：不是 csqa sample 写出的名单（缺少 contact_id 一列，或有空值）。"
        raise DataError(msg)
    return found.assign(contact_id=found["contact_id"].map(_restore).astype("str"))


def write_inspections(inspections: pd.DataFrame, path: Path) -> None:
    """Write judged items as CSV under our Chinese headers: a table that csqa.load takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = inspections["result"].map(_RESULTS)
    plain = inspections.assign(result=told).map(defuse).rename(columns=_ZH)
    plain.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
