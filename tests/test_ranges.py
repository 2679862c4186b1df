"""Ranges (``between``) wherever a target is compared: over time, across units, in words."""

import math

import pandas as pd
import pytest

import csqa
from csqa import words
from csqa.rules.standard_reader import read_standard
from csqa.show.tables import show_scores
from tests.tables import contacts, months, sums, write

RANGE = """
standards:
  - effective: 2023-01-01
    weights: {service: 1}
    metrics:
      handling:
        name: {zh: 处理时长, en: Handle time}
        dimension: service
        measure: handle_seconds
        target: {between: [300, 600]}
        deduct: {points: 10, per: 60}
"""


@pytest.fixture
def ranged(tmp_path):
    return read_standard(write(tmp_path, RANGE))


def handling(means, *, n=200, spread=100.0, **unit) -> pd.DataFrame:
    """Sums by month, or by agent in June 2025."""
    labels = unit.get("agents") or months(len(means))
    by = "agent_id" if unit else None
    rows = [
        (*(["2025-06"] if by else []), label, n, n * mean, n * (mean**2 + spread**2))
        for label, mean in zip(labels, means, strict=True)
    ]
    return sums("handling", rows, unit=by)


CALM = [400, 420, 410, 430, 415, 405, 425, 410, 420, 400, 430, 415]


@pytest.mark.parametrize(
    ("means", "n", "persistence", "evidence"),
    [
        ([*CALM, 410], 200, "met", "stable"),
        ([*CALM, 595], 200, "met", "marginal"),
        ([*CALM, 305], 200, "met", "marginal"),
        ([*CALM, 700], 200, "occasional", "special_cause"),
        ([*CALM, 200], 200, "occasional", "special_cause"),
        ([*CALM, 690, 700], 200, "persistent", "strong"),
        ([*CALM, 210, 200], 200, "persistent", "strong"),
        ([280, 620, 290, 610, 620, 290], 20, "persistent", "weak"),
    ],
)
def test_a_month_may_miss_a_range_at_either_end(ranged, means, n, persistence, evidence):
    row = csqa.compare_vertical(handling(means, n=n), ranged).iloc[-1]
    assert (row["persistence"], row["evidence"]) == (persistence, evidence)
    assert (row["target"], row["target_upper"]) == (300, 600)


@pytest.mark.parametrize(
    ("shift", "assurance"),
    [(0, "consistently_met"), (400, "consistently_failed"), (180, "inconsistent")],
)
def test_limits_of_the_chart_within_beyond_or_across_the_range(ranged, shift, assurance):
    over = csqa.compare_vertical(handling([mean + shift for mean in CALM]), ranged)
    assert over["assurance"].iloc[-1] == assurance


@pytest.mark.parametrize(
    ("means", "variation"),
    [
        ([*CALM, 700], "concern"),
        ([*CALM, 200], "concern"),
        ([*CALM, 480], "common"),  # beyond the limits, and as good as before
        ([*(mean + 400 for mean in CALM), 500], "improvement"),
        ([*(mean - 300 for mean in CALM), 350], "improvement"),
    ],
)
def test_better_is_what_comes_nearer_to_the_range(ranged, means, variation):
    row = csqa.compare_vertical(handling(means), ranged).iloc[-1]
    assert row["signals"].split()[0] == "beyond_limits"
    assert row["variation"] == variation


def test_across_units_only_those_outside_the_range_are_worse(ranged):
    agents = [f"K{number:02d}" for number in range(20)]
    means = [900.0, 150.0, 330.0, *[450.0] * 17]
    measures = handling(means, agents=agents, spread=200.0)
    across = csqa.compare_horizontal(measures, ranged, unit="agent_id", period="2025-06")
    verdicts = across.set_index("unit")["verdict"]
    assert verdicts[:3].tolist() == ["worse", "worse", "no_difference"]
    outside = across.set_index("unit").loc["K02"]
    assert outside["value"] < outside["lower_limit"]
    assert set(verdicts[3:]) == {"no_difference"}


@pytest.mark.parametrize(
    ("ends", "kind", "zh", "en"),
    [
        ((20, 60), "seconds", "20–60 秒", "20–60 s"),
        ((300, 600), "seconds", "5–10 分钟", "5–10 min"),
        ((0.8, 0.95), "share", "80%–95%", "80%–95%"),
        ((-0.1, 0.3), "nps", "-10 ~ 30", "-10 ~ 30"),
        ((1, 2.5), "number", "1–2.5", "1–2.5"),
    ],
)
def test_a_range_is_written_with_both_ends_and_its_unit_once(ends, kind, zh, en):
    target, upper = ends
    told = [
        words.format_target(target, "between", kind, language, upper=upper)
        for language in ("zh", "en")
    ]
    assert told == [zh, en]
    assert words.format_target(target, "between", kind, upper=math.nan) == "–"


def test_readers_see_the_range_in_tables_and_definitions(ranged):
    rows = [
        {"created_at": f"2025-06-{day:02d} 09:00:00", "handle_seconds": 700} for day in range(1, 31)
    ]
    data = csqa.load(contacts(*rows))
    scores = csqa.score(csqa.measure(data, ranged), ranged)
    assert "5–10 分钟" in show_scores(scores, ranged).html
    card = csqa.scorecard(scores, ranged, period="2025-06")
    assert card.loc[0, ["target", "target_upper", "metric_weight"]].tolist() == [300, 600, 1]


def test_shuffled_split_and_merged_files_give_the_same_scores(tmp_path, ranged):
    table = contacts(
        *(
            {"created_at": f"2025-06-{1 + number % 28:02d} 09:00", "handle_seconds": 13.7 * number}
            for number in range(90)
        )
    )
    layouts = {
        "whole": [table],
        "shuffled": [table.sample(frac=1, random_state=7)],
        "split": [table.iloc[:20], table.iloc[20:21], table.iloc[21:]],
        "dealt": [table.iloc[start::4] for start in range(4)],
    }
    scores = {}
    for name, parts in layouts.items():
        folder = tmp_path / name
        folder.mkdir()
        for number, part in enumerate(parts):
            part.to_csv(folder / f"contacts_{number}.csv", index=False)
        scores[name] = csqa.score(csqa.measure(csqa.load(folder), ranged), ranged)
    assert scores["whole"].loc[0, "n"] == 90
    for name in ("shuffled", "split", "dealt"):
        pd.testing.assert_frame_equal(scores[name], scores["whole"])
