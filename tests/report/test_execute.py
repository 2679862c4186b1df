"""A run is good only if every cell ran; what went wrong inside comes out as one sentence."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from csqa.errors import DataError, ReportError, RuleError
from csqa.report.execute import execute_notebook, socket_folder
from csqa.report.scratch import PREFIX
from csqa.show.record import read_record

Make = Callable[..., Path]
pytestmark = pytest.mark.slow


def run(notebook: Path, *, seconds: float = 60) -> object:
    partial = notebook.with_suffix(".partial.ipynb")
    parameters = {"period": "2025-07"}
    return execute_notebook(
        notebook, parameters, partial, time_limit_seconds=seconds, on_cell=lambda *_: None
    )


def test_parameters_arrive_and_progress_counts_every_cell(make_notebook: Make) -> None:
    seen: list[tuple[int, int]] = []
    executed = execute_notebook(
        make_notebook(),
        {"period": "2025-07"},
        make_notebook().with_suffix(".partial.ipynb"),
        time_limit_seconds=60,
        on_cell=lambda number, total: seen.append((number, total)),
    )
    assert read_record(executed).summary["headline"].startswith("2025-07")
    assert seen == [(number, 9) for number in range(1, 10)]


def test_this_interpreter_runs_it_whatever_is_registered(
    make_notebook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "home/.local/share/jupyter/kernels/python3"
    wrong.mkdir(parents=True)
    (wrong / "kernel.json").write_text('{"argv": ["/bin/false"], "display_name": "Python 3"}')
    start_up = tmp_path / "home/.ipython/profile_default/startup"
    start_up.mkdir(parents=True)
    (start_up / "00.py").write_text("record = None")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    kernel = {"name": "an-old-env", "display_name": "old", "language": "python"}
    work = "import sys; assert sys.executable == " + repr(os.sys.executable)  # type: ignore[attr-defined]
    assert read_record(run(make_notebook(work, kernel=kernel))).summary["contacts"] == 12


@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_no_home_is_needed(make_notebook: Make, monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    monkeypatch.setenv("HOME", home)
    work = "import matplotlib.pyplot as plt; display(plt.figure())"
    assert read_record(run(make_notebook(work))).summary["contacts"] == 12


def test_it_runs_where_the_caller_is_and_takes_no_module_from_there(
    make_notebook: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/random.py").write_text("raise RuntimeError('shadowed')")
    (tmp_path / "here/data.txt").write_text("found")
    monkeypatch.chdir(tmp_path / "here")
    work = "import random; assert open('data.txt').read() == 'found'"
    assert read_record(run(make_notebook(work))).summary["contacts"] == 12


@pytest.mark.parametrize("kind", [DataError, RuleError])
def test_our_errors_come_out_as_they_are(make_notebook: Make, kind: type[Exception]) -> None:
    work = f"raise {kind.__name__}('contacts: 缺少列 channel\\n第二行')"
    with pytest.raises(kind) as caught:
        run(make_notebook(work))
    assert str(caught.value) == "contacts: 缺少列 channel\n第二行"


@pytest.mark.parametrize(
    ("work", "told"),
    [
        ("1 / 0", "第 5 个代码单元出错：ZeroDivisionError: division by zero"),
        ("raise ValueError('first\\nlast')", "第 5 个代码单元出错：ValueError: last"),
        ("sys.exit(0)", "笔记本没有运行到底"),
        ("import os; os._exit(0)", "内核中途停止"),
    ],
)
def test_anything_else_is_a_failed_report(make_notebook: Make, work: str, told: str) -> None:
    with pytest.raises(ReportError, match=told):
        run(make_notebook(work))


def test_time_is_limited_for_the_whole_run(make_notebook: Make) -> None:
    with pytest.raises(ReportError, match="未能在 4 秒内完成"):
        run(make_notebook("import time; time.sleep(600)"), seconds=4)


def test_a_full_disk_in_the_notebook_is_a_full_disk(make_notebook: Make) -> None:
    with pytest.raises(OSError, match="No space left on device") as caught:
        run(make_notebook("raise OSError(28, 'No space left on device')"))
    assert caught.value.errno == 28


def test_no_socket_folder_is_left_behind() -> None:
    with socket_folder() as folder:
        assert folder.name.startswith(PREFIX)
        assert len(os.fsencode(folder)) < 100
    assert not folder.exists()
