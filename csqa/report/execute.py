"""Run a notebook to its end, in a kernel of this very interpreter, and trust nothing half done.

Papermill runs the cells. It calls a notebook complete whose kernel died or that called
``sys.exit(0)``; so a run is good only if nothing was raised *and* every cell has its number.
"""

import logging
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csqa.errors import CsqaError, DataError, ReportError, RuleError
from csqa.report.scratch import Scratch

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
"""What a notebook says of its kernel, the same on every machine."""
KERNEL_START_SECONDS = 60
"""A kernel that has not answered by then never will."""
_OURS: dict[str, type[CsqaError]] = {c.__name__: c for c in (DataError, RuleError, ReportError)}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_SOCKET_PATH_BYTES = 90
"""Unix sockets allow 104 bytes on macOS and 108 on Linux; jupyter adds a number."""
_NO_SPACE = ("No space left on device", "Disk quota exceeded")


def read_notebook(path: Path) -> "NotebookNode":
    """Read a notebook file, to be run by this interpreter whatever kernel it was saved with.

    Raises
    ------
    RuleError
        If it cannot be read or is not a notebook.
    """
    import nbformat

    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        message = f"{str(path)!r} 不是可用的 Jupyter 笔记本：{type(error).__name__}。"
        raise RuleError(message) from error
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        message = f"{str(path)!r} 是 {language} 笔记本；只能运行 Python 笔记本。"
        raise RuleError(message)
    notebook.metadata["kernelspec"] = dict(KERNEL)
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def execute_notebook(
    notebook: Path,
    parameters: Mapping[str, Any],
    partial: Path,
    *,
    time_limit_seconds: float,
    on_cell: Callable[[int, int], None],
    secrets: Mapping[str, str] | None = None,
) -> "NotebookNode":
    """Run a notebook in the caller's working directory.

    Parameters
    ----------
    notebook : Path
        The notebook; it is not changed.
    parameters : mapping of str to object
        Checked parameters.
    partial : Path
        Where to write the notebook after each cell, for a look at a run that failed.
    time_limit_seconds : float
        For the whole run, by the wall clock.
    on_cell : callable
        Called with (cell number from 1, number of cells) before each cell.
    secrets : mapping of str to str, optional
        Environment variables for the kernel alone; nothing of them is written anywhere.

    Returns
    -------
    NotebookNode
        The executed notebook.

    Raises
    ------
    DataError, RuleError, ReportError
        As raised in the notebook, with the same message.
    ReportError
        If anything else was raised there, time ran out, the kernel died or a cell did not run.
    OSError
        If the disk is full, here or in the notebook.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    content = read_notebook(notebook)
    total = len(content.cells) + 1  # and the one with the parameters
    deadline = time.monotonic() + time_limit_seconds
    with silent_papermill(), socket_folder() as folder:
        try:
            executed: NotebookNode = papermill.execute_notebook(
                content,
                str(partial).replace("{", "{{").replace("}", "}}"),
                dict(parameters),
                progress_bar=False,
                start_timeout=KERNEL_START_SECONDS,
                timeout_func=lambda _: max(0.1, deadline - time.monotonic()),
                on_cell_start=lambda cell, cell_index: on_cell(cell_index + 1, total),  # noqa: ARG005
                **_kernel_options(folder, secrets or {}),
            )
        except PapermillExecutionError as error:
            raise _translate(error) from None
        except CellTimeoutError:
            message = f"报告未能在 {time_limit_seconds:g} 秒内完成，已停止。"
            raise ReportError(message) from None
        except (DeadKernelError, RuntimeError) as error:
            message = f"运行笔记本的内核中途停止（可能是内存不足）：{_last_line(str(error))}"
            raise ReportError(message) from None
    _check_complete(executed)
    return executed


@contextmanager
def silent_papermill() -> Iterator[None]:
    """Keep papermill's log off the terminal: what matters in it is said in our own words."""
    logger = logging.getLogger("papermill")
    silencer = logging.NullHandler()
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(silencer)
    try:
        yield
    finally:
        logger.removeHandler(silencer)
        logger.propagate = propagate


@contextmanager
def socket_folder() -> Iterator[Path]:
    """A private folder for a kernel's sockets and settings, with a path that sockets allow."""
    try:
        parent = Path(tempfile.gettempdir()).resolve()
    except FileNotFoundError:
        message = "没有可写的临时文件夹；请设置环境变量 TMPDIR。"
        raise ReportError(message) from None
    if len(os.fsencode(parent)) > _SOCKET_PATH_BYTES - len("/.csqa-work-12345678/k-0"):
        parent = Path("/tmp")  # inside it, a folder of our own, mode 0700
    with Scratch(parent) as scratch:
        yield scratch.path


def _kernel_options(folder: Path, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Engine options that make papermill start this interpreter, whatever kernels are registered.

    By TCP, two kernels started at once may get the same port; sockets need a path of their own.
    """
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from traitlets.config import Config

    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    # As with a console script, a file in the working directory must not shadow a module.
    options = ["--InteractiveShellApp.ignore_cwd=True", "--HistoryManager.enabled=False"]
    settings = {**_environment(folder), **secrets}
    environment = {name: value.replace("$", "$$") for name, value in settings.items()}
    spec = KernelSpec(
        argv=argv + options, display_name="Python 3", language="python", env=environment
    )

    class OwnKernelManager(AsyncKernelManager):
        kernel_spec = property(lambda _: spec)

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # as its base
            # What the kernel itself says on being stopped is no news to the user.
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            await super().start_kernel(**options, **quiet)

    config = Config()
    config.OwnKernelManager.transport = "ipc"
    config.OwnKernelManager.ip = str(folder / "k")
    config.OwnKernelManager.connection_file = str(folder / "kernel.json")
    return {"kernel_manager_class": OwnKernelManager, "config": config}


def _environment(folder: Path) -> dict[str, str]:
    """Settings of the kernel process that the user's own must not change."""
    settings = {
        "IPYTHONDIR": str(folder / "ipython"),  # no start-up files of the user's
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",  # sets iterate in the same order in every run
        "PYTHONIOENCODING": "utf-8",
    }
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  (Path.home() raises where there is none)
    if "MPLCONFIGDIR" not in os.environ and not _can_write(home):
        settings["MPLCONFIGDIR"] = str(folder / "matplotlib")
    package = Path(__file__).resolve().parents[2]
    if package != Path(sysconfig.get_path("purelib")).resolve():
        inherited = os.environ.get("PYTHONPATH")
        settings["PYTHONPATH"] = os.pathsep.join(filter(None, [str(package), inherited]))
    return settings


def _can_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)


def _translate(error: Any) -> Exception:
    """Turn what a cell raised into an error of this process, without its traceback."""
    message = _COLOURS.sub("", error.evalue)
    if error.ename in _OURS:
        return _OURS[error.ename](message)
    if any(reason in message for reason in _NO_SPACE):
        return OSError(28, message)
    last = _last_line(message)
    return ReportError(f"第 {error.exec_count} 个代码单元出错：{error.ename}: {last}")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def _check_complete(executed: "NotebookNode") -> None:
    cells = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source.strip()]
    unrun = [i for i, cell in enumerate(cells, start=1) if cell.execution_count is None]
    if unrun or executed.metadata.get("papermill", {}).get("exception"):
        where = f"第 {unrun[0]} 个代码单元起没有运行" if unrun else "它中途退出"
        message = f"笔记本没有运行到底：{where}。"
        raise ReportError(message)
