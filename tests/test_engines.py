"""The same rows give the same tables on DuckDB, PostgreSQL, MariaDB and Spark."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

import csqa
from csqa.engine.contact_rows import fed_metrics
from csqa.engine.dataset import Dataset
from csqa.errors import DataError, RuleError
from csqa.hours import measure_hours, measure_values
from csqa.schema import EVERY
from tests.odd_contacts import STANDARD, ZONE, make_frames
from tests.typed_tables import fill_database, fill_spark, wall_frames

ENGINES = ("postgresql", "mariadb", "spark")
PROBABILITIES = (0.0, 0.1, 0.5, 0.9, 1.0)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]

Load = Callable[[dict[str, pd.DataFrame], dict[str, Any]], Dataset]


@pytest.fixture(params=ENGINES, scope="module")
def load(request: pytest.FixtureRequest) -> Iterator[Load]:
    """Puts typed tables into an engine and loads them there."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "spark":
            session = request.getfixturevalue("spark_session")

            def load_spark(frames: dict[str, pd.DataFrame], mapping: dict[str, Any]) -> Dataset:
                for table in session.catalog.listTables():
                    session.catalog.dropTempView(table.name)
                fill_spark(session, frames)
                return csqa.load(session, mapping)

            yield load_spark
            return
        server = request.getfixturevalue(f"{request.param}_server")
        patch.setenv("CSQA_DATABASE_PASSWORD", server.password)

        def load_database(frames: dict[str, pd.DataFrame], mapping: dict[str, Any]) -> Dataset:
            address = fill_database(server, frames, "engines")
            return csqa.load(f"{address}?in_place=yes", mapping)

        yield load_database


@pytest.fixture(scope="module")
def odd(load: Load) -> tuple[Dataset, Dataset]:
    """The odd rows in DuckDB and in the engine."""
    frames, mapping = make_frames(), {"time_zone": ZONE}
    return csqa.load(frames, mapping), load(frames, mapping)


@pytest.fixture(scope="module")
def sample(load: Load) -> tuple[Dataset, Dataset]:
    """The sample data in DuckDB and in the engine."""
    frames = wall_frames(csqa.load("data/sample"))
    return csqa.load(frames), load(frames, {})


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("standard") / "standard.yml"
    path.write_text(STANDARD, "utf-8")
    return csqa.read_standard(path)


def same(one: pd.DataFrame, other: pd.DataFrame, **how: Any) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=not how, **how)


def test_odd_tables_faults_and_quarantine_are_equal(odd: tuple[Dataset, Dataset]) -> None:
    here, there = odd
    assert here.tables == there.tables
    assert here.columns == there.columns
    for name in here.tables:
        same(here.table(name), there.table(name))
    counts = ["table", "rows_in", "rows_used", "rows_quarantined"]
    same(here.rows[counts], there.rows[counts])
    assert here.rows["rows_quarantined"].tolist() == [12, 2, 0, 0]
    columns = ["table", "row", "column", "value", "rule", "reason", "severity"]
    same(here.faults[columns], there.faults[columns], check_dtype=False)
    assert set(here.quarantine) == set(there.quarantine)
    # MariaDB has no flags: a row is set aside as it came, with 0 and 1.
    numbers = there.engine.dialect.name == "mariadb"
    flags = ["resolved", "reopened", "complaint", "abandoned"] if numbers else []
    for name, rows in here.quarantine.items():
        other = ["file", *(flags if name == "contacts" else [])]
        same(
            rows.drop(columns=other), there.quarantine[name].drop(columns=other), check_dtype=False
        )


@pytest.mark.parametrize("every", EVERY)
def test_odd_measures_are_equal_to_the_last_digit(
    odd: tuple[Dataset, Dataset], standard: Any, every: str
) -> None:
    for by in ([], ["team"], ["agent_id", "channel"], ["topic", "priority", "peak"], ["scene"]):
        here, there = (csqa.measure(data, standard, by=by, every=every) for data in odd)
        assert len(here) > 0
        same(here, there)


def test_odd_backlogs_and_limits_are_equal(odd: tuple[Dataset, Dataset], standard: Any) -> None:
    for by in ([], ["team"], ["agent_id", "peak"], ["priority", "topic"]):
        for every in ("week", "month", "year"):
            here, there = (csqa.measure_backlog(data, standard, by=by, every=every) for data in odd)
            assert here["open"].sum() > 0
            same(here, there)
            here, there = (
                csqa.measure_attainment(data, standard, by=by, every=every) for data in odd
            )
            assert here["missed"].sum() > 0
            same(here, there)


def test_odd_quantiles_are_equal(odd: tuple[Dataset, Dataset], standard: Any) -> None:
    from csqa.measure import measure_quantiles

    for by in ([], ["team"]):
        here, there = (
            measure_quantiles(data, standard, by=by, probabilities=PROBABILITIES) for data in odd
        )
        keys = ["period", *by, "metric", "probability"]
        assert len(here) > 0
        here, there = (found.sort_values(keys, ignore_index=True) for found in (here, there))
        same(here, there, rtol=1e-9, atol=1e-9)


def test_odd_hours_and_values_are_equal(odd: tuple[Dataset, Dataset], standard: Any) -> None:
    month = csqa.measure(odd[0], standard).groupby("period")["n"].sum().idxmax()
    assert len(measure_hours(odd[0], month))
    for metric in (None, *fed_metrics(odd[0], standard)):
        hours = (measure_hours(data, month, standard, metric=metric) for data in odd)
        same(*hours)
        if metric:
            values = (measure_values(data, month, standard, metric=metric) for data in odd)
            same(*values)


def test_odd_checks_are_equal(odd: tuple[Dataset, Dataset]) -> None:
    here, there = (csqa.check(data).drop(columns="file") for data in odd)
    assert len(here) > 100
    same(here, there)


def test_sample_tables_measures_and_checks_are_equal(sample: tuple[Dataset, Dataset]) -> None:
    here, there = sample
    for name in here.tables:
        same(here.table(name), there.table(name))
    for every in EVERY:
        same(*(csqa.measure(data, by=["team", "channel"], every=every) for data in sample))
    same(*(csqa.measure_backlog(data, by="team") for data in sample))
    same(*(csqa.check(data).drop(columns="file") for data in sample))


def test_mapped_columns_are_made_in_the_engine(load: Load) -> None:
    frames = make_frames()
    frames = {"contacts": frames["contacts"].drop_duplicates("contact_id")[3:60]}
    mapping = {
        "time_zone": ZONE,
        "source_time_zone": "Etc/UTC",
        "missing": ["refund"],
        "tables": {
            "contacts": {
                "files": ["contacts"],
                "columns": {
                    "channel": {"from": "channel", "values": {"在线": "online", "OTHER": "phone"}},
                    "topic": {"from": ["topic", "scene"], "join": "/"},
                    "agent_id": {"first_of": ["agent_id", "first_agent_id"]},
                    "handle_seconds": {"from": "handle_seconds", "unit": "minutes"},
                    "complaint": {"filled": "csat"},
                    "customer_type": {"constant": "新客户"},
                },
                "where": {"priority": ["urgent", "high", None]},
            }
        },
        "agent_teams": [{"agent": "A1", "team": "早班", "from": "2024-01-01"}],
    }
    here, there = csqa.load(frames, mapping), load(frames, mapping)
    assert 0 < len(here.contacts) < 57
    for name in ("contacts", "agent_teams"):
        same(here.table(name), there.table(name))


def test_a_time_written_as_text_is_refused(load: Load) -> None:
    contacts = make_frames()["contacts"][:3]
    frames = {"contacts": contacts.assign(topic=contacts["created_at"].astype("str"))}
    mapping = {"tables": {"contacts": {"files": ["contacts"], "columns": {"created_at": "topic"}}}}
    with pytest.raises(DataError, match=r"contacts 的列 topic（created_at）要的是时间.*视图"):
        load(frames, mapping)


def test_a_lookup_is_refused(load: Load) -> None:
    frames = {"contacts": make_frames()["contacts"][:3]}
    lookup = {"from": "team", "in": "contacts", "on": {"contact_id": "contact_id"}}
    columns = {"team": lookup}
    mapping = {"tables": {"contacts": {"files": ["contacts"], "columns": columns}}}
    with pytest.raises(DataError, match="要到 contacts 里查：就地读取还不会做这一步"):
        load(frames, mapping)


@pytest.mark.parametrize("system", ["postgresql", "mariadb"])
def test_nothing_permanent_is_written(
    system: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = request.getfixturevalue(f"{system}_server")
    monkeypatch.setenv("CSQA_DATABASE_PASSWORD", server.password)
    address = fill_database(server, {"contacts": make_frames()["contacts"][:5]}, "untouched")
    data = csqa.load(address, in_place=True)
    csqa.measure(data, by=["team"])
    tables = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'csqa%'"
    assert list(server.execute(tables, "untouched")) == []
    for statement in ("CREATE TABLE mine (a INT)", "DELETE FROM contacts"):
        with pytest.raises(DataError, match=r"(?i)read.only"):
            data.engine.run(statement)
        if system == "postgresql":
            data.engine.run("ROLLBACK")


def test_files_cannot_stay_in_place() -> None:
    with pytest.raises(RuleError, match="`in_place` 只用于数据库地址"):
        csqa.load("data/sample", in_place=True)


def test_pyspark_is_not_imported_unless_asked_for() -> None:
    import subprocess
    import sys

    code = "import csqa, sys; csqa.load('data/sample'); assert 'pyspark' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
