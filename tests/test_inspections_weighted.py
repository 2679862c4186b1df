"""Inspection scores of records drawn with unequal chances: weighted back, by hand and simulated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.inspections import estimate_records
from csqa.stats import weighted_mean, weighted_share
from tests.tables import contacts

CHANCES = [1.0, 1.0, 0.1, 0.1]
RESULTS = ["不合格", "合格", "合格", "合格"]


def build(chances: list[float | None], results: list[str] = RESULTS) -> csqa.Dataset:
    people = [{"team": "A" if n < 3 else "B"} for n in range(len(chances))]
    judged = pd.DataFrame(
        {
            "contact_id": [f"C{n}" for n in range(1, len(chances) + 1)],
            "item": "开场白",
            "result": results,
            "inclusion_probability": chances,
        }
    )
    return csqa.load({"contacts": contacts(*people), "inspections": judged})


def test_by_hand():
    """(0 + 100 + 1000 + 1000) / 22 records that these four stand for."""
    found = csqa.score_inspections(build(CHANCES)).iloc[0]
    assert (found["method"], found["n"], found["n_with_probability"]) == ("hajek", 4, 4)
    assert found["score"] == pytest.approx(2100 / 22)
    expected = weighted_mean([0, 100, 100, 100], CHANCES)
    assert [found["lower"], found["upper"]] == pytest.approx(
        [expected.lower, min(expected.upper, 100)]
    )
    items = csqa.score_items(build(CHANCES)).iloc[0]
    assert (items["method"], items["score"]) == ("hajek", pytest.approx(2100 / 22))


def test_critical_errors_are_weighted_too():
    data = build(CHANCES)
    frames = {"contacts": data.contacts, "inspections": data.inspections.assign(critical=True)}
    found = csqa.score_inspections(csqa.load(frames)).iloc[0]
    expected = weighted_share([0, 1, 1, 1], CHANCES)
    shown = [found[name] for name in ("critical_free", "lower_critical_free")]
    assert shown == pytest.approx([expected.value, expected.lower])


def test_equal_chances_leave_the_mean_and_narrow_the_interval():
    plain, weighted = (
        csqa.score_inspections(build(chances)).iloc[0] for chances in ([None] * 4, [0.5] * 4)
    )
    assert (plain["method"], weighted["method"]) == ("unweighted", "hajek")
    assert weighted["score"] == pytest.approx(plain["score"])
    assert weighted["lower"] > plain["lower"]


def test_without_chances_all_is_as_before():
    data = build([None] * 4)
    frames = {
        "contacts": data.contacts,
        "inspections": data.inspections.drop(columns="inclusion_probability"),
    }
    for stage in (csqa.score_inspections, csqa.score_items):
        pd.testing.assert_frame_equal(stage(data), stage(csqa.load(frames)))


def test_records_without_a_chance_stand_for_themselves():
    found = csqa.score_inspections(build([None, 1.0, 0.1, 0.1])).iloc[0]
    assert (found["method"], found["n_with_probability"]) == ("hajek_mixed", 3)
    assert found["score"] == pytest.approx(2100 / 22)


def test_readers_are_told():
    weighted = csqa.score_inspections(build([None, 1.0, 0.1, 0.1]))
    plain = csqa.score_inspections(build([None] * 4))
    told = csqa.tables.show_inspections(weighted, period="2025-06").text
    assert "得分按入样概率加权" in told
    assert "只代表自己" in told
    assert "加权" not in csqa.tables.show_inspections(plain, period="2025-06").text


def test_sums_add_up_over_teams():
    teams = csqa.score_inspections(build(CHANCES), by="team")
    whole = csqa.score_inspections(build(CHANCES))
    summed = teams.groupby("period", as_index=False).sum(numeric_only=True)
    again = estimate_records(summed, csqa.read_standard())
    shared = ["score", "lower", "upper", "critical_free", "method", "n_with_probability"]
    pd.testing.assert_frame_equal(again[shared], whole[shared])


@pytest.mark.parametrize("chance", [0.0, 1.5, -0.1])
def test_a_chance_outside_is_set_aside(chance):
    data = build([chance, 1.0, 0.1, 0.1])
    assert data.faults["column"].tolist() == ["inclusion_probability"]
    assert len(data.inspections) == 3


@pytest.mark.parametrize("chances", [CHANCES, [None, 0.1, 0.1, 0.1]])
def test_the_limits_say_what_is_weighted(chances):
    asked = {"standard": csqa.read_standard(), "period": "2025-06"}
    told = csqa.list_limits(build(chances), **asked)
    assert any("已按入样概率加权还原，这些指标的样本量是等效样本量" in line for line in told)
    english = csqa.list_limits(build(chances), **asked, language="en")
    assert any("n of these is the effective size" in line for line in english)


@pytest.mark.parametrize("chances", [[0.1] * 4, [None] * 4, [None, 1.0, 1.0, 1.0]])
def test_the_limits_are_silent_where_all_count_alike(chances):
    equal = csqa.list_limits(build(chances), csqa.read_standard(), period="2025-06")
    assert not any("加权" in line for line in equal)


@pytest.mark.slow
def test_complaints_over_sampled_do_not_bias_the_score():
    """100 samples: one complaint in ten contacts, all of them inspected, half of them failed."""
    draw = np.random.default_rng(3)
    complaint = np.arange(300) % 10 == 0
    passed = draw.random(300) < np.where(complaint, 0.5, 0.95)
    chance = np.where(complaint, 1.0, 0.15)
    people = contacts(*[{} for _ in range(300)])
    # Each sample is a day of its own.
    days = pd.date_range("2025-01-01 09:00", periods=100).strftime("%Y-%m-%d %H:%M")
    samples = []
    for number, day in enumerate(days):
        drawn = draw.random(300) < chance
        judged = {
            "contact_id": people["contact_id"][drawn] + f"-{number}",
            "result": np.where(passed, "合格", "不合格")[drawn],
            "inclusion_probability": chance[drawn],
        }
        samples.append(pd.DataFrame(judged).assign(item="开场白", created_at=day))
    rows = pd.concat(samples, ignore_index=True)
    persons = contacts({}).drop(columns=["contact_id", "created_at"])
    persons = rows[["contact_id", "created_at"]].merge(persons, how="cross")
    frames = {"contacts": persons, "inspections": rows.drop(columns="created_at")}
    found = csqa.score_inspections(csqa.Dataset.from_frames(frames), every="day")
    assert len(found) == 100
    scores, truth = found["score"], 100 * passed.mean()
    assert abs(np.mean(scores) - truth) < 4 * np.std(scores) / 10
    assert (found["total"] / found["n"]).mean() < truth - 8
    assert (found["lower"].le(truth) & found["upper"].ge(truth)).mean() > 0.8
