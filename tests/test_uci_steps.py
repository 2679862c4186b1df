"""The event log of a real help desk: states and groups, every figure by plain pandas too."""

import zipfile

import numpy as np
import pandas as pd
import pytest

import csqa
from tests.conftest import ROOT, SHARED

LOG = SHARED / "data" / "uci_incident" / "incident_event_log.zip"
PROCESS = ROOT / "docs" / "examples" / "uci_incident" / "process.yml"
PERIOD = "2016-05"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not LOG.exists(), reason="the real incidents lie beside the project, not in it"
    ),
]


@pytest.fixture(scope="module")
def data() -> csqa.Dataset:
    return csqa.load(LOG, "servicenow")


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    """The events of incidents opened in May 2016, in order, as plain pandas reads them."""
    with zipfile.ZipFile(LOG) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".csv"))
        rows = pd.read_csv(archive.open(name), dtype=str, na_values="?")
    for column in ("opened_at", "sys_updated_at", "resolved_at"):
        rows[column] = pd.to_datetime(rows[column], format="%d/%m/%Y %H:%M")
    rows["order"] = rows["sys_mod_count"].astype(int)
    last = rows.groupby("number").tail(1).set_index("number")
    month = last["opened_at"].dt.strftime("%Y-%m")
    rows = rows[rows["number"].map(month) == PERIOD]
    rows["resolved"] = rows["number"].map(last["resolved_at"])
    return rows.sort_values(["number", "sys_updated_at", "order"], kind="stable")


def visits_of(log: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row per visit: events that name no node left out, the same node in a row once."""
    rows = log[log[column].notna() & (log[column] != "-100")]
    starts = rows[column].ne(rows.groupby("number")[column].shift())
    visits = rows[starts].copy()
    visits["until"] = visits.groupby("number")["sys_updated_at"].shift(-1)
    visits["next"] = visits.groupby("number")[column].shift(-1)
    return visits.rename(columns={column: "node"})


def test_every_event_is_used(data: csqa.Dataset) -> None:
    counts = data.rows.set_index("table")[["rows_in", "rows_used"]]
    assert counts.to_numpy().tolist() == [[24_918, 24_918], [141_712, 141_712]]
    assert data.table("steps")["step"].isna().sum() == 5  # state -100


def test_states_are_those_of_plain_pandas(data: csqa.Dataset, log: pd.DataFrame) -> None:
    visits = visits_of(log, "ident_state")
    found = csqa.measure_steps(data, period=PERIOD).set_index("step")
    assert found["visits"].to_dict() == visits["node"].value_counts().to_dict()
    contacts = visits.groupby("node")["number"].nunique()
    assert found["contacts"].to_dict() == contacts.to_dict()
    hours = (visits["until"] - visits["sys_updated_at"]).dt.total_seconds() / 3600
    for state in ("New", "Active", "Awaiting User Info"):
        own = hours[visits["node"] == state]
        assert own.notna().all()  # nobody ends there
        assert found.loc[state, "total_hours"] == pytest.approx(own.sum())
        assert found.loc[state, "median_hours"] == pytest.approx(own.median())
        again = visits[visits["node"] == state].duplicated(["number", "node"]).sum()
        assert found.loc[state, "returns"] == again


def test_paths_between_states_are_those_of_plain_pandas(
    data: csqa.Dataset, log: pd.DataFrame
) -> None:
    visits = visits_of(log, "ident_state").dropna(subset="next")
    found = csqa.measure_paths(data, period=PERIOD)
    told = dict(
        zip(zip(found["from_step"], found["to_step"], strict=True), found["count"], strict=True)
    )
    assert told == visits.groupby(["node", "next"]).size().to_dict()
    ways = visits_of(log, "ident_state").groupby("number")["node"].agg(" > ".join).value_counts()
    listed = csqa.list_variants(data, period=PERIOD, most=10_000)
    assert dict(zip(listed["steps"], listed["count"], strict=True)) == ways.to_dict()


def test_groups_are_those_of_plain_pandas(data: csqa.Dataset, log: pd.DataFrame) -> None:
    visits = visits_of(log, "assignment_group")
    found = csqa.measure_steps(data, period=PERIOD, node="department").set_index("step")
    assert found["visits"].to_dict() == visits["node"].value_counts().to_dict()
    # The last group has the incident until it is resolved; told of later than that, not at all.
    end = visits["until"].fillna(
        visits["resolved"].where(visits["resolved"] >= visits["sys_updated_at"])
    )
    end = end.fillna(visits["sys_updated_at"].where(visits["resolved"].notna()))
    hours = (end - visits["sys_updated_at"]).dt.total_seconds() / 3600
    summed = hours.groupby(visits["node"]).sum()
    known = found.index[found["visits"] > 0]
    np.testing.assert_allclose(found.loc[known, "total_hours"], summed[known])
    cycles = csqa.measure_cycles(data, period=PERIOD, months=1, node="department")
    groups = log.groupby("number")["assignment_group"].nunique()
    assert cycles["departments_per_contact"].item() == pytest.approx(groups[groups > 0].mean())


def test_the_five_days_until_closing_are_no_bottleneck_once_the_process_says_so(
    data: csqa.Dataset,
) -> None:
    plain = csqa.find_bottlenecks(data, period=PERIOD)
    assert plain.loc[0, ["step", "verdict"]].tolist() == ["Resolved", "bottleneck"]
    found = csqa.find_bottlenecks(data, csqa.read_process(PROCESS), period=PERIOD)
    verdicts = found.set_index("step")["verdict"]
    assert verdicts["resolved"] == "waits_for_others"
    assert set(found.loc[found["verdict"].isin(["bottleneck", "maybe_bottleneck"]), "step"]) <= {
        "new",
        "active",
    }


def test_first_updates_before_opening_do_not_begin_before_the_log(data: csqa.Dataset) -> None:
    """Five incidents were updated before they were opened: they began when they were updated."""
    first = data.table("steps").groupby("contact_id")["entered_at"].min()
    opened = data.contacts.set_index("contact_id")["created_at"]
    assert (first < opened[first.index]).sum() == 5
    cycles = csqa.measure_cycles(data, period=PERIOD, months=4)
    months = opened.dt.strftime("%Y-%m").value_counts()
    assert dict(zip(cycles["period"], cycles["contacts"], strict=True)) == {
        month: months[month] for month in ("2016-02", "2016-03", "2016-04", "2016-05")
    }
