"""How long the workbench takes to answer a choice, by the clock and in CPU seconds.

``python -m benchmarks.explore [--quick] [--rows 1e6] [--rounds 5]`` makes contacts as Parquet,
loads them, and asks for every table and every picture of four choices: the whole, all agents, one
agent on one channel in three months, all agents in twelve months. Each is the median of the rounds.
What a click on the panel costs is the picture and the tables of one view, the figure above them
included. CPU seconds tell more where the machine is shared.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import pandas as pd

import csqa
from benchmarks.competitors.contacts import make_contacts
from csqa.explore import VIEWS, Choice, Workbench, show_choice, show_view

ROWS, QUICK_ROWS = 1e6, 2e4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 contacts, one round")
    parser.add_argument("--rows", type=float)
    parser.add_argument("--rounds", type=int)
    asked = parser.parse_args()
    rows = int(asked.rows or (QUICK_ROWS if asked.quick else ROWS))
    mpl.use("agg")
    with tempfile.TemporaryDirectory() as folder:
        report(make_contacts(rows, Path(folder)), asked.rounds or (1 if asked.quick else 5))


def report(path: Path, rounds: int) -> None:
    loaded, seconds, cpu = timed(lambda: csqa.load(path))
    print(f"load: {seconds:.2f} s, {cpu:.2f} CPU s")
    bench, seconds, cpu = timed(lambda: Workbench(loaded))
    print(f"Workbench: {seconds:.2f} s, {cpu:.2f} CPU s")
    for choice in choices(bench):  # the first picture of a process finds the fonts
        for view in VIEWS:
            click(bench, choice, view)
    asked = [(choice, view) for choice in choices(bench) for view in VIEWS]
    table = pd.DataFrame(row for question in asked for row in ask(bench, *question, rounds))
    print(table.to_string(index=False))
    print(table.groupby("what")[["seconds", "cpu_seconds"]].max().to_string())


def choices(bench: Workbench) -> Iterator[Choice]:
    agent = bench.units("agent_id")[1]
    yield bench.choose(unit_kind="team")
    yield bench.choose(unit_kind="agent_id")
    yield bench.choose(unit_kind="agent_id", unit=agent, channel="online", months=3)
    yield bench.choose(unit_kind="agent_id", metric="csat", months=12)


def ask(bench: Workbench, choice: Choice, view: str, rounds: int) -> Iterator[dict[str, object]]:
    """Seconds of the tables alone, and of all that a click draws."""
    for what, answer in (("tables", tables), ("click", click)):
        runs = [timed(lambda answer=answer: answer(bench, choice, view)) for _ in range(rounds)]
        spent = pd.DataFrame(runs, columns=["answer", "seconds", "cpu_seconds"])
        medians = spent[["seconds", "cpu_seconds"]].median().round(3).to_dict()
        named = f"{choice.metric}, {choice.unit}, {choice.months} mo"
        yield {"choice": named, "view": view, "what": what, **medians}


def tables(bench: Workbench, choice: Choice, view: str) -> None:
    bench.answers.clear()  # each round is a first click
    show_choice(bench, choice)
    show_view(bench, choice, view)


def click(bench: Workbench, choice: Choice, view: str) -> None:
    tables(bench, choice, view)
    csqa.picture(bench.draw(choice, view))


def timed(answer: Callable[[], object]) -> tuple[object, float, float]:
    start, used = time.perf_counter(), time.process_time()
    found = answer()
    return found, time.perf_counter() - start, time.process_time() - used


if __name__ == "__main__":
    main()
