"""Measures of one's own with a numerator and a denominator: what counts, what is refused."""

import pytest

import csqa
from csqa.errors import RuleError
from csqa.rules.measures import measure_of
from csqa.rules.standard_reader import read_standard
from tests.tables import contacts, write

RATIO = """
standards:
  - effective: 2023-01-01
    dimensions: {{service: 服务}}
    weights: {{service: 1}}
    metrics:
      ratio:
        name: {{zh: 办结后重开, en: Reopened of resolved}}
        dimension: service
        measure: {measure}
        {rest}
"""

REOPENED = "{numerator: reopened, denominator: resolved}"


def ratio_standard(folder, measure: str = REOPENED, rest: str = "source: 系统"):
    return read_standard(write(folder, RATIO.format(measure=measure, rest=rest)))


def row_of(table, standard) -> list[float]:
    """n, total, squares and over of the one row."""
    found = csqa.measure(table, standard, every="year")
    return found[["n", "total", "total_squares", "over"]].to_numpy(dtype=float).tolist()[0]


TABLE = contacts(
    {"resolved": True, "reopened": True, "handle_seconds": 60},
    {"resolved": True, "reopened": False, "handle_seconds": 120},
    {"resolved": True, "reopened": None, "handle_seconds": None},
    {"resolved": False, "reopened": True, "handle_seconds": 600},
    {"resolved": None, "reopened": True, "handle_seconds": 600},
)


def test_only_contacts_of_the_denominator_with_a_known_numerator_count(tmp_path):
    standard = ratio_standard(tmp_path, rest="target: {at_most: 0.1}")
    assert row_of(TABLE, standard) == [2, 1, 1, 1]
    assert row_of(TABLE, ratio_standard(tmp_path, rest="target: {at_least: 0.1}")) == [2, 1, 1, 1]


@pytest.mark.parametrize(
    ("kind", "total", "squares"),
    [("seconds", 180, 60**2 + 120**2), ("number", 180, 60**2 + 120**2)],
)
def test_a_number_is_averaged_over_the_denominator(tmp_path, kind, total, squares):
    measure = f"{{numerator: handle_seconds, denominator: resolved, kind: {kind}}}"
    standard = ratio_standard(tmp_path, measure, "target: {at_most: 100}")
    assert row_of(TABLE, standard) == [2, total, squares, 1]


def test_ratios_add_up_over_units_and_periods(tmp_path):
    standard = ratio_standard(tmp_path, "{numerator: csat >= 4, denominator: handle_seconds > 50}")
    rows = [
        {"csat": i % 5 + 1, "handle_seconds": i * 7 % 100, "team": "AB"[i % 2],
         "created_at": f"2025-{i % 6 + 1:02d}-03 09:00"}
        for i in range(60)
    ]  # fmt: skip
    parts = csqa.measure(contacts(*rows), standard, by="team", every="day")
    assert parts[["n", "total"]].sum().tolist() == row_of(contacts(*rows), standard)[:2]
    expected = [row for row in rows if row["handle_seconds"] > 50]
    good = sum(row["csat"] >= 4 for row in expected)
    assert row_of(contacts(*rows), standard)[:2] == [len(expected), good]


def test_the_key_tells_numerator_and_denominator_apart(tmp_path):
    measures = [
        REOPENED,
        "{numerator: resolved, denominator: reopened}",
        "{expression: reopened, kind: share}",
        "{numerator: reopened, denominator: complaint}",
    ]
    standards = [ratio_standard(tmp_path, text) for text in measures]
    assert len({standard.metric("ratio").measure for standard in standards}) == 4


def test_what_it_needs_is_what_both_need(tmp_path):
    metric = ratio_standard(tmp_path).metric("ratio")
    assert measure_of(metric).needs == ("reopened", "resolved")
    table = contacts({"reopened": True})
    assert csqa.measure(table, ratio_standard(tmp_path)).empty


def test_the_definition_tells_both(tmp_path):
    standard, data = ratio_standard(tmp_path, rest="target: {at_most: 0.1}"), csqa.load(TABLE)
    scores = csqa.score(csqa.measure(data, standard), standard)
    told = csqa.define_metrics(data, scores, standard, period="2025-06").iloc[0]
    assert told["computed"] == "满足 resolved 的记录中，满足 reopened 的占比"
    assert told["exclusions"] == "3 条不在分母里，或算不出值"
    told = csqa.define_metrics(data, scores, standard, period="2025-06", language="en").iloc[0]
    assert told["computed"] == "share of reopened among contacts with resolved"
    assert told["exclusions"] == "3 not in the denominator, or without a value"


def test_limits_count_what_a_mean_leaves_out(tmp_path):
    measure = "{numerator: handle_seconds, denominator: resolved, kind: seconds}"
    standard = ratio_standard(tmp_path, measure)
    told = csqa.list_limits(csqa.load(TABLE), standard, period="2025-06")
    assert "办结后重开：3 条按算式没有值，未计入。" in told


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("{numerator: reopened, denominator: departments}",
         "measure.denominator：应得出条件（是或否），即哪些记录计入分母，而它得出的是数"),
        ("{numerator: handle_seconds, denominator: resolved}",
         "measure.numerator：kind 为 share 时算式应得出条件（是或否），而它得出的是数"),
        ("{numerator: reopened, denominator: resolved, kind: number}",
         "measure.numerator：kind 为 number 时算式应得出数"),
        ("{numerator: reopened}", "measure.denominator：应为一个算式（文字），而不是 None。"),
        ("{denominator: resolved}", "measure.numerator：应为一个算式（文字），而不是 None。"),
        ("{numerator: reopend, denominator: resolvd}", "measure.numerator：第 1 个字符"),
        ("{numerator: reopend, denominator: resolvd}", "measure.denominator：第 1 个字符"),
        ("{numerator: reopened, denominator: resolved, expression: csat}", "不认识 'expression'"),
        ("{numerator: reopened, denominator: resolved, kind: nps}", "measure.kind：不认识 'nps'"),
    ],
)  # fmt: skip
def test_faults_of_a_ratio_are_told(tmp_path, measure, told):
    with pytest.raises(RuleError, match=r"standard\.yml：有 \d+ 处不对") as caught:
        ratio_standard(tmp_path, measure)
    assert told in str(caught.value)


def test_a_share_of_the_denominator_can_be_scored_in_proportion(tmp_path):
    rest = "target: {at_least: 0.9}\n        deduct: proportional"
    metric = ratio_standard(tmp_path, REOPENED, rest).metric("ratio")
    assert metric.deduction.mode == "proportional"
    number = "{numerator: handle_seconds, denominator: resolved, kind: number}"
    with pytest.raises(RuleError, match="proportional 只用于 0–1 的比率"):
        ratio_standard(tmp_path, number, rest)
