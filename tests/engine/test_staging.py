"""Parquet is read where it lies, and the engine can reach nothing else."""

import duckdb
import pandas as pd
import pytest

import csqa
from csqa.errors import RuleError
from tests.tables import contacts


def stored(folder, frame, name="contacts.parquet"):
    """A DataFrame as a Parquet file, written by the engine."""
    path = folder / name
    connection = duckdb.connect()
    connection.register("frame", frame)
    connection.execute(f"COPY (FROM frame) TO '{path}' (FORMAT parquet)")
    return path


def typed(*rows, **same):
    """Contacts with times as times."""
    frame = contacts(*rows, **same)
    return frame.assign(created_at=pd.to_datetime(frame["created_at"]))


MESSY = (
    {"contact_id": " C1 ", "agent_id": "K1"},
    {"contact_id": "C2", "agent_id": "\u3000K2\t"},
    {"contact_id": "C3", "channel": "电话", "agent_id": "n/a"},
    {"contact_id": "C3", "channel": "phone"},
    {"contact_id": "C4", "channel": "fax"},
    {"contact_id": None},
)


def test_parquet_and_frame_give_the_same_tables_and_faults(tmp_path):
    frame = typed(*MESSY)
    here, there = csqa.load(frame), csqa.load(stored(tmp_path, frame))
    pd.testing.assert_frame_equal(here.contacts, there.contacts)
    assert there.contacts["contact_id"].tolist() == ["C1", "C2", "C3"]
    assert there.contacts["agent_id"].fillna("").tolist() == ["K1", "K2", ""]
    same = ["row", "column", "value", "rule"]
    pd.testing.assert_frame_equal(here.faults[same], there.faults[same])
    assert there.rows[["rows_in", "rows_used", "rows_quarantined"]].to_numpy().tolist() == [
        [6, 3, 3]
    ]


def test_clean_parquet_is_not_copied(tmp_path):
    data = csqa.load(stored(tmp_path, typed({}, {})))
    kinds = data.connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE estimated_size > 0"
    ).fetchall()
    assert kinds == []
    assert len(data.contacts) == 2


def test_several_parquet_files_are_one_table(tmp_path):
    stored(tmp_path, typed({"contact_id": "A"}, {"contact_id": "B"}), "contacts_1.parquet")
    stored(tmp_path, typed({"contact_id": "B"}, {"contact_id": " C"}), "contacts_2.parquet")
    data = csqa.load(tmp_path)
    assert data.contacts["contact_id"].tolist() == ["A", "B", "C"]
    assert data.faults[["file", "row", "rule"]].to_numpy().tolist() == [
        ["contacts_2.parquet", 2, "duplicate_key"]
    ]


@pytest.mark.parametrize("name", ["a[1].parquet", "a*b.parquet", "it's.parquet", "数据 1.parquet"])
def test_odd_names_of_files_are_read(tmp_path, name):
    path = tmp_path / name
    stored(tmp_path, typed({}), "plain.parquet").rename(path)
    assert len(csqa.load(path).contacts) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM read_text('{secret}')",
        "COPY (SELECT 1) TO '{secret}'",
        "ATTACH '{secret}'",
        "INSTALL httpfs",
    ],
)
@pytest.mark.parametrize("kind", ["frame", "parquet"])
def test_after_loading_the_engine_reaches_no_other_file(tmp_path, statement, kind):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    data = csqa.load(typed({}) if kind == "frame" else stored(tmp_path, typed({})))
    with pytest.raises(duckdb.PermissionException, match="disabled by configuration"):
        data.connection.execute(statement.format(secret=secret))
    assert len(data.contacts) == 1


def test_the_doors_cannot_be_opened_again():
    data = csqa.load(typed({}))
    with pytest.raises(duckdb.InvalidInputException, match="configuration has been locked"):
        data.connection.execute("SET enable_external_access = true")


@pytest.mark.parametrize("limit", ["1GB", "512 MiB", "0.5gb"])
def test_the_memory_of_a_run_can_be_limited(limit):
    assert len(csqa.load(typed({}), memory_limit=limit).contacts) == 1


def test_the_environment_limits_the_memory_too(monkeypatch):
    monkeypatch.setenv("CSQA_MEMORY_LIMIT", "256MB")
    shown = csqa.load(typed({})).connection.execute(
        "SELECT value FROM duckdb_settings() WHERE name = 'memory_limit'"
    )
    assert shown.fetchall() == [("244.1 MiB",)]


@pytest.mark.parametrize("limit", ["much", "-1GB", "1GB'; DROP TABLE contacts; --", "80%"])
def test_what_is_no_memory_is_refused(limit):
    with pytest.raises(RuleError, match="`memory_limit` 应为 1GB、800MB 这样的大小"):
        csqa.load(typed({}), memory_limit=limit)


@pytest.mark.parametrize("repeated", ["C00000", "C14999", "C29999"])
def test_a_key_that_comes_again_after_thousands_that_rise_is_found(tmp_path, repeated):
    ids = [f"C{number:05d}" for number in range(30_000)]
    frame = pd.DataFrame(
        {
            "contact_id": [*ids, repeated],
            "channel": "phone",
            "created_at": pd.Timestamp("2025-06-02 09:00"),
        }
    )
    data = csqa.load(stored(tmp_path, frame), memory_limit="1GB")
    (fault,) = data.faults[["row", "value", "rule"]].to_numpy().tolist()
    assert fault == [30_002, repeated, "duplicate_key"]
    assert data.rows["rows_used"].tolist() == [30_000]


def test_keys_without_order_are_taken_without_a_fault(tmp_path):
    ids = pd.Series(range(20_000)).sample(frac=1, random_state=1)
    frame = pd.DataFrame(
        {
            "contact_id": "C" + ids.astype("str"),
            "channel": "phone",
            "created_at": pd.Timestamp("2025-06-02 09:00"),
        }
    )
    data = csqa.load(stored(tmp_path, frame))
    assert data.rows["rows_used"].tolist() == [20_000]
    assert data.faults.empty
