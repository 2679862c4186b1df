"""What a notebook hands on: its tables, its summary and its manifest, as one display output.

A report notebook ends with ``csqa.record(tables, summary, manifest)``. The output travels inside
the executed notebook, so a report needs no side files and nbval compares it like any other output.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from csqa.errors import ReportError, RuleError

if TYPE_CHECKING:
    import pandas as pd

MIME = "application/vnd.csqa.record+json"
"""Type of the output that carries a record."""
DIGITS = 10
"""Significant digits kept of a float: machines agree on so many after sums of a million terms."""
_TABLE_NAME = re.compile(r"[^\W.][\w-]*")
_WRITTEN_AS_TEXT = ("datetime64", "period", "category", "timedelta64")


@dataclass(frozen=True)
class Record:
    """The numbers of a report: what the workbook, the summary and the manifest are made from."""

    tables: dict[str, "pd.DataFrame"] = field(default_factory=dict)
    """Table name -> table, each with a plain 0..n-1 index."""
    summary: dict[str, Any] = field(default_factory=dict)
    """What a program would ask: headline figures, contacts counted, verdicts."""
    manifest: dict[str, Any] = field(default_factory=dict)
    """What the report rests on: data fingerprints, row counts, rules with their versions."""

    def __repr__(self) -> str:
        """One line that stays the same from run to run."""
        return f"已记录 {len(self.tables)} 张表、{len(self.summary)} 项摘要。"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        content = {
            "version": 1,
            # A list, because notebooks are stored with their keys sorted.
            "tables": [_table_to_json(name, table) for name, table in self.tables.items()],
            "summary": plain_values(self.summary),
            "manifest": plain_values(self.manifest),
        }
        return {MIME: content, "text/plain": repr(self)}


def record(
    tables: Mapping[str, "pd.DataFrame"],
    summary: Mapping[str, Any],
    manifest: Mapping[str, Any],
    *,
    keep_personal: bool = False,
    language: str = "zh",
) -> Record:
    """Record the numbers of a report; the last expression of a report notebook.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables behind the report. A named index becomes columns; another index is dropped.
    summary, manifest : mapping
        Strings, numbers, booleans, None, dates, lists and mappings of these.
    keep_personal : bool
        Whether to leave mobile, identity and card numbers and mail addresses in the texts.
        Left out, tokens take their place (:mod:`csqa.engine.personal_outputs`), but not that of
        ids of contacts, orders and staff; in columns of free text all kinds are masked
        (:mod:`csqa.engine.personal_texts`).
    language : {"zh", "en"}
        Of the tokens.

    Returns
    -------
    Record
        Displays itself as JSON (type :data:`MIME`): floats at ten significant digits, NaN as null.

    Raises
    ------
    RuleError
        If a table's name cannot be a file name, two columns share a name, or a value cannot be
        written as JSON.

    Examples
    --------
    >>> import pandas as pd
    >>> record({"scores": pd.DataFrame({"value": [0.1 + 0.2]})}, {"contacts": 12}, {})
    已记录 1 张表、1 项摘要。
    """
    for name, table in tables.items():
        _check_table(name, table)
    plain = {name: _plain_index(table) for name, table in tables.items()}
    recorded = Record(plain, dict(summary), dict(manifest))
    if not keep_personal:
        recorded = _mask(recorded, language)
    recorded._repr_mimebundle_()  # a value that cannot be written fails here, where it is named
    return recorded


def _mask(recorded: Record, language: str) -> Record:
    from csqa.engine.personal_texts import mask_columns  # their patterns take long to compile
    from csqa.show.record_masks import mask_record

    told, *others = mask_record(recorded.tables, recorded.summary, recorded.manifest, language)
    return Record(mask_columns(told, *others, language=language), *others)


def read_record(notebook: Any) -> Record:
    """Read the record that an executed notebook carries; the last one if there are several.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook.

    Returns
    -------
    Record
        Tables with the columns and dtypes they were recorded with.

    Raises
    ------
    ReportError
        If no cell displayed a record.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> shown = v4.new_output("display_data", record({}, {"contacts": 12}, {})._repr_mimebundle_())
    >>> read_record(v4.new_notebook(cells=[v4.new_code_cell(outputs=[shown])])).summary
    {'contacts': 12}
    """
    found = [
        output["data"][MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]
    if not found:
        message = (
            "笔记本没有记录结果：最后一个单元应以 `csqa.record(tables, summary, manifest)` 结束。"
        )
        raise ReportError(message)
    content = json.loads(json.dumps(found[-1]))
    tables = {table["name"]: _table_from_json(table) for table in content["tables"]}
    return Record(tables, content["summary"], content["manifest"])


def plain_values(value: Any) -> Any:
    """Turn a value into what JSON can say, and nothing else.

    Parameters
    ----------
    value : object
        Numbers (also numpy's), strings, None, NaN, dates, lists, tuples and mappings of these.

    Returns
    -------
    object
        Floats at ten significant digits; NaN, NaT and NA as None; infinities as ``"inf"`` and
        ``"-inf"``; dates as ISO text; mappings with string keys.

    Raises
    ------
    RuleError
        If there is anything else in it.

    Examples
    --------
    >>> plain_values({"rate": 2 / 3, "missing": float("nan"), "months": ("2025-05", "2025-06")})
    {'rate': 0.6666666667, 'missing': None, 'months': ['2025-05', '2025-06']}
    """
    if isinstance(value, Mapping):
        return {str(key): plain_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(inner) for inner in value]
    if hasattr(value, "tolist"):
        return plain_values(value.tolist())
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, pd.Period | pd.Timedelta):
        return str(value)
    message = f"记录里有不能写成 JSON 的值：{type(value).__name__} {value!r:.80}。"
    raise RuleError(message)


def _plain_float(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    rounded = float(f"{value:.{DIGITS}g}")
    return value if math.isinf(rounded) else rounded  # the largest floats round up to infinity


def _check_table(name: str, table: "pd.DataFrame") -> None:
    if not _TABLE_NAME.fullmatch(name):
        message = f"表名 {name!r} 只能含文字、数字、下划线和连字符，因为它也是文件名。"
        raise RuleError(message)
    repeated = table.columns[table.columns.duplicated()].unique().tolist()
    if repeated:
        message = f"表 {name} 有重名的列：{', '.join(map(str, repeated))}。"
        raise RuleError(message)


def _plain_index(table: "pd.DataFrame") -> "pd.DataFrame":
    named = any(level is not None for level in table.index.names)
    return table.reset_index(drop=not named)


def _table_to_json(name: str, table: "pd.DataFrame") -> dict[str, Any]:
    columns = [
        {"name": str(column), "dtype": str(dtype)}
        for column, dtype in zip(table.columns, table.dtypes, strict=True)
    ]
    values = [plain_values(_listed(table[column])) for column in table.columns]
    rows = [list(row) for row in zip(*values, strict=True)]
    return {"name": name, "columns": columns, "rows": rows}


def _listed(column: Any) -> list[Any]:
    if str(column.dtype).startswith(_WRITTEN_AS_TEXT):
        missing = column.isna()
        return [
            None if absent else str(value) for value, absent in zip(column, missing, strict=True)
        ]
    return list(column)


def _table_from_json(content: dict[str, Any]) -> "pd.DataFrame":
    import pandas as pd

    names = [column["name"] for column in content["columns"]]
    columns = {
        column["name"]: _column_from_json([row[i] for row in content["rows"]], column["dtype"])
        for i, column in enumerate(content["columns"])
    }
    return pd.DataFrame(columns, columns=names, index=range(len(content["rows"])))


def _column_from_json(values: list[Any], dtype: str) -> Any:
    import pandas as pd

    column: Any = pd.Series(values, dtype=object)
    if dtype == "object":
        return column
    if dtype.startswith("datetime64"):
        return pd.to_datetime(column, utc="," in dtype, format="ISO8601").astype(dtype)
    if dtype.startswith("timedelta64"):
        return pd.to_timedelta(column).astype(dtype)
    return column.astype(dtype)
