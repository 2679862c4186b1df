"""Metrics of inspected records drawn with unequal chances: weighted back, by hand and simulated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.frames import whole_counts
from csqa.rules.standard import Standard
from csqa.stats import record_weights
from csqa.stats.weights import STEP
from tests.tables import contacts, write

CHANCES = [1.0, 1.0, 0.1, 0.1]
RESULTS = ["不合格", "合格", "合格", "不合格"]
QUALITY = ("wording", "accuracy", "process")
STANDARD = """
standards:
  - effective: 2024-01-01
    weights: {quality: 1}
    metrics:
      score: {name: 得分, dimension: quality, measure: record_score, target: {at_least: 90}}
      plain: {name: 不计致命, dimension: quality, measure: record_score_unkilled}
      free: {name: 无致命, dimension: quality, measure: critical_free, target: {at_least: 0.9}}
      wording:
        name: 用语
        dimension: quality
        measure: wording_faults
        target: {at_most: 2}
        except: [{channel: phone, target: {at_most: 3}, note: 电话放宽}]
"""


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Standard:
    return csqa.read_standard(write(tmp_path_factory.mktemp("standard"), STANDARD))


def build(
    chances: Sequence[float | None], results: Sequence[str] = RESULTS, **columns: Sequence[object]
) -> csqa.Dataset:
    """Contacts, one inspected item each; every third in team B."""
    people = contacts(*({"team": "AAB"[n % 3]} for n in range(len(chances)))).assign(**columns)
    judged = pd.DataFrame(
        {
            "contact_id": people["contact_id"],
            "item": "用语规范",
            "result": list(results),
            "inclusion_probability": pd.array(list(chances), dtype="Float64"),
        }
    )
    return csqa.Dataset.from_frames({"contacts": people, "inspections": judged})


def drawn(seed: int, size: int = 400) -> csqa.Dataset:
    """Contacts of two months; a fifth of them drawn for certain, the rest by chances of 0.1."""
    draw = np.random.default_rng(seed)
    return build(
        np.where(draw.random(size) < 0.2, 1.0, 0.1).tolist(),
        draw.choice(["合格", "不合格"], size, p=[0.8, 0.2]).tolist(),
        created_at=draw.choice(["2025-05-02 09:00", "2025-06-02 09:00"], size),
        team=draw.choice(["A", "B", "C"], size),
        agent_id=draw.choice([f"K{n}" for n in range(12)], size),
        channel=draw.choice(["online", "phone"], size),
    )


def test_by_hand():
    """Eleven of the 22 records that these four stand for have a fault; 22² / 202 are they worth."""
    row = csqa.measure(build(CHANCES)).set_index("metric").loc["wording"]
    assert row["n"] == pytest.approx(22**2 / 202)
    assert row["total"] / row["n"] == pytest.approx(11 / 22)
    assert row["over"] == row["total"] == row["total_squares"]


def test_scores_are_by_hand(standard: Standard):
    """A fault is a score of 0; nothing is critical."""
    sums = csqa.measure(build(CHANCES), standard).set_index("metric")
    means = sums["total"] / sums["n"]
    assert means.to_dict() == pytest.approx({"free": 1, "plain": 50, "score": 50, "wording": 0.5})
    assert sums.loc["score", "total_squares"] == pytest.approx(100 * sums.loc["score", "total"])
    assert sums.loc["free", "over"] == 0


def test_a_record_without_a_chance_stands_for_itself():
    mixed = csqa.measure(build([None, 1.0, 0.1, 0.1]))
    pd.testing.assert_frame_equal(mixed, csqa.measure(build(CHANCES)))


@pytest.mark.parametrize("chance", [0.25, 1.0, None])
def test_equal_chances_are_as_none(chance: float | None, standard: Standard):
    data = build([chance] * 4)
    plain = data.inspections.drop(columns="inclusion_probability")
    without = csqa.Dataset.from_frames({"contacts": data.contacts, "inspections": plain})
    for rules in (standard, None):
        found = csqa.measure(data, rules, by="team")
        assert found["n"].dtype == "int64"
        pd.testing.assert_frame_equal(found, csqa.measure(without, rules, by="team"))


def test_only_months_of_unequal_chances_are_weighted():
    month = ["2025-05-02 09:00"] * 4 + ["2025-06-02 09:00"] * 4
    found = csqa.measure(build([0.5] * 4 + CHANCES, RESULTS * 2, created_at=month))
    assert found["n"].tolist() == pytest.approx([4, 22**2 / 202])


@pytest.mark.parametrize("by", ["team", "agent_id", ["team", "channel"]])
@pytest.mark.parametrize("every", ["month", "quarter"])
def test_units_sum_to_the_whole(by: str | list[str], every: str, standard: Standard):
    data, keys = drawn(1), ["period", "metric", "target_line"]
    parts = csqa.measure(data, standard, by=by, every=every)
    whole = csqa.measure(data, standard, every=every).set_index(keys)
    added = parts.groupby(keys)[["n", "total", "over"]].sum(min_count=1)
    exact = added.index.get_level_values("metric").isin(["wording", "free"])
    pd.testing.assert_frame_equal(
        added[exact], whole.loc[exact, ["n", "total", "over"]], check_exact=True
    )
    pd.testing.assert_frame_equal(added, whole[["n", "total", "over"]])


def test_any_unit_has_the_ratio_of_its_own_records():
    data = drawn(2)
    joined = data.inspections.merge(data.contacts, on="contact_id")
    joined["w"] = 1 / joined["inclusion_probability"].astype(float)
    joined["wy"] = joined["w"] * (joined["result"] == "fail")
    joined["period"] = joined["created_at"].dt.tz_convert("Asia/Shanghai").dt.strftime("%Y-%m")
    assert joined["wy"].sum() > 0
    wanted = joined.groupby(["period", "agent_id"])[["w", "wy"]].sum()
    found = csqa.measure(data, by="agent_id").set_index(["period", "agent_id"])
    pd.testing.assert_series_equal(
        found["total"] / found["n"], wanted["wy"] / wanted["w"], check_names=False
    )


def test_no_order_of_rows_matters():
    data = drawn(3)
    tables = {"contacts": data.contacts, "inspections": data.inspections}
    back = {name: table.sample(frac=1, random_state=1) for name, table in tables.items()}
    here, there = (csqa.measure(d, by="team") for d in (data, csqa.Dataset.from_frames(back)))
    pd.testing.assert_frame_equal(here, there, check_exact=True)


def test_readers_see_whole_numbers():
    data = drawn(4)
    by_agent, whole = csqa.measure(data, by="agent_id"), csqa.measure(data)
    assert (by_agent["n"] % 1).any()
    asked = {"unit": "agent_id", "period": "2025-06", "minimum_n": 2}
    tables = [
        csqa.score(whole),
        csqa.score(by_agent),
        csqa.compare_vertical(by_agent),
        csqa.compare_periods(by_agent, period="2025-06"),
        csqa.explain_change(by_agent, by="agent_id", period="2025-06"),
        *(csqa.compare_horizontal(by_agent, **asked, against=a) for a in ("peers", "target")),
    ]
    for table in tables:
        assert table["n"].dtype == "int64"
        assert table["n"].sum() > 0
    reason = csqa.score(whole).query("metric == 'wording'")["reason"].tolist()
    assert all("按入样概率加权，每百条" in text for text in reason)
    for text in csqa.score(whole, language="en").query("metric == 'wording'")["reason"]:
        assert "weighted back to" in text


def test_shares_keep_within_their_limits_whatever_they_are_compared_with(standard: Standard):
    """Of shares, the exact limits around a target know whole records only."""
    measures = csqa.measure(drawn(5), standard, by="agent_id")
    across = csqa.compare_horizontal(
        measures, standard, unit="agent_id", period="2025-06", minimum_n=2, against="target"
    )
    free = across[across["metric"] == "free"]
    assert len(free) == 12
    assert free["lower_limit"].between(0, 0.9).all()


def test_too_few_is_judged_by_what_records_are_worth():
    """Sixty records, but worth so few that nothing is judged."""
    chances = [0.001] + [1.0] * 59
    data = build(chances, ["合格"] * 60)
    assert csqa.measure(data)["n"].tolist() == pytest.approx([1059**2 / (1e6 + 59)])
    row = csqa.score(csqa.measure(data)).set_index("metric").loc["wording"]
    assert (row["n"], row["status"]) == (1, "too_few")
    assert np.isnan(row["score"])
    assert row["reason"] == "仅相当于 1 条，不评分"
    english = csqa.score(csqa.measure(data), language="en").set_index("metric").loc["wording"]
    assert english["reason"] == "worth only 1, not scored"


def test_definitions_do_not_call_a_smaller_size_left_out():
    for chances, weighted in ((CHANCES, True), ([0.1] * 4, False)):
        data, standard = build(chances), csqa.read_standard()
        scores = csqa.score(csqa.measure(data))
        found = csqa.define_metrics(data, scores, standard, period="2025-06")
        row = found.set_index("metric").loc["wording"]
        assert ("等效样本量" in row["computed"]) == weighted
        assert row["exclusions"] == ""


def test_records_worth_less_than_one_say_so():
    """A team with one complaint among 300 records."""
    data = build([1.0] + [0.001] * 300, ["合格"] * 301, team=["A"] + ["B"] * 300)
    rows = csqa.score(csqa.measure(data, by="team")).query("metric == 'wording'")
    assert rows["reason"].tolist() == ["仅相当于 <1 条，不评分", "达标"]
    assert rows["n"].tolist() == [1, 300]


def test_weights_of_records():
    weights = record_weights([1, 0.5, 0.1])
    assert weights.sum() == pytest.approx(13**2 / 105)
    assert weights / weights[0] == pytest.approx([1, 2, 10])
    assert record_weights([]).tolist() == []
    assert record_weights([0.3] * 3).tolist() == [1, 1, 1]
    assert record_weights([1, 1e-12]).min() == STEP
    with pytest.raises(ValueError, match="between 0"):
        record_weights([0.0, 1])


def test_counts_for_readers():
    assert whole_counts(pd.Series([0.4, 2.5, 0, np.nan], name="n")).tolist() == [1, 3, 0, 0]


@pytest.mark.slow
def test_complaints_over_sampled_do_not_bias_the_scorecard():
    """200 samples: a complaint in ten contacts, all inspected, four in ten with a fault."""
    draw = np.random.default_rng(6)
    size, seeds = 1500, 200
    complaint = np.arange(size) % 10 == 0
    faulty = draw.random(size) < np.where(complaint, 0.4, 0.05)
    chance = np.where(complaint, 1.0, 0.1)
    truth, results = 100 * faulty.mean(), np.where(faulty, "不合格", "合格")
    people = contacts(*({} for _ in range(size)))
    # Each sample is a day of its own: records are weighted back within their period.
    days = pd.date_range("2025-01-01 09:00", periods=seeds).strftime("%Y-%m-%d %H:%M")
    samples, plain = [], []
    for number in range(seeds):
        picked = draw.random(size) < chance
        ids = people["contact_id"][picked] + f"-{number}"
        columns = {"result": results[picked], "inclusion_probability": chance[picked]}
        samples.append(pd.DataFrame({"contact_id": ids, "created_at": days[number], **columns}))
        plain.append(100 * faulty[picked].mean())
    drawn = pd.concat(samples, ignore_index=True).assign(item="用语规范")
    judged = drawn.drop(columns="created_at")
    persons = contacts({}).drop(columns=["contact_id", "created_at"])
    persons = drawn[["contact_id", "created_at"]].merge(persons, how="cross")
    data = csqa.Dataset.from_frames({"contacts": persons, "inspections": judged})
    rows = csqa.score(csqa.measure(data, every="day")).query("metric == 'wording'")
    assert len(rows) == seeds
    values, covered = rows["value"], rows["lower"].le(truth) & rows["upper"].ge(truth)
    assert abs(np.mean(values) - truth) < 4 * np.std(values) / np.sqrt(seeds)
    assert np.mean(plain) > truth + 8
    assert np.mean(covered) > 0.93
