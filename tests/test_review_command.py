"""``csqa standard review``: what it prints, what it refuses."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from csqa.cli import main
from tests.tables import write

STANDARD = """
standards:
  - effective: 2024-01-01
    weights: {efficiency: 1}
    metrics:
      answer:
        name: {zh: 在线响应}
        dimension: efficiency
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Eight months of contacts answered after 40 s, the later half after 20 s."""
    lines = ["服务单号,渠道,创建时间,首次响应时间"]
    for month in range(1, 9):
        seconds = 40 if month < 5 else 20
        lines += [
            f"{month}-{day},在线,2025-{month:02d}-{day:02d} 09:00:00,"
            f"2025-{month:02d}-{day:02d} 09:00:{seconds}"
            for day in range(1, 31)
            if (month, day) not in {(2, 29), (2, 30)}
        ]
    return write(tmp_path, "\n".join(lines), "contacts.csv")


def test_the_review_is_printed_and_written(data, tmp_path, capsys):
    standard = write(tmp_path, STANDARD)
    proposed = write(tmp_path, STANDARD.replace("at_most: 30", "at_most: 15"), "proposed.yml")
    out = tmp_path / "review.xlsx"
    given = ["standard", "review", str(data), "--period", "2025-08", "--months", "6"]
    given += ["--standard", str(standard), "--proposed", str(proposed), "--out", str(out)]
    assert main(given) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == ("标准复核：2025-03 至 2025-08，6 个完整的月份；标准为 2024-01-01 起的一版。")
    assert told[1:] == [
        "合适（1 项）：",
        "  - 在线响应 ≤ 30 秒：6 个月中有 4 个月达到；合计 26.7 秒（25.3–28.1 秒），整个区间都达标"
        "；拟议 ≤ 15 秒，0 个月达到",
        "拟议标准的影响（现行 → 拟议）：",
        # 40 s: 90 then 75 points; 20 s: 100 then 95.
        "  - 在线响应：达标月份 4/6 → 0/6；月均得分 96.7 → 88.3",
        "  - 综合得分：月均得分 96.7 → 88.3",
        f"已写出：{out}",
    ]
    assert load_workbook(out).sheetnames == ["标准复核", "拟议标准的影响"]


def test_english(data, tmp_path, capsys):
    given = ["standard", "review", str(data), "--period", "2025-08", "--language", "en"]
    assert main([*given, "--standard", str(write(tmp_path, STANDARD))]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == (
        "Review of the standard in force from 2024-01-01: 2025-01 to 2025-08, 8 complete months."
    )
    # 118 answers after 40 s, 120 after 20 s.
    assert told[2].startswith("  - answer ≤ 30 s: met 4 times in 8 months; 29.9 s in all")


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (["--period", "2025-13"], 2, "`period` 应为 YYYY-MM"),
        (["--period", "2025-08", "--months", "0"], 2, "`months` 应为 1 到 60 的整数"),
        (["--period", "2030-08"], 3, "没有数据"),
        (["--period", "2025-08", "--proposed", "nowhere.yml"], 2, "nowhere.yml：没有这个文件"),
        (["--period", "2025-08", "--settings", "nowhere.yml"], 2, "nowhere.yml：没有这个文件"),
        (["--period", "2025-08", "--out", "nowhere/review.xlsx"], 4, "写不了这个文件"),
        ([], 2, "缺少参数：--period"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(data, more, code, message, capsys):
    assert main(["standard", "review", str(data), *more]) == code
    told = capsys.readouterr().err
    assert message in told
    assert "Traceback" not in told
