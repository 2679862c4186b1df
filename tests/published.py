"""Published numbers kept beside the repository, for tests that compare with all of them.

The main ones are also written out in the tests, so that a plain clone checks them too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "shared" / "examples" / "worked_examples.json"


def worked_example(identifier: str) -> dict[str, Any]:
    """Return one example: ``inputs``, ``expected``, ``tolerance``, ``source``."""
    if not EXAMPLES.exists():
        pytest.skip("worked_examples.json is not beside this clone")
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return next(example for example in examples if example["id"] == identifier)
