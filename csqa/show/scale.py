"""Figures as readers want them: which unit fits the size of the numbers, and how it is called."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from csqa import words

_DURATIONS = (
    (2 * words.SECONDS_PER_MINUTE, 1, "秒", "s"),
    (2 * words.SECONDS_PER_HOUR, words.SECONDS_PER_MINUTE, "分钟", "min"),
    (3 * words.SECONDS_PER_DAY, words.SECONDS_PER_HOUR, "小时", "h"),
    (math.inf, words.SECONDS_PER_DAY, "天", "days"),
)
"""Below so many seconds: seconds per unit, and its names; the steps of ``words.format_value``."""

_OTHERS = {
    "share": (100.0, "%", "%"),
    "nps": (100.0, "分", "points"),
    "per_hundred": (1.0, "次/百条", "per 100"),
    "number": (1.0, "", ""),
}
_AXES = {
    "seconds": ("时长", "Time"),
    "share": ("比率", "Rate"),
    "nps": ("净推荐值", "Net promoter score"),
    "per_hundred": ("每百条次数", "Faults"),
    "number": ("平均值", "Mean"),
}


@dataclass(frozen=True)
class Scale:
    """From values as they are kept to values as they are shown."""

    kind: str
    """One of :data:`csqa.results.KINDS`."""
    factor: float
    """What a value is multiplied by to be shown."""
    unit: str
    """Name of the unit; "" where there is none."""
    axis: str
    """Name of what is measured."""

    @property
    def axis_label(self) -> str:
        """Label of an axis, with the unit.

        Examples
        --------
        >>> choose_scale("seconds", [35.0]).axis_label
        '时长（秒）'
        """
        return self._label(self.axis, self.unit)

    def difference_label(self, language: str = "zh") -> str:
        """Label of an axis that shows the gap to what is expected of the same kind of work.

        Examples
        --------
        >>> choose_scale("share", [0.9]).difference_label()
        '与同类工作预期之差（百分点）'
        """
        zh = language == "zh"
        points = "百分点" if zh else "percentage points"
        name = "与同类工作预期之差" if zh else "Gap to expected"
        return self._label(name, points if self.kind == "share" else self.unit)

    def text(self, value: float) -> str:
        """Write a value with the unit; a dash where there is none.

        Examples
        --------
        >>> choose_scale("seconds", [720.0]).text(90), choose_scale("share", []).text(0.5)
        ('1.5 分钟', '50.0%')
        """
        if math.isnan(value):
            return "–"
        number = words.round_half_up(value * self.factor)
        if self.unit == "%":
            return f"{number}%"
        return f"{number} {self.unit}".rstrip() if self.kind != "nps" else number

    def _label(self, name: str, unit: str) -> str:
        if not unit:
            return name
        return f"{name}（{unit}）" if name[0] > "\u2e80" else f"{name} ({unit})"


def choose_scale(kind: str, values: Iterable[float], language: str = "zh") -> Scale:
    """Choose the unit that fits the largest of some values.

    Parameters
    ----------
    kind : str
        One of :data:`csqa.results.KINDS`.
    values : iterable of float
        As they are kept: seconds, share 0-1, faults per 100 records, NPS -1…1; NaN is skipped.
    language : {"zh", "en"}
        Of the names.

    Returns
    -------
    Scale
        Seconds become minutes, hours or days by size; shares and NPS are times 100.

    Examples
    --------
    >>> choose_scale("seconds", [20.0, 700.0]).unit, choose_scale("nps", [0.3], "en").factor
    ('分钟', 100.0)
    """
    names = 0 if language == "zh" else 1
    if kind != "seconds":
        factor, *units = _OTHERS[kind]
        return Scale(kind, factor, units[names], _AXES[kind][names])
    size = max((abs(value) for value in values if not math.isnan(value)), default=0.0)
    _, seconds, *units = next(step for step in _DURATIONS if size < step[0])
    return Scale(kind, 1 / seconds, units[names], _AXES[kind][names])
