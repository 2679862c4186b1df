"""The settings of the case review: what is left out is as shipped, every fault is told."""

import pytest

from csqa.errors import RuleError
from csqa.rules.case_settings import read_case_settings


def test_what_is_left_out_is_as_shipped(tmp_path):
    path = tmp_path / "cases.yml"
    path.write_text("low_rating: 3\npoints: {minor: 2}\n", "utf-8")
    own, shipped = read_case_settings(path), read_case_settings()
    assert (own.low_rating, own.points["minor"]) == (3, 2)
    assert own.points["major"] == shipped.points["major"]
    assert own.most_listed == shipped.most_listed


def test_all_faults_are_told_with_their_lines(tmp_path):
    path = tmp_path / "cases.yml"
    path.write_text(
        "low_rating: 9\nmost_shown: 2.5\npoints: {minor: -1, other: 3}\nlow: 1\n", "utf-8"
    )
    with pytest.raises(RuleError, match="有 5 处不对") as refused:
        read_case_settings(path)
    told = str(refused.value)
    for part in ("low_rating：应为 1 到 5 的数", "most_shown：应为 0 到 20 的整数", "points.minor"):
        assert part in told
    assert "第 1 行" in told
    assert "other" in told
