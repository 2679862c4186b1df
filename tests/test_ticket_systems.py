"""The monthly report from Chatwoot's PostgreSQL and osTicket's MariaDB, as from files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import csqa
from tests.servers import PASSWORD, Server
from tests.ticket_systems import Frames, fill_chatwoot, fill_osticket, write_folder

NOT_OF_THE_SOURCE = {"sources.csv", "rows.csv", "faults.csv"}
"""Tables of a report that name the files read."""

Filled = tuple[Server, str, Frames]


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSQA_DATABASE_PASSWORD", PASSWORD)


@pytest.fixture(scope="module")
def chatwoot(postgresql_server: Server, sample: csqa.Dataset) -> Filled:
    return postgresql_server, "chatwoot", fill_chatwoot(postgresql_server, "chatwoot", sample)


@pytest.fixture(scope="module")
def osticket(mariadb_server: Server, sample: csqa.Dataset) -> Filled:
    return mariadb_server, "osticket", fill_osticket(mariadb_server, "osticket", sample)


@pytest.fixture(params=["chatwoot", "osticket"])
def filled(request: pytest.FixtureRequest) -> Filled:
    return request.getfixturevalue(request.param)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    keys = ["contact_id", "seq"] if "seq" in frame else list(frame.columns[:1])
    return frame.sort_values(keys, ignore_index=True)


@pytest.mark.slow
def test_what_the_tables_hold_is_read_as_it_was_written(filled: Filled, tmp_path: Path):
    server, system, frames = filled
    data = csqa.load(server.address(system), mapping=system)
    expected = csqa.load(write_folder(frames, tmp_path / "files"))
    assert data.faults.empty
    for table in frames:
        pd.testing.assert_frame_equal(
            in_order(data.table(table)), in_order(expected.table(table)), obj=table
        )
        assert data.columns[table] == expected.columns[table]
    assert data.contacts["reopened"].sum() > 100


@pytest.mark.slow
def test_the_monthly_report_is_the_same_as_from_files(filled: Filled, tmp_path: Path):
    server, system, frames = filled
    folder = write_folder(frames, tmp_path / "files")
    reports = {
        "base": make_report(server.address(system), tmp_path / "base", system),
        "files": make_report(str(folder), tmp_path / "files_report"),
    }
    summaries = {name: read_summary(report) for name, report in reports.items()}
    assert summaries["base"] == summaries["files"]
    tables = sorted(path.name for path in (reports["files"] / "tables").iterdir())
    assert tables == sorted(path.name for path in (reports["base"] / "tables").iterdir())
    compared = [name for name in tables if name not in NOT_OF_THE_SOURCE]
    assert len(compared) >= 8
    for name in compared:
        assert read_bytes(reports["base"], name) == read_bytes(reports["files"], name), name


def read_bytes(report: Path, table: str) -> bytes:
    """A table of a report, without the lines that say which columns of a source were not used."""
    lines = (report / "tables" / table).read_bytes().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(b"unused_columns,"))


def read_summary(report: Path) -> dict:
    return json.loads((report / "summary.json").read_text("utf-8"))


def make_report(data: str, out: Path, mapping: str = "") -> Path:
    """Run the command a user runs."""
    command = ["report", "monthly", "--period", "2025-06", "--data", data, "--out", str(out)]
    mapped = ["--mapping", mapping] if mapping else []
    done = subprocess.run(
        [sys.executable, "-m", "csqa", *command, *mapped, "--quiet"],
        capture_output=True,
        text=True,
        env={**os.environ, "CSQA_DATABASE_PASSWORD": PASSWORD},
    )
    assert done.returncode == 0, done.stderr
    return out / "monthly_diagnostic-2025-06"
