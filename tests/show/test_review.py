"""The review of the standard for readers: page, sheet, terminal."""

import pandas as pd
import pytest
from openpyxl import load_workbook

import csqa
from csqa.errors import ReportError
from csqa.show.review import list_review, name_line, show_effect, show_review
from csqa.show.review_files import describe_review, write_review
from tests.tables import months, sums, write

HOSTILE = """
standards:
  - effective: 2024-01-01
    weights: {experience: 1}
    metrics:
      csat:
        name: {zh: "=1+1<b>满意\\e[31m"}
        dimension: experience
        measure: csat_satisfied
        target: {at_least: 0.9}
        deduct: proportional
"""


@pytest.fixture
def measures() -> pd.DataFrame:
    return sums("csat", [(label, 200, 150) for label in months(6)])


@pytest.fixture
def review(measures) -> pd.DataFrame:
    return csqa.review_standard(measures, period="2025-06")


def effect(**changed: object) -> pd.DataFrame:
    row = {
        "metric": ["csat", "composite"],
        "periods": 6,
        "periods_restated": 6,
        "met": [0, 0],
        "met_restated": [6, 0],
        "mean_score": [75.0, 75.04],
        "mean_score_restated": [100.0, 100.0],
        "periods_changed": 6,
    }
    return pd.DataFrame(row | changed)


def test_every_target_is_a_row_with_its_verdict_in_words(review):
    page = show_review(review, csqa.read_standard())
    line = next(line for line in page.text.splitlines() if line.startswith("客户满意度"))
    assert line.split("  ")[:6] == [
        "客户满意度",
        "一般情况",
        "≥ 90%",
        "0 / 6",
        "75% / 75% / 75%",
        "75%",
    ]
    assert "▼ 够不着" in line
    assert page.html.count("<tr>") == len(review) + 1
    assert "拟议" not in page.text


def test_what_is_proposed_has_columns_of_its_own(measures):
    found = csqa.review_standard(measures, period="2025-06", proposed=csqa.read_standard())
    headers, rows = list_review(found, csqa.read_standard(), language="en")
    csat = dict(zip(headers, next(row for row in rows if row[0] == "CSAT"), strict=True))
    assert csat["Proposed"] == "≥ 90% (unchanged)"
    assert csat["Months met then"] == "0 / 6"
    assert csat["Mean score: now → then"] == "75.0 → 75.0"


def test_where_a_target_applies_is_named():
    assert name_line("scene=aftersale peak=False") == "售后、非高峰时段"
    assert name_line("team=A=B", "en") == "A=B"


def test_only_what_changes_is_an_effect():
    shipped = csqa.read_standard()
    assert "0/6 → 6/6" in show_effect(effect(), shipped).text
    assert "综合得分  –  75.0 → 100.0" in show_effect(effect(), shipped).text
    assert show_effect(effect(periods_changed=0), shipped).text == "拟议的标准不改变任何得分。"


def test_the_terminal_tells_what_to_talk_about_first(review):
    lines = list(describe_review(review, csqa.read_standard(), effect()))
    assert lines[0] == "够不着（1 项）："
    assert lines[1].startswith("  - 客户满意度 ≥ 90%：6 个月中从未达到；合计 75.0%")
    assert lines[-3:] == [
        "拟议标准的影响（现行 → 拟议）：",
        "  - 客户满意度：达标月份 0/6 → 6/6；月均得分 75.0 → 100.0",
        "  - 综合得分：月均得分 75.0 → 100.0",
    ]
    nothing = list(describe_review(review, csqa.read_standard(), effect(periods_changed=0)))
    assert nothing[-1] == "  - 拟议的标准不改变任何得分。"


def test_the_workbook_has_an_empty_column_for_what_is_decided(review, tmp_path):
    path = tmp_path / "review.xlsx"
    write_review(review, csqa.read_standard(), path, effect())
    book = load_workbook(path)
    assert book.sheetnames == ["标准复核", "拟议标准的影响"]
    rows = list(book["标准复核"].iter_rows(values_only=True))
    assert rows[0][-1] == "决定"
    assert len(rows) == len(review) + 1
    assert {row[-1] for row in rows[1:]} == {None}
    again = tmp_path / "again.xlsx"
    write_review(review, csqa.read_standard(), again, effect())
    assert path.read_bytes() == again.read_bytes()


def test_a_file_that_cannot_be_written_is_named(review, tmp_path):
    with pytest.raises(ReportError, match="没有这个文件或文件夹"):
        write_review(review, csqa.read_standard(), tmp_path / "nowhere" / "review.xlsx")


def test_hostile_names_stay_text(measures, tmp_path):
    standard = csqa.read_standard(write(tmp_path, HOSTILE))
    measures = measures.assign(target_line="2024-01-01/base")
    found = csqa.review_standard(measures, standard, period="2025-06")
    assert "<b>" not in show_review(found, standard).html
    assert "\x1b" not in "".join(describe_review(found, standard))
    path = tmp_path / "review.xlsx"
    write_review(found, standard, path)
    cell = load_workbook(path).active["A2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1<b>满意[31m")
