"""A hidden folder for one run, and what is done about the folders of runs that were killed."""

import contextlib
import errno
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PREFIX = ".csqa-work-"
"""Hidden, so that no leftover is mistaken for a report."""
PREVIOUS = "previous"
"""Where, in a scratch folder, a report waits that is being replaced in two steps."""
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP)


class Scratch:
    """A folder for one run, removed at its end; leftovers of killed runs are removed at its start.

    A lock held while the run lives tells the two apart, so that runs side by side leave each
    other alone. Where the file system has no locks, leftovers stay.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as parent, Scratch(Path(parent)) as scratch:
    ...     scratch.path.name.startswith(".csqa-work-")
    True
    """

    def __init__(self, parent: Path) -> None:
        self.parent = parent
        self.path = parent
        self._lock = -1

    def __enter__(self) -> "Scratch":
        """Tidy up, then make the folder and lock it."""
        for leftover in sorted(self.parent.glob(f"{PREFIX}*")):
            _remove_if_dead(leftover)
        locked = None
        while locked is None:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=self.parent))
            # Another run may have tidied the folder away before it was locked: then try again.
            locked = _lock_new(self.path)
        self._lock = locked
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the folder and let go of the lock."""
        _restore(self.path)
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _lock_new(folder: Path) -> int | None:
    try:
        return _lock(folder)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return os.open(folder / "lock", os.O_RDWR)
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _lock(folder: Path) -> int | None:
    """Lock a scratch folder; None if a living run holds it or another run removed it."""
    lock = folder / "lock"
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return None
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock.stat().st_ino == os.fstat(handle).st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return None


def _remove_if_dead(leftover: Path) -> None:
    if fcntl is None:
        return
    with contextlib.suppress(OSError):  # a leftover is no reason to fail, even on a full disk
        if leftover.is_symlink() or leftover.stat().st_uid != os.getuid():
            return
        handle = _lock(leftover)
        if handle is None:
            return
        try:
            _restore(leftover)
            shutil.rmtree(leftover, ignore_errors=True)
        finally:
            os.close(handle)


def _restore(scratch: Path) -> None:
    """Put back a report that a run was killed, or failed, in the middle of replacing."""
    for previous in scratch.glob(f"{PREVIOUS}/*"):
        place = scratch.parent / previous.name
        if not place.exists():
            previous.rename(place)
