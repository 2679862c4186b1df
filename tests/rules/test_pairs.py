"""Pairs of metrics in a standard: read, checked with line numbers, shipped, and without a score."""

import pytest

from csqa.errors import RuleError
from csqa.rules.files import DEFAULTS
from csqa.rules.history import list_fingerprints
from csqa.rules.pair_reader import PAIR_KEYS
from csqa.rules.standard_reader import read_standard
from csqa.rules.standard_schema import make_schema
from tests.tables import write

VERSION = """
standards:
  - effective: 2024-01-01
    dimensions: {quality: 质量}
    weights: {quality: 1}
    metrics:
      happy: {dimension: quality, measure: csat_satisfied, target: {at_least: 0.9}}
"""


def read(folder, pairs: str):
    return read_standard(write(folder, pairs + VERSION))


def test_a_pair_names_metrics_or_measures(tmp_path):
    text = (
        "pairs:\n  - {improves: handle_seconds, worsens: [happy, reopened], note: {zh: 快, en: x}}"
    )
    (pair,) = read(tmp_path, text).pairs
    assert (pair.improves, pair.worsens) == ("handle_seconds", ("happy", "reopened"))
    assert (pair.note(), pair.note("en")) == ("快", "x")


def test_one_name_needs_no_list_and_none_or_nothing_differ(tmp_path):
    (pair,) = read(tmp_path, "pairs: [{improves: handle_seconds, worsens: happy}]").pairs
    assert (pair.worsens, pair.note()) == (("happy",), "")
    assert read(tmp_path, "").pairs is None
    assert read(tmp_path, "pairs: []").pairs == ()


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ("pairs: 快", "第 1 行 pairs：应为一个列表"),
        ("pairs:\n  - {worsens: happy}", r"第 2 行 pairs\[0\]：缺少 improves"),
        ("pairs:\n  - {improves: happy}", r"第 2 行 pairs\[0\]：缺少 worsens"),
        (
            "pairs:\n  - improves: handle_second\n    worsens: happy",
            r"第 2 行 pairs\[0\]\.improves：不认识 'handle_second'，是不是 'handle_seconds'",
        ),
        (
            "pairs:\n  - improves: handle_seconds\n    worsens: [happy, sad]",
            r"第 3 行 pairs\[0\]\.worsens：不认识 'sad'",
        ),
        ("pairs:\n  - {improves: happy, worsens: [happy]}", r"不能是同一项 'happy'"),
        ("pairs:\n  - {improves: happy, worsens: reopened, why: x}", r"不认识 'why'"),
        ("pairs:\n  - 快", r"pairs\[0\]：应为“键: 值”"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path, pairs, told):
    with pytest.raises(RuleError, match=told):
        read(tmp_path, pairs)


def test_the_shipped_pairs_are_in_both_languages_and_in_the_schema():
    shipped = read_standard().pairs
    assert shipped is not None
    assert len(shipped) >= 5
    assert all(pair.note("zh") and pair.note("en") for pair in shipped)
    assert set(make_schema()["$defs"]["pair"]["properties"]) == set(PAIR_KEYS)
    assert "pairs:" in (DEFAULTS / "standard.yml").read_text("utf-8")


def test_pairs_change_no_score_so_no_fingerprint(tmp_path):
    without = list_fingerprints(read(tmp_path, ""))
    pairs = "pairs: [{improves: handle_seconds, worsens: happy}]"
    assert list_fingerprints(read(tmp_path, pairs)) == without
