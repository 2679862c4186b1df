"""The other sheets: the tables behind the report, with headers and values in readers' words."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import schema, words
from csqa.frames import records
from csqa.rules.faults import is_number
from csqa.show.cells import COUNT, POINTS, Cell, Pen, measured_cell, plain_cell
from csqa.show.headers import header, value_text
from csqa.show.workbook_template import WITHOUT_VALUE

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from csqa.show.record import Record


@dataclass(frozen=True)
class SheetPlan:
    """One sheet: which table, under which name, which columns in which order."""

    table: str
    names: tuple[str, str]
    listed: str
    """Columns, with spaces between."""
    kind: str = ""
    """Kind of the measured columns where rows don't say it themselves."""

    @property
    def columns(self) -> list[str]:
        """Columns in their order."""
        return self.listed.split()


SHEETS = (
    SheetPlan(
        "things",
        ("需要关注", "Attention"),
        "rank kind unit_kind unit metric value n persistence evidence run_length owner action_id"
        " sentence",
    ),
    SheetPlan(
        "scorecard",
        ("得分明细", "Scores"),
        "dimension_name name value lower upper n method target met score deduction status reason",
    ),
    SheetPlan(
        "composite",
        ("综合得分", "Composite"),
        "period team composite lower upper coverage status metrics met change change_lower"
        " change_upper significant",
        "number",
    ),
    SheetPlan(
        "horizontal",
        ("横向对比", "Across units"),
        "period months unit_kind unit metric value lower upper n method expected lower_limit"
        " upper_limit lower_watch upper_watch z p q shrunken target verdict",
    ),
    SheetPlan(
        "vertical",
        ("纵向对比", "Over time"),
        "period unit_kind unit metric value lower upper n method target met complete chart center"
        " lower_limit upper_limit trial signals variation assurance run_length persistence"
        " evidence",
    ),
    SheetPlan(
        "topics",
        ("投诉主题", "Complaint topics"),
        "topic count share lower upper cumulative vital before change change_lower change_upper"
        " verdict",
        "share",
    ),
    SheetPlan(
        "actions",
        ("改进行动计划表", "Improvement plan"),
        "metric state root_cause goal measure owner due resources status verified overdue_days unit"
        " action_id fault",
    ),
)
"""In the order of the workbook; the plan's first nine columns are the guide's (G8)."""

DATA_SHEET = ("数据说明", "Data")
SCORECARD = ("metric", "name", "kind", "dimension", "dimension_name")
"""Columns of the scorecard that name what other tables have as keys."""

BLOCKS = (
    ("rows", ("读入与隔离", "Rows read and set aside")),
    ("sources", ("数据来源", "Sources")),
    ("limits", ("没有提供的表", "Tables not given")),
)
MANIFEST = ("依据", "What the report rests on")

LIMITS = {"lower_limit", "upper_limit", "lower_watch", "upper_watch", "center", "expected"}
SHARES = {"share", "cumulative", "before", "change", "change_lower", "change_upper"}
MEASURED = {"value", "lower", "upper", "shrunken", "target", "composite"} | LIMITS | SHARES
"""Columns in the unit of the row's kind."""

_MONTH = re.compile(r"\d{4}-\d{2}")
SHARE = "0.0%"
FORMATS = {"z": "0.00", "p": "0.0000", "q": "0.0000", "coverage": "0%", "score": POINTS}
FORMATS |= {"deduction": POINTS, "run_length": COUNT, "overdue_days": COUNT}


def write_table(sheet: "Worksheet", plan: SheetPlan, record: "Record", language: str) -> None:
    """Write one table under its headers, ready to be filtered; say so where it is empty.

    Parameters
    ----------
    sheet : Worksheet
        Empty.
    plan : SheetPlan
        One of :data:`SHEETS`.
    record : Record
        The tables.
    language : {"zh", "en"}
        Of headers and values.
    """
    table = _table(record, plan)
    columns = _columns(table, plan)
    pen = Pen(sheet)
    lines = _Lines(plan, record, language)
    pen.write_row(1, [Cell(lines.header(column), role="head") for column in columns])
    for number, row in enumerate(records(table), start=2):
        pen.write_row(number, [lines.cell(row, column) for column in columns])
    if table.empty:
        pen.write(2, 1, Cell(words.label("no_data", language)))
    pen.fit_columns(1)
    pen.fit_rows(1)
    sheet.auto_filter.ref = sheet.dimensions
    pen.prepare_print(1)


def write_data_notes(sheet: "Worksheet", record: "Record", language: str) -> None:
    """Write what was read, what was left out, what it cannot tell, and what all rests on."""
    pen, row = Pen(sheet), 1
    for name, names in BLOCKS:
        table = record.tables.get(name, pd.DataFrame())
        if name == "limits" and "severity" in table:  # all else of it is on a sheet of its own
            table = table.loc[table["kind"] == "absent", ["table", "note"]]
        row = write_block(pen, row, name, _pick(names, language), table, language)
    listed = record.tables.keys() & {"sources"}
    origin = {key: value for key, value in record.manifest.items() if key not in listed}
    pairs = pd.DataFrame(list(_flatten(origin, language)), columns=["key", "content"])
    write_block(pen, row, "manifest", _pick(MANIFEST, language), pairs, language)
    pen.fit_columns(1)
    pen.prepare_print(1)


def _pick(names: tuple[str, str], language: str) -> str:
    return names[words.LANGUAGES.index(language)]


def _table(record: "Record", plan: SheetPlan) -> pd.DataFrame:
    table = record.tables.get(plan.table, pd.DataFrame())
    teams = record.tables.get("team_composite")
    if plan.table != "composite" or teams is None or teams.empty:
        return table
    return pd.concat([table.assign(team=schema.OVERALL), teams], ignore_index=True)


def _columns(table: pd.DataFrame, plan: SheetPlan) -> list[str]:
    """Columns of the plan that are there; behind the composite, its dimensions."""
    if table.empty:
        return [column for column in plan.columns if column != "team"]
    known = [column for column in plan.columns if column in table.columns]
    if plan.table != "composite":
        return known
    return known + [column for column in table.columns if column not in plan.columns]


class _Lines:
    """Turns rows of one table into cells."""

    def __init__(self, plan: SheetPlan, record: "Record", language: str) -> None:
        self.plan, self.language = plan, language
        card = record.tables.get("scorecard", pd.DataFrame(columns=list(SCORECARD)))
        self.names = dict(zip(card["metric"], card["name"], strict=True))
        self.kinds = dict(zip(card["metric"], card["kind"], strict=True))

        self.dimensions = dict(zip(card["dimension"], card["dimension_name"], strict=True))

    def header(self, column: str) -> str:
        """Header of a column; of a dimension's score, the dimension's name."""
        own = self.dimensions.get(column)
        return str(own) if own else header(self.plan.table, column, self.language)

    def cell(self, row: Mapping[str, Any], column: str) -> Cell:
        """Cell of one value."""
        value, table = row[column], self.plan.table
        if row.get("status") in WITHOUT_VALUE and column in ("value", "lower", "upper"):
            known = column == "value"
            return Cell(words.label(row["status"], self.language) if known else None)
        if column in MEASURED:
            return measured_cell(value, self._kind(row), self.language, like=_size(row))
        if column == "met" and table != "composite":
            return self._met(value)
        if isinstance(value, str):
            return Cell(self._text(row, column, value))
        whole = isinstance(value, int) and not isinstance(value, bool)
        return plain_cell(value, FORMATS.get(column, COUNT if whole else POINTS))

    def _kind(self, row: Mapping[str, Any]) -> str:
        if self.plan.kind:
            return self.plan.kind
        if self.plan.table == "things":
            return "share" if row["kind"] == "topic" else self.kinds.get(row["metric"], "number")
        return str(row["kind"])

    def _met(self, value: object) -> Cell:
        if value is None or value != value:
            return Cell("–")
        return Cell(
            ("● " if value else "▼ ") + words.label("met" if value else "missed", self.language)
        )

    def _text(self, row: Mapping[str, Any], column: str, value: str) -> str:
        if column == "metric":
            return str(self.names.get(value, value))
        if column == "unit" and row.get("unit_kind") == "agent_id" and value != schema.UNKNOWN:
            return value
        return value_text(self.plan.table, column, value, self.language)


def _size(row: Mapping[str, Any]) -> float:
    """The value of a row; where it has none, the largest of the figures beside it."""
    figures = {name: row[name] for name in MEASURED & row.keys() if is_number(row[name])}
    return figures.get("value") or max(figures.values(), key=abs, default=math.nan)


def write_block(
    pen: Pen, row: int, name: str, title: str, table: pd.DataFrame, language: str
) -> int:
    """Write a titled table; return where the next one begins.

    Parameters
    ----------
    pen : Pen
        Of the sheet.
    row : int
        Of the title.
    name : str
        Of the table, for its headers and values.
    title : str
        Above the table.
    table : DataFrame
        Empty: that is said. Shares [0–1] are written as per cent where the column is a float
        named like a month or ``share``.
    language : {"zh", "en"}
        Of headers and values.
    """
    pen.write(row, 1, Cell(title, role="strong"))
    if table.empty:
        pen.write(row + 1, 1, Cell(words.label("no_data", language)))
        return row + 3
    heads = [header(name, str(column), language) for column in table.columns]
    pen.write_row(row + 1, [Cell(head, role="head") for head in heads])
    for number, line in enumerate(records(table), start=row + 2):
        cells = [_note_cell(name, str(column), value, language) for column, value in line.items()]
        pen.write_row(number, cells)
    return row + len(table) + 3


def _note_cell(table: str, column: str, value: object, language: str) -> Cell:
    if isinstance(value, str):
        return Cell(value_text(table, column, value, language))
    share = _MONTH.fullmatch(column) or column == "share"
    return plain_cell(value, SHARE if share else COUNT)


def _flatten(
    manifest: Mapping[str, Any], language: str, prefix: str = ""
) -> Iterator[tuple[str, object]]:
    """Give nested keys as one, named for readers: ``标准 指纹``."""
    for key, value in manifest.items():
        name = f"{prefix}{header('manifest', key, language)}"
        if isinstance(value, Mapping):
            yield from _flatten(value, language, f"{name} ")
        elif isinstance(value, list):
            numbered = {str(number): one for number, one in enumerate(value, 1)}
            yield from _flatten(numbered, language, f"{name} ")
        else:
            yield name, value
