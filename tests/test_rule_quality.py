"""Phrase rules against inspectors: by hand, weighted, and which one is proposed for retirement."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.errors import DataError
from csqa.rule_quality import RULE_COLUMNS, VERDICTS, _rate
from csqa.stats import wilson
from tests.tables import contacts, write


def judged(letters, item="语气", inspector="甲"):
    """What an inspector found on 1, 2 …: p, f, n; a dot is not judged."""
    words = {"p": "合格", "f": "不合格", "n": "不适用"}
    rows = [
        (str(n), inspector, item, words[letter])
        for n, letter in enumerate(letters, 1)
        if letter != "."
    ]
    return pd.DataFrame(rows, columns=["contact_id", "inspector", "item", "result"])


def hits(*numbers, rule="r1", item="语气", version="1", hint=False):
    rows = [(str(n), rule, version, item, hint) for n in numbers]
    columns = ["contact_id", "rule", "version", "item", "hint"]
    return pd.DataFrame(rows, columns=columns)


def only(found):
    assert len(found) == 1
    return found.iloc[0]


def test_by_hand():
    # hits on 1–10 and on 99, who was not inspected; 1–8 failed, and so did 11–14
    found = csqa.evaluate_rules(hits(*range(1, 11), 1, 99), judged("ffffffffppffffpppp"))
    assert found.columns.tolist() == list(RULE_COLUMNS)
    row = only(found)
    assert row[["n_inspected", "n", "n_right", "n_failed", "n_found"]].tolist() == [
        18,
        10,
        8,
        12,
        8,
    ]
    assert (row["precision"], row["recall"]) == (0.8, pytest.approx(8 / 12))
    assert (row["precision_lower"], row["precision_upper"]) == wilson(8, 10)
    assert (row["recall_lower"], row["recall_upper"]) == wilson(8, 12)
    assert (row["verdict"], row["weighted"]) == ("keep", False)


@pytest.mark.parametrize(
    ("right", "of", "verdict"),
    [(5, 10, "keep"), (4, 10, "watch"), (1, 10, "propose_retirement"), (0, 9, "too_few")],
)
def test_only_what_is_surely_below_the_floor_is_to_be_retired(right, of, verdict):
    found = csqa.evaluate_rules(hits(*range(1, of + 1)), judged("f" * right + "p" * 20))
    assert only(found)["verdict"] == verdict


def test_the_form_sets_floor_and_fewest_hits(tmp_path):
    text = "rule_quality: {precision_at_least: 0.95, fewest_hits: 2}\nitems: {语气: {}}\n"
    form = csqa.read_form(write(tmp_path, text, "form.yml"))
    assert only(csqa.evaluate_rules(hits(1, 2, 3), judged("fpp"), form))["verdict"] == (
        "propose_retirement"
    )


def test_the_majority_of_inspectors_is_the_truth_and_a_tie_is_none():
    inspections = pd.concat(
        [judged("ffp"), judged("fpp", inspector="乙"), judged(".pp", inspector="丙")]
    )
    row = only(csqa.evaluate_rules(hits(1, 2, 3), inspections))
    assert (row["n_inspected"], row["n_undecided"]) == (3, 0)
    assert row["n_failed"] == 1
    tied = pd.concat([judged("ff"), judged("fp", inspector="乙")])
    row = only(csqa.evaluate_rules(hits(1, 2), tied))
    assert (row["n_inspected"], row["n_undecided"], row["n"]) == (1, 1, 1)


def test_not_applicable_is_no_verdict():
    assert only(csqa.evaluate_rules(hits(1, 2), judged("fn")))["n_inspected"] == 1


def test_rules_are_apart_and_items_are_known_by_any_spelling():
    findings = pd.concat(
        [
            hits(1, 2, rule="b", item="用语规范"),
            hits(3, rule="b", item="用语规范", version="2"),
            hits(1, rule="a", item="没有人评的项", hint=True),
        ]
    )
    found = csqa.evaluate_rules(findings, judged("fpp", item="服务用语"), rules={"c": "wording"})
    assert found["rule"].tolist() == ["a", "b", "c"]
    assert found["item"].tolist() == ["没有人评的项", "wording", "wording"]
    assert found["versions"].tolist() == ["1", "1、2", ""]
    assert found["hint"].tolist() == [True, False, False]
    assert found["verdict"].tolist() == ["no_item", "too_few", "too_few"]
    assert found.loc[1, "precision"] == pytest.approx(1 / 3)
    assert np.isnan(found.loc[2, "precision"])
    assert found.loc[2, "recall"] == 0


def test_a_data_set_serves_as_well_as_its_table():
    inspections = judged("ffpp").assign(contact_id=["C1", "C2", "C3", "C4"])
    data = csqa.load({"contacts": contacts({}, {}, {}, {}), "inspections": inspections})
    findings = hits(1, 3).assign(contact_id=["C1", "C3"])
    pd.testing.assert_frame_equal(
        csqa.evaluate_rules(findings, data), csqa.evaluate_rules(findings, inspections)
    )


def test_weights_undo_an_over_sample():
    """Failures drawn three times as often: of 6 hits 3 right, but 3 of 3 + 9 when weighted."""
    right, weight = np.array([True] * 3 + [False] * 3), np.array([1.0] * 3 + [3.0] * 3)
    value, lower, upper = _rate(right, weight)
    assert value == 0.25
    size = 12**2 / 30  # Kish
    assert (lower, upper) == pytest.approx([float(x) for x in wilson(0.25 * size, size)])


@pytest.mark.skipif(
    "inclusion_probability" not in csqa.schema.INSPECTIONS.names,
    reason="inspections do not carry the probability of being drawn yet",
)
def test_inclusion_probabilities_are_read_from_the_inspections():
    inspections = judged("fffppp").assign(inclusion_probability=[1, 1, 1, 1 / 3, 1 / 3, 1 / 3])
    row = only(csqa.evaluate_rules(hits(*range(1, 7)), inspections))
    assert row["weighted"]
    assert row["precision"] == pytest.approx(0.25)


def test_what_cannot_be_used_is_refused():
    with pytest.raises(DataError, match="`findings` 缺少列 version、hint"):
        csqa.evaluate_rules(hits(1)[["contact_id", "rule", "item"]], judged("f"))
    with pytest.raises(DataError, match="没有提供质检记录"):
        csqa.evaluate_rules(hits(1), csqa.load({"contacts": contacts({})}))


def test_without_findings_only_named_rules_are_told():
    assert csqa.evaluate_rules(hits(), judged("f")).empty
    assert only(csqa.evaluate_rules(hits(), judged("f"), rules={"x": "语气"}))["recall"] == 0


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("pfn."), st.booleans()), min_size=1, max_size=25))
def test_intervals_hold_their_rates(rows):
    letters = "".join(letter for letter, _ in rows) + "f"
    found = csqa.evaluate_rules(
        hits(*(n for n, (_, hit) in enumerate(rows, 1) if hit), 500), judged(letters)
    )
    row = only(found)
    assert row["verdict"] in VERDICTS
    for name in ("precision", "recall"):
        if not np.isnan(row[name]):
            assert 0 <= row[f"{name}_lower"] <= row[name] <= row[f"{name}_upper"] <= 1


def test_intervals_of_a_weighted_rate_cover_the_truth():
    """A third of 3,000 contacts drawn certainly, the rest by 1 in 5: the rule is right in 60 %."""
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        right = rng.random(3000) < 0.6
        certain = rng.random(3000) < np.where(right, 0.5, 0.1)
        share = np.where(certain, 1.0, 0.2)
        drawn = rng.random(3000) < share
        sample = rng.permutation(np.flatnonzero(drawn))
        value, lower, upper = _rate(right[sample], 1 / share[sample])
        assert 0.45 < value < 0.75
        covered += lower <= right.mean() <= upper
    assert covered / 400 >= 0.93


def test_contacts_that_the_rules_did_not_look_at_say_nothing_of_them():
    """Ten chats and thirty calls without messages; all failed, the chats were hit."""
    ids = [f"C{n}" for n in range(1, 41)]
    people = contacts(*({} for _ in ids))
    talk = pd.DataFrame({"contact_id": ids[:10], "seq": 1, "sender": "客服", "text": "您好"})
    failed = pd.DataFrame({"contact_id": ids, "item": "语气", "result": "不合格"})
    data = csqa.load({"contacts": people, "messages": talk, "inspections": failed})
    found = hits(*range(1, 11)).assign(contact_id=ids[:10])
    row = only(csqa.evaluate_rules(found, data))
    assert row[["n_inspected", "n_failed", "recall"]].tolist() == [10, 10, 1.0]


def test_a_later_month_does_not_change_what_was_found_until_june():
    ids = ["C1", "C2", "C3", "C4"]
    days = [{"created_at": f"2025-0{month}-02 09:00:00"} for month in (6, 6, 7, 7)]
    talk = pd.DataFrame({"contact_id": ids, "seq": 1, "sender": "客服", "text": "这个我不知道"})
    failed = pd.DataFrame({"contact_id": ids, "item": "用语规范", "result": "不合格"})
    data = csqa.load({"contacts": contacts(*days), "messages": talk, "inspections": failed})
    found = csqa.evaluate_rules(csqa.review(data, until="2025-06"), data).set_index("rule")
    assert found.loc["dont_know", ["n_inspected", "n", "recall"]].tolist() == [2, 2, 1.0]


def test_a_contact_without_a_probability_stands_for_itself():
    rows = judged("ff").assign(inclusion_probability=[0.5, None])
    assert only(csqa.evaluate_rules(hits(1), rows))["recall"] == pytest.approx(2 / 3)
