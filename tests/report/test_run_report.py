"""From a notebook to a published report, whole or not at all."""

import asyncio
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from csqa.errors import DataError, ReportError, RuleError
from csqa.report import run_report
from csqa.show.record import read_record

Make = Callable[..., Path]
pytestmark = pytest.mark.slow
REPEATABLE = ("report.ipynb", "report.html", "summary.json", "tables/scores.csv")
PROCESS = """
import sys
import csqa._fastimport
from csqa.report import run_report
run_report(sys.argv[1], period="2025-06", out=sys.argv[2], progress=False)
"""


def run(notebook: Path, out: Path, **options: object) -> Path:
    return run_report(notebook, period="2025-06", out=out, progress=False, **options)  # type: ignore[arg-type]


def start(notebook: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(notebook), str(out)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.DEVNULL,
    )


def fingerprints(report: Path) -> dict[str, str]:
    files = [path for path in report.rglob("*") if path.is_file()]
    return {
        path.relative_to(report).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name != "manifest.json"
    }


def is_whole(report: Path) -> bool:
    manifest = json.loads((report / "manifest.json").read_text("utf-8"))
    return manifest["outputs"] == fingerprints(report)


def test_two_runs_give_the_same_bytes(make_notebook: Make, tmp_path: Path) -> None:
    work = "print('a log line', object(), file=sys.stderr)"
    first = run(make_notebook(work), tmp_path / "a")
    second = run(make_notebook(work), tmp_path / "b")
    assert first == tmp_path / "a/toy-2025-06"
    for name in REPEATABLE:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    assert is_whole(first)
    assert is_whole(second)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["toy-2025-06"]


def test_what_is_in_a_report(make_notebook: Make, tmp_path: Path) -> None:
    report = run(make_notebook(), tmp_path / "out", minimum_n=20)
    assert sorted(fingerprints(report)) == sorted([*REPEATABLE, "report.xlsx"])
    assert json.loads((report / "summary.json").read_text("utf-8"))["contacts"] == 12
    manifest = json.loads((report / "manifest.json").read_text("utf-8"))
    assert manifest["rows"] == {"used": 10, "quarantined": 2}
    assert manifest["parameters"]["minimum_n"] == 20
    page = (report / "report.html").read_text("utf-8")
    assert '<p class="verdict">综合得分 82.9</p>' in page
    assert "import sys" not in page
    notebook = nbformat.read(report / "report.ipynb", as_version=4)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    assert read_record(notebook).tables["scores"]["value"].iloc[0] == 0.3333333333
    assert str(tmp_path) not in nbformat.writes(notebook)


def test_nbval_compares_what_was_recorded(make_notebook: Make, tmp_path: Path) -> None:
    published = run(make_notebook(), tmp_path / "out") / "report.ipynb"
    changed = tmp_path / "changed.ipynb"
    text = published.read_text("utf-8")
    assert text.count("0.3333333333") == 1
    changed.write_text(text.replace("0.3333333333", "0.3333333334"), "utf-8")
    options = ["--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-q"]
    options += ["-p", "csqa._fastimport"]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(published), str(changed)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert "1 failed, 11 passed" in told.stdout, told.stdout
    assert "changed.ipynb::Cell 5" in told.stdout


def test_it_runs_from_within_a_notebook(make_notebook: Make, tmp_path: Path) -> None:
    async def in_a_running_loop() -> Path:
        return run(make_notebook(), tmp_path / "out")

    assert is_whole(asyncio.run(in_a_running_loop()))


def test_an_english_report(make_notebook: Make, tmp_path: Path) -> None:
    page = (run(make_notebook(), tmp_path / "out", language="en") / "report.html").read_text(
        "utf-8"
    )
    assert "<h1>Monthly report · " in page
    assert "横向比较" not in page


def test_a_failure_leaves_the_earlier_report_and_a_notebook_to_look_at(
    make_notebook: Make, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    before = fingerprints(run(make_notebook(), out))
    failed = out / "toy-2025-06.failed.ipynb"
    with pytest.raises(ReportError, match="第 5 个代码单元出错：ZeroDivisionError"):
        run(make_notebook("1 / 0"), out)
    assert fingerprints(out / "toy-2025-06") == before
    assert "ZeroDivisionError" in failed.read_text("utf-8")
    assert sorted(path.name for path in out.iterdir()) == ["toy-2025-06", failed.name]
    assert run(make_notebook("2 / 1"), out) == out / "toy-2025-06"
    assert not failed.exists()


def test_a_missing_record_is_a_failure(make_notebook: Make, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="没有记录结果"):
        run(make_notebook(last="1 + 1"), tmp_path / "out")
    assert not (tmp_path / "out/toy-2025-06").exists()


def test_bad_data_leaves_nothing_behind(make_notebook: Make, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^没有数据$"):
        run(make_notebook("raise DataError('没有数据')"), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


WITH_QUARANTINE = (
    'period: str = "2025-06"\nsource: str = ""\nlanguage: str = "zh"\nminimum_n: int = 30\n'
    'max_quarantined: float = 0.05\nquarantine: str = ""'
)
WRITES = """import pathlib
if quarantine and period == "2025-06":
    place = pathlib.Path(quarantine)
    place.mkdir()
    (place / "quarantined_contacts.csv").write_text("行\\n3\\n")"""


def test_rows_set_aside_are_published_with_the_report(make_notebook: Make, tmp_path: Path) -> None:
    notebook = make_notebook(WRITES, parameters=WITH_QUARANTINE)
    first, second = (run(notebook, tmp_path / name) for name in "ab")
    assert (first / "quarantine/quarantined_contacts.csv").read_text() == "行\n3\n"
    manifest = json.loads((first / "manifest.json").read_text("utf-8"))
    assert manifest["quarantine"] == ["quarantine/quarantined_contacts.csv"]
    assert manifest["parameters"]["max_quarantined"] == 0.05
    assert "quarantine" not in manifest["parameters"]
    assert is_whole(first)
    # Where they were written at first is nobody's business, and differs from run to run.
    text = (first / "report.ipynb").read_text("utf-8")
    assert ".csqa-work-" not in text
    assert text == (second / "report.ipynb").read_text("utf-8")


def test_rows_put_right_leave_with_the_next_report(make_notebook: Make, tmp_path: Path) -> None:
    folder = run(make_notebook(WRITES, parameters=WITH_QUARANTINE), tmp_path / "out")
    run(make_notebook(parameters=WITH_QUARANTINE), tmp_path / "out")
    assert not (folder / "quarantine").exists()
    assert is_whole(folder)


def test_a_failed_run_tells_no_folder_of_its_own(make_notebook: Make, tmp_path: Path) -> None:
    work = WRITES + "\n1 / 0"
    with pytest.raises(ReportError, match="ZeroDivisionError"):
        run(make_notebook(work, parameters=WITH_QUARANTINE), tmp_path / "out")
    (kept,) = (tmp_path / "out").iterdir()
    assert kept.name == "toy-2025-06.failed.ipynb"
    assert "quarantine =" not in kept.read_text("utf-8")


def test_a_limit_is_passed_on_or_refused(make_notebook: Make, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="没有这样的参数：'max_quarantined'"):
        run(make_notebook(), tmp_path / "out", max_quarantined=0.1)
    notebook = make_notebook("raise DataError(max_quarantined)", parameters=WITH_QUARANTINE)
    with pytest.raises(DataError, match=r"^0\.1$"):
        run(notebook, tmp_path / "out", max_quarantined=0.1)


def exported(folder: Path, bad: int) -> Path:
    """A month of contacts, so many of them by fax."""
    folder.mkdir()
    rows = [
        f"{i},{'传真' if i < bad else '电话'},2025-06-{1 + i % 30:02d} 09:{i % 60:02d}:07,60"
        for i in range(120)
    ]
    text = "\n".join(["工单号,渠道,创建时间,处理时长秒", *rows]) + "\n"
    (folder / "工单.csv").write_text(text, "utf-8")
    return folder


def test_too_much_set_aside_leaves_the_last_good_report(tmp_path: Path) -> None:
    out, monthly = tmp_path / "out", Path("monthly")
    folder = run(monthly, out, source=exported(tmp_path / "good", 6))
    before = fingerprints(folder)
    assert "quarantine/quarantined_contacts.csv" in before
    bad = exported(tmp_path / "bad", 7)
    with pytest.raises(DataError, match=r"超过上限 5%：\n  - 服务记录：120 行中隔离 7 行（5\.8%）"):
        run(monthly, out, source=bad)
    assert fingerprints(folder) == before
    assert [path.name for path in out.iterdir()] == [folder.name]
    again = run(monthly, out, source=bad, max_quarantined=0.06)
    rows = (again / "quarantine/quarantined_contacts.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 8


def test_an_unknown_parameter_makes_nothing(make_notebook: Make, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="是否指 minimum_n"):
        run(make_notebook(), tmp_path / "out", parameters={"minimun_n": 3})
    assert not (tmp_path / "out").exists()


def test_a_password_is_written_nowhere(make_notebook: Make, tmp_path: Path) -> None:
    report = run(make_notebook("print(source)"), tmp_path / "o", source="mysql://ann:secret@h/db")
    for file in (path for path in report.rglob("*") if path.is_file()):
        assert b"secret" not in file.read_bytes(), file
    manifest = json.loads((report / "manifest.json").read_text("utf-8"))
    assert manifest["parameters"]["source"] == "mysql://***@h/db"


def test_a_file_in_the_place_of_out_is_named(make_notebook: Make, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(RuleError, match=r"`out` .* 应为文件夹，但那里已有同名文件"):
        run(make_notebook(), tmp_path / "out")
    with pytest.raises(RuleError, match=r"`out` .* 应为文件夹，但那里已有同名文件"):
        run(make_notebook(), tmp_path / "out/deeper")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, where no one can write")
def test_an_out_that_cannot_be_written_is_named(make_notebook: Make) -> None:
    with pytest.raises((RuleError, OSError), match="/proc"):
        run(make_notebook(), Path("/proc/reports"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_said_and_nothing_is_lost(make_notebook: Make, small_disk: Path) -> None:
    report = run(make_notebook(), small_disk)
    before = fingerprints(report)
    with pytest.raises(RuleError, match="磁盘空间不足"):
        run(make_notebook("print('质' * 40_000)"), small_disk)
    assert fingerprints(report) == before
    assert [path.name for path in small_disk.iterdir()] == ["toy-2025-06"]


LIMITED = """
import resource, sys
import csqa._fastimport
from csqa.errors import RuleError
from csqa.report import run_report
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1))
try:
    run_report(sys.argv[1], period="2025-06", out=sys.argv[2], progress=False)
except RuleError as error:
    print(error)
"""


def test_a_file_that_cannot_grow_is_a_full_disk(make_notebook: Make, tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = fingerprints(run(make_notebook(), out))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    told = subprocess.run(
        [sys.executable, "-c", LIMITED, str(make_notebook()), str(out), "20000"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.startswith("磁盘空间不足")
    assert fingerprints(out / "toy-2025-06") == before
    assert [path.name for path in out.iterdir()] == ["toy-2025-06"]


def test_killed_at_any_moment_the_report_stays_whole(make_notebook: Make, tmp_path: Path) -> None:
    out = tmp_path / "out"
    started = time.monotonic()
    report = run(make_notebook(), out)
    duration = time.monotonic() - started
    rng = random.Random(202506)
    killed = 0
    # One moment in each eighth of a run; test_publish kills at every step of the publishing.
    for part in range(8):
        process = start(make_notebook(), out)
        time.sleep(0.2 + (part + rng.random()) * (duration + 0.8) / 8)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        assert is_whole(report)
    assert killed > 0
    run(make_notebook(), out)
    assert is_whole(report)
    assert [path.name for path in out.iterdir()] == ["toy-2025-06"]


def test_runs_side_by_side_leave_a_whole_report(make_notebook: Make, tmp_path: Path) -> None:
    notebook = make_notebook()
    processes = [start(notebook, tmp_path / "out") for _ in range(2)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    assert is_whole(tmp_path / "out/toy-2025-06")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["toy-2025-06"]
