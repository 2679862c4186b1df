import datetime as dt
import re
from pathlib import Path

import pytest

from csqa.errors import RuleError
from csqa.rules.files import DEFAULTS
from csqa.rules.standard import AT_LEAST, AT_MOST, Line
from csqa.rules.standard_reader import read_standard
from tests.tables import write

SMALL = """
standards:
  - effective: 2024-01-01
    weights: {service: 1}
    metrics:
      response: &response
        dimension: service
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
"""


def faults_of(folder: Path, text: str) -> str:
    with pytest.raises(RuleError, match="处不对") as caught:
        read_standard(write(folder, text))
    return str(caught.value)


def test_shipped_standard_holds_the_targets_of_the_guide():
    standard = read_standard()
    targets = {
        metric.key: (metric.direction, metric.lines[-1].target if metric.lines else None)
        for metric in standard.versions[0].metrics
    }
    assert targets == {
        "first_response_online": (AT_MOST, 30),
        "first_response_phone": (AT_MOST, 15),
        "handle_time": (AT_MOST, 600),
        "first_contact_resolution": (AT_LEAST, 0.85),
        "wording": (AT_MOST, 2),
        "accuracy": (AT_MOST, 1),
        "process": (AT_MOST, 1),
        "csat": (AT_LEAST, 0.90),
        "nps": (AT_LEAST, 0.30),
        "complaint_rate": (AT_MOST, 0.05),
        "praise_rate": (None, None),
    }
    assert dict(standard.versions[0].weights) == {
        "efficiency": 0.3,
        "quality": 0.5,
        "experience": 0.2,
    }
    assert all(metric.name("zh") != metric.name("en") for metric in standard.versions[0].metrics)


def test_settings_left_out_are_those_of_the_shipped_file(tmp_path):
    shipped, small = read_standard(), read_standard(write(tmp_path, SMALL))
    names = ("repeat_contact_days", "satisfied_from", "count_only_below", "judge_from")
    assert [getattr(small, name) for name in names] == [getattr(shipped, name) for name in names]
    assert small.persistent_months == shipped.persistent_months


def test_fingerprint_is_of_the_file_and_path_is_only_its_name(tmp_path):
    path = write(tmp_path, SMALL)
    one, again = read_standard(path), read_standard(path)
    assert one.fingerprint == again.fingerprint != read_standard().fingerprint
    assert len(one.fingerprint) == 64
    assert one.path == "standard.yml"


def test_later_version_repeats_only_what_changes(tmp_path):
    text = (
        SMALL
        + """
  - effective: 2025-07-01
    metrics:
      response: {target: {at_most: 20}}
"""
    )
    old, new = read_standard(write(tmp_path, text)).versions
    assert new.metric("response").lines == (Line((), 20.0),)
    assert new.metric("response").deduction == old.metric("response").deduction
    assert new.weights == old.weights


def test_version_in_force_on_and_around_its_first_day(tmp_path):
    text = SMALL + "  - {effective: 2025-07-01, metrics: {response: {target: {at_most: 20}}}}\n"
    standard = read_standard(write(tmp_path, text))
    days = [dt.date(2020, 1, 1), dt.date(2025, 6, 30), dt.date(2025, 7, 1), dt.date(2030, 1, 1)]
    assert [standard.at(day).metric("response").lines[0].target for day in days] == [30, 30, 20, 20]


def test_versions_may_be_written_in_any_order(tmp_path):
    text = """
standards:
  - {effective: 2025-07-01, metrics: {response: {target: {at_most: 20}}}}
""" + SMALL.split("standards:\n")[1]
    standard = read_standard(write(tmp_path, text))
    assert [version.effective.year for version in standard.versions] == [2024, 2025]
    assert standard.metric("response").lines[0].target == 20


def test_metric_that_came_later_is_judged_by_its_newest_definition(tmp_path):
    text = (
        SMALL
        + """
  - effective: 2025-07-01
    metrics:
      handling: {dimension: service, measure: handle_seconds, target: {at_most: 600}}
"""
    )
    standard = read_standard(write(tmp_path, text))
    assert standard.metric_keys == ("response", "handling")
    assert standard.metric_on("handling", dt.date(2024, 5, 1)).lines[0].target == 600
    with pytest.raises(RuleError, match=r"`metric` 应为 response, handling 之一，而不是 'hand'"):
        standard.metric("hand")


def test_most_specific_line_comes_first(tmp_path):
    text = (
        SMALL
        + """        except:
          - {scene: aftersale, target: {at_most: 45}, note: 复杂}
          - {scene: aftersale, peak: true, target: {at_most: 60}, note: 高峰}
          - {team: 热线组, target: {at_most: 45}, note: 新人多}
"""
    )
    lines = read_standard(write(tmp_path, text)).metric("response").lines
    assert [line.label for line in lines] == [
        "scene=aftersale peak=True",
        "scene=aftersale",
        "team=热线组",
        "base",
    ]


RIVALS = """        except:
          - {scene: aftersale, target: {at_most: 45}, note: 复杂}
          - {channel: phone, target: {at_most: 20}}
"""


def test_two_equally_specific_lines_with_different_targets_are_named(tmp_path):
    text = faults_of(tmp_path, SMALL + RIVALS)
    assert "“scene=aftersale”与“channel=phone”同样具体而目标不同" in text
    assert "standards[0].metrics.response.except" in text


def test_rivals_are_settled_by_a_more_specific_line(tmp_path):
    settled = "          - {scene: aftersale, channel: phone, target: {at_most: 40}, note: 难}\n"
    lines = read_standard(write(tmp_path, SMALL + RIVALS + settled)).metric("response").lines
    assert lines[0].target == 40


@pytest.mark.parametrize(
    "other",
    [
        "{channel: phone, target: {at_most: 45}, note: 难}",  # the same target
        "{scene: presale, target: {at_most: 20}}",  # never the same contact
    ],
)
def test_lines_that_cannot_disagree_are_no_rivals(tmp_path, other):
    text = (
        SMALL
        + "        except:\n          - {scene: aftersale, target: {at_most: 45}, note: 复杂}\n"
        + f"          - {other}\n"
    )
    assert len(read_standard(write(tmp_path, text)).metric("response").lines) == 3


BROKEN = """
settings: {judge_form: 30, satisfied_from: 9}
standard: []
standards:
  - effective: soon
  - effective: 2024-01-01
    dimensions: {service: {zh: 服务, de: Dienst}}
    weights: {service: 0.8, quality: 2}
    metrics:
      a: {dimension: servce, measure: first_response, target: {at_most: 30}}
      b: {dimension: service, measure: csat_satisfied, target: 0.9, deduct: {points: 0, per: 1}}
      c:
        dimension: service
        measure: handle_seconds
        where: {chanel: phone, scene: presales}
        target: {at_most: 600}
        deduct: {points: 1, per: 1, mode: steps}
        except:
          - {peak: true, target: {at_most: 700}}
          - {target: {at_least: 700}}
  - effective: 2024-01-01
"""


def test_every_fault_is_told_at_once_with_place_allowed_and_nearest(tmp_path):
    text = faults_of(tmp_path, BROKEN)
    told = [
        "文件：不认识 'standard'，是不是 'standards'？",
        "settings：不认识 'judge_form'，是不是 'judge_from'？",
        "settings.satisfied_from：应为 1 到 5 的数，而不是 9。",
        "standards[0].effective：应为日期，如 2025-07-01，而不是 'soon'。",
        "standards：2024-01-01 有两段标准，不知道用哪一段。",
        "standards[1].dimensions.service：不认识 'de'；可用的有 zh, en。",
        "standards[1].weights.quality：应为 0 到 1 的数，而不是 2。",
        "standards[1].weights：各维度权重之和应为 1，现在是 2.8。",
        "metrics.a.measure：不认识 'first_response'，是不是 'first_response_seconds'？",
        "standards[1].metrics.a.dimension：不认识 'servce'，是不是 'service'？",
        "standards[1].metrics.b.target：应为 {at_most: 数}、{at_least: 数}"
        " 或 {between: [下限, 上限]}，而不是 0.9。",
        "standards[1].metrics.b.deduct.points：应为大于 0 的数，而不是 0。",
        "standards[1].metrics.c.where：不认识 'chanel'，是不是 'channel'？",
        "standards[1].metrics.c.where.scene：不认识 'presales'，是不是 'presale'？",
        "standards[1].metrics.c.deduct.mode：不认识 'steps'，是不是 'step'？",
        "standards[1].metrics.c.except[0]：比基本目标放宽，需要写明 note（备注原因）。",
        "metrics.c.except[1].target：应与该指标的方向一致（at_most），而不是 at_least。",
        "standards[1].metrics.c.except[1]：缺少适用条件，如 scene: aftersale。",
    ]
    assert [fault for fault in told if fault not in text] == []
    assert f"有 {len(told)} 处不对" in text


def test_fault_is_not_told_again_by_versions_that_inherit_it(tmp_path):
    text = faults_of(
        tmp_path,
        SMALL.replace("first_response_seconds", "first_respons_seconds")
        + "  - {effective: 2025-07-01, weights: {service: 1}}\n",
    )
    assert "有 1 处不对" in text
    assert "standards[0].metrics.response.measure" in text


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{at_most: 30}", "{at_most: .inf}", "response.target：应为 {at_most: 数}"),
        ("{at_most: 30}", "{at_most: true}", "response.target：应为 {at_most: 数}"),
        ("first_response_seconds", "[a, b]", r"response.measure：不认识 ['a', 'b']"),
        ("service\n", "{a: b}\n", r"response.dimension：不认识 {'a': 'b'}"),
        ("2024-01-01", "2024-01-01 10:00:00", "standards[0].effective：应为日期"),
        (
            "response: &response",
            "no: &response",
            "metrics：键应为文字（数字、yes、no 等要加引号），而不是 False",
        ),
        (
            "{points: 10, per: 10}",
            "proportional",
            "response.deduct：proportional 只用于 0–1 的比率",
        ),
        ("{points: 10, per: 10}", "linear", "response.deduct：应为“键: 值”，而不是 'linear'"),
        ("weights: {service: 1}", "weights: 1", "standards[0].weights：应为“键: 值”，而不是 1"),
    ],
)
def test_value_of_the_wrong_kind_is_a_fault_not_a_crash(tmp_path, old, new, told):
    assert old in SMALL
    assert told in faults_of(tmp_path, SMALL.replace(old, new))


@pytest.mark.parametrize("value", ["5", "no", "2025-01-01", "[A, B]"])
def test_condition_on_a_name_must_be_text(tmp_path, value):
    line = f"        except:\n          - {{team: {value}, target: {{at_most: 25}}}}\n"
    assert "except[0].team：应为文字（数字等要加引号）" in faults_of(tmp_path, SMALL + line)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n- b\n", "应为“键: 值”的 YAML，这个文件是一个列表"),
        ("a: [1, 2\n", "不是有效的 YAML：第 2 行"),
        ("effective: 2025-02-30\n", "不是有效的 YAML：第 1 行，有不存在的日期或时间"),
        ("!!python/object/apply:os.system ['true']\n", "不是有效的 YAML：第 1 行"),
    ],
)
def test_file_that_is_no_rule_file(tmp_path, text, told):
    with pytest.raises(RuleError, match=told):
        read_standard(write(tmp_path, text))


def test_file_that_is_no_text_or_not_there_or_too_large(tmp_path):
    binary = tmp_path / "photo.yml"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(RuleError, match=r"photo\.yml：不是 UTF-8 文本"):
        read_standard(binary)
    with pytest.raises(RuleError, match=r"none\.yml：没有这个文件"):
        read_standard(tmp_path / "none.yml")
    with pytest.raises(RuleError, match=r"big\.yml：超过 2,000,000 字节，不像规则文件"):
        read_standard(write(tmp_path, "#" * 2_000_001, "big.yml"))


def test_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "standard.yml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert read_standard(path).metric_keys == ("response",)


def test_an_exception_without_a_target_and_a_changed_measure_are_faults(tmp_path):
    text = (DEFAULTS / "standard.yml").read_text("utf-8")
    text = re.sub(r"{scene: aftersale, target: {at_most: 45}.*}", "{scene: aftersale}", text)
    later = "\n  - effective: 2030-01-01\n    metrics: {nps: {measure: csat_satisfied}}\n"
    path = tmp_path / "standard.yml"
    path.write_text(text + later, "utf-8")
    with pytest.raises(RuleError, match=r"(?s)缺少 target.*nps\.measure：不能改变取数方式"):
        read_standard(path)
