"""One run of one competitor in a process of its own.

``python -m benchmarks.competitors.run NAME SOURCE [--result FILE] [--memory-limit 1GB]`` prints
one line of JSON. Time starts after the imports, which are told apart; memory is the most that the
process ever held.
"""

import argparse
import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

NAMES = ("csqa", "pandas", "polars", "duckdb", "numpy")
BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def cpu_seconds() -> float:
    """Seconds of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run, tell, and leave the result where it is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("source", type=Path)
    parser.add_argument("--result", type=Path)
    parser.add_argument("--memory-limit")
    asked = parser.parse_args()
    start = time.perf_counter()
    competitor = import_module(f"benchmarks.competitors.by_{asked.name}")
    imported, used = time.perf_counter(), cpu_seconds()
    limit = {"memory_limit": asked.memory_limit} if asked.memory_limit else {}
    results = competitor.measure(asked.source, **limit)
    told = {
        "seconds": time.perf_counter() - imported,
        "cpu_seconds": cpu_seconds() - used,
        "import_seconds": imported - start,
        "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT / 1e9,
    }
    if asked.result:
        import pandas as pd

        pd.to_pickle(competitor.tidy(results), asked.result)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
