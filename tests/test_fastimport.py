"""What is imported stays light: no iri grammars, no rules read, nothing heavy by `import csqa`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHECK = """
import csqa._fastimport, sys, nbformat
nbformat.validate(nbformat.v4.new_notebook())
try:
    nbformat.validate({**nbformat.v4.new_notebook(), "metadata": "none"})
except nbformat.ValidationError:
    print("grammar built:", "lark" in sys.modules)
"""

HEAVY = (
    "csqa.engine.personal_words",  # compiles some twenty patterns
    "csqa.report",
    "csqa.show.plots",
    "jinja2",
    "matplotlib",
    "nbformat",
    "openpyxl",
    "papermill",
    "polars",
    "psycopg",
    "pyspark",
    "scipy",
)
IMPORTED = f"""
import sys
read = []
def note(event, told):
    if event == "open" and str(told[0]).rpartition(".")[2] in ("yml", "yaml", "sql", "csv"):
        read.append(str(told[0]))
sys.addaudithook(note)
import csqa
print(read, sorted(set({HEAVY}) & set(sys.modules)))
missing = [name for name in csqa.__all__ if not hasattr(csqa, name)]
print(missing, sorted(set({HEAVY}[:3]) & set(sys.modules)))
"""


def test_importing_csqa_reads_no_rules_and_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    nothing, everything = done.stdout.splitlines()
    assert nothing == "[] []"
    assert everything == f"[] {sorted(HEAVY[:3])}"


def test_nbformat_validates_without_building_grammars() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "grammar built: False\n"
