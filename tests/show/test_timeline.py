"""The timeline of a standard: every target from its day on, each change with its direction."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex

from csqa import plots, read_standard
from csqa.errors import RuleError
from csqa.rules.standard import Line, Metric, Standard, Version
from csqa.show.lanes import list_lanes
from csqa.show.palette import BAND_GREY, INTERVAL_BLUE
from tests.show.pictures import assert_readable, key

pytestmark = pytest.mark.filterwarnings("error:Glyph .* missing")

DIMENSIONS = (("quality", (("zh", "质量"), ("en", "Quality"))),)
MORE = """
  - effective: 2024-10-01
    metrics:
      handle_time: {target: {at_most: 540}}
      first_response_online:
        target: {at_most: 35}
        except:
          - {scene: aftersale, target: {at_most: 60}, note: 大促期间人手不足，经质量委员会批准放宽}
  - effective: 2025-07-01
    metrics:
      first_contact_resolution: {target: {at_least: 0.90}}
      handle_time: {target: {at_most: 660}}
"""


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: Any) -> Standard:
    """The shipped standard, changed on two days."""
    shipped = Path(__file__).parents[2] / "csqa" / "rules" / "defaults" / "standard.yml"
    text = shipped.read_text("utf-8")
    head, goals, tail = text.partition("\ngoals:")
    path = tmp_path_factory.mktemp("rules") / "standard.yml"
    path.write_text(head.rstrip() + "\n" + MORE + goals + tail, "utf-8")
    return read_standard(path)


def one(*lines: Line, key: str = "csat", name: str = "满意度", **values: Any) -> Metric:
    constant: dict[str, Any] = {"direction": "at_least"}
    names = (("zh", name), ("en", name))
    return Metric(key, names, "quality", "csat_satisfied", lines=lines, **{**constant, **values})


def dated(*metrics: tuple[Metric, ...]) -> Standard:
    """A version a year, from 2023 on."""
    return Standard(
        tuple(
            Version(date(2023 + number, 1, 1), DIMENSIONS, (("quality", 1.0),), listed)
            for number, listed in enumerate(metrics)
        )
    )


def written(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def names(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_yticklabels()]


def marks(ax: Any, label: str) -> list[tuple[date, int]]:
    lines = [line for line in ax.get_lines() if line.get_label() == label]
    return [
        (date.fromordinal(int(x)), int(y))
        for line in lines
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def test_the_fcr_target_is_raised_from_july_on(changed: Standard) -> None:
    ax = plots.standards_timeline(changed, metrics=["first_contact_resolution"])
    assert names(ax) == ["一次解决率"]
    assert written(ax) == ["≥ 85%", "85% → 90%（收紧）"]
    assert marks(ax, "收紧") == [(date(2025, 7, 1), 0)]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["2025-07-01", "2023-01-01"]
    assert ax.get_xlabel() == "生效日期（右端为现行标准）"
    assert_readable(ax.figure)


def test_relaxations_have_a_lane_with_their_note(changed: Standard) -> None:
    ax = plots.standards_timeline(changed, metrics=["first_response_online"])
    assert names(ax) == ["平均响应时长（在线）", "– 售后", "– 高峰时段"]
    texts = written(ax)
    assert texts[:2] == ["≤ 30 秒", "30 秒 → 35 秒（放宽）"]
    assert any(text.startswith("45 秒 → 60 秒（放宽，大促") for text in texts)
    assert "≤ 45 秒（高峰时段放宽）" in texts
    assert marks(ax, "放宽") == [(date(2024, 10, 1), 0), (date(2024, 10, 1), 1)]
    assert key(ax) == ["放宽", "目标", "例外条件下的目标"]
    colors = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colors == [INTERVAL_BLUE] * 2 + [BAND_GREY] * 3
    peak = ax.patches[-1]
    assert date.fromordinal(int(peak.get_x() + peak.get_width())) == date(2024, 10, 1)
    assert_readable(ax.figure)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_whole_standard_is_readable(changed: Standard, language: str) -> None:
    ax = plots.standards_timeline(changed, language=language)
    assert_readable(ax.figure)
    assert "9 min → 11 min (looser)" in written(ax) or language == "zh"


def test_without_a_change_there_is_no_mark() -> None:
    ax = plots.standards_timeline(dated((one(Line((), 0.9)),)))
    assert written(ax) == ["≥ 90%"]
    assert key(ax) == ["目标"]
    low, high = ax.get_xlim()
    assert high - low == 365


def test_a_version_that_repeats_a_target_changes_nothing() -> None:
    same = (one(Line((), 0.9)),)
    lane = list_lanes(dated(same, same, same))[0]
    assert [(span.start, span.end) for span in lane.spans] == [(date(2023, 1, 1), None)]


def test_ranges_move_both_ways() -> None:
    low, high = (
        one(Line((), a, upper=b), direction="between") for a, b in ((0.8, 0.9), (0.7, 0.8))
    )
    wide = one(Line((), 0.6, upper=0.95), direction="between")
    spans = list_lanes(dated((low,), (high,), (wide,)))[0].spans
    assert [span.turn for span in spans] == ["", "changed", "relaxed"]
    assert spans[0].texts[0] == "80%–90%"
    assert spans[1].texts[0] == "80%–90% → 70%–80%（调整）"
    assert_readable(plots.standards_timeline(dated((low,), (high,), (wide,))).figure)


def test_a_metric_may_come_and_go() -> None:
    late = one(Line((), 0.5), key="late", name="新指标")
    first, later = one(Line((), 0.9)), one(Line((), 0.9))
    standard = dated((first,), (later, late), (later,))
    lanes = {lane.metric: lane for lane in list_lanes(standard)}
    span = lanes["late"].spans[0]
    assert (span.start, span.end, span.turn) == (date(2024, 1, 1), date(2025, 1, 1), "added")
    ax = plots.standards_timeline(standard)
    assert "新增 ≥ 50%" in written(ax)


def test_a_new_note_alone_is_no_change_of_the_target() -> None:
    where = (("scene", "aftersale"),)
    noted = [(one(Line(where, 0.8, note), Line((), 0.9)),) for note in ("复杂", "仍复杂")]
    spans = list_lanes(dated(*noted))[1].spans
    assert [(span.turn, span.note) for span in spans] == [("", "复杂"), ("", "仍复杂")]


def test_conditions_with_spaces_and_off_peak_are_named() -> None:
    lines = (Line((("team", "华东 一组"), ("peak", False)), 0.8), Line((), 0.9))
    assert list_lanes(dated((one(*lines),)))[1].name == "华东 一组、非高峰时段"


def test_twenty_long_names_and_ten_changes_stay_readable() -> None:
    long = "华东区第{}号重点客户平均响应时长（含夜班与节假日值守）$x$"
    versions = tuple(
        Version(
            date(2023, 1, 1) + timedelta(days=91 * number),
            DIMENSIONS,
            (("quality", 1.0),),
            tuple(
                one(Line((), 0.5 + number * 0.01), key=f"m{each}", name=long.format(each))
                for each in range(20)
            ),
        )
        for number in range(10)
    )
    ax = plots.standards_timeline(Standard(versions))
    assert_readable(ax.figure)
    assert len(marks(ax, "收紧")) == 20 * 9
    left_out = 20 * 10 - len(written(ax))
    assert left_out > 0
    assert ax.get_xlabel().endswith(f"；{left_out} 处因太密未写数值")


def test_a_standard_without_targets_says_so() -> None:
    ax = plots.standards_timeline(dated((one(direction=None),)))
    assert written(ax) == ["标准里没有目标"]


def test_unknown_metrics_and_languages_are_refused(changed: Standard) -> None:
    with pytest.raises(RuleError, match="`metric` 应为"):
        plots.standards_timeline(changed, metrics=["x"])
    with pytest.raises(RuleError, match="`language` 应为"):
        plots.standards_timeline(changed, language="fr")


def test_it_draws_where_it_is_told(changed: Standard) -> None:
    figure, ax = plt.subplots()
    assert plots.standards_timeline(changed, metrics=["csat"], ax=ax) is ax
    assert plt.get_fignums() == [figure.number]
