"""A filled assignment sheet → its judged rows and every fault in it.

The sheet's second, hidden sheet holds what was given out; what is locked is compared with it.
"""

import warnings
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from csqa.engine.bombs import check_workbook
from csqa.engine.sheet_rows import cell_text
from csqa.errors import DataError
from csqa.inspection_tables import INSPECTIONS

SHEET, HIDDEN = "质检", "csqa"
NAME_CELL = "B2"
HEADER_ROW, FIRST_ROW = 4, 5
MARK = "csqa-assignment-1"
"""Stands in the first cell of the hidden sheet."""

COLUMNS = (
    ("order", "序号"),
    ("contact_id", "服务单号"),
    ("created", "创建时间"),
    ("channel", "渠道"),
    ("topic", "问题类型"),
    ("agent_id", "工号"),
    ("item", "质检项"),
    ("allowed", "怎样填"),
    ("result", "质检结果"),
    ("score", "质检得分"),
    ("note", "质检备注"),
    ("sentence", "问题语句"),
    ("inspected_at", "质检时间"),
)
"""Of the sheet; from ``result`` on the inspector writes."""
NAMES = tuple(name for name, _ in COLUMNS)
OPEN = NAMES[NAMES.index("result") :]
HEADERS = dict(COLUMNS)
SHOWN = ("order", "created", "channel", "topic", "agent_id")
"""Locked cells besides those that name a row."""
KEPT = ("contact_id", "item", "name", "low", "high", "inclusion_probability", *SHOWN)
"""Of the hidden sheet, from its second row on."""

FAULT_COLUMNS = ("file", "sheet", "row", "column", "value", "rule", "reason")
LONGEST_TEXT = 2000
MOST_ROWS = 200_000
_RESULTS = {
    text.lower(): value
    for value, names in INSPECTIONS.column("result").choices.items()
    for text in (value, *names)
}


@dataclass
class Filled:
    """What one workbook holds."""

    file: str
    inspector: str = ""
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    faults: list[tuple[Any, ...]] = field(default_factory=list)
    given: int = 0
    faulty: int = 0

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Rows given out, filled, not filled, faulty."""
        filled = len(self.rows)
        return self.given, filled, self.given - filled - self.faulty, self.faulty

    def blame(self, row: int, column: str, value: object, rule: str, reason: str) -> None:
        """Add a fault."""
        shown = cell_text(value)[:80] if value is not None else ""
        self.faults.append((self.file, SHEET, row, column, shown, rule, reason))


def read_workbook(path: Path, known: set[str] | None = None) -> Filled:
    """Read one filled workbook.

    Parameters
    ----------
    path : Path
        The file.
    known : set of str, optional
        Items of the form in use.

    Raises
    ------
    DataError
        If it is no assignment workbook.
    """
    cells, hidden = _open(path)
    filled = Filled(path.name)
    kept = [dict(zip(KEPT, row, strict=False)) for row in hidden[1:]]
    filled.given = len(kept)
    filled.inspector = _inspector(filled, cells)
    visible = _visible(filled, cells)
    for line in kept:
        key = (cell_text(line["contact_id"]), cell_text(line["name"]))
        _read_line(filled, line, visible.pop(key, None), known)
    for row, found in visible.values():
        if any(found.get(name) is not None for name in OPEN):
            told = (
                "这一行的服务单号或质检项与发出的不同（锁定的格子被改过，或是自己加的行），没有读取"
            )
            filled.blame(row, "服务单号", found.get("contact_id"), "locked", told)
    return filled


def _open(path: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    import openpyxl

    try:
        with warnings.catch_warnings(), path.open("rb") as stream:
            warnings.simplefilter("ignore")
            check_workbook(path.name, zipfile.ZipFile(stream))
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            if not {SHEET, HIDDEN} <= set(book.sheetnames):
                msg = f"{path.name} 不是 csqa 发出的质检任务表（缺少工作表“{SHEET}”或“{HIDDEN}”）。"
                raise DataError(msg)
            sheets = [
                list(book[name].iter_rows(max_row=MOST_ROWS, max_col=len(NAMES), values_only=True))
                for name in (SHEET, HIDDEN)
            ]
    except (OSError, DataError):
        raise
    except Exception:  # openpyxl raises whatever a broken archive or XML provokes
        msg = f"{path.name} 不是完好的 Excel 工作簿。"
        raise DataError(msg) from None
    cells, hidden = sheets
    if not hidden or hidden[0][0] != MARK:
        msg = f"{path.name} 的工作表“{HIDDEN}”不是 csqa 写的，或被改过，没有读取。"
        raise DataError(msg)
    return cells, hidden


def _inspector(filled: Filled, cells: list[tuple[Any, ...]]) -> str:
    name = cells[1][1] if len(cells) > 1 and len(cells[1]) > 1 else None
    text = cell_text(name).strip() if name is not None else ""
    if not text:
        filled.blame(2, "质检员", None, "no_inspector", f"{NAME_CELL} 没有写质检员的名字")
    return text


def _visible(
    filled: Filled, cells: list[tuple[Any, ...]]
) -> dict[tuple[str, str], tuple[int, dict[str, Any]]]:
    """Rows of the sheet by contact and item; a header that was changed is told."""
    header = cells[HEADER_ROW - 1] if len(cells) >= HEADER_ROW else ()
    for place, (_, title) in enumerate(COLUMNS):
        if place >= len(header) or header[place] != title:
            found = header[place] if place < len(header) else None
            told = f"表头应为“{title}”：锁定的表头被改过，仍按原来的位置读取"
            filled.blame(HEADER_ROW, title, found, "header", told)
    rows: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
    for number, values in enumerate(cells[HEADER_ROW:], start=FIRST_ROW):
        found = dict(zip(NAMES, values, strict=False))
        if all(value is None for value in values):
            continue
        key = (cell_text(found["contact_id"] or ""), cell_text(found["item"] or ""))
        if key in rows:
            filled.blame(
                number, "服务单号", key[0], "twice", "同一服务单号和质检项有两行，只读第一行"
            )
            continue
        rows[key] = number, found
    return rows


def _read_line(
    filled: Filled,
    line: dict[str, Any],
    at: tuple[int, dict[str, Any]] | None,
    known: set[str] | None,
) -> None:
    """Read what stands in one row that was given out."""
    if at is None:
        told = f"发出的行不见了（“{line['name']}”）：被删了，或锁定的格子被改过"
        filled.blame(0, "服务单号", line["contact_id"], "row_missing", told)
        filled.faulty += 1
        return
    row, found = at
    for name in SHOWN:
        if cell_text(found.get(name) or "") != cell_text(line[name] or ""):
            told = f"锁定的格子被改过：发出时是“{cell_text(line[name] or '')[:40]}”，按发出时的算"
            filled.blame(row, HEADERS[name], found.get(name), "locked", told)
    values = {name: _blank(found.get(name)) for name in OPEN}
    if values["result"] is None and values["score"] is None:
        if any(value is not None for value in values.values()):
            told = "写了备注、语句或时间，却没有结果：质检结果填 合格、不合格 或 不适用"
            filled.blame(row, "质检结果", None, "no_result", told)
            filled.faulty += 1
        return
    before = len(filled.faults)
    if known is not None and line["item"] not in known:
        filled.blame(row, "质检项", line["item"], "not_listed", "现在的质检表里没有这一项")
    result = _result(filled, row, values["result"])
    score = _score(filled, row, values["score"], line)
    texts = [_text(filled, row, name, values[name]) for name in ("note", "sentence")]
    at_time = _time(filled, row, values["inspected_at"])
    if len(filled.faults) > before or not filled.inspector:
        filled.faulty += 1
        return
    contact, item = cell_text(line["contact_id"]), cell_text(line["item"])
    chance = line["inclusion_probability"]
    judged = (contact, filled.inspector, item, result, score, *texts, at_time, chance)
    filled.rows.append(judged)


def _blank(value: Any) -> Any:
    """A cell with nothing but blanks is empty."""
    return None if isinstance(value, str) and not value.strip() else value


def _result(filled: Filled, row: int, value: Any) -> str | None:
    if value is None:
        return None
    known = _RESULTS.get(cell_text(value).strip().lower())
    if known is None:
        filled.blame(row, "质检结果", value, "result", "应为 合格、不合格 或 不适用")
    return known


def _score(filled: Filled, row: int, value: Any, line: dict[str, Any]) -> float | None:
    if value is None:
        return None
    low, high = line["low"], line["high"]
    if low is None or high is None:
        told = "这一项只判合格、不合格或不适用，不打分"
        filled.blame(row, "质检得分", value, "no_scale", told)
        return None
    try:
        score = float("nan") if isinstance(value, bool | datetime | date) else float(value)
    except (TypeError, ValueError):
        score = float("nan")
    if not isfinite(score) or not low <= score <= high:
        filled.blame(row, "质检得分", value, "beyond_scale", f"应为 {low:g} 到 {high:g} 的数")
        return None
    return score


def _text(filled: Filled, row: int, name: str, value: Any) -> str | None:
    text = None if value is None else cell_text(value).strip()
    if text and len(text) > LONGEST_TEXT:
        told = f"最多 {LONGEST_TEXT:,} 个字，这里有 {len(text):,} 个"
        filled.blame(row, HEADERS[name], value, "too_long", told)
    return text


def _time(filled: Filled, row: int, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return cell_text(value)
    try:
        return cell_text(datetime.fromisoformat(cell_text(value).strip().replace("/", "-")))
    except ValueError:
        told = "应为日期和时间，如 2025-06-30 14:05"
        filled.blame(row, "质检时间", value, "time", told)
        return None
