"""A request is checked before anything runs."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.errors import RuleError
from csqa.periods import check_month
from csqa.report.parameters import (
    find_notebook,
    hide_credentials,
    read_request,
)

Make = Callable[..., Path]


@given(st.integers(1900, 9999), st.integers(1, 12))
def test_every_month_is_a_period(year: int, month: int) -> None:
    assert check_month(f"{year}-{month:02d}") == f"{year}-{month:02d}"


@pytest.mark.parametrize(
    "period",
    ["2025-13", "2025-00", "2025-6", "202506", "", "２０２５-06", "2025-06\n", None, 202506],
)
def test_anything_else_is_not(period: object) -> None:
    with pytest.raises(RuleError, match="`period` 应为 YYYY-MM，例如 2025-06，而不是"):
        check_month(period)


def test_the_period_is_checked_before_the_notebook() -> None:
    with pytest.raises(RuleError, match="`period`"):
        read_request("there is none", "2025-13", "zh", 30, {})


def test_what_is_not_given_is_left_to_the_notebook(make_notebook: Make) -> None:
    request = read_request(make_notebook(), "2025-06", "zh", 30, {"source": None, "mapping": "m"})
    assert request.parameters == {
        "period": "2025-06",
        "mapping": "m",
        "language": "zh",
        "minimum_n": 30,
    }
    assert request.folder_name == "toy-2025-06"


def test_a_path_is_passed_as_it_was_given(make_notebook: Make) -> None:
    request = read_request(make_notebook(), "2025-06", "zh", 30, {"source": Path("data/x")})
    assert request.parameters["source"] == str(Path("data/x"))


def test_an_unknown_parameter_is_refused_with_the_nearest(make_notebook: Make) -> None:
    with pytest.raises(RuleError, match=r"'sorce'（是否指 source？）。它的参数有：period、source"):
        read_request(make_notebook(), "2025-06", "zh", 30, {"sorce": "x"})


def test_a_name_that_is_code_is_refused(make_notebook: Make) -> None:
    with pytest.raises(RuleError, match="没有这样的参数"):
        read_request(make_notebook(), "2025-06", "zh", 30, {"x=1;import os;y": 1})


def test_a_notebook_without_a_period_cannot_be_reported(make_notebook: Make) -> None:
    with pytest.raises(RuleError, match="没有这样的参数：'period'"):
        read_request(make_notebook(parameters="month: str = ''"), "2025-06", "zh", 30, {})


@pytest.mark.parametrize("value", [{1, 2}, (1, 2), {1: "a"}, object(), float("nan"), b"x"])
def test_a_value_that_would_change_on_the_way_is_refused(
    make_notebook: Make, value: object
) -> None:
    with pytest.raises(RuleError, match="参数 `source` 应为文字"):
        read_request(make_notebook(), "2025-06", "zh", 30, {"source": value})


@pytest.mark.parametrize("value", [0, -1, 2.5, "30", True])
def test_minimum_n_is_a_positive_whole_number(make_notebook: Make, value: object) -> None:
    with pytest.raises(RuleError, match="`minimum_n` 应为正整数"):
        read_request(make_notebook(), "2025-06", "zh", value, {})  # type: ignore[arg-type]


def test_the_language_is_one_of_two(make_notebook: Make) -> None:
    with pytest.raises(RuleError, match="`language` 应为 'zh', 'en' 之一，而不是 'fr'"):
        read_request(make_notebook(), "2025-06", "fr", 30, {})


def test_braces_in_a_path_mean_themselves(make_notebook: Make, tmp_path: Path) -> None:
    folder = tmp_path / "{period} {x}"
    folder.mkdir()
    moved = make_notebook().rename(folder / "toy.ipynb")
    assert read_request(moved, "2025-06", "zh", 30, {}).notebook == moved


def test_a_missing_notebook_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"找不到笔记本文件 .*no\.ipynb"):
        find_notebook(tmp_path / "no.ipynb")


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(RuleError, match="没有名为 'nope' 的笔记本；现有："):
        find_notebook("nope")


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x00\xff", b"[]", b'{"cells": 1}'])
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    with pytest.raises(RuleError, match="不是可用的 Jupyter 笔记本"):
        read_request(path, "2025-06", "zh", 30, {})


def test_a_notebook_in_another_language_is_refused(make_notebook: Make) -> None:
    kernel = {"name": "ir", "language": "R", "display_name": "R"}
    with pytest.raises(RuleError, match="是 R 笔记本"):
        read_request(make_notebook(kernel=kernel), "2025-06", "zh", 30, {})


def test_only_what_identifies_a_person_is_taken_from_an_address() -> None:
    assert hide_credentials("mysql://u:p@host:3306/db?x=1") == "mysql://***@host:3306/db?x=1"
    assert hide_credentials("https://host/a:b@c") == "https://host/a:b@c"


def test_reading_leaves_the_file_alone(make_notebook: Make) -> None:
    path = make_notebook(kernel={"name": "gone", "display_name": "gone"})
    before = path.read_bytes()
    read_request(path, "2025-06", "zh", 30, {})
    assert path.read_bytes() == before
    assert nbformat.read(path, 4).metadata.kernelspec.name == "gone"
