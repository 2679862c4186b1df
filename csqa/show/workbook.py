"""The workbook of a report: template 1 first, then the tables behind the charts."""

import re
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from csqa import words
from csqa.errors import check_option
from csqa.show import workbook_plans, workbook_quality, workbook_sheets, workbook_template
from csqa.show.workbook_causes import CAUSE_SHEETS
from csqa.show.workbook_problems import PROBLEM_SHEETS

if TYPE_CHECKING:
    from openpyxl import Workbook

    from csqa.show.record import Record

EPOCH = datetime(1980, 1, 1)
"""Written as the date of everything: the same report gives the same bytes."""

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def write_workbook(record: "Record", path: str | Path, language: str = "zh") -> None:
    """Write the tables of a report as an Excel workbook.

    Parameters
    ----------
    record : Record
        What the notebook recorded. Tables ``scorecard``, ``composite``, ``team_composite``,
        ``things``, ``horizontal``, ``vertical``, ``topics``, ``actions``, ``rows``, ``sources``,
        ``limits`` are written; any may be missing or empty, which its sheet says. ``changes``,
        ``relaxations``, ``restated``, ``review``, ``goals``, ``inspections``, ``backlog`` and the
        tables of problems and causes have a sheet where there is such a table.
    path : str or Path
        File to write, ``.xlsx``.
    language : {"zh", "en"}
        Of sheet names, headers and values of ours.

    Raises
    ------
    RuleError
        If the language is unknown.

    Notes
    -----
    Text from data is written as text even where it begins like a formula. The same record gives
    the same bytes.

    Examples
    --------
    >>> import tempfile
    >>> from openpyxl import load_workbook
    >>> from csqa.show.record import Record
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_workbook(Record(), Path(folder, "report.xlsx"))
    ...     load_workbook(Path(folder, "report.xlsx")).sheetnames[:3]
    ['服务质量监控指标表', '需要关注', '得分明细']
    """
    check_option("language", language, words.LANGUAGES)
    Path(path).write_bytes(pack_workbook(_build(record, language)))


def _build(record: "Record", language: str) -> "Workbook":
    from openpyxl import Workbook

    place = words.LANGUAGES.index(language)
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.creator = "csqa"
    workbook.properties.created = EPOCH
    first = workbook.create_sheet(workbook_template.TITLE[place])
    workbook_template.write_template(first, record, language)
    optional = (*workbook_plans.STANDARD_SHEETS, *PROBLEM_SHEETS, *CAUSE_SHEETS)
    given = [plan for plan in optional if plan.table in record.tables]
    for plan in (*workbook_plans.SHEETS, *given):
        sheet = workbook.create_sheet(plan.names[place])
        workbook_sheets.write_table(sheet, plan, record, language)
    quality = workbook.create_sheet(workbook_quality.TITLE[place])
    workbook_quality.write_quality(quality, record, language)
    notes = workbook.create_sheet(workbook_sheets.DATA_SHEET[place])
    workbook_sheets.write_data_notes(notes, record, language)
    return workbook


def pack_workbook(workbook: "Workbook") -> bytes:
    """Bytes of a workbook without the clock: openpyxl writes the time of saving twice."""
    saved, packed = BytesIO(), BytesIO()
    workbook.save(saved)
    stamp = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(packed, "w") as out:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            entry = zipfile.ZipInfo(name, date_time=EPOCH.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, content)
    return packed.getvalue()
