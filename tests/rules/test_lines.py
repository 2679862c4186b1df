"""Each fault has the line where it is put right, however the YAML is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.errors import RuleError
from csqa.rules.calendar import read_calendar
from csqa.rules.files import DEFAULTS, read_rules, read_yaml
from csqa.rules.inspection import read_form
from csqa.rules.mapping import read_mapping
from csqa.rules.standard_reader import read_standard
from tests.tables import write

BROKEN = """\
settings: {judge_form: 30, satisfied_from: 9}
standards:
  - effective: 2024-01-01
    weights: {service: 0.5}
    metrics:
      response: &response
        dimension: service
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: &cost
          points: 10
          per: 0
      handle:
        <<: *response
        measure: handle_second
      nps:
        dimension: service
        measure: nps
        target: 0.3
        deduct: *cost
  - effective: 2025-01-01
    metrics: {csat: {
      dimension: service,
      measure: csat_satisfied,
      taget: {at_least: 0.9}}}
"""


def lines_of(path: Path) -> dict[str, int]:
    return dict(read_rules(path).positions.lines)


def faults_of(read, path: Path) -> list[tuple[int, str]]:
    """Line and text of each fault, in the order in which they are told."""
    with pytest.raises(RuleError, match="处") as caught:
        read(path)
    told = str(caught.value).split("\n  - ")[1:]
    placed = [re.fullmatch(r"第 (\d+) 行 (.+)", fault) for fault in told]
    return [(int(match[1]), match[2]) for match in placed if match]


def test_block_and_flow_style_have_the_line_of_their_key(tmp_path):
    found = lines_of(write(tmp_path, "a:\n  b: 1\n  c: {d: 2,\n    e: [3,\n      4]}\nf: x\n"))
    assert found == {
        "a": 1,
        "a.b": 2,
        "a.c": 3,
        "a.c.d": 3,
        "a.c.e": 4,
        "a.c.e[0]": 4,
        "a.c.e[1]": 5,
        "f": 6,
    }


def test_what_an_alias_or_a_merge_brings_is_where_it_is_written(tmp_path):
    text = "a: &a\n  b: 1\n  c: 2\nd: *a\ne:\n  <<: *a\n  c: 3\nf:\n  <<: [{b: 4}, *a]\n"
    found = lines_of(write(tmp_path, text))
    assert [found[place] for place in ("d", "d.b", "e.b", "e.c", "f.b", "f.c")] == [
        4,
        2,
        2,
        7,
        9,
        3,
    ]


def test_each_fault_of_a_standard_has_its_line(tmp_path):
    found = faults_of(read_standard, write(tmp_path, BROKEN))
    assert [(line, told.split("：")[0]) for line, told in found] == [
        (1, "settings"),
        (1, "settings.satisfied_from"),
        (4, "standards[0].weights"),
        (12, "standards[0].metrics.response.deduct.per"),
        (12, "standards[0].metrics.handle.deduct.per"),
        (12, "standards[0].metrics.nps.deduct.per"),
        (15, "standards[0].metrics.handle.measure"),
        (19, "standards[0].metrics.nps.target"),
        (25, "standards[1].metrics.csat"),
    ]


def test_two_versions_of_one_day_are_told_at_the_second(tmp_path):
    version = "  - effective: 2024-01-01\n    weights: {a: 1}\n"
    found = faults_of(read_standard, write(tmp_path, f"standards:\n{version}{version}"))
    assert found == [(4, "standards：2024-01-01 有两段标准，不知道用哪一段。")]


def test_a_key_that_is_missing_is_told_where_it_should_stand(tmp_path):
    path = write(tmp_path, "standards:\n  - weights: {a: 1}\n")
    assert [line for line, told in faults_of(read_standard, path) if "effective" in told] == [2]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("a: 1\nb: 2\na: 3\n", 1, 3),
        ('a: 1\n"a": 3\n', 1, 2),
        ("b: {a: 1,\n  a: 2}\n", 1, 2),
        ("- x\n", None, None),
        ("yes: 1\ntrue: 2\n", 1, 2),
        ("1: x\n0x1: y\n", 1, 2),
        ("a: &a {c: 1}\nb:\n  <<: *a\n  <<: *a\n", 3, 4),
    ],
)
def test_a_key_written_twice_is_told_with_both_lines(tmp_path, text, first, second):
    path = write(tmp_path, text)
    if first is None:
        with pytest.raises(RuleError, match="是一个列表"):
            read_rules(path)
        return
    (fault,) = read_rules(path).list_faults()
    assert re.match(
        rf"第 {second} 行 \S+：第 {first} 行已经写过；同一个键在一处只能写一次。$", fault
    )
    with pytest.raises(RuleError, match="有 1 处不对"):
        read_yaml(path)


def test_an_anchor_used_twice_tells_its_double_key_once(tmp_path):
    path = write(tmp_path, "a: &a\n  b: 1\n  b: 2\nc: *a\nd: *a\n")
    assert len(read_rules(path).faults) == 1


def test_of_two_equal_keys_the_lines_are_those_of_the_one_that_counts(tmp_path):
    text = "a:\n  b: 1\n  c: 2\na:\n  b: 3\n"
    found = lines_of(write(tmp_path, text))
    assert found == {"a": 4, "a.b": 5}


def test_a_merge_is_no_double_key(tmp_path):
    assert read_rules(write(tmp_path, "a: &a {b: 1}\nc:\n  <<: *a\n  b: 2\n")).faults == []


def test_each_fault_of_a_mapping_has_its_line_and_none_is_left_out(tmp_path):
    text = """\
time_zon: Asia/Shanghai
source_time_zone: Mars
tables:
  contacts:
    file: [a]
    columns:
      team: {form: x}
      chanel: y
      csat: {from: x, unit: hours}
agent_teams:
  - {agent: K1, team: x, from: 2025-01-01}
  - {agent: K2, from: 2025-01-01}
"""
    path = write(tmp_path, text, "mapping.yml")
    assert [line for line, _ in faults_of(read_mapping, path)] == [1, 2, 5, 7, 7, 8, 9, 12]


def test_each_fault_of_a_calendar_has_its_line(tmp_path):
    text = """\
hours:
  default:
    mon-fri: ["09:00-18:00"]
    sat: ["9-10"]
  fone: 24h
holidays:
  2025:
    - {name: x, date: 2025-10-01}
    - {name: y,
       dates: 2025-10-02}
peak_hours: 10:00
"""
    path = write(tmp_path, text, "calendar.yml")
    assert [line for line, _ in faults_of(read_calendar, path)] == [2, 4, 5, 9, 10, 11]


def test_each_fault_of_a_form_has_its_line(tmp_path):
    text = "items:\n  开场白:\n    weight: 2\n    critical: 1\n  语气: {wight: 1}\n"
    path = write(tmp_path, text, "inspection.yml")
    assert [line for line, _ in faults_of(read_form, path)] == [4, 5]


KEYS = st.text("abc.[]：0 天", min_size=1, max_size=4)
TREES = st.recursive(
    st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(content=st.dictionaries(KEYS, TREES, min_size=1, max_size=4), flow=st.booleans())
def test_every_place_of_any_content_has_a_line_of_the_file(content, flow):
    import tempfile

    import yaml

    text = yaml.safe_dump(content, allow_unicode=True, default_flow_style=flow, width=20)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), text)
        file = read_rules(path)
    assert file.content == content
    assert file.faults == []
    last = text.count("\n")
    assert {f"{key}" for key in content} <= set(file.positions.lines)
    assert all(1 <= line <= last for line in file.positions.lines.values())


@pytest.mark.parametrize("path", sorted(DEFAULTS.rglob("*.yml")), ids=lambda path: path.name)
def test_shipped_files_write_no_key_twice(path: Path):
    assert read_rules(path).faults == []
