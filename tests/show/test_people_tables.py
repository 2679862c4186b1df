"""How alike the service is, and which metrics move apart, as readers see it."""

import pandas as pd
import pytest

from csqa.conflicts import VERDICTS as OF_PAIRS
from csqa.consistency import VERDICTS, measure_consistency
from csqa.rules.standard_reader import read_standard
from csqa.show.people_tables import MARKS, show_conflicts, show_consistency
from tests.tables import sums

STANDARD = read_standard()


def consistency(count: int) -> pd.DataFrame:
    rows = [("2025-06", f"K{i:02d}", 400, 320 + 40 * (i % 2)) for i in range(count)]
    return measure_consistency(sums("csat", rows, unit="agent_id"), period="2025-06")


def test_a_spread_has_its_unit_and_its_interval():
    line = show_consistency(consistency(20), STANDARD).text.splitlines()[1]
    assert line.startswith("客户满意度  85.0%  20  4.8 个百分点（")
    assert line.endswith("▲ 有差异")
    english = show_consistency(consistency(20), STANDARD, language="en").text
    assert "4.8 percentage points (" in english


def test_too_few_units_show_no_figure():
    line = show_consistency(consistency(3), STANDARD).text.splitlines()[1]
    assert line == "客户满意度  83.3%  3  –  –  ○ 样本不足"
    assert set(MARKS) == set(VERDICTS)
    assert "没有可以比较" in show_consistency(consistency(3).iloc[:0], STANDARD).text


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (["no_conflict", "too_few"], ["查看了 2 对指标", "其中 1 对样本不足"]),
        (["conflict", "no_conflict"], ["1. 提醒0"]),
        (["conflict"] * 5, ["3. 提醒2", "另有 2 对", "提醒4"]),
        ([], ["没有可以一起看的成对指标"]),
    ],
)
def test_warnings_are_shown_or_their_absence_is_said(verdicts, told):
    assert set(verdicts) <= set(OF_PAIRS)
    warnings = [f"提醒{i}" if v == "conflict" else "" for i, v in enumerate(verdicts)]
    table = pd.DataFrame({"verdict": verdicts, "warning": warnings})
    shown = show_conflicts(table).text
    assert [text for text in told if text not in shown] == []


def test_names_of_teams_are_escaped():
    table = pd.DataFrame({"verdict": ["conflict"], "warning": ["<b>甲组</b>"]})
    assert "<b>" not in show_conflicts(table).html
