"""How long a report's figures take, and how much memory, beside what its users would write.

``python -m benchmarks.measure [--quick] [--rows 1e5 1e6 1e7] [--out FILE]`` makes contacts as
Parquet and asks csqa, pandas, Polars, DuckDB and numpy for the same figures (see
:mod:`benchmarks.competitors.task`), in turn, each run in a process of its own. csqa checks every
row meanwhile; the others check nothing. All must agree, else it stops. Time starts after the
imports and is the median of the rounds; CPU seconds tell more where the machine is shared; memory
is the most that any round held.
"""

import argparse
import importlib.util
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.competitors.agreement import check_same
from benchmarks.competitors.run import NAMES

ROWS, QUICK_ROWS, HUGE_ROWS = [1e5, 1e6, 1e7], [1e5], 1e8
HUGE_LIMIT = "2GB"
IMPORTS = {
    "pandas, duckdb": "import pandas, duckdb",
    "csqa beyond them": "import csqa",
}
TIMED_IMPORTS = """
import json, time
told = []
for statement in {statements}:
    start, used = time.perf_counter(), time.process_time()
    exec(statement)
    told.append((time.perf_counter() - start, time.process_time() - used))
print(json.dumps(told))
"""


def rounds_of(rows: int, quick: bool) -> int:
    """More where a run is short, and the noise large beside it."""
    return 2 if quick else 5 if rows <= 100_000 else 3


def call(*arguments: str) -> str:
    """Run Python afresh, with this folder's modules; its last line."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, text=True, capture_output=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(arguments[:4])} failed:\n{done.stderr}")
    return done.stdout.strip().rpartition("\n")[2]


def make_source(rows: int, folder: Path) -> Path:
    """Contacts as a file, or as a folder of pieces."""
    return Path(call("-m", "benchmarks.competitors.contacts", str(rows), str(folder)))


def run_one(name: str, source: Path, *options: str) -> dict[str, float]:
    """One run of one competitor."""
    told = call("-m", "benchmarks.competitors.run", name, str(source), *options)
    return dict(json.loads(told))


def present() -> Iterator[str]:
    """Competitors that are installed; say so of those that are not."""
    if not importlib.util.find_spec("pyarrow"):
        print("pyarrow is not installed: pandas reads Parquet through DuckDB", flush=True)
    for name in NAMES:
        if importlib.util.find_spec(name):
            yield name
        else:
            print(f"{name} is not installed: left out", flush=True)


def compare(rows: int, source: Path, rounds: int, limit: str | None) -> pd.DataFrame:
    """Let all run in turn; one line per competitor, csqa's first."""
    names, told = list(present()), []
    with tempfile.TemporaryDirectory() as kept:
        for nth in range(rounds):
            for name in names:
                options = [] if nth else ["--result", f"{kept}/{name}"]
                options += ["--memory-limit", limit] if limit and name == "csqa" else []
                told.append({"competitor": name, **run_one(name, source, *options)})
        check_results(names, Path(kept))
    return summarise(pd.DataFrame(told), rows)


def check_results(names: list[str], kept: Path) -> None:
    """Stop if one does not give csqa's figures."""
    expected = pd.read_pickle(kept / "csqa")
    for name in names[1:]:
        check_same(pd.read_pickle(kept / name), expected, name)


def summarise(told: pd.DataFrame, rows: int) -> pd.DataFrame:
    """Medians of the rounds, the highest memory, and times as multiples of csqa's."""
    runs = told.groupby("competitor", sort=False)
    table = runs[["seconds", "cpu_seconds", "import_seconds"]].median()
    table["peak_gb"] = runs["peak_gb"].max()
    table.insert(0, "rows", rows)
    table.insert(2, "per_csqa", table["seconds"] / table.loc["csqa", "seconds"])
    table.insert(4, "cpu_per_csqa", table["cpu_seconds"] / table.loc["csqa", "cpu_seconds"])
    table["microseconds_per_row"] = 1e6 * table["seconds"] / rows
    return table.reset_index()


def time_imports(rounds: int) -> pd.DataFrame:
    """Median seconds and CPU seconds of the imports, in that order, in fresh processes."""
    program = TIMED_IMPORTS.format(statements=list(IMPORTS.values()))
    told = np.array([json.loads(call("-c", program)) for _ in range(rounds)])
    medians = np.median(told, axis=0).round(3)
    return pd.DataFrame(medians, list(IMPORTS), ["import_seconds", "import_cpu_seconds"])


def print_growth(tables: list[pd.DataFrame]) -> None:
    """What a row costs at each size, beside the size before."""
    for before, after in itertools.pairwise(table.set_index("competitor") for table in tables):
        factor = after["rows"].iloc[0] / before["rows"].iloc[0]
        growth = after[["seconds", "cpu_seconds"]] / before[["seconds", "cpu_seconds"]] / factor
        sizes = f"{after['rows'].iloc[0]:,} beside {before['rows'].iloc[0]:,}"
        print(f"cost of a row, {sizes}\n{growth.round(2).to_string()}\n")


def written(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers as a reader wants them."""
    digits = {"peak_gb": 2, "microseconds_per_row": 2, "per_csqa": 2, "cpu_per_csqa": 2}
    digits |= {"seconds": 2, "cpu_seconds": 2, "import_seconds": 2}
    shown = {
        name: table[name].map(f"{{:.{n}f}}".format) for name, n in digits.items() if name in table
    }
    return table.assign(rows=table["rows"].map("{:,}".format), **shown)


def write(table: pd.DataFrame, out: Path) -> None:
    """As CSV with all digits, or as Markdown as printed."""
    if out.suffix == ".csv":
        table.to_csv(out, index=False)
        return
    shown = written(table)
    lines = [list(shown.columns), ["---"] * shown.shape[1], *shown.itertuples(index=False)]
    out.write_text(
        "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines), encoding="utf8"
    )


def run_huge(rows: int, folder: Path, limit: str) -> None:
    """A source larger than the memory that csqa may use; nobody to compare with."""
    source = make_source(rows, folder)
    told = run_one("csqa", source, "--memory-limit", limit)
    size = sum(piece.stat().st_size for piece in source.rglob("*.parquet")) or source.stat().st_size
    print(f"{rows:,} rows, {size / 1e9:.2f} GB of Parquet, memory limit {limit}: ", end="")
    print(", ".join(f"{name} {value:.2f}" for name, value in told.items()))


def read_arguments() -> argparse.Namespace:
    """What to run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="100,000 contacts only")
    parser.add_argument("--rows", type=float, nargs="+", help="sizes, such as 1e5 1e6 1e7")
    parser.add_argument("--rounds", type=int, help="runs of each; default by size")
    parser.add_argument("--memory-limit", help="for csqa, such as 1GB")
    parser.add_argument("--out", type=Path, help="also write the table as .csv or .md")
    parser.add_argument("--data", type=Path, help="keep the contacts in this folder")
    parser.add_argument(
        "--huge",
        type=float,
        nargs="?",
        const=HUGE_ROWS,
        help=f"only csqa, on this many rows (1e8), under --memory-limit ({HUGE_LIMIT})",
    )
    return parser.parse_args()


def main() -> None:
    """Print the tables."""
    asked = read_arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.data or Path(scratch)
        if asked.huge:
            run_huge(int(asked.huge), folder, asked.memory_limit or HUGE_LIMIT)
        else:
            run_sizes(asked, folder)


def run_sizes(asked: argparse.Namespace, folder: Path) -> None:
    """All competitors at each size, then the imports."""
    tables: list[pd.DataFrame] = []
    for rows in map(int, asked.rows or (QUICK_ROWS if asked.quick else ROWS)):
        rounds = asked.rounds or rounds_of(rows, asked.quick)
        source = make_source(rows, folder)
        tables.append(compare(rows, source, rounds, asked.memory_limit))
        print(written(tables[-1]).to_string(index=False), end="\n\n", flush=True)
    print_growth(tables)
    print(time_imports(3 if asked.quick else 7).to_string())
    if asked.out:
        write(pd.concat(tables), asked.out)


if __name__ == "__main__":
    main()
