"""Conversations of cases, line by line: masked, marked, with what was owed."""

import pandas as pd

from csqa import results
from csqa.engine.dataset import Dataset
from csqa.engine.marks import read_marks
from csqa.transcripts import transcribe_cases

CONTACTS = pd.DataFrame(
    {"contact_id": ["A", "B"], "channel": "online", "created_at": "2025-06-02 09:00:00"}
)
MESSAGES = pd.DataFrame(
    {
        "contact_id": ["A", "A", "A", "B"],
        "seq": [1, 2, 3, 1],
        "sent_at": ["2025-06-02 09:00:00", "2025-06-02 09:00:30", "2025-06-02 09:05:00", None],
        "sender": ["客户", "客服", "客户", "客户"],
        "text": ["我的电话13912345678，怎么退货", "打13912345678也没用，自己看规则吧", "", "在吗"],
    }
)


def finding(**values):
    row = {**dict.fromkeys(results.FINDING_COLUMNS), "contact_id": "A", "hint": False, **values}
    return pd.DataFrame([row])[list(results.FINDING_COLUMNS)]


def transcribe(*found, **tables):
    data = Dataset.from_frames({"contacts": CONTACTS, "messages": MESSAGES, **tables})
    findings = pd.concat(found) if found else None
    return transcribe_cases(data, pd.DataFrame({"contact_id": ["B", "A"]}), findings)


def test_cases_keep_their_order_and_lines_theirs():
    lines = transcribe()
    assert lines["contact_id"].tolist() == ["B", "A", "A", "A"]
    assert lines["line"].tolist() == [1, 1, 2, 3]
    assert lines["gap_seconds"].isna().tolist() == [True, True, False, False]
    assert lines["gap_seconds"].dropna().tolist() == [30.0, 270.0]
    assert list(lines.columns) == list(results.CASE_LINE_COLUMNS)


def test_one_number_has_one_token():
    told = transcribe()["text"].tolist()
    assert told[1:3] == ["我的电话[手机1]，怎么退货", "打[手机1]也没用，自己看规则吧"]


def test_marks_move_with_the_masked_text():
    start = MESSAGES["text"][1].index("自己看")
    lines = transcribe(finding(seq=2, rule="impatient", kind="forbid", start=start, end=start + 5))
    ((start, end, rule),) = read_marks(lines.loc[2, "marks"])
    assert (lines.loc[2, "text"][start:end], rule) == ("自己看规则", "impatient")
    assert lines["rules"].tolist() == ["", "", "impatient", ""]


def test_what_a_sentence_called_for_stands_at_the_sentence():
    lines = transcribe(finding(rule="policy", kind="disclose", trigger_seq=1))
    assert lines["owed"].tolist() == ["", "policy", "", ""]


def test_what_is_owed_in_any_case_is_a_line_of_its_own():
    lines = transcribe(finding(rule="closing", kind="require", trigger_seq=1))
    last = lines.iloc[-1]
    assert (last["source"], last["owed"], last["line"]) == ("owed", "closing", 4)


def test_hints_are_left_out():
    lines = transcribe(finding(rule="four", kind="require", hint=True))
    assert "owed" not in set(lines["source"])


def test_feedback_and_inspectors_notes_follow_masked_and_without_the_inspector():
    feedback = pd.DataFrame({"feedback_id": ["F1"], "contact_id": ["A"], "source": ["投诉平台"]})
    feedback = feedback.assign(at="2025-06-03 09:00:00", text="打我13912345678")
    inspections = pd.DataFrame({"contact_id": ["A", "A"], "inspector": ["张三", "李四"]})
    inspections["item"], inspections["result"] = "用语规范", ["不合格", "合格"]
    inspections["sentence"], inspections["note"] = "自己看规则吧", ["语气差", "没有问题"]
    lines = transcribe(feedback=feedback, inspections=inspections)
    rest = lines[lines["source"] != "message"]
    assert rest["source"].tolist() == ["feedback", "inspection"]
    assert rest["text"].tolist() == ["打我[手机1]", "自己看规则吧（语气差）"]
    assert (
        not lines.astype("str").apply(lambda column: column.str.contains("张三|李四")).any().any()
    )


def test_without_any_record_there_are_no_lines():
    data = Dataset.from_frames({"contacts": CONTACTS})
    lines = transcribe_cases(data, CONTACTS)
    assert lines.empty
    assert list(lines.columns) == list(results.CASE_LINE_COLUMNS)
