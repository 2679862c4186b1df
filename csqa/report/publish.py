"""Publish a folder whole or not at all.

A report is built in a hidden scratch folder beside the reports and takes its place in one step:
a rename where there was none, an exchange of the two names where there is an earlier one. Readers
see the old report or the new one. Where the system cannot exchange names (some network file
systems, Windows) it takes two renames; if a run is killed between them, the next one puts the
earlier report back.
"""

import contextlib
import ctypes
import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from csqa.errors import RuleError
from csqa.report.scratch import PREVIOUS
from csqa.rules.files import explain_os_error

MANIFEST = "manifest.json"
"""Its presence makes a folder a report, which a newer one may replace."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)


@contextlib.contextmanager
def explained_disk_errors(out: Path) -> Iterator[None]:
    """Say in one sentence what is wrong with the disk or the folder that reports go to.

    Raises
    ------
    RuleError
        If the disk is full, or the folder cannot be made or written in, whatever the reason.
    OSError
        If it is about a file elsewhere.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            message = f"磁盘空间不足，报告没有写完；`out` {str(out)!r} 里原有的报告没有改动。"
        elif not _concerns(error, out):
            raise
        elif isinstance(error, FileExistsError | NotADirectoryError):
            message = f"`out` {str(out)!r} 应为文件夹，但那里已有同名文件。"
        else:
            gone = isinstance(error, FileNotFoundError)
            why = "那里建不了文件夹" if gone else explain_os_error(error)
            message = f"`out` {str(out)!r} 不可写：{why}。请换一个文件夹或改权限。"
        raise RuleError(message) from error


def _concerns(error: OSError, out: Path) -> bool:
    """Whether an error is about a folder, what is in it, or where it is to be made."""
    if not isinstance(error.filename, str | bytes):
        return True  # a failed write names no file, and all that is written goes there
    here, there = (os.path.abspath(name) for name in (os.fsdecode(error.filename), out))  # noqa: PTH100  (of a path that cannot be made)
    return Path(here).is_relative_to(there) or Path(there).is_relative_to(here)


def publish(built: Path, target: Path, scratch: Path) -> None:
    """Put a finished folder in its place; an earlier report there moves to the scratch folder.

    Parameters
    ----------
    built : Path
        The finished folder, on the same file system as ``target``.
    target : Path
        Where it goes. Files in an earlier report there that csqa did not make are carried over.
    scratch : Path
        The run's scratch folder.

    Raises
    ------
    RuleError
        If something other than a report is in the way.
    OSError
        If the disk fails; ``target`` is as it was.
    """
    _check_replaceable(target)
    while True:
        if target.is_dir():
            _carry_over(target, built)
        _flush(built)
        try:
            _put_in_place(built, target, scratch)
            break
        except OSError as error:
            # Another run published or removed the same report in this very moment.
            if (
                error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT)
                or not built.exists()
            ):
                raise
    _flush_folder(target.parent)


def _put_in_place(built: Path, target: Path, scratch: Path) -> None:
    if not target.exists():
        built.rename(target)
    elif not _exchange(built, target):
        aside = scratch / PREVIOUS
        aside.mkdir(exist_ok=True)
        target.rename(aside / target.name)
        built.rename(target)


def _exchange(first: Path, second: Path) -> bool:
    """Swap two names in one step; False where the system cannot."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            swap, last = libc.renamex_np, (ctypes.c_uint(2),)  # RENAME_SWAP, <sys/stdio.h>
            status = swap(os.fsencode(first), os.fsencode(second), *last)
        else:
            here = ctypes.c_int(-100)  # AT_FDCWD, <fcntl.h>
            flag = ctypes.c_uint(2)  # RENAME_EXCHANGE, <linux/fs.h>
            status = libc.renameat2(here, os.fsencode(first), here, os.fsencode(second), flag)
    except (AttributeError, OSError, TypeError):  # no such function, no libc
        return False
    if status == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(second))


def _check_replaceable(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        message = f"{str(target)!r} 已存在，但不是文件夹；请移走它，或换一个 `out`。"
        raise RuleError(message)
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        message = f"{str(target)!r} 已存在，但不是 csqa 的报告；请移走它，或换一个 `out`。"
        raise RuleError(message)


def _carry_over(earlier: Path, built: Path) -> None:
    """Keep what somebody put beside an earlier report: it is not ours to delete."""
    ours = _made_by_csqa(earlier)
    for file in sorted(path for path in earlier.rglob("*") if path.is_file()):
        place = built / file.relative_to(earlier)
        if file.relative_to(earlier).as_posix() not in ours and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, place)


def _made_by_csqa(report: Path) -> set[str]:
    try:
        outputs = json.loads((report / MANIFEST).read_text("utf-8"))["outputs"]
        return {MANIFEST, *outputs}
    except (OSError, ValueError, KeyError, TypeError):
        return {MANIFEST}


def _flush(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    for path in [*(path for path in folder.rglob("*") if path.is_dir()), folder]:
        _flush_folder(path)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
