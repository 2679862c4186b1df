"""The flow picture: nodes in order, returns on the other side, rare ways counted, readable."""

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import csqa
from csqa.errors import RuleError
from csqa.show import headers, plots
from csqa.show.palette import WORSE_ORANGE
from tests.show.pictures import assert_readable

PERIOD = "2025-06"
WAYS = {
    "接诉 记录 分类 处理 反馈 归档": 60,
    "接诉 记录 分类 处理 反馈 处理 反馈 归档": 12,
    "接诉 处理 归档": 9,
    "接诉 记录 处理 分类 归档": 12,
    "接诉 归档": 1,
}
HOURS = {"接诉": 0.2, "记录": 0.4, "分类": 9, "处理": 5, "反馈": 1, "归档": 0}


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def make(ways: dict[str, int]) -> dict[str, pd.DataFrame]:
    """The three tables that a picture is drawn from."""
    rows = []
    for way, count in ways.items():
        for number in range(count):
            at = pd.Timestamp("2025-06-03 09:00")
            for step in way.split():
                rows.append((f"{way}{number}", step, at))
                at += pd.Timedelta(hours=HOURS.get(step, 1.0))
    steps = pd.DataFrame(rows, columns=["contact_id", "step", "entered_at"])
    contacts = steps.groupby("contact_id", as_index=False)["entered_at"].agg(["min", "max"])
    contacts = contacts.rename(columns={"min": "created_at", "max": "resolved_at"})
    data = csqa.load({"contacts": contacts.assign(channel="online"), "steps": steps})
    return {
        "paths": csqa.measure_paths(data, period=PERIOD),
        "steps": csqa.measure_steps(data, period=PERIOD),
        "bottlenecks": csqa.find_bottlenecks(data, period=PERIOD),
    }


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return make(WAYS)


def texts(ax: Any, kind: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_gid() == kind]


@pytest.mark.parametrize("vertical", [False, True])
def test_nodes_in_their_order_and_edges_with_their_counts(
    tables: dict[str, pd.DataFrame], vertical: bool
) -> None:
    ax = plots.flow(**tables, vertical=vertical)
    names = [text.split("\n")[0] for text in texts(ax, "node")]
    assert names == ["接诉", "记录", "分类", "处理", "反馈", "归档"]
    classified = texts(ax, "node")[2]
    assert "▼ 瓶颈" in classified
    assert "超时 100%" in classified
    counts = sorted(int(text) for text in texts(ax, "edge"))
    # 接诉→归档 was gone by one contact of 94: less than two per cent of all steps.
    shown = tables["paths"][tables["paths"]["share_of_all"] >= 0.02]
    assert counts == sorted(shown["count"])
    caption = ax.texts[-1].get_text()
    hidden = tables["paths"][tables["paths"]["share_of_all"] < 0.02]
    assert f"另有 {len(hidden)} 种走法" in caption
    arrows = [patch for patch in ax.patches if type(patch).__name__ == "FancyArrowPatch"]
    back = [
        patch for patch in arrows if patch.get_edgecolor()[:3] == mpl.colors.to_rgb(WORSE_ORANGE)
    ]
    assert len(back) == shown["back"].sum() == 2
    assert_readable(ax.figure)


@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_many_nodes_with_long_names_stay_readable(vertical: bool, language: str) -> None:
    ways = {
        " ".join(f"很长很长的部门名称第{(start + place) % 12}组$x$" for place in range(5)): 10
        for start in range(12)
    }
    made = make(ways)
    ax = plots.flow(**made, vertical=vertical, language=language)
    assert len(texts(ax, "node")) == (9 if vertical else 6)
    assert "其余" in texts(ax, "node")[-1] or "others" in texts(ax, "node")[-1]
    assert_readable(ax.figure)


def test_one_node_and_none() -> None:
    assert_readable(plots.flow(**make({"处理": 3})).figure)
    made = {name: table.iloc[:0] for name, table in make({"处理": 3}).items()}
    assert_readable(plots.flow(**made).figure)
    with pytest.raises(RuleError, match="language"):
        plots.flow(**made, language="fr")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_say_what_the_figures_are(tables: dict[str, pd.DataFrame], language: str) -> None:
    shown = csqa.tables.show_bottlenecks(tables["bottlenecks"], language=language)
    name = "分类" if language == "zh" else "Classified"
    assert name in shown.text.split("\n")[0]
    steps = csqa.tables.show_steps(tables["steps"], language=language)
    assert "<script" not in steps.html
    assert f"{name}  " in steps.text


def test_names_from_data_are_escaped() -> None:
    made = make({"<b>甲 处理": 12})
    assert "<b>" not in csqa.tables.show_steps(made["steps"]).html
    assert "&lt;b&gt;甲" in csqa.tables.show_steps(made["steps"]).html


def test_every_column_has_a_header(tables: dict[str, pd.DataFrame]) -> None:
    for table in tables.values():
        for column in table.columns:
            assert column in headers.HEADERS or any(
                name.endswith(f".{column}") for name in headers.HEADERS
            ), column
