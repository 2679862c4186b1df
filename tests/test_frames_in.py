"""Tables in memory: pandas, Polars and whatever speaks the Arrow interchange."""

from datetime import UTC, datetime

import pandas as pd
import pytest

import csqa
from csqa.errors import DataError
from tests.tables import contacts

polars = pytest.importorskip("polars", reason="polars is not installed")


class Stream:
    """A one-shot stream, as a reader of record batches is."""

    def __init__(self, frame):
        self.frame = frame
        self.read = 0
        self.schema = frame.schema

    def __arrow_c_stream__(self, requested_schema=None):
        self.read += 1
        assert self.read == 1, "a stream can be read only once"
        return self.frame.__arrow_c_stream__(requested_schema)


def polars_contacts(**more):
    """Two contacts with Polars' own types."""
    return polars.DataFrame(
        {
            "contact_id": ["C1", "C2"],
            "channel": polars.Series(["phone", "online"], dtype=polars.Categorical),
            "created_at": [datetime(2025, 6, 1, 1, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC)],
            "handle_seconds": [60, None],
        }
        | more
    )


def test_polars_frames_are_read_with_their_types():
    read = csqa.load(polars_contacts()).contacts
    assert read["contact_id"].tolist() == ["C1", "C2"]
    assert read["channel"].tolist() == ["phone", "online"]
    assert read["created_at"].dt.hour.tolist() == [9, 8]
    assert read["handle_seconds"].fillna(-1).tolist() == [60, -1]


def test_a_stream_is_read_once():
    assert len(csqa.load(Stream(polars_contacts())).contacts) == 2


def test_polars_and_pandas_give_the_same_tables():
    table = contacts({}, {"csat": 5, "complaint": True}, {"topic": "安装"})
    as_pandas = csqa.load(table)
    as_polars = csqa.load(
        polars.DataFrame(table.astype(object).where(table.notna(), None).to_dict("list"))
    )
    pd.testing.assert_frame_equal(as_pandas.contacts, as_polars.contacts)


def test_bad_rows_of_a_polars_frame_are_set_aside_with_their_row():
    data = csqa.load(polars_contacts(channel=["phone", "fax"]))
    assert data.faults[["row", "column", "value"]].to_numpy().tolist() == [[3, "channel", "fax"]]
    assert data.rows[["rows_in", "rows_used"]].to_numpy().tolist() == [[2, 1]]


def test_tables_by_name_may_come_from_several_libraries():
    feedback = pd.DataFrame({"feedback_id": ["F1"], "at": ["2025-06-01 10:00"]})
    data = csqa.load({"服务记录": polars_contacts(), "feedback": feedback})
    assert data.tables == ["contacts", "feedback"]


def test_what_is_no_table_is_named():
    with pytest.raises(DataError, match="`source` 的 feedback 应为 DataFrame"):
        csqa.load({"contacts": polars_contacts(), "feedback": [1, 2]})


def test_a_name_that_is_no_table_is_refused():
    with pytest.raises(DataError, match="`source` 的表 'tickets' 应为 contacts"):
        csqa.load({"contacts": polars_contacts(), "tickets": polars_contacts()})


def test_a_frame_without_columns_lacks_the_required_ones():
    with pytest.raises(DataError, match="缺少必需的列"):
        csqa.load({"contacts": pd.DataFrame()})


def test_a_frame_read_backwards_is_read():
    contacts = pd.DataFrame({"contact_id": ["1", "2"], "channel": "phone", "csat": [1.0, 5.0]})
    contacts["created_at"] = pd.to_datetime(["2025-06-01 10:00", "2025-06-02 10:00"])
    read = csqa.load({"contacts": contacts[::-1]}).contacts
    assert read["csat"].tolist() == [5.0, 1.0]
    assert read["contact_id"].tolist() == ["2", "1"]
