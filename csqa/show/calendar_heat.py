"""The calendar: when contacts come in, and how a metric fares then, by weekday and hour."""

from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.errors import check_option
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.measures import measure_of
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.explore_heat import hours_heat

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ARRIVALS = "contacts"
"""The metric's name where contacts are counted."""

TEXTS = {"arrivals": ("进线量", "Contacts")}


def calendar_heat(
    hours: pd.DataFrame,
    *,
    standard: Standard | None = None,
    calendar: Calendar | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a week, an hour a cell: how many contacts came in, or how a metric fared.

    Parameters
    ----------
    hours : DataFrame
        From :func:`csqa.measure_hours`: one metric, or contacts.
    standard : Standard, optional
        For the metric's name and direction. Default: the shipped one.
    calendar : Calendar, optional
        Whose peak hours are marked. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        Contacts: darker blue is more. A metric: darker orange is worse. White: no or too few
        records. Bars above mark the peak hours.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> hours = pd.DataFrame({"weekday": [0, 6], "hour": [9, 23], "value": [5.0, 7.0]})
    >>> ax = calendar_heat(hours.assign(period="2025-06", metric="contacts"))
    >>> ax.get_title(loc="left")
    '进线量 · 2025-06'
    >>> plt.close(ax.figure)
    """
    check_option("language", language, words.LANGUAGES)
    standard, calendar = standard or read_standard(), calendar or read_calendar()
    arrivals = TEXTS["arrivals"][words.LANGUAGES.index(language)]
    if hours.empty:
        ax = canvas.open_axes(ax, language, height=canvas.LOW)
        canvas.set_title(ax, arrivals)
        return canvas.say_no_data(ax, language)
    key, period = str(hours["metric"].iloc[0]), str(hours["period"].iloc[0])
    counted = key == ARRIVALS
    metric = None if counted else standard.metric(key)
    shown = (
        hours.rename(columns={"value": ARRIVALS}) if counted and ARRIVALS not in hours else hours
    )
    return hours_heat(
        shown,
        column=ARRIVALS if counted else "value",
        kind="number" if metric is None else measure_of(metric).kind,
        title=[arrivals if metric is None else metric.name(language), period],
        direction=None if metric is None else metric.direction,
        peak_minutes=calendar.peak_minutes,
        language=language,
        ax=ax,
    )
