"""Headline figures, the limits of the data, and what the report rests on."""

import json

import pandas as pd
import pytest

import csqa
from csqa import summary
from csqa.errors import DataError
from csqa.rules.standard_reader import read_standard
from tests.tables import contacts, inspections

STANDARD = read_standard()


def rows(days, **same) -> list[dict[str, object]]:
    return [{"created_at": f"{day} 09:00:00"} | same for day in days]


def load(*listed, **tables) -> csqa.Dataset:
    return csqa.load({"contacts": contacts(*listed), **tables})


def limits(data: csqa.Dataset, period="2025-06", language="zh") -> list[str]:
    return csqa.list_limits(data, STANDARD, period=period, language=language)


WHOLE = rows(["2025-06-01", "2025-06-15", "2025-06-30"], handle_seconds=60)


def test_contacts_of_a_month_are_counted_in_the_declared_zone():
    data = load({"created_at": "2025-05-31T16:00:00Z"}, {"created_at": "2025-06-30T16:00:00Z"})
    assert csqa.require_period(data, "2025-06") == 1


@pytest.mark.parametrize("period", ["2025-04", "2026-01"])
def test_month_without_contacts_names_those_there_are(period):
    data = load(*rows(["2025-05-01", "2025-06-30"]))
    with pytest.raises(
        DataError, match=rf"没有 {period} 的服务记录；有记录的月份：2025-05 至 2025-06"
    ):
        csqa.require_period(data, period)


def test_rows_are_counted_with_those_set_aside():
    told = limits(load(*WHOLE, {"channel": "fax"}))
    assert told[0].startswith("共读入 4 行，使用 3 行，隔离 1 行")


def test_partial_month_is_told():
    told = limits(load(*rows(["2025-05-01", "2025-06-15"], handle_seconds=60)))
    assert "2025-06 不是完整的月份（覆盖 50% 的天数）：不参与波动与持续性的判断。" in told
    assert not any("完整的月份" in line for line in limits(load(*WHOLE)))


def test_missing_tables_and_metrics_are_told_in_both_languages():
    told = "\n".join(limits(load(*WHOLE)))
    assert "没有提供：会话消息、质检记录、客户反馈、改进行动计划表。" in told
    assert (
        "没有计算这些指标所需的数据：平均响应时长（在线）、平均响应时长（电话）、一次解决率" in told
    )
    assert "平均处理时长" not in told
    english = "\n".join(limits(load(*WHOLE), language="en"))
    assert "Not given: messages, inspections, feedback, improvement plan." in english
    assert "The data cannot feed: Mean response time, online, Mean response time, phone" in english


def test_contacts_without_full_follow_up_are_told():
    days = ["2025-06-01", "2025-06-23", "2025-06-24", "2025-06-30"]
    told = limits(load(*rows(days, resolved=True, handle_seconds=60)))
    assert "一次解决率：2 条记录未满 7 天观察期，尚不能判断，未计入。" in told


def test_follow_up_is_told_even_if_no_contact_of_the_month_is_decided():
    told = limits(
        load(*rows(["2025-05-20", "2025-06-28", "2025-06-30"], resolved=True, handle_seconds=60))
    )
    assert "一次解决率：2 条记录未满 7 天观察期，尚不能判断，未计入。" in told


def test_share_of_inspected_contacts():
    data = load(
        *WHOLE,
        {"created_at": "2025-06-20"},
        inspections=inspections(
            ("C1", "wording", "pass"), ("C1", "accuracy", "fail"), ("gone", "wording", "pass")
        ),
    )
    assert "质检抽检 1 条，占本月服务记录的 25.0%（指南要求 10–20%）。" in limits(data)


def test_month_before_the_standard_is_told():
    told = limits(load(*rows(["2022-06-01", "2022-06-30"], handle_seconds=60)), "2022-06")
    assert "标准自 2023-01-01 起生效，早于此日的月份按最早的一版评分。" in told


def test_nothing_is_told_that_is_not_so():
    assert not any("None" in line or "nan" in line for line in limits(load(*WHOLE)))


def summarised(data: csqa.Dataset) -> dict[str, object]:
    scores = csqa.score(csqa.measure(data))
    things = csqa.brief(period="2025-06", over={}, across={})
    return csqa.summarise(csqa.composite(scores), scores, things, data, period="2025-06")


def test_summary_is_plain_json_and_missing_is_null():
    many = [
        {"created_at": f"2025-06-{day:02d} 09:00", "handle_seconds": 60} for day in range(1, 31)
    ]
    made = summarised(load(*many))
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["contacts"] == 30
    assert made["metrics"]["handle_time"] | {"lower": 0, "upper": 0} == {
        "value": 60.0,
        "lower": 0,
        "upper": 0,
        "n": 30,
        "target": 600.0,
        "target_upper": None,
        "met": True,
        "score": 100.0,
        "bonus": None,
        "status": "ok",
    }
    assert made["metrics"]["csat"]["value"] is None
    assert made["metrics"]["csat"]["status"] == "no_source"
    assert (made["targets_met"], made["targets"], made["things"]) == (1, 1, [])
    assert made["rows"] == {"rows_in": 30, "rows_used": 30, "rows_quarantined": 0}


def test_origin_holds_fingerprints_and_no_folder(tmp_path):
    contacts(*WHOLE).to_csv(tmp_path / "contacts.csv", index=False)
    data = csqa.load(tmp_path)
    origin = summary.describe_origin(
        data, STANDARD, csqa.read_calendar(), period="2025-06", minimum_n=30
    )
    text = json.dumps(origin, allow_nan=False)
    assert str(tmp_path) not in text
    assert origin["standard"] == {"file": "standard.yml", "sha256": STANDARD.fingerprint}
    assert [len(source["sha256"]) for source in origin["sources"]] == [64]


def test_inputs_are_left_unchanged():
    data = load(*WHOLE)
    scores = csqa.score(csqa.measure(data))
    before = scores.copy(deep=True)
    csqa.list_limits(data, STANDARD, period="2025-06")
    pd.testing.assert_frame_equal(scores, before)
