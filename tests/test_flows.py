"""From node to node, whole ways and cycle times: every figure worked out by hand."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.step_results import CYCLE_COLUMNS, PATH_COLUMNS, VARIANT_COLUMNS
from tests.test_steps import PERIOD, WAY, load, told


def test_paths_are_counted() -> None:
    found = csqa.measure_paths(load(WAY), period=PERIOD)
    assert list(found.columns) == list(PATH_COLUMNS)
    assert found[["from_zh", "to_zh", "count", "share", "back"]].to_numpy().tolist() == [
        ["接诉", "处理", 2, 1.0, False],
        ["处理", "反馈", 1, 0.5, False],
        ["处理", "归档", 1, 0.5, False],
        ["反馈", "处理", 1, 1.0, True],
    ]
    assert found["share_of_all"].tolist() == [0.4, 0.2, 0.2, 0.2]
    assert found["median_hours"].tolist() == [1.25, 3, 2, 1]


def test_ways_are_listed_and_open_ones_left_out() -> None:
    rows = [(i, step, at) for i in "3456" for step, at in (("接诉", "09:00"), ("归档", "11:00"))]
    data = load(pd.concat([WAY, told(*rows, ("7", "归档", "10:00"))]))
    found = csqa.list_variants(data, period=PERIOD)
    assert list(found.columns) == list(VARIANT_COLUMNS)
    assert found["steps"].tolist() == [
        "received > archived",
        "archived",
        "received > handled > fed_back > handled > archived",
    ]
    assert found["way_zh"].tolist()[2] == "接诉 → 处理 → 反馈 → 处理 → 归档"
    assert found["count"].tolist() == [4, 1, 1]
    assert found["visits"].tolist() == [2, 1, 5]
    assert found["returns"].tolist() == [0, 0, 1]
    assert found["median_hours"].tolist() == [2, 0, 6.5]
    assert set(found["ended"]) == {6}
    assert set(found["variants"]) == {3}
    assert len(csqa.list_variants(data, period=PERIOD, most=1)) == 1


def test_cycles_count_what_is_open() -> None:
    rows = [
        (str(i), step, at) for i in range(9) for step, at in (("接诉", "09:00"), ("归档", "11:00"))
    ]
    data = load(told(*rows, ("9", "接诉", "08:00"), ("A", "接诉", "10:00")))
    (cycle,) = (row for _, row in csqa.measure_cycles(data, period=PERIOD).iterrows())
    assert list(cycle.index) == list(CYCLE_COLUMNS)
    assert cycle[["contacts", "ended", "open", "status"]].tolist() == [11, 9, 2, ""]
    assert cycle["median_hours"] == 2
    # One was still open after three hours, the other was looked at for one: 1 - 9 / 10 took longer.
    assert cycle["p90_hours"] == 2
    assert np.isnan(cycle["departments_per_contact"])


ways = st.lists(st.text("甲乙丙", min_size=1, max_size=6), min_size=1, max_size=12)


@settings(max_examples=30, deadline=None)
@given(gone=ways)
def test_ways_are_those_that_plain_python_counts(gone: list[str]) -> None:
    rows = [
        (str(number), step, f"{9 + place:02d}:00")
        for number, way in enumerate(gone)
        for place, step in enumerate(way)
    ]
    data = load(told(*rows), resolved_at="2025-06-02 08:30", resolved=True)
    found = csqa.list_variants(data, period=PERIOD, most=100)
    merged = [
        " > ".join(step for before, step in zip(" " + way, way, strict=False) if step != before)
        for way in gone
    ]
    assert dict(zip(found["steps"], found["count"], strict=True)) == (
        pd.Series(merged).value_counts().to_dict()
    )
