"""Steps, their nodes, paths and bottlenecks are the same wherever the rows lie."""

import random

import pandas as pd
import pytest

import csqa
from tests.odd_contacts import ZONE, make_frames
from tests.tables import write
from tests.test_engines import Load, load, same  # noqa: F401  (fixture)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # pyspark leaves sockets to the end
]

NODES = ("接诉", "处理", "处理中", "HANDLED", "New", "new", 'Äöü\'s "x"', None)
"""Two spell one node of the process, two differ in case only, one is hard to quote."""

PROCESS = """
processes:
  - effective: 2020-01-01
    hours: business
    handover: either
    nodes:
      received: {name: 接诉, limit_hours: {urgent: 1, default: 30}}
      handled: {name: 处理, aliases: [处理中], limit_hours: 5, hours: calendar}
      archived: {name: 归档, closes: true}
"""


def log(contacts: pd.DataFrame) -> pd.DataFrame:
    """Up to nine rows for each contact, many of the same moment, drawn by a fixed seed."""
    draw = random.Random(5)
    rows = []
    for contact, created in contacts[["contact_id", "created_at"]].itertuples(index=False):
        at = pd.Timestamp(created)
        for number in range(draw.randrange(0, 9)):
            at += pd.Timedelta(milliseconds=draw.choice([0, 0, 1, 60_000, 4_000_000, 90_000_001]))
            left = draw.choice([None, None, at, at + pd.Timedelta(minutes=5)])
            rows.append(
                {
                    "contact_id": contact,
                    "seq": draw.choice([None, number, 3]),
                    "step": draw.choice(NODES),
                    "department": draw.choice(["客服部", "技术部", "a", "A", None]),
                    "agent_id": draw.choice(["K1", "K2", None]),
                    "entered_at": at,
                    "left_at": left,
                }
            )
    steps = pd.DataFrame(rows)
    steps["left_at"] = pd.to_datetime(steps["left_at"])
    # One that no engine may use: left before it was entered.
    steps.loc[0, "left_at"] = steps.loc[0, "entered_at"] - pd.Timedelta(seconds=1)
    return steps.astype({"seq": "Int64"})


@pytest.fixture(scope="module")
def both(load: Load) -> tuple[csqa.Dataset, csqa.Dataset]:  # noqa: F811
    """The same steps in DuckDB and in the engine."""
    people = make_frames()["contacts"].dropna(subset=["contact_id", "created_at"])
    people = people.assign(contact_id=people["contact_id"].str.strip())
    people = people[~people["contact_id"].str.casefold().duplicated()].head(200)
    tables = {"contacts": people, "steps": log(people)}
    mapping = {"time_zone": ZONE}
    return csqa.load(tables, mapping), load(tables, mapping)


def test_steps_are_the_same(
    both: tuple[csqa.Dataset, csqa.Dataset], tmp_path_factory: pytest.TempPathFactory
) -> None:
    process = csqa.read_process(write(tmp_path_factory.mktemp("process"), PROCESS, "process.yml"))
    counts = ["table", "rows_in", "rows_used", "rows_quarantined"]
    same(*(data.rows[counts] for data in both))
    assert "leaving_before_entry" in set(both[1].faults["rule"])
    keys = ["contact_id", "entered_at", "seq", "step", "department", "agent_id", "left_at"]
    same(*(data.table("steps").sort_values(keys, ignore_index=True) for data in both))
    period = str(both[0].contacts["created_at"].dt.strftime("%Y-%m").mode().iloc[0])
    for node in ("step", "department", "agent_id"):
        options = {"period": period, "months": 3, "node": node}
        for measure in (csqa.measure_steps, csqa.measure_paths, csqa.list_variants):
            here, there = (measure(data, process, **options) for data in both)
            assert len(here) > 3 or node == "agent_id"
            same(here, there)
        same(*(csqa.measure_cycles(data, process, period=period, node=node) for data in both))
        same(*(csqa.find_bottlenecks(data, process, period=period, node=node) for data in both))
    for by in ("team", "priority"):
        here, there = (csqa.measure_steps(data, process, period=period, by=by) for data in both)
        assert here["handovers"].sum() > 3
        same(here, there)
    here, there = (csqa.list_open_steps(data, process, period=period) for data in both)
    assert len(here) > 3
    same(here, there)


def test_one_log_is_contacts_and_steps_in_the_engine(load: Load) -> None:  # noqa: F811
    frame = make_frames()["contacts"].drop_duplicates("contact_id")[3:60]
    frame = frame.dropna(subset=["contact_id", "created_at"])
    steps = {"contact_id": "contact_id", "step": "topic", "entered_at": "created_at"}
    mapping = {
        "time_zone": ZONE,
        "tables": {
            "contacts": {"files": ["contacts"]},
            "steps": {"files": ["contacts"], "only": True, "columns": steps},
        },
    }
    here, there = csqa.load({"contacts": frame}, mapping), load({"contacts": frame}, mapping)
    assert here.tables == there.tables == ["contacts", "steps"]
    assert len(here.table("steps")) > 10
    for name in here.tables:
        same(here.table(name), there.table(name))
