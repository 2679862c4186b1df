"""Titles, notes and groups above the headers are no headers; rows of data are never skipped."""

import pytest

from csqa.engine.delimited import find_separator
from csqa.engine.header_rows import find_header

HEADER = ["服务单号", "渠道", "创建时间", "处理时长"]
ROW = ["C1", "电话", "2025-06-01", "60"]


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["六月服务明细"]],
        [["六月服务明细", "", "", ""], ["导出人", "张三"]],
        [["说明"]] * 19,
        [["", "", "时间", ""]],
    ],
)
def test_rows_above_the_headers(above: list[list[str]]) -> None:
    found = find_header([*above, HEADER, ROW])
    assert (found.index, found.headers) == (len(above), HEADER)


def test_cells_merged_with_the_row_above_take_its_text() -> None:
    rows = [
        ["服务单号", "渠道", "时间", "", "处理时长"],
        ["", "", "创建时间", "解决时间", ""],
        ["C1", "电话", "2025-06-01", "2025-06-02", "60"],
    ]
    found = find_header(rows)
    assert found.index == 1
    assert found.headers == ["服务单号", "渠道", "创建时间", "解决时间", "处理时长"]


def test_rows_of_data_are_never_taken_for_titles() -> None:
    rows = [["#", "#", "#", "#"], ROW, HEADER, ROW]
    assert find_header(rows).index == 0


def test_a_header_that_comes_again_is_found_where_it_is_first() -> None:
    assert find_header([HEADER, ROW, HEADER]).index == 0


def test_headers_that_only_a_mapping_knows() -> None:
    rows = [["a", "b"], ["ref", "kind", "opened", "x", "y"], ["1", "2", "3", "4", "5"]]
    assert find_header(rows).index == 0
    assert find_header(rows, ["Ref", "opened"]).index == 1


def test_titles_of_one_cell_above_headers_that_nobody_knows() -> None:
    assert find_header([["report"], ["ref", "kind"], ["1", "2"]]).index == 1
    assert find_header([["ref"], ["1"], ["2"]]).index == 0


def test_nothing_at_all() -> None:
    assert find_header([]).headers == [""]


@pytest.mark.parametrize(
    ("lines", "separator"),
    [
        (["服务单号，渠道，创建时间"], "，"),
        (["服务单号;渠道;创建时间，或开始时间"], ";"),
        (["说明，见附件，谢谢", "服务单号\t渠道\t创建时间"], "\t"),
        (["a;b", "1,5;2"], ";"),
        (["title", "a|b", "1|2"], "|"),
        (["id"], ","),
        ([], ","),
    ],
)
def test_separators(lines: list[str], separator: str) -> None:
    assert find_separator(lines) == separator
