"""Causes of cases: words, facts, a tagger; each case appears, whatever it holds."""

from time import process_time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.cause_results import CAUSE_COLUMNS
from csqa.engine.cause_facts import find_facts
from csqa.errors import DataError
from tests.tables import write

SAYINGS = ("安装费太贵", "没有噪音", "客服踢皮球", "坏\u200b了，用不了", "", "好的", "ＡＰＰ打不开")


def texts(*rows):
    return pd.DataFrame(rows, columns=["case_id", "text"])


def causes_of(table, case):
    return table.loc[table["case_id"] == case, "cause"].tolist()


def test_words_facts_and_nothing():
    facts = pd.DataFrame({"case_id": ["A", "B", "D"], "departments": [4, 2, np.nan]})
    found = csqa.tag_causes(texts(("A", "装得慢"), ("B", "安装费太贵"), ("C", "好的")), facts=facts)
    assert found.columns.tolist() == list(CAUSE_COLUMNS)
    rows = found[["case_id", "cause", "kind", "rule", "evidence"]].astype(object)
    rows = rows.where(rows.notna(), None).to_numpy().tolist()
    assert rows == [
        ["A", "handover", "facts", "handover.facts[0]", "departments=4"],
        ["B", "charges", "words", "charges.any[0]", "安装费太贵"],
        ["C", "unclassified", "none", None, None],
        ["D", "unclassified", "none", None, None],
    ]
    assert found["confidence"].isna().tolist() == [False, False, True, True]


def test_a_case_may_have_several_texts_and_causes():
    table = pd.DataFrame(
        {
            "case_id": ["A", "A"],
            "source": ["message", "feedback"],
            "seq": [3, None],
            "text": ["用了两天就坏了", "客服踢皮球"],
        }
    )
    found = csqa.tag_causes(table)
    assert found[["cause", "source"]].to_numpy().tolist() == [
        ["handover", "feedback"],
        ["quality_defect", "message"],
    ]
    assert found["seq"].tolist() == [pd.NA, 3]


def test_facts_combine_and_what_is_unknown_meets_nothing():
    facts = pd.DataFrame(
        {
            "case_id": list("ABCD"),
            "agent_days": [30, 30, 200, np.nan],
            "failed_items": ["wording、accuracy", None, "accuracy", "accuracy"],
            "repeated": pd.array([None, True, False, False], dtype="boolean"),
        }
    )
    rule = csqa.read_fishbone().cause("product_knowledge")
    assert [found[:2] for found in find_facts(rule, facts)] == [
        (0, "A"),
        (1, "B"),
        (2, "A"),
        (2, "C"),
        (2, "D"),
    ]


def test_a_new_agent_alone_is_no_cause():
    facts = pd.DataFrame({"case_id": ["A"], "agent_days": [3], "low_rating": [True]})
    assert causes_of(csqa.tag_causes(texts(), facts=facts), "A") == ["unclassified"]


def test_a_case_is_judged_by_the_causes_of_its_day(tmp_path):
    rules = """
causes:
- {id: a, bone: product, keywords: [旧词]}
- {id: a, effective_from: 2025-07-01, keywords: [新词]}
- {id: b, bone: people, effective_from: 2025-08-01, facts: {reopened: true}}
"""
    fishbone = csqa.read_fishbone(write(tmp_path, rules, "f.yml"))
    facts = pd.DataFrame(
        {
            "case_id": list("ABC"),
            "local_at": pd.to_datetime(
                ["2025-06-30 23:59", "2025-07-01 00:00", "2025-08-01 09:00"]
            ),
            "reopened": True,
        }
    )
    said = texts(*((case, "旧词新词") for case in "ABCD"))
    found = csqa.tag_causes(said, fishbone, facts)
    rows = found[["case_id", "cause", "version", "evidence"]].to_numpy().tolist()
    assert rows == [
        ["A", "a", "1", "旧词"],
        ["B", "a", "2025-07-01", "新词"],
        ["C", "b", "1", "reopened=true"],
        ["C", "a", "2025-07-01", "新词"],
        ["D", "a", "2025-07-01", "新词"],
    ]


class Learned:
    """A tagger that calls everything an attitude."""

    causes = ("service_attitude", "charges")
    version = "t1"

    def tag(self, texts):
        return [[("service_attitude", 0.7, 0, 1)] if text else [] for text in texts]


def test_a_tagger_stands_for_the_words_of_what_it_covers():
    facts = pd.DataFrame({"case_id": ["A"], "failed_items": ["wording"]})
    found = csqa.tag_causes(texts(("A", "安装费太贵，坏了")), facts=facts, tagger=Learned())
    assert found[["cause", "kind", "evidence"]].to_numpy().tolist() == [
        ["service_attitude", "facts", "failed_items=wording"],
        ["service_attitude", "learned", "安"],
        ["quality_defect", "words", "坏了"],
    ]
    assert found.loc[1, ["version", "confidence"]].tolist() == ["t1", 0.7]


def test_a_tagger_of_unknown_causes_is_refused():
    tagger = Learned()
    tagger.causes = ("nobody",)
    with pytest.raises(DataError, match="鱼骨图没有的原因：nobody"):
        csqa.tag_causes(texts(), tagger=tagger)


@pytest.mark.parametrize(
    ("table", "facts", "told"),
    [
        (pd.DataFrame({"case_id": ["A"]}), None, "缺少列 text"),
        (["坏了"], None, "应为 DataFrame"),
        (texts(("A", "x"), (None, "y")), None, "1 行没有 case_id，第一处在第 2 行"),
        (texts(), pd.DataFrame({"case_id": ["A", "A"]}), "只能有一行"),
        (texts(), pd.DataFrame({"id": ["A"]}), "缺少列 case_id"),
    ],
)
def test_unusable_tables_are_told(table, facts, told):
    with pytest.raises(DataError, match=told):
        csqa.tag_causes(table, facts=facts)


def test_no_cases_give_no_rows():
    found = csqa.tag_causes(texts())
    assert (len(found), found.columns.tolist()) == (0, list(CAUSE_COLUMNS))


def test_the_input_is_left_alone():
    table = texts(("A", "坏了"), ("A", None))
    before = table.copy()
    csqa.tag_causes(table)
    pd.testing.assert_frame_equal(table, before)


rows = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        st.one_of(
            st.none(),
            st.text(max_size=20),
            st.lists(st.sampled_from(SAYINGS), max_size=3).map("，".join),
        ),
    ),
    max_size=8,
)


@given(rows, st.randoms())
@settings(max_examples=60)
def test_the_order_of_rows_does_not_matter(listed, random):
    shuffled = random.sample(listed, len(listed))
    pd.testing.assert_frame_equal(
        csqa.tag_causes(texts(*listed)), csqa.tag_causes(texts(*shuffled))
    )


@given(rows)
@settings(max_examples=60)
def test_other_cases_do_not_matter(listed):
    whole = csqa.tag_causes(texts(*listed))
    for case in {case for case, _ in listed}:
        alone = csqa.tag_causes(texts(*(row for row in listed if row[0] == case)))
        own = whole[whole["case_id"] == case].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone)


@given(rows)
@settings(max_examples=60)
def test_evidence_stands_in_the_text_and_every_case_appears(listed):
    table = texts(*((f"{case}{number}", text) for number, (case, text) in enumerate(listed)))
    said = dict(zip(table["case_id"], table["text"], strict=True))
    found = csqa.tag_causes(table)
    assert set(found["case_id"]) == set(said)
    for row in found[found["kind"] == "words"].to_dict("records"):
        assert row["evidence"] == said[row["case_id"]][row["start"] : row["end"]] != ""
    nothing = found.groupby("case_id")["kind"].agg(list)
    assert all("none" not in kinds or kinds == ["none"] for kinds in nothing)


@pytest.mark.parametrize(
    "text",
    [
        "坏了" * 100_000,
        "安装" * 50_000,
        "说" * 200_000,
        "客服" + "a" * 100_000,
        "没有" * 3_000 + "坏了",
        "\u200b" * 50_000 + "坏了",
        "送，的" * 2_000,
        "1" * 5_000 + "天",
        "<script>坏了</script>\x00",
    ],
)
def test_hostile_texts_cost_little(text):
    began = process_time()
    found = csqa.tag_causes(texts(("A", text)))
    assert process_time() - began < 3
    assert 1 <= len(found) < 100
