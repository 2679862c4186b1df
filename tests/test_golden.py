"""The committed report on the sample data is what the code makes today; figures are guarded here.

nbval compares the texts and tables of the notebook and ignores pictures. ``make golden`` rewrites
the committed report; review its diff.
"""

import base64
import io
import json

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from tests.conftest import ROOT
from tests.golden import PERIOD, TARGET

COMMITTED = TARGET / f"monthly_diagnostic-{PERIOD}"
MOST_DIFFERENCE = 0.01
"""Root mean square of the pixels (0–1): fonts may be drawn a little otherwise elsewhere."""


def pictures(folder):
    cells = json.loads((folder / "report.ipynb").read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    data = [output.get("data", {}) for output in outputs]
    return [base64.b64decode(shown["image/png"]) for shown in data if "image/png" in shown]


def pixels(png):
    return matplotlib.image.imread(io.BytesIO(png), format="png")


def test_the_same_files_are_made(sample_report):
    made, kept = (
        {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        for folder in (sample_report, COMMITTED)
    )
    assert made == kept


def test_the_summary_is_the_same(sample_report):
    made, kept = (
        json.loads((folder / "summary.json").read_text("utf-8"))
        for folder in (sample_report, COMMITTED)
    )
    assert made == kept


@pytest.mark.parametrize("path", sorted((COMMITTED / "tables").glob("*.csv")), ids=lambda p: p.stem)
def test_every_table_is_the_same(sample_report, path):
    made = pd.read_csv(sample_report / "tables" / path.name)
    pd.testing.assert_frame_equal(made, pd.read_csv(path), rtol=1e-6)


def test_every_picture_is_the_same(sample_report):
    made, kept = pictures(sample_report), pictures(COMMITTED)
    assert len(made) == len(kept) >= 4
    for number, (new, old) in enumerate(zip(made, kept, strict=True)):
        if new != old:
            one, other = pixels(new), pixels(old)
            assert one.shape == other.shape, f"picture {number}"
            assert np.sqrt(np.mean((one - other) ** 2)) < MOST_DIFFERENCE, f"picture {number}"


def test_the_committed_report_names_no_folder_of_a_machine():
    for path in COMMITTED.rglob("*"):
        if path.suffix in (".html", ".ipynb", ".json", ".csv"):
            assert str(ROOT) not in path.read_text("utf-8"), path
