"""The monthly report on 24,918 real incidents, every count checked by plain pandas."""

import json
import zipfile

import pandas as pd
import pytest

import csqa
from tests.conftest import ROOT, SHARED

INCIDENTS = SHARED / "data" / "uci_incident"
EXAMPLE = ROOT / "docs" / "examples" / "uci_incident"
PERIOD = "2016-04"
WINDOW = pd.Timedelta(days=7)

pytestmark = pytest.mark.skipif(
    not INCIDENTS.exists(), reason="the real incidents lie beside the project, not in it"
)


@pytest.fixture(scope="module")
def incidents():
    """The last event of each incident, as plain pandas reads the log itself, not our parquet."""
    with zipfile.ZipFile(INCIDENTS / "incident_event_log.zip") as archive:
        (log,) = (name for name in archive.namelist() if name.endswith(".csv"))
        rows = pd.read_csv(archive.open(log), dtype=str, na_values="?")
    rows = rows.groupby("number").tail(1)
    for column in ("opened_at", "resolved_at"):
        rows[column] = pd.to_datetime(rows[column], format="%d/%m/%Y %H:%M")
    ordered = rows.sort_values(["opened_at", "number"])
    ordered["reopened"] = ordered["reopen_count"].astype(int) > 0
    key = [ordered["caller_id"], ordered["category"].fillna("")]
    following = ordered.groupby(key)["opened_at"].shift(-1)
    ordered["repeated"] = (following - ordered["opened_at"]) <= WINDOW
    ordered["decided"] = ordered["opened_at"] <= ordered["opened_at"].max() - WINDOW
    return ordered


@pytest.fixture(scope="module")
def april(incidents):
    return incidents[incidents["opened_at"].dt.strftime("%Y-%m") == PERIOD]


def make(folder, **options):
    made = csqa.run_report(
        "monthly_diagnostic",
        period=PERIOD,
        source=INCIDENTS,
        mapping=EXAMPLE / "mapping.yml",
        out=folder,
        progress=False,
        **options,
    )
    return made, json.loads((made / "summary.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def by_shipped_standard(tmp_path_factory):
    return make(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def by_own_standard(tmp_path_factory):
    return make(tmp_path_factory.mktemp("own"), standard=EXAMPLE / "standard.yml", language="en")


def test_counts_every_incident(by_shipped_standard, incidents, april):
    _, summary = by_shipped_standard
    assert summary["rows"] == {
        "rows_in": len(incidents),
        "rows_used": len(incidents),
        "rows_quarantined": 0,
    }
    assert summary["contacts"] == len(april)


def test_first_contact_resolution_is_that_of_plain_pandas(by_shipped_standard, april):
    _, summary = by_shipped_standard
    counted = april[april["decided"] & april["caller_id"].notna()]
    solved = ~counted["reopened"] & ~counted["repeated"]
    metric = summary["metrics"]["first_contact_resolution"]
    assert metric["n"] == len(counted)
    assert metric["value"] == pytest.approx(solved.mean(), abs=1e-9)


def test_what_the_log_cannot_feed_is_missing_not_zero(by_shipped_standard):
    made, summary = by_shipped_standard
    for key in ("csat", "nps", "handle_time", "wording", "complaint_rate", "first_response_phone"):
        assert summary["metrics"][key]["status"] == "no_source"
        assert summary["metrics"][key]["value"] is None
        assert summary["metrics"][key]["score"] is None
    page = (made / "report.html").read_text("utf-8")
    assert "没有计算这些指标所需的数据" in page
    assert summary["composite"]["status"] == "incomplete"


def test_own_standard_judges_tickets(by_own_standard, april):
    made, summary = by_own_standard
    resolved = april.dropna(subset="resolved_at")
    seconds = (resolved["resolved_at"] - resolved["opened_at"]).dt.total_seconds()
    metric = summary["metrics"]["resolution_time"]
    assert metric["n"] == len(resolved)
    assert metric["value"] == pytest.approx(seconds.mean(), rel=1e-9)
    assert summary["metrics"]["reopened"]["value"] == pytest.approx(
        april["reopened"].mean(), rel=1e-9
    )
    assert summary["composite"]["status"] == "complete"
    assert "Mean time to resolution" in (made / "report.html").read_text("utf-8")


def test_first_updates_before_opening_are_quarantined(tmp_path):
    mapping = (EXAMPLE / "mapping.yml").read_text("utf-8")
    switched = mapping.replace("# first_response_at:", "first_response_at:")
    assert switched != mapping
    (tmp_path / "mapping.yml").write_text(switched, "utf-8")
    data = csqa.load(INCIDENTS, mapping=tmp_path / "mapping.yml")
    assert data.faults["rule"].value_counts().to_dict() == {"response_before_creation": 2}
    assert data.rows["rows_used"].sum() == 24_916
