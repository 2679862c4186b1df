"""The fishbone on a page and on a phone: everything readable, nothing over anything."""

import io
from collections.abc import Iterator

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from csqa.cause_results import BONES, NO_CAUSE
from csqa.errors import RuleError
from csqa.show import plots, tables
from csqa.show.palette import FAINT_GREY, WORSE_ORANGE
from csqa.show.picture import picture
from tests.show.pictures import assert_readable, visible_texts

pytestmark = pytest.mark.filterwarnings("error:Glyph .* missing")

PROBLEM = {
    "problem_id": "Q-handle_time-team-热线组",
    "metric": "handle_time",
    "kind": "seconds",
    "unit_kind": "team",
    "unit": "热线组",
    "value": 685.9,
    "target": 600.0,
    "target_upper": None,
    "direction": "at_most",
    "since": "2025-02",
}
LONG = "第{}个特别长的子原因名称需要换行也不能压住别的字"


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def counted(bones: dict[str, list[int]], n: int = 100, rest: int = 20) -> pd.DataFrame:
    rows = [
        {"bone": bone, "cause": f"{bone}{place}", "cases": cases, "share": cases / n, "n": n}
        for bone, listed in bones.items()
        for place, cases in enumerate(listed)
    ]
    rows.append({"bone": NO_CAUSE, "cause": NO_CAUSE, "cases": rest, "share": rest / n, "n": n})
    return pd.DataFrame(rows)


def texts_of(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("narrow", [False, True])
def test_what_is_said(narrow):
    ax = plots.fishbone(
        PROBLEM,
        counted({"process": [32, 17, 6, 3], "people": [9]}),
        names={"process0": "处理拖延"},
        narrow=narrow,
    )
    said = texts_of(ax)
    assert "处理拖延" in said
    assert "32 例 · 32%" in said
    assert "其他 1 项" in said
    assert "3 例 · 3%" not in said, "at most three causes of a bone"
    assert said.count("无证据") == 5
    assert {"人员", "流程", "政策标准", "产品", "系统工具", "信息知识库", "环境客户"} <= set(said)
    assert any("11.4 分钟" in text for text in said)
    assert "n=100 个案例" in " ".join(said)
    assert "未归类 20%" in " ".join(said)
    assert ax.get_title(loc="left") == "鱼骨图 · 热线组 平均处理时长"


@pytest.mark.parametrize("narrow", [False, True])
def test_the_strongest_cause_is_orange_and_thickest_or_longest(narrow):
    ax = plots.fishbone(PROBLEM, counted({"process": [40], "people": [9]}), narrow=narrow)
    orange = [line for line in ax.lines if line.get_color() == WORSE_ORANGE]
    assert len(orange) == 2, "the bone and its rib"
    pale = [line for line in ax.lines if line.get_color() == FAINT_GREY]
    assert len(pale) == 5, "bones without evidence"
    size = (lambda line: line.get_xdata()[1] - line.get_xdata()[0]) if narrow else None
    ribs = [line for line in ax.lines if line.get_ydata()[0] == line.get_ydata()[-1]]
    weights = [size(line) if size else line.get_linewidth() for line in ribs]
    strongest = max(
        (weight for weight, line in zip(weights, ribs, strict=True) if line in orange), default=0
    )
    others = [
        weight
        for weight, line in zip(weights, ribs, strict=True)
        if line not in orange and line.get_zorder() == 2 and line.get_color() not in (FAINT_GREY,)
    ]
    assert strongest > max(others)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "bones",
    [
        {},
        {"system": [1]},
        {bone: [20 - place, 9, 5, 3, 2] for place, bone in enumerate(BONES)},
        {bone: [9, 5, 3] for bone in (*BONES, "weather", "another bone")},
    ],
    ids=["none", "one", "full", "more bones"],
)
def test_nothing_overlaps(bones, language, narrow):
    table = counted(bones)
    names = {cause: LONG.format(place) for place, cause in enumerate(table["cause"])}
    names = (
        names
        if language == "zh"
        else {
            cause: "a remarkably long name of a cause in several words" for cause in table["cause"]
        }
    )
    problem = PROBLEM | {"unit": "华东区第一电话服务组（夜班）名称特别特别长"}
    ax = plots.fishbone(problem, table, names=names, language=language, narrow=narrow)
    assert_readable(ax.figure)
    if narrow:
        assert ax.figure.get_size_inches()[0] * ax.figure.dpi == 390
    top = ax.figure.bbox.y1
    for text in visible_texts(ax.figure):
        box = text.get_window_extent()
        assert box.y0 >= -1, text
        assert box.y1 <= top + 1, text


def test_given_axes_of_a_phone_are_drawn_narrow():
    _, axes = plt.subplots(figsize=(3.9, 8))
    ax = plots.fishbone(PROBLEM, counted({"people": [3]}), ax=axes)
    assert ax is axes
    assert "3 例 · 3%" in texts_of(ax)
    assert ax.get_xlim() == (0, 3.9)


def test_causes_are_counted_if_they_are_not_yet():
    causes = pd.DataFrame({"case_id": ["1", "1", "2"], "bone": "people", "cause": "careless"})
    ax = plots.fishbone(PROBLEM, causes)
    assert "2 例 · 100%" in texts_of(ax)
    assert "人员  2 例" in texts_of(ax)


def test_counts_alone_will_do():
    bare = pd.DataFrame({"bone": ["people"], "cause": ["careless"], "cases": [4]})
    said = texts_of(plots.fishbone(PROBLEM, bare))
    assert "案例少" not in " ".join(said)
    few = counted({"people": [4]}, n=29)
    assert "案例少，占比只作参考" in " ".join(texts_of(plots.fishbone(PROBLEM, few)))
    assert "4 例" in said
    assert not any("未归类" in text for text in said), "nothing is known of the rest"


def test_names_from_data_cannot_break_the_picture():
    names = {"people0": "$\\frac{1}{$ <b>\n换行"}
    ax = plots.fishbone(PROBLEM, counted({"people": [3]}), names=names)
    ax.figure.canvas.draw()
    assert any("<b>" in text for text in texts_of(ax))


def test_svg_and_png():
    ax = plots.fishbone(PROBLEM, counted({"people": [3]}))
    stored = io.StringIO()
    ax.figure.savefig(stored, format="svg")
    assert "<svg" in stored.getvalue()
    shown = picture(ax)
    assert shown.png.startswith(b"\x89PNG")
    assert shown.alt == "鱼骨图 · 热线组 平均处理时长"


def test_refused():
    with pytest.raises(RuleError, match="`language` 应为"):
        plots.fishbone(PROBLEM, counted({}), language="fr")
    with pytest.raises(RuleError, match="没有持续的问题"):
        plots.fishbone(pd.DataFrame(columns=list(PROBLEM)), counted({}))


def test_as_a_table():
    table = counted({"process": [32], "people": [9]})
    table = table.assign(lower=table["share"] / 2, upper=table["share"] * 2)
    shown = tables.show_fishbone(table, names={"process0": "<i>"}, examples={"people0": "原话"})
    lines = shown.text.splitlines()
    assert lines[0].split("  ") == [
        "鱼骨类别",
        "根本原因",
        "案例数",
        "占比（95% 区间）",
        "原话示例",
    ]
    assert "32.0%（16.0%–64.0%）" in lines[1]
    assert "原话" in lines[2]
    assert "未归类" in lines[3]
    assert "<i>" not in shown.html
    assert "没有可用的原因标注" in tables.show_fishbone(table.head(0)).text
