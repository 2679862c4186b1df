"""Every chart with nasty input: 40 units, long Chinese names, one unit, nothing, all equal, NaN."""

from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from csqa import results
from csqa.errors import RuleError
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas, plots
from csqa.show.palette import BETTER_BLUE, INK, WORSE_ORANGE
from tests.show.pictures import assert_readable, key

pytestmark = pytest.mark.filterwarnings("error:Glyph .* missing")

LONG = "华东区第{}电话服务组（夜班）名称特别特别长"
NAN = float("nan")
MONTHS = [str(month) for month in pd.period_range("2023-06", periods=24, freq="M")]


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def names_of(count: int) -> list[str]:
    return [LONG.format(number) for number in range(count)]


def over_table(units: list[str], value: Any = None, kind: str = "share") -> pd.DataFrame:
    """Two years of every unit around 0.9, its last month a concern in every third unit."""
    parts = []
    for place, unit in enumerate(units):
        values = 0.9 + 0.05 * np.sin(np.arange(24) + place) if value is None else value
        rows = pd.DataFrame({"period": MONTHS, "unit": unit, "value": values})
        rows["variation"] = ["common"] * 23 + ["concern" if place % 3 == 0 else "common"]
        parts.append(rows)
    over = pd.concat(parts) if parts else pd.DataFrame(columns=["period", "unit", "value"])
    constant = {"metric": "csat", "kind": kind, "n": 200, "complete": True, "trial": False}
    limits = {"target": 0.9, "center": 0.9, "lower_limit": 0.8, "upper_limit": 0.99, "chart": "p"}
    over = over.assign(**constant, **limits, assurance="inconsistent")
    return over.reindex(columns=list(results.VERTICAL_COLUMNS))


def across_table(units: list[str], value: Any = None) -> pd.DataFrame:
    count = len(units)
    verdicts = [results.HORIZONTAL_VERDICTS[place % 6] for place in range(count)]
    spread = np.linspace(0.6, 0.99, count) if value is None else value
    rows = pd.DataFrame({"unit": units, "n": np.arange(1, count + 1) * 40, "verdict": verdicts})
    constant = {"period": "2025-06", "months": 3, "metric": "csat", "kind": "share", "target": 0.9}
    limits = {"lower_limit": 0.8, "upper_limit": 0.98, "lower_watch": 0.85, "upper_watch": 0.95}
    both = {"lower": 0.55, "upper": 0.999, "expected": 0.9}
    rows = rows.assign(value=spread, **constant, **limits, **both)
    return rows.reindex(columns=list(results.HORIZONTAL_COLUMNS))


def change_table(units: list[str], value: Any = None, kind: str = "share") -> pd.DataFrame:
    count = len(units)
    verdicts = ["better", "worse", "no_difference", "too_few", "rising"]
    rows = pd.DataFrame({"team": units, "before": 0.9})
    rows["value"] = np.linspace(0.88, 0.92, count) if value is None else value
    rows["change"] = rows["value"] - rows["before"]
    rows["change_lower"], rows["change_upper"] = rows["change"] - 0.03, rows["change"] + 0.03
    rows["verdict"] = [verdicts[place % 5] for place in range(count)]
    constant = {"period": "2025-06", "since": "2025-05", "comparison": "previous", "kind": kind}
    return rows.assign(metric="csat", **constant)


def hour_table(value: Any = None, metric: str = "contacts") -> pd.DataFrame:
    grid = [(day, hour) for day in range(7) for hour in range(24)]
    rows = pd.DataFrame(grid, columns=["weekday", "hour"])
    rows["value"] = np.arange(len(rows)) * 37.0 if value is None else value
    return rows.assign(contacts=rows["value"], n=50, period="2025-06", metric=metric)


def value_table(values: list[float], metric: str = "handle_time", **columns: Any) -> pd.DataFrame:
    constant: dict[str, Any] = {"n": 7, "period": "2025-06", "kind": "seconds", "target": 600.0}
    rows = pd.DataFrame({"value": values}).assign(**{**constant, **columns}, metric=metric)
    return rows.assign(missed=rows["value"] > rows["target"])


def topic_table(units: list[str]) -> pd.DataFrame:
    count = np.arange(len(units), 0, -1)
    share = count / max(count.sum(), 1)
    rows = pd.DataFrame(
        {"topic": units, "count": count, "share": share, "cumulative": share.cumsum()}
    )
    return rows.assign(vital=rows["cumulative"] < 0.8, before=0.1, verdict="rising")


Draw = Callable[[str], Any]
CHARTS: dict[str, Draw] = {
    "control, long name": lambda lang: plots.control_chart(
        over_table(names_of(1)), metric="csat", unit=LONG.format(0), language=lang
    ),
    "control, all equal": lambda lang: plots.control_chart(
        over_table(["all"], 1.0), metric="csat", language=lang
    ),
    "small multiples of 40": lambda lang: plots.small_multiples(
        over_table(names_of(40)), metric="csat", language=lang
    ),
    "small multiples of 5": lambda lang: plots.small_multiples(
        over_table(names_of(5)), metric="csat", language=lang
    ),
    "small multiples of 1": lambda lang: plots.small_multiples(
        over_table(["all"]), metric="csat", language=lang
    ),
    "small multiples, all equal": lambda lang: plots.small_multiples(
        over_table(names_of(6), 0.0), metric="csat", language=lang
    ),
    "small multiples of days": lambda lang: plots.small_multiples(
        over_table(names_of(6), 400_000.0, "seconds"), metric="csat", language=lang
    ),
    "funnel of 40": lambda lang: plots.funnel(
        across_table(names_of(40)), metric="csat", language=lang
    ),
    "funnel of 1": lambda lang: plots.funnel(across_table(["甲"]), metric="csat", language=lang),
    "funnel, all equal": lambda lang: plots.funnel(
        across_table(names_of(40), 0.9), metric="csat", language=lang
    ),
    "intervals of 40": lambda lang: plots.intervals(
        across_table(names_of(40)), metric="csat", language=lang
    ),
    "intervals of 1": lambda lang: plots.intervals(
        across_table(["甲"]), metric="csat", language=lang
    ),
    "pareto of 40": lambda lang: plots.pareto(topic_table(names_of(40)), language=lang),
    "pareto of 1": lambda lang: plots.pareto(topic_table(["安装"]), language=lang),
    "slope of 40": lambda lang: plots.slope(
        change_table(names_of(40)), metric="csat", language=lang
    ),
    "slope of 1": lambda lang: plots.slope(change_table(["甲"]), metric="csat", language=lang),
    "slope, all equal": lambda lang: plots.slope(
        change_table(names_of(40), 0.9), metric="csat", language=lang
    ),
    "slope of seconds": lambda lang: plots.slope(
        change_table(names_of(40), 300_000.0, "seconds"), metric="csat", language=lang
    ),
    "heat": lambda lang: plots.calendar_heat(hour_table(), language=lang),
    "heat, all equal": lambda lang: plots.calendar_heat(hour_table(5.0), language=lang),
    "heat of a metric": lambda lang: plots.calendar_heat(
        hour_table(metric="handle_time"), language=lang
    ),
    "distribution": lambda lang: plots.distribution(
        value_table(list(np.linspace(1, 1200, 300))), language=lang
    ),
    "distribution, skewed": lambda lang: plots.distribution(
        value_table(list(np.geomspace(0.5, 5e6, 500))), language=lang
    ),
    "distribution, all equal": lambda lang: plots.distribution(value_table([30.0]), language=lang),
    "distribution of zeros": lambda lang: plots.distribution(value_table([0.0]), language=lang),
    "distribution of ratings": lambda lang: plots.distribution(
        value_table([1.0, 2, 3, 4, 5], "csat", kind="number", target=4.0), language=lang
    ),
}


def figure_of(drawn: Any) -> Figure:
    return drawn if isinstance(drawn, Figure) else canvas.figure_of(drawn)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_no_text_lies_over_another(name: str, language: str) -> None:
    assert_readable(figure_of(CHARTS[name](language)))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.small_multiples(over_table([]), metric="csat"),
        lambda: plots.small_multiples(over_table(["甲"], NAN), metric="csat"),
        lambda: plots.slope(change_table([]), metric="csat"),
        lambda: plots.slope(change_table(["甲"], NAN), metric="csat"),
        lambda: plots.calendar_heat(hour_table().iloc[:0]),
        lambda: plots.distribution(value_table([1.0]).iloc[:0]),
        lambda: plots.distribution(value_table([NAN])),
    ],
)
def test_nothing_to_draw_is_said(draw: Callable[[], Any]) -> None:
    figure = figure_of(draw())
    assert "无数据" in [text.get_text() for text in figure.axes[0].texts]
    assert_readable(figure)


def test_hours_with_too_few_records_say_so() -> None:
    ax = plots.calendar_heat(hour_table(NAN, "handle_time"))
    assert [text.get_text() for text in ax.texts] == ["样本都不足，未着色"]


def test_units_getting_worse_come_first_then_names() -> None:
    over = over_table(["丁", "乙", "丙", "甲"])  # the first and the fourth are concerns
    figure = plots.small_multiples(over, metric="csat")
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles == ["▼ 丁", "▼ 甲", "丙", "乙"]
    assert len({ax.get_ylim() for ax in figure.axes}) == 1
    assert figure.texts[0].get_text() == "客户满意度 · 4 个对象，同一刻度 · 恶化的在前"


def test_units_without_data_are_counted() -> None:
    over = pd.concat([over_table(["甲"]), over_table(["乙"], NAN)])
    figure = plots.small_multiples(over, metric="csat")
    assert len(figure.axes) == 1
    assert "另有 1 个无数据" in figure.texts[0].get_text()


def test_a_figure_of_ones_own_is_drawn_in() -> None:
    figure = plt.figure(figsize=(9, 5))
    assert plots.small_multiples(over_table(["甲"]), metric="csat", figure=figure) is figure


def test_only_changes_beyond_chance_have_names_and_colours() -> None:
    changes = change_table(["a", "b", "c", "d"], [0.95, 0.8, 0.9, 0.7])
    ax = plots.slope(changes, metric="csat")
    texts = {text.get_text(): text.get_color() for text in ax.texts if text.get_text()}
    assert texts == {"▼ b 90.0% → 80.0%": WORSE_ORANGE, "▲ a 90.0% → 95.0%": BETTER_BLUE}
    assert "变化在波动范围内（1 个）" in key(ax)
    assert "样本不足或不可比（1 个）" in key(ax)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2025-05", "2025-06"]


def test_a_change_without_a_better_side_is_named_without_colour() -> None:
    ax = plots.slope(change_table(["a"]).assign(verdict="rising"), metric="csat")
    assert [text.get_color() for text in ax.texts if text.get_text()] == [INK]


def test_the_other_comparison_is_left_out() -> None:
    changes = pd.concat([change_table(["a"]), change_table(["a"]).assign(comparison="year")])
    drawn = [text for text in plots.slope(changes, metric="csat").texts if text.get_text()]
    assert len(drawn) == 1
    with pytest.raises(RuleError, match="`comparison`"):
        plots.slope(changes, metric="csat", comparison="week")


def test_bars_end_at_the_target_and_the_share_beyond_is_exact() -> None:
    values = value_table([30.0, 300.0, 590.0, 610.0, 900.0, 9000.0])
    ax = plots.distribution(values)
    (edge,) = [bar.get_x() for bar in ax.containers[1].patches if bar.get_height()][:1]
    assert edge == pytest.approx(10 / 60)  # hours
    heights = [sum(bar.get_height() for bar in bars.patches) for bars in ax.containers]
    assert heights == [21, 21]
    assert ax.containers[1].get_label() == "未达标 50.0%（21 条）"


@pytest.mark.parametrize(("longest", "scale"), [(2000.0, "linear"), (20_000.0, "log")])
def test_skewed_times_have_a_logarithmic_axis(longest: float, scale: str) -> None:
    assert plots.distribution(value_table([280.0, 300.0, longest])).get_xscale() == scale


def test_of_yes_and_no_nothing_spreads() -> None:
    ax = plots.distribution(value_table([0.0, 1.0], "csat", kind="share"))
    assert [text.get_text() for text in ax.texts] == ["每条记录只有是或否，没有分布可画"]


def test_peak_hours_are_marked() -> None:
    ax = plots.calendar_heat(hour_table())
    spans = [list(line.get_xdata()) for line in ax.get_lines()]
    assert spans == [[10.0, 12.0], [19.0, 22.0]]


@pytest.mark.parametrize(
    ("variation", "assurance", "said"),
    [
        ("concern", "consistently_failed", "▼ 恶化 · × 稳定不达标"),
        ("improvement", "inconsistent", "▲ 改善 · ～ 不稳定"),
        ("common", "consistently_met", "● 正常波动 · √ 稳定达标"),
        ("none", "none", None),
    ],
)
def test_the_control_chart_says_how_things_stand(
    variation: str, assurance: str, said: str | None
) -> None:
    over = over_table(["all"]).assign(variation=variation, assurance=assurance)
    texts = [text.get_text() for text in plots.control_chart(over, metric="csat").texts]
    assert texts[:-1] == ([said] if said else [])


def test_a_partial_month_does_not_say_how_things_stand() -> None:
    over = over_table(["all"]).assign(variation=["common"] * 23 + ["concern"])
    over["complete"] = over["period"] != MONTHS[-1]
    texts = [text.get_text() for text in plots.control_chart(over, metric="csat").texts]
    assert texts[0] == "● 正常波动 · ～ 不稳定"


def test_every_chart_refuses_an_unknown_language_or_metric() -> None:
    standard = read_standard()
    assert "csat" in standard.metric_keys
    with pytest.raises(RuleError, match="`language`"):
        plots.small_multiples(over_table(["a"]), metric="csat", language="de")
    with pytest.raises(RuleError, match="csta"):
        plots.slope(change_table(["a"]), metric="csta")
    with pytest.raises(RuleError, match="`language`"):
        plots.calendar_heat(hour_table(), language="de")
    with pytest.raises(RuleError, match="`language`"):
        plots.distribution(value_table([1.0]), language="de")
