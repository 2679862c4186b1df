"""Relaxed targets, restated scores and the backlog, as a reader sees them."""

import pandas as pd
import pytest

import csqa
from csqa.rules.standard_reader import read_standard
from csqa.show.standing import show_backlog, show_relaxations, show_restatement
from tests.tables import contacts, write

TWO_VERSIONS = """
standards:
  - effective: 2025-01-01
    dimensions: {experience: 体验}
    weights: {experience: 1}
    metrics:
      csat:
        name: 满意度
        dimension: experience
        measure: csat_satisfied
        target: {at_least: 0.6}
        deduct: proportional
        except:
          - {team: "甲<组>", target: {at_least: 0.4}, note: "新人<b>多"}
  - effective: 2025-06-01
    metrics: {csat: {target: {at_least: 0.99}, except: []}}
"""


@pytest.fixture(scope="module")
def rated():
    """Thirty ratings a month, 80 % satisfied; half of the contacts are of a relaxed team."""
    return contacts(
        *(
            {
                "created_at": f"2025-{month:02d}-{day + 1:02d} 09:00:00",
                "csat": 5 if day % 5 else 1,
                "team": "甲<组>" if day % 2 else "乙组",
                "resolved": True,
            }
            for month in (5, 6)
            for day in range(30)
        )
    )


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    return read_standard(write(tmp_path_factory.mktemp("standing"), TWO_VERSIONS))


def test_relaxations_say_where_why_and_how_often(rated, standard):
    measures = csqa.measure(rated, standard)
    shown = show_relaxations(csqa.list_relaxations(measures, standard, period="2025-05"), standard)
    assert "甲<组>" in shown.text
    assert "≥ 40%" in shown.text
    assert "≥ 60%" in shown.text
    assert "新人<b>多" in shown.text
    assert "50.0%" in shown.text
    assert "<b>" not in shown.html
    nothing = csqa.list_relaxations(measures, standard, period="2025-05").iloc[:0]
    assert show_relaxations(nothing, standard).text == "本月没有按放宽的目标评分的记录。"
    english = show_relaxations(nothing, standard, language="en")
    assert english.text == "No relaxed target judged a record."


def test_restatement_shows_only_what_another_standard_changes(rated, standard):
    summary = csqa.summarise_restatement(csqa.restate(rated, standard))
    shown = show_restatement(summary, standard).text
    assert "满意度" in shown
    assert "综合得分" in shown
    same = csqa.summarise_restatement(csqa.restate(rated, standard.restated()))
    assert show_restatement(same, standard).text.startswith("各月都按同一段标准评分")


def test_backlog_counts_what_is_open(rated):
    late = rated.assign(resolved_at=None, resolved=False, priority="urgent")
    late.loc[0, "resolved_at"] = "2025-05-06 10:00:00"
    shown = show_backlog(csqa.measure_backlog(late)).text
    assert [line.split()[:2] for line in shown.splitlines()[1:]] == [
        ["2025-05", "29"],
        ["2025-06", "59"],
    ]
    assert show_backlog(pd.DataFrame()).html == ""
