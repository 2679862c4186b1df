"""Targets: limits and ranges, where they hold, which of two lines wins, what a relaxation needs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.rules.standard import AT_LEAST, AT_MOST, BETWEEN, Line, is_looser
from csqa.rules.target_reader import CONDITIONS, read_conditions, read_lines, read_target

VALUES = {
    "team": ("热线组", "在线组"),
    "channel": ("phone", "online"),
    "scene": ("presale", "aftersale"),
    "topic": ("退款", "物流"),
    "priority": ("urgent", "low"),
    "customer_type": ("new", "returning"),
    "peak": (True, False),
}


def lines_of(entries, direction=AT_MOST, base=None):
    """Lines and faults of a metric with these exceptions."""
    faults: list[str] = []
    base = base or Line((), 30.0)
    return read_lines("m", {"except": entries}, direction, base, faults), faults


def test_a_range_has_both_ends():
    faults: list[str] = []
    assert read_target("t", {"between": [20, 60]}, faults) == (BETWEEN, Line((), 20.0, upper=60.0))
    assert read_target("t", {"at_least": -1}, faults) == (AT_LEAST, Line((), -1.0))
    assert faults == []


@pytest.mark.parametrize(
    "target",
    [
        {"between": [60, 20]},
        {"between": [20, 20]},
        {"between": [20]},
        {"between": [20, 40, 60]},
        {"between": 20},
        {"between": [20, math.inf]},
        {"between": [True, 20]},
        {"between": ["20", 60]},
        {"at_most": 60, "at_least": 20},
        {"at_most": [20, 60]},
        {"atmost": 60},
        [20, 60],
        {},
    ],
)
def test_what_is_no_target_is_told_with_what_is(target):
    faults: list[str] = []
    direction, line = read_target("m.target", target, faults)
    assert (direction, math.isnan(line.target)) == (None, True)
    assert faults == [
        "m.target：应为 {at_most: 数}、{at_least: 数} 或 {between: [下限, 上限]}，"
        f"而不是 {target!r}。"
    ]


@pytest.mark.parametrize("column", CONDITIONS)
def test_a_line_may_hold_for_each_condition(column):
    one, other = VALUES[column]
    lines, faults = lines_of(
        [{column: one, "target": {"at_most": 20}}, {column: other, "target": {"at_most": 25}}]
    )
    assert [line.where for line in lines] == [((column, one),), ((column, other),), ()]
    assert faults == []


@pytest.mark.parametrize("column", CONDITIONS)
@pytest.mark.parametrize("other", CONDITIONS)
def test_two_lines_equally_specific_are_rivals_on_any_two_conditions(column, other):
    if column == other:
        lines = [{column: VALUES[column][0], "target": {"at_most": most}} for most in (20, 25)]
    else:
        lines = [
            {column: VALUES[column][0], "target": {"at_most": 20}},
            {other: VALUES[other][0], "target": {"at_most": 25}},
        ]
    _, faults = lines_of(lines)
    assert len(faults) == 1
    assert f"“{column}={VALUES[column][0]}”与“{other}={VALUES[other][0]}”同样具体" in faults[0]


def test_ranges_that_differ_at_one_end_only_are_rivals():
    entries = [
        {"scene": "aftersale", "target": {"between": [10, 50]}},
        {"channel": "phone", "target": {"between": [10, 40]}},
    ]
    base = Line((), 10.0, upper=60.0)
    _, faults = lines_of(entries, BETWEEN, base)
    assert len(faults) == 1
    assert "“scene=aftersale”与“channel=phone”同样具体而目标不同" in faults[0]
    entries[1]["target"] = {"between": [10, 50]}
    assert lines_of(entries, BETWEEN, base)[1] == []


@pytest.mark.parametrize(
    ("direction", "base", "target", "looser"),
    [
        (AT_MOST, Line((), 30.0), {"at_most": 45}, True),
        (AT_MOST, Line((), 30.0), {"at_most": 30}, False),
        (AT_MOST, Line((), 30.0), {"at_most": 20}, False),
        (AT_LEAST, Line((), 0.9), {"at_least": 0.85}, True),
        (AT_LEAST, Line((), 0.9), {"at_least": 0.95}, False),
        (BETWEEN, Line((), 20.0, upper=60.0), {"between": [20, 61]}, True),
        (BETWEEN, Line((), 20.0, upper=60.0), {"between": [19, 60]}, True),
        (BETWEEN, Line((), 20.0, upper=60.0), {"between": [30, 50]}, False),
    ],
)
@pytest.mark.parametrize("column", CONDITIONS)
def test_what_is_looser_than_the_base_needs_a_note(direction, base, target, looser, column):
    entry = {column: VALUES[column][0], "target": target}
    _, faults = lines_of([entry], direction, base)
    told = ["m.except[0]：比基本目标放宽，需要写明 note（备注原因）。"]
    assert faults == (told if looser else [])
    lines, faults = lines_of([entry | {"note": " 试点 "}], direction, base)
    assert (lines[0].note, faults) == ("试点", [])
    assert is_looser(lines[0], base, direction) is looser


@pytest.mark.parametrize("note", [None, "", "   "])
def test_an_empty_note_is_none(note):
    _, faults = lines_of([{"peak": True, "target": {"at_most": 45}, "note": note}])
    assert len(faults) == 1
    assert "需要写明 note" in faults[0]


@pytest.mark.parametrize("value", [1, 0])
def test_peak_is_true_or_false_and_not_what_equals_it(value):
    faults: list[str] = []
    read_conditions("w", {"peak": value}, faults)
    assert faults == [f"w.peak：不认识 {value!r}；可用的有 True, False。"]


ENDS = st.floats(-1e3, 1e3)


@given(ENDS, ENDS, st.sampled_from([AT_MOST, AT_LEAST]))
def test_one_of_two_limits_is_looser_unless_they_are_the_same(one, other, direction):
    first, second = Line((), one), Line((), other)
    looser = [is_looser(first, second, direction), is_looser(second, first, direction)]
    assert sum(looser) == (0 if one == other else 1)
