"""review: phrase rules over conversations, wherever and however the messages lie."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csqa
from csqa.engine.stems import StemFinder
from csqa.engine.text import scan_messages
from csqa.errors import DataError, RuleError
from csqa.results import FINDING_COLUMNS
from csqa.rules.phrase_hits import judge
from csqa.rules.regex_safety import LONGEST_TEXT
from tests.tables import contacts, write

PHRASES = csqa.read_phrases()
FORBIDDEN = [rule.id for rule in PHRASES.rules if rule.kind == "forbid"]


def messages(*rows, **more):
    """Messages: contact, seq, sender, text."""
    return pd.DataFrame(rows, columns=["contact_id", "seq", "sender", "text"]).assign(**more)


def forbidden(found):
    return found[found["rule"].isin(FORBIDDEN)].reset_index(drop=True)


def one(text, sender="agent"):
    """What is found in one message."""
    return forbidden(csqa.review(messages(("C1", 1, sender, text))))


def own(folder, text):
    return csqa.read_phrases(write(folder, text, "own.yml"))


def test_a_finding_says_all_that_is_known_of_it():
    found = csqa.review(
        messages(
            ("C1", 1, "客户", "保修多久"),
            ("C1", 2, "客服", "您好，这个我不知道"),
            ("C1", 3, "客服", "请问还有其他可以帮您的吗"),
        )
    )
    assert tuple(found.columns) == FINDING_COLUMNS
    assert (
        found.dtypes[["seq", "start", "end", "trigger_seq"]].astype(str).tolist() == ["Int64"] * 4
    )
    counted = found[~found["hint"]].astype(object).where(lambda table: table.notna(), None)
    assert counted.to_dict("split")["data"] == [
        ["C1", None, "agent", "after_sale_policy", "1", None, "disclose", "major", False,
         False, "process", None, None, None, 1],
        ["C1", 2, "agent", "dont_know", "1", None, "forbid", "major", False, False, "wording", 6,
         9, "不知道", None],
    ]  # fmt: skip


def test_messages_are_looked_at_in_their_order_whatever_that_of_the_rows():
    table = messages(
        ("B", 2, "agent", "没办法"), ("A", 10, "agent", "没办法"), ("A", 9, "agent", "没办法")
    )
    found = forbidden(csqa.review(table))
    assert found[["contact_id", "seq"]].to_numpy().tolist() == [["A", 9], ["A", 10], ["B", 2]]


TEXTS = st.sampled_from(
    ["您好", "这个不知道", "没办法", "可以退，建议重拍", "能退货吗", "七天无理由", "再见", "",
     "别催了", "保证明天送到", "不\u200b知道", "I don't know", "x" * 50, None]
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.sampled_from("ABCD"), st.sampled_from(["agent", "customer", "bot", "system"]), TEXTS
    ),
    min_size=1,
    max_size=25,
)


@given(ROWS, st.randoms(use_true_random=False), st.integers(1, 7))
@settings(max_examples=12, deadline=None)
def test_neither_blocks_nor_the_order_of_rows_matter(rows, draw, size):
    table = messages(*[(who, n, sender, text) for n, (who, sender, text) in enumerate(rows)])
    shuffled = table.sample(frac=1, random_state=draw.randrange(1000))
    found = csqa.review(table)
    assert table.equals(table.copy())
    data = csqa.Dataset.from_frames({"messages": shuffled})
    pd.testing.assert_frame_equal(scan_messages(data, PHRASES, block=size), found, check_like=False)


@given(ROWS)
@settings(max_examples=12, deadline=None)
def test_stems_lose_nothing(rows):
    """The pass finds what each rule finds by itself, without stems and blocks."""
    table = messages(*[(who, n, sender, text) for n, (who, sender, text) in enumerate(rows)])
    found = csqa.review(table)
    expected = set()
    for who, own_rows in table.groupby("contact_id"):
        texts = own_rows["text"].fillna("").str.replace("\u200b", "")
        lines = list(zip(own_rows["sender"], texts, strict=True))
        for rule in PHRASES.in_force():
            for hit in judge(rule, lines):
                seq = None if hit.place is None else own_rows["seq"].iloc[hit.place]
                expected.add((who, rule.id, seq, None if seq is None else hit.start))
    got = {
        (row.contact_id, row.rule, *((None, None) if pd.isna(row.seq) else (row.seq, row.start)))
        for row in found.itertuples()
    }
    assert got == expected


@given(
    st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=8, unique=True),
    st.lists(st.text("abcX", max_size=12), max_size=6),
)
@settings(max_examples=200, deadline=None)
def test_the_stem_finder_finds_every_stem(stems, texts):
    finder = StemFinder({stem: {n} for n, stem in enumerate(stems)})
    expected = {
        place: {n for n, stem in enumerate(stems) if stem in text.lower()}
        for place, text in enumerate(texts)
    }
    assert finder.find(texts) == {place: held for place, held in expected.items() if held}


def test_a_shipped_rules_examples_come_out_the_same_in_the_pass():
    rows, expected = [], set()
    for rule in PHRASES.rules:
        for kind in ("hit", "miss"):
            for number, lines in enumerate(getattr(rule.examples, kind)):
                name = f"{rule.id}/{kind}/{number}"
                rows += [(name, n, *line) for n, line in enumerate(lines)]
                expected |= {(name, rule.id)} if kind == "hit" else set()
    found = csqa.review(messages(*rows))
    own_rule = found["contact_id"].str.partition("/")[0] == found["rule"]
    assert set(found.loc[own_rule, ["contact_id", "rule"]].itertuples(index=False, name=None)) == (
        expected
    )


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\ufeff", "\u202e", "\u2060", "\u00ad"])
def test_what_shows_nothing_is_looked_through(hidden):
    text = f"<script>{hidden}这个不{hidden}知{hidden}道"
    found = one(text)
    assert found["rule"].tolist() == ["dont_know"]
    assert found["matched"].tolist() == [f"不{hidden}知{hidden}道"]
    assert text[found["start"][0] : found["end"][0]] == found["matched"][0]


def test_full_width_letters_are_letters():
    assert one("Ｉ　ｄｏｎ't ｋｎｏｗ".replace("　", " "))["matched"].tolist() == [
        "Ｉ ｄｏｎ't ｋｎｏｗ"
    ]


@pytest.mark.parametrize(
    "text",
    ["", None, " ", "\n\n", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\u202egnp.exe",
     "\ud83d", "不" * 1_000_000, "没" * 500_000 + "办法", "a" * 1_000_000, "(" * 10_000],
    ids=range(12),
)  # fmt: skip
def test_hostile_messages_do_no_harm(text):
    if text == "\ud83d":
        text = "\U0001f600"  # a lone surrogate is refused by the engine before it comes here
    assert one(text).empty


def test_only_the_beginning_of_a_long_message_is_looked_at():
    inside, beyond = "好" * (LONGEST_TEXT - 3) + "没办法", "好" * LONGEST_TEXT + "没办法"
    assert [len(one(text)) for text in (inside, beyond)] == [1, 0]


def test_a_message_is_judged_by_the_rule_of_its_day(tmp_path):
    phrases = own(
        tmp_path,
        "rules:\n- {id: a, any: 旧}\n- {id: a, effective_from: 2025-07-01, any: 新}\n",
    )
    table = messages(
        ("A", 1, "agent", "旧新"), ("A", 2, "agent", "旧新"), ("B", 1, "agent", "旧新"),
        sent_at=["2025-06-30 23:59:00", "2025-07-01 00:01:00", None],
    )  # fmt: skip
    found = csqa.review(table, phrases)
    assert found[["contact_id", "seq", "version", "matched"]].to_numpy().tolist() == [
        ["A", 1, "1", "旧"],
        ["A", 2, "2025-07-01", "新"],
        ["B", 1, "2025-07-01", "新"],  # no day: the last version
    ]
    dates = found["effective_from"].fillna("").tolist()
    assert dates == ["2025-07-01" if word == "新" else "" for word in found["matched"]]
    assert [rule.version for rule in phrases.in_force(date(2025, 6, 30))] == ["1"]


def test_without_a_time_of_its_own_the_contacts_day_counts(tmp_path):
    phrases = own(
        tmp_path, "rules:\n- {id: a, any: 旧}\n- {id: a, effective_from: 2025-07-01, any: 新}\n"
    )
    tables = {
        "contacts": contacts({"created_at": "2025-06-02 09:00:00"}),
        "messages": messages(("C1", 1, "agent", "旧新")),
    }
    found = csqa.review(csqa.Dataset.from_frames(tables), phrases)
    assert found["matched"].tolist() == ["旧"]


def test_templates_are_mined_from_the_messages(tmp_path):
    phrases = own(
        tmp_path,
        "templates: {conversations: 3, characters: 10}\n"
        "rules:\n- {id: a, any: 没办法, exclude_templates: true}\n",
    )
    pasted = [(f"C{n}", 1, "agent", f"您的订单 {n} 没办法修改，请您重新下单") for n in range(3)]
    typed = [("C4", 1, "agent", "真的没办法给您修改了"), ("C5", 1, "agent", "没办法")]
    short = [(f"D{n}", 1, "agent", "没办法哦") for n in range(5)]
    often = [("E", n, "agent", "同一个会话里一直说没办法没办法") for n in range(5)]
    found = csqa.review(messages(*pasted, *typed, *short, *often), phrases)
    assert set(found["contact_id"]) == {"C4", "C5", *(f"D{n}" for n in range(5)), "E"}


def test_each_rule_counts_its_templates_by_itself(tmp_path):
    """Two rules are led to the same message; it stands in two conversations all the same."""
    rules = [
        f"- {{id: r{n}, any: {word}, exclude_templates: true}}\n"
        for n, word in enumerate(["没办法", "改不了"])
    ]
    phrases = own(
        tmp_path, "templates: {conversations: 3, characters: 8}\nrules:\n" + "".join(rules)
    )
    rows = [(f"C{n}", 1, "agent", "这个没办法，真的改不了") for n in range(2)]
    assert len(csqa.review(messages(*rows), phrases)) == 4


def test_a_period_is_that_of_the_contact():
    tables = {
        "contacts": contacts({"created_at": "2025-06-02 09:00:00"}, {"created_at": "2025-07-02"}),
        "messages": messages(("C1", 1, "agent", "没办法"), ("C2", 1, "agent", "没办法")),
    }
    data = csqa.Dataset.from_frames(tables)
    asked = {"period": "2025-07"}, {"until": "2025-06"}, {}
    assert [set(forbidden(csqa.review(data, **one))["contact_id"]) for one in asked] == [
        {"C2"}, {"C1"}, {"C1", "C2"},
    ]  # fmt: skip


def test_progress_is_told():
    told = []
    table = messages(*[(f"C{n}", 1, "agent", "您好") for n in range(10)])
    csqa.review(table, progress=lambda done, total: told.append((done, total)))
    assert told == [(10, 10)]


def test_what_cannot_be_reviewed_is_told():
    with pytest.raises(DataError, match="没有提供会话消息"):
        csqa.review(csqa.Dataset.from_frames({"contacts": contacts({})}))
    with pytest.raises(DataError, match="不能按 `period` 或 `until` 挑选会话"):
        csqa.review(messages(("C1", 1, "agent", "您好")), period="2025-06")
    with pytest.raises(DataError, match="应为 Dataset 或 messages 的 DataFrame，而不是 list"):
        csqa.review([])


def test_findings_are_summed_up_by_unit():
    """K1 says it in one of two contacts, twice, mitigated; K2 never; in C4 no agent speaks."""
    tables = {
        "contacts": contacts({"agent_id": "K1"}, {"agent_id": "K1"}, {"agent_id": "K2"}, {}),
        "messages": messages(
            ("C1", 1, "agent", "不知道"), ("C1", 2, "agent", "不清楚，建议您再等等"),
            ("C2", 1, "agent", "您好"), ("C3", 1, "agent", "您好"), ("C4", 1, "customer", "您好"),
        ),
    }  # fmt: skip
    data = csqa.Dataset.from_frames(tables)
    found = csqa.review(data)
    summary = csqa.summarise_findings(found, data, by="agent_id")
    rows = summary[summary["rule"] == "dont_know"].set_index("agent_id")
    assert rows.loc["K1", ["n", "contacts", "hits", "minor", "major", "mitigated"]].tolist() == [
        2, 1, 2, 2, 0, 2,
    ]  # fmt: skip
    assert rows.loc["K2", ["n", "contacts", "hits"]].tolist() == [1, 0, 0]
    lower, upper = csqa.stats.wilson(1, 2)
    assert (rows.loc["K1", "lower"], rows.loc["K1", "upper"]) == (lower, upper)
    assert set(summary["status"]) == {"too_few"}
    whole = csqa.summarise_findings(found, data)
    assert set(whole["rule"]) == set(PHRASES.ids)
    assert whole.loc[whole["rule"] == "dont_know", "n"].item() == 3
    assert whole["hint"].is_monotonic_increasing


def test_a_summary_is_of_the_period_that_was_reviewed():
    tables = {
        "contacts": contacts({"created_at": "2025-06-02 09:00:00"}, {"created_at": "2025-07-02"}),
        "messages": messages(("C1", 1, "agent", "没办法"), ("C2", 1, "agent", "没办法")),
    }
    data = csqa.Dataset.from_frames(tables)
    summary = csqa.summarise_findings(csqa.review(data, period="2025-07"), data)
    assert summary["n"].unique().tolist() == [1]


def test_what_cannot_be_summed_up_is_told():
    table = messages(("C1", 1, "agent", "您好"))
    with pytest.raises(RuleError, match=r"`by` 应为 .*而不是 'peak'"):
        csqa.summarise_findings(csqa.review(table), table, by="peak")
    with pytest.raises(RuleError, match="不能用 `by` 分组"):
        csqa.summarise_findings(csqa.review(table), table, by="team")
