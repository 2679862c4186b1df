"""The report of sheets: made by the real runner; with pseudonyms no id is left in any file."""

import json

import openpyxl
import pytest

import csqa
from csqa.cli import main
from csqa.pseudonyms import KEY_VARIABLE

pytestmark = pytest.mark.slow

KEY = "our own long secret"


def read_all(folder) -> str:
    """All that a reader of the report could see, as one text."""
    kinds = (".html", ".ipynb", ".json", ".csv")
    texts = [path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in kinds]
    workbook = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)
    texts += [str(cell) for sheet in workbook for row in sheet.values for cell in row]
    workbook.close()
    return "\n".join(texts)


def test_with_pseudonyms_no_id_and_no_key_is_in_any_file(tmp_path, monkeypatch, sample):
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    asked = ["report", "agents", "--period", "2025-06", "--out", str(tmp_path), "--quiet"]
    assert main([*asked, "--pseudonymise"]) == 0
    folder = tmp_path / "agent_sheets-2025-06"
    told = read_all(folder)
    agents = sample.contacts["agent_id"].dropna().unique()
    assert len(agents) > 30
    assert [agent for agent in agents if agent in told] == []
    assert KEY not in told
    assert told.count("客服-") > 100
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert (summary["pseudonyms"], summary["sheets"]) == (True, 12)


def test_the_agents_asked_for_are_those_shown(tmp_path):
    folder = csqa.run_report(
        "agent_sheets",
        period="2025-06",
        out=tmp_path,
        parameters={"agents": "K1005，K1039"},
        progress=False,
    )
    page = (folder / "report.html").read_text("utf-8")
    assert page.count('class="agent-sheet"') == 2
    assert "维修" in page
    assert "记录还少，不作判断" in page


def test_without_a_key_nothing_is_published(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    asked = ["report", "agents", "--period", "2025-06", "--out", str(tmp_path), "--quiet"]
    assert main([*asked, "--pseudonymise"]) == 2
    assert KEY_VARIABLE in capsys.readouterr().err
    assert not (tmp_path / "agent_sheets-2025-06").exists()
