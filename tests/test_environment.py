"""pyproject.toml, environment.yml, requirements.lock and what is installed must agree."""

import ast
import re
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
PIP_TO_CONDA = {"duckdb": "python-duckdb", "jupyter-client": "jupyter_client"}
SUPPORTED = ("3.11", "3.12", "3.13")


def declared(*extras: str) -> list[Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def locked(python: str) -> dict[str, Version]:
    """Versions that the lock gives on Linux, by name."""
    environment = {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
    }
    pins = (Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if "==" in line[:80])
    chosen = (pin for pin in pins if pin.marker is None or pin.marker.evaluate(environment))
    return {
        canonicalize_name(pin.name): Version(str(pin.specifier).removeprefix("=="))
        for pin in chosen
    }


def test_conda_users_get_the_same_names_and_ranges() -> None:
    lines = [line for line in CONDA["dependencies"] if isinstance(line, str)]
    (from_pip,) = (line["pip"] for line in CONDA["dependencies"] if isinstance(line, dict))
    conda = {line for line in lines if not line.startswith("python=") and line != "pip"}
    expected = set()
    for requirement in declared("databases", "learn", "test"):
        requirement.name = PIP_TO_CONDA.get(requirement.name, requirement.name)
        expected.add(str(requirement))
    assert {str(Requirement(line)) for line in [*conda, *from_pip]} == expected


def test_conda_python_is_the_oldest_supported() -> None:
    assert f"python={SUPPORTED[0]}" in CONDA["dependencies"]
    assert PROJECT["requires-python"] == f">={SUPPORTED[0]}"
    assert CONDA["channels"] == ["conda-forge"]


def test_each_supported_python_is_declared() -> None:
    classifiers = {line.rpartition(" :: ")[2] for line in PROJECT["classifiers"]}
    assert set(SUPPORTED) <= classifiers


@pytest.mark.parametrize("python", SUPPORTED)
def test_the_lock_satisfies_every_range(python: str) -> None:
    versions = locked(python)
    wrong = [
        f"{requirement}: locked at {versions.get(canonicalize_name(requirement.name))}"
        for requirement in declared("databases", "learn", "test", "dev")
        if versions.get(canonicalize_name(requirement.name)) not in requirement.specifier
    ]
    assert wrong == []


def test_the_lock_names_no_place() -> None:
    places = re.findall(r".*(?:://|file:|@|\.com\b|\.org\b|--index|--find-links|/).*", LOCK)
    assert places == []


def test_every_pin_has_a_hash() -> None:
    pins = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(pins) > len(declared("databases", "learn", "test", "dev"))
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_installed_versions_are_the_locked_ones() -> None:
    if not (Path(sys.prefix) / ".csqa-installed").exists():
        pytest.skip("this interpreter's environment was not made by `make env` from the lock")
    installed = {canonicalize_name(found.name): Version(found.version) for found in distributions()}
    versions = locked("{}.{}".format(*sys.version_info[:2]))
    direct = {
        canonicalize_name(requirement.name)
        for requirement in declared("databases", "learn", "test", "dev")
    }
    assert {name: installed.get(name) for name in direct} == {
        name: versions[name] for name in direct
    }


def imported(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


def test_the_library_imports_only_declared_packages() -> None:
    provided_by = packages_distributions()
    extras = declared("databases", "learn", "spark")
    names = {canonicalize_name(requirement.name) for requirement in extras}
    imports = set().union(*(imported(module) for module in (ROOT / "csqa").rglob("*.py")))
    foreign = imports - set(sys.stdlib_module_names) - {"csqa"}
    undeclared = {
        name
        for name in foreign
        if not names & {canonicalize_name(found) for found in provided_by.get(name, [name])}
    }
    assert undeclared == set()


def test_each_declared_package_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    missing = [
        requirement.name
        for requirement in declared("databases", "learn", "test", "dev")
        if f"| {requirement.name} |" not in page
    ]
    assert missing == []


def test_spark_is_locked_apart_with_hashes_and_the_same_versions() -> None:
    lock = (ROOT / "requirements-spark.lock").read_text("utf-8")
    pins = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    (asked,) = (Requirement(line) for line in PROJECT["optional-dependencies"]["spark"])
    versions = {pin.split("==")[0]: re.split("[ ;]", pin.split("==")[1])[0] for pin in pins}
    assert versions[asked.name] in asked.specifier
    assert "pyspark" not in LOCK
    assert versions["pandas"] == str(locked("3.11")["pandas"])
