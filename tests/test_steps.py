"""Nodes of the process: stays, limits, returns, hand-overs; every figure worked out by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.errors import DataError, RuleError
from csqa.step_results import STEP_COLUMNS
from tests.tables import write

PERIOD = "2025-06"
DAY = "2025-06-02 "


def load(steps: pd.DataFrame, **contacts: Any) -> csqa.Dataset:
    """Steps of contacts that were created on the second of June."""
    ids = sorted(steps["contact_id"].unique())
    table = pd.DataFrame({"contact_id": ids, "channel": "online", "created_at": DAY + "08:00"})
    return csqa.load({"contacts": table.assign(**contacts), "steps": steps})


def told(*rows: tuple[Any, ...], columns: str = "contact_id step entered_at") -> pd.DataFrame:
    """Rows of steps; times are of the second of June."""
    frame = pd.DataFrame(rows, columns=columns.split())
    for name in ("entered_at", "left_at"):
        if name in frame:
            frame[name] = frame[name].map(lambda at: DAY + at if isinstance(at, str) else None)
    return frame


def node(found: pd.DataFrame, step: str) -> pd.Series:
    (row,) = (row for _, row in found.iterrows() if row["step"] == step)
    return row


WAY = told(
    ("1", "接诉", "09:00"),
    ("1", "处理中", "09:30"),
    ("1", "处理", "10:00"),  # the same node by another name: the stay goes on
    ("1", "反馈", "12:30"),
    ("1", "处理", "13:30"),  # back again
    ("1", "归档", "15:30"),
    ("2", "接诉", "09:00"),
    ("2", "处理", "11:00"),
)


def test_stays_are_those_worked_out_by_hand() -> None:
    found = csqa.measure_steps(load(WAY), period=PERIOD)
    assert list(found.columns) == list(STEP_COLUMNS)
    assert found["step"].tolist()[:3] == ["received", "recorded", "classified"]
    handled = node(found, "handled")
    assert handled[["contacts", "visits", "returns", "open"]].tolist() == [2, 3, 1, 1]
    # 3 h and 2 h; contact 2 is open since 11:00, the last that the data tell is 15:30.
    assert handled["total_hours"] == 3 + 2 + 4.5
    assert handled["median_hours"] == 3
    received = node(found, "received")
    # Limit 1 h: half an hour is in time, two hours are not.
    assert received[["n_limited", "n_over", "beyond_hours"]].tolist() == [2, 1, 1.0]
    assert received["limit_hours"] == 1
    lower, upper = csqa.stats.wilson([1], [2])
    assert (received["lower"], received["upper"]) == (lower[0], upper[0])
    assert node(found, "recorded")[["visits", "contacts"]].tolist() == [0, 0]
    assert np.isnan(node(found, "recorded")["median_hours"])
    assert node(found, "archived")[["total_hours", "open"]].tolist() == [0, 0]
    assert found["share_of_hours"].sum() == pytest.approx(1)
    assert set(found["status"]) == {"too_few"}


def test_a_limit_depends_on_priority_and_the_version_of_the_day(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = """
processes:
  - effective: 2025-01-01
    nodes: {a: {name: 甲, limit_hours: {urgent: 1, default: 3}}, b: {name: 乙, closes: true}}
  - effective: 2025-06-02
    nodes: {a: {limit_hours: {urgent: 2, default: 3}}}
"""
    process = csqa.read_process(write(tmp_path_factory.mktemp("process"), text, "process.yml"))
    rows = [(i, step, at) for i in "123" for step, at in (("甲", "09:00"), ("乙", "10:30"))]
    created = ["2025-06-01 23:00", "2025-06-02 00:00", "2025-06-02 00:00"]
    data = load(told(*rows), priority=["urgent", "urgent", None], created_at=created)
    found = node(csqa.measure_steps(data, process, period=PERIOD), "a")
    assert found[["n_limited", "n_over", "beyond_hours"]].tolist() == [3, 1, 0.5]
    assert np.isnan(found["limit_hours"])  # not the same for all
    by = csqa.measure_steps(data, process, period=PERIOD, by="priority")
    assert by.loc[by["step"] == "a", ["priority", "n_over"]].to_numpy().tolist() == [
        ["unknown", 0],
        ["urgent", 1],
    ]


def test_business_hours_leave_out_the_night(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("process")
    text = (
        "processes: [{effective: 2025-01-01, hours: business, nodes: {甲: , 乙: {closes: true}}}]"
    )
    process = csqa.read_process(write(folder, text, "process.yml"))
    calendar = csqa.read_calendar(
        write(folder, 'hours: {default: {mon-fri: ["09:00-18:00"], sat-sun: []}}', "c.yml")
    )
    steps = told(("1", "甲", "17:00"), ("1", "乙", "09:00"))
    # The second of June 2025 is a holiday (端午), the third a Tuesday.
    steps["entered_at"] = ["2025-06-03 17:00", "2025-06-04 10:00"]
    found = csqa.measure_steps(load(steps), process, period=PERIOD, calendar=calendar)
    assert node(found, "甲")["total_hours"] == 2
    cycles = csqa.measure_cycles(load(steps), process, period=PERIOD, calendar=calendar)
    assert cycles[["hours", "median_hours"]].to_numpy().tolist() == [["business", 2.0]]


def test_handovers_are_counted_past_rows_that_tell_nobody() -> None:
    rows = told(
        ("1", "处理", "09:00", "客服部"),
        ("1", "处理", "10:00", None),
        ("1", "处理", "11:00", "技术部"),
        ("1", "反馈", "12:00", "技术部"),
        ("1", "归档", "13:00", "客服部"),
        columns="contact_id step entered_at department",
    )
    found = csqa.measure_steps(load(rows), period=PERIOD)
    assert node(found, "handled")["handovers"] == 1
    assert node(found, "fed_back")["handovers"] == 0
    assert node(found, "archived")["handovers"] == 1
    cycle = csqa.measure_cycles(load(rows), period=PERIOD).iloc[0]
    assert cycle[["departments_per_contact", "handovers_per_contact"]].tolist() == [2, 2]
    assert cycle["median_hours"] == 4
    by_department = csqa.measure_steps(load(rows), period=PERIOD, node="department")
    assert by_department["step"].tolist() == ["客服部", "技术部"]
    assert by_department["total_hours"].tolist() == [2, 2]


def test_a_gap_belongs_to_no_node_and_leaving_before_entry_is_set_aside() -> None:
    rows = told(
        ("1", "接诉", "09:00", "09:30"),
        ("1", "处理", "11:30", "12:00"),
        ("1", "反馈", "12:30", "12:00"),
        ("9", "接诉", "08:00", None),
        columns="contact_id step entered_at left_at",
    )
    table = pd.DataFrame({"contact_id": ["1"], "channel": "online", "created_at": DAY + "08:00"})
    data = csqa.load({"contacts": table, "steps": rows})
    counts = data.rows.set_index("table").loc["steps"]
    assert counts[["rows_in", "rows_used", "rows_quarantined"]].tolist() == [4, 2, 2]
    assert data.faults[["column", "rule"]].to_numpy().tolist() == [
        ["left_at", "leaving_before_entry"],
        ["contact_id", "no_contact"],
    ]
    assert csqa.measure_steps(data, period=PERIOD)["total_hours"].sum() == 1
    paths = csqa.measure_paths(data, period=PERIOD)
    assert paths[
        ["from_step", "to_step", "median_hours", "median_gap_hours"]
    ].to_numpy().tolist() == [["received", "handled", 0.5, 2.0]]


def test_resolved_ends_the_last_stay_or_leaves_it_unknown() -> None:
    rows = told(("1", "处理", "09:00"), ("2", "处理", "09:00"), ("3", "处理", "09:00"))
    data = load(rows, resolved_at=[DAY + "10:00", None, None], resolved=[True, True, False])
    found = node(csqa.measure_steps(data, period=PERIOD), "handled")
    assert found[["visits", "open", "n_unknown", "total_hours"]].tolist() == [3, 1, 1, 1.0]


def test_nodes_of_ones_own_have_no_limit_and_come_as_contacts_come_to_them() -> None:
    rows = told(("1", "New", "09:00"), ("1", "Active", "10:00"), ("2", "New", "09:00"))
    found = csqa.measure_steps(load(rows), period=PERIOD)
    assert found["step"].tolist() == ["New", "Active"]
    assert not found["named"].any()
    assert found["n_limited"].sum() == 0


def test_open_steps_are_listed_before_and_after_their_limit() -> None:
    rows = told(
        ("1", "分类", "09:00"),  # 6.5 h of 4
        ("2", "分类", "12:00"),  # 3.5 h of 4: from 3.2 h on at risk
        ("3", "分类", "14:00"),
        ("4", "归档", "15:30"),
    )
    found = csqa.list_open_steps(load(rows), period=PERIOD)
    assert found[["contact_id", "state", "open_hours"]].to_numpy().tolist() == [
        ["1", "over_limit", 6.5],
        ["2", "at_risk", 3.5],
    ]
    assert found["used_share"].tolist() == [6.5 / 4, 3.5 / 4]


@pytest.mark.parametrize(
    ("options", "error", "told_"),
    [
        ({"period": "2025"}, RuleError, "2025"),
        ({"period": PERIOD, "node": "state"}, RuleError, "node"),
        ({"period": PERIOD, "by": "contact_id"}, RuleError, "by"),
        ({"period": PERIOD, "months": 0}, RuleError, "月数"),
        ({"period": PERIOD, "node": "department"}, DataError, "department"),
    ],
)
def test_wrong_arguments_are_told(options: Any, error: type[Exception], told_: str) -> None:
    with pytest.raises(error, match=told_):
        csqa.measure_steps(load(WAY), **options)


def test_without_steps_it_says_so() -> None:
    table = pd.DataFrame({"contact_id": ["1"], "channel": "online", "created_at": DAY + "08:00"})
    with pytest.raises(DataError, match="流程节点"):
        csqa.measure_steps(csqa.load(table), period=PERIOD)


def test_a_month_without_contacts_has_no_rows() -> None:
    data = load(WAY)
    for measure in (
        csqa.measure_steps,
        csqa.measure_paths,
        csqa.list_variants,
        csqa.measure_cycles,
        csqa.find_bottlenecks,
        csqa.list_open_steps,
    ):
        found = measure(data, period="2024-01")
        assert not len(found) or not found.get("visited", pd.Series([0])).any()


moves = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 600), st.sampled_from(["X", "Y", None])),
    min_size=1,
    max_size=7,
)


@settings(max_examples=30, deadline=None)
@given(ways=st.lists(moves, min_size=1, max_size=5), shuffle=st.randoms(use_true_random=False))
def test_stays_sum_to_the_way_and_order_of_rows_does_not_matter(ways: Any, shuffle: Any) -> None:
    rows = [
        (str(number), step, pd.Timestamp(DAY) + pd.Timedelta(minutes=minute), department)
        for number, way in enumerate(ways)
        for step, minute, department in way
    ]
    steps = pd.DataFrame(rows, columns=["contact_id", "step", "entered_at", "department"])
    before = steps.copy()
    data = load(steps)
    pd.testing.assert_frame_equal(steps, before)
    found = csqa.measure_steps(data, period=PERIOD)
    paths = csqa.measure_paths(data, period=PERIOD)
    cycles = csqa.measure_cycles(data, period=PERIOD)
    # Nobody was resolved, so each way goes on until the last moment of the data.
    created = pd.Timestamp(DAY + "08:00")
    now = max(steps["entered_at"].max(), created)
    whole = (now - steps.groupby("contact_id")["entered_at"].min()).dt.total_seconds().sum() / 3600
    assert found["total_hours"].sum() == pytest.approx(whole)
    assert found["visits"].sum() == paths["count"].sum() + len(ways)
    assert cycles["visits_per_contact"].iloc[0] == pytest.approx(found["visits"].sum() / len(ways))
    order = list(range(len(steps)))
    shuffle.shuffle(order)
    again = load(steps.iloc[order])
    pd.testing.assert_frame_equal(found, csqa.measure_steps(again, period=PERIOD))
    pd.testing.assert_frame_equal(paths, csqa.measure_paths(again, period=PERIOD))
