"""The process around a command: signals, and streams that carry Chinese."""

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

ASK_AGAIN_SECONDS = 15
"""Enough for a run that heard SIGTERM to tidy up; one that did not is told again."""


class Terminated(BaseException):
    """SIGTERM came; unwinding removes what the run had begun."""


def write_chinese_anywhere() -> None:
    """Where a stream cannot carry Chinese (LC_ALL=C), write UTF-8; never fail on a character."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        try:
            "客服质量".encode(stream.encoding)
            reconfigure(errors="backslashreplace")
        except (UnicodeEncodeError, LookupError):
            reconfigure(encoding="utf-8", errors="backslashreplace")


def listen_for_termination() -> Any:
    """Unwind at SIGTERM; give the handler that was there before."""
    try:
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, _terminate)
        return signal.signal(signal.SIGTERM, _terminate)
    except ValueError:  # not in the main thread
        return None


def restore_handler(previous: Any) -> None:
    """Put the earlier handler back."""
    if previous is not None:
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGTERM, previous)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    # Python drops what is raised inside a callback or a finaliser: ask again, should it be lost.
    if hasattr(signal, "SIGALRM"):
        signal.setitimer(signal.ITIMER_REAL, ASK_AGAIN_SECONDS)
    raise Terminated
