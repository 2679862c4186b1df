"""When contacts come in, and how a metric fares then: hour of the day by day of the week."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from csqa import words
from csqa.rules.standard import AT_LEAST, AT_MOST
from csqa.show import canvas
from csqa.show.palette import BETTER_BLUE, GRID_GREY, INK, NEUTRAL_GREY, WORSE_ORANGE
from csqa.show.scale import choose_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

DAYS, HOURS, MINUTES_PER_HOUR = 7, 24, 60

WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
TEXTS = {
    "hour": ("进线时刻（点）；上方横线为高峰时段", "Hour of arrival; bars above mark peak hours"),
    "contacts": ("服务记录（条）", "Contacts"),
    "too_few": ("样本都不足，未着色", "Too few records in every hour"),
}


def hours_heat(
    hours: pd.DataFrame,
    *,
    column: str,
    kind: str = "number",
    title: Sequence[str],
    direction: str | None = None,
    peak_minutes: Sequence[tuple[int, int]] = (),
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a week, an hour a cell.

    Parameters
    ----------
    hours : DataFrame
        ``weekday`` (0 is Monday), ``hour`` and the column drawn; NaN stays white.
    column : str
        ``contacts``, a count, or ``value`` [the kind's unit].
    kind : str
        One of :data:`csqa.results.KINDS`.
    title : sequence of str
        Parts of the title.
    direction : str, optional
        Of the metric: orange is worse. Without one, darker blue is more.
    peak_minutes : sequence of (int, int)
        Spans of the day that count as peak, marked above.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        With a colour bar in the unit of the values.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> hours = pd.DataFrame({"weekday": [0, 6], "hour": [9, 23], "contacts": [5, 7]})
    >>> ax = hours_heat(hours, column="contacts", title=["进线量"], peak_minutes=[(600, 720)])
    >>> int(ax.collections[0].get_array().count())
    2
    >>> plt.close(ax.figure)
    """
    ax = canvas.open_axes(ax, language, height=canvas.HEIGHT - 0.4)
    canvas.set_title(ax, *title)
    known = hours[hours[column].notna()]
    if known.empty:
        return canvas.say(ax, _text("too_few", language) if len(hours) else _no_data(language))
    scale = choose_scale(kind, known[column].astype(float), language)
    cells = np.full((DAYS, HOURS), np.nan)
    cells[known["weekday"], known["hour"]] = known[column].astype(float) * scale.factor
    mesh = ax.pcolormesh(
        np.ma.masked_invalid(cells), cmap=_colors(direction), edgecolors="white", linewidth=0.6
    )
    label = _text("contacts", language) if column == "contacts" else scale.axis_label
    bar = canvas.figure_of(ax).colorbar(mesh, ax=ax, pad=0.015)
    bar.set_label(label, fontsize=canvas.TEXT_SIZE, color=INK)
    bar.outline.set_visible(False)
    canvas.dress_ticks(bar.ax)
    _dress_week(ax, peak_minutes, language)
    return ax


def _dress_week(ax: "Axes", peak_minutes: Sequence[tuple[int, int]], language: str) -> None:
    ax.set(ylim=(DAYS, -0.45), xlim=(0, HOURS))
    ax.set_yticks(np.arange(DAYS) + 0.5, WEEKDAYS[language])
    ax.set_xticks(np.arange(0, HOURS, 2) + 0.5, [str(hour) for hour in range(0, HOURS, 2)])
    ax.grid(visible=False)
    for start, end in peak_minutes:
        span = (start / MINUTES_PER_HOUR, end / MINUTES_PER_HOUR)
        ax.plot(span, (-0.2, -0.2), color=NEUTRAL_GREY, linewidth=3, solid_capstyle="butt")
    canvas.set_labels(ax, _text("hour", language), "")


def _colors(direction: str | None) -> "Colormap":
    from matplotlib.colors import LinearSegmentedColormap

    dark = WORSE_ORANGE if direction in (AT_MOST, AT_LEAST) else BETTER_BLUE
    ends = [GRID_GREY, dark]  # an hour without enough records is white
    return LinearSegmentedColormap.from_list("csqa", ends[::-1] if direction == AT_LEAST else ends)


def _no_data(language: str) -> str:
    return words.label("no_data", language)


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]
