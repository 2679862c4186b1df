"""Filled audit sheets → judged causes, and every fault in them."""

import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from csqa.engine.bombs import check_workbook
from csqa.errors import DataError
from csqa.rules.faults import find_nearest

SHEET, HIDDEN = "归因复核", "csqa"
"""What people fill in, and the ids that were given out."""
COLUMNS = (
    ("case_id", "案例编号"),
    ("text", "客户原话"),
    ("causes", "规则归因"),
    ("audited", "复核归因"),
    ("cases", "案例总数"),
)
"""Of the sheet; people write in the fourth."""

MOST_ROWS = 100_000
NONE = "none"
NONE_WORDS = (NONE, "无", "没有", "未归类", "unclassified")
SEPARATORS = "+＋、,，;；/"


def read_sheet(path: str | Path) -> pd.DataFrame:
    """Read a sheet as written, whatever is in it.

    Raises
    ------
    DataError
        If it can't be read, or lacks the columns ``case_id`` and ``audited``.
    """
    place = Path(path)
    try:
        table = _read_workbook(place) if place.suffix.lower() == ".xlsx" else _read_csv(place)
    except FileNotFoundError:
        msg = f"{path}：没有这个文件。"
        raise DataError(msg) from None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        msg = f"{path}：读不成归因复核表：{type(error).__name__}。"
        raise DataError(msg) from None
    names = {zh: name for name, zh in COLUMNS}
    return table.rename(columns=lambda header: names.get(str(header).strip(), str(header)))


def _read_workbook(path: Path) -> pd.DataFrame:
    with zipfile.ZipFile(path) as book:
        check_workbook(str(path), book)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pages = pd.read_excel(
            path, sheet_name=None, dtype="str", nrows=MOST_ROWS, keep_default_na=False
        )
    table = pages[SHEET] if SHEET in pages else next(iter(pages.values()))
    if HIDDEN in pages and len(pages[HIDDEN].columns):
        given = pages[HIDDEN].iloc[:, 0].astype("str")
        table.attrs["given"] = [str(one) for one in given]
    return table


def _read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(
        path, dtype="str", encoding="utf-8-sig", keep_default_na=False, nrows=MOST_ROWS
    )


def check_audit(table: pd.DataFrame, names: Mapping[str, str], place: str) -> pd.DataFrame:
    """Check what people wrote, and write it with ids.

    Parameters
    ----------
    table : DataFrame
        ``case_id`` and ``audited``.
    names : mapping of str to str
        What may stand there: ids, and names in any language → id.
    place : str
        Named in faults.

    Returns
    -------
    DataFrame
        ``case_id``, ``audited`` (ids with ``+`` between, ``none``, missing where nobody judged).

    Raises
    ------
    DataError
        With every fault in one message.
    """
    missing = [name for name in ("case_id", "audited") if name not in table]
    if missing:
        wanted = "、".join(dict(COLUMNS)[name] for name in missing)
        msg = f"{place}：缺少列 {wanted}；应是 csqa 写出的归因复核表。"
        raise DataError(msg)
    faults, rows, seen = [], [], set[str]()
    for row, (case, told) in enumerate(zip(table["case_id"], table["audited"], strict=True), 2):
        id_ = "" if pd.isna(case) else str(case).strip().lstrip("'")
        if not id_:
            faults.append(f"第 {row} 行：没有案例编号")
        elif id_ in seen:
            faults.append(f"第 {row} 行：案例 {id_!r:.60} 重复")
        seen.add(id_)
        ids, unknown = _read_causes(told, names)
        faults += [f"第 {row} 行：{one}" for one in unknown]
        rows.append((id_, ids))
    faults += _changed_ids(table.attrs.get("given"), [id_ for id_, _ in rows])
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults[:50])
        more = f"\n  …… 还有 {len(faults) - 50} 处" if len(faults) > 50 else ""
        msg = f"{place}：归因复核表有 {len(faults)} 处不对：\n{listed}{more}"
        raise DataError(msg)
    read = pd.DataFrame(rows, columns=["case_id", "audited"])
    return read.astype({"case_id": "str", "audited": "string"})


def _changed_ids(given: list[str] | None, found: list[str]) -> list[str]:
    """Cases that were given out and are gone, and such as were not given out."""
    if given is None:
        return []
    gone = [one for one in given if one not in set(found)]
    new = [one for one in found if one and one not in set(given)]
    faults = [f"发出的案例 {one!r:.60} 不见了；没读的案例留着行、不要填" for one in gone]
    return faults + [f"案例 {one!r:.60} 不是发出的" for one in new]


def _read_causes(told: Any, names: Mapping[str, str]) -> tuple[str | None, list[str]]:
    text = "" if told is None or pd.isna(told) else str(told).strip()
    if not text:
        return None, []
    plain = text.translate({ord(one): "+" for one in SEPARATORS})
    parts = [part.strip() for part in plain.split("+") if part.strip()]
    nothing = [part for part in parts if part.lower() in NONE_WORDS]
    ids = [names.get(part) for part in parts if part not in nothing]
    unknown = [part for part in parts if part not in nothing and part not in names]
    faults = [_unknown(part, names) for part in unknown]
    if nothing and len(parts) > len(nothing):
        faults.append(f"{text!r:.60} 既写了“无”，又写了原因")
    known = sorted({id_ for id_ in ids if id_})
    return "+".join(known) or NONE, faults


def _unknown(part: str, names: Mapping[str, str]) -> str:
    near = find_nearest(part, list(names))
    hint = f"；是否指 {near}？" if near else ""
    return f"不认识的原因 {part!r:.60}{hint}"
