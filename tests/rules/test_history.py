"""A file whose past entries changed is noticed; a new entry, a comment, an order is no change."""

import datetime as dt
import hashlib

import pytest

import csqa
from csqa.rules.standard_reader import read_standard
from tests.tables import write

FIRST = """
settings: {judge_from: 30}
standards:
  - effective: 2024-01-01
    weights: {service: 0.4, quality: 0.6}
    metrics:
      response:
        dimension: service
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
        except: [{scene: aftersale, peak: true, target: {at_most: 45}, note: 复杂}]
      csat: {dimension: quality, measure: csat_satisfied, target: {at_least: 0.85}}
"""
SECOND = "  - {effective: 2025-07-01, metrics: {csat: {target: {at_least: 0.9}}}}\n"


@pytest.fixture
def compare(tmp_path):
    """What is said of a file of now, after the one above was used."""

    def said(text, before=FIRST + SECOND, language="zh"):
        then = csqa.list_fingerprints(read_standard(write(tmp_path, before, "then.yml")))
        now = read_standard(write(tmp_path, text, "now.yml"))
        return csqa.compare_standards(then, now, language=language)

    return said


def test_the_same_rules_written_otherwise_have_the_same_fingerprint(compare):
    moved = (
        FIRST.replace("{service: 0.4, quality: 0.6}", "{quality: 0.60, service: 0.40}")
        .replace("at_most: 30", "at_most: 30.0")
        .replace("{scene: aftersale, peak: true", "{peak: true, scene: aftersale")
        .replace("per: 10}", "per: 10, mode: linear, floor: 0}  # 说明")
    )
    assert moved != FIRST
    assert compare(moved + SECOND) == []


def test_a_new_version_at_the_end_is_no_change_of_the_past(compare):
    later = "  - {effective: 2026-01-01, weights: {service: 0.5, quality: 0.5}}\n"
    assert compare(FIRST + SECOND + later) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at_most: 30", "at_most: 31"),
        ("points: 10", "points: 9"),
        ("service: 0.4, quality: 0.6", "service: 0.5, quality: 0.5"),
        ("at_most: 45", "at_most: 44"),
        ("note: 复杂", "note: 大促"),
        ("peak: true", "peak: false"),
        ("measure: csat_satisfied", "measure: resolved"),
    ],
)
def test_a_changed_entry_is_named_with_those_that_rest_on_it(compare, old, new):
    assert old in FIRST
    said = compare(FIRST.replace(old, new) + SECOND)
    assert said == [
        "2024-01-01、2025-07-01 起的标准在用过之后又改过：以前按它评过的月份，现在得分可能不同。"
        "标准有变，请写成新的一段，注明生效日期。"
    ]


def test_only_the_later_entry_changed(compare):
    said = compare(FIRST + SECOND.replace("0.9", "0.95"), language="en")
    assert len(said) == 1
    assert said[0].startswith("The standard of 2025-07-01 was changed after it had been used")


def test_an_entry_removed_and_one_put_in_between(compare):
    said = compare(FIRST)
    assert len(said) == 1
    assert said[0].startswith("2025-07-01 起的标准用过之后不见了")
    between = "  - {effective: 2025-01-01, metrics: {csat: {target: {at_least: 0.8}}}}\n"
    said = compare(FIRST + between + SECOND)
    assert len(said) == 1
    assert said[0].startswith("2025-01-01 起的标准是后来补进去的")


def test_settings_hold_for_the_past_too(compare):
    said = compare(FIRST.replace("judge_from: 30", "judge_from: 40") + SECOND)
    assert len(said) == 1
    assert said[0].startswith("标准文件的 settings 改过")


def test_nothing_kept_from_before_is_nothing_to_compare(tmp_path):
    standard = read_standard(write(tmp_path, FIRST))
    assert csqa.compare_standards([], standard) == []
    assert len({entry["fingerprint"] for entry in csqa.list_fingerprints(standard)}) == 2


def test_the_fingerprint_of_a_version_is_a_sha_256_of_its_own(tmp_path):
    old, new = read_standard(write(tmp_path, FIRST + SECOND)).versions
    assert len(old.fingerprint) == hashlib.sha256().digest_size * 2
    assert old.fingerprint != new.fingerprint
    assert new.fingerprint == read_standard(tmp_path / "standard.yml").versions[1].fingerprint


def test_restated_holds_one_version_for_all_time(tmp_path):
    standard = read_standard(write(tmp_path, FIRST + SECOND))
    day = dt.date(2020, 1, 1)
    assert [version.effective for version in standard.restated().versions] == [dt.date(2025, 7, 1)]
    assert standard.restated().at(day).metric("csat").lines[0].target == 0.9
    assert standard.restated(dt.date(2025, 6, 30)).at(day).metric("csat").lines[0].target == 0.85
    assert standard.restated(dt.date(2025, 7, 1)) == standard.restated()
    assert standard.restated().judge_from == standard.judge_from
