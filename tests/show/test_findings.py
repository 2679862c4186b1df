"""Findings for readers: names and rates in both languages, no conversation's text, all escaped."""

import pandas as pd
import pytest

import csqa
from csqa.errors import RuleError
from csqa.show.findings import show_findings
from tests.tables import contacts, write


@pytest.fixture(scope="module")
def summary():
    rows = [(f"C{n}", 1, "agent", "没办法" if n < 4 else "您好") for n in range(1, 41)]
    table = pd.DataFrame(rows, columns=["contact_id", "seq", "sender", "text"])
    people = contacts(*[{"agent_id": "K1" if n < 36 else "<b>"} for n in range(1, 41)])
    data = csqa.Dataset.from_frames({"contacts": people, "messages": table})
    return csqa.summarise_findings(csqa.review(data), data, by="agent_id")


def test_rates_with_intervals_or_that_there_are_too_few(summary):
    told = show_findings(summary).text
    lower, upper = csqa.stats.wilson(3, 35)
    expected = f"{300 / 35:.1f}（{100 * lower:.1f}–{100 * upper:.1f}）"
    (line,) = [one for one in told.splitlines() if "工号 K1  生硬拒绝" in one]
    assert expected in line
    (few,) = [one for one in told.splitlines() if "<b>  生硬拒绝" in one]
    assert "样本不足" in few


def test_names_in_english(summary):
    told = show_findings(summary, language="en").text
    assert "Refuses without an alternative" in told
    assert "8.6 (" in told
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in told)


def test_hints_come_last_or_not_at_all(summary):
    with_hints = show_findings(summary[summary["agent_id"] == "K1"]).text.splitlines()
    assert "提示" in with_hints[-1]
    assert "（提示）" in with_hints[-2]
    assert "（提示）" not in show_findings(summary, hints=False).text


def test_what_is_written_in_rules_and_data_is_escaped(summary, tmp_path):
    rules = "extends: shipped\nrules:\n- {id: refusal, name: <script>x</script>, examples: {}}\n"
    phrases = csqa.read_phrases(write(tmp_path, rules, "p.yml"))
    html = show_findings(summary, phrases).html
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_nothing_to_show_is_said(summary):
    assert "未按话术规则检查" in show_findings(summary.iloc[:0]).text
    with pytest.raises(RuleError, match="`language` 应为"):
        show_findings(summary, language="fr")
