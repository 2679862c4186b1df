"""`csqa check` and `csqa report monthly` say the same from every engine."""

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import csqa
from tests.sparks import run_connect_server
from tests.typed_tables import fill_database, fill_spark, wall_frames

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

PERIOD = "2025-06"
OF_THE_RUN = ("manifest", "generated", "source", "sources", "files", "parameters")


@pytest.fixture(scope="module")
def frames(sample: csqa.Dataset) -> dict[str, pd.DataFrame]:
    return wall_frames(sample)


def run(*words: str, password: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CSQA_DATABASE_PASSWORD": password}
    command = [sys.executable, "-m", "csqa", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def report(source: str, out: Path, password: str = "") -> dict[str, Any]:
    words = ["report", "monthly", "--period", PERIOD, "--data", source, "--out", str(out)]
    done = run(*words, "--quiet", password=password)
    assert done.returncode == 0, done.stdout + done.stderr
    (summary,) = out.glob("*/summary.json")
    told: dict[str, Any] = json.loads(summary.read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def copied(
    frames: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The summary of the same rows in DuckDB."""
    folder = tmp_path_factory.mktemp("parquet")
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%d %H:%M:%S.%f")
    return report(str(folder), tmp_path_factory.mktemp("copied"))


def fill_connect(address: str, frames: dict[str, pd.DataFrame]) -> None:
    """Keep tables on a Connect server, for sessions to come."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql.connect.session import SparkSession

        session = SparkSession.builder.remote(address).create()
        fill_spark(session, frames)
        for name in frames:
            session.table(name).write.saveAsTable(f"default.{name}")
        # Else pyspark calls the server when this process ends, for ten minutes if it has gone.
        session.stop()


@pytest.fixture(params=["postgresql", "mariadb", "spark"], scope="module")
def place(
    request: pytest.FixtureRequest, frames: dict[str, pd.DataFrame]
) -> Iterator[tuple[str, str]]:
    """Address and password of the rows in an engine."""
    if request.param == "spark":
        address = request.getfixturevalue("connect_server")
        fill_connect(address, frames)
        yield address, ""
        return
    server = request.getfixturevalue(f"{request.param}_server")
    yield fill_database(server, frames, "cli") + "?in_place=yes", server.password


def test_check_runs_from_the_command_line(place: tuple[str, str]) -> None:
    address, password = place
    done = run("check", address, password=password)
    assert done.returncode == 0, done.stderr
    assert "28181" in done.stdout.replace(",", "")
    assert "Traceback" not in done.stderr


def test_the_monthly_report_says_the_same(
    place: tuple[str, str], copied: dict[str, Any], tmp_path: Path
) -> None:
    address, password = place
    told = report(address, tmp_path, password)
    figures = {key: value for key, value in told.items() if key not in OF_THE_RUN}
    assert figures == {key: copied[key] for key in figures}
    assert len(figures) > 3


LEFT_ALONE = """
import os, signal, sys
import csqa
address, group = sys.argv[1], int(sys.argv[2])
data = csqa.load(address)
print(len(csqa.measure(data)))
os.killpg(group, signal.SIGKILL)
"""


def test_a_spark_server_that_has_gone_is_not_waited_for(
    frames: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    """Pyspark by itself calls it for ten minutes before the interpreter ends."""
    with run_connect_server(tmp_path) as (address, server):
        fill_connect(address, {"contacts": frames["contacts"].head(50)})
        command = [sys.executable, "-c", LEFT_ALONE, address, str(server.pid)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().isdigit()
