"""The files beside the page: same bytes for the same input, and safe to open."""

import hashlib
import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat import v4

from csqa.report.files import (
    clean_notebook,
    write_json,
    write_manifest,
    write_notebook,
    write_tables,
)
from csqa.report.parameters import Request
from csqa.show.record import Record


def executed() -> nbformat.NotebookNode:
    stamps = {"start_time": "2026-01-01T00:00:00", "duration": 1.5}
    cells = [
        v4.new_markdown_cell("failed here", metadata={"tags": ["papermill-error-cell-tag"]}),
        v4.new_code_cell(
            'source = "postgresql://ann:secret@db/qa"',
            metadata={"tags": ["injected-parameters"], "papermill": stamps},
            execution_count=1,
            outputs=[
                v4.new_output("stream", name="stderr", text="/home/ann/x.py:1: UserWarning"),
                v4.new_output("stream", name="stdout", text="from mysql://ann:secret@db/qa"),
            ],
        ),
    ]
    metadata = {"papermill": {"output_path": "/home/ann/out.ipynb"}}
    return v4.new_notebook(cells=cells, metadata=metadata)


def test_a_clean_notebook_tells_neither_time_nor_machine_nor_password() -> None:
    cleaned = clean_notebook(executed())
    text = nbformat.writes(cleaned)
    for told in ("2026-01-01", "/home/ann", "papermill", "secret", "UserWarning"):
        assert told not in text
    assert [cell.id for cell in cleaned.cells] == ["c001"]
    assert cleaned.cells[0].metadata == {"tags": ["injected-parameters"]}
    assert cleaned.cells[0].execution_count == 1
    nbformat.validate(cleaned)


def test_cleaning_leaves_the_original_alone() -> None:
    notebook = executed()
    clean_notebook(notebook)
    assert notebook.metadata.papermill.output_path == "/home/ann/out.ipynb"
    assert "secret" in notebook.cells[1].source
    assert len(notebook.cells[1].outputs) == 2


def test_cleaning_twice_changes_nothing(tmp_path: Path) -> None:
    once = clean_notebook(executed())
    write_notebook(once, tmp_path / "once.ipynb")
    write_notebook(clean_notebook(once), tmp_path / "twice.ipynb")
    assert (tmp_path / "once.ipynb").read_bytes() == (tmp_path / "twice.ipynb").read_bytes()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_in_a_table_is_a_formula(tmp_path: Path, start: str) -> None:
    table = pd.DataFrame({f"{start}name": [f"{start}1+1", "一组"], "change": [-1.5, 2.0]})
    write_tables({"t": table}, tmp_path / "tables")
    read = pd.read_csv(tmp_path / "tables/t.csv", dtype={0: str})
    assert read.columns[0].startswith("'")
    assert read.iloc[0, 0].startswith("'")
    assert read.iloc[1, 0] == "一组"
    assert read["change"].tolist() == [-1.5, 2.0]


def test_excel_recognises_the_encoding(tmp_path: Path) -> None:
    write_tables({"t": pd.DataFrame({"班组": ["一组"]})}, tmp_path / "tables")
    content = (tmp_path / "tables/t.csv").read_bytes()
    assert content == b"\xef\xbb\xbf" + "班组\n一组\n".encode()


def test_json_is_strict_and_without_passwords(tmp_path: Path) -> None:
    content = {"rate": float("nan"), "source": "mysql://u:secret@h/d", "zh": "质检"}
    write_json(content, tmp_path / "x.json")
    text = (tmp_path / "x.json").read_text("utf-8")
    assert json.loads(text) == {"rate": None, "source": "mysql://***@h/d", "zh": "质检"}
    assert "质检" in text


def test_a_manifest_lists_every_file_with_its_fingerprint(tmp_path: Path) -> None:
    notebook = tmp_path / "toy.ipynb"
    notebook.write_text("{}")
    report = tmp_path / "report"
    (report / "tables").mkdir(parents=True)
    (report / "tables/t.csv").write_text("a\n1\n")
    (report / "report.html").write_text("<p>")
    request = Request(notebook, "2025-06", "zh", {"period": "2025-06"})
    write_manifest(Record(manifest={"rows": {"used": 3}}), request, report)
    manifest = json.loads((report / "manifest.json").read_text())
    assert manifest["rows"] == {"used": 3}
    assert manifest["parameters"] == {"period": "2025-06"}
    assert manifest["outputs"] == {
        "report.html": hashlib.sha256(b"<p>").hexdigest(),
        "tables/t.csv": hashlib.sha256(b"a\n1\n").hexdigest(),
    }
