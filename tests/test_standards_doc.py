"""Every block of docs/standards.md works as a reader would use it, and prints what it says."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

import csqa
from csqa.cli import main
from csqa.rules.files import DEFAULTS
from csqa.rules.kinds import detect_kind

ROOT = Path(__file__).parents[1]
MANUAL = (ROOT / "docs" / "standards.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (\S+\.yml)( 末尾)?")
"""First line of a block that says into which file it goes, or at whose end."""
LEFT_OUT = "…"
"""A line that stands for lines left out."""


@dataclass
class Block:
    language: str
    text: str
    line: int

    @property
    def file(self) -> re.Match[str] | None:
        return NAMED.match(self.text) if self.language == "yaml" else None


BLOCKS = [
    Block(match[1], match[2], MANUAL[: match.start()].count("\n") + 1)
    for match in BLOCK.finditer(MANUAL)
]
COMPLETE = [block for block in BLOCKS if block.language == "yaml" and not block.file]


@pytest.mark.parametrize("block", COMPLETE, ids=lambda block: f"line {block.line}")
def test_every_example_is_read(tmp_path: Path, block: Block, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "standard.yml"
    path.write_text(complete(block.text), "utf-8")
    code = main(["standard", "check", str(path)])
    assert (code, capsys.readouterr().err) == (0, "")


def complete(text: str) -> str:
    """A whole rule file of a part: metrics, settings or goals are put into the shipped standard."""
    content = yaml.safe_load(text)
    kind = detect_kind(content)
    if kind not in (None, "standard") or "standards" in content:
        return text
    shipped = yaml.safe_load((DEFAULTS / "standard.yml").read_text("utf-8"))
    if kind == "standard":
        whole = shipped | content
    else:
        later = {"effective": date(2099, 1, 1), "metrics": content}
        whole = shipped | {"standards": [*shipped["standards"], later]}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def test_the_manual_has_what_it_promises():
    languages = [block.language for block in BLOCKS]
    assert set(languages) == {"yaml", "bash", "text", "python"}
    headings = re.findall(r"^## (.+)$", MANUAL, re.MULTILINE)
    linked = re.findall(r"\]\(#([^)]+)\)", MANUAL)
    anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert set(linked) <= anchors
    for block, following in pairwise(BLOCKS):
        if following.language == "text":
            assert block.language == "bash", f"line {following.line}: output of nothing"


@pytest.mark.slow
def test_a_reader_who_does_all_of_it_sees_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(csqa.bundled("sample"), tmp_path / "exports")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"csqa": csqa, "data": csqa.load("exports")}
    printed = ""
    for block in BLOCKS:
        if block.language == "bash":
            printed = "".join(run(line) for line in block.text.splitlines())
        elif block.language == "text":
            assert_printed(printed, block)
        elif block.language == "python":
            exec(compile(block.text, f"line {block.line}", "exec"), names)
        elif block.file:
            write(block)
        elif detect_kind(yaml.safe_load(block.text)) == "form":
            Path("inspection.yml").write_text(block.text, "utf-8")
    assert Path("qa/reports").is_dir()


def write(block: Block) -> None:
    """Do what the first line says: a file of that name, or lines at its end."""
    named = block.file
    assert named
    path = Path(named[1])
    before = path.read_text("utf-8") if named[2] else ""
    path.write_text(before + block.text, "utf-8")


def run(line: str) -> str:
    """Run a command of csqa as a shell would, and return what it prints."""
    words = shlex.split(line, comments=True)
    into = words[words.index(">") + 1] if ">" in words else ""
    program, *arguments = words[: words.index(">")] if into else words
    assert program == "csqa", line
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    assert code == (2 if "wrong" in line else 0), err.getvalue()
    if into:
        Path(into).write_text(out.getvalue(), "utf-8")
        return ""
    return out.getvalue() + err.getvalue()


def assert_printed(printed: str, block: Block) -> None:
    """The block stands in the output: all of it, or parts in order where lines are left out."""
    parts = re.split(rf"^{LEFT_OUT}\n", block.text, flags=re.MULTILINE)
    rest = printed
    for number, part in enumerate(parts):
        at = rest.find(part)
        told = f"line {block.line} of the manual:\n{part}\nis not in\n{rest}"
        assert at == 0 if number == 0 else at >= 0, told
        rest = rest[at + len(part) :]
    assert len(parts) > 1 or rest == "", f"line {block.line} of the manual leaves out:\n{rest}"
