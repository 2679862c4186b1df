"""What several tests share: the report on the sample data, made once."""

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


@pytest.fixture(scope="session")
def sample_report(tmp_path_factory) -> Path:
    """Folder of the monthly report on the sample data, made by the real runner."""
    out = tmp_path_factory.mktemp("reports")
    return csqa.run_report("monthly_diagnostic", period="2025-06", out=out, progress=False)


@pytest.fixture(scope="session")
def sample() -> csqa.Dataset:
    """The sample data, loaded once; nobody changes a Dataset."""
    return csqa.load(csqa.bundled("sample"))
