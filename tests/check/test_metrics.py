"""Metrics that the data cannot feed: which column is to blame."""

import pandas as pd

from csqa.check import check
from csqa.engine.dataset import Dataset
from csqa.load import load

DAY = "2025-06-01 09:00:01"


def told(
    data: pd.DataFrame | Dataset, kind: str, period: str = "", language: str = "zh"
) -> list[str]:
    found = check(data, period=period, language=language)
    return found.loc[found["kind"] == kind, "note"].tolist()


def contacts(n: int, **columns: object) -> pd.DataFrame:
    made = {"contact_id": [f"C{i}" for i in range(n)], "channel": "phone", "created_at": DAY}
    return pd.DataFrame(made).assign(**columns)


def test_metrics_of_one_reason_are_named_together() -> None:
    absent = told(contacts(1), "metric_absent")
    assert absent[0] == (
        "算不出 平均响应时长（在线）、平均响应时长（电话）：服务记录没有“首次响应时间”列。"
    )
    assert "算不出 服务用语规范性、问题解决准确性、流程合规性：没有提供质检记录。" in absent


def test_a_metric_with_several_ways_names_them_all() -> None:
    (line,) = (text for text in told(contacts(1), "metric_absent") if "一次解决率" in text)
    assert line.endswith("“是否解决”“解决时间”这些列一个也没有。")
    assert not any("一次解决率" in t for t in told(contacts(1, resolved="是"), "metric_absent"))


def test_an_empty_column_and_an_empty_channel_are_told_apart() -> None:
    table = contacts(50, csat=[5] * 3 + [None] * 47, first_response_at=DAY)
    thin = told(table, "metric_thin", "2025-06")
    assert thin == [
        "平均响应时长（在线）在 2025-06 只计数、不评分：在线的记录有 0 条，不足 10 条。",
        "客户满意度在 2025-06 只计数、不评分：50 条记录，“满意度评分”有值的只有 3 条，不足 10 条。",
    ]


def test_a_month_without_values_is_thin_though_others_are_not() -> None:
    days = ["2025-05-01 09:00:01"] * 20 + [DAY] * 20
    table = contacts(40, created_at=days, csat=[5] * 20 + [None] * 20)
    assert len(told(table, "metric_thin", "2025-06")) == 1
    assert told(table, "metric_thin", "2025-05") == []


def test_columns_that_went_unused_are_named_with_the_file(tmp_path) -> None:
    table = contacts(3).assign(首答耗时="5")
    table.to_csv(tmp_path / "contacts.csv", index=False)
    (line,) = told(load(tmp_path), "unused_columns")
    assert line == "contacts.csv 里没有用到的列：首答耗时。要找的列若在其中，请写进映射文件。"


def test_in_english() -> None:
    assert told(contacts(1), "metric_absent", language="en")[0] == (
        "Cannot be computed: Mean response time, online, Mean response time, phone;"
        " contacts has no first_response_at."
    )
