"""What an earlier report says of the standard's past, to notice that it was changed since."""

import json
from pathlib import Path

from csqa.report.parameters import Request

BEFORE = "before"
"""Parameter of a notebook: fingerprints of the standard at the time of an earlier report."""


def read_history(folder: Path, request: Request) -> str:
    """Give the standard's history as the newest earlier report of the same kind kept it.

    Parameters
    ----------
    folder : Path
        Of the reports.
    request : Request
        The report to be made; only reports on periods before it count.

    Returns
    -------
    str
        JSON; empty where there is no such report, or its manifest cannot be read: what notices
        a change must not stop a report.
    """
    stem = request.notebook.stem
    earlier = [
        path
        for path in sorted(folder.glob(f"{stem}-*/manifest.json"), reverse=True)
        if path.parent.name < request.folder_name
    ]
    for path in earlier:
        try:
            found = json.loads(path.read_text(encoding="utf8")).get("standard_history")
        except (OSError, ValueError, AttributeError):
            continue
        if found:
            return json.dumps(found, ensure_ascii=False)
    return ""
