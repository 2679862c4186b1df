"""The sheet on the data themselves: what is in doubt, what was set aside, how complete they are."""

from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.check.findings import name_column
from csqa.show.cells import Pen
from csqa.show.quality import pivot_completeness
from csqa.show.workbook_sheets import write_block

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from csqa.show.record import Record

TITLE = ("数据质量", "Data quality")
DOUBTS = ("可疑之处（数据保留）", "In doubt, but kept")
FAULTS = ("行里的错误", "Faults in rows")
NO_DOUBTS = ("整体上没有可疑之处。", "Nothing in the whole is in doubt.")
NO_FAULTS = ("行里没有错误。", "No row is wrong.")
MONTHS = ("各列逐月有值的比例", "Filled columns by month")
HOURS = ("各时段的记录与工号", "Contacts and agents by hour")
AGENTS = ("各工号的记录与天数", "Contacts and days by agent")
BY_HOUR = ("hour_contacts", "hour_agents", "hour_without_agent")
BY_AGENT = ("agent_contacts", "agent_days")


def write_quality(sheet: "Worksheet", record: "Record", language: str) -> None:
    """Write all that was found about the data, in blocks.

    Parameters
    ----------
    sheet : Worksheet
        Empty.
    record : Record
        Its table ``limits`` is from :func:`csqa.check`.
    language : {"zh", "en"}
        Of headers and values.
    """
    found = record.tables.get("limits", pd.DataFrame())
    blocks = _blocks(found, language) if "severity" in found else {DOUBTS: pd.DataFrame()}
    pen, row = Pen(sheet), 1
    place = words.LANGUAGES.index(language)
    for names, table in blocks.items():
        row = write_block(pen, row, "quality", names[place], table, language)
    pen.fit_columns(1)
    pen.fit_rows(1)
    pen.prepare_print(1)


def _blocks(found: pd.DataFrame, language: str) -> dict[tuple[str, str], pd.DataFrame]:
    faults = found["kind"] == "faults"
    doubts = found[(found["severity"] == "warning") & ~faults]
    months = pivot_completeness(found)
    months["column"] = _named(months, language)
    return {
        DOUBTS: doubts[["note", "value", "done"]] if len(doubts) else _said(NO_DOUBTS, language),
        FAULTS: _faults(found[faults]) if faults.any() else _said(NO_FAULTS, language),
        MONTHS: months,
        HOURS: _by_unit(found, "hour", BY_HOUR),
        AGENTS: _by_unit(found, "agent_id", BY_AGENT),
    }


def _named(months: pd.DataFrame, language: str) -> list[str]:
    pairs = zip(months["table"], months["column"], strict=True)
    return [name_column(table, column, language) for table, column in pairs]


def _said(texts: tuple[str, str], language: str) -> pd.DataFrame:
    """One sentence in the place of a table: that nothing was found is a finding."""
    return pd.DataFrame({"note": [texts[words.LANGUAGES.index(language)]]})


def _faults(faults: pd.DataFrame) -> pd.DataFrame:
    """The reason first: it is what takes room, and the first column of the sheet is wide."""
    columns = ["note", "value", "done", "severity", "table", "file", "first_row"]
    return faults.assign(first_row=faults["unit"].astype("int64"))[columns]


def _by_unit(found: pd.DataFrame, name: str, kinds: tuple[str, ...]) -> pd.DataFrame:
    own = found[found["kind"].isin(kinds)]
    if own.empty:
        return pd.DataFrame()
    wide = own.pivot_table(index="unit", columns="kind", values="value")[list(kinds)]
    return wide.rename_axis(columns=None).rename_axis(index=name).reset_index()
