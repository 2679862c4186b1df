"""From a notebook and a month to a published report.

The steps, in order: check the request (:mod:`.parameters`), run the notebook (:mod:`.execute`),
read what it recorded, write the files (:mod:`.files`, :mod:`.page`), search them for personal data
(:mod:`.gate`), publish them whole (:mod:`.publish`). Until the last step an earlier report stays as
it is.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csqa.check.limit import MAX_QUARANTINED
from csqa.errors import ReportError, RuleError
from csqa.report.execute import execute_notebook, read_notebook
from csqa.report.files import (
    PLACE,
    clean_notebook,
    mask_notebook,
    write_json,
    write_manifest,
    write_notebook,
    write_tables,
)
from csqa.report.gate import require_masked
from csqa.report.history import BEFORE, read_history
from csqa.report.parameters import KEEP, Request, read_request
from csqa.report.progress import Progress, silent
from csqa.report.publish import explained_disk_errors, publish
from csqa.report.quarantine import FOLDER, write_quarantine
from csqa.report.quarantine_masks import mask_quarantine
from csqa.report.scratch import Scratch
from csqa.show.record import Record, read_record

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["run_report", "write_quarantine"]


def run_report(
    notebook: str | Path = "monthly_diagnostic",
    *,
    period: str,
    source: str | Path | None = None,
    out: str | Path = "reports",
    mapping: str | Path | None = None,
    standard: str | Path | None = None,
    calendar: str | Path | None = None,
    language: str = "zh",
    minimum_n: int = 30,
    max_quarantined: float = MAX_QUARANTINED,
    parameters: Mapping[str, Any] | None = None,
    progress: bool = True,
    time_limit_seconds: float = 1800,
    keep_personal: bool = False,
) -> Path:
    """Run a report notebook for a period and publish the report, whole or not at all.

    Parameters
    ----------
    notebook : str or Path
        Name of a shipped notebook (or its beginning), or the path of an ``.ipynb`` file.
    period : str
        The month, YYYY-MM.
    source : str or Path, optional
        Data folder, file or database address; the shipped sample data if left out.
    out : str or Path
        Folder of the reports; this one goes to ``<out>/<notebook>-<period>``.
    mapping, standard, calendar : str or Path, optional
        Header mapping, standard, and calendar (YAML); the shipped ones if left out.
    language : {"zh", "en"}
        Language of the page and the workbook.
    minimum_n : int
        Fewest contacts for a verdict.
    max_quarantined : float
        Largest share of rows set aside, 0–1, as in :func:`csqa.require_usable`.
    parameters : mapping of str to object, optional
        Further parameters that the notebook declares.
    progress : bool
        Whether to write progress to stderr.
    time_limit_seconds : float
        For running the notebook, by the wall clock.
    keep_personal : bool
        Whether mobile, identity and card numbers and mail addresses may stand in the report. The
        manifest records it as ``personal_data``: ``masked`` or ``kept``. A notebook that declares
        a parameter of this name is told.

    Returns
    -------
    Path
        The published folder: ``report.html``, ``report.xlsx``, ``report.ipynb``, ``summary.json``,
        ``manifest.json``, ``tables/*.csv`` and, where rows were set aside,
        ``quarantine/quarantined_*.csv`` (see :func:`csqa.write_quarantine`).

    Raises
    ------
    RuleError
        If an argument or a rule file is wrong, ``out`` cannot be written or the disk is full.
    DataError
        If the data cannot be used, or too many rows were set aside.
    ReportError
        If the notebook failed. What it had done by then is kept for inspection in
        ``<out>/<notebook>-<period>.failed.ipynb``, until the next such failure or success. Or if
        personal data is left in a finished file (:mod:`.gate`): nothing is kept of that report.

    Notes
    -----
    The notebook runs in the current directory, so relative paths mean what they mean to the
    caller. Passwords in database addresses are not written to the report.
    """
    rules = {"mapping": mapping, "standard": standard, "calendar": calendar}
    given = {"source": source, **rules, **(parameters or {})}
    request = read_request(
        notebook, period, language, minimum_n, given, max_quarantined=max_quarantined
    )
    request = replace(request, keep_personal=keep_personal)
    folder = Path(out)
    with explained_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with Scratch(folder) as scratch:
            partial = scratch.path / "partial.ipynb"
            aside = scratch.path.absolute() / FOLDER
            try:
                own: dict[str, Any] = {PLACE: str(aside)}
                own |= {BEFORE: read_history(folder, request)}
                own |= {KEEP: True} if keep_personal else {}
                executed = _execute(request, partial, own, progress, time_limit_seconds)
                record = read_record(executed)
            except ReportError:
                _keep_failed(partial, _failed_copy(folder, request), keep_personal)
                raise
            built = _build(request, executed, record, scratch.path / "report", aside)
            if not keep_personal:
                require_masked(built)
            published = folder / request.folder_name
            publish(built, published, scratch.path)
            _failed_copy(folder, request).unlink(missing_ok=True)
    return published


def _execute(
    request: Request,
    partial: Path,
    own: Mapping[str, Any],
    progress: bool,
    time_limit_seconds: float,
) -> "NotebookNode":
    shown = Progress() if progress else None
    # Only the notebook has the data: it writes the rows set aside, where they can be published.
    given = {name: value for name, value in own.items() if name in request.declared}
    try:
        return execute_notebook(
            request.notebook,
            given | request.parameters,
            partial,
            time_limit_seconds=time_limit_seconds,
            on_cell=shown or silent,
            secrets=request.secrets,
        )
    finally:
        if shown:
            shown.close()


def _build(
    request: Request, executed: "NotebookNode", record: Record, built: Path, aside: Path
) -> Path:
    """Write all files of the report into one folder."""
    from csqa.report.page import make_page
    from csqa.show.workbook import write_workbook

    notebook = clean_notebook(executed, keep_personal=request.keep_personal)
    built.mkdir()
    write_notebook(notebook, built / "report.ipynb")
    page = make_page(notebook, language=request.language, period=request.period)
    (built / "report.html").write_text(page, "utf-8", newline="\n")
    write_workbook(record, built / "report.xlsx", request.language)
    write_tables(record.tables, built / "tables")
    write_json(record.summary, built / "summary.json")
    if aside.is_dir():
        aside.rename(built / FOLDER)
        if not request.keep_personal:
            mask_quarantine(built / FOLDER, request.language)
    write_manifest(record, request, built)
    return built


def _failed_copy(folder: Path, request: Request) -> Path:
    return folder / f"{request.folder_name}.failed.ipynb"


def _keep_failed(partial: Path, kept: Path, keep_personal: bool) -> None:
    """Keep a half-executed notebook; that it cannot be kept must not hide why it failed."""
    try:
        cleaned = clean_notebook(read_notebook(partial), keep_personal=keep_personal)
        write_notebook(cleaned if keep_personal else mask_notebook(cleaned), partial)
        partial.replace(kept)
    except (OSError, RuleError):
        kept.unlink(missing_ok=True)
