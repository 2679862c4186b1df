"""The command line: exit codes, one clear sentence, no traceback."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat import v4

from csqa.cli import main

GOOD = "1,电话,2025-06-01 09:00"
BAD = "2,传真,2025-06-01 09:00"
ONE_METRIC = {
    "standards": [
        {
            "effective": date(2023, 1, 1),
            "dimensions": {"experience": {"zh": "体验", "en": "Experience"}},
            "weights": {"experience": 1.0},
            "metrics": {
                "complaint_rate": {
                    "name": {"zh": "投诉率", "en": "Complaint rate"},
                    "dimension": "experience",
                    "measure": "complaint",
                }
            },
        }
    ]
}
CELLS = (
    'period: str = "2025-06"\nsource: str = ""\nmapping: str = ""\nstandard: str = ""\n'
    'language: str = "zh"\nminimum_n: int = 30',
    "from csqa.show.record import record\nfrom csqa.errors import DataError, RuleError",
    "WORK",
    'record({}, {"headline": f"{period} 综合得分 82.9"}, {})',
)


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "toy.ipynb", "1 + 1")


def write_notebook(path: Path, work: str) -> Path:
    cells = [v4.new_code_cell(cell.replace("WORK", work)) for cell in CELLS]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def write_contacts(folder: Path, *rows: str) -> Path:
    folder.mkdir(exist_ok=True)
    text = "\n".join(["工单号,渠道,创建时间", *rows]) + "\n"
    (folder / "工单.csv").write_text(text, "utf-8")
    return folder


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "csqa", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report"], "用法不对：缺少参数：笔记本, --period。"),
        (["report", "monthly", "--period"], "参数 --period 后面要跟一个值"),
        (["report", "monthly", "--period", "2025-06", "--perio", "x"], "不认识的参数：--perio x"),
        (
            ["report", "monthly", "--period", "2025-06", "--language", "fr"],
            "参数 --language 不能是 'fr'；可选：",
        ),
        (["report", "monthly", "--period", "2025-06", "--minimum-n", "x"], "应为整数，而不是 'x'"),
        (["report", "monthly", "--period", "2025-06", "--minimum-n", "0"], "应为正整数，而不是 0"),
        (["report", "monthly", "--period", "2025-06", "--minimum-n", "-3"], "而不是 -3"),
        (["report", "monthly", "--period", "2025-06", "--max-quarantined", "5"], "例如 0.05"),
        (["check", "x", "--max-quarantined", "5%"], "应为 0 到 1 之间的比例，而不是 '5%'"),
        (["check", "x", "--max-quarantined", "nan"], "应为 0 到 1 之间的比例，例如 0.05"),
        (["report", "monthly", "--period", "2025-13"], "`period` 应为 YYYY-MM，例如 2025-06"),
        (["report", "nope", "--period", "2025-06"], "没有名为 'nope' 的笔记本"),
        (["report", "no.ipynb", "--period", "2025-06"], "找不到笔记本文件 'no.ipynb'"),
        (["bogus"], "不能是 'bogus'"),
        (["standard", "check", "no.yml"], "no.yml"),
    ],
)
def test_wrong_use_is_one_sentence_and_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    written = capsys.readouterr()
    assert told in written.err
    assert "Traceback" not in written.err
    assert written.out == ""


def test_without_a_command_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "生成报告" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--help"], ["report", "--help"], ["check", "-h"]])
def test_help_is_in_chinese(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert told.startswith("用法：csqa")
    for english in ("usage", "show this help", "options", "positional"):
        assert english not in told


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("csqa ")


def test_the_version_where_csqa_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def not_installed(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", not_installed)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "csqa 0+unknown\n"


def test_check_counts_rows_and_groups_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_contacts(tmp_path / "data", GOOD, BAD, BAD.replace("2,", "3,"))
    assert main(["check", str(data), "--max-quarantined", "0.7"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "工单.csv（服务记录）：读入 3 行，可用 1 行，隔离 2 行（66.7%）",
        "服务记录的月份：2025-06；不完整的：2025-06",
        "行里的错误，共 2 处：",
    ]
    assert lines[3].startswith("  - [错误，已隔离] 渠道只能是电话、在线、邮件、社交媒体、其他")
    assert lines[3].endswith("（2 处，首见 工单.csv 第 3 行：传真×2）")
    assert lines[4].startswith("整体上可疑之处")


def test_check_of_clean_data_is_few_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    standard = tmp_path / "standard.yml"
    standard.write_text(yaml.safe_dump(ONE_METRIC, allow_unicode=True), "utf-8")
    data = write_contacts(tmp_path / "data", GOOD, *(f"x{i}{GOOD[1:]}" for i in range(9)))
    (data / "工单.csv").write_text(
        (data / "工单.csv")
        .read_text("utf-8")
        .replace("电话,", "电话,否,")
        .replace("道,", "道,投诉,"),
        "utf-8",
    )
    assert main(["check", str(data), "--standard", str(standard)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "工单.csv（服务记录）：读入 10 行，可用 10 行",
        "服务记录的月份：2025-06；不完整的：2025-06",
        "行里没有错误。",
        "整体上没有可疑之处。",
    ]


def test_what_check_tells_is_masked_unless_it_is_asked_not_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_contacts(tmp_path / "data", GOOD, BAD.replace("传真", "13812345678"))
    asked = ["check", str(data), "--max-quarantined", "1"]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "[手机1]" in told
    assert "13812345678" not in told
    assert main([*asked, "--keep-personal"]) == 0
    assert "13812345678" in capsys.readouterr().out


def test_too_much_set_aside_is_3_and_the_rows_can_be_had(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = write_contacts(tmp_path / "data", GOOD, BAD), tmp_path / "out"
    assert main(["check", str(data), "--quarantine", str(out)]) == 3
    written = capsys.readouterr()
    assert written.out.splitlines()[-1] == f"隔离的行：{out / 'quarantined_contacts.csv'}"
    assert written.err.startswith(
        "csqa: 隔离的行太多，超过上限 5%：\n  - 服务记录：2 行中隔离 1 行"
    )
    assert "--max-quarantined 0.5" in written.err
    assert main(["check", str(data), "--max-quarantined", "0.5"]) == 0


def test_check_writes_nothing_among_the_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_contacts(tmp_path / "data", GOOD, BAD)
    assert main(["check", str(data), "--quarantine", str(data)]) == 2
    assert "就是数据所在的文件夹" in capsys.readouterr().err
    assert [path.name for path in data.iterdir()] == ["工单.csv"]


def test_check_steers_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = write_contacts(tmp_path / "data", GOOD, BAD.replace("传真", "\x1b[31m传真\u202e"))
    assert main(["check", str(data), "--max-quarantined", "1"]) == 0
    assert "·[31m传真·" in capsys.readouterr().out


def test_check_of_a_row_that_is_wrong_as_a_whole_names_no_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_contacts(tmp_path / "data", GOOD, "2,电话")
    assert main(["check", str(data), "--max-quarantined", "1"]) == 0
    told = "  - [错误，已隔离] 字段数与表头不同（多了或少了分隔符）（1 处，首见 "
    assert capsys.readouterr().out.splitlines()[3].startswith(f"{told}工单.csv 第 3 行")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder that nobody can write to")
def test_a_folder_that_nobody_can_write_to_is_2(
    notebook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(notebook), "--period", "2025-06", "--out", "/proc/x"]) == 2
    told = "csqa: `out` '/proc/x' 不可写：那里建不了文件夹。请换一个文件夹或改权限。\n"
    assert capsys.readouterr().err == told


def test_check_of_unusable_data_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(write_contacts(tmp_path / "data", BAD))]) == 3
    assert "没有一行能用" in capsys.readouterr().err


def test_standard_show_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standard", "check"]) == 0
    assert capsys.readouterr().out.startswith("标准可用：")
    assert main(["standard", "show"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["standards"][0]["metrics"]["csat"]


@pytest.mark.slow
def test_a_report_prints_its_headline_and_where_it_is(
    notebook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["report", str(notebook), "--period", "2025-07", "--out", str(out)]) == 0
    written = capsys.readouterr()
    folder = out / "toy-2025-07"
    assert written.out.splitlines() == [
        "2025-07 综合得分 82.9",
        f"报告：{folder / 'report.html'}",
        f"文件夹：{folder}",
    ]
    assert written.err.splitlines()[-1] == "正在生成报告：第 5/5 步"
    assert json.loads((folder / "summary.json").read_text("utf-8"))["headline"].startswith(
        "2025-07"
    )


@pytest.mark.slow
def test_an_english_report_says_in_english_where_it_is(
    notebook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--period", "2025-07", "--out", str(tmp_path), "--language", "en", "--quiet"]
    assert main(["report", str(notebook), *options]) == 0
    folder = tmp_path / "toy-2025-07"
    told = [f"Report: {folder / 'report.html'}", f"Folder: {folder}"]
    assert capsys.readouterr().out.splitlines()[1:] == told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "code", "told"),
    [
        ("raise DataError('2025-06 没有服务记录。')", 3, "csqa: 2025-06 没有服务记录。\n"),
        ("raise RuleError('权重之和应为 1。')", 2, "csqa: 权重之和应为 1。\n"),
        ("1 / 0", 4, "csqa: 第 4 个代码单元出错：ZeroDivisionError: division by zero\n"),
    ],
)
def test_what_goes_wrong_inside_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], work: str, code: int, told: str
) -> None:
    notebook = write_notebook(tmp_path / "toy.ipynb", work)
    options = ["--period", "2025-06", "--out", str(tmp_path / "out"), "--quiet"]
    assert main(["report", str(notebook), *options]) == code
    assert capsys.readouterr().err == told


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONUTF8": "0", "LC_ALL": "C"}],
)
def test_chinese_is_written_in_any_locale(environment: dict[str, str]) -> None:
    told = command("report", "x.ipynb", "--period", "2025-13", **environment)
    assert told.returncode == 2
    assert "应为 YYYY-MM" in told.stderr.decode("utf-8")


def test_debug_shows_the_traceback() -> None:
    told = command("report", "x.ipynb", "--period", "2025-13", "--debug")
    assert told.returncode == 2
    assert b"Traceback" in told.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code", "told"), [(signal.SIGINT, 130, "已中断"), (signal.SIGTERM, 143, "终止信号")]
)
def test_a_signal_stops_the_run_and_tidies_up(
    tmp_path: Path, number: signal.Signals, code: int, told: str
) -> None:
    started = tmp_path / "started"
    work = f"open({str(started)!r}, 'w').close(); import time; time.sleep(600)"
    notebook = write_notebook(tmp_path / "toy.ipynb", work)
    options = ["--period", "2025-06", "--out", str(tmp_path / "out"), "--quiet"]
    process = subprocess.Popen(
        [sys.executable, "-m", "csqa", "report", str(notebook), *options],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    try:
        _, written = process.communicate(timeout=60)
    finally:
        process.kill()
        process.stderr.close()
    assert process.returncode == code
    assert told in written.decode("utf-8")
    assert written.decode("utf-8").count("\n") == 1
    assert list((tmp_path / "out").iterdir()) == []


def test_help_needs_nothing_heavy() -> None:
    code = (
        "import sys; from csqa.cli import main; main(['--help']);"
        "print(sorted({'papermill', 'nbformat', 'nbconvert', 'bleach', 'matplotlib', 'scipy.stats'}"
        " & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert told.stdout.decode("utf-8").splitlines()[-1] == "[]"
