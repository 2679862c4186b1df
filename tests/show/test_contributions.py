"""Contribution bars: exact lengths, readable with forty long names, figures that add up."""

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from csqa.contributions import explain_change
from csqa.errors import RuleError
from csqa.show.contribution_lines import MOST_UNITS, explain_lines
from csqa.show.contributions import contributions
from csqa.show.palette import BETTER_BLUE, NEUTRAL_GREY, WORSE_ORANGE
from tests.show.pictures import assert_readable, key, visible_texts
from tests.tables import sums

pytestmark = pytest.mark.filterwarnings("error:Glyph .* missing")

MAY, JUNE = "2025-05", "2025-06"


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def explained(metric: str, units: dict[str, tuple[tuple[float, ...], ...]]) -> pd.DataFrame:
    """Unit → (n, total[, squares]) of May and of June."""
    rows = [
        (period, unit, *side)
        for unit, sides in units.items()
        for period, side in zip((MAY, JUNE), sides, strict=True)
        if side[0]
    ]
    return explain_change(sums(metric, rows, unit="team"), by="team", period=JUNE)


TWO = {"甲": ((100, 90), (50, 40)), "乙": ((100, 70), (150, 105))}


def many(count: int, name: str, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = rng.integers(30, 400, (count, 2))
    x = rng.binomial(n, rng.uniform(0.6, 0.99, (count, 2)))
    return explained(
        "csat",
        {
            name.format(place): tuple(zip(n[place].tolist(), x[place].tolist(), strict=True))
            for place in range(count)
        },
    )


def bars(ax: Any) -> list[tuple[float, float, str, bool]]:
    """Left and right end, colour of the edge, and whether hatched, from top to bottom."""
    drawn = [bar for bar in ax.patches if bar.get_height() > 0]
    return [
        (
            *sorted(round(float(end), 4) for end in (bar.get_x(), bar.get_x() + bar.get_width())),
            to_hex(bar.get_edgecolor()),
            bool(bar.get_hatch()),
        )
        for bar in drawn
    ]


def names(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_yticklabels()]


def written(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_bars_are_the_parts_and_figures_add_up() -> None:
    ax = contributions(explained("csat", TWO), metric="csat")
    assert ax.get_title(loc="left").split("\n") == [
        "客户满意度 · 按班组 · 2025-05 → 2025-06",
        "80.0% → 72.5%，−7.5 个百分点（−15.7 ~ +0.9），不显著",
    ]
    assert names(ax) == ["甲", "乙", "合计"]
    assert bars(ax) == [
        (-3.75, 0.0, WORSE_ORANGE, False),
        (-5.9375, -3.75, WORSE_ORANGE, True),
        (0.0, 0.0, NEUTRAL_GREY, False),
        (-1.5625, 0.0, WORSE_ORANGE, True),
        (-3.75, 0.0, WORSE_ORANGE, False),
        (-7.5, -3.75, WORSE_ORANGE, True),
    ]
    assert written(ax) == ["▼ −5.9 百分点", "▼ −1.6 百分点", "▼ −7.5 百分点"]
    assert ax.get_xlabel() == "对变化的贡献（百分点）"
    assert key(ax) == [
        "水平：自身数值变了",
        "结构：占比变了",
        "两者之和",
        "▲ 使指标变好",
        "▼ 使指标变差",
    ]
    assert_readable(ax.figure)


def test_less_is_better_where_the_target_says_so_and_english_speaks_english() -> None:
    table = explained("handle_time", {"A": ((100, 40_000, 17e6), (100, 30_000, 10e6))})
    ax = contributions(table, metric="handle_time", language="en")
    assert written(ax) == ["▲ −100.0 s", "▲ −100.0 s"]
    assert bars(ax)[0] == (-100.0, 0.0, BETTER_BLUE, False)
    assert ax.get_xlabel() == "Contribution to the change (s)"
    assert names(ax) == ["A", "Total"]
    assert_readable(ax.figure)


def test_opposite_parts_point_to_opposite_sides() -> None:
    """Charig 1986: both rates better, both mixes worse; ◆ marks what remains."""
    table = explained("csat", {"小": ((270, 234), (87, 81)), "大": ((80, 55), (263, 192))})
    ax = contributions(table, metric="csat")
    rate, mix = bars(ax)[:2]
    assert rate[0] == 0
    assert rate[2] == BETTER_BLUE
    assert mix[1] == 0
    assert mix[2] == WORSE_ORANGE
    diamonds = [x for line in ax.lines if line.get_marker() == "D" for x in line.get_xdata()]
    assert diamonds == pytest.approx([*table["contribution"] * 100, table["change"].iloc[0] * 100])


def test_forty_long_names_stay_readable_and_apart() -> None:
    chinese = "华东区重点客户服务中心第二事业部（含夜班与节假日值守）$x$ 第{}组"
    for language, name in (("zh", chinese), ("en", "Key accounts of the eastern region, team {}")):
        ax = contributions(many(40, name), metric="csat", language=language)
        assert len(names(ax)) == MOST_UNITS + 2
        assert names(ax)[-2] == ("其余 28 个" if language == "zh" else "28 others")
        assert len(set(names(ax))) == len(names(ax)), "cut names must stay apart"
        assert ax.get_title(loc="left").count("\n") == 1, "no line is broken within a word"
        assert_readable(ax.figure)


def test_thirteen_are_all_named_for_one_alone_is_not_gathered() -> None:
    ax = contributions(many(13, "{}"), metric="csat")
    assert len(names(ax)) == 14
    assert not any("其余" in name for name in names(ax))


def test_new_and_vanished_units_are_called_so() -> None:
    table = explained(
        "csat",
        {
            "甲": ((100, 90), (0, 0)),
            "乙": ((100, 80), (100, 80)),
            "丙": ((0, 0), (100, 60)),
        },
    )
    ax = contributions(table, metric="csat")
    texts = dict(zip(names(ax), written(ax), strict=True))
    assert texts["丙"].endswith("百分点 新出现")
    assert texts["甲"].endswith("百分点 不再有")
    assert_readable(ax.figure)


def test_one_unit_and_nothing_moved() -> None:
    ax = contributions(explained("csat", {"甲": ((100, 90), (100, 90))}), metric="csat")
    assert written(ax) == ["0.0 百分点", "0.0 百分点"]
    assert_readable(ax.figure)


def test_small_changes_get_a_second_decimal() -> None:
    table = explained("csat", {"甲": ((10_000, 9000), (10_000, 9010))})
    ax = contributions(table, metric="csat")
    assert written(ax) == ["▲ +0.10 百分点"] * 2


def test_what_has_no_better_side_is_grey() -> None:
    ax = contributions(explained("praise_rate", TWO), metric="praise_rate")
    assert written(ax)[-1] == "−7.5 百分点"
    assert {edge for *_, edge, _ in bars(ax)} == {NEUTRAL_GREY}
    assert len(key(ax)) == 3


def test_without_data_it_says_why() -> None:
    alone = explained("csat", {"甲": ((0, 0), (100, 90))})
    ax = contributions(alone, metric="csat")
    assert written(ax) == ["对比期无数据"]
    assert_readable(ax.figure)
    assert written(contributions(alone, metric="nps")) == ["无数据"]
    english = contributions(alone, metric="csat", language="en")
    assert written(english) == ["no data in the earlier period"]


def test_caveats_stand_in_the_title() -> None:
    table = explained("csat", TWO).assign(reason="partial_period")
    ax = contributions(table, metric="csat")
    assert ax.get_title(loc="left").endswith("时段不完整")
    assert_readable(ax.figure)


def test_it_draws_where_it_is_told_and_refuses_the_unknown() -> None:
    figure, ax = plt.subplots()
    table = explained("csat", TWO)
    assert contributions(table, metric="csat", ax=ax) is ax
    assert plt.get_fignums() == [figure.number]
    assert len(visible_texts(figure)) > 10
    with pytest.raises(RuleError, match="`metric` 应为"):
        contributions(table, metric="x")
    with pytest.raises(RuleError, match="`language` 应为"):
        contributions(table, metric="csat", language="fr")


numbers = st.lists(st.tuples(st.integers(1, 900), st.floats(0, 1)), min_size=2, max_size=60)


@settings(max_examples=40, deadline=None)
@given(numbers, st.sampled_from([1, 12]))
def test_shown_figures_always_add_up(sides: list[tuple[int, float]], most: int) -> None:
    half = len(sides) // 2
    units = {
        f"{place:02d}": tuple(
            (n, round(n * share)) for n, share in sides[2 * place : 2 * place + 2]
        )
        for place in range(half)
    }
    lines = explain_lines(explained("csat", units), most=most)
    step = 10**lines.scale.digits
    shown = [round(line.shown * step) for line in lines.lines]
    assert sum(shown) == round(lines.total.shown * step)
    for line in (*lines.lines, lines.total):
        parts = line.shown_mix + line.shown_rate
        assert round(parts * step) == round(line.shown * step)
        assert abs(line.shown - line.mix - line.rate) * step < 1 + 1e-6
    assert len(lines.lines) <= max(most + 1, half if half <= most + 1 else 0)
