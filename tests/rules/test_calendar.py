import pytest

from csqa.errors import RuleError
from csqa.rules.calendar import read_calendar
from tests.tables import write


def test_shipped_peak_hours():
    assert read_calendar().peak_minutes == ((600, 720), (1140, 1320))


def test_span_may_reach_midnight(tmp_path):
    path = write(tmp_path, 'peak_hours: ["00:00-24:00"]')
    assert read_calendar(path).peak_minutes == ((0, 1440),)


@pytest.mark.parametrize("text", ["{}", "peak_hours: []"])
def test_no_peak_hours(tmp_path, text):
    assert read_calendar(write(tmp_path, text)).peak_minutes == ()


def test_every_wrong_span_is_named(tmp_path):
    spans = '["10-12", "12:00-10:00", "22:00-02:00", "10:75-12:00", "9:00-25:00", "9:00-10:00"]'
    with pytest.raises(RuleError, match="不跨零点的时段") as caught:
        read_calendar(write(tmp_path, f"peak_hours: {spans}"))
    named = str(caught.value).split("而不是 ")[1]
    assert named == "10-12, 12:00-10:00, 22:00-02:00, 10:75-12:00, 9:00-25:00。"


@pytest.mark.parametrize("text", ["peak_hours:", 'peak_hours: "10:00-12:00"', "peak_hours: {a: b}"])
def test_peak_hours_must_be_a_list(tmp_path, text):
    with pytest.raises(RuleError, match="peak_hours 应为一个列表"):
        read_calendar(write(tmp_path, text))
