"""What several tests share: the report on the sample data, made once; the order of the files."""

import fcntl
from pathlib import Path

import pytest
from hypothesis import settings

import csqa
from tests.servers import mariadb_server, postgresql_server  # noqa: F401  (fixtures)
from tests.sparks import connect_server, spark_session  # noqa: F401  (fixtures)

# A run that fails must fail again, and a busy machine is no failure: no time limit.
# To look for more: pytest --hypothesis-profile=default
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests first, else a worker would wait long for the other's last file."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def sample_report(tmp_path_factory, worker_id: str) -> Path:
    """Folder of the monthly report on the sample data, made once by the real runner."""
    own = tmp_path_factory.getbasetemp()
    common = own if worker_id == "master" else own.parent  # that of all workers of this run
    out = common / "sample-report"
    with (common / "sample-report.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = list(out.glob("monthly_diagnostic-*"))
        asked = {"period": "2025-06", "out": out, "progress": False}
        return found[0] if found else csqa.run_report("monthly_diagnostic", **asked)


@pytest.fixture(scope="session")
def sample() -> csqa.Dataset:
    """The sample data, loaded once; nobody changes a Dataset."""
    return csqa.load(csqa.bundled("sample"))
