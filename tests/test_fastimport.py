"""The iri grammars stay unbuilt, and notebooks are still validated."""

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


def test_nbformat_validates_without_building_grammars() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "grammar built: False\n"
