"""Each view of the workbench as a chart: the shipped charts, with the choice in their title."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from csqa import words
from csqa.explore.choice import Choice
from csqa.show import canvas, plots
from csqa.show.explore_distribution import unit_distribution, value_distribution
from csqa.show.explore_heat import hours_heat

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from csqa.explore.workbench import Workbench

Draw = Callable[["Workbench", Choice, "Axes | None"], "Axes"]


def when(choice: Choice) -> str:
    """Name the months of a choice.

    Examples
    --------
    >>> when(Choice("2025-06", "csat", months=3)), when(Choice("2025-06", "csat"))
    ('2025-04 至 2025-06', '2025-06')
    """
    first, last = choice.periods[0], choice.periods[-1]
    if first == last:
        return last
    return f"{first} 至 {last}" if choice.language == "zh" else f"{first} to {last}"


def filters(choice: Choice) -> list[str]:
    """Name what the contacts are narrowed by.

    Examples
    --------
    >>> filters(Choice("2025-06", "csat", channel="phone"))
    ['渠道：电话']
    """
    sign = "：" if choice.language == "zh" else ": "
    named = choice.filters.items()
    return [
        words.label(name, choice.language) + sign + words.label(value, choice.language)
        for name, value in named
    ]


def title(bench: "Workbench", choice: Choice) -> list[str]:
    """Parts of a title: metric, unit, months, filters."""
    name = bench.standard.metric(choice.metric).name(choice.language)
    return [name, words.label(choice.unit, choice.language), when(choice), *filters(choice)]


def draw_trend(bench: "Workbench", choice: Choice, ax: "Axes | None" = None) -> "Axes":
    """Control chart of the unit up to the month."""
    ax = plots.control_chart(
        bench.trend(choice),
        metric=choice.metric,
        unit=choice.unit,
        standard=bench.standard,
        language=choice.language,
        ax=ax,
    )
    name, unit = title(bench, choice)[:2]
    canvas.set_title(ax, name, unit, *filters(choice))
    return ax


def draw_peers(bench: "Workbench", choice: Choice, ax: "Axes | None" = None) -> "Axes":
    """Funnel of all units of the kind."""
    ax = plots.funnel(
        bench.peers(choice),
        metric=choice.metric,
        standard=bench.standard,
        language=choice.language,
        ax=ax,
    )
    name = title(bench, choice)[0]
    by = ("按{}", "by {}")[words.LANGUAGES.index(choice.language)]
    kind = by.format(words.label(choice.unit_kind, choice.language))
    canvas.set_title(ax, name, kind, when(choice), *filters(choice))
    return ax


def draw_distribution(bench: "Workbench", choice: Choice, ax: "Axes | None" = None) -> "Axes":
    """Spread of contacts' values; of units' values where a contact is yes or no."""
    targets, language, named = bench.targets(choice), choice.language, title(bench, choice)
    if bench.spreads_by_contact(choice):
        return value_distribution(
            bench.values(choice),
            kind=bench.kind(choice),
            title=named,
            targets=targets,
            language=language,
            ax=ax,
        )
    named[1] = words.label(choice.unit_kind, language)
    return unit_distribution(
        bench.peers(choice),
        title=named,
        targets=targets,
        unit=choice.unit,
        language=language,
        ax=ax,
    )


def draw_hours(bench: "Workbench", choice: Choice, ax: "Axes | None" = None) -> "Axes":
    """Value of the metric by weekday and hour."""
    metric = bench.standard.metric(choice.metric)
    return hours_heat(
        bench.hours(choice),
        column="value",
        kind=bench.kind(choice),
        title=title(bench, choice),
        direction=metric.direction,
        peak_minutes=bench.calendar.peak_minutes,
        language=choice.language,
        ax=ax,
    )


def draw_arrivals(bench: "Workbench", choice: Choice, ax: "Axes | None" = None) -> "Axes":
    """Contacts by weekday and hour."""
    name = ("进线量", "Contacts")[words.LANGUAGES.index(choice.language)]
    return hours_heat(
        bench.hours(choice),
        column="contacts",
        title=[name, *title(bench, choice)[1:]],
        peak_minutes=bench.calendar.peak_minutes,
        language=choice.language,
        ax=ax,
    )


DRAWN: dict[str, Draw] = {
    "trend": draw_trend,
    "peers": draw_peers,
    "distribution": draw_distribution,
    "hours": draw_hours,
    "contacts": draw_distribution,
}
"""View → how it is drawn."""
