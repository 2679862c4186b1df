"""What is to be doubted in 24,918 real incidents, counted again by plain pandas."""

import pandas as pd
import pytest

import csqa
from tests.conftest import ROOT, SHARED

INCIDENTS = SHARED / "data/uci_incident/incidents.parquet"
MAPPING = ROOT / "docs/examples/uci_incident/mapping.yml"

pytestmark = pytest.mark.skipif(
    not INCIDENTS.exists(), reason="the real incidents lie beside the project, not in it"
)


@pytest.fixture(scope="module")
def data() -> csqa.Dataset:
    return csqa.load(INCIDENTS, mapping=MAPPING)


@pytest.fixture(scope="module")
def found(data: csqa.Dataset) -> pd.DataFrame:
    return csqa.check(data)


def one(found: pd.DataFrame, kind: str) -> float:
    (value,) = found.loc[found["kind"] == kind, "value"]
    return float(value)


def test_holidays_and_the_end_of_the_log_are_found(found: pd.DataFrame) -> None:
    drops = found[found["kind"] == "volume_drop"]
    # The log all but ends with May; Good Friday, Tiradentes and Corpus Christi with their Fridays.
    assert drops["period"].tolist()[0] == "2016-06-01"
    assert drops["note"].iloc[0].startswith("电话在 2016-06-01 至 2017-02-15（260 天）只有 89 条")
    assert {"2016-03-25", "2016-04-21", "2016-05-26"} <= set(drops["period"])


def test_counts_are_those_of_pandas(data: csqa.Dataset, found: pd.DataFrame) -> None:
    contacts = data.contacts
    keys = ["customer_id", "channel", "topic", "agent_id", "created_at"]
    known = contacts[contacts["customer_id"].notna()]
    assert one(found, "twins") == known.duplicated(keys).sum()
    assert one(found, "busiest_customer") == contacts["customer_id"].value_counts().max()
    assert one(found, "resolved_without_time") == contacts["resolved_at"].isna().sum()


def test_completeness_by_month_is_that_of_pandas(data: csqa.Dataset, found: pd.DataFrame) -> None:
    contacts = data.contacts
    month = contacts["created_at"].dt.strftime("%Y-%m")
    expected = contacts["team"].notna().groupby(month).mean()
    rows = found[(found["kind"] == "completeness_month") & (found["column"] == "team")]
    pd.testing.assert_series_equal(
        rows.set_index("period")["value"], expected, check_names=False, check_index_type=False
    )


def test_hours_and_agents_are_those_of_pandas(data: csqa.Dataset, found: pd.DataFrame) -> None:
    contacts = data.contacts
    hour = contacts["created_at"].dt.strftime("%H:00")
    for kind, expected in (
        ("hour_contacts", contacts.groupby(hour).size()),
        ("hour_agents", contacts.groupby(hour)["agent_id"].nunique()),
        ("hour_without_agent", contacts["agent_id"].isna().groupby(hour).sum()),
        ("agent_days", contacts["created_at"].dt.date.groupby(contacts["agent_id"]).nunique()),
    ):
        told = found[found["kind"] == kind].set_index("unit")["value"]
        assert told.to_dict() == expected.to_dict(), kind


def test_times_are_exact_to_the_minute(found: pd.DataFrame) -> None:
    columns = found.loc[found["kind"] == "minute_only", "column"].tolist()
    assert columns == ["created_at", "resolved_at"]
    assert not found["kind"].isin(["date_only", "some_midnights"]).any()
