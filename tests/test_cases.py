"""Cases of a month: which they are, what each shows, and what comes first."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa import results
from csqa.cases import rank_cases
from csqa.engine.dataset import Dataset
from csqa.engine.waits import measure_waits
from csqa.errors import DataError, RuleError
from csqa.rules.case_settings import read_case_settings
from csqa.rules.inspection import read_form

SETTINGS = read_case_settings()


def contacts(**columns):
    rows = pd.DataFrame({"contact_id": [f"C{number}" for number in range(1, 7)]})
    rows = rows.assign(channel="online", created_at="2025-06-02 09:00:00", agent_id="K1")
    rows["csat"] = [5, 2, 1, 4, None, 1]
    rows["complaint"] = [False, False, True, True, False, False]
    return rows.assign(**columns)


def finding(contact_id, rule="blame", severity="major", item="wording", seq=2, hint=False):
    row = dict.fromkeys(results.FINDING_COLUMNS)
    row |= {"contact_id": contact_id, "seq": seq, "rule": rule, "severity": severity}
    return row | {"item": item, "hint": hint, "start": 0, "end": 2, "sender": "agent"}


def findings(*rows):
    return pd.DataFrame(list(rows), columns=list(results.FINDING_COLUMNS))


def rank(data, *found, **options):
    return rank_cases(data, findings(*found), period="2025-06", **options)


def test_complaints_and_low_ratings_are_cases():
    ranked = rank(Dataset.from_frames({"contacts": contacts()}))
    assert set(ranked["contact_id"]) == {"C2", "C3", "C4", "C6"}
    assert list(ranked.columns) == list(results.CASE_COLUMNS)
    assert ranked["cases"].unique().tolist() == [4]
    assert ranked["rank"].tolist() == [1, 2, 3, 4]


def test_a_case_of_another_month_is_none():
    assert rank_cases(Dataset.from_frames({"contacts": contacts()}), period="2025-05").empty


def test_the_worst_finding_comes_first_and_a_repeated_one_counts_half():
    data = Dataset.from_frames({"contacts": contacts(complaint=False)})
    found = (finding("C2"), finding("C3"), finding("C6", "leak", "critical"))
    ranked = rank(data, *found).set_index("contact_id")
    points = SETTINGS.points
    assert ranked.index.tolist() == ["C6", "C3", "C2"]
    assert ranked.loc["C6", "points"] == points["critical"] + points["lowest_rating"]
    repeated = SETTINGS.repeated
    assert ranked.loc["C3", "points"] == points["major"] + points["lowest_rating"] * repeated
    assert ranked.loc["C2", "points"] == points["major"] * repeated


def test_hints_add_nothing():
    data = Dataset.from_frames({"contacts": contacts()})
    ranked = rank(data, finding("C2", hint=True))
    assert ranked.loc[ranked["contact_id"] == "C2", "findings"].tolist() == [0]


def test_a_finding_on_an_item_that_was_passed_was_overlooked():
    inspections = pd.DataFrame(
        {
            "contact_id": ["C2", "C3", "C3"],
            "item": ["用语规范", "用语规范", "流程合规"],
            "result": ["合格", "不合格", "不合格"],
        }
    )
    data = Dataset.from_frames({"contacts": contacts(), "inspections": inspections})
    ranked = rank(data, finding("C2"), finding("C3")).set_index("contact_id")
    assert ranked.loc["C2", "overlooked"] == "blame"
    assert ranked.loc["C3", "overlooked"] == ""
    assert ranked.loc["C3", "failed_items"].split("、") == ["process", "wording"]


def test_waits_end_with_the_agents_answer_not_with_a_bots():
    told = pd.DataFrame({"contact_id": "C1", "sender": ["customer", "bot", "agent", "agent"]})
    told["sent_at"] = pd.to_datetime(
        ["2025-06-01 09:00", "2025-06-01 09:00", "2025-06-01 09:10", "2025-06-01 10:00"]
    )
    assert measure_waits(told)["wait_seconds"].tolist() == [600.0]


def test_an_answer_in_another_conversation_is_none():
    told = pd.DataFrame({"contact_id": ["C1", "C2"], "sender": ["customer", "agent"]})
    told["sent_at"] = pd.to_datetime(["2025-06-01 09:00", "2025-06-01 09:10"])
    assert measure_waits(told).empty


def test_only_so_many_are_listed_and_all_are_counted(tmp_path):
    path = tmp_path / "cases.yml"
    path.write_text("most_listed: 2\n", "utf-8")
    data = Dataset.from_frames({"contacts": contacts()})
    ranked = rank(data, settings=read_case_settings(path))
    assert (len(ranked), ranked["cases"].iloc[0]) == (2, 4)


@settings(deadline=None, max_examples=15)
@given(st.permutations(range(6)), st.permutations(range(4)))
def test_the_order_of_rows_does_not_matter(order, of_findings):
    found = [finding("C2"), finding("C3"), finding("C4", "leak", "critical"), finding("C6")]
    straight = rank(Dataset.from_frames({"contacts": contacts()}), *found)
    shuffled = contacts().iloc[list(order)].reset_index(drop=True)
    data = Dataset.from_frames({"contacts": shuffled})
    pd.testing.assert_frame_equal(rank(data, *(found[place] for place in of_findings)), straight)


def test_inputs_are_not_changed():
    data, found = Dataset.from_frames({"contacts": contacts()}), findings(finding("C2"))
    before = found.copy()
    rank_cases(data, found, period="2025-06")
    pd.testing.assert_frame_equal(found, before)


def test_wrong_input_is_told():
    with pytest.raises(DataError, match="含服务记录"):
        rank_cases(contacts(), period="2025-06")  # type: ignore[arg-type]
    with pytest.raises(RuleError, match="2025-13"):
        rank_cases(Dataset.from_frames({"contacts": contacts()}), period="2025-13")


def test_a_critical_finding_makes_a_case_by_itself(tmp_path):
    data = Dataset.from_frames({"contacts": contacts()})
    found = (finding("C1", "insult", "critical"), finding("C5", "blame", "major"))
    assert "C1" in set(rank(data, *found)["contact_id"])
    assert "C5" not in set(rank(data, *found)["contact_id"])
    assert rank(data, *found)["cases"].iloc[0] == 5
    path = tmp_path / "cases.yml"
    path.write_text("finding_from: none\n", "utf-8")
    none = rank(data, *found, settings=read_case_settings(path))
    assert "C1" not in set(none["contact_id"])


def test_an_item_judged_by_score_alone_fails_in_the_lower_half_of_its_scale(tmp_path):
    path = tmp_path / "form.yml"
    path.write_text("scale: {min: 0, max: 10}\nitems: {语气: {counts_as: wording}}\n", "utf-8")
    form = read_form(path)
    judged = pd.DataFrame({"contact_id": ["C2", "C3"], "item": "语气", "score": [4, 5]})
    data = Dataset.from_frames({"contacts": contacts(), "inspections": judged})
    ranked = rank(data, finding("C3"), form=form).set_index("contact_id")
    assert ranked["failed_items"].to_dict()["C2"] == "语气"
    assert ranked.loc["C3", ["failed_items", "overlooked"]].tolist() == ["", "blame"]
