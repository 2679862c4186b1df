"""A report takes its place whole or not at all, whatever moment a run is killed at."""

import ctypes
import errno
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from csqa.errors import RuleError
from csqa.report.publish import explained_disk_errors, publish
from csqa.report.scratch import PREFIX, Scratch


def build(folder: Path, mark: str) -> Path:
    (folder / "tables").mkdir(parents=True)
    (folder / "report.html").write_text(mark)
    (folder / "tables/scores.csv").write_text(mark)
    outputs = {"report.html": "", "tables/scores.csv": ""}
    (folder / "manifest.json").write_text(json.dumps({"mark": mark, "outputs": outputs}))
    return folder


def make_report(out: Path, mark: str) -> Path:
    target = out / "toy-2025-06"
    with Scratch(out) as scratch:
        publish(build(scratch.path / "report", mark), target, scratch.path)
    return target


def marks(report: Path) -> set[str]:
    manifest = json.loads((report / "manifest.json").read_text())
    texts = {(report / name).read_text() for name in manifest["outputs"]}
    return {manifest["mark"], *texts}


def leftovers(out: Path) -> list[Path]:
    return list(out.glob(f"{PREFIX}*"))


def test_the_first_report_and_its_successor(tmp_path: Path) -> None:
    assert marks(make_report(tmp_path, "first")) == {"first"}
    assert marks(make_report(tmp_path, "second")) == {"second"}
    assert [path.name for path in tmp_path.iterdir()] == ["toy-2025-06"]


def test_two_renames_where_names_cannot_be_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_libc(*_: object, **__: object) -> None:
        raise OSError(errno.ENOENT, "no libc")

    make_report(tmp_path, "first")
    monkeypatch.setattr(ctypes, "CDLL", no_libc)
    assert marks(make_report(tmp_path, "second")) == {"second"}
    assert [path.name for path in tmp_path.iterdir()] == ["toy-2025-06"]


def test_what_somebody_put_beside_a_report_stays(tmp_path: Path) -> None:
    first = make_report(tmp_path, "first")
    (first / "会议纪要.txt").write_text("notes")
    (first / "tables/extra").mkdir()
    (first / "tables/extra/more.csv").write_text("more")
    second = make_report(tmp_path, "second")
    assert marks(second) == {"second"}
    assert (second / "会议纪要.txt").read_text() == "notes"
    assert (second / "tables/extra/more.csv").read_text() == "more"


def test_a_file_that_reports_no_longer_have_goes(tmp_path: Path) -> None:
    first = make_report(tmp_path, "first")
    (first / "old.csv").write_text("first")
    manifest = {"mark": "first", "outputs": {"report.html": "", "old.csv": ""}}
    (first / "manifest.json").write_text(json.dumps(manifest))
    assert not (make_report(tmp_path, "second") / "old.csv").exists()


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "toy-2025-06").mkdir()
    (tmp_path / "toy-2025-06/thesis.docx").write_text("mine")
    with pytest.raises(RuleError, match="已存在，但不是 csqa 的报告"):
        make_report(tmp_path, "first")
    assert (tmp_path / "toy-2025-06/thesis.docx").read_text() == "mine"
    assert not leftovers(tmp_path)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "toy-2025-06").write_text("mine")
    with pytest.raises(RuleError, match=r"toy-2025-06.*已存在，但不是文件夹"):
        make_report(tmp_path, "first")
    assert (tmp_path / "toy-2025-06").read_text() == "mine"


def test_leftovers_of_a_dead_run_go_and_those_of_a_living_one_stay(tmp_path: Path) -> None:
    dead = tmp_path / f"{PREFIX}dead"
    build(dead / "report", "unfinished")
    with Scratch(tmp_path) as living:
        (living.path / "work").write_text("x")
        with Scratch(tmp_path) as other:
            assert sorted(leftovers(tmp_path)) == sorted([living.path, other.path])
        assert (living.path / "work").read_text() == "x"
    assert not leftovers(tmp_path)


def test_a_link_named_like_a_leftover_is_not_followed(tmp_path: Path) -> None:
    mine = build(tmp_path / "mine", "mine")
    (tmp_path / f"{PREFIX}link").symlink_to(mine)
    make_report(tmp_path, "first")
    assert marks(mine) == {"mine"}


def test_a_report_set_aside_by_a_killed_run_is_put_back(tmp_path: Path) -> None:
    build(tmp_path / f"{PREFIX}dead/previous/toy-2025-06", "first")
    with Scratch(tmp_path):
        assert marks(tmp_path / "toy-2025-06") == {"first"}


KILLED = """
import os, sys
from pathlib import Path
sys.path[:0] = {path!r}
import ctypes, shutil, json, tempfile
from tests_publish import make_report, marks, leftovers
if {two_step}:
    def no_libc(*_, **__): raise OSError("no libc")
    ctypes.CDLL = no_libc
base = Path({out!r})
for step in range(1, 1000):
    out = base / str(step)
    out.mkdir()
    make_report(out, "first")
    child = os.fork()
    if child == 0:
        done = 0
        def die(event, details):
            global done
            if event.split(".")[0] in ("os", "open", "shutil", "fcntl", "ctypes", "tempfile"):
                done += 1
                if done == step:
                    os._exit(9)
        sys.addaudithook(die)
        make_report(out, "second")
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    target = out / "toy-2025-06"
    found = marks(target) if target.exists() else None
    with __import__("csqa.report.scratch", fromlist=["x"]).Scratch(out):
        after = marks(target)
    seen = sorted(found) if found else ["gone"]
    print(step, status, *seen, "->", *sorted(after), len(leftovers(out)))
    if status == 0:
        break
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to die at each step")
@pytest.mark.parametrize("two_step", [False, True])
def test_killed_at_every_single_step(tmp_path: Path, two_step: bool) -> None:
    (tmp_path / "tests_publish.py").write_text(Path(__file__).read_text("utf-8"), "utf-8")
    code = KILLED.format(path=[str(tmp_path), *sys.path], out=str(tmp_path), two_step=two_step)
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    lines = [line.split() for line in told.stdout.splitlines()]
    assert len(lines) > 30
    assert lines[-1][1:] == ["0", "second", "->", "second", "0"]
    for step, status, found, _, after, left in lines[:-1]:
        assert status == "9", step
        assert found in ({"first", "second", "gone"} if two_step else {"first", "second"}), step
        assert after in {"first", "second"}, step
        assert left == "0", step
    assert {line[4] for line in lines} == {"first", "second"}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "磁盘空间不足，报告没有写完；`out` 'o'"),
        (FileExistsError(17, "File exists"), "`out` 'o' 应为文件夹，但那里已有同名文件"),
        (PermissionError(13, "Permission denied"), "`out` 'o' 不可写：没有权限。"),
        (OSError(30, "Read-only file system"), "`out` 'o' 不可写：磁盘是只读的。"),
        (FileNotFoundError(2, "No such file", "o"), "`out` 'o' 不可写：那里建不了文件夹。"),
        (
            OSError(errno.ELOOP, "Loop", b"o/report/a.csv"),
            "`out` 'o' 不可写：链接绕成了圈。",
        ),
        (OSError(5, "Input/output error"), "`out` 'o' 不可写：磁盘读写出错。"),
        (OSError(9999, "strange"), "`out` 'o' 不可写：strange。"),
    ],
)
def test_disk_errors_are_explained(error: OSError, told: str) -> None:
    with pytest.raises(RuleError, match=told), explained_disk_errors(Path("o")):
        raise error


def test_errors_about_other_files_are_not(tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "kernel.json")
    with pytest.raises(OSError, match="strange"), explained_disk_errors(tmp_path / "out"):
        raise OSError(5, "strange", elsewhere)


@pytest.mark.parametrize("out", ["/proc/x", "/proc/x/y", "/dev/null", "/dev/null/x", "a" * 300])
def test_a_folder_that_cannot_be_made_is_one_sentence(out: str) -> None:
    told = r"^`out` '.*' (不可写|应为文件夹).*。$"
    with pytest.raises(RuleError, match=told), explained_disk_errors(Path(out)):
        Path(out).mkdir(parents=True)
