"""Charts: what is on the axes, nothing unreadable, nothing that data can break."""

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from csqa import results, words
from csqa.errors import RuleError
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas, plots
from csqa.show.drawn_text import safe_text
from csqa.show.palette import BETTER_BLUE, NEUTRAL_GREY, VERDICTS, WORSE_ORANGE
from csqa.show.scale import choose_scale
from tests.show.pictures import assert_readable, key

pytestmark = pytest.mark.filterwarnings("error:Glyph .* missing")

LONG = "华东区第{}电话服务组（夜班）名称特别特别长"


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def bare_figure() -> Figure:
    """Figure that pyplot knows nothing of; a plain one would not draw at all."""
    figure = Figure()
    FigureCanvasAgg(figure)
    return figure


def months(count: int) -> list[str]:
    return [str(month) for month in pd.period_range("2023-06", periods=count, freq="M")]


def over_table(values: list[float], **columns: Any) -> pd.DataFrame:
    """Vertical comparison of CSAT with limits 0.80 and 0.95 around 0.88."""
    rows = pd.DataFrame({"period": months(len(values)), "value": values})
    constant: dict[str, Any] = {
        "unit": "all",
        "metric": "csat",
        "kind": "share",
        "n": 200,
        "target": 0.9,
        "complete": True,
        "chart": "p",
        "center": 0.88,
        "lower_limit": 0.8,
        "upper_limit": 0.95,
        "trial": False,
        "variation": "common",
    }
    return rows.assign(**{**constant, **columns}).reindex(columns=list(results.VERTICAL_COLUMNS))


def across_table(units: list[str], verdicts: list[str], **columns: Any) -> pd.DataFrame:
    """Horizontal comparison of CSAT, all units expected at 0.90."""
    count = len(units)
    n = np.arange(1, count + 1) * 50
    outside = {"worse": 0.6, "better": 0.99}
    constant: dict[str, Any] = {
        "period": "2025-06",
        "months": 1,
        "metric": "csat",
        "kind": "share",
        "lower": 0.55,
        "upper": 0.995,
        "expected": 0.9,
        "lower_limit": 0.9 - 1 / np.sqrt(n),
        "upper_limit": np.minimum(0.9 + 1 / np.sqrt(n), 1),
        "lower_watch": 0.9 - 0.6 / np.sqrt(n),
        "upper_watch": np.minimum(0.9 + 0.6 / np.sqrt(n), 1),
        "target": 0.9,
    }
    rows = pd.DataFrame({"unit": units, "n": n, "verdict": verdicts})
    rows["value"] = [outside.get(verdict, 0.9) for verdict in verdicts]
    return rows.assign(**{**constant, **columns}).reindex(columns=list(results.HORIZONTAL_COLUMNS))


def mixed_table() -> pd.DataFrame:
    """Three units of different work: each its own expected value and limits."""
    expected, width = np.array([0.9, 0.8, 0.7]), np.array([0.05, 0.2, 0.1])
    return across_table(
        ["K1", "K2", "K3"],
        ["worse", "no_difference", "no_difference"],
        value=[0.6, 0.8, 0.7],
        expected=expected,
        lower_limit=expected - width,
        upper_limit=expected + width,
    )


def topic_table(counts: dict[str, int], **columns: Any) -> pd.DataFrame:
    count = np.array(list(counts.values()))
    share = count / max(count.sum(), 1)
    rows = pd.DataFrame({"topic": list(counts), "count": count, "share": share})
    rows["cumulative"] = share.cumsum()
    rows["vital"] = rows["cumulative"] - share < 0.8
    return rows.assign(**{"before": 0.2, "verdict": "no_difference", **columns})


def card_table(values: list[float], status: list[str]) -> pd.DataFrame:
    value = np.array(values)
    return pd.DataFrame(
        {
            "period": months(len(values)),
            "composite": value,
            "lower": value - 2,
            "upper": value + 2,
            "status": status,
        }
    )


def marks(ax: Axes, label: str) -> tuple[list[float], list[float]]:
    """Points drawn under one label of the key."""
    line = next(line for line in ax.get_lines() if line.get_label() == label)
    return list(line.get_xdata()), [round(float(y), 6) for y in line.get_ydata()]


def test_control_chart_shows_values_in_per_cent_with_limits_and_target() -> None:
    ax = plots.control_chart(over_table([0.9, 0.91, 0.89]), metric="csat")
    assert ax.get_title(loc="left") == f"客户满意度 · {words.label('all')}"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("月份（p 控制图）", "比率（%）")
    assert marks(ax, "各月实际值") == ([0, 1, 2], [90.0, 91.0, 89.0])
    assert marks(ax, "目标")[1] == [90.0, 90.0, 90.0]
    assert key(ax) == ["控制限", "中心线", "目标", "各月实际值"]
    bottom, top = ax.get_ylim()
    assert bottom < 80 < 95 < top <= 101


def test_weeks_are_called_weeks() -> None:
    weeks = ["2025-W22", "2025-W23", "2025-W24"]
    ax = plots.control_chart(over_table([0.9, 0.91, 0.89], period=weeks), metric="csat")
    assert ax.get_xlabel() == "周（p 控制图）"
    assert "各期实际值" in key(ax)


def test_special_causes_have_their_own_shape_and_colour() -> None:
    variation = ["common", "concern", "improvement"]
    ax = plots.control_chart(over_table([0.9, 0.7, 0.97], variation=variation), metric="csat")
    shapes = {line.get_label(): (line.get_marker(), line.get_color()) for line in ax.get_lines()}
    assert shapes["特殊原因·恶化"] == ("v", WORSE_ORANGE)
    assert shapes["特殊原因·改善"] == ("^", BETTER_BLUE)
    assert marks(ax, "特殊原因·恶化") == ([1], [70.0])
    assert marks(ax, "各月实际值") == ([0], [90.0])


def test_an_improvement_is_marked_for_six_months_and_a_concern_for_ever() -> None:
    variation = ["concern"] * 2 + ["improvement"] * 8
    ax = plots.control_chart(over_table([0.9] * 10, variation=variation), metric="csat")
    assert marks(ax, "特殊原因·恶化")[0] == [0, 1]
    assert marks(ax, "各月实际值")[0] == [2, 3]
    assert marks(ax, "特殊原因·改善")[0] == [4, 5, 6, 7, 8, 9]


def test_ordinary_months_before_a_deterioration_are_no_improvement() -> None:
    variation = ["improvement"] * 3 + ["concern", "improvement"]
    ax = plots.control_chart(over_table([0.9] * 5, variation=variation), metric="csat")
    assert marks(ax, "各月实际值")[0] == [0, 1, 2]
    assert marks(ax, "特殊原因·改善")[0] == [4]


def test_partial_and_small_months_are_hollow_and_never_special() -> None:
    over = over_table(
        [0.9, 0.91, 0.5], complete=[True, True, False], n=[200, 4, 90], variation="concern"
    )
    ax = plots.control_chart(over, metric="csat")
    assert marks(ax, "不完整或样本不足") == ([1, 2], [91.0, 50.0])
    hollow = next(line for line in ax.get_lines() if line.get_label() == "不完整或样本不足")
    assert hollow.get_markerfacecolor() == "white"
    assert marks(ax, "特殊原因·恶化")[0] == [0]


def test_a_gap_breaks_the_line_and_stays_on_the_axis() -> None:
    ax = plots.control_chart(over_table([0.9, float("nan"), 0.91, 0.9]), metric="csat")
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == 4]
    gaps = [np.isnan(line.get_ydata()).tolist() for line in lines]
    assert gaps.count([False, True, False, False]) == 1
    assert marks(ax, "各月实际值")[0] == [0, 2, 3]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("values", [[0.9], [0.9, 0.91], [0.9, float("nan"), float("nan"), 0.91]])
def test_less_than_three_months_are_no_trend(values: list[float], language: str) -> None:
    said = {"zh": "不足 3 个月，不画趋势", "en": "Under 3 months: no trend"}[language]
    card = card_table(values, ["complete"] * len(values))
    over = pd.concat([over_table(values), over_table(values, metric="nps", kind="nps")])
    drawn = [
        plots.control_chart(over, metric="csat", language=language),
        plots.composite_trend(card, language=language),
        *plots.control_charts(over, language=language).axes,
    ]
    assert len(drawn) == 3
    for ax in drawn:
        assert [text.get_text() for text in ax.texts] == [said]
        assert not ax.lines
        assert canvas.figure_of(ax).get_figheight() == canvas.LOW
        assert_readable(canvas.figure_of(ax))


def test_a_metric_of_two_months_among_longer_ones_says_so_in_its_place() -> None:
    short = over_table([0.9, 0.91], metric="nps", kind="nps")
    figure = plots.control_charts(pd.concat([over_table([0.9] * 9), short]), language="en")
    assert [text.get_text() for text in figure.axes[1].texts] == ["Under 3 months: no trend"]
    assert_readable(figure)


def test_the_target_may_change_from_month_to_month() -> None:
    ax = plots.control_chart(over_table([0.9] * 3, target=[0.85, 0.9, 0.9]), metric="csat")
    assert marks(ax, "目标")[1] == [85.0, 90.0, 90.0]


def test_the_last_known_value_is_written() -> None:
    ax = plots.control_chart(over_table([0.9, 0.9, 0.912, float("nan")]), metric="csat")
    assert [text.get_text() for text in ax.texts] == ["● 正常波动", "91.2%"]


@pytest.mark.parametrize(("seconds", "unit"), [(35, "秒"), (700, "分钟"), (9000, "小时")])
def test_times_are_shown_in_the_unit_that_fits(seconds: float, unit: str) -> None:
    over = over_table(
        [seconds, seconds, seconds + 1], metric="handle_time", kind="seconds", target=600
    )
    ax = plots.control_chart(over, metric="handle_time")
    assert ax.get_ylabel() == f"时长（{unit}）"


def test_limits_on_trial_are_said() -> None:
    ax = plots.control_chart(over_table([0.9] * 3, trial=True), metric="csat", language="en")
    assert ax.get_xlabel() == "Month (p chart, trial limits)"


def test_months_stay_readable_over_two_years() -> None:
    ax = plots.control_chart(over_table([0.9] * 25), metric="csat")
    shown = [text.get_text() for text in ax.get_xticklabels()]
    assert shown[0] == "23-06"
    assert shown[-1] == "25-06"
    assert len(shown) == 9
    assert_readable(canvas.figure_of(ax))


def test_charts_draw_where_they_are_told_and_make_no_figure_of_their_own() -> None:
    figure = bare_figure()
    ax = figure.subplots()
    assert plots.control_chart(over_table([0.9] * 3), metric="csat", ax=ax) is ax
    assert plt.get_fignums() == []


DRAWN = {
    "control_chart": lambda ax: plots.control_chart(over_table([0.9] * 3), metric="csat", ax=ax),
    "funnel": lambda ax: plots.funnel(across_table(["热线组"], ["worse"]), metric="csat", ax=ax),
    "intervals": lambda ax: plots.intervals(
        across_table(["热线组"], ["worse"]), metric="csat", ax=ax
    ),
    "pareto": lambda ax: plots.pareto(topic_table({"安装": 4}), ax=ax),
    "composite": lambda ax: plots.composite_trend(card_table([84.0] * 3, ["complete"] * 3), ax=ax),
}


@pytest.mark.parametrize("name", DRAWN)
def test_axes_made_before_the_font_was_set_have_no_missing_glyph(name: str) -> None:
    with mpl.rc_context({"font.family": ["DejaVu Sans"]}):
        ax = bare_figure().subplots()
        DRAWN[name](ax)
        canvas.figure_of(ax).canvas.draw()
        assert ax.get_title(loc="left")


def test_a_grid_is_the_first_chart_that_a_process_may_draw() -> None:
    with mpl.rc_context({"font.family": ["DejaVu Sans"]}):
        figure = plots.control_charts(over_table([0.9] * 3))
        figure.canvas.draw()
        assert figure.axes[0].get_ylabel() == "%"


def test_small_multiples_hold_the_metrics_with_data_in_the_standards_order() -> None:
    over = pd.concat(
        [
            over_table([0.9] * 24),
            over_table([300.0] * 24, metric="handle_time", kind="seconds"),
            over_table([float("nan")] * 24, metric="nps", kind="nps"),
        ]
    )
    figure = plots.control_charts(over)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["平均处理时长", "客户满意度"]
    assert len(figure.legends) == 1


def test_a_full_grid_of_eleven_metrics_is_readable() -> None:
    keys = read_standard().metric_keys
    over = pd.concat([over_table([0.9, 0.91] * 12, metric=metric) for metric in keys])
    figure = plots.control_charts(over)
    assert len(figure.axes) == 11
    assert_readable(figure)


def test_the_funnel_shows_values_where_all_are_expected_the_same() -> None:
    across = across_table(["K1", "K2", "K3"], ["worse", "no_difference", "too_few"])
    ax = plots.funnel(across, metric="csat")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("样本量（条）", "比率（%）")
    assert marks(ax, words.label("worse")) == ([50], [60.0])
    assert marks(ax, "样本不足") == ([150], [90.0])
    (name,) = ax.texts
    assert (name.get_text(), name.get_color()) == ("K1", WORSE_ORANGE)


def test_the_funnel_shows_gaps_where_the_work_differs_and_says_so() -> None:
    across = mixed_table()
    ax = plots.funnel(across, metric="csat")
    assert ax.get_ylabel() == "与同类工作预期之差（百分点）"
    assert marks(ax, words.label("worse"))[1] == [-30.0]
    assert marks(ax, "预期")[1] == [0.0, 0.0, 0.0]


def test_limits_of_each_ones_own_are_whiskers_and_not_a_zigzag() -> None:
    ax = plots.funnel(mixed_table(), metric="csat")
    (whiskers,) = [drawn for drawn in ax.collections if isinstance(drawn, LineCollection)]
    ends = [[round(float(end), 6) for end in line.ravel()] for line in whiskers.get_segments()]
    assert ends == [[50, -5, 50, 5], [100, -20, 100, 20], [150, -10, 150, 10]]
    assert key(ax)[0] == "各自的 99.8% 控制限"
    assert [line.get_label() for line in ax.get_lines() if len(line.get_xdata()) == 3] == ["预期"]


def test_the_gaps_axis_is_named_within_its_height() -> None:
    for language in ("zh", "en"):
        ax = plots.funnel(mixed_table(), metric="csat", language=language)
        canvas.figure_of(ax).draw_without_rendering()
        label, axis = ax.yaxis.label.get_window_extent(), ax.get_window_extent()
        assert axis.y0 <= label.y0 < label.y1 <= axis.y1


@pytest.mark.parametrize(("largest", "scale"), [(400, "linear"), (401, "log")])
def test_few_and_many_records_share_a_log_axis(largest: int, scale: str) -> None:
    across = across_table(["a", "b", "c"], ["no_difference"] * 3, n=[20, 60, largest])
    ax = plots.funnel(across, metric="csat")
    assert ax.get_xscale() == scale
    assert_readable(canvas.figure_of(ax))
    low, high = ax.get_xlim()
    assert low < 20 < largest < high


def test_a_name_stands_beside_its_own_mark() -> None:
    across = across_table([f"K{n}" for n in range(30)], ["no_difference"] * 29 + ["worse"])
    ax = plots.funnel(across.assign(n=range(31, 61)), metric="csat")
    (name,) = ax.texts
    canvas.figure_of(ax).canvas.draw()
    x, y = ax.transData.transform((60, 60.0))
    box = name.get_window_extent()
    assert ax.get_window_extent().x1 >= box.x1
    points = 72 / canvas.DPI
    assert min(abs(box.x0 - x), abs(box.x1 - x)) * points < 12
    assert abs((box.y0 + box.y1) / 2 - y) * points < 12


def test_limits_run_from_small_to_large_units() -> None:
    across = across_table(["a", "b", "c"], ["no_difference"] * 3).iloc[[2, 0, 1]]
    ax = plots.funnel(across, metric="csat")
    assert marks(ax, "99.8% 控制限")[0] == [50, 100, 150]


@pytest.mark.parametrize("verdict", [name for name in VERDICTS if name not in ("better", "worse")])
def test_only_units_outside_the_limits_are_named(verdict: str) -> None:
    ax = plots.funnel(across_table(["K1", "K2"], [verdict] * 2), metric="csat")
    assert not ax.texts


def test_forty_units_outside_with_long_names_do_not_overlap() -> None:
    units = [LONG.format(number) for number in range(40)]
    ax = plots.funnel(across_table(units, ["worse"] * 40), metric="csat")
    assert_readable(canvas.figure_of(ax))
    assert f"另有 {40 - len(ax.texts) + 1} 个，见表" in [text.get_text() for text in ax.texts]


def test_every_verdict_has_a_mark_of_its_own() -> None:
    looks = {(mark.marker, mark.color, mark.filled) for mark in VERDICTS.values()}
    assert len(looks) == len(results.HORIZONTAL_VERDICTS) == len(VERDICTS)
    assert len({mark.sign for mark in VERDICTS.values()}) == len(VERDICTS)


def test_intervals_stand_in_the_order_of_names_not_of_results() -> None:
    across = across_table(["c", "a", "b"], ["better", "worse", "no_difference"])
    ax = plots.intervals(across, metric="csat")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a", "b", "c"]
    texts = [text.get_text() for text in ax.texts]
    names = [words.label(verdict) for verdict in ("worse", "no_difference", "better")]
    assert texts == [f"▼ {names[0]}  n=100", f"● {names[1]}  n=150", f"▲ {names[2]}  n=50"]
    assert marks(ax, "同类工作的预期")[0] == [90.0] * 3


def test_one_target_is_a_line_and_several_are_none() -> None:
    one = plots.intervals(across_table(["a", "b"], ["worse"] * 2), metric="csat")
    several = across_table(["a", "b"], ["worse"] * 2, target=[0.8, 0.9])
    assert "目标" in key(one)
    assert "目标" not in key(plots.intervals(several, metric="csat"))


def test_forty_long_names_do_not_overlap() -> None:
    units = [LONG.format(number) for number in range(40)]
    ax = plots.intervals(across_table(units, ["no_difference"] * 40), metric="csat")
    assert_readable(canvas.figure_of(ax))


def test_pareto_counts_shares_and_what_rises() -> None:
    topics = topic_table({"安装": 45, "发票": 15}, verdict=["rising", "no_difference"])
    ax = plots.pareto(topics)
    assert [bar.get_width() for bar in ax.patches] == [75, 25]
    shares = [words.format_value(share, "share") for share in (0.75, 0.25)]
    texts = [text.get_text() for text in ax.texts]
    assert texts == [f"45 件 · {shares[0]}  ↑ 上升", f"15 件 · {shares[1]}"]
    assert marks(ax, "此前占比")[0] == [20.0, 20.0]
    assert [float(x) for x in marks(ax, "累计占比")[0]] == [75.0, 100.0]
    assert list(marks(ax, "80%")[0]) == [80, 80]


def test_pareto_has_one_axis_on_which_all_complaints_are_100_per_cent() -> None:
    ax = plots.pareto(topic_table({"安装": 45, "发票": 15}))
    assert ax.figure.axes == [ax]
    assert ax.get_xlabel() == "占全部投诉（%）"
    low, high = ax.get_xlim()
    assert low == 0
    assert 100 < high < 110


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_colour_and_line_of_the_pareto_is_in_its_key(language: str) -> None:
    counts = {"安装": 50, "发票": 25, "物流": 15, "维修": 6, "其他": 4}
    verdicts = ["rising", "falling", *["no_difference"] * 3]
    ax = plots.pareto(topic_table(counts, verdict=verdicts), language=language)
    assert len({bar.get_facecolor() for bar in ax.patches}) == 4
    zh = ["此前占比", "累计占比", "80%", "上升", "下降", "累计至 80% 的主题", "其余主题"]
    assert len(key(ax)) == len(zh)
    assert set(key(ax)) == set(zh) or language == "en"
    assert_readable(canvas.figure_of(ax))


def test_pareto_cuts_a_long_tail_and_says_so() -> None:
    ax = plots.pareto(topic_table({LONG.format(n): 100 - n for n in range(30)}))
    assert ax.get_title(loc="left") == "投诉主题 · 前 20 项，共 30 项"
    assert len(ax.patches) == 20
    assert_readable(canvas.figure_of(ax))


def test_an_incomplete_composite_is_hollow() -> None:
    card = card_table([84.0, 83.0, 82.97], ["complete", "complete", "incomplete"])
    ax = plots.composite_trend(card)
    assert marks(ax, "不完整") == ([2], [82.97])
    assert [text.get_text() for text in ax.texts] == ["83.0"]
    assert_readable(canvas.figure_of(ax))


def test_the_composite_of_one_team_leaves_a_gap_where_a_month_is_missing() -> None:
    card = card_table([84.0, 83.0, 82.0, 81.0], ["complete"] * 4)
    ax = plots.composite_trend(card.drop(index=1).assign(team="热线组"), unit="热线组")
    assert marks(ax, "综合得分") == ([0, 2, 3], [84.0, 82.0, 81.0])


def test_a_partial_month_of_the_composite_is_hollow() -> None:
    card = card_table([84.0, 83.0, 99.7], ["complete"] * 3)
    ax = plots.composite_trend(card.assign(complete=[True, True, False]))
    assert marks(ax, "不完整") == ([2], [99.7])
    assert marks(ax, "综合得分")[0] == [0, 1]


def test_a_month_without_composite_is_a_gap() -> None:
    card = card_table([84.0, float("nan"), 83.0, 82.0], ["complete", "no_data", *["complete"] * 2])
    ax = plots.composite_trend(card)
    (line,) = [line for line in ax.get_lines() if line.get_linestyle() == "-"]
    assert np.isnan(line.get_ydata()).tolist() == [False, True, False, False]


EMPTY = {
    "control_chart": lambda ax: plots.control_chart(over_table([]), metric="csat", ax=ax),
    "all NaN": lambda ax: plots.control_chart(over_table([float("nan")] * 3), metric="csat", ax=ax),
    "other unit": lambda ax: plots.control_chart(
        over_table([0.9]), metric="csat", unit="none such", ax=ax
    ),
    "funnel": lambda ax: plots.funnel(across_table([], []), metric="csat", ax=ax),
    "funnel of NaN": lambda ax: plots.funnel(
        across_table(["a"], ["too_few"], value=float("nan")), metric="csat", ax=ax
    ),
    "intervals": lambda ax: plots.intervals(across_table([], []), metric="csat", ax=ax),
    "pareto": lambda ax: plots.pareto(topic_table({}), ax=ax),
    "pareto of zeros": lambda ax: plots.pareto(topic_table({"安装": 0}), ax=ax),
    "composite": lambda ax: plots.composite_trend(card_table([], []), ax=ax),
    "composite of NaN": lambda ax: plots.composite_trend(
        card_table([float("nan")], ["no_data"]), ax=ax
    ),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_draw_is_said(name: str) -> None:
    ax = EMPTY[name](bare_figure().subplots())
    assert "无数据" in [text.get_text() for text in ax.texts]
    assert_readable(canvas.figure_of(ax))


def test_no_metric_with_data_is_said() -> None:
    figure = plots.control_charts(over_table([]))
    assert [text.get_text() for text in figure.axes[0].texts] == ["无数据"]
    assert figure.axes[0].get_title(loc="left").startswith("各指标控制图")


def test_an_unknown_metric_or_language_is_refused() -> None:
    with pytest.raises(RuleError, match="csta"):
        plots.control_chart(over_table([0.9]), metric="csta")
    with pytest.raises(RuleError, match=r"`language`.*'de'"):
        plots.pareto(topic_table({"a": 1}), language="de")


def test_limits_that_are_missing_are_left_out() -> None:
    bare = dict.fromkeys(("center", "lower_limit", "upper_limit", "target"), float("nan"))
    ax = plots.control_chart(over_table([0.9] * 3, **bare), metric="csat")
    assert key(ax) == ["各月实际值"]
    assert ax.get_xlabel() == "月份"


def test_names_from_data_cannot_break_a_chart() -> None:
    units = ["$\\frac{1$", "a\nb\x00c", "😀组", "<b>x</b>"]
    ax = plots.intervals(across_table(units, ["worse"] * 4), metric="csat")
    canvas.figure_of(ax).canvas.draw()
    names = {text.get_text() for text in ax.get_yticklabels()}
    assert names == {r"\$\frac{1\$", "a b c", "?组", "<b>x</b>"}


@given(st.text())
def test_any_text_can_be_drawn(text: str) -> None:
    drawn = safe_text(text, 20)
    figure = bare_figure()
    figure.text(0, 0, drawn)
    figure.canvas.draw()
    assert not set(drawn) & set("\n\r\t\x00")


@given(st.floats(0, 1e7), st.sampled_from(results.KINDS))
def test_a_scale_writes_what_it_shows(value: float, kind: str) -> None:
    scale = choose_scale(kind, [value])
    shown = float(scale.text(value).split()[0].rstrip("%").replace(",", ""))
    assert shown == pytest.approx(value * scale.factor, abs=0.0501)


def test_input_tables_are_left_as_they_were() -> None:
    over, across = over_table([0.9, 0.8, 0.7]), across_table(["a", "b"], ["worse", "better"])
    copies = over.copy(), across.copy()
    plots.control_chart(over, metric="csat")
    plots.funnel(across, metric="csat")
    plots.intervals(across, metric="csat")
    pd.testing.assert_frame_equal(over, copies[0])
    pd.testing.assert_frame_equal(across, copies[1])


def test_the_same_table_gives_the_same_picture(tmp_path: Any) -> None:
    for name in ("a.png", "b.png"):
        ax = plots.control_chart(over_table([0.9] * 3), metric="csat")
        canvas.figure_of(ax).savefig(tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_grey_is_for_what_is_neither_better_nor_worse() -> None:
    assert {VERDICTS[name].color for name in ("no_difference", "too_few")} == {NEUTRAL_GREY}
