"""Each `make` target works: CI runs most of them, this module the rest."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split()
RUN_HERE = {"help", "lab", "lock", "clean"}
RUN_BY_TEST_TARGET = {"test-library", "test-notebooks"}
CI = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / ".ci" / "run").read_text("utf-8")))
STAMP = f"{sys.prefix}/.csqa-installed"
# `make test` hands its own options down; these runs are to start from none.
ENVIRONMENT = {
    key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))
}

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def call(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=cwd,
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def make(*arguments: str, cwd: Path = ROOT) -> str:
    """Run make with this environment taken as installed, whatever made it."""
    done = call("-o", STAMP, *arguments, f"VENV={sys.prefix}", cwd=cwd)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder with the Makefile and what `make env` depends on."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_plain_make_prints_every_target_with_its_help() -> None:
    lines = dict(line.strip().split(maxsplit=1) for line in make().splitlines())
    assert list(lines) == TARGETS


def test_every_target_is_run_by_ci_or_here() -> None:
    assert set(TARGETS) - CI - RUN_HERE - RUN_BY_TEST_TARGET == set()
    assert "test" in CI
    assert set(re.findall(r"^test: (.*) ##", MAKEFILE, re.MULTILINE)[0].split()) == (
        RUN_BY_TEST_TARGET
    )


def test_ci_runs_only_targets_that_exist() -> None:
    assert CI - set(TARGETS) == set()


def test_lab_starts_jupyterlab() -> None:
    assert re.fullmatch(r"4\.\d+\.\d+", make("-s", "lab", "LAB_FLAGS=--version").strip())


def test_lock_asks_for_hashes_and_no_index(scratch: Path) -> None:
    recorder = scratch / "uv"
    recorder.write_text(
        '#!/bin/sh\nfor last; do :; done\nfor word; do echo "$word"; done > "$last.words"\n'
    )
    recorder.chmod(recorder.stat().st_mode | stat.S_IXUSR)
    make("lock", f"UV={recorder}", "LOCK_FLAGS=--upgrade", cwd=scratch)
    for lock, source in (("requirements.lock", "pyproject.toml"), ("requirements-spark.lock", "-")):
        words = (scratch / f"{lock}.words").read_text("utf-8").splitlines()
        assert words[:3] == ["pip", "compile", source]
        assert {"--universal", "--generate-hashes", "--no-emit-index-url"} <= set(words)
        assert words[-3:] == ["--upgrade", "-o", lock]
    assert "spark" not in (scratch / "requirements.lock.words").read_text("utf-8").split()


def test_clean_removes_caches_and_keeps_reports(scratch: Path) -> None:
    gone = ["csqa/__pycache__", "tests/__pycache__", ".pytest_cache", "build", "csqa.egg-info"]
    kept = [".venv/__pycache__", "reports/2025-06", "data/sample", "notebooks", "benchmarks"]
    for folder in [*gone, *kept]:
        (scratch / folder).mkdir(parents=True)
    make("clean", cwd=scratch)
    assert [folder for folder in gone if (scratch / folder).exists()] == []
    assert [folder for folder in kept if not (scratch / folder).exists()] == []


def test_env_leaves_a_foreign_folder_alone(scratch: Path) -> None:
    letter = scratch / "precious" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("keep me", "utf-8")
    done = call("env", "VENV=precious", f"PYTHON={sys.executable}", cwd=scratch)
    assert done.returncode == 2
    assert "precious exists but was not made by this Makefile" in done.stdout
    assert letter.read_text("utf-8") == "keep me"


def test_env_refuses_an_old_python(scratch: Path) -> None:
    old = scratch / "python-old"
    pretend = "import sys; sys.version_info = (3, 10);"
    old.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{pretend}'\"$2\"\n")
    old.chmod(old.stat().st_mode | stat.S_IXUSR)
    done = call("env", f"PYTHON={old}", cwd=scratch)
    assert done.returncode == 2
    assert "csqa needs Python 3.11 or newer" in done.stdout
    assert not (scratch / ".venv").exists()


def test_the_spark_tests_that_it_names_are_there():
    text = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    (line,) = [line for line in text.splitlines() if line.startswith("SPARK_TESTS")]
    named = line.partition(":=")[2].split()
    assert len(named) >= 3
    assert [name for name in named if not (ROOT / name).is_file()] == []
