"""What customers feel: texts, conversations, feedback, risks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa import sentiment_results
from csqa.errors import DataError, RuleError
from csqa.stats import two_shares_p

BAD, PLAIN, GOOD = "客服态度太差了", "我要改地址", "好的，谢谢"
SAID = st.lists(
    st.sampled_from([BAD, PLAIN, GOOD, "还没弄好吗", "嗯嗯", ""]), min_size=1, max_size=12
)


def chat(*texts: str, contact: str = "1", sender: str = "customer") -> pd.DataFrame:
    table = pd.DataFrame({"text": list(texts), "contact_id": contact, "sender": sender})
    return table.assign(seq=range(len(table)))


def course(*texts: str) -> str:
    return str(csqa.measure_sentiment(chat(*texts))["course"].iloc[0])


class OneClass:
    """A tagger that knows negative texts only: those with 呜."""

    causes = ("negative",)

    def tag(self, texts):
        return [[("negative", 0.9, 0, 1)] if "呜" in text else [] for text in texts]


def test_rated_texts_keep_their_index_and_columns():
    texts = pd.DataFrame({"id": [7, 8, 9], "text": [BAD, None, GOOD]}, index=[5, 3, 1])
    before = texts.copy()
    rated = csqa.rate_sentiment(texts)
    pd.testing.assert_frame_equal(texts, before)
    assert rated.columns.tolist() == ["id", "text", *sentiment_results.RATED_COLUMNS]
    assert rated["polarity"].to_dict() == {5: -1, 3: 0, 1: 1}
    assert rated["spans"].iloc[1] == ()


def test_spans_are_places_of_the_text_as_written():
    text = "这\u200b态\u200b度太差"
    start, end, name, value = csqa.rate_sentiment(pd.Series([text]))["spans"].iloc[0][0]
    assert (text[start:end], name, value) == ("态\u200b度太差", "service_bad", -0.9)


def test_no_text_column_is_refused():
    with pytest.raises(DataError, match="有 text 列的 DataFrame"):
        csqa.rate_sentiment(pd.DataFrame({"a": [1]}))


def test_a_tagger_takes_the_place_of_the_lexicon_for_its_classes():
    rated = csqa.rate_sentiment(pd.Series(["呜呜", BAD, GOOD]), tagger=OneClass())
    assert rated["polarity"].tolist() == [-1, 0, 1]
    assert rated["spans"].iloc[0] == ((0, 1, "negative", 0.9),)
    talked = csqa.measure_sentiment(chat("呜呜", "呜呜"), tagger=OneClass())
    assert talked[["negative", "worst_start", "worst_end"]].iloc[0].tolist() == [2, 0, 1]


def test_courses():
    assert course(BAD, BAD, PLAIN, GOOD, GOOD, GOOD) == "recovered"
    assert course(PLAIN, GOOD, PLAIN, BAD, BAD, BAD) == "deteriorated"
    assert course(PLAIN, PLAIN, PLAIN, PLAIN) == "flat"
    assert course(GOOD, GOOD, PLAIN, PLAIN) == "flat"
    assert course(BAD, BAD, GOOD) == "too_few"


def test_only_the_customer_counts():
    both = pd.concat([chat(PLAIN, PLAIN), chat(BAD, sender="agent").assign(seq=9)])
    row = csqa.measure_sentiment(both).iloc[0]
    assert (row["messages"], row["negative"], row["mean"]) == (2, 0, 0.0)
    assert csqa.measure_sentiment(chat(BAD, sender="agent")).empty


def test_conversations_have_columns_and_no_agent():
    rows = csqa.measure_sentiment(chat(BAD))
    assert rows.columns.tolist() == list(sentiment_results.CONVERSATION_COLUMNS)
    assert not [name for name in rows.columns if "agent" in name]
    with pytest.raises(RuleError, match="by"):
        csqa.summarise_courses(rows, by="agent_id")


@settings(max_examples=15, deadline=None)
@given(SAID, st.randoms(use_true_random=False))
def test_means_do_not_depend_on_the_order_of_rows(texts, draw):
    rows = chat(*texts)
    places = list(range(len(rows)))
    draw.shuffle(places)
    one, other = (csqa.measure_sentiment(table) for table in (rows, rows.iloc[places]))
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=15, deadline=None)
@given(SAID)
def test_a_neutral_message_moves_the_mean_towards_zero(texts):
    before = csqa.measure_sentiment(chat(*texts))
    after = csqa.measure_sentiment(chat(*texts, "我要改地址"))["mean"].iloc[0]
    mean = before["mean"].iloc[0] if len(before) else 0.0
    assert abs(after) <= abs(mean) + 1e-12
    assert after * mean >= 0


@given(st.text(max_size=60))
def test_any_text_is_rated(text):
    row = csqa.rate_sentiment(pd.Series([text])).iloc[0]
    assert -1 <= row["score"] <= 1
    assert row["polarity"] in (-1, 0, 1)
    assert all(0 <= a < b <= len(text) for a, b, _, _ in row["spans"])


def feedback(n_bad: int, n: int, month: str, source: str = "问卷") -> pd.DataFrame:
    table = pd.DataFrame({"text": [BAD] * n_bad + [GOOD] * (n - n_bad), "source": source})
    table["rating"] = [1.0] * n_bad + [5.0] * (n - n_bad)
    table["feedback_id"] = [f"{source}{month}{at}" for at in range(n)]
    return table.assign(at=f"{month}-10 10:00:00")


def test_feedback_by_source():
    rows = pd.concat([feedback(30, 60, "2025-06"), feedback(10, 60, "2025-05")])
    told = csqa.summarise_feedback(rows, period="2025-06").iloc[0]
    assert told[["n", "negative", "positive", "n_before"]].tolist() == [60, 30, 30, 60]
    lower, upper = csqa.stats.wilson(30, 60)
    assert told[["negative_lower", "negative_upper"]].tolist() == [lower, upper]
    assert (told["mean_rating"], told["agreement"], told["kappa"]) == (3.0, 1.0, 1.0)
    assert told["change"] == pytest.approx(20 / 60)
    assert told["p"] == pytest.approx(float(two_shares_p(30, 60, 10, 60)))
    assert told["verdict"] == "rising"


def test_feedback_of_few_or_without_words():
    told = csqa.summarise_feedback(feedback(2, 5, "2025-06"), period="2025-06").iloc[0]
    assert told["verdict"] == "too_few"
    assert np.isnan(told["p"])
    silent = feedback(2, 5, "2025-06").assign(text=None)
    told = csqa.summarise_feedback(silent, period="2025-06").iloc[0]
    assert (told["n"], told["rated"]) == (0, 5)
    assert np.isnan(told["negative_share"])
    assert csqa.summarise_feedback(silent, period="2024-01").empty


def test_feedback_asked_wrongly():
    with pytest.raises(RuleError, match="`months` 应为 1 到 24 的整数，而不是 0"):
        csqa.summarise_feedback(feedback(1, 2, "2025-06"), period="2025-06", months=0)
    with pytest.raises(DataError, match="没有提供客户反馈"):
        csqa.summarise_feedback(csqa.Dataset.from_frames({"messages": chat(BAD)}), period="2025-06")


def test_risks_most_urgent_first():
    talks = pd.concat(
        [
            chat(PLAIN, GOOD, PLAIN, BAD, BAD, BAD, contact="falls"),
            chat("再不处理我就打12315，我手机13812345678", contact="threatens"),
            chat("我要退订", contact="leaves"),
            chat(PLAIN, GOOD, contact="well"),
        ]
    )
    rising = csqa.summarise_feedback(
        pd.concat([feedback(30, 60, "2025-06"), feedback(10, 60, "2025-05")]), period="2025-06"
    )
    risks = csqa.list_risks(csqa.measure_sentiment(talks), rising)
    assert risks.columns.tolist() == list(sentiment_results.RISK_COLUMNS)
    assert risks["reason"].tolist() == ["threat", "deteriorated", "source_rising", "threat"]
    assert risks["severity"].tolist() == ["critical", "major", "major", "minor"]
    assert risks["contact_id"].tolist()[:2] == ["threatens", "falls"]
    assert "13812345678" not in str(risks["evidence"].tolist())
    assert len(csqa.list_risks(csqa.measure_sentiment(talks), rising, most=2)) == 2


def test_a_complaint_is_listed_only_if_it_threatens():
    contacts = pd.DataFrame({"contact_id": ["a", "b"], "channel": "phone", "complaint": True})
    contacts["created_at"] = "2025-06-02 09:00:00"
    talks = pd.concat([chat(PLAIN, PLAIN, BAD, BAD, contact="a"), chat("法院见", contact="b")])
    data = csqa.Dataset.from_frames({"contacts": contacts, "messages": talks})
    rows = csqa.measure_sentiment(data, period="2025-06")
    assert rows["complaint"].tolist() == [True, True]
    assert csqa.list_risks(rows)["contact_id"].tolist() == ["b"]


def test_nothing_gives_empty_tables():
    rows = csqa.measure_sentiment(chat(BAD, sender="agent"))
    assert csqa.list_risks(rows).empty
    assert csqa.summarise_courses(rows).empty


def test_risks_of_another_table_are_refused():
    with pytest.raises(DataError, match="`conversations` 缺少列 contact_id"):
        csqa.list_risks(pd.DataFrame())
    with pytest.raises(DataError, match="`very_negative` 应为 -1 到 0"):
        csqa.list_risks(csqa.measure_sentiment(chat(BAD)), very_negative=0.5)
