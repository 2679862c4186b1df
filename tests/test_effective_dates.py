"""Which line judges which contact: by scene, channel and date, on the boundary day in each zone."""

import json
from pathlib import Path

import pandas as pd
import pytest

import csqa
from csqa.rules.standard_reader import read_standard
from tests.tables import contacts, sums, write

LINES = """
standards:
  - effective: 2024-01-01
    weights: {service: 1}
    metrics:
      response:
        dimension: service
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
        except:
          - {scene: aftersale, target: {at_most: 45}, note: 复杂}
          - {scene: aftersale, channel: phone, target: {at_most: 20}}
          - {channel: phone, target: {at_most: 15}}
          - {priority: urgent, scene: presale, target: {at_most: 10}}
  - effective: 2025-06-16
    metrics:
      response:
        target: {at_most: 25}
        except:
          - {scene: aftersale, target: {at_most: 40}, note: 复杂}
          - {scene: aftersale, channel: phone, target: {at_most: 18}}
          - {channel: phone, target: {at_most: 12}}
"""


@pytest.fixture
def standard(tmp_path: Path) -> csqa.rules.standard.Standard:
    return read_standard(write(tmp_path, LINES))


def judged(standard, **row) -> str:
    """The line that judges one contact."""
    start = pd.Timestamp(row.pop("at"))
    first = str(start + pd.Timedelta(5, "s"))
    table = contacts({"created_at": str(start), "first_response_at": first} | row)
    (line,) = csqa.measure(table, standard)["target_line"]
    return line


@pytest.mark.parametrize(
    ("scene", "channel", "priority", "at", "line", "target"),
    [
        ("presale", "online", "low", "2024-03-01", "base", 30),
        ("presale", "email", "low", "2025-06-15 23:59:59", "base", 30),
        ("presale", "online", "low", "2025-06-16", "base", 25),
        ("presale", "phone", "low", "2025-06-15", "channel=phone", 15),
        ("presale", "phone", "low", "2025-06-16", "channel=phone", 12),
        ("aftersale", "online", "low", "2025-06-15", "scene=aftersale", 45),
        ("aftersale", "online", "low", "2025-12-31", "scene=aftersale", 40),
        ("aftersale", "phone", "low", "2025-06-15", "channel=phone scene=aftersale", 20),
        ("aftersale", "phone", "low", "2025-06-16", "channel=phone scene=aftersale", 18),
        ("aftersale", "phone", "urgent", "2025-06-16", "channel=phone scene=aftersale", 18),
        ("presale", "online", "urgent", "2025-06-15", "scene=presale priority=urgent", 10),
        ("presale", "phone", "urgent", "2025-06-15", "scene=presale priority=urgent", 10),
        ("presale", "online", "urgent", "2025-06-16", "base", 25),
        ("insale", "online", "low", "2023-01-01", "base", 30),
    ],
)  # fmt: skip
def test_the_most_specific_line_of_the_day_judges(
    standard, scene, channel, priority, at, line, target
):
    found = judged(standard, scene=scene, channel=channel, priority=priority, at=at)
    line = f"{'2025-06-16' if at >= '2025-06-16' else '2024-01-01'}/{line}"
    assert found == line
    measures = sums("response", [(at[:7], 20, 100.0, 500.0)], line=line)
    assert csqa.score(measures, standard).loc[0, "target"] == target


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_on_the_boundary_day_the_standard_of_the_local_day_judges(standard, zone):
    walls = ["2025-06-15 23:59:59", "2025-06-16 00:00:00"]
    instants = [pd.Timestamp(wall, tz=zone).tz_convert("UTC") for wall in walls]
    table = contacts(
        *(
            {
                "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "first_response_at": (at + pd.Timedelta(seconds, "s")).strftime(
                    "%Y-%m-%dT%H:%M:%SZ"
                ),
            }
            for at, seconds in zip(instants, (7, 9), strict=True)
        )
    )
    measures = csqa.measure(csqa.load(table, time_zone=zone), standard)
    assert dict(zip(measures["target_line"], measures["total"], strict=True)) == {
        "2024-01-01/base": 7.0,
        "2025-06-16/base": 9.0,
    }


def month(*parts: tuple[str, int, float]) -> pd.DataFrame:
    """Sums of June by line: (line, n, mean seconds)."""
    tables = [
        sums("response", [("2025-06", n, n * mean, n * (mean**2 + 100))], line=line)
        for line, n, mean in parts
    ]
    return pd.concat(tables, ignore_index=True)


def test_a_split_month_is_the_mean_of_its_parts_by_their_records(standard):
    measures = month(("2024-01-01/base", 60, 32.0), ("2025-06-16/base", 40, 28.0))
    row = csqa.score(measures, standard).iloc[0]
    # 32 s against 30: 98; 28 s against 25: 97.
    assert row["score"] == pytest.approx(0.6 * 98 + 0.4 * 97)
    assert row["value"] == pytest.approx(0.6 * 32 + 0.4 * 28)
    assert row["target"] == pytest.approx(0.6 * 30 + 0.4 * 25)
    assert (row["met"], row["n"]) == (False, 100)
    assert row["target_line"] == "2024-01-01/base; 2025-06-16/base"
    assert row["reason"] == (
        "期间标准有变；2024-01-01 起的标准（60 条）32 秒，目标 ≤ 30 秒，扣 2 分；"
        "2025-06-16 起的标准（40 条）28 秒，目标 ≤ 25 秒，扣 3 分"
    )
    parts = json.loads(row["parts"])
    assert [(part["version"], part["n"], part["score"]) for part in parts] == [
        ("2024-01-01", 60, 98.0),
        ("2025-06-16", 40, 97.0),
    ]


def test_a_good_half_does_not_make_up_for_a_missed_one(standard):
    measures = month(("2024-01-01/base", 50, 10.0), ("2025-06-16/base", 50, 30.0))
    row = csqa.score(measures, standard).iloc[0]
    assert row["value"] < row["target"]
    assert (row["met"], row["score"]) == (False, 97.5)
    over = csqa.compare_vertical(measures, standard)
    assert (over.loc[0, "met"], over.loc[0, "persistence"]) == (False, "occasional")


def test_both_halves_on_target_is_on_target(standard):
    row = csqa.score(
        month(("2024-01-01/base", 50, 30.0), ("2025-06-16/base", 50, 25.0)), standard
    ).iloc[0]
    assert (row["met"], row["score"]) == (True, 100)


def test_a_part_with_too_few_records_weighs_nothing(standard):
    measures = month(("2024-01-01/base", 50, 32.0), ("2025-06-16/base", 9, 500.0))
    row = csqa.score(measures, standard, language="en").iloc[0]
    assert (row["score"], row["status"]) == (98, "ok")
    assert row["reason"].endswith("(9 records) 8.3 min, target ≤ 25 s, not scored")
    both = month(("2024-01-01/base", 9, 32.0), ("2025-06-16/base", 9, 20.0))
    row = csqa.score(both, standard).iloc[0]
    assert (row["status"], row["reason"]) == ("too_few", "仅 18 条，分属几段标准，不评分")
    assert (row["met"], pd.isna(row["score"])) == (None, True)


def test_a_version_that_leaves_a_metric_as_it_was_does_not_split_it(tmp_path):
    text = LINES.split("  - effective: 2025-06-16")[0] + (
        "  - {effective: 2025-06-16, metrics: {other: {dimension: service, measure: resolved}}}\n"
    )
    standard = read_standard(write(tmp_path, text))
    measures = month(("2024-01-01/base", 50, 20.0), ("2025-06-16/base", 50, 40.0))
    row = csqa.score(measures, standard).set_index("metric").loc["response"]
    assert (row["score"], row["met"], row["parts"], row["reason"]) == (100, True, "", "达标")
    assert row["target_line"] == "2024-01-01/base; 2025-06-16/base"


def test_restated_judges_all_of_the_past_by_one_version(standard):
    rows = [
        {"created_at": f"2025-{number:02d}-10 09:00:00", "contact_id": f"C{number}-{copy}"}
        for number in (5, 6, 7)
        for copy in range(12)
    ]
    table = pd.DataFrame(rows).assign(channel="online")
    table["first_response_at"] = (
        pd.to_datetime(table["created_at"]) + pd.Timedelta(28, "s")
    ).astype(str)
    shown = {
        name: csqa.score(csqa.measure(table, used), used)["score"].tolist()
        for name, used in (("in force", standard), ("today's", standard.restated()))
    }
    assert shown == {"in force": [100, 100, 97], "today's": [97, 97, 97]}


def test_a_change_within_the_month_is_no_change_of_service(standard):
    before = month(("2024-01-01/base", 100, 32.0)).assign(period="2025-05")
    split = month(("2024-01-01/base", 60, 32.0), ("2025-06-16/base", 40, 32.0))
    scores = csqa.score(pd.concat([before, split]), standard)
    june = csqa.composite(scores, standard).set_index("period").loc["2025-06"]
    assert june["no_change_because"] == "other_standard"
    assert june["lower"] < june["composite"] < june["upper"]
    assert june["composite"] == pytest.approx(0.6 * 98 + 0.4 * 93)


def test_the_interval_of_a_split_month_is_that_of_its_parts(standard):
    # Both parts far beyond their targets: the score is linear in the values, and the standard
    # error that of the mean of all: √(100/n) a part, 1 point a second.
    measures = month(("2024-01-01/base", 400, 50.0), ("2025-06-16/base", 400, 45.0))
    row = csqa.composite(csqa.score(measures, standard), standard).iloc[0]
    assert row["composite"] == pytest.approx(80)
    half = 1.96 * 10 / 800**0.5
    assert (row["lower"], row["upper"]) == pytest.approx((80 - half, 80 + half), abs=0.1)


def test_relaxed_lines_are_listed_with_their_note_and_counted(standard):
    measures = pd.concat(
        [
            month(
                ("2024-01-01/base", 60, 20.0),
                ("2024-01-01/scene=aftersale", 30, 20.0),
                ("2024-01-01/channel=phone", 10, 10.0),
            ),
            month(("2024-01-01/base", 10, 20.0)).assign(period="2025-05"),
        ]
    )
    found = csqa.list_relaxations(measures, standard, period="2025-06")
    assert found[["metric", "target_line", "note", "target", "base", "n", "share"]].to_numpy(
        dtype=object
    ).tolist() == [["response", "2024-01-01/scene=aftersale", "复杂", 45.0, 30.0, 30, 0.3]]
    assert csqa.list_relaxations(measures, standard, period="2025-05").empty
    pd.testing.assert_frame_equal(csqa.list_relaxations(measures, standard), found)
    by_team = pd.concat([measures.assign(team=team) for team in ("甲", "乙")])
    assert csqa.list_relaxations(by_team, standard)["share"].tolist() == [0.3, 0.3]
    with pytest.raises(csqa.RuleError, match="`period`：数据里没有 2024-06"):
        csqa.list_relaxations(measures, standard, period="2024-06")
