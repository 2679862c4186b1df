"""The package as a whole: what importing it costs, and whether its map is complete."""

from __future__ import annotations

import subprocess
import sys

from csqa import stats


def test_importing_the_package_leaves_scipy_alone():
    code = "import sys, csqa.stats; print([name for name in sys.modules if name == 'scipy'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_map_is_sorted_and_complete():
    assert list(stats.__all__) == sorted(
        stats.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
    assert all(hasattr(stats, name) for name in stats.__all__)
