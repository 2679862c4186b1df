"""Sheets for one-to-one talks: strengths first, nothing on chance, every text escaped."""

import pandas as pd
import pytest

from csqa.agent_sheets import SIDES, TRENDS, VERDICTS, agent_sheets
from csqa.show.agent_texts import SIDE_WORDS, SIGNS, TEXTS
from csqa.show.agents import show_agent_sheet, show_agent_sheets
from tests.tables import months, sums

PERIOD = "2025-06"
HOSTILE = "<img src=x onerror=alert(1)>"


def measures(agents) -> pd.DataFrame:
    """CSAT by topic: agent → rates on 发票 and 维修, 60 records a month each."""
    tables = []
    for topic, place in (("发票", 0), ("维修", 1)):
        rows = [
            (m, a, 60, round(60 * rates[place])) for a, rates in agents.items() for m in months(8)
        ]
        tables.append(sums("csat", rows, unit="agent_id").assign(topic=topic))
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="module")
def sheets():
    agents = {f"K{n:02d}": (0.9, 0.9) for n in range(12)}
    agents |= {"K00": (0.9, 0.5), "K01": (1.0, 1.0), HOSTILE: (0.9, 0.9)}
    table = measures(agents)
    few = table["agent_id"] == "K02"
    table.loc[few, ["n", "total", "total_squares"]] = 1, 0.0, 0.0
    work = pd.DataFrame({"period": ["2025-05", PERIOD], "agent_id": "K00", "contacts": [1200, 90]})
    work = work.assign(active_days=[20, 9], contacts_per_day=[60.0, 10.0], complete=[True, False])
    return agent_sheets(table, period=PERIOD, workload=work, most=20)


def lines(sheets, agent, language="zh"):
    return show_agent_sheet(sheets, agent, language=language).text.splitlines()


def test_strengths_stand_before_what_to_work_on(sheets):
    told = lines(sheets, "K00")
    places = [next(i for i, line in enumerate(told) if line.startswith(word))
              for word in ("长处", "可以一起改进", "工作量")]  # fmt: skip
    assert places == sorted(places)
    assert any(line.startswith("长处：客户满意度 100.0%") for line in lines(sheets, "K01"))


def test_what_to_work_on_says_where_and_what_colleagues_do(sheets):
    (line,) = [line for line in lines(sheets, "K00") if line.startswith("可以一起改进")]
    assert "维修（50.0%，同事" in line
    assert "发票" not in line


def test_who_is_like_the_others_has_nothing_to_work_on(sheets):
    told = "\n".join(lines(sheets, "K05"))
    assert "没有明显差别" in told
    assert "没有需要专门改进的指标" in told
    assert "可以一起改进" not in told


def test_too_few_records_say_only_that(sheets):
    told = "\n".join(lines(sheets, "K02"))
    assert "记录还少，不作判断" in told
    assert "长处" not in told
    assert "改进" not in told.split("全部指标")[0]


def test_workload_has_thousands_and_names_a_partial_month(sheets):
    told = "\n".join(lines(sheets, "K00"))
    assert "2025-05  1,200  20  60.0" in told
    assert "2025-06（不完整）  90  9  10.0" in told
    assert "没有工作量数据" in "\n".join(lines(sheets, "K01"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_ranks_and_no_text_of_data_unescaped(sheets, language):
    shown = show_agent_sheets(sheets, language=language)
    assert HOSTILE not in shown.html
    assert HOSTILE in shown.text
    for word in ("排名第", "倒数", "最差", "worst", "rank "):
        assert word not in shown.text
    assert shown.html.count("<section") == len(sheets["sheets"])


def test_english_says_the_same(sheets):
    told = "\n".join(lines(sheets, "K00", "en"))
    assert "To work on together: CSAT" in told
    assert "Strengths:" in told
    assert "同事" not in told


def test_nobody_is_said(sheets):
    none = {"sheets": sheets["sheets"].iloc[:0]}
    assert show_agent_sheets(none, language="en").text == "There are no agents to show."


def test_every_word_has_its_text():
    assert set(SIDES.values()) == set(SIGNS) == set(SIDE_WORDS)
    assert set(VERDICTS) <= set(TEXTS)
    assert {"improving", "declining"} <= set(TEXTS) & set(TRENDS.values())
