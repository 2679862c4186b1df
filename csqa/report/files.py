"""The files of a report beside its page: the clean notebook, the tables, the summary, the manifest.

The manifest is the only file with a clock in it. Everything else is the same, byte for byte,
whenever and wherever the same input is reported.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csqa.engine.personal_outputs import mask_values
from csqa.report.execute import KERNEL
from csqa.report.parameters import Request, hide_credentials
from csqa.report.publish import MANIFEST
from csqa.report.quarantine import FOLDER
from csqa.show.cells import ACTIVE
from csqa.show.record import Record, plain_values

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

_FORMULA_STARTS = (*ACTIVE, "\n")
"""How a cell begins that a spreadsheet would run (OWASP, “CSV Injection”)."""
PLACE = "quarantine"
"""Parameter by which a notebook is told where to write the rows set aside: a folder of one run."""
UNKNOWN_VERSION = "0+unknown"
"""Lower than any release, and valid (PEP 440)."""
_PAPERMILL_BANNER = "papermill-error-cell-tag"
_CELL_MEMORY = re.compile(r"ipykernel_\d+")


def csqa_version() -> str:
    """Version of csqa; ``"0+unknown"`` where it runs from a clone without being installed.

    Examples
    --------
    >>> csqa_version()[0].isdigit()
    True
    """
    try:
        return metadata.version("csqa")
    except metadata.PackageNotFoundError:
        return UNKNOWN_VERSION


def clean_notebook(executed: "NotebookNode", *, keep_personal: bool = False) -> "NotebookNode":
    """Take out of an executed notebook what differs from run to run or tells of the machine.

    Parameters
    ----------
    executed : NotebookNode
        As papermill leaves it.
    keep_personal : bool
        Whether to leave numbers of persons in the parameters, such as a file's name.

    Returns
    -------
    NotebookNode
        A copy with numbered cell ids, of the metadata only tags and the kernel's name, no logs
        (stderr), no passwords of databases, and not the folder of this run.
    """
    import nbformat.v4

    cells = [
        _clean_cell(cell, number, keep_personal)
        for number, cell in enumerate(_without_banners(executed), start=1)
    ]
    described = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    cleaned: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=described)
    return cleaned


def mask_notebook(notebook: "NotebookNode") -> "NotebookNode":
    """Mask personal data in all sources and outputs of a notebook that is kept for a look."""
    import nbformat

    masked: NotebookNode = nbformat.from_dict(mask_values(json.loads(nbformat.writes(notebook))))
    return masked


def write_notebook(notebook: "NotebookNode", path: Path) -> None:
    """Write a notebook the way Jupyter stores it."""
    import nbformat

    path.write_text(nbformat.writes(notebook) + "\n", "utf-8", newline="\n")


def write_tables(tables: Mapping[str, "pd.DataFrame"], folder: Path) -> None:
    """Write each table as ``<name>.csv``, to be opened in a spreadsheet.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Table name -> table.
    folder : Path
        Made if need be.

    Notes
    -----
    UTF-8 with a byte-order mark, so that Excel reads the Chinese. Text that a spreadsheet would
    take for a formula gets an apostrophe in front.
    """
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        plain = table.map(defuse).rename(columns=defuse)
        plain.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def defuse(value: Any) -> Any:
    r"""Put an apostrophe before text that a spreadsheet would run as a formula.

    Carriage returns become line feeds: unquoted, they would begin a new row in some readers.

    Examples
    --------
    >>> defuse('=HYPERLINK("http://…")'), defuse("一切正常"), defuse(-1.5)
    ('\'=HYPERLINK("http://…")', '一切正常', -1.5)
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write a mapping as readable, strict JSON."""
    plain = plain_values(content)
    text = json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(hide_credentials(text) + "\n", "utf-8", newline="\n")


def write_manifest(record: Record, request: Request, folder: Path) -> None:
    """Write what the report was made from and by, and the fingerprint of each file in it.

    Parameters
    ----------
    record : Record
        Its manifest comes first, as the notebook recorded it.
    request : Request
        What was asked for.
    folder : Path
        The finished report; every file in it is listed with its SHA-256.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    aside = [path for path in files if path.parent.name == FOLDER]
    parameters = request.parameters
    made = {
        "csqa_version": csqa_version(),
        "notebook": {"name": request.notebook.stem, "sha256": _fingerprint(request.notebook)},
        "period": request.period,
        "parameters": parameters if request.keep_personal else mask_values(parameters),
        "personal_data": "kept" if request.keep_personal else "masked",
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quarantine": [path.relative_to(folder).as_posix() for path in aside],
        "outputs": {path.relative_to(folder).as_posix(): _fingerprint(path) for path in files},
    }
    write_json({**record.manifest, **made}, folder / MANIFEST)


def _without_banners(executed: "NotebookNode") -> list[Any]:
    return [
        cell for cell in executed.cells if _PAPERMILL_BANNER not in cell.metadata.get("tags", [])
    ]


def _clean_cell(cell: Any, number: int, keep_personal: bool) -> Any:
    import nbformat

    cleaned = nbformat.from_dict({**cell, "id": f"c{number:03d}", "metadata": {}})
    if cell.metadata.get("tags"):
        cleaned.metadata["tags"] = sorted(cell.metadata["tags"])
    cleaned["source"] = hide_credentials(cell.source)
    if "injected-parameters" in cell.metadata.get("tags", []):
        lines = cleaned["source"].splitlines()
        lines = [x for x in lines if not x.startswith(f"{PLACE} = ")]
        cleaned["source"] = "\n".join(lines if keep_personal else mask_values(lines))
    if cell.cell_type == "code":
        kept = [output for output in cell.outputs if output.get("name") != "stderr"]
        cleaned["outputs"] = [_clean_output(output) for output in kept]
    return cleaned


def _clean_output(output: Any) -> Any:
    import nbformat

    text = hide_credentials(json.dumps(output, ensure_ascii=False))
    return nbformat.from_dict(json.loads(_CELL_MEMORY.sub("ipykernel", text)))


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
