"""How far a run has come, on stderr: one line in a terminal, a few lines in a log."""

import sys
from dataclasses import dataclass, field
from typing import TextIO

_LOG_STEPS = 4
"""Lines written to a log, for a run of any length."""


@dataclass
class Progress:
    """Writes progress; called with the number of the cell that starts and how many there are.

    Examples
    --------
    >>> progress = Progress(sys.stdout)
    >>> for number in range(1, 9):
    ...     progress(number, 8)
    正在生成报告：第 2/8 步
    正在生成报告：第 4/8 步
    正在生成报告：第 6/8 步
    正在生成报告：第 8/8 步
    """

    stream: TextIO = field(default_factory=lambda: sys.stderr)

    def __call__(self, number: int, total: int) -> None:
        """Say that a cell starts."""
        line = f"正在生成报告：第 {number}/{total} 步"
        if self.stream.isatty():
            self.stream.write(f"\r{line}\x1b[K")
        elif number * _LOG_STEPS // total > (number - 1) * _LOG_STEPS // total:
            self.stream.write(line + "\n")
        self.stream.flush()

    def close(self) -> None:
        """Clear the line in a terminal."""
        if self.stream.isatty():
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def silent(number: int, total: int) -> None:
    """Write nothing."""
