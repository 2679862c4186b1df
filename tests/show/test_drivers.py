"""Drivers for readers: lines on the Axes, words that claim no cause, at most ten rows."""

from collections.abc import Iterator
from html import escape

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from csqa.cause_results import DRIVER_COLUMNS
from csqa.errors import RuleError
from csqa.show import plots, tables
from csqa.show.headers import header, value_text
from csqa.show.palette import BETTER_BLUE, NEUTRAL_GREY, WORSE_ORANGE
from tests.show.pictures import assert_readable

pytestmark = pytest.mark.filterwarnings("error:Glyph .* missing")

VERDICTS = ("associated_worse", "associated_better", "no_difference", "too_few")


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def rows_of(*levels: tuple[str, str, float, str], outcome: str = "complaint") -> pd.DataFrame:
    """A table of drivers: factor, level, difference, verdict."""
    made = []
    for factor, level, difference, verdict in levels:
        row = {"factor": factor, "level": level, "difference": difference, "verdict": verdict}
        row |= {"lower": difference - 0.02, "upper": difference + 0.02, "crude": 2 * difference}
        row |= {
            "contacts": 4000,
            "contact_share": 0.25,
            "n": 1200,
            "n_reference": 6800,
            "excess": 1200 * difference,
        }
        row |= {"share": 0.1 + difference, "share_reference": 0.1, "outcome": outcome}
        odds = np.nan if factor == "topic" else 1.5
        made.append(row | {"odds_ratio": odds, "odds_lower": odds - 0.2, "odds_upper": odds + 0.3})
    return pd.DataFrame(made).reindex(columns=list(DRIVER_COLUMNS))


FOUND = rows_of(
    ("transfers", "3+", 0.1, "associated_worse"),
    ("topic", "安装 <b>", -0.05, "associated_better"),
    ("peak", "yes", 0.003, "no_difference"),
    ("wording", "hit", 0.2, "too_few"),
)


def test_a_line_per_judged_level_in_percentage_points() -> None:
    ax = plots.drivers(FOUND)
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        "流转部门 3+",
        "问题类型：安装 <b>",
        "高峰时段",
    ]
    told = [text.get_text() for text in ax.texts]
    assert told[0] == "▼ 相伴更多  +10.0  n=1,200"
    assert told[1:] == ["▲ 相伴更少  −5.0  n=1,200", "● 不显著  +0.3  n=1,200"]
    marks = {line.get_label(): line for line in ax.lines}
    assert marks["相伴更多"].get_xdata()[0] == pytest.approx(10)
    assert marks["相伴更多"].get_color() == WORSE_ORANGE
    assert marks["相伴更少"].get_color() == BETTER_BLUE
    assert marks["不显著"].get_color() == NEUTRAL_GREY
    assert list(marks["未分层的差值"].get_xdata()) == pytest.approx([20, -10, 0.6])
    ends = [path.vertices[:, 0].tolist() for path in ax.collections[0].get_paths()]
    assert ends[0] == pytest.approx([8, 12])
    assert ax.get_title(loc="left") == "与投诉相伴的因素（不代表因果）"
    assert ax.get_xlabel() == "分层后的差值（个百分点）"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_many_levels_with_long_names_stay_readable(language: str) -> None:
    many = rows_of(
        *(
            ("topic", f"名称特别特别特别长的问题类型第{n}", 0.2 - n / 100, VERDICTS[n % 3])
            for n in range(40)
        )
    )
    ax = plots.drivers(many, language=language)
    assert len(ax.get_yticklabels()) == 14
    assert_readable(ax.figure)


def test_nothing_to_draw_is_said() -> None:
    ax = plots.drivers(FOUND.iloc[3:])
    assert [text.get_text() for text in ax.texts] == ["无数据"]
    assert (
        plots.drivers(FOUND.iloc[:0], language="en").get_title(loc="left").startswith("What goes")
    )


def test_the_table_says_differences_and_claims_no_cause() -> None:
    shown = tables.show_drivers(FOUND)
    lines = shown.text.splitlines()
    assert lines[1] == (
        "流转部门 3+  4,000（25.0%）  20.0%（10.0%）  +10.0（+8.0 ~ +12.0）  +20.0"
        "  1.50（1.30–1.80）  +120  ▼ 相伴更多"
    )
    assert "与投诉相伴，不代表因果" in shown.text
    assert "另有 1 项未列出，其中 1 项样本不足" in shown.text
    assert escape("安装 <b>") in shown.html
    assert "安装 <b>" not in shown.html
    for word in ("导致", "造成", "原因是", "因为"):
        assert word not in shown.text


def test_low_ratings_say_how_many_rated() -> None:
    found = rows_of(("peak", "yes", 0.01, "no_difference"), outcome="low_rating")
    shown = tables.show_drivers(found, language="en").text
    assert "Only 50.0% of contacts were rated" in shown
    assert shown.startswith("No factor goes clearly with low ratings.")
    assert "no proof of cause" in shown


def test_the_table_has_at_most_ten_rows() -> None:
    many = rows_of(*(("topic", f"T{n}", 0.1, "associated_worse") for n in range(30)))
    text = tables.show_drivers(many).text
    assert text.count("问题类型：") == 10
    assert "另有 20 项未列出，其中 0 项样本不足" in text
    assert tables.show_drivers(FOUND.iloc[3:]).text == "没有可以比较的因素。"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(RuleError, match="language"):
        tables.show_drivers(FOUND, language="fr")
    with pytest.raises(RuleError, match="language"):
        plots.drivers(FOUND, language="fr")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_of_the_workbook_has_a_header(language: str) -> None:
    named = {header("drivers", column, language) for column in DRIVER_COLUMNS}
    assert not named & set(DRIVER_COLUMNS) - {"p", "q", "n"}
    assert len(named) == len(DRIVER_COLUMNS)
    assert value_text("drivers", "verdict", "associated_worse") == "相伴更多"
    assert value_text("drivers", "level", "over_target") == "超目标（2 倍以内）"
    assert value_text("drivers", "level", "安装") == "安装"
