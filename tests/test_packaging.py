"""The wheel carries notebooks, rules and sample data, and works far from a clone."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
SHIPPED_FROM = ("csqa", "notebooks", "data/sample")
LEFTOVERS = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.pyc")

pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, because a build leaves folders behind in its source."""
    source = tmp_path_factory.mktemp("source")
    for folder in SHIPPED_FROM:
        shutil.copytree(ROOT / folder, source / folder, ignore=LEFTOVERS)
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, source)
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "dist"]
    run(sys.executable, "-m", "pip", "--quiet", *build, ".", cwd=source)
    (built,) = (source / "dist").glob("csqa-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment: this one's dependencies, but csqa from the wheel alone."""
    environment = tmp_path_factory.mktemp("fresh") / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=environment.parent)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", python]
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=environment.parent)
    find = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site_packages = Path(run(python, "-c", find, cwd=environment).strip())
    # Python searches a folder named in a .pth file but does not read that folder's own .pth files:
    # the dependencies are found, the editable csqa among them is not.
    shared = dict.fromkeys(sysconfig.get_path(key) for key in ("purelib", "platlib"))
    (site_packages / "dependencies.pth").write_text("\n".join(shared), "utf-8")
    return environment


def test_every_subpackage_is_listed() -> None:
    found = {
        ".".join(marker.parent.relative_to(ROOT).parts)
        for marker in (ROOT / "csqa").rglob("__init__.py")
    }
    assert set(SETUPTOOLS["packages"]) == found | {"csqa._notebooks", "csqa._sample"}


@pytest.mark.parametrize(
    ("folder", "target", "patterns"),
    [
        ("notebooks", "csqa/_notebooks", ["*.ipynb"]),
        ("data/sample", "csqa/_sample", ["*.csv", "*.xlsx", "*.yml"]),
        ("csqa", "csqa", ["*.py", "*.yml", "*.json", "*.sql", "*.css", "*.html", "py.typed"]),
    ],
)
def test_the_wheel_carries_every_file(
    wheel: Path, folder: str, target: str, patterns: list[str]
) -> None:
    expected = {
        f"{target}/{path.relative_to(ROOT / folder).as_posix()}"
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if ".ipynb_checkpoints" not in path.parts
    }
    assert expected
    assert expected - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"csqa", "csqa-0.1.0.dist-info"}
    assert [name for name in names if name.startswith(("csqa/tests", "csqa/reports"))] == []


def test_the_installed_wheel_makes_a_report(installed: Path, tmp_path: Path) -> None:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
        "PYTHONSAFEPATH": "1",
        "HOME": str(tmp_path),
        # The borrowed dependencies keep their data files in this environment, not in the new one.
        "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),
    }
    binaries = installed / "bin"
    where = "import csqa; print(csqa.__file__)"
    module = Path(run(binaries / "python", "-c", where, cwd=tmp_path, env=environment).strip())
    assert module.is_relative_to(installed)

    monthly = ["report", "monthly", "--period", "2025-06", "--out", "reports"]
    run(binaries / "csqa", *monthly, cwd=tmp_path, env=environment)
    assert len(list((tmp_path / "reports").rglob("report.html"))) == 1
