"""What is gathered for diagnosis: each case once, what made it one, its texts, its facts."""

import pandas as pd
import pytest

from csqa.case_texts import gather_facts, gather_texts, summarise_cases
from csqa.cause_results import CASE_FACT_COLUMNS, CASE_TEXT_COLUMNS
from csqa.engine.dataset import Dataset
from csqa.errors import DataError, RuleError
from csqa.rules.case_settings import read_case_settings


def contact(number, at, **cells):
    empty = {"csat": None, "complaint": None, "resolved": None, "customer_id": None}
    empty |= {"topic": "维修", "agent_id": "A1", "channel": "online", "departments": None}
    return {"contact_id": number, "created_at": at, **empty, **cells}


@pytest.fixture(scope="module")
def data():
    contacts = pd.DataFrame(
        [
            contact("old", "2025-01-02 09:00", agent_id="A0"),
            contact("first", "2025-06-01 09:00", customer_id="K1", resolved=True),
            contact("both", "2025-06-02 09:00", customer_id="K1", complaint=True, csat=1.0),
            contact("late", "2025-06-30 23:59:59", csat=2.0, agent_id="A2", departments=3),
            contact("next", "2025-07-01 00:00", complaint=True),
            contact("judged", "2025-06-05 09:00"),
            contact("blind", "2025-06-05 09:00"),
            contact("heard", "2025-06-06 09:00", agent_id="A0"),
            contact("fine", "2025-06-07 09:00", csat=5.0, complaint=False),
            contact("F3", "2025-02-07 09:00"),
        ]
    )
    contacts["first_response_at"] = "2025-06-02 09:00:40"
    contacts.loc[contacts["contact_id"] != "both", "first_response_at"] = None
    inspections = pd.DataFrame(
        [
            ("judged", "Q1", "用语规范", "fail", False, "语气差", "你自己看"),
            ("judged", "Q1", "流程合规", "pass", False, "很好", None),
            ("blind", "Q2", "用语规范", "fail", True, "盲评", None),
            ("blind", "Q1", "用语规范", "pass", False, None, None),
        ],
        columns=["contact_id", "inspector", "item", "result", "second_coding", "note", "sentence"],
    )
    feedback = pd.DataFrame(
        [
            ("F1", "heard", "短信", "2025-07-09", 1.0, "没人管"),
            ("F2", None, "12315投诉", "2025-06-09", None, "要退款"),
            ("F3", "nobody", "短信", "2025-06-10", 2.0, "等太久"),
            ("F4", None, "短信", "2025-06-10", 3.0, "一般"),
            ("F5", None, "短信", "2025-07-10", 1.0, "下个月"),
            ("F6", "both", "短信", "2025-06-03", 1.0, "再也不来"),
        ],
        columns=["feedback_id", "contact_id", "source", "at", "rating", "text"],
    )
    messages = pd.DataFrame(
        [
            ("both", 1, "customer", "2025-06-02 09:00:00", "又坏了"),
            ("both", 2, "bot", "2025-06-02 09:00:01", "您好"),
            ("both", 3, "agent", "2025-06-02 09:01:30", "请说"),
            ("both", 4, "customer", "2025-06-02 09:02:00", "  "),
            ("fine", 1, "customer", "2025-06-07 09:00:00", "谢谢"),
        ],
        columns=["contact_id", "seq", "sender", "sent_at", "text"],
    )
    tables = {"contacts": contacts, "inspections": inspections}
    return Dataset.from_frames({**tables, "feedback": feedback, "messages": messages})


def facts_of(data, **options):
    return gather_facts(data, period="2025-06", **options).set_index("case_id")


def test_each_case_stands_once_with_what_made_it_one(data):
    facts = facts_of(data)
    assert [facts.index.name, *facts.columns] == list(CASE_FACT_COLUMNS)
    assert facts.index.tolist() == ["F2", "both", "feedback:F3", "heard", "judged", "late"]
    reasons = facts[["complaint", "low_rating", "failed_inspection", "feedback"]]
    true = reasons.astype("Float64").fillna(0).astype(bool)
    assert true.loc["both"].tolist() == [True, True, False, True]
    assert true.loc["judged"].tolist() == [False, False, True, False]
    assert true.loc["heard"].tolist() == [False, False, False, True]
    assert true.loc["F2"].tolist() == [True, False, False, True]
    assert true.loc["feedback:F3"].tolist() == [False, True, False, True]
    assert facts["contact_id"].isna().tolist() == [True, False, True, False, False, False]


def test_what_is_not_known_is_missing_and_what_is_known_is_told(data):
    facts = facts_of(data)
    both = facts.loc["both"]
    assert (both["repeated"], both["repeat_contacts"]) == (True, 1)
    assert both["longest_wait_seconds"] == 90
    assert both["first_response_seconds"] == 40
    assert facts.loc["judged", "failed_items"] == "wording"
    assert facts.loc["late", "departments"] == 3
    known = facts["repeated"].notna()
    assert facts.index[known].tolist() == ["both"]
    assert facts.loc["F2"].drop(["period", "local_at", "complaint", "feedback"]).isna().all()


def test_days_of_an_agent_are_unknown_at_the_beginning_of_the_data(data):
    days = facts_of(data)["agent_days"]
    assert days["both"] == 115  # A1 since 7 February
    assert days["late"] == 0
    assert pd.isna(days["heard"])  # A0 since 2 January, when the data begin


def test_the_roster_tells_an_agents_first_day(data):
    roster = pd.DataFrame({"agent_id": ["A0", "A1"], "team": "甲"})
    roster["since"] = ["2024-06-06", "2025-06-04"]
    frames = {name: data.table(name) for name in ("contacts", "feedback", "inspections")}
    facts = facts_of(Dataset.from_frames({**frames, "agent_teams": roster}))
    assert facts.loc["heard", "agent_days"] == 365
    assert facts.loc["judged", "agent_days"] == 1
    assert facts.loc["both", "agent_days"] == 115  # in the data before the roster has him


def test_texts_are_the_customers_and_what_inspectors_say_of_failed_items(data):
    texts = gather_texts(data, period="2025-06")
    assert tuple(texts.columns) == CASE_TEXT_COLUMNS
    told = texts[["case_id", "source", "sender", "text"]]
    assert told.to_numpy().tolist() == [
        ["F2", "feedback", "customer", "要退款"],
        ["both", "message", "customer", "又坏了"],
        ["both", "feedback", "customer", "再也不来"],
        ["feedback:F3", "feedback", "customer", "等太久"],
        ["heard", "feedback", "customer", "没人管"],
        ["judged", "inspection", "inspector", "你自己看"],
        ["judged", "inspection", "inspector", "语气差"],
    ]
    assert texts["seq"].dropna().tolist() == [1]


def test_kinds_and_months_are_chosen(data):
    assert facts_of(data, kinds="complaint").index.tolist() == ["both"]
    assert facts_of(data, kinds=["low_rating"]).index.tolist() == ["both", "late"]
    july = gather_facts(data, period="2025-07", months=2)
    assert sorted(set(july["period"])) == ["2025-06", "2025-07"]
    assert {"next", "F5"} < set(july["case_id"])


def test_summary_counts_each_kind_and_all(data):
    told = summarise_cases(
        gather_facts(data, period="2025-06"), gather_texts(data, period="2025-06")
    )
    assert told.set_index("kind")["cases"].to_dict() == {
        "complaint": 2,
        "low_rating": 3,
        "failed_inspection": 1,
        "feedback": 4,
        "all": 6,
    }
    assert told.iloc[-1][["with_text", "without_text"]].tolist() == [5, 1]


def test_a_repeat_needs_the_same_topic_the_window_and_a_resolution():
    rows = [
        contact("a", "2025-05-01 09:00", customer_id="K", resolved=True),
        contact("b", "2025-05-08 09:00", customer_id="K", resolved=True, complaint=True),
        contact("c", "2025-05-15 09:00:01", customer_id="K", resolved=False, complaint=True),
        contact("d", "2025-05-15 10:00", customer_id="K", topic="发票", complaint=True),
        contact("e", "2025-05-16 09:00", customer_id="K", resolved=True, complaint=True),
        contact("f", "2025-05-30 09:00", customer_id="K", resolved=True, complaint=True),
        contact("z", "2025-06-02 09:00", customer_id="L", resolved=True),
    ]
    facts = gather_facts(Dataset.from_frames({"contacts": pd.DataFrame(rows)}), period="2025-05")
    told = facts.set_index("case_id")[["repeated", "repeat_contacts"]]
    assert told.loc["b"].tolist() == [True, 1]  # after a, exactly seven days later
    assert told.loc["c"].tolist() == [False, 0]  # b was a second more than seven days ago
    assert told.loc["d"].isna().all()  # nobody said whether it was resolved
    assert told.loc["e"].tolist() == [False, 0]  # c had not been resolved
    assert told.loc["f"].isna().all()  # the data end before the window does


def test_a_customer_with_very_many_contacts_costs_little():
    many = pd.DataFrame({"contact_id": [f"C{n}" for n in range(20_000)], "customer_id": "匿名"})
    many = many.assign(channel="online", resolved=True, complaint=True)
    many["created_at"] = pd.Timestamp("2025-06-02") + pd.to_timedelta(range(20_000), unit="s")
    facts = gather_facts(Dataset.from_frames({"contacts": many}), period="2025-06")
    assert facts["repeat_contacts"].tolist() == [19_999] * 20_000


def test_without_other_tables_contacts_are_enough():
    contacts = pd.DataFrame({"contact_id": ["1"], "channel": "online", "complaint": True})
    data = Dataset.from_frames({"contacts": contacts.assign(created_at="2025-06-02 09:00")})
    assert gather_facts(data, period="2025-06")["case_id"].tolist() == ["1"]
    assert gather_texts(data, period="2025-06").empty
    empty = gather_facts(data, period="2025-05")
    assert empty.empty
    assert tuple(empty.columns) == CASE_FACT_COLUMNS
    assert summarise_cases(empty, gather_texts(data, period="2025-05"))["cases"].sum() == 0


def test_own_words_make_a_source_one_of_complaints(data, tmp_path):
    path = tmp_path / "cases.yml"
    path.write_text("complaint_sources: [短信]\n", "utf-8")
    facts = facts_of(data, settings=read_case_settings(path))
    assert "F4" in facts.index
    assert "F2" not in facts.index
    path.write_text("complaint_sources: 短信\n", "utf-8")
    with pytest.raises(RuleError, match="complaint_sources：应为不多于 50 个词的列表"):
        read_case_settings(path)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"period": "2025-6"}, "`period` 应为 YYYY-MM"),
        ({"months": 0}, "`months` 应为 1 到 120 的整数，而不是 0"),
        ({"kinds": ["complaints"]}, "`kinds` 应为 'complaint', 'low_rating'"),
        ({"kinds": []}, "`kinds` 应至少有一种"),
    ],
)
def test_wrong_options_are_refused(data, options, told):
    with pytest.raises(RuleError, match=told):
        gather_texts(data, **({"period": "2025-06"} | options))


def test_contacts_are_needed():
    with pytest.raises(DataError, match="含服务记录的 Dataset"):
        gather_facts(pd.DataFrame(), period="2025-06")
