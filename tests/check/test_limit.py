"""How many rows may be set aside before nothing is said at all."""

from pathlib import Path

import pandas as pd
import pytest

from csqa.check import explain_excess, require_usable
from csqa.engine.dataset import Dataset
from csqa.errors import DataError, RuleError
from csqa.load import load

DAY = "2025-06-01 09:00"


def contacts(good: int, bad: int) -> pd.DataFrame:
    channels = ["phone"] * good + ["fax"] * bad
    ids = [f"C{i}" for i in range(good + bad)]
    return pd.DataFrame({"contact_id": ids, "channel": channels, "created_at": DAY})


def inspections(known: int, unknown: int, bad: int = 0) -> pd.DataFrame:
    ids = ["C0"] * known + ["X"] * unknown + ["C0"] * bad
    results = ["pass"] * (known + unknown) + ["perhaps"] * bad
    return pd.DataFrame({"contact_id": ids, "item": "wording", "result": results})


def dataset(**tables: pd.DataFrame) -> Dataset:
    return Dataset.from_frames(tables)


def test_the_limit_itself_is_allowed() -> None:
    require_usable(dataset(contacts=contacts(19, 1)))
    with pytest.raises(DataError, match=r"超过上限 5%：\n  - 服务记录：19 行中隔离 1 行（5\.3%）"):
        require_usable(dataset(contacts=contacts(18, 1)))


def test_the_message_counts_explains_and_advises() -> None:
    assert explain_excess(dataset(contacts=contacts(1, 2)), 0.1).splitlines() == [
        "隔离的行太多，超过上限 10%：",
        "  - 服务记录：3 行中隔离 2 行（66.7%）",
        "最多的原因：",
        "  - 渠道只能是电话、在线、邮件、社交媒体、其他（或用映射文件的 values 说明）：2 处"
        "（DataFrame contacts 第 3 行起）",
        "办法：用 csqa check 数据 --quarantine 文件夹 把这些行连同原因取出来，改正后重新导出；",
        "确认可以不要它们，再放宽上限：--max-quarantined 0.67。",
    ]


def test_what_it_advises_is_enough() -> None:
    data = dataset(contacts=contacts(2, 1))
    enough = float(explain_excess(data).rsplit(" ", 1)[1].rstrip("。"))
    assert explain_excess(data, enough) == ""


def test_nothing_wrong_needs_no_limit() -> None:
    assert explain_excess(dataset(contacts=contacts(3, 0)), 0) == ""
    assert "超过上限 0%" in explain_excess(dataset(contacts=contacts(99, 1)), 0)


def test_with_one_nothing_stops() -> None:
    require_usable(dataset(contacts=contacts(1, 99)), 1)


def test_inspections_count_too() -> None:
    told = explain_excess(dataset(contacts=contacts(1, 0), inspections=inspections(9, 0, 1)))
    assert "  - 质检记录：10 行中隔离 1 行（10.0%）" in told
    assert "服务记录：" not in told


def test_inspections_of_contacts_left_out_of_the_export_do_not_stop() -> None:
    assert explain_excess(dataset(contacts=contacts(1, 0), inspections=inspections(1, 9))) == ""


def test_inspections_of_no_contact_at_all_do() -> None:
    told = explain_excess(dataset(contacts=contacts(1, 0), inspections=inspections(0, 9)))
    assert "  - 质检记录：9 行中隔离 9 行（100%）" in told


def test_tables_that_feed_no_figure_do_not_stop() -> None:
    messages = pd.DataFrame({"contact_id": ["C0"], "seq": [1], "sender": ["nobody"]})
    assert explain_excess(dataset(contacts=contacts(1, 0), messages=messages)) == ""


def write(folder: Path, name: str, table: pd.DataFrame, first: int) -> None:
    table = table.assign(contact_id=[f"{first + i}" for i in range(len(table))])
    table.to_csv(folder / f"contacts_{name}.csv", index=False)


def test_a_bad_file_is_not_hidden_by_good_ones(tmp_path: Path) -> None:
    write(tmp_path, "2024", contacts(5000, 0), 0)
    write(tmp_path, "2025", contacts(90, 10), 5000)
    told = explain_excess(load(tmp_path))
    assert "  - 文件 contacts_2025.csv：100 行中隔离 10 行（10.0%）" in told
    assert "服务记录：" not in told


def test_a_small_file_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path, "2024", contacts(5000, 0), 0)
    write(tmp_path, "2025", contacts(89, 10), 5000)
    assert explain_excess(load(tmp_path)) == ""


@pytest.mark.parametrize("limit", [-0.01, 1.01, 5, float("nan"), "0.05", None, True])
def test_what_is_no_share(limit: object) -> None:
    with pytest.raises(RuleError, match=r"`max_quarantined` 应为 0 到 1 之间的比例，例如 0\.05"):
        require_usable(dataset(contacts=contacts(1, 0)), limit)  # type: ignore[arg-type]
