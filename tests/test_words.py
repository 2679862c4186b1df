"""Figures for readers: rounded half up, once, with the right unit."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa import words
from csqa.results import HORIZONTAL_VERDICTS, KINDS
from csqa.schema import UNITS
from csqa.words_table import LABELS

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.25, 1, "0.3"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (0.35, 1, "0.4"),
        (1.005, 2, "1.01"),
        (-0.04, 1, "0.0"),
        (1234.56, 1, "1,234.6"),
    ],
)
def test_half_goes_away_from_zero(value, digits, text):
    assert words.round_half_up(value, digits) == text


@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
def test_rounding_is_that_of_the_written_number(thousandths, digits):
    exact = Decimal(thousandths) / 1000
    wanted = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    assert Decimal(words.round_half_up(thousandths / 1000, digits).replace(",", "")) == wanted


@pytest.mark.parametrize(
    ("value", "kind", "zh", "en"),
    [
        (35.24, "seconds", "35.2 秒", "35.2 s"),
        (119.9, "seconds", "119.9 秒", "119.9 s"),
        (120, "seconds", "2.0 分钟", "2.0 min"),
        (7200, "seconds", "2.0 小时", "2.0 h"),
        (3 * 86_400, "seconds", "3.0 天", "3.0 days"),
        (0.875, "share", "87.5%", "87.5%"),
        (0, "share", "0.0%", "0.0%"),
        (0.25, "nps", "25.0", "25.0"),
        (1.7, "per_hundred", "1.7 次/百条", "1.7 per 100"),
        (2.345, "number", "2.3", "2.3"),
        (NAN, "share", "–", "–"),
        (None, "share", "–", "–"),
    ],
)
def test_value_with_its_unit(value, kind, zh, en):
    assert (words.format_value(value, kind), words.format_value(value, kind, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((20, 30, "seconds"), "20.0–30.0 秒"),
        ((100, 200, "seconds"), "1.7–3.3 分钟"),
        ((0.8, 0.9, "share"), "80.0%–90.0%"),
        ((-0.1, 0.3, "nps"), "-10.0 ~ 30.0"),
        ((1, 2, "per_hundred"), "1.0–2.0 次/百条"),
        ((NAN, 1, "share"), "–"),
    ],
)
def test_interval_writes_its_unit_once(args, text):
    assert words.format_interval(*args) == text


@pytest.mark.parametrize(
    ("difference", "kind", "zh", "en"),
    [
        (-0.07, "share", "7 个百分点", "7 percentage points"),
        (0.05, "nps", "5 分", "5 points"),
        (-5, "seconds", "5 秒", "5 s"),
        (1, "per_hundred", "1 次/百条", "1 per 100"),
    ],
)
def test_difference_of_rates_is_in_percentage_points(difference, kind, zh, en):
    found = [words.format_difference(difference, kind, language) for language in ("zh", "en")]
    assert found == [zh, en]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.25, "+1.3"), (-0.5, "−0.5"), (0.0, "0.0"), (-0.04, "0.0"), (0.04, "0.0"), (NAN, "–")],
)
def test_change_has_a_sign_unless_it_is_shown_as_nothing(value, text):
    assert words.format_signed(value) == text


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((30, "at_most", "seconds"), "≤ 30 秒"),
        ((0.9, "at_least", "share"), "≥ 90%"),
        ((NAN, "at_most", "share"), "–"),
        ((1, None, "share"), "–"),
    ],
)
def test_target_with_its_direction(args, text):
    assert words.format_target(*args) == text


@given(st.floats(-1e9, 1e9), st.sampled_from(KINDS), st.sampled_from(words.LANGUAGES))
def test_no_number_breaks_a_format(value, kind, language):
    assert words.format_value(value, kind, language)
    assert words.format_difference(value, kind, language)
    assert words.format_interval(value, value, kind, language)


def test_every_label_is_there_in_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in LABELS.values())
    missing = [name for name in (*UNITS, *HORIZONTAL_VERDICTS) if name not in LABELS]
    assert missing == []
    assert words.label("K1001", "en") == "K1001"
