"""`csqa watch`: what it says on the sample data, on a day gone wrong, and when asked amiss."""

from pathlib import Path

import pandas as pd
import pytest

from csqa.cli import main


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["watch", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.slow
def test_the_rule_and_its_false_alarms_are_said(capsys: pytest.CaptureFixture[str]):
    code, told, _ = said(capsys, "data/sample")
    assert code == 0
    assert told.splitlines() == [
        "2025-06-09 至 2025-07-06，监看 17 个序列、462 个数值；"
        "0 天未判断（节假日、调休、首尾或无记录）。",
        "按此规则，一切正常时平均每月误报 1.0 次。",
        "没有异常。",
    ]


def test_a_day_gone_wrong_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """120 contacts a day for 80 days, and 12 on the last but one."""
    days = pd.date_range("2025-03-01", periods=80)
    at = [day + pd.Timedelta(minutes=9 * 60 + 4 * n) for day in days for n in range(count_on(day))]
    numbers = [f"C{n}" for n in range(len(at))]
    rows = pd.DataFrame(
        {"contact_id": numbers, "channel": "phone", "complaint": "否", "created_at": at}
    )
    rows.to_csv(tmp_path / "contacts.csv", index=False)
    code, told, _ = said(capsys, str(tmp_path), "--by", "none")
    assert code == 0
    named = [line.split()[0] for line in told.splitlines() if line.startswith("2025-05-18 ")]
    assert named == ["2025-05-18"]
    assert "服务量" in told


def test_nothing_to_watch_is_not_too_little_history(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    rows = {"contact_id": ["C1"], "channel": ["phone"], "created_at": ["2025-06-01 09:00"]}
    pd.DataFrame(rows).to_csv(tmp_path / "contacts.csv", index=False)
    code, told, error = said(capsys, str(tmp_path))
    assert (code, told) == (3, "")
    assert "没有可以监看的指标：数据里缺少各指标要用的列" in error


def count_on(day: pd.Timestamp) -> int:
    return 12 if day == pd.Timestamp("2025-05-18") else 120 + (day.day_of_year * 7) % 11


def test_wrong_use_is_said_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    assert said(capsys, str(tmp_path / "nowhere"))[0] == 3
    for words in (["--last", "0"], ["--false-alarms", "-1"], ["--every", "month"]):
        code, told, error = said(capsys, "data/sample", *words)
        assert (code, told) == (2, "")
        assert "Traceback" not in error
