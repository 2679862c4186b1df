"""What a miss costs and what a metric earns, as it is written in a standard."""

import pytest

from csqa.errors import RuleError
from csqa.rules.standard import Bonus, Deduction
from csqa.rules.standard_reader import read_standard
from tests.tables import write

WRITTEN = """
standards:
  - effective: 2024-01-01
    weights: {service: 1}
    metrics:
      response:
        dimension: service
        measure: first_response_seconds
        target: {at_most: 30}
        deduct: {points: 10, per: 10}
      praise:
        dimension: service
        measure: praise
        bonus: {points: 1, per: 0.01, from: 0.02, cap: 5}
"""
DEDUCT = "deduct: {points: 10, per: 10}"
BONUS = "bonus: {points: 1, per: 0.01, from: 0.02, cap: 5}"


def metric(folder, key, old="", new=""):
    """A metric of the standard above, with something in it changed."""
    assert old in WRITTEN
    return read_standard(write(folder, WRITTEN.replace(old, new))).metric(key)


@pytest.mark.parametrize(
    ("written", "deduction"),
    [
        ("{points: 10, per: 10}", Deduction("linear", 10, 10, 0)),
        ("{points: 10, per: 10, mode: step}", Deduction("step", 10, 10, 0)),
        ("{points: 10, per: 10, floor: 60}", Deduction("linear", 10, 10, 60)),
        ("{points: 10, per: 10, cap: 40}", Deduction("linear", 10, 10, 60)),
        ("{points: 10, per: 10, cap: 40, floor: 60}", Deduction("linear", 10, 10, 60)),
        ("{points: 10, per: 10, cap: 100}", Deduction("linear", 10, 10, 0)),
    ],
)
def test_a_deduction_with_its_floor_or_cap(tmp_path, written, deduction):
    assert metric(tmp_path, "response", DEDUCT, f"deduct: {written}").deduction == deduction


def test_proportional_may_have_a_floor(tmp_path):
    old = "measure: first_response_seconds\n        target: {at_most: 30}\n        " + DEDUCT
    new = (
        "measure: complaint\n        target: {at_most: 0.05}\n        "
        "deduct: {mode: proportional, floor: 50}"
    )
    assert metric(tmp_path, "response", old, new).deduction == Deduction("proportional", floor=50)


def test_a_bonus_and_a_weight(tmp_path):
    assert metric(tmp_path, "praise").bonus == Bonus(1, 0.01, 0.02, 5)
    assert metric(tmp_path, "praise", BONUS, "bonus: {points: 2, per: 0.1}").bonus == Bonus(2, 0.1)
    assert metric(tmp_path, "response", DEDUCT, f"{DEDUCT}\n        weight: 2.5").weight == 2.5
    assert metric(tmp_path, "response").weight == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (DEDUCT, "deduct: {points: 10, per: 10, floor: 60, cap: 30}", "floor（最低得分）60 与 cap"),
        (DEDUCT, "deduct: {points: 10, per: 10, floor: 101}", "floor：应为 0 到 100 的数"),
        (DEDUCT, "deduct: {points: 10, per: 10, cap: 0}", "cap：应为大于 0、不超过 100 的数"),
        (DEDUCT, "deduct: {points: 10}", "deduct.per：应为大于 0 的数，而不是 None"),
        (DEDUCT, "deduct: {points: 10, per: 10, most: 3}", "deduct：不认识 'most'"),
        (DEDUCT, "weight: 0", "response.weight：应为大于 0 的数，而不是 0"),
        (DEDUCT, "weight: true", "response.weight：应为大于 0 的数，而不是 True"),
        ("        target: {at_most: 30}\n", "", "deduct：没有 target，不知道从哪里起扣分"),
        (
            "first_response_seconds\n        target: {at_most: 30}\n        " + DEDUCT,
            "resolved\n        target: {between: [0.8, 0.9]}\n        deduct: proportional",
            "between 的目标不能用 proportional",
        ),
        (
            "first_response_seconds\n        target: {at_most: 30}\n        " + DEDUCT,
            "resolved\n        target: {at_least: 0.8}\n"
            "        deduct: {mode: proportional, points: 10}",
            "proportional 按实际比例计分，不用写 points",
        ),
        (BONUS, "bonus: {points: 1, per: 0}", "bonus.per：应为大于 0 的数，而不是 0"),
        (BONUS, "bonus: {points: 1, per: 1, from: x}", "bonus.from：应为数，而不是 'x'"),
        (BONUS, "bonus: {points: 1, per: 1, cap: 101}", "bonus.cap：应为大于 0、不超过 100 的数"),
        (BONUS, f"{BONUS}\n        weight: 2", "加分的指标不扣分、不占权重"),
        (
            BONUS,
            f"{BONUS}\n        target: {{at_least: 0.1}}\n        deduct: proportional",
            "加分的指标不扣分、不占权重",
        ),
        (BONUS, f"{BONUS}\n        target: {{at_most: 0.1}}", "只用于越高越好的指标"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, old, new, told):
    with pytest.raises(RuleError, match="有 1 处不对") as caught:
        metric(tmp_path, "response", old, new)
    assert told in str(caught.value)


def test_a_later_version_takes_a_target_and_its_deduction_away(tmp_path):
    later = "  - {effective: 2025-01-01, metrics: {response: {target: null}}}\n"
    new = read_standard(write(tmp_path, WRITTEN + later)).versions[1].metric("response")
    assert (new.direction, new.lines) == (None, ())


def test_a_metric_keeps_its_direction(tmp_path):
    later = "  - {effective: 2025-01-01, metrics: {response: {target: {at_least: 20}}}}\n"
    with pytest.raises(RuleError, match="target：不能由 at_most 改为 at_least；请另立"):
        read_standard(write(tmp_path, WRITTEN + later))
