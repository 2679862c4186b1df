"""A module imports only from layers below its own; stages never import each other."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "csqa"
LAYERS = (
    {"columntypes"},
    {"inspection_tables", "audit_tables", "command_parser"},
    {"step_tables"},
    {
        "errors",
        "results",
        "cause_results",
        "problem_results",
        "step_results",
        "sentiment_results",
        "pilot_results",
        "schema",
        "paths",
        "words_table",
        "definition_texts",
        "_fastimport",
    },
    {"periods", "frames"},
    {"rules", "stats"},
    {"words"},
    {"sentences", "engine"},
    {"learn"},
    {"score_reasons", "target_sentences", "verdict_sentences"},
    {
        "load",
        "backlog",
        "check",
        "measure",
        "score",
        "scorecard",
        "composite",
        "definitions",
        "horizontal",
        "vertical",
        "diagnose",
        "draft",
        "plan",
        "goals",
        "brief",
        "change",
        "compare_periods",
        "contributions",
        "sensitivity",
        "relaxations",
        "review_standard",
        "inspection_faults",
        "inspections",
        "limits",
        "summary",
        "contrast",
        "consistency",
        "conflicts",
        "pseudonyms",
        "workload",
        "watch",
        "hours",
        "sample",
        "sample_audit",
        "assignments",
        "review",
        "cases",
        "transcripts",
        "agreement",
        "severity",
        "disputes",
        "rule_quality",
        "causes",
        "case_texts",
        "cause_audit",
        "cause_ranks",
        "emerging",
        "sentiment",
        "feedback",
        "risks",
        "problems",
        "drivers",
        "bottlenecks",
        "flows",
        "steps",
        "verify",
        "pilot",
        "pilot_plan",
    },  # the stages
    {"restate", "agent_sheets"},  # stages one after the other
    {"show"},
    {
        "review_command",
        "history_command",
        "watch_command",
        "sample_command",
        "phrases_command",
        "causes_command",
        "train_command",
    },
    {"explore", "report", "workspace", "process", "standard_commands"},
    {"cli"},
    {"__main__"},
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part_of(path: Path) -> str:
    """The first name below csqa: a package or a module."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_parts(path: Path) -> set[str]:
    """Parts of csqa that a module imports anywhere, in functions too; "" is csqa itself."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            whole = node.module == "csqa"
            names |= {f"csqa.{alias.name}" for alias in node.names} if whole else {str(node.module)}
    return {f"{name}.".split(".")[1] for name in names if name.split(".")[0] == "csqa"}


def test_every_part_has_a_layer():
    assert {part_of(path) for path in MODULES} - {"_notebooks", "_sample"} == set(RANK)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path):
    own = part_of(path)
    others = imported_parts(path) - {own}
    if own not in ("cli", "__main__"):
        assert others <= set(RANK), "only the command line may ask csqa for everything"
    upwards = {part for part in others & set(RANK) if RANK[part] >= RANK[own]}
    assert upwards == set()
