"""From judged items to records, agents and teams: killed and not, weighted, on their scales."""

import math
import re
import textwrap
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import csqa
from csqa.engine.weighted_records import weighted_columns
from csqa.inspections import ITEM_COLUMNS, RECORD_COLUMNS, estimate_records
from csqa.rules.inspection import FAULT_KINDS
from csqa.stats import t_mean, wilson
from tests.conftest import ROOT
from tests.tables import contacts, write

FORM = """
scale: {min: 0, max: 5}
items:
  开场白: {weight: 10, counts_as: wording}
  语气: {weight: 20, scale: {min: 1, max: 5}, counts_as: wording}
  流程: {weight: 10, counts_as: process}
  保密: {weight: 0, critical: true, counts_as: process}
"""
WEIGHTED_SUMS = [
    name for suffix in ("", "_unkilled", "_critical_free") for name in weighted_columns(suffix)
]
COLUMNS = ["contact_id", "inspector", "item", "result", "score", "weight", "critical"]

JUDGED = [
    ("C1", "Q1", "开场白", None, 5, None, None),
    ("C1", "Q1", "语气", None, 3, None, None),
    ("C1", "Q1", "流程", "合格", None, None, None),
    ("C1", "Q1", "保密", "合格", None, None, None),
    ("C2", "Q1", "开场白", None, 0, None, None),
    ("C2", "Q1", "语气", None, 5, None, None),
    ("C2", "Q1", "流程", "不适用", None, None, None),
    ("C2", "Q1", "保密", "不合格", None, None, None),
    ("C3", "Q1", "开场白", "不适用", None, None, None),
    ("C3", "Q1", "保密", "不适用", None, None, None),
    ("C4", "Q1", "开场白", None, 5, None, None),
]


def inspected(*rows, count=4, **more):
    """A data set with so many contacts, each of an agent of its own, and judged items."""
    teams = ["A", "A", "B", "B"]
    people = [{"agent_id": f"C{n}", "team": teams[(n - 1) % 4]} for n in range(1, count + 1)]
    table = pd.DataFrame(list(rows), columns=COLUMNS).dropna(axis=1, how="all")
    return csqa.load({"contacts": contacts(*people, **more), "inspections": table})


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    return csqa.read_form(write(tmp_path_factory.mktemp("form"), FORM, "inspection.yml"))


@pytest.fixture(scope="module")
def data():
    return inspected(*JUDGED)


def one(data, form=None, **how):
    found = csqa.score_inspections(data, form, **how)
    assert len(found) == 1
    return found.iloc[0]


class TestByHand:
    def test_records_killed_and_not(self, data, form):
        found = csqa.score_inspections(data, form, by="agent_id").set_index("agent_id")
        # C1: (10 · 1 + 20 · 0.5 + 10 · 1) / 40; C2: 20 / 30, but 保密 failed.
        assert found["score"].round(6).tolist() == pytest.approx(
            [75, 0, math.nan, 100], nan_ok=True
        )
        assert found["score_unkilled"].tolist() == pytest.approx(
            [75, 200 / 3, math.nan, 100], nan_ok=True, abs=1e-6
        )
        assert found["n_records"].tolist() == [1, 1, 1, 1]
        assert found["n_rated"].tolist() == [1, 1, 0, 1]
        assert found["n_critical_free"].tolist() == [1, 0, 0, 1]
        assert found["status"].tolist() == ["too_few", "too_few", "no_data", "too_few"]

    def test_the_team_is_the_mean_of_its_records_with_intervals(self, data, form):
        found = one(data, form)
        assert (found["n_records"], found["n_rated"], found["n"]) == (4, 3, 3)
        assert found["score"] == pytest.approx(175 / 3)
        assert found["score_unkilled"] == pytest.approx((175 + 200 / 3) / 3, abs=1e-6)
        lower, upper = t_mean([75, 0, 100])
        assert found["lower"] == max(float(lower), 0) == 0
        assert found["upper"] == min(float(upper), 100) == 100
        assert found["critical_free"] == pytest.approx(2 / 3)
        interval = [found["lower_critical_free"], found["upper_critical_free"]]
        assert interval == [float(end) for end in wilson(2, 3)]

    def test_items_by_themselves(self, data, form):
        found = csqa.score_items(data, form).set_index("item")
        assert found.columns.tolist() == ["period", *(c for c in ITEM_COLUMNS if c != "item")]
        assert found["n_records"].to_dict() == {"保密": 3, "开场白": 4, "流程": 2, "语气": 2}
        assert found["n"].to_dict() == {"保密": 2, "开场白": 3, "流程": 1, "语气": 2}
        assert found["score"].to_dict() == {"保密": 50, "开场白": 200 / 3, "流程": 100, "语气": 75}
        assert found["n_failed"].to_dict() == {"保密": 1, "开场白": 1, "流程": 0, "语气": 0}
        assert found["n_critical"].to_dict() == {"保密": 1, "开场白": 0, "流程": 0, "语气": 0}

    def test_columns_and_their_order(self, data, form):
        found = csqa.score_inspections(data, form, by=["team", "channel"])
        assert found.columns.tolist() == ["period", "team", "channel", *RECORD_COLUMNS]
        assert found["team"].tolist() == ["A", "B"]

    def test_the_weight_of_a_row_wins(self, form):
        rows = [
            ("C1", "Q1", "开场白", None, 5, 30, None),
            ("C1", "Q1", "流程", None, 0, None, None),
        ]
        assert one(inspected(*rows), form)["score"] == 75  # 30 : 10

    def test_a_critical_row_kills_without_a_form(self):
        rows = [("C1", "Q1", "微笑", "合格", None, None, False)]
        rows += [("C1", "Q1", "态度", "不合格", None, None, True)]
        found = one(inspected(*rows))
        assert (found["score"], found["score_unkilled"], found["critical_free"]) == (0, 50, 0)

    def test_a_critical_item_at_half_does_not_kill(self, form):
        for score, expected in [(2.5, 50), (2.4, 0)]:
            rows = [("C1", "Q1", "流程", None, score, None, True)]
            assert one(inspected(*rows), form)["score"] == expected

    def test_a_critical_failure_alone_has_a_score_and_no_unkilled_one(self, form):
        found = one(inspected(("C1", "Q1", "保密", "不合格", None, None, None)), form)
        assert (found["n"], found["score"], found["n_unkilled"]) == (1, 0, 0)
        assert math.isnan(found["score_unkilled"])


class TestSeveralInspectors:
    def test_an_item_is_the_mean_of_inspectors_not_of_rows(self, form):
        rows = [
            ("C1", "Q1", "语气", None, 5, None, None),
            ("C1", "Q1", "语气", None, 5, None, None),
            ("C1", "Q2", "语气", None, 1, None, None),
        ]
        assert one(inspected(*rows), form)["score"] == 50

    def test_one_critical_verdict_is_enough(self, form):
        rows = [
            ("C1", "Q1", "保密", "合格", None, None, None),
            ("C1", "Q2", "保密", "不合格", None, None, None),
            ("C1", "Q1", "开场白", None, 5, None, None),
        ]
        found = one(inspected(*rows), form)
        assert (found["score"], found["score_unkilled"], found["n_critical_free"]) == (0, 100, 0)

    def test_an_inspector_to_whom_it_did_not_apply_has_no_voice(self, form):
        rows = [
            ("C1", "Q1", "流程", "不适用", None, None, None),
            ("C1", "Q2", "流程", None, 4, None, None),
        ]
        assert one(inspected(*rows), form)["score"] == 80


class TestWhatCannotBeUsed:
    ROWS = (
        ("C1", "Q1", "开场白", None, 5, None, None),
        ("C1", "Q1", "语气", None, 9, None, None),
        ("C2", "Q1", "语气", None, 0, None, None),
        ("C2", "Q1", "开场自", "不合格", None, None, None),
    )

    def test_it_is_set_aside_counted_and_told(self, form):
        data = inspected(*self.ROWS)
        found = csqa.score_inspections(data, form, by="agent_id")
        assert found["set_aside"].tolist() == [1, 2]
        assert found["n"].tolist() == [1, 0]
        assert found["score"].tolist() == pytest.approx([100, math.nan], nan_ok=True)
        faults = csqa.list_inspection_faults(data, form)
        assert faults[["item", "rule", "rows", "least", "greatest"]].fillna(
            -1
        ).to_numpy().tolist() == [
            ["语气", "beyond_scale", 2, 0, 9],
            ["开场自", "not_listed", 1, -1, -1],
        ]
        assert faults["reason"].tolist() == [
            "“语气”有 2 行的得分（0 到 9）在分值范围 1 到 5 之外",
            "质检表里没有“开场自”：1 行不计分。写进 items，或写 other_items: count",
        ]

    def test_it_is_told_in_english_too(self, form):
        told = csqa.list_inspection_faults(inspected(*self.ROWS), form, language="en")["reason"]
        assert told[0] == '"语气" has 2 rows (0 to 9) beyond its scale, 1 to 5'

    def test_nothing_wrong_is_an_empty_table(self, data, form):
        faults = csqa.list_inspection_faults(data, form)
        assert faults.columns.tolist() == ["item", "rule", "rows", "least", "greatest", "reason"]
        assert faults.empty

    def test_without_a_scale_the_result_counts_and_a_score_alone_does_not(self):
        rows = [
            ("C1", "Q1", "语气", "合格", 3, None, None),
            ("C2", "Q1", "语气", None, 3, None, None),
        ]
        found = csqa.score_inspections(inspected(*rows), by="agent_id")
        assert found["score"].tolist() == pytest.approx([100, math.nan], nan_ok=True)
        faults = csqa.list_inspection_faults(inspected(*rows))
        assert faults[["rule", "rows"]].to_numpy().tolist() == [["no_scale", 1]]

    def test_a_form_may_let_other_items_count(self, tmp_path):
        path = write(tmp_path, FORM + "other_items: count\n", "inspection.yml")
        rows = [
            ("C1", "Q1", "开场白", None, 5, 1, None),
            ("C1", "Q1", "别的", "不合格", *[None] * 3),
        ]
        assert one(inspected(*rows), csqa.read_form(path))["score"] == 50


class TestFiles:
    def test_any_item_is_let_through(self):
        rows = [
            ("C1", None, item, "合格", None, None, None) for item in ("开场白", "保密", "smile")
        ]
        data = inspected(*rows)
        assert data.inspections["item"].tolist() == ["开场白", "保密", "smile"]
        assert data.faults.empty

    def test_a_score_can_stand_in_for_the_result(self, form):
        data = inspected(("C1", "Q1", "开场白", None, 4, None, None))
        assert not data.has("inspections", "result")
        assert one(data, form)["score"] == 80

    def test_one_of_the_two_is_needed(self):
        table = pd.DataFrame({"contact_id": ["C1"], "item": ["语气"]})
        with pytest.raises(csqa.DataError, match="缺少必需的列“质检结果”（result）"):
            csqa.load({"contacts": contacts({}), "inspections": table})

    def test_a_row_with_neither_is_quarantined(self):
        rows = [("C1", "Q1", "语气", "合格", 5, None, None), ("C1", "Q1", "开场白", *[None] * 4)]
        faults = inspected(*rows).faults
        assert faults[["row", "column", "rule"]].to_numpy().tolist() == [
            [3, "result", "missing_value"]
        ]
        assert faults["reason"].tolist() == ["质检结果、质检得分不能都为空"]

    def test_a_score_that_is_no_number_is_quarantined(self):
        rows = [("C1", "Q1", "语气", "合格", "很好", None, None)]
        assert inspected(*rows).faults["rule"].tolist() == ["unparseable_number"]

    def test_spellings_differ_in_case_and_blanks(self, tmp_path):
        path = write(tmp_path, "items: {Greeting: {also: [问候]}}", "inspection.yml")
        rows = [("C1", "Q1", text, "合格", None, None, None) for text in (" GREETING ", "问候")]
        found = csqa.score_items(inspected(*rows), csqa.read_form(path))
        assert found[["item", "n"]].to_numpy().tolist() == [["Greeting", 1]]

    def test_hostile_items_are_only_texts(self, tmp_path):
        item = "x'); DROP TABLE contacts; --"
        path = write(tmp_path, f'items: {{"{item}": {{weight: 2}}}}', "inspection.yml")
        data = inspected(("C1", "Q1", item, "合格", None, None, None))
        assert csqa.score_items(data, csqa.read_form(path))["item"].tolist() == [item]


class TestManual:
    """The section of docs/standards.md: its form, its figures, its metrics."""

    SECTION = (ROOT / "docs" / "standards.md").read_text("utf-8").split("\n## 质检表")[1]
    FORM, METRICS = re.findall(r"```yaml\n(.*?)```", SECTION.split("\n## ")[0], re.DOTALL)

    def test_the_example_gives_the_scores_it_tells(self, data, tmp_path):
        form = csqa.read_form(write(tmp_path, self.FORM, "inspection.yml"))
        found = csqa.score_inspections(data, form, by="agent_id").set_index("agent_id")
        assert found.loc["C1", "score"] == 75
        assert found.loc["C2", ["score", "score_unkilled"]].round(1).tolist() == [0, 66.7]
        assert form.name("开场白", "en") == "Opening"

    def test_the_metrics_can_be_measured(self, data, tmp_path):
        head = "standards:\n- effective: 2023-01-01\n  weights: {quality: 1}\n  metrics:\n"
        text = head + textwrap.indent(self.METRICS, "    ")
        standard = csqa.read_standard(write(tmp_path, text))
        measures = csqa.measure(data, standard)
        assert measures["metric"].tolist() == ["critical_free", "inspection_score"]


class TestMeasures:
    STANDARD = """
standards:
  - effective: 2023-01-01
    weights: {quality: 1}
    metrics:
      score: {name: 质检得分, dimension: quality, measure: record_score, target: {at_least: 90},
              deduct: {points: 1, per: 1}}
      unkilled: {name: 不计致命, dimension: quality, measure: record_score_unkilled}
      free: {name: 无致命差错率, dimension: quality, measure: critical_free,
             target: {at_least: 0.95}, deduct: {points: 1, per: 0.01}}
      wording: {name: 用语, dimension: quality, measure: wording_faults, target: {at_most: 2},
                deduct: {points: 5, per: 1}}
      process: {name: 流程, dimension: quality, measure: process_faults}
"""

    @pytest.fixture
    def standard(self, tmp_path):
        return csqa.read_standard(write(tmp_path, self.STANDARD))

    def test_a_standard_can_aim_at_scores(self, data, form, standard):
        found = csqa.measure(data, standard, form=form).set_index("metric")
        scored = one(data, form)
        assert found.loc["score", "n"] == 3
        assert found.loc["score", "over"] == 2  # 75 and 0 are below 90
        for metric, suffix in (("score", ""), ("unkilled", "_unkilled")):
            for name in ("total", "total_squares"):
                assert found.loc[metric, name] == scored[f"{name}{suffix}"]
        assert found.loc["free", ["n", "total", "over"]].tolist() == [3, 2, 1]

    def test_what_failed_counts_as_the_form_says(self, data, form, standard):
        found = csqa.measure(data, standard, form=form).set_index("metric")
        # 开场白 0 of 5 on C2; 保密 failed there. C3 was not judged at all; C4 on 开场白 only.
        assert found.loc["wording", ["n", "total"]].tolist() == [3, 1]
        assert found.loc["process", ["n", "total"]].tolist() == [2, 1]

    def test_the_shipped_form_knows_none_of_these_items(self, data, standard):
        assert set(csqa.measure(data, standard)["metric"]) == {"score", "unkilled", "free"}

    def test_scores_and_reasons(self, form, standard):
        rows = [(f"C{n}", "Q1", "流程", None, 4 + n % 2, None, None) for n in range(1, 41)]
        data = inspected(*rows, count=40)
        scores = csqa.score(csqa.measure(data, standard, form=form), standard).set_index("metric")
        assert scores.loc["score", "value"] == 90
        assert scores.loc["score", "score"] == 100
        assert scores.loc["free", "value"] == 1
        low = [(f"C{n}", "Q1", "流程", None, 4, None, None) for n in range(1, 41)]
        measures = csqa.measure(inspected(*low, count=40), standard, form=form)
        row = csqa.score(measures, standard).set_index("metric").loc["score"]
        assert (row["value"], row["score"]) == (80, 90)
        assert "100% 的抽检记录得分低于 90" in row["reason"]

    def test_quantiles_of_scores(self, data, form, standard):
        found = csqa.measure_quantiles(data, standard, form=form).set_index(
            ["metric", "probability"]
        )
        assert found["value"][("score", 0.5)] == 75

    def test_two_inspectors_of_a_contact_are_averaged(self):
        judged = pd.DataFrame({"contact_id": ["C1", "C1", "C1", "C2"], "item": "用语规范"})
        judged["inspector"], judged["result"] = ["A", "A", "B", "A"], ["不合格"] * 2 + ["合格"] * 2
        data = csqa.Dataset.from_frames({"contacts": contacts({}, {}), "inspections": judged})
        found = csqa.measure(data).set_index("metric").loc["wording"]
        assert found[["n", "total", "total_squares"]].tolist() == [2, 1.0, 1.0]

    def test_a_blind_second_judgement_is_no_record_of_the_service(self):
        judged = pd.DataFrame({"contact_id": ["C1", "C1", "C2"], "item": "用语规范"})
        judged["inspector"], judged["result"] = ["A", "B", "B"], ["合格", "不合格", "不合格"]
        judged["second_coding"] = ["否", "是", "是"]
        data = csqa.Dataset.from_frames({"contacts": contacts({}, {}), "inspections": judged})
        found = csqa.measure(data).set_index("metric").loc["wording"]
        assert found[["n", "total"]].tolist() == [1, 0.0]
        assert csqa.score_inspections(data)["n_records"].tolist() == [1]
        assert csqa.measure_agreement(data)["n"].tolist() == [1]

    def test_the_guides_three_measures_are_those_of_the_rows(self, sample):
        rows = sample.inspections
        rows = rows[rows["second_coding"].isna()]
        rows = rows.merge(sample.contacts[["contact_id", "created_at"]])
        names = {"用语规范": "wording", "答案准确": "accuracy", "流程合规": "process"}
        rows = rows[rows["result"] != "not_applicable"].assign(
            period=rows["created_at"].dt.strftime("%Y-%m"), metric=rows["item"].map(names)
        )
        expected = rows.groupby(["period", "metric"]).agg(
            n=("contact_id", "nunique"), total=("result", lambda cells: (cells == "fail").sum())
        )
        found = csqa.measure(sample).query("metric in @expected.index.levels[1]")
        found = found.set_index(["period", "metric"])[["n", "total"]].sort_index()
        pd.testing.assert_frame_equal(found, expected.astype({"total": "float64"}))
        assert set(expected.index.levels[1]) == set(FAULT_KINDS)


class TestAddingUp:
    SUMS = ("n_records", "n_rated", "n", "n_unkilled", "n_critical_free", "set_aside")
    TOTALS = ("total", "total_squares", "total_unkilled", "total_squares_unkilled")

    def test_coarser_views_are_sums(self, sample):
        agents = csqa.score_inspections(sample, by=["team", "agent_id"])
        teams = csqa.score_inspections(sample, by="team")
        quarters = csqa.score_inspections(sample, by="team", every="quarter")
        listed = [*self.SUMS, *self.TOTALS, "n_with_probability", *WEIGHTED_SUMS]
        summed = agents.groupby(["period", "team"])[listed].sum()
        pd.testing.assert_frame_equal(summed, teams.set_index(["period", "team"])[listed])
        labels = [f"{p[:4]}-Q{(int(p[5:]) + 2) // 3}" for p in teams["period"]]
        summed = (
            teams.assign(period=labels).groupby(["period", "team"], as_index=False)[listed].sum()
        )
        again = estimate_records(summed, csqa.read_standard())
        shared = ["period", "team", *(c for c in RECORD_COLUMNS if c != "complete")]
        pd.testing.assert_frame_equal(again[shared], quarters[shared])

    def test_the_last_period_wanted(self, sample):
        everything = csqa.score_inspections(sample)
        until = csqa.score_inspections(sample, until="2025-05")
        pd.testing.assert_frame_equal(until, everything[everything["period"] <= "2025-05"])


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"by": "city"}, "`by` 应为"),
        ({"every": "fortnight"}, "`every` 应为"),
        ({"until": "2025"}, "`until` 应与 `every` 一样是 month"),
    ],
)
def test_wrong_options_are_refused(data, how, told):
    for stage in (csqa.score_inspections, csqa.score_items):
        with pytest.raises(csqa.RuleError, match=told):
            stage(data, **how)


def test_no_inspections_are_said():
    data = csqa.load({"contacts": contacts({})})
    for stage in (csqa.score_inspections, csqa.score_items, csqa.list_inspection_faults):
        with pytest.raises(csqa.DataError, match="没有提供质检记录：算不出质检得分"):
            stage(data)
    with pytest.raises(csqa.DataError, match="而不是 DataFrame"):
        csqa.score_inspections(contacts({}))


ITEMS = {
    "开场白": (10, 0, 5, False),
    "语气": (20, 1, 5, False),
    "流程": (10, 0, 5, False),
    "保密": (0, 0, 5, True),
}
JUDGEMENTS = st.one_of(
    st.sampled_from(["合格", "不合格", "不适用"]), st.integers(0, 5), st.sampled_from([0.5, 2.25])
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["C1", "C2", "C3"]),
        st.sampled_from(["Q1", "Q2", None]),
        st.sampled_from(list(ITEMS)),
        JUDGEMENTS,
        st.sampled_from([None, None, 0, 1, 2.5, 100]),
        st.sampled_from([None, False, True]),
    ),
    min_size=1,
    max_size=14,
)
CAREFULLY = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def build(rows):
    """Rows of the strategy as a data set; the result and the score are columns of their own."""
    judged = [
        (contact, inspector, item, *(_cells(judgement)), weight, critical)
        for contact, inspector, item, judgement, weight, critical in rows
    ]
    return inspected(*judged, ("C4", "Q9", "开场白", "合格", 5, 1, False))


def _cells(judgement):
    return (judgement, None) if isinstance(judgement, str) else (None, judgement)


def rate(item, judgement):
    """Rating of a row as a fraction; None if it does not apply or is beyond the scale."""
    _, low, high, _ = ITEMS[item]
    if isinstance(judgement, str):
        return {"合格": Fraction(1), "不合格": Fraction(0)}.get(judgement)
    if not low <= judgement <= high:
        return None
    return (Fraction(judgement) - low) / (high - low)


def average(values):
    return sum(values, Fraction(0)) / len(values)


def expect(rows):
    """Contact → score and unkilled score, worked out by the definition in fractions."""
    found = {}
    for contact in sorted({row[0] for row in rows}):
        judged: dict = {}
        killed = False
        for _, inspector, item, judgement, weight, critical in (r for r in rows if r[0] == contact):
            rating = rate(item, judgement)
            if rating is None:
                continue
            weight = Fraction(ITEMS[item][0] if weight is None else weight)
            judged.setdefault(item, {}).setdefault(inspector, []).append((rating, weight))
            killed |= bool((critical or ITEMS[item][3]) and rating < Fraction(1, 2))
        means = [
            [average([average([row[i] for row in one]) for one in voices.values()]) for i in (0, 1)]
            for voices in judged.values()
        ]
        total = sum(weight for _, weight in means)
        plain = float(100 * sum(r * w for r, w in means) / total) if total else math.nan
        found[contact] = (0.0 if killed else plain, plain)
    return found


@pytest.mark.slow
@CAREFULLY
@given(ROWS)
def test_records_are_what_the_definition_says(form, rows):
    found = csqa.score_inspections(build(rows), form, by="agent_id").set_index("agent_id")
    for contact, expected in expect(rows).items():
        shown = found.loc[contact, ["score", "score_unkilled"]].tolist()
        assert shown == pytest.approx(list(expected), abs=1e-5, nan_ok=True)
    for name in ("score", "score_unkilled", "lower", "upper"):
        assert found[name].dropna().between(0, 100).all()
    both = found.dropna(subset=["score", "score_unkilled"])
    assert (both["score"] <= both["score_unkilled"]).all()


@pytest.mark.slow
@CAREFULLY
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(form, rows, random):
    shuffled = random.sample(rows, len(rows))
    scores, again = (csqa.score_inspections(build(r), form, by="team") for r in (rows, shuffled))
    pd.testing.assert_frame_equal(scores, again, check_exact=True)


@pytest.mark.slow
@CAREFULLY
@given(ROWS, st.sampled_from(list(ITEMS)))
def test_an_item_that_does_not_apply_changes_nothing(form, rows, item):
    more = [*rows, (rows[0][0], "Q3", item, "不适用", None, True)]
    scores, again = (csqa.score_inspections(build(r), form) for r in (rows, more))
    pd.testing.assert_frame_equal(scores, again, check_exact=True)


@pytest.mark.slow
@CAREFULLY
@given(ROWS, st.sampled_from([0.5, 4, 7]))
def test_only_the_ratio_of_weights_counts(form, rows, factor):
    def weigh(by):
        return [
            (*row[:4], by * (ITEMS[row[2]][0] if row[4] is None else row[4]), row[5])
            for row in rows
        ]

    scores, again = (
        csqa.score_inspections(build(weigh(by)), form, by="agent_id") for by in (1, factor)
    )
    pd.testing.assert_frame_equal(scores, again, check_exact=False, atol=1e-6)
    assert np.array_equal(scores["n"], again["n"])
