"""What tables and charts of a change share: signed differences, and why there are none."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from csqa import words
from csqa.show.scale import choose_scale

TEXTS = {
    "share": ("个百分点", "pp"),
    "short_share": ("百分点", "pp"),
    "axis_share": ("百分点", "percentage points"),
    "significant": ("显著", "significant"),
    "not_significant": ("不显著", "not significant"),
    "no_data_now": ("本期无数据", "no data in this period"),
    "no_data_before": ("对比期无数据", "no data in the earlier period"),
    "partial_period": ("时段不完整", "partial period"),
    "other_definition": ("指标口径有变动", "the metric is measured otherwise since"),
    "too_few": ("样本不足", "too few records"),
    "common_months": ("只比两年都完整的月份", "months complete in both years only"),
    "other_target": ("目标有变动", "another target"),
}


@dataclass(frozen=True)
class DifferenceScale:
    """From differences as they are kept to differences as they are shown."""

    factor: float
    unit: str
    """In a text: 个百分点; "" where there is none."""
    short_unit: str
    """Beside a bar: 百分点, pp."""
    axis_unit: str
    """On an axis: 百分点, percentage points."""
    digits: int

    def number(self, difference: float) -> str:
        """Write a difference with its sign and without its unit; a dash where there is none.

        Examples
        --------
        >>> choose_difference_scale("share", [-0.018]).number(-0.018)
        '−1.8'
        """
        return "–" if math.isnan(difference) else sign_number(difference * self.factor, self.digits)

    def text(self, difference: float) -> str:
        """Write a difference with its sign and unit.

        Examples
        --------
        >>> choose_difference_scale("share", [-0.018]).text(-0.018)
        '−1.8 个百分点'
        """
        number = self.number(difference)
        return number if number == "–" else f"{number} {self.unit}".rstrip()


def choose_difference_scale(
    kind: str, differences: Iterable[float], language: str = "zh"
) -> DifferenceScale:
    """Choose unit and decimals that fit some differences: rates differ by percentage points.

    Parameters
    ----------
    kind : str
        One of :data:`csqa.results.KINDS`.
    differences : iterable of float
        As they are kept; NaN is skipped.
    language : {"zh", "en"}
        Of the unit.

    Examples
    --------
    >>> choose_difference_scale("seconds", [90.0, -700.0]).text(-700.0)
    '−11.7 分钟'
    >>> choose_difference_scale("share", [0.004, -0.001]).text(-0.001)
    '−0.10 个百分点'
    """
    known = [abs(one) for one in differences if math.isfinite(one)]
    scale = choose_scale(kind, known, language)
    digits = 2 if 0 < max(known, default=0.0) * scale.factor < 1 else 1
    unit, short, axis = (
        text(name, language) if kind == "share" else scale.unit
        for name in ("share", "short_share", "axis_share")
    )
    return DifferenceScale(scale.factor, unit, short, axis, digits)


def sign_number(number: float, digits: int = 1) -> str:
    """Write a number with its sign; nothing has none.

    Examples
    --------
    >>> sign_number(1.25), sign_number(-0.5), sign_number(-0.004, 2)
    ('+1.3', '−0.5', '0.00')
    """
    size = words.round_half_up(abs(number), digits)
    if not float(size.replace(",", "")):
        return size
    return ("+" if number > 0 else "−") + size


def change_text(change: float, lower: float, upper: float, kind: str, language: str = "zh") -> str:
    """Write a change with its interval.

    Examples
    --------
    >>> change_text(-0.018, -0.031, -0.005, "share")
    '−1.8 个百分点（−3.1 ~ −0.5）'
    >>> change_text(-12.0, float("nan"), float("nan"), "seconds", "en")
    '−12.0 s'
    """
    scale = choose_difference_scale(kind, [change, lower, upper], language)
    if math.isnan(lower) or math.isnan(upper):
        return scale.text(change)
    span = f"{scale.number(lower)} ~ {scale.number(upper)}"
    return scale.text(change) + (f"（{span}）" if language == "zh" else f" ({span})")


def reasons_text(reason: str, language: str = "zh") -> str:
    """Say why two periods are not compared, or what to know of it.

    Examples
    --------
    >>> reasons_text("partial_period other_target")
    '时段不完整、目标有变动'
    """
    return words.join((text(word, language) for word in str(reason).split()), language)


def text(key: str, language: str) -> str:
    """Return a text of changes."""
    return TEXTS[key][words.LANGUAGES.index(language)]
