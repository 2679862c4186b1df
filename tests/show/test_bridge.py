"""The bridge: starts and ends at the composites, each step signed, coloured and hatched."""

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

from csqa import decompose_change, plots
from csqa.errors import RuleError
from csqa.rules.standard import Deduction, Line, Metric, Standard
from csqa.rules.standard_reader import read_standard
from csqa.show.palette import BETTER_BLUE, FAINT_GREY, NEUTRAL_GREY, WORSE_ORANGE
from csqa.show.steps import MOST_STEPS, list_steps
from tests.show.pictures import assert_readable, key

pytestmark = pytest.mark.filterwarnings("error:Glyph .* missing")

LONG = "华东区第{}号重点客户平均响应时长（含夜班与节假日值守）$超长$名称"


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


def changes(points: dict[str, float], **columns: Any) -> pd.DataFrame:
    """Decomposition of June against May, from a composite of 80."""
    exact = np.array(list(points.values()))
    rows = pd.DataFrame({"metric": list(points), "points": exact, "shown": exact.round(1)})
    constant: dict[str, Any] = {
        "period": "2025-06",
        "since": "2025-05",
        "dimension": "quality",
        "part": "score",
        "presence": "both",
        "composite_before": 80.0,
        "composite": 80.0 + exact.sum(),
        "caveats": "",
    }
    return rows.assign(**{**constant, **columns})


def card(**columns: Any) -> pd.DataFrame:
    constant = {"period": "2025-06", "no_change_because": "", "significant": True}
    return pd.DataFrame([constant | columns])


def many_metrics(count: int) -> Standard:
    """A standard of metrics with long names."""
    version = read_standard().versions[-1]
    metrics = tuple(
        Metric(
            f"m{number}",
            (("zh", LONG.format(number)), ("en", f"Mean response time of key account {number}")),
            "quality",
            "csat_satisfied",
            direction="at_least",
            lines=(Line((), 0.9),),
            deduction=Deduction("proportional"),
        )
        for number in range(count)
    )
    newer = type(version)(version.effective, version.dimensions, version.weights, metrics)
    return Standard((newer,))


def names(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_yticklabels()]


def bars(ax: Any) -> list[tuple[float, float, str, bool]]:
    """Left and right end, colour, and whether hatched, from top to bottom."""
    return [
        (
            round(bar.get_x(), 6),
            round(bar.get_x() + bar.get_width(), 6),
            to_hex(bar.get_facecolor()),
            bool(bar.get_hatch()),
        )
        for bar in sorted(ax.patches, key=lambda bar: bar.get_y())
    ]


def written(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_steps_lead_from_one_composite_to_the_other() -> None:
    ax = plots.bridge(changes({"csat": 0.5, "nps": -1.3}), period="2025-06", card=card())
    assert ax.get_title(loc="left") == "综合得分变化 · 整体 · 2025-05 → 2025-06 · −0.8 分（显著）"
    assert ax.get_xlabel() == "综合得分（分，横轴不从 0 起）"
    assert names(ax) == ["2025-05 综合得分", "净推荐值 NPS", "客户满意度", "2025-06 综合得分"]
    assert written(ax) == ["80.0 分", "▼ −1.3 分", "▲ +0.5 分", "79.2 分"]
    start, *steps, end = bars(ax)
    assert steps == [(78.7, 80.0, WORSE_ORANGE, True), (78.7, 79.2, BETTER_BLUE, False)]
    assert (start[1:], end[1:]) == ((80.0, FAINT_GREY, False), (79.2, FAINT_GREY, False))
    assert key(ax) == ["▼ 拉低综合得分", "▲ 拉高综合得分"]
    assert_readable(ax.figure)


def test_english_speaks_english() -> None:
    ax = plots.bridge(
        changes({"csat": 0.5}), period="2025-06", card=card(significant=False), language="en"
    )
    title = "Composite · Overall · 2025-05 → 2025-06 · +0.5 points (not significant)"
    assert ax.get_title(loc="left").replace("\n", "") == title
    assert names(ax) == ["2025-05 composite", "CSAT", "2025-06 composite"]
    assert_readable(ax.figure)


def test_small_steps_are_gathered_and_twenty_long_names_stay_readable() -> None:
    points = {f"m{number}": 2.0 - number / 10 for number in range(20)}
    ax = plots.bridge(changes(points), period="2025-06", standard=many_metrics(20))
    assert len(names(ax)) == MOST_STEPS + 2
    assert names(ax)[-2] == "其他 12 项"
    rest = sum(sorted(points.values())[:12])
    assert written(ax)[-2] == f"▲ +{rest:.1f} 分"
    assert all(len(name) <= 28 for name in names(ax))
    assert_readable(ax.figure)


def test_what_moved_nothing_is_one_grey_line() -> None:
    ax = plots.bridge(changes(dict.fromkeys(("csat", "nps"), 0.0)), period="2025-06")
    assert names(ax)[1:-1] == ["其他 2 项"]
    assert written(ax) == ["80.0 分", "0.0 分", "80.0 分"]
    assert bars(ax)[1][2] == NEUTRAL_GREY
    assert ax.get_legend() is None
    low, high = ax.get_xlim()
    assert high - low >= 0.5, "a change of nothing must not be blown up"


def test_one_metric_is_named_however_little_it_moved() -> None:
    ax = plots.bridge(changes({"csat": 0.01}), period="2025-06")
    assert names(ax)[1] == "客户满意度"
    assert written(ax)[1] == "0.0 分"


def test_ends_that_round_apart_from_the_change_are_explained() -> None:
    table = changes({"csat": 1.12}, composite_before=82.04, composite=83.16)
    ax = plots.bridge(table, period="2025-06")
    assert written(ax) == ["82.0 分", "▲ +1.1 分", "83.2 分"]
    assert ax.get_xlabel().endswith("首尾得分各自四舍五入，与变化相差 0.1")
    assert_readable(ax.figure)


def test_targets_weights_and_coverage_are_steps_of_their_own() -> None:
    table = changes(
        {"csat": 1.0, "nps": -2.0, "wording": 0.5, "accuracy": 0.2, "process": 0.4},
        part=["target", "coverage", "weight", "weight", "coverage"],
        presence=["both", "appeared", "both", "both", "vanished"],
        caveats="other_standard other_metrics",
    )
    ax = plots.bridge(table, period="2025-06")
    assert names(ax)[1] == "计分项（增 净推荐值 NPS、减…"  # cut at 28 columns
    assert names(ax)[2:-1] == ["客户满意度（新目标）", "权重调整（2 项指标）"]
    assert ax.get_title(loc="left").replace("\n", "").endswith("标准有变动、计分指标不同")


def test_no_bridge_says_why() -> None:
    empty = changes({}).astype({"points": float, "shown": float})
    reason = card(no_change_because="no_earlier_period", significant=None)
    ax = plots.bridge(empty, period="2025-06", card=reason)
    assert written(ax) == ["没有上月"]
    assert written(plots.bridge(empty, period="2025-06")) == ["无数据"]
    assert written(plots.bridge(changes({"csat": np.nan}), period="2025-06")) == ["无数据"]


def test_one_team_among_others() -> None:
    table = pd.concat(
        [changes({"csat": 1.0}, team="在线组"), changes({"csat": -1.0}, team="热线组")]
    )
    ax = plots.bridge(table, period="2025-06", unit="热线组")
    assert "热线组" in ax.get_title(loc="left")
    assert written(ax)[1] == "▼ −1.0 分"
    assert written(plots.bridge(table, period="2025-06")) == ["无数据"], "teams are no whole"


def test_unknown_metrics_and_languages_are_refused() -> None:
    with pytest.raises(RuleError, match="`metric` 应为"):
        plots.bridge(changes({"x": 1.0}), period="2025-06")
    with pytest.raises(RuleError, match="`language` 应为"):
        plots.bridge(changes({"csat": 1.0}), period="2025-06", language="fr")


def test_it_draws_where_it_is_told() -> None:
    figure, ax = plt.subplots()
    assert plots.bridge(changes({"csat": 1.0}), period="2025-06", ax=ax) is ax
    assert plt.get_fignums() == [figure.number]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-30, 30), min_size=1, max_size=20))
def test_steps_lose_nothing(points: list[float]) -> None:
    table = changes({f"m{number}": value for number, value in enumerate(points)})
    steps = list_steps(table, many_metrics(20))
    assert len(steps) <= MOST_STEPS
    assert sum(step.points for step in steps) == pytest.approx(sum(points), abs=1e-9)
    assert sum(step.shown for step in steps) == pytest.approx(table["shown"].sum(), abs=1e-9)


def test_the_decomposition_of_real_scores_is_bridged() -> None:
    scores = pd.DataFrame(
        {
            "period": ["2025-05"] * 2 + ["2025-06"] * 2,
            "metric": ["wording", "csat"] * 2,
            "dimension": ["quality", "experience"] * 2,
            "score": [90.0, 90.0, 100.0, 85.0],
        }
    )
    ax = plots.bridge(decompose_change(scores), period="2025-06")
    assert written(ax) == ["90.0 分", "▲ +7.1 分", "▼ −1.4 分", "95.7 分"]
