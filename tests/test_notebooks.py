"""The notebooks' house rules: thin, stripped, bilingual, with known parameters."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BASELINES = sorted((ROOT / "reports" / "sample").rglob("*.ipynb"))


def read(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf8"))["cells"]


def code_cells(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in read(path) if cell["cell_type"] == "code"]


def test_there_are_notebooks():
    names = ["agent_sheets", "explore", "inspection_review", "monthly_diagnostic", "root_causes"]
    assert [path.stem for path in NOTEBOOKS] == names


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
class TestNotebook:
    def test_is_stored_without_outputs(self, path):
        kept = [
            cell["id"]
            for cell in read(path)
            if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"])
        ]
        assert kept == []

    def test_is_short(self, path):
        assert len(read(path)) <= 36  # the monthly report goes the whole way, from load to plan
        parameters, *others = code_cells(path)
        assert len(parameters.splitlines()) <= 16
        assert max(len(source.splitlines()) for source in others) <= 10

    def test_defines_nothing(self, path):
        trees = [ast.parse(source) for source in code_cells(path)]
        defined = [
            type(node).__name__
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.For | ast.While)
        ]
        assert defined == []

    def test_first_code_cell_holds_annotated_parameters_with_help(self, path):
        first = next(cell for cell in read(path) if cell["cell_type"] == "code")
        assert first["metadata"]["tags"] == ["parameters"]
        for line in "".join(first["source"]).splitlines():
            assert ": " in line.split("=")[0], line
            assert "  # " in line, line
            assert line.count("=") == 1, line

    def test_papermill_sees_every_parameter(self, path):
        import papermill

        seen = papermill.inspect_notebook(str(path))
        written = code_cells(path)[0].splitlines()
        assert list(seen) == [line.split(":")[0] for line in written]
        assert all(parameter["help"] for parameter in seen.values())

    def test_every_text_is_in_both_languages(self, path):
        texts = [
            line
            for cell in read(path)
            if cell["cell_type"] == "markdown"
            for line in "".join(cell["source"]).splitlines()
            if line.strip()
        ]
        assert [line for line in texts if line.count("｜") != 1] == []

    def test_ends_with_a_record(self, path):
        last = read(path)[-1]
        assert last["metadata"]["tags"] == ["record"]
        assert "csqa.record(" in "".join(last["source"])


class TestBaseline:
    """nbval passes on a stripped notebook: these keep its baselines worth comparing with."""

    def test_the_baselines_are_those_expected(self):
        assert [path.parent.name for path in BASELINES] == ["monthly_diagnostic-2025-06"]

    @pytest.mark.parametrize("path", BASELINES, ids=lambda path: path.parent.name)
    def test_every_code_cell_was_executed(self, path):
        counts = [cell["execution_count"] for cell in read(path) if cell["cell_type"] == "code"]
        assert None not in counts
        assert len(counts) >= 10

    @pytest.mark.parametrize("path", BASELINES, ids=lambda path: path.parent.name)
    def test_has_outputs_to_compare(self, path):
        kinds = [
            kind
            for cell in read(path)
            if cell["cell_type"] == "code"
            for output in cell["outputs"]
            for kind in output.get("data", {})
        ]
        assert kinds.count("text/html") >= 8
        assert kinds.count("image/png") >= 4
        assert "application/vnd.csqa.record+json" in kinds
