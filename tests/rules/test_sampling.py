"""The rules of a sample: what is shipped, what replaces it, and every fault at once."""

import math

import pytest

from csqa.cli import main
from csqa.errors import RuleError
from csqa.rules.sampling import GROUPS, read_sampling
from tests.tables import write


def test_the_shipped_rules():
    rules = read_sampling()
    assert rules.rate == 0.10
    assert dict(rules.factors) == {"complaint": math.inf, "low_csat": 4, "high_csat": 2}
    assert (rules.at_least_one, rules.double_coded, rules.inspectors) == ("draw", 0.10, ())


def test_what_is_left_out_is_as_shipped(tmp_path):
    path = write(tmp_path, "rate: 0.2\noversample: {complaint: 3}\n", "sampling.yml")
    rules = read_sampling(path)
    chances = [round(rules.probability(group), 9) for group in GROUPS]
    assert chances == [0.2, 0.6, 0.8, 0.4]
    assert rules.fingerprint != read_sampling().fingerprint


def test_every_fault_is_named_with_its_line(tmp_path):
    text = """
rate: 0
strata: [peak, agents, peak]
oversample: {complaint: some, praise: 2}
low_csat_at_most: 5
at_least_one: week
double_coded: 1.5
inspectors: [张三, 张三, "a/b", 7]
colour: red
"""
    with pytest.raises(RuleError, match=r"sampling\.yml：有 10 处不对") as error:
        read_sampling(write(tmp_path, text, "sampling.yml"))
    told = str(error.value)
    for part in (
        "第 2 行 rate：应为 0.001 到 1 的数，而不是 0",
        "strata：不认识 'agents'",
        "strata：同一项写了两次",
        "oversample.complaint：应为 all 或 1 到 100 的倍数",
        "第 4 行 oversample：不认识 'praise'",
        "low_csat_at_most：应小于 high_csat_at_least",
        "at_least_one：不认识 'week'；可用的有 draw, day, none",
        "double_coded：应为 0 到 1 的数，而不是 1.5",
        "inspectors：应为名字的列表",
        "第 9 行",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ('["a/b"]', "不含 /"),
        ('[""]', "名字应有 1 到 30 个字"),
        ("[Li, li]", "同一个名字写了两次"),
    ],
)
def test_names_that_no_file_can_have(tmp_path, names, told):
    with pytest.raises(RuleError, match=told):
        read_sampling(write(tmp_path, f"inspectors: {names}\n", "sampling.yml"))


def test_the_check_says_what_it_comes_to(tmp_path, capsys):
    path = write(tmp_path, "rate: 0.15\ninspectors: [张三, 李四]\n", "sampling.yml")
    assert main(["standard", "check", str(path)]) == 0
    told = capsys.readouterr().out
    assert "sampling.yml 是抽样规则，不是评分标准；按抽样规则检查。" in told
    assert "满意度很低：4 倍，即 60.0%" in told
    assert "质检员：张三、李四" in told
