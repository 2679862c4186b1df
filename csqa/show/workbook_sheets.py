"""The other sheets: the tables behind the report, with headers and values in readers' words."""

import math
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa import results, schema, words
from csqa.frames import records
from csqa.rules.faults import is_number
from csqa.show.cells import COUNT, POINTS, Cell, Pen, mark_scores, measured_cell, plain_cell
from csqa.show.headers import header, value_text
from csqa.show.review import name_line
from csqa.show.workbook_plans import CHOICES, FORMATS, MEASURED, OF_KIND, RARE, SCORED, SheetPlan
from csqa.show.workbook_template import WITHOUT_VALUE

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from csqa.show.record import Record


DATA_SHEET = ("数据说明", "Data")
SCORECARD = ("metric", "name", "kind", "dimension", "dimension_name")
"""Columns of the scorecard that name what other tables have as keys."""

BLOCKS = (
    ("rows", ("读入与隔离", "Rows read and set aside")),
    ("sources", ("数据来源", "Sources")),
    ("limits", ("没有提供的表", "Tables not given")),
)
MANIFEST = ("依据", "What the report rests on")

_MONTH = re.compile(r"\d{4}-\d{2}")
SHARE = "0.0%"


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
    from openpyxl.utils import get_column_letter

    table = _table(record, plan)
    columns = _columns(table, plan)
    pen = Pen(sheet)
    lines = _Lines(plan, record, language)
    pen.write_row(1, [Cell(lines.header(column), role="head") for column in columns])
    for number, row in enumerate(records(table), start=2):
        pen.write_row(number, [lines.cell(row, column) for column in columns])
    if table.empty:
        pen.write(2, 1, Cell(words.label("no_data", language)))
    for letter, column in zip(map(get_column_letter, count(1)), columns, strict=False):
        if column in plan.blank.split() and column in CHOICES:
            _offer_choices(sheet, letter, len(table) + 1, _pick(CHOICES[column], language))
        if column in SCORED.get(plan.table, ()):
            mark_scores(sheet, letter, 2, len(table) + 1)
    pen.fit_columns(1)
    pen.fit_rows(1)
    sheet.auto_filter.ref = sheet.dimensions
    pen.prepare_print(1)


def _offer_choices(sheet: "Worksheet", letter: str, last: int, choices: str) -> None:
    """Let an empty cell be filled in from a list; anything else may be typed as well."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if last < 2:
        return
    listed = DataValidation("list", formula1=f'"{choices}"', showErrorMessage=False)
    sheet.add_data_validation(listed)
    listed.add(f"{letter}2:{letter}{last}")


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
        return [column for column in plan.columns if column != "team" and column not in RARE]
    empty = {name for name in RARE & set(table) if table[name].replace("", None).isna().all()}
    shown = set(table.columns) - empty
    known = [name for name in plan.columns if name in shown or name in plan.blank.split()]
    if plan.table != "composite":
        return known
    return known + [column for column in table.columns if column not in plan.columns]


class _Lines:
    """Turns rows of one table into cells."""

    def __init__(self, plan: SheetPlan, record: "Record", language: str) -> None:
        self.plan, self.language = plan, language
        card = record.tables.get("scorecard", pd.DataFrame(columns=list(SCORECARD)))
        self.names = {"composite": header("composite", "composite", language)}
        self.names |= zip(card["metric"], card["name"], strict=True)
        self.kinds = dict(zip(card["metric"], card["kind"], strict=True))

        self.dimensions = dict(zip(card["dimension"], card["dimension_name"], strict=True))

    def header(self, column: str) -> str:
        """Header of a column; of a dimension's score, the dimension's name."""
        own = self.dimensions.get(column)
        return str(own) if own else header(self.plan.table, column, self.language)

    def cell(self, row: Mapping[str, Any], column: str) -> Cell:
        """Cell of one value."""
        if column not in row:
            return Cell()
        value, table = row[column], self.plan.table
        if row.get("status") in WITHOUT_VALUE and column in ("value", "lower", "upper"):
            known = column == "value"
            return Cell(words.label(row["status"], self.language) if known else None)
        if column in OF_KIND:
            return measured_cell(value, OF_KIND[column], self.language)
        if column in MEASURED:
            return measured_cell(value, self._kind(row), self.language, like=_size(row))
        if column in ("met", "met_restated") and table != "composite":
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
        own = row.get("kind")  # a composite has none
        return str(own if own in results.KINDS else self.kinds.get(row["metric"], "number"))

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
        if column in ("line", "target_line"):
            day, _, label = value.rpartition("/")
            name = name_line(label, self.language)
            return f"{name}（{day}）" if day else name
        if column == "dimension":
            return str(self.dimensions.get(value, value))
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
