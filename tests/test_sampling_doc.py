"""What docs/sampling.md shows is what a reader sees."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest

import csqa
from csqa.cli import main

MANUAL = (Path(__file__).parents[1] / "docs" / "sampling.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(line: str) -> str:
    """Run a command of csqa as a shell would, and return what it prints."""
    program, *arguments = shlex.split(line, comments=True)
    assert program == "csqa", line
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    assert code == 0, err.getvalue()
    return out.getvalue()


@pytest.mark.slow
def test_a_reader_sees_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(csqa.bundled("sample"), tmp_path / "exports")
    monkeypatch.chdir(tmp_path)
    printed, compared = "", 0
    for language, text in BLOCK.findall(MANUAL):
        if language == "bash":
            printed = "".join(run(line) for line in text.splitlines())
        elif language == "text":
            assert printed == text
            compared += 1
        elif language == "yaml":
            Path("sampling.yml").write_text(text, "utf-8")
        else:
            exec(compile(text, "docs/sampling.md", "exec"), {"csqa": csqa, "data": load()})
    assert compared == 3


def load() -> csqa.Dataset:
    return csqa.load("exports")
