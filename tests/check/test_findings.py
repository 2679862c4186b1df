"""Every finding has its sentence in both languages, and none falls over odd data."""

import re
from string import Formatter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.check import check
from csqa.check.findings import SENTENCES, Finding, list_some, sort_findings

CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


@pytest.mark.parametrize("kind", SENTENCES)
def test_sentences_are_complete_in_both_languages(kind: str) -> None:
    places = {name for text in SENTENCES[kind] for _, name, _, _ in Formatter().parse(text) if name}
    zh, en = (Finding(kind, dict.fromkeys(places, "1")).sentence(x) for x in ("zh", "en"))
    assert CHINESE.search(zh)
    assert not CHINESE.search(en.replace("“", "").replace("”", ""))
    for text in (zh, en):
        assert not re.search(r"[{}]|  ", text)


def test_the_most_important_first_then_the_month_then_the_heaviest() -> None:
    listed = [
        Finding("twins", {}, period="2025-06"),
        Finding("volume_drop", {}, period="2025-05-01", weight=9),
        Finding("volume_drop", {}, period="2025-06-01", weight=1),
        Finding("volume_drop", {}, period="2025-06-02", weight=2),
    ]
    assert sort_findings(listed, "2025-06") == [listed[3], listed[2], listed[1], listed[0]]


def test_a_few_names_of_many() -> None:
    assert list_some("abc", "zh", 3) == "a、b、c"
    assert list_some("abcd", "en", 3) == "a, b, c and 1 more"


times = st.datetimes(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-31")).map(str)
row = st.fixed_dictionaries(
    {
        "contact_id": st.text("ABC{}%", min_size=1, max_size=2),
        "channel": st.sampled_from(["phone", "online", "fax"]),
        "created_at": times,
        "first_response_at": st.none() | times,
        "resolved_at": st.none() | times | st.just("2024-02-01"),
        "handle_seconds": st.none() | st.integers(-1, 10**6),
        "agent_id": st.none() | st.text("K{}<\x1b", max_size=3),
        "customer_id": st.none() | st.just("M"),
        "resolved": st.none() | st.booleans(),
        "csat": st.none() | st.integers(1, 5),
    }
)


@settings(deadline=None, max_examples=40)
@given(st.lists(row, min_size=1, max_size=12), st.sampled_from(["zh", "en"]))
def test_odd_data_give_sentences(rows: list[dict[str, object]], language: str) -> None:
    found = check(pd.DataFrame(rows), language=language, period="2024-02")
    doubts = found[found["severity"] == "warning"]
    assert (doubts["note"].str.len() > 0).all()
    assert (found["value"].dropna() >= 0).all()
    counts = found.groupby("kind")["value"].sum()
    assert counts["rows_in"] == len(rows) == counts["rows_used"] + counts["rows_quarantined"]
    shares = found.loc[found["kind"].str.startswith("completeness"), "value"].dropna()
    assert shares.between(0, 1).all()
