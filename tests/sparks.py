"""Spark for tests: a classic session with two threads, or a Connect server; else a reason."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 120
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.log.level": "OFF",
    "spark.ui.showConsoleProgress": "false",
    # Other than ours on purpose: what csqa needs it must set in a session of its own.
    "spark.sql.session.timeZone": "Asia/Shanghai",
}


def _skip_without_spark() -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed (make env-spark)")
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine")


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A classic session, or a reason to skip."""
    _skip_without_spark()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2]")
        warehouse = tmp_path_factory.mktemp("spark") / "warehouse"
        for key, value in {**SETTINGS, "spark.sql.warehouse.dir": str(warehouse)}.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="session")
def connect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Connect server on loopback, or a reason to skip."""
    with run_connect_server(tmp_path_factory.mktemp("connect")) as (address, _):
        yield address


@contextlib.contextmanager
def run_connect_server(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run a Connect server: its address and its process, which leads a group of its own."""
    _skip_without_spark()
    pytest.importorskip("grpc", reason="grpcio is not installed (make env-spark)")
    import pyspark

    home, port = Path(pyspark.__file__).parent, _free_port()
    settings = {
        **SETTINGS,
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    listed = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
    command = [str(home / "bin" / "spark-submit"), "--master", "local[2]", *listed]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "spark-internal"],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(server, port, folder / "log")
        yield f"sc://127.0.0.1:{port}", server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def _wait_for(server: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        told = log.read_text("utf-8", "replace")[-2000:]
        assert server.poll() is None, f"the server ended: {told}"
        assert time.monotonic() < deadline, f"the server does not answer: {told}"
        time.sleep(0.2)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
